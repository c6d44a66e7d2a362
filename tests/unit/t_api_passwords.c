/*
 * t_api_passwords: passwords as a program that links the library gives them: copied before the call
 * returns, used for buffers, streams and scans, and refused when they are out of bounds.
 */
#include "unpack_kit.h"

#include "tutela.h"

#include <unistd.h>

#define RIGHT "Zaunk\xf6nig & 7 Riegel"

static char worker[1100];
static bytes zip;

static void make_zip(void)
{
    struct archive *a = archive_write_new();
    int good;

    zip = (bytes){malloc(1), 0};
    archive_write_set_bytes_per_block(a, 0);
    archive_write_set_bytes_in_last_block(a, 1);
    good = archive_write_set_format_zip(a) == ARCHIVE_OK
           && archive_write_set_options(a, "zip:encryption=aes256") == ARCHIVE_OK
           && archive_write_set_passphrase(a, RIGHT) == ARCHIVE_OK
           && archive_write_open(a, &zip, NULL, kit_grow, NULL) == ARCHIVE_OK
           && kit_put(a, "locked", "what is locked in", 17);
    if (!kit_close(a) || !good)
        exit(1);
    tap_write(tap_path("one.zip"), zip.data, zip.size);
}

/* Findings of members and of scans. */
static size_t encrypted, others;

static int note(void *user, const tutela_finding *finding)
{
    (void)user;
    if (finding->status == TUTELA_ITEM_ENCRYPTED)
        encrypted++;
    else
        others++;
    return 0;
}

static tutela_scanner *new_scanner(void)
{
    tutela_scanner_options options = {.size = sizeof options, .digests = TUTELA_BIT(TUTELA_SHA256)};
    tutela_scanner *scanner = NULL;

    if (tutela_scanner_new(&scanner, NULL, 0, &options, NULL) != TUTELA_OK)
        exit(1);
    return scanner;
}

/* The zip as a buffer, and as a stream in two pieces; what its own finding says. */
static int32_t as_buffer(tutela_context *context)
{
    const tutela_finding *finding = NULL;

    encrypted = others = 0;
    if (tutela_check(context, zip.data, zip.size, "buffer", &finding, NULL) != TUTELA_OK)
        return -1;
    return finding->status;
}

static int32_t as_stream(tutela_context *context)
{
    const tutela_finding *finding = NULL;

    encrypted = others = 0;
    if (tutela_stream_begin(context, "stream", NULL) != TUTELA_OK
        || tutela_stream_update(context, zip.data, 40, NULL) != TUTELA_OK
        || tutela_stream_update(context, zip.data + 40, zip.size - 40, NULL) != TUTELA_OK
        || tutela_stream_end(context, &finding, NULL) != TUTELA_OK)
        return -1;
    return finding->status;
}

static void test_context(void)
{
    char first[] = "wrong", second[] = RIGHT;
    tutela_name *names = malloc(2 * sizeof *names);
    tutela_open_options options = {.size = sizeof options, .worker = worker, .passwords = names,
                                   .password_count = 1};
    tutela_scanner *scanner = new_scanner();
    tutela_context *context = NULL;

    names[0] = (tutela_name){first, strlen(first)};
    names[1] = (tutela_name){second, strlen(second)};
    is_i64(tutela_context_new(&context, scanner, NULL), TUTELA_OK, "a context");
    is_i64(tutela_context_open(context, &options, note, NULL, NULL), TUTELA_OK, "with a wrong password");
    ok(as_buffer(context) == TUTELA_ITEM_ENCRYPTED && encrypted == 1 && others == 0, "a buffer stays shut");
    ok(as_stream(context) == TUTELA_ITEM_ENCRYPTED && encrypted == 1 && others == 0, "so does a stream");
    options.password_count = 2;
    is_i64(tutela_context_open(context, &options, note, NULL, NULL), TUTELA_OK, "and with the right one");
    memset(first, 'x', sizeof first);
    memset(second, 'x', sizeof second);
    free(names);
    ok(as_buffer(context) == TUTELA_ITEM_CLEAR && encrypted == 0 && others == 0, "a buffer is opened");
    ok(as_stream(context) == TUTELA_ITEM_CLEAR && encrypted == 0 && others == 0, "so is a stream");
    tutela_context_free(context);
    tutela_scanner_free(scanner);
}

/* How a scan of the file ends: its exit status, or -1. */
static int scan(tutela_scanner *scanner, const tutela_open_options *open)
{
    const char *target = tap_path("one.zip");
    tutela_scan_options options = {.size = sizeof options, .targets = &target, .target_count = 1,
                                   .on_finding = note, .open = open};
    tutela_summary summary = {.size = sizeof summary};

    encrypted = others = 0;
    return tutela_scan_paths(scanner, &options, &summary, NULL) == TUTELA_OK ? summary.exit_status : -1;
}

static void test_scan(void)
{
    tutela_name names[] = {{"wrong", 5}, {RIGHT, strlen(RIGHT)}};
    tutela_open_options open = {.size = sizeof open, .worker = worker, .passwords = names,
                                .password_count = 1};
    tutela_scanner *scanner = new_scanner();

    ok(scan(scanner, &open) == 3 && encrypted == 2, "a scan with a wrong one: member and zip are encrypted");
    open.password_count = 2;
    ok(scan(scanner, &open) == 0 && encrypted == 0 && others == 0, "with the right one: complete");
    open.size = offsetof(tutela_open_options, passwords);
    ok(scan(scanner, &open) == 3 && encrypted == 2, "of a program that does not know them: none");
    tutela_scanner_free(scanner);
}

static void refused(const tutela_name *names, size_t count, const char *what)
{
    const char *target = tap_path("one.zip");
    tutela_open_options open = {.size = sizeof open, .worker = worker, .passwords = names,
                                .password_count = count};
    tutela_scan_options options = {.size = sizeof options, .targets = &target, .target_count = 1,
                                   .open = &open};
    tutela_summary summary = {.size = sizeof summary};
    tutela_scanner *scanner = new_scanner();
    tutela_context *context = NULL;
    tutela_error error = {0};

    is_i64(tutela_scan_paths(scanner, &options, &summary, &error), TUTELA_ARGUMENT, "a scan: %s", what);
    ok(error.text[0] && !strstr(error.text, "shown"), "%s", error.text);
    ok(!summary.complete, "it is not complete");
    if (tutela_context_new(&context, scanner, NULL) == TUTELA_OK)
        is_i64(tutela_context_open(context, &open, note, NULL, NULL), TUTELA_ARGUMENT, "a context: %s", what);
    tutela_context_free(context);
    tutela_scanner_free(scanner);
}

static void test_refused(void)
{
    static tutela_name many[TUTELA_PASSWORDS_MAX + 1];
    static char longest[TUTELA_PASSWORD_SIZE + 1];
    const tutela_name empty = {"", 0}, gone = {NULL, 3}, nul = {"not\0shown", 9},
                      large = {longest, sizeof longest};

    memset(longest, 'l', sizeof longest);
    for (size_t i = 0; i <= TUTELA_PASSWORDS_MAX; i++)
        many[i] = (tutela_name){"shown", 5};
    refused(NULL, 2, "no list");
    refused(&empty, 1, "an empty one");
    refused(&gone, 1, "one that is not there");
    refused(&nul, 1, "a NUL");
    refused(&large, 1, "too long");
    refused(many, TUTELA_PASSWORDS_MAX + 1, "too many");
}

int main(void)
{
    static char path[1024];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);

    alarm(100);
    path[size > 0 ? size : 0] = 0;
    /* It lies in the folder above that of the tests. */
    snprintf(worker, sizeof worker, "%.*s/../tutela-worker", (int)(strrchr(path, '/') - path), path);
    make_zip();
    test_context();
    test_scan();
    test_refused();
    free(zip.data);
    return tap_done();
}
