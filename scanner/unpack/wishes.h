/*
 * wishes: what is wanted of the images of disks. It comes to a reader with its stream (see stream.h), as
 * secrets do.
 */
#ifndef TT_UNPACK_WISHES_H
#define TT_UNPACK_WISHES_H

#include "base/status.h"

typedef struct tt_wishes {
    uint32_t partition; /* only this one, from 1; 0: all of them */
    int no_deleted;     /* no file that was deleted */
    int carve;          /* what lies in free space too */
    /* Called while something goes on that tells of nothing; what it answers, if that is not TUTELA_OK, ends
     * the run. Set by the tree: see tt_sink.pass. NULL: nobody waits. */
    tutela_status (*alive)(void *user, tutela_error *error);
    void *user;
} tt_wishes;

#endif
