/*
 * last: the last bytes of what comes only once, for those who ask what it ended with.
 */
#ifndef TT_ENGINE_LAST_H
#define TT_ENGINE_LAST_H

#include "unpack/tails.h"

/* Zeroed to begin. Single. */
typedef struct tt_last {
    size_t size; /* bytes that are there */
    size_t at;   /* where the next goes */
    uint8_t bytes[TT_TAIL_SIZE];
} tt_last;

void tt_last_add(tt_last *last, const void *data, size_t size);
/* Do they end a zip? `total`: bytes that came in all. Nothing may be added afterwards. */
int tt_last_opens(tt_last *last, uint64_t total);

#endif
