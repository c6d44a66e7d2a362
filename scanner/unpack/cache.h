/*
 * cache: what the readers of browsers' caches share.
 */
#ifndef TT_UNPACK_CACHE_H
#define TT_UNPACK_CACHE_H

#include "unpack/reader.h"

/* Do these headers, lines or texts that end in NUL, say that Brotli compressed the body? Thread: any. */
int tt_says_brotli(const uint8_t *text, size_t size);

/* An entry of Firefox's. It has no first bytes, and so no row in formats.def: the tree tries it first. */
extern const tt_format tt_format_firefox;
/* Is the stream, which seeks, one? TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_firefox_is(tt_stream *stream, int *is, tutela_error *error);

#endif
