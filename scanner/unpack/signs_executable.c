/*
 * signs_executable: programs and scripts, which may hold a container behind their own end, and the
 * containers that are found nowhere else. The first are only "perhaps": most are plain files.
 */
#include "unpack/signs.h"

#include "base/cursor.h"
#include "unpack/heads.h"

#include <string.h>

#define HAS(text) (size >= sizeof(text) - 1 && memcmp(head, text, sizeof(text) - 1) == 0)

/* A tar that is no text: a line of a script that speaks of tar may have its sign in the right place. */
static int is_tar(const uint8_t *head, size_t size)
{
    return size >= 512 && memchr(head, 0, 100) != NULL && tt_fits_tar(head, size) == 2;
}

/* A container that is no tar begins with one of these; or, in zstd, with a frame to be skipped. */
static int may_begin(const uint8_t *head, size_t size)
{
    static const uint8_t first[256]
        = {[2] = 1,   [4] = 1,   [0x1f] = 1, ['('] = 1, ['0'] = 1, ['7'] = 1, ['B'] = 1,  ['L'] = 1,
           ['M'] = 1, ['P'] = 1, ['R'] = 1,  ['h'] = 1, ['q'] = 1, [0xc7] = 1, [0xfd] = 1};

    return size >= 4 && (first[head[0]] || head[3] == 0x18);
}

int tt_begins_container(const uint8_t *head, size_t size)
{
    static int (*const fits[])(const uint8_t *head, size_t size)
        = {tt_fits_gzip, tt_fits_bzip2, tt_fits_xz,   tt_fits_zstd, tt_fits_lzip,     tt_fits_lz4,
           tt_fits_zip,  tt_fits_rar,   tt_fits_rar5, tt_fits_cpio, tt_fits_sevenzip, tt_fits_cab,
           tt_fits_compress, tt_fits_squashfs};

    for (size_t i = 0; may_begin(head, size) && i < sizeof fits / sizeof fits[0]; i++)
        if (fits[i](head, size) == 2)
            return 1;
    return is_tar(head, size);
}

size_t tt_script_payload(const uint8_t *script, size_t size, size_t most)
{
    const uint8_t *end = script + (size < most ? size : most), *at = script;

    while ((at = memchr(at, '\n', (size_t)(end - at)))) {
        at++;
        if (tt_begins_container(at, (size_t)(script + size - at)))
            return (size_t)(at - script);
    }
    return 0;
}

int tt_fits_executable(const uint8_t *head, size_t size)
{
    if (size >= 64 && (HAS("MZ") || HAS("ZM")))
        return 1;
    if (size >= 52 && HAS("\x7f" "ELF") && (head[4] == 1 || head[4] == 2)
        && (head[5] == 1 || head[5] == 2))
        return 1;
    /* Most scripts are here in full, and plain. */
    return HAS("#!") && (size >= TT_HEAD_SIZE || tt_script_payload(head, size, size) > 0);
}

int tt_fits_squashfs(const uint8_t *head, size_t size)
{
    /* Little-endian, as all are now: version 4.0, and blocks of 2^12 to 2^20 bytes, told twice. */
    if (!HAS("hsqs") || size < 32 || tt_load32(head + 28) != 4)
        return 0;
    return tt_load16(head + 22) >= 12 && tt_load16(head + 22) <= 20
                   && tt_load32(head + 12) == UINT32_C(1) << tt_load16(head + 22)
               ? 2
               : 0;
}

int tt_fits_nsis(const uint8_t *head, size_t size)
{
    /* Flags, and a sign in two parts. */
    return size >= 20 && memcmp(head + 4, "\xef\xbe\xad\xdeNullsoftInst", 16) == 0 ? 2 : 0;
}

int tt_fits_inno(const uint8_t *head, size_t size)
{
    /* A text with a version in it, in a field of 64 bytes. */
    return HAS("Inno Setup Setup Data (") && size >= 64 && head[63] == 0 ? 2 : 0;
}
