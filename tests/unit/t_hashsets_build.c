/* build: what goes in comes out, whatever the order and the memory; failures leave the old set. */
#include "set_kit.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <signal.h>

/* ---- What goes in comes out -------------------------------------------------------------- */

static void try_mask(uint32_t mask)
{
    enum { COUNT = 300 };
    const char *path = tap_path("mask-%u.tset", mask);
    tt_build *build = build_at(path, MEMORY);
    tt_set *set;
    uint64_t right = 0, wrong = 0;

    list_in(build, "list", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < COUNT; i++) {
        tt_row row = row_of(mask, i);
        add_row(build, &row);
    }
    is_u64(finish(build).accepted, COUNT, "mask %u: accepted", mask);
    set = open_set(path);
    for (uint64_t i = 0; i < COUNT; i++) {
        tt_row row = row_of(mask, i);
        uint64_t number = UINT64_MAX;
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
            uint64_t found = 0;
            tt_set_entry entry;
            int there = entry_of(set, a, row.digests.value[a], 0, &found, &entry);
            if (!(mask >> a & 1)) {
                wrong += there ? 1 : 0;
                continue;
            }
            number = number == UINT64_MAX ? found : number;
            right += there && found == number && entry.mask == mask
                     && hits(set, a, row.digests.value[a]) == 1;
        }
    }
    is_u64(right, COUNT * (unsigned)__builtin_popcount(mask), "mask %u: each found, tied", mask);
    is_u64(wrong, 0, "mask %u: nothing of other algorithms", mask);
    is_u64(tt_set_mask_count(set, mask), COUNT, "mask %u: counted", mask);
    is_u64(tt_set_digest_count(set, TUTELA_MD5), mask & 1 ? COUNT : 0, "mask %u: MD5", mask);
    is_u64(tt_set_digest_count(set, TUTELA_SHA512), mask & 8 ? COUNT : 0, "mask %u: SHA-512", mask);
    tt_set_close(set);
}

/* Rows of every mask and size and category, two lists: the reference is the row itself. */
static tt_row mixed_row(uint64_t i)
{
    static const char *const values[] = {"", "1", "2", "ünïcode", "A1"};
    static char ids[8][32];
    tt_row row = row_of(1 + (uint32_t)(i % 15), i);

    if (i % 3)
        row.size = i % 3 == 1 ? i : (i << 40);
    if (i % 5 == 4) {
        snprintf(ids[i % 8], sizeof ids[0], "id-%llu", (unsigned long long)i);
        row.entry = ids[i % 8];
    }
    row.scheme = i % 7 ? "vics" : "";
    row.value = values[i % 5];
    return row;
}

static const char *const mixed_lists[] = {"good", "bad", "bad too"};

static tutela_polarity polarity_of(size_t list)
{
    return list ? TUTELA_KNOWN_BAD : TUTELA_KNOWN_GOOD;
}

/* Row i belongs to list i % 3; `order` is odd and steps through all rows. */
static void build_mixed(const char *path, uint64_t count, uint64_t order, uint64_t memory,
                        int twice)
{
    tt_build *build = build_at(path, memory);

    for (uint64_t n = 0; n < count; n++) {
        uint64_t i = n * order % count;
        tt_row row = mixed_row(i);
        list_in(build, mixed_lists[i % 3], polarity_of(i % 3));
        add_row(build, &row);
        if (twice && i % 11 == 0)
            add_row(build, &row);
    }
    is_u64(finish(build).duplicates, twice ? (count + 10) / 11 : 0, "%s: duplicates", path);
}

static int entry_is(const tt_set_entry *entry, const tt_row *row, uint64_t number, size_t list)
{
    char opaque[32];

    snprintf(opaque, sizeof opaque, "#%llu", (unsigned long long)number);
    return entry->size == row->size && entry->mask == row->digests.mask
           && strcmp(entry->scheme, row->scheme) == 0 && strcmp(entry->value, row->value) == 0
           && strcmp(entry->id, row->entry[0] ? row->entry : opaque) == 0
           && strcmp(entry->list->name, mixed_lists[list]) == 0
           && entry->list->polarity == polarity_of(list) && strcmp(entry->list->version, "v1") == 0;
}

static void try_mixed(void)
{
    enum { COUNT = 4001 };
    const char *path = tap_path("mixed.tset");
    tt_set *set;
    uint64_t digests = 0, right = 0;

    build_mixed(path, COUNT, 1, MEMORY, 0);
    set = open_set(path);
    for (uint64_t i = 0; i < COUNT; i++) {
        tt_row row = mixed_row(i);
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
            uint64_t number;
            tt_set_entry entry;
            if (!(row.digests.mask >> a & 1))
                continue;
            digests++;
            right += entry_of(set, a, row.digests.value[a], 0, &number, &entry)
                     && entry_is(&entry, &row, number, i % 3);
        }
    }
    is_u64(right, digests, "mixed: every digest leads to its entry");
    is_u64(tt_set_list_count(set), 3, "mixed: three lists");
    is_text(tt_set_list_at(set, 0)->name, "bad", "mixed: lists in the order of their names");
    is_u64(tt_set_list_at(set, 0)->entries + tt_set_list_at(set, 1)->entries
               + tt_set_list_at(set, 2)->entries,
           COUNT, "mixed: lists' entries");
    is_u64(tt_set_list_at(set, 2)->entries, (COUNT + 2) / 3, "mixed: entries of one list");
    ok(tt_set_list_at(set, 3) == NULL, "mixed: no fourth list");
    is_i64(tt_set_created(set), TT_TIME_UNKNOWN, "mixed: no time of making");
    tt_set_close(set);
}

static void try_reproducible(void)
{
    enum { COUNT = 20011 };
    char first[1024];

    snprintf(first, sizeof first, "%s", tap_path("order-1.tset"));
    build_mixed(first, COUNT, 1, 64u << 20, 0);
    build_mixed(tap_path("order-2.tset"), COUNT, 7919, 64u << 20, 0);
    ok(same_file(first, tap_path("order-2.tset")), "another order of rows, the same file");
    build_mixed(tap_path("order-3.tset"), COUNT, 4999, 1, 0);
    ok(same_file(first, tap_path("order-3.tset")), "sorted outside memory, the same file");
    build_mixed(tap_path("order-4.tset"), COUNT, 12345, 100000, 1);
    ok(same_file(first, tap_path("order-4.tset")), "duplicates dropped, the same file");
}

/* ---- Rows that are nearly the same ------------------------------------------------------- */

static void try_duplicates(void)
{
    const char *path = tap_path("duplicates.tset");
    tt_build *build = build_at(path, MEMORY);
    tt_row row = row_of(MASK(MD5) | MASK(SHA256), 5);
    tt_row other;
    tt_build_counts counts;
    tt_set *set;

    list_in(build, "one", TUTELA_KNOWN_BAD);
    add_row(build, &row);
    other = row, other.line = 77;
    add_row(build, &other); /* the line does not count: a duplicate */
    other = row, other.size = 0;
    add_row(build, &other);
    other = row, other.size = 1;
    add_row(build, &other);
    other = row, other.entry = "id";
    add_row(build, &other);
    other = row, other.value = "1";
    add_row(build, &other);
    other = row, other.scheme = "1";
    add_row(build, &other);
    other = row, other.digests.mask = MASK(MD5);
    add_row(build, &other);
    other = row, other.digests.value[TUTELA_SHA256][31] ^= 1; /* beyond the fingerprint */
    add_row(build, &other);
    other = row, other.digests.value[TUTELA_SHA512][0] ^= 1; /* not in the mask: a duplicate */
    add_row(build, &other);
    list_in(build, "one", TUTELA_KNOWN_GOOD);
    add_row(build, &row);
    list_in(build, "one", TUTELA_KNOWN_BAD);
    add_row(build, &row); /* the first list again: a duplicate */
    counts = finish(build);
    is_u64(counts.accepted, 9, "rows that differ in one field are entries of their own");
    is_u64(counts.duplicates, 3, "rows equal in every field are one entry");
    set = open_set(path);
    is_u64(hits(set, TUTELA_MD5, row.digests.value[TUTELA_MD5]), 9, "one digest, nine entries");
    is_u64(hits(set, TUTELA_SHA256, row.digests.value[TUTELA_SHA256]), 8, "eight by SHA-256");
    is_u64(tt_set_list_count(set), 2, "same name, two polarities: two lists");
    tt_set_close(set);
}

static void try_sizes(void)
{
    static const uint64_t sizes[] = {0, 1, 254, 255, 256, 65535, UINT32_MAX, UINT64_MAX - 1};
    const char *path = tap_path("sizes.tset");

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (int mixed = 0; mixed < 2; mixed++) {
            tt_build *build = build_at(path, MEMORY);
            tt_row known = row_of(MASK(SHA1), 1), unknown = row_of(MASK(SHA1), 2);
            tt_set *set;
            uint64_t number;
            tt_set_entry entry;
            list_in(build, "l", TUTELA_KNOWN_BAD);
            known.size = sizes[i];
            add_row(build, &known);
            if (mixed)
                add_row(build, &unknown);
            (void)finish(build);
            set = open_set(path);
            ok(entry_of(set, TUTELA_SHA1, known.digests.value[1], 0, &number, &entry)
                   && entry.size == sizes[i],
               "size %llu %s unknown ones", (unsigned long long)sizes[i],
               mixed ? "among" : "without");
            if (mixed)
                ok(entry_of(set, TUTELA_SHA1, unknown.digests.value[1], 0, &number, &entry)
                       && entry.size == TT_SIZE_UNKNOWN,
                   "... which stay unknown");
            tt_set_close(set);
        }
}

/* ---- Space ------------------------------------------------------------------------------- */

static void try_space(void)
{
    enum { COUNT = 100000 };
    const char *path = tap_path("space.tset");
    tt_build *build = build_at(path, MEMORY);
    tt_set *set;
    double each;

    list_in(build, "l", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < COUNT; i++) {
        tt_row row = row_of(MASK(MD5), i);
        add_row(build, &row);
    }
    (void)finish(build);
    set = open_set(path);
    each = (double)tt_set_file_bytes(set) / COUNT;
    ok(each < 19.1, "a list of MD5 alone takes %.2f bytes an entry", each);
    tt_set_close(set);
}

/* ---- Misuse and failure ------------------------------------------------------------------ */

static void try_misuse(void)
{
    const char *path = tap_path("misuse.tset");
    tt_build *build = build_at(path, MEMORY);
    tt_row row = row_of(MASK(MD5), 1);
    tt_build_counts counts = {.accepted = 7};
    tutela_error error;

    ok(tt_build_add(build, &row, &error) == TUTELA_STATE, "a row before any list");
    ok(tt_build_list(build, "l", "", (tutela_polarity)0, &error) == TUTELA_ARGUMENT, "no polarity");
    ok(tt_build_list(build, "\xff", "", TUTELA_KNOWN_BAD, &error) == TUTELA_ARGUMENT, "not UTF-8");
    list_in(build, "l", TUTELA_KNOWN_BAD);
    row.digests.mask = 0;
    ok(tt_build_add(build, &row, &error) == TUTELA_ARGUMENT, "no digest");
    row.digests.mask = 16;
    ok(tt_build_add(build, &row, &error) == TUTELA_ARGUMENT, "an unknown algorithm");
    row.digests.mask = 1;
    row.entry = "\xc0\x80";
    ok(tt_build_add(build, &row, &error) == TUTELA_ARGUMENT, "an id that is not UTF-8");
    row.entry = "", row.value = "\xed\xa0\x80";
    ok(tt_build_add(build, &row, &error) == TUTELA_ARGUMENT, "a category that is not UTF-8");
    ok(tt_build_finish(build, 0, &counts, &error) == TUTELA_LIST_UNUSABLE, "no row");
    ok(error.advice[0] && counts.accepted == 7, "... with advice, counts untouched");
    ok(tt_build_finish(build, 0, &counts, &error) == TUTELA_STATE, "a second end");
    ok(tt_build_list(build, "l", "", TUTELA_KNOWN_BAD, &error) == TUTELA_STATE, "a list after it");
    tt_build_free(build);
    ok(access(path, F_OK) != 0, "no file was made");
    tt_build_free(NULL);
    ok(tt_build_new(&build, tap_path("no/such/folder.tset"), MEMORY, &error) == TUTELA_IO,
       "no such folder");
}

static void try_categories_without_end(void)
{
    tt_build *build = build_at(tap_path("categories.tset"), MEMORY);
    tutela_status status = TUTELA_OK;
    tutela_error error = {0};
    char *value = malloc(40001);
    unsigned i = 0;

    memset(value, 'x', 40000);
    value[40000] = '\0';
    list_in(build, "l", TUTELA_KNOWN_BAD);
    for (; i < 5000 && status == TUTELA_OK; i++) {
        tt_row row = row_of(MASK(MD5), i);
        snprintf(value, 40000, "%06u", i);
        value[6] = 'x';
        row.value = value;
        status = tt_build_add(build, &row, &error);
    }
    ok(status == TUTELA_LIST_UNUSABLE && i < 5000, "categories without end are refused, not held");
    ok(strstr(error.text, "000") == NULL, "... and not quoted");
    tt_build_free(build);
    free(value);
}

static size_t files_in(const char *folder)
{
    DIR *open_folder = opendir(folder);
    size_t count = 0;

    while (readdir(open_folder))
        count++;
    closedir(open_folder);
    return count - 2;
}

static void fill(tt_build *build, uint64_t count)
{
    list_in(build, "l", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < count; i++) {
        tt_row row = row_of(MASK(MD5) | MASK(SHA1), i);
        add_row(build, &row);
    }
}

/* The old set must be there, whole, and no file beside it, when a build ends in any other way. */
static void try_failures(void)
{
    char folder[1024], path[1100], copy[1100];
    tt_build *build;
    tutela_error error = {0};
    struct rlimit old, small;
    tutela_status status;

    snprintf(folder, sizeof folder, "%s", tap_path("failures"));
    mkdir(folder, 0700);
    snprintf(path, sizeof path, "%s/x.tset", folder);
    snprintf(copy, sizeof copy, "%s", tap_path("before.tset"));
    build = build_at(path, MEMORY);
    fill(build, 10);
    (void)finish(build);
    build = build_at(copy, MEMORY);
    fill(build, 10);
    (void)finish(build);
    is_u64(files_in(folder), 1, "one file after a build");

    build = build_at(path, MEMORY);
    fill(build, 20);
    ok(same_file(path, copy), "the old set is there until the end");
    tt_build_free(build);
    ok(same_file(path, copy), "... and after a build that was dropped");
    is_u64(files_in(folder), 1, "... and nothing else");

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    for (rlim_t limit = 0; limit <= 64 << 10; limit += 8 << 10) {
        build = build_at(path, 1);
        fill(build, 1200);
        small = (struct rlimit){limit, old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        status = tt_build_finish(build, TT_TIME_UNKNOWN, NULL, &error);
        setrlimit(RLIMIT_FSIZE, &old);
        tt_build_free(build);
        ok(status == TUTELA_RECORD && error.os_error != 0 && same_file(path, copy)
               && files_in(folder) == 1,
           "no room after %llu bytes: TUTELA_RECORD (%s), old set whole",
           (unsigned long long)limit, error.text);
    }
    build = build_at(path, 1);
    fill(build, 1200);
    ok(tt_build_finish(build, TT_TIME_UNKNOWN, NULL, &error) == TUTELA_OK && !same_file(path, copy),
       "with room, the new set takes its place");
    tt_build_free(build);
}

/* ---- To a descriptor --------------------------------------------------------------------- */

/* The very same set goes to a file that is open already; no other file is made. */
static void try_descriptor(void)
{
    const char *named = tap_path("named.tset"), *given = tap_path("given.tset");
    int fd = open(given, O_RDWR | O_CREAT | O_TRUNC, 0600);
    tt_build *builds[2] = {build_at(named, MEMORY), NULL};

    is_i64(tt_build_new_at(&builds[1], fd, tap_folder(), "given", MEMORY, NULL), TUTELA_OK,
           "a build to a descriptor begins");
    for (size_t b = 0; b < 2; b++) {
        list_in(builds[b], "list", TUTELA_KNOWN_BAD);
        for (uint64_t i = 0; i < 500; i++) {
            tt_row row = row_of(1 + (uint32_t)(i % TT_DIGEST_ALL), i);
            add_row(builds[b], &row);
        }
        is_u64(finish(builds[b]).accepted, 500, "all rows are taken");
    }
    ok(fcntl(fd, F_GETFD) >= 0, "the descriptor is still open");
    close(fd);
    ok(same_file(named, given), "the same bytes as in a file of its own");
    builds[0] = NULL;
    is_i64(tt_build_new_at(&builds[0], -2, tap_folder(), "a-name", MEMORY, NULL), TUTELA_ARGUMENT,
           "no descriptor is an error");
    ok(!builds[0], "and nothing is made");
}

int main(void)
{
    for (uint32_t mask = 1; mask <= TT_DIGEST_ALL; mask++)
        try_mask(mask);
    try_mixed();
    try_reproducible();
    try_descriptor();
    try_duplicates();
    try_sizes();
    try_space();
    try_misuse();
    try_categories_without_end();
    try_failures();
    return tap_done();
}
