/*
 * build: makes a compiled hash set from rows, by external sort in bounded memory.
 */
#ifndef TT_HASHSETS_BUILD_H
#define TT_HASHSETS_BUILD_H

#include "hashsets/lint.h"
#include "hashsets/row.h"
#include "hashsets/seal.h"

struct tt_delta;

/* Single. After a failure only tt_build_free is of use: the file at `output` is as it was. */
typedef struct tt_build tt_build;

typedef struct tt_build_counts {
    uint64_t accepted;
    uint64_t duplicates; /* rows equal to another in every field, or to an entry of the base */
    uint64_t masks[TT_SET_MASKS]; /* entries, by their digest mask */
    uint64_t unsized;    /* entries with MD5 alone and no size */
    tt_lint_counts lint;
} tt_build_counts;

/*
 * `memory` bytes for sorting at most; temporary files go, unlinked, to the folder of the output.
 * TUTELA_IO when the output cannot be created there. The caller owns *out: tt_build_free.
 */
TT_MUST_USE tutela_status tt_build_new(tt_build **out, const char *output, uint64_t memory,
                                       tutela_error *error);
/*
 * The same, but the set is written to `fd`, an empty file open for reading and writing, which stays
 * the caller's; tt_build_finish puts nothing in place. `folder` for temporary files, of which there
 * are none while `memory` is enough; `name` for messages. TUTELA_ARGUMENT when fd is none.
 */
TT_MUST_USE tutela_status tt_build_new_at(tt_build **out, int fd, const char *folder,
                                          const char *name, uint64_t memory, tutela_error *error);
/*
 * Seal the set: of every row only the fingerprints under this key are kept, from tt_build_add on,
 * and they are what makes rows equal. `seal` is borrowed until tt_build_free. TUTELA_STATE when a
 * row was added before.
 */
TT_MUST_USE tutela_status tt_build_seal(tt_build *build, const tt_seal *seal, tutela_error *error);
/*
 * Rows hold fingerprints in the place of digests, made with the key of tt_build_seal, or of no key:
 * those of another set (expand.h). Before the first row, else TUTELA_STATE.
 */
TT_MUST_USE tutela_status tt_build_prints(tt_build *build, tutela_error *error);
/*
 * Make a delta (delta.h): rows that its base has are duplicates, and no row at all is fine. `delta`
 * is settled, and borrowed until tt_build_free. Before the first list, else TUTELA_STATE.
 */
TT_MUST_USE tutela_status tt_build_delta(tt_build *build, struct tt_delta *delta,
                                         tutela_error *error);
/*
 * The rows that follow belong to this list; the same name, version and polarity again is the same
 * list. Strings are copied. TUTELA_ARGUMENT when one is not UTF-8 or longer than 65536 bytes.
 */
TT_MUST_USE tutela_status tt_build_list(tt_build *build, const char *name, const char *version,
                                        tutela_polarity polarity, tutela_error *error);
/*
 * A copy of the row goes in. TUTELA_ARGUMENT when it has no digest, an unknown flag or a string as
 * above; TUTELA_LIST_UNUSABLE when there are more than a million different categories, owners and
 * flags together; TUTELA_RECORD when a temporary file cannot be written; TUTELA_STATE before any
 * list. Of its date the second is kept, of one before 1970 nothing.
 */
TT_MUST_USE tutela_status tt_build_add(tt_build *build, const tt_row *row, tutela_error *error);
/* The set is not to be used from this wall time on; TT_TIME_UNKNOWN, as at first: no such time. */
void tt_build_expires(tt_build *build, int64_t expires);
/* tt_build_finish does all its work, but leaves the file at `output` as it was. */
void tt_build_dry(tt_build *build);
/*
 * Write the set and put it in place of the old one. `created` is wall time or TT_TIME_UNKNOWN.
 * TUTELA_LIST_UNUSABLE when no row was added; TUTELA_RECORD when it cannot be written. `counts` may
 * be NULL.
 */
TT_MUST_USE tutela_status tt_build_finish(tt_build *build, int64_t created,
                                          tt_build_counts *counts, tutela_error *error);
/*
 * After tt_build_finish: the index-th pair of categories in conflict, the most frequent first; 0 past
 * the last. Strings belong to the build.
 */
int tt_build_conflict_at(const tt_build *build, size_t index, tt_lint_conflict *out);
void tt_build_free(tt_build *build);

#endif
