/*
 * zip: a zip file by its directory, and then whatever members the directory does not tell of.
 *
 * libarchive unpacks: first going by the directory, then, in each gap that begins like a member, going
 * by the members' own headers. A zip without its directory, cut off perhaps, is read the second way
 * from its front, and said to be damaged.
 */
#include "unpack/archive.h"
#include "unpack/reader.h"
#include "unpack/signs.h"
#include "unpack/zip_directory.h"

#include "base/mem.h"

#include <string.h>

typedef struct zip_reader {
    tt_reader reader;
    tt_stream *stream;
    tt_zip_directory directory;
    tt_part_stream part; /* what `inner` reads */
    tt_reader *inner;
    size_t next_gap;
    int by_directory; /* `inner` goes by it */
    tt_trouble trouble;
    uint8_t name[TT_NAME_MAX];
} zip_reader;

static void worsen(zip_reader *r, tt_trouble trouble)
{
    if (r->trouble.status == TUTELA_ITEM_CLEAR)
        r->trouble = trouble;
}

static void shut(tt_reader *reader)
{
    zip_reader *r = (zip_reader *)reader;

    if (!r)
        return;
    if (r->inner)
        r->inner->format->close(r->inner);
    tt_zip_directory_done(&r->directory);
    tt_free(r);
}

/* Read a part next, in one of the two ways. */
static tutela_status turn_to(zip_reader *r, const tt_format *way, uint64_t offset, uint64_t size,
                             tutela_error *error)
{
    if (r->inner)
        r->inner->format->close(r->inner);
    r->inner = NULL;
    r->by_directory = way == &tt_format_zip_listed;
    tt_part_stream_init(&r->part, r->stream, offset, size);
    return way->open(&r->inner, &r->part.stream, error);
}

extern const tt_format tt_format_zip;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    zip_reader *r = tt_alloc(1, sizeof *r);
    tutela_status status;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_zip;
    r->stream = stream;
    status = tt_zip_directory_read(&r->directory, stream, error);
    r->trouble = r->directory.trouble;
    /* libarchive does not know a zip of no members, which has nothing but its end. */
    if (status == TUTELA_OK && r->directory.end > 0 && r->directory.count == 0)
        status = turn_to(r, &tt_format_zip_unlisted, 0, 0, error);
    else if (status == TUTELA_OK && r->directory.end > 0)
        status = turn_to(r, &tt_format_zip_listed, 0, r->directory.end, error);
    else if (status == TUTELA_OK)
        status = turn_to(r, &tt_format_zip_unlisted, 0, stream->size, error);
    if (status != TUTELA_OK) {
        shut(&r->reader);
        return status;
    }
    *out = &r->reader;
    return TUTELA_OK;
}

/* A name that libarchive cannot turn into text, as it is stored. */
static tutela_status find_name(zip_reader *r, tt_member *member, tutela_error *error)
{
    uint64_t headers = tt_archive_headers(r->inner);

    if (member->name_size > 0 || !r->by_directory || headers == 0)
        return TUTELA_OK;
    TT_TRY(tt_zip_directory_name(&r->directory, r->stream, headers - 1, r->name, sizeof r->name,
                                 &member->name_size, error));
    member->name = r->name;
    member->name_size = strnlen((const char *)r->name, member->name_size);
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    zip_reader *r = (zip_reader *)reader;

    *more = 0;
    while (r->inner) {
        tt_trouble ended = {TUTELA_ITEM_CLEAR, ""};
        TT_TRY(r->inner->format->next(r->inner, out, more, &ended, error));
        if (*more)
            return find_name(r, out, error);
        worsen(r, ended);
        if (r->by_directory && tt_archive_headers(r->inner) < r->directory.count)
            worsen(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "members that are listed and not there"});
        if (r->next_gap == r->directory.gap_count)
            break;
        tt_zip_gap gap = r->directory.gaps[r->next_gap++];
        TT_TRY(turn_to(r, &tt_format_zip_unlisted, gap.offset, gap.size, error));
    }
    *trouble = r->trouble;
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    zip_reader *r = (zip_reader *)reader;

    return r->inner->format->read(r->inner, buffer, size, got, trouble, error);
}

const tt_format tt_format_zip = {"zip", 1, begin, next, read_member, shut};
