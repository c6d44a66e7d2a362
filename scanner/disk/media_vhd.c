/*
 * media_vhd: VHD that grows, and VHDX, by libvhdi.
 *
 * A VHD of fixed size is the disk's own bytes with a footer behind them, and read as a raw image.
 */
#include "disk/media.h"

#include "base/cursor.h"
#include "base/mem.h"

#ifdef HAVE_LIBVHDI

#include "disk/bfio.h"

#include <libvhdi.h>
#include <string.h>

#define VHD_SIZE 512u /* of the copy of a VHD's footer */
#define VHDX_HEAD 65536u   /* where the first header of a VHDX is, and how far behind it the second */
#define VHDX_HEAD_SIZE 64u /* of it, what is looked at */

typedef struct image {
    tt_bfio *bfio;
    libvhdi_file_t *file;
} image;

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
    uint8_t head[VHD_SIZE];
    size_t got = 0;

    (void)state;
    TT_TRY(tt_stream_read_at(stream, 0, head, sizeof head, &got, trouble, error));
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    if (got < sizeof head)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    else if (memcmp(head, "vhdxfile", 8) == 0)
        return look_for_log(stream, trouble, error);
    else if (__builtin_bswap32(tt_load32(head + 60)) == LIBVHDI_DISK_TYPE_DIFFERENTIAL)
        *trouble = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "an image that needs another one"};
    return TUTELA_OK;
}

static void close_image(void *state)
{
    image *v = state;

    if (v->file)
        (void)libvhdi_file_free(&v->file, NULL);
    tt_bfio_free(v->bfio);
}

static tutela_status open_image(void *state, tt_stream *stream, uint64_t *size,
                                tt_trouble *trouble, tutela_error *error)
{
    image *v = state;
    uint32_t type = 0;
    size64_t bytes = 0;
    int well;

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
    return TUTELA_OK;
}

static tutela_status read_image(void *state, uint64_t offset, void *buffer, size_t size,
                                size_t *got, tt_trouble *trouble, tutela_error *error)
{
    image *v = state;
    ssize_t count;

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
