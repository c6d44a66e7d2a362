/*
 * android: the one tar in a backup that Android's `adb backup` made.
 *
 * Four lines (the sign, a version, whether it is compressed, how it is encrypted), then the tar, by
 * itself or as a zlib stream.
 */
#include "unpack/inflate.h"
#include "unpack/reader.h"
#include "unpack/signs.h"

#include "base/mem.h"

#include <string.h>

#define LINE_MAX_HERE 32u /* bytes; the longest that is written has 14 */

typedef struct android_reader {
    tt_reader reader;
    tt_stream *stream;
    tt_inflate *inflate; /* NULL: it is not compressed */
    size_t firsts, given;
    uint8_t first[512];  /* of what is not: a tar's first header, which was looked at */
    int listed;
    tt_trouble ended; /* known from the head: there is no member */
    tt_trouble spoilt;
    int through;
} android_reader;

/* One line, NUL-ended and without its end. 0 when there is none that is short. */
static tutela_status read_line(tt_stream *stream, char *out, int *good, tt_trouble *trouble,
                               tutela_error *error)
{
    size_t got = 0, size = 0;

    *good = 0;
    for (; size < LINE_MAX_HERE; size++) {
        TT_TRY(tt_stream_read(stream, out + size, 1, &got, trouble, error));
        if (got == 0 || out[size] == 0)
            return TUTELA_OK;
        if (out[size] == '\n')
            break;
    }
    *good = size < LINE_MAX_HERE;
    out[*good ? size : 0] = 0;
    return TUTELA_OK;
}

static int is_number(const char *text)
{
    return *text && strspn(text, "0123456789") == strlen(text);
}

/* What the head says: r->ended, or how to read on. */
static tutela_status read_head(android_reader *r, tutela_error *error)
{
    enum { SIGN, VERSION, COMPRESSED, ENCRYPTION, LINES };
    char lines[LINES][LINE_MAX_HERE + 1] = {{0}};
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    int good = 1;

    for (size_t i = 0; i < LINES && good; i++)
        TT_TRY(read_line(r->stream, lines[i], &good, &trouble, error));
    if (!good || !is_number(lines[VERSION]) || strspn(lines[COMPRESSED], "01") != 1
        || lines[COMPRESSED][1] != 0)
        r->ended = (tt_trouble){TUTELA_ITEM_MALFORMED, "a header that is not in order"};
    else if (strcmp(lines[ENCRYPTION], "AES-256") == 0)
        r->ended = (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
    else if (strcmp(lines[ENCRYPTION], "none") != 0)
        r->ended = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a method that is not known"};
    else if (lines[COMPRESSED][0] == '1')
        TT_TRY(tt_inflate_new(&r->inflate, r->stream, TT_INFLATE_ZLIB, error));
    else
        TT_TRY(tt_stream_read(r->stream, r->first, sizeof r->first, &r->firsts, &trouble, error));
    /* Compressed after all, or cut off so early that nothing would know it as a tar. */
    if (r->ended.status == TUTELA_ITEM_CLEAR && !r->inflate && !tt_fits_tar(r->first, r->firsts))
        r->ended = (tt_trouble){TUTELA_ITEM_MALFORMED, "damaged or cut off"};
    if (trouble.status != TUTELA_ITEM_CLEAR)
        r->ended = trouble;
    return TUTELA_OK;
}

static void shut(tt_reader *reader)
{
    android_reader *r = (android_reader *)reader;

    if (!r)
        return;
    tt_inflate_free(r->inflate);
    tt_free(r);
}

extern const tt_format tt_format_android;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    android_reader *r = tt_alloc(1, sizeof *r);
    tutela_status status;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_android;
    r->stream = stream;
    r->ended = r->spoilt = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    status = read_head(r, error);
    if (status != TUTELA_OK)
        shut(&r->reader);
    else
        *out = &r->reader;
    return status;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    android_reader *r = (android_reader *)reader;

    *got = 0;
    if (r->inflate) {
        TT_TRY(tt_inflate_read(r->inflate, buffer, size, got, &r->spoilt, error));
    } else if (r->given < r->firsts) {
        *got = size < r->firsts - r->given ? size : r->firsts - r->given;
        memcpy(buffer, r->first + r->given, *got);
        r->given += *got;
    } else {
        TT_TRY(r->stream->ops->read(r->stream, buffer, size, got, &r->spoilt, error));
    }
    if (*got == 0) {
        r->through = 1;
        *trouble = r->spoilt;
    }
    return TUTELA_OK;
}

/* How it ends, once the member was read. */
static tutela_status judge_end(android_reader *r, tt_trouble *trouble, tutela_error *error)
{
    uint8_t scratch[4096];
    tt_trouble none;
    size_t got;
    int more = 0;

    while (!r->through)
        TT_TRY(read_member(&r->reader, scratch, sizeof scratch, &got, &none, error));
    *trouble = r->spoilt;
    if (r->inflate && r->spoilt.status == TUTELA_ITEM_CLEAR)
        TT_TRY(tt_inflate_more(r->inflate, &more, error));
    if (more)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "bytes after its end"};
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    android_reader *r = (android_reader *)reader;

    *more = !r->listed && r->ended.status == TUTELA_ITEM_CLEAR;
    if (!*more) {
        *trouble = r->ended;
        return r->listed ? judge_end(r, trouble, error) : TUTELA_OK;
    }
    r->listed = 1;
    *out = (tt_member){.size = TT_SIZE_UNKNOWN, .modified = INT64_MIN,
                       .trouble = {TUTELA_ITEM_CLEAR, ""}};
    return TUTELA_OK;
}

const tt_format tt_format_android = {"android backup", 0, begin, next, read_member, shut};
