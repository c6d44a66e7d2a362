/*
 * categories: counts a set's entries by list and category, from its records: these know how many
 * entries share them, so a hundred million entries take no longer than ten.
 */
#include "base/cursor.h"
#include "hashsets/set_internal.h"

/* A record as far as it is counted. Equal strings of a set have equal offsets. */
typedef struct record {
    uint32_t list;
    uint32_t scheme;
    uint32_t value;
    uint32_t reserved;
    uint64_t entries;
} record;

typedef struct counter {
    const tt_set *set;
    tutela_status (*take)(void *user, const tt_set_category *category, tutela_error *error);
    void *user;
    size_t list;   /* the list whose records are being summed up */
    uint64_t left; /* entries of it that no record has accounted for yet */
} counter;

static tutela_status read_record(const tt_set *set, uint64_t number, record *out,
                                 tutela_error *error)
{
    uint64_t place = number * TT_RECORD_SIZE;
    const uint8_t *bytes = set->records.data + place;

    TT_TRY(tt_pages_touch(&set->pages, set->records.offset + place, error));
    *out = (record){.list = tt_load32(bytes),
                    .scheme = tt_load32(bytes + 4),
                    .value = tt_load32(bytes + 8),
                    .entries = tt_load64(bytes + TT_RECORD_ENTRIES)};
    if (out->list >= set->list_count)
        return tt_set_refuse(set->path, "malformed (a record)", error);
    return TUTELA_OK;
}

static tutela_status bad_sum(const counter *to, tutela_error *error)
{
    return tt_set_refuse(to->set->path, "malformed (entries of a record)", error);
}

/* Go on to list `list`: all before it must be accounted for. */
static tutela_status reach(counter *to, size_t list, tutela_error *error)
{
    if (list < to->list)
        return tt_set_refuse(to->set->path, "malformed (order of records)", error);
    while (to->list < list) {
        if (to->left != 0)
            return bad_sum(to, error);
        if (++to->list < to->set->list_count)
            to->left = to->set->list[to->list].entries;
    }
    return TUTELA_OK;
}

static tutela_status give(counter *to, const record *sum, tutela_error *error)
{
    tt_set_category category = {.list = sum->list, .entries = sum->entries};

    TT_TRY(reach(to, sum->list, error));
    if (sum->entries > to->left)
        return bad_sum(to, error);
    to->left -= sum->entries;
    TT_TRY(tt_set_string(to->set, &to->set->strings, sum->scheme, &category.scheme, error));
    TT_TRY(tt_set_string(to->set, &to->set->strings, sum->value, &category.value, error));
    return to->take(to->user, &category, error);
}

tutela_status tt_set_own_categories(const tt_set *set, tt_category_taker *take, void *user,
                                    tutela_error *error)
{
    counter to = {.set = set, .take = take, .user = user};
    record sum;

    if (set->list_count == 0)
        return TUTELA_OK; /* a delta that only removes */
    to.left = set->list[0].entries;
    TT_TRY(read_record(set, 0, &sum, error)); /* open.c saw that there is one */
    for (uint64_t i = 1; i < set->records.count; i++) {
        record next;
        TT_TRY(read_record(set, i, &next, error));
        /* Records of one category may differ in what is no part of it: one line for them. */
        if (next.list == sum.list && next.scheme == sum.scheme && next.value == sum.value
            && next.entries <= UINT64_MAX - sum.entries) {
            sum.entries += next.entries;
            continue;
        }
        TT_TRY(give(&to, &sum, error));
        sum = next;
    }
    TT_TRY(give(&to, &sum, error));
    return reach(&to, set->list_count, error);
}
