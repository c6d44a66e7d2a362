/*
 * csv: a table with a header line; columns are known by name.
 *
 *     md5;SHA-1;File Size;Image ID;Category;anything else
 *
 * The delimiter (comma, semicolon or tab) is the one under which the header names most columns.
 */
#include "hashsets/import/csv_record.h"
#include "hashsets/import/formats.h"

#include <string.h>

#define NAME_MAX_SIZE 16u /* of a column name looked for, without spaces and dashes */

/* What a column means, its role. The first four are the tutela_algorithm of the same number. */
enum {
    ROLE_HASH = TUTELA_ALGORITHM_COUNT, /* a digest, of the algorithm its width says */
    ROLE_SIZE,
    ROLE_ENTRY,
    ROLE_CATEGORY,
    ROLE_SCHEME,
    ROLE_COUNT
};

static const struct {
    const char *name;
    int role;
} names[] = {
    {"md5", TUTELA_MD5},       {"md5hash", TUTELA_MD5},       {"sha1", TUTELA_SHA1},
    {"sha1hash", TUTELA_SHA1}, {"sha256", TUTELA_SHA256},     {"sha256hash", TUTELA_SHA256},
    {"sha512", TUTELA_SHA512}, {"sha512hash", TUTELA_SHA512}, {"hash", ROLE_HASH},
    {"digest", ROLE_HASH},     {"size", ROLE_SIZE},           {"filesize", ROLE_SIZE},
    {"mediasize", ROLE_SIZE},  {"bytes", ROLE_SIZE},          {"id", ROLE_ENTRY},
    {"entry", ROLE_ENTRY},     {"entryid", ROLE_ENTRY},       {"imageid", ROLE_ENTRY},
    {"mediaid", ROLE_ENTRY},   {"category", ROLE_CATEGORY},   {"scheme", ROLE_SCHEME},
};

/* Where each role stands; -1: nowhere. Of several columns of one role the first counts. */
typedef struct layout {
    int column[ROLE_COUNT];
    int digests; /* digest columns */
    int known;   /* columns that mean something */
    int count;
} layout;

static int role_of(const tt_csv_field *field)
{
    char plain[NAME_MAX_SIZE];
    size_t used = 0;

    for (size_t i = 0; i < field->size; i++) {
        char byte = field->text[i];
        if (byte == ' ' || byte == '-' || byte == '_')
            continue;
        if (used == sizeof plain - 1)
            return -1;
        plain[used++] = byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A') : byte;
    }
    plain[used] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(plain, names[i].name) == 0)
            return names[i].role;
    return -1;
}

static void read_header(layout *out, const tt_csv_field *fields, size_t count)
{
    memset(out->column, -1, sizeof out->column);
    out->digests = out->known = 0;
    out->count = (int)count;
    for (size_t i = 0; i < count; i++) {
        int role = role_of(&fields[i]);

        if (role < 0 || out->column[role] >= 0)
            continue;
        out->column[role] = (int)i;
        out->digests += role <= ROLE_HASH;
        out->known++;
    }
}

/* The delimiter under which the head's first line names most columns; 0 when it names no digest. */
static char find_delimiter(const uint8_t *head, size_t size, int *columns)
{
    static const char delimiters[] = ",;\t";
    tt_csv_field fields[TT_CSV_FIELDS_MAX];
    const char *line = "";
    size_t at = 0, length = 0;
    int best = 0;
    char found = 0;

    do {
        if (!tt_head_line(head, size, &at, &line, &length))
            return 0;
    } while (tt_blank(line, length));
    for (size_t i = 0; delimiters[i]; i++) {
        layout made;

        read_header(&made, fields,
                    tt_csv_split(line, length, delimiters[i], fields, TT_CSV_FIELDS_MAX));
        if (made.digests == 0 || made.known <= best)
            continue;
        best = made.known;
        found = delimiters[i];
        *columns = made.count;
    }
    return found;
}

/*
 * A header that names a digest is no accident. A single column could also be a plain list with its
 * algorithm on top, which the plain reader bids more for.
 */
int tt_csv_bid(const uint8_t *head, size_t size)
{
    int columns = 0;

    if (!find_delimiter(head, size, &columns))
        return 0;
    return columns > 1 ? 95 : 85;
}

/* The field of a role, blanks cut off; empty when the row is too short to have it. */
static tt_csv_field field_of(const tt_csv *csv, const layout *header, int role)
{
    int column = header->column[role];
    tt_csv_field field = {"", 0};

    if (column >= 0 && (size_t)column < csv->count)
        field = csv->fields[column];
    tt_trim(&field.text, &field.size);
    return field;
}

/* A text field with doubled quotes made single. */
static void take_text(tt_draft *entry, char *out, tt_csv_field field)
{
    char plain[TT_DRAFT_TEXT_MAX + 1];
    size_t used = 0;

    for (size_t i = 0; i < field.size && used < sizeof plain; i++) {
        plain[used++] = field.text[i];
        if (field.text[i] == '"' && i + 1 < field.size && field.text[i + 1] == '"')
            i++;
    }
    tt_draft_text(entry, out, plain, used);
}

static void read_record(tt_draft *entry, const tt_csv *csv, const layout *header)
{
    for (size_t i = 0; i < csv->count; i++)
        if (csv->fields[i].size > 0 && memchr(csv->fields[i].text, '\0', csv->fields[i].size))
            tt_draft_fault(entry, TUTELA_REJECT_ENCODING);
    for (int role = 0; role <= ROLE_HASH; role++) {
        tt_csv_field field = field_of(csv, header, role);
        tt_draft_digest(entry, role == ROLE_HASH ? -1 : role, field.text, field.size);
    }
    tt_csv_field size = field_of(csv, header, ROLE_SIZE);
    tt_draft_size(entry, size.text, size.size);
    take_text(entry, entry->id, field_of(csv, header, ROLE_ENTRY));
    take_text(entry, entry->value, field_of(csv, header, ROLE_CATEGORY));
    take_text(entry, entry->scheme, field_of(csv, header, ROLE_SCHEME));
}

static tutela_status read_records(tt_csv *csv, const tt_row_sink *sink, tutela_error *error)
{
    layout header;
    tt_draft entry;
    int more;

    TT_TRY(tt_csv_next(csv, &more, error));
    read_header(&header, csv->fields, more ? csv->count : 0);
    if (header.digests == 0)
        return tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: CSV header names no digest",
                       tt_input_name(csv->input));
    for (;;) {
        TT_TRY(tt_csv_next(csv, &more, error));
        if (!more)
            return TUTELA_OK;
        tt_draft_begin(&entry, csv->line);
        read_record(&entry, csv, &header);
        TT_TRY(tt_draft_end(&entry, sink, error));
    }
}

tutela_status tt_csv_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    const uint8_t *head;
    size_t size;
    int columns;
    tt_csv csv;

    TT_TRY(tt_input_peek(input, &head, &size, error));
    char delimiter = find_delimiter(head, size, &columns);
    tt_csv_init(&csv, input, delimiter ? delimiter : ',', sink);
    tutela_status status = read_records(&csv, sink, error);
    tt_csv_done(&csv);
    return status;
}
