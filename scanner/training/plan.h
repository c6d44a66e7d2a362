/*
 * plan: what the training tree holds, as tables. Static; thread: any.
 */
#ifndef TT_TRAINING_PLAN_H
#define TT_TRAINING_PLAN_H

#include "training/make.h"

#define TT_PLAN_START INT64_C(1704067200) /* 1 January 2024, 00:00 UTC */
#define TT_PLAN_DAYS  730                 /* two years of file times */

/* Files of one kind, numbered: folder/prefix0001suffix and so on. */
typedef struct tt_plan_batch {
    const char *folder;
    const char *prefix;
    const char *suffix;
    tt_make *make;
    uint16_t digits; /* of the number, zeros in front */
    uint16_t first;
    uint16_t count;
    uint16_t day;  /* their times begin that many days after TT_PLAN_START */
    uint16_t days; /* and spread over so many */
} tt_plan_batch;

/* One file by itself. Its folder is made when it is not there. */
typedef struct tt_plan_single {
    const char *path;
    tt_make *make;
    const char *like; /* NULL, or the path of a file of the same kind whose bytes it repeats */
} tt_plan_single;

/* A file that has no bytes of its own. */
typedef struct tt_plan_special {
    const char *path;
    const char *target; /* what a link names */
    enum { TT_PLAN_HARD_LINK, TT_PLAN_SYMLINK, TT_PLAN_FIFO, TT_PLAN_FOLDER } kind;
} tt_plan_special;

/* The lists, as bits of tt_plan_known.lists. */
enum {
    TT_LIST_MD5 = 1,      /* MD5 alone */
    TT_LIST_SHA1 = 2,     /* SHA-1 alone */
    TT_LIST_SHA256 = 4,   /* SHA-256 alone */
    TT_LIST_HASHDEEP = 8, /* size, MD5, SHA-1, SHA-256 */
    TT_LIST_CSV = 16,     /* MD5, SHA-1, size */
    TT_LIST_VICS2 = 32,   /* MD5, SHA-1, size */
    TT_LIST_VICS1 = 64,   /* MD5, size */
    TT_LIST_GOOD = 128,   /* MD5 alone, of harmless files */
    TT_LIST_CROSSED = 256 /* an entry of the CSV list that mixes the digests of two files */
};

/* A file whose digests are in lists. */
typedef struct tt_plan_known {
    const char *path;
    unsigned lists;
} tt_plan_known;

/* Each table ends with a row whose first member is NULL. */
extern const tt_plan_batch tt_plan_batches[];
extern const tt_plan_single tt_plan_singles[];
extern const tt_plan_special tt_plan_specials[];
extern const tt_plan_known tt_plan_knowns[];

#define TT_PLAN_SPARSE      "Special/sparse.img"
#define TT_PLAN_SPARSE_SIZE (4u << 20)

#endif
