/*
 * csv: RFC 4180, UTF-8, one header line, CRLF; a row for each item and list entry that meet, and a
 * row for each other item.
 *
 * Two things a spreadsheet needs that RFC 4180 does not say:
 *
 * - No cell begins with = + - @ (or their full-width forms): such a cell gets an apostrophe in
 *   front, which spreadsheets take for "this is text". The same goes for what follows a semicolon
 *   inside a cell, because a spreadsheet of a country that writes 1,5 splits there.
 * - Control characters never stand in a cell: names are in display form (base/text.h).
 *
 * So `path` is for reading. `path_raw_hex` has the exact bytes in hex, the parts of the chain
 * joined by a NUL, which no name can hold. `unread` lists ranges as OFFSET+LENGTH, `entry_flags` what
 * the list says of the entry, apart by a space; `tier` says what meets the entry, and of a mention `offset`
 * where its digest first stands and `mentions` how often. Columns added later stand last, so that those
 * before keep their places.
 */
#include "report/report.h"

#include "base/clock.h"
#include "base/text.h"
#include "report/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char header[] = "status,grade,list,list_version,polarity,entry,category_scheme,"
                             "category,agreed,disagreed,size,mime,type_mismatch,md5,sha1,sha256,"
                             "sha512,modified,path,path_raw_hex,reason,unread,owner,entry_flags,"
                             "listed,origin,coverage,tier,offset,mentions\r\n";

/* 1 when a spreadsheet would take a cell that starts here for a formula. */
static int starts_formula(const char *text, size_t size)
{
    static const char *const wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
                                       "\xEF\xBC\xA0"};

    if (size == 0)
        return 0;
    if (memchr("=+-@\t\r\n", text[0], 7))
        return 1;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
        if (size >= 3 && memcmp(text, wide[i], 3) == 0)
            return 1;
    return 0;
}

/* One cell, never the last of its row, with what it needs of quotes and guards. */
static void cell(tt_out *out, const char *text, size_t size)
{
    int quoted = 0;

    for (size_t i = 0; i < size; i++)
        quoted |= memchr("\",;\r\n", text[i], 5) != NULL;
    if (size > 0)
        quoted |= text[0] == ' ' || text[size - 1] == ' ';
    if (quoted)
        tt_out_char(out, '"');
    if (starts_formula(text, size))
        tt_out_char(out, '\'');
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"')
            tt_out_char(out, '"');
        tt_out_char(out, text[i]);
        if (text[i] == ';' && starts_formula(text + i + 1, size - i - 1))
            tt_out_char(out, '\'');
    }
    if (quoted)
        tt_out_char(out, '"');
    tt_out_char(out, ',');
}

/* Text from this program. */
static void plain(tt_report *report, const char *text)
{
    cell(&report->out, text ? text : "", text ? strlen(text) : 0);
}

/* Text from a list or from the evidence. */
static void shown(tt_report *report, const char *text)
{
    const tt_buf *display = tt_report_display(report, text, strlen(text));

    cell(&report->out, display->data, display->size);
}

static void algorithms(tt_report *report, uint32_t mask)
{
    char text[64] = "";
    size_t at = 0;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (mask & TUTELA_BIT(i))
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", at ? " " : "",
                                   tutela_algorithm_name(i));
    plain(report, text);
}

/* The columns that come from the meeting with an entry, empty when there is none. */
static void match_cells(tt_report *report, const tutela_match *match)
{
    if (!match) {
        tt_out_text(&report->out, ",,,,,,,,,");
        return;
    }
    plain(report, tutela_grade_letter(match->grade));
    shown(report, match->list);
    shown(report, match->version);
    plain(report, tutela_polarity_name(match->polarity));
    shown(report, match->entry);
    shown(report, match->category.scheme);
    shown(report, match->category.value);
    algorithms(report, match->agreed);
    algorithms(report, match->disagreed);
}

static void digest_cells(tt_report *report, const tutela_finding *finding)
{
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        char hex[2 * TUTELA_DIGEST_MAX + 1] = "";

        if (finding->digest_mask & TUTELA_BIT(i))
            tt_hex_encode(finding->digests[i], tutela_algorithm_size(i), hex);
        plain(report, hex);
    }
}

static void raw_path_cell(tt_report *report, const tutela_finding *finding)
{
    for (size_t i = 0; i < finding->chain_count; i++) {
        if (i > 0)
            tt_out_text(&report->out, "00");
        for (size_t at = 0; at < finding->chain[i].size; at++) {
            char hex[3];

            tt_hex_encode(finding->chain[i].data + at, 1, hex);
            tt_out_add(&report->out, hex, 2);
        }
    }
    tt_out_char(&report->out, ',');
}

static void unread_cell(tt_report *report, const tutela_finding *finding)
{
    for (size_t i = 0; i < finding->unread_count; i++)
        tt_out_printf(&report->out, "%s%" PRIu64 "+%" PRIu64, i ? " " : "",
                      finding->unread[i].offset, finding->unread[i].length);
    tt_out_char(&report->out, ',');
}

/* What the list says of the entry beside its category. */
static void said_cells(tt_report *report, const tutela_match *match)
{
    const char *before = "";
    char time[32];

    if (!match) {
        tt_out_text(&report->out, ",,");
        return;
    }
    shown(report, match->owner);
    for (uint32_t flag = 1; flag; flag <<= 1)
        if ((match->flags & flag) && tutela_entry_flag_name(flag)) {
            tt_out_printf(&report->out, "%s%s", before, tutela_entry_flag_name(flag));
            before = " ";
        }
    tt_out_printf(&report->out, ",%s", match->updated ? tt_clock_text(match->updated, time) : "");
}

/* Where the bytes came from, and of the image of a disk what became of them. */
static void disk_cells(tt_report *report, const tutela_finding *finding)
{
    const char *origin = tt_report_origin(finding), *before = "";

    tt_out_printf(&report->out, origin && strchr(origin, ',') ? ",\"%s\"," : ",%s,", origin ? origin : "");
    for (int i = 0; finding->coverage && i < TUTELA_COVER_COUNT; i++) {
        tt_out_printf(&report->out, "%s%s=%" PRIu64, before, tutela_cover_name(i), finding->coverage[i]);
        before = " ";
    }
}

/* What it is that meets the entry: the file itself, or a digest that stands in it as text. */
static void tier_cells(tt_report *report, const tutela_finding *finding, const tutela_match *match)
{
    if (finding->status == TUTELA_ITEM_MENTION)
        tt_out_printf(&report->out, ",mention,%" PRIu64 ",%" PRIu64 "\r\n", finding->offset, finding->mentions);
    else
        tt_out_printf(&report->out, ",%s,,\r\n", match ? "file" : "");
}

static void row(tt_report *report, const tutela_finding *finding, const tutela_match *match)
{
    const tt_buf *path;
    char time[32] = "";

    plain(report, tutela_item_status_name(finding->status));
    match_cells(report, match);
    tt_out_printf(&report->out, "%" PRIu64 ",", finding->bytes);
    shown(report, finding->mime);
    plain(report, finding->flags & TUTELA_FLAG_TYPE_MISMATCH ? "true" : "false");
    digest_cells(report, finding);
    if (finding->modified != TT_TIME_UNKNOWN)
        (void)tt_clock_text(finding->modified, time);
    plain(report, time);
    path = tt_report_path(report, finding);
    cell(&report->out, path->data, path->size);
    raw_path_cell(report, finding);
    shown(report, finding->reason);
    unread_cell(report, finding);
    said_cells(report, match);
    disk_cells(report, finding);
    tier_cells(report, finding, match);
}

static tutela_status begin(tt_report *report, tutela_error *error)
{
    (void)error;
    tt_out_text(&report->out, header);
    return TUTELA_OK;
}

static tutela_status item(tt_report *report, const tutela_finding *finding, tutela_error *error)
{
    (void)error;
    for (size_t i = 0; i < finding->match_count; i++)
        row(report, finding, &finding->matches[i]);
    if (finding->match_count == 0)
        row(report, finding, NULL);
    return TUTELA_OK;
}

/* A table of rows has no place for a summary. */
static tutela_status end(tt_report *report, const tutela_summary *summary, tutela_error *error)
{
    (void)report;
    (void)summary;
    (void)error;
    return TUTELA_OK;
}

const tt_report_format tt_report_csv = {
    .name = "csv",
    .begin = begin,
    .item = item,
    .end = end,
};
