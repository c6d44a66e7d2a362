/*
 * unpack_pst_blocks: the lower half of unpack_pst.h: what differs between the kinds, blocks, and data in
 * lists of them.
 */
#ifndef TT_TESTS_UNPACK_PST_BLOCKS_H
#define TT_TESTS_UNPACK_PST_BLOCKS_H

#include "unpack_outlook.h"

#include "unpack/pst_file.h"

#define PST_ENTRIES 200u

/* Said here a second time, so that a mistake in the reader's own table is one. */
typedef struct pst_layout {
    const char *name;
    unsigned version, word, page, trailer, counts, step;
    size_t most;          /* bytes of data in a block */
    unsigned header, key; /* of a list of nodes; bits of a place in a heap */
    int deflates;         /* blocks that are smaller so: 1, those of data; 2, lists as well */
} pst_layout;

__attribute__((unused)) static const pst_layout pst_ansi = {
    "before 2003", 14, 4, 512, 12, 1, 64, 8180, 4, 11, 0};
__attribute__((unused)) static const pst_layout pst_unicode = {
    "Unicode", 23, 8, 512, 16, 1, 64, 8176, 8, 11, 0};
__attribute__((unused)) static const pst_layout pst_4k = {
    "4 KiB", 36, 8, 4096, 24, 2, 512, 65512, 8, 14, 1};
__attribute__((unused)) static const pst_layout pst_4k_plain = {
    "4 KiB, not deflated", 36, 8, 4096, 24, 2, 512, 65512, 8, 14, 0};
__attribute__((unused)) static const pst_layout pst_4k_all = {
    "4 KiB, all deflated", 36, 8, 4096, 24, 2, 512, 65512, 8, 14, 2};

typedef struct pst_out {
    const pst_layout *kind;
    bytes file;
    struct {
        uint64_t id, at;
        size_t size, inflated;
    } blocks[PST_ENTRIES];
    struct {
        uint32_t id, parent;
        uint64_t data, below;
    } nodes[PST_ENTRIES];
    size_t block_count, node_count;
    uint64_t next;
    uint8_t cipher;
    size_t fanout; /* blocks to a list */
} pst_out;

static uint32_t pst_sum(const void *data, size_t size)
{
    return ~(uint32_t)crc32(0xffffffffu, data, (uInt)size);
}

static void pst_fill(bytes *b, size_t multiple)
{
    while (b->size % multiple)
        put_number(b, 0, 1);
}

__attribute__((unused)) static pst_out pst_begun(const pst_layout *kind, uint8_t cipher)
{
    pst_out out = {.kind = kind, .file = nothing(), .next = 4, .cipher = cipher, .fanout = 3};

    while (out.file.size < 1024)
        put_number(&out.file, 0, 1);
    return out;
}

/* Of a page or a block, from what both begin with on: its signature, its sum, its number. */
static void pst_trailer(const pst_out *out, bytes *b, uint64_t at, uint64_t id, uint32_t sum)
{
    PUT16(b, ((at ^ id) >> 16 ^ (at ^ id)) & 0xffff);
    if (out->kind->word == 4)
        PUT32(b, id);
    PUT32(b, sum);
    if (out->kind->word == 8)
        put_number(b, id, 8);
}

static void pst_hide(const pst_out *out, bytes b, uint64_t id)
{
    uint8_t forth[256];

    for (unsigned i = 0; i < 256; i++) {
        uint8_t byte = (uint8_t)i;
        tt_pst_permute(&byte, 1);
        forth[byte] = (uint8_t)i;
    }
    for (size_t i = 0; out->cipher == 1 && i < b.size; i++)
        b.data[i] = forth[b.data[i]];
    if (out->cipher == 2)
        tt_pst_cycle(b.data, b.size, (uint32_t)id); /* its own way back */
}

/* Deflated, if that makes it smaller. */
static bytes pst_deflated(const pst_out *out, bytes data, int internal)
{
    uLongf size = compressBound((uLong)data.size);
    bytes made = {NULL, 0};

    if (out->kind->deflates <= internal)
        return data;
    made.data = malloc(size);
    if (!made.data || compress(made.data, &size, data.data, (uLong)data.size) != Z_OK)
        abort();
    made.size = size;
    if (made.size >= data.size) {
        free(made.data);
        return data;
    }
    free(data.data);
    return made;
}

/* A block; `data` is given up. */
static uint64_t pst_block(pst_out *out, bytes data, int internal)
{
    uint64_t id = out->next | (internal ? 2 : 0);
    size_t at, inflated = data.size, length;
    uint32_t sum;

    pst_fill(&out->file, out->kind->step);
    at = out->file.size;
    out->next += 4;
    if (!internal)
        pst_hide(out, data, id);
    data = pst_deflated(out, data, internal);
    length = data.size;
    out->blocks[out->block_count].id = id;
    out->blocks[out->block_count].at = at;
    out->blocks[out->block_count].inflated = inflated;
    out->blocks[out->block_count++].size = length;
    sum = pst_sum(data.data, length);
    put_bytes(&out->file, data);
    while ((out->file.size + out->kind->trailer) % out->kind->step)
        put_number(&out->file, 0, 1);
    PUT16(&out->file, length);
    pst_trailer(out, &out->file, at, id, sum);
    if (out->kind->trailer == 24) {
        PUT16(&out->file, 0);
        PUT16(&out->file, inflated);
        PUT32(&out->file, 0);
    }
    return id;
}

static uint64_t pst_list(pst_out *out, const uint64_t *ids, size_t count, unsigned level, size_t total)
{
    bytes list = nothing();

    put_number(&list, 1, 1);
    put_number(&list, level, 1);
    PUT16(&list, count);
    PUT32(&list, total);
    for (size_t i = 0; i < count; i++)
        put_number(&list, ids[i], out->kind->word);
    return pst_block(out, list, 1);
}

/* Data of any size, in a block, a list, or a list of lists. */
__attribute__((unused)) static uint64_t pst_data(pst_out *out, bytes data)
{
    uint64_t ids[64], lists[64];
    size_t count = 0, list_count = 0, at = 0, most = out->kind->most;

    if (data.size <= most)
        return pst_block(out, kit_copy(data.data, data.size), 0);
    for (; at < data.size; at += most)
        ids[count++] = pst_block(out, kit_copy(data.data + at, data.size - at < most ? data.size - at
                                                                                     : most), 0);
    if (count <= out->fanout)
        return pst_list(out, ids, count, 1, data.size);
    for (at = 0; at < count; at += out->fanout) {
        size_t some = count - at < out->fanout ? count - at : out->fanout;
        lists[list_count++] = pst_list(out, ids + at, some, 1,
                                       at + some == count ? data.size - at * most : some * most);
    }
    return pst_list(out, lists, list_count, 2, data.size);
}

#endif
