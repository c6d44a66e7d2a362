/*
 * selftest: a fixed run, and what each format must make of it.
 */
#ifndef TT_REPORT_SELFTEST_H
#define TT_REPORT_SELFTEST_H

#include "report/report.h"

#include <stddef.h>

/*
 * Write the fixed run to `fd` in a format: findings of every kind, names that must be escaped, fixed
 * times. The format's own failures are passed on. Thread: any.
 */
TT_MUST_USE tutela_status tt_report_sample(const tt_report_format *format, int fd,
                                           tutela_error *error);

/*
 * Replace this library's version in a written report by one character, so that answers outlive
 * releases. Returns the bytes that are left. Thread: any.
 */
size_t tt_report_sample_plain(char *text, size_t size);

/*
 * The SHA-256, in hex, of what tt_report_sample_plain leaves of that report; NULL when none is known
 * for the format. Static. Thread: any.
 */
const char *tt_report_sample_answer(const char *format);

#endif
