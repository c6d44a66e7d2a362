/*
 * onenote: the files and pictures in a OneNote section (.one, [MS-ONESTORE]).
 *
 * Each lies in a FileDataStoreObject between two GUIDs of its own, which are looked for from front to
 * end: so are found those too that no page refers to any more. Both must be there. A closing GUID
 * without its opening one is a member that was not found; one opening without a closing one is
 * damaged, and its bytes are given up to the next GUID. They have no names here: those stand in the
 * pages' own objects, which are not read.
 *
 * Not seen: files in a section that is encrypted (said), or packed for the web as a package store
 * (said); the text of pages.
 */
#include "unpack/reader.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

#define WINDOW ((size_t)1 << 16)
#define MARK 16u         /* a GUID */
#define OBJECT_HEAD 36u  /* the opening GUID, a length, twelve bytes more */
#define FILE_HEADER 1024u
#define FORMAT_AT 48u    /* in it: which kind of file this is */
#define LENGTH_AT 196u   /* in it: bytes of the file */
#define ALIGNMENT 8u

/* As they lie in the file. */
static const uint8_t opening[MARK] = {0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45,
                                      0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac};
static const uint8_t closing[MARK] = {0x22, 0xa7, 0xfb, 0x71, 0x79, 0x0f, 0x0b, 0x4a,
                                      0xbb, 0x13, 0x89, 0x92, 0x56, 0x42, 0x6b, 0x24};
/* {109ADD3F-911B-49F5-A5D0-1791EDC8AED8}: what is read here. */
static const uint8_t store[MARK] = {0x3f, 0xdd, 0x9a, 0x10, 0x1b, 0x91, 0xf5, 0x49,
                                    0xa5, 0xd0, 0x17, 0x91, 0xed, 0xc8, 0xae, 0xd8};
/* {638DE92F-A6D4-4BC1-9A36-B3FC2511A5B7}: a package store. */
static const uint8_t package[MARK] = {0x2f, 0xe9, 0x8d, 0x63, 0xd4, 0xa6, 0xc1, 0x4b,
                                      0x9a, 0x36, 0xb3, 0xfc, 0x25, 0x11, 0xa5, 0xb7};
/* How the key of an encrypted section begins and ends (2.5.19). */
static const uint8_t key_opening[8] = {0x67, 0xa0, 0xd1, 0xda, 0x85, 0xa3, 0x6b, 0xfb};
/* The key itself is a page of XML: more than this lies between them only by chance. */
#define KEY_MAX 65536u
static const uint8_t key_closing[8] = {0x3c, 0x8b, 0x19, 0x8e, 0x4f, 0x29, 0x49, 0x26};

typedef enum mark { NONE, OPENING, CLOSING, KEY } mark;

typedef struct onenote_reader {
    tt_reader reader;
    tt_stream *stream;
    uint64_t at;          /* what is looked at next */
    uint64_t data, size;  /* the member's */
    uint64_t given;
    uint64_t key;         /* where one may have begun, or UINT64_MAX */
    tt_trouble spoilt;    /* the member's, at its end */
    tt_trouble trouble;   /* the whole's */
    tt_trouble source;    /* the stream's: nothing beyond was seen */
    uint64_t window_at;
    size_t window_size;
    uint8_t window[WINDOW];
} onenote_reader;

extern const tt_format tt_format_onenote;

static void note(onenote_reader *r, tutela_item_status status, const char *reason)
{
    if (r->trouble.status == TUTELA_ITEM_CLEAR)
        r->trouble = (tt_trouble){status, reason};
}

/* Have the bytes from `at` on in the window, at least MARK of them unless there are no more. */
static tutela_status look(onenote_reader *r, uint64_t at, const uint8_t **out, size_t *size,
                          tutela_error *error)
{
    uint64_t end = r->window_at + r->window_size;

    if (r->source.status == TUTELA_ITEM_CLEAR
        && (at < r->window_at || at > end || (end - at < OBJECT_HEAD && end < r->stream->size))) {
        TT_TRY(tt_stream_read_at(r->stream, at, r->window, sizeof r->window, &r->window_size,
                                 &r->source, error));
        r->window_at = at;
        end = at + r->window_size;
    }
    *size = at >= r->window_at && at < end ? (size_t)(end - at) : 0;
    *out = r->window + (at - r->window_at < sizeof r->window ? at - r->window_at : 0);
    return TUTELA_OK;
}

static mark mark_at(const uint8_t *at, size_t left)
{
    if (left >= MARK && at[0] == opening[0] && memcmp(at, opening, MARK) == 0)
        return OPENING;
    if (left >= MARK && at[0] == closing[0] && memcmp(at, closing, MARK) == 0)
        return CLOSING;
    if (left >= 8 && at[0] == key_opening[0] && memcmp(at, key_opening, 8) == 0)
        return KEY;
    return NONE;
}

/* An encrypted section's key ends here. */
static int key_ends(const onenote_reader *r, uint64_t place, const uint8_t *at, size_t left)
{
    return r->key != UINT64_MAX && left >= 8 && at[0] == key_closing[0]
           && memcmp(at, key_closing, 8) == 0 && place - r->key <= KEY_MAX;
}

/* The next GUID from *place on, which moves there; NONE at the end. */
static tutela_status find(onenote_reader *r, uint64_t *place, mark *out, tutela_error *error)
{
    const uint8_t *at;
    size_t size = 1;

    *out = NONE;
    while (*out == NONE && size > 0) {
        size_t step = 0;
        TT_TRY(look(r, *place, &at, &size, error));
        while (step < size && (size - step >= MARK || *place + size >= r->stream->size)) {
            mark m = mark_at(at + step, size - step);
            if (key_ends(r, *place + step, at + step, size - step))
                note(r, TUTELA_ITEM_ENCRYPTED, "encrypted");
            if (m == KEY)
                r->key = *place + step;
            else if ((*out = m) != NONE)
                break;
            step++;
        }
        *place += step;
        if (step == 0 && *out == NONE)
            break; /* the stream failed within the last few bytes */
    }
    return TUTELA_OK;
}

/* What lies at an opening GUID: its bytes, and whether its closing one is where it says. */
static tutela_status measure(onenote_reader *r, int *closed, tutela_error *error)
{
    uint64_t left, padding;
    const uint8_t *at;
    size_t size;

    *closed = 0;
    TT_TRY(look(r, r->at, &at, &size, error));
    if (size < OBJECT_HEAD)
        return TUTELA_OK;
    r->size = tt_load64(at + MARK);
    r->data = r->at + OBJECT_HEAD;
    left = r->stream->size - r->data;
    if (left < MARK || r->size > left - MARK)
        return TUTELA_OK;
    padding = (ALIGNMENT - (OBJECT_HEAD + r->size) % ALIGNMENT) % ALIGNMENT;
    /* The object ends at a multiple of eight; some writers do not fill it up. */
    for (uint64_t fill = padding;; fill = 0) {
        TT_TRY(look(r, r->data + r->size + fill, &at, &size, error));
        *closed = mark_at(at, size) == CLOSING;
        if (*closed || fill == 0)
            break;
    }
    if (*closed)
        r->at = r->window_at + (uint64_t)(at - r->window) + MARK;
    return TUTELA_OK;
}

/* An object whose end is not where it says: up to the next GUID. */
static tutela_status rescue(onenote_reader *r, tutela_error *error)
{
    uint64_t place = r->at + OBJECT_HEAD;
    mark m = NONE;

    if (place > r->stream->size)
        place = r->stream->size;
    r->data = place;
    TT_TRY(find(r, &place, &m, error));
    r->size = place - r->data;
    r->at = m == CLOSING ? place + MARK : place;
    r->spoilt = (tt_trouble){TUTELA_ITEM_MALFORMED, m == NONE ? "cut off" : "damaged"};
    note(r, TUTELA_ITEM_MALFORMED, r->spoilt.reason);
    return TUTELA_OK;
}

static tutela_status read_header(onenote_reader *r, tutela_error *error)
{
    const uint8_t *at;
    size_t size;

    TT_TRY(look(r, 0, &at, &size, error));
    if (size < FILE_HEADER) {
        note(r, TUTELA_ITEM_MALFORMED, "cut off");
    } else if (memcmp(at + FORMAT_AT, package, MARK) == 0) {
        note(r, TUTELA_ITEM_UNSUPPORTED, "a container that is not opened");
    } else if (memcmp(at + FORMAT_AT, store, MARK) != 0) {
        note(r, TUTELA_ITEM_MALFORMED, "a header that is not in order");
    } else if (tt_load64(at + LENGTH_AT) > r->stream->size) {
        note(r, TUTELA_ITEM_MALFORMED, "cut off");
    }
    r->at = size < FILE_HEADER ? size : FILE_HEADER;
    return TUTELA_OK;
}

static void shut(tt_reader *reader)
{
    tt_free(reader);
}

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    onenote_reader *r = tt_alloc_raw(1, sizeof *r);
    tutela_status status;

    if (!r)
        return tt_no_memory(error);
    memset(r, 0, offsetof(onenote_reader, window));
    r->reader.format = &tt_format_onenote;
    r->stream = stream;
    r->key = UINT64_MAX;
    r->spoilt = r->trouble = r->source = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    status = read_header(r, error);
    if (status != TUTELA_OK) {
        shut(&r->reader);
        return status;
    }
    *out = &r->reader;
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    onenote_reader *r = (onenote_reader *)reader;
    mark m = CLOSING;
    int closed;

    for (;;) {
        TT_TRY(find(r, &r->at, &m, error));
        if (m != CLOSING)
            break;
        note(r, TUTELA_ITEM_MALFORMED, "members that were not found");
        r->at += MARK;
    }
    *more = m == OPENING;
    if (!*more) {
        *trouble = r->source.status != TUTELA_ITEM_CLEAR ? r->source : r->trouble;
        return TUTELA_OK;
    }
    r->spoilt = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    r->given = 0;
    TT_TRY(measure(r, &closed, error));
    if (!closed)
        TT_TRY(rescue(r, error));
    *out = (tt_member){.size = r->size, .modified = INT64_MIN, .trouble = {TUTELA_ITEM_CLEAR, ""}};
    *trouble = r->trouble;
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    onenote_reader *r = (onenote_reader *)reader;
    tt_trouble source = {TUTELA_ITEM_CLEAR, ""};
    uint64_t left = r->size - r->given;

    *got = 0;
    if (left > 0)
        TT_TRY(tt_stream_read_at(r->stream, r->data + r->given,
                                 buffer, size < left ? size : (size_t)left, got, &source, error));
    r->given += *got;
    if (*got > 0)
        return TUTELA_OK;
    *trouble = source.status != TUTELA_ITEM_CLEAR ? source : r->spoilt;
    if (left > 0 && trouble->status == TUTELA_ITEM_CLEAR)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    return TUTELA_OK;
}

const tt_format tt_format_onenote = {"onenote", TT_SEEKS, begin, next, read_member, shut};
