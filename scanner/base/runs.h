/*
 * runs: sorted runs of records in one unlinked temporary file, and their merge; the outer half of
 * sort.h, for base/sort.c only.
 *
 * A stored record is its size, eight bytes in this machine's order, then its bytes, then zeros up
 * to a multiple of 8: so it lies in memory and in the file.
 */
#ifndef TT_BASE_RUNS_H
#define TT_BASE_RUNS_H

#include "base/sort.h"

#define TT_STORED_HEAD sizeof(uint64_t)

size_t tt_stored_bytes(size_t size);              /* what a record of `size` bytes takes */
size_t tt_stored_size(const uint8_t *stored);     /* the record's size */
int tt_stored_order(tt_sort_compare compare, const uint8_t *a, const uint8_t *b);
/* The first bytes as a number of the same order; 0 for all when only `compare` knows the order. */
uint64_t tt_stored_prefix(tt_sort_compare compare, const uint8_t *stored);

/* Single. After a failure only tt_runs_take_back, tt_runs_rescue and tt_runs_free are of use. */
typedef struct tt_runs tt_runs;

/* `memory` bytes for buffers at most, but at least two records. Owned: tt_runs_free. */
TT_MUST_USE tutela_status tt_runs_new(tt_runs **out, tt_sort_compare compare, size_t memory,
                                      const char *folder, tutela_error *error);
/*
 * Room for a run of `bytes` bytes of stored records, the widest of `widest` bytes, whose records
 * come after those of earlier runs that compare equal. *start is its place in the file, to be
 * filled by a run writer before tt_runs_merge.
 */
TT_MUST_USE tutela_status tt_runs_reserve(tt_runs *runs, uint64_t bytes, size_t widest,
                                          uint64_t *start, tutela_error *error);

/* Fills one run. Single, but writers of different runs may be on different threads. */
typedef struct tt_run_writer {
    const char *folder; /* for messages, borrowed */
    int fd;
    uint64_t at; /* in the file, of the buffer's first byte */
    uint8_t *buffer;
    size_t room;
    size_t used;
} tt_run_writer;

/* `room`: bytes written at once, a multiple of 8. On any status tt_run_done is called at the end. */
TT_MUST_USE tutela_status tt_run_begin(tt_run_writer *writer, const tt_runs *runs, uint64_t start,
                                       size_t room, tutela_error *error);
/* The run's next record, not below the one before. TUTELA_RECORD. */
TT_MUST_USE tutela_status tt_run_put(tt_run_writer *writer, const uint8_t *stored,
                                     tutela_error *error);
TT_MUST_USE tutela_status tt_run_end(tt_run_writer *writer, tutela_error *error);
void tt_run_done(tt_run_writer *writer);

/* No more runs; the reading begins. */
TT_MUST_USE tutela_status tt_runs_merge(tt_runs *runs, tutela_error *error);
/* The next record of all, borrowed until the next call; NULL at the end. */
TT_MUST_USE tutela_status tt_runs_next(tt_runs *runs, const uint8_t **stored,
                                       tutela_error *error);
/* Forget the run reserved last: it could not be written. */
void tt_runs_take_back(tt_runs *runs);
/*
 * After a failure: read what is there, merged at once whatever that takes of memory, without
 * writing anything. A reading that was begun begins again.
 */
TT_MUST_USE tutela_status tt_runs_rescue(tt_runs *runs, tutela_error *error);
void tt_runs_free(tt_runs *runs);

#endif
