/*
 * bytes: what every file format made here shares: byte orders, patches, checksums, stored deflate.
 */
#include "training/bytes.h"

#define STORED_BLOCK_MAX 65535u  /* a stored block's length is 16 bits: RFC 1951, 3.2.4 */
#define ADLER_MODULUS    65521u  /* the largest prime below 65536: RFC 1950, 8.2 */
#define CRC_POLYNOMIAL   0xEDB88320u /* reflected: RFC 1952, section 8 */

void tt_bytes_le(tt_buf *out, uint64_t value, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        tt_buf_add_char(out, (char)(value >> (8 * i) & 255));
}

void tt_bytes_be(tt_buf *out, uint64_t value, unsigned count)
{
    for (unsigned i = count; i-- > 0;)
        tt_buf_add_char(out, (char)(value >> (8 * i) & 255));
}

void tt_bytes_fill(tt_buf *out, int byte, size_t count)
{
    char *at = tt_buf_extend(out, count);

    for (size_t i = 0; at && i < count; i++)
        at[i] = (char)byte;
}

void tt_bytes_align(tt_buf *out, size_t step)
{
    while (!tt_buf_failed(out) && out->size % step != 0)
        tt_buf_add_char(out, 0);
}

void tt_bytes_patch_le(tt_buf *out, size_t at, uint64_t value, unsigned count)
{
    if (tt_buf_failed(out))
        return;
    for (unsigned i = 0; i < count; i++)
        out->data[at + i] = (char)(value >> (8 * i) & 255);
}

void tt_bytes_patch_be(tt_buf *out, size_t at, uint64_t value, unsigned count)
{
    if (tt_buf_failed(out))
        return;
    for (unsigned i = 0; i < count; i++)
        out->data[at + i] = (char)(value >> (8 * (count - 1 - i)) & 255);
}

/* A nibble at a time: sixteen words of table instead of 256, and fast enough for small files. */
uint32_t tt_bytes_crc32(const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint32_t table[16];
    uint32_t crc = 0xFFFFFFFFu;

    for (uint32_t i = 0; i < 16; i++) {
        table[i] = i;
        for (int bit = 0; bit < 4; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? CRC_POLYNOMIAL : 0);
    }
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

uint32_t tt_bytes_adler32(const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint32_t low = 1;
    uint32_t high = 0;

    for (size_t i = 0; i < size; i++) {
        low = (low + bytes[i]) % ADLER_MODULUS;
        high = (high + low) % ADLER_MODULUS;
    }
    return high << 16 | low;
}

void tt_bytes_deflate(tt_buf *out, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    size_t done = 0;

    do {
        size_t block = size - done < STORED_BLOCK_MAX ? size - done : STORED_BLOCK_MAX;

        tt_buf_add_char(out, done + block == size);
        tt_bytes_le(out, block, 2);
        tt_bytes_le(out, ~block, 2);
        if (block > 0)
            tt_buf_add(out, bytes + done, block);
        done += block;
    } while (done < size);
}
