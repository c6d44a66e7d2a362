/*
 * say: everything the program says on standard error, and the end of standard output.
 *
 * Names come from the evidence and from the command line, so nothing reaches a terminal before
 * cli_display has made it one harmless line.
 */
#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

/* Longest line said: a path of PATH_MAX in full escape is cut, an ordinary message never. */
#define LINE_MAX_BYTES 4096

size_t cli_character(const char *at, uint32_t *code)
{
    const unsigned char *text = (const unsigned char *)at;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = *text < 0x80 ? 1 : *text < 0xc2 ? 0 : *text < 0xe0 ? 2 : *text < 0xf0 ? 3 : 4;

    if (size == 0 || *text > 0xf4)
        return 0;
    *code = size == 1 ? *text : *text & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        *code = *code << 6 | (text[i] & 0x3fu);
    }
    if (size > 1 && *code < least[size])
        return 0;
    return *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff) ? 0 : size;
}

int cli_hidden(uint32_t code)
{
    static const uint32_t ranges[][2] = {
        {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},
        {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
        {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
    };

    if (code >= 0x20 && code < 0x7f) /* nearly all text there is */
        return 0;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i][0] && code <= ranges[i][1])
            return 1;
    return 0;
}

void cli_display(char *out, size_t size, const char *text)
{
    const char *at = text;
    size_t used = 0;

    while (*at) {
        char piece[16];
        uint32_t code = 0;
        size_t length = cli_character(at, &code);
        size_t wide;

        if (length > 0 && !cli_hidden(code))
            wide = (size_t)snprintf(piece, sizeof piece, "%.*s", (int)length, at);
        else if (length > 1)
            wide = (size_t)snprintf(piece, sizeof piece, "\\u{%X}", code);
        else
            wide = (size_t)snprintf(piece, sizeof piece, "\\x%02x", (unsigned char)*at);
        if (used + wide + 1 > size)
            break;
        memcpy(out + used, piece, wide);
        used += wide;
        at += length > 0 ? length : 1;
    }
    out[used] = '\0';
}

/* One write for a line, so that two threads or two programs never mix theirs. */
static void line(const char *before, const char *format, va_list arguments)
{
    char raw[LINE_MAX_BYTES], shown[LINE_MAX_BYTES];

    vsnprintf(raw, sizeof raw, format, arguments);
    cli_display(shown, sizeof shown, raw);
    fprintf(stderr, "%s%s\n", before, shown);
    fflush(stderr);
}

void cli_note(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    line("", format, arguments);
    va_end(arguments);
}

int cli_fail(int status, const char *advice, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    line("tutela: ", format, arguments);
    va_end(arguments);
    cli_note("  %s", advice);
    return status;
}

int cli_fail_error(int status, const tutela_error *error, const char *advice)
{
    return cli_fail(status, error->advice[0] ? error->advice : advice, "%s",
                    error->text[0] ? error->text : tutela_status_text(error->status));
}

int cli_exit_of(tutela_status status)
{
    switch (status) {
    case TUTELA_SET_REFUSED:
        return CLI_EXIT_REFUSED;
    case TUTELA_RECORD:
    case TUTELA_MEMORY:
        return CLI_EXIT_RECORD;
    default:
        return CLI_EXIT_USAGE;
    }
}

int cli_stdout_done(void)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return CLI_EXIT_OK;
    return cli_fail(CLI_EXIT_RECORD, "make room, or let the reader of the output read on",
                    "standard output: cannot write: %s", strerror(errno ? errno : EIO));
}
