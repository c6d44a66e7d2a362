/*
 * inner: the parts of carve among themselves.
 */
#ifndef TT_CARVE_INNER_H
#define TT_CARVE_INNER_H

#include "carve/carve.h"
#include "carve/view.h"
#include "mention/mention.h"

#include <stddef.h>
#include <stdint.h>

/* ---- Kinds ----------------------------------------------------------------------------------- */

typedef enum tt_carve_row {
#define X(name, pattern, end, repeats, largest, walk) TT_CARVE_##name,
#include "carve/carve.def"
#undef X
    TT_CARVE_ROWS
} tt_carve_row;

typedef enum tt_carved_state {
    TT_CARVED_NONE, /* it only begins like one */
    TT_CARVED_CUT,
    TT_CARVED_WHOLE
} tt_carved_state;

typedef struct tt_carved {
    tt_carved_state state;
    uint64_t to;
    const char *extension;
} tt_carved;

/*
 * Walk through what begins at `from`. *out comes as NONE and `to` as `from`. What a walk cannot see (see
 * tt_view_at) is where its file is cut short.
 */
typedef void tt_carve_walk(tt_view *view, uint64_t from, tt_carved *out);

typedef struct tt_carve_kind {
    const char *pattern;
    unsigned end;
    int repeats;
    uint64_t largest;
    tt_carve_walk *walk;
} tt_carve_kind;

/* One for each row. Thread: any. */
const tt_carve_kind *tt_carve_kinds(void);

#define X(name, pattern, end, repeats, largest, walk) tt_carve_walk walk;
#include "carve/carve.def"
#undef X

/* It ends at `to`, as it says itself; cut short when the view ends before. */
static inline void tt_carved_stated(const tt_view *view, tt_carved *out, const char *extension,
                                    uint64_t to)
{
    out->state = to <= view->end ? TT_CARVED_WHOLE : TT_CARVED_CUT;
    out->to = to <= view->end ? to : view->end;
    out->extension = extension;
}

/* It was lost before `to`. */
static inline void tt_carved_cut(const tt_view *view, tt_carved *out, const char *extension,
                                 uint64_t to)
{
    out->state = TT_CARVED_CUT;
    out->to = to <= view->end ? to : view->end;
    out->extension = extension;
}

/* a + b, or UINT64_MAX: a sum of what hostile bytes state is behind every end. */
static inline uint64_t tt_carve_sum(uint64_t a, uint64_t b)
{
    return a + b < a ? UINT64_MAX : a + b;
}

/* Where a search from `at` on gives up: after `most` bytes. What files cut short leave behind is mostly zeros. */
static inline uint64_t tt_carve_near(const tt_view *view, uint64_t at, uint64_t most)
{
    return at < view->end && view->end - at > most ? at + most : view->end;
}

static inline uint16_t tt_be16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t tt_be32(const uint8_t *at)
{
    return (uint32_t)tt_be16(at) << 16 | tt_be16(at + 2);
}

/* ---- Patterns (patterns.c) ------------------------------------------------------------------- */

#define TT_CARVE_PATTERN 16u /* bytes of a match at most */

/* Single. */
typedef struct tt_carve_patterns tt_carve_patterns;
/* A match of a row's pattern ends at `end`, in bytes from the first of what is searched. 0: go on. */
typedef int tt_carve_hit(void *user, tt_carve_row row, uint64_t end);

TT_MUST_USE tutela_status tt_carve_patterns_new(tt_carve_patterns **out, tutela_error *error);
void tt_carve_patterns_free(tt_carve_patterns *patterns);
TT_MUST_USE tutela_status tt_carve_patterns_scan(tt_carve_patterns *patterns, const uint8_t *data,
                                                 size_t size, tt_carve_hit *hit, void *user,
                                                 tutela_error *error);

/* ---- Transport streams (walk_transport.c) ------------------------------------------------------ */

#define TT_TRANSPORT_STRIDE 2048u /* a look every so many bytes finds each stream of 17 packets */
#define TT_TRANSPORT_REACH  (7u * 192u) /* bytes from there that are looked at */

/*
 * Do packets lie at `at` of `data`, TT_TRANSPORT_REACH bytes of which are there? *from is where the first of
 * the stream begins, not before 0. Answers the row, or TT_CARVE_ROWS.
 */
tt_carve_row tt_transport_probe(const uint8_t *data, size_t at, size_t *from);

#endif
