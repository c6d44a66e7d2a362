/*
 * json_events: one JSON value, fed in pieces and told as a stream of events.
 *
 * Strings are not checked for UTF-8: one bad file name must not cost a whole list, so whoever keeps a
 * string checks it. What spans two pieces is gathered in memory, however long it is: who feeds bytes of
 * strangers bounds strings and numbers before. Thread: any, each parser by one at a time.
 */
#ifndef TT_BASE_JSON_EVENTS_H
#define TT_BASE_JSON_EVENTS_H

#include "base/status.h"

#include <stddef.h>

typedef enum tt_json_kind {
    TT_JSON_NULL,
    TT_JSON_BOOLEAN, /* text: "true" or "false" */
    TT_JSON_NUMBER,  /* text: as written */
    TT_JSON_STRING,  /* text: escapes resolved; may hold NUL bytes */
    TT_JSON_KEY,     /* text: as a string */
    TT_JSON_MAP,
    TT_JSON_MAP_END,
    TT_JSON_ARRAY,
    TT_JSON_ARRAY_END
} tt_json_kind;

/* Called for each event; `text` is borrowed for the call. Any status but TUTELA_OK ends it. */
typedef tutela_status (*tt_json_take)(void *user, tt_json_kind kind, const char *text, size_t size,
                                      tutela_error *error);

/* What became of the bytes. */
typedef enum tt_json_outcome {
    TT_JSON_SOUND,
    TT_JSON_BROKEN,   /* no JSON, or cut off */
    TT_JSON_TOO_DEEP, /* more open maps and arrays than allowed */
    TT_JSON_ENDED     /* by `take`: see status */
} tt_json_outcome;

/* A parser. It does not move while it is used; only `status` is for reading. */
typedef struct tt_json_events {
    tt_json_take take;
    void *user;
    tutela_error *error;
    tutela_status status; /* what `take` answered when it ended the parsing, else TUTELA_OK */
    unsigned depth, depth_max;
    int too_deep;
    void *parser; /* the library's */
} tt_json_events;

/*
 * Begin. `user` and `error` are handed to `take` and stay the caller's; `depth_max` maps and arrays may
 * be open at once. TUTELA_MEMORY is the only failure, and then there is nothing to release.
 */
TT_MUST_USE tutela_status tt_json_begin(tt_json_events *events, tt_json_take take, void *user,
                                        unsigned depth_max, tutela_error *error);
/* The next `size` bytes. Unless sound, *used says how many were read, and nothing may be fed after. */
TT_MUST_USE tt_json_outcome tt_json_feed(tt_json_events *events, const void *data, size_t size,
                                         size_t *used);
/* There are no more bytes: sound when they were one whole value. */
TT_MUST_USE tt_json_outcome tt_json_end(tt_json_events *events);
/* Release what tt_json_begin made; also after a failure, and twice. */
void tt_json_done(tt_json_events *events);

#endif
