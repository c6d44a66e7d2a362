/*
 * pst_data: what the blocks of a PST make up: data of any size, in lists of blocks and lists of those
 * ([MS-PST] 2.2.2.8.3.2), and the nodes below a node (2.2.2.8.3.3).
 */
#include "unpack/pst_file.h"

#include "base/cursor.h"
#include "base/mem.h"

#define LIST_HEADER 8u   /* of a list of blocks */
#define DATA_LIST 1u
#define NODE_LIST 2u
#define NODE_WORDS 3u    /* of a node below: its number, its data, the nodes below it */
#define LEAF_WORDS 2u    /* of a list of them */
#define INTERNAL 2u

static int disorder(tt_pst *pst)
{
    return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "its directory is damaged");
}

/* A list of blocks, at `level`; 0: any. */
static int push(tt_pst *pst, tt_pst_data *data, uint64_t id, unsigned level)
{
    uint8_t *list;
    size_t size = 0;

    if (!data->lists)
        data->lists = tt_alloc_raw(2, pst->kind->block);
    if (!data->lists)
        return tt_pst_no_memory(pst);
    list = data->lists + (size_t)data->depth * pst->kind->block;
    if (!tt_pst_block(pst, id, list, &size))
        return 0;
    if (size < LIST_HEADER || list[0] != DATA_LIST || list[1] < 1 || list[1] > 2
        || (level && list[1] != level) || LIST_HEADER + pst->kind->word * tt_load16(list + 2) > size)
        return disorder(pst);
    data->at[data->depth].size = tt_load16(list + 2);
    data->at[data->depth].next = 0;
    data->depth++;
    return 1;
}

int tt_pst_data_begin(tt_pst *pst, tt_pst_data *data, uint64_t id)
{
    data->depth = 0;
    data->only = 0;
    data->total = UINT64_MAX;
    if (!(id & INTERNAL)) {
        data->only = id;
        return 1;
    }
    if (!push(pst, data, id, 0))
        return 0;
    data->total = tt_load32(data->lists + 4);
    return 1;
}

int tt_pst_data_next(tt_pst *pst, tt_pst_data *data, uint8_t *out, size_t *size)
{
    uint64_t id = data->only;

    pst->fault = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    data->only = 0;
    while (data->depth > 0 && id == 0) {
        unsigned top = data->depth - 1, index = data->at[top].next++;
        const uint8_t *list = data->lists + (size_t)top * pst->kind->block;
        if (index >= data->at[top].size) {
            data->depth--;
            continue;
        }
        id = tt_pst_word(pst, list + LIST_HEADER + pst->kind->word * index);
        if (list[1] == 1)
            break;
        if (!push(pst, data, id, 1))
            return 0;
        id = 0;
    }
    if (id == 0)
        return 0;
    if (id & INTERNAL)
        return disorder(pst);
    return tt_pst_block(pst, id, out, size);
}

void tt_pst_data_done(tt_pst_data *data)
{
    tt_free(data->lists);
    data->lists = NULL;
}

/* Whether the list of nodes is in order, of a level that is not above `level`. */
static int is_node_list(const tt_pst *pst, const uint8_t *list, size_t size, int level)
{
    unsigned words = size >= pst->kind->nodes_at && list[1] ? LEAF_WORDS : NODE_WORDS;

    return size >= pst->kind->nodes_at && list[0] == NODE_LIST && list[1] <= level
           && pst->kind->nodes_at + words * pst->kind->word * tt_load16(list + 2) <= size;
}

/* One list of nodes; those of level 1 list such lists. */
static int below(tt_pst *pst, uint64_t id, int level,
                 int (*take)(void *user, const tt_pst_node *node), void *user)
{
    TT_AUTO_FREE uint8_t *list = tt_alloc_raw(1, pst->kind->block);
    unsigned word = pst->kind->word, words;
    size_t size = 0;
    int whole = 1;

    if (!list)
        return tt_pst_no_memory(pst);
    if (!tt_pst_block(pst, id, list, &size))
        return 0;
    if (!is_node_list(pst, list, size, level))
        return disorder(pst);
    words = list[1] ? LEAF_WORDS : NODE_WORDS;
    for (unsigned i = 0; i < tt_load16(list + 2) && pst->failed == TUTELA_OK; i++) {
        const uint8_t *at = list + pst->kind->nodes_at + words * word * i;
        tt_pst_node node = {.id = tt_load32(at), .data = tt_pst_word(pst, at + word),
                            .below = list[1] ? 0 : tt_pst_word(pst, at + 2 * word)};
        if (list[1])
            whole &= below(pst, node.data, 0, take, user);
        else if (!take(user, &node))
            break;
    }
    return whole;
}

int tt_pst_below(tt_pst *pst, uint64_t id, int (*take)(void *user, const tt_pst_node *node),
                 void *user)
{
    return id == 0 || below(pst, id, 1, take, user);
}
