/*
 * search: see search.h.
 */
#include "unpack/search.h"

#include "base/cursor.h"
#include "base/mem.h"
#include "unpack/crc.h"
#include "unpack/signs.h"

#include <string.h>

#define WINDOW 65536u
#define OVERLAP 64u /* as much of a sign, and of what is checked behind it */

/* ---- Is it more than a sign? `size` bytes are here; `left`, to the end of where it can be ------ */

static int is_zip(const uint8_t *at, size_t size, uint64_t left)
{
    return size >= 30 && at[4] <= 63 && tt_load16(at + 8) <= 99 && tt_load16(at + 26) > 0
           && 30u + tt_load16(at + 26) <= left;
}

static int is_sevenzip(const uint8_t *at, size_t size, uint64_t left)
{
    return size >= 32 && left >= 32 && at[6] == 0 && tt_crc32(0, at + 12, 20) == tt_load32(at + 8);
}

static int is_rar(const uint8_t *at, size_t size, uint64_t left)
{
    return size >= 16 && left >= 16 && (tt_fits_rar5(at, size) || (at[6] == 0 && at[9] == 0x73));
}

static int is_cab(const uint8_t *at, size_t size, uint64_t left)
{
    /* Version 1.3, and as large as it says. */
    return size >= 36 && at[24] == 3 && at[25] == 1 && tt_load32(at + 8) >= 44
           && tt_load32(at + 8) <= left;
}

static int is_inno(const uint8_t *at, size_t size, uint64_t left)
{
    return left >= 64 && tt_fits_inno(at, size);
}

static int is_itself(const uint8_t *at, size_t size, uint64_t left)
{
    (void)at;
    return size <= left;
}

/* ---- The search ---------------------------------------------------------------------------- */

typedef struct sign {
    const char *bytes;
    size_t size;
    size_t back; /* bytes before it that belong to it */
    int (*check)(const uint8_t *at, size_t size, uint64_t left);
} sign;

/* In the order of their bits. */
static const sign signs[] = {
    {"MSCF\0\0\0\0", 8, 0, is_cab},
    {"PK\3\4", 4, 0, is_zip},
    {"7z\xbc\xaf\x27\x1c", 6, 0, is_sevenzip},
    {"Rar!\x1a\7", 6, 0, is_rar},
    {"\xef\xbe\xad\xdeNullsoftInst", 16, 4, is_itself},
    {"Inno Setup Setup Data (", 23, 0, is_inno},
};

/* The first of one sign in the window's `size` bytes, or `size`. `left`: from the window on. */
static size_t first_of(const sign *s, const uint8_t *window, size_t size, uint64_t left)
{
    const uint8_t *at = window + s->back, *end = window + size;

    while (at < end && (at = memmem(at, (size_t)(end - at), s->bytes, s->size))) {
        const uint8_t *from = at - s->back;
        if (s->check(from, (size_t)(end - from), left - (uint64_t)(from - window)))
            return (size_t)(from - window);
        at++;
    }
    return size;
}

/* The first of all that are looked for, or `size`. */
static size_t first_in(unsigned kinds, const uint8_t *window, size_t size, uint64_t left)
{
    size_t first = size;

    for (size_t i = 0; i < sizeof signs / sizeof signs[0] && first > 0; i++) {
        size_t at = kinds >> i & 1 ? first_of(&signs[i], window, size, left) : size;
        first = at < first ? at : first;
    }
    return first;
}

tutela_status tt_search_part(tt_stream *stream, tt_overlay_part *part, unsigned kinds,
                             uint64_t most, int *found, tutela_error *error)
{
    uint64_t last = part->end - part->from < most ? part->end : part->from + most;
    TT_AUTO_FREE uint8_t *window = tt_alloc_raw(WINDOW, 1);
    tt_trouble trouble;

    *found = 0;
    if (!window)
        return tt_no_memory(error);
    for (uint64_t base = part->from; base < last;) {
        size_t wanted = part->end - base < WINDOW ? (size_t)(part->end - base) : WINDOW, got, first;
        TT_TRY(tt_stream_read_at(stream, base, window, wanted, &got, &trouble, error));
        first = kinds & TT_SEARCH_FRONT && base == part->from && tt_begins_container(window, got)
                    ? 0
                    : first_in(kinds, window, got, part->end - base);
        if (first < got) {
            part->from = base + first;
            *found = 1;
            return TUTELA_OK;
        }
        if (got < WINDOW)
            return TUTELA_OK;
        base += WINDOW - OVERLAP;
    }
    return TUTELA_OK;
}
