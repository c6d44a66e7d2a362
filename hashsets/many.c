/*
 * many: looks up many digests at once.
 *
 * A look-up in a large set waits for memory: for the key's filter block, and if that says "maybe"
 * for its bucket's start and then for the keys there. Here each of these is asked of memory for a
 * whole batch before the first is used, so that the waits overlap. Nothing is read before its page
 * was checked; a prefetch reads nothing.
 */
#include "base/cursor.h"
#include "digest/digest.h"
#include "hashsets/set_internal.h"

#include <endian.h>
#include <string.h>

/* Filter blocks on their way at once; they must fit the first cache (256 * 64 bytes). */
#define BATCH 256u

/* A key that the filter does not rule out. */
typedef struct chance {
    tt_key key;
    size_t place; /* in the batch */
    uint64_t low; /* its bucket */
    uint64_t high;
} chance;

static uint64_t be64(const uint8_t *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    return be64toh(word);
}

static tt_key key_of(const uint8_t *value)
{
    return (tt_key){be64(value), be64(value + 8)};
}

/* 1 in bit 0 when the key's bits in the four words from `word` on are all set. */
static uint64_t four(const uint8_t *block, tt_key key, unsigned word)
{
    uint64_t all = 1;

    for (unsigned i = word; i < word + 4; i++) {
        uint64_t bits;
        memcpy(&bits, block + (size_t)8 * i, sizeof bits);
        all &= le64toh(bits) >> tt_filter_bit(key, i);
    }
    return all & 1;
}

/* Keys of the batch that the filter lets through; the runs of all others become empty. */
static tutela_status ask_filter(const tt_set *set, const tt_section *filter, const uint8_t *values,
                                size_t stride, size_t count, tt_set_run *runs, chance *chances,
                                size_t *found, tutela_error *error)
{
    tt_key keys[BATCH];
    uint64_t places[BATCH];
    size_t many = 0;

    for (size_t i = 0; i < count; i++) {
        keys[i] = key_of(values + i * stride);
        places[i] = tt_filter_block_of(keys[i], filter->count) * TT_FILTER_BLOCK;
        __builtin_prefetch(filter->data + places[i]);
    }
    for (size_t i = 0; i < count; i++) {
        const uint8_t *block = filter->data + places[i];
        TT_TRY(tt_pages_touch(&set->pages, filter->offset + places[i], error));
        runs[i] = (tt_set_run){0};
        /* Half of the words rule out 49 of 50 keys that are not there. */
        if (four(block, keys[i], 0) && four(block, keys[i], 4))
            chances[many++] = (chance){.key = keys[i], .place = i};
    }
    *found = many;
    return TUTELA_OK;
}

static tutela_status find_chances(const tt_set *set, const tt_index *index, chance *chances,
                                  size_t count, tt_set_run *runs, tutela_error *error)
{
    const tt_section *buckets = &index->buckets;

    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(buckets->data
                           + tt_bucket_of(chances[i].key, index->bits) * buckets->width);
    for (size_t i = 0; i < count; i++) {
        chance *one = &chances[i];
        TT_TRY(tt_set_bucket(set, index, one->key, &one->low, &one->high, error));
        if (one->low < one->high)
            __builtin_prefetch(index->keys.data + (one->low + one->high) / 2 * TT_KEY_SIZE);
    }
    for (size_t i = 0; i < count; i++) {
        tt_set_run *run = &runs[chances[i].place];
        uint64_t end;
        TT_TRY(tt_set_run_of(set, index, chances[i].key, &run->first, &end, error));
        run->count = end - run->first;
    }
    return TUTELA_OK;
}

const uint8_t *tt_set_prints_many(const tt_set *set, int algorithm, const uint8_t *values,
                                  size_t *stride, size_t count, uint8_t *room)
{
    tt_seal_job jobs[BATCH];

    if (!set->seal)
        return values;
    for (size_t at = 0, part; at < count; at += part) {
        part = count - at < BATCH ? count - at : BATCH;
        for (size_t i = 0; i < part; i++)
            jobs[i] = (tt_seal_job){.digest = values + (at + i) * *stride,
                                    .fingerprint = room + (at + i) * TT_KEY_SIZE,
                                    .algorithm = algorithm};
        tt_seal_many(set->seal, jobs, part);
    }
    *stride = TT_KEY_SIZE;
    return room;
}

tutela_status tt_set_find_prints(const tt_set *set, int algorithm, const uint8_t *prints,
                                 size_t stride, size_t count, tt_set_run *runs,
                                 tutela_error *error)
{
    chance chances[BATCH];
    const tt_index *index;

    if (algorithm < 0 || algorithm >= TUTELA_ALGORITHM_COUNT)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "look-up: no such algorithm");
    index = &set->index[algorithm];
    if (index->keys.count == 0) {
        for (size_t i = 0; i < count; i++)
            runs[i] = (tt_set_run){0};
        return TUTELA_OK;
    }
    for (size_t at = 0, part; at < count; at += part) {
        size_t found = 0;
        part = count - at < BATCH ? count - at : BATCH;
        TT_TRY(ask_filter(set, &index->filter, prints + at * stride, stride, part, runs + at,
                          chances, &found, error));
        TT_TRY(find_chances(set, index, chances, found, runs + at, error));
    }
    return TUTELA_OK;
}

tutela_status tt_set_find_many(const tt_set *set, int algorithm, const uint8_t *values,
                               size_t stride, size_t count, tt_set_run *runs, tutela_error *error)
{
    uint8_t room[BATCH * TT_KEY_SIZE];
    size_t part = BATCH;

    if (algorithm < 0 || algorithm >= TUTELA_ALGORITHM_COUNT
        || set->index[algorithm].keys.count == 0)
        return tt_set_find_prints(set, algorithm, values, stride, count, runs, error);
    for (size_t at = 0; at < count; at += part) {
        size_t step = stride;
        const uint8_t *prints;
        if (part > count - at)
            part = count - at;
        prints = tt_set_prints_many(set, algorithm, values + at * stride, &step, part, room);
        TT_TRY(tt_set_find_prints(set, algorithm, prints, step, part, runs + at, error));
    }
    return TUTELA_OK;
}
