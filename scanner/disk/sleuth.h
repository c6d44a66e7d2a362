/*
 * sleuth: a stream as The Sleuth Kit sees the image of a disk. The one header of this module that
 * includes libtsk's, whose structures are its interface.
 *
 * libtsk opens no file here: the worker is locked up, and the bytes come from any stream that seeks, be
 * it a raw image, a medium out of an E01, or a member of an archive.
 */
#ifndef TT_DISK_SLEUTH_H
#define TT_DISK_SLEUTH_H

#include "disk/spans.h"
#include "unpack/stream.h"

#include <tsk/libtsk.h>

/* Single. */
typedef struct tt_sleuth {
    TSK_IMG_INFO image; /* the first member: libtsk hands its address back */
    tt_stream *stream;
    const tt_wishes *wishes; /* whom to tell that it goes on; outlives it, or NULL */
    tt_trouble trouble; /* the first that reading met, if any: it stays */
    tt_spans bad;       /* bytes that could not be read */
    tutela_status status; /* a failure of ours in a call of libtsk's, which knows no such thing */
    tutela_error error;
} tt_sleuth;

/*
 * Begin: `stream` outlives it. A sector of so many bytes: 512 but for tables of disks with larger ones.
 * TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_sleuth_new(tt_sleuth **out, tt_stream *stream, tutela_error *error);
void tt_sleuth_free(tt_sleuth *sleuth); /* safe on NULL */

/*
 * Bytes of the image, straight from the stream, as tt_stream_ops.read_at; `size` of them or a trouble, which
 * is kept as the image's.
 */
TT_MUST_USE tutela_status tt_sleuth_read(tt_sleuth *sleuth, uint64_t offset, void *buffer, size_t size,
                                         size_t *got, tt_trouble *trouble, tutela_error *error);
/*
 * The same, for what is looked into and not told: where it cannot be read it is taken sector by sector, with
 * zeros for those that cannot, which are noted in `bad`. All of it lies inside the image.
 */
TT_MUST_USE tutela_status tt_sleuth_fill(tt_sleuth *sleuth, uint64_t offset, void *buffer, size_t size,
                                         tutela_error *error);
/* After calls of libtsk's: a failure that was ours meanwhile. */
TT_MUST_USE tutela_status tt_sleuth_check(const tt_sleuth *sleuth, tutela_error *error);

#endif
