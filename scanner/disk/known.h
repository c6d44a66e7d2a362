/*
 * known: what a place on a disk holds, by its first bytes, where The Sleuth Kit does not read it.
 */
#ifndef TT_DISK_KNOWN_H
#define TT_DISK_KNOWN_H

#include "unpack/stream.h"

typedef enum tt_place {
    TT_PLACE_OTHER,     /* perhaps a file system that can be read */
    TT_PLACE_ENCRYPTED, /* BitLocker, LUKS, FileVault */
    TT_PLACE_UNREAD,    /* a file system, or volumes, that nothing here reads */
    TT_PLACE_SWAP,      /* pages of memory: raw space */
    TT_PLACE_BLANK      /* zeros, as where nothing was ever written */
} tt_place;

/* By TT_DISK_HEAD bytes, or all there are. Thread: any. */
tt_place tt_place_of(const uint8_t *head, size_t size);

#endif
