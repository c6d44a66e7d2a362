/*
 * media_vmdk: VMDK in one file, with its description inside, by libvmdk.
 *
 * Where the description is a file of its own, so may be the rest of the disk: those need another file.
 */
#include "disk/media.h"

#include "base/cursor.h"
#include "base/mem.h"

#ifdef HAVE_LIBVMDK

#include "disk/bfio.h"

#include <libvmdk.h>
#include <string.h>

#define SECTOR 512u
#define HEAD_SIZE 512u
#define NO_PARENT UINT32_MAX

typedef struct image {
    tt_bfio *bfio;
    libvmdk_handle_t *file;
} image;

static const tt_trouble another
    = {TUTELA_ITEM_UNSUPPORTED, "an image that needs another one"};

static tutela_status look(void *state, tt_stream *stream, tt_trouble *trouble, tutela_error *error)
{
    static const char sign[] = "# Disk DescriptorFile";
    uint8_t head[HEAD_SIZE], text[sizeof sign - 1] = {0};
    size_t got = 0;

    (void)state;
    TT_TRY(tt_stream_read_at(stream, 0, head, sizeof head, &got, trouble, error));
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    if (got < sizeof head)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    if (memcmp(head, "KDMV", 4) == 0 && tt_load64(head + 28) < TT_MEDIA_MAX / SECTOR)
        TT_TRY(tt_stream_read_at(stream, tt_load64(head + 28) * SECTOR, text, sizeof text, &got,
                                 trouble, error));
    if (trouble->status == TUTELA_ITEM_CLEAR && memcmp(text, sign, sizeof text) != 0)
        *trouble = another; /* its description is elsewhere */
    return TUTELA_OK;
}

static void close_image(void *state)
{
    image *v = state;

    if (v->file)
        (void)libvmdk_handle_free(&v->file, NULL);
    tt_bfio_free(v->bfio);
}

static tutela_status open_image(void *state, tt_stream *stream, uint64_t *size,
                                tt_trouble *trouble, tutela_error *error)
{
    image *v = state;
    uint32_t parent = NO_PARENT;
    size64_t bytes = 0;
    int extents = 0, well, alone;

    libvmdk_notify_set_verbose(0);
    if (libvmdk_handle_initialize(&v->file, NULL) != 1)
        return tt_no_memory(error);
    TT_TRY(tt_bfio_new(&v->bfio, stream, error));
    tt_bfio_begin(v->bfio, error);
    well = libvmdk_handle_open_file_io_handle(v->file, tt_bfio_handle(v->bfio), LIBVMDK_OPEN_READ,
                                              NULL) == 1
        && libvmdk_handle_get_number_of_extents(v->file, &extents, NULL) == 1
        && libvmdk_handle_get_parent_content_identifier(v->file, &parent, NULL) >= 0;
    alone = extents == 1 && parent == NO_PARENT;
    if (well && alone)
        well = libvmdk_handle_open_extent_data_files_file_io_pool(v->file, tt_bfio_pool(v->bfio),
                                                                  NULL) == 1
            && libvmdk_handle_get_media_size(v->file, &bytes, NULL) == 1;
    *size = bytes;
    TT_TRY(tt_bfio_end(v->bfio, well, trouble));
    if (well && !alone)
        *trouble = another;
    return TUTELA_OK;
}

static tutela_status read_image(void *state, uint64_t offset, void *buffer, size_t size,
                                size_t *got, tt_trouble *trouble, tutela_error *error)
{
    image *v = state;
    ssize_t count;

    tt_bfio_begin(v->bfio, error);
    count = libvmdk_handle_read_buffer_at_offset(v->file, buffer, size, (off64_t)offset, NULL);
    return tt_bfio_end_read(v->bfio, count, size, got, trouble);
}

const tt_media_kind tt_media_vmdk = {
    "vmdk", sizeof(image), look, open_image, read_image, NULL, close_image,
};

#else

const tt_media_kind tt_media_vmdk = {.name = "vmdk"};

#endif
