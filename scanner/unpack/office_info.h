/*
 * office_info: the EncryptionInfo stream of an encrypted Office document: how its package is encrypted, and
 * what a password is held against. [MS-OFFCRYPTO] 2.3.4.5 (Standard) and 2.3.4.10 (Agile).
 */
#ifndef TT_UNPACK_OFFICE_INFO_H
#define TT_UNPACK_OFFICE_INFO_H

#include "digest/cipher.h"

/* Bytes of the stream that are looked at: Office's has a thousand, more with keys for others. */
#define TT_OFFICE_INFO_MAX 65536u
/* Of a salt, a digest or a key, padded to the cipher's blocks. */
#define TT_OFFICE_BLOB_MAX 96u

typedef struct tt_office_blob {
    uint8_t bytes[TT_OFFICE_BLOB_MAX];
    size_t size;
} tt_office_blob;

/* A digest, a key's size in bytes, and a salt. */
typedef struct tt_office_way {
    tt_hash_kind hash;
    size_t key_size;
    tt_office_blob salt;
} tt_office_way;

typedef struct tt_office_info {
    int agile;
    tt_office_way data;     /* of the package; Agile only */
    tt_office_way password; /* of the key that a password makes */
    uint64_t spin;          /* rounds of the digest for that */
    tt_office_blob verifier, verifier_hash; /* encrypted, as the rest */
    tt_office_blob key;              /* the package's; Agile only */
    tt_office_blob mac_key, mac;     /* of the HMAC over the package; empty: there is none */
} tt_office_info;

/* 1, or 0 when it is none of these, or encrypts in another way. Thread: any. */
int tt_office_info_parse(const uint8_t *bytes, size_t size, tt_office_info *out);

#endif
