/*
 * bytes: numbers in either byte order, patches and checksums, for the file formats made here.
 *
 * All of it appends to a tt_buf and leaves failures to it: one check at the end of a file is
 * enough. Thread: single, as the buf.
 */
#ifndef TT_TRAINING_BYTES_H
#define TT_TRAINING_BYTES_H

#include "base/buf.h"

/* The low `count` bytes (1 to 8) of value, least or most significant first. */
void tt_bytes_le(tt_buf *out, uint64_t value, unsigned count);
void tt_bytes_be(tt_buf *out, uint64_t value, unsigned count);
void tt_bytes_fill(tt_buf *out, int byte, size_t count);
/* Zeros until the size is a multiple of `step`. */
void tt_bytes_align(tt_buf *out, size_t step);

/* Overwrite `count` bytes already appended, at offset `at`. */
void tt_bytes_patch_le(tt_buf *out, size_t at, uint64_t value, unsigned count);
void tt_bytes_patch_be(tt_buf *out, size_t at, uint64_t value, unsigned count);

/* The CRC-32 of zip, gzip and PNG. */
uint32_t tt_bytes_crc32(const void *data, size_t size);
/* The Adler-32 of zlib (RFC 1950). */
uint32_t tt_bytes_adler32(const void *data, size_t size);

/*
 * A deflate stream (RFC 1951) of stored blocks: every unpacker reads it, and the bytes are the same
 * whatever library another program would have used.
 */
void tt_bytes_deflate(tt_buf *out, const void *data, size_t size);

#endif
