/* Text: nothing steers the terminal, colours only when asked for, sentences that claim no more. */
#include "t_report_sample.h"

#include "base/text.h"
#include "report/words.h"
#include "t_report_names.h"

static void test_visible(void)
{
    tutela_summary summary = {.size = sizeof summary};
    const char *path = tap_path("nasty");
    int fd;
    tt_report *report = sample_open("text", path, 0, 0, &fd);
    size_t bad = 0;
    char *text;
    sample s;

    for (size_t i = 0; i < NASTY_COUNT; i++) {
        tutela_match *match;

        sample_init(&s, TUTELA_ITEM_PARTIAL, "");
        s.names[0] = (tutela_name){nasty_names[i].data, nasty_names[i].size};
        s.finding.reason = s.finding.mime = nasty_names[i].data;
        match = sample_match(&s, nasty_names[i].data, nasty_names[i].data, TUTELA_GRADE_C, 1);
        match->version = nasty_names[i].data;
        match->category = (tutela_category){nasty_names[i].data, nasty_names[i].data};
        match->owner = nasty_names[i].data;
        (void)sample_add(report, &s, &summary);
    }
    is_i64(sample_end(report, fd, &summary), TUTELA_OK, "nasty names");
    text = sample_read(path);
    for (size_t at = 0; text[at];) {
        uint32_t code = 0;
        size_t length = tt_utf8_next(text + at, strlen(text + at), &code);

        bad += code != '\n' && (length == 0 || tt_text_hidden(code));
        at += length ? length : 1;
    }
    is_u64(bad, 0, "no control character, nothing hidden, nothing ill-formed");
    ok(strstr(text, "partial      C  line\\x0abreak\\x0d\\x0a{") != NULL, "one line is one line");
    free(text);
}

static void test_colour(void)
{
    tutela_report_options options = {.size = sizeof options, .format = "text", .colour = 1};
    tutela_summary summary = {.size = sizeof summary};
    const char *path = tap_path("colour");
    tt_report *report = NULL;
    char *text, *plain, *to;

    options.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    is_i64(tt_report_open(&report, &options, &sample_head, NULL), TUTELA_OK, "with colours");
    sample_small_items(report, &summary);
    is_i64(sample_end(report, options.fd, &summary), TUTELA_OK, "with colours");
    text = sample_read(path);
    ok(strstr(text, "\x1b[") != NULL, "there are some");
    to = text;
    for (char *at = text; *at; at++) {
        if (*at == '\x1b')
            at = strchr(at, 'm');
        else
            *to++ = *at;
    }
    *to = '\0';
    is_i64(sample_small("text", path, 0, 0), TUTELA_OK, "without");
    plain = sample_read(path);
    ok(strcmp(text, plain) == 0, "colour is all that differs");
    free(text);
    free(plain);
}

/* The last lines for a run with `items` clear items, with or without an unreadable one. */
static void finish(const char *path, const tt_report_head *head, int unreadable, int cut_short)
{
    tutela_report_options options = {.size = sizeof options, .format = "text"};
    tutela_summary summary = {.size = sizeof summary};
    tt_report *report = NULL;
    sample s;

    options.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (tt_report_open(&report, &options, head, NULL) != TUTELA_OK)
        return;
    sample_init(&s, TUTELA_ITEM_CLEAR, "c");
    (void)sample_add(report, &s, &summary);
    sample_init(&s, TUTELA_ITEM_UNREADABLE, "u");
    s.finding.reason = "Permission denied";
    if (unreadable)
        (void)sample_add(report, &s, &summary);
    tt_summary_end(&summary, cut_short);
    summary.duration = INT64_C(3723) * TT_SECOND;
    ok(tt_report_end(report, &summary, NULL) == TUTELA_OK, "a run");
    tt_report_close(report);
    close(options.fd);
}

static void test_sentences(void)
{
    static const tt_report_head good_only = {sample_targets, 1, &sample_lists[2], 1, 0};
    const char *path = tap_path("sentences");

    finish(path, &sample_head, 0, 0);
    ok(sample_holds(path, "\n1 item, 0 B, 1 h 02 min 03 s\n"), "counts and time");
    ok(sample_holds(path, "\nNo match against list Training list A version 2026-11.\n"
                          "No match against list Training list B version 2026-11.\n"
                          "Complete: every item was read to its end, or skipped as stated.\n"
                          "A match is an indicator, not a verdict. Nothing was viewed.\n"),
       "no match is said of the lists that were asked, and of no other");
    ok(!sample_holds(path, "clean"), "never: clean");
    ok(sample_holds(path, "\n  clear                     1  read in full, on none of the lists\n"),
       "what the status says stands beside its count");
    ok(!sample_holds(path, "  c\n"), "a clear item stays out");
    finish(path, &sample_head, 1, 0);
    ok(sample_holds(path, "\nunreadable      u: Permission denied\n"), "an incomplete item");
    ok(sample_holds(path, "\nNo match, in what was read, against list Training list A version"),
       "an incomplete run limits the sentence");
    ok(sample_holds(path, "\nIncomplete: 1 item was not fully examined and may hold listed "
                          "files.\n"),
       "and says so");
    finish(path, &sample_head, 0, 1);
    ok(sample_holds(path, "\nIncomplete: the run ended before everything was examined.\n"),
       "so does a run that was cut short");
    finish(path, &good_only, 0, 0);
    ok(sample_holds(path, "\nNo known-bad list was consulted.\n"), "known-good lists find nothing");
}

/* Every status has words beside its count, and the grades theirs, within 80 columns. */
static void test_words(void)
{
    const char *path = tap_path("words");
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open("text", path, 0, 0, &fd);
    char *text, *at, want[64];
    sample s;

    for (int i = 0; i < TUTELA_ITEM_COUNT; i++) {
        sample_init(&s, i, "x");
        if (i == TUTELA_ITEM_MATCH)
            (void)sample_match(&s, "L", "", TUTELA_GRADE_B, 1);
        (void)sample_add(report, &s, &summary);
    }
    is_i64(sample_end(report, fd, &summary), TUTELA_OK, "one of each status");
    text = sample_read(path);
    for (int i = 0; i < TUTELA_ITEM_COUNT; i++) {
        snprintf(want, sizeof want, "\n  %-11s %15d  ", tutela_item_status_name(i), 1);
        at = strstr(text, want);
        ok(at && at[strlen(want)] > ' ' && strcspn(at + 1, "\n") <= 80, "%s is explained",
           tutela_item_status_name(i));
    }
    ok(strstr(text, "\n1 item matches a known-bad list, by its best grade:\n"
                    "  B                         1  match on one legacy digest; confirm\n"),
       "so is the grade");
    free(text);
}

/* What the list says of an entry: one line when it says anything, and one that asks for care. */
static void test_said(void)
{
    const char *path = tap_path("said");
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open("text", path, 0, 0, &fd);
    tutela_match *match;
    sample s;

    sample_init(&s, TUTELA_ITEM_MATCH, "said");
    sample_match(&s, "A", "1", TUTELA_GRADE_C, 1)->owner = "Member\n";
    match = sample_match(&s, "B", "2", TUTELA_GRADE_C, 1);
    match->flags = UINT32_MAX;
    match->updated = TT_SECOND * 86400 + 5;
    sample_match(&s, "C", "3", TUTELA_GRADE_C, 1)->flags = TUTELA_ENTRY_SELF_GENERATED;
    (void)sample_add(report, &s, &summary);
    sample_init(&s, TUTELA_ITEM_MATCH, "unsaid");
    (void)sample_match(&s, "D", "4", TUTELA_GRADE_C, 1);
    (void)sample_add(report, &s, &summary);
    is_i64(sample_end(report, fd, &summary), TUTELA_OK, "what lists say");
    ok(sample_holds(path, "agreed: md5\n                the list says: owner Member\\x0a\n"
                          "                list B"),
       "an owner alone");
    ok(sample_holds(path, "agreed: md5\n                the list says: dated 1970-01-02T00:00:00Z; "
                          "drawn or generated; victim identified; offender identified; distributed\n"
                          "                handle with care: the list's owner says it is "
                          "self-generated\n                list C"),
       "a date and every flag; what is no flag is left out");
    ok(sample_holds(path, "agreed: md5\n                handle with care: the list's owner says it "
                          "is self-generated\n                0 bytes"),
       "care alone");
    ok(sample_holds(path, "entry 4\n                uncorroborated; do not refer without review; "
                          "agreed: md5\n                0 bytes"),
       "nothing said, no line");
}

/* What became of the bytes of an image, clear as it is, and how a file in it was come by. */
static void test_disk(void)
{
    static const char words[] = "70.0 % examined (700.0 kB), 29.9 % excluded (299.0 kB), "
                                "0.1 % not-understood (999 B), 0.1 % lost (1 B)\n";
    const char *path = tap_path("disk");
    char line[256];

    is_i64(sample_disk("text", path), TUTELA_OK, "an image");
    snprintf(line, sizeof line, "/disk.img\n                disk image: %s", words);
    ok(sample_holds(path, line), "the image, which is clear; what is little is never 0 %%");
    ok(sample_holds(path, "gone\n                deleted, without a name\n"), "a file that was deleted");
    snprintf(line, sizeof line, "\n  disk image: %s", words);
    ok(sample_holds(path, line), "the summary");
    is_i64(sample_small("text", path, 1, 1), TUTELA_OK, "a run without one");
    ok(!sample_holds(path, "disk image"), "says nothing of images");
}

/* Shares of the whole: what is something is never nothing, and what is not all is never all. */
static void test_coverage(void)
{
    static const struct {
        uint64_t coverage[TUTELA_COVER_COUNT];
        const char *words;
    } cases[] = {
        {{0, 0, 0, 0, 0}, ""},
        {{1, 0, 0, 0, 0}, "100.0 % examined (1 B)"},
        {{UINT64_C(1) << 40, 1, 0, 0, 0}, "99.9 % examined (1.1 TB), 0.1 % excluded (1 B)"},
    };
    uint64_t most[TUTELA_COVER_COUNT];
    char out[TT_REPORT_COVERAGE];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        is_text(tt_report_coverage(cases[i].coverage, out), cases[i].words, "coverage %zu", i);
    memset(most, 0xff, sizeof most);
    ok(strlen(tt_report_coverage(most, out)) + 1 < sizeof out && strstr(out, "lost (") && strrchr(out, ')')[1] == '\0',
       "the longest fits: %s", out);
}

int main(void)
{
    test_said();
    test_disk();
    test_coverage();
    test_visible();
    test_colour();
    test_sentences();
    test_words();
    return tap_done();
}
