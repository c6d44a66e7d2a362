/* broker_kit: what the tests of the broker share: brokers, and jobs made of bytes. */
#ifndef TT_TESTS_BROKER_KIT_H
#define TT_TESTS_BROKER_KIT_H

#include "unpack_kit.h"
#include "worker_kit.h"

#include <fcntl.h>

__attribute__((unused)) static listener heard;

__attribute__((unused)) static int file_at(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

    if (write(fd, data, size) != (ssize_t)size)
        printf("# the file cannot be written\n");
    (void)close(fd);
    return open(path, O_RDONLY);
}

__attribute__((unused)) static int file_of(const void *data, size_t size)
{
    return file_at(tap_path("file"), data, size);
}

/* `job`, whose user is a listener or NULL, over a file of these bytes, which is written to `path`. */
__attribute__((unused)) static tutela_status run_at(tt_broker *b, tt_job job, const char *path, const void *data,
                            size_t size, tt_opened *out)
{
    int fd = file_at(path, data, size);
    listener *l = job.user;
    tutela_error error = {0};
    tutela_status status;

    if (l)
        l->count = l->total = 0;
    *out = (tt_opened){.tries = 77};
    job.fd = fd;
    job.size = size;
    status = tt_broker_unpack(b, &job, out, &error);
    if (status != TUTELA_OK)
        printf("# %s\n", error.text);
    if (status == TUTELA_OK && out->trouble.status != TUTELA_ITEM_CLEAR)
        printf("# try %u, %zu told: %s\n", out->tries, l ? l->count : 0, out->trouble.reason);
    (void)close(fd);
    return status;
}

__attribute__((unused)) static tutela_status run_job(tt_broker *b, tt_job job, const void *data,
                                                     size_t size, tt_opened *out)
{
    heard.count = heard.total = 0;
    return run_at(b, job, tap_path("file"), data, size, out);
}

__attribute__((unused)) static tutela_status run(tt_broker *b, const void *data, size_t size, tt_opened *out)
{
    tt_job job = {.mask = KIT_MASK, .teller = keep, .user = &heard};

    return run_job(b, job, data, size, out);
}

__attribute__((unused)) static tt_broker *broker_of(const char *program, const tt_broker_options *options)
{
    tt_broker_options with = options ? *options : (tt_broker_options){0};
    tutela_error error = {0};
    tt_broker *b = NULL;

    with.program = program;
    if (tt_broker_new(&b, &with, &error) != TUTELA_OK) {
        printf("Bail out! %s: %s\n", program, error.text);
        exit(1);
    }
    return b;
}

__attribute__((unused)) static int same_digests(const kept *k, bytes content)
{
    tt_digests want;

    return tt_digest_bytes(KIT_MASK, content.data, content.size, &want, NULL) == TUTELA_OK
           && k->digests.mask == KIT_MASK && k->bytes == content.size
           && memcmp(k->digests.value[TUTELA_MD5], want.value[TUTELA_MD5], 16) == 0
           && memcmp(k->digests.value[TUTELA_SHA256], want.value[TUTELA_SHA256], 32) == 0;
}

#endif
