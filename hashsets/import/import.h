/*
 * import: reads hash lists of every known format, told apart by content.
 *
 * A format is one file and one row of the table in formats.h. Each importer bids on the first
 * bytes; the highest bid reads. Lists are hostile input: bounded memory, named limits, and no list
 * content ever in a message.
 */
#ifndef TT_HASHSETS_IMPORT_H
#define TT_HASHSETS_IMPORT_H

#include "hashsets/row.h"

/* A list being read: its first bytes, then the rest, buffered. See input.h. */
typedef struct tt_input tt_input;

#define TT_IMPORT_HEAD 4096u /* bytes an importer may look at to bid */

typedef struct tt_importer {
    const char *name; /* "hashdeep"; what reports call the format */
    int table;        /* 1: lines of fields, which a map may say the meaning of */
    /* 0: not mine; 1 to 100: the surer the higher. */
    int (*bid)(const uint8_t *head, size_t size);
    tutela_status (*read)(tt_input *input, const tt_row_sink *sink, tutela_error *error);
} tt_importer;

/* The index-th reader of the table in formats.h; NULL past the last. Static. Thread: any. */
const tt_importer *tt_import_format_at(size_t index);

/* Read `input` with one reader, dropping void digests as tt_import_file does. Thread: any. */
TT_MUST_USE tutela_status tt_import_read(tt_input *input, const tt_importer *importer,
                                         const tt_row_sink *sink, tutela_error *error);

/* What the operator says about a list. Zeroed: nothing. Strings are borrowed for the call. */
typedef struct tt_import_options {
    /*
     * What the columns of a table mean, as csv_map.h tells, or NULL. It holds for every list but
     * those whose format leaves no doubt what is what, such as JSON, XML and hashdeep.
     */
    const char *map;
} tt_import_options;

/* TUTELA_ARGUMENT when an option cannot be used, whatever the list. Thread: any. */
TT_MUST_USE tutela_status tt_import_check(const tt_import_options *options, tutela_error *error);

/*
 * Read one list. `options` may be NULL. `format`, when not NULL, gets the importer's name (static)
 * before the first row. Digests of the empty file and all-zero digests are dropped here, for every
 * format: a row left with none is rejected. TUTELA_IO; TUTELA_LIST_UNUSABLE when no importer knows
 * the format or the file ends in a broken structure; TUTELA_ARGUMENT as tt_import_check; else
 * whatever sink->take answers. Thread: any.
 */
TT_MUST_USE tutela_status tt_import_file(const char *path, const tt_import_options *options,
                                         const tt_row_sink *sink, const char **format,
                                         tutela_error *error);

#endif
