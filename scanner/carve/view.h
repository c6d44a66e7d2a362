/*
 * view: what a walk sees of the space: any place of it, and no more of all than it may cost. Inner to carve.
 *
 * Bytes come out of the window the search is at, else by reading. All that walks look at is counted: a space
 * made of nothing but first bytes of files must end all the same.
 */
#ifndef TT_CARVE_VIEW_H
#define TT_CARVE_VIEW_H

#include "unpack/stream.h"

#define TT_VIEW_PAGE (64u << 10) /* read at once where a walk goes on behind what it has read */
#define TT_VIEW_LEAP (4u << 10)  /* read at once elsewhere */
#define TT_VIEW_NEED TT_VIEW_LEAP /* bytes that can be asked for */
#define TT_VIEW_NOWHERE UINT64_MAX

/* Single. */
typedef struct tt_view {
    tt_stream *space;
    uint64_t end; /* no walk sees behind: the end of the space, or of the largest such file */
    const uint8_t *window; /* bytes in memory anyway */
    uint64_t window_from, window_size;
    uint8_t *page; /* TT_VIEW_PAGE bytes */
    uint64_t page_from;
    size_t page_size;
    uint64_t left; /* bytes that may still be looked at */
    int spent;     /* it was not enough */
    tutela_status status; /* ours, if not TUTELA_OK: memory */
    tutela_error *error;
} tt_view;

/* `need` bytes from `at`, at most TT_VIEW_NEED, until the next call; NULL when they are not all there. */
const uint8_t *tt_view_at(tt_view *view, uint64_t at, size_t need);
/* The first place of a byte from `at` on and before `to`; TT_VIEW_NOWHERE. */
uint64_t tt_view_find(tt_view *view, uint64_t at, uint64_t to, uint8_t byte);

#endif
