/*
 * compile: from sorted rows to a set in a file; the second half of build.h, for build.c only.
 */
#ifndef TT_HASHSETS_COMPILE_H
#define TT_HASHSETS_COMPILE_H

#include "base/sort.h"
#include "hashsets/build.h"
#include "hashsets/delta.h"
#include "hashsets/lint.h"
#include "hashsets/names.h"
#include "hashsets/seal.h"

/*
 * A row as it is sorted, by its bytes:
 *
 *     first    1 byte: its lowest algorithm
 *     digest   of that algorithm: whole, or of a sealed set (and of rows made of a set) its fingerprint
 *     shape    1 byte: digest mask, and number of bytes of `size` << 4, 15 when it is unknown
 *     digests  the others, by algorithm, the same way
 *     size     most significant byte first, without leading zeros
 *     id       NUL-ended
 *     date     1 byte: number of bytes that follow, 0 when not stated; then ENTRY_DATE, most
 *              significant byte first, without leading zeros
 *     record   4 bytes, most significant first
 *
 * So rows that have the set's lowest algorithm come first, in the order of their fingerprints: the
 * numbers of these entries are the places of their keys, and need not be stored.
 */
#define TT_ROW_SIZE_UNKNOWN 15u
#define TT_ROW_RECORD 4u

/* Bytes that a digest takes in a row. */
static inline size_t tt_row_digest(int prints, int algorithm)
{
    return prints ? TT_KEY_SIZE : tt_digest_size(algorithm);
}

typedef struct tt_compile_job {
    tt_sort *rows;   /* finished, not yet read */
    tt_names *names; /* settled */
    tt_writer *writer;
    const char *folder; /* for temporary files */
    uint64_t memory;    /* bytes for sorting keys */
    uint32_t listed;    /* every algorithm some row has; 0 for no row, of a delta only */
    int64_t created;
    int64_t expires;
    const tt_seal *seal; /* what the rows are sealed with, or NULL */
    tt_lint *lint;       /* for these names; sees every key */
    int prints;          /* rows hold fingerprints */
    const tt_delta *delta; /* or NULL */
} tt_compile_job;

/* Read the rows to their end, write the set through the writer. TUTELA_RECORD and others. */
TT_MUST_USE tutela_status tt_compile(const tt_compile_job *job, tt_build_counts *counts,
                                     tutela_error *error);

#endif
