/*
 * libmagic: the only caller of libmagic. Part of tutela-worker only.
 */
#include "identify/libmagic.h"

#include "base/io.h"
#include "base/mem.h"

#include <magic.h>
#include <stdio.h>
#include <string.h>

/* Compiled databases only: from a missing one libmagic would compile its sources on every start. */
static const char *const places[] = {
    "/usr/share/misc/magic.mgc",
    "/usr/share/file/misc/magic.mgc",
    "/usr/lib/file/magic.mgc",
    "/usr/local/share/misc/magic.mgc",
};

/* The first four bytes of a database, in the machine's byte order; see libmagic's file.h. */
#define DATABASE_MARK 0xf11e041cu
#define DATABASE_MIN  1024u

struct tt_magic {
    magic_t handle;
};

static int can_open(const char *path)
{
    TT_AUTO_CLOSE int fd = tt_openat(AT_FDCWD, path, O_RDONLY, 0);

    return fd >= 0;
}

static const char *find_database(void)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (can_open(places[i]))
            return places[i];
    return NULL;
}

/*
 * 1 when the file is a database that this libmagic takes. magic_load takes what is none for
 * sources, compiles it, and prints a warning for each line; from memory it does not.
 */
static int is_database(const char *path)
{
    TT_AUTO_CLOSE int fd = tt_openat(AT_FDCWD, path, O_RDONLY, 0);
    struct stat facts;
    const void *map;
    magic_t trial;
    uint32_t mark;
    int is = 0;

    if (fd < 0 || tt_fstat(fd, &facts) != 0 || facts.st_size < (off_t)DATABASE_MIN)
        return 0;
    map = tt_map(fd, (size_t)facts.st_size);
    trial = magic_open(MAGIC_MIME_TYPE);
    if (map && trial) {
        void *buffer = (void *)(uintptr_t)map; /* it is only read: the mark says no byte swap */
        size_t size = (size_t)facts.st_size;
        memcpy(&mark, map, sizeof mark);
        is = mark == DATABASE_MARK && magic_load_buffers(trial, &buffer, &size, 1) == 0;
    }
    if (trial)
        magic_close(trial);
    if (map)
        tt_unmap(map, (size_t)facts.st_size);
    return is;
}

static tutela_status no_database(tutela_error *error, const char *path, const char *why)
{
    tutela_status status = tt_fail(error, TUTELA_UNAVAILABLE, 0, "%s: no use to libmagic: %s", path,
                                   why ? why : "unknown reason");

    return tt_advise(error, status, "install libmagic-mgc");
}

tutela_status tt_magic_new(tt_magic **out, const char *path, tutela_error *error)
{
    TT_AUTO_FREE tt_magic *magic = tt_alloc(1, sizeof *magic);
    tutela_status status = TUTELA_OK;

    if (!magic)
        return tt_no_memory(error);
    if (!path)
        path = find_database();
    if (!path || !can_open(path))
        return no_database(error, path ? path : places[0], "there is no database that can be read");
    if (!is_database(path))
        return no_database(error, path, "not a database, or another version's");
    magic->handle = magic_open(MAGIC_MIME_TYPE);
    if (!magic->handle)
        return tt_no_memory(error);
    if (magic_load(magic->handle, path) != 0) {
        status = no_database(error, path, magic_error(magic->handle));
        magic_close(magic->handle);
        return status;
    }
    *out = magic;
    magic = NULL;
    return TUTELA_OK;
}

void tt_magic_free(tt_magic *magic)
{
    if (!magic)
        return;
    magic_close(magic->handle);
    tt_free(magic);
}

void tt_magic_mime(tt_magic *magic, const void *head, size_t size, char out[TT_MIME_MAX + 1])
{
    const char *mime = magic_buffer(magic->handle, head, size);

    if (!mime || !tt_mime_is(mime))
        mime = "";
    memcpy(out, mime, strlen(mime) + 1);
}
