/*
 * pdf_file: see pdf_file.h. With pdf_unlock the only file that knows qpdf.
 *
 * qpdf repairs what it can, and warns; each warning is taken for damage. It decodes what it needs to
 * find its objects, and nothing else is asked to be decoded: so the memory it takes stays near the size
 * of the PDF, unless that is made to take more, and then an allocation of it fails, which it survives.
 */
#ifdef HAVE_LIBQPDF

#include "unpack/pdf_file.h"

#include "base/mem.h"
#include "unpack/pdf_list.h"
#include "unpack/pdf_unlock.h"
#include "unpack/reader.h"

#include <qpdf/qpdf-c.h>

#include <string.h>

/* Objects in a PDF (ISO 32000-1, annex C). */
#define OBJECTS_MAX 8388607
/* Streams that are asked for without looking whether there is memory. */
#define SMALL ((size_t)16 << 20)

struct tt_pdf_file {
    const uint8_t *data;
    size_t size;
    qpdf_data q;      /* one of these two */
    qpdf_data first;  /* as its tables have it */
    qpdf_data second; /* as its objects themselves say, when the tables leave some out; or NULL */
    int warned;   /* qpdf repaired something, or could not */
    int starved;  /* there was no memory for something */
    int missing;  /* something is attached, and not there */
    int too_many; /* objects that were not looked at */
    tt_pdf_list list;
    size_t at;
    char password[TT_SECRET_SIZE + 1]; /* what it was opened with; "" for most */
};

static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};
static const tt_trouble no_room = {TUTELA_ITEM_LIMIT, "it needs more memory than there is"};
static const tt_trouble damaged = {TUTELA_ITEM_MALFORMED, "damaged"};

/* ---- What qpdf says ------------------------------------------------------------------------ */

static void hear(tt_pdf_file *r, qpdf_error e)
{
    const char *words = e ? qpdf_get_error_message_detail(r->q, e) : NULL;

    /* The only trace of it in what was an exception. */
    if (words && strstr(words, "bad_alloc"))
        r->starved = 1;
}

/* 1 when there was anything since it was asked last. */
static int has_complained(tt_pdf_file *r)
{
    int any = 0;

    while (qpdf_more_warnings(r->q)) {
        hear(r, qpdf_next_warning(r->q));
        any = 1;
    }
    if (qpdf_has_error(r->q)) {
        hear(r, qpdf_get_error(r->q));
        any = 1;
    }
    r->warned |= any;
    return any;
}

static void release(tt_pdf_file *r, qpdf_oh oh)
{
    qpdf_oh_release(r->q, oh);
}

static int64_t number_of(tt_pdf_file *r, qpdf_oh dictionary, const char *key, int64_t otherwise)
{
    qpdf_oh value = qpdf_oh_get_key(r->q, dictionary, key);
    int64_t number = otherwise;

    if (qpdf_oh_is_integer(r->q, value))
        number = qpdf_oh_get_int_value(r->q, value);
    release(r, value);
    return number;
}

/* ---- Names of what is attached ------------------------------------------------------------- */

static const char *const file_keys[] = {"/UF", "/F", "/Unix", "/DOS", "/Mac"};
#define FILE_KEYS (sizeof file_keys / sizeof file_keys[0])

/* What a file specification calls its file, as UTF-8. qpdf's until it is asked again. */
static const char *spec_name(tt_pdf_file *r, qpdf_oh spec, size_t *size)
{
    const char *name = NULL;

    *size = 0;
    for (size_t i = 0; i < FILE_KEYS && *size == 0; i++) {
        qpdf_oh value = qpdf_oh_get_key(r->q, spec, file_keys[i]);
        if (qpdf_oh_is_string(r->q, value)) {
            name = qpdf_oh_get_binary_utf8_value(r->q, value, size);
            *size = name ? strnlen(name, *size < TT_NAME_MAX ? *size : TT_NAME_MAX) : 0;
        }
        release(r, value);
    }
    return name;
}

/* Each stream of a file specification gets its name. */
static tutela_status take_spec(tt_pdf_file *r, qpdf_oh spec, qpdf_oh files, tutela_error *error)
{
    char name[TT_NAME_MAX];
    size_t size = 0;
    const char *said = spec_name(r, spec, &size);

    if (size > 0)
        memcpy(name, said, size);
    for (size_t i = 0; i < FILE_KEYS; i++) {
        qpdf_oh file = qpdf_oh_get_key(r->q, files, file_keys[i]);
        tt_pdf_id id = {qpdf_oh_get_object_id(r->q, file), qpdf_oh_get_generation(r->q, file)};
        int there = qpdf_oh_is_stream(r->q, file);
        r->missing |= !there && qpdf_oh_is_indirect(r->q, file);
        release(r, file);
        if (there)
            TT_TRY(tt_pdf_list_name(&r->list, id, name, size, error));
    }
    return TUTELA_OK;
}

/* Dictionaries and arrays that lie in one object. */
typedef struct pile {
    qpdf_oh *items;
    size_t count, room;
} pile;

static tutela_status push(tt_pdf_file *r, pile *p, qpdf_oh child, tutela_error *error)
{
    void *items = p->items;

    /* What is an object of its own is come to by itself. */
    if (qpdf_oh_is_indirect(r->q, child)
        || !(qpdf_oh_is_dictionary(r->q, child) || qpdf_oh_is_array(r->q, child))) {
        release(r, child);
        return TUTELA_OK;
    }
    if (tt_grow(&items, &p->room, p->count, sizeof *p->items) < 0)
        return tt_no_memory(error);
    p->items = items;
    p->items[p->count++] = child;
    return TUTELA_OK;
}

static tutela_status open_dictionary(tt_pdf_file *r, pile *p, qpdf_oh dictionary,
                                     tutela_error *error)
{
    qpdf_oh files = qpdf_oh_get_key(r->q, dictionary, "/EF");
    tutela_status status = TUTELA_OK;

    if (qpdf_oh_is_dictionary(r->q, files))
        status = take_spec(r, dictionary, files, error);
    release(r, files);
    qpdf_oh_begin_dict_key_iter(r->q, dictionary);
    while (status == TUTELA_OK && qpdf_oh_dict_more_keys(r->q)) {
        const char *key = qpdf_oh_dict_next_key(r->q);
        status = push(r, p, qpdf_oh_get_key(r->q, dictionary, key), error);
    }
    return status;
}

static tutela_status open_item(tt_pdf_file *r, pile *p, qpdf_oh item, tutela_error *error)
{
    if (qpdf_oh_is_dictionary(r->q, item))
        return open_dictionary(r, p, item, error);
    for (int i = 0, count = qpdf_oh_get_array_n_items(r->q, item); i < count; i++)
        TT_TRY(push(r, p, qpdf_oh_get_array_item(r->q, item, i), error));
    return TUTELA_OK;
}

/* Every file specification in an object that says it has one. */
static tutela_status find_specs(tt_pdf_file *r, qpdf_oh top, tutela_error *error)
{
    pile p = {0};
    tutela_status status;
    const char *text = qpdf_oh_unparse_resolved(r->q, top);
    size_t size = qpdf_get_last_string_length(r->q);

    if (!text || !memmem(text, size, "/EF", 3))
        return TUTELA_OK;
    status = open_item(r, &p, top, error);
    while (p.count > 0 && status == TUTELA_OK) {
        qpdf_oh item = p.items[--p.count];
        status = open_item(r, &p, item, error);
        release(r, item);
    }
    tt_free(p.items);
    return status;
}

/* ---- Finding all ---------------------------------------------------------------------------- */

/* *lost is 1 when there is no such object. */
static tutela_status look_at(tt_pdf_file *r, tt_pdf_id id, int *lost, tutela_error *error)
{
    qpdf_oh oh = qpdf_get_object_by_id(r->q, id.number, id.generation);
    tutela_status status = TUTELA_OK;

    *lost = qpdf_oh_is_null(r->q, oh);
    if (qpdf_oh_is_stream(r->q, oh)) {
        qpdf_oh dictionary = qpdf_oh_get_dict(r->q, oh);
        int doubtful = has_complained(r);
        status = find_specs(r, dictionary, error);
        release(r, dictionary);
        if (status == TUTELA_OK)
            status = tt_pdf_list_add(&r->list, (tt_pdf_found){id, doubtful, r->q == r->second},
                                     error);
    } else if (qpdf_oh_is_dictionary(r->q, oh) || qpdf_oh_is_array(r->q, oh)) {
        status = find_specs(r, oh, error);
    }
    release(r, oh);
    (void)has_complained(r);
    return status;
}

/* Objects of generation 0, up to a number that its trailer states, and that may be true. */
static int32_t stated_objects(tt_pdf_file *r)
{
    qpdf_oh trailer = qpdf_get_trailer(r->q);
    int64_t count = 0;
    /* An object takes some bytes; those few that a small file tells of are not counted. */
    int64_t most = (int64_t)(r->size / 4) + 65536;

    if (qpdf_oh_is_dictionary(r->q, trailer))
        count = number_of(r, trailer, "/Size", 0);
    release(r, trailer);
    most = most < OBJECTS_MAX ? most : OBJECTS_MAX;
    if (count > most)
        r->too_many = 1;
    count = count > most ? most : count;
    return count > 0 ? (int32_t)count : 0;
}

/* Objects that no table has: those that a later change of the PDF deleted, or whose entry is damaged.
 * qpdf goes by the objects themselves when it finds no table: so it is given all but where that is. */
static tutela_status find_lost(tt_pdf_file *r, const tt_pdf_id *lost, size_t count,
                               tutela_error *error)
{
    tutela_status status = TUTELA_OK;
    int warned = r->warned, missing = r->missing, gone;
    size_t size = count > 0 ? tt_pdf_table_place(r->data, r->size) : 0;

    if (size > 0) {
        int opened = tt_pdf_read_as(&r->second, r->data, size, r->password);
        r->q = r->second;
        (void)has_complained(r);
        for (size_t i = 0; i < count && status == TUTELA_OK && opened; i++)
            status = look_at(r, lost[i], &gone, error);
        r->q = r->first;
    }
    /* Without tables everything is odd. */
    r->warned = warned;
    r->missing = missing;
    return status;
}

static tutela_status find_all(tt_pdf_file *r, tutela_error *error)
{
    TT_AUTO_FREE tt_pdf_id *heads = NULL;
    int32_t stated = stated_objects(r);
    size_t count = 0, lost = 0, at = 0;
    int whole = 1, gone = 0;

    TT_TRY(tt_pdf_objects(r->data, r->size, OBJECTS_MAX, &heads, &count, &whole, error));
    r->too_many |= !whole;
    /* Those in streams of objects have no head. */
    for (int32_t i = 1; i < stated; i++) {
        while (at < count && heads[at].number < i)
            at++;
        if (at == count || heads[at].number > i || heads[at].generation > 0)
            TT_TRY(look_at(r, (tt_pdf_id){i, 0}, &gone, error));
    }
    for (size_t i = 0; i < count; i++) {
        TT_TRY(look_at(r, heads[i], &gone, error));
        if (gone)
            heads[lost++] = heads[i];
    }
    TT_TRY(find_lost(r, heads, lost, error));
    tt_pdf_list_sort(&r->list);
    return TUTELA_OK;
}

/* ---- A stream -------------------------------------------------------------------------------- */

static uint32_t parameter(tt_pdf_file *r, qpdf_oh parms, const char *key, uint32_t otherwise)
{
    int64_t number = otherwise;

    if (qpdf_oh_is_dictionary(r->q, parms))
        number = number_of(r, parms, key, otherwise);
    return number >= 0 && number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

/* One filter and its parameters. */
static tt_pdf_filter filter_of(tt_pdf_file *r, qpdf_oh name, qpdf_oh parms)
{
    tt_pdf_filter f = {.kind = TT_PDF_UNKNOWN};

    if (qpdf_oh_is_name(r->q, name)) {
        const char *text = qpdf_oh_get_name(r->q, name);
        f.kind = tt_pdf_kind_of(text, strlen(text));
    }
    f.predictor = parameter(r, parms, "/Predictor", 1);
    f.colors = parameter(r, parms, "/Colors", 1);
    f.bits = parameter(r, parms, "/BitsPerComponent", 8);
    f.columns = parameter(r, parms, "/Columns", 1);
    f.early = parameter(r, parms, "/EarlyChange", 1);
    return f;
}

/* The index-th of an array, or what stands there instead of one. */
static qpdf_oh item_of(tt_pdf_file *r, qpdf_oh array, int index)
{
    if (!qpdf_oh_is_array(r->q, array))
        return qpdf_oh_new_object(r->q, array);
    return qpdf_oh_get_array_item(r->q, array, index);
}

/* The filters to be undone: up to a picture's own. */
static void take_filters(tt_pdf_file *r, qpdf_oh dictionary, tt_pdf_stream *out)
{
    qpdf_oh names = qpdf_oh_get_key(r->q, dictionary, "/Filter");
    qpdf_oh parms = qpdf_oh_get_key(r->q, dictionary, "/DecodeParms");
    int count = qpdf_oh_is_array(r->q, names) ? qpdf_oh_get_array_n_items(r->q, names)
                                              : !qpdf_oh_is_null(r->q, names);
    int known = qpdf_oh_is_array(r->q, parms) ? qpdf_oh_get_array_n_items(r->q, parms) : count;
    int more = 1;

    for (int i = 0; i < count && more; i++) {
        qpdf_oh name = item_of(r, names, i);
        qpdf_oh parm = i < known ? item_of(r, parms, i) : qpdf_oh_new_null(r->q);
        tt_pdf_filter f = filter_of(r, name, parm);
        release(r, name);
        release(r, parm);
        more = f.kind != TT_PDF_IMAGE && f.kind != TT_PDF_UNKNOWN;
        if (f.kind == TT_PDF_UNKNOWN)
            out->trouble = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a method that is not known"};
        else if (more && i == (int)TT_PDF_FILTERS_MAX)
            out->trouble = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "compressed several times over"};
        else if (more)
            out->filters[out->filter_count++] = f;
        more = more && out->trouble.status == TUTELA_ITEM_CLEAR;
    }
    release(r, names);
    release(r, parms);
}

/* qpdf takes a stream as it is stored up to three times, and does not see a failure of the last one. */
static int may_fetch(tt_pdf_file *r, qpdf_oh dictionary, int doubtful)
{
    int64_t length = number_of(r, dictionary, "/Length", 0);
    void *some;

    /* Where its end was searched for, it can be anything. */
    if (doubtful || length < 0 || (uint64_t)length > r->size)
        length = (int64_t)r->size;
    if ((uint64_t)length <= SMALL)
        return 1;
    some = tt_alloc_raw((size_t)length + SMALL, 3);
    tt_free(some);
    return some != NULL;
}

/* What an attached file says of its size. */
static uint64_t stated_size(tt_pdf_file *r, qpdf_oh dictionary)
{
    qpdf_oh parms = qpdf_oh_get_key(r->q, dictionary, "/Params");
    int64_t size = -1;

    if (qpdf_oh_is_dictionary(r->q, parms))
        size = number_of(r, parms, "/Size", -1);
    release(r, parms);
    return size < 0 ? UINT64_MAX : (uint64_t)size;
}

static void fetch(tt_pdf_file *r, qpdf_oh stream, tt_pdf_stream *out)
{
    int said = qpdf_oh_get_stream_data(r->q, stream, qpdf_dl_none, NULL, &out->raw,
                                       &out->raw_size);
    int complained = has_complained(r);

    if (said & (QPDF_ERRORS)) {
        tt_free(out->raw);
        out->raw = NULL;
        out->trouble = r->starved ? no_room : damaged;
    } else if (complained) {
        out->spoilt = damaged;
    }
}

static tt_trouble judge(const tt_pdf_file *r)
{
    if (r->starved)
        return no_room;
    if (r->too_many)
        return (tt_trouble){TUTELA_ITEM_LIMIT, "more objects than a PDF is read with"};
    if (r->missing)
        return (tt_trouble){TUTELA_ITEM_MALFORMED, "members that are listed and not there"};
    return r->warned ? damaged : fine;
}

int tt_pdf_file_next(tt_pdf_file *r, tt_pdf_stream *out, tt_trouble *trouble)
{
    const tt_pdf_found *found;
    qpdf_oh stream, dictionary;

    if (r->at == r->list.count) {
        *trouble = judge(r);
        return 0;
    }
    found = &r->list.streams[r->at++];
    r->q = found->lost ? r->second : r->first;
    *out = (tt_pdf_stream){.trouble = fine, .spoilt = found->doubtful ? damaged : fine};
    out->name = tt_pdf_list_name_of(&r->list, found->id, &out->name_size);
    stream = qpdf_get_object_by_id(r->q, found->id.number, found->id.generation);
    dictionary = qpdf_oh_get_dict(r->q, stream);
    out->stated = stated_size(r, dictionary);
    take_filters(r, dictionary, out);
    if (!may_fetch(r, dictionary, found->doubtful))
        out->trouble = no_room;
    /* Read without its trailer, nothing of it is deciphered. */
    if (found->lost && qpdf_is_encrypted(r->first))
        out->trouble = (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
    if (out->trouble.status == TUTELA_ITEM_CLEAR)
        fetch(r, stream, out);
    release(r, dictionary);
    release(r, stream);
    (void)has_complained(r);
    return 1;
}

/* ---- Opening --------------------------------------------------------------------------------- */

/* What qpdf says when it cannot open it at all. */
static void refuse(tt_pdf_file *r, tt_trouble *trouble, int *alien)
{
    qpdf_error e = qpdf_get_error(r->q);
    enum qpdf_error_code_e code = qpdf_get_error_code(r->q, e);

    hear(r, e);
    (void)has_complained(r);
    *alien = code == qpdf_e_damaged_pdf;
    *trouble = r->starved ? no_room : damaged;
    /* What it does not support is ways to encrypt, each of them. */
    if (code == qpdf_e_password || code == qpdf_e_unsupported)
        *trouble = (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
}

tutela_status tt_pdf_file_open(tt_pdf_file **out, const uint8_t *data, size_t size,
                               const tt_secrets *secrets, tt_trouble *trouble, int *alien,
                               tutela_error *error)
{
    tt_pdf_file *r = tt_alloc(1, sizeof *r);
    int opened;

    if (!r)
        return tt_no_memory(error);
    r->data = data;
    r->size = size;
    opened = tt_pdf_unlock(&r->first, data, size, secrets, r->password);
    r->q = r->first;
    if (!opened) {
        refuse(r, trouble, alien);
        tt_pdf_file_close(r);
        return TUTELA_OK;
    }
    r->warned = tt_pdf_leaves_open(r->q);
    (void)has_complained(r);
    /* A PDF can be made of nothing but objects: what there is no room for is missing, and said to be. */
    if (find_all(r, NULL) != TUTELA_OK)
        r->starved = 1;
    *out = r;
    return TUTELA_OK;
}

void tt_pdf_file_close(tt_pdf_file *r)
{
    if (!r)
        return;
    tt_pdf_list_done(&r->list);
    if (r->second)
        qpdf_cleanup(&r->second);
    qpdf_cleanup(&r->first);
    tt_free(r);
}

#endif
