/*
 * fuzz_identify: identification of any head, by signatures and by libmagic.
 *
 * Covers the view, Hyperscan over it, the test for text, every check, libmagic on hostile bytes, and the check of
 * its answer. The MIME type that comes out must be one, and the answers must not contradict each
 * other.
 */
#include "fuzz.h"

#include "identify/identify.h"
#include "identify/mime.h"
#include "identify/signature.h"

#include <stdlib.h>
#include <string.h>

/* One object of each for the life of the program: making them costs more than a thousand inputs. */
static tt_signatures *signatures;
static tt_identify *identify;
static tt_seeker *seeker;

static void begin(void)
{
    must(tt_signatures_new(&signatures, NULL) == TUTELA_OK);
    must(tt_seeker_new(&seeker, signatures, NULL) == TUTELA_OK);
    must(tt_identify_new(&identify, signatures, NULL) == TUTELA_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tt_type fast = {NULL, TUTELA_TYPE_OTHER}, full = {NULL, TUTELA_TYPE_OTHER};
    const tt_signature *row = NULL;
    int known = -1;

    if (!identify)
        begin();
    must(tt_identify_fast(identify, data, size, &fast, &known, NULL) == TUTELA_OK);
    must(known == (strcmp(fast.mime, "application/octet-stream") != 0));
    must(tt_mime_is(fast.mime) && tt_type_of_mime(fast.mime) == fast.type);
    must(tt_identify_full(identify, data, size, &full, NULL) == TUTELA_OK);
    must(tt_mime_is(full.mime) && tt_type_of_mime(full.mime) == full.type);
    must(tt_seeker_best(seeker, data, size < TT_IDENTIFY_HEAD ? size : TT_IDENTIFY_HEAD, &row, NULL)
         == TUTELA_OK);
    must(!row || strcmp(full.mime, "application/octet-stream") != 0);
    /* The same bytes as a name. */
    (void)tt_type_mismatch((const char *)data, size, full.mime);
    return 0;
}

/* A head from each row of the table. */
size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    size_t rows, count, size;
    const tt_signature *table = tt_signature_table(&rows);
    tt_atom atoms[TT_PATTERN_ATOMS];

    if (index >= rows)
        return 0;
    count = tt_pattern_parse(table[index].pattern, atoms);
    size = atoms[count - 1].offset + 64u;
    if (size > room)
        size = room;
    memset(out, 0, size);
    for (size_t i = 0; i < count; i++)
        if (atoms[i].offset < size)
            out[atoms[i].offset] = atoms[i].low;
    return size;
}
