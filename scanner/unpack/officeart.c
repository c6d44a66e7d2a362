/*
 * officeart: the pictures in Office documents, out of the streams that hold them.
 *
 *     PowerPoint's "Pictures"   pictures' records, one after another
 *     Excel's "Workbook"        a tree of drawing records, cut into its own records (ole_excel.c)
 *     Word's "Data" and "WordDocument"   pictures' records among other things, found by looking for them
 *
 * Where the records follow one another, whatever does not fit is stated, and from there on pictures are
 * looked for, too. In Word's streams nothing tells from here where a picture must be: one whose record
 * is spoilt in two of its three signs is not found.
 *
 * A bitmap is delivered as it lies there, a metafile inflated.
 */
#include "unpack/officeart.h"
#include "unpack/inflate.h"
#include "unpack/ole_excel.h"
#include "unpack/peek.h"
#include "unpack/reader.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

#define RECORD_HEAD 8u
#define ENTRY_HEAD 44u /* an entry of the list of pictures, before the picture's own record */
#define ENTRY_TYPE 0xf007u

typedef struct art_reader {
    tt_reader reader;
    tt_peek in;
    tt_excel_stream excel;
    int looking;          /* for pictures, wherever they are; else each record is looked at */
    uint64_t inside;      /* until there, the content of a record that holds no others */
    int properties;       /* which are properties */
    uint64_t entry;       /* where the record of an entry's picture begins; 0: there is none */
    uint64_t entry_end;   /* and where it must end */
    tt_art_blip blip;     /* the current member's */
    uint64_t left;        /* of it, bytes as they are stored */
    uint64_t given;       /* bytes delivered */
    tt_inflater *inflate;
    tt_trouble spoilt;    /* the member's */
    tt_trouble trouble;   /* the container's */
} art_reader;

static void complain(art_reader *r, const char *why)
{
    if (r->trouble.status == TUTELA_ITEM_CLEAR)
        r->trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, why};
}

/* ---- The current picture ------------------------------------------------------------------- */

static void spoil(art_reader *r, const char *why)
{
    r->spoilt = r->in.trouble;
    if (r->spoilt.status == TUTELA_ITEM_CLEAR)
        r->spoilt = (tt_trouble){TUTELA_ITEM_MALFORMED, why};
}

static tutela_status read_stored(art_reader *r, void *buffer, size_t size, size_t *got,
                                 tutela_error *error)
{
    tt_trouble trouble;

    if (size > r->left)
        size = (size_t)r->left;
    if (size == 0)
        return TUTELA_OK;
    TT_TRY(tt_peek_read(&r->in, buffer, size, got, &trouble, error));
    r->left -= *got;
    if (*got == 0)
        spoil(r, "cut off");
    return TUTELA_OK;
}

static tutela_status read_inflated(art_reader *r, void *buffer, size_t size, size_t *got,
                                   tutela_error *error)
{
    while (*got == 0 && r->inflate && r->spoilt.status == TUTELA_ITEM_CLEAR) {
        tt_inflater_said said;
        const uint8_t *in;
        uint64_t done;
        size_t there, used;
        TT_TRY(tt_peek_look(&r->in, r->left < TT_PEEK_MAX ? (size_t)r->left : TT_PEEK_MAX, &in,
                            &there, error));
        said = tt_inflater_step(r->inflate, in, there, &used, buffer, size, got);
        TT_TRY(tt_peek_skip(&r->in, used, &done, error));
        r->left -= used;
        if (said == TT_INFLATER_DAMAGED || (said == TT_INFLATER_MORE && used == 0 && *got == 0)) {
            spoil(r, there == r->left ? "damaged" : "cut off");
        } else if (said == TT_INFLATER_MEMORY) {
            r->spoilt = (tt_trouble){TUTELA_ITEM_LIMIT, "it needs more memory than there is"};
        } else if (said == TT_INFLATER_END) {
            tt_inflater_free(r->inflate);
            r->inflate = NULL;
        }
    }
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    art_reader *r = (art_reader *)reader;

    *got = 0;
    if (size > 0 && r->spoilt.status == TUTELA_ITEM_CLEAR) {
        if (r->blip.metafile && r->blip.method == 0)
            TT_TRY(read_inflated(r, buffer, size, got, error));
        else
            TT_TRY(read_stored(r, buffer, size, got, error));
        r->given += *got;
        if (*got == 0 && r->spoilt.status == TUTELA_ITEM_CLEAR && r->blip.metafile
            && r->given != r->blip.inflated)
            spoil(r, "not of the size it states");
    }
    if (*got == 0)
        *trouble = r->spoilt;
    return TUTELA_OK;
}

/* Over what of the picture before was not taken. */
static tutela_status finish(art_reader *r, tutela_error *error)
{
    uint64_t done;

    TT_TRY(tt_peek_skip(&r->in, r->left, &done, error));
    r->left = 0;
    tt_inflater_free(r->inflate);
    r->inflate = NULL;
    return TUTELA_OK;
}

/* A picture's record begins here. */
static tutela_status start(art_reader *r, const tt_art_blip *blip, tt_art_kind kind,
                           tutela_error *error)
{
    uint64_t done, end = r->in.place + blip->header + blip->size;

    if (kind == TT_ART_DAMAGED)
        complain(r, "a header that is not in order");
    if ((blip->metafile && blip->stored != blip->size)
        || (r->entry == r->in.place && r->entry != 0 && r->entry_end != end))
        complain(r, "not of the size it states");
    r->entry = 0;
    r->blip = *blip;
    r->left = blip->size;
    r->given = 0;
    r->spoilt = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    if (blip->metafile && blip->method != 0 && blip->method != 0xfe)
        r->spoilt = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a method that is not known"};
    else if (blip->metafile && blip->method == 0)
        TT_TRY(tt_inflater_new(&r->inflate, error));
    return tt_peek_skip(&r->in, blip->header, &done, error);
}

/* ---- Records ------------------------------------------------------------------------------- */

/* An entry of the list of pictures, if this begins one that holds its picture. */
static void note_entry(art_reader *r, const uint8_t *head, size_t there)
{
    uint64_t length, name;

    if (there < ENTRY_HEAD || tt_load16(head + 2) != ENTRY_TYPE || head[0] % 16 != 2)
        return;
    length = tt_load32(head + 4);
    name = head[RECORD_HEAD + 33];
    if (RECORD_HEAD + length < ENTRY_HEAD + name + RECORD_HEAD)
        return;
    r->entry = r->in.place + ENTRY_HEAD + name;
    r->entry_end = r->in.place + RECORD_HEAD + length;
}

/* Look for a picture up to a place in the stream. */
static tutela_status look_for(art_reader *r, uint64_t end, int *found, tutela_error *error)
{
    const uint8_t *at;
    uint64_t done, place;
    size_t there = 1;

    while (r->in.place < end && there > 0) {
        TT_TRY(tt_peek_look(&r->in, TT_PEEK_MAX, &at, &there, error));
        place = r->in.place;
        for (size_t i = 0; i < there && (there - i >= TT_ART_HEAD || there < TT_PEEK_MAX); i++) {
            tt_art_blip blip;
            tt_art_kind kind = TT_ART_NONE;
            if (place + i >= end)
                break;
            kind = tt_art_parse(at + i, there - i, &blip);
            if (kind < TT_ART_DAMAGED && (there - i < 4 || at[i + 3] != 0xf0))
                continue;
            TT_TRY(tt_peek_skip(&r->in, place + i - r->in.place, &done, error));
            if (kind >= TT_ART_DAMAGED) {
                *found = 1;
                return start(r, &blip, kind, error);
            }
            note_entry(r, at + i, there - i);
        }
        done = there >= TT_PEEK_MAX ? there - TT_ART_HEAD + 1 : there;
        if (place + done > end)
            done = end - place;
        TT_TRY(tt_peek_skip(&r->in, place + done - r->in.place, &done, error));
    }
    return TUTELA_OK;
}

/* Records in a drawing that hold no others; those between are not used. */
static int is_atom(unsigned type)
{
    return type == 0xf006 || (type >= 0xf008 && type <= 0xf015) || (type >= 0xf118 && type <= 0xf122);
}

static int all_zero(const uint8_t *at, size_t size)
{
    while (size > 0 && *at == 0) {
        at++;
        size--;
    }
    return size == 0;
}

/* What stands where a record should begin is none. */
static tutela_status get_lost(art_reader *r, const uint8_t *at, size_t there, tutela_error *error)
{
    uint64_t done = 0;

    while (there > 0 && all_zero(at, there)) {
        TT_TRY(tt_peek_skip(&r->in, there, &done, error));
        TT_TRY(tt_peek_look(&r->in, TT_PEEK_MAX, &at, &there, error));
    }
    if (there > 0)
        complain(r, "damaged");
    r->looking = 1;
    return TUTELA_OK;
}

/* Over the head of a record that is no picture. */
static tutela_status enter(art_reader *r, const uint8_t *at, size_t there, tutela_error *error)
{
    unsigned type = there >= RECORD_HEAD ? tt_load16(at + 2) : 0;
    uint64_t done, length = there >= RECORD_HEAD ? tt_load32(at + 4) : 0;
    unsigned version = at[0] % 16;

    if (r->entry != 0 && r->in.place == r->entry)
        complain(r, "damaged");
    if (type == ENTRY_TYPE && there >= ENTRY_HEAD && version == 2) {
        uint64_t head = ENTRY_HEAD + (uint64_t)at[RECORD_HEAD + 33];
        note_entry(r, at, there);
        r->properties = 0;
        r->inside = r->in.place + (r->entry == r->in.place + head ? head : RECORD_HEAD + length);
    } else if (type >= 0xf000 && type <= 0xf005) {
        if (version != 15)
            complain(r, "a header that is not in order");
    } else if (is_atom(type)) {
        r->inside = r->in.place + RECORD_HEAD + length;
        r->properties = type == 0xf00b || type == 0xf121 || type == 0xf122;
    } else {
        return get_lost(r, at, there, error);
    }
    return tt_peek_skip(&r->in, RECORD_HEAD, &done, error);
}

/* In a record's content: some properties are pictures; elsewhere one means that the head is wrong. */
static tutela_status look_inside(art_reader *r, int *found, tutela_error *error)
{
    TT_TRY(look_for(r, r->inside, found, error));
    if (*found && !r->properties)
        complain(r, "damaged");
    if (*found || r->in.place >= r->inside)
        return TUTELA_OK;
    complain(r, "cut off");
    r->inside = 0;
    return TUTELA_OK;
}

/* From record to record, to the next picture. */
static tutela_status walk(art_reader *r, int *found, tutela_error *error)
{
    const uint8_t *at;
    tt_art_blip blip;
    tt_art_kind kind;
    size_t there = 1;

    while (!*found && there > 0 && !r->looking) {
        if (r->in.place < r->inside) {
            TT_TRY(look_inside(r, found, error));
            continue;
        }
        TT_TRY(tt_peek_look(&r->in, TT_ART_HEAD, &at, &there, error));
        kind = tt_art_parse(at, there, &blip);
        *found = kind != TT_ART_NONE;
        if (*found)
            TT_TRY(start(r, &blip, kind, error));
        else if (there > 0)
            TT_TRY(enter(r, at, there, error));
    }
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    art_reader *r = (art_reader *)reader;

    *more = 0;
    TT_TRY(finish(r, error));
    TT_TRY(walk(r, more, error));
    if (!*more && r->looking)
        TT_TRY(look_for(r, UINT64_MAX, more, error));
    if (!*more) {
        *trouble = r->in.trouble.status != TUTELA_ITEM_CLEAR ? r->in.trouble : r->trouble;
        return TUTELA_OK;
    }
    out->size = r->blip.metafile ? r->blip.inflated : r->blip.size;
    return TUTELA_OK;
}

/* ---- The formats --------------------------------------------------------------------------- */

static void shut(tt_reader *reader)
{
    art_reader *r = (art_reader *)reader;

    if (!r)
        return;
    tt_inflater_free(r->inflate);
    tt_free(r);
}

static tutela_status begin(tt_reader **out, tt_stream *stream, const tt_format *format, int looking,
                           tutela_error *error)
{
    art_reader *r = tt_alloc(1, sizeof *r);

    if (!r)
        return tt_no_memory(error);
    r->reader.format = format;
    r->looking = looking;
    r->spoilt = r->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    tt_peek_init(&r->in, stream);
    *out = &r->reader;
    return TUTELA_OK;
}

extern const tt_format tt_format_officeart;
extern const tt_format tt_format_word;
extern const tt_format tt_format_excel;

static tutela_status begin_pictures(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    return begin(out, stream, &tt_format_officeart, 0, error);
}

static tutela_status begin_word(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    return begin(out, stream, &tt_format_word, 1, error);
}

static tutela_status begin_excel(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    art_reader *r;

    TT_TRY(begin(out, stream, &tt_format_excel, 0, error));
    r = (art_reader *)*out;
    tt_excel_stream_init(&r->excel, stream);
    tt_peek_init(&r->in, &r->excel.stream);
    return TUTELA_OK;
}

const tt_format tt_format_officeart = {"officeart", 0, begin_pictures, next, read_member, shut};
const tt_format tt_format_word = {"word", 0, begin_word, next, read_member, shut};
const tt_format tt_format_excel = {"excel", 0, begin_excel, next, read_member, shut};
