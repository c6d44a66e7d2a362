/*
 * selftest: small sets in memory, of digests whose messages are known, and whether this build reads
 * them right on this machine.
 */
#ifndef TT_HASHSETS_SELFTEST_H
#define TT_HASHSETS_SELFTEST_H

#include "base/selftest.h"
#include "hashsets/seal.h"

/* A file in memory. Owned: tt_selftest_file_done. */
typedef struct tt_selftest_file {
    int fd;
    char path[32]; /* under which this process can open it */
} tt_selftest_file;

#define TT_SELFTEST_EXPIRES INT64_C(1924992000000000000) /* of the sets made here: 2031-01-01 */

/* One that holds these bytes. TUTELA_IO. */
TT_MUST_USE tutela_status tt_selftest_file_of(tt_selftest_file *out, const void *data, size_t size,
                                              tutela_error *error);
/* For the cleanup attribute; one whose fd is -1 is fine. */
void tt_selftest_file_done(tt_selftest_file *file);
#define TT_AUTO_FILE __attribute__((cleanup(tt_selftest_file_done))) tt_selftest_file

/* Turn the bit of the byte at `offset` round. TUTELA_IO. */
TT_MUST_USE tutela_status tt_selftest_file_flip(const tt_selftest_file *file, uint64_t offset,
                                                unsigned bit, tutela_error *error);

/* Key number 1 or 2, to seal with. TUTELA_IO. */
TT_MUST_USE tutela_status tt_selftest_key(tt_selftest_file *out, uint8_t number,
                                          tutela_error *error);

/*
 * A set of two lists: an entry for each message of digest/selftest.h with all its digests, and a
 * thousand others; `seal` may be NULL. TUTELA_MEMORY, TUTELA_IO, TUTELA_RECORD.
 */
TT_MUST_USE tutela_status tt_selftest_set(tt_selftest_file *out, const tt_seal *seal,
                                          tutela_error *error);

/*
 * A sealed set and one that is not: every entry is found and says what was put in, no digest that is
 * a bit off is; damage, a part of it, and another key are refused. TUTELA_MEMORY, TUTELA_IO,
 * TUTELA_RECORD.
 */
TT_MUST_USE tutela_status tt_selftest_sets(tt_selftest *test, tutela_error *error);

/*
 * Fingerprints with known answers; and a signed set: taken from whom it should come until it
 * expires, refused with another signer or time, or any bit of the signature changed. The same.
 */
TT_MUST_USE tutela_status tt_selftest_signed(tt_selftest *test, tutela_error *error);

#endif
