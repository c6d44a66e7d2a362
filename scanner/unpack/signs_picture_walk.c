/*
 * signs_picture_walk: the way through a picture's structure to its end, and what is behind (pictures.h).
 *
 * Much that begins like a picture is none, or is damaged: until it has shown more of one than its first bytes
 * it has no end, and nothing is behind it.
 */
#include "unpack/pictures.h"

#include "unpack/signs.h"

#include <string.h>

enum {
    FIRST, /* what is it? */
    START,
    JPEG_MARKER,
    JPEG_LENGTH,
    JPEG_SCAN,
    JPEG_IN_SCAN, /* the byte behind an ff */
    PNG_FIRST,
    PNG_CHUNK,
    GIF_BLOCK,
    GIF_IMAGE,
    GIF_PIECE,
    ENDED,
    ANOTHER, /* something is behind: is it a picture? */
    OVER
};

static void go(tt_picture_walk *w, int state, size_t need, uint64_t skip)
{
    w->state = state;
    w->need = need;
    w->have = 0;
    w->skip = skip;
}

/* It is no picture after all; if there was one before, this is what is behind that. */
static void give_up(tt_picture_walk *w)
{
    go(w, OVER, 0, 0);
    w->behind = w->before;
    w->sound = w->before != TT_NOWHERE;
}

static void get_lost(tt_picture_walk *w)
{
    if (!w->sound) {
        give_up(w);
        return;
    }
    w->state = OVER;
    w->lost = 1;
    w->behind = w->at;
}

void tt_picture_walk_begin(tt_picture_walk *walk)
{
    *walk = (tt_picture_walk){.behind = TT_NOWHERE, .before = TT_NOWHERE};
    go(walk, FIRST, sizeof walk->piece, 0);
}

/* What a marker begins. */
static void see_marker(tt_picture_walk *w, uint8_t marker)
{
    if (marker == 0xd9) {
        go(w, ENDED, 0, 0);
    } else if (marker == 0xd8 || marker == 1 || (marker & 0xf8) == 0xd0) {
        go(w, JPEG_MARKER, 2, 0);
    } else if (marker == 0) {
        get_lost(w);
    } else {
        go(w, JPEG_LENGTH, 3, 0);
        w->piece[w->have++] = marker;
    }
}

static void step_jpeg(tt_picture_walk *w)
{
    const uint8_t *piece = w->piece;
    unsigned length;

    switch (w->state) {
    case JPEG_MARKER:
        if (piece[0] != 0xff)
            get_lost(w);
        else if (piece[1] == 0xff)
            w->have = 1; /* a fill */
        else
            see_marker(w, piece[1]);
        return;
    case JPEG_LENGTH:
        length = (unsigned)piece[1] << 8 | piece[2];
        if (length < 2)
            get_lost(w);
        else
            go(w, piece[0] == 0xda ? JPEG_SCAN : JPEG_MARKER, piece[0] == 0xda ? 0 : 2, length - 2);
        w->sound |= w->state == JPEG_SCAN;
        return;
    case JPEG_IN_SCAN:
        if (piece[0] == 0xff)
            w->have = 0;
        else if (piece[0] == 0 || (piece[0] & 0xf8) == 0xd0)
            go(w, JPEG_SCAN, 0, 0);
        else
            see_marker(w, piece[0]);
        return;
    default:
        go(w, JPEG_MARKER, 2, 0);
        return;
    }
}

static int are_letters(const uint8_t *at, size_t size)
{
    while (size > 0 && (at[size - 1] | 32) >= 'a' && (at[size - 1] | 32) <= 'z')
        size--;
    return size == 0;
}

static void step_png(tt_picture_walk *w)
{
    const uint8_t *size = w->piece, *name = w->piece + 4;
    uint64_t high = (uint64_t)size[0] << 8 | size[1], low = (uint64_t)size[2] << 8 | size[3];
    uint64_t skip = (high << 16 | low) + 4;

    if (w->state == START) {
        go(w, PNG_FIRST, 8, 0);
    } else if (size[0] > 127 || !are_letters(name, 4)
               || (w->state == PNG_FIRST && memcmp(size, "\0\0\0\15IHDR", 8) != 0)) {
        get_lost(w);
    } else {
        w->sound |= w->state == PNG_CHUNK;
        if (memcmp(name, "IEND", 4) == 0)
            go(w, ENDED, 0, skip);
        else
            go(w, PNG_CHUNK, 8, skip);
    }
}

/* Bytes of a table of colours. */
static unsigned colours(uint8_t flags)
{
    return flags & 0x80 ? 3u << ((flags & 7) + 1) : 0;
}

static void step_gif(tt_picture_walk *w)
{
    uint8_t first = w->piece[0];

    switch (w->state) {
    case GIF_BLOCK:
        if (first == '!')
            go(w, GIF_PIECE, 1, 1);
        else if (first == ',')
            go(w, GIF_IMAGE, 9, 0);
        else if (first == ';')
            go(w, ENDED, 0, 0);
        else
            get_lost(w);
        return;
    case GIF_IMAGE:
        w->sound = 1;
        go(w, GIF_PIECE, 1, colours(w->piece[8]) + 1);
        return;
    case GIF_PIECE:
        if (first == 0)
            go(w, GIF_BLOCK, 1, 0);
        else
            go(w, GIF_PIECE, 1, first);
        return;
    default:
        go(w, GIF_BLOCK, 1, colours(w->piece[10]));
        return;
    }
}

/* The first bytes of a picture, or of something behind one: whatever they begin is walked through. */
static void step_first(tt_picture_walk *w)
{
    static const size_t first[] = {[TT_PICTURE_JPEG] = 2, [TT_PICTURE_PNG] = 8, [TT_PICTURE_GIF] = 13};
    tt_picture next = tt_picture_of(w->piece, w->have);
    uint8_t piece[sizeof w->piece];

    w->state = OVER;
    if (next.kind == TT_PICTURE_NONE)
        return;
    w->kind = next.kind;
    w->before = w->behind;
    w->behind = TT_NOWHERE;
    w->at -= w->have;
    memcpy(piece, w->piece, sizeof piece);
    w->sound = next.end > 0;
    if (w->sound)
        go(w, ENDED, 0, next.end);
    else
        go(w, START, first[next.kind], 0);
    tt_picture_walk_add(w, piece, sizeof piece);
}

static void step(tt_picture_walk *w)
{
    if (w->state == FIRST || w->state == ANOTHER)
        step_first(w);
    else if (w->kind == TT_PICTURE_JPEG)
        step_jpeg(w);
    else if (w->kind == TT_PICTURE_PNG)
        step_png(w);
    else
        step_gif(w);
}

/* Bytes that are passed over until something is met. */
static size_t pass_over(tt_picture_walk *w, const uint8_t *data, size_t size)
{
    const uint8_t *met;
    size_t at = 0;

    if (w->state == JPEG_SCAN) {
        met = memchr(data, 0xff, size);
        if (!met)
            return size;
        go(w, JPEG_IN_SCAN, 1, 0);
        return (size_t)(met - data) + 1;
    }
    while (at < size && data[at] == 0)
        at++;
    if (at < size && w->sound) {
        go(w, ANOTHER, sizeof w->piece, 0);
        w->behind = w->at + at;
    } else if (at < size) {
        give_up(w);
    }
    return at;
}

void tt_picture_walk_add(tt_picture_walk *walk, const uint8_t *data, size_t size)
{
    while (size > 0 && walk->state != OVER) {
        size_t some = size;

        if (walk->skip > 0) {
            some = walk->skip < size ? (size_t)walk->skip : size;
            walk->skip -= some;
        } else if (walk->state == JPEG_SCAN || walk->state == ENDED) {
            some = pass_over(walk, data, size);
        } else {
            some = walk->need - walk->have < size ? walk->need - walk->have : size;
            memcpy(walk->piece + walk->have, data, some);
            walk->have += some;
        }
        walk->at += some;
        data += some;
        size -= some;
        if (walk->skip == 0 && walk->need > 0 && walk->have == walk->need)
            step(walk);
    }
}

void tt_picture_walk_skip(tt_picture_walk *walk)
{
    walk->at += walk->skip;
    walk->skip = 0;
}

int tt_picture_walk_over(const tt_picture_walk *walk)
{
    return walk->state == OVER;
}

/* ---- What is behind ------------------------------------------------------------------------ */

size_t tt_picture_walk_front(const tt_picture_walk *walk, const uint8_t **out)
{
    *out = walk->piece;
    return walk->behind != TT_NOWHERE && !walk->lost ? walk->have : 0;
}

int tt_picture_walk_archive(const tt_picture_walk *walk)
{
    const uint8_t *front;
    size_t size = tt_picture_walk_front(walk, &front);

    return tt_begins_container(front, size);
}

/* Is a sign there? Looked for by its rarest byte, which is many times as fast as memmem in most bytes. */
static int has(const uint8_t *data, size_t size, const char *sign, size_t length, size_t rare)
{
    const uint8_t *at = data + rare, *end = data + size;

    while (size >= length && at + (length - rare) <= end) {
        at = memchr(at, sign[rare], (size_t)(end - at) - (length - rare - 1));
        if (!at)
            return 0;
        if (memcmp(at - rare, sign, length) == 0)
            return 1;
        at++;
    }
    return 0;
}

int tt_picture_may_hold(const uint8_t *data, size_t size)
{
    tt_picture_walk w;
    size_t from;

    tt_picture_walk_begin(&w);
    tt_picture_walk_add(&w, data, size);
    if (!w.sound)
        return 0;
    from = w.lost || w.behind > size ? 0 : (size_t)w.behind;
    if (has(data + from, size - from, "7z\xbc\xaf\x27\x1c", 6, 5)
        || has(data + from, size - from, "Rar!\x1a\7", 6, 4))
        return 1;
    return from > 0
           && (tt_begins_container(data + from, size - from)
               || has(data + from, size - from, "PK\3\4", 4, 3)
               || has(data + from, size - from, "MSCF\0\0\0", 7, 2));
}
