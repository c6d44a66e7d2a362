/*
 * rtf_kit: RTF texts with pictures and objects in them, for tests and fuzzing.
 */
#ifndef TT_TESTS_RTF_KIT_H
#define TT_TESTS_RTF_KIT_H

#include "unpack_made.h"

/* In hexadecimal, with what writers and others put between the digits. */
__attribute__((unused)) static void put_hex(bytes *out, const void *data, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char *text = malloc(size * 4 + 1);
    size_t at = 0;

    for (size_t i = 0; i < size; i++) {
        text[at++] = digits[((const uint8_t *)data)[i] >> 4];
        text[at++] = digits[((const uint8_t *)data)[i] & 15];
        if (i % 39 == 38) {
            text[at++] = '\r';
            text[at++] = '\n';
        }
    }
    kit_add(out, text, at);
    free(text);
}

__attribute__((unused)) static void put_picture(bytes *out, const char *words, bytes b)
{
    PUT_TEXT(out, "{\\pict{\\*\\picprop\\shplid1025{\\sp{\\sn shapeType}{\\sv 75}}}");
    PUT_TEXT(out, words);
    PUT_TEXT(out, "\\picw10\\pich10 {\\*\\blipuid 0123456789abcdef}\r\n");
    put_hex(out, b.data, b.size);
    PUT_TEXT(out, "}");
}

static void put_string(bytes *out, const char *text)
{
    PUT32(out, text[0] ? strlen(text) + 1 : 0);
    if (text[0])
        kit_add(out, text, strlen(text) + 1);
}

/* OLE 1: an embedded object, and its presentation when that is not NULL. */
__attribute__((unused)) static bytes ole_object(const char *class, bytes native,
                                                const bytes *presentation)
{
    bytes out = nothing();

    PUT32(&out, 0x501);
    PUT32(&out, 2);
    put_string(&out, class);
    put_string(&out, "");
    put_string(&out, "");
    PUT32(&out, native.size);
    kit_add(&out, native.data, native.size);
    PUT32(&out, 0x501);
    PUT32(&out, presentation ? 5 : 0);
    if (!presentation)
        return out;
    put_string(&out, "METAFILEPICT");
    PUT32(&out, 100);
    PUT32(&out, 200);
    PUT32(&out, presentation->size + 8);
    PUT32(&out, 8);
    PUT32(&out, 0);
    kit_add(&out, presentation->data, presentation->size);
    return out;
}

/* What the Packager makes of a file. */
__attribute__((unused)) static bytes ole_package(const char *label, bytes b)
{
    bytes out = nothing();

    PUT16(&out, 2);
    kit_add(&out, label, strlen(label) + 1);
    kit_add(&out, "C:\\a\\b", 7);
    PUT16(&out, 0);
    PUT16(&out, 3);
    PUT32(&out, 7);
    kit_add(&out, "C:\\t\\b", 7);
    PUT32(&out, b.size);
    kit_add(&out, b.data, b.size);
    PUT32(&out, 2);
    kit_add(&out, "b\0c\0", 4);
    return out;
}

__attribute__((unused)) static void put_object(bytes *out, bytes object)
{
    PUT_TEXT(out, "{\\object\\objemb\\objw1{\\*\\objclass Package}{\\*\\objdata ");
    put_hex(out, object.data, object.size);
    PUT_TEXT(out, "}{\\result{\\pard text}}}");
}

#define RTF_HEAD "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0\\fnil A\\'e4;}}\\pard a\\{b\\}c\\\\ \\u8364 ?\r\n"

#endif
