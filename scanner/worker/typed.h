/*
 * typed: the type of a member or a file, by its first bytes.
 */
#ifndef TT_WORKER_TYPED_H
#define TT_WORKER_TYPED_H

#include "identify/identify.h"
#include "worker/broker.h"

/* The first bytes of what comes in pieces. Zero it to begin. */
typedef struct tt_typed_head {
    size_t size;
    uint8_t bytes[TT_IDENTIFY_HEAD];
} tt_typed_head;

void tt_typed_add(tt_typed_head *head, const void *data, size_t size);

/*
 * As well as `types` says; "" when nobody asks, or none of its bytes came. `whole`: they are all there, be
 * they none. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_typed_find(tt_identify *identify, tt_types types, const uint8_t *head,
                                        size_t size, int whole, char mime[TT_MIME_MAX + 1],
                                        tutela_error *error);

#endif
