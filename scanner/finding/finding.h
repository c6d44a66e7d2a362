/*
 * finding: the record that everything downstream sees, packed for sorting and keeping.
 *
 * tutela_finding (tutela.h) is the form in hand; the packed form is one run of bytes that can be
 * sorted, spooled and kept, and unpacked again. Packed records stay inside one process: they are
 * never read from an untrusted place.
 */
#ifndef TT_FINDING_FINDING_H
#define TT_FINDING_FINDING_H

#include "base/buf.h"
#include "base/status.h"

/* An empty finding: size set, modified unknown, strings "". */
void tt_finding_init(tutela_finding *finding);

/* Bytes of a packed record at most: far above any real one, it only keeps sizes sane. */
#define TT_FINDING_MAX ((size_t)1 << 30)

/*
 * Replace the content of buf, which was given that maximum, by the packed record. TUTELA_MEMORY.
 * Thread: any.
 */
TT_MUST_USE tutela_status tt_finding_pack(const tutela_finding *finding, tt_buf *buf,
                                          tutela_error *error);

/*
 * Order of packed records, and so of every report: by chain, part by part, byte by byte; then by
 * whether it is a mention, and where, and the remaining bytes, so that the order is total. Fits tt_sort. Thread: any.
 */
int tt_finding_compare(const void *a, size_t a_size, const void *b, size_t b_size);

/* Room for an unpacked finding; reused from one record to the next. Single. */
typedef struct tt_unpacked {
    tutela_finding finding;
    tutela_name *names;
    size_t names_room;
    tutela_match *matches;
    size_t matches_room;
    tutela_range *ranges;
    size_t ranges_room;
    tutela_step position[TUTELA_STEPS_MAX], from[TUTELA_STEPS_MAX];
    uint8_t digests[TUTELA_ALGORITHM_COUNT][TUTELA_DIGEST_MAX];
    uint64_t coverage[TUTELA_COVER_COUNT];
} tt_unpacked;

/*
 * out->finding points into `record`, which must outlive it, and into out. *out starts zeroed and
 * ends with tt_unpacked_done. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_finding_unpack(const void *record, size_t size, tt_unpacked *out,
                                            tutela_error *error);
/* Make room, so that unpacking what this finding is packed into cannot fail for lack of memory. */
TT_MUST_USE tutela_status tt_unpacked_reserve(tt_unpacked *out, const tutela_finding *finding,
                                              tutela_error *error);
void tt_unpacked_done(tt_unpacked *out);

/* Count a finding into a summary. */
void tt_summary_add(tutela_summary *summary, const tutela_finding *finding);
/* Add the counts of another. */
void tt_summary_join(tutela_summary *summary, const tutela_summary *other);
/* Work out completeness and exit status. `cut_short`: not everything was looked at. */
void tt_summary_end(tutela_summary *summary, int cut_short);

#endif
