/*
 * header: page 0 of a compiled set (FORMAT.md), read and taken apart.
 */
#ifndef TT_HASHSETS_HEADER_H
#define TT_HASHSETS_HEADER_H

#include "base/status.h"
#include "hashsets/format.h"

#include <stdint.h>

/* What page 0 says, its fields checked each for itself; the section table is not yet looked at. */
typedef struct tt_header {
    uint64_t file_size; /* of the set, a multiple of the page; what comes after is not the set's */
    uint32_t sealed;    /* 1: with the key of key_id */
    uint32_t sections;
    uint32_t layer; /* layers below; 0 unless it is a delta */
    uint64_t entries;
    int64_t created;
    int64_t expires;
    uint64_t masks[TT_SET_MASKS];
    uint8_t key_id[TT_KEY_ID_SIZE];
    uint8_t base[TT_IDENTITY_SIZE]; /* of a delta: its base's identity */
    uint8_t roots[32];                   /* SHA-256 of ROOTS */
    uint8_t identity[TT_IDENTITY_SIZE]; /* SHA-256 of page 0 */
    uint8_t slots[TT_SLOTS_MAX * TT_SLOT_SIZE];
} tt_header;

/*
 * Open `path` without blocking and read page 0. *fd becomes the open file, also after a failure when
 * it was opened; *size its size, which is at least what the header says. TUTELA_IO when it cannot be
 * read, TUTELA_SET_REFUSED when it is no set of this version or is shorter than it says. Thread: any.
 */
TT_MUST_USE tutela_status tt_header_read(const char *path, int *fd, uint64_t *size, tt_header *out,
                                         tutela_error *error);

/* 1 when all `size` bytes are zero. */
int tt_is_zero(const uint8_t *bytes, size_t size);

/* A refusal that names the file, says `what` is wrong and advises to build it again. */
tutela_status tt_set_refuse(const char *path, const char *what, tutela_error *error);

#endif
