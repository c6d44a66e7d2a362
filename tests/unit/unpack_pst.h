/*
 * unpack_pst: small PSTs put together byte by byte ([MS-PST]), of all three kinds: enough for a reader,
 * not for Outlook, which wants maps of free pages and tables too.
 */
#ifndef TT_TESTS_UNPACK_PST_H
#define TT_TESTS_UNPACK_PST_H

#include "unpack_pst_blocks.h"

/* ---- Properties ---------------------------------------------------------------------------- */

typedef struct pst_property {
    unsigned id, type;
    uint32_t number; /* a short value, or a node; 0: `value` */
    bytes value;
} pst_property;

/* A text, as the kind has them. */
__attribute__((unused)) static pst_property pst_text(const pst_out *out, unsigned id, const char *text)
{
    if (out->kind->word == 4)
        return (pst_property){id, 0x1e, 0, text_of(text)};
    return (pst_property){id, 0x1f, 0, wide_of(text)};
}

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

/* Properties of which one, of `id`, lies in a second block of the heap. They are given up. */
__attribute__((unused)) static uint64_t pst_far(pst_out *out, pst_property *p, size_t count,
                                                bytes value)
{
    bytes far = nothing();
    uint64_t ids[2];
    size_t total;

    p[count - 1].number = 1u << (5 + out->kind->key) | 1u << 5;
    PUT16(&far, (2 + value.size + 1) & ~(size_t)1);
    put_bytes(&far, value);
    pst_fill(&far, 2);
    PUT32(&far, 1);
    PUT16(&far, 2);
    PUT16(&far, 2 + value.size);
    bytes near = pst_properties(p, count);
    total = near.size + far.size;
    ids[0] = pst_block(out, near, 0);
    ids[1] = pst_block(out, far, 0);
    return pst_list(out, ids, 2, 1, total);
}

/* The table that lists a message's attachments, numbered from 0x400 on: other readers want it. */
__attribute__((unused)) static bytes pst_table(const pst_out *out, size_t count)
{
    bytes b = nothing();
    unsigned wide = out->kind->word / 2; /* of a row's place */
    size_t info = 12, tree = info + 38, index = tree + 8, rows = index + (4 + wide) * count;
    size_t map = (rows + 9 * count + 1) & ~(size_t)1;
    size_t places[] = {info, tree, index, rows, rows + 9 * count};

    PUT16(&b, map);
    PUT16(&b, 0x7cec);
    PUT32(&b, 0x20);
    PUT32(&b, 0);
    PUT16(&b, 0x027c); /* two columns: a row's number, and its version */
    PUT16(&b, 8);
    PUT16(&b, 8);
    PUT16(&b, 8);
    PUT16(&b, 9);
    PUT32(&b, 0x40);
    PUT32(&b, 0x80);
    PUT32(&b, 0);
    put_number(&b, 0x0004000067f20003, 8);
    put_number(&b, 0x0104000467f30003, 8);
    PUT16(&b, 0x04b5);
    PUT16(&b, wide);
    PUT32(&b, 0x60);
    for (size_t i = 0; i < count; i++) {
        PUT32(&b, (0x400 + i) << 5 | 5);
        put_number(&b, i, wide);
    }
    for (size_t i = 0; i < count; i++) {
        PUT32(&b, (0x400 + i) << 5 | 5);
        PUT32(&b, i);
        put_number(&b, 0xc0, 1);
    }
    pst_fill(&b, 2);
    PUT32(&b, 4);
    for (size_t i = 0; i < 5; i++)
        PUT16(&b, places[i]);
    return b;
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

__attribute__((unused)) static void pst_below_put(const pst_out *out, bytes *list, uint32_t id,
                                                  uint64_t data, uint64_t below)
{
    if (list->size == 0) {
        PUT16(list, 2);
        PUT16(list, 0);
        put_number(list, 0, out->kind->header - 4);
    }
    put_number(list, id, out->kind->word);
    put_number(list, data, out->kind->word);
    put_number(list, below, out->kind->word);
    list->data[2]++;
}

__attribute__((unused)) static void pst_folder(pst_out *out, uint32_t id, uint32_t parent,
                                               const char *name)
{
    pst_property p[] = {pst_text(out, 0x3001, name)};

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
                        pst_text(out, 0x3707, name)};
    uint64_t below = 0;

    if (!small)
        pst_below_put(out, &inner, 0x61f, pst_data(out, content), 0);
    if (!small)
        below = pst_block(out, kit_copy(inner.data, inner.size), 1);
    free(inner.data);
    pst_below_put(out, list, number << 5 | 5, pst_block(out, pst_properties(p, 3), 0), below);
}

/* ---- Pages --------------------------------------------------------------------------------- */

/* Bytes of a page that are for entries. */
static size_t pst_room(const pst_layout *kind)
{
    return kind->word == 4 ? 496 : kind->page == 512 ? 488 : 4056;
}

static uint64_t pst_page(pst_out *out, bytes entries, unsigned wide, unsigned level, unsigned type,
                         uint64_t *at)
{
    const pst_layout *kind = out->kind;
    uint64_t id = out->next;
    bytes page = nothing();
    size_t count = entries.size / wide, sums = kind->page - kind->trailer;

    out->next += 4;
    put_bytes(&page, entries);
    while (page.size < pst_room(kind))
        put_number(&page, 0, 1);
    put_number(&page, count, kind->counts);
    put_number(&page, pst_room(kind) / wide, kind->counts);
    put_number(&page, wide, 1);
    put_number(&page, level, 1);
    while (page.size < sums)
        put_number(&page, 0, 1);
    uint32_t sum = pst_sum(page.data, sums);
    pst_fill(&out->file, kind->page);
    *at = out->file.size;
    put_number(&page, type, 1);
    put_number(&page, type, 1);
    pst_trailer(out, &page, *at, id, sum);
    while (page.size < kind->page)
        put_number(&page, 0, 1);
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
    unsigned word = out->kind->word;
    size_t most = pst_room(out->kind) / wide;
    bytes root = nothing();

    /* So that there is more than one even of the large ones. */
    most = most < 20 ? most : 20;
    for (size_t from = 0; from < all.size; from += most * wide) {
        size_t some = all.size - from < most * wide ? all.size - from : most * wide;
        uint64_t key = 0, place, id;
        memcpy(&key, all.data + from, word);
        id = pst_page(out, kit_copy(all.data + from, some), wide, 0, type, &place);
        put_number(&root, key, word);
        put_number(&root, id, word);
        put_number(&root, place, word);
    }
    free(all.data);
    return pst_page(out, root, 3 * word, 1, type, at);
}

/* The sums over a file's header. */
__attribute__((unused)) static void pst_sum_up(bytes b)
{
    uint32_t part = pst_sum(b.data + 8, 471), all = pst_sum(b.data + 8, 516);

    memcpy(b.data + 4, &part, 4);
    if (b.data[10] > 15)
        memcpy(b.data + 524, &all, 4);
}

static void pst_header(pst_out *out, uint64_t node_id, uint64_t node_at, uint64_t block_id,
                       uint64_t block_at)
{
    unsigned word = out->kind->word;
    int ansi = word == 4;
    uint64_t roots[] = {node_id, node_at, block_id, block_at}, size = out->file.size;
    uint8_t *head = out->file.data;

    memcpy(head, "!BDN\0\0\0\0SM", 10);
    head[10] = (uint8_t)out->kind->version;
    head[12] = 19;
    head[14] = head[15] = 1;
    memcpy(head + (ansi ? 168 : 184), &size, word);
    for (size_t i = 0; i < 4; i++)
        memcpy(head + (ansi ? 184 : 216) + i * word, &roots[i], word);
    head[ansi ? 200 : 248] = 2;
    memset(head + (ansi ? 204 : 256), 0xff, 256);
    head[ansi ? 460 : 512] = 0x80;
    head[ansi ? 461 : 513] = out->cipher;
    memcpy(head + (ansi ? 24 : 516), &out->next, word);
    pst_sum_up(out->file);
}

/* The trees and the header: the file. */
__attribute__((unused)) static bytes pst_end(pst_out *out)
{
    unsigned word = out->kind->word;
    bytes nodes = nothing(), blocks = nothing();
    uint64_t node_at, block_at, node_id, block_id;

    qsort(out->blocks, out->block_count, sizeof out->blocks[0], pst_by_id);
    qsort(out->nodes, out->node_count, sizeof out->nodes[0], pst_by_node);
    for (size_t i = 0; i < out->block_count; i++) {
        put_number(&blocks, out->blocks[i].id, word);
        put_number(&blocks, out->blocks[i].at, word);
        PUT16(&blocks, out->blocks[i].size);
        if (out->kind->page == 4096)
            PUT16(&blocks, out->blocks[i].inflated);
        PUT16(&blocks, 2);
        put_number(&blocks, 0, word == 4 ? 0 : out->kind->page == 4096 ? 2 : 4);
    }
    for (size_t i = 0; i < out->node_count; i++) {
        put_number(&nodes, out->nodes[i].id, word);
        put_number(&nodes, out->nodes[i].data, word);
        put_number(&nodes, out->nodes[i].below, word);
        put_number(&nodes, out->nodes[i].parent, word);
    }
    node_id = pst_tree(out, nodes, 4 * word, 0x81, &node_at);
    block_id = pst_tree(out, blocks, 3 * word, 0x80, &block_at);
    pst_header(out, node_id, node_at, block_id, block_at);
    return out->file;
}

/* Checksums that fit again, of what was changed. */
__attribute__((unused)) static void pst_mend(bytes b, const pst_out *made)
{
    const pst_layout *kind = made->kind;
    size_t inner = kind->word == 4 ? 8 : 4, sums = kind->page - kind->trailer;

    for (size_t i = 0; i < made->block_count; i++) {
        size_t at = made->blocks[i].at, size = made->blocks[i].size;
        size_t whole = (size + kind->trailer + kind->step - 1) / kind->step * kind->step;
        uint32_t sum = pst_sum(b.data + at, size);
        memcpy(b.data + at + whole - kind->trailer + inner, &sum, 4);
    }
    for (size_t at = kind->page; at + kind->page <= b.size; at += kind->page) {
        uint8_t *trailer = b.data + at + sums;
        uint32_t sum = pst_sum(b.data + at, sums);
        if ((trailer[0] & 0xfe) == 0x80 && trailer[0] == trailer[1])
            memcpy(trailer + inner, &sum, 4);
    }
    pst_sum_up(b);
}

/* One message in a folder, with attachments and a body; *made then knows its blocks. */
__attribute__((unused)) static bytes pst_made(const pst_layout *kind, const kit_member *members,
                                              size_t count, uint8_t cipher, pst_out *made)
{
    pst_out out = pst_begun(kind, cipher);
    bytes list = nothing();
    pst_property p[] = {pst_text(&out, 0x1a, "IPM.Note"), pst_text(&out, 0x37, "\1\1hello"),
                        pst_text(&out, 0x1000, "the body"),
                        {0x1009, 0x102, 0, rtf_of((bytes){(uint8_t *)"{\\rtf1 body body body}", 22})}};
    uint64_t data, below;

    pst_folder(&out, 0x122, 0x122, "");
    pst_folder(&out, 0x8022, 0x122, "Top");
    pst_folder(&out, 0x8042, 0x8022, "Inbox");
    pst_below_put(&out, &list, 0x671, pst_block(&out, pst_table(&out, count), 0), 0);
    for (size_t i = 0; i < count; i++)
        pst_attachment(&out, &list, (uint32_t)(0x400 + i), members[i].name, members[i].content);
    data = pst_block(&out, pst_properties(p, 4), 0);
    below = pst_block(&out, list, 1);
    pst_node(&out, 0x200024, 0x8042, data, below);
    out.file = pst_end(&out);
    *made = out;
    return out.file;
}

__attribute__((unused)) static bytes pst_of(const pst_layout *kind, const kit_member *members,
                                            size_t count, uint8_t cipher)
{
    pst_out made;

    return pst_made(kind, members, count, cipher, &made);
}

#endif
