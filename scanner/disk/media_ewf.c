/*
 * media_ewf: E01 (Expert Witness, EnCase) and SMART's S01, by libewf.
 *
 * The library gives zeros for a chunk whose checksum does not fit, and keeps a list of those: so a read
 * never spans two chunks, and is looked for in the list. Of a chunk that it cannot read at all it forgets to
 * free what it had for it.
 */
#include "disk/media.h"

#include "base/cursor.h"
#include "base/mem.h"

#ifdef HAVE_LIBEWF

#include "disk/bfio.h"
#include "disk/stored.h"

#include <libewf.h>
#include <string.h>

#define CHUNK_MAX (64u << 20)  /* programs write 32 KiB to 16 MiB */
#define DAMAGED_MAX 4096u      /* ranges of them: the library walks its list from end to end each time */
#define FORGOTTEN_MAX (64u << 20) /* bytes: then no more are read from it */
#define SECTION_SIZE 76u       /* of what begins each section, and is all there is of the last */

typedef struct image {
    tt_bfio *bfio;
    libewf_handle_t *file;
    uint32_t chunk;     /* bytes in one */
    uint32_t sector;    /* bytes in one */
    uint64_t forgotten; /* bytes, about */
    int parts;          /* the rest is in other files */
} image;

static const tt_trouble damaged = {TUTELA_ITEM_MALFORMED, "damaged chunks"},
                        one_part = {TUTELA_ITEM_PARTIAL, "one part of several"};

static void close_image(void *state)
{
    image *e = state;

    if (e->file)
        (void)libewf_handle_free(&e->file, NULL);
    tt_bfio_free(e->bfio);
}

/* The last section of a file that others follow is called "next". */
static tutela_status look(void *state, tt_stream *stream, tt_trouble *trouble, tutela_error *error)
{
    image *e = state;
    uint8_t section[SECTION_SIZE];
    size_t got = 0;

    if (stream->size < sizeof section)
        return TUTELA_OK;
    TT_TRY(tt_stream_read_at(stream, stream->size - sizeof section, section, sizeof section, &got,
                             trouble, error));
    e->parts = got == sizeof section && memcmp(section, "next", 5) == 0;
    return TUTELA_OK;
}

static tutela_status open_image(void *state, tt_stream *stream, uint64_t *size,
                                tt_trouble *trouble, tutela_error *error)
{
    image *e = state;
    size64_t bytes = 0;
    size32_t chunk = 0;
    int well;

    libewf_notify_set_verbose(0);
    if (libewf_handle_initialize(&e->file, NULL) != 1)
        return tt_no_memory(error);
    TT_TRY(tt_bfio_new(&e->bfio, stream, error));
    tt_bfio_begin(e->bfio, error);
    well = libewf_handle_open_file_io_pool(e->file, tt_bfio_pool(e->bfio), LIBEWF_OPEN_READ, NULL)
            == 1
        && libewf_handle_get_media_size(e->file, &bytes, NULL) == 1
        && libewf_handle_get_chunk_size(e->file, &chunk, NULL) == 1
        && libewf_handle_get_bytes_per_sector(e->file, &e->sector, NULL) == 1;
    TT_TRY(tt_bfio_end(e->bfio, well, trouble));
    if (trouble->status != TUTELA_ITEM_CLEAR) {
        if (e->parts && trouble->status == TUTELA_ITEM_MALFORMED)
            *trouble = one_part;
        return TUTELA_OK;
    }
    if (chunk == 0 || chunk > CHUNK_MAX || e->sector == 0 || chunk % e->sector != 0)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "a header that is not in order"};
    *size = bytes;
    e->chunk = chunk;
    return TUTELA_OK;
}

/* Is a part of the chunk that begins with this sector in the list of damaged ones, which is in order? */
static int is_damaged(image *e, uint64_t sector, uint64_t count)
{
    uint32_t low = 0, high = 0;

    if (libewf_handle_get_number_of_checksum_errors(e->file, &high, NULL) != 1
        || high > DAMAGED_MAX)
        return 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint64_t start = 0, length = 0;

        if (libewf_handle_get_checksum_error(e->file, middle, &start, &length, NULL) != 1)
            return 1;
        if (start + length <= sector)
            low = middle + 1;
        else if (start >= sector + count)
            high = middle;
        else
            return 1;
    }
    return 0;
}

static tutela_status read_image(void *state, uint64_t offset, void *buffer, size_t size,
                                size_t *got, tt_trouble *trouble, tutela_error *error)
{
    image *e = state;
    uint64_t first = offset - offset % e->chunk;
    size_t left = (size_t)(first + e->chunk - offset);
    ssize_t count;
    int well;

    if (size > left)
        size = left;
    tt_bfio_begin(e->bfio, error);
    count = e->forgotten > FORGOTTEN_MAX
                ? -1
                : libewf_handle_read_random(e->file, buffer, size, (off64_t)offset, NULL);
    if (count <= 0)
        e->forgotten += e->chunk;
    well = count > 0 && (size_t)count <= size
        && !is_damaged(e, first / e->sector, e->chunk / e->sector);
    TT_TRY(tt_bfio_end(e->bfio, well, trouble));
    if (trouble->status == TUTELA_ITEM_CLEAR)
        *got = (size_t)count;
    else if (trouble->status == TUTELA_ITEM_MALFORMED)
        *trouble = e->parts ? one_part : damaged;
    return TUTELA_OK;
}

static tutela_status verify(void *state, tt_stream *medium, tt_trouble *trouble,
                            tutela_error *error)
{
    image *e = state;
    tt_digests stored = {0};

    tt_bfio_begin(e->bfio, error);
    if (libewf_handle_get_md5_hash(e->file, stored.value[TUTELA_MD5], tt_digest_size(TUTELA_MD5), NULL) == 1)
        stored.mask |= TUTELA_BIT(TUTELA_MD5);
    if (libewf_handle_get_sha1_hash(e->file, stored.value[TUTELA_SHA1], tt_digest_size(TUTELA_SHA1), NULL) == 1)
        stored.mask |= TUTELA_BIT(TUTELA_SHA1);
    TT_TRY(tt_bfio_end(e->bfio, 1, trouble));
    return tt_stored_verify(&stored, medium, trouble, error);
}

const tt_media_kind tt_media_ewf = {
    "ewf", sizeof(image), look, open_image, read_image, verify, close_image,
};

#else

const tt_media_kind tt_media_ewf = {.name = "ewf"};

#endif
