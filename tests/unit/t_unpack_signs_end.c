/*
 * t_unpack_signs_end: the search for a zip's end record, every kernel of it against a search byte by byte;
 * and bytes that go by in pieces, against the whole.
 */
#include "lanes_kit.h"

#include "digest/cpu.h"
#include "unpack/signs_end.h"
#include "unpack/tails.h"

#define MOST (3 * TT_END_BLOCK)

/* The number of the last block that a sign begins in, or just before; byte by byte. */
static size_t plainly(const uint8_t *data, size_t blocks)
{
    for (size_t at = blocks * TT_END_BLOCK; at-- > 0;)
        if (at + 2 < blocks * TT_END_BLOCK && memcmp(data + at, "PK\5", 3) == 0)
            return at / TT_END_BLOCK + 1;
    return 0;
}

static const uint8_t *last_of(const uint8_t *data, size_t size)
{
    for (size_t at = size; at-- > 0;)
        if (size - at >= 4 && memcmp(data + at, "PK\5\6", 4) == 0)
            return data + at;
    return NULL;
}

/* A sign at every place, at every address. */
static void kernels(void)
{
    static uint8_t room[MOST + 200];
    const tt_end_kernel *kernel;
    uint32_t there = tt_cpu_present();
    size_t ran = 0;

    for (size_t i = 0; (kernel = tt_end_kernel_at(i)); i++) {
        size_t missed = 0, early = 0;

        if (kernel->needs & ~there)
            continue;
        ran++;
        for (size_t shift = 0; shift < 65; shift++) {
            uint8_t *data = room + shift;

            memset(room, 'P', sizeof room);
            early += kernel->function(data, MOST / TT_END_BLOCK) != 0;
            memset(room, 'K', sizeof room);
            early += kernel->function(data, MOST / TT_END_BLOCK) != 0;
            memset(room, 0, sizeof room);
            for (size_t at = 0; at + 4 <= MOST; at++) {
                memcpy(data + at, "PK\5\6", 4);
                missed += kernel->function(data, MOST / TT_END_BLOCK) < plainly(data, MOST / TT_END_BLOCK);
                early += kernel->function(data, MOST / TT_END_BLOCK)
                         > plainly(data, MOST / TT_END_BLOCK) + (at % TT_END_BLOCK == TT_END_BLOCK - 1);
                memset(data + at, 0, 4);
            }
        }
        is_u64(missed, 0, "kernel %zu misses none", i);
        is_u64(early, 0, "and does not stop for nothing");
    }
    ok(ran > 0, "there is one for this machine");
    ok(!tt_end_kernel_at(ran + 100), "and no end of them is passed");
}

static void searches(void)
{
    static uint8_t room[1500];
    size_t wrong = 0;

    lane_bytes(1, room, sizeof room);
    for (size_t size = 0; size < 1100; size += size < 20 ? 1 : 37)
        for (size_t at = 0; at < size; at++) {
            uint8_t *data = room + at % 5;
            size_t some = size - at < 4 ? size - at : 4;

            memcpy(data + at, "PK\5\6", some);
            wrong += tt_end_sign(data, size) != last_of(data, size);
            memcpy(data + at, "\6K\5P", some);
            wrong += tt_end_sign(data, size) != last_of(data, size);
        }
    is_u64(wrong, 0, "at every place, of every size, whole or cut");
    for (size_t i = 0; i < sizeof room; i++)
        room[i] = (uint8_t)"PK\5\6"[lane_mix(i) % 4];
    for (size_t size = 0; size < sizeof room; size++)
        wrong += tt_end_sign(room, size) != last_of(room, size);
    is_u64(wrong, 0, "among much that looks like it");
}

/* ---- In pieces ---------------------------------------------------------------------------------- */

static uint8_t file[TT_TAIL_SIZE + 3000];

/* From here on to its end. */
static tt_tail_passed passed_in(size_t from, size_t piece)
{
    tt_tail_passed passed = {0};

    for (size_t at = from; at < sizeof file; at += piece)
        tt_tail_pass(&passed, at, file + at, sizeof file - at < piece ? sizeof file - at : piece);
    return passed;
}

static void pieces(void)
{
    size_t start = sizeof file - TT_TAIL_SIZE, wrong = 0;
    tt_tail_passed passed = {0};

    lane_bytes(2, file, sizeof file);
    for (size_t piece = 1; piece < 9; piece++)
        for (size_t at = sizeof file - 100; at + 4 <= sizeof file; at++) {
            memcpy(file + at, "PK\5\6", 4);
            passed = passed_in(sizeof file - 150, piece);
            wrong += passed.sign == 0;
            file[at + 3] = 7;
            passed = passed_in(sizeof file - 150, piece);
            wrong += passed.sign != 0;
        }
    is_u64(wrong, 0, "a sign is seen in pieces of any size, and what is none is not");
    passed = passed_in(start, 4096);
    ok(!tt_tail_may_open(&passed, sizeof file), "all of the end went by, and no sign");
    ok(tt_tail_may_open(&passed, sizeof file + 1), "a file that ends later");
    passed = passed_in(start + 1, 4096);
    ok(tt_tail_may_open(&passed, sizeof file), "a byte of the end did not go by");
    tt_tail_pass(&passed, 0, file, 100);
    ok(passed.from == 0 && passed.to == 100 && !tt_tail_may_open(&passed, 100), "begun again");
    tt_tail_pass(&passed, 101, file, 100);
    ok(passed.from == 101 && tt_tail_may_open(&passed, 201), "what is not next to it begins anew");
    memcpy(file + start, "PK\5\6", 4);
    passed = passed_in(start, 1000);
    ok(tt_tail_may_open(&passed, sizeof file), "a sign at the very front");
    passed = passed_in(start + 2, 1000);
    ok(!passed.sign, "half of one is none");
}

int main(void)
{
    kernels();
    searches();
    pieces();
    return tap_done();
}
