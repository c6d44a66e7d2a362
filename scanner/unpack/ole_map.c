/*
 * ole_map: header, sector tables and the reading of streams (see ole_map.h); ole_directory.c has the
 * entries.
 */
#include "unpack/ole_map.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

#define HEADER_SIZE 512u
#define SHIFT_SMALL 9u  /* version 3 */
#define SHIFT_LARGE 12u /* version 4 */
#define MINI_SHIFT 6u
#define CUTOFF 4096u    /* smaller streams lie in mini sectors: the only value there is */
#define LISTED 109u     /* table sectors that the header itself lists */
#define MAX_REGULAR 0xfffffffau /* what is no sector's number begins here */
#define TABLE_MARK 0xfffffffdu  /* what the table says of its own sectors */
#define LIST_MARK 0xfffffffcu   /* and of those that list them */
/* 64 MiB of table: a file of 8 GiB with small sectors, of 64 GiB with large ones. Windows writes no
 * small ones beyond 2 GiB. */
#define SECTORS_MAX (UINT32_C(1) << 24)

static const char table_damaged[] = "its table of sectors is damaged";

/* What the header says. */
typedef struct header {
    uint32_t tables;         /* sectors of the table */
    uint32_t directory;      /* first sector */
    uint32_t mini_fat;       /* first sector */
    uint32_t list, lists;    /* first sector of those that list the table's, and how many */
    uint8_t listed[LISTED * 4];
} header;

void tt_ole_complain(tt_ole_map *map, tt_trouble trouble)
{
    if (map->trouble.status == TUTELA_ITEM_CLEAR)
        map->trouble = trouble;
}

static void damaged(tt_ole_map *map)
{
    tt_ole_complain(map, (tt_trouble){TUTELA_ITEM_MALFORMED, table_damaged});
}

/* ---- Header -------------------------------------------------------------------------------- */

/* Every field that has but one right value is looked at: damage there may mean damage elsewhere. */
static int parse_header(tt_ole_map *map, tt_cursor *c, header *out)
{
    unsigned version, order, shift, mini_shift;
    uint32_t cutoff;
    const uint8_t *listed;

    tt_cursor_skip(c, 8 + 16 + 2);
    version = tt_cursor_u16(c);
    order = tt_cursor_u16(c);
    shift = tt_cursor_u16(c);
    mini_shift = tt_cursor_u16(c);
    tt_cursor_skip(c, 6 + 4); /* reserved; sectors of the directory, which small ones do not state */
    out->tables = tt_cursor_u32(c);
    out->directory = tt_cursor_u32(c);
    tt_cursor_skip(c, 4);
    cutoff = tt_cursor_u32(c);
    out->mini_fat = tt_cursor_u32(c);
    tt_cursor_skip(c, 4);
    out->list = tt_cursor_u32(c);
    out->lists = tt_cursor_u32(c);
    listed = tt_cursor_take(c, sizeof out->listed);
    if (!listed)
        return 0;
    memcpy(out->listed, listed, sizeof out->listed);
    map->shift = version == 4 || (version != 3 && shift == SHIFT_LARGE) ? SHIFT_LARGE : SHIFT_SMALL;
    if ((version != 3 && version != 4) || shift != map->shift || order != 0xfffe
        || mini_shift != MINI_SHIFT || cutoff != CUTOFF)
        tt_ole_complain(map, (tt_trouble){TUTELA_ITEM_MALFORMED, "a header that is not in order"});
    return 1;
}

/* ---- Sectors ------------------------------------------------------------------------------- */

static uint64_t offset_of(const tt_ole_map *map, uint32_t sector)
{
    return ((uint64_t)sector + 1) << map->shift;
}

tutela_status tt_ole_map_sector(const tt_ole_map *map, uint32_t sector, uint8_t *out, size_t *got,
                                tt_trouble *trouble, tutela_error *error)
{
    size_t size = (size_t)1 << map->shift;

    TT_TRY(tt_stream_read_at(map->stream, offset_of(map, sector), out, size, got, trouble, error));
    memset(out + *got, 0, size - *got);
    return TUTELA_OK;
}

static int own(uint8_t *owned, uint32_t sector)
{
    uint8_t bit = (uint8_t)(1u << (sector & 7));
    int was = owned[sector >> 3] & bit;

    owned[sector >> 3] |= bit;
    return !was;
}

uint32_t tt_ole_chain_own(const uint32_t *table, uint32_t total, uint8_t *owned, uint32_t start,
                          uint32_t count, const char **why)
{
    uint32_t done = 0;

    for (uint32_t at = start; at != TT_OLE_END; at = table[at]) {
        if (done == count)
            *why = "not of the size it states";
        else if (at >= MAX_REGULAR)
            *why = "damaged";
        else if (at >= total)
            *why = "a member that reaches beyond its end";
        else if (!own(owned, at))
            *why = "its parts overlap";
        else
            done++;
        if (*why)
            return done;
    }
    if (done < count)
        *why = "not of the size it states";
    return done;
}

tutela_status tt_ole_chain_list(tt_ole_map *map, uint32_t start, uint32_t **out, uint32_t *count,
                                const char **why, tutela_error *error)
{
    uint32_t *list, length = 0, at = start;

    for (; at < map->sectors && length < map->sectors; at = map->fat[at])
        length++;
    list = tt_alloc_raw((size_t)length + 1, sizeof *list);
    if (!list)
        return tt_no_memory(error);
    length = tt_ole_chain_own(map->fat, map->sectors, map->owned, start, length, why);
    at = start;
    for (uint32_t i = 0; i < length; i++, at = map->fat[at])
        list[i] = at;
    *out = list;
    *count = length;
    return TUTELA_OK;
}

/* ---- The table of sectors ------------------------------------------------------------------ */

/* One sector of the table: what it says of the sectors from `first` on. */
static tutela_status read_table(tt_ole_map *map, uint32_t sector, uint32_t first,
                                tutela_error *error)
{
    uint8_t raw[(size_t)1 << SHIFT_LARGE];
    tt_trouble trouble;
    size_t got;

    if (sector >= map->sectors || !own(map->owned, sector)) {
        damaged(map);
        return TUTELA_OK;
    }
    TT_TRY(tt_ole_map_sector(map, sector, raw, &got, &trouble, error));
    tt_ole_complain(map, trouble);
    for (uint32_t i = 0; i < got / 4 && first + i < map->sectors; i++)
        map->fat[first + i] = tt_load32(raw + (size_t)4 * i);
    return TUTELA_OK;
}

/* Every sector of the table, by the list in the header and in the sectors after it. */
static tutela_status read_tables(tt_ole_map *map, const header *h, tutela_error *error)
{
    uint8_t raw[(size_t)1 << SHIFT_LARGE];
    uint32_t per = UINT32_C(1) << (map->shift - 2), next = h->list, read = 0;
    const uint8_t *listed = h->listed;
    tt_trouble trouble;
    size_t got;

    for (uint32_t left = LISTED; read < h->tables && read < map->sectors; read++) {
        if (left == 0) {
            if (next >= map->sectors || !own(map->owned, next)) {
                damaged(map);
                return TUTELA_OK;
            }
            TT_TRY(tt_ole_map_sector(map, next, raw, &got, &trouble, error));
            tt_ole_complain(map, trouble);
            listed = raw;
            left = per - 1;
            next = tt_load32(raw + (size_t)4 * (per - 1));
        }
        TT_TRY(read_table(map, tt_load32(listed), read < map->sectors / per + 1 ? read * per
                                                                                : map->sectors, error));
        listed += 4;
        left--;
    }
    if (read < h->tables)
        damaged(map);
    return TUTELA_OK;
}

/* The table must know its own sectors as such; nothing else is owned yet. */
static void check_table(tt_ole_map *map)
{
    for (uint32_t i = 0; i < map->sectors; i++) {
        int marked = map->fat[i] == TABLE_MARK || map->fat[i] == LIST_MARK;
        int mine = map->owned[i >> 3] >> (i & 7) & 1;
        if (mine && !marked)
            damaged(map);
    }
}

static tutela_status read_map(tt_ole_map *map, const header *h, tutela_error *error)
{
    uint64_t size = map->stream->size, sector = UINT64_C(1) << map->shift;
    uint64_t sectors = size > sector ? (size - 1) / sector : 0;

    if (sectors > SECTORS_MAX) {
        tt_ole_complain(map, (tt_trouble){TUTELA_ITEM_LIMIT, "larger than such a file is read"});
        sectors = SECTORS_MAX;
    }
    map->sectors = (uint32_t)sectors;
    map->fat = tt_alloc_raw((size_t)sectors + 1, sizeof *map->fat);
    map->owned = tt_alloc((size_t)sectors / 8 + 1, 1);
    if (!map->fat || !map->owned)
        return tt_no_memory(error);
    memset(map->fat, 0xff, (size_t)sectors * sizeof *map->fat);
    TT_TRY(read_tables(map, h, error));
    check_table(map);
    return tt_ole_directory_read(map, h->directory, h->mini_fat, error);
}

tutela_status tt_ole_map_read(tt_ole_map *out, tt_stream *stream, int *is, tutela_error *error)
{
    static const uint8_t sign[8] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};
    uint8_t raw[HEADER_SIZE];
    tt_trouble trouble;
    tt_cursor c;
    header h;
    size_t got;

    *out = (tt_ole_map){.stream = stream, .trouble = {TUTELA_ITEM_CLEAR, ""}};
    TT_TRY(tt_stream_read_at(stream, 0, raw, sizeof raw, &got, &trouble, error));
    *is = got >= sizeof sign && memcmp(raw, sign, sizeof sign) == 0;
    if (!*is)
        return TUTELA_OK;
    tt_ole_complain(out, trouble);
    c = tt_cursor_over(raw, got);
    if (!parse_header(out, &c, &h)) {
        tt_ole_complain(out, (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"});
        return TUTELA_OK;
    }
    return read_map(out, &h, error);
}

void tt_ole_map_done(tt_ole_map *map)
{
    tt_free(map->fat);
    tt_free(map->mini_fat);
    tt_free(map->mini_stream);
    tt_free(map->directory);
    tt_free(map->entries);
    tt_free(map->owned);
    tt_free(map->mini_owned);
}

/* ---- Streams ------------------------------------------------------------------------------- */

tt_ole_place tt_ole_place_of(const tt_ole_map *map, uint32_t entry)
{
    const tt_ole_entry *e = &map->entries[entry];

    return (tt_ole_place){.entry = e, .sector = e->start};
}

/* Bytes from this place on that lie after one another in the file, at most `size`, and where. */
static size_t reach(const tt_ole_map *map, const tt_ole_place *p, size_t size, uint64_t *offset)
{
    const uint32_t *table = p->entry->mini ? map->mini_fat : map->fat;
    unsigned shift = p->entry->mini ? MINI_SHIFT : map->shift;
    uint64_t in = p->at & ((UINT64_C(1) << shift) - 1), most = (UINT64_C(1) << shift) - in;
    uint64_t mini = (uint64_t)p->sector << MINI_SHIFT;

    if (p->entry->mini) {
        uint32_t sector = map->mini_stream[mini >> map->shift];
        *offset = offset_of(map, sector) + (mini & ((UINT64_C(1) << map->shift) - 1)) + in;
        return most < size ? (size_t)most : size;
    }
    *offset = offset_of(map, p->sector) + in;
    for (uint32_t at = p->sector; most < size && table[at] == at + 1; at++)
        most += UINT64_C(1) << shift;
    return most < size ? (size_t)most : size;
}

int tt_ole_map_whole(const tt_ole_map *map, uint32_t entry, uint64_t *offset)
{
    const tt_ole_entry *e = &map->entries[entry];

    *offset = offset_of(map, e->start);
    for (uint32_t i = 1; i < e->sound && !e->mini; i++)
        if (map->fat[e->start + i - 1] != e->start + i)
            return 0;
    return e->sound > 0 && !e->mini && !e->why;
}

/* On by `size` bytes that `reach` gave. */
static void move(const tt_ole_map *map, tt_ole_place *p, size_t size)
{
    const uint32_t *table = p->entry->mini ? map->mini_fat : map->fat;
    unsigned shift = p->entry->mini ? MINI_SHIFT : map->shift;
    uint64_t over = (p->at >> shift) + 1;

    for (p->at += size; over <= p->at >> shift; over++)
        p->sector = table[p->sector];
}

tutela_status tt_ole_map_read_on(const tt_ole_map *map, tt_ole_place *p, void *buffer, size_t size,
                                 size_t *got, tt_trouble *trouble, tutela_error *error)
{
    const tt_ole_entry *e = p->entry;
    uint64_t sound = (uint64_t)e->sound << (e->mini ? MINI_SHIFT : map->shift);
    uint64_t end = e->size < sound ? e->size : sound, offset;

    *got = 0;
    while (p->at < end && *got < size && trouble->status == TUTELA_ITEM_CLEAR) {
        size_t wanted = size - *got, some;
        wanted = reach(map, p, wanted < end - p->at ? wanted : (size_t)(end - p->at), &offset);
        TT_TRY(tt_stream_read_at(map->stream, offset, (uint8_t *)buffer + *got, wanted, &some,
                                 trouble, error));
        if (some < wanted && trouble->status == TUTELA_ITEM_CLEAR)
            *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
        move(map, p, some);
        *got += some;
    }
    if (*got == 0 && size > 0 && e->why && trouble->status == TUTELA_ITEM_CLEAR)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, e->why};
    return TUTELA_OK;
}
