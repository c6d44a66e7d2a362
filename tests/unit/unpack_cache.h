/*
 * unpack_cache: entries of Chromium's simple cache, put together byte by byte.
 */
#ifndef TT_TESTS_UNPACK_CACHE_H
#define TT_TESTS_UNPACK_CACHE_H

#include "unpack_made.h"

/* An entry's head, and what ends each part of it. */
__attribute__((unused)) static void cache_head(bytes *out, const char *key)
{
    put_number(out, UINT64_C(0xfcfb6d1ba7725c30), 8);
    PUT32(out, 5);
    PUT32(out, strlen(key));
    PUT32(out, 0x12345678);
    PUT32(out, 0);
    PUT_TEXT(out, key);
}

__attribute__((unused)) static void cache_end(bytes *out, unsigned flags, const void *data,
                                              size_t size)
{
    put_number(out, UINT64_C(0xf4fa6f45970d41d8), 8);
    PUT32(out, flags);
    PUT32(out, flags & 1 ? crc_of(data, size) : 0);
    PUT32(out, size);
    PUT32(out, 0);
}

/* NAME_0: `hash` 2 puts a digest of the key there, as newer ones have. */
__attribute__((unused)) static bytes cache_of(const char *key, bytes body, const void *head, size_t size,
                                              unsigned hash)
{
    bytes out = nothing();

    cache_head(&out, key);
    kit_add(&out, body.data, body.size);
    cache_end(&out, 1, body.data, body.size);
    kit_add(&out, head, size);
    for (int i = 0; hash && i < 32; i++)
        kit_add(&out, "k", 1);
    cache_end(&out, 1 | hash, head, size);
    return out;
}

#endif
