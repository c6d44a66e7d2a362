/*
 * types: what identifying files costs beside scanning them.
 *
 *     types [--rounds N] [--threads N] [--set SET] FOLDER
 *
 * Scans the folder in turns without types, with them (a rule that every file passes, so that the
 * same bytes are read and digested), and for an inventory; each with a scanner of its own, so that
 * compiling the signatures counts in each scan that needs them. Also compiles them, and identifies
 * the heads of some of the files, alone, which shows what a noisy machine's scans cannot: a few parts
 * in a hundred.
 */
#include "identify/identify.h"

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS_MOST = 99, HEADS_MOST = 512, TURNS = 20, WORKS = 3 };

typedef struct work {
    const char *name;
    uint32_t only;
    uint32_t flags;
    double wall[ROUNDS_MOST];
    double processor[ROUNDS_MOST];
} work;

/* Passes all that is no disk image: with every type named there would be nothing to ask. */
#define ALMOST_ALL (((1u << TUTELA_TYPE_COUNT) - 1) & ~(1u << TUTELA_TYPE_DISK_IMAGE))

static work works[WORKS] = {
    {.name = "scan"},
    {.name = "scan, types for a rule", .only = ALMOST_ALL},
    {.name = "scan, inventory", .flags = TUTELA_SCAN_INVENTORY},
};

static uint8_t *heads[HEADS_MOST];
static size_t head_sizes[HEADS_MOST];
static size_t head_count;

static void die(const char *what, const tutela_error *error)
{
    fprintf(stderr, "types: %s%s%s\n", what, error ? ": " : "", error ? error->text : "");
    exit(2);
}

static double seconds_of(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static double median(const double *values, int count)
{
    double sorted[ROUNDS_MOST];

    memcpy(sorted, values, (size_t)count * sizeof *values);
    qsort(sorted, (size_t)count, sizeof *sorted, ascending);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

static int pass(void *user, const tutela_finding *finding)
{
    (void)user;
    (void)finding;
    return 0;
}

static tutela_scanner *make_scanner(tutela_set *set)
{
    tutela_scanner_options options = {.size = sizeof options, .digests = 1u << TUTELA_MD5};
    tutela_scanner *scanner = NULL;
    tutela_error error = {0};

    if (tutela_scanner_new(&scanner, &set, set ? 1 : 0, &options, &error) != TUTELA_OK)
        die("scanner", &error);
    return scanner;
}

static uint64_t scan(tutela_set *set, work *of, const char *folder, uint32_t threads, int round)
{
    tutela_scan_options options = {.size = sizeof options,
                                   .targets = &folder,
                                   .target_count = 1,
                                   .only = of->only,
                                   .flags = of->flags,
                                   .threads = threads,
                                   .on_finding = pass};
    tutela_summary summary = {.size = sizeof summary};
    tutela_error error = {0};
    double wall = seconds_of(CLOCK_MONOTONIC), processor = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    tutela_scanner *scanner = make_scanner(set);

    if (tutela_scan_paths(scanner, &options, &summary, &error) != TUTELA_OK)
        die("scan", &error);
    if (summary.by_status[TUTELA_ITEM_SKIPPED] > 0)
        die("the rule left files out: the scans cannot be compared", NULL);
    tutela_scanner_free(scanner);
    if (round >= 0) {
        of->wall[round] = seconds_of(CLOCK_MONOTONIC) - wall;
        of->processor[round] = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - processor;
    }
    return summary.items;
}

/* Every seventh file until there are enough. */
static int take_head(const char *path, const struct stat *stat, int kind, struct FTW *where)
{
    static unsigned seen;
    ssize_t got;
    int fd;

    (void)stat;
    (void)where;
    if (kind != FTW_F || seen++ % 7 != 0)
        return 0;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    heads[head_count] = malloc(TT_IDENTIFY_HEAD);
    if (fd < 0 || !heads[head_count])
        die(path, NULL);
    got = read(fd, heads[head_count], TT_IDENTIFY_HEAD);
    close(fd);
    if (got < 0)
        die(path, NULL);
    head_sizes[head_count++] = (size_t)got;
    return head_count == HEADS_MOST;
}

typedef struct alone {
    double ready; /* seconds for compiling */
    double head;  /* seconds a head, the best of some turns: a turn's heads do not fit a near cache */
    size_t unknown;
} alone;

static alone identify_heads(void)
{
    tt_signatures *signatures;
    tt_identify *identify;
    tutela_error error = {0};
    alone of = {.head = 1e9};

    if (tt_signatures_new(&signatures, &error) != TUTELA_OK
        || tt_identify_new(&identify, signatures, &error) != TUTELA_OK)
        die("identify", &error);
    of.ready = -seconds_of(CLOCK_THREAD_CPUTIME_ID);
    if (tt_signatures_ready(signatures, &error) != TUTELA_OK)
        die("signatures", &error);
    of.ready += seconds_of(CLOCK_THREAD_CPUTIME_ID);
    for (int turn = 0; turn < TURNS; turn++) {
        double start = seconds_of(CLOCK_THREAD_CPUTIME_ID), lasted;
        of.unknown = 0;
        for (size_t i = 0; i < head_count; i++) {
            tt_type type;
            int known;
            if (tt_identify_fast(identify, heads[i], head_sizes[i], &type, &known, &error)
                != TUTELA_OK)
                die("identify", &error);
            of.unknown += !known;
        }
        lasted = (seconds_of(CLOCK_THREAD_CPUTIME_ID) - start) / (double)head_count;
        of.head = lasted < of.head ? lasted : of.head;
    }
    tt_identify_free(identify);
    tt_signatures_free(signatures);
    return of;
}

/* Of two works in the same round; median, least and most. */
static void print_ratios(const double *these, const double *those, int rounds)
{
    double ratios[ROUNDS_MOST];

    for (int i = 0; i < rounds; i++)
        ratios[i] = these[i] / those[i];
    qsort(ratios, (size_t)rounds, sizeof *ratios, ascending);
    printf(" %.3f (%.3f to %.3f) |", median(ratios, rounds), ratios[0], ratios[rounds - 1]);
}

static void print_table(uint64_t items, int rounds)
{
    printf("%" PRIu64 " items, %d rounds\n\n"
           "| work | wall, s | processor, s | wall, ratio | processor, ratio |\n"
           "| --- | --- | --- | --- | --- |\n",
           items, rounds);
    for (int i = 0; i < WORKS; i++) {
        printf("| %s | %.3f | %.3f |", works[i].name, median(works[i].wall, rounds),
               median(works[i].processor, rounds));
        print_ratios(works[i].wall, works[0].wall, rounds);
        print_ratios(works[i].processor, works[0].processor, rounds);
        printf("\n");
    }
}

static void print_alone(uint64_t items, int rounds)
{
    alone of = identify_heads();
    double scan = median(works[0].processor, rounds), each = scan / (double)items;

    printf("\nsignatures compiled: %.1f ms, %.1f %% of the scan's processor time\n", of.ready * 1e3,
           100 * of.ready / scan);
    printf("identified alone: %.0f ns a file, %.1f %% of the scan's %.0f ns of processor time; %zu of "
           "%zu unknown\n",
           of.head * 1e9, 100 * of.head / each, each * 1e9, of.unknown, head_count);
}

/* NULL for none. */
static tutela_set *open_set(const char *path)
{
    tutela_set *set = NULL;
    tutela_error error = {0};

    if (path && tutela_set_open(&set, path, NULL, &error) != TUTELA_OK)
        die(path, &error);
    return set;
}

int main(int argc, char **argv)
{
    const char *set_path = NULL;
    tutela_set *set;
    int rounds = 9, threads = 0, at = 1;
    uint64_t items = 0;

    for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
        if (strcmp(argv[at], "--rounds") == 0)
            rounds = (int)strtol(argv[at + 1], NULL, 10);
        else if (strcmp(argv[at], "--threads") == 0)
            threads = (int)strtol(argv[at + 1], NULL, 10);
        else if (strcmp(argv[at], "--set") == 0)
            set_path = argv[at + 1];
    }
    if (at + 1 != argc || rounds < 1 || rounds > ROUNDS_MOST || threads < 0)
        die("[--rounds N] [--threads N] [--set SET] FOLDER", NULL);
    set = open_set(set_path);
    /* One round that does not count; then each work goes first as often as the others. */
    for (int round = -1; round < rounds; round++)
        for (int i = 0; i < WORKS; i++)
            items = scan(set, &works[(i + round + 1) % WORKS], argv[at], (uint32_t)threads, round);
    if (nftw(argv[at], take_head, 32, FTW_PHYS) < 0 || head_count == 0)
        die(argv[at], NULL);
    print_table(items, rounds);
    print_alone(items, rounds);
    tutela_set_close(set);
    for (size_t i = 0; i < head_count; i++)
        free(heads[i]);
    return 0;
}
