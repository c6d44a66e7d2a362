/* status: filling errors, and the texts of public statuses and words. */
#include "base/status.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *tt_errno_text(int os_error, char *buffer, size_t size)
{
    /* The GNU strerror_r may answer a static string instead of filling the buffer. */
    return strerror_r(os_error, buffer, size);
}

static void format_text(char *out, size_t size, const char *format, va_list arguments)
{
    if (vsnprintf(out, size, format, arguments) < 0)
        out[0] = '\0';
}

/* The end of a long text is kept: what matters about a long path is its name, and why. */
static void keep_end(char *out, size_t size, const char *text)
{
    static const char dots[] = "...";
    size_t length = strlen(text);

    if (length < size) {
        memcpy(out, text, length + 1);
        return;
    }
    text += length - (size - sizeof dots);
    while ((*text & 0xc0) == 0x80) /* not in the middle of a character */
        text++;
    (void)snprintf(out, size, "%s%s", dots, text);
}

tutela_status tt_fail(tutela_error *error, tutela_status status, int os_error, const char *format,
                      ...)
{
    char whole[PATH_MAX + 256], system[96];
    va_list arguments;
    size_t used;

    if (!error)
        return status;
    error->status = (int32_t)status;
    error->os_error = os_error;
    error->offset = TUTELA_NO_OFFSET;
    error->advice[0] = '\0';
    va_start(arguments, format);
    format_text(whole, sizeof whole - sizeof system, format, arguments);
    va_end(arguments);
    used = strlen(whole);
    if (os_error != 0)
        (void)snprintf(whole + used, sizeof whole - used, ": %s",
                       tt_errno_text(os_error, system, sizeof system));
    keep_end(error->text, sizeof error->text, whole);
    return status;
}

tutela_status tt_advise(tutela_error *error, tutela_status status, const char *format, ...)
{
    va_list arguments;

    if (!error)
        return status;
    va_start(arguments, format);
    format_text(error->advice, sizeof error->advice, format, arguments);
    va_end(arguments);
    return status;
}

tutela_status tt_fail_at(tutela_error *error, tutela_status status, uint64_t offset)
{
    if (error)
        error->offset = offset;
    return status;
}

tutela_status tt_no_memory(tutela_error *error)
{
    return tt_fail(error, TUTELA_MEMORY, 0, "out of memory");
}
