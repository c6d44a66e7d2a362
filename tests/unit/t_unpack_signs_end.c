/*
 * t_unpack_signs_end: the search for a zip's end record, every kernel of it against a search byte by byte;
 * and bytes that go by in pieces, against the whole.
 */
#include "unpack_kit.h"

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
    bytes b = kit_noise(1500);
    size_t wrong = 0;

    for (size_t size = 0; size < 1100; size += size < 20 ? 1 : 37)
        for (size_t at = 0; at < size; at++) {
            uint8_t *data = b.data + at % 5;
            size_t some = size - at < 4 ? size - at : 4;

            memcpy(data + at, "PK\5\6", some);
            wrong += tt_end_sign(data, size) != last_of(data, size);
            memcpy(data + at, "\6K\5P", some);
            wrong += tt_end_sign(data, size) != last_of(data, size);
        }
    is_u64(wrong, 0, "at every place, of every size, whole or cut");
    for (size_t i = 0; i < b.size; i++)
        b.data[i] = (uint8_t)"PK\5\6"[kit_random() % 4];
    for (size_t size = 0; size < b.size; size++)
        wrong += tt_end_sign(b.data, size) != last_of(b.data, size);
    is_u64(wrong, 0, "among much that looks like it");
    free(b.data);
}

/* ---- In pieces ---------------------------------------------------------------------------------- */

static tt_tail_passed passed_in(bytes b, size_t from, size_t piece)
{
    tt_tail_passed passed = {0};

    for (size_t at = from; at < b.size; at += piece)
        tt_tail_pass(&passed, at, b.data + at, b.size - at < piece ? b.size - at : piece);
    return passed;
}

static void pieces(void)
{
    bytes b = kit_noise(TT_TAIL_SIZE + 3000);
    size_t start = b.size - TT_TAIL_SIZE, wrong = 0;
    tt_tail_passed passed = {0};

    for (size_t piece = 1; piece < 9; piece++)
        for (size_t at = b.size - 100; at + 4 <= b.size; at++) {
            memcpy(b.data + at, "PK\5\6", 4);
            passed = passed_in((bytes){b.data, b.size}, b.size - 150, piece);
            wrong += passed.sign == 0;
            b.data[at + 3] = 7;
            passed = passed_in((bytes){b.data, b.size}, b.size - 150, piece);
            wrong += passed.sign != 0;
        }
    is_u64(wrong, 0, "a sign is seen in pieces of any size, and what is none is not");
    passed = passed_in(b, start, 4096);
    ok(!tt_tail_may_open(&passed, b.size), "all of the end went by, and no sign");
    ok(tt_tail_may_open(&passed, b.size + 1), "a file that ends later");
    passed = passed_in(b, start + 1, 4096);
    ok(tt_tail_may_open(&passed, b.size), "a byte of the end did not go by");
    tt_tail_pass(&passed, 0, b.data, 100);
    ok(passed.from == 0 && passed.to == 100 && !tt_tail_may_open(&passed, 100), "begun again");
    tt_tail_pass(&passed, 101, b.data, 100);
    ok(passed.from == 101 && tt_tail_may_open(&passed, 201), "what is not next to it begins anew");
    memcpy(b.data + start, "PK\5\6", 4);
    passed = passed_in(b, start, 1000);
    ok(tt_tail_may_open(&passed, b.size), "a sign at the very front");
    passed = passed_in(b, start + 2, 1000);
    ok(!passed.sign, "half of one is none");
    free(b.data);
}

int main(void)
{
    kernels();
    searches();
    pieces();
    return tap_done();
}
