/* The table of formats, the order of calls, golden files, reproducibility, failures, bounds. */
#include "t_report_sample.h"

#include <signal.h>
#include <sys/resource.h>
#include <time.h>

static const char *const names[] = {"text", "json", "csv", "html"};

static void test_table(void)
{
    tutela_report_options options = {.size = sizeof options, .format = "pdf", .fd = 1};
    tt_report *report = NULL;
    tutela_error error;

    for (size_t i = 0; i < 4; i++)
        is_text(tt_report_format_at(i)->name, names[i], "format %zu", i);
    ok(tt_report_format_at(4) == NULL, "no fifth format");
    is_i64(tt_report_open(&report, &options, &sample_head, &error), TUTELA_ARGUMENT,
           "an unknown format is refused");
    options.format = NULL;
    is_i64(tt_report_open(&report, &options, &sample_head, &error), TUTELA_ARGUMENT,
           "so is none");
    ok(report == NULL, "the output is untouched");
    tt_report_close(NULL);
}

static void test_order(const char *format)
{
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open(format, tap_path("order"), 1, 0, &fd);
    sample s;

    sample_init(&s, TUTELA_ITEM_UNREADABLE, "x");
    is_i64(sample_add(report, &s, &summary), TUTELA_OK, "%s: a finding", format);
    tt_summary_end(&summary, 0);
    is_i64(tt_report_end(report, &summary, NULL), TUTELA_OK, "%s: the end", format);
    is_i64(tt_report_end(report, &summary, NULL), TUTELA_STATE, "%s: no second end", format);
    is_i64(tt_report_add(report, &s.finding, NULL), TUTELA_STATE, "%s: nothing after it", format);
    tt_report_close(report);
    close(fd);
}

/* The report with this program's version replaced, so that golden files outlive releases. */
static char *without_version(const char *path)
{
    char *text = sample_read(path);
    const char *version = tutela_version();
    size_t length = strlen(version);

    for (char *at = strstr(text, version); at; at = strstr(at, version)) {
        memmove(at + 1, at + length, strlen(at + length) + 1);
        *at = '#';
    }
    return text;
}

/* TUTELA_GOLDEN=1 in the environment writes the golden files anew: then look at the difference. */
static void test_golden(const char *format, const char *kind, int inventory)
{
    const char *path = tap_path("golden.%s", format);
    char golden[256], *got, *want;
    FILE *file;

    snprintf(golden, sizeof golden, "tests/data/report/%s.%s", kind, format);
    is_i64(sample_small(format, path, 1, inventory), TUTELA_OK, "%s: a small run", format);
    got = without_version(path);
    if (getenv("TUTELA_GOLDEN") && (file = fopen(golden, "wb")) != NULL) {
        fputs(got, file);
        fclose(file);
    }
    want = sample_read(golden);
    ok(strcmp(got, want) == 0, "%s: as in %s", format, golden);
    free(got);
    free(want);
}

/* Two runs at different times, of different length. */
static void test_reproducible(const char *format, int reproducible)
{
    char *text[2];

    for (int i = 0; i < 2; i++) {
        tt_report_head head = sample_head;
        tutela_summary summary = {.size = sizeof summary};
        tutela_report_options options = {.size = sizeof options,
                                         .format = format,
                                         .reproducible = reproducible,
                                         .spool_folder = tap_folder()};
        const char *path = tap_path("again.%d", i);
        tt_report *report = NULL;

        head.started += i * TT_SECOND * 3600;
        options.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
        is_i64(tt_report_open(&report, &options, &head, NULL), TUTELA_OK, "%s: open", format);
        sample_small_items(report, &summary);
        tt_summary_end(&summary, 0);
        summary.duration = TT_SECOND * (i + 1);
        is_i64(tt_report_end(report, &summary, NULL), TUTELA_OK, "%s: end", format);
        tt_report_close(report);
        close(options.fd);
        text[i] = sample_read(path);
    }
    /* CSV has no clock in it at all. */
    if (reproducible || strcmp(format, "csv") == 0)
        ok(strcmp(text[0], text[1]) == 0, "%s: same input, same bytes", format);
    else
        ok(strcmp(text[0], text[1]) != 0, "%s: otherwise the time is told", format);
    free(text[0]);
    free(text[1]);
}

static void test_empty(const char *format)
{
    tutela_report_options options = {.size = sizeof options,
                                     .format = format,
                                     .spool_folder = tap_path("no-such-folder")};
    tt_report_head head = {.started = TT_TIME_UNKNOWN};
    tutela_summary summary = {.size = sizeof summary};
    tt_report *report = NULL;

    options.fd = open(tap_path("empty"), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    is_i64(tt_report_open(&report, &options, &head, NULL), TUTELA_OK, "%s: a bare head", format);
    tt_summary_end(&summary, 0);
    is_i64(tt_report_end(report, &summary, NULL), TUTELA_OK,
           "%s: nothing found, and no temporary file needed", format);
    tt_report_close(report);
    close(options.fd);
}

/* A report to a descriptor that takes nothing: the failure must show, at the latest at the end. */
static void test_refused(const char *format, const char *what, int fd)
{
    tutela_report_options options = {.size = sizeof options,
                                     .format = format,
                                     .fd = fd,
                                     .inventory = 1,
                                     .spool_folder = tap_folder()};
    tutela_summary summary = {.size = sizeof summary};
    tutela_error error = {0};
    tt_report *report = NULL;
    tutela_status status = TUTELA_OK;
    sample s;

    sample_init(&s, TUTELA_ITEM_UNREADABLE, "/some/path");
    is_i64(tt_report_open(&report, &options, &sample_head, &error), TUTELA_OK,
           "%s to %s: the head is buffered", format, what);
    for (int i = 0; i < 2000 && status == TUTELA_OK; i++)
        status = tt_report_add(report, &s.finding, &error);
    ok((status == TUTELA_RECORD) == (strcmp(format, "html") != 0),
       "%s to %s: shows while findings come, but in html", format, what);
    if (status == TUTELA_OK)
        status = tt_report_end(report, &summary, &error);
    is_i64(status, TUTELA_RECORD, "%s to %s: %s", format, what, error.text);
    tt_report_close(report);

    is_i64(tt_report_open(&report, &options, &sample_head, &error), TUTELA_OK,
           "%s to %s: a small one", format, what);
    is_i64(tt_report_end(report, &summary, &error), TUTELA_RECORD, "%s to %s: fails at its end",
           format, what);
    tt_report_close(report);
}

static void test_failures(const char *format)
{
    int full = open("/dev/full", O_WRONLY);
    struct stat info;
    int ends[2];

    if (full >= 0 && fstat(full, &info) == 0 && S_ISCHR(info.st_mode))
        test_refused(format, "a full disk", full);
    else
        skip(5, "/dev/full is not the device");
    if (full >= 0)
        close(full);
    signal(SIGPIPE, SIG_IGN);
    if (pipe(ends) != 0) {
        skip(5, "no pipe");
        return;
    }
    close(ends[0]);
    test_refused(format, "a closed pipe", ends[1]);
    close(ends[1]);
}

static void test_no_spool(void)
{
    tutela_report_options options = {.size = sizeof options,
                                     .format = "html",
                                     .spool_folder = tap_path("no-such-folder")};
    tutela_summary summary = {.size = sizeof summary};
    tutela_error error = {0};
    tt_report *report = NULL;
    sample s;

    options.fd = open("/dev/null", O_WRONLY);
    sample_init(&s, TUTELA_ITEM_UNREADABLE, "/some/path");
    is_i64(tt_report_open(&report, &options, &sample_head, &error), TUTELA_OK, "html: open");
    is_i64(tt_report_add(report, &s.finding, &error), TUTELA_RECORD,
           "html: no folder for temporary files: %s", error.text);
    ok(error.advice[0] != '\0', "with advice: %s", error.advice);
    is_i64(tt_report_end(report, &summary, &error), TUTELA_RECORD,
           "html: a report that lacks a finding does not end well");
    tt_report_close(report);
    close(options.fd);
}

/* Many findings: bounded memory and time. */
static void test_many(const char *format, uint64_t count)
{
    tutela_summary summary = {.size = sizeof summary};
    struct timespec from, to;
    struct rusage before, after;
    char name[64], category[24];
    int fd;
    tt_report *report = sample_open(format, tap_path("many"), 1, 0, &fd);
    tutela_status status = TUTELA_OK;
    sample s;

    clock_gettime(CLOCK_MONOTONIC, &from);
    getrusage(RUSAGE_SELF, &before);
    for (uint64_t i = 0; i < count && status == TUTELA_OK; i++) {
        tutela_match *match;

        snprintf(name, sizeof name, "/many/%06u.jpg", (unsigned)i);
        snprintf(category, sizeof category, "%u", (unsigned)(i % 500));
        sample_init(&s, TUTELA_ITEM_MATCH, name);
        s.finding.modified = (int64_t)i * 86400 * TT_SECOND;
        sample_digests(&s, ALL_DIGESTS, (uint32_t)i);
        match = sample_match(&s, "Training list A", "e", TUTELA_GRADE_S, 4);
        match->category = (tutela_category){"made-up", category};
        status = sample_add(report, &s, &summary);
    }
    is_i64(status, TUTELA_OK, "%s: %" PRIu64 " findings", format, count);
    is_i64(sample_end(report, fd, &summary), TUTELA_OK, "%s: and their end", format);
    getrusage(RUSAGE_SELF, &after);
    clock_gettime(CLOCK_MONOTONIC, &to);
    /* A second at most; the rest is for valgrind. */
    ok(to.tv_sec - from.tv_sec < 30, "%s: in time", format);
#ifndef __SANITIZE_ADDRESS__
    ok(after.ru_maxrss - before.ru_maxrss < 8192, "%s: in %ld kB more", format,
       after.ru_maxrss - before.ru_maxrss);
#endif
    if (strcmp(format, "html") == 0) {
        ok(sample_holds(tap_path("many"), "first 10,000 of 10,005 rows"),
           "html: says what it leaves out");
        ok(sample_holds(tap_path("many"), "all other categories"),
           "html: folds rare categories");
    }
}

int main(void)
{
    test_table();
    for (size_t i = 0; i < 4; i++) {
        test_order(names[i]);
        test_golden(names[i], "small", 0);
        test_reproducible(names[i], 1);
        test_reproducible(names[i], 0);
        test_empty(names[i]);
        test_failures(names[i]);
        test_many(names[i], 10005);
    }
    test_golden("json", "inventory", 1);
    test_golden("csv", "inventory", 1);
    test_no_spool();
    return tap_done();
}
