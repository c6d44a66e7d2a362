/* algorithms: names, widths and empty digests of the algorithms. */
#include "digest/digest.h"

#include <string.h>
#include <strings.h>

static const struct {
    const char *name;
    size_t size;
    uint8_t empty[TUTELA_DIGEST_MAX]; /* the digest of no bytes */
} algorithms[TUTELA_ALGORITHM_COUNT] = {
    [TUTELA_MD5] = {"md5", 16,
                    {0xd4, 0x1d, 0x8c, 0xd9, 0x8f, 0x00, 0xb2, 0x04, 0xe9, 0x80, 0x09, 0x98, 0xec,
                     0xf8, 0x42, 0x7e}},
    [TUTELA_SHA1] = {"sha1", 20,
                     {0xda, 0x39, 0xa3, 0xee, 0x5e, 0x6b, 0x4b, 0x0d, 0x32, 0x55, 0xbf, 0xef, 0x95,
                      0x60, 0x18, 0x90, 0xaf, 0xd8, 0x07, 0x09}},
    [TUTELA_SHA256] = {"sha256", 32,
                       {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
                        0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
                        0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55}},
    [TUTELA_SHA512] = {"sha512", 64,
                       {0xcf, 0x83, 0xe1, 0x35, 0x7e, 0xef, 0xb8, 0xbd, 0xf1, 0x54, 0x28,
                        0x50, 0xd6, 0x6d, 0x80, 0x07, 0xd6, 0x20, 0xe4, 0x05, 0x0b, 0x57,
                        0x15, 0xdc, 0x83, 0xf4, 0xa9, 0x21, 0xd3, 0x6c, 0xe9, 0xce, 0x47,
                        0xd0, 0xd1, 0x3c, 0x5d, 0x85, 0xf2, 0xb0, 0xff, 0x83, 0x18, 0xd2,
                        0x87, 0x7e, 0xec, 0x2f, 0x63, 0xb9, 0x31, 0xbd, 0x47, 0x41, 0x7a,
                        0x81, 0xa5, 0x38, 0x32, 0x7a, 0xf9, 0x27, 0xda, 0x3e}},
};

size_t tt_digest_size(int algorithm)
{
    return algorithm >= 0 && algorithm < TUTELA_ALGORITHM_COUNT ? algorithms[algorithm].size : 0;
}

const char *tt_digest_name(int algorithm)
{
    return algorithm >= 0 && algorithm < TUTELA_ALGORITHM_COUNT ? algorithms[algorithm].name : NULL;
}

int tt_digest_by_name(const char *name, size_t size)
{
    char plain[8];
    size_t used = 0;

    for (size_t i = 0; i < size; i++) {
        if (name[i] == '-' || name[i] == '_')
            continue;
        if (used == sizeof plain - 1)
            return -1;
        plain[used++] = name[i];
    }
    plain[used] = '\0';
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (strcasecmp(plain, algorithms[i].name) == 0)
            return i;
    return -1;
}

int tt_digest_by_hex(size_t digits)
{
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (algorithms[i].size * 2 == digits)
            return i;
    return -1;
}

int tt_digest_is_empty(int algorithm, const uint8_t *value)
{
    size_t size = tt_digest_size(algorithm);

    return size > 0 && memcmp(value, algorithms[algorithm].empty, size) == 0;
}
