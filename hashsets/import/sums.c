/*
 * sums: what md5sum, sha256sum and their kin, openssl dgst and md5deep write.
 *
 *     HASH  name          HASH *name          \HASH  name with \n and \\
 *     MD5 (name) = HASH   MD5(name)= HASH     \MD5 (name) = HASH
 *     HASH,name           md5deep -c          SIZE, HASH,name           md5deep -c -z
 *           SIZE  HASH  name                  md5deep -z, size right-aligned
 *     SIZE \t HASH of the first 512 bytes \t HASH \t name               md5deep -Z
 *     HASH  name offset 0-1023            md5deep -p: of a piece, rejected (see piece.h)
 *
 * Only the digest and the size are kept. The name is skipped: it is not needed, and it may tell.
 */
#include "hashsets/import/formats.h"
#include "hashsets/import/hex.h"
#include "hashsets/import/lines.h"
#include "hashsets/import/piece.h"

#include <string.h>

/* md5deep prints no more than this, whatever the size. */
#define MD5DEEP_SIZE_CAP 9999999999u
#define SIZE_DIGITS 20u /* of the largest uint64_t */

/* What is left of a row. */
typedef struct rest {
    const char *text;
    size_t size;
} rest;

static void skip(rest *row, size_t count)
{
    row->text += count;
    row->size -= count;
}

static size_t hex_run(const rest *row)
{
    return tt_import_hex_run(row->text, row->size);
}

static size_t decimal_run(const rest *row)
{
    size_t length = 0;

    while (length < row->size && row->text[length] >= '0' && row->text[length] <= '9')
        length++;
    return length;
}

/* The digits of a digest of a known width at the start that nothing sticks to, or 0. */
static size_t at_digest(const rest *row)
{
    size_t length = hex_run(row);

    return tt_digest_by_hex(length) >= 0
                   && (length == row->size || memchr(" \t,", row->text[length], 3))
               ? length
               : 0;
}

/* Step over what stands between size and digest, in -Z rows a digest too. 1 when all is there. */
static int skip_to_digest(rest *at)
{
    if (at->size >= 2 && (memcmp(at->text, "  ", 2) == 0 || memcmp(at->text, ", ", 2) == 0)) {
        skip(at, 2);
        return at_digest(at) > 0;
    }
    if (at->size == 0 || *at->text != '\t')
        return 0;
    skip(at, 1);
    size_t first = at_digest(at);
    if (first == 0 || first == at->size || at->text[first] != '\t')
        return 0;
    skip(at, first + 1);
    return at_digest(at) > 0;
}

/*
 * A row that begins with a size. 1 when it is one: the size is taken and `row` moved to the digest
 * of the whole file.
 */
static int take_size(tt_draft *entry, rest *row)
{
    rest at = *row;
    size_t digits = decimal_run(&at);

    if (digits == 0 || digits > SIZE_DIGITS)
        return 0;
    skip(&at, digits);
    if (!skip_to_digest(&at))
        return 0;
    tt_draft_size(entry, row->text, digits);
    if (entry->row.size == MD5DEEP_SIZE_CAP)
        entry->row.size = TT_SIZE_UNKNOWN;
    *row = at;
    return 1;
}

/* The algorithm of a tagged row: "MD5", "SHA256", and "SHA2-256" as newer OpenSSL says. */
static int tagged_algorithm(const char *name, size_t size)
{
    tt_trim(&name, &size);
    if (size == 8 && memcmp(name, "SHA2-256", 8) == 0)
        return TUTELA_SHA256;
    if (size == 8 && memcmp(name, "SHA2-512", 8) == 0)
        return TUTELA_SHA512;
    return tt_digest_by_name(name, size);
}

/*
 * "MD5 (name) = HASH", split at the last ") = ", since a name may hold one. 1 when it has the form;
 * a digest of another algorithm, or one whose width contradicts the name, is a fault.
 */
static int take_tagged(tt_draft *entry, const rest *row)
{
    const char *open = memchr(row->text, '(', row->size);
    const char *equals = memrchr(row->text, '=', row->size);

    if (!open || !equals || equals < open)
        return 0;
    const char *close = equals - 1;
    if (close > open && *close == ' ')
        close--;
    if (close <= open || *close != ')')
        return 0;
    const char *hex = equals + 1;
    size_t size = (size_t)(row->text + row->size - hex);
    tt_trim(&hex, &size);
    int algorithm = tagged_algorithm(row->text, (size_t)(open - row->text));
    if (size == 0)
        tt_draft_fault(entry, TUTELA_REJECT_SYNTAX);
    else if (algorithm < 0)
        tt_draft_fault(entry, TUTELA_REJECT_NO_DIGEST);
    else
        tt_draft_digest(entry, algorithm, hex, size);
    return 1;
}

/* Why a row of none of the forms is not taken. */
static tutela_reject why(const rest *row)
{
    size_t length = hex_run(row);
    const char *end = memchr(row->text, ' ', row->size);
    size_t word = end ? (size_t)(end - row->text) : row->size;

    if (length > 1 && length == word)
        return TUTELA_REJECT_WIDTH;
    return tt_digest_by_hex(word) >= 0 ? TUTELA_REJECT_HEX : TUTELA_REJECT_SYNTAX;
}

void tt_sums_row(tt_draft *entry, const char *text, size_t size)
{
    if (memchr(text, '\0', size)) {
        tt_draft_fault(entry, TUTELA_REJECT_ENCODING);
        return;
    }
    tt_trim(&text, &size);
    rest row = {text, size};
    if (row.size > 0 && *row.text == '\\')
        skip(&row, 1);
    size_t digits = at_digest(&row);
    if (digits == 0 && take_size(entry, &row))
        digits = at_digest(&row);
    if (digits > 0) {
        tt_draft_digest(entry, -1, row.text, digits);
        if (tt_piece_is(row.text, row.size))
            tt_draft_fault(entry, TUTELA_REJECT_NO_DIGEST);
        return;
    }
    if (row.size == 0 || !take_tagged(entry, &row))
        tt_draft_fault(entry, why(&row));
}

/*
 * 0 to 100 by the share of lines of these forms. A line that is a digest and nothing else counts,
 * for this reader takes it, but a file of only such lines is the plain reader's.
 */
int tt_sums_bid(const uint8_t *head, size_t size)
{
    size_t at = 0, length, lines = 0, rows = 0, named = 0;
    const char *text;
    tt_draft entry;

    while (tt_lines_next(head, size, &at, &text, &length)) {
        lines++;
        tt_draft_begin(&entry, lines);
        tt_sums_row(&entry, text, length);
        if (entry.row.digests.mask == 0)
            continue;
        rows++;
        tt_trim(&text, &length);
        rest row = {text, length};
        named += (size_t)(hex_run(&row) != length);
    }
    return named == 0 ? 0 : (int)(20 + 60 * rows / lines);
}

tutela_status tt_sums_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    tt_pieces rows = {.held = 0};
    size_t widest = 0;
    tt_line line;

    for (;;) {
        TT_TRY(tt_input_line(input, &line, error));
        if (!line.text)
            return tt_pieces_flush(&rows, sink, error);
        if (!line.too_long && (tt_blank(line.text, line.size) || *line.text == '#')) {
            tt_pieces_other(&rows, line.text, line.size);
            continue;
        }
        tt_draft *entry = tt_pieces_begin(&rows, line.number);
        if (line.too_long)
            tt_draft_fault(entry, TUTELA_REJECT_TOO_LONG);
        else
            tt_sums_row(entry, line.text, line.size);
        tt_lines_distrust_end(entry, &line, &widest);
        TT_TRY(tt_pieces_end(&rows, line.text, line.size, sink, error));
    }
}
