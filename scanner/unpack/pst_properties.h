/*
 * pst_properties: the properties of a node of a PST: a heap in the node's own data, and a B-tree in it
 * ([MS-PST] 2.3).
 */
#ifndef TT_UNPACK_PST_PROPERTIES_H
#define TT_UNPACK_PST_PROPERTIES_H

#include "unpack/pst_file.h"

/* Blocks of a heap that are read: what is large lies outside of it, and a heap of a few is usual. At
 * 64 KiB each they are 16 MiB. */
#define TT_PST_HEAP_BLOCKS 256u

/* Types of properties, and those that are asked for. */
enum { TT_PST_OBJECT = 13, TT_PST_STRING8 = 30, TT_PST_UNICODE = 31, TT_PST_BINARY = 258 };
enum {
    TT_PST_P_SUBJECT = 0x37, TT_PST_P_BODY = 0x1000, TT_PST_P_RTF = 0x1009, TT_PST_P_HTML = 0x1013,
    TT_PST_P_DISPLAY_NAME = 0x3001, TT_PST_P_DATA = 0x3701, TT_PST_P_FILENAME = 0x3704,
    TT_PST_P_METHOD = 0x3705, TT_PST_P_LONG_FILENAME = 0x3707
};

/* Zeroed before it is loaded. Single. */
typedef struct tt_pst_properties {
    uint8_t *heap;                            /* its blocks, one after another */
    size_t starts[TT_PST_HEAP_BLOCKS + 1];    /* of each, and the end of the last */
    size_t count, room;
    unsigned index_bits;                      /* the file's kind's */
    unsigned levels;                          /* of lists above the records */
    uint32_t root;
} tt_pst_properties;

/* A value: bytes in the heap, or a node below the one whose property it is. */
typedef struct tt_pst_value {
    unsigned type;
    uint32_t number;     /* of a type of four bytes or fewer, itself */
    const uint8_t *data; /* the properties', or NULL: in `node`, or nothing when that is 0 */
    size_t size;
    uint32_t node;
} tt_pst_value;

/* Those in the data of block `id`. 1; 0 and why in pst->fault. */
int tt_pst_properties_load(tt_pst *pst, tt_pst_properties *out, uint64_t id);
/* 1 when there is one of that number; -1 when it cannot be told, with why in pst->fault. */
int tt_pst_properties_find(tt_pst *pst, const tt_pst_properties *props, unsigned number,
                           tt_pst_value *out);
void tt_pst_properties_done(tt_pst_properties *props);

#endif
