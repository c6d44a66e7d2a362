/*
 * signature: the table of signatures, the words of a pattern, and the view that is scanned.
 *
 * Inner to identify. A head is up to 36 KiB, and scanning all of it would cost more than the
 * digests of a small file. So each row has a *key*, the few of its fixed bytes that say most; the
 * stretches where keys may stand are copied side by side into a *view* of some 150 bytes; and one
 * Hyperscan database of all keys runs over that:
 *
 *     head    |0 .............. 88|    |128..131|    |257..260|      ...      |32769..32772|
 *     view  <>|0 .............. 88|<>|128..131|<>|257..260|<>...<>|32769..32772|
 *
 * The frame <> before each window lets a key of one or two bytes at a window's start be sought
 * together with it, as three or four: short keys would make the scan three times as dear.
 *
 * A row whose key stands in its place is then compared whole, with the head itself. (Whole rows as
 * anchored expressions scan no faster, and 300 of them take 0.8 s to compile; keys take 8 ms, which
 * only who needs types pays, once.)
 */
#ifndef TT_IDENTIFY_SIGNATURE_H
#define TT_IDENTIFY_SIGNATURE_H

#include "base/status.h"
#include "identify/identify.h"

#include <stddef.h>
#include <stdint.h>

/* Who wins when several fit; explained in signatures.def. */
typedef enum tt_priority {
    TT_PRIORITY_WEAK = 1,
    TT_PRIORITY_BROAD,
    TT_PRIORITY_DEEP, /* from here on a row outranks libmagic */
    TT_PRIORITY_SURE,
    TT_PRIORITY_EXACT
} tt_priority;

/* What a pattern cannot say: 1 when the head really is the row's type. Thread: any. */
typedef int tt_check(const uint8_t *head, size_t size);

typedef struct tt_signature {
    const char *pattern;
    const char *mime;
    tt_check *check; /* NULL for none */
    tutela_type type;
    tt_priority priority;
} tt_signature;

/* The rows, in the order of signatures.def. Static. Thread: any. */
const tt_signature *tt_signature_table(size_t *count);

/* The checks that rows name. */
tt_check tt_check_mpeg_frames, tt_check_adts_frames, tt_check_packets_188, tt_check_packets_192,
    tt_check_ebml_matroska, tt_check_ebml_webm, tt_check_ooxml_word, tt_check_ooxml_sheet,
    tt_check_ooxml_slides, tt_check_svg, tt_check_pe, tt_check_mbox;

/* ---- Patterns ------------------------------------------------------------------------------ */

/* The byte at `offset` is from low to high, or, with `more`, what the next atom says. */
typedef struct tt_atom {
    uint16_t offset;
    uint8_t low;
    uint8_t high;
    uint8_t more; /* the next atom is another choice for the same byte */
} tt_atom;

#define TT_PATTERN_ATOMS 96 /* atoms of one pattern; the longest in the table has 59 */

/*
 * The atoms of a pattern, ascending by offset. Returns how many, 0 when the text is no pattern.
 * Thread: any.
 */
size_t tt_pattern_parse(const char *text, tt_atom out[TT_PATTERN_ATOMS]);

/* 1 when the head has all of it. Thread: any. */
int tt_pattern_fits(const tt_atom *atoms, size_t count, const uint8_t *head, size_t size);

/* How many atoms fix a byte: the measure of how specific a row is. Thread: any. */
size_t tt_pattern_weight(const tt_atom *atoms, size_t count);

/* ---- Keys and the view --------------------------------------------------------------------- */

#define TT_KEY_MAX   4 /* bytes; longer ones take ever longer to compile and find no less */
#define TT_KEY_SHORT 2 /* up to this many are sought with the frame before them */

/* Fixed bytes that stand together. */
typedef struct tt_key {
    uint32_t offset; /* in the head */
    uint32_t size;
    uint8_t bytes[TT_KEY_MAX];
} tt_key;

/* The run of fixed bytes with the most different ones. size 0: there is none. Thread: any. */
tt_key tt_key_choose(const tt_atom *atoms, size_t count);

#define TT_VIEW_FRAME   2   /* bytes before each window */
#define TT_VIEW_WINDOWS 32  /* the table needs about 15 */
#define TT_VIEW_SIZE    512 /* bytes; the table needs about 170 */

typedef struct tt_window {
    uint32_t from; /* offset in the head */
    uint32_t at;   /* offset in the view, after its frame */
    uint32_t size;
} tt_window;

/* The stretches of a head where keys may stand. Shared. */
typedef struct tt_view {
    size_t count;
    uint32_t size;
    tt_window windows[TT_VIEW_WINDOWS];
} tt_view;

/* TUTELA_MEMORY; TUTELA_UNAVAILABLE when the keys need more than a view has. */
TT_MUST_USE tutela_status tt_view_plan(tt_view *out, const tt_key *keys, size_t count,
                                       tutela_error *error);

/*
 * What to seek in the view for a key of the plan: its bytes, with the frame for a short one, into
 * `bytes`; returns how many. *end gets where they end in the view.
 */
uint32_t tt_view_mark(const tt_view *view, const tt_key *key,
                      uint8_t bytes[TT_VIEW_FRAME + TT_KEY_MAX], uint64_t *end);

/*
 * Write the view of a head, view->size bytes. What the head is too short for reads as zeros: a key
 * found there is found out when the row is compared with the head.
 */
void tt_view_fill(const tt_view *view, const uint8_t *head, size_t size, uint8_t out[TT_VIEW_SIZE]);

/* ---- Answers ------------------------------------------------------------------------------- */

/* A view and Hyperscan's memory. Single. */
typedef struct tt_seeker tt_seeker;

/* Makes the signatures ready when they are not; fails as tt_signatures_ready. Caller owns *out. */
TT_MUST_USE tutela_status tt_seeker_new(tt_seeker **out, tt_signatures *signatures,
                                        tutela_error *error);
void tt_seeker_free(tt_seeker *seeker);

/*
 * The best row that fits a head of at most TT_IDENTIFY_HEAD bytes and passes its check; *out is NULL
 * when there is none. TUTELA_MEMORY, TUTELA_UNAVAILABLE from Hyperscan.
 */
TT_MUST_USE tutela_status tt_seeker_best(tt_seeker *seeker, const uint8_t *head, size_t size,
                                         const tt_signature **out, tutela_error *error);

/* 1 when a head begins with some thousand bytes of text, or is text and shorter. Thread: any. */
int tt_text_is(const uint8_t *head, size_t size);

#endif
