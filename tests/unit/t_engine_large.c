/*
 * engine: large files, whose digests several threads share. Each has the digests that OpenSSL gives it
 * alone, whatever their sizes and however many files and threads there are; and one that changes,
 * fails or hangs while others digest its bytes spoils no other.
 */
#include "engine/engine.h"

#include "lanes_kit.h"
#include "set_kit.h"
#include "t_engine_hook.h"

#include <pthread.h>

enum { FILES = 40, MOST_BYTES = 5 << 20, SPOILT = 5, SPOILT_BYTES = 3 << 20, FEW = 12 };

static tutela_error error;
static char tree[300];
static uint8_t bytes[MOST_BYTES];
static tt_digests want[FILES];

/* None; about as much as is shared at all, and as one read takes; most around a megabyte; one of 5 MiB. */
static size_t size_of(size_t file)
{
    static const size_t edges[] = {MOST_BYTES, 0,      (256 << 10) - 1, 256 << 10, (256 << 10) + 1,
                                   65535,      655360, 655361,          1};

    if (file < sizeof edges / sizeof edges[0])
        return edges[file];
    return (size_t)(lane_mix(file) % (1400 << 10));
}

static void put(const char *name, const void *data, size_t size)
{
    char path[400];

    snprintf(path, sizeof path, "%s/%s", tree, name);
    tap_write(path, data, size);
}

static void make_tree(size_t first, size_t count)
{
    char file[40];

    snprintf(tree, sizeof tree, "%s", tap_path("tree-%zu-%zu", first, count));
    mkdir(tree, 0755);
    for (size_t i = first; i < first + count; i++) {
        lane_bytes(i, bytes, size_of(i));
        snprintf(file, sizeof file, "%zu.file", i);
        put(file, bytes, size_of(i));
        if (tt_digest_bytes(TT_DIGEST_ALL, bytes, size_of(i), &want[i], NULL) != TUTELA_OK)
            ok(0, "OpenSSL digests");
    }
}

typedef struct seen {
    uint32_t mask; /* what must be computed */
    size_t right;  /* files of make_tree with status, bytes and digests as they must be */
    size_t hits;
    size_t others; /* all else */
    int status[SPOILT]; /* of "0." to "4." among these, plus 1 */
} seen;

static int is_right(const seen *all, const tutela_finding *finding, size_t file)
{
    uint32_t mask = all->mask;

    if (finding->status == TUTELA_ITEM_MATCH)
        mask |= TT_DIGEST_EVIDENCE;
    else if (finding->status != TUTELA_ITEM_CLEAR)
        return 0;
    if (file >= FILES || finding->bytes != size_of(file) || finding->digest_mask != mask)
        return 0;
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
        if ((mask & TUTELA_BIT(a))
            && memcmp(finding->digests[a], want[file].value[a], tt_digest_size(a)) != 0)
            return 0;
    return 1;
}

static int note(void *user, const tutela_finding *finding)
{
    seen *all = user;
    const char *name = strrchr(finding->chain[0].data, '/') + 1;
    char *end;
    size_t number = strtoul(name, &end, 10);

    all->hits += finding->status == TUTELA_ITEM_MATCH;
    if (strcmp(end, ".file") == 0) {
        all->right += (size_t)is_right(all, finding, number);
        return 0;
    }
    all->others++;
    if (number < SPOILT)
        all->status[number] = finding->status + 1;
    return 0;
}

static void scan(tt_engine *engine, uint32_t digests, unsigned threads, seen *all)
{
    const char *targets[] = {tree};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .flags = TUTELA_SCAN_INVENTORY, .threads = threads,
                                   .read_timeout = 1, .on_finding = note, .user = all};
    tutela_summary summary = {.size = sizeof summary};
    tt_control control;

    memset(&control, 0, sizeof control);
    *all = (seen){.mask = digests ? digests : TUTELA_BIT(TUTELA_MD5)}; /* what the list has */
    ok(tt_engine_scan(engine, &options, &control, &summary, &error) == TUTELA_OK, "scans: %s",
       error.text);
}

static tt_engine *engine_of(tt_set *const *sets, size_t count, uint32_t digests)
{
    tt_engine *engine = NULL;

    if (tt_engine_new(&engine, sets, count, digests, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
    /* So few items a worker that they are shared at any size that ever is. */
    engine->width = engine->width < FEW ? engine->width : FEW;
    return engine;
}

static void sizes(uint32_t digests, size_t first, size_t count)
{
    static const unsigned threads[] = {1, 2, 4, 16};
    tt_engine *engine = engine_of(NULL, 0, digests);

    make_tree(first, count);
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        seen all;

        scan(engine, digests, threads[i], &all);
        is_u64(all.right, count, "%u threads, %zu files: each has OpenSSL's digests", threads[i],
               count);
        is_u64(all.others, 0, "and there is nothing else");
    }
    tt_engine_drop(engine);
}

/* A list of some files' digests. */
static tt_set *known(const size_t *files, size_t count, const tt_digests *spoilt)
{
    const char *path = tap_path("known.tset");
    tt_build *build = build_at(path, MEMORY);

    list_in(build, "known", TUTELA_KNOWN_BAD);
    for (size_t i = 0; i <= count; i++) {
        tt_row row = TT_ROW_EMPTY;

        row.digests = i < count ? want[files[i]] : *spoilt;
        row.digests.mask = TUTELA_BIT(TUTELA_MD5);
        add_row(build, &row);
    }
    (void)finish(build);
    return open_set(path);
}

static void neighbours(tt_engine *engine, uint32_t digests, unsigned threads)
{
    hook_changer changer;
    char path[400];
    seen all;

    snprintf(path, sizeof path, "%s/0.slow", tree);
    atomic_store(&hook_delay, 5000000);
    hook_change_begin(&changer, path, 1 << 20);
    scan(engine, digests, threads, &all);
    hook_change_end(&changer);
    is_u64(all.right, FILES, "%u threads: the digests of all sound files are right", threads);
    is_u64(all.hits, 2, "two of them are known");
    is_u64(all.others, SPOILT, "each of the others is reported once");
    is_i64(all.status[0], TUTELA_ITEM_CHANGED + 1, "one as changed");
    is_i64(all.status[1], TUTELA_ITEM_PARTIAL + 1, "one as partial");
    is_i64(all.status[2], TUTELA_ITEM_TIMEOUT + 1, "one as hanging in a read");
    is_i64(all.status[3], TUTELA_ITEM_TIMEOUT + 1, "one as hanging in its opening");
    is_i64(all.status[4], TUTELA_ITEM_UNREADABLE + 1, "one as unreadable when it was looked at again");
    atomic_store(&hook_release, 1);
    ok(hook_wait(0), "the threads come back");
    atomic_store(&hook_release, 0);
}

static void spoil(uint32_t digests, unsigned threads)
{
    static const size_t files[] = {0, 11};
    tt_digests spoilt;
    tt_engine *engine;
    tt_set *set;

    make_tree(0, FILES);
    lane_bytes(1000, bytes, SPOILT_BYTES);
    if (tt_digest_bytes(TT_DIGEST_ALL, bytes, SPOILT_BYTES, &spoilt, NULL) != TUTELA_OK)
        ok(0, "OpenSSL digests");
    put("4.badagain", bytes, SPOILT_BYTES);
    bytes[0] ^= 1; /* the others are not known */
    put("0.slow", bytes, 1 << 20);
    put("1.badlate", bytes, SPOILT_BYTES);
    put("2.hanglate", bytes, SPOILT_BYTES);
    put("3.hangopen", bytes, SPOILT_BYTES);
    set = known(files, sizeof files / sizeof files[0], &spoilt);
    engine = engine_of(&set, 1, digests);
    neighbours(engine, digests, threads);
    tt_engine_drop(engine);
    tt_set_close(set);
}

int main(void)
{
    sizes(TT_DIGEST_ALL, 0, 1);
    sizes(TUTELA_BIT(TUTELA_MD5), 3, 3);
    sizes(TT_DIGEST_EVIDENCE, 2, 17);
    sizes(TT_DIGEST_ALL, 0, FILES);
    spoil(TT_DIGEST_EVIDENCE, 4);
    spoil(0, 2);
    return tap_done();
}
