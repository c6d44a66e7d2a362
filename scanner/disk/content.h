/*
 * content: the bytes of one attribute of a file in a file system, as a stream that seeks.
 *
 * What lies in blocks is read from the image itself, by the list of its runs: libtsk would read it block by
 * block. What libtsk must put together (compressed, or inside the record) it reads.
 */
#ifndef TT_DISK_CONTENT_H
#define TT_DISK_CONTENT_H

#include "disk/sleuth.h"

/* SEALED: encrypted; GONE: nobody knows where. */
typedef enum tt_run_kind { TT_RUN_BYTES, TT_RUN_ZEROS, TT_RUN_GONE, TT_RUN_SEALED } tt_run_kind;

/* Bytes of a file that lie together in the image, or nowhere. */
typedef struct tt_run {
    uint64_t at;    /* in the file */
    uint64_t size;
    uint64_t place; /* in the image */
    tt_run_kind kind;
} tt_run;

/* Zero it to begin; used for one attribute after another. Single. */
typedef struct tt_content {
    tt_stream stream;
    tt_sleuth *sleuth;
    const TSK_FS_ATTR *attribute; /* its file's, which outlives the use */
    tt_run *runs; /* in order, without gaps; none: libtsk reads it */
    size_t count, room;
    size_t last;  /* the run that was read last */
    uint64_t place;
    int asked;    /* libtsk reads it */
    tt_spans *slack; /* gets what of its blocks lies behind its end, when it is opened; NULL: nobody asks */
} tt_content;

/*
 * Begin with an attribute. *trouble, of its state: CLEAR, or why none of its bytes can be read.
 * TUTELA_MEMORY. It stays where it is while its stream is used.
 */
TT_MUST_USE tutela_status tt_content_open(tt_content *content, tt_sleuth *sleuth,
                                          const TSK_FS_ATTR *attribute, tt_trouble *trouble,
                                          tutela_error *error);
/* Where its bytes are from `from` on, as far as they lie in blocks of their own. */
void tt_content_note(const tt_content *content, uint64_t from, tt_spans *spans);
void tt_content_done(tt_content *content);

#endif
