/*
 * Folders beyond PATH_MAX with few descriptors, and folders that change under the walk.
 */
#include "t_source.h"

#include "source/state.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>

#define LEVELS 5000

/* ---- Depth ------------------------------------------------------------------------------- */

/* name/name/...: `levels` deep, a file in each `every`-th, removed by remove_deep. */
static void make_deep(const char *path, const char *name, int levels, int every)
{
    int at;

    mkdir(path, 0755);
    at = open(path, O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < levels; i++) {
        int next;

        if (i % every == every - 1)
            make_file(at, "file");
        make_folder(at, name);
        next = openat(at, name, O_RDONLY | O_DIRECTORY);
        close(at);
        at = next;
    }
    close(at);
}

/* rm -r needs much time and memory for this: pull each level up and remove it. */
static void remove_deep(const char *path, const char *name)
{
    int top = open(path, O_RDONLY | O_DIRECTORY);

    for (;;) {
        int child = openat(top, name, O_RDONLY | O_DIRECTORY);

        if (child < 0)
            break;
        unlinkat(child, "file", 0);
        renameat(child, name, top, "up");
        close(child);
        unlinkat(top, name, AT_REMOVEDIR);
        renameat(top, "up", top, name);
    }
    unlinkat(top, "file", 0);
    close(top);
    rmdir(path);
}

static size_t count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;

    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void check_deep(size_t threads, size_t open_folders)
{
    tt_walk_options options = {.open_folders = open_folders};
    walked got = hunt_one(tap_path("deep"), &options, threads);
    size_t clear = 0, longest = 0;

    for (size_t i = 0; i < got.count; i++) {
        clear += (size_t)got.items[i].opened;
        if (got.items[i].path_size > longest)
            longest = got.items[i].path_size;
    }
    is_u64(clear, LEVELS / 100, "%zu threads, %zu descriptors: every file is found and opened",
           threads, open_folders);
    is_u64(got.count, LEVELS / 100, "and nothing else is said");
    is_u64(longest, strlen(tap_path("deep")) + 5 * (LEVELS - 1) + 5, "the deepest has its path");
    walked_free(&got);
}

static void test_deep(void)
{
    size_t before = count_descriptors();

    make_deep(tap_path("deep"), "down", LEVELS, 100);
    check_deep(1, 0);
    check_deep(1, 8);
    check_deep(4, 8);
    check_deep(16, 1);
    is_u64(count_descriptors(), before, "no descriptor is left open");
    remove_deep(tap_path("deep"), "down");
}

/* Entries kept while their folders' descriptors were closed long ago. */
static void test_late_open(void)
{
    const char *path = kept_path("late");
    hunt h = {.targets = &path, .target_count = 1};
    tt_entry entries[64];
    struct stat stat;
    tt_walker *walker;
    tt_take answer = TT_TAKE_SOME;
    size_t count = 0, opened = 0;
    size_t before = count_descriptors();

    make_deep(path, "x", 300, 5);
    h.options = (tt_walk_options){.next_target = hunt_next, .user = &h, .open_folders = 4};
    ok(tt_walk_new(&h.walk, &h.options, NULL) == TUTELA_OK
           && tt_walker_new(&walker, h.walk, NULL) == TUTELA_OK,
       "a walk");
    while (answer != TT_TAKE_END) {
        size_t some = 0;

        if (tt_walk_take(walker, entries + count, 64 - count, 1, &some, &answer, NULL) != TUTELA_OK)
            abort();
        count += answer == TT_TAKE_SOME ? some : 0;
    }
    is_u64(count, 60, "all entries are kept");
    ok(count_descriptors() <= before + 5, "few descriptors are open");
    for (size_t i = 0; i < count; i++) {
        int fd = -1;

        /* From both ends in turn: every folder has to be found again. */
        size_t at = i % 2 ? i / 2 : count - 1 - i / 2;

        if (tt_entry_open(h.walk, &entries[at], &fd, &stat, NULL) == TUTELA_OK && fd >= 0)
            opened++;
        close(fd);
        tt_entry_done(&entries[at]);
    }
    is_u64(opened, 60, "and all can be opened");
    tt_walker_free(walker);
    tt_walk_free(h.walk);
    is_u64(count_descriptors(), before, "no descriptor is left open");
    remove_deep(path, "x");
}

/* ---- Change ------------------------------------------------------------------------------ */

/* More than one look holds. */
#define MANY 1500

/* A walk stopped after its first take, with the big folder half listed and closed. */
typedef struct half {
    hunt h;
    const char *path;
    tt_walker *walker;
    tt_entry entry;
} half;

static void half_begin(half *w, const char *name)
{
    tt_take answer;
    size_t count;
    int at;

    w->path = kept_path(name);
    mkdir(w->path, 0755);
    at = open(w->path, O_RDONLY | O_DIRECTORY);
    make_folder(at, "big");
    for (int i = 0; i < MANY; i++) {
        char file[32];

        snprintf(file, sizeof file, "big/f%d", i);
        make_file(at, file);
    }
    close(at);
    w->h = (hunt){.targets = &w->path, .target_count = 1};
    w->h.options = (tt_walk_options){.next_target = hunt_next, .user = &w->h};
    ok(tt_walk_new(&w->h.walk, &w->h.options, NULL) == TUTELA_OK
           && tt_walker_new(&w->walker, w->h.walk, NULL) == TUTELA_OK
           && tt_walk_take(w->walker, &w->entry, 1, 1, &count, &answer, NULL) == TUTELA_OK
           && count == 1 && answer == TT_TAKE_SOME,
       "one entry of %s is taken", name);
    tt_pool_shrink(w->h.walk->pool);
}

static void half_end(half *w)
{
    tt_take answer = TT_TAKE_SOME;
    tt_entry entries[64];
    size_t count;

    pthread_mutex_init(&w->h.lock, NULL);
    hunt_entry(&w->h, &w->entry);
    for (;;) {
        if (tt_walk_take(w->walker, entries, 64, 1, &count, &answer, NULL) != TUTELA_OK)
            abort();
        if (answer == TT_TAKE_END)
            break;
        for (size_t i = 0; i < count; i++)
            hunt_entry(&w->h, &entries[i]);
    }
    tt_walker_free(w->walker);
    tt_walk_free(w->h.walk);
    qsort(w->h.out.items, w->h.out.count, sizeof *w->h.out.items, found_order);
}

static size_t half_count(const half *w, tutela_item_status status)
{
    size_t count = 0;

    for (size_t i = 0; i < w->h.out.count; i++)
        count += w->h.out.items[i].status == status;
    return count;
}

static void test_reopened(void)
{
    half w;

    half_begin(&w, "reopened");
    half_end(&w);
    is_u64(half_count(&w, TUTELA_ITEM_CLEAR), MANY, "a folder closed half way is read on");
    is_u64(w.h.out.count, MANY, "each entry once");
    walked_free(&w.h.out);
}

static void test_replaced(void)
{
    half w;
    char big[1024];

    half_begin(&w, "replaced");
    snprintf(big, sizeof big, "%s/big", w.path);
    ok(rename(big, tap_path("replaced/other")) == 0 && mkdir(big, 0755) == 0, "it is replaced");
    half_end(&w);
    walked_is(&w.h.out, big, TUTELA_ITEM_UNREADABLE, 0, "replaced while being read");
    is_u64(half_count(&w, TUTELA_ITEM_CLEAR), 0, "nothing is read from what replaced it");
    ok(w.h.out.count > 100 && w.h.out.count < MANY, "what was listed is stated");
    is_u64(half_count(&w, TUTELA_ITEM_UNREADABLE), w.h.out.count, "as unreadable");
    walked_free(&w.h.out);
}

static void test_replaced_by_link(void)
{
    half w;
    char big[1024];

    half_begin(&w, "linked");
    snprintf(big, sizeof big, "%s/big", w.path);
    ok(rename(big, tap_path("linked/other")) == 0 && symlink("other", big) == 0,
       "a link leads to the same folder");
    half_end(&w);
    walked_is(&w.h.out, big, TUTELA_ITEM_UNREADABLE, ENOTDIR, NULL);
    is_u64(half_count(&w, TUTELA_ITEM_CLEAR), 0, "and is not followed");
    walked_free(&w.h.out);
}

static void test_removed(void)
{
    half w;
    char big[1024];

    half_begin(&w, "removed");
    snprintf(big, sizeof big, "%s/big", w.path);
    ok(rename(big, tap_path("elsewhere")) == 0, "it is removed");
    half_end(&w);
    walked_is(&w.h.out, big, TUTELA_ITEM_UNREADABLE, ENOENT, NULL);
    is_u64(half_count(&w, TUTELA_ITEM_UNREADABLE), w.h.out.count, "all else is unreadable too");
    walked_free(&w.h.out);
}

/* What a name stands for changes between listing and opening. */
static void test_swapped_entries(void)
{
    static const char *const names[] = {"dir", "fifo", "gone", "link"};
    const char *path = kept_path("swap");
    hunt h = {.targets = &path, .target_count = 1};
    tt_entry entries[8];
    tt_walker *walker;
    tt_take answer;
    size_t count = 0;
    int at;

    make_folder(AT_FDCWD, path);
    at = open(path, O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < 4; i++)
        make_file(at, names[i]);
    h.options = (tt_walk_options){.next_target = hunt_next, .user = &h};
    ok(tt_walk_new(&h.walk, &h.options, NULL) == TUTELA_OK
           && tt_walker_new(&walker, h.walk, NULL) == TUTELA_OK
           && tt_walk_take(walker, entries, 8, 1, &count, &answer, NULL) == TUTELA_OK,
       "entries are taken");
    is_u64(count, 4, "all four: one thread gets all there are");
    for (int i = 0; i < 4; i++)
        unlinkat(at, names[i], 0);
    make_folder(at, "dir");
    ok(mkfifoat(at, "fifo", 0644) == 0 && symlinkat("fifo", at, "link") == 0, "and swapped");
    close(at);
    pthread_mutex_init(&h.lock, NULL);
    for (size_t i = 0; i < count; i++)
        hunt_entry(&h, &entries[i]);
    tt_walker_free(walker);
    tt_walk_free(h.walk);
    qsort(h.out.items, h.out.count, sizeof *h.out.items, found_order);
    walked_is(&h.out, tap_path("swap/dir"), TUTELA_ITEM_UNREADABLE, 0, "replaced while being read");
    walked_is(&h.out, tap_path("swap/fifo"), TUTELA_ITEM_SKIPPED, 0, "named pipe");
    walked_is(&h.out, tap_path("swap/gone"), TUTELA_ITEM_UNREADABLE, ENOENT, NULL);
    walked_is(&h.out, tap_path("swap/link"), TUTELA_ITEM_SKIPPED, 0, "symbolic link");
    walked_free(&h.out);
}

/* ---- Scarcity ---------------------------------------------------------------------------- */

/* With hardly any descriptors the walk makes do with fewer. */
static void test_few_descriptors(void)
{
    struct rlimit old, few;
    walked got;

    make_deep(tap_path("scarce"), "y", 200, 2);
    getrlimit(RLIMIT_NOFILE, &old);
    few = old;
    few.rlim_cur = 12;
    setrlimit(RLIMIT_NOFILE, &few);
    got = hunt_one(tap_path("scarce"), NULL, 1);
    setrlimit(RLIMIT_NOFILE, &old);
    is_u64(got.count, 100, "nothing is lost with 12 descriptors");
    for (size_t i = 0; i < got.count; i++)
        if (!got.items[i].opened) {
            ok(0, "file %zu was not opened: errno %d", i, got.items[i].os_error);
            break;
        }
    walked_free(&got);
    remove_deep(tap_path("scarce"), "y");
}

/* A file server's lock on a file: opening must wait a little, not give up. */
static void test_lease(void)
{
    int pipes[2];
    char byte = 0;
    pid_t child;
    walked got;

    make_file(AT_FDCWD, tap_path("leased"));
    if (pipe(pipes) < 0)
        abort();
    fflush(stdout);
    child = fork();
    if (child == 0) {
        int fd = open(tap_path("leased"), O_RDWR);
        sigset_t set;
        int taken;

        sigemptyset(&set);
        sigaddset(&set, SIGIO);
        sigprocmask(SIG_BLOCK, &set, NULL);
        byte = (char)(fcntl(fd, F_SETLEASE, F_WRLCK) == 0 ? 'y' : 'n');
        alarm(10);
        taken = write(pipes[1], &byte, 1) == 1 && byte == 'y' && sigwait(&set, &taken) == 0;
        usleep(20000);
        _exit(fcntl(fd, F_SETLEASE, F_UNLCK) == 0 && taken ? 0 : 1);
    }
    if (read(pipes[0], &byte, 1) != 1 || byte != 'y') {
        skip(1, "no leases on this file system");
    } else {
        got = hunt_one(tap_path("leased"), NULL, 1);
        ok(got.count == 1 && got.items[0].opened, "a leased file is opened once it is given back");
        walked_free(&got);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(pipes[0]);
    close(pipes[1]);
}

int main(void)
{
    alarm(60);
    prefer_memory();
    test_deep();
    test_late_open();
    test_reopened();
    test_replaced();
    test_replaced_by_link();
    test_removed();
    test_swapped_entries();
    test_few_descriptors();
    test_lease();
    return tap_done();
}
