/*
 * archive: the formats that libarchive reads.
 *
 * Each format is asked for by name and for its own first bytes only: libarchive never guesses, never
 * runs a program, never stacks filters. A compressed file (gz is elsewhere, see gzip.c) is a container
 * with one member, and what that holds is the tree's business; so every chain is told in full.
 *
 * libarchive is trusted to decode, not to judge. That a container is whole is seen here: a tar must
 * end with its block of zeros, nothing but zeros may follow the end of a format that has one, a member
 * must have the size it states, an image of a disc at least that. Its texts quote content and are never handed on.
 *
 * reads better whole: libarchive's header may stand in no second file.
 *
 * Directories, devices and links have no bytes of their own and are no members; a hard link whose
 * header brings bytes is one. Holes of sparse members are delivered as the zeros they are.
 */
#include "unpack/archive.h"

#include "base/clock.h"
#include "base/mem.h"
#include "unpack/reader.h"
#include "unpack/signs.h"
#include "unpack/words.h"

#include <archive.h>
#include <archive_entry.h>

#include <errno.h>
#include <string.h>

/* Read in one go: what a sequential disk and a core's cache both like. */
#define PIECE ((size_t)1 << 17)
/* A tar's block, and so its end mark. */
#define BLOCK 512u
/* Calls in a row that libarchive may ask for again, or that bring no byte. */
#define IDLE_MAX 1000u

/* What is particular to a format. */
typedef enum trait {
    SEEKS = 1,          /* wants to seek */
    RAW = 2,            /* one compressed stream, not an archive */
    ENDS = 4,           /* it has an end, after which only zeros may come */
    END_MARK = 8,       /* its last block is all zeros */
    END_BYTE = 16,      /* its last byte is a zero */
    SIZED_FOLDERS = 32, /* folders state the size of their own list */
    ZIP = 64,           /* each member is on its own: damage in one is none of the next */
    SOLID = 128,        /* members may be packed into one stream */
    AT_LEAST = 256      /* it may be longer than it states, never shorter */
} trait;

typedef struct kind {
    const tt_format *format;
    int (*fits)(const uint8_t *head, size_t size);
    int (*support)(struct archive *);
    int filter;
    unsigned traits;
    uint64_t (*end)(const uint8_t *head, size_t size); /* where it says it ends; NULL, or 0: nowhere */
    const char *options;
} kind;

typedef struct archive_reader {
    tt_reader reader;
    const kind *kind;
    tt_stream *stream;
    struct archive *archive;
    struct archive_entry *entry; /* borrowed */
    uint64_t members;            /* headers seen, of any type */
    tutela_status failed;        /* ours, out of the stream: it goes up */
    tutela_error *error;         /* of the call under way */
    tt_trouble source;           /* the stream's trouble, which explains every other */
    tt_trouble ended;            /* not CLEAR: no more members, and why */
    int done;                    /* no more members */
    int warned;                  /* a header was not in order */
    int unlocks;                 /* libarchive was given passwords */
    uint64_t place;              /* what is read next, when it seeks */
    uint64_t given;              /* bytes handed to libarchive, when it does not */
    size_t last;                 /* of them in `piece` */
    size_t zeros;                /* bytes of 0 the stream ended with so far, up to BLOCK */
    uint64_t end;                /* where its first bytes say it ends, or 0 */
    int beyond;                  /* something other than zeros was seen behind that */
    /* The member. */
    const uint8_t *data;         /* libarchive's, from its last block */
    size_t left;
    uint64_t hole;               /* zeros to deliver before data */
    uint64_t at;                 /* bytes of the member delivered, or about to be */
    tt_trouble spoilt;           /* at its end */
    int through;
    uint8_t piece[PIECE];
} archive_reader;

/* ---- The stream as libarchive sees it ------------------------------------------------------ */

static void count_zeros(archive_reader *r, size_t got)
{
    size_t zeros = 0;

    while (zeros < got && zeros < BLOCK && r->piece[got - 1 - zeros] == 0)
        zeros++;
    r->zeros = zeros == got ? r->zeros + zeros : zeros;
    if (r->zeros > BLOCK)
        r->zeros = BLOCK;
}

/* Bytes of the stream from `start` on are in `piece`: is any behind the container's end? */
static void look_beyond(archive_reader *r, uint64_t start, size_t got)
{
    size_t from = r->end > start ? (r->end - start < got ? (size_t)(r->end - start) : got) : 0;

    if (r->end == 0 || r->kind->traits & AT_LEAST)
        return;
    for (size_t i = from; i < got && !r->beyond; i++)
        r->beyond = r->piece[i] != 0;
}

/* The next bytes; of what states its end in its first ones, all of those at once. */
static tutela_status read_piece(archive_reader *r, size_t *got, tt_trouble *trouble)
{
    tt_stream *stream = r->stream;

    if (r->kind->traits & SEEKS)
        return tt_stream_read_at(stream, r->place, r->piece, sizeof r->piece, got, trouble, r->error);
    if (r->kind->end && r->given == 0)
        return tt_stream_read(stream, r->piece, sizeof r->piece, got, trouble, r->error);
    return stream->ops->read(stream, r->piece, sizeof r->piece, got, trouble, r->error);
}

static la_ssize_t give(struct archive *archive, void *user, const void **data)
{
    archive_reader *r = user;
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    uint64_t start = r->kind->traits & SEEKS ? r->place : r->given;
    size_t got = 0;

    (void)archive;
    *data = r->piece;
    if (r->failed != TUTELA_OK || r->source.status != TUTELA_ITEM_CLEAR)
        return -1;
    r->failed = read_piece(r, &got, &trouble);
    r->source = trouble;
    r->place += got;
    r->given += got;
    if (got > 0) {
        r->last = got;
        count_zeros(r, got);
        if (start == 0 && r->kind->end)
            r->end = r->kind->end(r->piece, got);
        look_beyond(r, start, got);
        return (la_ssize_t)got;
    }
    return r->failed != TUTELA_OK || trouble.status != TUTELA_ITEM_CLEAR ? -1 : 0;
}

static la_int64_t seek(struct archive *archive, void *user, la_int64_t offset, int whence)
{
    archive_reader *r = user;
    uint64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? r->place : r->stream->size;

    (void)archive;
    if (offset < 0 ? from < (uint64_t)-offset : from + (uint64_t)offset > INT64_MAX)
        return ARCHIVE_FATAL;
    r->place = from + (uint64_t)offset;
    if (r->place > r->stream->size)
        r->place = r->stream->size;
    return (la_int64_t)r->place;
}

static la_int64_t skip(struct archive *archive, void *user, la_int64_t request)
{
    archive_reader *r = user;
    uint64_t left = r->stream->size > r->place ? r->stream->size - r->place : 0;
    uint64_t step = (uint64_t)request < left ? (uint64_t)request : left;

    (void)archive;
    r->place += step;
    return (la_int64_t)step;
}

/* ---- What went wrong ----------------------------------------------------------------------- */

/* What libarchive just refused, in our words: the stream's own trouble comes before its. */
static tt_trouble blame(const archive_reader *r)
{
    const char *text = archive_error_string(r->archive);

    if (r->source.status != TUTELA_ITEM_CLEAR)
        return r->source;
    if (archive_errno(r->archive) == ENOMEM)
        return (tt_trouble){TUTELA_ITEM_LIMIT, "it needs more memory than there is"};
    if (text && (strstr(text, "ncrypt") || strstr(text, "assphrase")))
        return (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
    if (text && (strstr(text, "nsupported") || strstr(text, "not supported")))
        return (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a method that is not known"};
    return (tt_trouble){TUTELA_ITEM_MALFORMED, "damaged or cut off"};
}

/* The same when no further member can be found. */
static tt_trouble blame_archive(const archive_reader *r)
{
    if (r->source.status == TUTELA_ITEM_CLEAR
        && archive_read_has_encrypted_entries(r->archive) == 1)
        return (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted with its names"};
    return blame(r);
}

/* The headers' warnings that are about a name's characters only. */
static int only_name(const archive_reader *r)
{
    const char *text = archive_error_string(r->archive);

    return text && strstr(text, "convert") != NULL;
}

/* ---- Opening ------------------------------------------------------------------------------- */

static int begin(archive_reader *r)
{
    const kind *k = r->kind;
    struct archive *a = r->archive;

    if (k->traits & RAW) {
        /* Appended, a filter is used once and unasked. That of compress crashes then: it is asked. */
        if (archive_read_support_format_raw(a) != ARCHIVE_OK
            || archive_read_support_format_empty(a) != ARCHIVE_OK
            || (k->filter == ARCHIVE_FILTER_COMPRESS
                    ? archive_read_support_filter_compress(a)
                    : archive_read_append_filter(a, k->filter)) != ARCHIVE_OK)
            return ARCHIVE_FATAL;
    } else if (k->support(a) != ARCHIVE_OK) {
        return ARCHIVE_FATAL;
    }
    if (k->options && archive_read_set_options(a, k->options) != ARCHIVE_OK)
        return ARCHIVE_FATAL;
    archive_read_set_read_callback(a, give);
    archive_read_set_callback_data(a, r);
    if (k->traits & SEEKS) {
        archive_read_set_seek_callback(a, seek);
        archive_read_set_skip_callback(a, skip);
    }
    return archive_read_open1(a);
}

static void shut(tt_reader *reader)
{
    archive_reader *r = (archive_reader *)reader;

    if (!r)
        return;
    if (r->archive)
        (void)archive_read_free(r->archive);
    tt_free(r);
}

/*
 * How the opening went. An empty stream and a damaged one look alike to the formats behind a filter:
 * what the filter complained of tells. A filter that was asked may have been used twice, which would
 * hide what lies between.
 */
static void judge_opening(archive_reader *r, int said)
{
    int filters = r->kind->traits & RAW ? 2 : 1; /* libarchive counts the stream as one */

    if ((said != ARCHIVE_OK && said != ARCHIVE_WARN)
        || (r->kind->traits & RAW && archive_errno(r->archive) != 0))
        r->ended = blame(r); /* archive_read_has_encrypted_entries would crash */
    else if (archive_filter_count(r->archive) > filters)
        r->ended = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "compressed several times over"};
    r->done = r->ended.status != TUTELA_ITEM_CLEAR;
}

/* First bytes that only perhaps are its own: what does not open is a plain file. */
static int is_weak(const archive_reader *r)
{
    return r->given == r->last && r->kind->fits(r->piece, r->last) < 2;
}

/* The passwords, as far as libarchive can use them: its zip does. 0 when there is no memory. */
static int add_secrets(archive_reader *r)
{
    const tt_secrets *secrets = r->kind->traits & ZIP ? r->stream->secrets : NULL;
    char text[TT_SECRET_SIZE + 1];
    int said = ARCHIVE_OK;

    for (size_t i = 0; secrets && i < secrets->count && said == ARCHIVE_OK; i++) {
        const tt_secret *secret = &secrets->list[i];
        if (secret->size == 0 || secret->size > TT_SECRET_SIZE)
            continue;
        memcpy(text, secret->bytes, secret->size);
        text[secret->size] = 0;
        said = archive_read_add_passphrase(r->archive, text);
        r->unlocks = 1;
    }
    return said == ARCHIVE_OK;
}

static tutela_status open_kind(const kind *k, tt_reader **out, tt_stream *stream,
                               tutela_error *error)
{
    archive_reader *r = tt_alloc_raw(1, sizeof *r);
    tutela_status status;
    tt_words before;

    if (!r)
        return tt_no_memory(error);
    memset(r, 0, offsetof(archive_reader, piece));
    r->reader.format = k->format;
    r->kind = k;
    r->stream = stream;
    r->archive = archive_read_new();
    if (!r->archive || !add_secrets(r)) {
        shut(&r->reader);
        return tt_no_memory(error);
    }
    r->error = error;
    before = tt_words_enter();
    judge_opening(r, begin(r));
    tt_words_leave(before);
    status = r->failed;
    if (status != TUTELA_OK || (r->done && is_weak(r))) {
        shut(&r->reader);
        return status;
    }
    *out = &r->reader;
    return TUTELA_OK;
}

/* ---- Members ------------------------------------------------------------------------------- */

static void describe(archive_reader *r, tt_member *out)
{
    struct archive_entry *e = r->entry;
    const char *name = archive_entry_pathname(e);

    if (!name)
        name = archive_entry_pathname_utf8(e);
    if (r->kind->traits & RAW)
        name = NULL;
    out->name = (const uint8_t *)name;
    out->name_size = name ? strlen(name) : 0;
    out->size = archive_entry_size_is_set(e) && archive_entry_size(e) >= 0
                    ? (uint64_t)archive_entry_size(e)
                    : TT_SIZE_UNKNOWN;
    out->modified = INT64_MIN;
    if (archive_entry_mtime_is_set(e)
        && !__builtin_mul_overflow((int64_t)archive_entry_mtime(e), TT_SECOND, &out->modified)
        && out->modified <= INT64_MAX - TT_SECOND)
        out->modified += archive_entry_mtime_nsec(e);
    else
        out->modified = INT64_MIN;
    out->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    if (archive_entry_is_encrypted(e) && !r->unlocks)
        out->trouble = (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
}

/* Does the header just read bring bytes? */
static int has_bytes(const archive_reader *r)
{
    struct archive_entry *e = r->entry;
    int stated = archive_entry_size_is_set(e) && archive_entry_size(e) > 0;

    if (archive_entry_filetype(e) == AE_IFLNK)
        return 0;
    if (archive_entry_filetype(e) == AE_IFDIR && r->kind->traits & SIZED_FOLDERS)
        return 0;
    if (archive_entry_hardlink(e))
        return stated;
    return archive_entry_filetype(e) == AE_IFREG || archive_entry_filetype(e) == 0 || stated;
}

/* 1 when all that is left of what was handed to libarchive, and of the stream, is zeros. */
static int rest_is_zeros(archive_reader *r)
{
    uint64_t used = (uint64_t)archive_filter_bytes(r->archive, -1);
    uint64_t over = used < r->given ? r->given - used : 0;
    size_t got = over < r->last ? (size_t)over : r->last;
    size_t from = r->last - got;
    const void *data;

    for (;;) {
        for (size_t i = from; i < from + got; i++)
            if (r->piece[i] != 0)
                return 0;
        la_ssize_t some = give(r->archive, r, &data);
        if (some <= 0)
            return 1;
        from = 0;
        got = (size_t)some;
    }
}

/* 1 when there is something behind the end that its first bytes state. */
static int is_longer(archive_reader *r)
{
    const void *data;

    if (r->end == 0 || r->kind->traits & AT_LEAST)
        return 0;
    if (r->kind->traits & SEEKS)
        r->place = r->end;
    while (!r->beyond && give(r->archive, r, &data) > 0)
        ;
    return r->beyond;
}

/* 1 when it ends before the end that its first bytes state, where no member need be. */
static int is_shorter(archive_reader *r)
{
    const void *data;

    if (!(r->kind->traits & AT_LEAST))
        return 0;
    if (tt_stream_seeks(r->stream))
        return r->stream->size < r->end;
    while (r->given < r->end && give(r->archive, r, &data) > 0)
        ;
    return r->given < r->end;
}

/* libarchive says that all members were seen: is it so? */
static tt_trouble judge_end(archive_reader *r)
{
    int shorter = is_shorter(r);

    if ((r->kind->traits & ENDS && !rest_is_zeros(r)) || is_longer(r))
        return (tt_trouble){TUTELA_ITEM_MALFORMED, "bytes after its end"};
    if (r->source.status != TUTELA_ITEM_CLEAR)
        return r->source;
    if (shorter)
        return (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    if ((r->kind->traits & END_MARK && r->zeros < BLOCK)
        || (r->kind->traits & END_BYTE && r->zeros < 1))
        return (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off: its end mark is missing"};
    if (r->warned)
        return (tt_trouble){TUTELA_ITEM_MALFORMED, "a header that is not in order"};
    return (tt_trouble){TUTELA_ITEM_CLEAR, ""};
}

uint64_t tt_archive_headers(const tt_reader *reader)
{
    return ((const archive_reader *)reader)->members;
}

/* The next header that brings bytes, or r->done. */
static void find_member(archive_reader *r)
{
    unsigned idle = 0;

    while (!r->done) {
        int said = archive_read_next_header(r->archive, &r->entry);
        if (said == ARCHIVE_EOF) {
            r->ended = judge_end(r);
            r->done = 1;
        } else if (said == ARCHIVE_RETRY && idle++ < IDLE_MAX) {
            r->warned = 1;
        } else if (said != ARCHIVE_OK && said != ARCHIVE_WARN) {
            r->ended = blame_archive(r);
            r->done = 1;
        } else {
            r->members++;
            if (said == ARCHIVE_WARN && !only_name(r))
                r->warned = 1;
            if (has_bytes(r))
                return;
        }
    }
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    archive_reader *r = (archive_reader *)reader;
    tt_words before = tt_words_enter();
    uint64_t first = r->members;

    r->error = error;
    find_member(r);
    r->data = NULL;
    r->left = 0;
    r->hole = 0;
    r->at = 0;
    r->through = 0;
    r->spoilt = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    *more = !r->done;
    if (!r->done) {
        describe(r, out);
    } else if (r->kind->traits & RAW && r->ended.status == TUTELA_ITEM_CLEAR && first == 0) {
        /* Nothing, compressed, is a member all the same. */
        *more = 1;
        r->members++;
        r->through = 1;
    }
    tt_words_leave(before);
    *trouble = r->ended;
    return r->failed;
}

/* ---- Bytes --------------------------------------------------------------------------------- */

static void spoil(archive_reader *r, const char *why)
{
    if (r->spoilt.status == TUTELA_ITEM_CLEAR)
        r->spoilt = (tt_trouble){TUTELA_ITEM_MALFORMED, why};
}

/* A block, or the end, at `offset` of the member: what lies before it is a hole. */
static void place_block(archive_reader *r, la_int64_t offset)
{
    if (offset < 0 || (uint64_t)offset < r->at) {
        spoil(r, "its parts overlap");
        r->left = 0;
        r->through = 1;
    } else {
        r->hole = (uint64_t)offset - r->at;
    }
}

static void judge_member(archive_reader *r, la_int64_t end)
{
    r->through = 1;
    if (archive_entry_sparse_count(r->entry) > 0 && end > 0)
        place_block(r, end);
    if (archive_entry_size_is_set(r->entry)
        && (uint64_t)archive_entry_size(r->entry) != r->at + r->hole)
        spoil(r, "not of the size it states");
}

/*
 * The member cannot be read on. After a fatal error libarchive may crash when asked for anything more;
 * but a zip's members are each on their own.
 */
static void give_up(archive_reader *r, int said)
{
    r->spoilt = blame(r);
    r->through = 1;
    if (said == ARCHIVE_FATAL && !(r->kind->traits & ZIP)) {
        r->ended = r->spoilt;
        r->done = 1;
    }
}

/* Have some bytes, or a hole, or be through. */
static void fetch(archive_reader *r)
{
    for (unsigned idle = 0; !r->through && r->left == 0 && r->hole == 0; idle++) {
        const void *data = NULL;
        la_int64_t offset = 0;
        size_t size = 0;
        int said = archive_read_data_block(r->archive, &data, &size, &offset);

        if (said == ARCHIVE_EOF) {
            judge_member(r, offset);
        } else if (said == ARCHIVE_OK || said == ARCHIVE_WARN) {
            if (said == ARCHIVE_WARN && blame(r).status == TUTELA_ITEM_UNSUPPORTED)
                give_up(r, said);
            else if (said == ARCHIVE_WARN)
                spoil(r, "its checksum or size does not fit");
            r->data = data;
            r->left = size;
            if (size > 0)
                place_block(r, offset);
        } else if (said != ARCHIVE_RETRY) {
            give_up(r, said);
        }
        if (idle == IDLE_MAX) {
            spoil(r, "it brings no bytes and no end");
            r->through = 1;
        }
    }
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    archive_reader *r = (archive_reader *)reader;
    tt_words before = tt_words_enter();
    size_t some;

    r->error = error;
    *got = 0;
    fetch(r);
    tt_words_leave(before);
    if (r->hole > 0) {
        some = r->hole < size ? (size_t)r->hole : size;
        memset(buffer, 0, some);
        r->hole -= some;
    } else {
        some = r->left < size ? r->left : size;
        if (some > 0) {
            memcpy(buffer, r->data, some);
            r->data += some;
            r->left -= some;
        }
    }
    r->at += some;
    *got = some;
    if (some == 0)
        *trouble = r->spoilt;
    return r->failed;
}

/* ---- The formats --------------------------------------------------------------------------- */

/* One tt_format, whose `open` knows its kind. */
#define ARCHIVE(NAME, TEXT, FITS, SUPPORT, FILTER, TRAITS, END, OPTIONS)                         \
    extern const tt_format tt_format_##NAME;                                                     \
    static tutela_status open_##NAME(tt_reader **out, tt_stream *stream, tutela_error *error)    \
    {                                                                                            \
        static const kind k = {&tt_format_##NAME, FITS, SUPPORT, FILTER, TRAITS, END, OPTIONS};        \
        return open_kind(&k, out, stream, error);                                                \
    }                                                                                            \
    const tt_format tt_format_##NAME = {                                                         \
        TEXT, ((TRAITS) & SEEKS ? TT_SEEKS : 0) | ((TRAITS) & SOLID ? TT_SOLID : 0),             \
        open_##NAME, next, read_member, shut};
#include "unpack/archive.def"
