/* out: a buffered writer over a descriptor. */
#include "base/out.h"

#include "base/io.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void tt_out_init(tt_out *out, int fd)
{
    out->fd = fd;
    out->os_error = 0;
    out->used = 0;
}

static void write_out(tt_out *out, const void *data, size_t size)
{
    if (out->os_error == 0 && tt_write_all(out->fd, data, size) != 0)
        out->os_error = errno;
}

static void drain(tt_out *out)
{
    write_out(out, out->buffer, out->used);
    out->used = 0;
}

void tt_out_add(tt_out *out, const void *data, size_t size)
{
    if (size > sizeof out->buffer - out->used)
        drain(out);
    if (size >= sizeof out->buffer) {
        write_out(out, data, size);
        return;
    }
    if (size > 0)
        memcpy(out->buffer + out->used, data, size);
    out->used += size;
}

void tt_out_text(tt_out *out, const char *text)
{
    tt_out_add(out, text, strlen(text));
}

void tt_out_char(tt_out *out, char byte)
{
    tt_out_add(out, &byte, 1);
}

void tt_out_printf(tt_out *out, const char *format, ...)
{
    va_list arguments;
    char line[1024];
    int size;

    va_start(arguments, format);
    size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    /* Formats are for numbers and short words; anything longer goes through tt_out_add. */
    if (size < 0 || (size_t)size >= sizeof line)
        out->os_error = EOVERFLOW;
    else
        tt_out_add(out, line, (size_t)size);
}

tutela_status tt_out_flush(tt_out *out, tutela_error *error)
{
    drain(out);
    if (out->os_error == 0)
        return TUTELA_OK;
    return tt_advise(error,
                     tt_fail(error, TUTELA_RECORD, out->os_error, "output: cannot write"),
                     "make room, or write somewhere else with --output, and run again");
}
