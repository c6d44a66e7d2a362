/*
 * column: what a builder must hold until its place in the file is known: bytes or numbers, kept in
 * an unlinked temporary file once they are many.
 */
#ifndef TT_HASHSETS_COLUMN_H
#define TT_HASHSETS_COLUMN_H

#include "hashsets/writer.h"

/* A run of bytes. Zeroed but for `folder`, which is borrowed, and fd -1; see TT_SPOOL. Single. */
typedef struct tt_stock {
    const char *folder;
    int fd;
    uint8_t *buffer;
    size_t used;
    uint64_t filed; /* bytes in the temporary file, before those of the buffer */
} tt_stock;

#define TT_SPOOL(in_folder) ((tt_stock){.folder = (in_folder), .fd = -1})

/* TUTELA_MEMORY, or TUTELA_RECORD when the temporary file fails. */
TT_MUST_USE tutela_status tt_stock_add(tt_stock *spool, const void *data, size_t size,
                                       tutela_error *error);
uint64_t tt_stock_bytes(const tt_stock *spool);
/* As one section of elements of one byte. */
TT_MUST_USE tutela_status tt_stock_write(const tt_stock *spool, tt_writer *writer, uint16_t id,
                                         tutela_error *error);
void tt_stock_done(tt_stock *spool);

/*
 * A column of numbers. As long as all are equal, or each is its own index, nothing is kept but
 * that fact. Single.
 */
typedef struct tt_column {
    tt_stock spool;
    uint64_t count;
    uint64_t first;
    uint64_t most;
    int varied;  /* the numbers are in the spool */
    int bent;    /* some number is not its own index */
    int uneven;  /* some number is not the first */
} tt_column;

#define TT_COLUMN(in_folder) ((tt_column){.spool = TT_SPOOL(in_folder)})

TT_MUST_USE tutela_status tt_column_add(tt_column *column, uint64_t value, tutela_error *error);
/* As one section, in the shortest encoding. */
TT_MUST_USE tutela_status tt_column_write(const tt_column *column, tt_writer *writer, uint16_t id,
                                          uint8_t algorithm, tutela_error *error);
void tt_column_done(tt_column *column);

#endif
