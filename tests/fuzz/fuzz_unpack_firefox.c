/*
 * fuzz_unpack_firefox: entries of Firefox's cache.
 *
 * The input is what Firefox keeps of a body, and its size; the checksum is made to fit, or nothing would ever
 * be an entry. All bytes must be told once and in order, and every item must end; what is found in the last
 * bytes must lie in them.
 */
#include "fuzz_unpack.h"

#include "unit/unpack_firefox.h"
#include "unpack/firefox.h"

/* A body of so many bytes, then the input with its checksum. */
static bytes entry_of(const uint8_t *data, size_t size, size_t body)
{
    bytes out = {calloc(1, body + size + 32), body};

    put_big(&out, jenkins_of(data, size), 4);
    kit_add(&out, data, size);
    put_big(&out, body, 4);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_budget budget = {
        .depth = 2, .entries = 200, .expanded = 4 << 20, .spool_memory = 4 << 20};
    bytes b = size > 1 ? entry_of(data + 2, size - 2, (size_t)data[0] << 8 | data[1])
                       : kit_copy(data, size);
    size_t tail = b.size < TT_FIREFOX_TAIL ? b.size : TT_FIREFOX_TAIL;
    tt_firefox f;

    if (tt_firefox_ends(b.data + b.size - tail, tail, b.size, &f))
        must(f.body <= f.size && f.size < b.size && f.key + f.key_size < tail
             && f.facts + f.facts_size == tail - 4);
    for (int piped = 0; piped < 2; piped++)
        (void)fuzz_open(b, &budget, piped);
    free(b.data);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char facts[] = FIREFOX_FACTS, made[] = "alt-data\0" "1;30,x\0a\0b";
    bytes body = kit_noise(index == 1 ? 0 : 60), b;
    size_t size;

    if (index > 2 || room < 1000)
        return (free(body.data), (size_t)0);
    b = index == 2 ? firefox_of(body, "a,:http://a/", made, sizeof made, 2)
                   : firefox_of(body, ":http://a/", facts, sizeof facts, index == 1 ? 1 : 3);
    size = b.size - body.size - 8 + 2;
    out[0] = 0;
    out[1] = (uint8_t)body.size;
    memcpy(out + 2, b.data + body.size + 4, size - 2);
    free(b.data);
    free(body.data);
    return size;
}
