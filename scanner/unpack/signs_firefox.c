/*
 * signs_firefox: see firefox.h. The layout is CacheFileMetadata's in netwerk/cache2 of Firefox, versions 1 to
 * 3, numbers with their high byte first; the checksum is Bob Jenkins' of 1996.
 */
#include "unpack/firefox.h"

#include <string.h>

#define VERSIONS 3u
#define HEAD_1 28u /* without flags */
#define HEAD 32u
/* A URL, and what Firefox puts before it; more than it or a server takes. */
#define KEY_MAX 32768u

static uint32_t load32_be(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* ---- The checksum -------------------------------------------------------------------------- */

static void mix(tt_firefox_sum *s)
{
    static const uint8_t shifts[3][3] = {{13, 8, 13}, {12, 16, 5}, {3, 10, 15}};
    uint32_t a = s->a, b = s->b, c = s->c;

    for (int i = 0; i < 3; i++) {
        a = (a - b - c) ^ (c >> shifts[i][0]);
        b = (b - c - a) ^ (a << shifts[i][1]);
        c = (c - a - b) ^ (b >> shifts[i][2]);
    }
    s->a = a;
    s->b = b;
    s->c = c;
}

static uint32_t word(const uint8_t *at)
{
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static void take(tt_firefox_sum *s, const uint8_t *twelve)
{
    s->a += word(twelve);
    s->b += word(twelve + 4);
    s->c += word(twelve + 8);
    mix(s);
}

void tt_firefox_add(tt_firefox_sum *sum, const uint8_t *data, size_t size)
{
    size_t have = sum->count % 12, some = size < 12 - have ? size : 12 - have;

    if (sum->count == 0)
        sum->a = sum->b = 0x9e3779b9;
    sum->count += (uint32_t)size;
    memcpy(sum->piece + have, data, some);
    if (have + some < 12)
        return;
    take(sum, sum->piece);
    for (data += some, size -= some; size >= 12; data += 12, size -= 12)
        take(sum, data);
    memcpy(sum->piece, data, size);
}

uint32_t tt_firefox_end(tt_firefox_sum *sum)
{
    size_t have = sum->count % 12;
    uint8_t last[12] = {0};

    if (sum->count == 0)
        sum->a = sum->b = 0x9e3779b9;
    memcpy(last, sum->piece, have);
    /* The lowest byte of the third word is the count's. */
    memmove(last + 9, last + 8, 3);
    last[8] = 0;
    sum->c += sum->count;
    take(sum, last);
    return sum->c;
}

/* ---- An entry ------------------------------------------------------------------------------ */

static uint32_t sum_of(const uint8_t *data, size_t size)
{
    tt_firefox_sum sum = {0};

    tt_firefox_add(&sum, data, size);
    return tt_firefox_end(&sum);
}

/* Names and values: each ends in a NUL, and there are as many of either. */
static int are_facts(const uint8_t *facts, size_t size)
{
    size_t nuls = 0;

    for (size_t i = 0; i < size; i++)
        nuls += facts[i] == 0;
    return size == 0 || (facts[size - 1] == 0 && nuls % 2 == 0);
}

/* Where what Firefox made of the body begins: "1;OFFSET,TYPE"; `size` when it made nothing. */
static uint64_t body_of(const uint8_t *facts, size_t facts_size, uint64_t size)
{
    static const char name[] = "alt-data\0" "1;";
    uint64_t body = 0;
    size_t at = 0;

    while (at < facts_size) {
        size_t fact = strlen((const char *)facts + at) + 1;
        size_t all = fact + strlen((const char *)facts + at + fact) + 1;
        if (all > sizeof name && memcmp(facts + at, name, sizeof name - 1) == 0) {
            for (at += sizeof name - 1; facts[at] >= '0' && facts[at] <= '9' && body <= size; at++)
                body = body * 10 + facts[at] - '0';
            return facts[at] == ',' && body <= size ? body : size;
        }
        at += all;
    }
    return size;
}

int tt_firefox_may_end(const uint8_t last[4], uint64_t file_size)
{
    uint64_t size = load32_be(last);

    return size < file_size && file_size - size <= TT_FIREFOX_TAIL;
}

int tt_firefox_ends(const uint8_t *tail, size_t size, uint64_t file_size, tt_firefox *out)
{
    tt_firefox f = {0};
    size_t at, end, chunks, head;
    uint32_t version;

    if (size < 4 + HEAD + 4 || size > file_size)
        return 0;
    f.size = load32_be(tail + size - 4);
    if (!tt_firefox_may_end(tail + size - 4, file_size) || file_size - f.size > size)
        return 0;
    at = size - (size_t)(file_size - f.size);
    end = size - 4;
    chunks = (size_t)((f.size + TT_FIREFOX_CHUNK - 1) / TT_FIREFOX_CHUNK);
    f.sums = at + 4;
    head = f.sums + 2 * chunks;
    if (head + HEAD > end)
        return 0;
    version = load32_be(tail + head);
    f.key = head + (version == 1 ? HEAD_1 : HEAD);
    f.key_size = load32_be(tail + head + 24);
    if (version - 1 >= VERSIONS || f.key_size == 0 || f.key_size > KEY_MAX
        || f.key_size >= end - f.key || tail[f.key + f.key_size] != 0)
        return 0;
    f.facts = f.key + f.key_size + 1;
    f.facts_size = end - f.facts;
    if (!are_facts(tail + f.facts, f.facts_size)
        || sum_of(tail + f.sums, end - f.sums) != load32_be(tail + at))
        return 0;
    f.body = body_of(tail + f.facts, f.facts_size, f.size);
    *out = f;
    return 1;
}
