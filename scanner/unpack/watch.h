/*
 * watch: does a zip end where a stream ends whose bytes come only once? Is an archive behind a picture?
 *
 * What is to be sought in must be held, and most streams end in no zip: so bytes are held from the first
 * on that look like a zip's member, or that lie behind a picture, and most streams have none of those.
 * Beyond the cap only the last bytes are kept, which tell that a zip was there and could not be opened.
 */
#ifndef TT_UNPACK_WATCH_H
#define TT_UNPACK_WATCH_H

#include "unpack/held.h"
#include "unpack/pictures.h"

/* Zero it; it watches once it has a room. Single. */
typedef struct tt_watch {
    tt_held_room *room;
    tt_held *held;    /* from the first sign on; NULL: none was seen, or there was no room */
    uint64_t from;    /* where that is */
    int archive;      /* once there was no room: what was held of what is behind a picture is an archive */
    uint64_t seen;    /* bytes so far */
    uint8_t *last;    /* the last TT_TAIL_SIZE, once there was no room */
    size_t last_size;
    uint8_t before[3]; /* the last bytes, where a sign may begin that the next ones end */
    size_t before_size;
    tt_picture_walk walk; /* begun with the first bytes */
} tt_watch;

/* The next bytes. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_watch_add(tt_watch *watch, const void *data, size_t size,
                                       tutela_error *error);
/*
 * There are no more. *out: the bytes from the first sign on, until tt_watch_done; NULL when there is
 * none, or, and then *full is 1, when an archive is there and could not be held; *position is then how
 * many bytes there were.
 */
void tt_watch_end(const tt_watch *watch, tt_stream **out, int *full, uint64_t *position);
/* Where what is behind a picture begins in the bytes that are held; TT_NOWHERE: it is not there. */
uint64_t tt_watch_behind(const tt_watch *watch);
/* It watches no more, and gives back its room. */
void tt_watch_done(tt_watch *watch);

#endif
