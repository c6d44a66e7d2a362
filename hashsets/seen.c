/*
 * seen: the file of what was seen.
 *
 * It is read without a lock, since it is only ever replaced whole, and written under one, after it
 * was read again: scans side by side do not undo each other's updates.
 */
#include "hashsets/seen.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/cursor.h"
#include "base/io.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/text.h"
#include "digest/sha256.h"
#include "hashsets/set_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "tutela seen 1\n"
#define ID_HEX (2u * TT_SHA256_SIZE)
#define NUMBER_MAX 20u /* digits of 64 bits */
#define SUM_SIZE (4u + ID_HEX + 1) /* "sum ", hex, line end */
#define FILE_MAX (sizeof HEAD + 8 + NUMBER_MAX + TT_SEEN_MAX * (ID_HEX + 2 + NUMBER_MAX) + SUM_SIZE)
#define DAY (INT64_C(86400) * TT_SECOND)   /* clocks of two machines never differ by so much */
#define HOUR (INT64_C(3600) * TT_SECOND)   /* so often a clock is written down: not at every scan */
#define PATIENCE (2 * TT_SECOND)           /* for the lock, which others hold for milliseconds */

/* A list of a signing key: its hash, and the newest time of signing. */
typedef struct seen_list {
    uint8_t id[TT_SHA256_SIZE];
    int64_t newest;
} seen_list;

/* What the file says: lists ascending by id. */
typedef struct seen_file {
    const char *path;
    int64_t clock;
    size_t count;
    seen_list *lists; /* room for TT_SEEN_MAX */
} seen_file;

/* The lists of the set at hand. */
typedef struct seen_set {
    const tt_set *set;
    int64_t now;
    size_t count;
    seen_list *lists;
} seen_set;

static int by_id(const void *a, const void *b)
{
    const seen_list *first = a, *second = b;

    return memcmp(first->id, second->id, sizeof first->id);
}

static seen_list *find(const seen_file *file, const seen_list *list)
{
    return bsearch(list, file->lists, file->count, sizeof *list, by_id);
}

/* ---- Lists of a set ---------------------------------------------------------------------- */

/* Label, key, name: hashed together, so that equal names under two keys are two lists. */
static tutela_status name_list(const tt_set_signature *by, const char *name, seen_list *out,
                               tutela_error *error)
{
    static const char label[] = "tutela seen list";
    TT_AUTO_BUF tt_buf text = {0};

    tt_buf_init(&text, sizeof label + sizeof by->key + TT_STRING_MAX + 1);
    tt_buf_add(&text, label, sizeof label);
    tt_buf_add(&text, by->key, sizeof by->key);
    tt_buf_add_text(&text, name);
    if (tt_buf_failed(&text))
        return tt_no_memory(error);
    tt_sha256_bytes(text.data, text.size, out->id);
    out->newest = by->signed_at;
    return TUTELA_OK;
}

static tutela_status name_lists(seen_set *out, tutela_error *error)
{
    size_t kept = 0;

    out->count = tt_set_list_count(out->set);
    out->lists = tt_alloc(out->count, sizeof *out->lists);
    if (!out->lists)
        return tt_no_memory(error);
    for (size_t i = 0; i < out->count; i++)
        TT_TRY(name_list(tt_set_signed(out->set), tt_set_list_at(out->set, i)->name,
                         &out->lists[i], error));
    qsort(out->lists, out->count, sizeof *out->lists, by_id);
    for (size_t i = 0; i < out->count; i++) /* versions of one list share its name */
        if (kept == 0 || by_id(&out->lists[kept - 1], &out->lists[i]) != 0)
            out->lists[kept++] = out->lists[i];
    out->count = kept;
    return TUTELA_OK;
}

/* ---- Reading ----------------------------------------------------------------------------- */

static tutela_status damaged(const char *path, tutela_error *error)
{
    (void)tt_fail(error, TUTELA_SET_REFUSED, 0,
                  "%s: damaged: which signed sets were seen cannot be told", path);
    return tt_advise(error, TUTELA_SET_REFUSED,
                     "make sure that the sets are the newest ones, remove the file, try again");
}

/* "1234\n" at the cursor. 0, or -1. */
static int take_number(tt_cursor *at, int64_t *out)
{
    const char *text = (const char *)at->data + at->at;
    const char *end = memchr(text, '\n', tt_cursor_left(at));
    uint64_t value;

    if (!end || tt_number_parse(text, (size_t)(end - text), &value) != 0 || value > INT64_MAX)
        return -1;
    tt_cursor_skip(at, (uint64_t)(end - text) + 1);
    *out = (int64_t)value;
    return 0;
}

static int take_text(tt_cursor *at, const char *text)
{
    const uint8_t *bytes = tt_cursor_take(at, strlen(text));

    return bytes && memcmp(bytes, text, strlen(text)) == 0 ? 0 : -1;
}

/* The last line: 0 when it is the sum of all before it. */
static int check_sum(const uint8_t *bytes, size_t size)
{
    uint8_t sum[TT_SHA256_SIZE], wanted[TT_SHA256_SIZE];
    tt_cursor end = tt_cursor_over(bytes + size, SUM_SIZE);
    const uint8_t *hex;

    tt_sha256_bytes(bytes, size, sum);
    if (take_text(&end, "sum ") != 0)
        return -1;
    hex = tt_cursor_take(&end, ID_HEX);
    return hex && tt_hex_decode((const char *)hex, ID_HEX, wanted) == 0
                   && memcmp(sum, wanted, sizeof sum) == 0 && take_text(&end, "\n") == 0
               ? 0
               : -1;
}

/* A line of a list. 0, or -1. */
static int take_list(tt_cursor *at, seen_list *out)
{
    const uint8_t *hex = tt_cursor_take(at, ID_HEX);

    return hex && tt_hex_decode((const char *)hex, ID_HEX, out->id) == 0
                   && take_text(at, " ") == 0 && take_number(at, &out->newest) == 0
               ? 0
               : -1;
}

/* 0 when every byte is as it was written, else -1. */
static int parse(const uint8_t *bytes, size_t size, seen_file *out)
{
    tt_cursor at;

    if (size < SUM_SIZE || check_sum(bytes, size - SUM_SIZE) != 0)
        return -1;
    at = tt_cursor_over(bytes, size - SUM_SIZE);
    if (take_text(&at, HEAD) != 0 || take_text(&at, "clock ") != 0
        || take_number(&at, &out->clock) != 0)
        return -1;
    for (out->count = 0; tt_cursor_left(&at) > 0; out->count++) {
        seen_list *list = &out->lists[out->count];
        if (out->count == TT_SEEN_MAX || take_list(&at, list) != 0
            || (out->count && by_id(list - 1, list) >= 0))
            return -1;
    }
    return 0;
}

/* A file that is not there says nothing. *unreadable becomes errno when it cannot be opened. */
static tutela_status load(seen_file *out, int *unreadable, tutela_error *error)
{
    TT_AUTO_CLOSE int fd = tt_openat(AT_FDCWD, out->path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    TT_AUTO_FREE uint8_t *bytes = NULL;
    struct stat facts;

    out->count = 0;
    out->clock = 0;
    if (fd < 0) {
        *unreadable = errno == ENOENT ? 0 : errno;
        return TUTELA_OK;
    }
    if (tt_fstat(fd, &facts) != 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read", out->path);
    if (!S_ISREG(facts.st_mode) || facts.st_size <= 0 || facts.st_size > (off_t)FILE_MAX)
        return damaged(out->path, error);
    bytes = tt_alloc_raw((size_t)facts.st_size, 1);
    if (!bytes)
        return tt_no_memory(error);
    switch (tt_pread_all(fd, bytes, (size_t)facts.st_size, 0)) {
    case 0:
        break;
    case 1:
        return damaged(out->path, error);
    default:
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read", out->path);
    }
    return parse(bytes, (size_t)facts.st_size, out) == 0 ? TUTELA_OK : damaged(out->path, error);
}

/* ---- Judging ----------------------------------------------------------------------------- */

static tutela_status judge(const seen_file *file, const seen_set *at_hand, tutela_error *error)
{
    const char *set_path = at_hand->set->path;

    if (tt_set_expires(at_hand->set) != TT_TIME_UNKNOWN && file->clock - DAY > at_hand->now) {
        (void)tt_fail(error, TUTELA_SET_REFUSED, 0,
                      "%s: expires, and the clock has been set back", set_path);
        return tt_advise(error, TUTELA_SET_REFUSED,
                         "set the clock right; if it was wrong before, remove %s", file->path);
    }
    for (size_t i = 0; i < at_hand->count; i++) {
        const seen_list *before = find(file, &at_hand->lists[i]);
        if (!before || before->newest <= at_hand->lists[i].newest)
            continue;
        (void)tt_fail(error, TUTELA_SET_REFUSED, 0,
                      "%s: older than a set of the same list that was used before", set_path);
        return tt_advise(error, TUTELA_SET_REFUSED,
                         "get the newest one; if going back is meant, remove %s", file->path);
    }
    return TUTELA_OK;
}

/* ---- Remembering ------------------------------------------------------------------------- */

/* Take in what is new. Returns whether there was anything; *full when something found no room. */
static int merge(seen_file *file, const seen_set *at_hand, int *full)
{
    seen_file known = *file;
    int changed = 0;

    if (at_hand->now > file->clock + HOUR) {
        file->clock = at_hand->now;
        changed = 1;
    }
    for (size_t i = 0; i < at_hand->count; i++) {
        seen_list *before = find(&known, &at_hand->lists[i]);
        if (before && before->newest >= at_hand->lists[i].newest)
            continue;
        if (!before && file->count == TT_SEEN_MAX) {
            *full = 1;
            continue;
        }
        changed = 1;
        if (before)
            before->newest = at_hand->lists[i].newest;
        else
            file->lists[file->count++] = at_hand->lists[i];
    }
    qsort(file->lists, file->count, sizeof *file->lists, by_id);
    return changed;
}

static tutela_status store(const seen_file *file, tutela_error *error)
{
    TT_AUTO_BUF tt_buf text = {0};
    uint8_t sum[TT_SHA256_SIZE];
    char hex[ID_HEX + 1];
    tt_replace to = {.fd = -1};
    tutela_status status;

    tt_buf_init(&text, FILE_MAX);
    tt_buf_printf(&text, HEAD "clock %" PRId64 "\n", file->clock);
    for (size_t i = 0; i < file->count; i++) {
        tt_hex_encode(file->lists[i].id, TT_SHA256_SIZE, hex);
        tt_buf_printf(&text, "%s %" PRId64 "\n", hex, file->lists[i].newest);
    }
    if (tt_buf_failed(&text))
        return tt_no_memory(error);
    tt_sha256_bytes(text.data, text.size, sum);
    tt_hex_encode(sum, sizeof sum, hex);
    tt_buf_printf(&text, "sum %s\n", hex);
    if (tt_buf_failed(&text))
        return tt_no_memory(error);
    TT_TRY(tt_replace_begin(&to, file->path, error));
    status = tt_write_all(to.fd, text.data, text.size) == 0
                 ? tt_replace_commit(&to, error)
                 : tt_fail(error, TUTELA_RECORD, errno, "%s: cannot write", file->path);
    tt_replace_done(&to);
    return status;
}

/* Every folder on the way, private to the user, as far as they are not there. */
static void make_folders(const char *folder)
{
    TT_AUTO_FREE char *path = tt_copy_text(folder);

    for (char *at = path; at && *at; at++) {
        if (*at != '/' || at == path)
            continue;
        *at = '\0';
        (void)mkdir(path, S_IRWXU); /* what stands in the way is said when the lock is opened */
        *at = '/';
    }
    if (path)
        (void)mkdir(path, S_IRWXU);
}

static void warn_full(const tt_warn *warn, const char *path)
{
    tutela_error told = {0};

    (void)tt_fail(&told, TUTELA_RECORD, 0, "%s: remembers no more than %u lists", path, TT_SEEN_MAX);
    (void)tt_advise(&told, TUTELA_RECORD, "older sets of further lists will not be noticed");
    if (warn->call)
        warn->call(warn->user, &told);
}

/* What went wrong is in *told, unless os_error says it. Answers TUTELA_OK: the scan goes on. */
static tutela_status warn_unwritten(const tt_warn *warn, const char *path, int os_error,
                                    tutela_error *told)
{
    if (os_error)
        (void)tt_fail(told, TUTELA_RECORD, os_error, "%s: cannot remember signed sets", path);
    (void)tt_advise(told, TUTELA_RECORD, "older signed sets, and a clock set back, may go unnoticed");
    if (warn->call)
        warn->call(warn->user, told);
    return TUTELA_OK;
}

/* Under the lock: read again, judge again, take in, write. */
static tutela_status update(const char *lock, seen_file *file, const seen_set *at_hand,
                            const tt_warn *warn, tutela_error *error)
{
    TT_AUTO_CLOSE int fd = tt_openat(AT_FDCWD, lock, O_RDWR | O_CREAT | O_NOCTTY, S_IRUSR | S_IWUSR);
    tutela_error told = {0};
    tutela_status status;
    int full = 0, unreadable = 0;

    if (fd < 0 || tt_lock(fd, PATIENCE) != 0)
        return warn_unwritten(warn, file->path, errno, &told);
    TT_TRY(load(file, &unreadable, error));
    if (unreadable)
        return warn_unwritten(warn, file->path, unreadable, &told);
    TT_TRY(judge(file, at_hand, error));
    status = merge(file, at_hand, &full) ? store(file, &told) : TUTELA_OK;
    if (status != TUTELA_OK)
        return warn_unwritten(warn, file->path, 0, &told);
    if (full)
        warn_full(warn, file->path);
    return TUTELA_OK;
}

tutela_status tt_seen_check(const tt_set *set, const char *folder, int64_t now,
                            const tt_warn *warn, tutela_error *error)
{
    TT_AUTO_BUF tt_buf path = {0};
    TT_AUTO_BUF tt_buf lock = {0};
    TT_AUTO_FREE seen_list *lists = NULL;
    TT_AUTO_FREE seen_list *before = tt_alloc(TT_SEEN_MAX, sizeof *before);
    seen_set at_hand = {.set = set, .now = now};
    seen_file file = {.lists = before};
    int unreadable = 0, full = 0;
    tutela_status status;

    tt_buf_init(&path, SIZE_MAX / 2);
    tt_buf_init(&lock, SIZE_MAX / 2);
    tt_buf_printf(&path, "%s/seen", folder);
    tt_buf_printf(&lock, "%s/lock", folder);
    if (!before || tt_buf_failed(&path) || tt_buf_failed(&lock))
        return tt_no_memory(error);
    file.path = path.data;
    status = name_lists(&at_hand, error);
    lists = at_hand.lists;
    TT_TRY(status);
    TT_TRY(load(&file, &unreadable, error));
    if (unreadable)
        return warn_unwritten(warn, file.path, unreadable, &(tutela_error){0});
    TT_TRY(judge(&file, &at_hand, error));
    if (!merge(&file, &at_hand, &full) && !full) /* so it is in most scans: nothing is locked */
        return TUTELA_OK;
    make_folders(folder);
    return update(lock.data, &file, &at_hand, warn, error);
}
