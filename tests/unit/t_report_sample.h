/*
 * t_report_sample: findings for the report tests. Names, lists and digests are made up.
 */
#ifndef TT_TESTS_REPORT_SAMPLE_H
#define TT_TESTS_REPORT_SAMPLE_H

#include "tap.h"

#include "base/clock.h"
#include "finding/finding.h"
#include "report/report.h"

#include <fcntl.h>
#include <sys/stat.h>

#define ALL_DIGESTS (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1) | TUTELA_BIT(TUTELA_SHA256))

/* A finding with room for what it points to. */
typedef struct sample {
    tutela_finding finding;
    tutela_name names[3];
    tutela_match matches[3];
    tutela_range ranges[20];
    uint8_t digests[TUTELA_ALGORITHM_COUNT][TUTELA_DIGEST_MAX];
} sample;

__attribute__((unused)) static void sample_init(sample *s, int32_t status, const char *name)
{
    memset(s, 0, sizeof *s);
    tt_finding_init(&s->finding);
    s->names[0] = (tutela_name){name, strlen(name)};
    s->finding.chain = s->names;
    s->finding.chain_count = 1;
    s->finding.status = status;
    s->finding.matches = s->matches;
    s->finding.unread = s->ranges;
    s->finding.digests = (const uint8_t (*)[TUTELA_DIGEST_MAX])s->digests;
}

/* Bytes that only `seed` decides. */
__attribute__((unused)) static void sample_digests(sample *s, uint32_t mask, uint32_t seed)
{
    s->finding.digest_mask = mask;
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
        for (size_t i = 0; i < TUTELA_DIGEST_MAX; i++) {
            seed = seed * 1664525u + 1013904223u;
            s->digests[a][i] = (uint8_t)(seed >> 24);
        }
}

__attribute__((unused)) static tutela_match *sample_match(sample *s, const char *list,
                                                          const char *entry, int32_t grade,
                                                          uint32_t agreed)
{
    tutela_match *match = &s->matches[s->finding.match_count++];

    *match = (tutela_match){.list = list,
                            .version = "2026-11",
                            .entry = entry,
                            .category = {"", ""},
                            .polarity = TUTELA_KNOWN_BAD,
                            .grade = grade,
                            .agreed = agreed,
                            .owner = ""};
    s->finding.polarity_mask |= TUTELA_BIT(TUTELA_KNOWN_BAD);
    if (s->finding.grade == TUTELA_GRADE_NONE || grade < s->finding.grade)
        s->finding.grade = grade;
    return match;
}

static const char *const sample_targets[] = {"/evidence/disk-1", "/evidence/phone"};
static const tt_report_list sample_lists[] = {
    {"Training list A", "2026-11", TUTELA_KNOWN_BAD, 12345},
    {"Training list B", "2026-11", TUTELA_KNOWN_BAD, 987654321},
    {"System files", "", TUTELA_KNOWN_GOOD, 7},
};
static const tt_report_head sample_head = {
    .targets = sample_targets,
    .target_count = 2,
    .lists = sample_lists,
    .list_count = 3,
    .started = 1795321800 * TT_SECOND, /* 2026-11-22T04:30:00Z */
};

/* A report into `path`; NULL when it cannot begin. */
__attribute__((unused)) static tt_report *sample_open(const char *format, const char *path,
                                                      int reproducible, int inventory, int *fd)
{
    tutela_report_options options = {.size = sizeof options,
                                     .format = format,
                                     .reproducible = reproducible,
                                     .inventory = inventory,
                                     .spool_folder = tap_folder()};
    tt_report *report = NULL;
    tutela_error error;

    *fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    options.fd = *fd;
    if (tt_report_open(&report, &options, &sample_head, &error) != TUTELA_OK)
        printf("# open: %s\n", error.text);
    return report;
}

/* Count and add. */
__attribute__((unused)) static tutela_status sample_add(tt_report *report, sample *s,
                                                        tutela_summary *summary)
{
    tt_summary_add(summary, &s->finding);
    return tt_report_add(report, &s->finding, NULL);
}

__attribute__((unused)) static tutela_status sample_end(tt_report *report, int fd,
                                                        tutela_summary *summary)
{
    tutela_error error;
    tutela_status status;

    tt_summary_end(summary, 0);
    summary->duration = 12345678901;
    status = tt_report_end(report, summary, &error);
    if (status != TUTELA_OK)
        printf("# end: %s\n", error.text);
    tt_report_close(report);
    if (close(fd) != 0)
        printf("# close failed\n");
    return status;
}

/* The small fixed run of the golden files: one of everything. */
__attribute__((unused)) static void sample_small_items(tt_report *report, tutela_summary *summary)
{
    tutela_match *match;
    sample s;

    sample_init(&s, TUTELA_ITEM_KNOWN, "/evidence/disk-1/boot/logo.bmp");
    sample_digests(&s, ALL_DIGESTS, 1);
    s.finding.bytes = 1000;
    s.finding.polarity_mask = TUTELA_BIT(TUTELA_KNOWN_GOOD);
    match = sample_match(&s, "System files", "", TUTELA_GRADE_S, TUTELA_BIT(TUTELA_SHA256));
    match->polarity = TUTELA_KNOWN_GOOD;
    match->version = "";
    s.finding.polarity_mask = TUTELA_BIT(TUTELA_KNOWN_GOOD);
    (void)sample_add(report, &s, summary);

    sample_init(&s, TUTELA_ITEM_MATCH, "/evidence/disk-1/home/a.zip");
    s.names[1] = (tutela_name){"pictures/b, \"c\".jpg", 19};
    s.finding.chain_count = 2;
    s.finding.bytes = 123456;
    s.finding.modified = 1772323200 * TT_SECOND + 5; /* 2026-03-01 */
    s.finding.type = TUTELA_TYPE_IMAGE;
    s.finding.mime = "image/jpeg";
    sample_digests(&s, ALL_DIGESTS, 2);
    match = sample_match(&s, "Training list A", "a-17", TUTELA_GRADE_A,
                         TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1));
    match->category = (tutela_category){"vics", "1"};
    match->owner = "Member <1>, \xC3\xA4";
    match->updated = 1730000000 * TT_SECOND + 7; /* 2024-10-27 */
    match->flags = TUTELA_ENTRY_VICTIM_IDENTIFIED | TUTELA_ENTRY_DISTRIBUTED;
    match = sample_match(&s, "Training list B", "991", TUTELA_GRADE_S, TUTELA_BIT(TUTELA_SHA256));
    match->category = (tutela_category){"uk-caid", "B"};
    match->flags = TUTELA_ENTRY_SELF_GENERATED | TUTELA_ENTRY_GENERATIVE;
    (void)sample_add(report, &s, summary);

    sample_init(&s, TUTELA_ITEM_MATCH,
                "/evidence/disk-1/home/\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D/x.txt");
    s.finding.bytes = 20;
    s.finding.modified = 1767225599 * TT_SECOND; /* 2025-12-31 */
    s.finding.type = TUTELA_TYPE_VIDEO;
    s.finding.mime = "video/mp4";
    s.finding.flags = TUTELA_FLAG_TYPE_MISMATCH;
    sample_digests(&s, ALL_DIGESTS, 3);
    match = sample_match(&s, "Training list A", "a-18", TUTELA_GRADE_X, TUTELA_BIT(TUTELA_MD5));
    match->disagreed = TUTELA_BIT(TUTELA_SHA1);
    (void)sample_add(report, &s, summary);

    sample_init(&s, TUTELA_ITEM_SKIPPED, "/evidence/disk-1/run/pipe");
    s.finding.reason = "special file: fifo";
    (void)sample_add(report, &s, summary);

    sample_init(&s, TUTELA_ITEM_PARTIAL, "/evidence/phone/video.mov");
    s.finding.bytes = 5000000000;
    s.finding.reason = "Input/output error";
    s.finding.modified = 1769904000 * TT_SECOND; /* 2026-02-01 */
    for (size_t i = 0; i < 5; i++)
        s.ranges[i] = (tutela_range){4096 * (i * 3 + 1), 4096};
    s.finding.unread_count = 5;
    (void)sample_add(report, &s, summary);

    sample_init(&s, TUTELA_ITEM_MALFORMED, "/evidence/phone/z.zip");
    s.finding.reason = "archive: the directory is cut off";
    s.finding.bytes = 77;
    s.finding.type = TUTELA_TYPE_ARCHIVE;
    s.finding.mime = "application/zip";
    sample_digests(&s, ALL_DIGESTS, 4);
    (void)sample_match(&s, "Training list A", "a-19", TUTELA_GRADE_C, TUTELA_BIT(TUTELA_MD5));
    (void)sample_add(report, &s, summary);

    sample_init(&s, TUTELA_ITEM_CLEAR, "/evidence/phone/zz");
    s.finding.bytes = 3;
    (void)sample_add(report, &s, summary);
}

__attribute__((unused)) static tutela_status sample_small(const char *format, const char *path,
                                                          int reproducible, int inventory)
{
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open(format, path, reproducible, inventory, &fd);

    if (!report)
        return TUTELA_ARGUMENT;
    sample_small_items(report, &summary);
    return sample_end(report, fd, &summary);
}

/* An image of a disk that is clear, a deleted file in it that is not readable, and a clear file in it. */
__attribute__((unused)) static tutela_status sample_disk(const char *format, const char *path)
{
    static const uint64_t coverage[TUTELA_COVER_COUNT] = {700000, 299000, 0, 999, 1};
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open(format, path, 1, 0, &fd);
    sample s;

    if (!report)
        return TUTELA_ARGUMENT;
    for (int i = 0; i < 3; i++) {
        sample_init(&s, i == 1 ? TUTELA_ITEM_UNREADABLE : TUTELA_ITEM_CLEAR, "/disk.img");
        s.names[1] = i == 1 ? (tutela_name){"gone", 4} : (tutela_name){"there", 5};
        s.finding.chain_count = i == 0 ? 1 : 2;
        s.finding.coverage = i == 0 ? coverage : NULL;
        s.finding.origin = i == 1 ? TUTELA_ORIGIN_ORPHAN : TUTELA_ORIGIN_FILE;
        s.finding.bytes = 1000000;
        (void)sample_add(report, &s, &summary);
    }
    return sample_end(report, fd, &summary);
}

/* A whole file with a NUL; the caller frees. Empty when there is none. */
__attribute__((unused)) static char *sample_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    char *text;

    if (!file || fstat(fileno(file), &info) != 0)
        info.st_size = 0;
    text = calloc(1, (size_t)info.st_size + 1);
    if (text && file && fread(text, 1, (size_t)info.st_size, file) != (size_t)info.st_size)
        text[0] = '\0';
    if (file)
        (void)fclose(file);
    return text;
}

/* 1 when the file holds the text. */
__attribute__((unused)) static int sample_holds(const char *path, const char *text)
{
    char *all = sample_read(path);
    int found = all && strstr(all, text) != NULL;

    free(all);
    return found;
}

/* 1 when a program is there to check with. */
__attribute__((unused)) static int sample_has(const char *program)
{
    char command[256];

    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0;
}

#endif
