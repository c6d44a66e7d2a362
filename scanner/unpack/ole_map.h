/*
 * ole_map: which sectors of an OLE2 compound file belong to which of its streams.
 *
 * All of it is read before the first stream is delivered. Each sector is owned once: a chain that
 * meets one that another owns, or that is longer or shorter than its stream, is found here, so that
 * following it later cannot loop and needs no more checks. [MS-CFB] has the layout.
 */
#ifndef TT_UNPACK_OLE_MAP_H
#define TT_UNPACK_OLE_MAP_H

#include "unpack/stream.h"

#define TT_OLE_STORAGE 1u
#define TT_OLE_STREAM 2u
#define TT_OLE_ROOT 5u

/* Bytes of a directory entry, and of the name at its front (UTF-16, NUL included). */
#define TT_OLE_ENTRY_SIZE 128u
#define TT_OLE_NAME_SIZE 64u

/* An entry of the directory, as it is stored; then what was found of it. */
typedef struct tt_ole_entry {
    uint64_t size;
    uint32_t left, right, child;
    uint32_t start;  /* sector or mini sector */
    uint32_t parent; /* the storage it lies in; 0: the root */
    uint32_t sound;  /* sectors of its chain that are there, in order and its own */
    const char *why; /* NULL: that is all of them; else what is wrong with the next */
    uint8_t type;
    uint8_t reached; /* its place in the tree of names is known */
    uint8_t mini;    /* it lies in mini sectors */
} tt_ole_entry;

/* Single. */
typedef struct tt_ole_map {
    tt_stream *stream;
    unsigned shift;       /* a sector has 1 << shift bytes */
    uint32_t sectors;     /* in the file, the last one perhaps only in part */
    uint32_t *fat;        /* of each, which one follows */
    uint32_t *mini_fat;   /* the same of mini sectors */
    uint32_t mini_count;
    uint32_t *mini_stream; /* the sectors that hold the mini sectors */
    uint32_t mini_sectors;
    uint32_t *directory; /* the sectors that hold the entries */
    uint32_t directory_sectors;
    tt_ole_entry *entries; /* the first is the root */
    uint32_t count;
    tt_trouble trouble; /* not CLEAR: the first thing that is not in order in all this */
    uint8_t *owned, *mini_owned; /* a bit each */
} tt_ole_map;

/*
 * Read it. *is is 0 when the stream is no compound file at all. What is damaged is `trouble`, and what
 * is left of it can be used. TUTELA_MEMORY; tt_ole_map_done is due in any case.
 */
TT_MUST_USE tutela_status tt_ole_map_read(tt_ole_map *out, tt_stream *stream, int *is,
                                          tutela_error *error);
void tt_ole_map_done(tt_ole_map *map);

/* The stored name of an entry: TT_OLE_NAME_SIZE bytes, *size of them its name without the NUL. */
TT_MUST_USE tutela_status tt_ole_map_name(const tt_ole_map *map, uint32_t entry,
                                          uint8_t raw[TT_OLE_NAME_SIZE], size_t *size,
                                          tutela_error *error);

/* Where in a stream one reads. Single. */
typedef struct tt_ole_place {
    const tt_ole_entry *entry;
    uint64_t at;     /* bytes read */
    uint32_t sector; /* the one that holds the next, or mini sector */
} tt_ole_place;

/* 1 when a stream lies in one piece: *offset is where. */
int tt_ole_map_whole(const tt_ole_map *map, uint32_t entry, uint64_t *offset);

tt_ole_place tt_ole_place_of(const tt_ole_map *map, uint32_t entry);
/* The next bytes of a stream, as ops->read of stream.h. */
TT_MUST_USE tutela_status tt_ole_map_read_on(const tt_ole_map *map, tt_ole_place *place,
                                             void *buffer, size_t size, size_t *got,
                                             tt_trouble *trouble, tutela_error *error);

/* ---- Between the files of ole_map ------------------------------------------------------------ */

#define TT_OLE_END 0xfffffffeu  /* of a chain */
#define TT_OLE_NONE 0xffffffffu /* a free sector; no entry */

/* Say that something is not in order; the first one stands. */
void tt_ole_complain(tt_ole_map *map, tt_trouble trouble);
/* Bytes of a sector, those that are there, zeros after them. */
TT_MUST_USE tutela_status tt_ole_map_sector(const tt_ole_map *map, uint32_t sector, uint8_t *out,
                                            size_t *got, tt_trouble *trouble, tutela_error *error);
/* The entries, their places in the tree, and the sectors of their streams. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_ole_directory_read(tt_ole_map *map, uint32_t start,
                                                uint32_t mini_fat_start, tutela_error *error);
/*
 * A chain as a list of sectors, each now owned; *why is set when it does not end where it should.
 * TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_ole_chain_list(tt_ole_map *map, uint32_t start, uint32_t **out,
                                            uint32_t *count, const char **why,
                                            tutela_error *error);
/*
 * Own the sectors of a chain of `count` in a table of `total`, and count those that are in order.
 * *why is set when they are not exactly that many.
 */
uint32_t tt_ole_chain_own(const uint32_t *table, uint32_t total, uint8_t *owned, uint32_t start,
                          uint32_t count, const char **why);

#endif
