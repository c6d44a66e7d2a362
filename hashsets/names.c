/* names: interning while rows come, ranking by text afterwards. */
#include "hashsets/names.h"
#include "base/clock.h"
#include "base/cursor.h"
#include "base/mem.h"
#include "base/text.h"
#include "hashsets/pages.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX ((uint64_t)64 << 20) /* bytes of all strings: categories and owners are few and short */
#define NONE UINT32_MAX

typedef struct string {
    char *text; /* owned */
    uint32_t at; /* in the STRINGS section, once settled */
} string;

typedef struct list {
    string name;
    string version;
    tutela_polarity polarity;
    uint32_t rank;
    uint64_t entries;
} list;

typedef struct record {
    string scheme;
    string value;
    string owner;
    uint64_t sum;
    uint64_t entries;
    uint32_t list;
    uint32_t flags;
    uint32_t list_rank;
    uint32_t rank;
    uint32_t next; /* in its slot of the table, or NONE */
} record;

struct tt_names {
    list *lists;
    size_t list_count;
    size_t list_room;
    record *records;
    size_t record_count;
    size_t record_room;
    uint32_t *table; /* records by sum; as many slots as record_room */
    size_t slots;
    uint64_t seed; /* so that no list can be made whose categories all fall into one slot */
    uint64_t bytes;
    uint32_t last; /* the record asked for last, most often asked for next */
    list **list_order; /* by rank, once settled */
    record **record_order;
    string **text_order;
    size_t text_count;
};

tutela_status tt_names_new(tt_names **out, tutela_error *error)
{
    tt_names *names = tt_alloc(1, sizeof *names);

    if (!names)
        return tt_no_memory(error);
    names->seed = (uint64_t)tt_clock_monotonic() ^ (uint64_t)(uintptr_t)names;
    names->last = NONE;
    *out = names;
    return TUTELA_OK;
}

void tt_names_free(tt_names *names)
{
    if (!names)
        return;
    for (size_t i = 0; i < names->list_count; i++) {
        tt_free(names->lists[i].name.text);
        tt_free(names->lists[i].version.text);
    }
    for (size_t i = 0; i < names->record_count; i++) {
        tt_free(names->records[i].scheme.text);
        tt_free(names->records[i].value.text);
        tt_free(names->records[i].owner.text);
    }
    tt_free(names->lists);
    tt_free(names->records);
    tt_free(names->table);
    tt_free(names->list_order);
    tt_free(names->record_order);
    tt_free(names->text_order);
    tt_free(names);
}

/* ---- Interning --------------------------------------------------------------------------- */

tutela_status tt_names_check(const char *text, const char *what, tutela_error *error)
{
    size_t size = strlen(text);

    if (size > TT_STRING_MAX)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "%s: longer than %u bytes", what, TT_STRING_MAX);
    if (!tt_utf8_is(text, size))
        return tt_fail(error, TUTELA_ARGUMENT, 0, "%s: not UTF-8", what);
    return TUTELA_OK;
}

static tutela_status add_list(tt_names *names, const char *name, const char *version,
                              tutela_polarity polarity, tutela_error *error)
{
    list made = {.polarity = polarity};

    if (names->list_count >= TT_LISTS_MAX)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "more than %u lists in one set", TT_LISTS_MAX);
    TT_TRY(tt_names_check(name, "name of a list", error));
    TT_TRY(tt_names_check(version, "version of a list", error));
    if (tt_grow((void **)&names->lists, &names->list_room, names->list_count, sizeof made) != 0)
        return tt_no_memory(error);
    made.name.text = tt_copy_text(name);
    made.version.text = tt_copy_text(version);
    names->lists[names->list_count++] = made; /* freed with the others if a copy is missing */
    return made.name.text && made.version.text ? TUTELA_OK : tt_no_memory(error);
}

tutela_status tt_names_list(tt_names *names, const char *name, const char *version,
                            tutela_polarity polarity, uint32_t *out, tutela_error *error)
{
    size_t number = 0;

    for (; number < names->list_count; number++) {
        const list *seen = &names->lists[number];
        if (seen->polarity == polarity && strcmp(seen->name.text, name) == 0
            && strcmp(seen->version.text, version) == 0)
            break;
    }
    if (number == names->list_count)
        TT_TRY(add_list(names, name, version, polarity, error));
    *out = (uint32_t)number;
    return TUTELA_OK;
}

static int is_record(const record *seen, const tt_names_key *key)
{
    return seen->list == key->list && seen->flags == key->flags
           && strcmp(seen->value.text, key->value) == 0
           && strcmp(seen->owner.text, key->owner) == 0
           && strcmp(seen->scheme.text, key->scheme) == 0;
}

/* Twice the slots, at least one for each record. */
static tutela_status grow_table(tt_names *names, tutela_error *error)
{
    size_t slots = names->slots ? names->slots * 2 : 64;
    uint32_t *table = tt_alloc_raw(slots, sizeof *table);

    if (!table)
        return tt_no_memory(error);
    memset(table, 0xff, slots * sizeof *table);
    for (size_t i = 0; i < names->record_count; i++) {
        uint32_t *slot = &table[names->records[i].sum & (slots - 1)];
        names->records[i].next = *slot;
        *slot = (uint32_t)i;
    }
    tt_free(names->table);
    names->table = table;
    names->slots = slots;
    return TUTELA_OK;
}

static tutela_status check_key(const tt_names_key *key, tutela_error *error)
{
    if (key->flags & ~(uint32_t)TT_ENTRY_FLAGS)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "flags of an entry: none of the known ones");
    TT_TRY(tt_names_check(key->scheme, "category scheme", error));
    TT_TRY(tt_names_check(key->value, "category", error));
    return tt_names_check(key->owner, "owner of an entry", error);
}

static tutela_status add_record(tt_names *names, const tt_names_key *key, uint64_t sum,
                                tutela_error *error)
{
    record made = {.list = key->list, .flags = key->flags, .sum = sum};
    uint32_t *slot;

    names->bytes += strlen(key->scheme) + strlen(key->value) + strlen(key->owner) + 3;
    if (names->record_count >= TT_RECORDS_MAX || names->bytes > TEXT_MAX) {
        (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0,
                      "more different categories and owners than a set holds");
        return tt_advise(error, TUTELA_LIST_UNUSABLE,
                         "check that the list's category column is one");
    }
    TT_TRY(check_key(key, error));
    if (names->record_count >= names->slots)
        TT_TRY(grow_table(names, error));
    if (tt_grow((void **)&names->records, &names->record_room, names->record_count, sizeof made)
        != 0)
        return tt_no_memory(error);
    made.scheme.text = tt_copy_text(key->scheme);
    made.value.text = tt_copy_text(key->value);
    made.owner.text = tt_copy_text(key->owner);
    slot = &names->table[made.sum & (names->slots - 1)];
    made.next = *slot;
    names->records[names->record_count] = made;
    if (!made.scheme.text || !made.value.text || !made.owner.text) {
        names->record_count++; /* freed with the others; not in the table, so never met */
        return tt_no_memory(error);
    }
    *slot = (uint32_t)names->record_count++;
    return TUTELA_OK;
}

/* Each part goes into the seed of the next, so that none can stand for another. */
static uint64_t sum_of(const tt_names *names, const tt_names_key *key)
{
    uint64_t sum = names->seed + ((uint64_t)key->flags << 32 | key->list);

    sum = tt_sum_seeded(key->value, strlen(key->value), sum);
    sum = tt_sum_seeded(key->owner, strlen(key->owner), sum);
    return tt_sum_seeded(key->scheme, strlen(key->scheme), sum);
}

tutela_status tt_names_record(tt_names *names, const tt_names_key *key, uint32_t *out,
                              tutela_error *error)
{
    uint32_t found = names->last;

    if (found == NONE || !is_record(&names->records[found], key)) {
        uint64_t sum = sum_of(names, key);
        found = names->slots ? names->table[sum & (names->slots - 1)] : NONE;
        while (found != NONE && !is_record(&names->records[found], key))
            found = names->records[found].next;
        if (found == NONE) {
            TT_TRY(add_record(names, key, sum, error));
            found = (uint32_t)names->record_count - 1;
        }
        names->last = found;
    }
    *out = found;
    return TUTELA_OK;
}

/* ---- Ranking ----------------------------------------------------------------------------- */

static int order_lists(const void *a, const void *b)
{
    const list *first = *(list *const *)a;
    const list *second = *(list *const *)b;
    int order = strcmp(first->name.text, second->name.text);

    if (order == 0)
        order = strcmp(first->version.text, second->version.text);
    return order ? order : (int)first->polarity - (int)second->polarity;
}

static int order_records(const void *a, const void *b)
{
    const record *first = *(record *const *)a;
    const record *second = *(record *const *)b;
    int order;

    if (first->list_rank != second->list_rank)
        return first->list_rank < second->list_rank ? -1 : 1;
    order = strcmp(first->scheme.text, second->scheme.text);
    if (order == 0)
        order = strcmp(first->value.text, second->value.text);
    if (order == 0)
        order = strcmp(first->owner.text, second->owner.text);
    return order ? order : (first->flags > second->flags) - (first->flags < second->flags);
}

static int order_texts(const void *a, const void *b)
{
    return strcmp((*(string *const *)a)->text, (*(string *const *)b)->text);
}

/* Give each string its place; equal strings share one. The empty string is at 0. */
static void place_texts(tt_names *names)
{
    uint32_t next = 1;
    uint32_t at = 0;
    const char *last = "";

    qsort(names->text_order, names->text_count, sizeof *names->text_order, order_texts);
    for (size_t i = 0; i < names->text_count; i++) {
        string *one = names->text_order[i];
        if (strcmp(one->text, last) != 0) {
            at = next;
            next += (uint32_t)strlen(one->text) + 1; /* TEXT_MAX and the lists' limits keep it */
            last = one->text;
        }
        one->at = at;
    }
}

static void rank_all(tt_names *names)
{
    for (size_t i = 0; i < names->list_count; i++) {
        names->list_order[i] = &names->lists[i];
        names->text_order[names->text_count++] = &names->lists[i].name;
        names->text_order[names->text_count++] = &names->lists[i].version;
    }
    qsort(names->list_order, names->list_count, sizeof *names->list_order, order_lists);
    for (size_t i = 0; i < names->list_count; i++)
        names->list_order[i]->rank = (uint32_t)i;
    for (size_t i = 0; i < names->record_count; i++) {
        record *one = &names->records[i];
        one->list_rank = names->lists[one->list].rank;
        names->record_order[i] = one;
        names->text_order[names->text_count++] = &one->scheme;
        names->text_order[names->text_count++] = &one->value;
        names->text_order[names->text_count++] = &one->owner;
    }
    qsort(names->record_order, names->record_count, sizeof *names->record_order, order_records);
    for (size_t i = 0; i < names->record_count; i++)
        names->record_order[i]->rank = (uint32_t)i;
}

tutela_status tt_names_settle(tt_names *names, tutela_error *error)
{
    size_t texts = 2 * names->list_count + 3 * names->record_count;

    names->list_order = tt_alloc(names->list_count, sizeof(list *));
    names->record_order = tt_alloc(names->record_count, sizeof(record *));
    names->text_order = tt_alloc(texts, sizeof(string *));
    if (!names->list_order || !names->record_order || !names->text_order)
        return tt_no_memory(error);
    rank_all(names);
    place_texts(names);
    return TUTELA_OK;
}

uint32_t tt_names_rank(const tt_names *names, uint32_t number)
{
    return names->records[number].rank;
}

size_t tt_names_records(const tt_names *names)
{
    return names->record_count;
}

void tt_names_text_of(const tt_names *names, uint32_t rank, tt_names_text *out)
{
    const record *one = names->record_order[rank];
    const list *of = &names->lists[one->list];

    *out = (tt_names_text){.list = of->name.text,
                           .version = of->version.text,
                           .scheme = one->scheme.text,
                           .value = one->value.text,
                           .list_rank = one->list_rank};
}

void tt_names_count(tt_names *names, uint32_t number)
{
    record *one = &names->records[number];

    one->entries++;
    names->lists[one->list].entries++;
}

/* ---- Writing ----------------------------------------------------------------------------- */

static tutela_status write_strings(const tt_names *names, tt_writer *writer, tutela_error *error)
{
    const char *last = "";

    TT_TRY(tt_writer_begin(writer, TT_SECTION_STRINGS, TT_NO_ALGORITHM, 1, error));
    TT_TRY(tt_writer_add(writer, "", 1, error));
    for (size_t i = 0; i < names->text_count; i++) {
        const char *one = names->text_order[i]->text;
        if (strcmp(one, last) != 0)
            TT_TRY(tt_writer_add(writer, one, strlen(one) + 1, error));
        last = one;
    }
    return tt_writer_end(writer, error);
}

tutela_status tt_names_write(const tt_names *names, tt_writer *writer, tutela_error *error)
{
    TT_TRY(tt_writer_begin(writer, TT_SECTION_LISTS, TT_NO_ALGORITHM, TT_LIST_SIZE, error));
    for (size_t i = 0; i < names->list_count; i++) {
        const list *one = names->list_order[i];
        uint8_t bytes[TT_LIST_SIZE] = {0};
        tt_store32(bytes, one->name.at);
        tt_store32(bytes + 4, one->version.at);
        tt_store32(bytes + 8, (uint32_t)one->polarity);
        tt_store64(bytes + 16, one->entries);
        TT_TRY(tt_writer_add(writer, bytes, sizeof bytes, error));
    }
    TT_TRY(tt_writer_end(writer, error));
    TT_TRY(write_strings(names, writer, error));
    TT_TRY(tt_writer_begin(writer, TT_SECTION_RECORDS, TT_NO_ALGORITHM, TT_RECORD_SIZE, error));
    for (size_t i = 0; i < names->record_count; i++) {
        const record *one = names->record_order[i];
        uint8_t bytes[TT_RECORD_SIZE] = {0};
        tt_store32(bytes, one->list_rank);
        tt_store32(bytes + 4, one->scheme.at);
        tt_store32(bytes + 8, one->value.at);
        tt_store32(bytes + 12, one->owner.at);
        tt_store32(bytes + 16, one->flags);
        tt_store64(bytes + TT_RECORD_ENTRIES, one->entries);
        TT_TRY(tt_writer_add(writer, bytes, sizeof bytes, error));
    }
    return tt_writer_end(writer, error);
}
