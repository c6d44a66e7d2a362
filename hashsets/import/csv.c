/*
 * csv: a table with a header line; columns are known by name.
 *
 *     md5;SHA-1;File Size;Image ID;Category;Self generated;Updated;anything else
 *
 * The delimiter (comma, semicolon or tab) is the one under which the header names most columns,
 * unless a first line such as "sep=;" says which it is.
 */
#include "hashsets/import/csv_columns.h"
#include "hashsets/import/formats.h"

/*
 * A header that names a digest is no accident. A single column could also be a plain list with its
 * algorithm on top, which the plain reader bids more for.
 */
int tt_csv_bid(const uint8_t *head, size_t size)
{
    tt_csv_columns columns;

    if (!tt_csv_columns_of_head(&columns, head, size))
        return 0;
    return columns.count > 1 || columns.announced ? 95 : 85;
}

tutela_status tt_csv_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    return tt_csv_list(input, NULL, sink, error);
}
