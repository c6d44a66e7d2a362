/* disk: see disk.h. */
#include "disk/disk.h"

#include "base/buf.h"
#include "base/mem.h"
#include "disk/content.h"
#include "disk/cover.h"
#include "disk/files.h"
#include "disk/known.h"
#include "disk/space.h"
#include "disk/volumes.h"
#include "unpack/signs.h"

#include <string.h>

#define NAME_BYTES ((size_t)1 << 20)

static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};
static const tt_trouble sealed = {TUTELA_ITEM_ENCRYPTED, "an encrypted volume"};
static const tt_trouble not_read = {TUTELA_ITEM_UNSUPPORTED, "a file system that is not read"};
static const tt_trouble damaged = {TUTELA_ITEM_MALFORMED, "damaged or cut off"};
static const tt_trouble unknown = {TUTELA_ITEM_UNSUPPORTED, "no file system that is known"};
static const tt_trouble too_large = {TUTELA_ITEM_MALFORMED, "a file system larger than its place"};
static const tt_trouble spoilt_table = {TUTELA_ITEM_MALFORMED, "a partition table that is damaged"};
static const tt_trouble beyond = {TUTELA_ITEM_MALFORMED, "a partition that reaches beyond the disk"};
static const tt_trouble in_pieces = {TUTELA_ITEM_PARTIAL, "cut short, or in pieces"};
static const tt_trouble too_many = {TUTELA_ITEM_LIMIT, TT_MENTIONS_CUT};
static const tt_trouble left_out = {TUTELA_ITEM_SKIPPED, "partitions were left out"};

typedef struct disk_reader {
    tt_reader reader;
    tt_stream *disk;
    tt_sleuth *sleuth;
    tt_wishes wishes;
    tt_volumes volumes;
    int spoilt;          /* it has the sign of one, and nothing can be read by it */
    int raw;             /* no disk that is known: all of it is searched */
    size_t volume;       /* the one that comes, or is being read */
    TSK_FS_INFO *fs;     /* in it */
    tt_files *files;
    tt_content content;  /* of a file */
    tt_space *space;     /* when all files were told */
    tt_spans free;       /* where it is */
    tt_mention_list mentions; /* what it mentions */
    tt_part_stream part; /* of what was carved */
    tt_stream *bytes;    /* of the member; NULL: it has none */
    uint64_t done;       /* of them that were read */
    tt_trouble state;    /* of the member */
    tt_buf name;
    size_t name_volume;  /* bytes of the volume's own name, with its slash */
    tt_covering covering;
    tt_cover cover;      /* as far as it is counted, and the rest lost: so it is should this be the end */
    tt_trouble ended;    /* the first trouble of all */
    uint8_t head[TT_DISK_HEAD];
} disk_reader;

static void publish(disk_reader *r)
{
    r->cover = r->covering.sum;
    r->cover.bytes[TUTELA_COVER_LOST] = r->disk->size - r->covering.at;
}

static void end_with(disk_reader *r, tt_trouble trouble)
{
    if (r->ended.status == TUTELA_ITEM_CLEAR)
        r->ended = trouble;
}

/* ---- Volumes ------------------------------------------------------------------------------- */

static void leave_files(disk_reader *r)
{
    tt_files_free(r->files);
    r->files = NULL;
    if (r->fs)
        tsk_fs_close(r->fs);
    r->fs = NULL;
}

/* The file system at a place, by The Sleuth Kit; it takes none where two kinds fit. */
static TSK_FS_INFO *open_fs(TSK_IMG_INFO *image, uint64_t from)
{
    static const TSK_FS_TYPE_ENUM kinds[] = {TSK_FS_TYPE_DETECT, TSK_FS_TYPE_NTFS_DETECT,
                                             TSK_FS_TYPE_EXT_DETECT, TSK_FS_TYPE_FAT_DETECT,
                                             TSK_FS_TYPE_FFS_DETECT};
    TSK_FS_INFO *fs = NULL;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !fs; i++)
        fs = tsk_fs_open_img(image, (TSK_OFF_T)from, kinds[i]);
    return fs;
}

/* What fills its place: by its own word, and never a raw or swap "file system" of libtsk's. */
static int is_files(const TSK_FS_INFO *fs)
{
    return fs && fs->block_size > 0 && !TSK_FS_TYPE_ISRAW(fs->ftype) && !TSK_FS_TYPE_ISSWAP(fs->ftype);
}

/* Does the volume have room for as many blocks as the file system says that it has? */
static int fits_in(const TSK_FS_INFO *fs, const tt_volume *volume)
{
    return fs->block_count <= (volume->end - volume->from) / fs->block_size;
}

/* Open what is in the volume. *state: why it is not read; CLEAR: it is, or there is nothing to be read. */
static tutela_status open_volume(disk_reader *r, const tt_volume *volume, tt_place *place,
                                 tt_trouble *state, tutela_error *error)
{
    size_t size = sizeof r->head;

    *state = fine;
    if (size > volume->end - volume->from)
        size = (size_t)(volume->end - volume->from);
    TT_TRY(tt_sleuth_fill(r->sleuth, volume->from, r->head, size, error));
    *place = tt_place_of(r->head, size);
    if (*place == TT_PLACE_ENCRYPTED)
        *state = sealed;
    else if (*place == TT_PLACE_UNREAD)
        *state = not_read;
    if (*place != TT_PLACE_OTHER || r->raw)
        return TUTELA_OK;
    r->fs = open_fs(&r->sleuth->image, volume->from);
    TT_TRY(tt_sleuth_check(r->sleuth, error));
    if (!is_files(r->fs)) {
        leave_files(r);
        *state = r->spoilt ? damaged : unknown;
        return TUTELA_OK;
    }
    if (!fits_in(r->fs, volume))
        *state = too_large;
    return tt_files_new(&r->files, r->fs, r->sleuth, r->wishes.no_deleted, error);
}

static int is_wanted(const disk_reader *r, const tt_volume *volume)
{
    uint32_t number = volume->number > 0 ? volume->number : 1;

    return r->wishes.partition == 0 || r->wishes.partition == number;
}

/* What became of a volume in which no files are read. */
static void pass_volume(disk_reader *r, const tt_volume *volume, tutela_cover what)
{
    tt_covering_to(&r->covering, volume->from, TUTELA_COVER_EXCLUDED);
    tt_covering_to(&r->covering, volume->end, what);
    publish(r);
    r->volume++;
}

/* The files of a volume have all been told. */
static tutela_status end_volume(disk_reader *r, tt_trouble trouble, tutela_error *error)
{
    const tt_volume *volume = &r->volumes.list[r->volume];

    if (trouble.status != TUTELA_ITEM_CLEAR)
        end_with(r, trouble);
    tt_covering_to(&r->covering, volume->from, TUTELA_COVER_EXCLUDED);
    TT_TRY(tt_covering_blocks(&r->covering, r->fs, volume->end, error));
    publish(r);
    leave_files(r);
    r->volume++;
    return TUTELA_OK;
}

/*
 * What becomes of a volume's bytes when no files are read in it, for that reason: searched, what was left out is
 * examined after all. What is sealed, or of a kind that nothing here reads, is no raw space.
 */
static tutela_cover unread_as(const disk_reader *r, tutela_item_status state, tt_place place)
{
    int raw = place != TT_PLACE_ENCRYPTED && place != TT_PLACE_UNREAD;

    return state == TUTELA_ITEM_CLEAR || (r->wishes.carve && raw) ? TUTELA_COVER_EXCLUDED
                                                                  : TUTELA_COVER_NOT_UNDERSTOOD;
}

static void name_volume(disk_reader *r, const tt_volume *volume)
{
    tt_buf_clear(&r->name);
    if (volume->number > 0)
        tt_buf_printf(&r->name, "p%u", (unsigned)volume->number);
    r->name_volume = r->name.size;
}

static void tell_volume(disk_reader *r, tt_member *out, tt_trouble trouble)
{
    *out = (tt_member){.name = (const uint8_t *)r->name.data, .name_size = r->name.size,
                       .size = TT_SIZE_UNKNOWN, .modified = INT64_MIN, .trouble = trouble};
}

/* The next volume. *told: it is a member itself, that says why it is not read, or not all of it. */
static tutela_status next_volume(disk_reader *r, tt_member *out, int *told, tutela_error *error)
{
    const tt_volume *volume = &r->volumes.list[r->volume];
    tt_trouble state = fine;
    tt_place place = TT_PLACE_OTHER;

    if (volume->kind != TT_VOLUME_PARTITION || volume->from >= volume->end) {
        if (volume->kind == TT_VOLUME_PARTITION)
            end_with(r, beyond);
        pass_volume(r, volume, volume->kind == TT_VOLUME_TABLE ? TUTELA_COVER_EXAMINED : TUTELA_COVER_EXCLUDED);
        return TUTELA_OK;
    }
    if (!is_wanted(r, volume)) {
        end_with(r, left_out);
        tt_covering_to(&r->covering, volume->from, TUTELA_COVER_EXCLUDED);
        r->covering.free = NULL; /* not for its own free space either */
        pass_volume(r, volume, TUTELA_COVER_EXCLUDED);
        r->covering.free = r->wishes.carve ? &r->free : NULL;
        return TUTELA_OK;
    }
    TT_TRY(open_volume(r, volume, &place, &state, error));
    name_volume(r, volume);
    if (state.status == TUTELA_ITEM_CLEAR && volume->stated > volume->end)
        state = beyond;
    if (!r->files)
        pass_volume(r, volume, unread_as(r, state.status, place));
    if (state.status == TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    *told = volume->number > 0;
    if (*told)
        tell_volume(r, out, state);
    else
        end_with(r, state);
    return TUTELA_OK;
}

/* ---- Members ------------------------------------------------------------------------------- */

/* A file's bytes, and what they mean for the coverage. */
static tutela_status open_content(disk_reader *r, const tt_file *file, tutela_error *error)
{
    int deleted = file->origin != TUTELA_ORIGIN_FILE;

    r->content.slack = deleted ? NULL : &r->covering.slack;
    TT_TRY(tt_content_open(&r->content, r->sleuth, file->attribute, &r->state, error));
    r->bytes = r->state.status == TUTELA_ITEM_CLEAR ? &r->content.stream : NULL;
    if (deleted && r->bytes)
        tt_content_note(&r->content, 0, &r->covering.deleted);
    else if (r->state.status == TUTELA_ITEM_ENCRYPTED)
        tt_content_note(&r->content, 0, &r->covering.closed);
    return TUTELA_OK;
}

static tutela_status take_file(disk_reader *r, const tt_file *file, tt_member *out, tutela_error *error)
{
    tt_buf_cut(&r->name, r->name_volume);
    if (r->name_volume > 0)
        tt_buf_add_char(&r->name, '/');
    tt_buf_add(&r->name, file->name, file->name_size);
    if (tt_buf_failed(&r->name))
        return tt_no_memory(error);
    r->state = file->trouble;
    r->done = 0;
    if (file->attribute && r->state.status == TUTELA_ITEM_CLEAR)
        TT_TRY(open_content(r, file, error));
    *out = (tt_member){.name = (const uint8_t *)r->name.data, .name_size = r->name.size,
                       .size = r->bytes ? r->bytes->size : 0, .modified = file->modified,
                       .stream = r->bytes, .trouble = r->state,
                       .origin = file->origin};
    return TUTELA_OK;
}

/* All files were told: what free space and slack hold is next, if that is wanted. */
static tutela_status begin_space(disk_reader *r, tutela_error *error)
{
    const tt_spans *slack = &r->covering.slack;

    tt_covering_to(&r->covering, r->disk->size, TUTELA_COVER_EXCLUDED);
    if (!r->wishes.carve)
        return TUTELA_OK;
    for (size_t i = 0; i < slack->count; i++)
        tt_spans_add(&r->free, slack->list[i].from, slack->list[i].end);
    r->reader.mentions = &r->mentions;
    return tt_space_new(&r->space, &r->covering, &r->mentions, error);
}

/* What was found in free space, named by its place. */
static tutela_status take_carved(disk_reader *r, const tt_carved *found, tt_member *out, tutela_error *error)
{
    tt_buf_clear(&r->name);
    tt_buf_printf(&r->name, "carved/%llu.%s", (unsigned long long)found->from, found->extension);
    if (tt_buf_failed(&r->name))
        return tt_no_memory(error);
    tt_part_stream_init(&r->part, r->disk, found->from, found->end - found->from);
    r->state = found->whole ? fine : in_pieces;
    r->bytes = found->whole ? &r->part.stream : NULL;
    r->done = 0;
    *out = (tt_member){.name = (const uint8_t *)r->name.data, .name_size = r->name.size,
                       .size = r->part.stream.size, .modified = INT64_MIN, .stream = r->bytes,
                       .trouble = r->state, .origin = TUTELA_ORIGIN_CARVED};
    return TUTELA_OK;
}

static tt_trouble sum_up(disk_reader *r)
{
    publish(r);
    tt_mention_list_end(&r->mentions);
    if (r->mentions.cut)
        end_with(r, too_many);
    if (r->volumes.cut)
        end_with(r, (tt_trouble){TUTELA_ITEM_LIMIT, "more partitions than the limit"});
    /* An image that could not be read through says that before all else. */
    if (r->sleuth->trouble.status != TUTELA_ITEM_CLEAR)
        return r->sleuth->trouble;
    return r->ended;
}

/* What is all of a raw space is that itself, which was told already. */
static int is_itself(const disk_reader *r, const tt_carved *found)
{
    return r->raw && found->whole && found->from == 0 && found->end == r->disk->size;
}

static tutela_status next_carved(disk_reader *r, tt_member *out, int *more, tt_trouble *trouble,
                                 tutela_error *error)
{
    tt_trouble ended = fine;
    tt_carved found;

    if (!r->space)
        TT_TRY(begin_space(r, error));
    *more = 0;
    if (r->space)
        TT_TRY(tt_space_next(r->space, &found, more, &ended, error));
    if (*more && is_itself(r, &found))
        TT_TRY(tt_space_next(r->space, &found, more, &ended, error));
    if (*more)
        return take_carved(r, &found, out, error);
    if (ended.status != TUTELA_ITEM_CLEAR)
        end_with(r, ended);
    *trouble = sum_up(r);
    return TUTELA_OK;
}

tutela_status tt_disk_next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                           tutela_error *error)
{
    disk_reader *r = (disk_reader *)reader;
    int told = 0, another;

    *more = 1;
    r->bytes = NULL;
    while (r->volume < r->volumes.count) {
        tt_file file = {0};
        tt_trouble ended = fine;
        if (!r->files) {
            TT_TRY(next_volume(r, out, &told, error));
            if (told)
                return TUTELA_OK;
            continue;
        }
        TT_TRY(tt_files_next(r->files, &file, &another, &ended, error));
        if (another)
            return take_file(r, &file, out, error);
        TT_TRY(end_volume(r, ended, error));
    }
    return next_carved(r, out, more, trouble, error);
}

tutela_status tt_disk_read(tt_reader *reader, void *buffer, size_t size, size_t *got,
                           tt_trouble *trouble, tutela_error *error)
{
    disk_reader *r = (disk_reader *)reader;

    *got = 0;
    if (!r->bytes)
        return TUTELA_OK;
    TT_TRY(tt_stream_read_at(r->bytes, r->done, buffer, size, got, trouble, error));
    r->done += *got;
    if (trouble->status != TUTELA_ITEM_CLEAR && !r->space) /* nobody asks for the rest */
        tt_content_note(&r->content, r->done, &r->sleuth->bad);
    return TUTELA_OK;
}

/* ---- The whole ----------------------------------------------------------------------------- */

/* An image without a table is one volume. */
static tutela_status whole_disk(disk_reader *r, tutela_error *error)
{
    if (tt_grow((void **)&r->volumes.list, &r->volumes.room, 1, sizeof *r->volumes.list) != 0)
        return tt_no_memory(error);
    r->volumes.list[0] = (tt_volume){.end = r->disk->size, .stated = r->disk->size};
    r->volumes.count = 1;
    return TUTELA_OK;
}

static tutela_status look(disk_reader *r, int *is_disk, tutela_error *error)
{
    tt_trouble state = fine;
    size_t size;
    tt_place place = TT_PLACE_OTHER;

    *is_disk = 1;
    if (r->raw)
        return whole_disk(r, error);
    TT_TRY(tt_volumes_find(&r->volumes, r->sleuth, error));
    if (r->volumes.damaged)
        end_with(r, spoilt_table);
    if (r->volumes.count > 0)
        return TUTELA_OK;
    TT_TRY(whole_disk(r, error));
    TT_TRY(open_volume(r, &r->volumes.list[0], &place, &state, error));
    size = r->disk->size < sizeof r->head ? (size_t)r->disk->size : sizeof r->head;
    r->spoilt = !r->files && place == TT_PLACE_OTHER && tt_surely_disk(r->head, size);
    *is_disk = r->files || r->spoilt || place == TT_PLACE_ENCRYPTED || place == TT_PLACE_UNREAD
               || place == TT_PLACE_SWAP;
    leave_files(r); /* it is opened again in its turn */
    return TUTELA_OK;
}

static tutela_status open_it(tt_reader **out, const tt_format *format, tt_stream *disk,
                             const tt_wishes *wishes, int raw, tutela_error *error)
{
    disk_reader *r = tt_alloc(1, sizeof *r);
    tutela_status status;
    int is_disk = 0;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = format;
    r->raw = raw;
    r->disk = disk;
    r->ended = fine;
    if (wishes)
        r->wishes = *wishes;
    if (raw)
        r->wishes.partition = 0; /* it has none to choose from */
    tt_buf_init(&r->name, NAME_BYTES);
    status = tt_sleuth_new(&r->sleuth, disk, error);
    r->covering.sleuth = r->sleuth;
    r->covering.free = r->wishes.carve ? &r->free : NULL;
    if (status == TUTELA_OK)
        r->sleuth->wishes = &r->wishes;
    if (status == TUTELA_OK)
        status = look(r, &is_disk, error);
    if (status != TUTELA_OK || !is_disk) {
        tt_disk_close(&r->reader);
        return status;
    }
    publish(r);
    r->reader.cover = &r->cover;
    *out = &r->reader;
    return TUTELA_OK;
}

tutela_status tt_disk_open(tt_reader **out, const tt_format *format, tt_stream *disk,
                           const tt_wishes *wishes, tutela_error *error)
{
    return open_it(out, format, disk, wishes, 0, error);
}

tutela_status tt_disk_open_raw(tt_reader **out, const tt_format *format, tt_stream *space,
                               const tt_wishes *wishes, tutela_error *error)
{
    return open_it(out, format, space, wishes, 1, error);
}

void tt_disk_close(tt_reader *reader)
{
    disk_reader *r = (disk_reader *)reader;

    if (!r)
        return;
    leave_files(r);
    tt_space_free(r->space);
    tt_spans_done(&r->free);
    tt_mention_list_done(&r->mentions);
    tt_content_done(&r->content);
    tt_covering_done(&r->covering);
    tt_volumes_done(&r->volumes);
    tt_sleuth_free(r->sleuth);
    tt_buf_done(&r->name);
    tt_free(r);
}
