/*
 * cached: leaves the page cache as it was before a file was read.
 *
 * What of the file was in memory before is found out first, and left alone; the rest is dropped
 * behind the reading. Where the system does not say what is there, all stays. (To read without waiting
 * tells nothing: Linux from 5.9 on asks the medium all the same, and a quick one has answered by then.)
 */
#ifndef TT_ENGINE_CACHED_H
#define TT_ENGINE_CACHED_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* Stretches noted for one file; what comes after so many is taken to have been there, and stays. */
#define TT_CACHED_MAX 64u
/* Bytes read before what is behind is dropped: seldom enough to cost nothing, few enough to fit in
   any cache. */
#define TT_CACHED_STEP ((uint64_t)8 << 20)

typedef struct tt_cached {
    int drop;        /* 0: all that is read stays, and nothing else here counts */
    uint64_t behind; /* up to here all is as it was */
    size_t count;
    tutela_range was[TT_CACHED_MAX]; /* in memory before, in order */
} tt_cached;

/* Before the first read of the open file `fd`, which states `size` bytes. Calls the system. */
void tt_cached_begin(tt_cached *cached, int fd, uint64_t size);

/* These bytes, which come after all noted before, were there. */
void tt_cached_note(tt_cached *cached, uint64_t offset, uint64_t length);

/* The file is read again from its start. */
void tt_cached_rewind(tt_cached *cached);

/* Drop what was not there before and lies before `to`; UINT64_MAX: all. Calls the system. */
void tt_cached_drop(tt_cached *cached, int fd, uint64_t to);

#endif
