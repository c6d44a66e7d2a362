/* last: see last.h. */
#include "engine/last.h"

#include <string.h>

void tt_last_add(tt_last *last, const void *data, size_t size)
{
    const uint8_t *bytes = data;

    if (size > TT_TAIL_SIZE) {
        bytes += size - TT_TAIL_SIZE;
        size = TT_TAIL_SIZE;
    }
    while (size > 0) {
        size_t some = TT_TAIL_SIZE - last->at < size ? TT_TAIL_SIZE - last->at : size;

        memcpy(last->bytes + last->at, bytes, some);
        last->at = (last->at + some) % TT_TAIL_SIZE;
        last->size = last->size + some < TT_TAIL_SIZE ? last->size + some : TT_TAIL_SIZE;
        bytes += some;
        size -= some;
    }
}

static void reverse(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size / 2; i++) {
        uint8_t byte = bytes[i];

        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = byte;
    }
}

int tt_last_opens(tt_last *last, uint64_t total)
{
    /* In their order: turned as a whole, then each of the two parts. */
    if (last->size == TT_TAIL_SIZE && last->at > 0) {
        reverse(last->bytes, TT_TAIL_SIZE);
        reverse(last->bytes, TT_TAIL_SIZE - last->at);
        reverse(last->bytes + TT_TAIL_SIZE - last->at, last->at);
        last->at = 0;
    }
    return tt_tail_opens(last->bytes, last->size, total) > 0;
}
