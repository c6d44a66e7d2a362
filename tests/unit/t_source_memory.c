/*
 * The n-th allocation, open, read or stat of a walk fails, for every n: memory ends the walk with
 * that status and no leak, all else is said of one entry or folder and the rest is still given.
 */
#include "t_source.h"

#include "base/fault.h"

#ifdef TT_FAULTS

#define ENTRIES    24
#define MOST_CALLS 3000

/* What a child tells by its exit status. */
enum { WHOLE, STATED, NO_MEMORY, WRONG };

static void make_small_tree(void)
{
    const char *top = tap_path("tree");
    int at;

    make_folder(AT_FDCWD, top);
    at = open(top, O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < ENTRIES / 3; i++) {
        char name[64];

        snprintf(name, sizeof name, "d%d", i);
        make_folder(at, name);
        for (int j = 0; j < 3; j++) {
            snprintf(name, sizeof name, "d%d/f%d", i, j);
            make_file(at, name);
        }
    }
    close(at);
}

typedef struct tally {
    size_t opened, stated, given;
} tally;

/* The walk of one thread, every step of which may fail. */
static tutela_status walk_it(hunt *h, tally *sum, tutela_error *error)
{
    tt_walker *walker = NULL;
    tt_entry entries[5];
    tt_take answer = TT_TAKE_SOME;
    tutela_status status = tt_walk_new(&h->walk, &h->options, error);
    size_t count;
    struct stat stat;

    if (status != TUTELA_OK)
        return status;
    status = tt_walker_new(&walker, h->walk, error);
    while (status == TUTELA_OK && answer != TT_TAKE_END) {
        count = 0;
        status = tt_walk_take(walker, entries, 5, 1, &count, &answer, error);
        for (size_t i = 0; i < count; i++) {
            int fd = -1;

            if (status == TUTELA_OK && entries[i].status == TUTELA_ITEM_CLEAR)
                status = tt_entry_open(h->walk, &entries[i], &fd, &stat, error);
            sum->given++;
            sum->opened += fd >= 0;
            sum->stated += entries[i].status == TUTELA_ITEM_UNREADABLE && entries[i].os_error != 0;
            if (fd >= 0)
                close(fd);
            tt_entry_done(&entries[i]);
        }
    }
    tt_walker_free(walker);
    tt_walk_free(h->walk);
    return status;
}

static int child(const char *wish)
{
    const char *path = tap_path("tree");
    tutela_error error = {0};
    hunt h = {.targets = &path, .target_count = 1};
    tally sum = {0};
    tutela_status status;

    setenv("TUTELA_FAULT", wish, 1);
    h.options = (tt_walk_options){.next_target = hunt_next, .user = &h, .open_folders = 2};
    status = walk_it(&h, &sum, &error);
    if (status == TUTELA_MEMORY)
        return error.status == TUTELA_MEMORY ? NO_MEMORY : WRONG;
    if (status != TUTELA_OK || sum.given != sum.opened + sum.stated)
        return WRONG;
    if (sum.stated > 0)
        return STATED;
    return sum.opened == ENTRIES ? WHOLE : WRONG;
}

static int run(const char *kind, int n)
{
    char wish[32];
    int status = 0;
    pid_t id;

    snprintf(wish, sizeof wish, "%s:%d", kind, n);
    fflush(stdout);
    id = fork();
    if (id == 0) {
        alarm(20);
        exit(child(wish)); /* not _exit: leaks are looked for */
    }
    if (id < 0 || waitpid(id, &status, 0) != id || !WIFEXITED(status))
        return WRONG;
    return WEXITSTATUS(status);
}

/* Fail each call in turn, until a run makes fewer calls than that. */
static void torture(const char *kind, int allowed)
{
    int failed = 0, quiet = 0;
    int n;

    /* A run without a scratch is the end only when it is no failure that was made good. */
    for (n = 1; n < MOST_CALLS && quiet < 40; n++) {
        int result = run(kind, n);

        quiet = result == WHOLE ? quiet + 1 : 0;
        if (result != WHOLE && result != allowed) {
            ok(0, "the %s call number %d fails: %d", kind, n, result);
            return;
        }
        failed += result == allowed;
    }
    ok(n < MOST_CALLS, "%s: every call has failed once", kind);
    if (strcmp(kind, "open") != 0)
        ok(failed > 10, "%d runs were not whole", failed);
}

int main(void)
{
    alarm(300);
    prefer_memory();
    make_small_tree();
    torture("mem", NO_MEMORY);
    torture("open", STATED); /* the failure is a lack of descriptors, which is made good */
    torture("read", STATED);
    torture("stat", STATED);
    return tap_done();
}

#else

int main(void)
{
    skip(1, "only in the build that can make calls fail");
    return tap_done();
}

#endif
