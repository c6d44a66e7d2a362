/*
 * rtf: the files in an RTF text: pictures, embedded objects, fonts, themes.
 *
 * A picture's bytes are the file (PNG, JPEG, EMF) or, of a WMF, a DIB or a Macintosh PICT, what of it
 * RTF keeps. An object is in OLE 1's form ([MS-OLEDS], 2.2): its native data is a member, which for a
 * Package is the embedded file under its own name; its presentation is another one. What of an object is
 * in no such order is a member as it stands: nothing in hexadecimal is passed over.
 *
 * Own code, since no library does this; rtf_text turns text into bytes, and nothing is held but the head
 * of an object.
 */
#include "unpack/reader.h"

#include "base/cursor.h"
#include "base/mem.h"
#include "unpack/rtf_text.h"

#include <string.h>

/* The head of an object with all its names; a longer one is in no order. */
#define HEAD_MAX 16384u
/* A class, a label, a path. */
#define TEXT_MAX 4096u
#define TO_THE_END UINT64_MAX

typedef struct rtf_reader {
    tt_reader reader;
    tt_rtf_text text;
    tt_trouble ended; /* what was wrong with any part of it, the first one */
    int in_object;    /* 1: at its beginning; 2: behind its native data */
    /* The member. */
    uint64_t left;    /* bytes of it still to come, or TO_THE_END of its data */
    uint64_t beside;  /* what follows it of the native data, and is none of the file */
    char name[TEXT_MAX];
    size_t name_size;
    /* Bytes of the data that were read ahead. */
    size_t head_at, head_size;
    uint8_t head[HEAD_MAX];
} rtf_reader;

extern const tt_format tt_format_rtf;

static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    rtf_reader *r = tt_alloc(1, sizeof *r);

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_rtf;
    r->ended = fine;
    tt_rtf_text_init(&r->text, stream);
    *out = &r->reader;
    return TUTELA_OK;
}

static void shut(tt_reader *reader)
{
    tt_free(reader);
}

/* ---- Bytes --------------------------------------------------------------------------------- */

/* Of the data, those read ahead first. */
static tutela_status draw(rtf_reader *r, void *buffer, size_t size, size_t *got,
                          tutela_error *error)
{
    size_t ahead = r->head_size - r->head_at;

    *got = ahead < size ? ahead : size;
    if (*got > 0) {
        memcpy(buffer, r->head + r->head_at, *got);
        r->head_at += *got;
        return TUTELA_OK;
    }
    return tt_rtf_text_read(&r->text, buffer, size, got, error);
}

/* Have as much of the head of what comes as there is. */
static tutela_status look_ahead(rtf_reader *r, tutela_error *error)
{
    size_t kept = r->head_size - r->head_at, got = 0;

    memmove(r->head, r->head + r->head_at, kept);
    r->head_at = 0;
    r->head_size = kept;
    TT_TRY(tt_rtf_text_read(&r->text, r->head + kept, sizeof r->head - kept, &got, error));
    r->head_size += got;
    return TUTELA_OK;
}

static tutela_status pass(rtf_reader *r, uint64_t size, tutela_error *error)
{
    uint8_t scratch[4096];
    size_t got = 1;

    while (size > 0 && got > 0) {
        TT_TRY(draw(r, scratch, size < sizeof scratch ? (size_t)size : sizeof scratch, &got, error));
        size -= got;
    }
    return TUTELA_OK;
}

/* ---- OLE 1 --------------------------------------------------------------------------------- */

/* A string with its length before it, a NUL at its end, or nothing at all. */
static const char *take_text(tt_cursor *c, size_t *size)
{
    uint32_t length = tt_cursor_u32(c);
    const uint8_t *text;

    if (length > TEXT_MAX)
        c->failed = 1;
    text = c->failed ? NULL : tt_cursor_take(c, length);
    *size = text ? strnlen((const char *)text, length) : 0;
    return (const char *)text;
}

/* A string up to its NUL. */
static const char *take_line(tt_cursor *c, size_t *size)
{
    const uint8_t *text = c->data + c->at;
    size_t most = tt_cursor_left(c) < TEXT_MAX ? tt_cursor_left(c) : TEXT_MAX;

    *size = c->failed ? 0 : strnlen((const char *)text, most);
    if (*size == most)
        c->failed = 1;
    tt_cursor_skip(c, *size + 1);
    return c->failed ? NULL : (const char *)text;
}

static void call(rtf_reader *r, const char *name, size_t size)
{
    memcpy(r->name, name, size);
    r->name_size = size;
}

/* What the Packager wraps a file in: 1 when it is in order, and the member is the file. */
static int take_package(rtf_reader *r, tt_cursor *c, uint64_t native)
{
    size_t start = c->at, label_size = 0, path_size = 0;
    const char *label, *path;
    uint64_t size;
    uint16_t version = tt_cursor_u16(c), zero, kind;

    label = take_line(c, &label_size);
    path = take_line(c, &path_size);
    zero = tt_cursor_u16(c);
    kind = tt_cursor_u16(c);
    tt_cursor_skip(c, tt_cursor_u32(c)); /* where it lay when it was packed */
    size = tt_cursor_u32(c);
    /* 3: embedded; else only a path. */
    if (c->failed || version != 2 || zero != 0 || kind != 3 || c->at - start > native
        || size > native - (c->at - start))
        return 0;
    if (label_size > 0)
        call(r, label, label_size);
    else
        call(r, path, path_size);
    r->left = size;
    r->beside = native - (c->at - start) - size;
    return 1;
}

/* The native data of an object: 1 when there is any, and *used bytes lie before it. */
static int take_native(rtf_reader *r, size_t *used)
{
    tt_cursor c = tt_cursor_over(r->head, r->head_size), at_data;
    size_t class_size = 0, other = 0;
    uint64_t size;
    const char *class;
    uint32_t format;

    tt_cursor_skip(&c, 4);
    format = tt_cursor_u32(&c);
    class = take_text(&c, &class_size);
    (void)take_text(&c, &other);
    (void)take_text(&c, &other);
    size = tt_cursor_u32(&c);
    if (c.failed || format != 2)
        return 0;
    at_data = c;
    if (class_size == 7 && memcmp(class, "Package", 7) == 0 && take_package(r, &at_data, size)) {
        *used = at_data.at;
    } else {
        r->left = size;
        *used = c.at;
    }
    return 1;
}

/* How an object looks. 1: there is such, 2: there is none, and says so; 0: no order. */
static int take_presentation(rtf_reader *r, size_t *used)
{
    tt_cursor c = tt_cursor_over(r->head, r->head_size);
    size_t class_size = 0;
    uint32_t format;
    const char *class;

    tt_cursor_skip(&c, 4);
    format = tt_cursor_u32(&c);
    if (!c.failed && format == 0) {
        *used = c.at;
        return 2;
    }
    class = take_text(&c, &class_size);
    tt_cursor_skip(&c, 8); /* width and height */
    r->left = tt_cursor_u32(&c);
    if (c.failed || format != 5)
        return 0;
    if (class_size == 12 && memcmp(class, "METAFILEPICT", 12) == 0 && r->left >= 8) {
        tt_cursor_skip(&c, 8); /* how it was placed */
        r->left -= 8;
    }
    *used = c.at;
    return !c.failed;
}

/* The next part of an object: *there is 1 when it is a member. */
static tutela_status next_part(rtf_reader *r, int *there, tutela_error *error)
{
    size_t used = 0;
    int what;

    *there = 0;
    TT_TRY(look_ahead(r, error));
    if (r->head_size == 0) {
        r->in_object = 0;
        return TUTELA_OK;
    }
    r->beside = 0;
    what = r->in_object == 1 ? take_native(r, &used) : take_presentation(r, &used);
    r->in_object = 2;
    if (what == 0) {
        r->left = TO_THE_END;
        used = 0;
    }
    r->head_at = used;
    *there = what != 2;
    return TUTELA_OK;
}

/* ---- Members --------------------------------------------------------------------------------- */

/* What is left of the member before, and what is wrong so far. */
static tutela_status leave(rtf_reader *r, tutela_error *error)
{
    if (r->left != TO_THE_END || r->in_object)
        TT_TRY(pass(r, r->left, error));
    if (r->left != TO_THE_END)
        TT_TRY(pass(r, r->beside, error));
    r->left = r->beside = r->name_size = 0;
    return TUTELA_OK;
}

static void note(rtf_reader *r)
{
    if (r->ended.status == TUTELA_ITEM_CLEAR)
        r->ended = r->text.trouble;
    r->text.trouble = fine;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    rtf_reader *r = (rtf_reader *)reader;
    int there = 0;

    TT_TRY(leave(r, error));
    note(r);
    *more = 1;
    while (!there && *more) {
        tt_rtf_data data = TT_RTF_NONE;
        if (r->in_object) {
            TT_TRY(next_part(r, &there, error));
            continue;
        }
        r->head_at = r->head_size = 0;
        TT_TRY(tt_rtf_text_next(&r->text, &data, error));
        note(r);
        r->left = data == TT_RTF_FILE ? TO_THE_END : 0;
        r->in_object = data == TT_RTF_OBJECT;
        there = data == TT_RTF_FILE;
        *more = data != TT_RTF_NONE;
    }
    if (!*more) {
        *trouble = r->text.source.status != TUTELA_ITEM_CLEAR ? r->text.source : r->ended;
        return TUTELA_OK;
    }
    out->name = (const uint8_t *)r->name;
    out->name_size = r->name_size;
    out->size = r->left == TO_THE_END ? TT_SIZE_UNKNOWN : r->left;
    out->modified = INT64_MIN;
    out->trouble = fine;
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    rtf_reader *r = (rtf_reader *)reader;

    *got = 0;
    if (size > r->left)
        size = (size_t)r->left;
    if (size > 0)
        TT_TRY(draw(r, buffer, size, got, error));
    if (r->left != TO_THE_END)
        r->left -= *got;
    if (*got > 0)
        return TUTELA_OK;
    if (r->text.source.status != TUTELA_ITEM_CLEAR)
        *trouble = r->text.source;
    else if (r->text.trouble.status != TUTELA_ITEM_CLEAR)
        *trouble = r->text.trouble;
    else if (r->left != TO_THE_END && r->left > 0)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    return TUTELA_OK;
}

const tt_format tt_format_rtf = {"rtf", 0, begin, next, read_member, shut};
