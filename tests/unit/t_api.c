/* api: the public header used as a program would use it, and misused. */
#include "tutela.h"

#include "tap.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

static tutela_error error;

/* A known-bad set of the MD5 of "abc" and the SHA-256 of "stream". */
static tutela_set *make_set(void)
{
    static const char list[]
        = "900150983cd24fb0d6963f7d28e17f72\n"
          "7b62a42b0b1d9a1d1ed8a6b1a2f6a87a\n"
          "not a digest\n";
    const char *inputs[] = {tap_path("list.txt")};
    char output[300];
    tutela_build_options options
        = {.size = sizeof options, .inputs = inputs, .input_count = 1, .output = output,
           .polarity = TUTELA_KNOWN_BAD, .unsealed = 1};
    tutela_build_report report = {.size = sizeof report};
    tutela_set *set = NULL;

    snprintf(output, sizeof output, "%s", tap_path("set.tset"));
    tap_write(inputs[0], list, sizeof list - 1);
    ok(tutela_set_build(&options, &report, &error) == TUTELA_OK, "builds a set");
    is_u64(report.rows, 3, "three rows");
    is_u64(report.accepted, 2, "two accepted");
    is_u64(report.rejected[TUTELA_REJECT_WIDTH] + report.rejected[TUTELA_REJECT_HEX]
               + report.rejected[TUTELA_REJECT_SYNTAX],
           1, "one rejected");
    ok(tutela_set_open(&set, output, NULL, &error) == TUTELA_OK, "opens it");
    return set;
}

/* The default: a key, made when asked for, and needed from then on. */
static void sealed_set(void)
{
    static const char list[] = "900150983cd24fb0d6963f7d28e17f72\n";
    const char *inputs[] = {tap_path("sealed.txt")};
    char output[300], key[300];
    tutela_build_options options
        = {.size = sizeof options, .inputs = inputs, .input_count = 1, .output = output,
           .polarity = TUTELA_KNOWN_BAD};
    tutela_set_options with = {.size = sizeof with, .key_file = key};
    tutela_set_info info = {.size = sizeof info};
    tutela_set *set = NULL;

    snprintf(output, sizeof output, "%s", tap_path("sealed.tset"));
    snprintf(key, sizeof key, "%s", tap_path("key"));
    tap_write(inputs[0], list, sizeof list - 1);
    ok(tutela_set_build(&options, NULL, &error) == TUTELA_ARGUMENT && error.advice[0],
       "neither key nor unsealed: %s", error.text);
    options.key_file = key;
    options.unsealed = 1;
    ok(tutela_set_build(&options, NULL, &error) == TUTELA_ARGUMENT, "both: %s", error.text);
    options.unsealed = 0;
    ok(tutela_set_build(&options, NULL, &error) == TUTELA_IO, "no key there: %s", error.text);
    options.create_key = 1;
    ok(tutela_set_build(&options, NULL, &error) == TUTELA_OK, "the key is made when asked for");
    ok(tutela_set_build(&options, NULL, &error) == TUTELA_OK, "and used when it is there");
    ok(tutela_key_create(key, &error) == TUTELA_ARGUMENT, "no second: %s", error.text);
    ok(tutela_key_create(NULL, &error) == TUTELA_ARGUMENT, "a key without a path");
    ok(tutela_set_open(&set, output, NULL, &error) == TUTELA_SET_REFUSED, "no key: %s", error.text);
    ok(tutela_set_open(&set, output, &with, &error) == TUTELA_OK, "opens with its key");
    ok(tutela_set_get_info(set, &info) == TUTELA_OK && info.sealed == 1, "it is sealed");
    tutela_set_close(set);
    with.key_file = tap_path("another key");
    set = NULL;
    ok(tutela_key_create(with.key_file, &error) == TUTELA_OK, "another key");
    ok(tutela_set_open(&set, output, &with, &error) == TUTELA_SET_REFUSED && !set, "refused: %s",
       error.text);
    with.size = 1;
    ok(tutela_set_open(&set, output, &with, &error) == TUTELA_ARGUMENT, "options without a size");
}

/* Signing the set that sealed_set left, and who asks for what of it. */
static void signed_set(void)
{
    char set_path[300], key[300], public[310], state[300], seal_key[300];
    const char *asked[] = {public};
    tutela_sign_options sign = {.size = sizeof sign, .key_file = key};
    tutela_set_options with = {.size = sizeof with, .key_file = seal_key, .require_keys = asked, .require_count = 1};
    tutela_set_info info = {.size = sizeof info};
    tutela_set *set = NULL;
    int64_t day = 0;

    snprintf(set_path, sizeof set_path, "%s", tap_path("sealed.tset"));
    snprintf(key, sizeof key, "%s", tap_path("signing"));
    snprintf(public, sizeof public, "%s.pub", key);
    snprintf(state, sizeof state, "%s", tap_path("state"));
    snprintf(seal_key, sizeof seal_key, "%s", tap_path("key"));
    ok(tutela_time_parse("2100-01-31", &day, &error) == TUTELA_OK, "a day");
    is_i64(day, INT64_C(4105036800) * 1000000000, "in nanoseconds");
    ok(tutela_time_parse("tomorrow", &day, &error) == TUTELA_ARGUMENT && error.advice[0], "%s", error.text);
    ok(tutela_time_parse("/Date(1704164645123)/", &day, &error) == TUTELA_ARGUMENT, "%s", error.text);
    ok(tutela_time_parse("1969-01-01", &day, &error) == TUTELA_ARGUMENT, "%s", error.text);
    ok(tutela_signing_key_create(NULL, &error) == TUTELA_ARGUMENT, "a signing key without a path");
    ok(tutela_signing_key_create(key, &error) == TUTELA_OK, "a signing key");
    ok(tutela_set_open(&set, set_path, &with, &error) == TUTELA_SET_REFUSED && !set, "refused: %s", error.text);
    sign.expires = day;
    ok(tutela_set_sign(set_path, &sign, &error) == TUTELA_OK, "signs it in its place");
    ok(tutela_set_open(&set, set_path, &with, &error) == TUTELA_OK, "opens it then");
    ok(tutela_set_get_info(set, &info) == TUTELA_OK && info.signed_at > 0 && info.expires == day, "info says so");
    tutela_set_close(set);
    set = NULL;
    with.now = day;
    ok(tutela_set_open(&set, set_path, &with, &error) == TUTELA_SET_REFUSED && !set, "on that day: %s", error.text);
    with.now = 0;
    with.state_folder = state;
    ok(tutela_set_open(&set, set_path, &with, &error) == TUTELA_OK, "remembered");
    tutela_set_close(set);
    set = NULL;
    sign.now = info.signed_at - 1;
    ok(tutela_set_sign(set_path, &sign, &error) == TUTELA_OK, "signed a moment before that");
    ok(tutela_set_open(&set, set_path, &with, &error) == TUTELA_SET_REFUSED && !set, "older: %s", error.text);
    with.require_keys = NULL;
    ok(tutela_set_open(&set, set_path, &with, &error) == TUTELA_ARGUMENT, "keys counted and not given");
    ok(tutela_set_sign(set_path, NULL, &error) == TUTELA_ARGUMENT, "no options to sign with");
    sign.key_file = NULL;
    ok(tutela_set_sign(set_path, &sign, &error) == TUTELA_ARGUMENT, "no key to sign with");
}

static void set_words(tutela_set *set)
{
    tutela_set_info info = {.size = sizeof info};
    tutela_list_info list;

    ok(tutela_set_get_info(set, &info) == TUTELA_OK, "info");
    is_i64(info.sealed, 0, "not sealed");
    is_u64(info.entries, 2, "entries");
    is_u64(info.digests[TUTELA_MD5], 2, "MD5s");
    is_u64(info.lists, 1, "one list");
    ok(tutela_set_get_list(set, 0, &list) == TUTELA_OK, "the list");
    is_text(list.name, "list.txt", "is named after its file");
    is_i64(list.polarity, TUTELA_KNOWN_BAD, "known-bad");
    ok(tutela_set_get_list(set, 1, &list) == TUTELA_ARGUMENT, "there is no second");
    ok(tutela_set_check(set, &error) == TUTELA_OK, "every page is sound");
}

static void buffers(tutela_scanner *scanner)
{
    tutela_context *context = NULL;
    const tutela_finding *finding = NULL;

    ok(tutela_context_new(&context, scanner, &error) == TUTELA_OK, "a context");
    ok(tutela_check(context, "abc", 3, "three letters", &finding, &error) == TUTELA_OK, "checks");
    is_i64(finding->status, TUTELA_ITEM_MATCH, "a match");
    is_text(finding->chain[0].data, "three letters", "under its name");
    is_text(tutela_grade_letter(finding->grade), "C", "graded");
    is_u64(finding->digest_mask, 7, "with all three digests");
    is_text(finding->mime, "text/plain", "and its type");
    ok(tutela_check(context, "abd", 3, NULL, &finding, &error) == TUTELA_OK, "checks another");
    is_i64(finding->status, TUTELA_ITEM_CLEAR, "clear");
    is_text(finding->chain[0].data, "-", "without a name");
    ok(tutela_check(context, NULL, 0, "", &finding, &error) == TUTELA_OK, "checks nothing");
    is_i64(finding->status, TUTELA_ITEM_CLEAR, "clear");
    ok(tutela_check(context, NULL, 1, "", &finding, &error) == TUTELA_ARGUMENT, "no data");

    ok(tutela_stream_update(context, "x", 1, &error) == TUTELA_STATE, "no stream is open");
    ok(tutela_stream_begin(context, "s", &error) == TUTELA_OK, "begins a stream");
    ok(tutela_stream_begin(context, "s", &error) == TUTELA_STATE, "not twice");
    ok(tutela_check(context, "abc", 3, "", &finding, &error) == TUTELA_STATE, "nor a buffer");
    ok(tutela_stream_update(context, "a", 1, &error) == TUTELA_OK
           && tutela_stream_update(context, "", 0, &error) == TUTELA_OK
           && tutela_stream_update(context, "bc", 2, &error) == TUTELA_OK
           && tutela_stream_end(context, &finding, &error) == TUTELA_OK,
       "in pieces");
    is_i64(finding->status, TUTELA_ITEM_MATCH, "a match again");
    is_u64(finding->bytes, 3, "of three bytes");
    ok(tutela_stream_begin(context, "s", &error) == TUTELA_OK
           && tutela_stream_update(context, "abc", 3, &error) == TUTELA_OK
           && tutela_stream_fail(context, 5, &finding, &error) == TUTELA_OK,
       "a stream whose source fails");
    is_i64(finding->status, TUTELA_ITEM_PARTIAL, "is partial");
    is_u64(finding->match_count, 0, "and never matched");
    ok(tutela_stream_begin(context, "s", &error) == TUTELA_OK
           && tutela_stream_fail(context, 5, &finding, &error) == TUTELA_OK
           && finding->status == TUTELA_ITEM_UNREADABLE,
       "one that gave nothing is unreadable");
    tutela_context_free(context);
    tutela_context_free(NULL);
}

typedef struct seen {
    int count;
    int stop_after;
    char paths[20][300];
    int statuses[20];
} seen;

static int note(void *user, const tutela_finding *finding)
{
    seen *all = user;

    if (all->count < 20) {
        snprintf(all->paths[all->count], sizeof all->paths[0], "%s", finding->chain[0].data);
        all->statuses[all->count] = finding->status;
    }
    all->count++;
    return all->stop_after && all->count >= all->stop_after;
}

static void trees(tutela_scanner *scanner)
{
    char tree[300], path[400];
    const char *targets[] = {tree};
    seen all = {0};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .on_finding = note, .user = &all, .threads = 3};
    tutela_summary summary = {.size = sizeof summary};

    snprintf(tree, sizeof tree, "%s", tap_path("tree"));
    mkdir(tree, 0755);
    for (int i = 0; i < 9; i++) {
        snprintf(path, sizeof path, "%s/%d.txt", tree, i);
        tap_write(path, i % 3 ? "abd" : "abc", 3);
    }
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "scans");
    is_i64(all.count, 3, "three findings");
    is_u64(summary.items, 9, "nine items");
    is_u64(summary.bytes, 27, "27 bytes");
    is_u64(summary.matches, 3, "three matches");
    is_i64(summary.exit_status, 1, "exit status 1");
    ok(strcmp(all.paths[0], all.paths[1]) < 0 && strcmp(all.paths[1], all.paths[2]) < 0, "sorted");
    all = (seen){.stop_after = 1};
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_RECORD,
       "a caller that cannot record ends the scan");
    is_i64(all.count, 1, "and is not asked again");
    is_i64(summary.complete, 0, "which is then not complete");
    all = (seen){0};
    options.flags = TUTELA_SCAN_INVENTORY | TUTELA_SCAN_UNSORTED;
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK && all.count == 9,
       "an inventory has every item");
    targets[0] = "/nonexistent/target";
    all = (seen){0};
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "a missing target");
    ok(all.count == 1 && all.statuses[0] == TUTELA_ITEM_UNREADABLE, "is an unreadable item");
    is_i64(summary.exit_status, 3, "exit status 3");
    options.targets = NULL;
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_ARGUMENT, "no target");
}

static void cancelling(tutela_scanner *scanner)
{
    const char *targets[] = {tap_folder()};
    tutela_control *control = NULL;
    tutela_progress progress = {.size = sizeof progress};
    tutela_scan_options options
        = {.size = sizeof options, .targets = targets, .target_count = 1};
    tutela_summary summary = {.size = sizeof summary};

    ok(tutela_control_new(&control, &error) == TUTELA_OK, "a control");
    options.control = control;
    options.flags = TUTELA_SCAN_SURVEY;
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "a watched scan");
    tutela_control_progress(control, &progress);
    is_u64(progress.items, summary.items, "progress comes to the summary's items");
    is_u64(progress.bytes, summary.bytes, "and bytes");
    tutela_control_cancel(control);
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_CANCELLED, "cancelled");
    is_i64(summary.complete, 0, "and not complete");
    tutela_control_free(control);
}

static void *check_many(void *scanner)
{
    tutela_context *context = NULL;
    const tutela_finding *finding;
    intptr_t wrong = tutela_context_new(&context, scanner, NULL) != TUTELA_OK;

    for (int i = 0; i < 200 && !wrong; i++) {
        int bad = i % 2;

        wrong = tutela_check(context, bad ? "abc" : "abx", 3, "x", &finding, NULL) != TUTELA_OK
                || finding->status != (bad ? TUTELA_ITEM_MATCH : TUTELA_ITEM_CLEAR);
    }
    tutela_context_free(context);
    return (void *)wrong;
}

static void sharing(tutela_scanner *scanner)
{
    pthread_t threads[8];
    intptr_t wrong = 0;

    for (int i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, check_many, scanner);
    for (int i = 0; i < 8; i++) {
        void *result;

        pthread_join(threads[i], &result);
        wrong += (intptr_t)result;
    }
    ok(wrong == 0, "eight threads share one scanner");
}

static int no_path(void *user, const char **path)
{
    (void)path;
    return *(const int *)user;
}

/* What cannot be a scan is refused before anything is found. */
static void misused_scans(tutela_scanner *scanner)
{
    const char *targets[] = {tap_folder()};
    int answer = 1;
    seen all = {0};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .flags = TUTELA_SCAN_INVENTORY, .on_finding = note,
                                   .user = &all};
    tutela_summary summary = {0};

    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_ARGUMENT && all.count == 0,
       "a summary without its size");
    ok(strstr(error.text, "tutela_summary") != NULL, "is named");
    summary.size = sizeof summary;
    options.flags = 1u << 20;
    ok(tutela_scan_paths(scanner, &options, &summary, NULL) == TUTELA_ARGUMENT, "a flag unknown");
    options.flags = 0;
    options.only = 1u << 20;
    ok(tutela_scan_paths(scanner, &options, &summary, NULL) == TUTELA_ARGUMENT, "a type unknown");
    options.only = 0;
    options.next_target = no_path;
    options.next_target_user = &answer;
    options.targets = NULL;
    ok(tutela_scan_paths(scanner, &options, &summary, NULL) == TUTELA_ARGUMENT,
       "targets that are NULL, though others would follow");
    options.target_count = 0;
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK && !summary.complete,
       "a source of targets that says 1 and gives none has failed");
    answer = 7;
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK && !summary.complete,
       "so has one that answers what it may not");
    answer = 0;
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK && summary.complete,
       "and one with none at all has not");
}

/* Of a caller that was built when it ended with the exit status: what lies behind is the caller's. */
static void older_summary(void)
{
    static const uint64_t coverage[TUTELA_COVER_COUNT] = {1, 2, 3, 4, 5};
    const tutela_name name = {"disk", 4};
    tutela_finding finding = {.chain = &name, .chain_count = 1, .bytes = 15, .coverage = coverage,
                              .mime = "", .reason = ""};
    tutela_summary summary = {.size = offsetof(tutela_summary, images), .images = 77};

    tutela_summary_add(&summary, &finding);
    tutela_summary_end(&summary);
    ok(summary.items == 1 && summary.bytes == 15 && summary.complete, "an older summary counts");
    ok(summary.images == 77 && summary.coverage[0] == 0, "and nothing is written behind it");
    summary = (tutela_summary){.size = sizeof summary};
    tutela_summary_add(&summary, &finding);
    ok(summary.images == 1 && summary.coverage[4] == 5, "today's has images too");
}

static void misuse(tutela_scanner *scanner)
{
    tutela_scanner *other = NULL;
    tutela_summary summary = {.size = sizeof summary};
    struct {
        tutela_scan_options options;
        uint64_t more;
    } longer = {.options = {.size = sizeof longer}, .more = 1};
    const char *targets[] = {tap_folder()};
    tutela_component part;

    longer.options.targets = targets;
    longer.options.target_count = 1;
    ok(tutela_scan_paths(scanner, &longer.options, &summary, &error) == TUTELA_ARGUMENT,
       "an option of a later version is refused");
    longer.more = 0;
    ok(tutela_scan_paths(scanner, &longer.options, &summary, &error) == TUTELA_OK,
       "a longer struct with nothing new is fine");
    longer.options.size = 0;
    ok(tutela_scan_paths(scanner, &longer.options, &summary, &error) == TUTELA_ARGUMENT,
       "a struct without its size is refused");
    ok(tutela_scanner_new(&other, NULL, 1, NULL, &error) == TUTELA_ARGUMENT && !other,
       "a set that is NULL is refused");
    ok(tutela_scanner_new(NULL, NULL, 0, NULL, NULL) == TUTELA_ARGUMENT, "no error struct is fine");
    ok(tutela_component_at(0, &part) && part.name[0] && !tutela_component_at(999, &part),
       "the parts of the build can be listed");
    tutela_set_close(NULL);
    tutela_scanner_free(NULL);
    tutela_report_close(NULL);
    tutela_control_free(NULL);
    tutela_control_cancel(NULL);
    tutela_summary_add(NULL, NULL);
    older_summary();
    ok(1, "NULL where nothing is there to free");
}

int main(void)
{
    tutela_set *set = make_set();
    tutela_scanner *scanner = NULL;

    set_words(set);
    sealed_set();
    signed_set();
    ok(tutela_scanner_new(&scanner, &set, 1, NULL, &error) == TUTELA_OK, "a scanner");
    tutela_set_close(set);
    is_u64(tutela_scanner_digests(scanner), 1, "that needs MD5 alone");
    buffers(scanner);
    trees(scanner);
    cancelling(scanner);
    sharing(scanner);
    misused_scans(scanner);
    misuse(scanner);
    tutela_scanner_free(scanner);
    return tap_done();
}
