/*
 * fuzz_unpack_pst: a PST, one deep. All bytes of the input must be told once and in order, sought or
 * piped, and every item must end.
 *
 * Everything in a PST has a checksum, so that bytes changed at random are refused at once. Inputs that do
 * not begin like one are changes to a small PST: a byte that says of what kind, and three each: where, and
 * what; its checksums are made to fit again.
 */
#include "fuzz_unpack.h"

#include "unit/unpack_pst.h"

static const pst_layout *const kinds[] = {&pst_unicode, &pst_ansi, &pst_4k, &pst_4k_plain};

/* The same each time. */
static bytes sample(unsigned kind, pst_out *made)
{
    kit_member members[] = {{"one", kit_noise(40)}, {"two", kit_noise(9000)}};
    bytes b = pst_made(kinds[kind % 4], members, 2, 0, made);

    free(members[0].content.data);
    free(members[1].content.data);
    return b;
}

static bytes changed(const uint8_t *data, size_t size)
{
    pst_out made;
    bytes b;

    kit_state = 0x243f6a8885a308d3u;
    b = sample(size > 0 ? data[0] : 0, &made);
    for (size_t i = 1; i + 3 <= size; i += 3) {
        size_t at = (size_t)data[i] | (size_t)data[i + 1] << 8;
        b.data[at % b.size] ^= data[i + 2];
    }
    pst_mend(b, &made);
    return b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_budget budget = {
        .depth = 1, .entries = 200, .expanded = 1 << 20, .spool_memory = 4 << 20};
    bytes b = size >= 4 && memcmp(data, "!BDN", 4) == 0 ? kit_copy(data, size) : changed(data, size);

    for (int piped = 0; piped < 2; piped++)
        (void)fuzz_open(b, &budget, piped);
    free(b.data);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    pst_out made;
    bytes b;

    if (index > 7)
        return 0;
    /* Of each kind one, and a change to what lies in the first message's heap. */
    if (index < 4) {
        b = sample((unsigned)index, &made);
    } else {
        b = kit_copy("\0\x84\x05\1\x90\x05\1\0\x0e\2", 10);
        b.data[0] = (uint8_t)index;
    }
    return fuzz_give(b, out, room);
}
