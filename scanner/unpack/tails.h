/*
 * tails: which archive ends where a file ends, whatever the file begins with.
 *
 * A zip is read from its end: so it can stand behind anything, a picture or a program. Needs no library:
 * the engine asks it of every file it reads, as it asks heads.h of the first bytes.
 */
#ifndef TT_UNPACK_TAILS_H
#define TT_UNPACK_TAILS_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that are looked at: a zip's end record with the longest comment. Fewer only when the file is
 * smaller. */
#define TT_TAIL_SIZE 65557u

/*
 * Do the last `size` bytes of a file of `file_size` say that a zip ends there? 0 no; 1: its directory is
 * larger than these bytes, which only hold its end; 2: and its directory stands where it says. A zip of
 * no members is none. Thread: any.
 */
int tt_tail_opens(const uint8_t *tail, size_t size, uint64_t file_size);
/* The same of a zip that ends, with its comment, where the file does and not before. */
int tt_tail_ends(const uint8_t *tail, size_t size, uint64_t file_size);

#endif
