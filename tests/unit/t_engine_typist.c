/*
 * Types that only libmagic knows, told by worker processes: as libmagic itself tells them, by few
 * processes, from any thread; and unknown, with the match that was asked for, where a worker process
 * dies over the bytes, lies, stops, or is not to be had.
 */
#include "worker_bad.h"

#include "open_kit.h"

#include "engine/typist.h"
#include "identify/identify.h"

#include <glob.h>

enum { MANY = 200, THREADS = 4, LONG = 40000 };

static tutela_error error;

/* ---- What is asked ----------------------------------------------------------------------------- */

static uint8_t noise[LONG];

static const struct question {
    const void *head;
    size_t size;
} questions[] = {
#define BYTES(text) {text, sizeof text - 1}
    BYTES("{\"a\": [1, 2, 3]}\n"),
    BYTES("The quick brown fox.\n"),
    BYTES("From: a@b.example\nTo: c@d.example\n\nx\n"),
    BYTES("\xde\x12\x04\x95\0\0\0\0\1\0\0\0\x1c\0\0\0\x24\0\0\0"),
    BYTES("\x93\x17\x03\x9e\x81\0\0\0\1"),
    BYTES("PK\3\4\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0a"),
    BYTES("\x7f"),
    BYTES("#!/bin/sh\nexit 0\n"),
    BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
#undef BYTES
    {noise, sizeof noise},
};
enum { QUESTIONS = sizeof questions / sizeof questions[0] };
static char answers[QUESTIONS][TT_MIME_MAX + 1];

/* As libmagic, which this test is linked with, and signatures tell it in one process. */
static void find_answers(void)
{
    tt_signatures *signatures = NULL;
    tt_identify *identify = NULL;
    uint32_t state = 7;

    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)((state = state * 1664525 + 1013904223) >> 24);
    if (tt_signatures_new(&signatures, &error) != TUTELA_OK
        || tt_identify_new(&identify, signatures, &error) != TUTELA_OK)
        exit(1);
    for (size_t i = 0; i < QUESTIONS; i++) {
        tt_type type;
        if (tt_identify_full(identify, questions[i].head, questions[i].size, &type, &error)
            != TUTELA_OK)
            exit(1);
        snprintf(answers[i], sizeof answers[i], "%s", type.mime);
    }
    tt_identify_free(identify);
    tt_signatures_free(signatures);
    is_text(answers[0], "application/json", "libmagic's own");
}

static tt_typist *typist_of(const char *program, uint32_t flags, size_t threads)
{
    tutela_open_options options = {.size = sizeof options, .worker = program, .flags = flags};
    tt_typist *typist = NULL;

    if (tt_typist_new(&typist, &options, threads, &error) != TUTELA_OK)
        exit(1);
    return typist;
}

static const char *asked(tt_typist *typist, const void *head, size_t size)
{
    static char mime[TT_MIME_MAX + 1];

    strcpy(mime, "untouched");
    if (tt_typist_ask(typist, head, size, NULL, mime, &error) != TUTELA_OK)
        return tutela_status_text(error.status);
    return mime;
}

/* Processes that this one has started and not reaped, from whatever thread; -1: the kernel does not list them. */
static int children(void)
{
    glob_t found;
    int count = 0, pid;

    if (glob("/proc/self/task/*/children", 0, NULL, &found) != 0)
        return -1;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        FILE *file = fopen(found.gl_pathv[i], "r");
        while (file && fscanf(file, "%d", &pid) == 1)
            count++;
        if (file)
            fclose(file);
    }
    globfree(&found);
    return count;
}

/* ---- Answers ----------------------------------------------------------------------------------- */

static void test_answers(void)
{
    tt_typist *typist = typist_of(worker_path, 0, 1);
    int listed = children();
    size_t right = 0;

    ok(listed <= 0, "nothing is started before a question");
    for (size_t i = 0; i < QUESTIONS; i++)
        is_text(asked(typist, questions[i].head, questions[i].size), answers[i], "question %zu", i);
    for (size_t i = 0; i < MANY; i++) {
        size_t q = i % QUESTIONS;
        right += strcmp(asked(typist, questions[q].head, questions[q].size), answers[q]) == 0;
    }
    is_u64(right, MANY, "many one after another");
    if (listed < 0)
        skip(1, "this kernel does not list children");
    else
        is_i64(children(), 1, "by one process");
    tt_typist_free(typist);
    ok(children() <= 0, "which ends with it");
}

typedef struct asker {
    tt_typist *typist;
    pthread_t thread;
    size_t from, right;
} asker;

static void *ask_many(void *argument)
{
    asker *a = argument;
    char mime[TT_MIME_MAX + 1];

    for (size_t i = 0; i < MANY; i++) {
        size_t q = (a->from + i) % QUESTIONS;
        a->right += tt_typist_ask(a->typist, questions[q].head, questions[q].size, NULL, mime, NULL)
                        == TUTELA_OK
                    && strcmp(mime, answers[q]) == 0;
    }
    return NULL;
}

static void test_threads(void)
{
    tt_typist *typist = typist_of(worker_path, 0, THREADS);
    asker askers[THREADS];
    int most;

    for (size_t i = 0; i < THREADS; i++) {
        askers[i] = (asker){.typist = typist, .from = i};
        pthread_create(&askers[i].thread, NULL, ask_many, &askers[i]);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(askers[i].thread, NULL);
        is_u64(askers[i].right, MANY, "thread %zu", i);
    }
    most = children();
    ok(most <= THREADS, "by no more processes than threads: %d", most);
    tt_typist_free(typist);
    ok(children() <= 0, "which end with it");
}

/* ---- No answer --------------------------------------------------------------------------------- */

#define BAD "bad\1\2\377\3" /* no signature, no text: a bad worker is bad to it */
#define BAD_SIZE (sizeof BAD - 1)

static void test_nobody(void)
{
    char untyped[1024];
    const char *programs[] = {"/nonexistent/worker", "/bin/true", untyped};

    set_program(untyped, "untyped");
    for (size_t i = 0; i < 3; i++) {
        tt_typist *typist = typist_of(programs[i], 0, THREADS);
        is_text(asked(typist, "x", 1), "", "%s: nobody could tell", programs[i]);
        is_text(asked(typist, "x", 1), "", "%s: nor later", programs[i]);
        tt_typist_free(typist);
        typist = typist_of(programs[i], TUTELA_OPEN_REQUIRE_SANDBOX, THREADS);
        for (int n = 0; n < 2; n++) {
            error = (tutela_error){0};
            is_text(asked(typist, "x", 1), tutela_status_text(TUTELA_UNAVAILABLE), "%s: required, %s",
                    programs[i], error.text);
        }
        tt_typist_free(typist);
    }
    tt_typist_free(NULL);
}

static void test_bad(void)
{
    static const char *const names[] = {"abort", "fault", "exit", "forbidden", "lie", "page",
                                        "count", "half", "job", "flood"};
    char program[1024];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        tt_typist *typist;
        set_program(program, names[i]);
        typist = typist_of(program, 0, 1);
        is_text(asked(typist, BAD, BAD_SIZE), "", "%s: nobody could tell", names[i]);
        is_text(asked(typist, questions[0].head, questions[0].size), answers[0],
                "%s: the next question is answered", names[i]);
        tt_typist_free(typist);
    }
}

static atomic_int stop;

static void *stop_soon(void *argument)
{
    (void)argument;
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    atomic_store(&stop, 1);
    return NULL;
}

/* One that stops, when the run is to stop too. */
static void test_stop(void)
{
    char program[1024], mime[TT_MIME_MAX + 1] = "untouched";
    struct timespec from, to;
    tt_typist *typist;
    pthread_t thread;

    set_program(program, "stop");
    typist = typist_of(program, 0, 1);
    is_text(asked(typist, questions[0].head, questions[0].size), answers[0], "one that stops later");
    clock_gettime(CLOCK_MONOTONIC, &from);
    pthread_create(&thread, NULL, stop_soon, NULL);
    is_i64(tt_typist_ask(typist, BAD, BAD_SIZE, &stop, mime, &error), TUTELA_CANCELLED, "it stops");
    is_text(mime, "untouched", "and says nothing");
    pthread_join(thread, NULL);
    clock_gettime(CLOCK_MONOTONIC, &to);
    ok(to.tv_sec - from.tv_sec < 10, "nobody waits for it to the end");
    is_text(asked(typist, questions[0].head, questions[0].size), answers[0], "another takes its place");
    tt_typist_free(typist);
}

/* ---- Scans and checks -------------------------------------------------------------------------- */

static char tree[600];

static void put(const char *name, const void *data, size_t size)
{
    char path[700];

    snprintf(path, sizeof path, "%s/%s", tree, name);
    tap_write(path, data, size);
}

/* A scanner that knows two files of the tree: one that a worker process dies of, and a text. */
static tutela_scanner *scanner_of_tree(void)
{
    char lines[70], path[400];

    snprintf(tree, sizeof tree, "%s", tap_path("tree"));
    mkdir(tree, 0755);
    put("a-bad", BAD, BAD_SIZE);
    put("b-other", BAD "and more", BAD_SIZE + 8);
    put("c-json", questions[0].head, questions[0].size);
    put("d-gettext", questions[3].head, questions[3].size);
    snprintf(path, sizeof path, "%s", tap_path("tree.tset"));
    (void)md5_line(lines, BAD, BAD_SIZE);
    (void)md5_line(lines + 33, questions[0].head, questions[0].size);
    build_set(path, lines);
    return scanner_of(path);
}

static tutela_status scan(tutela_scanner *scanner, const char *worker, uint32_t open_flags,
                          uint32_t only, tales *all)
{
    const char *targets[] = {tree};
    tutela_open_options open = {.size = sizeof open, .worker = worker, .flags = open_flags};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .only = only, .threads = 2, .open = &open,
                                   .flags = TUTELA_SCAN_INVENTORY, .on_finding = on_told, .user = all};
    tutela_summary summary = {.size = sizeof summary};

    all->count = 0;
    return tutela_scan_paths(scanner, &options, &summary, &error);
}

static void is_told(const tales *all, size_t i, int32_t status, const char *mime, const char *how)
{
    is_i64(all->of[i].status, status, "%s: %s: its status", how, strrchr(all->of[i].chain, '/'));
    is_text(all->of[i].mime, mime, "%s: %s: its type", how, strrchr(all->of[i].chain, '/'));
}

static void test_scans(void)
{
    static const char unknown[] = "application/octet-stream";
    static const char *const names[] = {"abort", "forbidden"};
    static const uint32_t flags[] = {0, TUTELA_OPEN_NOTHING};
    tutela_scanner *scanner = scanner_of_tree();
    uint32_t pictures = TUTELA_BIT(TUTELA_TYPE_IMAGE);
    tales all = {0};
    char program[1024];

    for (size_t i = 0; i < 2; i++) {
        set_program(program, names[i]);
        is_i64(scan(scanner, program, flags[i], 0, &all), TUTELA_OK, "%s: an inventory", names[i]);
        is_u64(all.count, 4, "all is told");
        is_told(&all, 0, TUTELA_ITEM_MATCH, unknown, names[i]);
        is_u64(all.of[0].matches, 1, "with its match");
        is_told(&all, 1, TUTELA_ITEM_CLEAR, unknown, names[i]);
        is_told(&all, 2, TUTELA_ITEM_MATCH, answers[0], names[i]);
        is_told(&all, 3, TUTELA_ITEM_CLEAR, unknown, names[i]);
        is_i64(scan(scanner, program, flags[i], pictures, &all), TUTELA_OK, "%s: a rule", names[i]);
        is_told(&all, 0, TUTELA_ITEM_MATCH, unknown, "a rule that cannot be answered skips nothing");
        is_told(&all, 1, TUTELA_ITEM_CLEAR, unknown, "nor that");
        is_told(&all, 2, TUTELA_ITEM_SKIPPED, "", "what is known is left out");
        is_told(&all, 3, TUTELA_ITEM_SKIPPED, "", "and what libmagic knows");
    }
    is_i64(scan(scanner, "/nonexistent/worker", 0, 0, &all), TUTELA_OK, "nobody: an inventory");
    is_told(&all, 0, TUTELA_ITEM_MATCH, unknown, "nobody");
    is_told(&all, 2, TUTELA_ITEM_MATCH, "text/plain", "nobody: what is known without");
    is_i64(scan(scanner, "/nonexistent/worker", TUTELA_OPEN_REQUIRE_SANDBOX, 0, &all),
           TUTELA_UNAVAILABLE, "required: %s", error.text);
    tutela_scanner_free(scanner);
}

/* Buffers and streams, with a worker process that dies and with none that anybody named. */
static void test_checks(void)
{
    tutela_scanner *scanner = scanner_of_tree();
    tutela_context *context;
    bytes bad = {(uint8_t *)(uintptr_t)BAD, BAD_SIZE};
    bytes json = {(uint8_t *)(uintptr_t)questions[0].head, questions[0].size};
    char program[1024];
    tales all = {0};
    told own;

    set_program(program, "abort");
    context = opener_of(scanner, program, TUTELA_OPEN_NOTHING, 0, &all);
    for (int i = 0; i < 2; i++) {
        own = (told){0};
        ok((i ? stream(context, bad, 3, &own, &error) : buffer(context, bad, &own, &error)) == TUTELA_OK
               && own.status == TUTELA_ITEM_MATCH, "a match that a worker dies of");
        is_text(own.mime, "application/octet-stream", "of unknown type");
        ok((i ? stream(context, json, 3, &own, &error) : buffer(context, json, &own, &error)) == TUTELA_OK
               && own.status == TUTELA_ITEM_MATCH, "another match");
        is_text(own.mime, answers[0], "of its type");
    }
    tutela_context_free(context);
    ok(tutela_context_new(&context, scanner, &error) == TUTELA_OK
           && buffer(context, bad, &own, &error) == TUTELA_OK && own.status == TUTELA_ITEM_MATCH,
       "a context that nobody set up");
    is_text(own.mime, "application/octet-stream", "answers too");
    tutela_context_free(context);
    tutela_scanner_free(scanner);
}

int main(int count, char **arguments)
{
    bad_main(count, arguments);
    find_worker();
    find_answers();
    test_answers();
    test_threads();
    test_nobody();
    test_bad();
    test_stop();
    test_scans();
    test_checks();
    return tap_done();
}
