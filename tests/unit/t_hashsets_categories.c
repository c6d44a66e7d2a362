/* hashsets, categories: entries counted by list and category, and counts that lie. */
#include "set_kit.h"

#include "../fuzz/set_fix.h"

#define SEEN_MAX 64u

typedef struct seen {
    char text[SEEN_MAX][64]; /* "list scheme:value entries" */
    size_t count;
    size_t stop_at; /* 0: never */
    const tt_set *set;
} seen;

static tutela_status take(void *user, const tt_set_category *category, tutela_error *error)
{
    seen *to = user;

    if (to->count < SEEN_MAX)
        snprintf(to->text[to->count], sizeof to->text[0], "%s %s:%s %" PRIu64,
                 tt_set_list_at(to->set, category->list)->name, category->scheme, category->value,
                 category->entries);
    to->count++;
    return to->stop_at == to->count ? tt_fail(error, TUTELA_CANCELLED, 0, "enough") : TUTELA_OK;
}

static void add_of(tt_build *build, uint64_t seed, const char *scheme, const char *value)
{
    tt_row row = row_of(MASK(MD5), seed);

    row.scheme = scheme;
    row.value = value;
    add_row(build, &row);
}

/* Lists a (no rows), b (categories 1, 2, 10 and none), c (one of b's categories), d (no category). */
static void make(const char *path)
{
    tt_build *build = build_at(path, MEMORY);

    list_in(build, "a", TUTELA_KNOWN_BAD);
    list_in(build, "c", TUTELA_KNOWN_GOOD);
    add_of(build, 3, "vics", "2");
    list_in(build, "b", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < 100; i++)
        add_of(build, i, i < 50 ? "vics" : "", i < 10 ? "10" : i < 30 ? "2" : i < 50 ? "1" : "");
    add_of(build, 5, "vics", "10"); /* a duplicate counts once */
    add_of(build, 5, "vics", "2");  /* another category is another entry */
    list_in(build, "d", TUTELA_KNOWN_BAD);
    add_of(build, 7, "", "");
    (void)finish(build);
}

static void counts(const char *path)
{
    static const char *const want[]
        = {"b : 50", "b vics:1 20", "b vics:10 10", "b vics:2 21", "c vics:2 1", "d : 1"};
    tt_set *set = open_set(path);
    seen to = {.set = set};
    tutela_error error;

    ok(tt_set_categories(set, take, &to, &error) == TUTELA_OK, "counts");
    is_u64(to.count, sizeof want / sizeof want[0], "each category once");
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
        is_text(to.text[i], want[i], "category %zu", i);
    to = (seen){.set = set, .stop_at = 2};
    ok(tt_set_categories(set, take, &to, &error) == TUTELA_CANCELLED && to.count == 2,
       "who takes them may stop: %s", error.text);
    tt_set_close(set);
}

/* Change bytes of a record, make checksums right, count: the message of the refusal, or "". */
static const char *lie(const char *path, size_t record, size_t place, uint32_t value)
{
    static tutela_error error;
    set_image image = image_of(path);
    uint8_t *slot = set_slot(image.bytes, TT_SECTION_RECORDS, TT_NO_ALGORITHM);
    tt_set *set = NULL;
    tutela_status status;
    seen to = {0};

    error = (tutela_error){0};
    tt_store32(image.bytes + tt_load64(slot + TT_SLOT_OFFSET) + record * TT_RECORD_SIZE + place, value);
    set_fix(image.bytes, image.size);
    if (pwrite(image.fd, image.bytes, image.size, 0) != (ssize_t)image.size)
        return "not written";
    status = tt_set_open_eager(&set, image.path, 0, &error);
    if (status == TUTELA_OK) {
        to.set = set;
        status = tt_set_categories(set, take, &to, &error);
        tt_set_close(set);
    }
    image_done(&image);
    if (status != TUTELA_OK && (status != TUTELA_SET_REFUSED || !error.advice[0]))
        return "another status";
    return error.text;
}

static void lies(const char *path)
{
    static const struct {
        size_t record, place;
        uint32_t value;
        const char *words, *what;
    } cases[] = {
        {0, TT_RECORD_ENTRIES, 50, "", "the truth"},
        {0, TT_RECORD_ENTRIES, 49, "malformed (entries of a record)", "one too few"},
        {0, TT_RECORD_ENTRIES, 51, "malformed (entries of a record)", "one too many"},
        {5, TT_RECORD_ENTRIES, 0, "malformed (entries of a record)", "none in the last list"},
        {1, TT_RECORD_ENTRIES + 4, UINT32_MAX, "malformed (entries of a record)", "a huge number"},
        {0, 0, 4, "malformed (a record)", "a list that is not there"},
        {0, 0, UINT32_MAX, "malformed (a record)", "a list far away"},
        {0, 0, 0, "malformed (entries of a record)", "a list without entries"},
        {4, 0, 1, "malformed (entries of a record)", "a record of the list before"},
        {5, 0, 1, "malformed (order of records)", "a record of a list that is done"},
        {2, 4, UINT32_MAX, "malformed (a string)", "a scheme that is not there"},
        {2, 8, UINT32_MAX, "malformed (a string)", "a value that is not there"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = lie(path, cases[i].record, cases[i].place, cases[i].value);
        const char *why = strstr(text, "malformed");
        is_text(why ? why : text, cases[i].words, "%s", cases[i].what);
    }
}

/* Many records, over many pages; all counted, whichever page is checked when. */
static void many(const char *path)
{
    tt_build *build = build_at(path, MEMORY);
    tutela_error error;
    seen to = {0};

    list_in(build, "many", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < 2000; i++) {
        char value[32];
        snprintf(value, sizeof value, "%u", (unsigned)i % 1000);
        add_of(build, i, "s", value);
    }
    (void)finish(build);
    if (tt_set_open_eager((tt_set **)(uintptr_t)&to.set, path, 0, &error) != TUTELA_OK)
        ok(0, "%s", error.text);
    ok(tt_set_categories(to.set, take, &to, &error) == TUTELA_OK, "counts over many pages");
    is_u64(to.count, 1000, "each category once");
    is_text(to.text[2], "many s:10 2", "with its entries");
    tt_set_close((tt_set *)(uintptr_t)to.set);
}

int main(void)
{
    char path[300];

    snprintf(path, sizeof path, "%s", tap_path("set.tset"));
    make(path);
    counts(path);
    lies(path);
    many(tap_path("many.tset"));
    return tap_done();
}
