/*
 * sevenzip_plain: a 7z as if it were not encrypted: a stream that has the same files, deciphered as they are
 * read, and a header that says nothing of encryption.
 */
#ifndef TT_UNPACK_SEVENZIP_PLAIN_H
#define TT_UNPACK_SEVENZIP_PLAIN_H

#include "unpack/sevenzip_header.h"
#include "unpack/stream.h"

/* Single. */
typedef struct tt_sevenzip_plain tt_sevenzip_plain;

/*
 * Of the 7z in `whole` with `header`, both of which outlive it, by a password; NULL: nothing of it is encrypted.
 * What is from `end` on in `whole` follows behind. *work: bytes that may still be digested for keys, and how many
 * are left. *out is NULL when it would take more, and *work is 0 then, or the header is beyond the limits, or it
 * is seen at once that the password does not fit. TUTELA_MEMORY, TUTELA_UNAVAILABLE: OpenSSL does not do it, or
 * what the stream answers.
 */
TT_MUST_USE tutela_status tt_sevenzip_plain_new(tt_sevenzip_plain **out, tt_stream *whole,
                                                const tt_sevenzip_header *header, uint64_t end,
                                                const tt_secret *secret, uint64_t *work,
                                                tutela_error *error);
/* It; until tt_sevenzip_plain_free. */
tt_stream *tt_sevenzip_plain_stream(tt_sevenzip_plain *plain);
/* Safe on NULL; the keys are wiped. */
void tt_sevenzip_plain_free(tt_sevenzip_plain *plain);

#endif
