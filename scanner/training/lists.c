/*
 * lists: which files go into which list, the digests that match nothing beside them, and what a
 * scan with all lists has to say.
 */
#include "training/lists.h"

#include "base/mem.h"
#include "base/text.h"
#include "training/make.h"
#include "training/plan.h"
#include "training/rows.h"

#include <stdlib.h>
#include <string.h>

#define LISTED_AT   INT64_C(1761955200) /* 1 November 2025: the lists' own time */
#define BROKEN_AT   3u                  /* the broken row stands after so many good ones */
#define FIRST_DECOY 5000u               /* entry numbers: known files count from 1 */
#define CATEGORIES  3u

static const tt_tree_mark list_mark = {.when = LISTED_AT, .mode = 0644};

typedef struct entries {
    tt_rows_entry *entry;
    size_t count;
    size_t room;
    char (*decoy)[24]; /* the decoys' names */
} entries;

static void entries_done(entries *list)
{
    tt_free(list->entry);
    tt_free(list->decoy);
}

static tutela_status add(entries *list, const tt_rows_entry *entry, tutela_error *error)
{
    if (tt_grow((void **)&list->entry, &list->room, list->count, sizeof *list->entry) != 0)
        return tt_no_memory(error);
    list->entry[list->count++] = *entry;
    return TUTELA_OK;
}

static tutela_status find(const tt_tree *tree, const char *path, const tt_tree_file **out,
                          tutela_error *error)
{
    *out = tt_tree_find(tree, path);
    if (!*out)
        return tt_fail(error, TUTELA_STATE, 0, "training plan: a listed file is not in the tree");
    return TUTELA_OK;
}

/* MD5 and size of the first crossed file, SHA-1 of the second: what a collision looks like. */
static tutela_status add_crossed(entries *list, const tt_tree *tree, tutela_error *error)
{
    tt_rows_entry entry = {.number = FIRST_DECOY - 1, .category = 1, .name = "crossed"};
    int seen = 0;

    for (const tt_plan_known *known = tt_plan_knowns; known->path; known++) {
        const tt_tree_file *file;

        if (!(known->lists & TT_LIST_CROSSED))
            continue;
        TT_TRY(find(tree, known->path, &file, error));
        if (seen++ == 0) {
            entry.digests = file->digests;
            entry.size = file->size;
        } else {
            memcpy(entry.digests.value[TUTELA_SHA1], file->digests.value[TUTELA_SHA1],
                   tt_digest_size(TUTELA_SHA1));
        }
    }
    return add(list, &entry, error);
}

static tutela_status add_known(entries *list, const tt_tree *tree, unsigned bit,
                               tutela_error *error)
{
    for (const tt_plan_known *known = tt_plan_knowns; known->path; known++) {
        uint32_t number = (uint32_t)(known - tt_plan_knowns) + 1;
        const tt_tree_file *file;
        tt_rows_entry entry;

        if (!(known->lists & bit))
            continue;
        TT_TRY(find(tree, known->path, &file, error));
        entry = (tt_rows_entry){.digests = file->digests,
                                .size = file->size,
                                .name = known->path,
                                .number = number,
                                .category = number % CATEGORIES + 1};
        TT_TRY(add(list, &entry, error));
    }
    return bit == TT_LIST_CSV ? add_crossed(list, tree, error) : TUTELA_OK;
}

static tutela_status add_decoys(entries *list, uint32_t count, tt_random *random,
                                tutela_error *error)
{
    list->decoy = tt_alloc(count, sizeof *list->decoy);
    if (!list->decoy)
        return tt_no_memory(error);
    for (uint32_t i = 0; i < count; i++) {
        tt_rows_entry entry = {.name = list->decoy[i], .number = FIRST_DECOY + i};
        TT_AUTO_BUF tt_buf name;

        /* One draw a statement: the order inside an initialiser is the compiler's choice. */
        entry.size = 1000 + tt_random_below(random, 1000000);
        entry.category = tt_random_below(random, CATEGORIES) + 1;
        tt_buf_init(&name, sizeof list->decoy[i]);
        tt_buf_printf(&name, "decoy/%04u.bin", i + 1);
        if (tt_buf_failed(&name))
            return tt_no_memory(error);
        memcpy(list->decoy[i], name.data, name.size + 1);
        for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
            for (size_t j = 0; j < tt_digest_size(algorithm); j++)
                entry.digests.value[algorithm][j] = (uint8_t)tt_random_below(random, 256);
        TT_TRY(add(list, &entry, error));
    }
    return TUTELA_OK;
}

static void shuffle(entries *list, tt_random *random)
{
    for (size_t i = list->count; i > 1; i--) {
        size_t other = tt_random_below(random, (uint32_t)i);
        tt_rows_entry held = list->entry[i - 1];

        list->entry[i - 1] = list->entry[other];
        list->entry[other] = held;
    }
}

static tutela_status write_list(tt_tree *lists, const tt_tree *tree, const tt_rows_format *format,
                                uint64_t seed, tutela_error *error)
{
    __attribute__((cleanup(entries_done))) entries list = {.entry = NULL};
    tt_random random = tt_random_named(seed, format->file);
    TT_AUTO_BUF tt_buf text;

    tt_buf_init(&text, TT_MAKE_MAX);
    TT_TRY(add_known(&list, tree, format->bit, error));
    TT_TRY(add_decoys(&list, format->decoys, &random, error));
    shuffle(&list, &random);

    tt_buf_add_text(&text, format->head);
    for (size_t i = 0; i < list.count; i++) {
        if (i == BROKEN_AT)
            tt_buf_add_text(&text, format->broken);
        format->row(&text, &list.entry[i], i);
    }
    tt_buf_add_text(&text, format->tail);
    return tt_tree_write(lists, format->file, &text, &list_mark, error);
}

tutela_status tt_lists_write(tt_tree *lists, const tt_tree *tree, uint64_t seed,
                             tutela_error *error)
{
    for (const tt_rows_format *format = tt_rows_formats; format->file; format++)
        TT_TRY(write_list(lists, tree, format, seed, error));
    return TUTELA_OK;
}

/* The best that all lists together say of a file. X stands alone in the plan. */
static const char *grade_of(unsigned lists)
{
    if (lists & (TT_LIST_SHA256 | TT_LIST_HASHDEEP))
        return "S"; /* SHA-256 */
    if (lists & (TT_LIST_CSV | TT_LIST_VICS2))
        return "A"; /* MD5 and SHA-1 */
    if (lists & (TT_LIST_SHA1 | TT_LIST_VICS1))
        return "B"; /* SHA-1 alone, or MD5 with the size */
    return lists & TT_LIST_CROSSED ? "X" : "C";
}

/* All lists that hold this content, whatever its name. */
static tutela_status lists_of(const tt_tree *tree, const tt_tree_file *file, unsigned *out,
                              tutela_error *error)
{
    unsigned lists = 0;

    for (const tt_plan_known *known = tt_plan_knowns; known->path; known++) {
        const tt_tree_file *listed;

        TT_TRY(find(tree, known->path, &listed, error));
        if (memcmp(listed->digests.value[TUTELA_SHA256], file->digests.value[TUTELA_SHA256],
                   tt_digest_size(TUTELA_SHA256))
            == 0)
            lists |= known->lists;
    }
    *out = lists;
    return TUTELA_OK;
}

static int by_path(const void *left, const void *right)
{
    const tt_tree_file *const *a = left;
    const tt_tree_file *const *b = right;

    return strcmp((*a)->path, (*b)->path);
}

tutela_status tt_lists_answers(tt_buf *out, const tt_tree *tree, tutela_error *error)
{
    TT_AUTO_FREE const tt_tree_file **order = tt_alloc(tree->count, sizeof *order);

    if (!order)
        return tt_no_memory(error);
    for (size_t i = 0; i < tree->count; i++)
        order[i] = &tree->file[i];
    qsort(order, tree->count, sizeof *order, by_path);

    tt_buf_add_text(out, "path\tstatus\tgrade\n");
    for (size_t i = 0; i < tree->count; i++) {
        unsigned lists;

        TT_TRY(lists_of(tree, order[i], &lists, error));
        if (!lists)
            continue;
        tt_text_display(out, order[i]->path, strlen(order[i]->path));
        tt_buf_printf(out, "\t%s\t%s\n", lists & ~(unsigned)TT_LIST_GOOD ? "match" : "known",
                      grade_of(lists));
    }
    return TUTELA_OK;
}
