/*
 * pst_file: see pst_file.h. Files of before 2003 (ANSI, numbers of 32 bits), those since (Unicode), and
 * the caches of Outlook 2013 and later (pages of 4 KiB, and blocks that may be deflated).
 *
 * Sources: [MS-PST] 2.2.2 for the first two; for the third, which it does not have, libpff's "Personal
 * Folder File (PFF) file format specification".
 */
#include "unpack/pst_file.h"

#include "base/cursor.h"
#include "base/mem.h"
#include "unpack/crc.h"
#include "unpack/inflate.h"

#include <string.h>

#define HEADER 564u
#define TRAILER_MAX 24u
#define NODE_PAGE 0x81u
#define BLOCK_PAGE 0x80u
#define BELOW_SIZE 24u   /* an entry that leads to another page, at most */
#define INTERNAL 2u      /* in a block's number: it lists others, and is never enciphered */

enum { PLAIN = 0, PERMUTED = 1, CYCLED = 2 };

static const tt_pst_kind kinds[] = {
    {.newest = 15, .word = 4, .size_at = 168, .roots_at = 184, .sentinel_at = 460,
     .page = 512, .counts_at = 496, .count = 1, .page_trailer = 12,
     .block = 8192, .step = 64, .block_trailer = 12, .trailer_sum = 8, .trailer_id = 4,
     .nodes_at = 4, .index_bits = 11},
    {.newest = 35, .word = 8, .size_at = 184, .roots_at = 216, .sentinel_at = 512, .sum_at = 524,
     .page = 512, .counts_at = 488, .count = 1, .page_trailer = 16,
     .block = 8192, .step = 64, .block_trailer = 16, .trailer_sum = 4, .trailer_id = 8,
     .nodes_at = 8, .index_bits = 11},
    {.newest = 36, .word = 8, .size_at = 184, .roots_at = 216, .sentinel_at = 512, .sum_at = 524,
     .page = 4096, .counts_at = 4056, .count = 2, .page_trailer = 24,
     .block = 65536, .step = 512, .block_trailer = 24, .trailer_sum = 4, .trailer_id = 8,
     .inflated_at = 18, .nodes_at = 8, .index_bits = 14},
};

int tt_pst_fail(tt_pst *pst, tutela_item_status status, const char *reason)
{
    pst->fault = pst->source;
    if (pst->source.status == TUTELA_ITEM_CLEAR)
        pst->fault = (tt_trouble){status, reason};
    if (pst->trouble.status == TUTELA_ITEM_CLEAR)
        pst->trouble = pst->fault;
    return 0;
}

int tt_pst_no_memory(tt_pst *pst)
{
    pst->failed = tt_no_memory(pst->error);
    return 0;
}

uint64_t tt_pst_word(const tt_pst *pst, const uint8_t *at)
{
    return pst->kind->word == 8 ? tt_load64(at) : tt_load32(at);
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

int tt_pst_open(tt_pst *pst)
{
    uint8_t head[HEADER];
    const tt_pst_kind *kind = kinds;
    const uint8_t *roots;

    if (!get(pst, 0, head, sizeof head))
        return 0;
    if (tt_load32(head + 4) != sum(head + 8, 471))
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its checksum does not fit");
    while (tt_load16(head + 10) > kind->newest)
        if (++kind == kinds + sizeof kinds / sizeof kinds[0])
            return tt_pst_fail(pst, TUTELA_ITEM_UNSUPPORTED, "a container that is not opened");
    if (kind->sum_at && tt_load32(head + kind->sum_at) != sum(head + 8, 516))
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its checksum does not fit");
    if (head[kind->sentinel_at] != 0x80)
        return tt_pst_fail(pst, TUTELA_ITEM_UNSUPPORTED, "a container that is not opened");
    pst->kind = kind;
    pst->cipher = head[kind->sentinel_at + 1];
    if (pst->cipher > CYCLED)
        return tt_pst_fail(pst, TUTELA_ITEM_ENCRYPTED, "encrypted");
    roots = head + kind->roots_at;
    pst->nodes_id = tt_pst_word(pst, roots);
    pst->nodes = tt_pst_word(pst, roots + kind->word);
    pst->blocks_id = tt_pst_word(pst, roots + 2 * kind->word);
    pst->blocks = tt_pst_word(pst, roots + 3 * kind->word);
    if (tt_pst_word(pst, head + kind->size_at) > pst->stream->size)
        (void)tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "cut off");
    return 1;
}

/* ---- Pages --------------------------------------------------------------------------------- */

/* Whether a trailer tells of the number, and of the first `size` bytes of `data`. */
static int fits(const tt_pst *pst, const uint8_t *trailer, uint64_t id, const uint8_t *data,
                size_t size)
{
    return tt_pst_word(pst, trailer + pst->kind->trailer_id) == id
           && tt_load32(trailer + pst->kind->trailer_sum) == sum(data, size);
}

/* Entries in a page. Behind their number are the most there could be, their size, and the level. */
static unsigned count_of(const tt_pst *pst, const uint8_t *page)
{
    const uint8_t *at = page + pst->kind->counts_at;

    return pst->kind->count == 2 ? tt_load16(at) : at[0];
}

static unsigned wide_of(const tt_pst *pst, const uint8_t *page)
{
    return page[pst->kind->counts_at + 2 * pst->kind->count];
}

static unsigned level_of(const tt_pst *pst, const uint8_t *page)
{
    return page[pst->kind->counts_at + 2 * pst->kind->count + 1];
}

static const uint8_t *entry_of(const tt_pst *pst, const uint8_t *page, unsigned index)
{
    return page + index * wide_of(pst, page);
}

/* Whether a page is what it should be. */
static int check_page(tt_pst *pst, const uint8_t *page, uint64_t id, unsigned type)
{
    const tt_pst_kind *kind = pst->kind;
    const uint8_t *trailer = page + kind->page - kind->page_trailer;
    unsigned least;

    if (trailer[0] != type || trailer[1] != type
        || !fits(pst, trailer, id, page, kind->page - kind->page_trailer))
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its checksum does not fit");
    /* A node's has its parent behind its three words. */
    least = (type == NODE_PAGE && level_of(pst, page) == 0 ? 4 : 3) * kind->word;
    if (wide_of(pst, page) < least || count_of(pst, page) * wide_of(pst, page) > kind->counts_at)
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its directory is damaged");
    return 1;
}

/* A page of a tree, of any level. */
static int read_page(tt_pst *pst, uint8_t *page, uint64_t offset, uint64_t id, unsigned type)
{
    size_t size = pst->kind->page, slot = offset / size % TT_PST_KEPT;

    if (pst->kept[slot].type == type && pst->kept[slot].offset == offset
        && pst->kept[slot].id == id) {
        memcpy(page, pst->kept[slot].page, size);
        return 1;
    }
    if (!get(pst, offset, page, size) || !check_page(pst, page, id, type))
        return 0;
    pst->kept[slot].offset = offset;
    pst->kept[slot].id = id;
    pst->kept[slot].type = type;
    memcpy(pst->kept[slot].page, page, size);
    return 1;
}

/* The page below an entry, whose level must be one less, so that no way goes in a circle. */
static int descend(tt_pst *pst, uint8_t *out, const uint8_t *entry, unsigned level, unsigned type)
{
    unsigned word = pst->kind->word;

    if (!read_page(pst, out, tt_pst_word(pst, entry + 2 * word), tt_pst_word(pst, entry + word),
                   type))
        return 0;
    return level_of(pst, out) + 1u == level
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
        unsigned level = level_of(pst, page);
        uint8_t entry[BELOW_SIZE];
        for (unsigned i = 0; i < count_of(pst, page); i++)
            if (tt_pst_word(pst, entry_of(pst, page, i)) <= id || (i == 0 && level > 0))
                found = entry_of(pst, page, i);
        if (found && level == 0 && tt_pst_word(pst, found) == id)
            return found;
        if (!found || level == 0) {
            (void)tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "members that are listed and not there");
            return NULL;
        }
        memcpy(entry, found, 3 * pst->kind->word);
        if (!descend(pst, page, entry, level, type))
            return NULL;
    }
}

static void set_node(const tt_pst *pst, tt_pst_node *out, const uint8_t *entry)
{
    unsigned word = pst->kind->word;

    *out = (tt_pst_node){.id = tt_load32(entry), .parent = tt_load32(entry + 3 * word),
                         .data = tt_pst_word(pst, entry + word),
                         .below = tt_pst_word(pst, entry + 2 * word)};
}

int tt_pst_find(tt_pst *pst, uint32_t id, tt_pst_node *out)
{
    uint8_t page[TT_PST_PAGE];
    const uint8_t *entry = look_up(pst, page, NODE_PAGE, id);

    if (!entry)
        return 0;
    set_node(pst, out, entry);
    return 1;
}

void tt_pst_walk_begin(tt_pst *pst, tt_pst_walk *walk)
{
    walk->depth = 0;
    if (!read_page(pst, walk->at[0].page, pst->nodes, pst->nodes_id, NODE_PAGE))
        return;
    if (level_of(pst, walk->at[0].page) >= TT_PST_DEPTH) {
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
        if (index >= count_of(pst, page)) {
            walk->depth--;
        } else if (level_of(pst, page) == 0) {
            set_node(pst, out, entry_of(pst, page, index));
            return 1;
        } else if (descend(pst, walk->at[walk->depth].page, entry_of(pst, page, index),
                           level_of(pst, page), NODE_PAGE)) {
            walk->at[walk->depth].next = 0;
            walk->depth++;
        }
    }
    return 0;
}

void tt_pst_done(tt_pst *pst)
{
    tt_free(pst->deflated);
    pst->deflated = NULL;
}

/* ---- Blocks -------------------------------------------------------------------------------- */

/* What pst->deflated holds, `size` bytes, is exactly `inflated` bytes: to `out`. */
static int inflate_block(tt_pst *pst, size_t size, uint8_t *out, size_t inflated)
{
    tt_inflater *inflater;
    tt_inflater_said said = TT_INFLATER_MORE;
    size_t done = 0, made = 0, used = 1, given = 0;

    pst->failed = tt_inflater_new(&inflater, pst->error);
    if (pst->failed != TUTELA_OK)
        return 0;
    while (said == TT_INFLATER_MORE && used + given > 0) {
        said = tt_inflater_step(inflater, pst->deflated + done, size - done, &used, out + made,
                                inflated - made, &given);
        done += used;
        made += given;
    }
    tt_inflater_free(inflater);
    if (said == TT_INFLATER_MEMORY)
        return tt_pst_fail(pst, TUTELA_ITEM_LIMIT, "it needs more memory than there is");
    return (said == TT_INFLATER_END && made == inflated)
           || tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "damaged");
}

/* The size a block's data has when it is inflated, of which 0 says that it is not deflated. */
static size_t inflated_size(const uint8_t *at, size_t size)
{
    return tt_load16(at) ? tt_load16(at) : size;
}

/* Where a block is, and its sizes: as the directory has them. */
typedef struct place {
    uint64_t offset;
    size_t length, inflated;
} place;

static int find_block(tt_pst *pst, uint64_t id, place *out)
{
    uint8_t page[TT_PST_PAGE];
    const uint8_t *entry = look_up(pst, page, BLOCK_PAGE, id);
    unsigned word = pst->kind->word;

    if (!entry)
        return 0;
    out->offset = tt_pst_word(pst, entry + word);
    out->length = tt_load16(entry + 2 * word);
    out->inflated = out->length;
    if (pst->kind->inflated_at)
        out->inflated = inflated_size(entry + 2 * word + 2, out->length);
    return 1;
}

/* The bytes of a block as they are stored, and whether its own account of itself says the same. */
static int read_stored(tt_pst *pst, uint64_t id, const place *at, uint8_t *out)
{
    const tt_pst_kind *kind = pst->kind;
    uint8_t trailer[TRAILER_MAX];
    /* Filled up to a multiple, at whose end that account lies. */
    uint64_t whole = (at->length + kind->block_trailer + kind->step - 1) / kind->step * kind->step;

    if (whole > kind->block)
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its directory is damaged");
    if (!get(pst, at->offset, out, at->length)
        || !get(pst, at->offset + whole - kind->block_trailer, trailer, kind->block_trailer))
        return 0;
    if (tt_load16(trailer) != at->length || !fits(pst, trailer, id, out, at->length))
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its checksum does not fit");
    if (kind->inflated_at && inflated_size(trailer + kind->inflated_at, at->length) != at->inflated)
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its directory is damaged");
    return 1;
}

/* A block that is deflated. */
static int read_deflated(tt_pst *pst, uint64_t id, const place *at, uint8_t *out)
{
    if (!pst->deflated)
        pst->deflated = tt_alloc_raw(1, pst->kind->block);
    if (!pst->deflated)
        return tt_pst_no_memory(pst);
    return read_stored(pst, id, at, pst->deflated)
           && inflate_block(pst, at->length, out, at->inflated);
}

int tt_pst_block(tt_pst *pst, uint64_t id, uint8_t *out, size_t *size)
{
    place at;

    id &= ~UINT64_C(1);
    if (!find_block(pst, id, &at))
        return 0;
    if (!(at.inflated == at.length ? read_stored : read_deflated)(pst, id, &at, out))
        return 0;
    /* Deflated last, so that it is clear only now. */
    if (!(id & INTERNAL) && pst->cipher == PERMUTED)
        tt_pst_permute(out, at.inflated);
    else if (!(id & INTERNAL) && pst->cipher == CYCLED)
        tt_pst_cycle(out, at.inflated, (uint32_t)id);
    *size = at.inflated;
    return 1;
}
