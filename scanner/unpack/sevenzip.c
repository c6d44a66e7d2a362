/*
 * sevenzip: 7z, by libarchive, and with a password what of it libarchive cannot decipher.
 *
 * Of one that is encrypted, be it with its header or without, libarchive is shown another that is not (see
 * sevenzip_plain.h), so that all methods of packing and all checksums are its business. A password is taken when a
 * file comes to its end in order by it, or the header does; without a checksum none is. What is not understood
 * is left as it is, to libarchive, which says that it is encrypted.
 */
#include "unpack/archive.h"
#include "unpack/crc.h"
#include "unpack/reader.h"
#include "unpack/sevenzip_plain.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

#define SIGN_SIZE 32u
/* Headers packed in packed headers: 7-Zip packs once. */
#define LAYERS_MAX 4u
/* Bytes digested for keys, of all passwords: some twenty seconds, since a worker that says nothing for a minute
 * is ended. 7-Zip's keys take some 12 MiB each. */
#define WORK_MAX (UINT64_C(8) << 30)
/* A password that has brought so many bytes is taken: what is still wrong is told at the file's end. */
#define TRIAL_MAX (UINT64_C(1) << 30)
/* A checksum of fewer bytes may fit by chance. */
#define TRIAL_MIN 8u

/* A header, as far as it is known, and what it says. */
typedef struct layer {
    uint8_t *bytes;
    size_t size;
    tt_sevenzip_header header;
    int parsed;
} layer;

typedef struct sevenzip_reader {
    tt_reader reader;
    tt_stream *stream;
    tt_reader *inner;
    layer stored, opened;
    tt_sevenzip_plain *plain; /* what `inner` reads, by a password */
    uint64_t end, work;
    int locked;  /* it is encrypted, and no password fits */
    int limited; /* since there was no more time to try them */
} sevenzip_reader;

static void forget(layer *l)
{
    if (l->bytes)
        explicit_bzero(l->bytes, l->size);
    tt_free(l->bytes);
    tt_sevenzip_header_done(&l->header);
    *l = (layer){0};
}

static void shut_inner(sevenzip_reader *r)
{
    if (r->inner)
        r->inner->format->close(r->inner);
    r->inner = NULL;
}

static void shut(tt_reader *reader)
{
    sevenzip_reader *r = (sevenzip_reader *)reader;

    if (!r)
        return;
    shut_inner(r);
    tt_sevenzip_plain_free(r->plain);
    forget(&r->opened);
    forget(&r->stored);
    tt_free(r);
}

/* ---- The header ---------------------------------------------------------------------------- */

/* The header as it is stored; none when it is not in order. */
static tutela_status read_stored(sevenzip_reader *r, tutela_error *error)
{
    uint8_t sign[SIGN_SIZE];
    tt_trouble trouble;
    uint64_t place, size;
    size_t got;

    TT_TRY(tt_stream_read_at(r->stream, 0, sign, sizeof sign, &got, &trouble, error));
    if (got < sizeof sign || tt_crc32(0, sign + 12, 20) != tt_load32(sign + 8))
        return TUTELA_OK;
    place = tt_load64(sign + 12);
    size = tt_load64(sign + 20);
    if (__builtin_add_overflow(place, SIGN_SIZE, &place) || size == 0 || size > TT_SEVENZIP_HEADER_MAX
        || place > r->stream->size || size > r->stream->size - place)
        return TUTELA_OK;
    r->end = place + size;
    r->stored.bytes = tt_alloc_raw((size_t)size, 1);
    if (!r->stored.bytes)
        return tt_no_memory(error);
    r->stored.size = (size_t)size;
    TT_TRY(tt_stream_read_at(r->stream, place, r->stored.bytes, (size_t)size, &got, &trouble, error));
    if (got < size || tt_crc32(0, r->stored.bytes, got) != tt_load32(sign + 28))
        forget(&r->stored);
    return TUTELA_OK;
}

/* The one file of a 7z that holds a packed header: all of it, or no bytes. */
static tutela_status read_file(tt_stream *stream, layer *out, tutela_error *error)
{
    tt_member member = {.size = TT_SIZE_UNKNOWN};
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    tt_reader *reader = NULL;
    tutela_status status;
    size_t got = 1, room = 0;
    int more = 0;

    TT_TRY(tt_format_sevenzip_blocks.open(&reader, stream, error));
    if (!reader)
        return TUTELA_OK;
    status = reader->format->next(reader, &member, &more, &trouble, error);
    if (status == TUTELA_OK && more && member.size <= TT_SEVENZIP_HEADER_MAX) {
        room = (size_t)member.size;
        out->bytes = tt_alloc_raw(room + 1, 1);
        status = out->bytes ? TUTELA_OK : tt_no_memory(error);
    }
    while (status == TUTELA_OK && out->bytes && got > 0 && out->size <= room) {
        status = reader->format->read(reader, out->bytes + out->size, room + 1 - out->size, &got, &trouble,
                                      error);
        out->size += got;
    }
    reader->format->close(reader);
    if (out->bytes && (trouble.status != TUTELA_ITEM_CLEAR || out->size != room || room == 0))
        forget(out);
    return status;
}

static int parse(layer *l)
{
    l->parsed = l->bytes && tt_sevenzip_header_parse(&l->header, l->bytes, l->size);
    return l->parsed;
}

/* Is it the header itself, and not where the packed one is? */
static int is_last(const layer *l)
{
    return l->parsed && l->header.rest != NULL;
}

/*
 * Unpack headers, from a parsed one on, while that can be done with this password, or, it being NULL, without one.
 * `l` then has the last that could be parsed, or nothing.
 */
static tutela_status unpack(sevenzip_reader *r, layer *l, const tt_secret *secret, tutela_error *error)
{
    for (unsigned i = 0; i < LAYERS_MAX && l->parsed && !is_last(l); i++) {
        tt_sevenzip_plain *plain = NULL;
        layer next = {0};
        tutela_status status;
        if (l->header.locked && (!secret || !l->header.summed))
            return TUTELA_OK;
        TT_TRY(tt_sevenzip_plain_new(&plain, r->stream, &l->header, r->end, secret, &r->work, error));
        status = plain ? read_file(tt_sevenzip_plain_stream(plain), &next, error) : TUTELA_OK;
        tt_sevenzip_plain_free(plain);
        forget(l);
        *l = next;
        if (status != TUTELA_OK)
            return status;
        (void)parse(l);
    }
    return TUTELA_OK;
}

/* ---- Passwords ----------------------------------------------------------------------------- */

/* Read files until one that is encrypted came to its end in order. */
static tutela_status read_some(sevenzip_reader *r, const tt_sevenzip_header *h, int *fits,
                               tutela_error *error)
{
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    uint8_t scratch[16384];
    uint64_t file = 0, seen = 0, all = 0;
    int more = 1;

    while (file < h->end && seen < TRIAL_MIN && all < TRIAL_MAX) {
        tt_member member = {.size = TT_SIZE_UNKNOWN};
        size_t got = 1;
        uint64_t own = 0;
        TT_TRY(r->inner->format->next(r->inner, &member, &more, &trouble, error));
        if (!more)
            break;
        while (got > 0 && trouble.status == TUTELA_ITEM_CLEAR && all < TRIAL_MAX) {
            TT_TRY(r->inner->format->read(r->inner, scratch, sizeof scratch, &got, &trouble, error));
            own += got;
            all += got;
        }
        if (file >= h->first)
            seen += own;
        file += own > 0;
        if (trouble.status != TUTELA_ITEM_CLEAR)
            break;
    }
    r->work -= all < r->work ? all : r->work;
    *fits = trouble.status == TUTELA_ITEM_CLEAR && seen > 0;
    return TUTELA_OK;
}

static tutela_status open_plain(sevenzip_reader *r, tutela_error *error)
{
    shut_inner(r);
    return tt_format_sevenzip_blocks.open(&r->inner, tt_sevenzip_plain_stream(r->plain), error);
}

/* A copy of what is stored, parsed again. */
static tutela_status copy_stored(const layer *from, layer *to, tutela_error *error)
{
    to->bytes = tt_alloc_raw(from->size, 1);
    if (!to->bytes)
        return tt_no_memory(error);
    memcpy(to->bytes, from->bytes, from->size);
    to->size = from->size;
    (void)parse(to);
    return TUTELA_OK;
}

/* *fits: r->inner reads it by this password. */
static tutela_status try_one(sevenzip_reader *r, const tt_secret *secret, int *fits, tutela_error *error)
{
    const tt_sevenzip_header *h = &r->opened.header;

    *fits = 0;
    forget(&r->opened);
    TT_TRY(copy_stored(&r->stored, &r->opened, error));
    TT_TRY(unpack(r, &r->opened, secret, error));
    if (!is_last(&r->opened) || !h->summed)
        return TUTELA_OK;
    TT_TRY(tt_sevenzip_plain_new(&r->plain, r->stream, h, r->end, secret, &r->work, error));
    if (!r->plain)
        return TUTELA_OK;
    *fits = 1;
    TT_TRY(open_plain(r, error));
    if (h->locked && r->inner) {
        TT_TRY(read_some(r, h, fits, error));
        TT_TRY(open_plain(r, error));
    }
    *fits &= r->inner != NULL;
    if (!*fits) {
        shut_inner(r);
        tt_sevenzip_plain_free(r->plain);
        r->plain = NULL;
    }
    return TUTELA_OK;
}

/* If it is encrypted, try the passwords. */
static tutela_status unlock(sevenzip_reader *r, const tt_secrets *secrets, tutela_error *error)
{
    int fits = 0;

    TT_TRY(read_stored(r, error));
    if (!parse(&r->stored))
        return TUTELA_OK;
    TT_TRY(unpack(r, &r->stored, NULL, error));
    if (!r->stored.parsed || !r->stored.header.locked)
        return TUTELA_OK;
    for (size_t i = 0; i < secrets->count && i < TT_SECRETS_MAX && !fits; i++) {
        const tt_secret *secret = &secrets->list[i];
        if (secret->size == 0 || secret->size > TT_SECRET_SIZE)
            continue;
        TT_TRY(try_one(r, secret, &fits, error));
        r->locked = !fits;
        r->limited = !fits && r->work == 0;
        if (r->limited)
            break;
    }
    return TUTELA_OK;
}

/* ---- The reader ---------------------------------------------------------------------------- */

extern const tt_format tt_format_sevenzip;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    sevenzip_reader *r = tt_alloc(1, sizeof *r);
    tutela_status status = TUTELA_OK;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_sevenzip;
    r->stream = stream;
    r->work = WORK_MAX;
    if (stream->secrets && stream->secrets->count > 0)
        status = unlock(r, stream->secrets, error);
    if (status == TUTELA_OK && !r->inner)
        status = tt_format_sevenzip_blocks.open(&r->inner, stream, error);
    if (status != TUTELA_OK || !r->inner)
        shut(&r->reader);
    else
        *out = &r->reader;
    return status;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    sevenzip_reader *r = (sevenzip_reader *)reader;

    TT_TRY(r->inner->format->next(r->inner, out, more, trouble, error));
    /* libarchive takes some for damaged that have several streams. */
    if (!*more && r->locked && trouble->status == TUTELA_ITEM_MALFORMED)
        *trouble = (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
    if (!*more && r->limited
        && (trouble->status == TUTELA_ITEM_CLEAR || trouble->status == TUTELA_ITEM_ENCRYPTED))
        *trouble = (tt_trouble){TUTELA_ITEM_LIMIT, "more passwords to try than the limit"};
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    sevenzip_reader *r = (sevenzip_reader *)reader;

    return r->inner->format->read(r->inner, buffer, size, got, trouble, error);
}

const tt_format tt_format_sevenzip = {"7z", TT_SEEKS | TT_SOLID, begin, next, read_member, shut};
