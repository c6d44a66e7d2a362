/*
 * plain: files that begin like a container and surely are none.
 *
 * Any program may have an archive behind it, any page a picture in it, and nearly none has. To open them
 * takes a process and much longer than to digest them: so, while their bytes go by anyway, what their
 * readers would look for is looked for here. Needs no library, and opens nothing.
 *
 * "Plain" is said only of a file that its reader finds nothing in, neither members nor trouble; what is
 * not sure is left to the reader (t_unpack_plain holds it against them). A zip at the end of such a file
 * is another question, for tails.h.
 */
#ifndef TT_UNPACK_PLAIN_H
#define TT_UNPACK_PLAIN_H

#include "unpack/program.h"

/* Bytes that are kept of those that went by: what cannot be told yet, and a little before it. */
#define TT_PLAIN_KEPT 528u

typedef enum tt_plain_kind {
    TT_PLAIN_NOT, /* nothing that could be told */
    TT_PLAIN_ELF,
    TT_PLAIN_MZ, /* of Windows or DOS */
    TT_PLAIN_SCRIPT,
    TT_PLAIN_PAGE
} tt_plain_kind;

/* Single. */
typedef struct tt_plain {
    tt_plain_kind kind;
    int may;            /* something was seen that its reader must look at */
    uint64_t total;     /* bytes that went by */
    tt_program program;
    uint64_t measured;  /* bytes of its beginning by which it was measured */
    int missed;         /* that was not all that was asked for */
    size_t kept;
    uint8_t last[TT_PLAIN_KEPT];
} tt_plain;

/* A file begins. `row`: as tt_head_of() says. */
void tt_plain_begin(tt_plain *out, int row);
/* Its next bytes; of the first ones as many as tt_head_of() was asked about. */
void tt_plain_add(tt_plain *plain, const uint8_t *data, size_t size);
/* Can it still turn out to be a plain file, as far as is known, of that size? */
int tt_plain_can(const tt_plain *plain, uint64_t size);
/* All of them went by: is it surely a plain file? */
int tt_plain_end(tt_plain *plain);

#endif
