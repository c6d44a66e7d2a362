/* csv_columns: what the columns of a CSV list mean (see csv_columns.h). */
#include "hashsets/import/csv_columns.h"

#include <string.h>
#include <strings.h>

#define NAME_MAX_SIZE 24u /* of a column name looked for, without spaces and dashes */
#define SEPARATORS ",;\t|"

static const struct {
    const char *name;
    int role;
} names[] = {
    {"md5", TUTELA_MD5},
    {"md5hash", TUTELA_MD5},
    {"sha1", TUTELA_SHA1},
    {"sha1hash", TUTELA_SHA1},
    {"sha256", TUTELA_SHA256},
    {"sha256hash", TUTELA_SHA256},
    {"sha512", TUTELA_SHA512},
    {"sha512hash", TUTELA_SHA512},
    {"hash", TT_CSV_HASH},
    {"digest", TT_CSV_HASH},
    {"size", TT_CSV_SIZE},
    {"filesize", TT_CSV_SIZE},
    {"mediasize", TT_CSV_SIZE},
    {"bytes", TT_CSV_SIZE},
    {"id", TT_CSV_ENTRY},
    {"entry", TT_CSV_ENTRY},
    {"entryid", TT_CSV_ENTRY},
    {"imageid", TT_CSV_ENTRY},
    {"mediaid", TT_CSV_ENTRY},
    {"fileid", TT_CSV_ENTRY},
    {"category", TT_CSV_CATEGORY},
    {"scheme", TT_CSV_SCHEME},
    {"updated", TT_CSV_DATE},
    {"dateupdated", TT_CSV_DATE},
    {"lastupdated", TT_CSV_DATE},
    {"date", TT_CSV_DATE},
    {"photodna", TT_CSV_PHOTODNA},
    {"baseline", TT_CSV_BASELINE},
    {"isdistributed", TT_CSV_DISTRIBUTED},
    {"distributed", TT_CSV_DISTRIBUTED},
    {"victimidentified", TT_CSV_VICTIM},
    {"offenderidentified", TT_CSV_OFFENDER},
    {"selfgenerated", TT_CSV_SELF_GENERATED},
    {"isselfgenerated", TT_CSV_SELF_GENERATED},
};

size_t tt_csv_fold(const char *text, size_t size, char *out, size_t room)
{
    size_t used = 0;

    for (size_t i = 0; i < size; i++) {
        char byte = text[i];
        if (byte == ' ' || byte == '-' || byte == '_')
            continue;
        if (used == room - 1)
            return 0;
        out[used++] = byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A') : byte;
    }
    out[used] = '\0';
    return used;
}

int tt_csv_role_of(const char *text, size_t size)
{
    char plain[NAME_MAX_SIZE];

    if (tt_csv_fold(text, size, plain, sizeof plain) == 0)
        return -1;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(plain, names[i].name) == 0)
            return names[i].role;
    return -1;
}

const char *tt_csv_role_text(int role)
{
    size_t i = 0;

    while (i + 1 < sizeof names / sizeof names[0] && names[i].role != role)
        i++;
    return names[i].name;
}

static void read_header(tt_csv_columns *out, const tt_csv_field *fields, size_t count)
{
    memset(out->column, -1, sizeof out->column);
    out->digests = out->known = 0;
    out->count = (int)count;
    for (size_t i = 0; i < count; i++) {
        int role = tt_csv_role_of(fields[i].text, fields[i].size);

        if (role < 0 || out->column[role] >= 0)
            continue;
        out->column[role] = (int)i;
        out->digests += role <= TT_CSV_HASH;
        out->known++;
    }
}

/* The delimiter that a line "sep=;" announces, as spreadsheets write it; 0 for any other line. */
static char announced(const char *line, size_t size)
{
    if (size == 7 && *line == '"' && line[6] == '"') {
        line++;
        size -= 2;
    }
    if (size != 5 || strncasecmp(line, "sep=", 4) != 0 || line[4] == '\0')
        return 0;
    return strchr(SEPARATORS, line[4]) ? line[4] : 0;
}

/* The next line of a head that is not blank. 0 when there is none. */
static int next_line(const uint8_t *head, size_t size, size_t *at, const char **line,
                     size_t *length)
{
    do {
        if (!tt_head_line(head, size, at, line, length))
            return 0;
    } while (tt_blank(*line, *length));
    return 1;
}

int tt_csv_columns_of_head(tt_csv_columns *out, const uint8_t *head, size_t size)
{
    tt_csv_field fields[TT_CSV_FIELDS_MAX];
    const char *line;
    size_t at = 0, length;

    if (!next_line(head, size, &at, &line, &length))
        return 0;
    char only = announced(line, length);
    if (only && !next_line(head, size, &at, &line, &length))
        return 0;
    const char tried[] = {only ? only : ',', ';', '\t', '\0'};
    out->known = 0;
    for (size_t i = 0; i < (only ? 1 : 3); i++) {
        tt_csv_columns made = {.delimiter = tried[i], .announced = only != 0};

        read_header(&made, fields, tt_csv_split(line, length, tried[i], fields, TT_CSV_FIELDS_MAX));
        if (made.digests > 0 && made.known > out->known)
            *out = made;
    }
    return out->known > 0;
}

tt_csv_field tt_csv_field_of(const tt_csv *csv, const tt_csv_columns *columns, tt_csv_role role)
{
    int column = columns->column[role];
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

static void take_flags(tt_draft *entry, const tt_csv *csv, const tt_csv_columns *columns)
{
    static const struct {
        tt_csv_role role;
        uint32_t flag;
    } flags[] = {{TT_CSV_DISTRIBUTED, TUTELA_ENTRY_DISTRIBUTED},
                 {TT_CSV_VICTIM, TUTELA_ENTRY_VICTIM_IDENTIFIED},
                 {TT_CSV_OFFENDER, TUTELA_ENTRY_OFFENDER_IDENTIFIED},
                 {TT_CSV_SELF_GENERATED, TUTELA_ENTRY_SELF_GENERATED}};

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        tt_csv_field field = tt_csv_field_of(csv, columns, flags[i].role);
        tt_draft_flag(entry, flags[i].flag, field.text, field.size);
    }
}

static void take_record(tt_draft *entry, const tt_csv *csv, const tt_csv_columns *columns)
{
    for (size_t i = 0; i < csv->count; i++)
        if (csv->fields[i].size > 0 && memchr(csv->fields[i].text, '\0', csv->fields[i].size))
            tt_draft_fault(entry, TUTELA_REJECT_ENCODING);
    for (int role = 0; role <= TT_CSV_HASH; role++) {
        tt_csv_field field = tt_csv_field_of(csv, columns, (tt_csv_role)role);
        tt_draft_digest(entry, role == TT_CSV_HASH ? -1 : role, field.text, field.size);
    }
    tt_csv_field size = tt_csv_field_of(csv, columns, TT_CSV_SIZE);
    tt_draft_size(entry, size.text, size.size);
    tt_csv_field date = tt_csv_field_of(csv, columns, TT_CSV_DATE);
    tt_draft_date(entry, date.text, date.size);
    take_text(entry, entry->id, tt_csv_field_of(csv, columns, TT_CSV_ENTRY));
    take_text(entry, entry->value, tt_csv_field_of(csv, columns, TT_CSV_CATEGORY));
    take_text(entry, entry->scheme, tt_csv_field_of(csv, columns, TT_CSV_SCHEME));
    take_flags(entry, csv, columns);
}

static tutela_status no_digest(const tt_input *input, tutela_error *error)
{
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: CSV header names no digest",
                  tt_input_name(input));
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "say which columns hold its digests, by number or name: --map md5=2,sha1=3");
}

tutela_status tt_csv_take(const tt_csv *csv, const tt_csv_columns *columns, tt_csv_more more,
                          const tt_row_sink *sink, tutela_error *error)
{
    tt_draft entry;

    tt_draft_begin(&entry, csv->line);
    take_record(&entry, csv, columns);
    if (more)
        more(&entry, csv, columns);
    if (tt_csv_field_of(csv, columns, TT_CSV_PHOTODNA).size > 0)
        tt_sink_count(sink, "PhotoDNA");
    return tt_draft_end(&entry, sink, error);
}

tutela_status tt_csv_take_rest(tt_csv *csv, const tt_csv_columns *columns, tt_csv_more more,
                               const tt_row_sink *sink, tutela_error *error)
{
    int there;

    for (;;) {
        TT_TRY(tt_csv_next(csv, &there, error));
        if (!there)
            return TUTELA_OK;
        TT_TRY(tt_csv_take(csv, columns, more, sink, error));
    }
}

static tutela_status read_records(tt_csv *csv, tt_csv_columns *columns, tt_csv_more more,
                                  const tt_row_sink *sink, tutela_error *error)
{
    int there;

    /* Once more, since a header may have line ends in quotes, or be longer than a head. */
    TT_TRY(tt_csv_next(csv, &there, error));
    read_header(columns, csv->fields, there ? csv->count : 0);
    if (columns->digests == 0)
        return no_digest(csv->input, error);
    return tt_csv_take_rest(csv, columns, more, sink, error);
}

tutela_status tt_csv_announced(tt_input *input, char *separator, tutela_error *error)
{
    const uint8_t *head;
    const char *text;
    size_t size, at = 0, length;
    tt_line line;

    *separator = 0;
    TT_TRY(tt_input_peek(input, &head, &size, error));
    if (!next_line(head, size, &at, &text, &length))
        return TUTELA_OK;
    *separator = announced(text, length);
    if (!*separator)
        return TUTELA_OK;
    /* What is blank in front of it goes with it. */
    do {
        TT_TRY(tt_input_line(input, &line, error));
    } while (line.text && tt_blank(line.text, line.size));
    return TUTELA_OK;
}

tutela_status tt_csv_list(tt_input *input, tt_csv_more more, const tt_row_sink *sink,
                          tutela_error *error)
{
    tt_csv_columns columns;
    const uint8_t *head;
    char separator;
    size_t size;
    tt_csv csv;

    TT_TRY(tt_input_peek(input, &head, &size, error));
    if (!tt_csv_columns_of_head(&columns, head, size))
        return no_digest(input, error);
    TT_TRY(tt_csv_announced(input, &separator, error));
    tt_csv_init(&csv, input, columns.delimiter, sink);
    tutela_status status = read_records(&csv, &columns, more, sink, error);
    tt_csv_done(&csv);
    return status;
}
