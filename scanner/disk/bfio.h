/*
 * bfio: a stream as what the libraries of images read through (libbfio).
 *
 * Each of them has a libbfio of its own inside, and not all the same; what one made is of no use to
 * another. So this file is linked once with each library, and with nothing else (see the Makefile).
 */
#ifndef TT_DISK_BFIO_H
#define TT_DISK_BFIO_H

#include "unpack/stream.h"

#include <sys/types.h>

/* A stream, its handle, and what came of the last call to a library. Single. */
typedef struct tt_bfio tt_bfio;

/* The stream seeks and must outlive *out, which the caller owns. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_bfio_new(tt_bfio **out, tt_stream *stream, tutela_error *error);
/* Once the library has let go of it. NULL is fine. */
void tt_bfio_free(tt_bfio *bfio);

/* libbfio's own, for the library: its handle, and a pool with others, one for each file that the stream is. */
intptr_t *tt_bfio_handle(tt_bfio *bfio);
intptr_t *tt_bfio_pool(tt_bfio *bfio);

/* A call to the library begins: what fails in it is remembered. */
void tt_bfio_begin(tt_bfio *bfio, tutela_error *error);
/*
 * It has ended. Not well: *trouble is the stream's, if it had one, else that the image is damaged. The
 * status is the stream's.
 */
TT_MUST_USE tutela_status tt_bfio_end(tt_bfio *bfio, int well, tt_trouble *trouble);
/* The same of a call that read at most `size` bytes and answered `count`: *got is as many as there are. */
TT_MUST_USE tutela_status tt_bfio_end_read(tt_bfio *bfio, ssize_t count, size_t size, size_t *got,
                                           tt_trouble *trouble);

#endif
