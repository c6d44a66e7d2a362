/*
 * When signatures are compiled: at the first need and not before, once for all threads, and a failure
 * is said to everyone whom it concerns.
 *
 * A definition in the program goes before the library's, so here compiling is counted, and fails
 * when told to.
 */
#include "tap.h"

#include "identify/identify.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <hs.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

enum { THREADS = 8 };

static atomic_int compiled;      /* times */
static const char *failing_with; /* what compiling says; NULL: nothing fails */
static hs_compile_error_t refusal;

hs_error_t hs_compile_multi(const char *const *expressions, const unsigned *flags,
                            const unsigned *ids, unsigned count, unsigned mode,
                            const hs_platform_info_t *platform, hs_database_t **out,
                            hs_compile_error_t **error)
{
    __typeof__(hs_compile_multi) *real;

    compiled++;
    if (failing_with) {
        refusal = (hs_compile_error_t){.message = (char *)failing_with, .expression = 3};
        *error = &refusal;
        return HS_COMPILER_ERROR;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "hs_compile_multi");
    return real(expressions, flags, ids, count, mode, platform, out, error);
}

hs_error_t hs_free_compile_error(hs_compile_error_t *error)
{
    __typeof__(hs_free_compile_error) *real;

    *(void **)&real = dlsym(RTLD_NEXT, "hs_free_compile_error");
    return error == &refusal ? HS_SUCCESS : real(error);
}

/* What is said of a picture: its MIME type, or the failure. */
static const char *ask(tt_signatures *signatures, int full)
{
    static const char picture[] = "\xff\xd8\xff\xe0\0\x10JFIF\0";
    static _Thread_local char said[sizeof(tutela_error)];
    tutela_error error = {0};
    tt_identify *identify = NULL;
    tt_type type = {"untouched", TUTELA_TYPE_OTHER};
    int known = 7;
    tutela_status status = tt_identify_new(&identify, signatures, &error);

    if (status == TUTELA_OK && full)
        status = tt_identify_full(identify, picture, sizeof picture - 1, &type, &error);
    else if (status == TUTELA_OK)
        status = tt_identify_fast(identify, picture, sizeof picture - 1, &type, &known, &error);
    if (status != TUTELA_OK && (known != 7 || strcmp(type.mime, "untouched") != 0))
        snprintf(said, sizeof said, "touched");
    else if (status != TUTELA_OK)
        snprintf(said, sizeof said, "%d %s", (int)error.status, error.text);
    else
        snprintf(said, sizeof said, "%s", type.mime);
    tt_identify_free(identify);
    return said;
}

static tt_signatures *fresh(void)
{
    tt_signatures *signatures = NULL;

    compiled = 0;
    if (tt_signatures_new(&signatures, NULL) != TUTELA_OK)
        exit(1);
    return signatures;
}

static void test_first_need(void)
{
    tt_signatures *signatures = fresh();
    tt_identify *identify = NULL;
    tt_type type;
    int known = 0;

    ok(tt_identify_new(&identify, signatures, NULL) == TUTELA_OK
           && tt_identify_fast(identify, "", 0, &type, &known, NULL) == TUTELA_OK && known == 1
           && tt_identify_full(identify, "", 0, &type, NULL) == TUTELA_OK,
       "no bytes have a type");
    is_i64(compiled, 0, "nothing is compiled for that");
    is_text(ask(signatures, 0), "image/jpeg", "some bytes need them");
    is_text(ask(signatures, 1), "image/jpeg", "and more of them do");
    is_i64(tt_signatures_ready(signatures, NULL), TUTELA_OK, "they are ready");
    is_i64(compiled, 1, "compiled once");
    tt_identify_free(identify);
    tt_signatures_free(signatures);
    tt_signatures_free(fresh());
    is_i64(compiled, 0, "what nobody needed is not compiled to be freed");
}

static void test_failures(void)
{
    tt_signatures *signatures = fresh();
    const char *refused;

    failing_with = "Unable to allocate memory.";
    is_text(ask(signatures, 0), "-2 out of memory", "memory is short");
    is_text(ask(signatures, 1), "-2 out of memory", "and still is");
    is_i64(compiled, 2, "tried each time");
    failing_with = NULL;
    is_text(ask(signatures, 0), "image/jpeg", "then it is not");
    tt_signatures_free(signatures);

    signatures = fresh();
    failing_with = "Pattern too odd.";
    refused = "-9 hyperscan: key 3: Pattern too odd.";
    is_text(ask(signatures, 0), refused, "keys that are refused");
    failing_with = NULL;
    is_text(ask(signatures, 1), refused, "are refused to everyone");
    is_i64(tt_signatures_ready(signatures, NULL), TUTELA_UNAVAILABLE, "who asks");
    is_i64(compiled, 1, "without another try");
    tt_signatures_free(signatures);
}

static pthread_barrier_t barrier;

static void *ask_at_once(void *signatures)
{
    pthread_barrier_wait(&barrier);
    return strcmp(ask(signatures, 0), "image/jpeg") == 0 ? signatures : NULL;
}

static void test_threads(void)
{
    tt_signatures *signatures = fresh();
    pthread_t threads[THREADS];
    int right = 0;

    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, ask_at_once, signatures) != 0)
            exit(1);
    for (int i = 0; i < THREADS; i++) {
        void *answer;

        pthread_join(threads[i], &answer);
        right += answer == signatures;
    }
    pthread_barrier_destroy(&barrier);
    is_i64(right, THREADS, "threads that need them at once all get an answer");
    is_i64(compiled, 1, "of one database");
    tt_signatures_free(signatures);
}

/* ---- Whole scans --------------------------------------------------------------------------- */

static char file_path[300], list_path[300], set_path[300];

static void put(char path[300], const char *name, const char *text)
{
    int fd;

    snprintf(path, 300, "%s", tap_path(name));
    fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        exit(1);
    close(fd);
}

/* A known-bad set of one MD5. */
static tutela_set *make_set(const char *list)
{
    const char *inputs[] = {list_path};
    tutela_build_options options = {.size = sizeof options, .inputs = inputs, .input_count = 1,
                                    .output = set_path, .polarity = TUTELA_KNOWN_BAD,
                                    .unsealed = 1};
    tutela_set *set = NULL;

    put(list_path, "list.txt", list);
    snprintf(set_path, sizeof set_path, "%s", tap_path("set.tset"));
    if (tutela_set_build(&options, NULL, NULL) != TUTELA_OK
        || tutela_set_open(&set, set_path, NULL, NULL) != TUTELA_OK)
        exit(1);
    return set;
}

typedef struct seen {
    int items;
    char mime[64];
} seen;

static int see(void *user, const tutela_finding *finding)
{
    seen *of = user;

    of->items++;
    snprintf(of->mime, sizeof of->mime, "%s", finding->mime);
    return 0;
}

/* One scan of the one file; compiled counts anew. */
static tutela_status scan(tutela_scanner *scanner, uint32_t flags, uint32_t only, seen *of,
                          tutela_error *error)
{
    const char *targets[] = {file_path};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .flags = flags, .only = only, .threads = 2, .on_finding = see,
                                   .user = of};
    tutela_summary summary = {.size = sizeof summary};

    compiled = 0;
    *of = (seen){0};
    return tutela_scan_paths(scanner, &options, &summary, error);
}

static tutela_scanner *make_scanner(const char *list)
{
    tutela_set *set = make_set(list);
    tutela_scanner *scanner = NULL;

    if (tutela_scanner_new(&scanner, &set, 1, NULL, NULL) != TUTELA_OK)
        exit(1);
    tutela_set_close(set);
    return scanner;
}

/* The MD5 of "abc", and one of nothing here. */
#define OF_FILE  "900150983cd24fb0d6963f7d28e17f72\n"
#define OF_OTHER "900150983cd24fb0d6963f7d28e17f73\n"

static void test_scans(void)
{
    tutela_scanner *scanner = make_scanner(OF_OTHER);
    tutela_error error = {0};
    seen of;

    put(file_path, "file", "abc");
    is_i64(scan(scanner, 0, 0, &of, &error), TUTELA_OK, "a scan that finds nothing");
    is_i64(compiled, 0, "compiles nothing");
    failing_with = "Unable to allocate memory.";
    is_i64(scan(scanner, 0, 0, &of, &error), TUTELA_OK, "nor minds that it could not");
    is_i64(scan(scanner, TUTELA_SCAN_INVENTORY, 0, &of, &error), TUTELA_MEMORY, "an inventory does");
    is_i64(of.items, 0, "before it reads anything");
    is_i64(compiled, 1, "when it begins");
    failing_with = NULL;
    is_i64(scan(scanner, 0, TUTELA_BIT(TUTELA_TYPE_TEXT), &of, &error), TUTELA_OK, "a rule");
    is_i64(compiled, 1, "needs them");
    is_i64(scan(scanner, TUTELA_SCAN_INVENTORY, 0, &of, &error), TUTELA_OK, "an inventory after it");
    is_text(of.mime, "text/plain", "has types");
    is_i64(compiled, 0, "of the same");
    tutela_scanner_free(scanner);

    scanner = make_scanner(OF_FILE);
    failing_with = "Unable to allocate memory.";
    is_i64(scan(scanner, 0, 0, &of, &error), TUTELA_MEMORY, "a finding without memory for its type");
    is_text(error.text, "out of memory", "is a failure, and says so");
    failing_with = NULL;
    is_i64(scan(scanner, 0, 0, &of, &error), TUTELA_OK, "a finding with");
    is_text(of.mime, "text/plain", "has a type");
    is_i64(compiled, 1, "and needs them once");
    tutela_scanner_free(scanner);
}

int main(void)
{
    test_first_need();
    test_failures();
    test_threads();
    test_scans();
    return tap_done();
}
