/*
 * pictures: where a picture ends, and so whether something lies behind it.
 *
 * Most pictures end as their format says, which their last bytes tell: the engine asks that of every picture
 * it reads, and of those alone that do not, their structure is walked to its end. Cameras and phones put
 * things of their own behind, so that something is there means little. Needs no library.
 */
#ifndef TT_UNPACK_PICTURES_H
#define TT_UNPACK_PICTURES_H

#include <stddef.h>
#include <stdint.h>

typedef enum tt_picture_kind {
    TT_PICTURE_NONE,
    TT_PICTURE_JPEG,
    TT_PICTURE_PNG,
    TT_PICTURE_GIF,
    TT_PICTURE_RIFF, /* WebP; films and sounds, which come in it too */
    TT_PICTURE_BMP
} tt_picture_kind;

/* What first bytes say. */
typedef struct tt_picture {
    tt_picture_kind kind;
    uint64_t end; /* where it ends, if its head states it (RIFF, BMP); else 0 */
} tt_picture;

/* Bytes that are looked at; fewer only when there are no more. */
#define TT_PICTURE_HEAD 54u

/* Which picture some first bytes begin. Thread: any. */
tt_picture tt_picture_of(const uint8_t *head, size_t size);

/*
 * May something lie behind the picture? By the last `size` bytes of its file of `file_size`, of which
 * TT_TAIL_SIZE are enough. 0 also when it is no picture. Thread: any.
 */
int tt_picture_goes_on(const tt_picture *picture, const uint8_t *tail, size_t size,
                       uint64_t file_size);

/*
 * The same of one that goes on, by all of its file, which must be a picture: is an archive's sign behind it?
 * Thread: any.
 */
int tt_picture_may_hold(const uint8_t *data, size_t size);

/* ---- A walk through its structure, as its bytes come ------------------------------------------ */

#define TT_NOWHERE UINT64_MAX

/* Single. */
typedef struct tt_picture_walk {
    tt_picture_kind kind;
    int state;
    int sound;       /* more than its first bytes are a picture's */
    int lost;        /* but its structure is damaged: `behind` is where that was seen */
    uint64_t at;     /* bytes taken */
    uint64_t skip;   /* of those that come, so many that need not be looked at */
    uint64_t behind; /* where something but zeros begins behind it; TT_NOWHERE: nothing did so far. Pictures
                        that follow, as some cameras write, belong to it */
    uint64_t before; /* the same of the picture before this one */
    size_t need, have; /* of a piece of its structure that is collected */
    uint8_t piece[TT_PICTURE_HEAD];
} tt_picture_walk;

/* Of what may be a picture or not: what is none has nothing behind it. */
void tt_picture_walk_begin(tt_picture_walk *walk);
/* The next bytes, from its first on. */
void tt_picture_walk_add(tt_picture_walk *walk, const uint8_t *data, size_t size);
/* Whoever can seek passes over what is not looked at. */
void tt_picture_walk_skip(tt_picture_walk *walk);
/* Nothing that comes will change what it says. */
int tt_picture_walk_over(const tt_picture_walk *walk);
/* The first bytes behind it begin an archive. */
int tt_picture_walk_archive(const tt_picture_walk *walk);
/* *out: the first bytes behind it, at most TT_PICTURE_HEAD, until the next call; answers how many. */
size_t tt_picture_walk_front(const tt_picture_walk *walk, const uint8_t **out);

#endif
