/*
 * secrets: the passwords that encrypted members may be opened with.
 *
 * They come to a reader with its stream (see stream.h), as everything does that it is given: so a reader
 * that opens nothing encrypted need not know of them, and one that wraps a stream hands them on.
 */
#ifndef TT_UNPACK_SECRETS_H
#define TT_UNPACK_SECRETS_H

#include <stddef.h>
#include <stdint.h>

/* Those beyond are not tried: each costs a thousand rounds of a digest for each member. */
#define TT_SECRETS_MAX 1000u
/* Bytes of one; longer ones, empty ones and those that hold a NUL are not tried. */
#define TT_SECRET_SIZE 256u

typedef struct tt_secret {
    const uint8_t *bytes; /* as they were typed: zip and old PDFs know no character set for them */
    size_t size;
} tt_secret;

#define TT_SECRET_UTF16_SIZE (2u * TT_SECRET_SIZE)

/*
 * A password as UTF-16, little-endian, for the formats that take it so: `out` gets at most
 * TT_SECRET_UTF16_SIZE bytes, and their number is answered. What is no UTF-8 is taken for Latin-1. It has at
 * most TT_SECRET_SIZE bytes. Thread: any.
 */
size_t tt_secret_utf16(const tt_secret *secret, uint8_t out[TT_SECRET_UTF16_SIZE]);

/* Tried in this order, but the one that fitted last comes first. Single. */
typedef struct tt_secrets {
    const tt_secret *list;
    size_t count;
} tt_secrets;

#endif
