/*
 * csv_columns: what the columns of a CSV list mean, known by name, and how a record becomes an
 * entry. Shared by the readers of formats that are CSV with a header.
 *
 * Names are compared without case, spaces, dashes and underscores. Thread: single.
 */
#ifndef TT_HASHSETS_IMPORT_CSV_COLUMNS_H
#define TT_HASHSETS_IMPORT_CSV_COLUMNS_H

#include "hashsets/import/csv_record.h"
#include "hashsets/import/draft.h"

/* What a column means, its role. The first four are the tutela_algorithm of the same number. */
typedef enum tt_csv_role {
    TT_CSV_HASH = TUTELA_ALGORITHM_COUNT, /* a digest, of the algorithm its width says */
    TT_CSV_SIZE,
    TT_CSV_ENTRY,
    TT_CSV_CATEGORY,
    TT_CSV_SCHEME,
    TT_CSV_DATE,
    TT_CSV_PHOTODNA,
    TT_CSV_BASELINE,
    TT_CSV_DISTRIBUTED,
    TT_CSV_VICTIM,
    TT_CSV_OFFENDER,
    TT_CSV_SELF_GENERATED,
    TT_CSV_ROLES
} tt_csv_role;

/* Where each role stands; -1: nowhere. Of several columns of one role the first counts. */
typedef struct tt_csv_columns {
    int column[TT_CSV_ROLES];
    int digests;    /* digest columns */
    int known;      /* columns that mean something */
    int count;      /* all of them */
    char delimiter; /* comma, semicolon, tab; or what a first line "sep=|" says */
    int announced;  /* 1: there is such a line, in front of the header */
} tt_csv_columns;

/*
 * The columns a head's header names. Of the delimiters that one is taken under which most names
 * are known. 1; 0 when no digest is named, *out then undefined.
 */
int tt_csv_columns_of_head(tt_csv_columns *out, const uint8_t *head, size_t size);
/* The field of a role, blanks cut off; empty when the record is too short to have it. */
tt_csv_field tt_csv_field_of(const tt_csv *csv, const tt_csv_columns *columns, tt_csv_role role);

/*
 * A column's name as names are compared: `out` has room for `room` bytes, and the NUL is one of
 * them. The size, or 0 when it is empty or too long.
 */
size_t tt_csv_fold(const char *text, size_t size, char *out, size_t room);
/* What a column of that name means, a tt_csv_role; -1: nothing. */
int tt_csv_role_of(const char *text, size_t size);
/* The role's plainest name. Static. */
const char *tt_csv_role_text(int role);

/*
 * Read over a first line such as "sep=;", and set *separator to what it says; to 0, with nothing
 * read, when there is none.
 */
TT_MUST_USE tutela_status tt_csv_announced(tt_input *input, char *separator, tutela_error *error);

/* What a format adds to an entry that has all its columns say but the category's scheme. */
typedef void (*tt_csv_more)(tt_draft *entry, const tt_csv *csv, const tt_csv_columns *columns);

/* Hand the present record to the sink. `more` may be NULL. Whatever sink->take answers. */
TT_MUST_USE tutela_status tt_csv_take(const tt_csv *csv, const tt_csv_columns *columns,
                                      tt_csv_more more, const tt_row_sink *sink,
                                      tutela_error *error);
/* As tt_csv_take, for every record behind the present one. */
TT_MUST_USE tutela_status tt_csv_take_rest(tt_csv *csv, const tt_csv_columns *columns,
                                           tt_csv_more more, const tt_row_sink *sink,
                                           tutela_error *error);

/* Read a list. `more` may be NULL. TUTELA_LIST_UNUSABLE when the header names no digest. */
TT_MUST_USE tutela_status tt_csv_list(tt_input *input, tt_csv_more more, const tt_row_sink *sink,
                                      tutela_error *error);

#endif
