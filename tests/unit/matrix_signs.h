/* matrix_signs: how containers begin that are known, and not opened. */
#ifndef TT_TESTS_MATRIX_SIGNS_H
#define TT_TESTS_MATRIX_SIGNS_H

#include "unpack_kit.h"

typedef struct sign {
    const char *label;
    size_t at;
    const char *text;
    size_t size;
} sign;

#define SIGN(label, at, text) {label, at, text, sizeof(text) - 1}

static const sign signs[] = {
    SIGN("squashfs", 0, "hsqs\0\0\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\x11\0\0\0\0\0\4\0\0\0"),
    SIGN("NSIS", 4, "\xef\xbe\xad\xdeNullsoftInst"),
    SIGN("Inno Setup", 0, "Inno Setup Setup Data (6.2.0)\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                          "\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    SIGN("ACE", 7, "**ACE**"),
    SIGN("ALZ", 0, "ALZ\1"),
    SIGN("ARJ", 0, "\x60\xea\x28\0\x1e\x0b\1\x0b\x10\0\2and what follows, which is long enough"),
    SIGN("EGG", 0, "EGGA\0\1"),
    SIGN("lrzip", 0, "LRZI\0"),
    SIGN("lzop", 0, "\x89LZO\0\r\n\x1a\n"),
    SIGN("snappy", 0, "\xff\6\0\0sNaPpY"),
    SIGN("StuffIt", 0, "StuffIt (c)1997-"),
    SIGN("SQLite's journal and log", 0, "\x37\x7f\6\x82"),
    SIGN(NULL, 0, "\x37\x7f\6\x83"),
    SIGN("WIM", 0, "MSWIM\0\0\0"),
    SIGN("Zoo", 20, "\xdc\xa7\xc4\xfd"),
    SIGN("zpaq", 0, "7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3"),
};
#define SIGNS (sizeof signs / sizeof signs[0])

static bytes begun_with(const sign *s, bytes file)
{
    bytes out = {calloc(1, s->at + s->size + 8), s->at + s->size};

    memcpy(out.data + s->at, s->text, s->size);
    kit_add(&out, file.data, file.size);
    return out;
}

#endif
