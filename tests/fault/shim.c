/*
 * shim: an LD_PRELOAD library that makes files misbehave by their names, so that a whole program
 * can be tested against bad media without root.
 *
 *     cc -shared -fPIC -o shim.so tests/fault/shim.c -ldl
 *     LD_PRELOAD=./shim.so build/tutela scan ZOO
 *
 * What follows the last dot of a name says what happens:
 *
 *     .eio@OFFSET[+LENGTH]  reading any of these bytes fails with EIO (LENGTH: 4096)
 *     .estale               every read fails with ESTALE
 *     .eacces               opening fails with EACCES (folders too)
 *     .eintr                every other read is interrupted
 *     .short                a read gives 7 bytes at most
 *     .endless              reads never end, whatever fstat says
 *     .hang                 reads block
 *     .hangopen             opening blocks (folders too)
 *     .lie@SIZE             fstat says SIZE
 *     .change               fstat gives another time of change whenever it is asked
 *     .changeonce           ... the first time another than later
 *     .grow                 the file has 100 bytes more whenever fstat is asked
 *     .shrink               it has half its size from the second fstat on
 *     .hangdir              (a folder) listing blocks
 *     .eiodir               (a folder) the first look lists, the next fails with EIO
 *
 * All is said to be on FUSE, where such things happen: from a disk they would not be believed.
 *
 * What blocks goes on when the file that the environment variable TUTELA_SHIM_RELEASE names exists,
 * or ends with the process. Only openat and open for reading are looked at, and what is done with
 * their descriptors by read, pread, fstat, getdents64 and close. Other descriptors pass.
 *
 * The table of descriptors is global and changes: that is what an interposer has.
 */
/* With these, open and open64 would be one symbol here, and pread an inline function. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define EXPORT           __attribute__((visibility("default")))
#define MOST_DESCRIPTORS 65536
#define FUSE_SYSTEM      0x65735546

typedef enum kind {
    PLAIN,
    EIO_AT,
    ESTALE_ALL,
    EACCES_OPEN,
    EINTR_HALF,
    SHORT_READS,
    ENDLESS,
    HANG_READ,
    HANG_OPEN,
    LIE,
    CHANGE,
    CHANGE_ONCE,
    GROW,
    SHRINK,
    HANG_LIST,
    EIO_LIST
} kind;

static const struct word {
    const char *text;
    kind kind;
} words[] = {
    {"eio", EIO_AT},       {"estale", ESTALE_ALL},      {"eacces", EACCES_OPEN},
    {"eintr", EINTR_HALF}, {"short", SHORT_READS},      {"endless", ENDLESS},
    {"hang", HANG_READ},   {"hangopen", HANG_OPEN},     {"lie", LIE},
    {"change", CHANGE},    {"changeonce", CHANGE_ONCE}, {"grow", GROW},
    {"shrink", SHRINK},    {"hangdir", HANG_LIST},      {"eiodir", EIO_LIST},
};

typedef struct trick {
    kind kind;
    uint64_t first, length; /* the numbers in the name */
} trick;

/* By descriptor. A slot belongs to whoever has the descriptor; `kind` is atomic for strangers. */
static struct slot {
    atomic_int kind;
    atomic_uint calls; /* reads or listings */
    atomic_uint stats;
    uint64_t first, length;
} slots[MOST_DESCRIPTORS];

/* ---- Names ------------------------------------------------------------------------------- */

static trick trick_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    trick result = {.kind = PLAIN, .length = 4096};
    size_t size;
    char *end;

    if (!dot)
        return result;
    size = strcspn(++dot, "@");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i].text) == size && memcmp(words[i].text, dot, size) == 0)
            result.kind = words[i].kind;
    if (dot[size] == '@') {
        result.first = strtoull(dot + size + 1, &end, 10);
        if (*end == '+')
            result.length = strtoull(end + 1, NULL, 10);
    }
    return result;
}

static void hang(void)
{
    const char *release = getenv("TUTELA_SHIM_RELEASE");
    const struct timespec tick = {.tv_nsec = 10000000};

    while (!release || access(release, F_OK) != 0)
        nanosleep(&tick, NULL);
}

/* The C library's own function. */
#define REAL(type, name) ((type)(uintptr_t)dlsym(RTLD_NEXT, name))

static struct slot *slot_of(int fd)
{
    if (fd < 0 || fd >= MOST_DESCRIPTORS || atomic_load(&slots[fd].kind) == PLAIN)
        return NULL;
    return &slots[fd];
}

/* ---- Opening and closing ----------------------------------------------------------------- */

static int open_it(int folder, const char *path, int flags, mode_t mode)
{
    static int (*real)(int, const char *, int, ...);
    trick wanted = trick_of(path);
    int fd;

    if (!real)
        real = REAL(int (*)(int, const char *, int, ...), "openat");
    if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT))
        wanted.kind = PLAIN;
    if (wanted.kind == EACCES_OPEN) {
        errno = EACCES;
        return -1;
    }
    if (wanted.kind == HANG_OPEN)
        hang();
    fd = real(folder, path, flags, mode);
    if (fd >= 0 && fd < MOST_DESCRIPTORS) {
        slots[fd].first = wanted.first;
        slots[fd].length = wanted.length;
        atomic_store(&slots[fd].calls, 0);
        atomic_store(&slots[fd].stats, 0);
        atomic_store(&slots[fd].kind, (int)wanted.kind);
    }
    return fd;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

#define OPENAT(name)                                                                               \
    EXPORT int name(int folder, const char *path, int flags, ...);                                 \
    EXPORT int name(int folder, const char *path, int flags, ...)                                  \
    {                                                                                              \
        va_list arguments;                                                                         \
        mode_t mode;                                                                               \
                                                                                                   \
        va_start(arguments, flags);                                                                \
        mode = mode_of(flags, arguments);                                                          \
        va_end(arguments);                                                                         \
        return open_it(folder, path, flags, mode);                                                 \
    }

#define OPEN(name)                                                                                 \
    EXPORT int name(const char *path, int flags, ...);                                             \
    EXPORT int name(const char *path, int flags, ...)                                              \
    {                                                                                              \
        va_list arguments;                                                                         \
        mode_t mode;                                                                               \
                                                                                                   \
        va_start(arguments, flags);                                                                \
        mode = mode_of(flags, arguments);                                                          \
        va_end(arguments);                                                                         \
        return open_it(AT_FDCWD, path, flags, mode);                                               \
    }

/* What programs call that are built with _FORTIFY_SOURCE. */
#define OPENAT_2(name)                                                                             \
    EXPORT int name(int folder, const char *path, int flags);                                      \
    EXPORT int name(int folder, const char *path, int flags)                                       \
    {                                                                                              \
        return open_it(folder, path, flags, 0);                                                    \
    }

#define OPEN_2(name)                                                                               \
    EXPORT int name(const char *path, int flags);                                                  \
    EXPORT int name(const char *path, int flags)                                                   \
    {                                                                                              \
        return open_it(AT_FDCWD, path, flags, 0);                                                  \
    }

OPENAT(openat)
OPENAT(openat64)
OPEN(open)
OPEN(open64)
OPENAT_2(__openat_2)
OPENAT_2(__openat64_2)
OPEN_2(__open_2)
OPEN_2(__open64_2)

EXPORT int close(int fd)
{
    static int (*real)(int);

    if (!real)
        real = REAL(int (*)(int), "close");
    if (fd >= 0 && fd < MOST_DESCRIPTORS)
        atomic_store(&slots[fd].kind, PLAIN);
    return real(fd);
}

/* ---- Reading ----------------------------------------------------------------------------- */

static ssize_t real_pread(int fd, void *buffer, size_t size, uint64_t offset)
{
    static ssize_t (*real)(int, void *, size_t, off_t);

    if (!real)
        real = REAL(ssize_t(*)(int, void *, size_t, off_t), "pread");
    return real(fd, buffer, size, (off_t)offset);
}

static int real_fstat(int fd, struct stat *out)
{
    static int (*real)(int, struct stat *);

    if (!real)
        real = REAL(int (*)(int, struct stat *), "fstat");
    return real(fd, out);
}

static ssize_t fail(int os_error)
{
    errno = os_error;
    return -1;
}

/* Reading from a medium with a bad spot stops before it, then fails in it. */
static ssize_t read_around(const struct slot *slot, int fd, void *buffer, size_t size,
                           uint64_t offset)
{
    uint64_t end =
        slot->length > UINT64_MAX - slot->first ? UINT64_MAX : slot->first + slot->length;
    struct stat stat;

    if (offset < slot->first && size > slot->first - offset)
        size = (size_t)(slot->first - offset);
    if (offset >= slot->first && offset < end && real_fstat(fd, &stat) == 0
        && offset < (uint64_t)stat.st_size)
        return fail(EIO);
    return real_pread(fd, buffer, size, offset);
}

/* A file that has `size_now` bytes, what is past its end on the disk being 'g'. */
static ssize_t read_resized(int fd, void *buffer, size_t size, uint64_t offset, uint64_t size_now)
{
    ssize_t got;

    if (offset >= size_now)
        return 0;
    if (size > size_now - offset)
        size = (size_t)(size_now - offset);
    got = real_pread(fd, buffer, size, offset);
    if (got == 0) {
        memset(buffer, 'g', size);
        got = (ssize_t)size;
    }
    return got;
}

static uint64_t size_now(struct slot *slot, int fd)
{
    unsigned asked = atomic_load(&slot->stats);
    struct stat stat;
    uint64_t size;

    if (real_fstat(fd, &stat) < 0)
        return 0;
    size = (uint64_t)stat.st_size;
    if (atomic_load(&slot->kind) == GROW)
        return size + 100 * (uint64_t)asked;
    return asked < 2 ? size : size / 2;
}

static ssize_t read_at(struct slot *slot, int fd, void *buffer, size_t size, uint64_t offset)
{
    unsigned call = atomic_fetch_add(&slot->calls, 1);
    ssize_t got;

    switch ((kind)atomic_load(&slot->kind)) {
    case EIO_AT:
        return read_around(slot, fd, buffer, size, offset);
    case ESTALE_ALL:
        return fail(ESTALE);
    case EINTR_HALF:
        return call % 2 == 0 ? fail(EINTR) : real_pread(fd, buffer, size, offset);
    case SHORT_READS:
        return real_pread(fd, buffer, size < 7 ? size : 7, offset);
    case ENDLESS:
        got = real_pread(fd, buffer, size, offset);
        if (got == 0) {
            memset(buffer, 'e', size);
            got = (ssize_t)size;
        }
        return got;
    case HANG_READ:
        hang();
        return real_pread(fd, buffer, size, offset);
    case GROW:
    case SHRINK:
        return read_resized(fd, buffer, size, offset, size_now(slot, fd));
    default:
        return real_pread(fd, buffer, size, offset);
    }
}

static ssize_t pread_it(int fd, void *buffer, size_t size, off_t offset)
{
    struct slot *slot = slot_of(fd);

    if (!slot)
        return real_pread(fd, buffer, size, (uint64_t)offset);
    return offset < 0 ? fail(EINVAL) : read_at(slot, fd, buffer, size, (uint64_t)offset);
}

static ssize_t read_it(int fd, void *buffer, size_t size)
{
    static ssize_t (*real)(int, void *, size_t);
    struct slot *slot = slot_of(fd);
    off_t offset = slot ? lseek(fd, 0, SEEK_CUR) : -1;
    ssize_t got;

    if (!real)
        real = REAL(ssize_t(*)(int, void *, size_t), "read");
    if (offset < 0)
        return real(fd, buffer, size);
    got = read_at(slot, fd, buffer, size, (uint64_t)offset);
    if (got > 0)
        (void)lseek(fd, offset + got, SEEK_SET);
    return got;
}

EXPORT ssize_t read(int fd, void *buffer, size_t size)
{
    return read_it(fd, buffer, size);
}

EXPORT ssize_t pread(int fd, void *buffer, size_t size, off_t offset)
{
    return pread_it(fd, buffer, size, offset);
}

EXPORT ssize_t pread64(int fd, void *buffer, size_t size, off64_t offset)
{
    return pread_it(fd, buffer, size, offset);
}

EXPORT ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
EXPORT ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room)
{
    if (size > room)
        abort();
    return read_it(fd, buffer, size);
}

EXPORT ssize_t __pread_chk(int fd, void *buffer, size_t size, off_t offset, size_t room);
EXPORT ssize_t __pread_chk(int fd, void *buffer, size_t size, off_t offset, size_t room)
{
    if (size > room)
        abort();
    return pread_it(fd, buffer, size, offset);
}

EXPORT ssize_t __pread64_chk(int fd, void *buffer, size_t size, off64_t offset, size_t room);
EXPORT ssize_t __pread64_chk(int fd, void *buffer, size_t size, off64_t offset, size_t room)
{
    return __pread_chk(fd, buffer, size, offset, room);
}

/* ---- Asking and listing ------------------------------------------------------------------ */

static int fstat_it(int fd, struct stat *out)
{
    struct slot *slot = slot_of(fd);
    unsigned asked;
    int result = real_fstat(fd, out);

    if (!slot || result < 0 || !S_ISREG(out->st_mode))
        return result;
    asked = atomic_fetch_add(&slot->stats, 1) + 1;
    switch ((kind)atomic_load(&slot->kind)) {
    case LIE:
        out->st_size = (off_t)slot->first;
        break;
    case CHANGE:
        out->st_mtim.tv_sec += (time_t)asked;
        break;
    case CHANGE_ONCE:
        out->st_mtim.tv_sec += asked > 1;
        break;
    case GROW:
    case SHRINK:
        out->st_size = (off_t)size_now(slot, fd);
        break;
    default:
        break;
    }
    return 0;
}

EXPORT int fstat(int fd, struct stat *out)
{
    return fstat_it(fd, out);
}

/* One and the same structure where off_t has 64 bits. */
EXPORT int fstat64(int fd, struct stat64 *out)
{
    return fstat_it(fd, (struct stat *)(void *)out);
}

/* No disk's file system reads past the size it states, or in crumbs: FUSE may. */
EXPORT int fstatfs(int fd, struct statfs *out)
{
    static int (*real)(int, struct statfs *);
    int result;

    if (!real)
        real = REAL(int (*)(int, struct statfs *), "fstatfs");
    result = real(fd, out);
    if (result == 0)
        out->f_type = FUSE_SYSTEM;
    return result;
}

EXPORT int fstatfs64(int fd, struct statfs64 *out)
{
    return fstatfs(fd, (struct statfs *)(void *)out);
}

EXPORT ssize_t getdents64(int fd, void *buffer, size_t size)
{
    static ssize_t (*real)(int, void *, size_t);
    struct slot *slot = slot_of(fd);
    int what = slot ? atomic_load(&slot->kind) : PLAIN;

    if (!real)
        real = REAL(ssize_t(*)(int, void *, size_t), "getdents64");
    if (what == HANG_LIST)
        hang();
    if (what == EIO_LIST && atomic_fetch_add(&slot->calls, 1) > 0)
        return fail(EIO);
    return real(fd, buffer, size);
}
