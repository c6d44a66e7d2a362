/*
 * The walk over a tree with one of every kind of thing, against nftw as the oracle.
 */
#include "t_source.h"

#include <sys/sysmacros.h>

#include <ftw.h>
#include <sys/socket.h>
#include <sys/un.h>

static const char *root;

/* ---- The tree ---------------------------------------------------------------------------- */

static void make_socket(const char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    int back = open(".", O_RDONLY | O_DIRECTORY);

    /* sun_path is short: be there. */
    memcpy(address.sun_path, "socket", sizeof "socket");
    ok(fd >= 0 && back >= 0 && chdir(folder) == 0
           && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && fchdir(back) == 0,
       "a socket is made");
    close(fd);
    close(back);
}

static void make_names(int at)
{
    char longest[256];

    memset(longest, 'n', 255);
    longest[255] = 0;
    make_file(at, longest);
    make_file(at, "new\nline");
    make_file(at, "esc\033[31m");
    make_file(at, "\xff\xfe bytes");
    make_file(at, "-dash");
    make_file(at, " ");
    make_file(at, "...");
    make_file(at, "..a");
    make_folder(at, "\xc0\xaf");
}

static void make_tree(void)
{
    int at;

    root = kept_path("tree");
    mkdir(root, 0755);
    at = open(root, O_RDONLY | O_DIRECTORY);
    make_names(at);
    make_file(at, "plain");
    ok(linkat(at, "plain", at, "hard", 0) == 0, "a hard link is made");
    ok(symlinkat("plain", at, "link") == 0 && symlinkat("nowhere", at, "dangling") == 0
           && symlinkat("loop", at, "loop") == 0 && symlinkat(".", at, "self") == 0,
       "symbolic links are made");
    ok(mkfifoat(at, "pipe", 0644) == 0, "a pipe is made");
    make_socket(root);
    make_folder(at, "empty");
    for (int i = 0; i < 30; i++) {
        char name[64];

        snprintf(name, sizeof name, "d%d", i);
        make_folder(at, name);
        for (int j = 0; j < i; j++) {
            snprintf(name, sizeof name, "d%d/f%d", i, j);
            make_file(at, name);
        }
        snprintf(name, sizeof name, "d%d/sub", i);
        make_folder(at, name);
        snprintf(name, sizeof name, "d%d/sub/leaf", i);
        make_file(at, name);
    }
    close(at);
}

/* ---- The oracle -------------------------------------------------------------------------- */

static walked oracle;

static int oracle_add(const char *path, const struct stat *stat, int type, struct FTW *where)
{
    found item = {.path = strdup(path), .path_size = strlen(path)};

    (void)where;
    if (type == FTW_D || type == FTW_DP) {
        free(item.path);
        return 0;
    }
    item.status = S_ISREG(stat->st_mode) ? TUTELA_ITEM_CLEAR : TUTELA_ITEM_SKIPPED;
    item.opened = S_ISREG(stat->st_mode);
    if (oracle.count == oracle.room) {
        oracle.room = oracle.room ? 2 * oracle.room : 256;
        oracle.items = realloc(oracle.items, oracle.room * sizeof *oracle.items);
    }
    oracle.items[oracle.count++] = item;
    return 0;
}

static void check_against_oracle(size_t threads, size_t max, int no_wait)
{
    hunt h = {.targets = &root, .target_count = 1, .max = max, .no_wait = no_wait};
    walked got = hunt_run(&h, threads);
    size_t wrong = 0;

    is_u64(got.count, oracle.count, "%zu threads, %zu at a time: as many as nftw", threads, max);
    for (size_t i = 0; i < got.count && i < oracle.count; i++)
        wrong += found_order(&got.items[i], &oracle.items[i]) != 0
                 || got.items[i].status != oracle.items[i].status
                 || got.items[i].opened != oracle.items[i].opened;
    is_u64(wrong, 0, "the same, each in its state");
    ok(!got.targets_failed, "targets did not fail");
    walked_free(&got);
}

static void test_all_kinds(void)
{
    walked got;

    ok(nftw(root, oracle_add, 16, FTW_PHYS) == 0 && oracle.count > 450, "nftw walked it");
    qsort(oracle.items, oracle.count, sizeof *oracle.items, found_order);
    check_against_oracle(1, 16, 0);
    check_against_oracle(1, 1, 0);
    check_against_oracle(4, 16, 0);
    check_against_oracle(4, 64, 1);
    check_against_oracle(16, 16, 0);
    check_against_oracle(16, 1, 1);
    got = hunt_one(root, NULL, 4);
    walked_is(&got, tap_path("tree/link"), TUTELA_ITEM_SKIPPED, 0, "symbolic link");
    walked_is(&got, tap_path("tree/loop"), TUTELA_ITEM_SKIPPED, 0, "symbolic link");
    walked_is(&got, tap_path("tree/self"), TUTELA_ITEM_SKIPPED, 0, "symbolic link");
    walked_is(&got, tap_path("tree/pipe"), TUTELA_ITEM_SKIPPED, 0, "named pipe");
    walked_is(&got, tap_path("tree/socket"), TUTELA_ITEM_SKIPPED, 0, "socket");
    walked_is(&got, tap_path("tree/hard"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_is(&got, tap_path("tree/new\nline"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_is(&got, tap_path("tree/\xff\xfe bytes"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_free(&got);
    walked_free(&oracle);
}

/* ---- Rules ------------------------------------------------------------------------------- */

static void test_exclude(void)
{
    const char *const patterns[] = {"plain", "d1?", "*/d2/f*"};
    tt_walk_options options = {.exclude = patterns, .exclude_count = 3};
    const char *const all[] = {".*", "tr[e]e"};
    tt_walk_options targets = {.exclude = all, .exclude_count = 1};
    walked got = hunt_one(root, &options, 4);
    char back[1024];

    walked_is(&got, tap_path("tree/plain"), TUTELA_ITEM_SKIPPED, 0, "excluded by rule");
    walked_is(&got, tap_path("tree/hard"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_is(&got, tap_path("tree/d10"), TUTELA_ITEM_SKIPPED, 0, "excluded by rule");
    ok(!walked_find(&got, tap_path("tree/d10/f0")), "nothing is said of what is inside");
    walked_is(&got, tap_path("tree/d2/f1"), TUTELA_ITEM_SKIPPED, 0, "excluded by rule");
    walked_is(&got, tap_path("tree/d2/sub/leaf"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_is(&got, tap_path("tree/d3/f1"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_free(&got);

    ok(getcwd(back, sizeof back) && chdir(root) == 0, "be in the tree");
    got = hunt_one(".", &targets, 2);
    walked_is(&got, "./plain", TUTELA_ITEM_CLEAR, 0, NULL);
    walked_is(&got, "./...", TUTELA_ITEM_SKIPPED, 0, "excluded by rule");
    walked_free(&got);
    ok(chdir(back) == 0, "and back");
    targets.exclude_count = 2;
    snprintf(back, sizeof back, "%s///", root);
    got = hunt_one(back, &targets, 2);
    is_u64(got.count, 1, "a target can be excluded");
    walked_is(&got, back, TUTELA_ITEM_SKIPPED, 0, "excluded by rule");
    walked_free(&got);
}

/* ---- Targets ----------------------------------------------------------------------------- */

/* A device that is named is opened, and one without a medium is not clear; in a tree it is skipped. */
static void test_devices(void)
{
    char path[400];
    walked got;

    snprintf(path, sizeof path, "%s", tap_path("devices/none"));
    mkdir(tap_path("devices"), 0755);
    /* Of a number that no driver has. */
    if (mknod(path, S_IFBLK | 0600, makedev(240, 77)) != 0) {
        printf("# no device can be made here\n");
        return;
    }
    got = hunt_one(path, NULL, 1);
    is_u64(got.count, 1, "a device as target");
    ok(got.items[0].status == TUTELA_ITEM_UNREADABLE && !got.items[0].opened, "is opened, which fails: %d",
       got.items[0].os_error);
    walked_free(&got);
    got = hunt_one(tap_path("devices"), NULL, 1);
    walked_is(&got, path, TUTELA_ITEM_SKIPPED, 0, "block device");
    walked_free(&got);
    got = hunt_one("/dev/null", NULL, 1);
    walked_is(&got, "/dev/null", TUTELA_ITEM_SKIPPED, 0, "character device");
    walked_free(&got);
}

static void test_target_paths(void)
{
    char slashed[1024];
    walked got;

    snprintf(slashed, sizeof slashed, "%s/", root);
    got = hunt_one(slashed, NULL, 1);
    walked_is(&got, tap_path("tree/plain"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_is(&got, tap_path("tree/d4/f1"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_free(&got);

    snprintf(slashed, sizeof slashed, "%s", tap_path("tree/plain"));
    got = hunt_one(slashed, NULL, 1);
    is_u64(got.count, 1, "a file as target");
    walked_is(&got, slashed, TUTELA_ITEM_CLEAR, 0, NULL);
    ok(got.count == 1 && got.items[0].opened, "is opened");
    walked_free(&got);

    got = hunt_one("/dev/null", NULL, 1);
    walked_is(&got, "/dev/null", TUTELA_ITEM_SKIPPED, 0, "character device");
    walked_free(&got);
    test_devices();
    got = hunt_one("", NULL, 1);
    walked_is(&got, "", TUTELA_ITEM_UNREADABLE, ENOENT, NULL);
    walked_free(&got);
    got = hunt_one(tap_path("tree/pipe"), NULL, 1);
    walked_is(&got, tap_path("tree/pipe"), TUTELA_ITEM_SKIPPED, 0, "named pipe");
    walked_free(&got);
    got = hunt_one(tap_path("missing"), NULL, 4);
    walked_is(&got, tap_path("missing"), TUTELA_ITEM_UNREADABLE, ENOENT, NULL);
    walked_free(&got);
    got = hunt_one("/proc", NULL, 4);
    is_u64(got.count, 1, "nothing in /proc is read");
    walked_is(&got, "/proc", TUTELA_ITEM_SKIPPED, 0, "pseudo file system (proc)");
    walked_free(&got);
    got = hunt_one("/proc/self/status", NULL, 1);
    walked_is(&got, "/proc/self/status", TUTELA_ITEM_SKIPPED, 0, "pseudo file system (proc)");
    walked_free(&got);
}

static void test_target_links(void)
{
    tt_walk_options nofollow = {.nofollow_targets = 1};
    walked got;

    ok(symlink("tree", tap_path("to-tree")) == 0 && symlink("tree/plain", tap_path("to-file")) == 0,
       "links to targets");
    got = hunt_one(tap_path("to-tree"), NULL, 4);
    walked_is(&got, tap_path("to-tree/d4/f1"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_is(&got, tap_path("to-tree/self"), TUTELA_ITEM_SKIPPED, 0, "symbolic link");
    walked_free(&got);
    got = hunt_one(tap_path("to-tree"), &nofollow, 4);
    is_u64(got.count, 1, "not followed");
    walked_is(&got, tap_path("to-tree"), TUTELA_ITEM_SKIPPED, 0, "symbolic link");
    walked_free(&got);
    got = hunt_one(tap_path("to-file"), NULL, 1);
    walked_is(&got, tap_path("to-file"), TUTELA_ITEM_CLEAR, 0, NULL);
    ok(got.count == 1 && got.items[0].opened, "a link to a file is opened");
    walked_free(&got);
    got = hunt_one(tap_path("to-file"), &nofollow, 1);
    walked_is(&got, tap_path("to-file"), TUTELA_ITEM_SKIPPED, 0, "symbolic link");
    walked_free(&got);
    got = hunt_one(tap_path("tree/loop"), NULL, 1);
    walked_is(&got, tap_path("tree/loop"), TUTELA_ITEM_UNREADABLE, ELOOP, NULL);
    walked_free(&got);
    got = hunt_one(tap_path("tree/dangling"), NULL, 1);
    walked_is(&got, tap_path("tree/dangling"), TUTELA_ITEM_UNREADABLE, ENOENT, NULL);
    walked_free(&got);
}

/* An iterator of many files, some missing, every thousandth a folder of one file. */
typedef struct many {
    size_t at, count;
    char path[1024];
    int fail_at_end;
} many;

static int many_next(void *user, const char **path)
{
    many *m = user;

    memset(m->path, 'x', sizeof m->path - 1); /* the last one was borrowed only until now */
    if (m->at == m->count)
        return m->fail_at_end ? -1 : 0;
    if (m->at % 1000 == 999)
        snprintf(m->path, sizeof m->path, "%s/d1/sub", root);
    else if (m->at % 1000 == 500)
        snprintf(m->path, sizeof m->path, "%s/missing%zu", root, m->at);
    else
        snprintf(m->path, sizeof m->path, "%s/plain", root);
    m->at++;
    *path = m->path;
    return 1;
}

static void *many_thread(void *argument)
{
    return hunt_thread(argument);
}

static void test_many_targets(size_t threads, int fail)
{
    many m = {.count = 10000, .fail_at_end = fail};
    hunt h = {.no_open = 0};
    pthread_t ids[16];
    size_t missing = 0, leaf = 0, plain = 0;

    h.options.next_target = many_next;
    h.options.user = &m;
    pthread_mutex_init(&h.lock, NULL);
    ok(tt_walk_new(&h.walk, &h.options, NULL) == TUTELA_OK, "a walk over many targets");
    for (size_t i = 0; i < threads; i++)
        pthread_create(&ids[i], NULL, many_thread, &h);
    for (size_t i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
    for (size_t i = 0; i < h.out.count; i++) {
        const found *item = &h.out.items[i];

        missing += item->status == TUTELA_ITEM_UNREADABLE && item->os_error == ENOENT;
        plain += item->opened && strcmp(item->path + item->path_size - 6, "/plain") == 0;
        leaf += item->opened && strcmp(item->path + item->path_size - 9, "/sub/leaf") == 0;
    }
    is_u64(missing, 10, "%zu threads: missing ones are stated", threads);
    is_u64(leaf, 10, "folders are walked");
    is_u64(plain, 9980, "files are opened");
    is_u64(h.out.count, 10000, "and that is all");
    is_i64(tt_walk_targets_failed(h.walk), fail, "a failure of the iterator is remembered");
    tt_walk_free(h.walk);
    walked_free(&h.out);
}

static void test_no_targets(void)
{
    hunt h = {.target_count = 0};
    walked got = hunt_run(&h, 4);

    is_u64(got.count, 0, "no targets: the end at once");
    walked_free(&got);
}

static void test_entry_copy(void)
{
    tt_entry copy, entry;
    tt_walker *walker;
    tt_walk *walk;
    hunt h = {.targets = &root, .target_count = 1};
    tt_take answer;
    size_t count;
    tt_buf one, two;

    h.options.next_target = hunt_next;
    h.options.user = &h;
    ok(tt_walk_new(&walk, &h.options, NULL) == TUTELA_OK
           && tt_walker_new(&walker, walk, NULL) == TUTELA_OK
           && tt_walk_take(walker, &entry, 1, 1, &count, &answer, NULL) == TUTELA_OK,
       "one entry");
    ok(answer == TT_TAKE_SOME && count == 1, "taken");
    ok(tt_entry_copy(&copy, &entry, NULL) == TUTELA_OK, "and copied");
    tt_buf_init(&one, 1 << 20);
    tt_buf_init(&two, 1 << 20);
    tt_entry_path(&entry, &one);
    tt_entry_done(&entry);
    ok(!entry.name && !entry.folder, "an entry that is done is empty");
    tt_entry_done(&entry);
    tt_walker_free(walker);
    tt_walk_free(walk);
    tt_entry_path(&copy, &two);
    is_text(two.data, one.data, "the copy outlives the entry, the walker and the walk");
    tt_entry_done(&copy);
    tt_buf_done(&one);
    tt_buf_done(&two);
}

int main(void)
{
    alarm(60);
    make_tree();
    test_all_kinds();
    test_exclude();
    test_target_paths();
    test_target_links();
    test_many_targets(1, 0);
    test_many_targets(4, 1);
    test_many_targets(16, 0);
    test_no_targets();
    test_entry_copy();
    return tap_done();
}
