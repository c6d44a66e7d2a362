/* selftest: counts checks and hands them on. */
#include "base/selftest.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

tutela_status tt_selftest_note(tt_selftest *test, int passed, const char *detail,
                               tutela_error *error, const char *format, ...)
{
    char name[TT_SELFTEST_TEXT];
    tutela_selftest_check check = {.size = sizeof check,
                                   .group = test->group,
                                   .name = name,
                                   .detail = passed ? "" : detail,
                                   .passed = passed != 0};
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    if (!passed && test->wrong == 0)
        memcpy(test->first, name, sizeof name);
    test->right += passed != 0;
    test->wrong += passed == 0;
    if (test->on_check && test->on_check(test->user, &check) != 0)
        return tt_fail(error, TUTELA_RECORD, 0, "self-test: stopped by whom it reports to");
    return TUTELA_OK;
}

/* 1 when a status tells of the part that answered with it. */
static int tells(tutela_status status)
{
    return status != TUTELA_MEMORY && status != TUTELA_IO && status != TUTELA_RECORD
           && status != TUTELA_UNAVAILABLE;
}

tutela_status tt_selftest_answer(tt_selftest *test, tutela_status status, const tutela_error *said,
                                 tutela_error *error, const char *name)
{
    if (tells(status))
        return tt_selftest_note(test, status == TUTELA_OK, said->text, error, "%s", name);
    if (error)
        *error = *said;
    return status;
}
