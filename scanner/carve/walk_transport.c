/*
 * walk_transport: MPEG transport streams: packets of 188 bytes, or of 192 with a time before each.
 *
 * A packet has one byte that is always the same, and no file of them has a head: nothing to be sought as other
 * signs are. They are found by looking every 2 KiB for packets one behind another.
 */
#include "carve/inner.h"

#include <string.h>

#define SYNC    0x47u
#define RUN     5u  /* packets in a row that are no accident: one in 2^40 by their first bytes alone */
#define PACKETS 16u /* of the least stream that is told */
#define STREAMS 8192u /* there can be in one, by the size of their number */

/* Is it a packet by its head? No error, and with something in it. */
static int is_packet(const uint8_t *at)
{
    return at[0] == SYNC && !(at[1] & 0x80) && (at[3] & 0x30) != 0;
}

static int is_run(const uint8_t *at, size_t stride)
{
    for (size_t i = 0; i < RUN; i++)
        if (!is_packet(at + i * stride))
            return 0;
    return 1;
}

tt_carve_row tt_transport_probe(const uint8_t *data, size_t at, size_t *from)
{
    const uint8_t *end = data + at + 192, *met = data + at;

    while ((met = memchr(met, SYNC, (size_t)(end - met)))) {
        size_t stride = is_run(met, 188) ? 188 : is_run(met, 192) ? 192 : 0, first;

        if (stride > 0) {
            first = (size_t)(met - data);
            while (first >= stride && is_packet(data + first - stride))
                first -= stride;
            if (stride == 192 && first < 4)
                first += stride;
            *from = stride == 192 ? first - 4 : first;
            return stride == 192 ? TT_CARVE_TRANSPORT_192 : TT_CARVE_TRANSPORT_188;
        }
        if (++met == end)
            break;
    }
    return TT_CARVE_ROWS;
}

static unsigned number_of(const uint8_t *packet)
{
    return ((unsigned)packet[1] << 8 | packet[2]) & (STREAMS - 1);
}

/*
 * As long as packets come. The last of them must belong to a stream that was met before, or have a packet
 * behind it: what lies behind the file may begin as a packet does.
 */
static void walk(tt_view *view, uint64_t from, size_t stride, const char *extension, tt_carved *out)
{
    size_t lead = stride - 188;
    uint8_t met[STREAMS / 8] = {0};
    uint64_t at = from, packets = 0;
    const uint8_t *packet;
    int complete = 0;

    while ((packet = tt_view_at(view, at, stride)) && is_packet(packet + lead)) {
        unsigned number = number_of(packet + lead);

        if (packets == 0)
            complete = number == 0 || number == 17; /* tables come first in a file */
        if (!(met[number / 8] & 1u << number % 8)) {
            packet = tt_view_at(view, at + stride, stride);
            if (packets > 0 && (!packet || !is_packet(packet + lead)))
                break;
            met[number / 8] |= (uint8_t)(1u << number % 8);
        }
        packets++;
        at += stride;
    }
    if (packets < PACKETS)
        return;
    /* The end of what can be seen is no end of packets. */
    if (complete && at + stride <= view->end)
        tt_carved_stated(view, out, extension, at);
    else
        tt_carved_cut(view, out, extension, at);
}

void tt_walk_transport(tt_view *view, uint64_t from, tt_carved *out)
{
    walk(view, from, 188, "ts", out);
}

void tt_walk_transport_timed(tt_view *view, uint64_t from, tt_carved *out)
{
    walk(view, from, 192, "m2ts", out);
}
