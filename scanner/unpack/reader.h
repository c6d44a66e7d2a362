/*
 * reader: one format of container, behind one table.
 *
 * A new format is a file with a tt_format, a function that knows its first bytes (heads.h), and a row
 * in formats.def. A reader is handed a stream whose
 * first bytes fit the format, and delivers its members one after another:
 *
 *     open ─▶ next ─▶ read* ─▶ next ─▶ read* ─▶ … ─▶ next (no more) ─▶ close
 *
 * It runs in the sandboxed worker: no file, no clock, no thread of its own, memory only through
 * base/mem.h (libraries excepted) and never more than its named limits; the process around it is
 * killed when it takes too long. It states what it could not read, always: a container whose end
 * was not reached, or a member whose bytes are not all there, must never look whole.
 */
#ifndef TT_UNPACK_READER_H
#define TT_UNPACK_READER_H

#include "unpack/stream.h"

/* Bytes of a member's name; a longer one is cut, and the member still read. */
#define TT_NAME_MAX 4096u

#define TT_SIZE_UNKNOWN UINT64_MAX

/* One thing in a container. */
typedef struct tt_member {
    const uint8_t *name; /* as stored, any bytes but NUL, '/' between folders; the reader's until the next call */
    size_t name_size;    /* 0: it has none ("" in a gzip file, a mail's body); the tree gives it a number */
    uint64_t size;       /* bytes it says it has, or TT_SIZE_UNKNOWN; a hint, never trusted */
    int64_t modified;    /* nanoseconds since 1970, or INT64_MIN when unknown */
    tt_stream *stream;   /* its bytes once more, to be sought in, when they lie as they are in a stream
                            that seeks; the reader's until the next call; NULL: there is only `read` */
    tt_trouble trouble;  /* not CLEAR: it cannot be read at all (encrypted, method not known, outside) */
    tutela_origin origin;
} tt_member;

/* What became of the bytes of a disk's image, by tutela_cover; the sum is its size. */
typedef struct tt_cover {
    uint64_t bytes[TUTELA_COVER_COUNT];
} tt_cover;

/* The state of a reader at work; each format begins its own with it. Single. */
typedef struct tt_reader {
    const struct tt_format *format;
    const tt_cover *cover; /* of the image of a disk, from open on: what is not counted yet is lost; or NULL */
    struct tt_mention_list *mentions; /* digests that its free space mentions, as far as it was searched; or NULL */
} tt_reader;

/* Traits of a format. */
enum {
    TT_SEEKS = 1, /* its stream must seek: the tree spools what does not */
    TT_SOLID = 2,  /* members may be packed one behind the other into one stream */
    TT_ENTIRE = 4  /* it is all of its stream: nothing of another kind is looked for behind its end */
};

typedef struct tt_format {
    const char *name;  /* "tar", "zip", "mail": what the matrix in the README is made of */
    unsigned traits;
    /*
     * Begin. A stream that turns out to be no such container: *out is NULL, and it is a plain file
     * after all. TUTELA_MEMORY.
     */
    tutela_status (*open)(tt_reader **out, tt_stream *stream, tutela_error *error);
    /*
     * The next member. *more is 0 when there is none: *trouble then says how the container ended:
     * CLEAR: all of it was seen to its proper end; else what stopped it, or what of it was not
     * understood. What of the member before was not read is skipped.
     */
    tutela_status (*next)(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error);
    /* Bytes of the current member, like tt_stream_ops.read. */
    tutela_status (*read)(tt_reader *reader, void *buffer, size_t size, size_t *got,
                          tt_trouble *trouble, tutela_error *error);
    void (*close)(tt_reader *reader); /* safe on NULL */
} tt_format;

/* A number as a name. */
#define TT_NUMBER_NAME 24u

/* A name for a member that has none: its number in its container, into `room`. Thread: any. */
void tt_member_name(tt_member *member, char room[TT_NUMBER_NAME], uint64_t count);

/*
 * The format these first bytes fit best (see heads.h), or that a look into their stream tells, if it seeks (NULL: it
 * does not); else *out is NULL. TUTELA_MEMORY. Thread: any.
 */
TT_MUST_USE tutela_status tt_format_find(const tt_format **out, tt_stream *stream, const uint8_t *head,
                                         size_t size, tutela_error *error);

/*
 * Load what the formats' libraries load when first used, such as the UTF-8 locale: before the process
 * is locked up. Whoever does not call it gets the same, later. Thread: any.
 */
void tt_formats_prepare(void);

#endif
