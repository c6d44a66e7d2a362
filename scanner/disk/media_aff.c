/*
 * media_aff: AFF, the Advanced Forensic Format, in one file; by ourselves, since its library opens nothing
 * but paths.
 *
 * The disk is in pages, each compressed or not; the last that were unpacked are kept. What the program that
 * made the image could not read is marked there, or left out: it is not there to be read.
 */
#include "disk/aff.h"
#include "disk/media.h"
#include "disk/stored.h"

#include "base/cursor.h"
#include "base/mem.h"
#include "unpack/archive.h"
#include "unpack/inflate.h"

#include <string.h>

#define PAGE_MAX (64u << 20)  /* programs write 10 and 16 MiB, and AFFLIB now reads no larger ones */
#define SECTOR_MIN 512u       /* of what marks a bad one */
#define KEPT_BYTES (64u << 20) /* of pages, and never fewer than two of them: files and folders */
#define KEPT_MIN 2u
#define KEPT_MAX 256u

/* A page that was unpacked, or why it cannot be. */
typedef struct kept {
    uint8_t *bytes; /* room for a page; NULL: not in use yet */
    uint64_t number;
    uint64_t used;  /* by when it was asked for last */
    size_t size;    /* bytes there */
    tt_trouble trouble;
} kept;

typedef struct image {
    tt_aff aff;
    kept pages[KEPT_MAX];
    size_t room; /* pages that are kept */
    uint64_t asked;
} image;

static const tt_trouble damaged = {TUTELA_ITEM_MALFORMED, "damaged"},
                        cut_off = {TUTELA_ITEM_MALFORMED, "damaged or cut off"},
                        bad_header = {TUTELA_ITEM_MALFORMED, "a header that is not in order"},
                        sealed = {TUTELA_ITEM_ENCRYPTED, "encrypted"},
                        not_known = {TUTELA_ITEM_UNSUPPORTED, "a method that is not known"},
                        never_read = {TUTELA_ITEM_UNREADABLE, "sectors that were not read when it was made"};

/* ---- Pages that are compressed ------------------------------------------------------------- */

/* The bytes at hand of what unpacks. As tt_stream_ops.read. */
typedef tutela_status source_read(void *source, void *buffer, size_t size, size_t *got,
                                  tt_trouble *trouble, tutela_error *error);

static tutela_status from_inflate(void *source, void *buffer, size_t size, size_t *got,
                                  tt_trouble *trouble, tutela_error *error)
{
    return tt_inflate_read(source, buffer, size, got, trouble, error);
}

static tutela_status from_lzma(void *source, void *buffer, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    return tt_format_lzma.read(source, buffer, size, got, trouble, error);
}

/* All of it, which must fit. */
static tutela_status drain(image *i, kept *k, source_read *more, void *source, tutela_error *error)
{
    size_t got = 1;
    uint8_t beyond;

    while (got > 0 && k->size < i->aff.page_size) {
        TT_TRY(more(source, k->bytes + k->size, i->aff.page_size - k->size, &got, &k->trouble, error));
        k->size += got;
    }
    if (got > 0)
        TT_TRY(more(source, &beyond, 1, &got, &k->trouble, error));
    if (got > 0)
        k->trouble = damaged;
    return TUTELA_OK;
}

static tutela_status unpack_zlib(image *i, kept *k, tt_stream *packed, tutela_error *error)
{
    tt_inflate *inflate = NULL;
    tutela_status status;

    TT_TRY(tt_inflate_new(&inflate, packed, TT_INFLATE_ZLIB, error));
    status = drain(i, k, from_inflate, inflate, error);
    tt_inflate_free(inflate);
    return status;
}

/* It is read first: what cannot be read would be taken for no LZMA. */
static tutela_status unpack_lzma(image *i, kept *k, tt_stream *packed, tutela_error *error)
{
    TT_AUTO_FREE uint8_t *bytes = NULL;
    tt_memory_stream stream;
    tt_reader *reader = NULL;
    tt_member member;
    size_t got = 0;
    int more = 0;
    tutela_status status;

    if (packed->size > i->aff.page_size)
        k->trouble = damaged;
    else if (!(bytes = tt_alloc_raw(1, (size_t)packed->size + 1)))
        return tt_no_memory(error);
    else
        TT_TRY(tt_stream_read_at(packed, 0, bytes, (size_t)packed->size, &got, &k->trouble, error));
    if (k->trouble.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    tt_memory_stream_init(&stream, bytes, got);
    status = tt_format_lzma.open(&reader, &stream.stream, error);
    if (status == TUTELA_OK && reader)
        status = tt_format_lzma.next(reader, &member, &more, &k->trouble, error);
    if (status == TUTELA_OK && more)
        status = drain(i, k, from_lzma, reader, error);
    else if (k->trouble.status == TUTELA_ITEM_CLEAR)
        k->trouble = damaged;
    tt_format_lzma.close(reader);
    return status;
}

/* Zeros, as many as four bytes say. */
static tutela_status unpack_zeros(image *i, kept *k, tt_stream *packed, tutela_error *error)
{
    uint8_t count[4];
    size_t got = 0;

    TT_TRY(tt_stream_read_at(packed, 0, count, sizeof count, &got, &k->trouble, error));
    if (k->trouble.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    k->size = got == sizeof count ? __builtin_bswap32(tt_load32(count)) : 0;
    if (packed->size != sizeof count || k->size > i->aff.page_size)
        k->trouble = damaged;
    else
        memset(k->bytes, 0, k->size);
    return TUTELA_OK;
}

static tutela_status unpack(image *i, kept *k, const tt_aff_page *page, tutela_error *error)
{
    tt_part_stream packed;

    tt_part_stream_init(&packed, i->aff.stream, page->at, page->size);
    switch (page->flags & TT_AFF_METHOD) {
    case TT_AFF_ZLIB:
        return unpack_zlib(i, k, &packed.stream, error);
    case TT_AFF_LZMA:
        return unpack_lzma(i, k, &packed.stream, error);
    case TT_AFF_ZEROS:
        return unpack_zeros(i, k, &packed.stream, error);
    default:
        k->trouble = not_known;
        return TUTELA_OK;
    }
}

/* The page, unpacked, in place of the one that nobody asked for longest. */
static tutela_status keep(image *i, const tt_aff_page *page, kept **out, tutela_error *error)
{
    kept *k = &i->pages[0];
    tutela_status status;

    *out = NULL;
    for (size_t n = 0; n < i->room; n++) {
        if (i->pages[n].bytes && i->pages[n].number == page->number) {
            *out = &i->pages[n];
            (*out)->used = ++i->asked;
            return TUTELA_OK;
        }
        if (!i->pages[n].bytes || i->pages[n].used < k->used)
            k = k->bytes ? &i->pages[n] : k;
    }
    if (!k->bytes)
        k->bytes = tt_alloc_raw(1, i->aff.page_size);
    if (!k->bytes)
        return tt_no_memory(error);
    *k = (kept){.bytes = k->bytes, .number = UINT64_MAX, .trouble = {TUTELA_ITEM_CLEAR, ""}};
    status = unpack(i, k, page, error);
    if (status != TUTELA_OK)
        return status;
    k->number = page->number;
    k->used = ++i->asked;
    *out = k;
    return TUTELA_OK;
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* How many bytes from `from` to `end`, of those at `bytes`, come before a sector that was not read. */
static size_t sound(const tt_aff *aff, const uint8_t *bytes, size_t size, size_t from, size_t end)
{
    size_t sector = aff->flag_size;

    if (sector == 0)
        return end - from;
    for (size_t at = from - from % sector; at < end; at += sector)
        if (size - at >= sector && memcmp(bytes + at, aff->flag, sector) == 0)
            return at > from ? at - from : 0;
    return end - from;
}

/* What is stored as it is: whole sectors are looked at, as many as are asked for. */
static tutela_status read_plain(image *i, const tt_aff_page *page, size_t at, void *buffer,
                                size_t size, size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tt_aff *aff = &i->aff;
    size_t sector = aff->flag_size > 0 ? aff->flag_size : 1, start = at - at % sector;
    size_t end = at + size, some = 0, wanted;

    if (page->size > aff->page_size) {
        *trouble = damaged;
        return TUTELA_OK;
    }
    end += (sector - end % sector) % sector;
    wanted = end - start < TT_AFF_SCRATCH ? end - start : TT_AFF_SCRATCH;
    if (start < page->size) {
        wanted = wanted < page->size - start ? wanted : page->size - start;
        TT_TRY(tt_stream_read_at(aff->stream, page->at + start, aff->scratch, wanted, &some, trouble, error));
    }
    end = start + some < at + size ? some : at + size - start;
    *got = start + end > at ? sound(aff, aff->scratch, some, at - start, end) : 0;
    memcpy(buffer, aff->scratch + (at - start), *got);
    if (*got > 0)
        *trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    else if (trouble->status == TUTELA_ITEM_CLEAR)
        *trouble = never_read;
    return TUTELA_OK;
}

static tutela_status read_packed(image *i, const tt_aff_page *page, size_t at, void *buffer,
                                 size_t size, size_t *got, tt_trouble *trouble, tutela_error *error)
{
    kept *k;
    size_t end;

    TT_TRY(keep(i, page, &k, error));
    *trouble = k->trouble;
    if (k->trouble.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    end = at + size < k->size ? at + size : k->size;
    *got = at < end ? sound(&i->aff, k->bytes, k->size, at, end) : 0;
    memcpy(buffer, k->bytes + at, *got);
    if (*got == 0)
        *trouble = never_read;
    return TUTELA_OK;
}

static tutela_status read_image(void *state, uint64_t offset, void *buffer, size_t size,
                                size_t *got, tt_trouble *trouble, tutela_error *error)
{
    image *i = state;
    const tt_aff_page *page = tt_aff_page_of(&i->aff, offset / i->aff.page_size);
    size_t at = (size_t)(offset % i->aff.page_size);

    if (size > i->aff.page_size - at)
        size = i->aff.page_size - at;
    *got = 0;
    if (!page)
        *trouble = i->aff.cut ? cut_off : never_read;
    else if (page->flags & TT_AFF_SEALED)
        *trouble = sealed;
    else if (page->flags & TT_AFF_PACKED)
        return read_packed(i, page, at, buffer, size, got, trouble, error);
    else
        return read_plain(i, page, at, buffer, size, got, trouble, error);
    return TUTELA_OK;
}

/* ---- The whole ----------------------------------------------------------------------------- */

/* Where its size is not stated, the disk ends with its last page. */
static tutela_status find_size(image *i, tt_trouble *trouble, tutela_error *error)
{
    const tt_aff_page *last = &i->aff.pages[i->aff.count - 1];
    size_t size = last->size;
    kept *k;

    if (last->number >= TT_MEDIA_MAX / i->aff.page_size) {
        *trouble = bad_header;
        return TUTELA_OK;
    }
    if (last->flags & TT_AFF_PACKED) {
        TT_TRY(keep(i, last, &k, error));
        size = k->trouble.status == TUTELA_ITEM_CLEAR ? k->size : i->aff.page_size;
    }
    i->aff.image_size = last->number * i->aff.page_size + size;
    return TUTELA_OK;
}

/* Why an image of these segments cannot be opened; CLEAR. */
static tt_trouble judge(const tt_aff *aff)
{
    if (aff->elsewhere)
        return (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "an image that needs another one"};
    if (aff->sealed && (aff->page_size == 0 || !aff->sized))
        return sealed;
    if (aff->page_size == 0 || aff->page_size > PAGE_MAX || (!aff->sized && aff->count == 0))
        return aff->cut ? cut_off : bad_header;
    return (tt_trouble){TUTELA_ITEM_CLEAR, ""};
}

static tutela_status open_image(void *state, tt_stream *stream, uint64_t *size,
                                tt_trouble *trouble, tutela_error *error)
{
    image *i = state;
    tt_aff *aff = &i->aff;

    TT_TRY(tt_aff_read(aff, stream, trouble, error));
    if (trouble->status == TUTELA_ITEM_CLEAR)
        *trouble = judge(aff);
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    i->room = KEPT_BYTES / aff->page_size;
    i->room = i->room < KEPT_MIN ? KEPT_MIN : i->room > KEPT_MAX ? KEPT_MAX : i->room;
    if (aff->flag_size < SECTOR_MIN || aff->page_size % aff->flag_size != 0)
        aff->flag_size = 0;
    if (!aff->sized)
        TT_TRY(find_size(i, trouble, error));
    *size = aff->image_size;
    return TUTELA_OK;
}

static tutela_status verify(void *state, tt_stream *medium, tt_trouble *trouble, tutela_error *error)
{
    const tt_aff *aff = &((image *)state)->aff;
    uint64_t pages = medium->size / aff->page_size + (medium->size % aff->page_size != 0);

    if (aff->cut)
        *trouble = cut_off;
    else if (aff->twice)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "two members in one place"};
    else if (aff->count > 0 && aff->pages[aff->count - 1].number >= pages)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "bytes after its end"};
    else if (aff->sealed)
        *trouble = sealed;
    else if (aff->count < pages)
        *trouble = never_read;
    else
        return tt_stored_verify(&aff->stored, medium, trouble, error);
    return TUTELA_OK;
}

static void close_image(void *state)
{
    image *i = state;

    for (size_t n = 0; n < i->room; n++)
        tt_free(i->pages[n].bytes);
    tt_aff_done(&i->aff);
}

const tt_media_kind tt_media_aff = {
    "aff", sizeof(image), NULL, open_image, read_image, verify, close_image,
};
