/* volumes: see volumes.h. */
#include "disk/volumes.h"

#include "base/cursor.h"
#include "base/mem.h"

/*
 * A label of BSD lies in the second sector, with room for 22 partitions; libtsk believes any number of them,
 * and reads on.
 */
#define BSD_SIGN UINT32_C(0x82564557)
#define BSD_AT 512u
#define BSD_COUNT 138u
#define BSD_MOST 22u

/* Logical partitions are counted from here, whatever primary ones there are. */
#define LOGICAL_FIRST 5u

static tt_volume_kind kind_of(const TSK_VS_PART_INFO *part)
{
    if (part->flags & TSK_VS_PART_FLAG_META)
        return TT_VOLUME_TABLE;
    return part->flags & TSK_VS_PART_FLAG_ALLOC ? TT_VOLUME_PARTITION : TT_VOLUME_FREE;
}

static uint32_t number_of(const TSK_VS_PART_INFO *part, uint32_t *logical)
{
    if (part->vs->vstype == TSK_VS_TYPE_DOS && part->table_num > 0)
        return (*logical)++;
    return part->slot_num >= 0 ? (uint32_t)part->slot_num + 1 : 0;
}

/* One part, as far as the image goes. */
static tutela_status add(tt_volumes *v, const TSK_VS_PART_INFO *part, uint64_t size, uint32_t *logical,
                         tutela_error *error)
{
    uint64_t block = part->vs->block_size, most = (UINT64_MAX >> 2) / block;
    uint64_t base = (uint64_t)part->vs->offset;
    tt_volume volume = {.kind = kind_of(part)};

    if (part->start > most || part->len > most)
        return TUTELA_OK; /* no image is so large */
    volume.from = base + part->start * block;
    volume.stated = volume.from + part->len * block;
    volume.end = volume.stated < size ? volume.stated : size;
    if (volume.kind == TT_VOLUME_PARTITION)
        volume.number = number_of(part, logical);
    if (volume.from >= size && volume.kind != TT_VOLUME_PARTITION)
        return TUTELA_OK;
    if (v->count == TT_VOLUMES_MAX) {
        v->cut = 1;
        return TUTELA_OK;
    }
    if (tt_grow((void **)&v->list, &v->room, v->count + 1, sizeof *v->list) != 0)
        return tt_no_memory(error);
    v->list[v->count++] = volume;
    return TUTELA_OK;
}

/* Is there a partition that begins inside the image? */
static int is_sound(const tt_volumes *v, uint64_t size)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->list[i].kind == TT_VOLUME_PARTITION && v->list[i].from < size)
            return 1;
    return 0;
}

static TSK_VS_INFO *open_table(TSK_IMG_INFO *image)
{
    /*
     * libtsk takes none when two kinds fit: then those count that have signs which are no accident. GPT comes
     * first, since the search for any kind loses memory where that is found.
     */
    static const TSK_VS_TYPE_ENUM kinds[] = {TSK_VS_TYPE_GPT, TSK_VS_TYPE_DETECT, TSK_VS_TYPE_MAC,
                                             TSK_VS_TYPE_SUN};
    TSK_VS_INFO *table = NULL;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !table; i++)
        table = tsk_vs_open(image, 0, kinds[i]);
    return table;
}

/* Can libtsk be asked? */
static tutela_status is_safe(tt_sleuth *sleuth, int *safe, tutela_error *error)
{
    uint8_t sector[512];

    *safe = sleuth->stream->size >= BSD_AT + sizeof sector;
    if (!*safe)
        return TUTELA_OK;
    TT_TRY(tt_sleuth_fill(sleuth, BSD_AT, sector, sizeof sector, error));
    *safe = tt_load32(sector) != BSD_SIGN || tt_load16(sector + BSD_COUNT) <= BSD_MOST;
    return TUTELA_OK;
}

/* The sum of Sun's label, which libtsk does not look at, over the first sector. */
static tutela_status check_sum(tt_volumes *out, tt_sleuth *sleuth, tutela_error *error)
{
    uint8_t sector[512];
    uint16_t sum = 0;

    TT_TRY(tt_sleuth_fill(sleuth, 0, sector, sizeof sector, error));
    for (size_t i = 0; i < sizeof sector; i += 2)
        sum ^= tt_load16(sector + i);
    out->damaged = sum != 0;
    return TUTELA_OK;
}

tutela_status tt_volumes_find(tt_volumes *out, tt_sleuth *sleuth, tutela_error *error)
{
    TSK_VS_INFO *table = NULL;
    tutela_status status;
    uint32_t logical = LOGICAL_FIRST;
    int safe = 0;

    TT_TRY(is_safe(sleuth, &safe, error));
    if (safe)
        table = open_table(&sleuth->image);
    status = tt_sleuth_check(sleuth, error);
    if (!table)
        return status;
    if (status == TUTELA_OK && table->vstype == TSK_VS_TYPE_SUN)
        status = check_sum(out, sleuth, error);
    for (const TSK_VS_PART_INFO *part = table->part_list; part && status == TUTELA_OK; part = part->next)
        status = add(out, part, sleuth->stream->size, &logical, error);
    tsk_vs_close(table);
    if (status == TUTELA_OK && !is_sound(out, sleuth->stream->size))
        out->count = 0;
    return status;
}

void tt_volumes_done(tt_volumes *volumes)
{
    tt_free(volumes->list);
    *volumes = (tt_volumes){0};
}
