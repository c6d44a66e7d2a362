/*
 * csv_record: cuts a CSV file into records and fields (see csv_record.h).
 *
 * Nearly every record is one line and is cut where it lies. Only one whose quotes are still open at
 * the line's end is gathered in `held`, where the scan goes on line by line.
 */
#include "hashsets/import/csv_record.h"

#include "hashsets/import/draft.h"

#include <string.h>

/* Where a scan stands. Anything but QUOTED at a line's end ends the record. */
typedef enum scan_state {
    FIELD_START,
    BARE,
    QUOTED,
    QUOTE_SEEN, /* inside quotes: the end of the field, or the first of two */
    BROKEN
} scan_state;

#define HELD_DROP 65536u /* used-up bytes kept in front of `held` before it is moved down */

void tt_csv_init(tt_csv *csv, tt_input *input, char delimiter, const tt_row_sink *sink)
{
    csv->input = input;
    csv->sink = sink;
    csv->delimiter = delimiter;
    csv->at = 0;
    csv->held_line = csv->line = 0;
    csv->count = 0;
    tt_buf_init(&csv->held, HELD_DROP + 2u * (TT_INPUT_LINE_MAX + 1u));
}

void tt_csv_done(tt_csv *csv)
{
    tt_buf_done(&csv->held);
}

static scan_state scan_step(scan_state state, char byte, char delimiter)
{
    if (byte == delimiter && state != QUOTED)
        return FIELD_START;
    if (byte == '"' && state != BARE)
        return state == QUOTED ? QUOTE_SEEN : QUOTED;
    if (state == QUOTE_SEEN)
        return BROKEN;
    return state == FIELD_START ? BARE : state;
}

static scan_state scan(scan_state state, const char *text, size_t size, char delimiter)
{
    if (state == FIELD_START && (size == 0 || !memchr(text, '"', size)))
        return BARE;
    for (size_t i = 0; i < size && state != BROKEN; i++) {
        if (state == QUOTED) {
            const char *quote = memchr(text + i, '"', size - i);
            if (!quote)
                return QUOTED;
            i = (size_t)(quote - text);
        }
        state = scan_step(state, text[i], delimiter);
    }
    return state;
}

/* The closing quote of the field whose opening one is at `text`, or `end`. */
static const char *closing_quote(const char *text, const char *end)
{
    const char *quote;

    while ((quote = memchr(text + 1, '"', (size_t)(end - text - 1)))) {
        if (quote + 1 == end || quote[1] != '"')
            return quote;
        /* A doubled one: go on behind the second. */
        text = quote + 1;
    }
    return end;
}

/* The end of the field at `text`: its delimiter, or `end`. */
static const char *field_end(const char *text, const char *end, char delimiter)
{
    const char *found = NULL;

    if (text < end && *text == '"')
        text = closing_quote(text, end);
    if (text < end)
        found = memchr(text, delimiter, (size_t)(end - text));
    return found ? found : end;
}

size_t tt_csv_split(const char *text, size_t size, char delimiter, tt_csv_field *fields,
                    size_t room)
{
    const char *end = text + size;
    size_t count = 0;

    while (count < room) {
        const char *stop = field_end(text, end, delimiter);
        tt_csv_field *field = &fields[count++];

        field->text = text;
        field->size = (size_t)(stop - text);
        if (field->size >= 2 && *text == '"' && stop[-1] == '"') {
            field->text++;
            field->size -= 2;
        }
        if (stop == end)
            break;
        text = stop + 1;
    }
    return count;
}

static void present(tt_csv *csv, const char *text, size_t size, uint64_t line)
{
    csv->line = line;
    csv->count = tt_csv_split(text, size, csv->delimiter, csv->fields, TT_CSV_FIELDS_MAX);
}

static void reject(tt_csv *csv, uint64_t line, tutela_reject reason)
{
    csv->sink->reject(csv->sink->user, line, reason);
}

/* Forget what was read from the held lines, now and then moving the rest down. */
static void drop_used(tt_csv *csv)
{
    if (csv->at < csv->held.size && csv->at < HELD_DROP)
        return;
    if (csv->at > 0)
        memmove(csv->held.data, csv->held.data + csv->at, csv->held.size - csv->at);
    csv->held.size -= csv->at;
    csv->at = 0;
}

static tutela_status hold(tt_csv *csv, const tt_line *line, tutela_error *error)
{
    tt_buf_add(&csv->held, line->text, line->size);
    tt_buf_add_char(&csv->held, '\n');
    return tt_buf_failed(&csv->held) ? tt_no_memory(error) : TUTELA_OK;
}

/* Hold one line more. *more is 0 at the end of the file. */
static tutela_status hold_next(tt_csv *csv, int *more, tutela_error *error)
{
    tt_line line;

    TT_TRY(tt_input_line(csv->input, &line, error));
    *more = line.text != NULL;
    if (!line.text)
        return TUTELA_OK;
    /* Stands as a blank line from here on. */
    if (line.too_long)
        reject(csv, line.number, TUTELA_REJECT_TOO_LONG);
    return hold(csv, &line, error);
}

/*
 * One record from the held lines, reading more while its quotes are open. When it is broken its
 * first line is rejected and dropped, and *found is 0.
 */
static tutela_status next_held(tt_csv *csv, int *found, tutela_error *error)
{
    scan_state state = FIELD_START;
    size_t from = csv->at, lines = 0, first_end = 0;
    int more = 1;

    do {
        if (from == csv->held.size)
            TT_TRY(hold_next(csv, &more, error));
        if (!more)
            break;
        const char *text = csv->held.data + from;
        size_t size = (size_t)((char *)memchr(text, '\n', csv->held.size - from) - text);
        state = scan(state, text, size, csv->delimiter);
        from += size + 1;
        first_end = lines++ == 0 ? from : first_end;
    } while (state == QUOTED && lines < TT_CSV_LINES_MAX && from - csv->at <= TT_INPUT_LINE_MAX);
    *found = state != QUOTED && state != BROKEN;
    if (*found) {
        present(csv, csv->held.data + csv->at, from - 1 - csv->at, csv->held_line);
        csv->held_line += lines;
        csv->at = from;
    } else {
        reject(csv, csv->held_line++, TUTELA_REJECT_SYNTAX);
        csv->at = first_end;
    }
    return TUTELA_OK;
}

/* One record from the file itself, or its first line held when it goes on. */
static tutela_status next_line(tt_csv *csv, int *found, int *more, tutela_error *error)
{
    tt_line line;

    *found = 0;
    TT_TRY(tt_input_line(csv->input, &line, error));
    *more = line.text != NULL;
    if (!line.text)
        return TUTELA_OK;
    scan_state state = scan(FIELD_START, line.text, line.size, csv->delimiter);
    if (line.too_long) {
        reject(csv, line.number, TUTELA_REJECT_TOO_LONG);
    } else if (state == BROKEN) {
        reject(csv, line.number, TUTELA_REJECT_SYNTAX);
    } else if (state == QUOTED) {
        csv->held_line = line.number;
        return hold(csv, &line, error);
    } else {
        *found = 1;
        present(csv, line.text, line.size, line.number);
    }
    return TUTELA_OK;
}

tutela_status tt_csv_next(tt_csv *csv, int *more, tutela_error *error)
{
    int found = 0;

    *more = 1;
    while (*more && !found) {
        drop_used(csv);
        if (csv->held.size > 0)
            TT_TRY(next_held(csv, &found, error));
        else
            TT_TRY(next_line(csv, &found, more, error));
        if (found && csv->count == 1 && tt_blank(csv->fields[0].text, csv->fields[0].size))
            found = 0;
    }
    return TUTELA_OK;
}
