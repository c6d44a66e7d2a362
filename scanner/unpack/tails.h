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

/* ---- A file's last bytes, as they go by ------------------------------------------------------ */

/* So that they need not be kept, nor read again: nearly every file has no end record's sign in them. */
typedef struct tt_tail_passed {
    uint64_t from, to; /* offsets: between them all was looked at */
    int sign;          /* and a sign was there */
    size_t kept_size;
    uint8_t kept[3]; /* the last bytes: a sign may begin in them */
} tt_tail_passed;

/*
 * `size` bytes that stand at offset `at`. What is not next to those before begins anew, and so does
 * offset 0. Single.
 */
void tt_tail_pass(tt_tail_passed *passed, uint64_t at, const uint8_t *data, size_t size);
/*
 * May tt_tail_opens, of the last TT_TAIL_SIZE bytes of the file that has `file_size`, answer more than 0? Also
 * 1 when not all of them went by.
 */
int tt_tail_may_open(const tt_tail_passed *passed, uint64_t file_size);

#endif
