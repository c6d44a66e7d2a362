/* entries: what a list says of an entry comes out of the set as it went in: owner, flags, date. */
#include "set_kit.h"

#define DAY (INT64_C(86400) * TT_SECOND)

/* The set of these rows. */
static tt_set *set_of(const char *path, const tt_row *rows, size_t count, tt_build_counts *counts)
{
    tt_build *build = build_at(path, MEMORY);
    tt_build_counts made;

    list_in(build, "list", TUTELA_KNOWN_BAD);
    for (size_t i = 0; i < count; i++)
        add_row(build, &rows[i]);
    made = finish(build);
    if (counts)
        *counts = made;
    return open_set(path);
}

/* The set of one row beside a plain one, and the row's entry. */
static tt_set *one_of(const tt_row *row, tt_set_entry *entry)
{
    tt_row rows[] = {*row, row_of(MASK(MD5), 99)};
    tt_set *set = set_of(tap_path("one.tset"), rows, 2, NULL);
    uint64_t number;
    tt_set_entry plain;

    ok(entry_of(set, TUTELA_MD5, rows[1].digests.value[0], 0, &number, &plain)
           && plain.owner[0] == '\0' && plain.flags == 0 && plain.updated == 0,
       "its plain neighbour says nothing");
    ok(entry_of(set, TUTELA_MD5, row->digests.value[0], 0, &number, entry), "found");
    return set;
}

/* ---- One thing at a time ----------------------------------------------------------------- */

static void try_flags(void)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } known[] = {{1, "self-generated"},
                 {2, "generative"},
                 {4, "victim-identified"},
                 {8, "offender-identified"},
                 {16, "distributed"}};
    tt_row row = row_of(MASK(MD5), 1);
    tt_set_entry entry;

    for (row.flags = 0; row.flags <= TT_ENTRY_FLAGS; row.flags++) {
        tt_set *set = one_of(&row, &entry);
        is_u64(entry.flags, row.flags, "flags %u", row.flags);
        tt_set_close(set);
    }
    is_u64(TT_ENTRY_FLAGS, 31, "the numbers are frozen");
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        is_text(tutela_entry_flag_name(known[i].flag), known[i].name, "its name");
        ok(tutela_entry_flag_words(known[i].flag) != NULL, "its words");
    }
    for (uint32_t flag = 32; flag; flag <<= 1)
        ok(!tutela_entry_flag_name(flag) && !tutela_entry_flag_words(flag), "%u is none", flag);
    ok(!tutela_entry_flag_name(0) && !tutela_entry_flag_name(3) && !tutela_entry_flag_words(0)
           && !tutela_entry_flag_words(31),
       "nor is nothing, nor are two");
}

static void try_dates(void)
{
    static const struct {
        int64_t in;
        uint64_t kept; /* in the file */
        int64_t out;
    } dates[] = {{0, 0, 0},
                 {1, 1, 1}, /* 1970-01-01: 0 nanoseconds would be "not stated" */
                 {TT_SECOND - 1, 1, 1},
                 {TT_SECOND, 2, TT_SECOND},
                 {DAY, 86401, DAY},
                 {1508857200 * TT_SECOND + 250000000, 1508857201, 1508857200 * TT_SECOND},
                 {254 * TT_SECOND, 255, 254 * TT_SECOND},
                 {255 * TT_SECOND, 256, 255 * TT_SECOND},
                 {4294967294 * TT_SECOND, 4294967295, 4294967294 * TT_SECOND},
                 {4294967295 * TT_SECOND, 4294967296, 4294967295 * TT_SECOND},
                 {INT64_MAX, 9223372037, 9223372036 * TT_SECOND},
                 {-1, 0, 0},
                 {-DAY, 0, 0},
                 {INT64_MIN, 0, 0}};
    tt_row row = row_of(MASK(MD5), 1);

    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        tt_set_entry entry;
        tt_set *set;
        row.updated = dates[i].in;
        set = one_of(&row, &entry);
        is_i64(entry.updated, dates[i].out, "date %lld", (long long)dates[i].in);
        is_u64(tt_date_of(dates[i].in), dates[i].kept, "... in the file");
        is_u64(tt_date_of(entry.updated), dates[i].kept, "... and again in a set made of this one");
        tt_set_close(set);
    }
}

static void try_owners(void)
{
    static char longest[TT_STRING_MAX + 2];
    const char *const owners[] = {"", "o", "Example Member", "\xC3\xBC\xE2\x82\xAC\xF0\x9F\x9B\xA1",
                                  longest};
    tt_row row = row_of(MASK(MD5), 1);
    tutela_error error = {0};
    tt_build *build;

    memset(longest, 'x', TT_STRING_MAX);
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
        tt_set_entry entry;
        tt_set *set;
        row.owner = owners[i];
        set = one_of(&row, &entry);
        is_text(entry.owner, owners[i], "owner of %zu bytes", strlen(owners[i]));
        is_text(entry.value, "", "... is no category");
        tt_set_close(set);
    }
    build = build_at(tap_path("refused.tset"), MEMORY);
    list_in(build, "l", TUTELA_KNOWN_BAD);
    longest[TT_STRING_MAX] = 'x';
    ok(tt_build_add(build, &row, &error) == TUTELA_ARGUMENT && !strstr(error.text, "xx"),
       "longer than a string may be: %s", error.text);
    row.owner = "\xff";
    ok(tt_build_add(build, &row, &error) == TUTELA_ARGUMENT, "not UTF-8: %s", error.text);
    row.owner = "";
    for (uint32_t flag = 32; flag; flag <<= 1) {
        row.flags = flag | 1;
        ok(tt_build_add(build, &row, &error) == TUTELA_ARGUMENT, "flag %u: %s", flag, error.text);
    }
    tt_build_free(build);
}

/* ---- Rows that are nearly the same ------------------------------------------------------- */

/* Rows equal in all but one thing are entries of their own, in an order the input does not change. */
static void try_nearly(void)
{
    static const int64_t dates[] = {0, 1, TT_SECOND, 255 * TT_SECOND, 70000 * TT_SECOND};
    enum { COUNT = 2 * 3 * 5 };
    tt_row rows[COUNT + 2];
    char forth[512], back[512];
    tt_build_counts counts;
    int64_t last = -1;
    tt_set *set;

    snprintf(forth, sizeof forth, "%s", tap_path("forth.tset"));
    snprintf(back, sizeof back, "%s", tap_path("back.tset"));
    for (size_t i = 0; i < COUNT; i++) {
        rows[i] = row_of(MASK(MD5) | MASK(SHA1), 7);
        rows[i].entry = "id";
        rows[i].owner = i % 2 ? "a" : "b";
        rows[i].flags = (uint32_t)(i / 2 % 3);
        rows[i].updated = dates[i / 6];
    }
    rows[COUNT] = rows[COUNT - 1];
    rows[COUNT].updated += TT_SECOND / 2; /* the same second: a duplicate */
    rows[COUNT + 1] = rows[0];
    rows[COUNT + 1].updated = -DAY; /* not kept: a duplicate */
    set = set_of(forth, rows, COUNT + 2, &counts);
    is_u64(counts.accepted, COUNT, "each an entry of its own");
    is_u64(counts.duplicates, 2, "but not for what is not kept");
    for (uint64_t n = 0; n < COUNT; n++) {
        uint64_t number;
        tt_set_entry entry;
        ok(entry_of(set, TUTELA_SHA1, rows[0].digests.value[1], n, &number, &entry)
               && number == n && entry.updated >= last
               && entry.updated == dates[n / 6] && entry.owner[0] == (n % 6 < 3 ? 'a' : 'b')
               && entry.flags == n % 3 && strcmp(entry.id, "id") == 0,
           "entry %u: by date, then by owner, then by flags", (unsigned)n);
        last = entry.updated;
    }
    tt_set_close(set);
    for (size_t i = 0; i < (COUNT + 2) / 2; i++) {
        tt_row swapped = rows[i];
        rows[i] = rows[COUNT + 1 - i];
        rows[COUNT + 1 - i] = swapped;
    }
    tt_set_close(set_of(back, rows, COUNT + 2, &counts));
    is_u64(counts.duplicates, 2, "back to front");
    ok(same_file(forth, back), "... gives the same file");
}

/* ---- Many of everything ------------------------------------------------------------------ */

static tt_row many_row(uint64_t i)
{
    static char owners[2][64];
    tt_row row = row_of(MASK(MD5), i);
    char *owner = owners[i % 2];

    (void)snprintf(owner, sizeof owners[0], "member %llu", (unsigned long long)(i * 7919 % 1500));
    if (i % 10)
        row.owner = owner;
    row.scheme = i % 3 ? "ncmec" : "";
    row.value = i % 3 == 1 ? "A1" : i % 3 == 2 ? owner : ""; /* a category equal to the owner */
    row.flags = (uint32_t)(i * 31 % 32);
    if (i % 4)
        row.updated = (int64_t)(i % 4 == 1 ? i : i << 17) * TT_SECOND;
    return row;
}

/* Few rows share a record here: more than a thousand owners with every mask of flags. */
static void try_many(int sealed)
{
    enum { COUNT = 40000 };
    const char *path = tap_path("many-%d.tset", sealed);
    static const uint8_t secret[TT_SEAL_KEY_SIZE] = "thirty-two bytes of a test key.";
    char key_file[512];
    tt_build *build = build_at(path, 1);
    tt_seal *seal = NULL;
    tt_set *set = NULL;
    uint64_t wrong = 0;

    snprintf(key_file, sizeof key_file, "%s", tap_path("key"));
    write_whole(key_file, secret, sizeof secret);
    (void)chmod(key_file, 0600);
    if (sealed
        && (tt_seal_load(&seal, key_file, NULL) != TUTELA_OK
            || tt_build_seal(build, seal, NULL) != TUTELA_OK))
        ok(0, "a key");
    list_in(build, "list", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < COUNT; i++) {
        tt_row row = many_row(i);
        add_row(build, &row);
    }
    is_u64(finish(build).accepted, COUNT, "many records%s", sealed ? ", sealed" : "");
    ok(tt_set_open_sealed(&set, path, key_file, NULL) == TUTELA_OK, "opens");
    for (uint64_t i = 0; i < COUNT; i++) {
        tt_row row = many_row(i);
        uint64_t number;
        tt_set_entry entry;
        if (!entry_of(set, TUTELA_MD5, row.digests.value[0], 0, &number, &entry)
            || strcmp(entry.owner, row.owner) != 0 || strcmp(entry.value, row.value) != 0
            || strcmp(entry.scheme, row.scheme) != 0 || entry.flags != row.flags
            || entry.updated != (row.updated / TT_SECOND ? row.updated : row.updated != 0))
            wrong++;
    }
    is_u64(wrong, 0, "each as it went in");
    ok(set->records.count > 10000, "%u records", (unsigned)set->records.count);
    tt_set_close(set);
    tt_seal_free(seal);
}

/* A sealed set keeps no owner that spells the digest. */
static void try_telling(void)
{
    static const uint8_t secret[TT_SEAL_KEY_SIZE] = "thirty-two bytes of a test key.";
    char key_file[512], path[512], hex[2 * 16 + 1];
    tt_row row = row_of(MASK(MD5), 3);
    tt_build *build;
    tt_seal *seal = NULL;
    tt_set *set = NULL;
    uint64_t number;
    tt_set_entry entry = {.owner = "?"};

    snprintf(key_file, sizeof key_file, "%s", tap_path("key-2"));
    snprintf(path, sizeof path, "%s", tap_path("telling.tset"));
    write_whole(key_file, secret, sizeof secret);
    (void)chmod(key_file, 0600);
    for (size_t i = 0; i < 16; i++)
        snprintf(hex + 2 * i, 3, "%02X", row.digests.value[0][i]);
    row.owner = hex;
    build = build_at(path, MEMORY);
    ok(tt_seal_load(&seal, key_file, NULL) == TUTELA_OK
           && tt_build_seal(build, seal, NULL) == TUTELA_OK,
       "a key");
    list_in(build, "list", TUTELA_KNOWN_BAD);
    add_row(build, &row);
    (void)finish(build);
    ok(tt_set_open_sealed(&set, path, key_file, NULL) == TUTELA_OK
           && entry_of(set, TUTELA_MD5, row.digests.value[0], 0, &number, &entry),
       "found");
    is_text(entry.owner, "", "an owner that spells the digest is left out");
    tt_set_close(set);
    tt_seal_free(seal);
}

/* What nobody states takes no room. */
static void try_room(void)
{
    const tt_section *date;
    tt_row rows[200];
    tt_set *set;

    for (uint64_t i = 0; i < 200; i++)
        rows[i] = row_of(MASK(MD5), i);
    set = set_of(tap_path("plain.tset"), rows, 200, NULL);
    date = &set->entry_date;
    ok(date->encoding == TT_ENCODING_CONSTANT && date->bytes == 0 && date->constant == 0,
       "no dates: a constant");
    is_u64(set->records.count, 1, "no owners: one record");
    tt_set_close(set);
    for (uint64_t i = 0; i < 200; i++)
        rows[i].updated = DAY;
    set = set_of(tap_path("dated.tset"), rows, 200, NULL);
    date = &set->entry_date;
    ok(date->encoding == TT_ENCODING_CONSTANT && date->constant == 86401, "one date for all: too");
    tt_set_close(set);
    rows[0].updated = 1760000000 * TT_SECOND;
    set = set_of(tap_path("dates.tset"), rows, 200, NULL);
    date = &set->entry_date;
    ok(date->encoding == TT_ENCODING_ARRAY && date->width == 4, "else four bytes each");
    tt_set_close(set);
}

int main(void)
{
    try_flags();
    try_dates();
    try_owners();
    try_nearly();
    try_many(0);
    try_many(1);
    try_telling();
    try_room();
    return tap_done();
}
