/* delta: what removing means, how many layers there may be, where bases lie, sets compared. */
#include "layers_kit.h"

#include "base/mem.h"
#include "hashsets/diff.h"
#include "hashsets/place.h"

#include <unistd.h>

/* "list list" of the entries to be seen that the file's digest finds, newest layer first. */
static const char *lists_of(const char *path, int algorithm, uint64_t file)
{
    static char out[200];
    tt_set *set = open_set(path);
    tt_row row = row_of(TT_DIGEST_ALL, file);

    out[0] = '\0';
    for (const tt_set *layer = set; layer; layer = tt_set_below(layer)) {
        uint64_t first = 0, count = 0;
        if (tt_set_find(layer, algorithm, row.digests.value[algorithm], &first, &count, NULL) != TUTELA_OK)
            return "damaged";
        for (uint64_t i = first; i < first + count; i++) {
            uint64_t number = 0;
            tt_set_entry entry;
            int hidden = 1;
            if (tt_set_entry_of(layer, algorithm, i, &number, NULL) != TUTELA_OK
                || tt_set_hidden(layer, number, &hidden, NULL) != TUTELA_OK
                || tt_set_entry_at(layer, number, &entry, NULL) != TUTELA_OK)
                return "damaged";
            if (!hidden)
                snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s", out[0] ? " " : "",
                         entry.list->name);
        }
    }
    tt_set_close(set);
    return out;
}

static void meaning(void)
{
    char base[300], first[300], second[300], third[300];
    tt_row by_sha1 = row_of(MASK(SHA1), 1);
    tt_row whole = row_of(MASK(MD5) | MASK(SHA1), 1);
    tt_row absent = row_of(TT_DIGEST_ALL, 77);
    tt_row removals[2] = {by_sha1, absent};
    change what = {.list = "l", .polarity = TUTELA_KNOWN_BAD, .remove = removals, .remove_count = 2};
    tt_set *set;

    snprintf(base, sizeof base, "%s", tap_path("base.tset"));
    snprintf(first, sizeof first, "%s", tap_path("first.tset"));
    snprintf(second, sizeof second, "%s", tap_path("second.tset"));
    snprintf(third, sizeof third, "%s", tap_path("third.tset"));
    make_base(base, NULL);
    is_text(lists_of(base, TUTELA_MD5, 1), "other l", "the base lists the file twice");
    change_file(base, first, NULL, &what);
    is_u64(what.hidden, 1, "one entry is removed");
    is_u64(what.not_found, 1, "one row was not in the base");
    is_text(lists_of(first, TUTELA_SHA1, 1), "", "removed by its SHA-1");
    is_text(lists_of(first, TUTELA_MD5, 1), "other", "... and so by its MD5; another list's stays");
    is_text(lists_of(first, TUTELA_MD5, 2), "l", "another entry stays");
    is_text(lists_of(base, TUTELA_MD5, 1), "other l", "the base is as it was");

    what = (change){.list = "l", .polarity = TUTELA_KNOWN_BAD, .add = &whole, .add_count = 1};
    change_file(first, second, NULL, &what);
    is_u64(what.counts.accepted, 1, "what was removed can come again");
    is_text(lists_of(second, TUTELA_SHA1, 1), "l", "... and is found");
    what = (change){.list = "l", .polarity = TUTELA_KNOWN_BAD, .add = &whole, .add_count = 1};
    change_file(second, third, NULL, &what);
    is_u64(what.counts.duplicates, 1, "what is there is a duplicate, in whatever layer");
    set = open_set(third);
    is_u64(tt_set_layers(set), 4, "a delta that changes nothing is a layer too");
    is_u64(tt_set_entry_count(set), 7, "... with the entries of its base");
    tt_set_close(set);
    what = (change){.list = "l", .polarity = TUTELA_KNOWN_BAD, .remove = &by_sha1,
                    .remove_count = 1, .add = &whole, .add_count = 1};
    change_file(second, third, NULL, &what);
    ok(what.hidden == 1 && what.counts.accepted == 1, "removed and added at once: added after all");
    is_text(lists_of(third, TUTELA_MD5, 1), "l other", "... and is found once");
}

/* Everything goes; nothing is left to be compacted. */
static void emptied(void)
{
    char base[300], none[300], out[300];
    tt_row rows[6];
    change what = {.list = "l", .polarity = TUTELA_KNOWN_BAD, .remove = rows, .remove_count = 6};
    tutela_error error = {0};
    tt_build *build;
    uint64_t entries = 99;
    tt_set *set;

    snprintf(base, sizeof base, "%s", tap_path("only.tset"));
    snprintf(none, sizeof none, "%s", tap_path("none.tset"));
    snprintf(out, sizeof out, "%s", tap_path("out.tset"));
    build = build_at(base, MEMORY);
    list_in(build, "l", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < 6; i++) {
        rows[i] = row_of(MASK(MD5), i);
        add_row(build, &rows[i]);
    }
    (void)finish(build);
    change_file(base, none, NULL, &what);
    set = open_set(none);
    ok(tt_set_entry_count(set) == 0 && tt_set_list_count(set) == 0
           && tt_set_digest_count(set, TUTELA_MD5) == 0,
       "a set of which all is removed has no entry and no list");
    ok(tt_layers_check(set, NULL) == TUTELA_OK, "... and is sound");
    ok(tt_set_compact(set, out, MEMORY, TT_TIME_UNKNOWN, &entries, &error) == TUTELA_LIST_UNUSABLE
           && access(out, F_OK) != 0,
       "... and cannot be compacted: %s", error.text);
    tt_set_close(set);
}

static void many_layers(void)
{
    char path[300], next[300];
    tutela_error error = {0};
    size_t wrong = 0;
    change what;
    tt_set *set;

    snprintf(path, sizeof path, "%s", tap_path("base.tset"));
    for (uint64_t i = 1; i < TT_LAYERS_MAX; i++) {
        tt_row add = row_of(MASK(MD5), 1000 + i);
        tt_row remove = row_of(MASK(MD5), 999 + i);
        what = (change){.list = "l", .polarity = TUTELA_KNOWN_BAD, .remove = &remove,
                        .remove_count = 1, .add = &add, .add_count = 1};
        snprintf(next, sizeof next, "%s", tap_path("many-%u.tset", (unsigned)i));
        change_file(path, next, NULL, &what);
        wrong += what.hidden != (i > 1) || what.counts.accepted != 1;
        memcpy(path, next, sizeof path);
    }
    is_u64(wrong, 0, "63 layers over a base, each removing what the one before added");
    set = open_set(path);
    is_u64(tt_set_layers(set), 64, "64 layers open");
    is_u64(tt_set_entry_count(set), 8, "... as 8 entries");
    ok(tt_layers_check(set, NULL) == TUTELA_OK, "... and check");
    what = (change){.list = "l", .polarity = TUTELA_KNOWN_BAD};
    snprintf(next, sizeof next, "%s", tap_path("many-64.tset"));
    ok(change_set(set, next, &what, &error) == TUTELA_ARGUMENT && strstr(error.text, "64 layers")
           && strstr(error.advice, "compact") && access(next, F_OK) != 0,
       "a 65th is refused: %s", error.text);
    tt_set_close(set);
    set = open_set(tap_path("many-2.tset"));
    for (size_t i = 0; i < 3; i++) {
        static const char *const layers[] = {"base.tset", "many-1.tset", "many-2.tset"};
        what = (change){.list = "l", .polarity = TUTELA_KNOWN_BAD};
        ok(change_set(set, tap_path("%s", layers[i]), &what, &error) == TUTELA_ARGUMENT
               && strstr(error.text, "is the base, or a part of it"),
           "nor may a delta take the place of any layer: %s", error.text);
    }
    tt_set_close(set);
}

/* ---- Places, and sets compared ----------------------------------------------------------- */

static void place_is(const char *file, const char *from, const char *want)
{
    TT_AUTO_FREE char *got = NULL;
    tutela_error error = {0};

    ok(tt_place_relative(&got, file, from, &error) == TUTELA_OK, "a place: %s", error.text);
    is_text(got, want, "%s from there", want);
}

static void places(void)
{
    char root[300], file[400], from[400];
    TT_AUTO_FREE char *none = NULL;

    snprintf(root, sizeof root, "%s", tap_path("places"));
    if (mkdir(root, 0700) != 0)
        exit(1);
    for (size_t i = 0; i < 4; i++) {
        static const char *const folders[] = {"a", "a/b", "ab", "a/c"};
        snprintf(file, sizeof file, "%s/%s", root, folders[i]);
        if (mkdir(file, 0700) != 0)
            exit(1);
    }
    snprintf(file, sizeof file, "%s/a/f", root);
    write_whole(file, "x", 1);
    snprintf(from, sizeof from, "%s/a/new", root);
    place_is(file, from, "f");
    snprintf(from, sizeof from, "%s/new", root);
    place_is(file, from, "a/f");
    snprintf(from, sizeof from, "%s/a/b/new", root);
    place_is(file, from, "../f");
    snprintf(from, sizeof from, "%s/ab/new", root);
    place_is(file, from, "../a/f");
    snprintf(file, sizeof file, "%s/a/b/f", root);
    write_whole(file, "x", 1);
    snprintf(from, sizeof from, "%s/a/c/new", root);
    place_is(file, from, "../b/f");
    place_is("/dev/null", from, "/dev/null");
    place_is("/dev/null", "/new", "dev/null");
    snprintf(from, sizeof from, "%s/nowhere/new", root);
    ok(tt_place_relative(&none, file, from, NULL) == TUTELA_IO && !none, "no folder, no place");
}

static void compare_is(const char *a, const char *b, int algorithm, uint64_t only_a, uint64_t only_b,
                       uint64_t both)
{
    tt_set *one = open_set(a), *other = open_set(b);
    tt_set_diff got = {0};

    ok(tt_set_comparable(one, other) && tt_set_compare(one, other, algorithm, &got, NULL) == TUTELA_OK
           && got.only_a == only_a && got.only_b == only_b && got.both == both,
       "%" PRIu64 " only in a, %" PRIu64 " only in b, %" PRIu64 " in both", got.only_a, got.only_b,
       got.both);
    tt_set_close(one);
    tt_set_close(other);
}

static void comparing(void)
{
    char base[300], first[300], second[300];
    tt_row gone = row_of(MASK(SHA1), 2), come[2] = {row_of(MASK(MD5), 20), row_of(MASK(MD5), 3)};
    change what = {.list = "l", .polarity = TUTELA_KNOWN_BAD, .remove = &gone, .remove_count = 1,
                   .add = come, .add_count = 2};

    snprintf(base, sizeof base, "%s", tap_path("c.tset"));
    snprintf(first, sizeof first, "%s", tap_path("c-1.tset"));
    snprintf(second, sizeof second, "%s", tap_path("c-2.tset"));
    make_base(base, NULL);
    change_file(base, first, NULL, &what);
    compare_is(base, base, TUTELA_MD5, 0, 0, 6);
    compare_is(base, first, TUTELA_MD5, 1, 1, 5);
    compare_is(first, base, TUTELA_MD5, 1, 1, 5);
    compare_is(base, first, TUTELA_SHA1, 1, 0, 5);
    compare_is(base, first, TUTELA_SHA256, 0, 0, 0);
    /* File 1 is in two lists: its digest stays while one of them has it. */
    gone = row_of(MASK(MD5), 1);
    what = (change){.list = "l", .polarity = TUTELA_KNOWN_BAD, .remove = &gone, .remove_count = 1};
    change_file(first, second, NULL, &what);
    compare_is(first, second, TUTELA_MD5, 0, 0, 6);
    compare_is(first, second, TUTELA_SHA1, 1, 0, 4);
}

int main(void)
{
    meaning();
    emptied();
    many_layers();
    places();
    comparing();
    return tap_done();
}
