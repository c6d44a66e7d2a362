/* JSON Lines: exact names, escapes, record kinds, members. */
#include "t_report_sample.h"

#include "base/text.h"
#include "report/emit_json.h"
#include "t_report_names.h"

/* A report with one unreadable item for each nasty name, in a chain with a plain one. */
static void write_nasty(const char *path)
{
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open("json", path, 0, 0, &fd);
    sample s;

    for (size_t i = 0; i < NASTY_COUNT; i++) {
        sample_init(&s, TUTELA_ITEM_UNREADABLE, "/evidence");
        s.names[1] = (tutela_name){nasty_names[i].data, nasty_names[i].size};
        s.finding.chain_count = 2;
        s.finding.reason = "Permission denied";
        is_i64(sample_add(report, &s, &summary), TUTELA_OK, "name %zu", i);
    }
    is_i64(sample_end(report, fd, &summary), TUTELA_OK, "the end");
}

/* Every byte of the report may be shown, and each record is one line. */
static void test_visible(const char *path)
{
    char *text = sample_read(path);
    size_t lines = 0, hidden = 0;

    for (size_t at = 0; text[at];) {
        uint32_t code = 0;
        size_t length = tt_utf8_next(text + at, strlen(text + at), &code);

        if (length == 1 && code == '\n')
            lines++;
        else if (length == 0 || tt_text_hidden(code))
            hidden++;
        at += length ? length : 1;
    }
    is_u64(lines, NASTY_COUNT + 2, "a line for each record");
    is_u64(hidden, 0, "nothing hidden or ill-formed stands in the output");
    free(text);
}

/* What a JSON parser reads back is, byte for byte, what went in. */
static void test_exact(const char *path)
{
    char command[1600];
    char line[1024];
    FILE *parsed;
    tt_buf want;

    if (!sample_has("jq")) {
        skip((int)NASTY_COUNT, "no jq");
        return;
    }
    snprintf(command, sizeof command,
             "jq -r 'select(.type==\"item\")|(.chain_base64[1]//(.chain[1]|@base64))' '%s'", path);
    parsed = popen(command, "r");
    tt_buf_init(&want, 4096);
    for (size_t i = 0; i < NASTY_COUNT; i++) {
        tt_buf_clear(&want);
        tt_base64_add(&want, nasty_names[i].data, nasty_names[i].size);
        tt_buf_add_char(&want, '\n');
        if (!parsed || !fgets(line, sizeof line, parsed))
            line[0] = '\0';
        is_text(line, want.data, "name %zu comes back", i);
    }
    ok(parsed && pclose(parsed) == 0, "jq accepts the report");
    tt_buf_done(&want);
}

static void test_forms(const char *path)
{
    ok(sample_holds(path, "{\"type\":\"item\",\"chain\":[\"/evidence\",\"plain.jpg\"],\"size\":0,"
                          "\"status\":\"unreadable\",\"reason\":\"Permission denied\","
                          "\"modified\":null}\n"),
       "an item record");
    ok(sample_holds(path, "\"chain\":[\"/evidence\",\"\\\\xff\\\\xfe not UTF-8\"],"
                          "\"chain_base64\":[\"L2V2aWRlbmNl\",\"//4gbm90IFVURi04\"]"),
       "display form and bytes of a name that is not UTF-8");
    ok(sample_holds(path, "bidi \\u202egpj.exe \\u2066x\\u2069 \\u200f\\u200e \\u061c"),
       "bidirectional controls are escaped");
    ok(sample_holds(path, "mark \\ufeff tag \\udb40\\udc01 last \\uffff"),
       "a mark, a tag as a pair, a noncharacter");
    ok(sample_holds(path, "C1 \\u0085 \\u009b31m"), "C1 controls");
    ok(sample_holds(path, "\\u0001\\u0002\\b\\t\\u000b\\f\\u001f\\u007f"), "C0 controls and DEL");
    ok(sample_holds(path, "four bytes \xF0\x9F\x98\x80"), "what is visible stays");
}

static void test_kinds(void)
{
    const char *path = tap_path("kinds");
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open("json", path, 1, 0, &fd);
    tutela_match *match;
    sample s;

    /* Read in part, and on a known-good list only: no match record. */
    sample_init(&s, TUTELA_ITEM_MALFORMED, "good.zip");
    match = sample_match(&s, "System files", "", TUTELA_GRADE_S, 4);
    match->polarity = TUTELA_KNOWN_GOOD;
    s.finding.polarity_mask = TUTELA_BIT(TUTELA_KNOWN_GOOD);
    (void)sample_add(report, &s, &summary);
    sample_init(&s, TUTELA_ITEM_LIMIT, "bad.zip");
    s.finding.bytes = UINT64_MAX;
    s.finding.reason = "limit";
    s.ranges[0] = (tutela_range){UINT64_MAX - 1, 1};
    s.finding.unread_count = 1;
    (void)sample_match(&s, "Training list A", "1", TUTELA_GRADE_C, 1);
    (void)sample_add(report, &s, &summary);
    sample_init(&s, TUTELA_ITEM_CLEAR, "clear");
    (void)sample_add(report, &s, &summary);
    is_i64(sample_end(report, fd, &summary), TUTELA_OK, "kinds");
    ok(sample_holds(path, "{\"type\":\"item\",\"chain\":[\"good.zip\"]"),
       "known-good alone is no match record");
    ok(sample_holds(path, "{\"type\":\"match\",\"chain\":[\"bad.zip\"],"
                          "\"size\":18446744073709551615,"
                          "\"mime\":null,\"status\":\"limit\",\"grade\":\"C\","
                          "\"digests\":{},"),
       "a match in something incomplete is a match record, with exact numbers");
    ok(sample_holds(path, "\"polarity\":\"known-bad\",\"agreed\":[\"md5\"],\"grade\":\"C\"}],"
                          "\"viewed\":false,\"reason\":\"limit\",\"modified\":"),
       "what not every match has stands last");
    ok(sample_holds(path, ",\"unread\":[{\"offset\":18446744073709551614,\"length\":1}]}"),
       "ranges");
    ok(!sample_holds(path, "\"clear\"]"), "clear items stay out without an inventory");
    ok(sample_holds(path, "\"matches\":1,\"complete\":false,\"seconds\":null,\"exit\":4}\n"),
       "the summary's count is that of match records");
}

/* Of the image of a disk what became of its bytes, clear as it is; how a file in it was come by. */
static void test_disk(void)
{
    const char *path = tap_path("disk");

    is_i64(sample_disk("json", path), TUTELA_OK, "an image");
    ok(sample_holds(path, "{\"type\":\"item\",\"chain\":[\"/disk.img\"],\"size\":1000000,\"status\":\"clear\","
                          "\"modified\":null,\"coverage\":{\"examined\":700000,\"excluded\":299000,"
                          "\"unreadable\":0,\"not-understood\":999,\"lost\":1}}\n"),
       "the image, which is clear");
    ok(sample_holds(path, "\"status\":\"unreadable\",\"origin\":\"deleted, without a name\",\"modified\":null}\n"),
       "a file that was deleted");
    ok(!sample_holds(path, "\"there\""), "other clear items stay out");
    ok(sample_holds(path, "\"matches\":0,\"images\":1,\"coverage\":{\"examined\":700000,\"excluded\":299000,"
                          "\"unreadable\":0,\"not-understood\":999,\"lost\":1},\"complete\":false,"),
       "the summary");
    is_i64(sample_small("json", path, 1, 1), TUTELA_OK, "a run without one");
    ok(!sample_holds(path, "\"images\"") && !sample_holds(path, "\"coverage\"") && !sample_holds(path, "\"origin\""),
       "says nothing of images");
}

/* What the list says of an entry has members only when it says it. */
static void test_said(void)
{
    const char *path = tap_path("said");
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open("json", path, 1, 0, &fd);
    tutela_match *match;
    sample s;

    sample_init(&s, TUTELA_ITEM_MATCH, "said");
    sample_match(&s, "A", "1", TUTELA_GRADE_C, 1)->owner = "M\"\xFF\x1b";
    match = sample_match(&s, "B", "2", TUTELA_GRADE_X, 1);
    match->disagreed = 2;
    match->flags = UINT32_MAX;
    match->updated = 1508857200 * TT_SECOND + 250000000;
    (void)sample_match(&s, "C", "3", TUTELA_GRADE_C, 1);
    (void)sample_add(report, &s, &summary);
    is_i64(sample_end(report, fd, &summary), TUTELA_OK, "what lists say");
    ok(sample_holds(path, "\"agreed\":[\"md5\"],\"grade\":\"C\",\"owner\":\"M\\\"\\ufffd"
                          "\\u001b\"},"),
       "an owner alone, as text");
    ok(sample_holds(path, "\"disagreed\":[\"sha1\"],\"flags\":[\"self-generated\",\"generative\","
                          "\"victim-identified\",\"offender-identified\",\"distributed\"],"
                          "\"listed\":\"2017-10-24T15:00:00Z\"},"),
       "every flag by its name, a date");
    ok(sample_holds(path, "\"agreed\":[\"md5\"],\"grade\":\"C\"}],"), "nothing said, no member");
}

/* Lists and targets are no more trusted than names. */
static void test_head(void)
{
    static const char *const targets[] = {"a\x1b[2J", "\xFF"};
    static const tt_report_list lists[] = {{"L\"\n\xFF", "v\xE2\x80\xAE", TUTELA_KNOWN_BAD, 1}};
    const tt_report_head head = {targets, 2, lists, 1, TT_TIME_UNKNOWN};
    const char *path = tap_path("head");
    tutela_report_options options = {.size = sizeof options, .format = "json"};
    tutela_summary summary = {.size = sizeof summary};
    tt_report *report = NULL;

    options.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    is_i64(tt_report_open(&report, &options, &head, NULL), TUTELA_OK, "a nasty head");
    is_i64(tt_report_end(report, &summary, NULL), TUTELA_OK, "and its end");
    tt_report_close(report);
    close(options.fd);
    ok(sample_holds(path, "\"started\":null,\"targets\":[\"a\\\\x1b[2J\",\"\\\\xff\"],"
                          "\"targets_base64\":[\"YRtbMko=\",\"/w==\"],\"sets\":[{\"list\":"
                          "\"L\\\"\\n\\ufffd\",\"version\":\"v\\u202e\","
                          "\"entries\":1,\"polarity\":\"known-bad\"}]}\n"),
       "is written safely");
    test_kinds();
}

int main(void)
{
    char path[512];

    snprintf(path, sizeof path, "%s", tap_path("nasty.json"));
    write_nasty(path);
    test_visible(path);
    test_exact(path);
    test_forms(path);
    test_said();
    test_disk();
    test_head();
    return tap_done();
}
