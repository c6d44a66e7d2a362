/* csv_map: what the operator says the columns of a table mean (see csv_map.h). */
#include "hashsets/import/csv_map.h"

#include "hashsets/import/hex.h"

#include <string.h>
#include <strings.h>

/* Separators tried when none is stated. */
static const char tried[] = {',', ';', '\t', '|'};

typedef struct part {
    const char *text;
    size_t size;
} part;

/* ---- The map as the operator wrote it ------------------------------------------------------ */

/* Cut what stands in front of `mark` off `rest`, blanks at its ends off too. */
static part cut(part *rest, char mark)
{
    const char *end = rest->size > 0 ? memchr(rest->text, mark, rest->size) : NULL;
    part first = {rest->text, end ? (size_t)(end - rest->text) : rest->size};
    size_t used = end ? first.size + 1 : first.size;

    rest->text += used;
    rest->size -= used;
    tt_trim(&first.text, &first.size);
    return first;
}

/* 0 when it is no separator. */
static char separator_of(part word)
{
    static const struct {
        const char *name;
        char character;
    } words[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},
                 {"bar", '|'},   {"colon", ':'},     {"space", ' '}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i].name) == word.size
            && strncasecmp(words[i].name, word.text, word.size) == 0)
            return words[i].character;
    return word.size == 1 && strchr(";|:!~^&/\\", *word.text) ? *word.text : 0;
}

/* A column's number or name into the map; 0 when it is neither. */
static int take_column(tt_csv_map *map, int role, part word)
{
    unsigned number = 0;
    size_t digits = 0;

    for (; digits < word.size && word.text[digits] >= '0' && word.text[digits] <= '9'; digits++)
        if (number <= TT_CSV_FIELDS_MAX)
            number = number * 10 + (unsigned)(word.text[digits] - '0');
    if (word.size > 0 && digits == word.size) {
        map->column[role] = (int)number - 1;
        return number >= 1 && number <= TT_CSV_FIELDS_MAX;
    }
    map->named = 1;
    return tt_csv_fold(word.text, word.size, map->name[role], sizeof map->name[role]) > 0;
}

/* What is wrong with one part of a map; NULL: nothing. */
static const char *take_part(tt_csv_map *map, part word)
{
    part key = cut(&word, '=');

    tt_trim(&word.text, &word.size);
    if (key.size == 9 && strncasecmp(key.text, "separator", 9) == 0) {
        if (map->separator)
            return "a second separator";
        map->separator = separator_of(word);
        return map->separator ? NULL : "not a separator";
    }
    int role = tt_csv_role_of(key.text, key.size);
    if (role < 0 || role == TT_CSV_PHOTODNA || role == TT_CSV_BASELINE)
        return "not a meaning of a column";
    if (map->column[role] >= 0 || map->name[role][0] != '\0')
        return "a second column of the same meaning";
    return take_column(map, role, word) ? NULL : "not a column";
}

tutela_status tt_csv_map_read(tt_csv_map *out, const char *text, tutela_error *error)
{
    part rest = {text, strlen(text)};
    const char *wrong = NULL;
    unsigned number = 0;
    int digests = 0;
    tt_csv_map map;

    memset(&map, 0, sizeof map);
    memset(map.column, -1, sizeof map.column);
    do {
        wrong = take_part(&map, cut(&rest, ','));
        number++;
    } while (!wrong && rest.size > 0);
    for (int role = 0; role <= TT_CSV_HASH; role++)
        digests |= map.column[role] >= 0 || map.name[role][0] != '\0';
    if (!wrong && digests) {
        *out = map;
        return TUTELA_OK;
    }
    if (wrong)
        (void)tt_fail(error, TUTELA_ARGUMENT, 0, "column map: part %u: %s", number, wrong);
    else
        (void)tt_fail(error, TUTELA_ARGUMENT, 0, "column map: no digest in it");
    return tt_advise(error, TUTELA_ARGUMENT,
                     "write MEANING=COLUMN,... as in md5=2,sha1=3,size=File Bytes; meanings: md5, "
                     "sha1, sha256, sha512, hash, size, id, category, scheme, date; separator=tab");
}

/* ---- The map and a list -------------------------------------------------------------------- */

/* The columns of the names, of those given so, that a header has. How many names it has. */
static size_t find_names(tt_csv_columns *columns, const tt_csv_map *map,
                         const tt_csv_field *fields, size_t count)
{
    char plain[TT_CSV_NAME_MAX + 1];
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        part name = {fields[i].text, fields[i].size};

        tt_trim(&name.text, &name.size);
        if (tt_csv_fold(name.text, name.size, plain, sizeof plain) == 0)
            continue;
        for (int role = 0; role < TT_CSV_ROLES; role++)
            if (columns->column[role] < 0 && strcmp(map->name[role], plain) == 0) {
                columns->column[role] = (int)i;
                found++;
            }
    }
    return found;
}

/* How wide the text in a digest column is, and whether it is hex. */
static int is_digest(int role, tt_csv_field field, int must_be_hex)
{
    const char *text = field.text;
    size_t size = field.size;

    tt_trim(&text, &size);
    int algorithm = tt_digest_by_hex(size);
    return algorithm >= 0 && (role == TT_CSV_HASH || role == algorithm)
           && (!must_be_hex || tt_import_hex_run(text, size) == size);
}

/* How many of a map's digest columns hold text as wide as a digest. */
static size_t digests_in(const tt_csv_map *map, const tt_csv_field *fields, size_t count,
                         int must_be_hex)
{
    size_t found = 0;

    for (int role = 0; role <= TT_CSV_HASH; role++) {
        int column = map->column[role];

        if (column >= 0 && (size_t)column < count)
            found += (size_t)is_digest(role, fields[column], must_be_hex);
    }
    return found;
}

/* How much of the map a head shows when it is cut at this separator. */
static size_t weigh(const tt_csv_map *map, const uint8_t *head, size_t size, char separator)
{
    tt_csv_field fields[TT_CSV_FIELDS_MAX];
    tt_csv_columns columns;
    size_t at = 0, length, weight = 0;
    const char *line;

    memset(columns.column, -1, sizeof columns.column);
    while (tt_head_line(head, size, &at, &line, &length)) {
        size_t count = tt_csv_split(line, length, separator, fields, TT_CSV_FIELDS_MAX);

        weight += digests_in(map, fields, count, 1);
        if (map->named)
            weight += find_names(&columns, map, fields, count);
    }
    return weight;
}

static tutela_status find_separator(tt_input *input, const tt_csv_map *map, char *out,
                                    tutela_error *error)
{
    const uint8_t *head;
    size_t size, highest = 0;
    char announced;

    TT_TRY(tt_csv_announced(input, &announced, error));
    *out = map->separator ? map->separator : announced ? announced : tried[0];
    if (map->separator || announced)
        return TUTELA_OK;
    TT_TRY(tt_input_peek(input, &head, &size, error));
    for (size_t i = 0; i < sizeof tried; i++) {
        size_t weight = weigh(map, head, size, tried[i]);

        if (weight > highest) {
            highest = weight;
            *out = tried[i];
        }
    }
    return TUTELA_OK;
}

static tutela_status check_names(const tt_csv_columns *columns, const tt_csv_map *map,
                                 const tt_input *input, tutela_error *error)
{
    for (int role = 0; role < TT_CSV_ROLES; role++)
        if (map->name[role][0] != '\0' && columns->column[role] < 0) {
            (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0,
                          "%s: the header has no column of the name given for %s",
                          tt_input_name(input), tt_csv_role_text(role));
            return tt_advise(error, TUTELA_LIST_UNUSABLE,
                             "check the name, or say the number of the column, counted from 1");
        }
    return TUTELA_OK;
}

static tutela_status read_records(tt_csv *csv, const tt_csv_map *map, const tt_row_sink *sink,
                                  tutela_error *error)
{
    tt_csv_columns columns = {0};
    int more;

    memcpy(columns.column, map->column, sizeof columns.column);
    TT_TRY(tt_csv_next(csv, &more, error));
    size_t count = more ? csv->count : 0;
    if (map->named) {
        (void)find_names(&columns, map, csv->fields, count);
        TT_TRY(check_names(&columns, map, csv->input, error));
    } else if (digests_in(map, csv->fields, count, 0) > 0) {
        TT_TRY(tt_csv_take(csv, &columns, NULL, sink, error));
    } else if (more) {
        tt_sink_count(sink, "first line without a digest, taken for a header");
    }
    return tt_csv_take_rest(csv, &columns, NULL, sink, error);
}

tutela_status tt_csv_mapped(tt_input *input, const tt_csv_map *map, const tt_row_sink *sink,
                            tutela_error *error)
{
    char separator;
    tt_csv csv;

    TT_TRY(find_separator(input, map, &separator, error));
    tt_csv_init(&csv, input, separator, sink);
    tutela_status status = read_records(&csv, map, sink, error);
    tt_csv_done(&csv);
    return status;
}
