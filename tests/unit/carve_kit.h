/*
 * carve_kit: files of every kind that is carved, spaces to lay them in, and a memory of what was told.
 */
#ifndef TT_TESTS_CARVE_KIT_H
#define TT_TESTS_CARVE_KIT_H

#include "tap.h"

#include "carve/carve.h"
#include "training/make.h"

#define MADE_MAX (8u << 20)

/* ---- What was told ----------------------------------------------------------------------------- */

typedef struct range {
    uint64_t from, to;
    const char *extension;
    int whole;
} range;

typedef struct mention {
    uint64_t at;
    int algorithm;
    uint8_t digest[32];
} mention;

#define TOLD_MAX 4096u
typedef struct told {
    range ranges[TOLD_MAX];
    mention mentions[TOLD_MAX];
    range holes[TOLD_MAX];
    size_t range_count, mention_count, hole_count; /* may be more than are kept */
} told;

static inline tutela_status on_found(void *user, uint64_t from, uint64_t to, const char *extension,
                                     int whole, tutela_error *error)
{
    told *t = user;

    (void)error;
    if (t->range_count++ < TOLD_MAX)
        t->ranges[t->range_count - 1] = (range){from, to, extension, whole};
    return TUTELA_OK;
}

static inline tutela_status on_mention(void *user, uint64_t at, int algorithm,
                                       const uint8_t *digest, tutela_error *error)
{
    told *t = user;
    size_t size = algorithm == TUTELA_MD5 ? 16 : algorithm == TUTELA_SHA1 ? 20 : 32;

    (void)error;
    if (t->mention_count++ < TOLD_MAX) {
        mention *m = &t->mentions[t->mention_count - 1];

        memset(m, 0, sizeof *m);
        m->at = at;
        m->algorithm = algorithm;
        memcpy(m->digest, digest, size);
    }
    return TUTELA_OK;
}

static inline tutela_status on_unreadable(void *user, uint64_t from, uint64_t to, tutela_error *error)
{
    told *t = user;

    (void)error;
    if (t->hole_count++ < TOLD_MAX)
        t->holes[t->hole_count - 1] = (range){from, to, "", 0};
    return TUTELA_OK;
}

static const tt_carve_sink sink = {on_found, on_mention, on_unreadable};

static inline const range *told_at(const told *t, uint64_t from)
{
    for (size_t i = 0; i < t->range_count && i < TOLD_MAX; i++)
        if (t->ranges[i].from == from)
            return &t->ranges[i];
    return NULL;
}

static inline size_t count_whole(const told *t)
{
    size_t count = 0;

    for (size_t i = 0; i < t->range_count && i < TOLD_MAX; i++)
        count += t->ranges[i].whole != 0;
    return count;
}

/* Once for the life of the program. */
static tt_carve *the_carve;

static inline tt_trouble carve_stream(tt_stream *stream, told *t)
{
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};

    memset(t, 0, sizeof *t);
    if (!the_carve && tt_carve_new(&the_carve, NULL) != TUTELA_OK)
        abort();
    if (tt_carve_run(the_carve, stream, &sink, t, &trouble, NULL) != TUTELA_OK)
        abort();
    return trouble;
}

static inline tt_trouble carve_bytes(const void *data, size_t size, told *t)
{
    tt_memory_stream stream;

    tt_memory_stream_init(&stream, data, size);
    return carve_stream(&stream.stream, t);
}

/* ---- Bytes --------------------------------------------------------------------------------------- */

static inline void fill_random(void *out, size_t size, uint64_t seed)
{
    tt_random random = tt_random_named(seed, "carve");
    uint8_t *at = out;

    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = tt_random_next(&random);

        memcpy(at + i, &word, size - i < 8 ? size - i : 8);
    }
}

static inline void put(tt_buf *out, const void *data, size_t size)
{
    tt_buf_add(out, data, size);
}

/* A number, the greater byte first, or the lesser. */
static inline void put_be(tt_buf *out, uint64_t value, size_t size)
{
    while (size-- > 0)
        tt_buf_add_char(out, (char)(value >> (8 * size)));
}

static inline void put_le(tt_buf *out, uint64_t value, size_t size)
{
    for (; size-- > 0; value >>= 8)
        tt_buf_add_char(out, (char)value);
}

static inline void put_random(tt_buf *out, size_t size, uint64_t seed)
{
    void *at = tt_buf_extend(out, size);

    if (at)
        fill_random(at, size, seed);
}

static inline void put_zeros(tt_buf *out, size_t size)
{
    void *at = tt_buf_extend(out, size);

    if (at)
        memset(at, 0, size);
}

#define PUT(out, text) put(out, text, sizeof(text) - 1)

#endif
