/*
 * cms_kit: what S/MIME signs, in each way that it is written.
 */
#ifndef TT_TESTS_CMS_KIT_H
#define TT_TESTS_CMS_KIT_H

#include "mail_kit.h"

/* `tag`, the size, the bytes; `open`: with an end mark instead of a size. */
__attribute__((unused)) static bytes cms_wrap(unsigned tag, bytes in, int open)
{
    bytes out = nothing();
    uint8_t head[6] = {(uint8_t)tag, 0x84, (uint8_t)(in.size >> 24), (uint8_t)(in.size >> 16),
                       (uint8_t)(in.size >> 8), (uint8_t)in.size};

    if (open)
        head[1] = 0x80;
    else if (in.size < 128)
        head[1] = (uint8_t)in.size;
    kit_add(&out, head, open || in.size < 128 ? 2 : 6);
    kit_add(&out, in.data, in.size);
    if (open)
        kit_add(&out, "\0\0", 2);
    free(in.data);
    return out;
}

__attribute__((unused)) static void cms_join(bytes *a, bytes b)
{
    kit_add(a, b.data, b.size);
    free(b.data);
}

/* A SignedData with the content (NULL: apart from it), in pieces of `piece` bytes if that is not 0. */
__attribute__((unused)) static bytes cms_of(const bytes *content, size_t piece, int open)
{
    bytes object = text_of("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), inner = nothing(), pieces = nothing();
    bytes signed_data = kit_copy("\x02\x01\x01\x31\x0d\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01", 18);

    cms_join(&inner, text_of("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"));
    for (size_t at = 0; content && piece && at < content->size; at += piece) {
        size_t size = content->size - at < piece ? content->size - at : piece;
        cms_join(&pieces, cms_wrap(0x04, kit_copy(content->data + at, size), 0));
    }
    if (content && piece)
        cms_join(&inner, cms_wrap(0xa0, cms_wrap(0x24, pieces, open), open));
    else if (content)
        cms_join(&inner, cms_wrap(0xa0, cms_wrap(0x04, kit_copy(content->data, content->size), 0), open));
    if (!content || !piece)
        free(pieces.data);
    cms_join(&signed_data, cms_wrap(0x30, inner, open));
    cms_join(&signed_data, cms_wrap(0xa0, kit_noise(50), 0)); /* certificates */
    cms_join(&signed_data, cms_wrap(0x31, kit_copy("", 0), 0));
    cms_join(&object, cms_wrap(0xa0, cms_wrap(0x30, signed_data, open), open));
    return cms_wrap(0x30, object, open);
}

#endif
