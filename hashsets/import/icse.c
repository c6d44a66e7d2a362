/*
 * icse: the export of Interpol's ICSE database.
 *
 *     MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;
 *     Number of submissions;File Available;Media Type;Baseline             (one line; rows may be short)
 *
 * A row whose Baseline column says yes has the category "interpol", "baseline": the worst known
 * material, illegal in any country. A row that does not say so has none. Series names are skipped.
 * Source: HashDBTool.java of sepinf-inc/IPED, and its issue 1136.
 */
#include "hashsets/import/csv_columns.h"
#include "hashsets/import/formats.h"

#include <string.h>

int tt_icse_bid(const uint8_t *head, size_t size)
{
    tt_csv_columns columns;

    if (!tt_csv_columns_of_head(&columns, head, size))
        return 0;
    return columns.column[TT_CSV_PHOTODNA] >= 0 && columns.column[TT_CSV_ENTRY] >= 0
                   && columns.column[TT_CSV_BASELINE] >= 0
               ? 100
               : 0;
}

static void take_baseline(tt_draft *entry, const tt_csv *csv, const tt_csv_columns *columns)
{
    tt_csv_field field = tt_csv_field_of(csv, columns, TT_CSV_BASELINE);

    tt_draft_text(entry, entry->scheme, "interpol", 8);
    if (tt_says_yes(field.text, field.size))
        tt_draft_text(entry, entry->value, "baseline", 8);
}

tutela_status tt_icse_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    return tt_csv_list(input, take_baseline, sink, error);
}
