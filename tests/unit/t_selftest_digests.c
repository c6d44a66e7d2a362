/*
 * The self-test of a build whose MD5 goes wrong after some blocks or whose SHA-256 is always wrong, and
 * of one whose OpenSSL answers wrong or takes any signature.
 */
/* As evp.c has it, which is part of this program. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "selftest_kit.h"

#include "digest/kernels.h"
#include "digest/lanes_md5.h"
#include "digest/lanes_sha256.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdint.h>

static enum {
    NOTHING,
    MD5_MANY,
    SHA256_ANY,
    OPENSSL_BLOCKS,
    OPENSSL_DIGEST,
    OPENSSL_VERIFY
} spoilt;

/* ---- md5_plain.c and sha256_plain.c ------------------------------------------------------ */

void tt_md5_plain(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    md5_lanes(state, data, blocks, 1);
    state[2] ^= spoilt == MD5_MANY && blocks > 3;
}

void tt_sha256_plain(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    sha256_lanes(state, data, blocks);
    state[7] += spoilt == SHA256_ANY ? 1u : 0u;
}

/* ---- evp.c ------------------------------------------------------------------------------- */

static int spoilt_update(SHA256_CTX *context, const void *data, size_t size)
{
    int done = SHA256_Update(context, data, size);

    context->h[7] ^= spoilt == OPENSSL_BLOCKS;
    return done;
}

static int spoilt_final(EVP_MD_CTX *context, unsigned char *digest, unsigned *size)
{
    int done = EVP_DigestFinal_ex(context, digest, size);

    if (spoilt == OPENSSL_DIGEST && EVP_MD_CTX_get_size(context) == 64)
        digest[63] ^= 128;
    return done;
}

static int spoilt_verify(EVP_MD_CTX *context, const unsigned char *signature, size_t size,
                         const unsigned char *message, size_t bytes)
{
    int done = EVP_DigestVerify(context, signature, size, message, bytes);

    return spoilt == OPENSSL_VERIFY ? 1 : done;
}

#define SHA256_Update      spoilt_update
#define EVP_DigestFinal_ex spoilt_final
#define EVP_DigestVerify   spoilt_verify
#include "../../scanner/digest/evp.c"

int main(void)
{
    /* So that one stream after another is digested: read once, with the first question. */
    setenv("TUTELA_CPU", "scalar", 1);
    sound("as it is");
    spoilt = MD5_MANY;
    unsound("a kernel of MD5", "digest kernels,streams side by side,",
            "digest kernels|md5, plain C, 1 lane: 184 bytes|wrong in lanes 0\n");
    spoilt = SHA256_ANY;
    unsound("a kernel of SHA-256", "digest kernels,",
            "digest kernels|sha256, plain C, 1 lane: 0 bytes|wrong in lanes 0\n");
    spoilt = OPENSSL_BLOCKS;
    unsound("OpenSSL's SHA-256 of blocks",
            "digest kernels,streams side by side,seals,hash sets,reports,",
            "digest kernels|sha256, OpenSSL, 1 lane: 0 bytes|wrong in lanes 0\n");
    spoilt = OPENSSL_DIGEST;
    unsound("OpenSSL's SHA-512", "OpenSSL,streams side by side,", "OpenSSL|sha512: 0 bytes|");
    spoilt = OPENSSL_VERIFY;
    unsound("OpenSSL's Ed25519", "OpenSSL,hash sets,", "OpenSSL|Ed25519, test 1 of RFC 8032|");
    spoilt = NOTHING;
    sound("as it was");
    return tap_done();
}
