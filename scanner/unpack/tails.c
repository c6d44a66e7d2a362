/*
 * tails: see tails.h. The layout is APPNOTE.TXT's 4.3.12 to 4.3.16.
 *
 * Offsets are no sign: they count from the file's first byte or from the zip's. The directory's size
 * is one, since it stands right before the end record.
 */
#include "unpack/tails.h"

#include "base/cursor.h"
#include "unpack/signs_end.h"

#include <string.h>

#define END_SIZE 22u
#define LOCATOR_SIZE 20u
#define END64_SIZE 56u
#define ENTRY_SIZE 46u

/* What an end record says. */
typedef struct ending {
    uint64_t count, size;
    uint64_t at; /* in the tail: what the directory stands before */
} ending;

/* The record in its larger form, when it is there. */
static void widen(ending *e, const uint8_t *tail, size_t at)
{
    const uint8_t *large;

    if (at < LOCATOR_SIZE + END64_SIZE || memcmp(tail + at - LOCATOR_SIZE, "PK\6\7", 4) != 0)
        return;
    large = tail + at - LOCATOR_SIZE - END64_SIZE;
    if (memcmp(large, "PK\6\6", 4) != 0)
        return;
    *e = (ending){tt_load64(large + 32), tt_load64(large + 40), at - LOCATOR_SIZE - END64_SIZE};
}

/* How sure the end record at `at` is one. */
static int judge(const uint8_t *tail, size_t size, size_t at, uint64_t file_size)
{
    const uint8_t *record = tail + at;
    ending e = {tt_load16(record + 10), tt_load32(record + 12), at};

    /* On one disk; its comment is all there. */
    if (tt_load16(record + 4) != tt_load16(record + 6)
        || tt_load16(record + 20) > size - at - END_SIZE)
        return 0;
    widen(&e, tail, at);
    if (e.count == 0 || e.size < ENTRY_SIZE || e.size / ENTRY_SIZE < e.count
        || e.size > file_size - (size - e.at))
        return 0;
    if (e.size > e.at)
        return 1;
    return memcmp(tail + e.at - e.size, "PK\1\2", 4) == 0 ? 2 : 0;
}

static int is_last(const uint8_t *tail, size_t size, size_t at)
{
    return at + END_SIZE + tt_load16(tail + at + 20) == size;
}

static int look(const uint8_t *tail, size_t size, uint64_t file_size, int last)
{
    const uint8_t *sign;
    size_t before;
    int sure = 0;

    if (size < END_SIZE + ENTRY_SIZE || size > file_size)
        return 0;
    /* The last record that is one: a comment may hold what looks like another. */
    for (before = size - END_SIZE + TT_SIGN_SIZE; !sure && (sign = tt_end_sign(tail, before));) {
        before = (size_t)(sign - tail);
        if (!last || is_last(tail, size, before))
            sure = judge(tail, size, before, file_size);
    }
    return sure;
}

int tt_tail_opens(const uint8_t *tail, size_t size, uint64_t file_size)
{
    return look(tail, size, file_size, 0);
}

int tt_tail_ends(const uint8_t *tail, size_t size, uint64_t file_size)
{
    return look(tail, size, file_size, 1);
}

/* ---- As they go by ---------------------------------------------------------------------------- */

#define KEPT (TT_SIGN_SIZE - 1)

/* Keep the last of these bytes, which stand behind those that are kept. */
static void keep(tt_tail_passed *passed, const uint8_t *data, size_t size)
{
    uint8_t *kept = passed->kept;
    size_t some = size < KEPT ? size : KEPT, old = KEPT - some;

    if (passed->kept_size < old)
        old = passed->kept_size;
    memmove(kept, kept + passed->kept_size - old, old);
    memcpy(kept + old, data + size - some, some);
    passed->kept_size = old + some;
}

void tt_tail_pass(tt_tail_passed *passed, uint64_t at, const uint8_t *data, size_t size)
{
    uint8_t joint[2 * KEPT];
    size_t some = size < KEPT ? size : KEPT;

    if (size == 0)
        return;
    if (at == 0 || at != passed->to)
        *passed = (tt_tail_passed){.from = at};
    passed->to = at + size;
    memcpy(joint, passed->kept, passed->kept_size);
    memcpy(joint + passed->kept_size, data, some);
    passed->sign = passed->sign || tt_end_sign(joint, passed->kept_size + some)
                   || tt_end_sign(data, size);
    keep(passed, data, size);
}

int tt_tail_may_open(const tt_tail_passed *passed, uint64_t file_size)
{
    uint64_t wanted = file_size < TT_TAIL_SIZE ? 0 : file_size - TT_TAIL_SIZE;

    return passed->sign || passed->from > wanted || passed->to != file_size;
}
