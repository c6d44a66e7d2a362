/*
 * csv_map: what the operator says the columns of a table mean.
 *
 *     md5=2,sha1=3,size=5              columns counted from 1
 *     md5=HashValue,id=Record Number   columns as the header calls them
 *     separator=tab,md5=1              comma, semicolon, tab, bar, colon or space, or a character
 *
 * Meanwhile nothing else in the table counts: columns not named are skipped, whatever they are
 * called. A first line is needed when a column is given by name, and may be there otherwise: it is
 * taken for a header when none of the digest columns has text as wide as a digest in it.
 * Thread: single.
 */
#ifndef TT_HASHSETS_IMPORT_CSV_MAP_H
#define TT_HASHSETS_IMPORT_CSV_MAP_H

#include "hashsets/import/csv_columns.h"

#define TT_CSV_NAME_MAX 63u /* bytes of a column's name in a map, blanks and dashes left out */

typedef struct tt_csv_map {
    char name[TT_CSV_ROLES][TT_CSV_NAME_MAX + 1]; /* "" unless given by name */
    int column[TT_CSV_ROLES];                     /* from 0; -1 unless given by number */
    int named;                                    /* one is given by name */
    char separator;                               /* 0: to be found out */
} tt_csv_map;

/*
 * Read a map. TUTELA_ARGUMENT: a meaning that is none or given twice, a column that is none, no
 * digest among them.
 */
TT_MUST_USE tutela_status tt_csv_map_read(tt_csv_map *out, const char *text, tutela_error *error);

/*
 * Read a list by a map. TUTELA_LIST_UNUSABLE when its header lacks a column that is given by name;
 * else as tt_csv_list.
 */
TT_MUST_USE tutela_status tt_csv_mapped(tt_input *input, const tt_csv_map *map,
                                        const tt_row_sink *sink, tutela_error *error);

#endif
