/*
 * office_locked: see office_locked.h. [MS-OFFCRYPTO] 2.3.4.4 to 2.3.4.15.
 */
#include "unpack/office_locked.h"

#include "base/cursor.h"
#include "base/mem.h"
#include "unpack/office_info.h"

#include <string.h>

/* Of the package, each deciphered on its own. */
#define SEGMENT 4096u
/* Rounds of the digest for one document: some twenty seconds, since a worker that says nothing for a minute
 * is ended. Office takes 100,000 for a password, or 50,000. */
#define ROUNDS_MAX (UINT64_C(1) << 25)
/* What a short key or block is filled up with. */
#define FILL 0x36

static const uint8_t of_verifier[] = {0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79};
static const uint8_t of_verifier_hash[] = {0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e};
static const uint8_t of_key[] = {0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6};
static const uint8_t of_mac_key[] = {0x5f, 0xb2, 0xad, 0x01, 0x0c, 0xb9, 0xe1, 0xf6};
static const uint8_t of_mac[] = {0xa0, 0x67, 0x7f, 0x02, 0xb2, 0x2c, 0x84, 0x33};

static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};
static const tt_trouble cut_off = {TUTELA_ITEM_MALFORMED, "cut off"};
static const tt_trouble wrong_sum = {TUTELA_ITEM_MALFORMED, "its checksum does not fit"};

struct tt_office {
    tt_office_info info;
    tt_hash *password_hash, *hash;
    tt_aes *aes;     /* of the package */
    tt_hash *sum;    /* its HMAC so far; NULL: it has none */
    uint8_t mac_key[TT_HASH_MAX], mac[TT_HASH_MAX];
    int begun, through;
    int zip;         /* it begins like one */
    uint64_t left;   /* bytes to be delivered */
    uint32_t segment;
    tt_trouble ended;
    size_t at, held; /* of the segment at hand */
    uint8_t plain[SEGMENT];
};

static void clean_aes(tt_aes **aes)
{
    tt_aes_free(*aes);
}

#define AUTO_AES __attribute__((cleanup(clean_aes))) tt_aes

/* ---- Keys ---------------------------------------------------------------------------------- */

/* The digest of a password, over and over: [MS-OFFCRYPTO] 2.3.4.7 and 2.3.4.11. */
static tutela_status spin(tt_office *o, const tt_secret *secret, uint8_t *out, tutela_error *error)
{
    uint8_t round[4 + TT_HASH_MAX], text[TT_SECRET_UTF16_SIZE];
    size_t size = tt_hash_size(o->info.password.hash), length = tt_secret_utf16(secret, text);
    tutela_status status;

    status = tt_hash_add(o->password_hash, o->info.password.salt.bytes,
                         o->info.password.salt.size, error);
    if (status == TUTELA_OK)
        status = tt_hash_add(o->password_hash, text, length, error);
    if (status == TUTELA_OK)
        status = tt_hash_end(o->password_hash, round + 4, error);
    for (uint64_t i = 0; i < o->info.spin && status == TUTELA_OK; i++) {
        tt_store32(round, (uint32_t)i);
        status = tt_hash_add(o->password_hash, round, 4 + size, error);
        if (status == TUTELA_OK)
            status = tt_hash_end(o->password_hash, round + 4, error);
    }
    memcpy(out, round + 4, size);
    explicit_bzero(text, sizeof text);
    explicit_bzero(round, sizeof round);
    return status;
}

/* The digest of two things, cut or filled up to `size` bytes. */
static tutela_status digest_two(tt_hash *hash, tt_hash_kind kind, const void *one, size_t one_size,
                                const void *two, size_t two_size, uint8_t *out, size_t size,
                                tutela_error *error)
{
    uint8_t digest[TT_HASH_MAX];
    size_t whole = tt_hash_size(kind);

    TT_TRY(tt_hash_add(hash, one, one_size, error));
    TT_TRY(tt_hash_add(hash, two, two_size, error));
    TT_TRY(tt_hash_end(hash, digest, error));
    memset(out, FILL, size);
    memcpy(out, digest, size < whole ? size : whole);
    explicit_bzero(digest, sizeof digest);
    return TUTELA_OK;
}

static tutela_status decipher_blob(const uint8_t *key, size_t key_size, const uint8_t *iv,
                                   const tt_office_blob *from, uint8_t *to, tutela_error *error)
{
    AUTO_AES *aes = NULL;

    TT_TRY(tt_aes_new(&aes, iv ? TT_AES_CBC : TT_AES_ECB, key, key_size, error));
    return tt_aes_decipher(aes, iv, from->bytes, to, from->size, error);
}

/* What the password's digest `spun` opens of the head, by the key that `block` makes of it. */
static tutela_status open_blob(tt_office *o, const uint8_t *spun, const uint8_t *block,
                               const tt_office_blob *from, uint8_t *to, tutela_error *error)
{
    const tt_office_way *p = &o->info.password;
    uint8_t key[32], iv[TT_AES_BLOCK];
    tutela_status status;

    memset(iv, FILL, sizeof iv);
    memcpy(iv, p->salt.bytes, p->salt.size < sizeof iv ? p->salt.size : sizeof iv);
    status = digest_two(o->password_hash, p->hash, spun, tt_hash_size(p->hash), block,
                        sizeof of_verifier, key, p->key_size, error);
    if (status == TUTELA_OK)
        status = decipher_blob(key, p->key_size, iv, from, to, error);
    explicit_bzero(key, sizeof key);
    return status;
}

/* *fits: the digest of the verifier is the one that is kept. */
static tutela_status verify(tt_office *o, const uint8_t *verifier, size_t size, const uint8_t *kept,
                            int *fits, tutela_error *error)
{
    uint8_t digest[TT_HASH_MAX];

    TT_TRY(tt_hash_add(o->password_hash, verifier, size, error));
    TT_TRY(tt_hash_end(o->password_hash, digest, error));
    *fits = memcmp(digest, kept, tt_hash_size(o->info.password.hash)) == 0;
    return TUTELA_OK;
}

/* What the package's key opens of the HMAC. */
static tutela_status open_mac(tt_office *o, const uint8_t *key, const uint8_t *block,
                              const tt_office_blob *from, uint8_t *to, tutela_error *error)
{
    const tt_office_way *d = &o->info.data;
    uint8_t iv[TT_AES_BLOCK], all[TT_OFFICE_BLOB_MAX];

    TT_TRY(digest_two(o->hash, d->hash, d->salt.bytes, d->salt.size, block, sizeof of_mac, iv,
                      sizeof iv, error));
    TT_TRY(decipher_blob(key, d->key_size, iv, from, all, error));
    memcpy(to, all, tt_hash_size(d->hash));
    return TUTELA_OK;
}

/* The key of an HMAC, padded, into a digest. */
static tutela_status begin_mac(const tt_office *o, tt_hash *hash, uint8_t pad, tutela_error *error)
{
    uint8_t block[128] = {0};
    size_t size = tt_hash_block(o->info.data.hash);

    memcpy(block, o->mac_key, tt_hash_size(o->info.data.hash));
    for (size_t i = 0; i < size; i++)
        block[i] ^= pad;
    return tt_hash_add(hash, block, size, error);
}

/* The package's key is known: all that it needs. */
static tutela_status set_up(tt_office *o, const uint8_t *key, size_t size, tutela_error *error)
{
    const tt_office_info *info = &o->info;

    TT_TRY(tt_aes_new(&o->aes, info->agile ? TT_AES_CBC : TT_AES_ECB, key, size, error));
    if (!info->agile || info->mac.size == 0)
        return TUTELA_OK;
    TT_TRY(open_mac(o, key, of_mac_key, &info->mac_key, o->mac_key, error));
    TT_TRY(open_mac(o, key, of_mac, &info->mac, o->mac, error));
    TT_TRY(tt_hash_new(&o->sum, info->data.hash, error));
    return begin_mac(o, o->sum, FILL, error);
}

static tutela_status try_agile(tt_office *o, const uint8_t *spun, tutela_error *error)
{
    const tt_office_info *info = &o->info;
    uint8_t verifier[TT_OFFICE_BLOB_MAX], kept[TT_OFFICE_BLOB_MAX], key[TT_OFFICE_BLOB_MAX];
    tutela_status status;
    int fits = 0;

    TT_TRY(open_blob(o, spun, of_verifier, &info->verifier, verifier, error));
    TT_TRY(open_blob(o, spun, of_verifier_hash, &info->verifier_hash, kept, error));
    TT_TRY(verify(o, verifier, info->verifier.size, kept, &fits, error));
    if (!fits)
        return TUTELA_OK;
    status = open_blob(o, spun, of_key, &info->key, key, error);
    if (status == TUTELA_OK)
        status = set_up(o, key, info->data.key_size, error);
    explicit_bzero(key, sizeof key);
    return status;
}

/* [MS-OFFCRYPTO] 2.3.4.7: the key out of the digest, as CryptDeriveKey does it. */
static tutela_status standard_key(tt_office *o, const uint8_t *spun, uint8_t key[40],
                                  tutela_error *error)
{
    static const uint8_t zero[4];
    uint8_t last[20], block[64];

    TT_TRY(digest_two(o->password_hash, TT_HASH_SHA1, spun, 20, zero, 4, last, 20, error));
    for (size_t half = 0; half < 2; half++) {
        memset(block, half ? 0x5c : FILL, sizeof block);
        for (size_t i = 0; i < sizeof last; i++)
            block[i] ^= last[i];
        TT_TRY(tt_hash_add(o->password_hash, block, sizeof block, error));
        TT_TRY(tt_hash_end(o->password_hash, key + 20 * half, error));
    }
    return TUTELA_OK;
}

static tutela_status try_standard(tt_office *o, const uint8_t *spun, tutela_error *error)
{
    const tt_office_info *info = &o->info;
    uint8_t verifier[TT_OFFICE_BLOB_MAX], kept[TT_OFFICE_BLOB_MAX], key[40];
    size_t size = info->password.key_size;
    int fits = 0;

    TT_TRY(standard_key(o, spun, key, error));
    TT_TRY(decipher_blob(key, size, NULL, &info->verifier, verifier, error));
    TT_TRY(decipher_blob(key, size, NULL, &info->verifier_hash, kept, error));
    TT_TRY(verify(o, verifier, info->verifier.size, kept, &fits, error));
    if (fits)
        TT_TRY(set_up(o, key, size, error));
    explicit_bzero(key, sizeof key);
    return TUTELA_OK;
}

/* ---- Passwords ----------------------------------------------------------------------------- */

/* o->aes is there when one fits. */
static tutela_status try_all(tt_office *o, const tt_secrets *secrets, tt_trouble *trouble,
                             tutela_error *error)
{
    uint8_t spun[TT_HASH_MAX];
    uint64_t rounds = 0;

    for (size_t i = 0; i < secrets->count && i < TT_SECRETS_MAX && !o->aes; i++) {
        if (secrets->list[i].size == 0 || secrets->list[i].size > TT_SECRET_SIZE)
            continue;
        rounds += o->info.spin + 1;
        if (rounds > ROUNDS_MAX) {
            *trouble = (tt_trouble){TUTELA_ITEM_LIMIT, "more passwords to try than the limit"};
            return TUTELA_OK;
        }
        TT_TRY(spin(o, &secrets->list[i], spun, error));
        TT_TRY((o->info.agile ? try_agile : try_standard)(o, spun, error));
    }
    explicit_bzero(spun, sizeof spun);
    return TUTELA_OK;
}

tutela_status tt_office_unlock(tt_office **out, const uint8_t *info, size_t size,
                               const tt_secrets *secrets, tt_trouble *trouble, tutela_error *error)
{
    tt_office *o = NULL;
    tutela_status status;

    *out = NULL;
    *trouble = (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
    if (!secrets || secrets->count == 0)
        return TUTELA_OK;
    o = tt_alloc(1, sizeof *o);
    if (!o)
        return tt_no_memory(error);
    if (!tt_office_info_parse(info, size, &o->info)) {
        tt_office_free(o);
        return TUTELA_OK;
    }
    status = tt_hash_new(&o->password_hash, o->info.password.hash, error);
    if (status == TUTELA_OK)
        status = tt_hash_new(&o->hash, o->info.data.hash, error);
    if (status == TUTELA_OK)
        status = try_all(o, secrets, trouble, error);
    if (status != TUTELA_OK || !o->aes) {
        tt_office_free(o);
        return status;
    }
    o->ended = *trouble = fine;
    *out = o;
    return TUTELA_OK;
}

void tt_office_free(tt_office *o)
{
    if (!o)
        return;
    tt_hash_free(o->password_hash);
    tt_hash_free(o->hash);
    tt_hash_free(o->sum);
    tt_aes_free(o->aes);
    explicit_bzero(o, sizeof *o);
    tt_free(o);
}

/* ---- The package --------------------------------------------------------------------------- */

static tutela_status add_to_mac(tt_office *o, const void *data, size_t size, tutela_error *error)
{
    return o->sum ? tt_hash_add(o->sum, data, size, error) : TUTELA_OK;
}

/* Its size, before it. */
static tutela_status begin(tt_office *o, tt_stream *package, tutela_error *error)
{
    uint8_t head[8];
    size_t got;

    o->begun = 1;
    TT_TRY(tt_stream_read(package, head, sizeof head, &got, &o->ended, error));
    if (got < sizeof head) {
        if (o->ended.status == TUTELA_ITEM_CLEAR)
            o->ended = cut_off;
        return TUTELA_OK;
    }
    o->left = tt_load64(head);
    return add_to_mac(o, head, sizeof head, error);
}

/* All that is there was seen: is it what was put in? */
static tutela_status judge(tt_office *o, tutela_error *error)
{
    uint8_t inner[TT_HASH_MAX], outer[TT_HASH_MAX];
    size_t size = tt_hash_size(o->info.data.hash);

    o->through = 1;
    if (o->ended.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    if (o->left > 0)
        o->ended = cut_off;
    else if (!o->sum && (o->info.agile || !o->zip))
        o->ended = wrong_sum; /* in the Standard way there is none but the zip's own */
    if (!o->sum)
        return TUTELA_OK;
    TT_TRY(tt_hash_end(o->sum, inner, error));
    TT_TRY(begin_mac(o, o->hash, 0x5c, error));
    TT_TRY(tt_hash_add(o->hash, inner, size, error));
    TT_TRY(tt_hash_end(o->hash, outer, error));
    if (o->ended.status == TUTELA_ITEM_CLEAR && memcmp(outer, o->mac, size) != 0)
        o->ended = wrong_sum;
    return TUTELA_OK;
}

/* The next segment, or the end. */
static tutela_status fetch(tt_office *o, tt_stream *package, tutela_error *error)
{
    const tt_office_way *d = &o->info.data;
    uint8_t iv[TT_AES_BLOCK], place[4];
    size_t got;

    o->at = o->held = 0;
    TT_TRY(tt_stream_read(package, o->plain, sizeof o->plain, &got, &o->ended, error));
    TT_TRY(add_to_mac(o, o->plain, got, error));
    if (got == 0 || o->ended.status != TUTELA_ITEM_CLEAR)
        return judge(o, error);
    o->held = got - got % TT_AES_BLOCK;
    tt_store32(place, o->segment++);
    if (o->info.agile)
        TT_TRY(digest_two(o->hash, d->hash, d->salt.bytes, d->salt.size, place, sizeof place, iv,
                          sizeof iv, error));
    TT_TRY(tt_aes_decipher(o->aes, o->info.agile ? iv : NULL, o->plain, o->plain, o->held, error));
    if (o->held > o->left)
        o->held = (size_t)o->left;
    if (o->segment == 1)
        o->zip = o->held > 4 && memcmp(o->plain, "PK\3\4", 4) == 0;
    return TUTELA_OK;
}

tutela_status tt_office_read(tt_office *o, tt_stream *package, void *buffer, size_t size,
                             size_t *got, tt_trouble *trouble, tutela_error *error)
{
    size_t some;

    *got = 0;
    if (!o->begun)
        TT_TRY(begin(o, package, error));
    while (o->at == o->held && !o->through && o->ended.status == TUTELA_ITEM_CLEAR)
        TT_TRY(fetch(o, package, error));
    some = o->held - o->at < size ? o->held - o->at : size;
    memcpy(buffer, o->plain + o->at, some);
    o->at += some;
    o->left -= some;
    *got = some;
    if (some == 0)
        *trouble = o->ended;
    return TUTELA_OK;
}
