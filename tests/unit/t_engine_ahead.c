/*
 * engine: large containers, which are opened while their own bytes are still being digested. Whichever
 * comes to its end first, and however, each member and each container is told of once, and a known file
 * in it is found.
 */
#include "t_engine_hook.h"

#include "open_kit.h"

/* Past where the spoilt ones go bad. */
#define NOISE ((size_t)3 << 20)

static tutela_error error;
static bytes box;
static tutela_open_options opens = {.size = sizeof opens, .worker = worker_path};

/* A folder with the container under each of these names. */
static void make_folder(char out[300], const char *name, const char *const *files)
{
    char path[400];

    snprintf(out, 300, "%s", tap_path("%s", name));
    mkdir(out, 0755);
    for (; *files; files++) {
        snprintf(path, sizeof path, "%s/%s", out, *files);
        tap_write(path, box.data, box.size);
    }
}

/* How many findings of these chains there are; the last one's status is *status. */
static size_t count_of(const tales *all, const char *tail, int32_t *status, char *reason)
{
    size_t count = 0;

    for (size_t i = 0; i < all->count; i++) {
        const char *chain = all->of[i].chain;
        size_t length = strlen(chain), size = strlen(tail);

        if (length < size || strcmp(chain + length - size, tail) != 0)
            continue;
        count++;
        *status = all->of[i].status;
        snprintf(reason, 96, "%s", all->of[i].reason);
    }
    return count;
}

/* Of the container and of each of its members there is one finding, and these are its statuses. */
static void check(const tales *all, const char *name, int32_t own, const char *why, const char *what)
{
    static const char *const members[] = {"c.bin", "b.txt", "a.bin"};
    char tail[100], reason[96] = "";
    int32_t status = -1;

    is_u64(count_of(all, name, &status, reason), 1, "%s: told of once", what);
    is_i64(status, own, "%s: with its status", what);
    is_text(reason, why, "%s: and its reason", what);
    for (size_t i = 0; i < 3; i++) {
        snprintf(tail, sizeof tail, "%s|%s", name, members[i]);
        is_u64(count_of(all, tail, &status, reason), 1, "%s: its member %s, once", what, members[i]);
        is_i64(status, i == 1 ? TUTELA_ITEM_MATCH : TUTELA_ITEM_CLEAR, "%s: with its status", what);
    }
}

static tutela_scan_options options_of(const char **tree, tales *all)
{
    *all = (tales){0};
    return (tutela_scan_options){.size = sizeof(tutela_scan_options), .targets = tree,
                                 .target_count = 1, .flags = TUTELA_SCAN_INVENTORY, .threads = 1,
                                 .read_timeout = 1, .open = &opens, .on_finding = on_told,
                                 .user = all};
}

static void sound(tutela_scanner *scanner)
{
    static const char *const files[] = {"a.tar", "b.tar", "c.tar", NULL};
    static tales all;
    char folder[300];
    const char *tree = folder;
    tutela_summary summary = {.size = sizeof summary};

    make_folder(folder, "sound", files);
    for (uint32_t threads = 1; threads <= 4; threads += 3) {
        tutela_scan_options options = options_of(&tree, &all);

        options.threads = threads;
        ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "%u threads: scans",
           threads);
        for (size_t i = 0; files[i]; i++)
            check(&all, files[i], TUTELA_ITEM_CLEAR, "", "sound");
        is_u64(all.count, 12, "and nothing else is told");
        is_u64(summary.items, 12, "nor counted");
        is_i64(summary.exit_status, 1, "with a match, and all of it read");
    }
}

/* The container itself is in the list: it is read twice, and opened once. */
static void listed(void)
{
    static const char *const files[] = {"a.tar", NULL};
    static tales all;
    char folder[300], path[400], lines[80];
    const char *tree = folder;
    tutela_scan_options options = options_of(&tree, &all);
    tutela_summary summary = {.size = sizeof summary};
    tutela_scanner *scanner;

    make_folder(folder, "listed", files);
    md5_line(lines, KNOWN, strlen(KNOWN));
    md5_line(lines + strlen(lines), box.data, box.size);
    snprintf(path, sizeof path, "%s", tap_path("listed.tset"));
    build_set(path, lines);
    scanner = scanner_of(path);
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "listed: scans");
    check(&all, "a.tar", TUTELA_ITEM_MATCH, "", "listed itself");
    is_u64(all.count, 4, "and nothing else is told");
    tutela_scanner_free(scanner);
}

/* Its own reading hangs, or meets a bad spot; what it holds was found nevertheless. */
static void spoilt(tutela_scanner *scanner)
{
    static const char *const files[] = {"a.tar", "b.hanglate", "c.badlate", "d.tar", NULL};
    static tales all;
    char folder[300];
    const char *tree = folder;
    tutela_scan_options options = options_of(&tree, &all);
    tutela_summary summary = {.size = sizeof summary};

    make_folder(folder, "spoilt", files);
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "spoilt: scans: %s",
       error.text);
    check(&all, "a.tar", TUTELA_ITEM_CLEAR, "", "beside them");
    check(&all, "b.hanglate", TUTELA_ITEM_TIMEOUT, "no answer in time", "one that hangs");
    check(&all, "c.badlate", TUTELA_ITEM_PARTIAL, "Input/output error", "one with a bad spot");
    check(&all, "d.tar", TUTELA_ITEM_CLEAR, "", "beside them");
    is_u64(all.count, 16, "and nothing else is told");
    is_u64(summary.items, 16, "nor counted");
    atomic_store(&hook_release, 1);
    ok(hook_wait(0), "the thread comes back");
    atomic_store(&hook_release, 0);
}

/* It changes all the time: what was found in it is said, and that it cannot be relied upon. */
static void changing(tutela_scanner *scanner)
{
    static const char *const files[] = {"a.slow", NULL};
    static tales all;
    char folder[300], path[400], reason[96] = "";
    const char *tree = folder;
    tutela_scan_options options = options_of(&tree, &all);
    tutela_summary summary = {.size = sizeof summary};
    hook_changer changer;
    int32_t status = -1;

    make_folder(folder, "changing", files);
    snprintf(path, sizeof path, "%s/a.slow", folder);
    options.read_timeout = 20;
    atomic_store(&hook_delay, 1000000);
    hook_change_begin(&changer, path, (off_t)box.size);
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "changing: scans");
    hook_change_end(&changer);
    is_u64(count_of(&all, "a.slow", &status, reason), 1, "changing: told of once");
    is_i64(status, TUTELA_ITEM_CHANGED, "with its status");
    is_u64(count_of(&all, "a.slow|b.txt", &status, reason), 1, "and the known file in it, once");
    is_i64(status, TUTELA_ITEM_MATCH, "which is a match");
}

/* More names than one: each is opened by itself. One above the limit for an item is not opened at all. */
static void names_and_limits(tutela_scanner *scanner)
{
    static const char *const files[] = {"a.tar", NULL};
    static tales all;
    char folder[300], from[400], to[400], reason[96] = "";
    const char *tree = folder;
    tutela_scan_options options = options_of(&tree, &all);
    tutela_summary summary = {.size = sizeof summary};
    int32_t status = -1;

    make_folder(folder, "names", files);
    snprintf(from, sizeof from, "%s/a.tar", folder);
    snprintf(to, sizeof to, "%s/b.tar", folder);
    ok(link(from, to) == 0, "a second name");
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "names: scans");
    check(&all, "a.tar", TUTELA_ITEM_CLEAR, "", "one name");
    check(&all, "b.tar", TUTELA_ITEM_CLEAR, "", "the other");
    is_u64(all.count, 8, "and nothing else is told");

    options = options_of(&tree, &all);
    options.max_item_bytes = NOISE / 2;
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "limits: scans");
    is_u64(count_of(&all, "a.tar", &status, reason), 1, "told of once");
    is_i64(status, TUTELA_ITEM_LIMIT, "with its status");
    is_u64(all.count, 2, "and what it holds is not");
}

/* No type was asked for but of films: a container is left out itself, and what it holds is judged. */
static void left_out(tutela_scanner *scanner)
{
    static const char *const files[] = {"a.tar", NULL};
    static tales all;
    char folder[300], reason[96] = "";
    const char *tree = folder;
    tutela_scan_options options = options_of(&tree, &all);
    tutela_summary summary = {.size = sizeof summary};
    int32_t status = -1;

    make_folder(folder, "left", files);
    options.only = TUTELA_BIT(TUTELA_TYPE_VIDEO);
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "left out: scans");
    is_u64(count_of(&all, "a.tar", &status, reason), 1, "left out: told of once");
    is_i64(status, TUTELA_ITEM_SKIPPED, "with its status");
    is_u64(count_of(&all, "a.tar|b.txt", &status, reason), 1, "and the known file in it, once");
    is_i64(status, TUTELA_ITEM_MATCH, "which is a match");
}

static void *cancel(void *user)
{
    hook_wait(1);
    tutela_control_cancel(user);
    return NULL;
}

/* The run ends while one is being opened and its own bytes hang: nothing stays behind. */
static void cancelled(tutela_scanner *scanner)
{
    static const char *const files[] = {"a.tar", "b.hanglate", "c.tar", NULL};
    static tales all;
    char folder[300];
    const char *tree = folder;
    tutela_scan_options options = options_of(&tree, &all);
    tutela_summary summary = {.size = sizeof summary};
    tutela_control *control = NULL;
    pthread_t thread;

    make_folder(folder, "cancelled", files);
    ok(tutela_control_new(&control, &error) == TUTELA_OK, "a control");
    options.control = control;
    options.read_timeout = 20;
    options.threads = 2;
    pthread_create(&thread, NULL, cancel, control);
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_CANCELLED, "cancelled");
    ok(!summary.complete, "and incomplete");
    pthread_join(thread, NULL);
    tutela_control_free(control);
    atomic_store(&hook_release, 1);
    ok(hook_wait(0), "the thread comes back");
    atomic_store(&hook_release, 0);
}

int main(void)
{
    tutela_scanner *scanner;

    alarm(120);
    find_worker();
    box = box_of("pax", NULL, NOISE);
    scanner = scanner_of_known();
    sound(scanner);
    listed();
    spoilt(scanner);
    changing(scanner);
    names_and_limits(scanner);
    left_out(scanner);
    cancelled(scanner);
    tutela_scanner_free(scanner);
    free(box.data);
    return tap_done();
}
