/*
 * What only root can set up: mounts that make cycles or hide kernel files among others, and what
 * someone who is not root may not read. Each part runs in a child of its own.
 */
#include "t_source.h"

#include <grp.h>
#include <sched.h>
#include <sys/mount.h>

/* Leave the child with this when mounting is not allowed here. */
#define NOT_HERE 77

/* ---- Permission -------------------------------------------------------------------------- */

static int permission_body(void)
{
    walked got;

    /* Root may read anything: be nobody. */
    if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setegid(65534) < 0 || seteuid(65534) < 0))
        return NOT_HERE;
    got = hunt_one(tap_path("rights"), NULL, 4);
    walked_is(&got, tap_path("rights/closed"), TUTELA_ITEM_UNREADABLE, EACCES, NULL);
    walked_is(&got, tap_path("rights/file"), TUTELA_ITEM_UNREADABLE, EACCES, NULL);
    walked_is(&got, tap_path("rights/names/file"), TUTELA_ITEM_UNREADABLE, EACCES, NULL);
    walked_is(&got, tap_path("rights/good"), TUTELA_ITEM_CLEAR, 0, NULL);
    ok(walked_find(&got, tap_path("rights/good"))
           && walked_find(&got, tap_path("rights/good"))->opened,
       "a file of another owner is opened");
    is_u64(got.count, 4, "each is stated once");
    walked_free(&got);
    got = hunt_one(tap_path("rights/closed"), NULL, 1);
    walked_is(&got, tap_path("rights/closed"), TUTELA_ITEM_UNREADABLE, EACCES, NULL);
    walked_free(&got);
    return tap_failed ? 1 : 0;
}

static void make_rights(void)
{
    int at;

    chmod(tap_folder(), 0755);
    make_folder(AT_FDCWD, tap_path("rights"));
    at = open(tap_path("rights"), O_RDONLY | O_DIRECTORY);
    make_folder(at, "closed");
    make_file(at, "closed/file");
    make_file(at, "file");
    make_file(at, "good");
    make_folder(at, "names");
    make_file(at, "names/file");
    /* Others may list `names`, but not enter it. */
    ok(fchmodat(at, "closed", 0300, 0) == 0 && fchmodat(at, "file", 0200, 0) == 0
           && fchmodat(at, "names", geteuid() == 0 ? 0744 : 0444, 0) == 0,
       "rights are set");
    close(at);
}

/* ---- Mounts ------------------------------------------------------------------------------ */

/* A mount namespace of the child's own: nothing stays behind. */
static int alone(void)
{
    return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static int cycle_body(void)
{
    walked got;

    if (!alone() || mount(tap_path("cycle"), tap_path("cycle/a/b"), NULL, MS_BIND, NULL) < 0)
        return NOT_HERE;
    got = hunt_one(tap_path("cycle"), NULL, 4);
    walked_is(&got, tap_path("cycle/a/b"), TUTELA_ITEM_SKIPPED, 0, "folder contains itself");
    walked_is(&got, tap_path("cycle/a/file"), TUTELA_ITEM_CLEAR, 0, NULL);
    is_u64(got.count, 2, "and is not entered");
    walked_free(&got);
    /* The same folder twice, but not within itself, is read twice: each name counts. */
    if (mount(tap_path("cycle/a"), tap_path("cycle/twice"), NULL, MS_BIND, NULL) < 0)
        return NOT_HERE;
    got = hunt_one(tap_path("cycle"), NULL, 4);
    walked_is(&got, tap_path("cycle/twice/file"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_free(&got);
    return tap_failed ? 1 : 0;
}

static int systems_body(void)
{
    tt_walk_options one = {.one_file_system = 1};
    walked got;

    if (!alone() || mount("none", tap_path("systems/memory"), "tmpfs", 0, NULL) < 0
        || mount("none", tap_path("systems/kernel"), "proc", 0, NULL) < 0
        || mount("/proc/version", tap_path("systems/file"), NULL, MS_BIND, NULL) < 0)
        return NOT_HERE;
    make_file(AT_FDCWD, tap_path("systems/memory/inside"));
    make_file(AT_FDCWD, tap_path("systems/memory/mounted"));
    if (mount(tap_path("systems/memory/mounted"), tap_path("systems/other"), NULL, MS_BIND, NULL)
        < 0)
        return NOT_HERE;
    got = hunt_one(tap_path("systems"), NULL, 4);
    walked_is(&got, tap_path("systems/kernel"), TUTELA_ITEM_SKIPPED, 0,
              "pseudo file system (proc)");
    walked_is(&got, tap_path("systems/file"), TUTELA_ITEM_SKIPPED, 0, "pseudo file system (proc)");
    walked_is(&got, tap_path("systems/memory/inside"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_is(&got, tap_path("systems/other"), TUTELA_ITEM_CLEAR, 0, NULL);
    is_u64(got.count, 5, "all is stated");
    walked_free(&got);
    got = hunt_one(tap_path("systems"), &one, 4);
    walked_is(&got, tap_path("systems/memory"), TUTELA_ITEM_SKIPPED, 0, "other file system");
    walked_is(&got, tap_path("systems/other"), TUTELA_ITEM_SKIPPED, 0, "other file system");
    walked_is(&got, tap_path("systems/kernel"), TUTELA_ITEM_SKIPPED, 0,
              "pseudo file system (proc)");
    is_u64(got.count, 4, "one file system: all else is stated");
    walked_free(&got);
    return tap_failed ? 1 : 0;
}

/* On an overlay, files have other device numbers than their folders: they are read all the same. */
static int overlay_body(void)
{
    tt_walk_options one = {.one_file_system = 1};
    char options[2048];
    struct stat folder, file;
    walked got;

    if (!alone() || mount("none", tap_path("overlay"), "tmpfs", 0, NULL) < 0)
        return NOT_HERE;
    make_folder(AT_FDCWD, tap_path("overlay/lower"));
    make_file(AT_FDCWD, tap_path("overlay/lower/low"));
    make_folder(AT_FDCWD, tap_path("overlay/upper"));
    if (mount("none", tap_path("overlay/upper"), "tmpfs", 0, NULL) < 0)
        return NOT_HERE;
    make_folder(AT_FDCWD, tap_path("overlay/upper/up"));
    make_folder(AT_FDCWD, tap_path("overlay/upper/work"));
    make_file(AT_FDCWD, tap_path("overlay/upper/up/high"));
    make_folder(AT_FDCWD, tap_path("overlay/all"));
    snprintf(options, sizeof options, "xino=off,lowerdir=%s,upperdir=%s,workdir=%s",
             tap_path("overlay/lower"), tap_path("overlay/upper/up"),
             tap_path("overlay/upper/work"));
    if (mount("none", tap_path("overlay/all"), "overlay", 0, options) < 0
        || stat(tap_path("overlay/all"), &folder) < 0
        || stat(tap_path("overlay/all/low"), &file) < 0)
        return NOT_HERE;
    ok(folder.st_dev != file.st_dev, "the overlay gives files other devices");
    got = hunt_one(tap_path("overlay/all"), &one, 2);
    walked_is(&got, tap_path("overlay/all/low"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_is(&got, tap_path("overlay/all/high"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_free(&got);
    return tap_failed ? 1 : 0;
}

/* ------------------------------------------------------------------------------------------ */

static void part(const char *name, int (*body)(void))
{
    int result = in_child(body);

    if (result == NOT_HERE)
        skip(1, name);
    else
        is_i64(result, 0, "%s", name);
}

int main(void)
{
    alarm(60);
    make_rights();
    make_folder(AT_FDCWD, tap_path("cycle"));
    make_folder(AT_FDCWD, tap_path("cycle/a"));
    make_folder(AT_FDCWD, tap_path("cycle/a/b"));
    make_file(AT_FDCWD, tap_path("cycle/a/file"));
    make_folder(AT_FDCWD, tap_path("cycle/twice"));
    make_folder(AT_FDCWD, tap_path("systems"));
    make_folder(AT_FDCWD, tap_path("systems/memory"));
    make_folder(AT_FDCWD, tap_path("systems/kernel"));
    make_file(AT_FDCWD, tap_path("systems/file"));
    make_file(AT_FDCWD, tap_path("systems/other"));
    make_folder(AT_FDCWD, tap_path("overlay"));
    part("what may not be read (needs root or an ordinary user)", permission_body);
    part("a folder mounted within itself (needs root)", cycle_body);
    part("other and pseudo file systems within (needs root)", systems_body);
    part("an overlay (needs root)", overlay_body);
    return tap_done();
}
