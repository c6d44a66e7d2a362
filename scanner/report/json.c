/*
 * json: JSON Lines, one record a line: run, then match and item records, then summary.
 *
 * A `mention` record is of a listed digest that an item has as text, beside the item's own.
 * A `match` record is an item that meets a known-bad list, whatever its status, so that counting
 * them gives the summary's "matches". Every other item is an `item` record. When a part of a chain
 * is not valid UTF-8, "chain" holds the display form of every part and "chain_base64" the exact
 * bytes of every part; otherwise "chain" is exact and stands alone. Targets likewise.
 */
#include "report/report.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "report/emit_json.h"
#include "report/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SCHEMA 1 /* of the records; a new member does not change it, another meaning does */

/* Names, exact when all are UTF-8, else in display form with their bytes beside. */
static void write_names(tt_report *report, tt_json *json, const char *key, const char *key_base64,
                        const tutela_name *names, size_t count)
{
    tt_buf *scratch = &report->scratch;
    int exact = 1;

    for (size_t i = 0; i < count; i++)
        exact &= tt_utf8_is(names[i].data, names[i].size);
    tt_json_key(json, key);
    tt_json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        if (exact) {
            tt_json_bytes(json, names[i].data, names[i].size);
        } else {
            const tt_buf *shown = tt_report_display(report, names[i].data, names[i].size);
            tt_json_bytes(json, shown->data, shown->size);
        }
    }
    tt_json_close(json, ']');
    if (exact)
        return;
    tt_json_key(json, key_base64);
    tt_json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        tt_buf_clear(scratch);
        tt_base64_add(scratch, names[i].data, names[i].size);
        report->no_memory |= tt_buf_failed(scratch);
        tt_json_bytes(json, scratch->data, scratch->size);
    }
    tt_json_close(json, ']');
}

static void write_time(tt_json *json, const char *key, int64_t time)
{
    char text[32] = "";

    tt_json_key(json, key);
    tt_json_text_or_null(json, time == TT_TIME_UNKNOWN ? "" : tt_clock_text(time, text));
}

/* The targets, as names. */
static tutela_status write_targets(tt_report *report, tt_json *json, tutela_error *error)
{
    const tt_report_head *head = report->head;
    TT_AUTO_FREE tutela_name *names = tt_alloc(head->target_count + 1, sizeof *names);

    if (!names)
        return tt_no_memory(error);
    for (size_t i = 0; i < head->target_count; i++)
        names[i] = (tutela_name){head->targets[i], strlen(head->targets[i])};
    write_names(report, json, "targets", "targets_base64", names, head->target_count);
    return TUTELA_OK;
}

static tutela_status begin(tt_report *report, tutela_error *error)
{
    const tt_report_head *head = report->head;
    tt_json json;

    tt_json_init(&json, &report->out);
    tt_json_open(&json, '{');
    tt_json_key(&json, "type");
    tt_json_text(&json, "run");
    tt_json_key(&json, "schema");
    tt_json_number(&json, SCHEMA);
    tt_json_key(&json, "version");
    tt_json_text(&json, tutela_version());
    write_time(&json, "started", report->options.reproducible ? TT_TIME_UNKNOWN : head->started);
    TT_TRY(write_targets(report, &json, error));
    tt_json_key(&json, "sets");
    tt_json_open(&json, '[');
    for (size_t i = 0; i < head->list_count; i++) {
        tt_json_open(&json, '{');
        tt_json_key(&json, "list");
        tt_json_text(&json, head->lists[i].name);
        tt_json_key(&json, "version");
        tt_json_text_or_null(&json, head->lists[i].version);
        tt_json_key(&json, "entries");
        tt_json_number(&json, head->lists[i].entries);
        tt_json_key(&json, "polarity");
        tt_json_text_or_null(&json, tutela_polarity_name((int32_t)head->lists[i].polarity));
        tt_json_close(&json, '}');
    }
    tt_json_close(&json, ']');
    tt_json_close(&json, '}');
    tt_json_line(&json);
    return TUTELA_OK;
}

static void write_digests(tt_json *json, const tutela_finding *finding)
{
    tt_json_key(json, "digests");
    tt_json_open(json, '{');
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        char hex[2 * TUTELA_DIGEST_MAX + 1];

        if (!(finding->digest_mask & TUTELA_BIT(i)))
            continue;
        tt_hex_encode(finding->digests[i], tutela_algorithm_size(i), hex);
        tt_json_key(json, tutela_algorithm_name(i));
        tt_json_text(json, hex);
    }
    tt_json_close(json, '}');
}

static void write_algorithms(tt_json *json, const char *key, uint32_t mask)
{
    tt_json_key(json, key);
    tt_json_open(json, '[');
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (mask & TUTELA_BIT(i))
            tt_json_text(json, tutela_algorithm_name(i));
    tt_json_close(json, ']');
}

/* What the list says of the entry beside its category, each only if it does. */
static void write_said(tt_json *json, const tutela_match *match)
{
    if (match->owner[0]) {
        tt_json_key(json, "owner");
        tt_json_text(json, match->owner);
    }
    if (match->flags) {
        tt_json_key(json, "flags");
        tt_json_open(json, '[');
        for (uint32_t flag = 1; flag; flag <<= 1)
            if ((match->flags & flag) && tutela_entry_flag_name(flag))
                tt_json_text(json, tutela_entry_flag_name(flag));
        tt_json_close(json, ']');
    }
    if (match->updated)
        write_time(json, "listed", match->updated);
}

static void write_match(tt_json *json, const tutela_match *match)
{
    tt_json_open(json, '{');
    tt_json_key(json, "list");
    tt_json_text(json, match->list);
    tt_json_key(json, "version");
    tt_json_text_or_null(json, match->version);
    tt_json_key(json, "entry");
    tt_json_text_or_null(json, match->entry);
    tt_json_key(json, "category");
    if (match->category.scheme[0] || match->category.value[0]) {
        tt_json_open(json, '{');
        tt_json_key(json, "scheme");
        tt_json_text(json, match->category.scheme);
        tt_json_key(json, "value");
        tt_json_text(json, match->category.value);
        tt_json_close(json, '}');
    } else {
        tt_json_literal(json, "null");
    }
    tt_json_key(json, "polarity");
    tt_json_text_or_null(json, tutela_polarity_name(match->polarity));
    write_algorithms(json, "agreed", match->agreed);
    tt_json_key(json, "grade");
    tt_json_text_or_null(json, tutela_grade_letter(match->grade));
    if (match->disagreed)
        write_algorithms(json, "disagreed", match->disagreed);
    write_said(json, match);
    tt_json_close(json, '}');
}

static void write_matches(tt_json *json, const tutela_finding *finding)
{
    tt_json_key(json, "matches");
    tt_json_open(json, '[');
    for (size_t i = 0; i < finding->match_count; i++)
        write_match(json, &finding->matches[i]);
    tt_json_close(json, ']');
}

static void write_unread(tt_json *json, const tutela_finding *finding)
{
    tt_json_key(json, "unread");
    tt_json_open(json, '[');
    for (size_t i = 0; i < finding->unread_count; i++) {
        tt_json_open(json, '{');
        tt_json_key(json, "offset");
        tt_json_number(json, finding->unread[i].offset);
        tt_json_key(json, "length");
        tt_json_number(json, finding->unread[i].length);
        tt_json_close(json, '}');
    }
    tt_json_close(json, ']');
}

static void write_members(tt_json *json, const char *key, const tutela_step *steps, size_t count)
{
    tt_json_key(json, key);
    tt_json_open(json, '[');
    for (size_t i = 0; i < count; i++)
        tt_json_number(json, steps[i].members);
    tt_json_close(json, ']');
}

/* All that a later scan needs; a time of nanoseconds is too large for what many take for a number. */
static void write_position(tt_json *json, const tutela_finding *finding)
{
    char time[24];

    tt_json_key(json, "position");
    tt_json_open(json, '{');
    write_members(json, "members", finding->position, finding->position_count);
    tt_json_key(json, "before");
    tt_json_open(json, '[');
    for (size_t i = 0; i < finding->position_count; i++)
        tt_json_text_or_null(json, tutela_item_status_name(finding->position[i].before));
    tt_json_close(json, ']');
    if (finding->modified != TT_TIME_UNKNOWN) {
        (void)snprintf(time, sizeof time, "%" PRId64, finding->modified);
        tt_json_key(json, "modified_ns");
        tt_json_text(json, time);
    }
    tt_json_close(json, '}');
}

static void write_coverage(tt_json *json, const uint64_t *coverage)
{
    tt_json_key(json, "coverage");
    tt_json_open(json, '{');
    for (int i = 0; i < TUTELA_COVER_COUNT; i++) {
        tt_json_key(json, tutela_cover_name(i));
        tt_json_number(json, coverage[i]);
    }
    tt_json_close(json, '}');
}

/* What not every record has, after what every one of its kind does. */
static void write_extras(tt_json *json, const tutela_finding *finding, int match)
{
    if (match && finding->reason[0]) {
        tt_json_key(json, "reason");
        tt_json_text(json, finding->reason);
    }
    if (tt_report_origin(finding)) {
        tt_json_key(json, "origin");
        tt_json_text(json, tt_report_origin(finding));
    }
    write_time(json, "modified", finding->modified);
    if (finding->coverage)
        write_coverage(json, finding->coverage);
    if (finding->flags & TUTELA_FLAG_TYPE_MISMATCH) {
        tt_json_key(json, "type_mismatch");
        tt_json_bool(json, 1);
    }
    if (finding->unread_count > 0)
        write_unread(json, finding);
    if (finding->position_count > 0)
        write_position(json, finding);
    if (finding->flags & TUTELA_FLAG_GONE_ON)
        write_members(json, "from", finding->from, finding->from_count);
    if (finding->flags & TUTELA_FLAG_ANEW) {
        tt_json_key(json, "anew");
        tt_json_bool(json, 1);
    }
}

static const char *kind_of(const tutela_finding *finding, int match)
{
    if (finding->status == TUTELA_ITEM_MENTION)
        return "mention";
    return match ? "match" : "item";
}

/* A record of any kind. `match` has all members; `item` those that say something. */
static tutela_status item(tt_report *report, const tutela_finding *finding, tutela_error *error)
{
    int match = tt_report_is_match(finding);
    tt_json json;

    (void)error;
    tt_json_init(&json, &report->out);
    tt_json_open(&json, '{');
    tt_json_key(&json, "type");
    tt_json_text(&json, kind_of(finding, match));
    write_names(report, &json, "chain", "chain_base64", finding->chain, finding->chain_count);
    tt_json_key(&json, "size");
    tt_json_number(&json, finding->bytes);
    if (match || finding->mime[0]) {
        tt_json_key(&json, "mime");
        tt_json_text_or_null(&json, finding->mime);
    }
    tt_json_key(&json, "status");
    tt_json_text_or_null(&json, tutela_item_status_name(finding->status));
    if (!match && finding->reason[0]) {
        tt_json_key(&json, "reason");
        tt_json_text(&json, finding->reason);
    }
    if (match) {
        tt_json_key(&json, "grade");
        tt_json_text_or_null(&json, tutela_grade_letter(finding->grade));
    }
    if (finding->status == TUTELA_ITEM_MENTION) {
        tt_json_key(&json, "offset");
        tt_json_number(&json, finding->offset);
        tt_json_key(&json, "mentions");
        tt_json_number(&json, finding->mentions);
    }
    if (match || finding->digest_mask)
        write_digests(&json, finding);
    if (finding->match_count > 0)
        write_matches(&json, finding);
    if (match) {
        tt_json_key(&json, "viewed");
        tt_json_bool(&json, 0);
    }
    write_extras(&json, finding, match);
    tt_json_close(&json, '}');
    tt_json_line(&json);
    return TUTELA_OK;
}

static tutela_status end(tt_report *report, const tutela_summary *summary, tutela_error *error)
{
    char seconds[32];
    tt_json json;

    (void)error;
    tt_json_init(&json, &report->out);
    tt_json_open(&json, '{');
    tt_json_key(&json, "type");
    tt_json_text(&json, "summary");
    tt_json_key(&json, "items");
    tt_json_number(&json, summary->items);
    tt_json_key(&json, "bytes");
    tt_json_number(&json, summary->bytes);
    tt_json_key(&json, "by_status");
    tt_json_open(&json, '{');
    for (int i = 0; i < TUTELA_ITEM_COUNT; i++) {
        tt_json_key(&json, tutela_item_status_name(i));
        tt_json_number(&json, summary->by_status[i]);
    }
    tt_json_close(&json, '}');
    tt_json_key(&json, "matches");
    tt_json_number(&json, summary->matches);
    if (summary->mentions > 0) {
        tt_json_key(&json, "mentions");
        tt_json_number(&json, summary->mentions);
    }
    if (summary->images > 0) {
        tt_json_key(&json, "images");
        tt_json_number(&json, summary->images);
        write_coverage(&json, summary->coverage);
    }
    tt_json_key(&json, "complete");
    tt_json_bool(&json, summary->complete);
    tt_json_key(&json, "seconds");
    tt_json_literal(&json, report->options.reproducible
                               ? "null"
                               : tt_report_seconds(summary->duration, seconds));
    tt_json_key(&json, "exit");
    tt_json_number(&json, (uint64_t)summary->exit_status);
    tt_json_close(&json, '}');
    tt_json_line(&json);
    return TUTELA_OK;
}

const tt_report_format tt_report_json = {
    .name = "json",
    .begin = begin,
    .item = item,
    .end = end,
};
