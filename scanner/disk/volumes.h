/*
 * volumes: the parts of a disk by its partition table (DOS, GPT, Mac, BSD, Sun), by The Sleuth Kit.
 */
#ifndef TT_DISK_VOLUMES_H
#define TT_DISK_VOLUMES_H

#include "disk/sleuth.h"

typedef enum tt_volume_kind {
    TT_VOLUME_PARTITION, /* something may be in it */
    TT_VOLUME_TABLE,     /* of the partition table itself */
    TT_VOLUME_FREE       /* in no partition */
} tt_volume_kind;

/* Bytes of the disk. */
typedef struct tt_volume {
    uint64_t from, end;  /* as the table says, `end` no further than the image */
    uint64_t stated;     /* where the table says that it ends */
    uint32_t number;     /* of a partition, from 1, as partition tools count; 0: there is no table */
    tt_volume_kind kind;
} tt_volume;

/* A hostile table could have many thousands; those of real disks have 128 at most. */
#define TT_VOLUMES_MAX 1024u

/* In the order of their places. Zero it to begin. Single. */
typedef struct tt_volumes {
    tt_volume *list;
    size_t count, room;
    int cut; /* there are more than TT_VOLUMES_MAX */
    int damaged; /* its sum is not right */
} tt_volumes;

/*
 * All of them; count is 0 when there is no table, or one without a partition that begins inside the image.
 * TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_volumes_find(tt_volumes *out, tt_sleuth *sleuth, tutela_error *error);
void tt_volumes_done(tt_volumes *volumes);

#endif
