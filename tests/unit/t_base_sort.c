/* sort: the external merge sort against qsort, in memory, spilled, and merged in several passes. */
#include "tap.h"

#include "base/sort.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

static uint64_t state = 88172645463325252u;

static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

typedef struct sample {
    uint8_t *bytes;
    size_t size;
    size_t turn;
} sample;

static int by_bytes(const void *a, size_t a_size, const void *b, size_t b_size)
{
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);

    return order ? order : (a_size > b_size) - (a_size < b_size);
}

static int backwards(const void *a, size_t a_size, const void *b, size_t b_size)
{
    return by_bytes(b, b_size, a, a_size);
}

/* Only the first byte counts: the rest tells whether ties keep their order. */
static int by_first(const void *a, size_t a_size, const void *b, size_t b_size)
{
    (void)a_size, (void)b_size;
    return *(const uint8_t *)a - *(const uint8_t *)b;
}

static tt_sort_compare wanted_order;

static int sample_order(const void *a, const void *b)
{
    const sample *first = a, *second = b;
    int order = wanted_order(first->bytes, first->size, second->bytes, second->size);

    return order ? order : (first->turn > second->turn) - (first->turn < second->turn);
}

static sample *samples(size_t count, size_t least, size_t most, unsigned alphabet)
{
    sample *out = calloc(count, sizeof *out);

    for (size_t i = 0; i < count; i++) {
        out[i].size = least + next_random() % (most - least + 1);
        out[i].bytes = malloc(out[i].size + 1);
        out[i].turn = i;
        for (size_t at = 0; at < out[i].size; at++)
            out[i].bytes[at] = (uint8_t)(next_random() % alphabet);
    }
    return out;
}

static void release(sample *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(all[i].bytes);
    free(all);
}

static uint32_t workers; /* of every sort tried */

/* Sort `count` samples in `memory` bytes and compare with what qsort makes of them. */
static void try(const char *name, sample *all, size_t count, tt_sort_compare compare, size_t memory)
{
    tt_sort *sort = NULL;
    tutela_error error;
    const void *record = NULL;
    size_t size = 0, right = 0, aligned = 0;
    int fine = tt_sort_new(&sort, compare, memory, tap_folder(), &error) == TUTELA_OK;

    if (fine)
        tt_sort_workers(sort, workers);
    for (size_t i = 0; fine && i < count; i++)
        fine = tt_sort_add(sort, all[i].bytes, all[i].size, &error) == TUTELA_OK;
    fine = fine && tt_sort_finish(sort, &error) == TUTELA_OK;
    ok(fine, "%s: goes in", name);
    if (!fine)
        return;
    is_u64(tt_sort_count(sort), count, "%s: count", name);
    wanted_order = compare ? compare : by_bytes;
    qsort(all, count, sizeof *all, sample_order);
    for (size_t i = 0; i < count; i++) {
        if (tt_sort_next(sort, &record, &size, &error) != TUTELA_OK || !record)
            break;
        aligned += (uintptr_t)record % 8 == 0;
        right += size == all[i].size && memcmp(record, all[i].bytes, size) == 0;
    }
    is_u64(right, count, "%s: comes out in order", name);
    is_u64(aligned, count, "%s: aligned", name);
    ok(tt_sort_next(sort, &record, &size, &error) == TUTELA_OK && !record, "%s: ends", name);
    ok(tt_sort_next(sort, &record, &size, &error) == TUTELA_OK && !record, "%s: stays ended", name);
    tt_sort_free(sort);
}

static void try_sizes(size_t count, size_t least, size_t most, unsigned alphabet)
{
    static const size_t memories[] = {0, 20000, 100000, 64 << 20};
    static const struct {
        const char *name;
        tt_sort_compare compare;
    } orders[] = {{"bytes", NULL}, {"own", by_bytes}, {"back", backwards}};

    for (size_t m = 0; m < sizeof memories / sizeof memories[0]; m++)
        for (size_t o = 0; o < sizeof orders / sizeof orders[0]; o++) {
            char name[128];
            sample *all = samples(count, least, most, alphabet);
            snprintf(name, sizeof name, "%zu records of %zu to %zu bytes, %s order, memory %zu",
                     count, least, most, orders[o].name, memories[m]);
            try(name, all, count, orders[o].compare, memories[m]);
            release(all, count);
        }
}

/* Inputs that are already in some order make a careless quicksort quadratic. */
static void try_shape(const char *name, uint32_t (*value)(uint32_t at))
{
    enum { COUNT = 30000 };
    sample *all = calloc(COUNT, sizeof *all);

    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t number = value(i);
        all[i].bytes = malloc(4);
        all[i].size = 4;
        all[i].turn = i;
        for (int at = 0; at < 4; at++)
            all[i].bytes[at] = (uint8_t)(number >> (24 - 8 * at));
    }
    try(name, all, COUNT, NULL, 64 << 20);
    release(all, COUNT);
}

static uint32_t rising(uint32_t at)
{
    return at;
}
static uint32_t falling(uint32_t at)
{
    return UINT32_MAX - at;
}
static uint32_t same(uint32_t at)
{
    return at & 0;
}
static uint32_t organ(uint32_t at)
{
    return at < 15000 ? at : 30000 - at;
}
static uint32_t saw(uint32_t at)
{
    return at % 7;
}

static void try_ties(size_t memory)
{
    enum { COUNT = 20000 };
    sample *all = calloc(COUNT, sizeof *all);

    for (size_t i = 0; i < COUNT; i++) {
        all[i].bytes = malloc(16);
        all[i].size = 9;
        all[i].turn = i;
        all[i].bytes[0] = (uint8_t)(next_random() % 5);
        memcpy(all[i].bytes + 1, &i, 8);
    }
    try(memory ? "ties, in memory" : "ties, spilled", all, COUNT, by_first, memory);
    release(all, COUNT);
}

/* A record far larger than the memory given still fits, alone or among small ones. */
static void try_wide(void)
{
    sample *all = samples(60, 0, 40, 256);

    for (size_t i = 0; i < 60; i += 20) {
        all[i].size = 300000;
        all[i].bytes = realloc(all[i].bytes, all[i].size);
        memset(all[i].bytes, (int)(200 - i), all[i].size);
    }
    try("records larger than the memory", all, 60, NULL, 10000);
    release(all, 60);
}

static size_t names_in(const char *folder)
{
    DIR *open_folder = opendir(folder);
    size_t count = 0;

    while (readdir(open_folder))
        count++;
    closedir(open_folder);
    return count - 2;
}

static void try_misuse(void)
{
    tt_sort *sort = NULL;
    tutela_error error;
    const void *record = &error;
    size_t size = 7;

    ok(tt_sort_new(&sort, NULL, 0, tap_folder(), &error) == TUTELA_OK, "a sort");
    ok(tt_sort_next(sort, &record, &size, &error) == TUTELA_STATE, "reading before the end");
    ok(record == &error && size == 7, "outputs untouched on failure");
    ok(tt_sort_finish(sort, &error) == TUTELA_OK, "an end without records");
    ok(tt_sort_next(sort, &record, &size, &error) == TUTELA_OK && !record, "nothing comes out");
    ok(tt_sort_add(sort, "x", 1, &error) == TUTELA_STATE, "a record after the end");
    ok(tt_sort_finish(sort, &error) == TUTELA_STATE, "a second end");
    tt_sort_free(sort);
    tt_sort_free(NULL);
}

static void try_no_folder(void)
{
    tt_sort *sort = NULL;
    tutela_error error = {0};
    tutela_status status = tt_sort_new(&sort, NULL, 0, tap_path("not there"), &error);

    ok(status == TUTELA_OK, "the folder is not touched before it is needed");
    tt_sort_workers(sort, workers);
    for (int i = 0; i < 100000 && status == TUTELA_OK; i++)
        status = tt_sort_add(sort, "record", 6, &error);
    ok(status == TUTELA_RECORD, "no folder: TUTELA_RECORD");
    ok(error.os_error != 0 && strstr(error.text, "temporary file"), "... and why: %s", error.text);
    tt_sort_free(sort);
}

/* A file that may not grow: whichever thread meets it, the caller hears of it. */
static void try_full_disk(void)
{
    struct rlimit before, small;
    tutela_error error = {0};
    tt_sort *sort = NULL;
    tutela_status status;
    uint64_t record[4];

    ok(tt_sort_new(&sort, NULL, 1 << 20, tap_folder(), &error) == TUTELA_OK, "a sort");
    tt_sort_workers(sort, workers);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 700000;
    setrlimit(RLIMIT_FSIZE, &small);
    status = TUTELA_OK;
    for (int i = 0; i < 200000 && status == TUTELA_OK; i++) {
        for (int word = 0; word < 4; word++)
            record[word] = next_random();
        status = tt_sort_add(sort, record, sizeof record, &error);
    }
    setrlimit(RLIMIT_FSIZE, &before);
    ok(status == TUTELA_RECORD && error.os_error == EFBIG, "a full disk: %s", error.text);
    tt_sort_free(sort);
}

/* After a full disk: what went in comes out, in order; after a first failure at any block. */
static void try_rescue(rlim_t most)
{
    struct rlimit before, small;
    tutela_error error = {0};
    tt_sort *sort = NULL;
    uint64_t record[4], last = 0, in = 0, out = 0, sum_in = 0, sum_out = 0;
    const void *got = NULL;
    size_t size = 0;
    tutela_status status = tt_sort_new(&sort, NULL, 64 << 10, tap_folder(), &error);
    int ordered = 1;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = most;
    setrlimit(RLIMIT_FSIZE, &small);
    for (; in < 40000 && status == TUTELA_OK; in += status == TUTELA_OK) {
        for (int word = 0; word < 4; word++)
            record[word] = next_random();
        status = tt_sort_add(sort, record, sizeof record, &error);
        sum_in += status == TUTELA_OK ? record[3] : 0;
    }
    ok(status == TUTELA_RECORD, "after %" PRIu64 " records the disk is full", in);
    /* The end would write the last block: it cannot either. */
    ok(tt_sort_finish(sort, &error) == TUTELA_RECORD, "... nor can it be ended");
    tt_sort_rescue(sort);
    while ((status = tt_sort_next(sort, &got, &size, &error)) == TUTELA_OK && got) {
        memcpy(record, got, sizeof record);
        ordered &= size == sizeof record && __builtin_bswap64(record[0]) >= last;
        last = __builtin_bswap64(record[0]);
        sum_out += record[3];
        out++;
    }
    setrlimit(RLIMIT_FSIZE, &before);
    is_u64(out, in, "all of them come out");
    ok(ordered && sum_out == sum_in, "the same ones, in order");
    ok(tt_sort_next(sort, &got, &size, &error) == TUTELA_OK && !got, "and that is the end");
    tt_sort_free(sort);
}

/* Everything again with the blocks sorted by other threads: the same must come out. */
static void try_all(void)
{
    try_sizes(0, 1, 1, 1);
    try_sizes(1, 3, 3, 256);
    try_sizes(13, 0, 3, 2);
    try_sizes(8000, 0, 40, 256);
    try_sizes(8000, 0, 12, 2);
    try_shape("rising", rising);
    try_shape("falling", falling);
    try_shape("all the same", same);
    try_shape("up and down", organ);
    try_shape("a saw", saw);
    try_ties(0);
    try_ties(16 << 20);
    try_wide();
    try_no_folder();
    try_full_disk();
}

int main(void)
{
    static const uint32_t counts[] = {0, 1, 3, UINT32_MAX};

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        workers = counts[i];
        printf("# %u further threads\n", workers);
        try_all();
    }
    try_misuse();
    for (rlim_t most = 0; most < 500000; most += 123456)
        try_rescue(most);
    is_u64(names_in(tap_folder()), 0, "no temporary file is left, or ever had a name");
    return tap_done();
}
