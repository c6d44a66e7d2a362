/*
 * zip: the one list in a zip file, as a stream (see zip.h).
 *
 * libarchive does the unpacking, with nothing but its zip reader switched on, and of that the one
 * that goes by the members' own headers: the other keeps the whole directory in memory, however
 * many members a hostile file has. The file is walked twice, first to find the list, then to read
 * it. libarchive's error texts quote names of members and are never asked for.
 */
#include "hashsets/import/zip.h"

#include "base/io.h"
#include "base/mem.h"

#include <archive.h>
#include <archive_entry.h>

#include <errno.h>
#include <string.h>
#include <strings.h>

/* Read from the file in one go: what deflate makes of it is a few MiB at the very most. */
#define PIECE 65536u
#define NSRL_FILE "NSRLFile.txt"

struct tt_zip {
    struct archive *archive;
    struct archive_entry *entry; /* borrowed from the archive */
    const char *name;
    int fd;
    int os_error; /* of the read that failed */
    uint64_t at;  /* what libarchive reads next */
    uint64_t size;
    uint8_t piece[PIECE];
};

/* Which member is the list, by its number. */
typedef struct choice {
    uint64_t files; /* members that are files, and the number of the last of them */
    uint64_t last;
    uint64_t nsrl; /* those that are called NSRLFile.txt, and the number of the last of them */
    uint64_t nsrl_last;
} choice;

int tt_zip_is(const uint8_t *head, size_t size)
{
    /* A member; no member at all; a file once split in parts, or meant to be. */
    static const char starts[][4] = {
        {'P', 'K', 3, 4}, {'P', 'K', 5, 6}, {'P', 'K', 7, 8}, {'P', 'K', '0', '0'}};

    for (size_t i = 0; size >= 4 && i < sizeof starts / sizeof starts[0]; i++)
        if (memcmp(head, starts[i], 4) == 0)
            return 1;
    return 0;
}

/* ---- The file as libarchive sees it ------------------------------------------------------- */

static la_ssize_t read_piece(struct archive *archive, void *user, const void **data)
{
    tt_zip *zip = user;
    ssize_t got = tt_pread(zip->fd, zip->piece, sizeof zip->piece, zip->at);

    (void)archive;
    if (got < 0) {
        zip->os_error = errno;
        return -1;
    }
    zip->at += (uint64_t)got;
    *data = zip->piece;
    return got;
}

static la_int64_t skip_piece(struct archive *archive, void *user, la_int64_t request)
{
    tt_zip *zip = user;
    uint64_t left = zip->size > zip->at ? zip->size - zip->at : 0;
    uint64_t step = (uint64_t)request < left ? (uint64_t)request : left;

    (void)archive;
    zip->at += step;
    return (la_int64_t)step;
}

/* ---- What can be wrong --------------------------------------------------------------------- */

static tutela_status unusable(const tt_zip *zip, const char *why, const char *advice,
                              tutela_error *error)
{
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: %s", zip->name, why);
    return tt_advise(error, TUTELA_LIST_UNUSABLE, "%s", advice);
}

static tutela_status broken(const tt_zip *zip, tutela_error *error)
{
    if (zip->os_error)
        return tt_fail(error, TUTELA_IO, zip->os_error, "%s: cannot read", zip->name);
    if (archive_errno(zip->archive) == ENOMEM)
        return tt_no_memory(error);
    return unusable(zip, "damaged zip",
                    "ask the list's owner for the file again, or check that it arrived whole",
                    error);
}

/* Members are what their headers say: only those known to be harmless to unpack are. */
static tutela_status check_entry(const tt_zip *zip, tutela_error *error)
{
    const char *format = archive_format_name(zip->archive);

    if (archive_entry_is_encrypted(zip->entry))
        return unusable(zip, "encrypted zip", "unpack it with its password, and name the list",
                        error);
    if (!format || (!strstr(format, "(deflation)") && !strstr(format, "(uncompressed)")))
        return unusable(zip, "zip whose list is neither stored nor deflated",
                        "unpack it, and name the list", error);
    return TUTELA_OK;
}

/* ---- Walking it ---------------------------------------------------------------------------- */

static void shut(tt_zip *zip)
{
    if (zip->archive)
        (void)archive_read_free(zip->archive);
    zip->archive = NULL;
}

/* Begin at the first member, again if need be. */
static tutela_status start(tt_zip *zip, tutela_error *error)
{
    shut(zip);
    zip->at = 0;
    zip->archive = archive_read_new();
    if (!zip->archive)
        return tt_no_memory(error);
    if (archive_read_support_format_zip_streamable(zip->archive) != ARCHIVE_OK
        || archive_read_set_read_callback(zip->archive, read_piece) != ARCHIVE_OK
        || archive_read_set_skip_callback(zip->archive, skip_piece) != ARCHIVE_OK
        || archive_read_set_callback_data(zip->archive, zip) != ARCHIVE_OK
        || archive_read_open1(zip->archive) != ARCHIVE_OK)
        return broken(zip, error);
    return TUTELA_OK;
}

/* The next member. *more is 0 behind the last. */
static tutela_status next(tt_zip *zip, int *more, tutela_error *error)
{
    int answer = archive_read_next_header(zip->archive, &zip->entry);

    *more = answer != ARCHIVE_EOF;
    /* A warning: a name that cannot be decoded. */
    return answer == ARCHIVE_EOF || answer == ARCHIVE_OK || answer == ARCHIVE_WARN
               ? TUTELA_OK
               : broken(zip, error);
}

/* 0 for folders, and for what macOS puts beside the files. */
static int is_file(const char *path, const char *base)
{
    return *base != '\0' && *base != '.' && strncmp(path, "__MACOSX/", 9) != 0;
}

static void weigh(choice *found, const tt_zip *zip, uint64_t number)
{
    const char *path = archive_entry_pathname(zip->entry);
    const char *slash = path ? strrchr(path, '/') : NULL;
    const char *base = slash ? slash + 1 : path;

    if (archive_entry_filetype(zip->entry) == AE_IFDIR || (path && !is_file(path, base)))
        return;
    found->files++;
    found->last = number;
    if (!path || strcasecmp(base, NSRL_FILE) != 0)
        return;
    found->nsrl++;
    found->nsrl_last = number;
}

/* *number: which member is the list, from 1. */
static tutela_status choose(tt_zip *zip, uint64_t *number, tutela_error *error)
{
    choice found = {0};
    int more = 1;

    for (uint64_t i = 1; more; i++) {
        TT_TRY(next(zip, &more, error));
        if (more)
            weigh(&found, zip, i);
    }
    if (found.files == 0)
        return unusable(zip, "zip without a file in it", "name the list itself", error);
    if (found.files > 1 && found.nsrl != 1)
        return unusable(zip, "zip of more than one file", "unpack it, and name the lists in it",
                        error);
    *number = found.files == 1 ? found.last : found.nsrl_last;
    return TUTELA_OK;
}

static tutela_status find(tt_zip *zip, tutela_error *error)
{
    uint64_t number = 0;
    int more = 1;

    TT_TRY(start(zip, error));
    TT_TRY(choose(zip, &number, error));
    TT_TRY(start(zip, error));
    for (uint64_t i = 0; more && i < number; i++)
        TT_TRY(next(zip, &more, error));
    /* It changed in between. */
    if (!more)
        return broken(zip, error);
    return check_entry(zip, error);
}

tutela_status tt_zip_open(tt_zip **out, int fd, const char *name, tutela_error *error)
{
    struct stat facts;
    tt_zip *zip;

    if (tt_fstat(fd, &facts) != 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read", name);
    zip = tt_alloc(1, sizeof *zip);
    if (!zip)
        return tt_no_memory(error);
    zip->fd = fd;
    zip->name = name;
    zip->size = (uint64_t)facts.st_size;
    tutela_status status = find(zip, error);
    if (status == TUTELA_OK)
        *out = zip;
    else
        tt_zip_close(zip);
    return status;
}

void tt_zip_close(tt_zip *zip)
{
    if (!zip)
        return;
    shut(zip);
    tt_free(zip);
}

tutela_status tt_zip_read(tt_zip *zip, uint8_t *out, size_t room, size_t *got, tutela_error *error)
{
    la_ssize_t made = archive_read_data(zip->archive, out, room);

    if (made < 0)
        return broken(zip, error);
    *got = (size_t)made;
    return TUTELA_OK;
}
