/*
 * firefox: one entry of Firefox's cache (cache2), which is known by its end.
 *
 * What a server sent stands first, as it came, so that the file looks like it; then what Firefox knows of it,
 * with checksums of both; and last where that begins. Needs no library but for firefox.c's reader.
 */
#ifndef TT_UNPACK_FIREFOX_H
#define TT_UNPACK_FIREFOX_H

#include <stddef.h>
#include <stdint.h>

/* Bytes at the end of a file in which all that Firefox knows of it must lie: it keeps 64 KiB at most. */
#define TT_FIREFOX_TAIL 65557u
/* Bytes that a checksum is of; there is one for each so many of what was sent. */
#define TT_FIREFOX_CHUNK 262144u

/* Where it is. */
typedef struct tt_firefox {
    uint64_t size;     /* of what was sent, and of what Firefox made of it, which lies behind it */
    uint64_t body;     /* of what was sent alone */
    size_t sums;       /* in the tail: a checksum for each chunk, of two bytes */
    size_t key, key_size;
    size_t facts, facts_size; /* names and values, each with a NUL: headers and such */
} tt_firefox;

/* May one end with these four bytes, in a file of that size? They tell nearly always. Thread: any. */
int tt_firefox_may_end(const uint8_t last[4], uint64_t file_size);
/* 1 when the last `size` bytes of a file of `file_size` end such an entry: its checksum fits. Thread: any. */
int tt_firefox_ends(const uint8_t *tail, size_t size, uint64_t file_size, tt_firefox *out);

/* The checksum, of bytes that come one after another. Zeroed to begin. Single. */
typedef struct tt_firefox_sum {
    uint32_t a, b, c, count;
    uint8_t piece[12];
} tt_firefox_sum;
void tt_firefox_add(tt_firefox_sum *sum, const uint8_t *data, size_t size);
uint32_t tt_firefox_end(tt_firefox_sum *sum);

#endif
