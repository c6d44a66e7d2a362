/*
 * sevenzip_plain: see sevenzip_plain.h.
 *
 *     sign, where the header is │ streams, one behind another │ header │ what lies behind the 7z
 */
#include "unpack/sevenzip_plain.h"

#include "base/cursor.h"
#include "base/mem.h"
#include "digest/cipher.h"
#include "unpack/crc.h"

#include <string.h>

#define SIGN_SIZE 32u
#define KEY_SIZE 32u
/* Keys for one archive: 7-Zip makes one. */
#define KEYS_MAX 16u
/* A key of more rounds is not made: 7-Zip takes 2^19, and reads no more than this. */
#define CYCLES_MAX 24u
#define CYCLES_NONE 63u /* the password itself is the key */
/* Deciphered in one go. */
#define PIECE 65536u

typedef struct key {
    const tt_sevenzip_aes *made_for;
    tt_aes *aes;
} key;

struct tt_sevenzip_plain {
    tt_stream stream;
    tt_stream *whole;
    const tt_sevenzip_header *header;
    uint64_t *starts; /* of each stream in this one, and of the header */
    uint8_t *of_pack; /* its key */
    uint64_t end, place;
    key keys[KEYS_MAX];
    unsigned key_count;
    tt_buf text;      /* the header */
    uint8_t sign[SIGN_SIZE];
    uint8_t piece[TT_AES_BLOCK + PIECE];
};

/* ---- Keys ---------------------------------------------------------------------------------- */

/* *over is 1, and no key is made, when it takes more work than is left. */
static tutela_status make_key(const tt_sevenzip_aes *a, const tt_secret *secret, uint8_t out[KEY_SIZE],
                              uint64_t *work, int *over, tutela_error *error)
{
    uint8_t round[TT_SEVENZIP_SALT_MAX + TT_SECRET_UTF16_SIZE + 8] = {0};
    size_t size = a->salt_size + tt_secret_utf16(secret, round + a->salt_size) + 8;
    tutela_status status = TUTELA_OK;
    tt_hash *hash = NULL;
    uint64_t rounds = UINT64_C(1) << (a->cycles < CYCLES_MAX ? a->cycles : CYCLES_MAX);

    memcpy(round, a->salt, a->salt_size);
    *over = (a->cycles > CYCLES_MAX && a->cycles != CYCLES_NONE) || rounds * size > *work;
    if (a->cycles == CYCLES_NONE) {
        *over = 0;
        memset(out, 0, KEY_SIZE);
        memcpy(out, round, size - 8 < KEY_SIZE ? size - 8 : KEY_SIZE);
    } else if (*over) {
        *work = 0;
    } else {
        *work -= rounds * size;
        status = tt_hash_new(&hash, TT_HASH_SHA256, error);
        for (uint64_t i = 0; i < rounds && status == TUTELA_OK; i++) {
            tt_store64(round + size - 8, i);
            status = tt_hash_add(hash, round, size, error);
        }
        if (status == TUTELA_OK)
            status = tt_hash_end(hash, out, error);
        tt_hash_free(hash);
    }
    explicit_bzero(round, sizeof round);
    return status;
}

static int same_key(const tt_sevenzip_aes *a, const tt_sevenzip_aes *b)
{
    return a->cycles == b->cycles && a->salt_size == b->salt_size
           && memcmp(a->salt, b->salt, a->salt_size) == 0;
}

/* The key of a stream, which an earlier one may have had. */
static tutela_status find_key(tt_sevenzip_plain *p, size_t pack, const tt_secret *secret, uint64_t *work,
                              int *over, tutela_error *error)
{
    const tt_sevenzip_aes *a = &p->header->packs[pack].aes;
    uint8_t bytes[KEY_SIZE];
    unsigned i = 0;
    tutela_status status;

    while (i < p->key_count && !same_key(p->keys[i].made_for, a))
        i++;
    p->of_pack[pack] = (uint8_t)i;
    if (i < p->key_count)
        return TUTELA_OK;
    *over = i == KEYS_MAX;
    if (*over)
        return TUTELA_OK;
    status = make_key(a, secret, bytes, work, over, error);
    if (status == TUTELA_OK && !*over) {
        p->keys[i].made_for = a;
        status = tt_aes_new(&p->keys[i].aes, TT_AES_CBC, bytes, sizeof bytes, error);
        p->key_count += status == TUTELA_OK;
    }
    explicit_bzero(bytes, sizeof bytes);
    return status;
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* Some bytes of a stream that is encrypted, from `offset` of what it is when deciphered. */
static tutela_status read_locked(tt_sevenzip_plain *p, size_t which, uint64_t offset, uint8_t *buffer,
                                 size_t size, size_t *got, tt_trouble *trouble, tutela_error *error)
{
    const tt_sevenzip_pack *pack = &p->header->packs[which];
    uint64_t block = offset - offset % TT_AES_BLOCK, left = pack->size - block;
    size_t before = block > 0 ? TT_AES_BLOCK : 0, skip = (size_t)(offset - block);
    size_t wanted = (skip + size + TT_AES_BLOCK - 1) / TT_AES_BLOCK * TT_AES_BLOCK, there;
    uint8_t *piece = p->piece + TT_AES_BLOCK;

    if (size > PIECE || wanted > PIECE)
        wanted = PIECE;
    if (wanted > left)
        wanted = (size_t)left;
    memcpy(p->piece, pack->aes.iv, TT_AES_BLOCK);
    TT_TRY(tt_stream_read_at(p->whole, pack->place + block - before, piece - before, before + wanted,
                             &there, trouble, error));
    there = there < before ? 0 : there - before;
    there -= there % TT_AES_BLOCK;
    if (there <= skip)
        return TUTELA_OK;
    TT_TRY(tt_aes_decipher(p->keys[p->of_pack[which]].aes, p->piece, piece, piece, there, error));
    *got = there - skip < size ? there - skip : size;
    memcpy(buffer, piece + skip, *got);
    return TUTELA_OK;
}

/* The last stream that begins at or before `offset`. */
static size_t find_pack(const tt_sevenzip_plain *p, uint64_t offset)
{
    size_t low = 0, high = p->header->pack_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (p->starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static tutela_status read_pack(tt_sevenzip_plain *p, uint64_t offset, void *buffer, size_t size,
                               size_t *got, tt_trouble *trouble, tutela_error *error)
{
    size_t which = find_pack(p, offset);
    const tt_sevenzip_pack *pack = &p->header->packs[which];

    if (size > p->starts[which + 1] - offset)
        size = (size_t)(p->starts[which + 1] - offset);
    offset -= p->starts[which];
    if (pack->locked)
        return read_locked(p, which, offset, buffer, size, got, trouble, error);
    return tt_stream_read_at(p->whole, pack->place + offset, buffer, size, got, trouble, error);
}

static void copy_part(const void *from, size_t there, uint64_t offset, void *buffer, size_t size,
                      size_t *got)
{
    *got = size < there - offset ? size : (size_t)(there - offset);
    memcpy(buffer, (const uint8_t *)from + offset, *got);
}

static tutela_status plain_read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                                   size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tt_sevenzip_plain *p = (tt_sevenzip_plain *)stream;
    uint64_t header = p->starts[p->header->pack_count], behind = header + p->text.size;

    *got = 0;
    if (offset < SIGN_SIZE)
        copy_part(p->sign, SIGN_SIZE, offset, buffer, size, got);
    else if (offset < header)
        return read_pack(p, offset, buffer, size, got, trouble, error);
    else if (offset < behind)
        copy_part(p->text.data, p->text.size, offset - header, buffer, size, got);
    else
        return tt_stream_read_at(p->whole, p->end + (offset - behind), buffer, size, got, trouble, error);
    return TUTELA_OK;
}

static tutela_status plain_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                                tt_trouble *trouble, tutela_error *error)
{
    tt_sevenzip_plain *p = (tt_sevenzip_plain *)stream;

    TT_TRY(plain_read_at(stream, p->place, buffer, size, got, trouble, error));
    p->place += *got;
    return TUTELA_OK;
}

/* ---- Making it ----------------------------------------------------------------------------- */

/*
 * Where everything goes. 0: it would be too large. A stream of which `end` cuts something off is not there as
 * a whole, and told by libarchive.
 */
static int lay_out(tt_sevenzip_plain *p)
{
    static const uint8_t sign[8] = {'7', 'z', 0xbc, 0xaf, 0x27, 0x1c, 0, 4};
    uint64_t at = SIGN_SIZE, tail = p->whole->size > p->end ? p->whole->size - p->end : 0;

    for (size_t i = 0; i < p->header->pack_count; i++) {
        p->starts[i] = at;
        if (__builtin_add_overflow(at, p->header->packs[i].plain, &at) || at > INT64_MAX / 2)
            return 0;
    }
    p->starts[p->header->pack_count] = at;
    if (tail > INT64_MAX / 4)
        return 0;
    memcpy(p->sign, sign, sizeof sign);
    tt_store64(p->sign + 12, at - SIGN_SIZE);
    tt_store64(p->sign + 20, p->text.size);
    tt_store32(p->sign + 28, tt_crc32(0, p->text.data, p->text.size));
    tt_store32(p->sign + 8, tt_crc32(0, p->sign + 12, 20));
    p->stream.size = at + p->text.size + tail;
    return 1;
}

/* The last block of the first encrypted stream is filled up with zeros: are there any others? */
static tutela_status look_at_end(tt_sevenzip_plain *p, int *fits, tutela_error *error)
{
    const tt_sevenzip_pack *pack;
    uint8_t fill[TT_AES_BLOCK];
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    size_t which = 0, got = 0;

    *fits = 1;
    while (!p->header->packs[which].locked)
        which++;
    pack = &p->header->packs[which];
    if (pack->size == pack->plain)
        return TUTELA_OK;
    TT_TRY(read_locked(p, which, pack->plain, fill, (size_t)(pack->size - pack->plain), &got, &trouble,
                       error));
    *fits = got == pack->size - pack->plain;
    for (size_t i = 0; i < got; i++)
        *fits &= fill[i] == 0;
    return TUTELA_OK;
}

static tutela_status set_up(tt_sevenzip_plain *p, const tt_secret *secret, uint64_t *work, int *good,
                            tutela_error *error)
{
    int over = 0;

    *good = 0;
    tt_buf_init(&p->text, 2 * TT_SEVENZIP_HEADER_MAX);
    p->starts = tt_alloc(p->header->pack_count + 1, sizeof *p->starts);
    p->of_pack = tt_alloc(p->header->pack_count, 1);
    tt_sevenzip_header_write(p->header, &p->text);
    if (!p->starts || !p->of_pack)
        return tt_no_memory(error);
    if (tt_buf_failed(&p->text) || !lay_out(p))
        return TUTELA_OK;
    if (!secret || !p->header->locked) {
        *good = !p->header->locked;
        return TUTELA_OK;
    }
    for (size_t i = 0; i < p->header->pack_count && !over; i++)
        if (p->header->packs[i].locked)
            TT_TRY(find_key(p, i, secret, work, &over, error));
    return over ? TUTELA_OK : look_at_end(p, good, error);
}

tutela_status tt_sevenzip_plain_new(tt_sevenzip_plain **out, tt_stream *whole,
                                    const tt_sevenzip_header *header, uint64_t end,
                                    const tt_secret *secret, uint64_t *work, tutela_error *error)
{
    static const tt_stream_ops ops = {plain_read, plain_read_at};
    tt_sevenzip_plain *p = tt_alloc(1, sizeof *p);
    tutela_status status;
    int good;

    *out = NULL;
    if (!p)
        return tt_no_memory(error);
    p->stream.ops = &ops;
    p->whole = whole;
    p->header = header;
    p->end = end;
    status = set_up(p, secret, work, &good, error);
    if (status == TUTELA_OK && good)
        *out = p;
    else
        tt_sevenzip_plain_free(p);
    return status;
}

tt_stream *tt_sevenzip_plain_stream(tt_sevenzip_plain *plain)
{
    return &plain->stream;
}

void tt_sevenzip_plain_free(tt_sevenzip_plain *p)
{
    if (!p)
        return;
    for (unsigned i = 0; i < p->key_count; i++)
        tt_aes_free(p->keys[i].aes);
    tt_buf_done(&p->text);
    tt_free(p->starts);
    tt_free(p->of_pack);
    tt_free(p);
}
