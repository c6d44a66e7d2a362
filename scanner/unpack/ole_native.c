/*
 * ole_native: a file put into a document as a package, in a stream called \1Ole10Native.
 *
 *     size of all that follows, 2, label, path, 0, 3, size, path, size, the file, then perhaps the
 *     three names again as UTF-16, each with its length
 *
 * Names are ended by a NUL, in the writer's own character set, and are handed on as they are. Paint's
 * pictures lie in such a stream bare, after the size. [MS-OLEDS] tells only of the first size; the
 * rest is what Windows' packager writes.
 */
#include "unpack/peek.h"
#include "unpack/reader.h"
#include "unpack/signs.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

/* Bytes after the file that are looked at: three names of at most 1,000 characters. */
#define TAIL_MAX (3u * (4 + 2 * 1000))

typedef struct native_reader {
    tt_reader reader;
    tt_peek in;
    tt_package package;
    int listed;
    uint64_t left;       /* bytes of the file not read yet */
    tt_trouble trouble;  /* of its bytes */
    uint8_t name[TT_PACKAGE_HEAD];
} native_reader;

static void shut(tt_reader *reader)
{
    tt_free(reader);
}

extern const tt_format tt_format_ole10native;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    native_reader *r = tt_alloc(1, sizeof *r);
    const uint8_t *head;
    tutela_status status;
    uint64_t done = 0;
    size_t got = 0;
    int is = 0;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_ole10native;
    r->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    tt_peek_init(&r->in, stream);
    status = tt_peek_look(&r->in, TT_PACKAGE_HEAD, &head, &got, error);
    if (status == TUTELA_OK && (is = tt_package_parse(head, got, &r->package)) != 0) {
        memcpy(r->name, head + r->package.name, r->package.name_size);
        r->left = r->package.size;
        status = tt_peek_skip(&r->in, r->package.start, &done, error);
    }
    if (status != TUTELA_OK || !is)
        shut(&r->reader);
    else
        *out = &r->reader;
    return status;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    native_reader *r = (native_reader *)reader;

    *got = 0;
    if (size > r->left)
        size = (size_t)r->left;
    if (size > 0 && r->trouble.status == TUTELA_ITEM_CLEAR) {
        TT_TRY(tt_peek_read(&r->in, buffer, size, got, &r->trouble, error));
        r->left -= *got;
        if (*got == 0 && r->trouble.status == TUTELA_ITEM_CLEAR)
            r->trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    }
    *trouble = r->trouble;
    return TUTELA_OK;
}

/* What follows the file: nothing, or three names in UTF-16. */
static int is_tail(const uint8_t *tail, size_t size)
{
    tt_cursor c = tt_cursor_over(tail, size);

    for (int i = 0; i < 3 && size > 0; i++)
        tt_cursor_skip(&c, 2 * (uint64_t)tt_cursor_u32(&c));
    return !c.failed && tt_cursor_left(&c) == 0;
}

static tutela_status judge_end(native_reader *r, tt_trouble *trouble, tutela_error *error)
{
    uint8_t scratch[4096];
    uint64_t stated = r->package.total + 4 - r->package.start - r->package.size;
    const uint8_t *tail;
    size_t got = 1;

    while (got > 0 && r->left > 0)
        TT_TRY(read_member(&r->reader, scratch, sizeof scratch, &got, trouble, error));
    TT_TRY(tt_peek_look(&r->in, TAIL_MAX + 1, &tail, &got, error));
    *trouble = r->trouble;
    if (trouble->status == TUTELA_ITEM_CLEAR)
        *trouble = r->in.trouble;
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    if (got < stated)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    else if (got > stated || !is_tail(tail, got))
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "not of the size it states"};
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    native_reader *r = (native_reader *)reader;

    *more = !r->listed;
    if (r->listed)
        return judge_end(r, trouble, error);
    r->listed = 1;
    out->name = r->name;
    out->name_size = r->package.name_size;
    out->size = r->package.size;
    return TUTELA_OK;
}

const tt_format tt_format_ole10native = {"ole10native", 0, begin, next, read_member, shut};
