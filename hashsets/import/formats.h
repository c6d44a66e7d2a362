/*
 * formats: the table of list readers.
 *
 * A new format is a new file with the functions tt_<name>_bid and tt_<name>_read, and one row here.
 * What they must do is said in import.h. Of equal bids the later row wins. Thread: any.
 */
#ifndef TT_HASHSETS_IMPORT_FORMATS_H
#define TT_HASHSETS_IMPORT_FORMATS_H

#include "hashsets/import/draft.h"
#include "hashsets/import/input.h"

/* X(name, words, table): `words` is what reports call the format, `table` see import.h. */
#define TT_IMPORT_FORMATS(X)          \
    X(plain, "plain list", 1)         \
    X(sums, "md5sum", 1)              \
    X(hashdeep, "hashdeep", 0)        \
    X(csv, "CSV", 1)                  \
    X(vics, "VICS JSON", 0)           \
    X(clamav, "ClamAV", 1)            \
    X(nsrl, "NSRL text", 1)           \
    X(ilook, "ILook", 1)              \
    X(hashkeeper, "HashKeeper", 1)    \
    X(icse, "Interpol ICSE CSV", 1)   \
    X(tsk, "TSK index", 0)            \
    X(rds, "NSRL RDSv3", 0)           \
    X(kdb, "Autopsy .kdb", 0)         \
    X(encase, "EnCase .hash", 0)      \
    X(ncmec, "NCMEC XML", 0)          \
    X(c4all, "C4All XML", 0)

#define X(name, words, table)                                                             \
    int tt_##name##_bid(const uint8_t *head, size_t size);                                \
    TT_MUST_USE tutela_status tt_##name##_read(tt_input *input, const tt_row_sink *sink,  \
                                               tutela_error *error);
TT_IMPORT_FORMATS(X)
#undef X

/* One row of the md5sum family, or a digest alone, into an entry just begun (sums.c). */
void tt_sums_row(tt_draft *entry, const char *text, size_t size);

#endif
