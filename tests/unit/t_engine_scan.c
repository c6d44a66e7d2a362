/* engine: several items in work at once, hard links, order, and counting. */
#include "engine/engine.h"

#include "hashsets/build.h"

#include "tap.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { FILES = 300, NAMES = 7 };

typedef struct seen {
    size_t count;
    uint64_t bytes;
    uint64_t sum;   /* of digests and paths, in order */
    char last[400];
    int unsorted;
} seen;

static int note(void *user, const tutela_finding *finding)
{
    seen *all = user;
    const tutela_name *name = &finding->chain[0];

    if (strcmp(all->last, name->data) >= 0)
        all->unsorted = 1;
    snprintf(all->last, sizeof all->last, "%s", name->data);
    for (size_t i = 0; i < name->size; i++)
        all->sum = all->sum * 31 + (unsigned char)name->data[i];
    if (finding->digest_mask & TUTELA_BIT(TUTELA_SHA256))
        for (size_t i = 0; i < 32; i++)
            all->sum = all->sum * 31 + finding->digests[TUTELA_SHA256][i];
    all->sum = all->sum * 31 + (uint64_t)finding->status;
    all->bytes += finding->bytes;
    all->count++;
    return 0;
}

static void make_tree(const char *tree)
{
    static char data[200000];
    char path[400], other[400];

    mkdir(tree, 0755);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i % 251);
    for (int i = 0; i < FILES; i++) {
        size_t size = (size_t)i * 37 % 3000 + (i % 50 == 0 ? 190000 : 0);
        int fd;

        snprintf(path, sizeof path, "%s/f%03d", tree, i);
        fd = open(path, O_CREAT | O_WRONLY, 0644);
        data[0] = (char)i;
        data[1] = (char)(i >> 8);
        if (write(fd, data, size) != (ssize_t)size)
            ok(0, "writes");
        close(fd);
    }
    for (int i = 0; i < NAMES; i++) {
        snprintf(other, sizeof other, "%s/link%d%s", tree, i, i % 2 ? ".png" : "");
        snprintf(path, sizeof path, "%s/f200", tree);
        if (link(path, other) != 0)
            ok(0, "links");
    }
}

static tutela_status scan_in(tt_engine *engine, const char *tree, uint32_t threads, uint64_t memory,
                             const char *spool, seen *all, tutela_summary *summary)
{
    const char *targets[] = {tree};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .flags = TUTELA_SCAN_INVENTORY, .threads = threads,
                                   .memory = memory, .spool_folder = spool,
                                   .on_finding = note, .user = all};
    static tt_control control;
    tutela_error error = {0};
    tutela_status status;

    memset(&control, 0, sizeof control);
    *all = (seen){0};
    *summary = (tutela_summary){.size = sizeof *summary};
    status = tt_engine_scan(engine, &options, &control, summary, &error);
    if (status != TUTELA_OK)
        printf("# %s\n", error.text);
    return status;
}

static void scan(tt_engine *engine, const char *tree, uint32_t threads, uint64_t memory, seen *all,
                 tutela_summary *summary)
{
    if (scan_in(engine, tree, threads, memory, tap_folder(), all, summary) != TUTELA_OK)
        ok(0, "scan");
}

/* Nowhere to sort: the run fails, and still delivers all that it found and counted. */
static void scan_nowhere(tt_engine *engine, const char *tree)
{
    const char *nowhere = tap_path("nowhere");
    seen found;
    tutela_summary summary;

    for (uint32_t threads = 1; threads <= 4; threads += 3) {
        ok(scan_in(engine, tree, threads, 1, nowhere, &found, &summary) == TUTELA_RECORD,
           "without a place to sort, %u threads: it fails", threads);
        ok(found.count > 10, "what was found is delivered");
        is_u64(found.count, summary.items, "all of it");
        ok(!summary.complete && summary.exit_status == 3, "and the run is not complete");
    }
}

int main(void)
{
    tt_engine *engine = NULL;
    char tree[300];
    seen first, again;
    tutela_summary summary;
    uint64_t bytes;

    snprintf(tree, sizeof tree, "%s", tap_path("tree"));
    make_tree(tree);
    ok(tt_engine_new(&engine, NULL, 0, TT_DIGEST_EVIDENCE, NULL) == TUTELA_OK, "an engine");
    scan(engine, tree, 1, 0, &first, &summary);
    is_u64(first.count, FILES + NAMES, "every name is an item");
    ok(!first.unsorted, "in order");
    is_u64(summary.items, FILES + NAMES, "and counted");
    bytes = summary.bytes;
    ok(bytes + NAMES * (200 * 37 % 3000 + 190000) == first.bytes,
       "a file of several names is read once");
    for (uint32_t width = 1; width <= 64; width *= 4)
        for (uint32_t threads = 1; threads <= 16; threads *= 4) {
            engine->width = width;
            scan(engine, tree, threads, threads == 4 ? 4096 : 0, &again, &summary);
            ok(again.sum == first.sum && again.count == first.count && summary.bytes == bytes,
               "the same with %u threads, %u items each", threads, width);
        }
    scan_nowhere(engine, tree);
    tt_engine_drop(engine);
    return tap_done();
}
