/*
 * engine: which digests find a file. Where the lists leave a choice it goes by cost; what is found, how
 * well, and what reports show is the same whatever was chosen, and on any number of threads.
 */
#include "digest/cost.h"
#include "digest/cpu.h"
#include "engine/engine.h"

#include "set_kit.h"

#include <fcntl.h>

enum { MD5 = MASK(MD5), SHA1 = MASK(SHA1), SHA256 = MASK(SHA256), FILES = 150, GIB = 1 << 30 };

static tutela_error error;

/* ---- Files and a set --------------------------------------------------------------------- */

static const char known[] = "a file that is listed", other[] = "one whose SHA-1 is not its own",
                  third[] = "one whose MD5 is not its own";

static void put(const char *path, const char *text)
{
    tap_write(path, text, strlen(text));
}

static void make_tree(const char *tree)
{
    char path[400], text[40];

    mkdir(tree, 0755);
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "%s/%d", tree, i);
        snprintf(text, sizeof text, "clear file number %d", i);
        put(path, text);
    }
    snprintf(path, sizeof path, "%s/known", tree);
    put(path, known);
    snprintf(path, sizeof path, "%s/other", tree);
    put(path, other);
    snprintf(path, sizeof path, "%s/third", tree);
    put(path, third);
}

/* Entries with `mask` each; two of them have one digest of another file. */
static tt_set *make_set(const char *name, uint32_t mask, tutela_polarity polarity)
{
    static const char *const texts[] = {known, other, third};
    char path[300];
    tt_build *build;
    tt_build_counts counts;
    tt_set *set = NULL;

    snprintf(path, sizeof path, "%s", tap_path("%s.tset", name));
    build = build_at(path, MEMORY);
    list_in(build, name, polarity);
    for (int i = 0; i < 3; i++) {
        tt_row row = row_of(mask, (uint64_t)i);

        row.entry = texts[i];
        if (tt_digest_bytes(mask, texts[i], strlen(texts[i]), &row.digests, NULL) != TUTELA_OK)
            ok(0, "digests");
        if (i > 0)
            row.digests.value[i == 1 ? TUTELA_SHA1 : TUTELA_MD5][0] ^= 1;
        ok(tt_build_add(build, &row, &error) == TUTELA_OK, "adds");
    }
    ok(tt_build_finish(build, 0, &counts, &error) == TUTELA_OK, "builds %s", name);
    tt_build_free(build);
    ok(tt_set_open(&set, path, &error) == TUTELA_OK, "opens it");
    return set;
}

static tt_engine *make_engine(const char *name, uint32_t mask, tutela_polarity polarity,
                              uint32_t asked)
{
    tt_set *set = make_set(name, mask, polarity);
    tt_engine *engine = NULL;

    ok(tt_engine_new(&engine, &set, 1, asked, &error) == TUTELA_OK, "an engine");
    tt_set_close(set);
    return engine;
}

/* ---- The choice -------------------------------------------------------------------------- */

/* The one of MD5 and SHA-1 that costs less here. */
static uint32_t cheaper(size_t streams)
{
    uint32_t cost[TUTELA_ALGORITHM_COUNT];

    tt_digest_costs(tt_cpu_features(), streams, cost);
    return cost[TUTELA_MD5] <= cost[TUTELA_SHA1] ? MD5 : SHA1;
}

static void choice(void)
{
    tt_engine *engine = make_engine("both", MD5 | SHA1, TUTELA_KNOWN_BAD, 0);

    is_u64(tt_engine_first(engine, 0, 5000, 0), cheaper(engine->width), "a small file among many");
    is_u64(tt_engine_first(engine, 0, GIB - 1, 0), cheaper(engine->width), "just under a gigabyte");
    is_u64(tt_engine_first(engine, 0, GIB, 0), cheaper(1), "a gigabyte outlasts the others");
    is_u64(tt_engine_first(engine, 0, 5000, 1), cheaper(1), "a small file alone");
    is_u64(tt_engine_first(engine, TUTELA_SCAN_INVENTORY, 5000, 0), SHA1,
           "what is shown depends on neither");
    is_u64(tt_engine_first(engine, TUTELA_SCAN_INVENTORY, GIB, 1), SHA1, "nor on size");
    is_u64(engine->evidence, MD5 | SHA1 | SHA256, "a hit gets all");
    tt_engine_drop(engine);

    engine = make_engine("good", MD5 | SHA1, TUTELA_KNOWN_GOOD, 0);
    is_u64(tt_engine_first(engine, 0, 5000, 0), SHA1, "known-good files are read once: no choice");
    is_u64(tt_engine_first(engine, 0, GIB, 1), SHA1, "be they large");
    tt_engine_drop(engine);

    engine = make_engine("asked", MD5 | SHA1, TUTELA_KNOWN_BAD, MD5);
    is_u64(tt_engine_first(engine, 0, 5000, 0), MD5, "MD5 was asked for, and covers");
    is_u64(tt_engine_first(engine, 0, GIB, 1), MD5, "in large files too");
    tt_engine_drop(engine);

    ok(tt_engine_new(&engine, NULL, 0, 0, &error) == TUTELA_OK, "no lists");
    is_u64(tt_engine_first(engine, 0, 5000, 0), SHA256, "every byte is digested all the same");
    is_u64(tt_engine_first(engine, 0, GIB, 1), SHA256, "in any size");
    tt_engine_drop(engine);
}

/* ---- Findings ---------------------------------------------------------------------------- */

typedef struct seen {
    size_t count, clear;
    char text[3000]; /* what is found, in order */
} seen;

static int note(void *user, const tutela_finding *finding)
{
    seen *all = user;
    size_t used = strlen(all->text);

    all->count++;
    if (finding->status == TUTELA_ITEM_CLEAR) {
        all->clear += finding->digest_mask == SHA1;
        return 0;
    }
    snprintf(all->text + used, sizeof all->text - used, "%s %d %x;",
             strrchr(finding->chain[0].data, '/'), finding->status, (unsigned)finding->digest_mask);
    for (size_t i = 0; i < finding->match_count; i++) {
        used = strlen(all->text);
        snprintf(all->text + used, sizeof all->text - used, " %s %s %s agreed %x disagreed %x\n",
                 finding->matches[i].list, finding->matches[i].entry,
                 tutela_grade_letter((tutela_grade)finding->matches[i].grade),
                 (unsigned)finding->matches[i].agreed, (unsigned)finding->matches[i].disagreed);
    }
    return 0;
}

static void scan(tt_engine *engine, const char *target, uint32_t threads, uint32_t flags, seen *all)
{
    const char *targets[] = {target};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .flags = flags, .threads = threads,
                                   .spool_folder = tap_folder(), .on_finding = note, .user = all};
    static tt_control control;
    tutela_summary summary = {.size = sizeof summary};

    memset(&control, 0, sizeof control);
    *all = (seen){0};
    if (tt_engine_scan(engine, &options, &control, &summary, &error) != TUTELA_OK)
        ok(0, "scans: %s", error.text);
}

static const char *line_of(const seen *all, const char *name)
{
    static char line[500];
    const char *at = strstr(all->text, name), *end = at ? strchr(at, '\n') : NULL;

    snprintf(line, sizeof line, "%.*s", end ? (int)(end - at) : 0, at ? at : "");
    return line;
}

/* What is found does not depend on how many threads there are nor on what lies beside it. */
static void findings(void)
{
    static const uint32_t threads[] = {1, 2, 4, 16};
    tt_engine *engine = make_engine("scanned", MD5 | SHA1, TUTELA_KNOWN_BAD, 0);
    char tree[300], file[400], want[500];
    seen first, again;

    snprintf(tree, sizeof tree, "%s", tap_path("tree"));
    snprintf(file, sizeof file, "%s/known", tree);
    make_tree(tree);
    scan(engine, tree, 1, 0, &first);
    snprintf(want, sizeof want, "/known %d 7; scanned %s A agreed 3 disagreed 0", TUTELA_ITEM_MATCH,
             known);
    is_text(line_of(&first, "/known"), want, "among many it is found, and all was computed");
    is_u64(strstr(first.text, "/other") != NULL, cheaper(engine->width) == MD5,
           "an entry whose digests disagree is found by the one that was looked up");
    is_u64(strstr(first.text, "/third") != NULL, cheaper(engine->width) == SHA1, "and only by it");
    for (size_t i = 0; i < 4; i++) {
        scan(engine, tree, threads[i], 0, &again);
        is_text(again.text, first.text, "%u threads: the same findings", threads[i]);
        scan(engine, tree, threads[i], TUTELA_SCAN_INVENTORY, &again);
        is_u64(again.count, FILES + 3, "%u threads: an inventory has all", threads[i]);
        is_u64(again.clear, FILES + 1, "and shows SHA-1 of what is clear");
        scan(engine, file, threads[i], 0, &again);
        is_text(line_of(&again, "/known"), want, "%u threads: alone it is found as among many",
                threads[i]);
        scan(engine, file, threads[i], TUTELA_SCAN_INVENTORY, &again);
        is_text(line_of(&again, "/known"), want, "%u threads: in an inventory too", threads[i]);
        snprintf(file, sizeof file, "%s/1", tree);
        scan(engine, file, threads[i], TUTELA_SCAN_INVENTORY, &again);
        is_u64(again.clear, 1, "%u threads: a clear file alone shows SHA-1 as among many",
               threads[i]);
        snprintf(file, sizeof file, "%s/known", tree);
    }
    tt_engine_drop(engine);
}

int main(void)
{
    choice();
    findings();
    return tap_done();
}
