/*
 * zip: a zip file by its directory, and then whatever members the directory does not tell of.
 *
 * libarchive unpacks: first going by the directory, then, in each gap that begins like a member, going
 * by the members' own headers. A zip without its directory, cut off perhaps, is read the second way
 * from its front, and said to be damaged. In the place of a directory in which something is wrong
 * libarchive is given one of those members that are as it says; the others are read the second way.
 *
 * Encrypted members that the directory lists are opened when a password fits.
 *
 * Of a zip that is read in shares (see share.h) each is read by a directory of its own members; the last
 * share is also the gaps, so that members come in the order in which one reader has them, and a zip whose
 * directory is not in order is the first share's alone.
 */
#include "unpack/archive.h"
#include "unpack/reader.h"
#include "unpack/signs.h"
#include "unpack/zip_directory.h"
#include "unpack/zip_locked.h"
#include "unpack/zip_part.h"

#include "base/mem.h"

#include <string.h>

/* Listed members that libarchive fails at, after each of which it is given a directory of the rest. */
#define PASSED_MAX 64u

/*
 * A stream behind bytes that are not there, which a zip's offsets count: that of a zip that was made, or
 * mended, in a longer file, and cut out of it. They read as zeros.
 */
typedef struct led_stream {
    tt_stream stream;
    tt_stream *whole;
    uint64_t lead, place;
} led_stream;

typedef struct zip_reader {
    tt_reader reader;
    tt_stream *stream;
    tt_zip_directory directory;
    tt_part_stream part; /* what `inner` reads */
    led_stream led;      /* or this, over `part` */
    tt_zip_part own;     /* or this, of a share */
    uint64_t first, end; /* members that `inner` is to find by the directory */
    tt_reader *inner;
    tt_zip_locked locked;
    tt_reader *unlocked; /* an encrypted member, when a password fits: it is read from this */
    size_t next_gap;
    int by_directory; /* `inner` goes by it */
    int mended;       /* by one of members that are in order */
    int passing;      /* `inner` reads one that it failed at, by that one's own header */
    unsigned passed;  /* such members */
    tt_trouble trouble;
    uint8_t name[TT_NAME_MAX];
} zip_reader;

static void worsen(zip_reader *r, tt_trouble trouble)
{
    if (r->trouble.status == TUTELA_ITEM_CLEAR)
        r->trouble = trouble;
}

/* ---- Offsets that count more than there is -------------------------------------------------- */

static tutela_status led_read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                                 size_t *got, tt_trouble *trouble, tutela_error *error)
{
    led_stream *l = (led_stream *)stream;

    if (offset >= l->lead)
        return tt_stream_read_at(l->whole, offset - l->lead, buffer, size, got, trouble, error);
    *got = size < l->lead - offset ? size : (size_t)(l->lead - offset);
    memset(buffer, 0, *got);
    return TUTELA_OK;
}

static tutela_status led_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                              tt_trouble *trouble, tutela_error *error)
{
    led_stream *l = (led_stream *)stream;

    TT_TRY(led_read_at(stream, l->place, buffer, size, got, trouble, error));
    l->place += *got;
    return TUTELA_OK;
}

/* `whole`, or what stands for it when the directory has a lead that can be true. */
static tt_stream *lead_to(led_stream *l, tt_stream *whole, uint64_t lead)
{
    static const tt_stream_ops ops = {led_read, led_read_at};

    if (lead == 0 || lead > INT64_MAX - whole->size)
        return whole;
    *l = (led_stream){.stream = {.ops = &ops, .size = lead + whole->size}, .whole = whole, .lead = lead};
    return &l->stream;
}

/* ---- The reader ---------------------------------------------------------------------------- */

static void forget_unlocked(zip_reader *r)
{
    if (r->unlocked)
        r->unlocked->format->close(r->unlocked);
    r->unlocked = NULL;
}

static void shut(tt_reader *reader)
{
    zip_reader *r = (zip_reader *)reader;

    if (!r)
        return;
    forget_unlocked(r);
    tt_zip_locked_done(&r->locked);
    if (r->inner)
        r->inner->format->close(r->inner);
    tt_zip_part_done(&r->own);
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
    r->part.stream.secrets = NULL; /* they are tried by zip_locked.h */
    return way->open(&r->inner,
                     r->by_directory ? lead_to(&r->led, &r->part.stream, r->directory.lead)
                                     : &r->part.stream,
                     error);
}

/* A share's members, or those that are in order. */
static tutela_status turn_to_share(zip_reader *r, tutela_error *error)
{
    if (r->inner)
        r->inner->format->close(r->inner);
    r->inner = NULL;
    tt_zip_part_done(&r->own);
    r->own = (tt_zip_part){0};
    if (r->first == r->end)
        return TUTELA_OK;
    r->by_directory = r->mended = 1;
    TT_TRY(tt_zip_part_make(&r->own, r->stream, &r->directory, r->first, r->end, error));
    return tt_format_zip_listed.open(&r->inner, &r->own.stream, error);
}

/* The first part. */
static tutela_status turn_first(zip_reader *r, tutela_error *error)
{
    tt_share *share = r->stream->share;

    r->end = r->directory.count;
    if (share && tt_zip_part_find(&r->directory, share, &r->first, &r->end)) {
        if (share->index + 1 < share->count)
            r->next_gap = r->directory.gap_count;
        return turn_to_share(r, error);
    }
    if (share && share->index > 0) {
        r->next_gap = r->directory.gap_count;
        r->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
        return TUTELA_OK;
    }
    if (r->directory.end == 0)
        return turn_to(r, &tt_format_zip_unlisted, 0, r->stream->size, error);
    /* libarchive does not know a zip of no members, which has nothing but its end. */
    if (r->directory.count == 0)
        return turn_to(r, &tt_format_zip_unlisted, 0, 0, error);
    /* Libarchive ends at the first record that it does not like. */
    return r->directory.trouble.status != TUTELA_ITEM_CLEAR && tt_zip_part_mends(&r->directory)
               ? turn_to_share(r, error)
               : turn_to(r, &tt_format_zip_listed, 0, r->directory.end, error);
}

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
    if (status == TUTELA_OK)
        status = turn_first(r, error);
    if (status != TUTELA_OK) {
        shut(&r->reader);
        return status;
    }
    *out = &r->reader;
    return TUTELA_OK;
}

/* Members that the reader at hand has come to. */
static uint64_t headers_of(const zip_reader *r)
{
    return r->inner ? tt_archive_headers(r->inner) : 0;
}

/* A name that libarchive cannot turn into text, as it is stored. */
static tutela_status find_name(zip_reader *r, tt_member *member, tutela_error *error)
{
    uint64_t headers = headers_of(r);

    if (member->name_size > 0 || !r->by_directory || headers == 0)
        return TUTELA_OK;
    TT_TRY(tt_zip_directory_name(&r->directory, r->stream, r->first + headers - 1, r->name,
                                 sizeof r->name, &member->name_size, error));
    member->name = r->name;
    member->name_size = strnlen((const char *)r->name, member->name_size);
    return TUTELA_OK;
}

/* An encrypted member that the directory lists: is there a password? */
static tutela_status unlock(zip_reader *r, tt_member *member, tutela_error *error)
{
    uint64_t headers = headers_of(r);

    if (member->trouble.status != TUTELA_ITEM_ENCRYPTED || !r->by_directory || headers == 0)
        return TUTELA_OK;
    return tt_zip_unlock(&r->locked, &r->unlocked, r->stream, r->stream->secrets, &r->directory,
                         r->first + headers - 1, &member->trouble, error);
}

/* The member that libarchive failed at, by its own header. */
static tutela_status pass(zip_reader *r, tutela_error *error)
{
    tt_zip_place at = {0}, behind = {.place = r->directory.start};

    (void)tt_zip_directory_place(&r->directory, r->first, &at);
    (void)tt_zip_directory_place(&r->directory, r->first + 1, &behind);
    r->first++;
    r->passed++;
    r->passing = 1;
    return turn_to(r, &tt_format_zip_unlisted, at.place,
                   behind.place > at.place ? behind.place - at.place : 0, error);
}

/* What goes by the directory has come to an end: are there more that it lists? *more: they come now. */
static tutela_status go_on(zip_reader *r, int *more, tutela_error *error)
{
    *more = 0;
    if (r->by_directory) {
        r->first += headers_of(r);
        if (r->first >= r->end)
            return TUTELA_OK;
        worsen(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "members that are listed and not there"});
        if (!tt_zip_part_mends(&r->directory) || r->passed == PASSED_MAX)
            return TUTELA_OK;
        *more = 1;
        return r->mended ? pass(r, error) : turn_to_share(r, error);
    }
    *more = r->passing && r->first < r->end;
    r->passing = 0;
    return *more ? turn_to_share(r, error) : TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    zip_reader *r = (zip_reader *)reader;
    int go;

    *more = 0;
    forget_unlocked(r);
    for (;;) {
        tt_trouble ended = {TUTELA_ITEM_CLEAR, ""};
        if (r->inner)
            TT_TRY(r->inner->format->next(r->inner, out, more, &ended, error));
        if (*more) {
            TT_TRY(find_name(r, out, error));
            return unlock(r, out, error);
        }
        worsen(r, ended);
        TT_TRY(go_on(r, &go, error));
        if (go)
            continue;
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

    if (!r->unlocked)
        return r->inner->format->read(r->inner, buffer, size, got, trouble, error);
    TT_TRY(r->unlocked->format->read(r->unlocked, buffer, size, got, trouble, error));
    if (trouble->status == TUTELA_ITEM_MALFORMED) /* too large to be tried to its end */
        *trouble = (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
    return TUTELA_OK;
}

const tt_format tt_format_zip = {"zip", TT_SEEKS, begin, next, read_member, shut};
