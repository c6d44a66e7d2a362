/*
 * clamav: ClamAV's digest signatures, bad (.hdb, .hsb) and good (.fp, .sfp).
 *
 *     MD5:size:name                   .hdb, .fp
 *     SHA1-or-SHA256:size:name        .hsb, .sfp; the width tells which
 *     HASH:*:name:73                  size not known; engines from level 73 on read it
 *     HASH:size:name:73:200           least and highest engine level
 *     size:HASH:name                  .mdb, .msb: of a section of a program, not of a file
 *     *:HASH:name:73                  the same, size not known
 *
 * The name of the malware is skipped. A row of a section is rejected as having no digest that can
 * be matched. Digests of import tables (.imp) are written like .hdb rows and cannot be told from
 * them; as digests of something else they match no file. Source: HashSignatures.md and
 * AllowLists.md of Cisco-Talos/clamav-documentation.
 */
#include "hashsets/import/formats.h"
#include "hashsets/import/hex.h"
#include "hashsets/import/lines.h"

#include <string.h>

/* The three that say something, and two engine levels. */
#define FIELDS_MAX 5u
/* Engine levels have three digits today. */
#define LEVEL_DIGITS 9u

typedef struct field {
    const char *text;
    size_t size;
} field;

/* Cut at colons; 0 when there are more fields than a row may have. */
static size_t cut(const char *text, size_t size, field fields[FIELDS_MAX])
{
    for (size_t count = 0; count < FIELDS_MAX; count++) {
        const char *colon = size > 0 ? memchr(text, ':', size) : NULL;

        fields[count] = (field){text, colon ? (size_t)(colon - text) : size};
        if (!colon)
            return count + 1;
        size -= fields[count].size + 1;
        text = colon + 1;
    }
    return 0;
}

static int is_decimal(const field *part, size_t most)
{
    size_t digits = 0;

    while (digits < part->size && part->text[digits] >= '0' && part->text[digits] <= '9')
        digits++;
    return digits > 0 && digits == part->size && digits <= most;
}

static int is_size(const field *part)
{
    return is_decimal(part, SIZE_MAX) || (part->size == 1 && *part->text == '*');
}

static int is_digest(const field *part)
{
    return tt_digest_by_hex(part->size) >= 0
           && tt_import_hex_run(part->text, part->size) == part->size;
}

/* 1 when the fields behind the first two are a name and engine levels. */
static int named(const field *fields, size_t count)
{
    for (size_t i = 3; i < count; i++)
        if (!is_decimal(&fields[i], LEVEL_DIGITS))
            return 0;
    return count >= 3 && fields[2].size > 0;
}

/* Why a row of neither form is not taken. */
static tutela_reject why(const field *fields, size_t count)
{
    if (count < 2 || !named(fields, count) || fields[0].size == 0)
        return TUTELA_REJECT_SYNTAX;
    if (!is_digest(&fields[0]))
        return tt_digest_by_hex(fields[0].size) >= 0 ? TUTELA_REJECT_HEX : TUTELA_REJECT_WIDTH;
    return TUTELA_REJECT_SIZE;
}

/* 1 for a row of a file, -1 for one of a section, 0 for neither. */
static int read_row(tt_draft *entry, const char *text, size_t size)
{
    field fields[FIELDS_MAX];

    if (memchr(text, '\0', size)) {
        tt_draft_fault(entry, TUTELA_REJECT_ENCODING);
        return 0;
    }
    tt_trim(&text, &size);
    size_t count = cut(text, size, fields);
    if (named(fields, count) && is_digest(&fields[0]) && is_size(&fields[1])) {
        tt_draft_digest(entry, -1, fields[0].text, fields[0].size);
        if (*fields[1].text != '*')
            tt_draft_size(entry, fields[1].text, fields[1].size);
        return 1;
    }
    if (named(fields, count) && is_size(&fields[0]) && is_digest(&fields[1])) {
        tt_draft_fault(entry, TUTELA_REJECT_NO_DIGEST);
        return -1;
    }
    tt_draft_fault(entry, why(fields, count));
    return 0;
}

/* 0 to 100 by the share of lines of these forms. */
int tt_clamav_bid(const uint8_t *head, size_t size)
{
    size_t at = 0, length, lines = 0, rows = 0;
    const char *text;
    tt_draft entry;

    while (tt_lines_next(head, size, &at, &text, &length)) {
        lines++;
        tt_draft_begin(&entry, lines);
        rows += (size_t)(read_row(&entry, text, length) != 0);
    }
    return rows == 0 ? 0 : (int)(20 + 70 * rows / lines);
}

static int take_line(tt_draft *entry, const char *text, size_t size)
{
    if (*text == '#')
        return 0;
    (void)read_row(entry, text, size);
    return 1;
}

tutela_status tt_clamav_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    return tt_lines_read(input, take_line, sink, error);
}
