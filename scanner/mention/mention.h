/*
 * mention: digests that stand in bytes as text: runs of 32, 40 or 64 hexadecimal digits, in ASCII or UTF-16.
 *
 *   bytes ──▶ seek (windows) ──▶ search (vectors) ──▶ list: each digest once, with where it first stands
 *
 * Whoever has the bytes searches them: the worker those of members and of free space, the engine those of files.
 */
#ifndef TT_MENTION_MENTION_H
#define TT_MENTION_MENTION_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* ---- The search ------------------------------------------------------------------------------ */

/* Bytes to either side of a place that decide on a mention there: 65 digits of UTF-16, two blocks. */
#define TT_MENTION_REACH 192u
#define TT_MENTION_SLACK 64u /* bytes behind what is searched that may be read, and must be 0 */

/* Single. */
typedef struct tt_mentions {
    uint64_t next;     /* up to here all is done */
    uint64_t known[3]; /* up to here what runs of digits there are is known: ASCII, UTF-16 at even and odd places */
} tt_mentions;

/*
 * 32, 40 or 64 digits that no other adjoins: TUTELA_MD5, TUTELA_SHA1 or TUTELA_SHA256, as bytes. `at` is the first
 * digit. A status other than TUTELA_OK ends the search and is its own.
 */
typedef tutela_status tt_mention_told(void *user, uint64_t at, int algorithm, const uint8_t *digest,
                                      tutela_error *error);

/*
 * Tell the mentions that begin in blocks from `next` up to `to`, or that reach into these. `data` are the
 * `size` bytes from `from` on; behind `to` there are TT_MENTION_REACH more, unless nothing follows.
 */
TT_MUST_USE tutela_status tt_mentions_run(tt_mentions *mentions, const uint8_t *data, uint64_t from,
                                          size_t size, uint64_t to, tt_mention_told *told, void *user,
                                          tutela_error *error);

/* ---- What was found -------------------------------------------------------------------------- */

/*
 * Digests that one file may mention and that are told. A list of digests is such a file, and each costs a look-up
 * and a place in memory: lists of more are for `tutela set build`.
 */
#define TT_MENTIONS_MAX 65536u
#define TT_MENTION_BYTES 32u /* of the longest digest */
/* Of a file that mentions more: it is LIMIT. */
#define TT_MENTIONS_CUT "more digests mentioned than the limit"

typedef struct tt_mention {
    uint64_t offset;  /* of its first digit, where it first stands */
    uint64_t count;   /* how often it stands there */
    int32_t algorithm; /* TUTELA_MD5, _SHA1 or _SHA256 */
    uint8_t digest[TT_MENTION_BYTES]; /* zeros behind it */
} tt_mention;

/* Zero it to begin. Single. */
typedef struct tt_mention_list {
    tt_mention *item; /* each digest once and by `offset`, after tt_mention_list_end */
    size_t count, room;
    int cut; /* there were more than TT_MENTIONS_MAX: those that first stand nearest to the start are kept */
} tt_mention_list;

/* A tt_mention_told, `user` being the list. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_mention_list_add(void *user, uint64_t at, int algorithm,
                                              const uint8_t *digest, tutela_error *error);
void tt_mention_list_end(tt_mention_list *list);
/* It is empty again; its memory stays. */
void tt_mention_list_clear(tt_mention_list *list);
void tt_mention_list_done(tt_mention_list *list);
/* Bytes of the digest of an algorithm that is mentioned; 0 for any other number. Thread: any. */
size_t tt_mention_size(int32_t algorithm);

/* ---- Bytes as they come ---------------------------------------------------------------------- */

/* Single. */
typedef struct tt_seek tt_seek;

/* A file begins, the first, for which *seek is NULL and is made, or another. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_seek_begin(tt_seek **seek, tutela_error *error);
void tt_seek_free(tt_seek *seek); /* safe on NULL */
/* `size` bytes from `at` on, which is where the last ones ended, or behind a gap. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_seek_add(tt_seek *seek, uint64_t at, const void *data, size_t size,
                                      tutela_error *error);
/* All is there: what was found, the seek's until the next begins. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_seek_end(tt_seek *seek, const tt_mention_list **out, tutela_error *error);

#endif
