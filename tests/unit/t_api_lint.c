/* lint through the public header: what a build tells of its lists, and when. */
#include "tutela.h"

#include "tap.h"

static tutela_error error;

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        exit(1);
}

#define ONE "c4ca4238a0b923820dcc509a6f75849b" /* MD5 of "1" */
#define ONE_SHA1 "356a192b7913b04c54574d18c28d46e6395428ab"
#define TWO "c81e728d9d4c2f636f067f89cc14862c"
#define THREE "eccbc87e4b5ce2fe28308fd9f2a7baf3"

/* What was told. */
typedef struct told {
    size_t inputs, conflicts, overlaps, rejects;
    uint64_t rows, tallied, conflicting, overlapping;
    int order; /* inputs, then conflicts, then overlaps */
    char first[32], second[32], list[32], other[32], what[64], format[32];
} told;

static void copy(char out[32], const char *text)
{
    snprintf(out, 32, "%s", text);
}

static void on_reject(void *user, size_t input, uint64_t line, int32_t reason)
{
    told *to = user;

    to->rejects += input == 0 && line == 5 && reason == TUTELA_REJECT_HEX;
}

static void on_input(void *user, const tutela_build_input *input)
{
    told *to = user;

    if (input->input != to->inputs || to->conflicts || to->overlaps || input->size != sizeof *input)
        to->order = 1;
    to->inputs++;
    to->rows += input->rows;
    copy(to->format, input->format);
    for (size_t i = 0; i < input->tally_count; i++) {
        to->tallied += input->tallies[i].count;
        snprintf(to->what, sizeof to->what, "%s", input->tallies[i].what);
    }
}

static void on_conflict(void *user, const tutela_build_conflict *conflict)
{
    told *to = user;

    to->order |= to->overlaps > 0 || conflict->size != sizeof *conflict;
    to->conflicts++;
    to->conflicting += conflict->digests[TUTELA_MD5];
    copy(to->first, conflict->first.value);
    copy(to->second, conflict->second.value);
    copy(to->list, conflict->list);
}

static void on_overlap(void *user, const tutela_build_overlap *overlap)
{
    told *to = user;

    to->order |= overlap->size != sizeof *overlap;
    to->overlaps += overlap->input == 0 && overlap->set == 0
                    && overlap->list.polarity == TUTELA_KNOWN_GOOD;
    to->overlapping += overlap->rows;
    copy(to->other, overlap->list.name);
}

static tutela_set *make_good(const char *list, const char *output)
{
    const char *inputs[] = {list};
    tutela_build_options options
        = {.size = sizeof options, .inputs = inputs, .input_count = 1, .output = output,
           .list = "system", .polarity = TUTELA_KNOWN_GOOD, .unsealed = 1};
    tutela_set *set = NULL;

    put(list, ONE "\n");
    if (tutela_set_build(&options, NULL, &error) != TUTELA_OK
        || tutela_set_open(&set, output, NULL, &error) != TUTELA_OK)
        exit(1);
    return set;
}

static void try_report(const tutela_build_report *report)
{
    is_u64(report->rows, 6, "rows of both lists");
    is_u64(report->accepted, 5, "accepted");
    is_u64(report->conflicts[TUTELA_MD5], 1, "a conflict by MD5");
    is_u64(report->conflicts[TUTELA_SHA1], 0, "none by SHA-1");
    is_u64(report->conflict_pairs, 1, "one pair");
    is_u64(report->repeated[TUTELA_MD5], 1, "a repeated MD5");
    is_u64(report->masks[1], 4, "four entries with MD5 alone");
    is_u64(report->masks[3], 1, "one with SHA-1 too");
    is_u64(report->unsized, 3, "three with MD5 alone and no size");
}

/* Strict: the same is told, and nothing written. */
static void try_strict(tutela_build_options *options)
{
    tutela_build_report report = {.size = sizeof report};
    told *to = options->user;

    *to = (told){.inputs = 0};
    remove(options->output);
    options->strict = 1;
    is_i64(tutela_set_build(options, &report, &error), TUTELA_SET_REFUSED, "strict: %s", error.text);
    ok(error.advice[0], "with advice: %s", error.advice);
    try_report(&report);
    is_i64(report.written, 0, "not written");
    ok(access(options->output, F_OK) != 0, "there is no set");
    ok(to->conflicts == 1 && to->overlaps == 1 && to->inputs == 2, "all is told");
    options->against_count = 0;
    report = (tutela_build_report){.size = offsetof(tutela_build_report, masks)};
    is_i64(tutela_set_build(options, &report, &error), TUTELA_SET_REFUSED, "an older program");
    is_u64(report.masks[1], 0, "gets no more than it knows of");
}

int main(void)
{
    char list[300], second[300], output[300], good_list[300], good_set[300];
    const char *inputs[] = {list, second};
    tutela_set *against[2] = {NULL, NULL};
    tutela_build_report report = {.size = sizeof report};
    told to = {0};
    tutela_build_options options = {.size = sizeof options,
                                    .inputs = inputs,
                                    .input_count = 2,
                                    .output = output,
                                    .polarity = TUTELA_KNOWN_BAD,
                                    .unsealed = 1,
                                    .against = against,
                                    .against_count = 1,
                                    .on_reject = on_reject,
                                    .on_input = on_input,
                                    .on_conflict = on_conflict,
                                    .on_overlap = on_overlap,
                                    .user = &to};

    snprintf(list, sizeof list, "%s", tap_path("list.csv"));
    snprintf(second, sizeof second, "%s", tap_path("second.txt"));
    snprintf(output, sizeof output, "%s", tap_path("set.tset"));
    snprintf(good_list, sizeof good_list, "%s", tap_path("good.txt"));
    snprintf(good_set, sizeof good_set, "%s", tap_path("good.tset"));
    put(list, "md5,sha1,category,id,size\n" ONE "," ONE_SHA1 ",1,a,1\n" ONE ",,2,b,\n"
              TWO ",,1,c,7\nzz,,1,d,\n" TWO ",da39a3ee5e6b4b0d3255bfef95601890afd80709,1,e,\n");
    put(second, THREE "\n");
    is_i64(tutela_set_build(&options, &report, &error), TUTELA_ARGUMENT, "a NULL set: %s", error.text);
    against[0] = make_good(good_list, good_set);
    is_i64(tutela_set_build(&options, &report, &error), TUTELA_OK, "builds");
    try_report(&report);
    is_i64(report.written, 1, "written");
    is_u64(to.inputs, 2, "both inputs are told");
    is_u64(to.rows, report.rows, "with their rows");
    is_u64(to.tallied, 1, "one thing beside rows");
    is_text(to.what, "digest of the empty file beside others", "what it was");
    is_text(to.format, "plain list", "the format of the second");
    is_u64(to.rejects, 1, "the rejected row");
    ok(to.conflicts == 1 && to.conflicting == 1 && strcmp(to.first, "1") == 0
           && strcmp(to.second, "2") == 0 && strcmp(to.list, "list.csv") == 0,
       "the conflict: %s and %s in %s", to.first, to.second, to.list);
    ok(to.overlaps == 1 && to.overlapping == 2 && strcmp(to.other, "system") == 0,
       "the overlap: %llu rows in %s", (unsigned long long)to.overlapping, to.other);
    is_i64(to.order, 0, "in their order");

    try_strict(&options);
    is_text(tutela_reject_name(TUTELA_REJECT_NO_DIGEST), "no-digest", "reasons have words");
    ok(!tutela_reject_name(-1) && !tutela_reject_name(TUTELA_REJECT_COUNT), "and no others");
    tutela_set_close(against[0]);
    return tap_done();
}
