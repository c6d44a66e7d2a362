/*
 * The training module's lowest parts: byte orders, checksums, stored deflate, random numbers.
 * Known answers from the specifications and from the generator's authors.
 */
#include "tap.h"

#include "training/bytes.h"
#include "training/random.h"

static void test_numbers(void)
{
    static const uint8_t want[] = {0x34, 0x12, 0x12, 0x34, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0};
    tt_buf out;

    tt_buf_init(&out, 1024);
    tt_bytes_le(&out, 0x1234, 2);
    tt_bytes_be(&out, 0x1234, 2);
    tt_bytes_be(&out, UINT64_C(0x0102030405060708), 8);
    tt_bytes_align(&out, 16);
    is_u64(out.size, 16, "numbers and padding have their sizes");
    is_mem(out.data, want, sizeof want, "both byte orders");

    tt_bytes_patch_le(&out, 0, 0xAABB, 2);
    tt_bytes_patch_be(&out, 2, 0xAABB, 2);
    is_mem(out.data, "\xBB\xAA\xAA\xBB\x01", 5, "patches go where they are told and no further");
    tt_bytes_align(&out, 16);
    is_u64(out.size, 16, "aligning what is aligned adds nothing");
    tt_buf_done(&out);

    tt_buf_init(&out, 4);
    tt_bytes_fill(&out, 7, 5);
    tt_bytes_patch_le(&out, 0, 1, 1);
    ok(tt_buf_failed(&out), "past the buf's ceiling everything fails quietly");
    tt_buf_done(&out);
}

static void test_checksums(void)
{
    is_u64(tt_bytes_crc32("123456789", 9), 0xCBF43926, "CRC-32's check value");
    is_u64(tt_bytes_crc32("", 0), 0, "CRC-32 of nothing");
    is_u64(tt_bytes_adler32("Wikipedia", 9), 0x11E60398, "Adler-32 of a known word");
    is_u64(tt_bytes_adler32("", 0), 1, "Adler-32 of nothing");
}

/* Read a stream of stored blocks back: the content's size, or SIZE_MAX when it is broken. */
static size_t inflate_stored(const tt_buf *in, uint8_t *out)
{
    const uint8_t *data = (const uint8_t *)in->data;
    size_t at = 0, size = 0;

    for (;;) {
        if (in->size - at < 5 || data[at] > 1)
            return SIZE_MAX;
        unsigned last = data[at];
        unsigned length = data[at + 1] + data[at + 2] * 256u;
        unsigned check = data[at + 3] + data[at + 4] * 256u;

        at += 5;
        if ((length ^ check) != 0xFFFF || in->size - at < length)
            return SIZE_MAX;
        memcpy(out + size, data + at, length);
        at += length;
        size += length;
        if (last)
            return at == in->size ? size : SIZE_MAX;
    }
}

static void test_deflate(void)
{
    static const size_t sizes[] = {0, 1, 65534, 65535, 65536, 131070, 131071};
    static uint8_t data[131072], back[131072];

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i % 251);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        tt_buf out;

        tt_buf_init(&out, 1 << 20);
        tt_bytes_deflate(&out, data, sizes[i]);
        is_u64(inflate_stored(&out, back), sizes[i], "%zu bytes come back", sizes[i]);
        is_mem(back, data, sizes[i], "%zu bytes are the same", sizes[i]);
        tt_buf_done(&out);
    }
}

static void test_random(void)
{
    /* The first numbers of xoshiro256** from the state 1, 2, 3, 4. */
    static const uint64_t want[] = {11520, 0, 1509978240, UINT64_C(1215971899390074240)};
    tt_random random = {{1, 2, 3, 4}};
    tt_random a = tt_random_named(0, "a"), same = tt_random_named(0, "a");
    tt_random b = tt_random_named(0, "b"), other = tt_random_named(1, "a");
    unsigned seen[7] = {0};
    int inside = 1;

    for (size_t i = 0; i < 4; i++)
        is_u64(tt_random_next(&random), want[i], "number %zu of xoshiro256**", i);

    uint64_t first = tt_random_next(&a);

    is_u64(tt_random_next(&same), first, "the same name and seed give the same numbers");
    ok(tt_random_next(&b) != first, "another name gives others");
    ok(tt_random_next(&other) != first, "another seed gives others");

    for (int i = 0; i < 7000; i++) {
        int32_t value = tt_random_between(&a, -3, 3);

        inside &= value >= -3 && value <= 3;
        seen[value >= -3 && value <= 3 ? value + 3 : 0]++;
    }
    ok(inside, "a range is kept");
    for (int i = 0; i < 7; i++)
        ok(seen[i] > 800 && seen[i] < 1200, "%d comes up about as often as the others", i - 3);
    is_u64(tt_random_below(&a, 1), 0, "below one there is only zero");
    is_u64(tt_random_below(&a, 0), 0, "below zero there is only zero");
}

int main(void)
{
    test_numbers();
    test_checksums();
    test_deflate();
    test_random();
    return tap_done();
}
