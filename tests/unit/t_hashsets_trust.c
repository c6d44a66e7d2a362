/* trust: who signed, expiry, rollback, a clock set back; and what is remembered of it. */
#include "set_kit.h"

#include "digest/sha256.h"
#include "hashsets/sign.h"
#include "hashsets/signing_key.h"
#include "hashsets/trust.h"

#include <sys/file.h>
#include <sys/wait.h>

#define NOW INT64_C(1795335204722964805)
#define SECOND INT64_C(1000000000)
#define HOUR (3600 * SECOND)
#define DAY (86400 * SECOND)

static char folder[1024], key_a[1024], key_b[1024];
static unsigned warnings;

static void path_of(char *out, const char *name)
{
    snprintf(out, 1024, "%s", tap_path("%s", name));
}

static void bail(const tutela_error *error)
{
    printf("Bail out! %s\n", error->text);
    exit(1);
}

/* A set of one list, signed unless key is NULL. Returns its path, which is good until the next. */
static const char *made(const char *list, const char *key, int64_t expires, int64_t when)
{
    const char *path = tap_path("made.tset");
    tt_row row = row_of(MASK(MD5), 1);
    tt_build *build = build_at(path, MEMORY);
    tutela_error error = {0};

    list_in(build, list, TUTELA_KNOWN_BAD);
    add_row(build, &row);
    if (expires)
        tt_build_expires(build, expires);
    (void)finish(build);
    if (key && tt_set_sign(&(tt_sign_job){.set = path, .output = path, .key = key, .now = when}, &error)
                   != TUTELA_OK)
        bail(&error);
    return path;
}

static void on_warning(void *user, const tutela_error *warning)
{
    warnings += warning->text[0] && warning->advice[0];
    (void)user;
}

static tutela_status ask(const char *path, const tt_trust *trust, tutela_error *error)
{
    tt_trust full = *trust;
    tt_set *set = open_set(path);
    tutela_status status;

    full.warn.call = on_warning;
    *error = (tutela_error){0};
    status = tt_trust_check(set, &full, error);
    tt_set_close(set);
    return status;
}

static void fine(const char *path, const tt_trust *trust, const char *what)
{
    tutela_error error;
    tutela_status status = ask(path, trust, &error);

    ok(status == TUTELA_OK, "%s%s%s", what, *error.text ? ": " : "", error.text);
}

static void refuses(const char *path, const tt_trust *trust, const char *words, const char *what)
{
    tutela_error error;
    tutela_status status = ask(path, trust, &error);

    ok(status == TUTELA_SET_REFUSED && strstr(error.text, words) && error.advice[0], "%s: %s", what,
       error.text);
}

/* ---- Who and until when ------------------------------------------------------------------ */

static void try_keys(void)
{
    char public_a[1030], public_b[1030];
    const char *a[] = {public_a}, *b[] = {public_b}, *both[] = {public_b, public_a}, *none[] = {public_a, key_a};
    const char *path = made("bad", key_a, 0, NOW);
    tutela_error error;

    snprintf(public_a, sizeof public_a, "%s.pub", key_a);
    snprintf(public_b, sizeof public_b, "%s.pub", key_b);
    fine(path, &(tt_trust){.now = NOW}, "signed, nobody asks by whom");
    fine(path, &(tt_trust){.now = NOW, .keys = a, .key_count = 1}, "signed by the key asked for");
    fine(path, &(tt_trust){.now = NOW, .keys = both, .key_count = 2}, "by one of them");
    refuses(path, &(tt_trust){.now = NOW, .keys = b, .key_count = 1}, "another key", "by another");
    ok(ask(path, &(tt_trust){.now = NOW, .keys = none, .key_count = 2}, &error) == TUTELA_ARGUMENT,
       "a file that is no public key: %s", error.text);
    path = made("bad", NULL, 0, 0);
    fine(path, &(tt_trust){.now = NOW}, "unsigned, nobody asks");
    refuses(path, &(tt_trust){.now = NOW, .keys = both, .key_count = 2}, "not signed", "unsigned, and asked");
}

static void try_times(void)
{
    const char *path = made("bad", NULL, NOW, 0);

    fine(path, &(tt_trust){.now = NOW - 1}, "unsigned, a nanosecond before it expires");
    refuses(path, &(tt_trust){.now = NOW}, "expired at 2026-11-22T08:13:24Z", "when it does");
    refuses(path, &(tt_trust){.now = NOW + DAY}, "expired", "and after");
    path = made("bad", key_a, NOW + DAY, NOW);
    fine(path, &(tt_trust){.now = NOW + DAY - 1}, "signed, before it expires");
    refuses(path, &(tt_trust){.now = NOW + DAY}, "expired", "when it does");
    fine(path, &(tt_trust){.now = NOW - DAY}, "signed a day ahead of the clock");
    refuses(path, &(tt_trust){.now = NOW - DAY - 1}, "yet to come", "and more than a day");
}

/* ---- What is remembered ------------------------------------------------------------------ */

static const char *seen_path(void)
{
    static char path[1100];

    snprintf(path, sizeof path, "%s/seen", folder);
    return path;
}

static void forget(void)
{
    (void)unlink(seen_path());
}

static void try_rollback(void)
{
    const tt_trust trust = {.now = NOW + 10 * SECOND, .state_folder = folder};
    size_t size;
    uint8_t *text;

    fine(made("a private name", key_a, 0, NOW), &trust, "first seen");
    text = read_whole(seen_path(), &size);
    text[size] = '\0';
    ok(strncmp((const char *)text, "tutela seen 1\nclock 1795335214722964805\n", 40) == 0 && !strstr((const char *)text, "private"),
       "remembered, without its name");
    free(text);
    fine(made("a private name", key_a, 0, NOW), &trust, "the same again");
    fine(made("a private name", key_a, 0, NOW + 2), &trust, "a newer one");
    refuses(made("a private name", key_a, 0, NOW + 1), &trust, "older than a set of the same list", "an older one");
    fine(made("another", key_a, 0, NOW - DAY), &trust, "an older one of another list");
    fine(made("a private name", key_b, 0, NOW - DAY), &trust, "an older one by another key");
    fine(made("a private name", NULL, 0, 0), &trust, "an unsigned one, which takes no part");
    refuses(made("a private name", key_a, 0, NOW), &trust, "older", "still refused");
    is_u64(warnings, 0, "nothing to warn of");
    forget();
    fine(made("a private name", key_a, 0, NOW), &trust, "the memory removed: taken");
}

static void try_clock(void)
{
    forget();
    fine(made("bad", key_a, 0, NOW), &(tt_trust){.now = NOW + 30 * DAY, .state_folder = folder}, "a month later");
    fine(made("bad", key_a, 0, NOW), &(tt_trust){.now = NOW, .state_folder = folder}, "set back, but it never expires");
    refuses(made("bad", key_a, NOW + 20 * DAY, NOW), &(tt_trust){.now = NOW, .state_folder = folder},
            "the clock has been set back", "one that would have expired");
    fine(made("bad", key_a, NOW + 60 * DAY, NOW), &(tt_trust){.now = NOW + 29 * DAY, .state_folder = folder},
         "a day back");
    refuses(made("bad", key_a, NOW + 60 * DAY, NOW), &(tt_trust){.now = NOW + 29 * DAY - 1, .state_folder = folder},
            "the clock has been set back", "more than a day");
    fine(made("bad", NULL, NOW + 20 * DAY, NOW), &(tt_trust){.now = NOW, .state_folder = folder}, "unsigned: no part");
}

/* Each byte changed, cut at each length: never forgotten silently. */
static void try_damage(void)
{
    const tt_trust trust = {.now = NOW, .state_folder = folder};
    const char *path;
    size_t size, refusals = 0, cuts = 0;
    uint8_t *text;
    tutela_error error;

    forget();
    fine(made("bad", key_a, 0, NOW), &trust, "remembered");
    path = made("bad", key_a, 0, NOW);
    text = read_whole(seen_path(), &size);
    for (size_t i = 0; i < size; i++) {
        text[i] ^= 1;
        write_whole(seen_path(), text, size);
        refusals += ask(path, &trust, &error) == TUTELA_SET_REFUSED && strstr(error.text, "damaged");
        text[i] ^= 1;
    }
    is_u64(refusals, size, "each byte changed: refused: %s", error.text);
    for (size_t i = 0; i < size; i++) {
        write_whole(seen_path(), text, i);
        cuts += ask(path, &trust, &error) == TUTELA_SET_REFUSED;
    }
    is_u64(cuts, size, "cut at each length: refused");
    write_whole(seen_path(), text, size);
    fine(path, &trust, "whole again");
    free(text);
}

/* Text whose sum is right and whose content is not. */
static void try_malformed(void)
{
    static const char id[] = "858e50a4338d3077946b314a4c63959df50f5c4a7e7a4148b58f49673c0d573a";
    static const char *const bodies[] = {"", "clock 1", "clock x\n", "clock 99999999999999999999\n", "clock -1\n",
                                         "clock 1\nid 5\n", "clock 1\n%s\n", "clock 1\n%s 5", "clock 1\n%s 5\n%s 5\n",
                                         "clock 1\n%s  5\n", "clock 1\n\n"};
    const tt_trust trust = {.now = NOW, .state_folder = folder};
    const char *path = made("bad", key_a, 0, NOW);
    size_t refusals = 0;
    tutela_error error;

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        char body[512], text[1024];
        uint8_t sum[TT_SHA256_SIZE];
        int size;
        const char *first = strstr(bodies[i], "%s");
        if (first)
            snprintf(body, sizeof body, "%.*s%s%s", (int)(first - bodies[i]), bodies[i], id, first + 2);
        else
            snprintf(body, sizeof body, "%s", bodies[i]);
        if (first && strstr(first + 2, "%s"))
            snprintf(body, sizeof body, "clock 1\n%s 5\n%s 5\n", id, id);
        size = snprintf(text, sizeof text, "tutela seen 1\n%s", body);
        tt_sha256_bytes(text, (size_t)size, sum);
        size += snprintf(text + size, sizeof text - (size_t)size, "sum ");
        for (size_t n = 0; n < sizeof sum; n++)
            size += snprintf(text + size, sizeof text - (size_t)size, "%02x", sum[n]);
        size += snprintf(text + size, sizeof text - (size_t)size, "\n");
        write_whole(seen_path(), text, (size_t)size);
        refusals += ask(path, &trust, &error) == TUTELA_SET_REFUSED;
    }
    is_u64(refusals, sizeof bodies / sizeof bodies[0], "malformed with a right sum: refused");
    forget();
}

/* More lists than are remembered: said, and those remembered stay. */
static void try_full(void)
{
    const tt_trust trust = {.now = NOW, .state_folder = folder};
    const char *path = tap_path("full.tset");
    tt_build *build = build_at(path, MEMORY);
    tutela_error error = {0};
    char name[32];

    forget();
    fine(made("bad", key_a, 0, NOW), &trust, "remembered");
    for (unsigned i = 0; i < TT_SEEN_MAX + 5; i++) {
        tt_row row = row_of(MASK(MD5), i);
        snprintf(name, sizeof name, "list %u", i);
        list_in(build, name, TUTELA_KNOWN_BAD);
        add_row(build, &row);
    }
    (void)finish(build);
    if (tt_set_sign(&(tt_sign_job){.set = path, .output = path, .key = key_b, .now = NOW}, &error) != TUTELA_OK)
        bail(&error);
    warnings = 0;
    fine(path, &trust, "more lists than there is room for: goes on");
    is_u64(warnings, 1, "... with a warning");
    fine(path, &trust, "and again");
    is_u64(warnings, 2, "... with one more");
    refuses(made("bad", key_a, 0, NOW - 1), &trust, "older", "what was there before is not forgotten");
    warnings = 0;
    forget();
}

/* ---- Folders ----------------------------------------------------------------------------- */

static void try_folders(void)
{
    char deep[1100], file[1100], under[1200], lock[1100];
    const char *path = made("bad", key_a, 0, NOW);
    int fd;

    snprintf(deep, sizeof deep, "%s/x/y/z", folder);
    fine(path, &(tt_trust){.now = NOW, .state_folder = deep}, "a folder that is not there");
    snprintf(file, sizeof file, "%s/x/y/z/seen", folder);
    ok(access(file, R_OK) == 0, "... is made");
    is_u64(warnings, 0, "... without a word");
    snprintf(under, sizeof under, "%s/x", file);
    fine(path, &(tt_trust){.now = NOW, .state_folder = under}, "a folder that cannot be");
    is_u64(warnings, 1, "... is warned of");
    snprintf(lock, sizeof lock, "%s/lock", folder);
    fd = open(lock, O_RDWR | O_CREAT, 0600);
    (void)flock(fd, LOCK_EX);
    fine(path, &(tt_trust){.now = NOW, .state_folder = folder}, "another process holds the lock for too long: goes on");
    is_u64(warnings, 2, "... with a warning");
    close(fd);
    warnings = 0;
    fine(path, &(tt_trust){.now = NOW, .state_folder = folder}, "the lock let go");
    is_u64(warnings, 0, "... without a word");
    chmod(folder, 0500);
    if (geteuid() != 0) {
        fine(made("elsewhere", key_a, 0, NOW), &(tt_trust){.now = NOW, .state_folder = folder}, "a folder for reading only");
        is_u64(warnings, 1, "... is warned of");
    } else {
        skip(2, "root may write anywhere");
    }
    chmod(folder, 0700);
    forget();
}

/* Processes side by side, each with lists of its own: no update is lost. */
static void try_processes(void)
{
    enum { PROCESSES = 8, EACH = 6 };
    size_t size, lines = 0, failed = 0;
    uint8_t *text;

    forget();
    for (unsigned p = 0; p < PROCESSES; p++)
        if (fork() == 0) {
            char path[1100], name[64];
            int bad = 0;
            snprintf(path, sizeof path, "%s/p%u.tset", folder, p);
            for (unsigned i = 0; i < EACH; i++) {
                tt_row row = row_of(MASK(MD5), i);
                tt_build *build = build_at(path, 1u << 20);
                tutela_error error = {0};
                snprintf(name, sizeof name, "list %u of %u", i, p);
                list_in(build, name, TUTELA_KNOWN_BAD);
                add_row(build, &row);
                (void)finish(build);
                bad |= tt_set_sign(&(tt_sign_job){.set = path, .output = path, .key = key_a, .now = NOW}, &error)
                       != TUTELA_OK;
                bad |= ask(path, &(tt_trust){.now = NOW, .state_folder = folder}, &error) != TUTELA_OK;
            }
            _exit(bad || warnings);
        }
    for (unsigned p = 0; p < PROCESSES; p++) {
        int status = 1;
        (void)wait(&status);
        failed += status != 0;
    }
    is_u64(failed, 0, "processes side by side");
    text = read_whole(seen_path(), &size);
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    is_u64(lines, 3 + PROCESSES * EACH, "... no update is lost");
    free(text);
}

int main(void)
{
    tutela_error error = {0};

    path_of(folder, "state");
    path_of(key_a, "a.sign");
    path_of(key_b, "b.sign");
    if (mkdir(folder, 0700) != 0 || tt_signing_key_create(key_a, &error) != TUTELA_OK
        || tt_signing_key_create(key_b, &error) != TUTELA_OK)
        bail(&error);
    try_keys();
    try_times();
    try_rollback();
    try_clock();
    try_damage();
    try_malformed();
    try_full();
    try_folders();
    try_processes();
    return tap_done();
}
