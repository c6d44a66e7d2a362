/*
 * zip_directory: what the directory at a zip file's end says is in it, read without unpacking.
 *
 * A zip tells of each member twice, in its directory and before its bytes, and a reader believes one
 * of the two. This finds where they part: entries that share bytes, a directory that counts wrong, and
 * the gaps that no entry owns and that look as if a member began there. APPNOTE.TXT 6.3 has the layout.
 */
#ifndef TT_UNPACK_ZIP_DIRECTORY_H
#define TT_UNPACK_ZIP_DIRECTORY_H

#include "unpack/stream.h"

/* A part of the file that no entry owns; it begins like a member. */
typedef struct tt_zip_gap {
    uint64_t offset;
    uint64_t size;
} tt_zip_gap;

/* Where a member is. */
typedef struct tt_zip_place {
    uint64_t place;  /* of its own header */
    uint64_t bytes;  /* compressed, as the directory says */
    uint64_t record; /* of its record in the directory */
} tt_zip_place;

/* Single. */
typedef struct tt_zip_directory {
    uint64_t end;      /* after its last record, without the comment; 0: there is no directory */
    uint64_t start;    /* of its first record */
    int moved;         /* its offsets do not count from the stream's first byte */
    uint64_t lead;     /* bytes before the stream's first that its offsets count: it was cut out of a
                          longer file; 0 as a rule */
    uint64_t damaged;  /* behind what could not be read of it; 0: nothing */
    uint64_t count;    /* members of different places */
    struct tt_zip_entry *entries; /* by place */
    size_t room;
    tt_zip_gap *gaps;
    size_t gap_count, gap_room;
    tt_trouble trouble; /* not CLEAR: what is not in order */
} tt_zip_directory;

/*
 * Read it. A stream without a directory, or with a damaged one, is no failure: see `end` and
 * `trouble`. TUTELA_MEMORY, or what the stream answers; *out then needs no tt_zip_directory_done.
 */
TT_MUST_USE tutela_status tt_zip_directory_read(tt_zip_directory *out, tt_stream *stream,
                                                tutela_error *error);
/* The stored name of the index-th member, at most `room` bytes; 0 when it cannot be had. */
TT_MUST_USE tutela_status tt_zip_directory_name(const tt_zip_directory *directory,
                                                tt_stream *stream, uint64_t index, void *out,
                                                size_t room, size_t *size, tutela_error *error);
/* Where the index-th member is. 0 when there is none of that index. */
int tt_zip_directory_place(const tt_zip_directory *directory, uint64_t index, tt_zip_place *out);
/*
 * Write the ends of a directory of `size` bytes at `at`: the large one, where to find it, the plain one.
 * TT_ZIP_ENDS bytes.
 */
#define TT_ZIP_ENDS 98u
void tt_zip_write_ends(uint8_t *out, uint64_t at, uint64_t size, uint64_t count);
void tt_zip_directory_done(tt_zip_directory *directory);

#endif
