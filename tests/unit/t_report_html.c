/* HTML: well-formed, self-contained, every string escaped and isolated, sentences that hold. */
#include "t_report_sample.h"

#include "report/emit_html.h"
#include "t_report_names.h"

/* The parser of another program finds every element closed where it was opened. */
static void check_markup(const char *path, const char *what)
{
    char command[1200];

    if (!sample_has("xmllint")) {
        skip(2, "no xmllint");
        return;
    }
    snprintf(command, sizeof command, "xmllint --noout '%s' 2>&1 | sed 's/^/# /'; "
                                      "xmllint --noout '%s' 2>/dev/null", path, path);
    ok(system(command) == 0, "%s: well-formed", what);
    /* libxml2 knows HTML 4: of its complaints only unknown element names may remain. */
    snprintf(command, sizeof command,
             "xmllint --html --noout '%s' 2>&1 | grep 'parser error' | "
             "grep -Ev 'Tag (bdi|main|section|header|footer|nav|svg|rect|line|text|desc|details|"
             "summary|wbr) invalid' | sed 's/^/# /' | grep .", path);
    ok(system(command) != 0, "%s: HTML", what);
}

/* Of a page with harmless names: nothing runs, nothing is fetched. */
static void check_page(const char *path, const char *what)
{
    static const char *const absent[] = {"<script", "javascript:", "http:", "https:", "<img",
                                         "<link",   "@import",     "url(",  "src=",   "\x1b"};
    char *text = sample_read(path);

    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        ok(!strstr(text, absent[i]), "%s: no %s", what, i < 9 ? absent[i] : "escape");
    ok(strstr(text, "content=\"default-src 'none'; style-src 'unsafe-inline';") != NULL,
       "%s: the policy", what);
    ok(strlen(text) > 20 && strcmp(text + strlen(text) - 8, "</html>\n") == 0, "%s: whole", what);
    free(text);
    check_markup(path, what);
}

/* Every string that others choose is a nasty one. */
static void write_nasty(const char *path)
{
    static const char *const targets[] = {"</dd><script>x</script>", "\x1b[1m"};
    static const tt_report_list lists[]
        = {{"</td><script>", "\"><img src=x>", TUTELA_KNOWN_BAD, 5}};
    const tt_report_head head = {targets, 2, lists, 1, 0};
    tutela_report_options options
        = {.size = sizeof options, .format = "html", .spool_folder = tap_folder()};
    tutela_summary summary = {.size = sizeof summary};
    tt_report *report = NULL;
    sample s;

    options.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    is_i64(tt_report_open(&report, &options, &head, NULL), TUTELA_OK, "a nasty head");
    for (size_t i = 0; i < 2 * NASTY_COUNT; i++) {
        const char *name = nasty_names[i / 2].data;
        tutela_match *match;

        sample_init(&s, i % 2 ? TUTELA_ITEM_PARTIAL : TUTELA_ITEM_MATCH, "");
        s.names[0] = (tutela_name){name, nasty_names[i / 2].size};
        s.names[1] = s.names[0];
        s.finding.chain_count = 2;
        s.finding.reason = s.finding.mime = name;
        match = sample_match(&s, name, name, TUTELA_GRADE_C, 1);
        match->version = name;
        match->category = (tutela_category){name, name};
        match->owner = name;
        match->flags = i % 2 ? UINT32_MAX : 0;
        match->updated = i % 3 ? INT64_MAX : 0;
        ok(sample_add(report, &s, &summary) == TUTELA_OK, "name %zu", i / 2);
    }
    is_i64(sample_end(report, options.fd, &summary), TUTELA_OK, "and its end");
}

static void test_escapes(const char *path)
{
    check_markup(path, "nasty names");
    ok(!sample_holds(path, "<script") && !sample_holds(path, "<img"), "no tag of theirs");
    ok(!sample_holds(path, "\"alert") && !sample_holds(path, "=\"position"), "no attribute");
    ok(!sample_holds(path, "\x1b") && !sample_holds(path, "\xE2\x80\xAE"), "nothing hidden");
    ok(sample_holds(path, "&lt;script&gt;alert(1)&lt;/<wbr/>script&gt;"), "tags are text");
    ok(sample_holds(path, "bidi \\u{202E}gpj.exe \\u{2066}x\\u{2069}"), "bidi controls are shown");
    ok(sample_holds(path, "<bdi dir=\"ltr\"><bdi>\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D</bdi>/<wbr/>"
                          "<bdi>\xD8\xB5\xD9\x88\xD8\xB1</bdi></bdi>"),
       "each part of a path is isolated by itself");
    ok(sample_holds(path, "escape \\x1b[31mred"), "controls are shown");
}

static void test_emit(void)
{
    const char *path = tap_path("emit");
    tt_out out;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    tt_out_init(&out, fd);
    tt_html_escape(&out, "a<b>&\"'c", 8);
    tt_html_escape(&out, "", 0);
    tt_html_escape(&out, "|\xC3\xA9", 3);
    ok(tt_out_flush(&out, NULL) == TUTELA_OK, "escapes");
    close(fd);
    ok(sample_holds(path, "a&lt;b&gt;&amp;&quot;&#39;c|\xC3\xA9"), "all five, and no other");
}

/* Findings on two days (of 1970 on). */
static void write_span(const char *path, int64_t from, int64_t to)
{
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open("html", path, 1, 0, &fd);
    sample s;

    for (int i = 0; i < 3; i++) {
        sample_init(&s, TUTELA_ITEM_MATCH, "x");
        s.finding.modified = i == 2 ? TT_TIME_UNKNOWN : (i ? to : from) * 86400 * TT_SECOND;
        (void)sample_match(&s, "Training list A", "1", TUTELA_GRADE_S, 4);
        (void)sample_add(report, &s, &summary);
    }
    (void)sample_end(report, fd, &summary);
}

static void test_timeline(void)
{
    static const struct {
        int64_t from, to;
        const char *desc;
    } spans[] = {
        {0, 0, "From 1970-01-01 to 1970-01-01; most in 1970-01-01."},
        {11016, 11077, "From 2000-02-29 to 2000-04-30; most in 2000-02-29."},
        {11016, 11078, "From 2000-02 to 2000-05; most in 2000-02."},
        {-1, 61, "From 1969-12 to 1970-03; most in 1969-12."},
        {0, 1825, "From 1970-01 to 1974-12; most in 1970-01."},
        {0, 1826, "From 1970 to 1975; most in 1970."},
        {0, 29219, "From 1970 to 2049; most in 1970."},
        {0, 29220, "From 1970s to 2050s; most in 1970s."},
        {-106751, 106750, "From 1670s to 2260s; most in 1670s."},
    };
    const char *path = tap_path("span");

    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        write_span(path, spans[i].from, spans[i].to);
        ok(sample_holds(path, spans[i].desc), "%s", spans[i].desc);
    }
    ok(sample_holds(path, "For 1 finding no time is known."), "unknown times are counted");
    check_page(path, "widest span");
}

static void test_sentences(void)
{
    const char *path = tap_path("sentences");
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open("html", path, 0, 1, &fd);
    sample s;

    sample_init(&s, TUTELA_ITEM_CLEAR, "/clear-item");
    (void)sample_add(report, &s, &summary);
    is_i64(sample_end(report, fd, &summary), TUTELA_OK, "a run that found nothing");
    ok(sample_holds(path, "No match against list <bdi>Training list A</bdi> version "
                          "<bdi>2026-11</bdi>; nor against list <bdi>Training list B</bdi>"),
       "no match is said of lists");
    ok(sample_holds(path, "<b>Complete.</b>"), "complete");
    ok(!sample_holds(path, "clear-item"), "an inventory is not for the page");
    ok(!sample_holds(path, "id=\"timeline\""), "no empty timeline");
    ok(sample_holds(path, "2026-11-22T04:30:00Z"), "when");
    /* One item, 987,666,666 entries: 1e9 / 2^128 is below one in 10^29. */
    ok(sample_holds(path, "less than one in 10<sup>29</sup>"), "the chance of an accident");
    check_page(path, "nothing found");

    is_i64(sample_small("html", path, 0, 0), TUTELA_OK, "the small run");
    ok(sample_holds(path, "<b>3 of 7 items</b> match a known-bad list."), "the lead");
    ok(sample_holds(path, "<b>Incomplete.</b> 2 items were not fully examined"), "incomplete");
    ok(sample_holds(path, "A match is an indicator, not a verdict. Nothing was viewed."), "words");
    ok(sample_holds(path, "Not fully examined: malformed, <bdi>archive: the directory"),
       "a finding in something incomplete says so");
    ok(sample_holds(path, "<tr><th scope=\"row\"><bdi>Training list B</bdi></th>"
                          "<td data-label=\"version\"><bdi>2026-11</bdi></td><td>known-bad</td>"
                          "<td class=\"num\" data-label=\"entries\">987,654,321</td>"
                          "<td class=\"num\" data-label=\"findings\">1</td>"),
       "a list and its findings");
    ok(sample_holds(path, "4,096 bytes at offset 16,384 not read"), "ranges");
    ok(sample_holds(path, "grade X: integrity anomaly"), "terms that are used");
    ok(!sample_holds(path, "grade P: similar"), "and no other");
    check_page(path, "small run");
}

/* What became of the bytes of an image, clear as it is, and how a file in it was come by. */
static void test_disk(void)
{
    static const char words[] = "70.0 % examined (700.0 kB), 29.9 % excluded (299.0 kB), "
                                "0.1 % not-understood (999 B), 0.1 % lost (1 B)";
    const char *path = tap_path("disk");
    char text[512];

    is_i64(sample_disk("html", path), TUTELA_OK, "an image");
    snprintf(text, sizeof text, "<p>Of the disk image: %s.</p>", words);
    ok(sample_holds(path, "<div><dt>Disk image</dt><dd>1</dd></div>") && sample_holds(path, text), "the summary");
    snprintf(text, sizeof text, "</th><td>clear</td><td>%s</td></tr>\n</tbody>", words);
    ok(sample_holds(path, text), "a row for the image, which is clear, and no other");
    ok(sample_holds(path, "<a href=\"#disks\">") && sample_holds(path, "<section id=\"disks\">"), "its section");
    ok(sample_holds(path, "<div class=\"soft\">deleted, without a name</div></th><td>unreadable</td>"),
       "a file that was deleted");
    check_page(path, "an image");
    is_i64(sample_small("html", path, 1, 0), TUTELA_OK, "a run without one");
    ok(!sample_holds(path, "isk image") && !sample_holds(path, "disks"), "says nothing of images");
}

/* Findings by type: most first, and what has no type of its own last. */
static void test_types(void)
{
    static const int32_t types[] = {TUTELA_TYPE_OTHER, TUTELA_TYPE_OTHER, TUTELA_TYPE_IMAGE,
                                    TUTELA_TYPE_VIDEO, TUTELA_TYPE_VIDEO, TUTELA_TYPE_AUDIO};
    const char *path = tap_path("types");
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open("html", path, 1, 0, &fd);
    const char *order[] = {">video<", ">image<", ">audio<", ">other<"};
    char *text, *at;
    sample s;

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        sample_init(&s, TUTELA_ITEM_MATCH, "x");
        s.finding.type = types[i];
        (void)sample_match(&s, "L", "", TUTELA_GRADE_B, 1);
        (void)sample_add(report, &s, &summary);
    }
    is_i64(sample_end(report, fd, &summary), TUTELA_OK, "several types");
    text = sample_read(path);
    at = strstr(text, "Findings by type of file");
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        at = at ? strstr(at, order[i]) : NULL;
        ok(at != NULL, "%s has its place", order[i]);
    }
    free(text);
}

int main(void)
{
    char path[512];

    snprintf(path, sizeof path, "%s", tap_path("nasty.html"));
    write_nasty(path);
    test_escapes(path);
    test_emit();
    test_timeline();
    test_sentences();
    test_types();
    test_disk();
    return tap_done();
}
