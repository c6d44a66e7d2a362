/*
 * sevenzip_samples: encrypted archives as 7-Zip 26.02 writes them, each of the files "one" and "two" by the password
 * "secret"; and a writer of such with keys of few rounds, for what is done to them many times.
 */
#ifndef TT_TESTS_SEVENZIP_SAMPLES_H
#define TT_TESTS_SEVENZIP_SAMPLES_H

#include "unpack_made.h"

#include "base/cursor.h"
#include "base/text.h"

#include <openssl/evp.h>

#define SEVENZIP_ONE "abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz\n"
#define SEVENZIP_TWO "0123456789"

typedef struct sevenzip_sample {
    const char *label, *hex;
} sevenzip_sample;

static const sevenzip_sample sevenzip_samples[] = {
    {"LZMA",
     "377abcaf271c0004624b54369c0000000000000020000000000000004d1a272a5cafa24e0f0cdc51cf3155ad5f65"
     "dc38a56d2d9d488cd038542d9a76701de03a51fc9491bfba52f83ab9dc30b4f159a70000813307ae0fd100d43ca0"
     "8a69b0e3c400faf45854bdb80d1018cdf820436bc524558b7e9e59a4283ccfe4f05c4244bc0ee5d9fcef50fd0616"
     "f0cea71cc53b3af88098698bfe2f4f9199fa199072900b9c32da3bc595fd69bc38bd73f5a5b1828675ddf61da6bc"
     "ad47600017063001096c00070b01000123030101055d001000000c6e0a01cc9e2eda0000"},
    {"LZMA, its header too",
     "377abcaf271c0004a2a7bb8fa0000000000000003b00000000000000da42989edc7460126e6dc667bb42f783530d"
     "bb6f391e38e6d5d43b3296586ca818534c3f5db245629b3fc73358c92239212f90bd3f845ede19c2bd084512988e"
     "d72899fc1c30bb1fba5e5b9a76910f7296151726de54b25569fa38e7553dc8f038ec39569c6d001fd87042533cfb"
     "4028413f709e53f3f52fbf8efd17b465a1fff24aafaabbb21b4975d451c33f61daf23cea0cded7320bcb04056528"
     "18f70aad80f3bdb817063001097000070b0100022406f1070112530fbb4786dd63bb02bea1d01cb0411274372303"
     "0101055d0010000001000c6c6e0a0114f8e7800000"},
    {"LZMA2",
     "377abcaf271c00049f7ef395a70000000000000020000000000000003a71d5f311d4d632953ba4f97498adb41442"
     "c4caa014f1fa145048d3da837bd6fb35ef7ef5d8cfd47cfa5ad5c0b28fc1f178df6e66c6e663880fd37abc0e0d93"
     "dc4787440000813307ae0fd1f2fbfd40bb94643b39a47ae76a2345fc2dfcd4f08a3656dfa26c6d91c24276b09822"
     "b69b6865c6a3f825400de37457c5d93723f6feff2298976270e54c3c2b0a883dec3d34200281de1b23ffe379ba82"
     "ac05cd8e91d15b3acdd4c21955d5a017064001096700070b01000123030101055d001000000c6e0a0106181b8c00"
     "00"},
    {"LZMA2, its header too",
     "377abcaf271c000470c768e2b0000000000000003b00000000000000b87201dc6f5c2e45745bca3ab19b2173c72e"
     "8a1285b410933b56a05b2855a63ee96f55edb7ab5e0cbbd0ed1fad332178cf79c178c6731638b37a9bede65535c6"
     "a82ee106d18aced5460a13930a7c5743852712ed642700d3b394bf44247364cab43c663d5d11ce9e828eafdb6915"
     "f25925c0466fc0f060c05f986be654d4490913ed2c174972f8ad06f4e8b8223f5bb7ec0e74efe2f895778fcdc810"
     "d433ac9c5c817915fe203cb41932089dcb3ac2cadd6dd69117064001097000070b0100022406f1070112530f322f"
     "9ae993ad7aea4f7b43728dd28f6923030101055d0010000001000c676e0a01fd62ef0b0000"},
    {"stored",
     "377abcaf271c00044e9c5c44c8000000000000002100000000000000a52fe9f5689a8c3091b6d5520f9878d6bac2"
     "a1e704d0e3ad90d42f2a69dc93d94a80af87a59765d4b8e6b12af3b60db08a36bdd233e1f077c71ad08b25319407"
     "2fd21f3e5a49870e0c3b716272bdca01ba3456950000813307ae319bfe6cd83ce50df2941f3c124a6926e8f73f08"
     "2196f087a3fd02697b891635de236088012bd3cb0b1cddb2a29c503fdd06ccbf4f04d6f7ca078b78b6dc887837f5"
     "f8e360a693d5dd7d09ada90a2caccdaab1b50e9588650651262a5401b7879c0de30c72d67df027159011d463f48d"
     "0e0017065001097800070b01000123030101055d001000000c808e0a01668d03670000"},
    {"stored, its header too",
     "377abcaf271c0004ec211a24d0000000000000003d00000000000000794d2928bed04b537d32df846c4a9342c165"
     "c3cb7e2603c355d56cf3a165e6319fa6d1840c8027619cfae4e81fa574bfda15f087aab9bff32f7d78cc4f7e3ace"
     "7f51e3ae86212a7af9173e8ccc300d82623ad6cb0673b63c7c04019e6e71a94766ac0f0a7063d931aa9fbef29b9b"
     "6dee8fd7cf5000177abfa4e8cbdbe95fa18dc25ccb48422464c3413cb0e641a0c442658c18119b7312a4ad14febb"
     "e6f7724640d11910a059f5f3d0d1f56edd39fed30c1b050ff3cbe161a231513c9d256d93ed81992ced88357a5c83"
     "d0243b35595c04a8459f1706500109808000070b0100022406f1070112530f37eee38c811c2f7e042c8600ce4d28"
     "be23030101055d0010000001000c79808e0a0191370f6f0000"},
    {"BCJ2, four streams",
     "377abcaf271c000432ab22e430010000000000002200000000000000fc37a45d43cee6672740d9b648edb502137f"
     "ba03008dc6bf7c85f75fbe87526e8a41efa127aec52ccf5e36d0dddf996784f5670ad032cddbe2c289b339ee750f"
     "3396b40438bc78b161530cde60bb791b18a3c5bf811ac99da627b396a5ee7a89a7fe69b59778f9004dcfebe68f07"
     "2207869f6e0c0000813307ae6dc24fc84ac8ae45835b396772cd3878184c046d126b112c7b9873741455f28332b4"
     "982858d51a70333fb61419b8e5fdb493b312cbe242b769e43f8f99f5a111989f27b381e35cd6df714e3b51513173"
     "fdcd740a8e849baf1abc8ab8acde67149754b6b7bf3a98a02e60c5dcb9098dafe3da9a945da76407f8365264ce50"
     "373b77001901cbafcaf33c8b28ec3b8dc5bcaf70a86b9b022dad3c97ab3e015c83861103c479aaa172b819d4cf6b"
     "d89152a9d0980b5b3279ba000000170670010980c000070b01000123030101055d001000000c80ee0a018d10a853"
     "0000"},
    {"a folder each",
     "377abcaf271c0004f3f63744ba000000000000002100000000000000340842f02495e82d31fd6e80ea8125e36684"
     "c203670acebd6200b23ad8d6c5aa34319b72bbe74e5a1184e5444d9167b454f9bfec3ff6e07eb2a985444548320b"
     "6b6bbbda0000813307ae319b282f374a79dc509cc131b81f53b7c0487349a42f41036cc57f846c179d3408262646"
     "0fc238c1b9c0472bd95db78165521ed4fdd8e4d42e2fa47dd99161ca3be1ec965572991cfd60afa20df62c95bbea"
     "305b9d13c43e12272dc726d3d800b9c5378dfee0f5394b00e6cc4f014a5f25467c4017064001097a00070b010001"
     "23030101055d001000000c808e0a01b98319b20000"},
};
#define SEVENZIP_SAMPLES (sizeof sevenzip_samples / sizeof sevenzip_samples[0])

__attribute__((unused)) static bytes sevenzip_of(const sevenzip_sample *s)
{
    size_t digits = strlen(s->hex);
    bytes out = {malloc(digits / 2 + 8), digits / 2};

    if (tt_hex_decode(s->hex, digits, out.data) < 0)
        out.size = 0;
    return out;
}

/* ---- Of few rounds -------------------------------------------------------------------------- */

#define SEVENZIP_SALT "salt"

/* Some bytes encrypted, behind what there is; 2^cycles rounds. */
__attribute__((unused)) static void sevenzip_seal(bytes *out, bytes plain, const char *password,
                                                  unsigned cycles)
{
    static const uint8_t iv[16] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t round[300] = SEVENZIP_SALT, key[32] = {0};
    size_t size = 4, padded = (plain.size + 15) / 16 * 16;
    bytes all = kit_copy(plain.data, plain.size);
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int made;

    for (; *password; password++) {
        round[size++] = (uint8_t)*password;
        round[size++] = 0;
    }
    EVP_DigestInit(hash, EVP_sha256());
    for (uint64_t i = 0; cycles < 63 && i < UINT64_C(1) << cycles; i++) {
        tt_store64(round + size, i);
        EVP_DigestUpdate(hash, round, size + 8);
    }
    EVP_DigestFinal(hash, key, NULL);
    if (cycles == 63) {
        memset(key, 0, sizeof key);
        memcpy(key, round, size < 32 ? size : 32);
    }
    while (all.size < padded)
        kit_add(&all, "", 1);
    EVP_EncryptInit(c, EVP_aes_256_cbc(), key, iv);
    EVP_CIPHER_CTX_set_padding(c, 0);
    EVP_EncryptUpdate(c, all.data, &made, all.data, (int)padded);
    kit_add(out, all.data, padded);
    EVP_CIPHER_CTX_free(c);
    EVP_MD_CTX_free(hash);
    free(all.data);
}

/* Streams of one folder that is AES alone: `place` behind the sign, `plain` what it holds. */
__attribute__((unused)) static void sevenzip_put_streams(bytes *out, size_t place, bytes plain, unsigned cycles,
                                                         int summed)
{
    static const uint8_t aes[] = {0x24, 6, 0xf1, 7, 1, 2 + 4 + 8};

    kit_add(out, "\6\xc0", 2);
    put_number(out, place, 2);
    kit_add(out, "\1\x09\xc0", 3);
    put_number(out, (plain.size + 15) / 16 * 16, 2);
    kit_add(out, "\0\7\x0b\1\0\1", 6);
    kit_add(out, aes, sizeof aes);
    put_number(out, 0xc0 | cycles, 1);
    put_number(out, 0x37, 1);
    kit_add(out, SEVENZIP_SALT, 4);
    kit_add(out, "\1\2\3\4\5\6\7\x08", 8);
    kit_add(out, "\x0c\xc0", 2);
    put_number(out, plain.size, 2);
    if (summed) {
        kit_add(out, "\x0a\1", 2);
        put_number(out, crc_of(plain.data, plain.size), 4);
    }
    kit_add(out, "\0", 1);
}

/* One file, "f", stored; with its header encrypted, or not. */
__attribute__((unused)) static bytes sevenzip_made(bytes file, const char *password, unsigned cycles, int whole,
                                                   int summed)
{
    bytes out = nothing(), head = nothing(), packed = nothing();
    size_t place;
    uint8_t zero[32] = {0};

    kit_add(&out, zero, 32);
    sevenzip_seal(&out, file, password, cycles);
    kit_add(&head, "\1\4", 2);
    sevenzip_put_streams(&head, 0, file, cycles, summed);
    kit_add(&head, "\x08\0\0\5\1\x11\5\0f\0\0\0\0\0", 14);
    if (whole) {
        place = out.size - 32;
        sevenzip_seal(&out, head, password, cycles);
        kit_add(&packed, "\x17", 1);
        sevenzip_put_streams(&packed, place, head, cycles, 1);
        kit_add(&packed, "\0", 1);
        free(head.data);
        head = packed;
    } else {
        free(packed.data);
    }
    memcpy(out.data, "7z\xbc\xaf\x27\x1c\0\4", 8);
    tt_store64(out.data + 12, out.size - 32);
    tt_store64(out.data + 20, head.size);
    tt_store32(out.data + 28, crc_of(head.data, head.size));
    tt_store32(out.data + 8, crc_of(out.data + 12, 20));
    kit_add(&out, head.data, head.size);
    free(head.data);
    return out;
}

#endif
