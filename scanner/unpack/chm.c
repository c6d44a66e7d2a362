/*
 * chm: the files in a help file (ITSF), decompressed by libmspack.
 *
 * libmspack gives a file whole to whoever takes it. Here it is asked for one piece after another, which
 * it allows, since it can begin anywhere and goes on where it stopped: so memory does not depend on
 * what a file claims to be. Files are given in the order of their places, so that it seldom goes back.
 *
 * A help file has no checksums. What can be seen of damage is: its directory (see chm_directory.h),
 * members that overlap, and what does not decompress.
 */
#include "unpack/reader.h"
#include "unpack/unread.h"

#ifdef HAVE_LIBMSPACK

#include "base/mem.h"
#include "unpack/chm_directory.h"

#include <mspack.h>

#include <stdlib.h>
#include <string.h>

#define PIECE ((size_t)1 << 16)
/* More than the largest directory that is taken can hold (see chm_directory.c). */
#define FILES_MAX 4000000u
/* Beyond it libmspack's places no longer fit its own numbers; no help file comes near. */
#define PLACE_MAX (INT64_C(1) << 40)
/* Each failure begins anew somewhere before: so many, and the rest is given up. */
#define FAILURES_MAX 1000u

struct chm_reader;

/* What libmspack takes for a file: the stream, or the piece that is being made. */
typedef struct chm_file {
    struct chm_reader *reader;
    uint64_t place;
} chm_file;

typedef struct chm_system {
    struct mspack_system system;
    struct chm_reader *reader;
} chm_system;

typedef struct entry {
    struct mschmd_file *file; /* libmspack's */
    size_t order;             /* in the directory */
    int listed;               /* not one of the container's own */
} entry;

typedef struct chm_reader {
    tt_reader reader;
    tt_stream *stream;
    chm_system system;
    struct mschm_decompressor *mspack;
    struct mschmd_header *chm;
    entry *entries;
    size_t count, room, next;
    entry *current;
    off_t done;           /* bytes of it made */
    unsigned failures;
    tt_trouble spoilt;    /* the member's */
    tt_trouble trouble;   /* the whole's */
    tt_trouble source;    /* the stream's */
    tutela_status failed; /* ours, out of the stream: it goes up */
    tutela_error *error;  /* of the call under way */
    size_t filled, given; /* of the piece */
    uint8_t piece[PIECE];
} chm_reader;

extern const tt_format tt_format_chm;

static void note(chm_reader *r, tt_trouble trouble)
{
    if (r->trouble.status == TUTELA_ITEM_CLEAR)
        r->trouble = trouble;
}

/* ---- What libmspack calls ------------------------------------------------------------------ */

static struct mspack_file *open_file(struct mspack_system *self, const char *name, int mode)
{
    chm_file *file = tt_alloc(1, sizeof *file);

    (void)name;
    (void)mode;
    if (file)
        file->reader = ((chm_system *)self)->reader;
    return (struct mspack_file *)file;
}

static void close_file(struct mspack_file *file)
{
    tt_free(file);
}

static int read_file(struct mspack_file *handle, void *buffer, int size)
{
    chm_file *file = (chm_file *)handle;
    chm_reader *r = file->reader;
    size_t got = 0;

    if (size < 0 || r->failed != TUTELA_OK || r->source.status != TUTELA_ITEM_CLEAR)
        return -1;
    r->failed = tt_stream_read_at(r->stream, file->place, buffer, (size_t)size, &got, &r->source,
                                  r->error);
    if (r->failed != TUTELA_OK || r->source.status != TUTELA_ITEM_CLEAR)
        return -1;
    file->place += got;
    return (int)got;
}

static int write_file(struct mspack_file *handle, void *buffer, int size)
{
    chm_reader *r = ((chm_file *)handle)->reader;

    if (size < 0 || (size_t)size > sizeof r->piece - r->filled)
        return -1;
    memcpy(r->piece + r->filled, buffer, (size_t)size);
    r->filled += (size_t)size;
    return size;
}

static int seek_file(struct mspack_file *handle, off_t offset, int mode)
{
    chm_file *file = (chm_file *)handle;
    uint64_t size = file->reader->stream->size;
    uint64_t from = mode == MSPACK_SYS_SEEK_START ? 0 : size;

    if (mode == MSPACK_SYS_SEEK_CUR)
        from = file->place;
    if (offset < 0 ? from < (uint64_t)-(offset + 1) + 1 : (uint64_t)offset > size)
        return -1;
    from += (uint64_t)offset;
    if (from > size)
        return -1;
    file->place = from;
    return 0;
}

static off_t tell_file(struct mspack_file *handle)
{
    return (off_t)((chm_file *)handle)->place;
}

/* Most are about what does no harm, or what is checked here too. */
static void hear(struct mspack_file *handle, const char *format, ...)
{
    if (handle && (strstr(format, "corrupt") || strstr(format, "invalid")))
        note(((chm_file *)handle)->reader,
             (tt_trouble){TUTELA_ITEM_MALFORMED, "its directory is damaged"});
}

static void *allocate(struct mspack_system *self, size_t size)
{
    (void)self;
    return tt_alloc(1, size);
}

static void copy(void *from, void *to, size_t size)
{
    memcpy(to, from, size);
}

/* What a code of libmspack means. The stream's own trouble comes before it. */
static tt_trouble blame(const chm_reader *r, int code)
{
    if (r->source.status != TUTELA_ITEM_CLEAR)
        return r->source;
    if (code == MSPACK_ERR_NOMEMORY)
        return (tt_trouble){TUTELA_ITEM_LIMIT, "it needs more memory than there is"};
    return (tt_trouble){TUTELA_ITEM_MALFORMED, code == MSPACK_ERR_READ || code == MSPACK_ERR_SEEK
                                                   ? "cut off" : "damaged"};
}

/* ---- Opening ------------------------------------------------------------------------------- */

static void shut(tt_reader *reader)
{
    chm_reader *r = (chm_reader *)reader;

    if (!r)
        return;
    if (r->chm)
        r->mspack->close(r->mspack, r->chm);
    if (r->mspack)
        mspack_destroy_chm_decompressor(r->mspack);
    tt_free(r->entries);
    tt_free(r);
}

static tutela_status add_entries(chm_reader *r, struct mschmd_file *first, int listed)
{
    for (struct mschmd_file *f = first; f; f = f->next) {
        if (r->count == FILES_MAX) {
            note(r, (tt_trouble){TUTELA_ITEM_LIMIT, "more members than the limit"});
            return TUTELA_OK;
        }
        if (tt_grow((void **)&r->entries, &r->room, r->count, sizeof *r->entries) < 0)
            return tt_no_memory(r->error);
        r->entries[r->count] = (entry){f, r->count, listed};
        r->count++;
    }
    return TUTELA_OK;
}

static int by_place(const void *a, const void *b)
{
    const entry *x = a, *y = b;

    if (x->file->section->id != y->file->section->id)
        return x->file->section->id < y->file->section->id ? -1 : 1;
    if (x->file->offset != y->file->offset)
        return x->file->offset < y->file->offset ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static int is_sane(const struct mschmd_file *f)
{
    return f->offset >= 0 && f->length >= 0 && f->offset <= PLACE_MAX && f->length <= PLACE_MAX;
}

/* Files that lie in one another; the same place under two names is none. */
static void look_for_overlaps(chm_reader *r)
{
    const struct mschmd_file *before = NULL;

    for (size_t i = 0; i < r->count; i++) {
        const struct mschmd_file *f = r->entries[i].file;
        if (!is_sane(f) || f->length == 0)
            continue;
        if (before && before->section->id == f->section->id
            && f->offset < before->offset + before->length
            && (f->offset != before->offset || f->length != before->length))
            note(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "members that overlap"});
        if (!before || before->section->id != f->section->id
            || f->offset + f->length > before->offset + before->length)
            before = f;
    }
}

/* Its list of files; without one there is nothing to read. */
static tutela_status list(chm_reader *r)
{
    r->chm = r->mspack->open(r->mspack, "");
    if (!r->chm) {
        note(r, blame(r, r->mspack->last_error(r->mspack)));
        return r->failed;
    }
    /* What it did not find in the whole directory it would look for by its index, whose links may
     * go in a circle: it has none, then. */
    r->chm->index_root = UINT32_MAX;
    r->chm->first_pmgl = 1;
    r->chm->last_pmgl = 0;
    TT_TRY(add_entries(r, r->chm->files, 1));
    TT_TRY(add_entries(r, r->chm->sysfiles, 0));
    if (r->count > 0)
        qsort(r->entries, r->count, sizeof *r->entries, by_place);
    look_for_overlaps(r);
    return r->failed;
}

static tutela_status set_up(chm_reader *r)
{
    static const struct mspack_system calls = {open_file, close_file, read_file, write_file,
                                               seek_file, tell_file, hear, allocate, tt_free, copy,
                                               NULL};
    int fits, usable;

    r->system = (chm_system){calls, r};
    MSPACK_SYS_SELFTEST(fits);
    if (fits != MSPACK_ERR_OK) {
        note(r, (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a container that is not opened"});
        return TUTELA_OK;
    }
    TT_TRY(tt_chm_directory_check(r->stream, &usable, &r->trouble, r->error));
    if (!usable)
        return TUTELA_OK;
    r->mspack = mspack_create_chm_decompressor(&r->system.system);
    if (!r->mspack)
        return tt_no_memory(r->error);
    return list(r);
}

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    chm_reader *r = tt_alloc_raw(1, sizeof *r);
    tutela_status status;

    if (!r)
        return tt_no_memory(error);
    memset(r, 0, offsetof(chm_reader, piece));
    r->reader.format = &tt_format_chm;
    r->stream = stream;
    r->error = error;
    r->spoilt = r->trouble = r->source = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    status = set_up(r);
    if (status != TUTELA_OK) {
        shut(&r->reader);
        return status;
    }
    *out = &r->reader;
    return TUTELA_OK;
}

/* ---- Members ------------------------------------------------------------------------------- */

/* Why it cannot be read at all, or CLEAR. */
static tt_trouble hindrance(const chm_reader *r, const struct mschmd_file *f)
{
    if (!is_sane(f))
        return (tt_trouble){TUTELA_ITEM_MALFORMED, "a member that reaches beyond its end"};
    if (f->length > 0 && f->section->id == 1 && (!r->chm->sec1.content || !r->chm->sec1.control))
        return (tt_trouble){TUTELA_ITEM_MALFORMED, "its directory is damaged"};
    if (r->failures > FAILURES_MAX)
        return (tt_trouble){TUTELA_ITEM_MALFORMED, "damaged"};
    return (tt_trouble){TUTELA_ITEM_CLEAR, ""};
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    chm_reader *r = (chm_reader *)reader;
    const struct mschmd_file *f;

    r->error = error;
    while (r->next < r->count && !r->entries[r->next].listed)
        r->next++;
    *more = r->next < r->count;
    *trouble = r->trouble;
    if (!*more)
        return TUTELA_OK;
    r->current = &r->entries[r->next++];
    r->done = 0;
    r->filled = r->given = 0;
    r->spoilt = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    f = r->current->file;
    *out = (tt_member){.name = (const uint8_t *)f->filename, .name_size = strlen(f->filename),
                       .size = f->length >= 0 ? (uint64_t)f->length : TT_SIZE_UNKNOWN,
                       .modified = INT64_MIN, .trouble = hindrance(r, f)};
    if (out->name_size > 0 && out->name[0] == '/') {
        out->name++;
        out->name_size--;
    }
    return TUTELA_OK;
}

/* The next piece of the member. */
static void make_piece(chm_reader *r)
{
    struct mschmd_file part = *r->current->file;
    off_t left = part.length - r->done;
    int code;

    part.offset += r->done;
    part.length = left < (off_t)PIECE ? left : (off_t)PIECE;
    r->filled = r->given = 0;
    if (left == 0)
        return;
    code = r->mspack->extract(r->mspack, &part, "");
    r->done += (off_t)r->filled;
    if (code == MSPACK_ERR_OK && (off_t)r->filled == part.length)
        return;
    r->spoilt = blame(r, code);
    r->failures++;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    chm_reader *r = (chm_reader *)reader;

    r->error = error;
    if (r->given == r->filled && r->spoilt.status == TUTELA_ITEM_CLEAR)
        make_piece(r);
    *got = r->filled - r->given < size ? r->filled - r->given : size;
    if (*got > 0)
        memcpy(buffer, r->piece + r->given, *got);
    r->given += *got;
    if (*got == 0)
        *trouble = r->spoilt;
    return r->failed;
}

const tt_format tt_format_chm = {"chm", TT_SEEKS, begin, next, read_member, shut};

#else
TT_FORMAT_UNREAD(chm, "chm")
#endif
