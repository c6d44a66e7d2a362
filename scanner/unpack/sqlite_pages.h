/*
 * sqlite_pages: do a database's pages fit together?
 *
 * SQLite reads what the pages say and compares little of it: a pointer that was changed leads it to
 * another row's bytes, which it delivers as this one's. So the trees, the lists of overflow pages and the
 * free list are walked beside it: each page must have exactly one place. Rows are looked at as far as
 * their sizes go; what lies in them has no checksum anywhere. Layout: sqlite.org/fileformat2.html.
 */
#ifndef TT_UNPACK_SQLITE_PAGES_H
#define TT_UNPACK_SQLITE_PAGES_H

#include "unpack/stream.h"

#define TT_SQLITE_HEADER 100u

/* What a file's header says. */
typedef struct tt_sqlite_header {
    uint32_t page_size; /* bytes, 512 to 65,536 */
    uint32_t usable;    /* of them, 480 at least */
    uint64_t pages;     /* as it states, or else as many as the file has begun */
    uint32_t free_list; /* first page, or 0 */
    uint32_t free_pages;
    int moves;          /* there are pages of pointers back, for the automatic vacuum */
    int wide;           /* text is UTF-16 */
    int locked;         /* all behind its first bytes is encrypted */
} tt_sqlite_header;

/* Single. */
typedef struct tt_sqlite_pages tt_sqlite_pages;

/* Of the first TT_SQLITE_HEADER bytes of a file of `size`. 0 when they are in no order. */
int tt_sqlite_header_read(const uint8_t *bytes, uint64_t size, tt_sqlite_header *out);

/* Nothing walked yet. The stream seeks and outlives it. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_sqlite_pages_new(tt_sqlite_pages **out, tt_stream *stream,
                                              const tt_sqlite_header *header, tutela_error *error);
/* Walk the tree from page `root`, from 1. TUTELA_MEMORY, or what the stream answered. */
TT_MUST_USE tutela_status tt_sqlite_pages_tree(tt_sqlite_pages *pages, uint64_t root,
                                               tutela_error *error);
/* Walk what is no tree: then *fit is 1 when each page of the file was met once and was in order. */
TT_MUST_USE tutela_status tt_sqlite_pages_fit(tt_sqlite_pages *pages, int *fit, tutela_error *error);
/* Safe on NULL. */
void tt_sqlite_pages_free(tt_sqlite_pages *pages);

#endif
