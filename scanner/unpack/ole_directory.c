/*
 * ole_directory: the entries of an OLE2 compound file, the tree they make, and what of the sectors is
 * whose.
 *
 * The tree is walked by a list of what is still to be seen, and each entry is seen once. Entries that
 * are in use and that no storage names are delivered all the same, and told of: a link to them is
 * damaged.
 */
#include "unpack/ole_map.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

#define MINI_SHIFT 6u
#define CUTOFF 4096u /* smaller streams lie in mini sectors */
#define SECTOR_MAX 4096u
/* 48 MB of memory; the largest installers and thumbnail caches have some ten thousand. */
#define ENTRIES_MAX 1000000u

static void damaged(tt_ole_map *map)
{
    tt_ole_complain(map, (tt_trouble){TUTELA_ITEM_MALFORMED, "its directory is damaged"});
}

/* ---- Entries ------------------------------------------------------------------------------- */

static void parse_entry(tt_ole_map *map, const uint8_t *raw, tt_ole_entry *out)
{
    unsigned name = tt_load16(raw + 64);

    *out = (tt_ole_entry){
        .type = raw[66],
        .left = tt_load32(raw + 68),
        .right = tt_load32(raw + 72),
        .child = tt_load32(raw + 76),
        .start = tt_load32(raw + 116),
        /* Of small sectors' files the upper half is none: some writers leave anything there. */
        .size = map->shift == 12 ? tt_load64(raw + 120) : tt_load32(raw + 120),
    };
    if (out->type == 0)
        return;
    if ((out->type != TT_OLE_STORAGE && out->type != TT_OLE_STREAM && out->type != TT_OLE_ROOT)
        || name < 2 || name > TT_OLE_NAME_SIZE || name % 2 != 0)
        damaged(map);
}

static tutela_status read_entries(tt_ole_map *map, tutela_error *error)
{
    uint32_t per = (UINT32_C(1) << map->shift) / TT_OLE_ENTRY_SIZE;
    uint8_t raw[SECTOR_MAX];
    tt_trouble trouble;
    size_t got;

    if (map->directory_sectors > ENTRIES_MAX / per) {
        tt_ole_complain(map, (tt_trouble){TUTELA_ITEM_LIMIT, "more members than the limit"});
        map->directory_sectors = ENTRIES_MAX / per;
    }
    map->entries = tt_alloc((size_t)map->directory_sectors * per + 1, sizeof *map->entries);
    if (!map->entries)
        return tt_no_memory(error);
    for (uint32_t i = 0; i < map->directory_sectors; i++) {
        TT_TRY(tt_ole_map_sector(map, map->directory[i], raw, &got, &trouble, error));
        tt_ole_complain(map, trouble);
        if (got < (size_t)1 << map->shift)
            tt_ole_complain(map, (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"});
        for (uint32_t k = 0; k < per; k++)
            parse_entry(map, raw + (size_t)k * TT_OLE_ENTRY_SIZE, &map->entries[map->count++]);
    }
    if (map->count == 0 || map->entries[0].type != TT_OLE_ROOT)
        damaged(map);
    return TUTELA_OK;
}

/* ---- The tree ------------------------------------------------------------------------------ */

/* Entries still to be looked at; each is put there once. */
typedef struct heap {
    uint32_t *ids;
    uint32_t count;
} heap;

static void push(tt_ole_map *map, heap *h, uint32_t id, uint32_t parent)
{
    tt_ole_entry *e;

    if (id == TT_OLE_NONE)
        return;
    e = id < map->count ? &map->entries[id] : NULL;
    if (!e || e->reached || (e->type != TT_OLE_STORAGE && e->type != TT_OLE_STREAM)) {
        damaged(map);
        return;
    }
    e->reached = 1;
    e->parent = parent;
    h->ids[h->count++] = id;
}

static void walk(tt_ole_map *map, heap *h)
{
    while (h->count > 0) {
        uint32_t id = h->ids[--h->count];
        const tt_ole_entry *e = &map->entries[id];
        push(map, h, e->left, e->parent);
        push(map, h, e->right, e->parent);
        if (e->type == TT_OLE_STORAGE)
            push(map, h, e->child, id);
    }
}

static tutela_status walk_tree(tt_ole_map *map, tutela_error *error)
{
    heap h = {tt_alloc_raw((size_t)map->count + 1, sizeof(uint32_t)), 0};

    if (!h.ids)
        return tt_no_memory(error);
    if (map->count > 0) {
        map->entries[0].reached = 1;
        push(map, &h, map->entries[0].child, 0);
    }
    walk(map, &h);
    /* Those that nothing names: storages first, whose children they bring along. */
    for (unsigned type = TT_OLE_STORAGE; type <= TT_OLE_STREAM; type++) {
        for (uint32_t i = 1; i < map->count; i++) {
            if (map->entries[i].type != type || map->entries[i].reached)
                continue;
            damaged(map);
            push(map, &h, i, 0);
            walk(map, &h);
        }
    }
    tt_free(h.ids);
    return TUTELA_OK;
}

/* ---- Sectors ------------------------------------------------------------------------------- */

static tutela_status read_mini_fat(tt_ole_map *map, uint32_t start, tutela_error *error)
{
    uint32_t *list = NULL, count = 0, per = UINT32_C(1) << (map->shift - 2);
    tutela_status status;
    const char *why = NULL;

    if (start == TT_OLE_NONE || map->entries[0].size == 0)
        return TUTELA_OK;
    TT_TRY(tt_ole_chain_list(map, start, &list, &count, &why, error));
    if (why)
        tt_ole_complain(map, (tt_trouble){TUTELA_ITEM_MALFORMED, "its table of sectors is damaged"});
    map->mini_fat = tt_alloc_raw((size_t)count * per + 1, sizeof *map->mini_fat);
    status = map->mini_fat ? TUTELA_OK : tt_no_memory(error);
    for (uint32_t i = 0; i < count && status == TUTELA_OK; i++) {
        uint8_t raw[SECTOR_MAX];
        tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
        size_t got = 0;
        status = tt_ole_map_sector(map, list[i], raw, &got, &trouble, error);
        tt_ole_complain(map, trouble);
        for (uint32_t k = 0; k < per && status == TUTELA_OK; k++)
            map->mini_fat[map->mini_count++] = 4 * k + 4 <= got ? tt_load32(raw + (size_t)4 * k)
                                                                : TT_OLE_NONE;
    }
    tt_free(list);
    return status;
}

/* The stream that holds the mini sectors; it may be longer than it says, not shorter. */
static tutela_status read_mini_stream(tt_ole_map *map, tutela_error *error)
{
    const tt_ole_entry *root = &map->entries[0];
    const char *why = NULL;
    uint64_t there;

    if (root->size > 0)
        TT_TRY(tt_ole_chain_list(map, root->start, &map->mini_stream, &map->mini_sectors, &why,
                                 error));
    there = (uint64_t)map->mini_sectors << map->shift;
    if (why || there < root->size)
        tt_ole_complain(map, (tt_trouble){TUTELA_ITEM_MALFORMED, "its table of sectors is damaged"});
    if (there > root->size)
        there = root->size;
    there = (there + (1u << MINI_SHIFT) - 1) >> MINI_SHIFT;
    if (map->mini_count > there)
        map->mini_count = (uint32_t)there;
    map->mini_owned = tt_alloc((size_t)map->mini_count / 8 + 1, 1);
    return map->mini_owned ? TUTELA_OK : tt_no_memory(error);
}

static void own_stream(tt_ole_map *map, tt_ole_entry *e)
{
    unsigned shift;
    uint64_t wanted;

    e->mini = e->size < CUTOFF;
    shift = e->mini ? MINI_SHIFT : map->shift;
    wanted = (e->size >> shift) + ((e->size & ((UINT64_C(1) << shift) - 1)) != 0);
    /* A stream of no bytes has no sectors; some writers give it the number 0 then. */
    if (e->size == 0 && (e->start == TT_OLE_END || e->start == TT_OLE_NONE || e->start == 0))
        return;
    if (wanted > UINT32_MAX)
        wanted = UINT32_MAX;
    e->sound = e->mini ? tt_ole_chain_own(map->mini_fat, map->mini_count, map->mini_owned, e->start,
                                          (uint32_t)wanted, &e->why)
                       : tt_ole_chain_own(map->fat, map->sectors, map->owned, e->start,
                                          (uint32_t)wanted, &e->why);
}

tutela_status tt_ole_directory_read(tt_ole_map *map, uint32_t start, uint32_t mini_fat_start,
                                    tutela_error *error)
{
    const char *why = NULL;

    TT_TRY(tt_ole_chain_list(map, start, &map->directory, &map->directory_sectors, &why, error));
    if (why)
        damaged(map);
    TT_TRY(read_entries(map, error));
    TT_TRY(walk_tree(map, error));
    if (map->count == 0)
        return TUTELA_OK;
    TT_TRY(read_mini_fat(map, mini_fat_start, error));
    TT_TRY(read_mini_stream(map, error));
    for (uint32_t i = 1; i < map->count; i++)
        if (map->entries[i].type == TT_OLE_STREAM)
            own_stream(map, &map->entries[i]);
    return TUTELA_OK;
}

tutela_status tt_ole_map_name(const tt_ole_map *map, uint32_t entry, uint8_t raw[TT_OLE_NAME_SIZE],
                              size_t *size, tutela_error *error)
{
    uint32_t per = (UINT32_C(1) << map->shift) / TT_OLE_ENTRY_SIZE;
    uint64_t offset = ((uint64_t)map->directory[entry / per] + 1) << map->shift;
    uint8_t bytes[TT_OLE_NAME_SIZE + 2] = {0};
    tt_trouble trouble;
    size_t got;

    TT_TRY(tt_stream_read_at(map->stream, offset + (uint64_t)(entry % per) * TT_OLE_ENTRY_SIZE,
                             bytes, sizeof bytes, &got, &trouble, error));
    *size = tt_load16(bytes + TT_OLE_NAME_SIZE);
    if (*size > TT_OLE_NAME_SIZE)
        *size = TT_OLE_NAME_SIZE;
    *size = *size >= 2 ? (*size - 2) & ~(size_t)1 : 0;
    memcpy(raw, bytes, TT_OLE_NAME_SIZE);
    return TUTELA_OK;
}
