/*
 * aff: the segments of an AFF file, of which most are pages of the disk in it (see media_aff.c).
 *
 * A segment has a name, a number and data, with a head before it and its size once more behind it. What is
 * damaged is passed over up to the next page that can follow.
 */
#ifndef TT_DISK_AFF_H
#define TT_DISK_AFF_H

#include "digest/digest.h"
#include "unpack/stream.h"

#define TT_AFF_SCRATCH 65536u /* bytes read at once where they need not be kept */
#define TT_AFF_FLAG_MAX 4096u /* of a sector, which is what marks a bad one */

/* In what is stored with a page. */
#define TT_AFF_PACKED 1u
#define TT_AFF_METHOD 0xf0u
#define TT_AFF_ZLIB 0u
#define TT_AFF_LZMA 0x20u
#define TT_AFF_ZEROS 0x30u
#define TT_AFF_SEALED 0x80000000u /* ours: its name says that it is encrypted */

/* A page as it is stored. */
typedef struct tt_aff_page {
    uint64_t number;
    uint64_t at; /* in the file */
    uint32_t size;
    uint32_t flags;
} tt_aff_page;

/* Zero it to begin. Single. */
typedef struct tt_aff {
    tt_stream *stream;
    tt_aff_page *pages; /* by number, each once */
    size_t count, room;
    uint64_t image_size; /* bytes of the disk */
    int sized;           /* that is stated */
    uint32_t page_size;
    tt_digests stored;   /* of the disk */
    size_t flag_size;    /* what stands for a sector that was not read; 0: nothing does */
    int sealed;          /* some of it is encrypted */
    int elsewhere;       /* its pages, or some, are in other files */
    int cut;             /* not all of its segments are there */
    int twice;           /* some page is there several times: the first is taken */
    int unordered;
    uint8_t flag[TT_AFF_FLAG_MAX];
    uint8_t scratch[TT_AFF_SCRATCH];
} tt_aff;

/* Walk the segments of `stream`, which seeks and outlives it. *trouble: the stream's, or LIMIT. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_aff_read(tt_aff *aff, tt_stream *stream, tt_trouble *trouble,
                                      tutela_error *error);
/* NULL: it is not there. */
const tt_aff_page *tt_aff_page_of(const tt_aff *aff, uint64_t number);
void tt_aff_done(tt_aff *aff);

#endif
