/*
 * hashkeeper: the hash file (.hsh) of a HashKeeper set.
 *
 *     "file_id","hashset_id","file_name","directory","hash","file_size","date_modified",...
 *
 * The hash is an MD5. Dates are those of the file. Whether a set is of known-good or known-bad
 * files stands in a second file, without digests, as its notable_flag:
 *
 *     "hashset_id","name","vendor","package","version","authenicated_flag","notable_flag",...    .hke
 *
 * The user has to say it, so that file is known only to be refused with a word. Source:
 * src/files.cpp of jessek/hashdeep; the spelling is theirs.
 */
#include "hashsets/import/csv_columns.h"
#include "hashsets/import/formats.h"
#include "hashsets/import/lines.h"

#include <string.h>
#include <strings.h>

#define HASHES "\"file_id\",\"hashset_id\",\"file_name\",\"directory\",\"hash\""
#define SETS "\"hashset_id\",\"name\",\"vendor\",\"package\",\"version\""

/* 1 when the first line begins so. */
static int begins(const uint8_t *head, size_t size, const char *header)
{
    size_t at = 0, length;
    const char *line;

    return tt_lines_next(head, size, &at, &line, &length) && length >= strlen(header)
           && strncasecmp(line, header, strlen(header)) == 0;
}

int tt_hashkeeper_bid(const uint8_t *head, size_t size)
{
    return begins(head, size, HASHES) || begins(head, size, SETS) ? 100 : 0;
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
    const uint8_t *head;
    size_t size;

    TT_TRY(tt_input_peek(input, &head, &size, error));
    if (!begins(head, size, SETS))
        return tt_csv_list(input, only_md5, sink, error);
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: describes HashKeeper's sets, holds no digest",
                  tt_input_name(input));
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "name the .hsh file beside it; its notable_flag tells known-bad from known-good");
}
