/*
 * rows: the formats of the made-up lists. A format is one row of the table in rows.c.
 */
#ifndef TT_TRAINING_ROWS_H
#define TT_TRAINING_ROWS_H

#include "base/buf.h"
#include "digest/digest.h"
#include "training/random.h"

/* One entry, as much as any format says of it. */
typedef struct tt_rows_entry {
    tt_digests digests; /* all algorithms */
    uint64_t size;
    const char *name; /* borrowed */
    uint32_t number;
    uint32_t category;
} tt_rows_entry;

typedef struct tt_rows_format {
    const char *file; /* the list's file name; NULL ends the table */
    unsigned bit;     /* TT_LIST_... */
    uint32_t decoys;  /* entries that match nothing */
    const char *head;
    void (*row)(tt_buf *out, const tt_rows_entry *entry, size_t index);
    const char *broken; /* goes in after the third row */
    const char *tail;
} tt_rows_format;

/* Static. Thread: any. */
extern const tt_rows_format tt_rows_formats[];

#endif
