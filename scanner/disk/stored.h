/*
 * stored: the digests of a disk that its image holds.
 */
#ifndef TT_DISK_STORED_H
#define TT_DISK_STORED_H

#include "digest/digest.h"
#include "unpack/stream.h"

/*
 * Read the medium, from its start to its end or to where it cannot be read, and compare: *trouble is CLEAR,
 * the medium's own, or MALFORMED when one of `stored` does not fit. Without any, nothing is read.
 * TUTELA_MEMORY, TUTELA_UNAVAILABLE, and what reading the medium answers.
 */
TT_MUST_USE tutela_status tt_stored_verify(const tt_digests *stored, tt_stream *medium,
                                           tt_trouble *trouble, tutela_error *error);

#endif
