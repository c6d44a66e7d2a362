/*
 * carve: measures the search of raw space: gigabytes a second on one core, over random bytes and real ones, and
 * other ways of doing the same.
 *
 *     carve [--rounds N] [FILE]...     over 256 MiB of random bytes, and the files, or libraries and text
 *                                      of this machine, in memory
 *     carve --run FILE                 all of what --carve does with a file, once; prints what was found
 *     carve --make FILE MEBIBYTES      a space to run it on: random bytes and zeros
 */
#include "bench/program.h"
#include "carve/carve.h"
#include "carve/inner.h"

#include <fcntl.h>
#include <glob.h>
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SPACE  ((size_t)256 << 20)
#define WINDOW ((size_t)256 << 10)

typedef struct counts {
    uint64_t whole, cut, mentions;
} counts;

static double seconds(clockid_t clock)
{
    struct timespec at;

    (void)clock_gettime(clock, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* splitmix64. */
static uint64_t mix(uint64_t place)
{
    uint64_t z = (place + 1) * 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void make_random(uint8_t *out, size_t size, uint64_t seed)
{
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = mix(seed + i);

        memcpy(out + i, &word, sizeof word);
    }
}

/* ---- The search ------------------------------------------------------------------------------ */

static tutela_status on_found(void *user, uint64_t from, uint64_t to, const char *extension, int whole,
                              tutela_error *error)
{
    counts *c = user;

    (void)from;
    (void)to;
    (void)extension;
    (void)error;
    c->whole += whole != 0;
    c->cut += whole == 0;
    return TUTELA_OK;
}

static tutela_status on_mention(void *user, uint64_t at, int algorithm, const uint8_t *digest,
                                tutela_error *error)
{
    (void)at;
    (void)algorithm;
    (void)digest;
    (void)error;
    ((counts *)user)->mentions++;
    return TUTELA_OK;
}

static tt_carve *carve;

static counts search(const uint8_t *data, size_t size, const tt_carve_sink *sink)
{
    counts c = {0, 0, 0};
    tt_memory_stream stream;
    tt_trouble trouble;

    tt_memory_stream_init(&stream, data, size);
    if (tt_carve_run(carve, &stream.stream, sink, &c, &trouble, NULL) != TUTELA_OK)
        die("carving failed");
    return c;
}

/* ---- Other ways ------------------------------------------------------------------------------ */

/* Digests in text by Hyperscan: with what adjoins, or as a run of 32 that is looked at more closely. */
static const char *const exact[] = {
    "[^0-9a-fA-F][0-9a-fA-F]{32}[^0-9a-fA-F]", "[^0-9a-fA-F][0-9a-fA-F]{40}[^0-9a-fA-F]",
    "[^0-9a-fA-F][0-9a-fA-F]{64}[^0-9a-fA-F]", "([0-9a-fA-F]\\x00){32}"};
static const char *const runs[] = {"[0-9a-fA-F]{32}", "([0-9a-fA-F]\\x00){32}"};

typedef struct way {
    const char *name;
    unsigned mode;
    const char *const *digests;
    size_t count;
} way;

static const way ways[] = {{"Hyperscan, block, files alone", HS_MODE_BLOCK, NULL, 0},
                           {"Hyperscan, stream, files alone", HS_MODE_STREAM, NULL, 0},
                           {"Hyperscan, stream, with digests", HS_MODE_STREAM, exact, 4},
                           {"Hyperscan, block, with digests", HS_MODE_BLOCK, exact, 4},
                           {"Hyperscan, block, with runs of digits", HS_MODE_BLOCK, runs, 2}};

/* In the table's order, which is not the best (see scanner/carve/patterns.c). */
static hs_database_t *compile(const way *w)
{
    const tt_carve_kind *kinds = tt_carve_kinds();
    const char *expressions[TT_CARVE_ROWS + 4];
    unsigned flags[TT_CARVE_ROWS + 4], ids[TT_CARVE_ROWS + 4], count = 0;
    hs_database_t *database;
    hs_compile_error_t *refusal;

    for (size_t i = 0; i < TT_CARVE_ROWS + w->count; i++) {
        const char *pattern = i < TT_CARVE_ROWS ? kinds[i].pattern : w->digests[i - TT_CARVE_ROWS];

        if (!pattern)
            continue;
        expressions[count] = pattern;
        flags[count] = HS_FLAG_DOTALL;
        ids[count] = count;
        count++;
    }
    if (hs_compile_multi(expressions, flags, ids, count, w->mode, NULL, &database, &refusal) != HS_SUCCESS)
        die(refusal->message);
    return database;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *user)
{
    (void)id;
    (void)from;
    (void)to;
    (void)flags;
    ++*(uint64_t *)user;
    return 0;
}

/* What reading into a window costs is theirs too. */
static uint64_t search_by(const way *w, hs_database_t *database, hs_scratch_t *scratch, const uint8_t *data,
                          size_t size, char *window)
{
    hs_stream_t *stream = NULL;
    uint64_t hits = 0;

    if (w->mode == HS_MODE_STREAM && hs_open_stream(database, 0, &stream) != HS_SUCCESS)
        die("no stream");
    for (size_t at = 0; at < size; at += WINDOW) {
        size_t some = size - at < WINDOW ? size - at : WINDOW;

        memcpy(window, data + at, some);
        if (stream)
            (void)hs_scan_stream(stream, window, (unsigned)some, 0, scratch, on_match, &hits);
        else
            (void)hs_scan(database, window, (unsigned)some, 0, scratch, on_match, &hits);
    }
    if (stream)
        (void)hs_close_stream(stream, scratch, on_match, &hits);
    return hits;
}

/* ---- Figures --------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    double x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static void line(const char *data, const char *name, double *took, int rounds, size_t size, counts c)
{
    qsort(took, (size_t)rounds, sizeof took[0], ascending);
    (void)printf("| %s | %s | %.2f | %.2f | %llu | %llu | %llu |\n", data, name,
                 (double)size / took[rounds / 2] / 1e9, (double)size / took[0] / 1e9,
                 (unsigned long long)c.whole, (unsigned long long)c.cut, (unsigned long long)c.mentions);
    (void)fflush(stdout);
}

static void measure_ours(const char *name, const uint8_t *data, size_t size, int rounds)
{
    static const struct {
        const char *name;
        tt_carve_sink sink;
    } ours[] = {{"the search: files and mentions", {on_found, on_mention, NULL}},
                {"files alone", {on_found, NULL, NULL}},
                {"mentions alone", {NULL, on_mention, NULL}}};
    double took[99];

    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        counts c = search(data, size, &ours[i].sink);

        for (int round = 0; round < rounds; round++) {
            double begun = seconds(CLOCK_THREAD_CPUTIME_ID);

            (void)search(data, size, &ours[i].sink);
            took[round] = seconds(CLOCK_THREAD_CPUTIME_ID) - begun;
        }
        line(name, ours[i].name, took, rounds, size, c);
    }
}

static void measure_others(const char *name, const uint8_t *data, size_t size, int rounds)
{
    char *window = malloc(WINDOW);
    double took[99];

    for (size_t i = 0; window && i < sizeof ways / sizeof ways[0]; i++) {
        hs_database_t *database = compile(&ways[i]);
        hs_scratch_t *scratch = NULL;

        if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS)
            die("no memory");
        for (int round = 0; round < rounds; round++) {
            double begun = seconds(CLOCK_THREAD_CPUTIME_ID);

            (void)search_by(&ways[i], database, scratch, data, size, window);
            took[round] = seconds(CLOCK_THREAD_CPUTIME_ID) - begun;
        }
        line(name, ways[i].name, took, rounds, size, (counts){0, 0, 0});
        (void)hs_free_scratch(scratch);
        (void)hs_free_database(database);
    }
    free(window);
}

static size_t add_file(const char *path, uint8_t *out, size_t room)
{
    FILE *file = fopen(path, "rbe");
    size_t size = file ? fread(out, 1, room, file) : 0;

    if (file)
        (void)fclose(file);
    return size;
}

static size_t add_all(const char *pattern, uint8_t *out, size_t room)
{
    glob_t found;
    size_t size = 0;

    if (glob(pattern, 0, NULL, &found) != 0)
        return 0;
    for (size_t i = 0; i < found.gl_pathc && size < room; i++)
        size += add_file(found.gl_pathv[i], out + size, room - size);
    globfree(&found);
    return size;
}

static void measure(const char *name, const uint8_t *data, size_t size, int rounds)
{
    if (size == 0)
        return;
    measure_ours(name, data, size, rounds);
    measure_others(name, data, size, rounds < 3 ? rounds : 3);
}

static void measure_all(int rounds, char **files, int count)
{
    uint8_t *data = malloc(SPACE);

    if (!data)
        die("no memory");
    (void)printf("| bytes | way | GB/s a core, median | best | whole | cut | mentions |\n"
                 "| --- | --- | --- | --- | --- | --- | --- |\n");
    make_random(data, SPACE, 1);
    measure("random", data, SPACE, rounds);
    if (count == 0) {
        measure("libraries", data, add_all("/usr/lib/*/*.so.*", data, SPACE), rounds);
        measure("text", data, add_all("/usr/share/*/*/*.p[lmy]", data, SPACE), rounds);
    }
    for (int i = 0; i < count; i++)
        measure(files[i], data, add_file(files[i], data, SPACE), rounds);
    free(data);
}

/* ---- A file, as a whole ---------------------------------------------------------------------- */

static void run_file(const char *path)
{
    static const tt_carve_sink sink = {on_found, on_mention, NULL};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat about;
    tt_file_stream stream;
    tt_trouble trouble;
    counts c = {0, 0, 0};
    double begun = seconds(CLOCK_MONOTONIC);

    if (fd < 0 || fstat(fd, &about) != 0)
        die(path);
    tt_file_stream_init(&stream, fd, (uint64_t)about.st_size);
    if (tt_carve_run(carve, &stream.stream, &sink, &c, &trouble, NULL) != TUTELA_OK)
        die("carving failed");
    (void)printf("%.3f s, %llu whole, %llu cut, %llu mentions %s\n", seconds(CLOCK_MONOTONIC) - begun,
                 (unsigned long long)c.whole, (unsigned long long)c.cut, (unsigned long long)c.mentions,
                 trouble.reason);
    (void)close(fd);
}

/* Seven parts of random bytes, one of zeros. */
static void make_file(const char *path, uint64_t mebibytes)
{
    size_t size = (size_t)1 << 20;
    uint8_t *piece = malloc(size);
    FILE *file = fopen(path, "wbe");

    if (!piece || !file)
        die(path);
    for (uint64_t i = 0; i < mebibytes; i++) {
        if (i % 8 == 7)
            memset(piece, 0, size);
        else
            make_random(piece, size, i << 20);
        if (fwrite(piece, 1, size, file) != size)
            die(path);
    }
    if (fclose(file) != 0)
        die(path);
    free(piece);
}

int main(int count, char **words)
{
    int rounds = 9;

    if (count == 4 && strcmp(words[1], "--make") == 0) {
        make_file(words[2], number(words[3]));
        return 0;
    }
    if (tt_carve_new(&carve, NULL) != TUTELA_OK)
        die("no search");
    if (count == 3 && strcmp(words[1], "--run") == 0) {
        run_file(words[2]);
    } else {
        if (count > 2 && strcmp(words[1], "--rounds") == 0) {
            rounds = (int)number(words[2]);
            words += 2;
            count -= 2;
        }
        if (rounds < 1 || rounds > 99)
            die("--rounds: 1 to 99");
        measure_all(rounds, words + 1, count - 1);
    }
    tt_carve_free(carve);
    return 0;
}
