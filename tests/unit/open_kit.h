/*
 * open_kit: what the tests of opening buffers and streams share: a scanner that knows one file, containers
 * with it, and a callback that keeps what it is told.
 */
#ifndef TT_TESTS_OPEN_KIT_H
#define TT_TESTS_OPEN_KIT_H

#include "unpack_kit.h"

#include "digest/digest.h"
#include "tutela.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#define KNOWN "the file that is in the list\n"

static char worker_path[1100];

/* It lies in the folder above that of the tests. */
__attribute__((unused)) static void find_worker(void)
{
    char path[1024];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);

    path[size > 0 ? size : 0] = 0;
    snprintf(worker_path, sizeof worker_path, "%.*s/../tutela-worker",
             (int)(strrchr(path, '/') - path), path);
}

__attribute__((unused)) static char *md5_line(char out[34], const void *data, size_t size)
{
    tt_digests digests;

    if (tt_digest_bytes(TUTELA_BIT(TUTELA_MD5), data, size, &digests, NULL) != TUTELA_OK)
        exit(1);
    for (int i = 0; i < 16; i++)
        snprintf(out + 2 * i, 3, "%02x", digests.value[TUTELA_MD5][i]);
    out[32] = '\n';
    out[33] = 0;
    return out;
}

/* A set of these lines, at `path`. */
__attribute__((unused)) static void build_set(const char *path, const char *lines)
{
    const char *inputs[] = {tap_path("list.txt")};
    tutela_build_options options = {.size = sizeof options, .inputs = inputs, .input_count = 1,
                                    .output = path, .polarity = TUTELA_KNOWN_BAD, .unsealed = 1};
    tutela_error error;

    tap_write(inputs[0], lines, strlen(lines));
    if (tutela_set_build(&options, NULL, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
}

__attribute__((unused)) static tutela_scanner *scanner_of(const char *path)
{
    tutela_set *set = NULL;
    tutela_scanner *scanner = NULL;
    tutela_error error;

    if (tutela_set_open(&set, path, NULL, &error) != TUTELA_OK
        || tutela_scanner_new(&scanner, &set, 1, NULL, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
    tutela_set_close(set);
    return scanner;
}

__attribute__((unused)) static tutela_scanner *scanner_of_known(void)
{
    char line[34], path[400];

    snprintf(path, sizeof path, "%s", tap_path("known.tset"));
    build_set(path, md5_line(line, KNOWN, strlen(KNOWN)));
    return scanner_of(path);
}

/* ---- What is told -------------------------------------------------------------------------- */

typedef struct told {
    char chain[128]; /* joined by '|' */
    int32_t status;
    char reason[96];
    char mime[64];
    uint32_t digests;
    uint64_t bytes;
    size_t matches;
} told;

typedef struct tales {
    told of[600];
    size_t count;
    size_t refuse_at; /* the n-th is refused; 0: none */
    tutela_context *context; /* not NULL: it is misused from within */
    int misused;
    pthread_t thread; /* of the last */
} tales;

__attribute__((unused)) static void keep_told(told *out, const tutela_finding *finding)
{
    size_t at = 0;

    *out = (told){.status = finding->status, .digests = finding->digest_mask,
                  .bytes = finding->bytes, .matches = finding->match_count};
    for (size_t i = 0; i < finding->chain_count && at < sizeof out->chain; i++)
        at += (size_t)snprintf(out->chain + at, sizeof out->chain - at, "%s%.*s", i ? "|" : "",
                               (int)finding->chain[i].size, finding->chain[i].data);
    snprintf(out->reason, sizeof out->reason, "%s", finding->reason);
    snprintf(out->mime, sizeof out->mime, "%s", finding->mime);
}

__attribute__((unused)) static int on_told(void *user, const tutela_finding *finding)
{
    tales *all = user;
    const tutela_finding *other;

    all->thread = pthread_self();
    if (all->context)
        all->misused = tutela_check(all->context, "x", 1, "x", &other, NULL) == TUTELA_STATE
                       && tutela_stream_begin(all->context, "x", NULL) == TUTELA_STATE
                       && tutela_stream_update(all->context, "x", 1, NULL) == TUTELA_STATE
                       && tutela_stream_end(all->context, &other, NULL) == TUTELA_STATE
                       && tutela_context_open(all->context, NULL, on_told, all, NULL) == TUTELA_STATE;
    if (all->count < sizeof all->of / sizeof all->of[0])
        keep_told(&all->of[all->count], finding);
    all->count++;
    return all->count == all->refuse_at;
}

/* A context that opens with this worker; NULL: the built one. */
__attribute__((unused)) static tutela_context *opener_of(tutela_scanner *scanner, const char *worker,
                                                         uint32_t flags, uint32_t silence, tales *all)
{
    tutela_open_options options = {.size = sizeof options, .worker = worker ? worker : worker_path,
                                   .flags = flags, .silence = silence};
    tutela_context *context = NULL;
    tutela_error error;

    if (tutela_context_new(&context, scanner, &error) != TUTELA_OK
        || tutela_context_open(context, &options, on_told, all, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
    return context;
}

/* The bytes as a stream in pieces of `piece`. What the first call that fails answers. */
__attribute__((unused)) static tutela_status stream(tutela_context *context, bytes all, size_t piece,
                                                    told *own, tutela_error *error)
{
    const tutela_finding *finding = NULL;
    tutela_status status = tutela_stream_begin(context, "s", error);

    for (size_t at = 0; status == TUTELA_OK && at < all.size; at += piece)
        status = tutela_stream_update(context, all.data + at,
                                      all.size - at < piece ? all.size - at : piece, error);
    if (status == TUTELA_OK)
        status = tutela_stream_end(context, &finding, error);
    if (status == TUTELA_OK)
        keep_told(own, finding);
    return status;
}

__attribute__((unused)) static tutela_status buffer(tutela_context *context, bytes all, told *own,
                                                    tutela_error *error)
{
    const tutela_finding *finding = NULL;
    tutela_status status = tutela_check(context, all.data, all.size, "s", &finding, error);

    if (status == TUTELA_OK)
        keep_told(own, finding);
    return status;
}

/* ---- Containers ---------------------------------------------------------------------------- */

/* "b.txt" is the known file, "a.bin" and "c.bin" `size` bytes of noise. */
__attribute__((unused)) static bytes box_of(const char *format, const char *filter, size_t size)
{
    bytes noise = kit_noise(size), out;
    struct archive *a = kit_writer(format, filter, NULL, &out);
    int good = a && kit_put(a, "c.bin", noise.data, noise.size)
               && kit_put(a, "b.txt", KNOWN, strlen(KNOWN)) && kit_put(a, "a.bin", "a", 1);

    if (!a || !kit_close(a) || !good) {
        printf("Bail out! no %s\n", format);
        exit(1);
    }
    free(noise.data);
    return out;
}

#endif
