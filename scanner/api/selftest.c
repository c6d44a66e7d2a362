/*
 * selftest: has every module ask itself. Answers that are about bytes of reports are looked at here,
 * since reports know no digests.
 */
#include "base/selftest.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "digest/selftest.h"
#include "digest/sha256.h"
#include "engine/typist.h"
#include "hashsets/selftest.h"
#include "identify/selftest.h"
#include "report/selftest.h"

#include <errno.h>
#include <string.h>

/* ---- Reports ----------------------------------------------------------------------------- */

/* The SHA-256 of the report in `fd`, its version replaced. */
static tutela_status digest_report(int fd, uint8_t out[TT_SHA256_SIZE], tutela_error *error)
{
    TT_AUTO_FREE char *text = NULL;
    struct stat facts;
    size_t size;

    if (tt_fstat(fd, &facts) != 0)
        return tt_fail(error, TUTELA_IO, errno, "no size of a file in memory");
    size = (size_t)facts.st_size;
    text = tt_alloc(size + 1, 1);
    if (!text)
        return tt_no_memory(error);
    if (tt_pread_all(fd, text, size, 0) != 0)
        return tt_fail(error, TUTELA_IO, 0, "cannot read from memory");
    tt_sha256_bytes(text, tt_report_sample_plain(text, size), out);
    return TUTELA_OK;
}

static int is_answer(const uint8_t *digest, const char *hex)
{
    char text[2 * TT_SHA256_SIZE + 1];

    tt_hex_encode(digest, TT_SHA256_SIZE, text);
    return hex && strcmp(text, hex) == 0;
}

static tutela_status ask_report(tt_selftest *test, const tt_report_format *format,
                                tutela_error *error)
{
    TT_AUTO_CLOSE int fd = tt_memory_file();
    uint8_t digest[TT_SHA256_SIZE];

    if (fd < 0)
        return tt_fail(error, TUTELA_IO, errno, "no file in memory");
    TT_TRY(tt_report_sample(format, fd, error));
    TT_TRY(digest_report(fd, digest, error));
    return tt_selftest_note(test, is_answer(digest, tt_report_sample_answer(format->name)),
                            "it is written with other bytes", error, "a fixed run as %s",
                            format->name);
}

static tutela_status ask_reports(tt_selftest *test, tutela_error *error)
{
    const tt_report_format *format;

    test->group = "reports";
    for (size_t i = 0; (format = tt_report_format_at(i)); i++)
        TT_TRY(ask_report(test, format, error));
    return TUTELA_OK;
}

/* ---- All --------------------------------------------------------------------------------- */

static tutela_status ask_all(tt_selftest *test, tutela_error *error)
{
    TT_TRY(tt_selftest_kernels(test, error));
    TT_TRY(tt_selftest_streams(test, error));
    TT_TRY(tt_selftest_ed25519(test, error));
    TT_TRY(tt_selftest_blocks(test, error));
    TT_TRY(tt_selftest_signed(test, error));
    TT_TRY(tt_selftest_sets(test, error));
    TT_TRY(tt_selftest_types(test, error));
    TT_TRY(tt_selftest_typist(test, error));
    return ask_reports(test, error);
}

tutela_status tutela_selftest(int (*on_check)(void *user, const tutela_selftest_check *check),
                              void *user, tutela_error *error)
{
    tt_selftest test = {.on_check = on_check, .user = user, .group = ""};
    tutela_status status = ask_all(&test, error);

    /* What was found out counts, also when the rest could not be. */
    if (test.wrong == 0)
        return status;
    return tt_advise(error,
                     tt_fail(error, TUTELA_UNSOUND, 0, "self-test: %zu of %zu answers are wrong",
                             (size_t)test.wrong, (size_t)(test.wrong + test.right)),
                     "rely on no result of this build on this machine; first wrong: %s",
                     test.first);
}
