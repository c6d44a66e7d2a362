/*
 * hashkeeper: the hash file (.hsh) of a HashKeeper set.
 *
 *     "file_id","hashset_id","file_name","directory","hash","file_size","date_modified",...
 *
 * The hash is an MD5. Dates are those of the file. Whether a set is of known-good or known-bad
 * files stands in a second file (.hke, notable_flag), which is not read: the user says it. Source:
 * src/files.cpp of jessek/hashdeep.
 */
#include "hashsets/import/csv_columns.h"
#include "hashsets/import/formats.h"

#include <string.h>
#include <strings.h>

#define HEADER "\"file_id\",\"hashset_id\",\"file_name\",\"directory\",\"hash\""

int tt_hashkeeper_bid(const uint8_t *head, size_t size)
{
    const char *line;
    size_t at = 0, length;

    while (tt_head_line(head, size, &at, &line, &length))
        if (!tt_blank(line, length))
            return length >= sizeof HEADER - 1
                           && strncasecmp(line, HEADER, sizeof HEADER - 1) == 0
                       ? 100
                       : 0;
    return 0;
}

static void only_md5(tt_draft *entry, const tt_csv *csv, const tt_csv_columns *columns)
{
    (void)csv;
    (void)columns;
    if (entry->row.digests.mask & ~TUTELA_BIT(TUTELA_MD5))
        tt_draft_fault(entry, TUTELA_REJECT_WIDTH);
}

tutela_status tt_hashkeeper_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    return tt_csv_list(input, only_md5, sink, error);
}
