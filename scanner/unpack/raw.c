/* raw: see raw.h. The space and the zip at its end are two readers, one after the other. */
#include "unpack/raw.h"

#include "base/mem.h"
#include "unpack/overlay.h"

#include <stdio.h>
#include <string.h>

#define FOUND_NAME 48u /* of what a search finds: a number, and an extension */

typedef struct raw_reader {
    tt_reader reader;
    tt_stream *whole;
    tt_reader *now;       /* the space, then the zip if there is one */
    int behind;           /* it is the zip */
    tt_trouble ended;     /* how the space did */
    tt_cover cover;       /* of that */
    int has_zip;          /* it has found a whole zip that ends where all does */
} raw_reader;

static void leave(raw_reader *r)
{
    if (r->now)
        r->now->format->close(r->now);
    r->now = NULL;
}

static void end(tt_reader *reader)
{
    raw_reader *r = (raw_reader *)reader;

    if (!r)
        return;
    leave(r);
    tt_free(r);
}

/* What is too small is not searched, and may end in a zip all the same. */
static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    raw_reader *r;
    tutela_status status;

    if (stream->size < TT_RAW_LEAST)
        return tt_format_tail.open(out, stream, error);
    r = tt_alloc(1, sizeof *r);
    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_raw;
    r->whole = stream;
    status = tt_format_space.open(&r->now, stream, error);
    if (status != TUTELA_OK) {
        end(&r->reader);
        return status;
    }
    r->cover = *r->now->cover;
    r->reader.cover = &r->cover;
    *out = &r->reader;
    return TUTELA_OK;
}

/* Is what was found, and is whole, a zip at the end of all? It is named by where it begins. */
static int is_last_zip(const raw_reader *r, const tt_member *found)
{
    char name[FOUND_NAME];
    int size = snprintf(name, sizeof name, "carved/%llu.zip", (unsigned long long)(r->whole->size - found->size));

    return found->trouble.status == TUTELA_ITEM_CLEAR && found->name_size == (size_t)size
           && memcmp(found->name, name, (size_t)size) == 0;
}

/* The next of the space. */
static tutela_status next_found(raw_reader *r, tt_member *out, int *more, tt_trouble *trouble,
                                tutela_error *error)
{
    TT_TRY(r->now->format->next(r->now, out, more, trouble, error));
    r->cover = *r->now->cover;
    if (!*more)
        r->ended = *trouble;
    else if (is_last_zip(r, out))
        r->has_zip = 1;
    return TUTELA_OK;
}

/* The next behind the space, which has told all; and in the end how both did. */
static tutela_status next_behind(raw_reader *r, tt_member *out, int *more, tt_trouble *trouble,
                                 tutela_error *error)
{
    if (!r->behind) {
        leave(r);
        r->behind = 1;
        if (!r->has_zip)
            TT_TRY(tt_format_tail.open(&r->now, r->whole, error));
    }
    if (r->now)
        TT_TRY(r->now->format->next(r->now, out, more, trouble, error));
    if (!*more && r->ended.status != TUTELA_ITEM_CLEAR)
        *trouble = r->ended;
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    raw_reader *r = (raw_reader *)reader;

    *more = 0;
    if (!r->behind)
        TT_TRY(next_found(r, out, more, trouble, error));
    return *more ? TUTELA_OK : next_behind(r, out, more, trouble, error);
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    raw_reader *r = (raw_reader *)reader;

    return r->now->format->read(r->now, buffer, size, got, trouble, error);
}

const tt_format tt_format_raw = {"raw", TT_SEEKS | TT_ENTIRE, begin, next, read_member, end};

tutela_status tt_raw_is(int *out, const tt_sink *sink, void *user, const tt_budget *budget,
                        const tt_member *member, const uint8_t *head, size_t size, tutela_error *error)
{
    if (!budget->wishes.carve || !sink->unknown || member->origin == TUTELA_ORIGIN_CARVED)
        return TUTELA_OK;
    return sink->unknown(user, head, size, out, error);
}
