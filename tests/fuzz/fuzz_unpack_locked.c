/*
 * fuzz_unpack_locked: encrypted 7z archives and Office documents, with passwords of which one is often right.
 *
 * Covers the readers of their headers, and what deciphers them. The checksums that stand before a 7z's header are
 * made to fit, so that it is read. What is told is told once and in order.
 */
#include "fuzz_unpack.h"

#include "unit/office_kit.h"
#include "unit/sevenzip_samples.h"
#include "unit/unpack_kit.h"

#include "unpack/office_info.h"

static void mend(bytes b)
{
    uint64_t place, size;

    if (b.size < 32 || memcmp(b.data, "7z\xbc\xaf\x27\x1c", 6) != 0)
        return;
    place = tt_load64(b.data + 12);
    size = tt_load64(b.data + 20);
    if (place <= b.size - 32 && size <= b.size - 32 - place)
        tt_store32(b.data + 28, crc_of(b.data + 32 + place, size));
    tt_store32(b.data + 8, crc_of(b.data + 12, 20));
}

/* Does it ask for so many rounds that nobody learns anything by them? They are bounded, at some seconds. */
static int is_slow(const uint8_t *data, size_t size)
{
    static const uint8_t aes[] = {6, 0xf1, 7, 1}, spin[] = "spinCount=\"";
    const uint8_t *at = data, *end = data + size;

    while ((at = memmem(at, (size_t)(end - at), aes, sizeof aes)) != NULL) {
        at += sizeof aes;
        if (end - at > 1 && (at[1] & 63) > 19 && (at[1] & 63) < 63)
            return 1;
    }
    for (at = data; (at = memmem(at, (size_t)(end - at), spin, sizeof spin - 1)) != NULL;) {
        at += sizeof spin - 1;
        if (end - at > 4 && at[1] != '"' && at[2] != '"' && at[3] != '"')
            return 1;
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_secret list[] = {{(const uint8_t *)"no", 2}, {(const uint8_t *)"pw", 2}};
    static const tt_secrets secrets = {list, 2};
    static const tt_budget budget = {.depth = 2, .entries = 50, .expanded = 1 << 20,
                                     .spool_memory = 4 << 20, .secrets = &secrets};
    bytes b = kit_copy(data, size);
    tt_office_info info;

    (void)tt_office_info_parse(data, size, &info);
    if (!is_slow(data, size)) {
        mend(b);
        (void)fuzz_open(b, &budget, 0);
    }
    free(b.data);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    bytes plain = kit_copy("all work and no play all work", 29), b;

    if (index < 2)
        b = sevenzip_made(plain, "pw", 1, index == 1, 1);
    else if (index < 2 + SEVENZIP_SAMPLES)
        b = sevenzip_of(&sevenzip_samples[index - 2]);
    else if (index == 2 + SEVENZIP_SAMPLES)
        b = office_of(&(office_way){1, "SHA512", 32, 2, 0}, "pw", plain);
    else
        b = nothing();
    free(plain.data);
    return fuzz_give(b, out, room);
}
