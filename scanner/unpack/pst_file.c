/*
 * pst_file: see pst_file.h. Unicode files (version 20 and up, pages of 512 bytes) are read; those of
 * before 2003, and the caches of Outlook 2013 and later with their pages of 4 KiB, are not.
 */
#include "unpack/pst_file.h"

#include "base/cursor.h"
#include "unpack/crc.h"

#include <string.h>

#define HEADER 564u
#define ANSI_MAX 15u     /* versions up to it have numbers of 32 bits */
#define UNICODE_MAX 35u  /* from 36 on pages are larger */
#define NODE_PAGE 0x81u
#define BLOCK_PAGE 0x80u
#define ENTRIES 488u     /* bytes of entries in a page */
#define TRAILER 16u
#define BELOW_SIZE 24u   /* an entry that leads to another page */
#define NODE_SIZE 32u
#define BLOCK_SIZE 24u
#define INTERNAL 2u      /* in a block's number: it lists others, and is never enciphered */

enum { PLAIN = 0, PERMUTED = 1, CYCLED = 2 };

int tt_pst_fail(tt_pst *pst, tutela_item_status status, const char *reason)
{
    pst->fault = pst->source;
    if (pst->source.status == TUTELA_ITEM_CLEAR)
        pst->fault = (tt_trouble){status, reason};
    if (pst->trouble.status == TUTELA_ITEM_CLEAR)
        pst->trouble = pst->fault;
    return 0;
}

/* CRC-32 without the inversions that zlib's has at both ends. */
static uint32_t sum(const void *data, size_t size)
{
    return ~tt_crc32(UINT32_MAX, data, size);
}

static int get(tt_pst *pst, uint64_t offset, void *out, size_t size)
{
    size_t got = 0;

    if (pst->failed != TUTELA_OK || pst->source.status != TUTELA_ITEM_CLEAR)
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "cut off");
    pst->failed = tt_stream_read_at(pst->stream, offset, out, size, &got, &pst->source, pst->error);
    return got == size || tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "cut off");
}

/* ---- The header ---------------------------------------------------------------------------- */

static int refuse(tt_pst *pst)
{
    return tt_pst_fail(pst, TUTELA_ITEM_UNSUPPORTED, "a container that is not opened");
}

int tt_pst_open(tt_pst *pst)
{
    uint8_t head[HEADER];
    unsigned version;

    if (!get(pst, 0, head, sizeof head))
        return 0;
    version = tt_load16(head + 10);
    if (version <= ANSI_MAX && tt_load32(head + 4) == sum(head + 8, 471))
        return refuse(pst);
    if (tt_load32(head + 4) != sum(head + 8, 471) || tt_load32(head + 524) != sum(head + 8, 516))
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its checksum does not fit");
    if (version > UNICODE_MAX || head[512] != 0x80)
        return refuse(pst);
    pst->cipher = head[513];
    if (pst->cipher > CYCLED)
        return tt_pst_fail(pst, TUTELA_ITEM_ENCRYPTED, "encrypted");
    pst->nodes_id = tt_load64(head + 216);
    pst->nodes = tt_load64(head + 224);
    pst->blocks_id = tt_load64(head + 232);
    pst->blocks = tt_load64(head + 240);
    if (tt_load64(head + 184) > pst->stream->size)
        (void)tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "cut off");
    return 1;
}

/* ---- Pages --------------------------------------------------------------------------------- */

/* A page of a tree at `level`, or of any when it is the root's. */
static int read_page(tt_pst *pst, uint8_t *page, uint64_t offset, uint64_t id, unsigned type)
{
    unsigned wide;

    if (!get(pst, offset, page, TT_PST_PAGE))
        return 0;
    wide = page[491] > 0 ? BELOW_SIZE : type == NODE_PAGE ? NODE_SIZE : BLOCK_SIZE;
    if (page[496] != type || page[497] != type || tt_load64(page + 504) != id
        || tt_load32(page + 500) != sum(page, TT_PST_PAGE - TRAILER))
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its checksum does not fit");
    if (page[490] < wide || page[488] * (unsigned)page[490] > ENTRIES)
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its directory is damaged");
    return 1;
}

static const uint8_t *entry_of(const uint8_t *page, unsigned index)
{
    return page + index * (unsigned)page[490];
}

/* The page below an entry, whose level must be one less, so that no way goes in a circle. */
static int descend(tt_pst *pst, uint8_t *out, const uint8_t *entry, unsigned level, unsigned type)
{
    if (!read_page(pst, out, tt_load64(entry + 16), tt_load64(entry + 8), type))
        return 0;
    return out[491] + 1u == level
           || tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its directory is damaged");
}

/* The entry of a number in the tree whose root is given; in `page`. NULL: `fault`. */
static const uint8_t *look_up(tt_pst *pst, uint8_t *page, unsigned type, uint64_t id)
{
    int node = type == NODE_PAGE;

    if (!read_page(pst, page, node ? pst->nodes : pst->blocks,
                   node ? pst->nodes_id : pst->blocks_id, type))
        return NULL;
    for (;;) {
        const uint8_t *found = NULL;
        unsigned level = page[491];
        uint8_t entry[BELOW_SIZE];
        for (unsigned i = 0; i < page[488]; i++)
            if (tt_load64(entry_of(page, i)) <= id || (i == 0 && level > 0))
                found = entry_of(page, i);
        if (found && level == 0 && tt_load64(found) == id)
            return found;
        if (!found || level == 0) {
            (void)tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "members that are listed and not there");
            return NULL;
        }
        memcpy(entry, found, sizeof entry);
        if (!descend(pst, page, entry, level, type))
            return NULL;
    }
}

static void set_node(tt_pst_node *out, const uint8_t *entry)
{
    *out = (tt_pst_node){.id = tt_load32(entry), .parent = tt_load32(entry + 24),
                         .data = tt_load64(entry + 8), .below = tt_load64(entry + 16)};
}

int tt_pst_find(tt_pst *pst, uint32_t id, tt_pst_node *out)
{
    uint8_t page[TT_PST_PAGE];
    const uint8_t *entry = look_up(pst, page, NODE_PAGE, id);

    if (!entry)
        return 0;
    set_node(out, entry);
    return 1;
}

void tt_pst_walk_begin(tt_pst *pst, tt_pst_walk *walk)
{
    walk->depth = 0;
    if (!read_page(pst, walk->at[0].page, pst->nodes, pst->nodes_id, NODE_PAGE))
        return;
    if (walk->at[0].page[491] >= TT_PST_DEPTH) {
        (void)tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its directory is damaged");
        return;
    }
    walk->at[0].next = 0;
    walk->depth = 1;
}

int tt_pst_walk_next(tt_pst *pst, tt_pst_walk *walk, tt_pst_node *out)
{
    while (walk->depth > 0 && pst->failed == TUTELA_OK) {
        uint8_t *page = walk->at[walk->depth - 1].page;
        unsigned index = walk->at[walk->depth - 1].next++;
        if (index >= page[488]) {
            walk->depth--;
        } else if (page[491] == 0) {
            set_node(out, entry_of(page, index));
            return 1;
        } else if (descend(pst, walk->at[walk->depth].page, entry_of(page, index), page[491],
                           NODE_PAGE)) {
            walk->at[walk->depth].next = 0;
            walk->depth++;
        }
    }
    return 0;
}

/* ---- Blocks -------------------------------------------------------------------------------- */

int tt_pst_block(tt_pst *pst, uint64_t id, uint8_t *out, size_t *size)
{
    uint8_t page[TT_PST_PAGE], trailer[TRAILER];
    const uint8_t *entry;
    uint64_t offset, whole;
    size_t length;

    id &= ~UINT64_C(1);
    entry = look_up(pst, page, BLOCK_PAGE, id);
    if (!entry)
        return 0;
    offset = tt_load64(entry + 8);
    length = tt_load16(entry + 16);
    /* Filled up to a multiple of 64, at whose end its own account of itself lies. */
    whole = (length + TRAILER + 63) & ~UINT64_C(63);
    if (whole > TT_PST_BLOCK)
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its directory is damaged");
    if (!get(pst, offset, out, length) || !get(pst, offset + whole - TRAILER, trailer, TRAILER))
        return 0;
    if (tt_load16(trailer) != length || tt_load64(trailer + 8) != id
        || tt_load32(trailer + 4) != sum(out, length))
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its checksum does not fit");
    if (!(id & INTERNAL) && pst->cipher == PERMUTED)
        tt_pst_permute(out, length);
    else if (!(id & INTERNAL) && pst->cipher == CYCLED)
        tt_pst_cycle(out, length, (uint32_t)id);
    *size = length;
    return 1;
}
