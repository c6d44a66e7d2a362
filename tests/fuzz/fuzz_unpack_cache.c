/*
 * fuzz_unpack_cache: entries of a browser's cache, and archives of the web.
 *
 * All bytes of the input must be told once and in order, sought or piped, and every item must end.
 */
#include "fuzz_unpack.h"

#include "unit/unpack_made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_both(data, size, 1);
}

static void put_end(bytes *out, unsigned flags, const void *data, size_t size)
{
    put_number(out, UINT64_C(0xf4fa6f45970d41d8), 8);
    PUT32(out, flags);
    PUT32(out, crc_of(data, size));
    PUT32(out, size);
    PUT32(out, 0);
}

static void put_range(bytes *out, uint64_t offset, const void *data, size_t size)
{
    put_number(out, UINT64_C(0xeb97bf016553676b), 8);
    put_number(out, offset, 8);
    put_number(out, size, 8);
    PUT32(out, crc_of(data, size));
    PUT32(out, 0);
    kit_add(out, data, size);
}

static const char *const webs[] = {
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <a>\r\nContent-Type: application/http\r\n"
    "Content-Length: 69\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n2\r\nfg\r\n"
    "0\r\n\r\n\r\n\r\nWARC/1.0\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n",
    "WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 23\r\n\r\nHTTP/1.1 200\r\na: b\r\n\r\nc\r\n\r\n",
};

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char body[] = "a body of some bytes", head[] = "HTTP/1.1 200\0content-encoding:br\0";
    bytes b = nothing();

    if (index < 3) {
        put_number(&b, UINT64_C(0xfcfb6d1ba7725c30), 8);
        PUT32(&b, 5);
        PUT32(&b, 9);
        PUT32(&b, 1);
        PUT32(&b, 0);
        PUT_TEXT(&b, "1/0/ ab:c");
    }
    if (index == 0) {
        kit_add(&b, body, sizeof body);
        put_end(&b, 1, body, sizeof body);
        kit_add(&b, head, sizeof head);
        put_end(&b, 1, head, sizeof head);
    } else if (index == 1) {
        kit_add(&b, body, sizeof body);
        put_end(&b, 1, body, sizeof body);
    } else if (index == 2) {
        put_range(&b, 20, body, sizeof body);
        put_range(&b, 0, body, 20);
        put_range(&b, 100, body, sizeof body);
    } else if (index < 5) {
        PUT_TEXT(&b, webs[index - 3]);
    }
    return fuzz_give(b, out, room);
}
