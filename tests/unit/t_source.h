/*
 * t_source: walks a target on some threads and keeps what was given, sorted by path.
 */
#ifndef TT_TESTS_T_SOURCE_H
#define TT_TESTS_T_SOURCE_H

#include "source/walk.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>

typedef struct found {
    char *path;
    size_t path_size;
    tutela_item_status status;
    int os_error;
    const char *reason;
    int opened; /* tt_entry_open gave a descriptor */
} found;

typedef struct walked {
    found *items;
    size_t count, room;
    size_t threads_that_took;
    int targets_failed;
} walked;

typedef struct hunt {
    tt_walk_options options;
    const char *const *targets;
    size_t target_count, next;
    size_t max;        /* entries per take; 0: 16 */
    int no_open;       /* do not open the files */
    int no_wait;       /* spin on TT_TAKE_LATER instead of sleeping */
    atomic_int inside; /* next_target is running: it must never be entered twice */
    tt_walk *walk;
    pthread_mutex_t lock;
    walked out;
} hunt;

static int hunt_next(void *user, const char **path)
{
    hunt *h = user;
    int more = 0;

    if (atomic_fetch_add(&h->inside, 1) != 0)
        abort();
    if (h->next < h->target_count) {
        *path = h->targets[h->next++];
        more = 1;
    }
    atomic_fetch_sub(&h->inside, 1);
    return more;
}

static void hunt_keep(hunt *h, const tt_entry *entry, int opened)
{
    tt_buf path;
    found item = {.status = entry->status,
                  .os_error = entry->os_error,
                  .reason = entry->reason,
                  .opened = opened};

    tt_buf_init(&path, SIZE_MAX / 2);
    tt_entry_path(entry, &path);
    if (tt_buf_failed(&path))
        abort();
    item.path = path.data;
    item.path_size = path.size;
    pthread_mutex_lock(&h->lock);
    if (h->out.count == h->out.room) {
        h->out.room = h->out.room ? 2 * h->out.room : 256;
        h->out.items = realloc(h->out.items, h->out.room * sizeof *h->out.items);
        if (!h->out.items)
            abort();
    }
    h->out.items[h->out.count++] = item;
    pthread_mutex_unlock(&h->lock);
}

static void hunt_entry(hunt *h, tt_entry *entry)
{
    struct stat stat;
    int fd = -1;

    if (entry->status == TUTELA_ITEM_CLEAR && !h->no_open)
        if (tt_entry_open(h->walk, entry, &fd, &stat, NULL) != TUTELA_OK)
            abort();
    hunt_keep(h, entry, fd >= 0);
    if (fd >= 0)
        close(fd);
    tt_entry_done(entry);
}

static void *hunt_thread(void *argument)
{
    hunt *h = argument;
    tt_walker *walker;
    tt_entry entries[64];
    tt_take answer = TT_TAKE_SOME;
    size_t count, took = 0;

    if (tt_walker_new(&walker, h->walk, NULL) != TUTELA_OK)
        abort();
    while (answer != TT_TAKE_END) {
        if (tt_walk_take(walker, entries, h->max ? h->max : 16, !h->no_wait, &count, &answer, NULL)
            != TUTELA_OK)
            abort();
        if (answer == TT_TAKE_LATER)
            sched_yield();
        if (answer != TT_TAKE_SOME)
            continue;
        for (size_t i = 0; i < count; i++)
            hunt_entry(h, &entries[i]);
        took += count;
    }
    tt_walker_free(walker);
    pthread_mutex_lock(&h->lock);
    h->out.threads_that_took += took > 0;
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

static int found_order(const void *a, const void *b)
{
    const found *x = a, *y = b;
    size_t shorter = x->path_size < y->path_size ? x->path_size : y->path_size;
    int order = memcmp(x->path, y->path, shorter);

    if (order != 0)
        return order;
    return x->path_size < y->path_size ? -1 : x->path_size > y->path_size;
}

/* Walk h->targets with `threads` threads. Free the result with walked_free. */
__attribute__((unused)) static walked hunt_run(hunt *h, size_t threads)
{
    pthread_t ids[64];

    h->options.next_target = hunt_next;
    h->options.user = h;
    h->next = 0;
    h->out = (walked){0};
    pthread_mutex_init(&h->lock, NULL);
    if (tt_walk_new(&h->walk, &h->options, NULL) != TUTELA_OK)
        abort();
    for (size_t i = 0; i < threads; i++)
        if (pthread_create(&ids[i], NULL, hunt_thread, h) != 0)
            abort();
    for (size_t i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
    h->out.targets_failed = tt_walk_targets_failed(h->walk);
    tt_walk_free(h->walk);
    pthread_mutex_destroy(&h->lock);
    if (h->out.count > 0)
        qsort(h->out.items, h->out.count, sizeof *h->out.items, found_order);
    return h->out;
}

__attribute__((unused)) static walked hunt_one(const char *target, const tt_walk_options *options,
                                               size_t threads)
{
    hunt h = {.targets = &target, .target_count = 1};

    if (options)
        h.options = *options;
    return hunt_run(&h, threads);
}

__attribute__((unused)) static void walked_free(walked *w)
{
    for (size_t i = 0; i < w->count; i++)
        free(w->items[i].path);
    free(w->items);
    *w = (walked){0};
}

/* The item of that path; NULL when there is none. */
__attribute__((unused)) static const found *walked_find(const walked *w, const char *path)
{
    found key = {.path = (char *)(uintptr_t)path, .path_size = strlen(path)};

    return w->count ? bsearch(&key, w->items, w->count, sizeof *w->items, found_order) : NULL;
}

/* The last name of a path, with what TAP cannot bear made visible. Static. */
__attribute__((unused)) static const char *shown_name(const char *path)
{
    static char shown[300];
    const char *name = strrchr(path, '/') ? strrchr(path, '/') : path;

    snprintf(shown, sizeof shown, "%s", name);
    for (char *at = shown; *at; at++)
        if ((unsigned char)*at < 32 || (unsigned char)*at > 126 || *at == '#')
            *at = '?';
    return shown;
}

/* One test: the item of `path` has that status, reason (NULL: none) and errno. */
__attribute__((unused)) static void walked_is(const walked *w, const char *path,
                                              tutela_item_status status, int os_error,
                                              const char *reason)
{
    const found *item = walked_find(w, path);
    int same = item && item->status == status && item->os_error == os_error
               && (reason ? item->reason && strcmp(reason, item->reason) == 0 : !item->reason);

    ok(same, "%s is %s%s%s", shown_name(path), tutela_item_status_name(status), reason ? ", " : "",
       reason ? reason : "");
    if (!same)
        printf("#   got %s errno %d reason %s\n",
               item ? tutela_item_status_name(item->status) : "nothing", item ? item->os_error : 0,
               item && item->reason ? item->reason : "(null)");
}

/* Let tap_folder() be in memory if there is such a place: some disks need seconds for thousands of
   folders. TMPDIR goes before. */
__attribute__((unused)) static void prefer_memory(void)
{
    if (access("/dev/shm", R_OK | W_OK | X_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
}

/* A path inside tap_folder() that stays, unlike those of tap_path(). */
__attribute__((unused)) static const char *kept_path(const char *name)
{
    static char kept[16][512];
    static size_t count;

    if (count == 16)
        abort();
    snprintf(kept[count], sizeof kept[count], "%s/%s", tap_folder(), name);
    return kept[count++];
}

__attribute__((unused)) static void make_file(int folder, const char *name)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT, 0644);

    if (fd < 0 || close(fd) < 0) {
        printf("Bail out! cannot make %s: %s\n", name, strerror(errno));
        exit(1);
    }
}

__attribute__((unused)) static void make_folder(int folder, const char *name)
{
    if (mkdirat(folder, name, 0755) < 0) {
        printf("Bail out! cannot make %s: %s\n", name, strerror(errno));
        exit(1);
    }
}

/* Run `body` in a child, so that it may change who it is or what is mounted. Its value. What the
   child says of its tests is shown as comments: they are not in this program's plan. */
__attribute__((unused)) static int in_child(int (*body)(void))
{
    int status = 0;
    int ends[2];
    char line[2048];
    FILE *said;
    pid_t child;

    fflush(stdout);
    if (pipe(ends) < 0)
        return -1;
    child = fork();
    if (child == 0) {
        alarm(20);
        dup2(ends[1], STDOUT_FILENO);
        status = body();
        fflush(stdout);
        _exit(status);
    }
    close(ends[1]);
    said = fdopen(ends[0], "r");
    while (said && fgets(line, sizeof line, said))
        printf("# %s", line);
    if (said)
        fclose(said);
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

#endif
