/*
 * list: what a file mentions, each digest once.
 *
 * Mentions are gathered as they come, and put in order when there is no room for more: a table of digests that a
 * hostile file chose would be one in which all of them lie in the same place, but sorting always takes the same.
 */
#include "mention/mention.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define GATHERED (2u * TT_MENTIONS_MAX)

size_t tt_mention_size(int32_t algorithm)
{
    switch (algorithm) {
    case TUTELA_MD5:
        return 16;
    case TUTELA_SHA1:
        return 20;
    case TUTELA_SHA256:
        return 32;
    default:
        return 0;
    }
}

static int by_offset(const void *left, const void *right)
{
    const tt_mention *a = left, *b = right;

    return (a->offset > b->offset) - (a->offset < b->offset);
}

static int compare_digests(const tt_mention *a, const tt_mention *b)
{
    if (a->algorithm != b->algorithm)
        return a->algorithm < b->algorithm ? -1 : 1;
    return memcmp(a->digest, b->digest, sizeof a->digest);
}

static int by_digest(const void *left, const void *right)
{
    int order = compare_digests(left, right);

    return order ? order : by_offset(left, right);
}

/* Each digest once; of too many those that first stand nearest to the start. */
void tt_mention_list_end(tt_mention_list *list)
{
    size_t count = 0;

    if (list->count == 0)
        return;
    qsort(list->item, list->count, sizeof *list->item, by_digest);
    for (size_t i = 1; i < list->count; i++) {
        if (compare_digests(&list->item[count], &list->item[i]) == 0)
            list->item[count].count += list->item[i].count;
        else
            list->item[++count] = list->item[i];
    }
    list->count = count + 1;
    qsort(list->item, list->count, sizeof *list->item, by_offset);
    if (list->count <= TT_MENTIONS_MAX)
        return;
    list->count = TT_MENTIONS_MAX;
    list->cut = 1;
}

tutela_status tt_mention_list_add(void *user, uint64_t at, int algorithm, const uint8_t *digest,
                                  tutela_error *error)
{
    tt_mention_list *list = user;
    tt_mention *to;

    if (list->count == GATHERED)
        tt_mention_list_end(list);
    if (tt_grow((void **)&list->item, &list->room, list->count, sizeof *list->item) != 0)
        return tt_no_memory(error);
    to = &list->item[list->count++];
    *to = (tt_mention){.offset = at, .count = 1, .algorithm = algorithm};
    memcpy(to->digest, digest, tt_mention_size(algorithm));
    return TUTELA_OK;
}

void tt_mention_list_clear(tt_mention_list *list)
{
    list->count = 0;
    list->cut = 0;
}

void tt_mention_list_done(tt_mention_list *list)
{
    tt_free(list->item);
    *list = (tt_mention_list){0};
}
