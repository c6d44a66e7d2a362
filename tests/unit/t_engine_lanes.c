/*
 * engine: many files side by side. Whatever their sizes and however many threads there are, each has
 * the digests that OpenSSL gives it alone; and one that changes, fails or hangs spoils no other.
 */
#include "tutela.h"

#include "lanes_kit.h"
#include "t_engine_hook.h"

#include <pthread.h>

enum { SMALLEST = 301, EDGES = 12, FILES = SMALLEST + EDGES, MOST_BYTES = 3 * 65536 };

static const size_t edges[EDGES] = {511, 512, 4095, 4097, 32768, 65535, 65536, 65537, 131071,
                                    131072, 131073, 3 * 65536 - 1};

static tutela_error error;
static tutela_scanner *scanner;
static char tree[300];

static size_t size_of(size_t file)
{
    return file < SMALLEST ? file : edges[file - SMALLEST];
}

/* Each file has bytes of its own; the head is a picture's, whose type is soon known. */
static void content(size_t file, uint8_t *out)
{
    static const uint8_t head[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                   0,    0,   0,   13,  'I',  'H',  'D',  'R'};
    size_t size = size_of(file);

    lane_bytes(file, out, size);
    memcpy(out, head, size < sizeof head ? size : sizeof head);
}

static void put(const char *name, const void *data, size_t size)
{
    char path[400];

    snprintf(path, sizeof path, "%s/%s", tree, name);
    tap_write(path, data, size);
}

static void make_tree(const char *name)
{
    static uint8_t bytes[MOST_BYTES];
    char file[40];

    snprintf(tree, sizeof tree, "%s", tap_path("%s", name));
    mkdir(tree, 0755);
    for (size_t i = 0; i < FILES; i++) {
        content(i, bytes);
        snprintf(file, sizeof file, "%zu.file", i);
        put(file, bytes, size_of(i));
    }
}

typedef struct seen {
    size_t right;  /* files of make_tree with status, bytes and digests as they must be */
    size_t others; /* all else */
    int status[4]; /* of "0." to "3." among these, plus 1 */
} seen;

static int is_right(const tutela_finding *finding, size_t file)
{
    static uint8_t bytes[MOST_BYTES];
    tt_digests want;

    if (file >= FILES || finding->status != TUTELA_ITEM_CLEAR || finding->bytes != size_of(file)
        || finding->digest_mask != TT_DIGEST_ALL)
        return 0;
    content(file, bytes);
    if (tt_digest_bytes(TT_DIGEST_ALL, bytes, size_of(file), &want, NULL) != TUTELA_OK)
        return 0;
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
        if (memcmp(finding->digests[a], want.value[a], tt_digest_size(a)) != 0)
            return 0;
    return 1;
}

static int note(void *user, const tutela_finding *finding)
{
    seen *all = user;
    const char *name = strrchr(finding->chain[0].data, '/') + 1;
    char *end;
    size_t number = strtoul(name, &end, 10);

    if (strcmp(end, ".file") == 0) {
        all->right += (size_t)is_right(finding, number);
        return 0;
    }
    all->others++;
    if (number < 4)
        all->status[number] = finding->status + 1;
    return 0;
}

static void scan(unsigned threads, seen *all)
{
    const char *targets[] = {tree};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .flags = TUTELA_SCAN_INVENTORY, .threads = threads,
                                   .read_timeout = 1, .on_finding = note, .user = all};
    tutela_summary summary = {.size = sizeof summary};

    *all = (seen){0};
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "scans: %s",
       error.text);
}

static void sizes(void)
{
    static const unsigned threads[] = {1, 2, 4, 16};

    make_tree("sizes");
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        seen all;

        scan(threads[i], &all);
        is_u64(all.right, FILES, "%u threads: every file has its size and OpenSSL's digests",
               threads[i]);
        is_u64(all.others, 0, "and there is nothing else");
    }
}

static void neighbours(unsigned threads)
{
    static uint8_t bytes[20000];
    hook_changer changer;
    char path[400];
    seen all;

    put("0.slow", bytes, 70);
    snprintf(path, sizeof path, "%s/0.slow", tree);
    put("1.badhead", bytes, sizeof bytes);
    put("2.hang", bytes, sizeof bytes);
    put("3.hangopen", bytes, sizeof bytes);
    atomic_store(&hook_delay, 40000000);
    hook_change_begin(&changer, path, 70);
    scan(threads, &all);
    hook_change_end(&changer);
    is_u64(all.right, FILES, "%u threads: the digests of all sound files are right", threads);
    is_u64(all.others, 4, "each of the others is reported once");
    is_i64(all.status[0], TUTELA_ITEM_CHANGED + 1, "one as changed");
    is_i64(all.status[1], TUTELA_ITEM_PARTIAL + 1, "one as partial");
    is_i64(all.status[2], TUTELA_ITEM_TIMEOUT + 1, "one as hanging in a read");
    is_i64(all.status[3], TUTELA_ITEM_TIMEOUT + 1, "one as hanging in its opening");
    atomic_store(&hook_release, 1);
    ok(hook_wait(0), "the threads come back");
    atomic_store(&hook_release, 0);
}

int main(void)
{
    tutela_scanner_options options = {.size = sizeof options, .digests = TT_DIGEST_ALL};

    if (tutela_scanner_new(&scanner, NULL, 0, &options, &error) != TUTELA_OK)
        ok(0, "a scanner: %s", error.text);
    sizes();
    neighbours(1);
    neighbours(3);
    tutela_scanner_free(scanner);
    return tap_done();
}
