/*
 * wishes: what is to be left out of the images of disks. It comes to a reader with its stream (see
 * stream.h), as secrets do.
 */
#ifndef TT_UNPACK_WISHES_H
#define TT_UNPACK_WISHES_H

#include <stdint.h>

typedef struct tt_wishes {
    uint32_t partition; /* only this one, from 1; 0: all of them */
    int no_deleted;     /* no file that was deleted */
} tt_wishes;

#endif
