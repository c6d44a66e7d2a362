/*
 * kernels: measures the digest kernels, and lanes over few streams and many, against OpenSSL one
 * stream.
 *
 *     kernels [--rounds N] [--json] [WORD]...     only lines that hold all the words
 *
 * Every line is measured once a round, OpenSSL first, as the fastest of some turns in a few
 * milliseconds, so that what else the machine does falls on all lines alike. A ratio compares
 * figures of one round; "best" is what a quiet moment gave. Data is made up, in the second cache
 * for full lanes.
 */
#include "base/status.h"
#include "bench/program.h"
#include "digest/cpu.h"
#include "digest/lanes.h"

#include <math.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define ROUNDS     31
#define ROUNDS_MAX 999
#define LINES_MAX  512
#define FULL       ((size_t)32768) /* bytes a lane when all are full */
#define MIXED      256            /* jobs of unequal length, as a folder of pictures is */
#define MEDIAN     20480.0        /* bytes of them */
#define SPREAD     1.16           /* sigma of the logarithm: mean 39 KiB */
#define LONGEST    ((size_t)1 << 20)
#define SLICE      0.004 /* seconds of one measurement, at least */
#define THREE      3 /* MD5, SHA-1, SHA-256; and as an "algorithm" all of them */

enum way { OPENSSL, KERNEL, LANES };

typedef struct line {
    enum way way;
    int what; /* 0 to 2: an algorithm; THREE: all */
    const char *load;
    const char *by;
    size_t jobs, size; /* size 0: mixed */
    const tt_kernel *kernel;
    uint32_t features;
    double rate[ROUNDS_MAX], ratio[ROUNDS_MAX];
} line;

static line lines[LINES_MAX];
static size_t line_count;
static uint8_t *pool;
static size_t mixed_size[MIXED];
static const int algorithms[THREE] = {TUTELA_MD5, TUTELA_SHA1, TUTELA_SHA256};
static const char *const names[THREE + 1] = {"MD5", "SHA-1", "SHA-256", "all three"};
static EVP_MD *methods[THREE];
static EVP_MD_CTX *context;

static double seconds(clockid_t clock)
{
    struct timespec at;

    (void)clock_gettime(clock, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* A moment of this thread. */
typedef struct moment {
    double wall, cpu;
    long taken; /* how often others took the core */
} moment;

static moment now(void)
{
    struct rusage used;

    (void)getrusage(RUSAGE_THREAD, &used);
    return (moment){seconds(CLOCK_MONOTONIC), seconds(CLOCK_THREAD_CPUTIME_ID), used.ru_nivcsw};
}

/*
 * By the clock on the wall, unless another thread ran meanwhile: processor time of a virtual machine
 * is corrected after the fact and can come out as next to nothing.
 */
static double between(moment a, moment b)
{
    return a.taken == b.taken ? b.wall - a.wall : b.cpu - a.cpu;
}

/* splitmix64. */
static uint64_t mix(uint64_t place)
{
    uint64_t z = (place + 1) * 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Between 0 and 1, neither included. */
static double chance(uint64_t place)
{
    return ((double)(mix(place) >> 12) + 0.5) / 4503599627370496.0;
}

static void make_data(void)
{
    size_t total = 0;

    for (size_t i = 0; i < MIXED; i++) {
        double normal = sqrt(-2 * log(chance(2 * i))) * cos(6.283185307179586 * chance(2 * i + 1));
        double size = MEDIAN * exp(SPREAD * normal);

        mixed_size[i] = size < (double)LONGEST ? (size_t)size : LONGEST;
        total += mixed_size[i];
    }
    if (total < TT_KERNEL_LANES * FULL)
        total = TT_KERNEL_LANES * FULL;
    pool = malloc(total + 8);
    if (!pool)
        die("no memory");
    for (size_t i = 0; i < total; i += 8) {
        uint64_t word = mix(i);

        memcpy(pool + i, &word, sizeof word);
    }
}

static size_t size_of(const line *l, size_t job)
{
    return l->size ? l->size : mixed_size[job];
}

/* ---- What is measured -------------------------------------------------------------------- */

static void by_openssl(const line *l, int a)
{
    const uint8_t *at = pool;
    uint8_t digest[EVP_MAX_MD_SIZE];

    for (size_t i = 0; i < l->jobs; i++) {
        if (EVP_DigestInit_ex2(context, methods[a], NULL) != 1
            || EVP_DigestUpdate(context, at, size_of(l, i)) != 1
            || EVP_DigestFinal_ex(context, digest, NULL) != 1)
            die("OpenSSL failed");
        at += size_of(l, i);
    }
}

static void by_lanes(const line *l, int a)
{
    static tt_lane_stream streams[MIXED];
    static tt_lane_job jobs[MIXED];
    static uint8_t digests[MIXED][TUTELA_DIGEST_MAX];
    const uint8_t *at = pool;
    tt_lanes lanes;

    if (!tt_lanes_choose(&lanes, algorithms[a], l->features))
        die("no lanes");
    for (size_t i = 0; i < l->jobs; i++) {
        tt_lanes_begin(&lanes, &streams[i]);
        jobs[i] = (tt_lane_job){&streams[i], at, size_of(l, i), digests[i]};
        at += size_of(l, i);
    }
    tt_lanes_run(&lanes, jobs, l->jobs);
}

static void by_kernel(const line *l)
{
    static uint32_t state[TT_KERNEL_STREAMS];
    const uint8_t *data[TT_KERNEL_LANES];

    for (size_t i = 0; i < l->jobs; i++)
        data[i] = pool + i * l->size;
    l->kernel->function(state, data, l->size / TT_BLOCK);
}

static void work(const line *l)
{
    for (int a = 0; a < THREE; a++) {
        if (l->what != a && l->what != THREE)
            continue;
        if (l->way == OPENSSL)
            by_openssl(l, a);
        else if (l->way == LANES)
            by_lanes(l, a);
        else
            by_kernel(l);
    }
}

/*
 * Gigabytes a second, each byte counted once, in the fastest of some turns. The first turn is not
 * timed: it wakes the parts of the core that another line left asleep, and fills the caches.
 */
static double rate_of(const line *l)
{
    double bytes = 0, best = 1e9, took;
    moment begun = now(), last, end;

    for (size_t i = 0; i < l->jobs; i++)
        bytes += (double)size_of(l, i);
    work(l);
    end = now();
    do {
        last = end;
        work(l);
        end = now();
        took = between(last, end);
        best = took < best ? took : best;
    } while (end.wall - begun.wall < SLICE);
    return bytes / (best > 1e-9 ? best : 1e-9) / 1e9;
}

/* ---- Lines ------------------------------------------------------------------------------- */

static line *add(enum way way, int what, const char *load, const char *by)
{
    line *l = &lines[line_count++];

    if (line_count > LINES_MAX)
        die("too many lines");
    *l = (line){.way = way, .what = what, .load = load, .by = by, .jobs = 1, .size = FULL};
    return l;
}

static void add_kernels(int what)
{
    const tt_kernel *kernel;

    for (size_t i = 0; (kernel = tt_kernel_at(i)); i++) {
        line *l;

        if (kernel->algorithm != algorithms[what] || (kernel->needs & ~tt_cpu_features()))
            continue;
        l = add(KERNEL, what, "full lanes", kernel->name);
        l->kernel = kernel;
        l->jobs = kernel->lanes;
    }
}

/* Machines that this one can stand for. */
static const struct {
    const char *name, *wish;
} machines[] = {
    {"lanes, this machine", NULL},        {"lanes, TUTELA_CPU=-shani", "-shani"},
    {"lanes, TUTELA_CPU=avx2", "avx2"},   {"lanes, TUTELA_CPU=avx2,-shani", "avx2,-shani"},
    {"lanes, TUTELA_CPU=sse4.1", "sse4.1"}, {"lanes, TUTELA_CPU=sse4.1,-shani", "sse4.1,-shani"},
    {"lanes, TUTELA_CPU=scalar", "scalar"},
};

static void add_lanes(int what, const char *load, size_t jobs, size_t size)
{
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
        line *l = add(LANES, what, load, machines[i].name);

        l->features = tt_cpu_lower(tt_cpu_features(), machines[i].wish);
        l->jobs = jobs;
        l->size = size;
    }
}

/* Where kernels begin to beat one another. */
static const char *const few[] = {"2 streams", "3 streams", "4 streams", "5 streams", "6 streams",
                                  "7 streams", "8 streams", "9 streams", "10 streams"};

static void make_lines(void)
{
    for (int what = 0; what <= THREE; what++) {
        line *base = add(OPENSSL, what, "one stream", "OpenSSL");

        base->jobs = 8;
        if (what < THREE)
            add_kernels(what);
        add_lanes(what, "one stream", 1, FULL);
        for (size_t i = 0; i < sizeof few / sizeof few[0]; i++)
            add_lanes(what, few[i], i + 2, FULL);
        add_lanes(what, "32 equal streams", TT_KERNEL_LANES, FULL);
        add_lanes(what, "mixed lengths", MIXED, 0);
    }
}

/* ---- Figures ----------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    double x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static int wanted(const line *l, char **words, int count)
{
    char text[160];

    (void)snprintf(text, sizeof text, "%s, %s, %s", names[l->what], l->load, l->by);
    for (int i = 0; i < count; i++)
        if (!strstr(text, words[i]))
            return 0;
    return 1;
}

static void measure(int rounds, char **words, int count)
{
    for (int round = -1; round < rounds; round++) { /* the first only warms up */
        double base = 0;

        for (size_t i = 0; i < line_count; i++) {
            line *l = &lines[i];

            if (l->way != OPENSSL && !wanted(l, words, count))
                continue;
            double rate = rate_of(l);
            base = l->way == OPENSSL ? rate : base;
            if (round >= 0) {
                l->rate[round] = rate;
                l->ratio[round] = rate / base;
            }
        }
    }
}

static void show(line *l, int rounds, double base, int json)
{
    size_t half = (size_t)rounds / 2, last = (size_t)rounds - 1;

    qsort(l->rate, (size_t)rounds, sizeof l->rate[0], ascending);
    qsort(l->ratio, (size_t)rounds, sizeof l->ratio[0], ascending);
    if (json)
        (void)printf("{\"digest\":\"%s\",\"load\":\"%s\",\"by\":\"%s\",\"streams\":%zu,"
                     "\"rounds\":%d,\"median\":%.4f,\"q1\":%.4f,\"q3\":%.4f,\"min\":%.4f,"
                     "\"best\":%.4f,\"ratio\":%.3f,\"ratio_q1\":%.3f,\"ratio_q3\":%.3f,"
                     "\"ratio_min\":%.3f,\"ratio_max\":%.3f,\"best_ratio\":%.3f}\n",
                     names[l->what], l->load, l->by, l->jobs, rounds, l->rate[half],
                     l->rate[last / 4], l->rate[last - last / 4], l->rate[0], l->rate[last],
                     l->ratio[half], l->ratio[last / 4], l->ratio[last - last / 4], l->ratio[0],
                     l->ratio[last], l->rate[last] / base);
    else
        (void)printf("| %s | %s | %s | %zu | %.2f | %.2f | %.2f | %.2f |\n", names[l->what],
                     l->load, l->by, l->jobs, l->rate[half], l->rate[last], l->ratio[half],
                     l->rate[last] / base);
}

static void show_all(int rounds, char **words, int count, int json)
{
    double base = 1;

    if (!json)
        (void)printf("| digest | load | by | streams | GB/s, median | best | x OpenSSL, median | "
                     "best |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < line_count; i++) {
        line *l = &lines[i];

        if (l->way == OPENSSL) {
            base = 0;
            for (int round = 0; round < rounds; round++)
                base = l->rate[round] > base ? l->rate[round] : base;
        }
        if (wanted(l, words, count))
            show(l, rounds, base, json);
    }
}

int main(int count, char **words)
{
    static const char *const evp[THREE] = {"MD5", "SHA1", "SHA256"};
    int rounds = ROUNDS, json = 0;

    for (count--, words++; count > 0 && words[0][0] == '-'; count--, words++) {
        if (strcmp(words[0], "--json") == 0)
            json = 1;
        else if (strcmp(words[0], "--rounds") == 0 && count > 1)
            rounds = (int)strtol((count--, *++words), NULL, 10);
        else
            die("kernels [--rounds N] [--json] [WORD]...");
    }
    if (rounds < 1 || rounds > ROUNDS_MAX)
        die("--rounds: 1 to 999");
    context = EVP_MD_CTX_new();
    for (int a = 0; a < THREE; a++) {
        methods[a] = EVP_MD_fetch(NULL, evp[a], NULL);
        if (!context || !methods[a])
            die("OpenSSL does not offer a digest");
    }
    make_data();
    make_lines();
    measure(rounds, words, count);
    show_all(rounds, words, count, json);
    return 0;
}
