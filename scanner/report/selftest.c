/*
 * selftest: a made-up run of a dozen findings. Whoever changes what a format writes has to put the
 * new digest into `answers`: tests/unit/t_report_selftest.c prints it.
 */
#include "report/selftest.h"
#include "base/clock.h"
#include "base/io.h"
#include "finding/finding.h"

#include <string.h>

#define EVIDENCE \
    (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1) | TUTELA_BIT(TUTELA_SHA256))
#define STARTED  (1795321800 * TT_SECOND) /* 2026-11-22T04:30:00Z */
#define DURATION INT64_C(12345678901)
#define MODIFIED (1772323200 * TT_SECOND + 5) /* 2026-03-01T00:00:00Z */

/* By format, with the version as '#'. */
static const struct {
    const char *format;
    const char *sha256;
} answers[] = {
    {"text", "884b3fadf12a4b0568b35efe55cd5fd0314940dc59fa50de7c48e1481c72f056"},
    {"json", "8f235f36fa1f1a145d9e8d20efc9f88e71bed0401f3ab917c518f070c85ab904"},
    {"csv", "928c7e0f9c046c5f606eb875c71f3b4e38b0c4d997017794ada203b1b4e5ad86"},
    {"html", "432773a8ff224c6baa06977bba39ee2e05851b3fb2c88c97debc98070762188f"},
};

static const char *const targets[] = {"/evidence/disk 1", "/evidence/<phone>"};
static const tt_report_list lists[] = {
    {"List A, \"quoted\" & <marked>", "2026-11", TUTELA_KNOWN_BAD, 12345},
    {"List B", "7", TUTELA_KNOWN_BAD, 987654321},
    {"System files", "", TUTELA_KNOWN_GOOD, 7},
};
static const tt_report_head head = {
    .targets = targets,
    .target_count = 2,
    .lists = lists,
    .list_count = 3,
    .started = STARTED,
};

#define NAME(text) {text, sizeof text - 1}

/* Names as they are found: in a container, not UTF-8, with controls and turned text, as formulas. */
static const tutela_name names[][2] = {
    {NAME("/evidence/disk 1/a.zip"), NAME("pictures/b, \"c\".jpg")},
    {NAME("/evidence/disk 1/\xff\xfe.jpg"), NAME("")},
    {NAME("/evidence/disk 1/one\ntwo\x1b[31m"), NAME("")},
    {NAME("/evidence/disk 1/\xe2\x80\xaegpj.exe"), NAME("")},
    {NAME("=1+1|'x'!A1"), NAME("")},
    {NAME("/evidence/<phone>/\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d & <b>"), NAME("")},
};
#define NAMES (sizeof names / sizeof names[0])

static const tutela_range unread[] = {{4096, 512}, {(uint64_t)5 << 30, 1 << 20}};

static const tutela_match matches[] = {
    {.list = "List A, \"quoted\" & <marked>", .version = "2026-11", .entry = "a-17",
     .category = {"vics", "1"}, .polarity = TUTELA_KNOWN_BAD, .grade = TUTELA_GRADE_A,
     .agreed = TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1), .owner = "Member <1>, \xc3\xa4",
     .updated = 1730000000 * TT_SECOND,
     .flags = TUTELA_ENTRY_VICTIM_IDENTIFIED | TUTELA_ENTRY_DISTRIBUTED},
    {.list = "List B", .version = "7", .entry = "=991", .category = {"uk-caid", "B"},
     .polarity = TUTELA_KNOWN_BAD, .grade = TUTELA_GRADE_S, .agreed = TUTELA_BIT(TUTELA_SHA256),
     .owner = "", .flags = TUTELA_ENTRY_SELF_GENERATED | TUTELA_ENTRY_GENERATIVE},
    {.list = "List B", .version = "7", .entry = "12", .category = {"", ""},
     .polarity = TUTELA_KNOWN_BAD, .grade = TUTELA_GRADE_X, .agreed = TUTELA_BIT(TUTELA_MD5),
     .disagreed = TUTELA_BIT(TUTELA_SHA1), .owner = ""},
    {.list = "System files", .version = "", .entry = "#7", .category = {"", ""},
     .polarity = TUTELA_KNOWN_GOOD, .grade = TUTELA_GRADE_C, .agreed = TUTELA_BIT(TUTELA_MD5),
     .owner = ""},
};

/* A status, and the run of matches above that goes with it. */
static const struct {
    int32_t status;
    int32_t grade;
    uint8_t first, count;
    const char *mime;
    int32_t type;
    const char *reason;
} items[] = {
    {TUTELA_ITEM_MATCH, TUTELA_GRADE_S, 0, 2, "image/jpeg", TUTELA_TYPE_IMAGE, ""},
    {TUTELA_ITEM_MATCH, TUTELA_GRADE_X, 2, 1, "video/mp4", TUTELA_TYPE_VIDEO, ""},
    {TUTELA_ITEM_KNOWN, TUTELA_GRADE_C, 3, 1, "text/plain", TUTELA_TYPE_TEXT, ""},
    {TUTELA_ITEM_CLEAR, TUTELA_GRADE_NONE, 0, 0, "", TUTELA_TYPE_OTHER, ""},
    {TUTELA_ITEM_PARTIAL, TUTELA_GRADE_NONE, 0, 0, "", TUTELA_TYPE_OTHER, "Input/output error"},
    {TUTELA_ITEM_UNREADABLE, TUTELA_GRADE_NONE, 0, 0, "", TUTELA_TYPE_OTHER, "Permission denied"},
    {TUTELA_ITEM_CHANGED, TUTELA_GRADE_NONE, 0, 0, "", TUTELA_TYPE_OTHER, "changed while read"},
    {TUTELA_ITEM_LIMIT, TUTELA_GRADE_NONE, 0, 0, "", TUTELA_TYPE_OTHER, "more than the limit"},
    {TUTELA_ITEM_MALFORMED, TUTELA_GRADE_X, 2, 1, "application/zip", TUTELA_TYPE_ARCHIVE, "cut off"},
    {TUTELA_ITEM_TIMEOUT, TUTELA_GRADE_NONE, 0, 0, "", TUTELA_TYPE_OTHER, "no answer for 60 s"},
    {TUTELA_ITEM_SKIPPED, TUTELA_GRADE_NONE, 0, 0, "", TUTELA_TYPE_OTHER, "named pipe"},
};
#define ITEMS (sizeof items / sizeof items[0])

/* The n-th finding; `digests` gets bytes that nothing but n decides. */
static void make_finding(size_t n, uint8_t (*digests)[TUTELA_DIGEST_MAX], tutela_finding *out)
{
    for (size_t i = 0; i < (size_t)TUTELA_ALGORITHM_COUNT * TUTELA_DIGEST_MAX; i++)
        digests[i / TUTELA_DIGEST_MAX][i % TUTELA_DIGEST_MAX] = (uint8_t)(i * 37 + n * 101);
    tt_finding_init(out);
    out->chain = names[n % NAMES];
    out->chain_count = n % NAMES == 0 ? 2 : 1;
    out->bytes = n * n * n * 1000003;
    out->modified = n % 3 ? MODIFIED + (int64_t)n * 30 * 86400 * TT_SECOND : TT_TIME_UNKNOWN;
    out->status = items[n].status;
    out->grade = items[n].grade;
    out->type = items[n].type;
    out->flags = n == 1 ? TUTELA_FLAG_TYPE_MISMATCH : 0;
    out->mime = items[n].mime;
    out->reason = items[n].reason;
    out->digests = (const uint8_t (*)[TUTELA_DIGEST_MAX])digests;
    out->matches = matches + items[n].first;
    out->match_count = items[n].count;
    for (size_t i = 0; i < out->match_count; i++)
        out->polarity_mask |= TUTELA_BIT(out->matches[i].polarity);
    if (items[n].count > 0 || items[n].status == TUTELA_ITEM_CLEAR)
        out->digest_mask = EVIDENCE;
    if (items[n].status == TUTELA_ITEM_PARTIAL || items[n].status == TUTELA_ITEM_LIMIT) {
        out->unread = unread;
        out->unread_count = sizeof unread / sizeof unread[0];
    }
}

/* In memory where there is such a folder, so that nothing of this comes to a disk. */
static const char *spool_folder(void)
{
    static const char in_memory[] = "/dev/shm";
    TT_AUTO_CLOSE int fd = tt_temporary(in_memory);

    return fd >= 0 ? in_memory : NULL;
}

static tutela_status write_run(tt_report *report, tutela_error *error)
{
    tutela_summary summary = {.size = sizeof summary, .started = STARTED};
    uint8_t digests[TUTELA_ALGORITHM_COUNT][TUTELA_DIGEST_MAX];
    tutela_finding finding;

    for (size_t n = 0; n < ITEMS; n++) {
        make_finding(n, digests, &finding);
        tt_summary_add(&summary, &finding);
        TT_TRY(tt_report_add(report, &finding, error));
    }
    tt_summary_end(&summary, 0);
    summary.duration = DURATION;
    return tt_report_end(report, &summary, error);
}

tutela_status tt_report_sample(const tt_report_format *format, int fd, tutela_error *error)
{
    const tutela_report_options options = {.size = sizeof options,
                                           .format = format->name,
                                           .fd = fd,
                                           .inventory = 1,
                                           .spool_folder = spool_folder()};
    tt_report *report = NULL;
    tutela_status status = tt_report_open(&report, &options, &head, error);

    if (status == TUTELA_OK)
        status = write_run(report, error);
    tt_report_close(report);
    return status;
}

size_t tt_report_sample_plain(char *text, size_t size)
{
    const char *version = tutela_version();
    size_t length = strlen(version);
    char *at = text, *found;

    while ((found = memmem(at, size - (size_t)(at - text), version, length))) {
        at = found + 1;
        *found = '#';
        memmove(at, found + length, size - (size_t)(found - text) - length);
        size -= length - 1;
    }
    return size;
}

const char *tt_report_sample_answer(const char *format)
{
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        if (strcmp(answers[i].format, format) == 0)
            return answers[i].sha256;
    return NULL;
}
