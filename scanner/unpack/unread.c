/*
 * unread: containers that are known by their first bytes and that nothing here opens.
 *
 * They are not plain files: what they hold was not seen, and so each is `unsupported`. A format that
 * comes to be read leaves this table.
 */
#include "unpack/reader.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

typedef struct sign {
    size_t at;
    size_t size;
    const char *bytes;
} sign;

#define SIGN(what, at, text) {at, sizeof(text) - 1, text}

static const sign signs[] = {
    SIGN("ace", 7, "**ACE**"),
    SIGN("alz", 0, "ALZ\1"),
    SIGN("egg", 0, "EGGA\0\1"),
    SIGN("lrzip", 0, "LRZI\0"),
    SIGN("lzop", 0, "\x89LZO\0\r\n\x1a\n"),
    SIGN("snappy", 0, "\xff\x06\0\0sNaPpY"),
    SIGN("stuffit", 0, "StuffIt (c)1997-"),
    SIGN("warc", 0, "WARC/0."),
    SIGN("warc", 0, "WARC/1."),
    SIGN("wim", 0, "MSWIM\0\0\0"),
    SIGN("zoo", 20, "\xdc\xa7\xc4\xfd"),
    SIGN("zpaq", 0, "7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3"),
    SIGN("zpaq", 0, "zPQ\1"),
};

/* An ARJ has two bytes of sign: the rest of its first header must make sense. */
static int is_arj(const uint8_t *head, size_t size)
{
    unsigned length;

    if (size < 34 || memcmp(head, "\x60\xea", 2) != 0)
        return 0;
    length = tt_load16(head + 2);
    /* 2,600 bytes at most; its fixed part 30 at least; type 2 is the archive's own header. */
    return length >= 32 && length <= 2600 && head[4] >= 30 && head[4] <= length && head[10] == 2;
}

static int fits(const uint8_t *head, size_t size)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (size >= signs[i].at + signs[i].size
            && memcmp(head + signs[i].at, signs[i].bytes, signs[i].size) == 0)
            return 2;
    return is_arj(head, size) ? 2 : 0;
}

extern const tt_format tt_format_unread;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    tt_reader *reader = tt_alloc(1, sizeof *reader);

    (void)stream;
    if (!reader)
        return tt_no_memory(error);
    reader->format = &tt_format_unread;
    *out = reader;
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    (void)reader;
    (void)out;
    (void)error;
    *more = 0;
    *trouble = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a container that is not opened"};
    return TUTELA_OK;
}

/* There is no member to be read. */
static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    (void)reader;
    (void)buffer;
    (void)size;
    (void)trouble;
    (void)error;
    *got = 0;
    return TUTELA_OK;
}

static void shut(tt_reader *reader)
{
    tt_free(reader);
}

const tt_format tt_format_unread = {"unread", 0, 40, fits, begin, next, read_member, shut};
