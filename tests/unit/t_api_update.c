/* api: updating, compacting and comparing sets through the public header alone. */
#include "tutela.h"

#include "tap.h"

#include <sys/stat.h>

static const char *path_of(const char *name)
{
    return tap_path("%s", name);
}

static void write_text(const char *name, const char *text)
{
    FILE *file = fopen(path_of(name), "w");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
        printf("Bail out! cannot write\n");
        exit(1);
    }
}

#define ONE "00112233445566778899aabbccddeeff\n"
#define TWO "112233445566778899aabbccddeeff00\n"
#define THREE "2233445566778899aabbccddeeff0011\n"

static void make_base(void)
{
    const char *inputs[] = {path_of("base.list")};
    tutela_build_options options = {.size = sizeof options, .inputs = inputs, .input_count = 1,
                                    .output = path_of("base.tset"), .polarity = TUTELA_KNOWN_BAD,
                                    .list = "l", .unsealed = 1, .reproducible = 1};
    tutela_error error;

    write_text("base.list", ONE TWO);
    ok(tutela_set_build(&options, NULL, &error) == TUTELA_OK, "a base");
}

static size_t seen_input, seen_formats;

static void on_reject(void *user, size_t input, uint64_t line, int32_t reason)
{
    (void)user;
    (void)line;
    (void)reason;
    seen_input = input;
}

static void on_format(void *user, size_t input, const char *format)
{
    (void)user;
    seen_formats += format != NULL && input < 2;
}

static uint64_t seen_rows[2];

static void on_input(void *user, const tutela_build_input *input)
{
    (void)user;
    if (input->input < 2)
        seen_rows[input->input] = input->rows;
}

static size_t seen_overlaps;

static void on_overlap(void *user, const tutela_build_overlap *overlap)
{
    (void)user;
    seen_overlaps++;
    ok(overlap->input == 0 && overlap->rows == 2 && overlap->list.polarity == TUTELA_KNOWN_GOOD,
       "rows to add are held against a set, rows to remove are not");
}

/* The same update again, where a rejected row is one too many. */
static void strictly(tutela_update_options *options, tutela_build_options *lists,
                     const char *output)
{
    const char *inputs[] = {path_of("good.list")};
    char good[300];
    tutela_build_options of_good = {.size = sizeof of_good, .inputs = inputs, .input_count = 1,
                                    .output = good, .polarity = TUTELA_KNOWN_GOOD, .unsealed = 1};
    tutela_build_report report = {.size = sizeof report};
    tutela_set *against = NULL;
    tutela_error error;
    struct stat before, after;
    uint64_t rejects = 0;

    write_text("good.list", ONE TWO THREE);
    snprintf(good, sizeof good, "%s", path_of("good.tset"));
    ok(tutela_set_build(&of_good, NULL, &error) == TUTELA_OK
           && tutela_set_open(&against, good, NULL, &error) == TUTELA_OK,
       "a set to hold it against");
    lists->against = &against;
    lists->against_count = 1;
    lists->on_overlap = on_overlap;
    lists->strict = 1;
    ok(stat(output, &before) == 0
           && tutela_set_update(options, &report, &error) == TUTELA_SET_REFUSED
           && stat(output, &after) == 0 && before.st_ino == after.st_ino,
       "strict: a rejected row, and what was there stays");
    for (size_t i = 0; i < TUTELA_REJECT_COUNT; i++)
        rejects += report.rejected[i];
    ok(!report.written && report.rows == 5 && report.accepted == 1 && report.not_found == 1
           && report.layers == 0
           && rejects == 1,
       "but it is told what they hold");
    is_u64(seen_overlaps, 1, "one list overlaps");
    lists->strict = 0;
    lists->against_count = 0;
    tutela_set_close(against);
}

static void updating(void)
{
    char added[300], gone[300], base[300], output[300];
    const char *add[] = {added}, *gone_lists[] = {gone};
    tutela_build_options lists = {.size = sizeof lists};
    tutela_update_options options = {.size = sizeof options};
    tutela_build_report report = {.size = sizeof report};
    tutela_error error;

    snprintf(added, sizeof added, "%s", path_of("added.list"));
    snprintf(gone, sizeof gone, "%s", path_of("gone.list"));
    snprintf(base, sizeof base, "%s", path_of("base.tset"));
    snprintf(output, sizeof output, "%s", path_of("new.tset"));
    ok(tutela_set_update(NULL, &report, &error) == TUTELA_ARGUMENT, "no options");
    ok(tutela_set_update(&options, &report, &error) == TUTELA_ARGUMENT, "no base");
    options.base = base;
    ok(tutela_set_update(&options, &report, &error) == TUTELA_ARGUMENT, "no lists");
    options.build = &lists;
    ok(tutela_set_update(&options, &report, &error) == TUTELA_ARGUMENT, "no output");
    lists.output = output;
    ok(tutela_set_update(&options, &report, &error) == TUTELA_ARGUMENT, "no list");
    write_text("added.list", TWO THREE "zz\n");
    write_text("gone.list", ONE THREE);
    lists.inputs = add;
    lists.input_count = 1;
    lists.polarity = 7;
    ok(tutela_set_update(&options, &report, &error) == TUTELA_ARGUMENT, "no polarity of that number");
    lists.polarity = 0;
    lists.unsealed = 1;
    ok(tutela_set_update(&options, &report, &error) == TUTELA_ARGUMENT, "a key is not stated again");
    lists.unsealed = 0;
    lists.against_count = 1;
    ok(tutela_set_update(&options, &report, &error) == TUTELA_ARGUMENT, "no sets to hold it against");
    lists.against_count = 0;
    options.remove = gone_lists;
    options.remove_count = 1;
    lists.on_reject = on_reject;
    lists.on_format = on_format;
    lists.on_input = on_input;
    seen_input = 99;
    ok(tutela_set_update(&options, &report, &error) == TUTELA_OK, "updates");
    ok(report.rows == 5 && report.accepted == 1 && report.duplicates == 1 && report.removed == 1
           && report.not_found == 1 && report.entries == 2 && report.layers == 2,
       "the report: %d rows, %d added, %d duplicate, %d removed, %d not found", (int)report.rows,
       (int)report.accepted, (int)report.duplicates, (int)report.removed, (int)report.not_found);
    ok(report.written && report.polarity == TUTELA_KNOWN_BAD && report.unsized == 1
           && report.masks[TUTELA_BIT(TUTELA_MD5)] == 1,
       "of what is added as a build has it; the polarity is the base's");
    ok(seen_formats == 2 && seen_input == 0, "both lists are named, the bad row is of the first");
    ok(seen_rows[0] == 3 && seen_rows[1] == 2, "rows of each");
    strictly(&options, &lists, output);
    write_text("gone.list", "zz\n" TWO TWO TWO TWO);
    lists.input_count = 0;
    lists.output = added; /* any other file */
    ok(tutela_set_update(&options, NULL, &error) == TUTELA_OK && seen_input == 0,
       "without a report; with nothing to add, removals are numbered from 0");
}

/* A set and what it was made from, or a set twice: counts would be wrong, removals undone. */
static void side_by_side(tutela_set *set)
{
    tutela_set *base = NULL;
    tutela_scanner *scanner = NULL;
    tutela_error error;

    ok(tutela_set_open(&base, path_of("base.tset"), NULL, &error) == TUTELA_OK, "the base");
    ok(tutela_scanner_new(&scanner, (tutela_set *[]){base, set}, 2, NULL, &error) == TUTELA_ARGUMENT
           && tutela_scanner_new(&scanner, (tutela_set *[]){set, base}, 2, NULL, &error)
                  == TUTELA_ARGUMENT
           && tutela_scanner_new(&scanner, (tutela_set *[]){set, set}, 2, NULL, &error)
                  == TUTELA_ARGUMENT
           && !scanner,
       "no scanner over a set and its base, nor over a set twice");
    tutela_set_close(base);
}

static void asking(void)
{
    tutela_set_info info = {.size = sizeof info}, whole_info = {.size = sizeof whole_info};
    tutela_set_difference diff = {.size = sizeof diff}, small = {.size = 0};
    char layers[300], whole_path[300];
    tutela_compact_options options = {.size = sizeof options};
    tutela_set *set = NULL, *whole = NULL;
    tutela_error error;
    uint64_t entries = 0;

    snprintf(layers, sizeof layers, "%s", path_of("new.tset"));
    snprintf(whole_path, sizeof whole_path, "%s", path_of("whole.tset"));
    ok(tutela_set_open(&set, layers, NULL, &error) == TUTELA_OK, "opens");
    ok(tutela_set_get_info(set, &info) == TUTELA_OK && info.layers == 2 && info.entries == 2
           && info.digests[TUTELA_MD5] == 2 && info.lists == 1,
       "two layers, two entries");
    is_text(tutela_set_layer_path(set, 0), layers, "its own file");
    is_text(tutela_set_layer_path(set, 1), path_of("base.tset"), "its base");
    ok(!tutela_set_layer_path(set, 2) && !tutela_set_layer_path(NULL, 0), "and no more");
    side_by_side(set);
    ok(tutela_set_compact(NULL, NULL, &error) == TUTELA_ARGUMENT
           && tutela_set_compact(&options, NULL, &error) == TUTELA_ARGUMENT,
       "compact: no options, no files");
    options.input = layers;
    options.output = whole_path;
    ok(tutela_set_compact(&options, &entries, &error) == TUTELA_OK && entries == 2, "compacts");
    ok(tutela_set_open(&whole, whole_path, NULL, &error) == TUTELA_OK
           && tutela_set_get_info(whole, &whole_info) == TUTELA_OK && whole_info.layers == 1
           && whole_info.entries == 2,
       "one file");
    ok(tutela_set_diff(set, whole, &diff, &error) == TUTELA_OK && diff.both[TUTELA_MD5] == 2
           && diff.only_a[TUTELA_MD5] == 0 && diff.only_b[TUTELA_MD5] == 0,
       "which holds the same");
    ok(tutela_set_diff(NULL, whole, &diff, &error) == TUTELA_ARGUMENT
           && tutela_set_diff(set, whole, &small, &error) == TUTELA_ARGUMENT,
       "diff: no set, no size");
    ok(tutela_set_check(set, &error) == TUTELA_OK, "checks");
    tutela_set_close(set);
    tutela_set_close(whole);
}

int main(void)
{
    make_base();
    updating();
    asking();
    return tap_done();
}
