/*
 * index: writes what finds a key of one algorithm: keys, numbers, buckets, filter. For compile.c.
 */
#ifndef TT_HASHSETS_INDEX_H
#define TT_HASHSETS_INDEX_H

#include "base/sort.h"
#include "hashsets/lint.h"
#include "hashsets/writer.h"

#define TT_INDEX_RECORD (TT_KEY_SIZE + 4u)

/* A fingerprint and an entry number as they are sorted, by their bytes. */
void tt_index_record(uint8_t *out, const uint8_t *fingerprint, uint64_t number);

/* BUCKETS and FILTER for the `count` sorted keys of the section that begins at `section`. */
TT_MUST_USE tutela_status tt_index_write(tt_writer *writer, int algorithm, uint64_t section,
                                         uint64_t count, tutela_error *error);

/* All four sections, from a sort filled with such records, which is finished and read here.
 * `lint` sees the keys. */
TT_MUST_USE tutela_status tt_index_write_sorted(tt_writer *writer, int algorithm, tt_sort *sort,
                                                const char *folder, tt_lint *lint,
                                                tutela_error *error);

#endif
