/*
 * t_import_marks: t_import_rows with the dates of rows. Whatever happens, nothing may be printed by
 * a library: what is broken in a list is quoted there.
 */
#ifndef TT_TESTS_IMPORT_MARKS_H
#define TT_TESTS_IMPORT_MARKS_H

#include "t_import_rows.h"

static int64_t updated[ROWS_MAX];

static tutela_status keep_dated(void *user, const tt_row *row, tutela_error *error)
{
    if (row_count < ROWS_MAX)
        updated[row_count] = row->updated;
    return keep_row(user, row, error);
}

static const tt_row_sink keep_marked = {
    .take = keep_dated, .reject = keep_reject, .count = keep_count};

/* As read_bytes, and what was printed on standard error while reading fails the test. */
static tutela_status read_marked(const char *data, size_t size)
{
    char path[64];
    int fd = memfd_create("list", MFD_CLOEXEC), said = memfd_create("said", MFD_CLOEXEC);
    int errors = dup(2);

    if (fd < 0 || said < 0 || errors < 0 || write(fd, data, size) != (ssize_t)size) {
        printf("Bail out! no file in memory\n");
        exit(1);
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    row_count = reject_count = 0;
    memset(counts, 0, sizeof counts);
    got_format = NULL;
    memset(&got_error, 0, sizeof got_error);
    dup2(said, 2);
    tutela_status status = tt_import_file(path, &keep_marked, &got_format, &got_error);
    dup2(errors, 2);
    if (lseek(said, 0, SEEK_END) != 0)
        ok(0, "nothing is printed");
    close(errors);
    close(said);
    close(fd);
    size_t skipped = strncmp(got_error.text, path, strlen(path)) == 0 ? strlen(path) : 0;
    if (tells(got_error.text + skipped, data, size) || tells(got_error.advice, data, size))
        ok(0, "the error of a broken list tells nothing of it");
    return status;
}

__attribute__((unused)) static tutela_status read_marked_text(const char *text)
{
    return read_marked(text, strlen(text));
}

/* 1 when the error names its line as the last thing it says. */
__attribute__((unused)) static int names_line(uint64_t line)
{
    char end[64];
    int size = snprintf(end, sizeof end, " at line %" PRIu64, line);
    size_t length = strlen(got_error.text);

    if (length >= (size_t)size && strcmp(got_error.text + length - (size_t)size, end) == 0
        && got_error.offset == line)
        return 1;
    printf("# error: %s\n", got_error.text);
    return 0;
}

/* Text in UTF-8 as UTF-16; `order` is "LE" or "BE". The caller frees it. */
__attribute__((unused)) static char *utf16(const char *text, const char *order, int mark,
                                           size_t *size)
{
    size_t length = strlen(text), used = 0, step;
    int high = strcmp(order, "LE") == 0; /* where the high byte stands */
    char *out = calloc(length + 2, 2);
    uint16_t units[2];
    uint32_t code;

    if (!out)
        exit(1);
    for (size_t at = 0; at <= length; at += step) {
        int count = 1;
        step = 0;
        units[0] = 0xFEFF;
        if (at > 0 || !mark) {
            step = tt_utf8_next(text + at, length - at, &code);
            if (step == 0)
                break;
            units[0] = (uint16_t)code;
            if (code > 0xFFFF) {
                units[0] = (uint16_t)(0xD800 + ((code - 0x10000) >> 10));
                units[1] = (uint16_t)(0xDC00 + (code & 0x3FF));
                count = 2;
            }
        }
        mark = 0;
        for (int i = 0; i < count; i++) {
            out[used + (size_t)high] = (char)(units[i] >> 8);
            out[used + (size_t)!high] = (char)(units[i] & 0xFF);
            used += 2;
        }
    }
    *size = used;
    return out;
}

#endif
