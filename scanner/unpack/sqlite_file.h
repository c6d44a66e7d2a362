/*
 * sqlite_file: a stream as the one file that SQLite can see, and SQLite kept from trusting it.
 */
#ifndef TT_UNPACK_SQLITE_FILE_H
#define TT_UNPACK_SQLITE_FILE_H

#include "unpack/stream.h"

struct sqlite3;

/* How reading went, since the opening. */
typedef struct tt_sqlite_said {
    tutela_status failed; /* ours: not TUTELA_OK, the run is over */
    tutela_error *error;  /* where that goes; the caller's, set before each call of SQLite */
    tt_trouble source;    /* the stream's */
    int missing;          /* bytes were asked for that lie behind its end */
} tt_sqlite_said;

/* Single. */
typedef struct tt_sqlite_file tt_sqlite_file;

/*
 * Open the database in a stream that seeks and outlives it, stated to have `size` bytes. *code is what
 * SQLite said, 0 when it is open: then *base is, until it is closed. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_sqlite_file_open(tt_sqlite_file **out, tt_stream *stream, uint64_t size,
                                              tutela_error *error, struct sqlite3 **base, int *code);
tt_sqlite_said *tt_sqlite_file_said(tt_sqlite_file *file);
/* When all statements are finalized. Safe on NULL. */
void tt_sqlite_file_close(tt_sqlite_file *file);

#endif
