/*
 * unpack_programs: programs of Windows, DOS and Linux, of no use but to have an end.
 */
#ifndef TT_TESTS_UNPACK_PROGRAMS_H
#define TT_TESTS_UNPACK_PROGRAMS_H

#include "unpack_made.h"

/* `out` up to `size` bytes, of noise. */
__attribute__((unused)) static void pad_to(bytes *out, size_t size)
{
    bytes noise = kit_noise(size > out->size ? size - out->size : 0);

    kit_add(out, noise.data, noise.size);
    free(noise.data);
}

__attribute__((unused)) static void set32(bytes *b, size_t at, size_t value)
{
    for (size_t i = 0; i < 4; i++)
        b->data[at + i] = (uint8_t)(value >> (8 * i));
}

#define PE_RESOURCES 512u /* where .rsrc begins */
#define PE_END 2048u      /* without more resources */
#define PE_CERTIFICATE(plus) (128u + 24 + ((plus) ? 112 : 96) + 32)

/* With a .text of 1,024 bytes and before it a .rsrc of at least 512, or as much as `inner` has. */
__attribute__((unused)) static bytes pe_of(int plus, bytes inner)
{
    bytes out = kit_copy("MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0", 16);
    size_t optional = plus ? 240 : 224, rsrc = inner.size > 512 ? inner.size : 512;

    pad_to(&out, 128);
    set32(&out, 60, 128);
    PUT32(&out, 0x4550);
    PUT16(&out, plus ? 0x8664 : 0x14c);
    PUT16(&out, 2);
    put_number(&out, 0, 8);
    put_number(&out, 0, 4);
    PUT16(&out, optional);
    PUT16(&out, 0x22);
    size_t at = out.size;
    PUT16(&out, plus ? 0x20b : 0x10b);
    while (out.size < at + optional)
        kit_add(&out, "", 1);
    set32(&out, at + (plus ? 108 : 92), 16); /* directories */
    for (int i = 0; i < 2; i++) {
        kit_add(&out, i ? ".text\0\0\0" : ".rsrc\0\0\0", 8);
        PUT32(&out, 1000);
        PUT32(&out, 4096);
        PUT32(&out, i ? 1024 : rsrc);
        PUT32(&out, i ? PE_RESOURCES + rsrc : PE_RESOURCES);
        put_number(&out, 0, 8);
        put_number(&out, 0, 8);
    }
    pad_to(&out, PE_RESOURCES);
    if (inner.size > 0)
        kit_add(&out, inner.data, inner.size);
    pad_to(&out, PE_RESOURCES + rsrc + 1024);
    return out;
}

static void put_word(bytes *out, uint64_t value, size_t size, int big)
{
    uint8_t raw[8];

    for (size_t i = 0; i < size; i++)
        raw[i] = (uint8_t)(value >> (8 * (big ? size - 1 - i : i)));
    kit_add(out, raw, size);
}

/* One segment, a section of bytes and one of none, and their table last, or `early`, before them. */
__attribute__((unused)) static bytes elf_of(int wide, int big, int early)
{
    bytes out = kit_copy("\x7f" "ELF", 4);
    size_t word = wide ? 8 : 4, head = wide ? 64 : 52, segment = wide ? 56 : 32;
    size_t section = wide ? 64 : 40, data = head + segment + (early ? 2 * section : 0), end = data + 700;
    size_t table = early ? head + segment : end;

    put_number(&out, wide ? 2 : 1, 1);
    put_number(&out, big ? 2 : 1, 1);
    put_number(&out, 1, 2);
    put_number(&out, 0, 8);
    put_word(&out, 2, 2, big);
    put_word(&out, 62, 2, big);
    put_word(&out, 1, 4, big);
    put_word(&out, 0, word, big);
    put_word(&out, head, word, big);
    put_word(&out, table, word, big);
    put_word(&out, 0, 4, big);
    put_word(&out, head, 2, big);
    put_word(&out, segment, 2, big);
    put_word(&out, 1, 2, big);
    put_word(&out, section, 2, big);
    put_word(&out, 2, 2, big);
    put_word(&out, 0, 2, big);
    put_word(&out, 1, 4, big);
    put_word(&out, wide ? 5 : 0, 4, big);
    put_word(&out, 0, word, big);
    put_word(&out, 0, word, big);
    put_word(&out, 0, word, big);
    put_word(&out, data, word, big);
    put_word(&out, data, word, big);
    while (out.size < head + segment)
        kit_add(&out, "", 1);
    for (int turn = 0; turn < 2; turn++) {
        if (turn == (early ? 1 : 0)) {
            pad_to(&out, out.size + 700);
            continue;
        }
        for (int i = 0; i < 2; i++) {
            size_t from = out.size;
            put_word(&out, 0, 4, big);
            put_word(&out, i ? 8 : 1, 4, big); /* the second has no bytes, however many it says */
            put_word(&out, 0, word, big);
            put_word(&out, 0, word, big);
            put_word(&out, data, word, big);
            put_word(&out, i ? 1000000 : 700, word, big);
            while (out.size < from + section)
                kit_add(&out, "", 1);
        }
    }
    return out;
}

/* For DOS, of so many bytes. */
__attribute__((unused)) static bytes dos_of(size_t size)
{
    bytes out = kit_copy("MZ", 2);

    PUT16(&out, size % 512);
    PUT16(&out, (size + 511) / 512);
    while (out.size < 64)
        kit_add(&out, "", 1);
    pad_to(&out, size);
    return out;
}

#endif
