/*
 * signs_store: the first bytes of what programs keep their things in: databases, backups, caches.
 */
#include "unpack/signs.h"

#include "base/cursor.h"

#include <string.h>

int tt_fits_sqlite(const uint8_t *head, size_t size)
{
    return size >= 16 && memcmp(head, "SQLite format 3", 16) == 0 ? 2 : 0; /* with its NUL */
}

int tt_fits_android(const uint8_t *head, size_t size)
{
    /* Behind the sign a version, of digits only. */
    return size >= 17 && memcmp(head, "ANDROID BACKUP\n", 15) == 0 && head[15] >= '0'
                   && head[15] <= '9'
               ? 2
               : 0;
}

int tt_fits_cache(const uint8_t *head, size_t size)
{
    uint32_t version, key;

    if (size < 24 || tt_load64(head) != UINT64_C(0xfcfb6d1ba7725c30))
        return 0;
    version = tt_load32(head + 8);
    key = tt_load32(head + 12);
    return version >= 1 && version <= 100 && key > 0 && key <= 1u << 24 ? 2 : 0;
}

int tt_fits_warc(const uint8_t *head, size_t size)
{
    size_t at = 7;

    /* A version, 0.17 to 1.1, and nothing else in that line. */
    if (size < 9 || (memcmp(head, "WARC/0.", 7) != 0 && memcmp(head, "WARC/1.", 7) != 0))
        return 0;
    while (at < size && at < 10 && head[at] >= '0' && head[at] <= '9')
        at++;
    return at > 7 && at < size && (head[at] == '\r' || head[at] == '\n') ? 2 : 0;
}
