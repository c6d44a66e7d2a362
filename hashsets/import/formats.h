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

/* X(name, words): `words` is what reports call the format. */
#define TT_IMPORT_FORMATS(X)                                   \
    X(plain, "plain list")                                     \
    X(sums, "md5sum")                                          \
    X(hashdeep, "hashdeep")                                    \
    X(csv, "CSV")                                              \
    X(vics, "VICS JSON")                                       \
    X(clamav, "ClamAV")                                        \
    X(nsrl, "NSRL text")                                       \
    X(ilook, "ILook")                                          \
    X(hashkeeper, "HashKeeper")                                \
    X(icse, "Interpol ICSE CSV")                               \
    X(tsk, "TSK index")                                        \
    X(rds, "NSRL RDSv3")                                       \
    X(kdb, "Autopsy .kdb")                                     \
    X(encase, "EnCase .hash")                                   \
    X(ncmec, "NCMEC XML")                                      \
    X(c4all, "C4All XML")

#define X(name, words)                                                                    \
    int tt_##name##_bid(const uint8_t *head, size_t size);                                \
    TT_MUST_USE tutela_status tt_##name##_read(tt_input *input, const tt_row_sink *sink,  \
                                               tutela_error *error);
TT_IMPORT_FORMATS(X)
#undef X

/* One row of the md5sum family, or a digest alone, into an entry just begun (sums.c). */
void tt_sums_row(tt_draft *entry, const char *text, size_t size);

#endif
