/*
 * program: where a program ends, by its own tables.
 *
 * Needs no library. A program of Windows ends where its last section does, one of Linux where its last
 * segment, section or table does. Sources: PE format (Microsoft), System V ABI (ELF).
 */
#ifndef TT_UNPACK_PROGRAM_H
#define TT_UNPACK_PROGRAM_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* A program's first bytes, all of which must be there. */
#define TT_PROGRAM_HEAD 64u

/* A part of a file. */
typedef struct tt_extent {
    uint64_t from, end; /* end 0: there is none */
} tt_extent;

typedef struct tt_program {
    uint64_t end;
    tt_extent certificate, resources; /* of Windows: the one lies where it says, the other in a section */
} tt_program;

/* `size` bytes at `offset`, or fewer: *got. */
typedef tutela_status (*tt_program_take)(void *user, uint64_t offset, void *out, size_t size,
                                         size_t *got);

/*
 * Measure the program that begins with `head`, TT_PROGRAM_HEAD bytes, of ELF, PE or DOS. Tables that
 * `take` does not give in full count as far as they are there: the end is never farther off for that.
 * Only what `take` fails with. Thread: any.
 */
TT_MUST_USE tutela_status tt_program_measure(tt_program *out, const uint8_t *head,
                                             tt_program_take take, void *user);

#endif
