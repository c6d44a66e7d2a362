/* piece: digests of pieces of files (see piece.h). */
#include "hashsets/import/piece.h"

#include <string.h>

#define WORD " offset "

/* How many digits stand at the end. */
static size_t digits_at_end(const char *text, size_t size)
{
    size_t count = 0;

    while (count < size && text[size - 1 - count] >= '0' && text[size - 1 - count] <= '9')
        count++;
    return count;
}

int tt_piece_is(const char *text, size_t size)
{
    tt_trim(&text, &size);
    size_t digits = digits_at_end(text, size);
    if (digits == 0 || digits == size || text[size - digits - 1] != '-')
        return 0;
    size -= digits + 1;
    digits = digits_at_end(text, size);
    size -= digits;
    /* Of a row without a name, cut off at its digest, the blank in front may be gone. */
    if (digits > 0 && size == sizeof WORD - 2)
        return memcmp(text, &WORD[1], size) == 0;
    return digits > 0 && size >= sizeof WORD - 1
           && memcmp(text + size - (sizeof WORD - 1), WORD, sizeof WORD - 1) == 0;
}

tt_draft *tt_pieces_begin(tt_pieces *rows, uint64_t line)
{
    tt_draft_begin(&rows->drafts[rows->turn], line);
    return &rows->drafts[rows->turn];
}

void tt_pieces_other(tt_pieces *rows, const char *text, size_t size)
{
    if (rows->held && tt_piece_is(text, size))
        tt_draft_fault(&rows->drafts[!rows->turn], TUTELA_REJECT_NO_DIGEST);
}

tutela_status tt_pieces_flush(tt_pieces *rows, const tt_row_sink *sink, tutela_error *error)
{
    int held = rows->held;

    rows->held = 0;
    return held ? tt_draft_end(&rows->drafts[!rows->turn], sink, error) : TUTELA_OK;
}

tutela_status tt_pieces_end(tt_pieces *rows, const char *text, size_t size,
                            const tt_row_sink *sink, tutela_error *error)
{
    tt_draft *entry = &rows->drafts[rows->turn];

    if (entry->row.digests.mask == 0) {
        tt_pieces_other(rows, text, size);
        return tt_draft_end(entry, sink, error);
    }
    TT_TRY(tt_pieces_flush(rows, sink, error));
    rows->turn = !rows->turn;
    rows->held = 1;
    return TUTELA_OK;
}
