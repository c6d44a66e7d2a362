/*
 * input: a list file, read once from front to back (see input.h).
 *
 * One buffer: [start, end) is read from the file and not yet handed out. It begins with 64 KiB and
 * grows only while a row does not fit. UTF-16 goes through a second one in front of it; a zip file is
 * unpacked in front of both.
 */
#include "hashsets/import/input.h"

#include "hashsets/import/utf16.h"
#include "hashsets/import/zip.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

#define FIRST_ROOM 65536u
/* A row of the longest allowed size with its CR LF must fit. */
#define LAST_ROOM (TT_INPUT_LINE_MAX + 2u)
/* Bytes of the name in messages: leaves a third of tutela_error.text to the reason. */
#define NAME_SHOWN 200u

struct tt_input {
    int fd;
    int ended;
    char *name;
    uint8_t *data;
    size_t room;
    size_t start;
    size_t end;
    uint64_t base;  /* where data[0] lies in the file */
    uint64_t lines; /* lines handed out so far */
    tt_utf16 wide;  /* wide.raw is NULL unless the file is UTF-16 */
    tt_zip *zip;    /* NULL unless the list lies in a zip file */
};

void tt_input_free(tt_input *input)
{
    if (!input)
        return;
    tt_zip_close(input->zip);
    if (input->fd >= 0)
        (void)tt_close(input->fd);
    tt_free(input->wide.raw);
    tt_free(input->data);
    tt_free(input->name);
    tt_free(input);
}

void tt_input_free_cleanup(tt_input **input)
{
    tt_input_free(*input);
}

const char *tt_input_name(const tt_input *input)
{
    return input->name;
}

/* The list's next bytes, *got of them, 0 at its end. */
static tutela_status read_more(tt_input *input, uint8_t *out, size_t room, size_t *got,
                               tutela_error *error)
{
    if (input->zip)
        return tt_zip_read(input->zip, out, room, got, error);
    ssize_t size = tt_read(input->fd, out, room);
    if (size < 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read", input->name);
    *got = (size_t)size;
    return TUTELA_OK;
}

/* What fill does, for a file in UTF-16. */
static tutela_status fill_wide(tt_input *input, tutela_error *error)
{
    tt_utf16 *wide = &input->wide;
    size_t got = 0;

    for (;;) {
        size_t made =
            tt_utf16_decode(wide, input->data + input->end, input->room - input->end);
        input->end += made;
        input->ended = made == 0 && wide->ended;
        if (made > 0 || wide->ended)
            return TUTELA_OK;
        tt_utf16_compact(wide);
        TT_TRY(read_more(input, wide->raw + wide->end, wide->room - wide->end, &got, error));
        wide->ended = got == 0;
        wide->end += got;
    }
}

/* Read once more behind `end`; there must be room. */
static tutela_status fill(tt_input *input, tutela_error *error)
{
    size_t got = 0;

    if (input->wide.raw)
        return fill_wide(input, error);
    TT_TRY(read_more(input, input->data + input->end, input->room - input->end, &got, error));
    if (got == 0)
        input->ended = 1;
    input->end += got;
    return TUTELA_OK;
}

/* Move what is not handed out yet to the front. */
static void compact(tt_input *input)
{
    if (input->start == 0)
        return;
    memmove(input->data, input->data + input->start, input->end - input->start);
    input->base += input->start;
    input->end -= input->start;
    input->start = 0;
}

/* Fill the buffer until the head is whole: a pipe hands out what it has. */
static tutela_status fill_head(tt_input *input, tutela_error *error)
{
    if (input->room - input->start < TT_IMPORT_HEAD)
        compact(input);
    while (!input->ended && input->end - input->start < TT_IMPORT_HEAD)
        TT_TRY(fill(input, error));
    return TUTELA_OK;
}

/*
 * The name as messages show it: displayable, and of a long one the end, so that the reason behind
 * it is never cut off.
 */
static char *message_name(const char *name)
{
    TT_AUTO_BUF tt_buf shown = {0};
    const char *from;

    /* The longest display form of one byte is "\xNN", of a character of two bytes "\u{NNNN}". */
    tt_buf_init(&shown, 4 * strlen(name));
    tt_buf_add_text(&shown, "");
    tt_text_display(&shown, name, strlen(name));
    if (tt_buf_failed(&shown))
        return NULL;
    if (shown.size <= NAME_SHOWN)
        return tt_copy_text(shown.data);
    from = shown.data + shown.size - (NAME_SHOWN - 3);
    while ((*from & 0xC0) == 0x80)
        from++;
    memcpy(shown.data, "...", 3);
    memmove(shown.data + 3, from, (size_t)(shown.data + shown.size - from) + 1);
    return tt_copy_text(shown.data);
}

/* An input without a descriptor yet. */
static tt_input *make(const char *name)
{
    tt_input *input = tt_alloc(1, sizeof *input);

    if (!input)
        return NULL;
    input->fd = -1;
    input->room = FIRST_ROOM;
    input->name = message_name(name);
    input->data = tt_alloc_raw(FIRST_ROOM, 1);
    if (input->name && input->data)
        return input;
    tt_input_free(input);
    return NULL;
}

/* The bytes read so far are UTF-16: decode them, and all behind them. */
static tutela_status widen(tt_input *input, tutela_error *error)
{
    uint8_t *data = tt_alloc_raw(FIRST_ROOM, 1);

    if (!data)
        return tt_no_memory(error);
    input->wide.raw = input->data;
    input->wide.room = input->room;
    input->wide.end = input->end;
    input->wide.ended = input->ended;
    input->data = data;
    input->room = FIRST_ROOM;
    input->end = 0;
    input->ended = 0;
    return fill_head(input, error);
}

/* The bytes read so far are a zip file's: forget them, and read the list in it. */
static tutela_status unpack(tt_input *input, tutela_error *error)
{
    uint64_t size;
    int fd;

    TT_TRY(tt_input_file(input, &fd, &size, error));
    TT_TRY(tt_zip_open(&input->zip, fd, input->name, error));
    input->end = 0;
    input->ended = 0;
    return fill_head(input, error);
}

/* The first bytes, less a byte order mark. */
static tutela_status begin(tt_input *input, tutela_error *error)
{
    TT_TRY(fill_head(input, error));
    if (tt_zip_is(input->data, input->end))
        TT_TRY(unpack(input, error));
    if (tt_utf16_begin(&input->wide, input->data, input->end))
        return widen(input, error);
    if (input->end >= 3 && memcmp(input->data, "\xEF\xBB\xBF", 3) == 0)
        input->start = 3;
    return TUTELA_OK;
}

tutela_status tt_input_from(tt_input **out, int fd, const char *name, tutela_error *error)
{
    TT_AUTO_INPUT tt_input *input = make(name);

    if (!input) {
        (void)tt_close(fd);
        return tt_no_memory(error);
    }
    input->fd = fd;
    TT_TRY(begin(input, error));
    *out = input;
    input = NULL;
    return TUTELA_OK;
}

tutela_status tt_input_open(tt_input **out, const char *path, tutela_error *error)
{
    TT_AUTO_INPUT tt_input *input = make(path);
    struct stat facts;

    if (!input)
        return tt_no_memory(error);
    input->fd = tt_openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0);
    if (input->fd < 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot open", input->name);
    if (tt_fstat(input->fd, &facts) != 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read", input->name);
    if (S_ISDIR(facts.st_mode)) {
        (void)tt_fail(error, TUTELA_IO, EISDIR, "%s: cannot read", input->name);
        return tt_advise(error, TUTELA_IO, "name the list files inside it");
    }
    TT_TRY(begin(input, error));
    *out = input;
    input = NULL;
    return TUTELA_OK;
}

tutela_status tt_input_peek(tt_input *input, const uint8_t **head, size_t *size,
                            tutela_error *error)
{
    TT_TRY(fill_head(input, error));
    size_t there = input->end - input->start;
    *head = input->data + input->start;
    *size = there < TT_IMPORT_HEAD ? there : TT_IMPORT_HEAD;
    return TUTELA_OK;
}

tutela_status tt_input_chunk(tt_input *input, const uint8_t **data, size_t *size,
                             uint64_t *offset, tutela_error *error)
{
    if (input->start == input->end && !input->ended) {
        compact(input);
        TT_TRY(fill(input, error));
    }
    *data = input->data + input->start;
    *size = input->end - input->start;
    if (offset)
        *offset = input->base + input->start;
    input->start = input->end;
    return TUTELA_OK;
}

tutela_status tt_input_file(const tt_input *input, int *fd, uint64_t *size, tutela_error *error)
{
    struct stat facts;

    if (input->zip) {
        (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0,
                      "%s: a list of this format cannot be read inside a zip", input->name);
        return tt_advise(error, TUTELA_LIST_UNUSABLE, "unpack it first");
    }
    if (tt_fstat(input->fd, &facts) != 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read", input->name);
    if (!S_ISREG(facts.st_mode)) {
        (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0,
                      "%s: a list of this format cannot be read from a pipe", input->name);
        return tt_advise(error, TUTELA_LIST_UNUSABLE, "save it as a file first");
    }
    *fd = input->fd;
    *size = (uint64_t)facts.st_size;
    return TUTELA_OK;
}

/* Make room behind `end`, growing the buffer when one row fills it. */
static tutela_status make_room(tt_input *input, tutela_error *error)
{
    compact(input);
    if (input->end < input->room)
        return TUTELA_OK;
    size_t room = input->room * 2 < LAST_ROOM ? input->room * 2 : LAST_ROOM;
    uint8_t *data = tt_realloc(input->data, room, 1);
    if (!data)
        return tt_no_memory(error);
    input->data = data;
    input->room = room;
    return TUTELA_OK;
}

/* Drop bytes up to and with the next LF. */
static tutela_status skip_line(tt_input *input, tutela_error *error)
{
    for (;;) {
        uint8_t *at = input->data + input->start;
        uint8_t *end = memchr(at, '\n', input->end - input->start);

        if (end) {
            input->start = (size_t)(end - input->data) + 1;
            return TUTELA_OK;
        }
        input->start = input->end;
        if (input->ended)
            return TUTELA_OK;
        compact(input);
        TT_TRY(fill(input, error));
    }
}

/* Hand out `size` bytes from `start` as a line, of which `whole` are used up: one more, its LF. */
static void give(tt_input *input, tt_line *line, size_t size, size_t whole)
{
    line->text = (const char *)(input->data + input->start);
    line->unended = size == whole && (size == 0 || line->text[size - 1] != '\r');
    if (size > 0 && line->text[size - 1] == '\r')
        size--;
    line->size = size;
    line->number = ++input->lines;
    line->too_long = 0;
    input->start += whole;
}

tutela_status tt_input_line(tt_input *input, tt_line *line, tutela_error *error)
{
    size_t seen = 0; /* bytes from start known to hold no LF */

    for (;;) {
        size_t there = input->end - input->start;
        uint8_t *at = input->data + input->start;
        uint8_t *end = there > seen ? memchr(at + seen, '\n', there - seen) : NULL;
        size_t size = end ? (size_t)(end - at) : there;

        if (size > TT_INPUT_LINE_MAX && (size > TT_INPUT_LINE_MAX + 1 || at[size - 1] != '\r'))
            break;
        if (end || (input->ended && there > 0)) {
            give(input, line, size, end ? size + 1 : size);
            return TUTELA_OK;
        }
        if (input->ended) {
            *line = (tt_line){.number = input->lines};
            return TUTELA_OK;
        }
        seen = there;
        if (input->end == input->room)
            TT_TRY(make_room(input, error));
        TT_TRY(fill(input, error));
    }
    TT_TRY(skip_line(input, error));
    *line = (tt_line){.text = "", .number = ++input->lines, .too_long = 1};
    return TUTELA_OK;
}

int tt_head_line(const uint8_t *head, size_t head_size, size_t *at, const char **line,
                 size_t *size)
{
    if (*at >= head_size)
        return 0;
    const uint8_t *from = head + *at;
    const uint8_t *end = memchr(from, '\n', head_size - *at);
    if (!end && *at > 0 && head_size >= TT_IMPORT_HEAD)
        return 0;
    size_t length = end ? (size_t)(end - from) : head_size - *at;
    *at += length + 1;
    if (length > 0 && from[length - 1] == '\r')
        length--;
    *line = (const char *)from;
    *size = length;
    return 1;
}
