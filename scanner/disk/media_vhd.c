/*
 * media_vhd: VHD that grows, and VHDX, by libvhdi.
 *
 * A VHD of fixed size is the disk's own bytes with a footer behind them, and read as a raw image. Of one that
 * grows the library opens what says how it is made, and its blocks are read here: it looks for each sector of
 * a block in a list, from the list's beginning, and takes some that were never written for others.
 */
#include "disk/media.h"

#include "base/cursor.h"
#include "base/mem.h"

#ifdef HAVE_LIBVHDI

#include "disk/bfio.h"

#include <libvhdi.h>
#include <string.h>

#define VHD_SIZE 512u     /* of a VHD's footer, and of the copy in front */
#define HEADER_SIZE 1024u /* of what says where its blocks are */
#define SECTOR 512u
#define BLOCK_MAX (256u << 20) /* programs write 512 KiB and 2 MiB */
#define NO_BLOCK UINT32_MAX
#define VHDX_HEAD 65536u   /* where the first header of a VHDX is, and how far behind it the second */
#define VHDX_HEAD_SIZE 64u /* of it, what is looked at */

typedef struct image {
    tt_bfio *bfio;
    libvhdi_file_t *file;
    tt_stream *stream;
    int grows;           /* it is a VHD, not a VHDX */
    uint64_t table;      /* where a VHD says where its blocks are */
    uint32_t blocks;     /* in that */
    uint32_t block_size; /* 0: the library reads the bytes too */
    /* The block that was read last. */
    uint64_t block;      /* its number */
    uint64_t data;       /* where it is; 0: nowhere, it is zeros */
    uint8_t *bitmap;     /* stands before it: which of its sectors were ever written; the others are zeros */
    size_t bitmap_size;
} image;

static const tt_trouble cut_off = {TUTELA_ITEM_MALFORMED, "damaged or cut off"};

static uint32_t load32_be(const uint8_t *at)
{
    return __builtin_bswap32(tt_load32(at));
}

/* A header of a VHDX: 0 when there is none, else its number, and whether it names a log. */
static uint64_t vhdx_header(const uint8_t *head, int *logged)
{
    static const uint8_t none[16];

    if (memcmp(head, "head", 4) != 0)
        return 0;
    *logged = memcmp(head + 48, none, sizeof none) != 0;
    return tt_load64(head + 8) + 1;
}

/* What is in the log of a VHDX was written, and is not where it belongs: the library does not look. */
static tutela_status look_for_log(tt_stream *stream, tt_trouble *trouble, tutela_error *error)
{
    uint8_t head[VHDX_HEAD_SIZE];
    uint64_t best = 0;
    int dirty = 0;

    for (uint64_t i = 1; i <= 2; i++) {
        size_t got = 0;
        uint64_t number;
        int logged = 0;

        TT_TRY(tt_stream_read_at(stream, i * VHDX_HEAD, head, sizeof head, &got, trouble, error));
        if (trouble->status != TUTELA_ITEM_CLEAR)
            return TUTELA_OK;
        number = got == sizeof head ? vhdx_header(head, &logged) : 0;
        if (number > best) {
            best = number;
            dirty = logged;
        }
    }
    if (dirty)
        *trouble = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "an image that was not closed properly"};
    return TUTELA_OK;
}

static tutela_status look(void *state, tt_stream *stream, tt_trouble *trouble, tutela_error *error)
{
    image *v = state;
    uint8_t head[VHD_SIZE];
    size_t got = 0;

    TT_TRY(tt_stream_read_at(stream, 0, head, sizeof head, &got, trouble, error));
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    if (got < sizeof head)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    else if (memcmp(head, "vhdxfile", 8) == 0)
        return look_for_log(stream, trouble, error);
    else if (load32_be(head + 60) == LIBVHDI_DISK_TYPE_DIFFERENTIAL)
        *trouble = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "an image that needs another one"};
    v->grows = trouble->status == TUTELA_ITEM_CLEAR;
    return TUTELA_OK;
}

static void close_image(void *state)
{
    image *v = state;

    if (v->file)
        (void)libvhdi_file_free(&v->file, NULL);
    tt_bfio_free(v->bfio);
    tt_free(v->bitmap);
}

/* ---- The blocks of a VHD that grows -------------------------------------------------------- */

/* All of `size` bytes, or *trouble. */
static tutela_status fetch(const image *v, uint64_t at, void *buffer, size_t size,
                           tt_trouble *trouble, tutela_error *error)
{
    size_t got = 0;

    TT_TRY(tt_stream_read_at(v->stream, at, buffer, size, &got, trouble, error));
    if (trouble->status == TUTELA_ITEM_CLEAR && got < size)
        *trouble = cut_off;
    return TUTELA_OK;
}

/* Where its table is: the footer, which the library has checked, names a header, and that the table. */
static tutela_status find_blocks(image *v, tt_trouble *trouble, tutela_error *error)
{
    uint8_t footer[VHD_SIZE], header[HEADER_SIZE];
    uint32_t size = 0;

    TT_TRY(fetch(v, v->stream->size - VHD_SIZE, footer, sizeof footer, trouble, error));
    if (trouble->status == TUTELA_ITEM_CLEAR)
        TT_TRY(fetch(v, tt_load64_be(footer + 16), header, sizeof header, trouble, error));
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    size = load32_be(header + 32);
    v->table = tt_load64_be(header + 16);
    if (memcmp(header, "cxsparse", 8) != 0 || size < SECTOR || size > BLOCK_MAX || size % SECTOR != 0
        || v->table > v->stream->size) {
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "a header that is not in order"};
        return TUTELA_OK;
    }
    v->blocks = load32_be(header + 28);
    v->block = UINT64_MAX;
    v->bitmap_size = (size / SECTOR + SECTOR * 8 - 1) / (SECTOR * 8) * SECTOR; /* whole sectors */
    v->bitmap = tt_alloc(1, v->bitmap_size);
    if (!v->bitmap)
        return tt_no_memory(error);
    v->block_size = size;
    return TUTELA_OK;
}

static tutela_status enter_block(image *v, uint64_t number, tt_trouble *trouble, tutela_error *error)
{
    uint8_t entry[4];
    uint64_t at;

    if (v->block == number)
        return TUTELA_OK;
    v->block = UINT64_MAX;
    if (number >= v->blocks) {
        *trouble = cut_off;
        return TUTELA_OK;
    }
    TT_TRY(fetch(v, v->table + 4 * number, entry, sizeof entry, trouble, error));
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    v->data = 0;
    if (load32_be(entry) != NO_BLOCK) {
        at = (uint64_t)load32_be(entry) * SECTOR;
        TT_TRY(fetch(v, at, v->bitmap, v->bitmap_size, trouble, error));
        v->data = at + v->bitmap_size;
    }
    if (trouble->status == TUTELA_ITEM_CLEAR)
        v->block = number;
    return TUTELA_OK;
}

/* The highest bit of a byte is its first sector's. */
static int is_written(const image *v, size_t sector)
{
    return v->data != 0 && (v->bitmap[sector / 8] & 0x80 >> sector % 8) != 0;
}

/* Sectors of one block that were all written, or none of them. */
static tutela_status read_block(image *v, uint64_t offset, void *buffer, size_t size, size_t *got,
                                tt_trouble *trouble, tutela_error *error)
{
    size_t at = (size_t)(offset % v->block_size), end = at;
    int written;

    TT_TRY(enter_block(v, offset / v->block_size, trouble, error));
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    if (size > v->block_size - at)
        size = v->block_size - at;
    written = is_written(v, at / SECTOR);
    while (end < at + size && is_written(v, end / SECTOR) == written)
        end += SECTOR - end % SECTOR;
    size = end < at + size ? end - at : size;
    if (written) {
        TT_TRY(tt_stream_read_at(v->stream, v->data + at, buffer, size, got, trouble, error));
        if (trouble->status == TUTELA_ITEM_CLEAR && *got == 0)
            *trouble = cut_off;
    } else {
        memset(buffer, 0, size);
        *got = size;
    }
    return TUTELA_OK;
}

/* ---- The whole ----------------------------------------------------------------------------- */

static tutela_status open_image(void *state, tt_stream *stream, uint64_t *size,
                                tt_trouble *trouble, tutela_error *error)
{
    image *v = state;
    uint32_t type = 0;
    size64_t bytes = 0;
    int well;

    v->stream = stream;
    libvhdi_notify_set_verbose(0);
    if (libvhdi_file_initialize(&v->file, NULL) != 1)
        return tt_no_memory(error);
    TT_TRY(tt_bfio_new(&v->bfio, stream, error));
    tt_bfio_begin(v->bfio, error);
    well = libvhdi_file_open_file_io_handle(v->file, tt_bfio_handle(v->bfio), LIBVHDI_OPEN_READ,
                                            NULL) == 1
        && libvhdi_file_get_media_size(v->file, &bytes, NULL) == 1
        && libvhdi_file_get_disk_type(v->file, &type, NULL) == 1;
    *size = bytes;
    TT_TRY(tt_bfio_end(v->bfio, well, trouble));
    if (well && type == LIBVHDI_DISK_TYPE_DIFFERENTIAL)
        *trouble = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "an image that needs another one"};
    if (trouble->status == TUTELA_ITEM_CLEAR && v->grows && type == LIBVHDI_DISK_TYPE_DYNAMIC)
        return find_blocks(v, trouble, error);
    return TUTELA_OK;
}

static tutela_status read_image(void *state, uint64_t offset, void *buffer, size_t size,
                                size_t *got, tt_trouble *trouble, tutela_error *error)
{
    image *v = state;
    ssize_t count;

    if (v->block_size > 0)
        return read_block(v, offset, buffer, size, got, trouble, error);
    tt_bfio_begin(v->bfio, error);
    count = libvhdi_file_read_buffer_at_offset(v->file, buffer, size, (off64_t)offset, NULL);
    return tt_bfio_end_read(v->bfio, count, size, got, trouble);
}

const tt_media_kind tt_media_vhd = {
    "vhd", sizeof(image), look, open_image, read_image, NULL, close_image,
};

#else

const tt_media_kind tt_media_vhd = {.name = "vhd"};

#endif
