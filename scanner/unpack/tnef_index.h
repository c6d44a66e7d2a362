/*
 * tnef_index: what is where in a winmail.dat, seen once from front to end before any of it is given.
 *
 * The name of an attachment may come behind its bytes, and the sum of an attribute always does: so all
 * is looked at first.
 */
#ifndef TT_UNPACK_TNEF_INDEX_H
#define TT_UNPACK_TNEF_INDEX_H

#include "base/buf.h"
#include "unpack/stream.h"

/* A run of bytes that is a member. */
typedef struct tt_tnef_part {
    uint64_t offset, size;
    uint32_t group;   /* the attachment it belongs to, from 1; 0: the message */
    uint8_t named;    /* has the attachment's name */
    uint8_t rtf;      /* is compressed RTF */
    const char *fault; /* what is wrong with it, or NULL */
} tt_tnef_part;

/* An attachment's name, in `names`. */
typedef struct tt_tnef_group {
    size_t at, size;
    unsigned rank; /* how good a name it is; 0: none yet */
} tt_tnef_group;

/* Read at once. */
#define TT_TNEF_WINDOW ((size_t)1 << 16)

/* Single. */
typedef struct tt_tnef_index {
    tt_stream *stream;
    tt_tnef_part *parts;
    size_t count, room;
    tt_tnef_group *groups; /* from 1; 0 stays without a name */
    size_t group_count, group_room;
    tt_buf names;
    tt_trouble trouble;    /* what is wrong with the whole */
    tt_trouble source;     /* the stream's own trouble: nothing beyond was seen */
    tutela_status failed;  /* ours: it ends the run */
    tutela_error *error;   /* of the call under way */
    uint64_t window_at;
    size_t window_size;
    uint8_t window[TT_TNEF_WINDOW];
} tt_tnef_index;

/* Look at all of it. `index` is zeroed but for its window. TUTELA_MEMORY. Thread: single. */
TT_MUST_USE tutela_status tt_tnef_index_read(tt_tnef_index *index, tt_stream *stream,
                                             tutela_error *error);
void tt_tnef_index_done(tt_tnef_index *index);

/* ---- Between its two files ------------------------------------------------------------------- */

/* `size` bytes at `offset`, borrowed until the next call, at most TT_TNEF_WINDOW; NULL: they cannot be
 * had, and why is noted. */
const uint8_t *tt_tnef_look(tt_tnef_index *index, uint64_t offset, size_t size);
/* What is wrong with the whole, unless something was before. */
void tt_tnef_note(tt_tnef_index *index, tutela_item_status status, const char *reason);
/* One member more; `part` is copied. */
void tt_tnef_add(tt_tnef_index *index, const tt_tnef_part *part);
/* A name for an attachment, unless it has one of a higher rank; UTF-16 when `wide`. */
void tt_tnef_name(tt_tnef_index *index, uint32_t group, unsigned rank, uint64_t offset,
                  uint64_t size, int wide);
/* The properties at `offset`, of `size` bytes: those that are members, and names. */
void tt_tnef_properties(tt_tnef_index *index, uint32_t group, uint64_t offset, uint64_t size,
                        const char *fault);

#endif
