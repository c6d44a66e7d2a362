/*
 * unpack_pst: small PSTs put together byte by byte ([MS-PST]), of the Unicode kind: enough for a reader,
 * not for Outlook, which wants maps of free pages and tables too.
 */
#ifndef TT_TESTS_UNPACK_PST_H
#define TT_TESTS_UNPACK_PST_H

#include "unpack_outlook.h"

#include "unpack/pst_file.h"

#define PST_ENTRIES 200u

typedef struct pst_out {
    bytes file;
    struct {
        uint64_t id, at;
        size_t size;
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

__attribute__((unused)) static pst_out pst_begun(uint8_t cipher)
{
    pst_out out = {.file = nothing(), .next = 4, .cipher = cipher, .fanout = 3};

    while (out.file.size < 1024)
        put_number(&out.file, 0, 1);
    return out;
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

/* A block; `data` is given up. */
static uint64_t pst_block(pst_out *out, bytes data, int internal)
{
    uint64_t id = out->next | (internal ? 2 : 0);
    size_t at = out->file.size;
    uint32_t sum;

    out->next += 4;
    if (!internal)
        pst_hide(out, data, id);
    out->blocks[out->block_count].id = id;
    out->blocks[out->block_count].at = at;
    out->blocks[out->block_count++].size = data.size;
    sum = pst_sum(data.data, data.size);
    size_t length = data.size;
    put_bytes(&out->file, data);
    while ((out->file.size + 16) % 64)
        put_number(&out->file, 0, 1);
    PUT16(&out->file, length);
    PUT16(&out->file, ((at ^ id) >> 16 ^ (at ^ id)) & 0xffff);
    PUT32(&out->file, sum);
    put_number(&out->file, id, 8);
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
        put_number(&list, ids[i], 8);
    return pst_block(out, list, 1);
}

/* Data of any size, in a block, a list, or a list of lists. */
__attribute__((unused)) static uint64_t pst_data(pst_out *out, bytes data)
{
    uint64_t ids[64], lists[64];
    size_t count = 0, list_count = 0, at = 0;

    if (data.size <= 8176)
        return pst_block(out, kit_copy(data.data, data.size), 0);
    for (; at < data.size; at += 8176)
        ids[count++] = pst_block(out, kit_copy(data.data + at, data.size - at < 8176 ? data.size - at
                                                                                     : 8176), 0);
    if (count <= out->fanout)
        return pst_list(out, ids, count, 1, data.size);
    for (at = 0; at < count; at += out->fanout) {
        size_t some = count - at < out->fanout ? count - at : out->fanout;
        lists[list_count++] = pst_list(out, ids + at, some, 1,
                                       at + some == count ? data.size - at * 8176 : some * 8176);
    }
    return pst_list(out, lists, list_count, 2, data.size);
}

/* ---- Properties ---------------------------------------------------------------------------- */

typedef struct pst_property {
    unsigned id, type;
    uint32_t number; /* a short value, or a node; 0: `value` */
    bytes value;
} pst_property;

/* Their heap; values are given up. */
__attribute__((unused)) static bytes pst_properties(pst_property *p, size_t count)
{
    bytes items = nothing(), records = nothing(), out = nothing(), map = nothing();
    size_t index = 3, start = 12 + 8 + 8 * count;

    PUT16(&map, 12);
    PUT16(&map, 20);
    PUT16(&map, start);
    for (size_t i = 0; i < count; i++) {
        uint32_t number = p[i].number;
        PUT16(&records, p[i].id);
        PUT16(&records, p[i].type);
        if (!number && p[i].value.size > 0) {
            number = (uint32_t)(index++ << 5);
            put_bytes(&items, p[i].value);
            PUT16(&map, start + items.size);
        } else {
            free(p[i].value.data);
        }
        PUT32(&records, number);
    }
    PUT16(&out, (start + items.size + 1) & ~(size_t)1);
    put_number(&out, 0xec, 1);
    put_number(&out, 0xbc, 1);
    PUT32(&out, 0x20);
    PUT32(&out, 0);
    put_number(&out, 0xb5, 1);
    put_number(&out, 2, 1);
    put_number(&out, 6, 1);
    put_number(&out, 0, 1);
    PUT32(&out, 0x40);
    put_bytes(&out, records);
    put_bytes(&out, items);
    pst_fill(&out, 2);
    PUT16(&out, index - 1);
    PUT16(&out, 0);
    put_bytes(&out, map);
    return out;
}

/* The table that lists a message's attachments, numbered from 0x400 on: other readers want it. */
__attribute__((unused)) static bytes pst_table(size_t count)
{
    bytes out = nothing();
    size_t info = 12, tree = info + 38, index = tree + 8, rows = index + 8 * count;
    size_t map = (rows + 9 * count + 1) & ~(size_t)1, places[] = {info, tree, index, rows, rows + 9 * count};

    PUT16(&out, map);
    PUT16(&out, 0x7cec);
    PUT32(&out, 0x20);
    PUT32(&out, 0);
    PUT16(&out, 0x027c); /* two columns: a row's number, and its version */
    PUT16(&out, 8);
    PUT16(&out, 8);
    PUT16(&out, 8);
    PUT16(&out, 9);
    PUT32(&out, 0x40);
    PUT32(&out, 0x80);
    PUT32(&out, 0);
    put_number(&out, 0x0004000067f20003, 8);
    put_number(&out, 0x0104000467f30003, 8);
    PUT32(&out, 0x000404b5);
    PUT32(&out, 0x60);
    for (size_t i = 0; i < count; i++) {
        PUT32(&out, (0x400 + i) << 5 | 5);
        PUT32(&out, i);
    }
    for (size_t i = 0; i < count; i++) {
        PUT32(&out, (0x400 + i) << 5 | 5);
        PUT32(&out, i);
        put_number(&out, 0xc0, 1);
    }
    pst_fill(&out, 2);
    PUT32(&out, 4);
    for (size_t i = 0; i < 5; i++)
        PUT16(&out, places[i]);
    return out;
}

/* ---- Nodes --------------------------------------------------------------------------------- */

__attribute__((unused)) static void pst_node(pst_out *out, uint32_t id, uint32_t parent, uint64_t data,
                                             uint64_t below)
{
    out->nodes[out->node_count].id = id;
    out->nodes[out->node_count].parent = parent;
    out->nodes[out->node_count].data = data;
    out->nodes[out->node_count++].below = below;
}

__attribute__((unused)) static void pst_below_put(bytes *list, uint32_t id, uint64_t data, uint64_t below)
{
    if (list->size == 0) {
        PUT16(list, 2);
        PUT16(list, 0);
        PUT32(list, 0);
    }
    put_number(list, id, 8);
    put_number(list, data, 8);
    put_number(list, below, 8);
    list->data[2]++;
}

__attribute__((unused)) static void pst_folder(pst_out *out, uint32_t id, uint32_t parent,
                                               const char *name)
{
    pst_property p[] = {{0x3001, 0x1f, 0, wide_of(name)}};

    pst_node(out, id, parent, pst_block(out, pst_properties(p, 1), 0), 0);
}

/* An attachment: in the heap when small, else in a node of its own. */
__attribute__((unused)) static void pst_attachment(pst_out *out, bytes *list, uint32_t number,
                                                   const char *name, bytes content)
{
    bytes inner = nothing();
    int small = content.size <= 3000;
    pst_property p[] = {{0x3701, 0x102, small ? 0 : 0x61f,
                         small ? kit_copy(content.data, content.size) : nothing()},
                        {0x3705, 3, 1, nothing()},
                        {0x3707, 0x1f, 0, wide_of(name)}};
    uint64_t below = 0;

    if (!small)
        pst_below_put(&inner, 0x61f, pst_data(out, content), 0);
    if (!small)
        below = pst_block(out, kit_copy(inner.data, inner.size), 1);
    free(inner.data);
    pst_below_put(list, number << 5 | 5, pst_block(out, pst_properties(p, 3), 0), below);
}

/* ---- Pages --------------------------------------------------------------------------------- */

static uint64_t pst_page(pst_out *out, bytes entries, unsigned wide, unsigned level, unsigned type,
                         uint64_t *at)
{
    uint64_t id = out->next;
    bytes page = nothing();
    size_t count = entries.size / wide;

    out->next += 4;
    put_bytes(&page, entries);
    while (page.size < 488)
        put_number(&page, 0, 1);
    put_number(&page, count, 1);
    put_number(&page, 488 / wide, 1);
    put_number(&page, wide, 1);
    put_number(&page, level, 1);
    PUT32(&page, 0);
    uint32_t sum = pst_sum(page.data, page.size);
    pst_fill(&out->file, 512);
    *at = out->file.size;
    put_number(&page, type, 1);
    put_number(&page, type, 1);
    PUT16(&page, ((*at ^ id) >> 16 ^ (*at ^ id)) & 0xffff);
    PUT32(&page, sum);
    put_number(&page, id, 8);
    put_bytes(&out->file, page);
    return id;
}

static int pst_by_id(const void *a, const void *b)
{
    /* The id is first in both. */
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static int pst_by_node(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* A tree of two levels. */
static uint64_t pst_tree(pst_out *out, bytes all, unsigned wide, unsigned type, uint64_t *at)
{
    size_t most = 488 / wide;
    bytes root = nothing();

    for (size_t from = 0; from < all.size; from += most * wide) {
        size_t some = all.size - from < most * wide ? all.size - from : most * wide;
        uint64_t key = 0, place, id;
        memcpy(&key, all.data + from, 8);
        id = pst_page(out, kit_copy(all.data + from, some), wide, 0, type, &place);
        put_number(&root, key, 8);
        put_number(&root, id, 8);
        put_number(&root, place, 8);
    }
    free(all.data);
    return pst_page(out, root, 24, 1, type, at);
}

/* The trees and the header: the file. */
__attribute__((unused)) static bytes pst_end(pst_out *out)
{
    bytes nodes = nothing(), blocks = nothing(), head = nothing();
    uint64_t node_at, block_at, node_id, block_id;

    qsort(out->blocks, out->block_count, sizeof out->blocks[0], pst_by_id);
    qsort(out->nodes, out->node_count, sizeof out->nodes[0], pst_by_node);
    for (size_t i = 0; i < out->block_count; i++) {
        put_number(&blocks, out->blocks[i].id, 8);
        put_number(&blocks, out->blocks[i].at, 8);
        PUT16(&blocks, out->blocks[i].size);
        PUT16(&blocks, 2);
        PUT32(&blocks, 0);
    }
    for (size_t i = 0; i < out->node_count; i++) {
        put_number(&nodes, out->nodes[i].id, 8);
        put_number(&nodes, out->nodes[i].data, 8);
        put_number(&nodes, out->nodes[i].below, 8);
        PUT32(&nodes, out->nodes[i].parent);
        PUT32(&nodes, 0);
    }
    node_id = pst_tree(out, nodes, 32, 0x81, &node_at);
    block_id = pst_tree(out, blocks, 24, 0x80, &block_at);
    PUT_TEXT(&head, "SM");
    PUT16(&head, 23);
    PUT16(&head, 19);
    put_number(&head, 0x0101, 2);
    while (head.size < 184 - 8)
        put_number(&head, 0, 1);
    put_number(&head, out->file.size, 8);
    while (head.size < 216 - 8)
        put_number(&head, 0, 1);
    put_number(&head, node_id, 8);
    put_number(&head, node_at, 8);
    put_number(&head, block_id, 8);
    put_number(&head, block_at, 8);
    put_number(&head, 2, 8);
    while (head.size < 512 - 8)
        put_number(&head, 0xff, 1);
    put_number(&head, 0x80, 1);
    put_number(&head, out->cipher, 1);
    PUT16(&head, 0);
    put_number(&head, out->next, 8);
    uint32_t part = pst_sum(head.data, 471), all = pst_sum(head.data, 516);
    memcpy(out->file.data, "!BDN", 4);
    memcpy(out->file.data + 4, &part, 4);
    memcpy(out->file.data + 8, head.data, 516);
    memcpy(out->file.data + 524, &all, 4);
    free(head.data);
    return out->file;
}

/* One message in a folder, with attachments and a body; *made then knows its blocks. */
__attribute__((unused)) static bytes pst_made(const kit_member *members, size_t count, uint8_t cipher,
                                              pst_out *made)
{
    pst_out out = pst_begun(cipher);
    bytes list = nothing();
    pst_property p[] = {{0x1a, 0x1f, 0, wide_of("IPM.Note")}, {0x37, 0x1f, 0, wide_of("\1\1hello")},
                        {0x1000, 0x1f, 0, wide_of("the body")},
                        {0x1009, 0x102, 0, rtf_of((bytes){(uint8_t *)"{\\rtf1 body body body}", 22})}};
    uint64_t data, below;

    pst_folder(&out, 0x122, 0x122, "");
    pst_folder(&out, 0x8022, 0x122, "Top");
    pst_folder(&out, 0x8042, 0x8022, "Inbox");
    pst_below_put(&list, 0x671, pst_block(&out, pst_table(count), 0), 0);
    for (size_t i = 0; i < count; i++)
        pst_attachment(&out, &list, (uint32_t)(0x400 + i), members[i].name, members[i].content);
    data = pst_block(&out, pst_properties(p, 4), 0);
    below = pst_block(&out, list, 1);
    pst_node(&out, 0x200024, 0x8042, data, below);
    out.file = pst_end(&out);
    *made = out;
    return out.file;
}

__attribute__((unused)) static bytes pst_of(const kit_member *members, size_t count, uint8_t cipher)
{
    pst_out made;

    return pst_made(members, count, cipher, &made);
}

#endif
