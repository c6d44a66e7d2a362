/*
 * sets: measures compiled hash sets; bench/sets runs it beside other tools and prints the table.
 *
 *     sets build LIST SET MEMORY [KEY]     compile a list (lists.c); MEMORY in bytes
 *     sets ask SET N SEED ROUNDS [KEY]     open, then look up a million MD5s in each way a round
 *     sets cold SET N SEED [KEY]           the same first answer with the file out of the page cache
 *
 * With KEY, a file that is made when there is none, the set is sealed. Answers are one line of
 * JSON; counts of hits are checked, since a fast wrong answer is none.
 */
#include "bench/digests.h"
#include "bench/program.h"
#include "hashsets/set.h"
#include "tutela.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define QUERIES 1000000u
#define ROUNDS_MAX 99u
#define BATCH 256u   /* digests of one call */

static void check(tutela_status status, const tutela_error *error)
{
    if (status != TUTELA_OK)
        die(error->text);
}

static double clock_of(clockid_t clock)
{
    struct timespec at;

    (void)clock_gettime(clock, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static double now(void)
{
    return clock_of(CLOCK_MONOTONIC);
}

/* ---- Building ---------------------------------------------------------------------------- */

static double peak_mib(void)
{
    struct rusage used;

    (void)getrusage(RUSAGE_SELF, &used);
    return (double)used.ru_maxrss / 1024;
}

static double cpu_seconds(void)
{
    struct rusage used;

    (void)getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec)
           + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void build(const char *list, const char *output, uint64_t memory, const char *key)
{
    tutela_build_options options = {.size = sizeof options,
                                    .inputs = &list,
                                    .input_count = 1,
                                    .output = output,
                                    .list = "bench",
                                    .polarity = TUTELA_KNOWN_BAD,
                                    .reproducible = 1,
                                    .memory = memory,
                                    .key_file = key,
                                    .create_key = key != NULL,
                                    .unsealed = key == NULL};
    tutela_build_report report = {.size = sizeof report};
    tutela_error error = {0};
    struct stat facts;
    double begun = now();

    check(tutela_set_build(&options, &report, &error), &error);
    double seconds = now() - begun;
    if (stat(output, &facts) != 0)
        die("no set was made");
    (void)printf("{\"what\":\"build\",\"entries\":%" PRIu64 ",\"seconds\":%.3f,\"cpu\":%.2f,"
                 "\"peak_mib\":%.0f,\"bytes_per_entry\":%.2f}\n",
                 report.accepted, seconds, cpu_seconds(), peak_mib(),
                 (double)facts.st_size / (double)report.accepted);
}

/* ---- Asking ------------------------------------------------------------------------------ */

/* Memory that is this process's own; pages of the mapped set are not. */
static double private_mib(void)
{
    FILE *from = fopen("/proc/self/smaps_rollup", "r");
    static const char name[] = "Anonymous:";
    char line[256];
    unsigned long kib = 0;

    while (from && fgets(line, sizeof line, from))
        if (strncmp(line, name, sizeof name - 1) == 0)
            kib = strtoul(line + sizeof name - 1, NULL, 10);
    if (from)
        (void)fclose(from);
    return (double)kib / 1024;
}

typedef struct asking {
    const tt_set *set;
    const uint8_t *queries;
    uint64_t hits;
} asking;

static void ask_single(asking *in)
{
    tutela_error error = {0};
    uint64_t first, count;

    for (size_t i = 0; i < QUERIES; i++) {
        check(tt_set_find(in->set, TUTELA_MD5, in->queries + i * DIGEST, &first, &count, &error),
              &error);
        in->hits += count;
    }
}

static void ask_batched(asking *in)
{
    tutela_error error = {0};
    tt_set_run runs[BATCH];

    for (size_t i = 0; i < QUERIES; i += BATCH) {
        size_t many = QUERIES - i < BATCH ? QUERIES - i : BATCH;
        check(tt_set_find_many(in->set, TUTELA_MD5, in->queries + i * DIGEST, DIGEST, many, runs,
                               &error),
              &error);
        for (size_t at = 0; at < many; at++)
            in->hits += runs[at].count;
    }
}

/* Millions a second of one core: time in which others had it does not count. */
static double rate(void (*ask)(asking *in), const tt_set *set, const uint8_t *queries,
                   uint64_t wanted)
{
    asking in = {.set = set, .queries = queries};
    double begun = clock_of(CLOCK_THREAD_CPUTIME_ID);

    ask(&in);
    double seconds = clock_of(CLOCK_THREAD_CPUTIME_ID) - begun;
    if (in.hits != wanted)
        die("a look-up answered wrongly");
    return QUERIES / seconds / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;

    return (first > second) - (first < second);
}

static void print_rates(const char *name, double *rates, unsigned rounds)
{
    qsort(rates, rounds, sizeof *rates, by_value);
    (void)printf("\"%s\":{\"median\":%.2f,\"min\":%.2f,\"max\":%.2f},", name, rates[rounds / 2],
                 rates[0], rates[rounds - 1]);
}

/* Open and ask for one listed digest: milliseconds. */
static double first_answer(tt_set **set, const char *path, const char *key, uint64_t seed,
                           double *opened)
{
    tutela_error error = {0};
    uint64_t first, count;
    uint8_t digest[DIGEST];
    double begun = now();

    check(tt_set_open_sealed(set, path, key, &error), &error);
    *opened = (now() - begun) * 1e3;
    digest_at(seed, 7, digest);
    check(tt_set_find(*set, TUTELA_MD5, digest, &first, &count, &error), &error);
    if (count != 1)
        die("a look-up answered wrongly");
    return (now() - begun) * 1e3;
}

static uint64_t fill(uint8_t *queries, uint64_t count, uint64_t seed, uint64_t from)
{
    uint64_t hits = 0;

    for (uint64_t i = 0; i < QUERIES; i++)
        hits += (uint64_t)query_at(count, seed, from + i, queries + i * DIGEST);
    return hits;
}

/* Every round asks digests not asked before, so that no cache knows the answer. */
static void ask(const char *path, uint64_t count, uint64_t seed, unsigned rounds, const char *key)
{
    uint8_t *queries = malloc((size_t)QUERIES * DIGEST);
    double single[ROUNDS_MAX], batched[ROUNDS_MAX];
    double opened, answered, untouched;
    uint64_t from = 0, hits;
    tt_set *set = NULL;

    if (!queries || rounds == 0 || rounds > ROUNDS_MAX)
        die("too many rounds");
    answered = first_answer(&set, path, key, seed, &opened);
    hits = fill(queries, count, seed, from);
    untouched = rate(ask_batched, set, queries, hits);
    for (unsigned i = 0; i < rounds; i++) {
        hits = fill(queries, count, seed, from += QUERIES);
        single[i] = rate(ask_single, set, queries, hits);
        hits = fill(queries, count, seed, from += QUERIES);
        batched[i] = rate(ask_batched, set, queries, hits);
    }
    (void)printf("{\"what\":\"ask\",\"entries\":%" PRIu64 ",\"open_ms\":%.3f,\"first_ms\":%.3f,"
                 "\"first_million\":%.2f,",
                 count, opened, answered, untouched);
    print_rates("single", single, rounds);
    print_rates("batched", batched, rounds);
    (void)printf("\"private_mib\":%.1f}\n", private_mib() - (double)QUERIES * DIGEST / 1048576);
    tt_set_close(set);
    free(queries);
}

static void cold(const char *path, uint64_t count, uint64_t seed, const char *key)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    tt_set *set = NULL;
    double opened, answered;

    if (fd < 0 || fsync(fd) != 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0)
        die("cannot drop the set from the page cache");
    (void)close(fd);
    answered = first_answer(&set, path, key, seed, &opened);
    (void)printf("{\"what\":\"cold\",\"entries\":%" PRIu64 ",\"open_ms\":%.3f,\"first_ms\":%.3f}\n",
                 count, opened, answered);
    tt_set_close(set);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if ((argc == 5 || argc == 6) && strcmp(what, "build") == 0)
        build(argv[2], argv[3], number(argv[4]), argv[5]);
    else if ((argc == 6 || argc == 7) && strcmp(what, "ask") == 0)
        ask(argv[2], number(argv[3]), number(argv[4]), (unsigned)number(argv[5]), argv[6]);
    else if ((argc == 5 || argc == 6) && strcmp(what, "cold") == 0)
        cold(argv[2], number(argv[3]), number(argv[4]), argv[5]);
    else
        die("build LIST SET MEMORY [KEY] | ask SET N SEED ROUNDS [KEY] | cold SET N SEED [KEY]");
    return 0;
}
