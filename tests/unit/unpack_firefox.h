/*
 * unpack_firefox: entries of Firefox's cache, put together byte by byte.
 */
#ifndef TT_TESTS_UNPACK_FIREFOX_H
#define TT_TESTS_UNPACK_FIREFOX_H

#include "unpack_pictures.h"

static void jenkins_mix(uint32_t v[3])
{
    static const int shifts[] = {-13, 8, -13, -12, 16, -5, -3, 10, -15};

    for (size_t i = 0; i < 9; i++) {
        uint32_t *to = &v[i % 3], other = v[(i + 2) % 3];
        *to -= v[(i + 1) % 3];
        *to -= v[(i + 2) % 3];
        *to ^= shifts[i] < 0 ? other >> -shifts[i] : other << shifts[i];
    }
}

/* As its author gives it, in one go. */
__attribute__((unused)) static uint32_t jenkins_of(const uint8_t *at, size_t size)
{
    uint32_t v[3] = {0x9e3779b9, 0x9e3779b9, 0};
    size_t left = size;

    for (; left >= 12; left -= 12, at += 12) {
        for (size_t i = 0; i < 12; i++)
            v[i / 4] += (uint32_t)at[i] << (8 * (i % 4));
        jenkins_mix(v);
    }
    v[2] += (uint32_t)size;
    for (size_t i = 0; i < left; i++)
        v[i / 4] += (uint32_t)at[i] << (8 * (i < 8 ? i % 4 : i % 4 + 1));
    jenkins_mix(v);
    return v[2];
}

/* What was sent, and what Firefox keeps of it: `facts` are names and values, each with its NUL. */
__attribute__((unused)) static bytes firefox_of(bytes body, const char *key, const char *facts,
                                                size_t facts_size, unsigned version)
{
    bytes out = kit_copy(body.data, body.size), known = nothing();

    for (size_t at = 0; at < body.size; at += 262144) {
        size_t some = body.size - at < 262144 ? body.size - at : 262144;
        put_big(&known, jenkins_of(body.data + at, some) & 0xffff, 2);
    }
    put_big(&known, version, 4);
    put_big(&known, 1, 4);
    put_big(&known, 1700000000, 4);
    put_big(&known, 1700000000, 4);
    put_big(&known, 77, 4);
    put_big(&known, 1800000000, 4);
    put_big(&known, strlen(key), 4);
    if (version > 1)
        put_big(&known, 0, 4);
    kit_add(&known, key, strlen(key) + 1);
    kit_add(&known, facts, facts_size);
    put_big(&out, jenkins_of(known.data, known.size), 4);
    kit_add(&out, known.data, known.size);
    put_big(&out, body.size, 4);
    free(known.data);
    return out;
}

#define FIREFOX_FACTS "request-method\0GET\0response-head\0HTTP/2 200 OK\r\ncontent-type: image/jpeg\r\n"

#endif
