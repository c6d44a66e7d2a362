/* keyring: see keyring.h. */
#include "worker/keyring.h"

#include "base/cursor.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LENGTH 2u /* bytes of a password's size, before it */
#define PACKED_MAX ((size_t)TT_SECRETS_MAX * (LENGTH + TT_SECRET_SIZE))

_Static_assert(TT_SECRETS_MAX == TUTELA_PASSWORDS_MAX && TT_SECRET_SIZE == TUTELA_PASSWORD_SIZE,
               "what is taken is tried");

/* Pages of its own, so that what is done to them is done to nothing else. `size` is not 0. */
static tutela_status allocate(tt_keyring *out, size_t size, size_t count, tutela_error *error)
{
    long page = sysconf(_SC_PAGESIZE);
    tt_keyring made = {.size = size};

    made.room = (size + (size_t)page - 1) / (size_t)page * (size_t)page;
    made.list = tt_alloc(count, sizeof *made.list);
    made.packed = tt_alloc_aligned((size_t)page, made.room, 1);
    if (!made.list || !made.packed) {
        tt_free(made.list);
        tt_free(made.packed);
        return tt_no_memory(error);
    }
    (void)mlock(made.packed, made.room);
    (void)madvise(made.packed, made.room, MADV_DONTDUMP);
    *out = made;
    return TUTELA_OK;
}

void tt_keyring_done(tt_keyring *keyring)
{
    if (keyring->packed) {
        explicit_bzero(keyring->packed, keyring->room);
        (void)madvise(keyring->packed, keyring->room, MADV_DODUMP);
        (void)munlock(keyring->packed, keyring->room);
    }
    tt_free(keyring->packed);
    tt_free(keyring->list);
    *keyring = (tt_keyring){0};
}

static int is_sound(const void *bytes, size_t size)
{
    return bytes && size > 0 && size <= TT_SECRET_SIZE && !memchr(bytes, 0, size);
}

/* List what is packed: `count` passwords to the last byte. 0 when it is something else. */
static int list_packed(tt_keyring *k, size_t count)
{
    tt_cursor cursor = tt_cursor_over(k->packed, k->size);

    for (size_t i = 0; i < count; i++) {
        size_t size = tt_cursor_u16(&cursor);

        k->list[i] = (tt_secret){tt_cursor_take(&cursor, size), size};
        if (!is_sound(k->list[i].bytes, size))
            return 0;
    }
    k->secrets = (tt_secrets){k->list, count};
    return tt_cursor_left(&cursor) == 0;
}

tutela_status tt_keyring_copy(tt_keyring *out, const tutela_name *passwords, size_t count,
                              tutela_error *error)
{
    tt_keyring made;
    uint8_t *at;
    size_t size = 0;

    if (count > TT_SECRETS_MAX)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "passwords: %zu of them, and %u at most are tried",
                       count, TT_SECRETS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (!is_sound(passwords[i].data, passwords[i].size))
            return tt_fail(error, TUTELA_ARGUMENT, 0,
                           "password %zu: not of 1 to %u bytes, none of them NUL", i + 1,
                           TT_SECRET_SIZE);
        size += LENGTH + passwords[i].size;
    }
    if (count == 0) {
        *out = (tt_keyring){0};
        return TUTELA_OK;
    }
    TT_TRY(allocate(&made, size, count, error));
    at = made.packed;
    for (size_t i = 0; i < count; i++) {
        tt_store16(at, (uint16_t)passwords[i].size);
        memcpy(at + LENGTH, passwords[i].data, passwords[i].size);
        made.list[i] = (tt_secret){at + LENGTH, passwords[i].size};
        at += LENGTH + passwords[i].size;
    }
    made.secrets = (tt_secrets){made.list, count};
    *out = made;
    return TUTELA_OK;
}

int tt_keyring_file(const tt_keyring *keyring)
{
    const int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    int fd = memfd_create("tutela", MFD_CLOEXEC | MFD_ALLOW_SEALING), why;

    if (fd < 0)
        return -1;
    if (tt_write_all(fd, keyring->packed, keyring->size) == 0 && fcntl(fd, F_ADD_SEALS, seals) == 0)
        return fd;
    why = errno;
    (void)tt_close(fd);
    errno = why;
    return -1;
}

tutela_status tt_keyring_read(tt_keyring *out, int fd, uint64_t count, tutela_error *error)
{
    static const char not_those[] = "passwords: not as they were to come";
    tt_keyring made;
    struct stat about;
    int missing;

    if (tt_fstat(fd, &about) < 0)
        return tt_fail(error, TUTELA_IO, errno, "passwords: did not come");
    if (count == 0 || count > TT_SECRETS_MAX || !S_ISREG(about.st_mode) || about.st_size <= 0
        || (uint64_t)about.st_size > PACKED_MAX)
        return tt_fail(error, TUTELA_ARGUMENT, 0, not_those);
    TT_TRY(allocate(&made, (size_t)about.st_size, (size_t)count, error));
    missing = tt_pread_all(fd, made.packed, made.size, 0);
    if (missing || !list_packed(&made, (size_t)count)) {
        int why = missing < 0 ? errno : 0;

        tt_keyring_done(&made);
        return tt_fail(error, missing < 0 ? TUTELA_IO : TUTELA_ARGUMENT, why, not_those);
    }
    *out = made;
    return TUTELA_OK;
}
