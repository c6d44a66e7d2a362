/*
 * pst_file: the lower half of a PST ([MS-PST] 2.2): its header, its two B-trees, its blocks, and what
 * the blocks make up: data, and the nodes below a node.
 *
 * Every page and block has a checksum and its own number; nothing is handed on of which either does not
 * fit. What cannot be had is noted once for the whole, and by whoever wanted it for the member.
 */
#ifndef TT_UNPACK_PST_FILE_H
#define TT_UNPACK_PST_FILE_H

#include "unpack/stream.h"

/* Bytes of a block's data at most, and of a page, of any kind of file. */
#define TT_PST_BLOCK 65536u
#define TT_PST_PAGE 4096u
/* Pages of the trees that are kept: each block is looked for from the root on. */
#define TT_PST_KEPT 8u
/* Depth of a tree: with 15 entries or more to a page, six hold more than any file does. */
#define TT_PST_DEPTH 8u

/*
 * What differs between the kinds of files: sizes, and where things are. The order of what a structure
 * holds is the same in all of them, but for the trailers' checksum and number.
 */
typedef struct tt_pst_kind {
    unsigned newest;         /* version of the file it goes up to */
    unsigned word;           /* bytes of a block's number, and of an offset */
    /* In the header. */
    unsigned size_at, roots_at, sentinel_at;
    unsigned sum_at;         /* of the checksum of all of it, or 0 */
    /* A page: its size, where its counts are and how wide, and its trailer. */
    unsigned page, counts_at, count, page_trailer;
    /* A block: the most it takes up, what it is filled up to a multiple of, and its trailer. */
    unsigned block, step, block_trailer;
    unsigned trailer_sum, trailer_id; /* in either trailer */
    unsigned inflated_at;    /* in a block's trailer: the size its data has inflated; 0: it never is */
    unsigned nodes_at;       /* in a list of nodes: the first */
    unsigned index_bits;     /* of a place in a heap: which of its block's items */
} tt_pst_kind;

/* The low five bits of a node's number: what it is. */
enum { TT_PST_FOLDER = 2, TT_PST_MESSAGE = 4, TT_PST_ATTACHMENT = 5, TT_PST_ASSOCIATED = 8 };

/* Single. */
typedef struct tt_pst {
    tt_stream *stream;
    const tt_pst_kind *kind;
    uint64_t nodes, nodes_id;   /* where the root page of the nodes is, and its number */
    uint64_t blocks, blocks_id; /* of the blocks */
    uint8_t cipher;
    tt_trouble trouble;    /* what is wrong with the whole */
    tt_trouble fault;      /* why what was asked for last cannot be had */
    tt_trouble source;     /* the stream's own trouble */
    tutela_status failed;  /* ours: it ends the run */
    tutela_error *error;   /* of the call under way */
    uint8_t *deflated;     /* kind->block bytes: a block as it is stored; NULL until there is one */
    struct {
        uint64_t offset, id;
        unsigned type; /* 0: none is kept here */
        uint8_t page[TT_PST_PAGE];
    } kept[TT_PST_KEPT];   /* pages whose checksums fit */
} tt_pst;

typedef struct tt_pst_node {
    uint32_t id, parent;
    uint64_t data, below; /* numbers of blocks, or 0 */
} tt_pst_node;

/* A way through the nodes, in the order of their numbers. */
typedef struct tt_pst_walk {
    unsigned depth; /* pages held */
    struct {
        uint8_t page[TT_PST_PAGE];
        unsigned next;
    } at[TT_PST_DEPTH];
} tt_pst_walk;

/* A way through the blocks of some data, which may lie in lists of lists. Zeroed before its first use. */
typedef struct tt_pst_data {
    unsigned depth; /* lists held, at most two */
    struct {
        size_t size;
        unsigned next;
    } at[2];
    uint8_t *lists; /* two of kind->block bytes each; NULL until there is one */
    uint64_t only;  /* it is one block, not given yet */
    uint64_t total; /* bytes it says it has */
} tt_pst_data;

/* Free what it holds; safe on one that is zeroed. */
void tt_pst_done(tt_pst *pst);

/* ---- pst_file.c: each answers 1, or 0 with why in `fault` ------------------------------------- */

/* Read the header. 0 as well when this is no file of a kind that is read. */
int tt_pst_open(tt_pst *pst);
/* The data of a block, inflated and clear; *size bytes of it, for which `out` has kind->block. */
int tt_pst_block(tt_pst *pst, uint64_t id, uint8_t *out, size_t *size);
/* Before the first node. */
void tt_pst_walk_begin(tt_pst *pst, tt_pst_walk *walk);
/* The next node; 0 when there is none. What lies behind a damaged page is passed over, and noted. */
int tt_pst_walk_next(tt_pst *pst, tt_pst_walk *walk, tt_pst_node *out);
/* The node of a number. */
int tt_pst_find(tt_pst *pst, uint32_t id, tt_pst_node *out);

/* ---- pst_data.c ------------------------------------------------------------------------------- */

/* At its first block. What it was in before is forgotten. */
int tt_pst_data_begin(tt_pst *pst, tt_pst_data *data, uint64_t id);
void tt_pst_data_done(tt_pst_data *data);
/* Its next block, as tt_pst_block's. 1; 0 at the end, or when `fault` says why. */
int tt_pst_data_next(tt_pst *pst, tt_pst_data *data, uint8_t *out, size_t *size);
/* Call `take` for each node below the one whose list is `id`; it answers 0 to stop. 0 when not all of
 * them could be had. */
int tt_pst_below(tt_pst *pst, uint64_t id, int (*take)(void *user, const tt_pst_node *node),
                 void *user);

/* ---- Between its files ------------------------------------------------------------------------ */

/* Note why something cannot be had, for it and, if nothing was before, for the whole. 0. */
int tt_pst_fail(tt_pst *pst, tutela_item_status status, const char *reason);
/* Note that the run is out of memory. 0. */
int tt_pst_no_memory(tt_pst *pst);
/* A block's number, or an offset: kind->word bytes. */
uint64_t tt_pst_word(const tt_pst *pst, const uint8_t *at);
void tt_pst_permute(uint8_t *data, size_t size);
void tt_pst_cycle(uint8_t *data, size_t size, uint32_t key);

#endif
