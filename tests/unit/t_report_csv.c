/* CSV: RFC 4180, exact bytes in hex, no formula, no control character. */
#include "t_report_sample.h"

#include "base/text.h"
#include "t_report_names.h"

#define COLUMNS 30

static void write_nasty(const char *path)
{
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open("csv", path, 0, 0, &fd);
    sample s;

    for (size_t i = 0; i < NASTY_COUNT; i++) {
        tutela_match *match;

        /* The name stands alone, first and last in its cell; lists say it too. */
        sample_init(&s, TUTELA_ITEM_MATCH, "");
        s.names[0] = (tutela_name){nasty_names[i].data, nasty_names[i].size};
        match = sample_match(&s, nasty_names[i].data, nasty_names[i].data, TUTELA_GRADE_C, 1);
        match->version = nasty_names[i].data;
        match->category = (tutela_category){nasty_names[i].data, nasty_names[i].data};
        match->owner = nasty_names[i].data;
        s.finding.reason = nasty_names[i].data;
        s.finding.mime = nasty_names[i].data;
        is_i64(sample_add(report, &s, &summary), TUTELA_OK, "name %zu", i);
    }
    is_i64(sample_end(report, fd, &summary), TUTELA_OK, "the end");
}

/* Lines end in CRLF and nothing else steers. Cells hold no line breaks, so lines are rows. */
static void test_bytes(const char *path)
{
    char *text = sample_read(path);
    size_t rows = 0, bad = 0;

    for (size_t at = 0; text[at];) {
        uint32_t code = 0;
        size_t length = tt_utf8_next(text + at, strlen(text + at), &code);

        if (code == '\r' && text[at + 1] == '\n') {
            rows++;
            length = 2;
        } else if (length == 0 || tt_text_hidden(code)) {
            bad++;
        }
        at += length ? length : 1;
    }
    is_u64(rows, NASTY_COUNT + 1, "a row for each match, and the header");
    is_u64(bad, 0, "no control character and nothing ill-formed");
    free(text);
}

/* A reader of its own, so that the checks below need no other program. */
typedef struct reader {
    const char *at;
    char cell[4096];
    int last; /* of its row */
} reader;

static int next_cell(reader *r)
{
    size_t size = 0;
    int quoted = *r->at == '"';

    if (!*r->at)
        return 0;
    r->at += quoted;
    for (; *r->at; r->at++) {
        if (quoted && r->at[0] == '"' && r->at[1] == '"')
            r->at++;
        else if (quoted ? *r->at == '"' : *r->at == ',' || *r->at == '\r')
            break;
        if (size < sizeof r->cell - 1)
            r->cell[size++] = *r->at;
    }
    r->cell[size] = '\0';
    r->at += quoted;
    r->last = *r->at == '\r';
    r->at += r->last ? 2 : 1;
    return 1;
}

/* 1 when a spreadsheet would compute the cell, or a part of it split off at a semicolon. */
static int computes(const char *cell)
{
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "\xEF\xBC\x9D",
                                         "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};

    for (const char *at = cell; at; at = strchr(at, ';')) {
        at += *at == ';';
        for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
            if (strncmp(at, starts[i], strlen(starts[i])) == 0)
                return 1;
    }
    return 0;
}

static void test_cells(const char *path)
{
    char *text = sample_read(path);
    reader r = {.at = text};
    size_t row = 0, column = 0, formulas = 0, wrong = 0, names = 0;

    while (next_cell(&r)) {
        char hex[512];

        if (row > 0 && computes(r.cell))
            formulas++;
        if (row > 0 && row <= NASTY_COUNT && column == 19) {
            tt_hex_encode(nasty_names[row - 1].data, nasty_names[row - 1].size, hex);
            names += strcmp(hex, r.cell) == 0;
        }
        column++;
        if (r.last) {
            wrong += column != COLUMNS;
            column = 0;
            row++;
        }
    }
    is_u64(row, NASTY_COUNT + 1, "rows read back");
    is_u64(wrong, 0, "each of %d columns", COLUMNS);
    is_u64(names, NASTY_COUNT, "path_raw_hex is exact");
    is_u64(formulas, 0, "no cell that a spreadsheet computes");
    free(text);
}

/* The same by a reader that others wrote. */
static void test_python(const char *path)
{
    char command[1600];

    if (!sample_has("python3")) {
        skip(1, "no python3");
        return;
    }
    snprintf(command, sizeof command,
             "python3 -c \"import csv,sys\n"
             "f=open(sys.argv[1],newline='',encoding='utf-8')\n"
             "rows=list(csv.DictReader(f,strict=True))\n"
             "assert len(rows)==%zu, len(rows)\n"
             "assert all(None not in r and None not in r.values() for r in rows)\n"
             "assert all(r['status']=='match' and r['unread']=='' for r in rows)\n"
             "assert bytes.fromhex(rows[0]['path_raw_hex'])==b'plain.jpg'\n"
             "\" '%s'",
             NASTY_COUNT, path);
    ok(system(command) == 0, "python3 reads the same");
}

static void test_rows(void)
{
    const char *path = tap_path("rows");
    const uint64_t coverage[TUTELA_COVER_COUNT] = {1, 2, 3, 4, 5};
    tutela_summary summary = {.size = sizeof summary};
    int fd;
    tt_report *report = sample_open("csv", path, 0, 0, &fd);
    tutela_match *match;
    sample s;

    sample_init(&s, TUTELA_ITEM_MATCH, "a;=b");
    s.names[1] = (tutela_name){"=c", 2};
    s.finding.chain_count = 2;
    s.finding.flags = TUTELA_FLAG_TYPE_MISMATCH;
    (void)sample_match(&s, "L", "1", TUTELA_GRADE_S, 4);
    match = sample_match(&s, "M", "2", TUTELA_GRADE_X, 3);
    match->disagreed = 4;
    match->owner = "=M,1";
    match->flags = TUTELA_ENTRY_SELF_GENERATED | TUTELA_ENTRY_DISTRIBUTED | 1u << 31;
    match->updated = 1508857200 * TT_SECOND + 250000000;
    s.finding.origin = TUTELA_ORIGIN_CONTIGUOUS;
    s.finding.coverage = coverage;
    (void)sample_add(report, &s, &summary);
    sample_init(&s, TUTELA_ITEM_PARTIAL, "=p");
    s.finding.bytes = UINT64_MAX;
    s.ranges[0] = (tutela_range){UINT64_MAX - 1, 1};
    s.ranges[1] = (tutela_range){5, 6};
    s.finding.unread_count = 2;
    (void)sample_add(report, &s, &summary);
    sample_init(&s, TUTELA_ITEM_MENTION, "chat");
    (void)sample_match(&s, "L", "1", TUTELA_GRADE_NONE, 4);
    s.finding.offset = UINT64_MAX - 1;
    s.finding.mentions = 3;
    (void)sample_add(report, &s, &summary);
    is_u64(summary.mentions, 1, "a mention counts apart");
    is_i64(sample_end(report, fd, &summary), TUTELA_OK, "rows");
    ok(sample_holds(path, "\r\nmention,,L,") && sample_holds(path, ",mention,18446744073709551614,3\r\n"),
       "a mention: its tier, without a grade");
    ok(sample_holds(path, "\r\nmatch,S,L,2026-11,known-bad,1,,,sha256,,0,,true,,,,,,"
                          "\"a;'=b :: =c\",613b3d62003d63,,,,,,\"deleted, assumed contiguous\","
                          "examined=1 excluded=2 unreadable=3 not-understood=4 lost=5,file,,\r\n"
                          "match,X,M,2026-11,known-bad,2,,,md5 sha1,sha256,0,,true,"),
       "a row for each entry; the guard inside; the parts joined by a NUL");
    ok(sample_holds(path, ",,,\"'=M,1\",self-generated distributed,2017-10-24T15:00:00Z,\"deleted, assumed contiguous\","
                        "examined=1 excluded=2 unreadable=3 not-understood=4 lost=5,file,,\r\n"),
       "what the list says of the entry, guarded likewise");
    ok(sample_holds(path, "\r\npartial,,,,,,,,,,18446744073709551615,,false,,,,,,'=p,3d70,,"
                          "18446744073709551614+1 5+6,,,,,,,,\r\n"),
       "a row for an incomplete item; the guard in front; exact ranges");
}

int main(void)
{
    char path[512];

    snprintf(path, sizeof path, "%s", tap_path("nasty.csv"));
    write_nasty(path);
    test_bytes(path);
    test_cells(path);
    test_python(path);
    test_rows();
    return tap_done();
}
