/*
 * t_import_xml: what the tests of lists in XML share.
 */
#ifndef TT_TESTS_IMPORT_XML_H
#define TT_TESTS_IMPORT_XML_H

#include "t_import_rows.h"

/* 1 when the error names its line as the last thing it says. */
__attribute__((unused)) static int names_line(uint64_t line)
{
    char end[64];
    int size = snprintf(end, sizeof end, " at line %" PRIu64, line);
    size_t length = strlen(got_error.text);

    if (length >= (size_t)size && strcmp(got_error.text + length - (size_t)size, end) == 0
        && got_error.offset == line)
        return 1;
    printf("# error: %s\n", got_error.text);
    return 0;
}

/* Text in UTF-8 as UTF-16; `order` is "LE" or "BE". The caller frees it. */
__attribute__((unused)) static char *utf16(const char *text, const char *order, int mark,
                                           size_t *size)
{
    size_t length = strlen(text), used = 0, step;
    int high = strcmp(order, "LE") == 0; /* where the high byte stands */
    char *out = calloc(length + 2, 2);
    uint16_t units[2];
    uint32_t code;

    if (!out)
        exit(1);
    for (size_t at = 0; at <= length; at += step) {
        int count = 1;
        step = 0;
        units[0] = 0xFEFF;
        if (at > 0 || !mark) {
            step = tt_utf8_next(text + at, length - at, &code);
            if (step == 0)
                break;
            units[0] = (uint16_t)code;
            if (code > 0xFFFF) {
                units[0] = (uint16_t)(0xD800 + ((code - 0x10000) >> 10));
                units[1] = (uint16_t)(0xDC00 + (code & 0x3FF));
                count = 2;
            }
        }
        mark = 0;
        for (int i = 0; i < count; i++) {
            out[used + (size_t)high] = (char)(units[i] >> 8);
            out[used + (size_t)!high] = (char)(units[i] & 0xFF);
            used += 2;
        }
    }
    *size = used;
    return out;
}

#endif
