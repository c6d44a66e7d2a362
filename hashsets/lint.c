/* lint: looks at runs of equal keys. */
#include "hashsets/lint.h"
#include "base/cursor.h"
#include "base/mem.h"
#include "hashsets/pairs.h"

#include <stdlib.h>
#include <string.h>

/* Entries of one run that wait to be told apart; also what is always worth sorting at once. */
#define WAITING 4096u
/* Bytes of ranks read back at once when not all may be: the entries of a run are mostly neighbours. */
#define WINDOW_LEAST ((size_t)512)

/* What makes records differ here: a list and a category. Numbered as the records are ranked. */
typedef struct label {
    uint32_t record; /* one such */
    uint32_t list;   /* rank */
    uint32_t stated; /* there is a category */
} label;

struct tt_lint {
    const tt_names *names;
    label *labels;
    size_t label_count;
    uint32_t *label_of; /* by the rank of a record */

    /* Where the ranks of entries are; no writer: they come with the keys. */
    const tt_writer *writer;
    uint64_t section;
    uint64_t constant;
    uint64_t bytes; /* of the section; 0: implied */
    uint32_t width;
    int constant_rank;
    uint64_t window_most;
    uint8_t *window; /* NULL until some rank is asked for */
    uint64_t window_at;
    size_t window_size;
    size_t window_room;

    /* The run: different labels in order, then entries as they came. */
    int algorithm;
    uint64_t key[TT_KEY_SIZE / 8];
    uint64_t length; /* entries of it */
    uint32_t *run;   /* room for one, from the beginning */
    size_t settled; /* labels */
    size_t count;   /* labels and entries */
    size_t room;
    unsigned repeats; /* 1: two entries have the same label */

    tt_pairs pairs;
    tt_lint_counts counts;
};

/* ---- Classes ----------------------------------------------------------------------------- */

static tutela_status make_labels(tt_lint *lint, tutela_error *error)
{
    size_t records = tt_names_records(lint->names);
    tt_names_text last = {0};

    lint->label_of = tt_alloc(records, sizeof *lint->label_of);
    lint->labels = tt_alloc(records, sizeof *lint->labels);
    if (!lint->label_of || !lint->labels)
        return tt_no_memory(error);
    for (size_t rank = 0; rank < records; rank++) {
        tt_names_text text;
        tt_names_text_of(lint->names, (uint32_t)rank, &text);
        /* Ranked by list, then category: the records of a label are neighbours. */
        if (rank == 0 || text.list_rank != last.list_rank || strcmp(text.scheme, last.scheme) != 0
            || strcmp(text.value, last.value) != 0)
            lint->labels[lint->label_count++] = (label){.record = (uint32_t)rank,
                                                         .list = text.list_rank,
                                                         .stated = text.value[0] != '\0'};
        lint->label_of[rank] = (uint32_t)lint->label_count - 1;
        last = text;
    }
    return TUTELA_OK;
}

tutela_status tt_lint_new(tt_lint **out, const tt_names *names, tutela_error *error)
{
    tt_lint *lint = tt_alloc(1, sizeof *lint);
    tutela_status status;

    if (!lint)
        return tt_no_memory(error);
    lint->names = names;
    tt_pairs_begin(&lint->pairs);
    if (tt_grow((void **)&lint->run, &lint->room, 0, sizeof *lint->run) != 0)
        status = tt_no_memory(error);
    else
        status = make_labels(lint, error);
    if (status == TUTELA_OK)
        *out = lint;
    else
        tt_lint_free(lint);
    return status;
}

void tt_lint_free(tt_lint *lint)
{
    if (!lint)
        return;
    tt_pairs_done(&lint->pairs);
    tt_free(lint->labels);
    tt_free(lint->label_of);
    tt_free(lint->run);
    tt_free(lint->window);
    tt_free(lint);
}

void tt_lint_entries(tt_lint *lint, const tt_column *ranks, const tt_writer *writer,
                     uint64_t memory)
{
    lint->writer = writer;
    lint->window_most = memory;
    lint->section = tt_writer_section(writer);
    lint->width = tt_width_for(ranks->most);
    lint->bytes = ranks->uneven && ranks->bent ? ranks->count * lint->width : 0;
    lint->constant_rank = !ranks->uneven;
    lint->constant = ranks->first;
}

/* Have the part of the ranks in the window that byte `place` lies in. */
static tutela_status open_window(tt_lint *lint, uint64_t place, tutela_error *error)
{
    uint64_t at;

    if (!lint->window) {
        lint->window_room = lint->bytes <= lint->window_most ? (size_t)lint->bytes : WINDOW_LEAST;
        lint->window = tt_alloc_raw(lint->window_room, 1);
    }
    if (!lint->window)
        return tt_no_memory(error);
    at = place / lint->window_room * lint->window_room;
    lint->window_size = 0;
    TT_TRY(tt_writer_read(lint->writer, lint->section, at, lint->window,
                          lint->bytes - at < lint->window_room ? (size_t)(lint->bytes - at)
                                                               : lint->window_room,
                          error));
    lint->window_at = at;
    lint->window_size = lint->window_room;
    return TUTELA_OK;
}

/* What came with a key, as the rank of a record. */
static tutela_status rank_of(tt_lint *lint, uint32_t entry, uint64_t *out, tutela_error *error)
{
    uint64_t place = (uint64_t)entry * lint->width;
    uint8_t bytes[8] = {0};

    if (!lint->writer || lint->bytes == 0) {
        *out = lint->writer && lint->constant_rank ? lint->constant : entry;
        return TUTELA_OK;
    }
    if (place < lint->window_at || place >= lint->window_at + lint->window_size)
        TT_TRY(open_window(lint, place, error));
    memcpy(bytes, lint->window + (place - lint->window_at), lint->width);
    *out = tt_load64(bytes);
    if (*out >= tt_names_records(lint->names))
        return tt_fail(error, TUTELA_RECORD, 0, "a set being written: reads back as something else");
    return TUTELA_OK;
}

/* ---- Runs -------------------------------------------------------------------------------- */

static int order_numbers(const void *a, const void *b)
{
    uint32_t first = *(const uint32_t *)a;
    uint32_t second = *(const uint32_t *)b;

    return (first > second) - (first < second);
}

/* Entries that wait become labels, each once. */
static tutela_status settle(tt_lint *lint, tutela_error *error)
{
    size_t kept = 0;

    for (size_t i = lint->settled; i < lint->count; i++) {
        uint64_t rank = 0;
        TT_TRY(rank_of(lint, lint->run[i], &rank, error));
        lint->run[i] = lint->label_of[rank];
    }
    qsort(lint->run, lint->count, sizeof *lint->run, order_numbers);
    for (size_t i = 0; i < lint->count; i++) {
        if (i && lint->run[i] == lint->run[kept - 1])
            lint->repeats = 1;
        else
            lint->run[kept++] = lint->run[i];
    }
    lint->settled = lint->count = kept;
    return TUTELA_OK;
}

/* One more digest to which a list gives the categories of `labels`, two or more. */
static tutela_status add_pairs(tt_lint *lint, const uint32_t *labels, size_t count,
                               tutela_error *error)
{
    if (count > TT_LINT_CATEGORIES)
        count = TT_LINT_CATEGORIES;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            tt_pair *pair = NULL;
            TT_TRY(tt_pairs_at(&lint->pairs, labels[i], labels[j], &pair, error));
            if (pair)
                pair->digests[lint->algorithm]++;
        }
    return TUTELA_OK;
}

static tutela_status judge(tt_lint *lint, tutela_error *error)
{
    size_t lists = 0;
    unsigned conflict = 0;
    size_t end;

    TT_TRY(settle(lint, error));
    for (size_t from = 0; from < lint->count; from = end, lists++) {
        uint32_t list = lint->labels[lint->run[from]].list;
        size_t first = from;
        for (end = from; end < lint->count && lint->labels[lint->run[end]].list == list; end++)
            if (!lint->labels[lint->run[end]].stated)
                first = end + 1; /* no category contradicts none; it sorts before all others */
        if (end - from > 1)
            lint->repeats = 1;
        if (end - first > 1) {
            conflict = 1;
            TT_TRY(add_pairs(lint, lint->run + first, end - first, error));
        }
    }
    lint->counts.conflicts[lint->algorithm] += conflict;
    lint->counts.repeated[lint->algorithm] += lint->repeats & ~conflict;
    lint->counts.several[lint->algorithm] += lists > 1;
    return TUTELA_OK;
}

/* A run of several is whole. */
static tutela_status close_run(tt_lint *lint, tutela_error *error)
{
    if (lint->label_count == 1)
        lint->counts.repeated[lint->algorithm]++;
    else
        TT_TRY(judge(lint, error));
    lint->settled = 0;
    lint->repeats = 0;
    return TUTELA_OK;
}

/* One more entry of the run. */
static tutela_status take(tt_lint *lint, uint32_t entry, tutela_error *error)
{
    lint->length++;
    if (lint->label_count == 1)
        return TUTELA_OK;
    if (lint->count - lint->settled >= WAITING && lint->count >= 2 * lint->settled)
        TT_TRY(settle(lint, error));
    if (tt_grow((void **)&lint->run, &lint->room, lint->count, sizeof *lint->run) != 0)
        return tt_no_memory(error);
    lint->run[lint->count++] = entry;
    return TUTELA_OK;
}

void tt_lint_begin(tt_lint *lint, int algorithm)
{
    lint->algorithm = algorithm;
}

tutela_status tt_lint_key(tt_lint *lint, const uint8_t *key, uint32_t entry, tutela_error *error)
{
    uint64_t words[TT_KEY_SIZE / 8];

    memcpy(words, key, sizeof words);
    if (words[0] == lint->key[0] && words[1] == lint->key[1] && lint->length)
        return take(lint, entry, error);
    if (lint->length > 1)
        TT_TRY(close_run(lint, error));
    memcpy(lint->key, words, sizeof words);
    lint->length = lint->count = 1;
    lint->run[0] = entry;
    return TUTELA_OK;
}

tutela_status tt_lint_end(tt_lint *lint, tutela_error *error)
{
    if (lint->length > 1)
        TT_TRY(close_run(lint, error));
    lint->length = 0;
    return TUTELA_OK;
}

/* ---- The result -------------------------------------------------------------------------- */

const tt_lint_counts *tt_lint_result(tt_lint *lint)
{
    tt_pairs_order(&lint->pairs);
    lint->counts.pairs = lint->pairs.count;
    return &lint->counts;
}

int tt_lint_conflict_at(const tt_lint *lint, size_t index, tt_lint_conflict *out)
{
    const tt_pair *pair;

    if (index >= lint->pairs.count)
        return 0;
    pair = &lint->pairs.pair[index];
    tt_names_text_of(lint->names, lint->labels[pair->first].record, &out->first);
    tt_names_text_of(lint->names, lint->labels[pair->second].record, &out->second);
    memcpy(out->digests, pair->digests, sizeof out->digests);
    return 1;
}
