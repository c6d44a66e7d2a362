/*
 * status: the inner door to the public status and error types.
 *
 * Inner functions use the same tutela_status and tutela_error as public ones, so that an error
 * needs no translation on its way up. Rules: a lower message is never overwritten; outputs are
 * untouched on failure; text never holds list content.
 */
#ifndef TT_BASE_STATUS_H
#define TT_BASE_STATUS_H

#include "tutela.h"

#define TT_MUST_USE TUTELA_MUST_USE
#define TT_PRINTF(text_at, first_at) __attribute__((format(printf, text_at, first_at)))

/* Return from the enclosing function when `call` fails. */
#define TT_TRY(call)                          \
    do {                                      \
        tutela_status tt_try_status = (call); \
        if (tt_try_status != TUTELA_OK)       \
            return tt_try_status;             \
    } while (0)

/*
 * Fill *error (NULL is fine) and return `status`, so that a failing branch is one line:
 *     return tt_fail(error, TUTELA_IO, errno, "%s: cannot open", path);
 * With os_error other than 0 the system's text is appended after ": ". Thread: any.
 */
tutela_status tt_fail(tutela_error *error, tutela_status status, int os_error, const char *format,
                      ...) TT_PRINTF(4, 5);

/* Set the advice of an error just made, and hand its status through. Thread: any. */
tutela_status tt_advise(tutela_error *error, tutela_status status, const char *format, ...)
    TT_PRINTF(3, 4);

/* Set the offset (byte or line) of an error just made, and hand its status through. */
tutela_status tt_fail_at(tutela_error *error, tutela_status status, uint64_t offset);

/* Out of memory: needs none itself. */
tutela_status tt_no_memory(tutela_error *error);

/* The system's text for an errno, in the caller's buffer. Thread: any. */
const char *tt_errno_text(int os_error, char *buffer, size_t size);

#endif
