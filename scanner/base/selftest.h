/*
 * selftest: where the modules' self-tests put their answers.
 *
 * Each module holds its own known answers and asks itself; api/selftest.c has them all do so. A wrong
 * answer is a check that did not pass, and the test goes on. A failed status is something else: the
 * test itself could not be done.
 */
#ifndef TT_BASE_SELFTEST_H
#define TT_BASE_SELFTEST_H

#include "base/status.h"

#define TT_SELFTEST_TEXT 192u /* bytes of a check's name or detail, with the NUL */

/* One run. Single. */
typedef struct tt_selftest {
    int (*on_check)(void *user, const tutela_selftest_check *check); /* NULL: count only */
    void *user;
    const char *group; /* of the checks that follow; static */
    uint64_t right;
    uint64_t wrong;
    char first[TT_SELFTEST_TEXT]; /* the first check that did not pass */
} tt_selftest;

/*
 * Count a check of the group and hand it on; `detail`, what is wrong, counts only when it did not
 * pass. TUTELA_RECORD when the taker wants no more.
 */
TT_MUST_USE tutela_status tt_selftest_note(tt_selftest *test, int passed, const char *detail,
                                           tutela_error *error, const char *format, ...)
    TT_PRINTF(5, 6);

/*
 * Note a check that passed when `status`, which the part under test answered with, is TUTELA_OK; its
 * detail is the text of `said`, which came with it. A status that tells of this moment or this machine
 * and not of the part (no memory, no descriptor, a library that is not there) is passed on with that
 * text: nothing was tested.
 */
TT_MUST_USE tutela_status tt_selftest_answer(tt_selftest *test, tutela_status status,
                                             const tutela_error *said, tutela_error *error,
                                             const char *name);

#endif
