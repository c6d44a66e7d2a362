/* selftest_make: the files that the self-test of sets asks. */
#include "base/clock.h"
#include "base/io.h"
#include "base/text.h"
#include "digest/selftest.h"
#include "hashsets/build.h"
#include "hashsets/selftest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MEMORY ((uint64_t)8 << 20) /* for sorting: far more than the set takes */
#define OTHERS 1000u               /* entries beside those that are asked for */

static tutela_status make_file(tt_selftest_file *out, tutela_error *error)
{
    out->fd = tt_memory_file();
    if (out->fd < 0)
        return tt_fail(error, TUTELA_IO, errno, "no file in memory");
    (void)snprintf(out->path, sizeof out->path, "/proc/self/fd/%d", out->fd);
    return TUTELA_OK;
}

tutela_status tt_selftest_file_of(tt_selftest_file *out, const void *data, size_t size,
                                  tutela_error *error)
{
    TT_TRY(make_file(out, error));
    if (tt_write_all(out->fd, data, size) != 0)
        return tt_fail(error, TUTELA_IO, errno, "cannot write to memory");
    return TUTELA_OK;
}

void tt_selftest_file_done(tt_selftest_file *file)
{
    if (file->fd >= 0)
        (void)tt_close(file->fd);
}

tutela_status tt_selftest_file_flip(const tt_selftest_file *file, uint64_t offset, unsigned bit,
                                    tutela_error *error)
{
    uint8_t byte;

    if (tt_pread_all(file->fd, &byte, 1, offset) != 0)
        return tt_fail(error, TUTELA_IO, 0, "cannot read from memory");
    byte ^= (uint8_t)(1u << bit);
    if (tt_pwrite(file->fd, &byte, 1, offset) != 1)
        return tt_fail(error, TUTELA_IO, errno, "cannot write to memory");
    return TUTELA_OK;
}

tutela_status tt_selftest_key(tt_selftest_file *out, uint8_t number, tutela_error *error)
{
    uint8_t key[TT_SEAL_KEY_SIZE];

    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(number + i);
    return tt_selftest_file_of(out, key, sizeof key, error);
}

static tutela_status add_answer(tt_build *build, size_t number, tutela_error *error)
{
    const tt_answer *answer = tt_answer_at(number);
    tt_row row = TT_ROW_EMPTY;
    char id[32];

    (void)snprintf(id, sizeof id, "message %zu", number);
    row.entry = id;
    row.size = answer->size;
    row.scheme = "self-test";
    row.value = number % 3 ? "one" : "two";
    row.digests.mask = TT_DIGEST_ALL;
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
        (void)tt_hex_decode(answer->hex[a], 2 * tt_digest_size(a), row.digests.value[a]);
    return tt_build_add(build, &row, error);
}

/* What stands between them, so that look-ups have something to pass by. */
static tutela_status add_other(tt_build *build, uint64_t number, tutela_error *error)
{
    tt_row row = TT_ROW_EMPTY;
    uint64_t state = number;

    row.digests.mask = TUTELA_BIT(number % 3);
    for (size_t i = 0; i < tt_digest_size((int)(number % 3)); i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        row.digests.value[number % 3][i] = (uint8_t)(state >> 56);
    }
    return tt_build_add(build, &row, error);
}

static tutela_status fill(tt_build *build, const tt_seal *seal, tutela_error *error)
{
    if (seal)
        TT_TRY(tt_build_seal(build, seal, error));
    for (size_t i = 0; i < TT_ANSWERS; i++) {
        TT_TRY(tt_build_list(build, i % 2 ? "known bad" : "known good", "1",
                             i % 2 ? TUTELA_KNOWN_BAD : TUTELA_KNOWN_GOOD, error));
        TT_TRY(add_answer(build, i, error));
    }
    for (uint64_t i = 0; i < OTHERS; i++)
        TT_TRY(add_other(build, i, error));
    tt_build_expires(build, TT_SELFTEST_EXPIRES);
    return tt_build_finish(build, TT_TIME_UNKNOWN, NULL, error);
}

tutela_status tt_selftest_set(tt_selftest_file *out, const tt_seal *seal, tutela_error *error)
{
    tt_build *build = NULL;
    tutela_status status;

    TT_TRY(make_file(out, error));
    TT_TRY(tt_build_new_at(&build, out->fd, "/var/tmp", "self-test", MEMORY, error));
    status = fill(build, seal, error);
    tt_build_free(build);
    return status;
}
