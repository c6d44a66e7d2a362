/*
 * both: a container and, behind its end, a zip.
 *
 * Many a container may hold a zip as it is, at its very end: what makes it one that stands behind it is that
 * the container is whole without it.
 */
#ifndef TT_UNPACK_BOTH_H
#define TT_UNPACK_BOTH_H

#include "unpack/pictures.h"
#include "unpack/reader.h"

/*
 * *at: where in the stream, which seeks and begins like the format, the zip begins that stands behind it;
 * TT_NOWHERE when there is none. All that the container holds is read for that, if a zip ends the stream, and
 * no more than `most` bytes of it. TUTELA_MEMORY, or what the reader answers.
 */
TT_MUST_USE tutela_status tt_both_find(tt_stream *stream, const tt_format *format,
                                       const tt_secrets *secrets, uint64_t most, uint64_t *at,
                                       tutela_error *error);

#endif
