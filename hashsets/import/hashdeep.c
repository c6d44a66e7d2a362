/*
 * hashdeep: the versioned text format of hashdeep, several digests a row.
 *
 *     %%%% HASHDEEP-1.0
 *     %%%% size,md5,sha256,filename       size first, filename last
 *     ## Invoked from: /home/someone      a comment
 *     5,5d41...,2cf2...,/a, b             unquoted: the name is all behind the last column's comma
 *
 *     8,64a5...,2850...,/a offset 0-7     -p: of a piece, rejected (see piece.h)
 *
 * A file may hold several such blocks. Source: the FILEFORMAT page of jessek/hashdeep.
 */
#include "hashsets/import/formats.h"
#include "hashsets/import/piece.h"

#include <string.h>

#define MAGIC "%%%% HASHDEEP-"
#define VERSION "1.0"
/* hashdeep knows six algorithms; the rest is room for what it may learn. */
#define COLUMNS_MAX 16u

/* What a block's column line says, size and filename left out. */
typedef struct layout {
    size_t count;
    int algorithm[COLUMNS_MAX]; /* -1: one that is not matched, such as whirlpool */
} layout;

int tt_hashdeep_bid(const uint8_t *head, size_t size)
{
    return size >= sizeof MAGIC - 1 && memcmp(head, MAGIC, sizeof MAGIC - 1) == 0 ? 100 : 0;
}

/* Cut the next comma-ended part off. 0 when there is no comma. */
static int cut(const char **text, size_t *size, const char **part, size_t *part_size)
{
    const char *comma = *size > 0 ? memchr(*text, ',', *size) : NULL;

    if (!comma)
        return 0;
    *part = *text;
    *part_size = (size_t)(comma - *text);
    *text = comma + 1;
    *size -= *part_size + 1;
    return 1;
}

/* The columns behind "%%%% ". 0, or -1 when they are not a layout to be trusted. */
static int read_layout(layout *out, const char *text, size_t size)
{
    const char *part;
    size_t part_size;
    layout made = {0};
    uint32_t seen = 0;

    if (!cut(&text, &size, &part, &part_size) || part_size != 4 || memcmp(part, "size", 4) != 0)
        return -1;
    while (cut(&text, &size, &part, &part_size)) {
        int algorithm = tt_digest_by_name(part, part_size);

        if (made.count == COLUMNS_MAX || (algorithm >= 0 && (seen & TUTELA_BIT(algorithm))))
            return -1;
        if (algorithm >= 0)
            seen |= TUTELA_BIT(algorithm);
        made.algorithm[made.count++] = algorithm;
    }
    if (size != 8 || memcmp(text, "filename", 8) != 0 || seen == 0)
        return -1;
    *out = made;
    return 0;
}

static tutela_status advise_columns(tutela_error *error, tutela_status status)
{
    return tt_advise(error, status,
                     "it must read: %%%%%%%% size,md5,sha1,sha256,filename (one digest is enough)");
}

/* A "%%%% " line: a new block's version or its columns. */
static tutela_status read_header(layout *columns, const tt_input *input, const tt_line *line,
                                 tutela_error *error)
{
    const char *text = line->text;
    size_t size = line->size;

    if (size >= sizeof MAGIC - 1 && memcmp(text, MAGIC, sizeof MAGIC - 1) == 0) {
        columns->count = 0;
        if (size == sizeof MAGIC VERSION - 1 && memcmp(text, MAGIC VERSION, size) == 0)
            return TUTELA_OK;
        (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0,
                      "%s: hashdeep list of another version than " VERSION, tt_input_name(input));
        (void)tt_advise(error, TUTELA_LIST_UNUSABLE,
                        "make it again with a hashdeep whose lists begin with %s", MAGIC VERSION);
        return tt_fail_at(error, TUTELA_LIST_UNUSABLE, line->number);
    }
    if (size > 5 && read_layout(columns, text + 5, size - 5) == 0)
        return TUTELA_OK;
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0,
                  "%s: hashdeep column line %llu cannot be used", tt_input_name(input),
                  (unsigned long long)line->number);
    (void)advise_columns(error, TUTELA_LIST_UNUSABLE);
    return tt_fail_at(error, TUTELA_LIST_UNUSABLE, line->number);
}

static void read_row(tt_draft *entry, const layout *columns, const tt_line *line)
{
    const char *text = line->text, *part;
    size_t size = line->size, part_size;

    if (line->too_long) {
        tt_draft_fault(entry, TUTELA_REJECT_TOO_LONG);
        return;
    }
    if (memchr(text, '\0', size)) {
        tt_draft_fault(entry, TUTELA_REJECT_ENCODING);
        return;
    }
    if (columns->count == 0 || !cut(&text, &size, &part, &part_size)) {
        tt_draft_fault(entry, TUTELA_REJECT_SYNTAX);
        return;
    }
    if (part_size == 0)
        tt_draft_fault(entry, TUTELA_REJECT_SIZE);
    tt_draft_size(entry, part, part_size);
    for (size_t i = 0; i < columns->count; i++) {
        if (!cut(&text, &size, &part, &part_size))
            tt_draft_fault(entry, TUTELA_REJECT_SYNTAX);
        else if (columns->algorithm[i] >= 0)
            tt_draft_digest(entry, columns->algorithm[i], part, part_size);
    }
    if (tt_piece_is(text, size))
        tt_draft_fault(entry, TUTELA_REJECT_NO_DIGEST);
}

tutela_status tt_hashdeep_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    layout columns = {0};
    tt_pieces rows = {.held = 0};
    tt_line line;
    int usable = 0;

    for (;;) {
        TT_TRY(tt_input_line(input, &line, error));
        if (!line.text)
            break;
        if (line.size >= 4 && memcmp(line.text, "%%%%", 4) == 0) {
            TT_TRY(tt_pieces_flush(&rows, sink, error));
            TT_TRY(read_header(&columns, input, &line, error));
            usable = columns.count > 0;
            continue;
        }
        if (!line.too_long && (line.size == 0 || *line.text == '#')) {
            tt_pieces_other(&rows, line.text, line.size);
            continue;
        }
        read_row(tt_pieces_begin(&rows, line.number), &columns, &line);
        TT_TRY(tt_pieces_end(&rows, line.text, line.size, sink, error));
    }
    TT_TRY(tt_pieces_flush(&rows, sink, error));
    if (!usable)
        return advise_columns(error, tt_fail(error, TUTELA_LIST_UNUSABLE, 0,
                                             "%s: hashdeep list without a column line",
                                             tt_input_name(input)));
    return TUTELA_OK;
}
