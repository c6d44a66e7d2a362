/*
 * report: a report read again, to go on from it. Records of every kind, cut anywhere, with members that are
 * missing, twice or of another kind; and reports that are less than they say.
 */
#include "report/earlier.h"

#include "tap.h"

#define RUN "{\"type\":\"run\",\"schema\":1,\"version\":\"1\",\"targets\":[\"a\"],\"sets\":[{\"list\":\"l\",\"version\":null," \
            "\"polarity\":\"known-bad\",\"entries\":7}]}"
#define ITEM "{\"type\":\"item\",\"chain\":[\"a\"],\"size\":9,\"status\":\"limit\",\"reason\":\"r\",\"position\":" \
             "{\"members\":[3,1],\"before\":[\"clear\",\"malformed\"],\"modified_ns\":\"-5\"}}"
#define CLEAR "{\"type\":\"item\",\"chain\":[\"b\",\"in\"],\"size\":9,\"status\":\"clear\",\"matches\":[{\"status\":1}]}"
#define SUMMARY "{\"type\":\"summary\",\"items\":2,\"by_status\":{\"clear\":1,\"limit\":1},\"matches\":0}"

static tutela_error error;

static tt_earlier_kind kind_of(const char *line, size_t size)
{
    tt_earlier_record record;
    tt_earlier_kind kind;

    if (tt_earlier_record_read(&record, line, size, &error) != TUTELA_OK)
        return TT_EARLIER_KINDS;
    kind = record.kind;
    tt_earlier_record_done(&record);
    return kind;
}

static tt_earlier_kind kind_of_text(const char *line)
{
    return kind_of(line, strlen(line));
}

static void whole(void)
{
    tt_earlier_record record;

    is_i64(tt_earlier_record_read(&record, RUN, strlen(RUN), &error), TUTELA_OK, "a run");
    ok(record.kind == TT_EARLIER_RUN && record.list_count == 1 && !record.stream, "its lists");
    is_text(record.lists[0].name, "l", "a name");
    is_text(record.lists[0].version, "", "a version that there is none of");
    is_text(record.lists[0].polarity, "known-bad", "its polarity");
    is_u64(record.lists[0].entries, 7, "its entries");
    tt_earlier_record_done(&record);
    is_i64(tt_earlier_record_read(&record, ITEM, strlen(ITEM), &error), TUTELA_OK, "an item");
    ok(record.kind == TT_EARLIER_ITEM && record.bytes == 9 && record.names == 1
           && record.status == TUTELA_ITEM_LIMIT && record.modified == -5, "what it says");
    is_text(record.path, "a", "its path");
    ok(record.step_count == 2 && record.steps[0].members == 3 && record.steps[0].before == TUTELA_ITEM_CLEAR
           && record.steps[1].members == 1 && record.steps[1].before == TUTELA_ITEM_MALFORMED, "its place");
    tt_earlier_record_done(&record);
    is_i64(tt_earlier_record_read(&record, SUMMARY, strlen(SUMMARY), &error), TUTELA_OK, "a summary");
    ok(record.kind == TT_EARLIER_SUMMARY && record.limits == 1 && record.matches == 0, "what it counts");
    tt_earlier_record_done(&record);
    is_i64(kind_of_text(CLEAR), TT_EARLIER_ITEM, "of a member, with matches that are passed over");
}

/* Each is a record but for one thing. */
static void damaged(void)
{
    static const char *const all[] = {
        "", "1", "[]", "null", "{}", "{\"type\":\"item\"}", RUN "x", RUN RUN,
        "{\"type\":\"run\",\"schema\":2,\"targets\":[],\"sets\":[]}",
        "{\"type\":\"run\",\"schema\":\"1\",\"targets\":[],\"sets\":[]}",
        "{\"type\":\"run\",\"schema\":1,\"schema\":1,\"targets\":[],\"sets\":[]}",
        "{\"type\":\"run\",\"schema\":1,\"targets\":[]}",
        "{\"type\":\"run\",\"schema\":1,\"targets\":[],\"sets\":[{}]}",
        "{\"type\":\"run\",\"schema\":1,\"targets\":[],\"sets\":[{\"list\":\"a\",\"list\":\"b\",\"version\":\"\"}]}",
        "{\"type\":\"run\",\"schema\":1,\"targets\":[],\"sets\":[1]}",
        "{\"type\":\"run\",\"schema\":1,\"targets\":[1],\"sets\":[]}",
        "{\"schema\":1,\"type\":\"run\",\"targets\":[],\"sets\":[]}",
        "{\"type\":\"item\",\"chain\":[],\"size\":9,\"status\":\"limit\"}",
        "{\"type\":\"item\",\"chain\":[\"\"],\"size\":9,\"status\":\"limit\"}",
        "{\"type\":\"item\",\"chain\":[\"a\\u0000b\"],\"size\":9,\"status\":\"limit\"}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"chain\":[\"b\"],\"size\":9,\"status\":\"limit\"}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"chain_base64\":[\"YQ\"],\"size\":9,\"status\":\"limit\"}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"chain_base64\":[\"Y-==\"],\"size\":9,\"status\":\"limit\"}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"chain_base64\":[\"\"],\"size\":9,\"status\":\"limit\"}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"chain_base64\":[\"YQ==\",\"YQ==\"],\"size\":9,\"status\":\"limit\"}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"size\":18446744073709551616,\"status\":\"limit\"}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"size\":-1,\"status\":\"limit\"}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"size\":1.5,\"status\":\"limit\"}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"size\":1,\"status\":\"well\"}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"size\":1,\"status\":\"limit\",\"position\":{}}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"size\":1,\"status\":\"limit\",\"position\":{\"members\":[1],"
        "\"before\":[],\"modified_ns\":\"1\"}}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"size\":1,\"status\":\"limit\",\"position\":{\"members\":[1],"
        "\"before\":[\"clear\"]}}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"size\":1,\"status\":\"limit\",\"position\":{\"members\":[1],"
        "\"before\":[\"clear\"],\"modified_ns\":\"9223372036854775808\"}}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"size\":1,\"status\":\"limit\",\"position\":{\"members\":"
        "[1,1,1,1,1,1,1,1,1],\"before\":[],\"modified_ns\":\"1\"}}",
        "{\"type\":\"item\",\"chain\":[\"a\",\"b\"],\"size\":1,\"status\":\"limit\",\"position\":{\"members\":[1],"
        "\"before\":[\"clear\"],\"modified_ns\":\"1\"}}",
        "{\"type\":\"summary\",\"by_status\":{},\"matches\":0}",
        "{\"type\":\"summary\",\"by_status\":{\"limit\":0},\"matches\":[]}",
        "{\"type\":\"summary\",\"by_status\":[{\"limit\":0}],\"matches\":0}",
    };
    static char deep[200];

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        is_i64(kind_of_text(all[i]), TT_EARLIER_OTHER, "damaged: %.60s", all[i]);
    snprintf(deep, sizeof deep, "{\"type\":\"summary\",\"by_status\":{\"limit\":0},\"matches\":0,\"x\":");
    memset(deep + strlen(deep), '[', 40);
    is_i64(kind_of_text(deep), TT_EARLIER_OTHER, "too deep");
    for (size_t size = 0; size < strlen(ITEM); size++)
        if (kind_of(ITEM, size) != TT_EARLIER_OTHER)
            ok(0, "cut to %zu bytes", size);
}

/* Members that nobody knows, with long names and of every kind, change nothing. */
static void more(void)
{
    static char line[4000];
    size_t at;

    strcpy(line, "{\"x\":{\"status\":[1,{\"size\":[]}],\"chain\":\"q\"},\"");
    at = strlen(line);
    memset(line + at, 'k', 3000);
    strcpy(line + at + 3000, "\":[[\"chain\"]],\"chain\\u0000\":true,");
    strcat(line, ITEM + 1);
    is_i64(kind_of_text(line), TT_EARLIER_ITEM, "more than is asked for");
}

/* ---- Reports ---------------------------------------------------------------------------------- */

static tutela_status read_report(const char *text, tt_earlier *out)
{
    const char *path = tap_path("report.json");

    error = (tutela_error){0};
    tap_write(path, text, strlen(text));
    return tt_earlier_read(out, path, &error);
}

static void refused(const char *text, const char *why)
{
    tt_earlier earlier;

    is_i64(read_report(text, &earlier), TUTELA_ARGUMENT, "refused: %s", why);
    ok(strstr(error.text, why) != NULL && error.advice[0], "%s", error.text);
    ok(!earlier.from && !earlier.lists && earlier.count == 0, "and nothing is left");
}

static void reports(void)
{
    tt_earlier earlier;
    static char large[200000];

    is_i64(read_report(RUN "\n" ITEM "\n" CLEAR "\n" SUMMARY "\n", &earlier), TUTELA_OK, "a report");
    is_u64(earlier.count, 1, "what is left of it");
    is_text(earlier.from[0].path, "a", "a file");
    is_u64(earlier.from[0].step_count, 2, "at its place");
    is_u64(earlier.list_count, 1, "and its lists");
    tt_earlier_done(&earlier);
    is_i64(read_report(RUN "\n" ITEM "\n" ITEM "\n"
                       "{\"type\":\"summary\",\"by_status\":{\"limit\":2},\"matches\":0}\n", &earlier),
           TUTELA_OK, "the same twice");
    ok(earlier.count == 1 && earlier.from[0].step_count == 2, "is one");
    tt_earlier_done(&earlier);
    is_i64(read_report(RUN "\n" ITEM "\n{\"type\":\"item\",\"chain\":[\"a\"],\"size\":1,\"status\":\"limit\"}\n"
                       "{\"type\":\"summary\",\"by_status\":{\"limit\":2},\"matches\":0}\n", &earlier),
           TUTELA_OK, "twice, and not the same");
    ok(earlier.count == 1 && earlier.from[0].step_count == 0, "is one, from its start");
    tt_earlier_done(&earlier);
    refused("", "no JSON report of Tutela");
    refused(RUN "\n" ITEM "\n", "no summary");
    refused(RUN "\n" ITEM "\n" CLEAR "\n" SUMMARY, "line 4: cut off");
    refused(RUN "\n" CLEAR "\n" SUMMARY "\n", "add up");
    refused(RUN "\n" ITEM "\n" ITEM "\n" SUMMARY "\n", "add up");
    refused(RUN "\n\n" ITEM "\n" SUMMARY "\n", "line 2: damaged");
    refused(RUN "\n" ITEM "\n" SUMMARY "\n" SUMMARY "\n", "line 4: a record behind the summary");
    refused("{\"type\":\"run\",\"schema\":1,\"targets\":[\"a\",\"-\"],\"sets\":[]}\n", "standard input");
    refused(RUN "\n" CLEAR "\n{\"type\":\"summary\",\"by_status\":{\"limit\":0},\"matches\":0}\n", "no item");
    /* A line over several chunks. */
    snprintf(large, sizeof large, RUN "\n%.*s,\"x\":\"", (int)strlen(ITEM) - 1, ITEM);
    memset(large + strlen(large), 'x', 150000);
    strcat(large, "\"}\n" SUMMARY "\n");
    is_i64(read_report(large, &earlier), TUTELA_OK, "a long line");
    is_u64(earlier.count, 1, "is read whole");
    tt_earlier_done(&earlier);
    is_i64(tt_earlier_read(&earlier, tap_path("none"), &error), TUTELA_IO, "a report that is not there");
    is_i64(tt_earlier_read(&earlier, tap_folder(), &error), TUTELA_IO, "a folder");
}

int main(void)
{
    whole();
    damaged();
    more();
    reports();
    return tap_done();
}
