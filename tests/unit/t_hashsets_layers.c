/*
 * layers: random updates against a model. After each one, every digest that ever was is asked of the
 * set and of a matcher; at the end the compacted set must be the one that the model's rows make.
 */
#include "layers_kit.h"

#include "match/match.h"

#define FILES 40u  /* made-up files; a row lists some of a file's digests */
#define ROWS 4000u /* the model's room */
#define LISTS 3u

static const struct {
    const char *name;
    tutela_polarity polarity;
} lists[LISTS] = {{"alpha", TUTELA_KNOWN_BAD}, {"beta", TUTELA_KNOWN_BAD}, {"gamma", TUTELA_KNOWN_GOOD}};

typedef struct fact {
    uint32_t file;
    uint32_t mask;
    uint32_t list;
    uint32_t kind; /* which size, id and category */
    int alive;
} fact;

typedef struct model {
    fact facts[ROWS];
    size_t count;
    uint64_t random;
} model;

static uint32_t pick(model *m, uint32_t below)
{
    m->random = m->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(m->random >> 33) % below;
}

static tt_row row_of_fact(const fact *from)
{
    static const char *const ids[] = {"", "id-1", "", "id-2"};
    static const char *const values[] = {"1", "2", "1", ""};
    tt_row row = row_of(from->mask, from->file + 1);

    row.size = from->kind == 2 ? from->file : TT_SIZE_UNKNOWN;
    row.entry = ids[from->kind];
    row.scheme = from->kind == 3 ? "" : "scheme";
    row.value = values[from->kind];
    return row;
}

static fact random_fact(model *m, uint32_t list)
{
    return (fact){.file = pick(m, FILES), .mask = 1 + pick(m, 15), .list = list,
                  .kind = pick(m, 4), .alive = 1};
}

static int same_fact(const fact *a, const fact *b)
{
    return a->file == b->file && a->mask == b->mask && a->list == b->list && a->kind == b->kind;
}

/* 1 when it was not there. */
static int model_add(model *m, const fact *what)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->facts[i].alive && same_fact(&m->facts[i], what))
            return 0;
    if (m->count == ROWS)
        exit(1);
    m->facts[m->count++] = *what;
    return 1;
}

/* How many went. */
static uint64_t model_remove(model *m, const fact *what)
{
    uint64_t gone = 0;

    for (size_t i = 0; i < m->count; i++) {
        fact *one = &m->facts[i];
        if (one->alive && one->file == what->file && one->list == what->list
            && (one->mask & what->mask)) {
            one->alive = 0;
            gone++;
        }
    }
    return gone;
}

static uint64_t alive(const model *m)
{
    uint64_t count = 0;

    for (size_t i = 0; i < m->count; i++)
        count += (uint64_t)m->facts[i].alive;
    return count;
}

/* ---- Asking ------------------------------------------------------------------------------ */

/* Entries of the file that the digest of one algorithm finds, told apart by a sum over them. */
static uint64_t sum_of(uint32_t mask, const char *list, uint64_t size, const char *id,
                       const char *scheme, const char *value)
{
    char text[200];
    uint64_t sum = 14695981039346656037u;

    snprintf(text, sizeof text, "%u|%s|%" PRIu64 "|%s|%s|%s", mask, list, size, id, scheme, value);
    for (const char *at = text; *at; at++)
        sum = (sum ^ (uint8_t)*at) * 1099511628211u;
    return sum;
}

static uint64_t set_says(const tt_set *set, int algorithm, const uint8_t *value, uint64_t *count)
{
    uint64_t sum = 0;

    *count = 0;
    for (const tt_set *layer = set; layer; layer = tt_set_below(layer)) {
        uint64_t first = 0, found = 0;
        if (tt_set_find(layer, algorithm, value, &first, &found, NULL) != TUTELA_OK)
            return 0;
        for (uint64_t i = 0; i < found; i++) {
            tt_set_entry entry;
            uint64_t number = 0;
            int hidden = 0;
            if (tt_set_entry_of(layer, algorithm, first + i, &number, NULL) != TUTELA_OK
                || tt_set_hidden(layer, number, &hidden, NULL) != TUTELA_OK
                || tt_set_entry_at(layer, number, &entry, NULL) != TUTELA_OK)
                return 0;
            if (hidden)
                continue;
            ++*count;
            sum += sum_of(entry.mask, entry.list->name, entry.size,
                          entry.id == entry.opaque ? "" : entry.id, entry.scheme, entry.value);
        }
    }
    return sum;
}

static uint64_t model_says(const model *m, uint32_t file, int algorithm, uint64_t *count)
{
    uint64_t sum = 0;

    *count = 0;
    for (size_t i = 0; i < m->count; i++) {
        const fact *one = &m->facts[i];
        tt_row row;
        if (!one->alive || one->file != file || !(one->mask >> algorithm & 1))
            continue;
        row = row_of_fact(one);
        ++*count;
        sum += sum_of(one->mask, lists[one->list].name, row.size, row.entry, row.scheme, row.value);
    }
    return sum;
}

/* Digests that set and model answer differently. */
static size_t differences(const tt_set *set, const model *m)
{
    size_t wrong = 0;

    for (uint32_t file = 0; file < FILES; file++)
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
            tt_row row = row_of(1, file + 1);
            uint64_t got_count, want_count;
            uint64_t got = set_says(set, a, row.digests.value[a], &got_count);
            uint64_t want = model_says(m, file, a, &want_count);
            wrong += got != want || got_count != want_count;
        }
    return wrong;
}

static int by_entry(const void *a, const void *b)
{
    return strcmp(((const tutela_match *)a)->entry, ((const tutela_match *)b)->entry);
}

/* Files whose matches are not the model's entries of it, or whose polarities are others. */
static size_t mismatches(tt_set *set, const model *m)
{
    tt_matcher *matcher = NULL;
    tt_matches matches = {0};
    size_t wrong = 0;

    if (tt_matcher_new(&matcher, &set, 1, NULL) != TUTELA_OK)
        return 999;
    for (uint32_t file = 0; file < FILES; file++) {
        tt_row row = row_of(TT_DIGEST_ALL, file + 1);
        uint32_t polarities = 99, want_polarities = 0;
        uint64_t want = 0;

        for (size_t i = 0; i < m->count; i++)
            if (m->facts[i].alive && m->facts[i].file == file) {
                want++;
                want_polarities |= TUTELA_BIT(lists[m->facts[i].list].polarity);
            }
        if (tt_match_find(matcher, &row.digests, file, &matches, NULL) != TUTELA_OK
            || tt_match_probe(matcher, &row.digests, &polarities, NULL) != TUTELA_OK)
            wrong += 999;
        wrong += matches.count != want || polarities != want_polarities
                 || tt_matches_polarity(&matches) != want_polarities;
        /* Opaque ids are of one entry each, in whatever layer. */
        if (matches.count > 1)
            qsort(matches.match, matches.count, sizeof *matches.match, by_entry);
        for (size_t i = 1; i < matches.count; i++)
            wrong += matches.match[i].entry[0] == '#'
                     && strcmp(matches.match[i].entry, matches.match[i - 1].entry) == 0;
    }
    tt_matches_done(&matches);
    tt_matcher_free(matcher);
    return wrong;
}

/* Counts of the whole that are not the model's. */
static size_t miscounts(const tt_set *set, const model *m)
{
    uint64_t masks[TT_SET_MASKS] = {0}, in_list[LISTS] = {0}, listed = 0;
    size_t wrong = 0, names = 0;

    for (size_t i = 0; i < m->count; i++)
        if (m->facts[i].alive) {
            masks[m->facts[i].mask]++;
            in_list[m->facts[i].list]++;
        }
    for (uint32_t mask = 0; mask < TT_SET_MASKS; mask++)
        wrong += masks[mask] != tt_set_mask_count(set, mask);
    for (size_t i = 0; i < LISTS; i++)
        names += in_list[i] > 0;
    wrong += tt_set_entry_count(set) != alive(m);
    wrong += tt_set_list_count(set) != names;
    for (size_t i = 0; i < tt_set_list_count(set); i++)
        for (size_t l = 0; l < LISTS; l++)
            if (strcmp(tt_set_list_at(set, i)->name, lists[l].name) == 0)
                listed += tt_set_list_at(set, i)->entries == in_list[l];
    return wrong + (listed != names);
}

/* ---- One sequence ------------------------------------------------------------------------ */

static void build_model(const model *m, const char *path, const tt_seal *seal)
{
    tt_build *build = build_at(path, MEMORY);

    if (tt_build_seal(build, seal, NULL) != TUTELA_OK)
        exit(1);
    for (size_t i = 0; i < m->count; i++) {
        tt_row row = row_of_fact(&m->facts[i]);
        if (!m->facts[i].alive)
            continue;
        list_in(build, lists[m->facts[i].list].name, lists[m->facts[i].list].polarity);
        add_row(build, &row);
    }
    (void)finish(build);
}

static tt_set *open_keyed(const char *path, const char *key)
{
    tt_set *set = NULL;
    tutela_error error;

    if (tt_set_open_sealed(&set, path, key, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
    return set;
}

/* A random change, made to the model and to the set; 0 when their counts differ. */
static int step(model *m, const char *base, const char *output, const char *key)
{
    tt_row removals[30], additions[30];
    fact facts[60];
    uint32_t list = pick(m, LISTS);
    change what = {.list = lists[list].name, .polarity = lists[list].polarity,
                   .remove = removals, .remove_count = pick(m, 30),
                   .add = additions, .add_count = pick(m, 30)};
    uint64_t gone = 0, come = 0, not_found = 0;

    for (size_t i = 0; i < what.remove_count + what.add_count; i++) {
        facts[i] = random_fact(m, list);
        /* Now and then one that is, or was, in the set: it may be in it twice, or come again. */
        if (m->count && pick(m, 2)) {
            facts[i] = m->facts[pick(m, (uint32_t)m->count)];
            facts[i].list = list;
            facts[i].alive = 1;
        }
    }
    for (size_t i = 0; i < what.remove_count; i++) {
        uint64_t there = 0;
        removals[i] = row_of_fact(&facts[i]);
        for (size_t n = 0; n < m->count; n++) /* before any of this change went */
            there += m->facts[n].alive && m->facts[n].file == facts[i].file
                     && m->facts[n].list == list && (m->facts[n].mask & facts[i].mask);
        not_found += there == 0;
    }
    for (size_t i = 0; i < what.remove_count; i++)
        gone += model_remove(m, &facts[i]);
    for (size_t i = 0; i < what.add_count; i++) {
        additions[i] = row_of_fact(&facts[what.remove_count + i]);
        come += (uint64_t)model_add(m, &facts[what.remove_count + i]);
    }
    change_file(base, output, key, &what);
    return what.hidden == gone && what.counts.accepted == come && what.not_found == not_found
           && what.counts.duplicates == what.add_count - come;
}

static void sequence(uint64_t seed, size_t steps, const char *key)
{
    static model m;
    char paths[2][300], path[300], next[300];
    size_t wrong = 0, unequal = 0, miscounted = 0, odd = 0, bad = 0;
    tt_seal *seal = NULL;
    tt_set *set;

    m = (model){.random = seed};
    if (key && tt_seal_load(&seal, key, NULL) != TUTELA_OK)
        exit(1);
    for (size_t i = 0; i < 50; i++) {
        fact one = random_fact(&m, pick(&m, LISTS));
        (void)model_add(&m, &one);
    }
    snprintf(path, sizeof path, "%s", tap_path("layer-0.tset"));
    build_model(&m, path, seal);
    for (size_t i = 1; i <= steps; i++) {
        snprintf(next, sizeof next, "%s", tap_path("layer-%zu.tset", i));
        odd += !step(&m, path, next, key);
        snprintf(path, sizeof path, "%s", next);
        set = open_keyed(path, key);
        wrong += differences(set, &m);
        unequal += mismatches(set, &m);
        miscounted += miscounts(set, &m);
        bad += tt_layers_check(set, NULL) != TUTELA_OK || tt_set_layers(set) != i + 1;
        tt_set_close(set);
    }
    is_u64(odd, 0, "%zu updates, seed %" PRIu64 "%s: what they report", steps, seed,
           key ? ", sealed" : "");
    is_u64(wrong, 0, "... every digest that ever was");
    is_u64(unequal, 0, "... matches");
    is_u64(miscounted, 0, "... counts and lists of the whole");
    is_u64(bad, 0, "... checks");
    snprintf(paths[0], sizeof paths[0], "%s", tap_path("compact.tset"));
    snprintf(paths[1], sizeof paths[1], "%s", tap_path("again.tset"));
    set = open_keyed(path, key);
    {
        uint64_t entries = 0;
        ok(tt_set_compact(set, paths[0], MEMORY, TT_TIME_UNKNOWN, &entries, NULL) == TUTELA_OK
               && entries == alive(&m),
           "compacts to %" PRIu64 " entries", entries);
    }
    tt_set_close(set);
    build_model(&m, paths[1], seal);
    ok(same_file(paths[0], paths[1]), "the compacted set is the one its rows make, to the byte");
    tt_seal_free(seal);
}

int main(void)
{
    char key[300];

    snprintf(key, sizeof key, "%s", tap_path("key"));
    if (tt_seal_create(key, NULL) != TUTELA_OK)
        return 1;
    sequence(1, 9, NULL);
    sequence(2, 9, key);
    sequence(3, 3, NULL);
    sequence(4, 5, key);
    return tap_done();
}
