/*
 * cover: what became of each byte of an image (see tutela_cover).
 *
 * Places are told of in their order, each once; what was met while files were read says it better: blocks of
 * deleted files in free space were examined, the rest of a file's last block was not, and what could not be
 * read is neither.
 */
#ifndef TT_DISK_COVER_H
#define TT_DISK_COVER_H

#include "disk/sleuth.h"
#include "unpack/reader.h"

/* Zero it, with `sleuth` set, to begin. Single. */
typedef struct tt_covering {
    tt_sleuth *sleuth; /* whose `bad` goes before all else */
    tt_cover sum;
    uint64_t at;       /* what is before it was counted */
    tt_spans deleted;  /* examined though free */
    tt_spans slack;    /* left out though in use */
    tt_spans closed;   /* in use, and not understood */
    tt_spans *free;    /* gets what was left out; NULL: nobody asks */
} tt_covering;

/* All up to `end` that was not counted yet. */
void tt_covering_to(tt_covering *covering, uint64_t end, tutela_cover what);
/*
 * The blocks of a file system whose place ends at `end`: those in use were examined, the others left out.
 * TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_covering_blocks(tt_covering *covering, TSK_FS_INFO *fs, uint64_t end,
                                             tutela_error *error);
/* What had been left out there was searched after all, and so many bytes of it could not be read. */
void tt_covering_searched(tt_covering *covering, uint64_t from, uint64_t end, uint64_t unreadable);
void tt_covering_done(tt_covering *covering);

#endif
