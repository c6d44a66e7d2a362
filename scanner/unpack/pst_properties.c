/*
 * pst_properties: see pst_properties.h.
 */
#include "unpack/pst_properties.h"

#include "base/cursor.h"
#include "base/mem.h"

#define HEAP_SIGN 0xecu
#define TREE_SIGN 0xb5u
#define PROPERTIES_SIGN 0xbcu
#define KEY 2u
#define RECORD 8u      /* a key, a type, a value or where it is */
#define LIST_ENTRY 6u  /* a key, and a place in the heap */
#define LEVELS_MAX 8u

static int disorder(tt_pst *pst)
{
    return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "properties that are not in order");
}

/* What lies at a place in the heap; NULL when nothing does. */
static const uint8_t *at_place(const tt_pst_properties *p, uint32_t place, size_t *size)
{
    size_t block = place >> (5 + p->index_bits), index = place >> 5 & ((1u << p->index_bits) - 1);
    size_t room, start, end, map;
    const uint8_t *data;

    if (block >= p->count || index == 0 || (place & 31) != 0)
        return NULL;
    data = p->heap + p->starts[block];
    room = p->starts[block + 1] - p->starts[block];
    map = room >= 2 ? tt_load16(data) : SIZE_MAX;
    if (map > room || room - map < 4 + 2 * (index + 1)
        || index > tt_load16(data + map))
        return NULL;
    start = tt_load16(data + map + 4 + 2 * (index - 1));
    end = tt_load16(data + map + 4 + 2 * index);
    if (start > end || end > map)
        return NULL;
    *size = end - start;
    return data + start;
}

/* Room for another block. */
static int have_room(tt_pst *pst, tt_pst_properties *out)
{
    size_t end = out->starts[out->count], room = 2 * end + pst->kind->block;
    uint8_t *heap;

    if (out->count == TT_PST_HEAP_BLOCKS)
        return tt_pst_fail(pst, TUTELA_ITEM_LIMIT, "more members than the limit");
    if (out->room - end >= pst->kind->block)
        return 1;
    heap = tt_realloc(out->heap, 1, room);
    if (!heap)
        return tt_pst_no_memory(pst);
    out->heap = heap;
    out->room = room;
    return 1;
}

static int load_heap(tt_pst *pst, tt_pst_properties *out, uint64_t id)
{
    __attribute__((cleanup(tt_pst_data_done))) tt_pst_data data = {0};
    size_t size = 0;

    if (!tt_pst_data_begin(pst, &data, id))
        return 0;
    while (pst->failed == TUTELA_OK) {
        if (!have_room(pst, out))
            return 0;
        if (!tt_pst_data_next(pst, &data, out->heap + out->starts[out->count], &size))
            break;
        out->starts[out->count + 1] = out->starts[out->count] + size;
        out->count++;
    }
    return pst->fault.status == TUTELA_ITEM_CLEAR && pst->failed == TUTELA_OK;
}

int tt_pst_properties_load(tt_pst *pst, tt_pst_properties *out, uint64_t id)
{
    const uint8_t *tree;
    size_t size = 0;

    out->index_bits = pst->kind->index_bits;
    if (!load_heap(pst, out, id))
        return 0;
    if (out->count == 0 || out->starts[1] < 12 || out->heap[2] != HEAP_SIGN
        || out->heap[3] != PROPERTIES_SIGN)
        return disorder(pst);
    tree = at_place(out, tt_load32(out->heap + 4), &size);
    if (!tree || size < 8 || tree[0] != TREE_SIGN || tree[1] != KEY || tree[2] != RECORD - KEY
        || tree[3] > LEVELS_MAX)
        return disorder(pst);
    out->levels = tree[3];
    out->root = tt_load32(tree + 4);
    return 1;
}

/* The record of a number; NULL, with *bad when the tree is not in order. */
static const uint8_t *find_record(const tt_pst_properties *p, unsigned number, int *bad)
{
    uint32_t place = p->root;

    for (unsigned level = p->levels; place != 0; level--) {
        size_t size = 0, wide = level > 0 ? LIST_ENTRY : RECORD;
        const uint8_t *list = at_place(p, place, &size), *found = NULL;
        if (!list || size % wide != 0)
            break;
        for (size_t at = 0; at < size; at += wide)
            if (tt_load16(list + at) <= number)
                found = list + at;
        if (!found || (level == 0 && tt_load16(found) != number))
            return NULL;
        if (level == 0)
            return found;
        place = tt_load32(found + KEY);
    }
    *bad = place != 0 || p->levels > 0;
    return NULL;
}

/* Bytes of a fixed type that lie in the record itself. */
static int is_short(unsigned type)
{
    return type == 2 || type == 3 || type == 4 || type == 10 || type == 11;
}

int tt_pst_properties_find(tt_pst *pst, const tt_pst_properties *props, unsigned number,
                           tt_pst_value *out)
{
    int bad = 0;
    const uint8_t *record = find_record(props, number, &bad);

    if (bad) {
        (void)disorder(pst);
        return -1;
    }
    if (!record)
        return 0;
    *out = (tt_pst_value){.type = tt_load16(record + 2), .number = tt_load32(record + 4)};
    if (is_short(out->type) || out->number == 0)
        return 1;
    if ((out->number & 31) != 0) {
        out->node = out->number;
        return 1;
    }
    out->data = at_place(props, out->number, &out->size);
    if (!out->data || (out->type == TT_PST_OBJECT && out->size < 8)) {
        (void)disorder(pst);
        return -1;
    }
    if (out->type == TT_PST_OBJECT) {
        /* The heap has where it is, and its size. */
        out->node = tt_load32(out->data);
        out->data = NULL;
    }
    return 1;
}

void tt_pst_properties_done(tt_pst_properties *props)
{
    tt_free(props->heap);
    props->heap = NULL;
}
