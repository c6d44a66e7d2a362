/*
 * sort: sorts records of any length in bounded memory.
 *
 * Records beyond the memory given go, sorted, to an unlinked temporary file and are merged back.
 * Records that compare equal come out in the order they went in. Thread: single; it may use others
 * within (tt_sort_workers).
 */
#ifndef TT_BASE_SORT_H
#define TT_BASE_SORT_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct tt_sort tt_sort;

/* Further threads of one sort at most: whoever brings the records is the bottleneck before that. */
#define TT_SORT_WORKERS_MAX 7u

/* Like memcmp: below, equal or above zero. Must order any two records, the same way each time. */
typedef int (*tt_sort_compare)(const void *a, size_t a_size, const void *b, size_t b_size);

/*
 * `compare` may be NULL: records are then ordered as bytes, a shorter one before any it begins,
 * which is faster than the same order through a function.
 * `memory` bytes are used at most (but one record always fits); `folder` takes the temporary file,
 * made only when needed. The caller owns *out: tt_sort_free.
 */
TT_MUST_USE tutela_status tt_sort_new(tt_sort **out, tt_sort_compare compare, size_t memory,
                                      const char *folder, tutela_error *error);
/*
 * Sort full blocks on up to `workers` further threads, which share the memory; fewer when it is too
 * small to share. Before the first record; later it does nothing. The order that comes out is the
 * same. A `compare` is then called from any thread.
 */
void tt_sort_workers(tt_sort *sort, uint32_t workers);
/* A copy of the record goes in. TUTELA_MEMORY, TUTELA_RECORD when the temporary file fails. */
TT_MUST_USE tutela_status tt_sort_add(tt_sort *sort, const void *record, size_t size,
                                      tutela_error *error);
/* No more records; the reading begins. */
TT_MUST_USE tutela_status tt_sort_finish(tt_sort *sort, tutela_error *error);
/*
 * The next record in order: *record is borrowed until the next call and aligned to 8 bytes; NULL at
 * the end.
 */
TT_MUST_USE tutela_status tt_sort_next(tt_sort *sort, const void **record, size_t *size,
                                       tutela_error *error);
/*
 * After tt_sort_add or tt_sort_finish failed, of a sort without further threads: what went in comes
 * out of tt_sort_next all the same, in order, as far as it can be read back; the record that could
 * not be added is not among it.
 */
void tt_sort_rescue(tt_sort *sort);
/* How many records went in. */
uint64_t tt_sort_count(const tt_sort *sort);
void tt_sort_free(tt_sort *sort);

#endif
