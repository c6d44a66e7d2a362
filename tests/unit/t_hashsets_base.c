/* delta: bases that are gone, others or under another key, and deltas that say what cannot be true. */
#include "layers_kit.h"

#include "../fuzz/set_fix.h"

#include <unistd.h>

/* ---- Bases that are not there ------------------------------------------------------------ */

static void copy(const char *from, const char *to)
{
    size_t size;
    uint8_t *bytes = read_whole(from, &size);

    write_whole(to, bytes, size);
    free(bytes);
}

static void keyed_is(const char *path, const char *key, const char *words)
{
    tutela_error error = {0};
    tt_set *set = NULL;

    ok(tt_set_open_sealed(&set, path, key, &error) == TUTELA_SET_REFUSED && !set
           && strstr(error.text, words) && error.advice[0],
       "refused: %s", error.text);
}

/* The base goes, and others take its place. */
static void others(void)
{
    char base[300], delta[300], kept[300];
    tt_row row = row_of(MASK(MD5), 50);
    change what = {.list = "l", .polarity = TUTELA_KNOWN_BAD, .add = &row, .add_count = 1};
    tutela_error error;
    size_t size;
    uint8_t *bytes;

    snprintf(base, sizeof base, "%s", tap_path("b.tset"));
    snprintf(delta, sizeof delta, "%s", tap_path("d.tset"));
    snprintf(kept, sizeof kept, "%s", tap_path("kept.tset"));
    make_base(base, NULL);
    change_file(base, delta, NULL, &what);
    copy(base, kept);
    if (unlink(base) != 0)
        exit(1);
    refused(delta, "its base is missing", "no base");
    if (mkdir(base, 0700) != 0)
        exit(1);
    refused(delta, "its base is missing", "a folder in its place");
    if (rmdir(base) != 0)
        exit(1);
    copy(delta, base);
    refused(delta, "its base is another set now", "itself in its place");
    bytes = read_whole(kept, &size);
    bytes[TT_AT_CREATED] ^= 1; /* a time: sound, and another file */
    set_fix(bytes, size);
    write_whole(base, bytes, size);
    ok(open_status(base, TT_SET_EAGER_BYTES, &error) == TUTELA_OK, "a base made at another time");
    refused(delta, "its base is another set now", "... is another base");
    memcpy(bytes + TT_AT_CREATED, "\0\0\0\0\0\0\0\200", 8);
    set_fix(bytes, size);
    bytes[size / 2] ^= 1;
    write_whole(base, bytes, size);
    ok(open_status(delta, TT_SET_EAGER_BYTES, &error) == TUTELA_SET_REFUSED
           && strstr(error.text, "damaged"),
       "a damaged base: %s", error.text);
    write_whole(base, "hello, not a set at all", 23);
    ok(open_status(delta, TT_SET_EAGER_BYTES, &error) == TUTELA_SET_REFUSED, "a letter: %s",
       error.text);
    copy(kept, base);
    ok(open_status(delta, TT_SET_EAGER_BYTES, &error) == TUTELA_OK, "the same bytes: the same base");
    free(bytes);
}

static void moves(void)
{
    char base[300], delta[300], moved[300], link[400];
    tutela_error error;

    snprintf(base, sizeof base, "%s", tap_path("b.tset"));
    snprintf(delta, sizeof delta, "%s", tap_path("d.tset"));
    snprintf(moved, sizeof moved, "%s", tap_path("moved"));
    if (mkdir(moved, 0700) != 0)
        exit(1);
    /* Folders of sets move as one, and a link to a set is as good as the set. */
    snprintf(link, sizeof link, "%s/link.tset", moved);
    if (symlink(delta, link) != 0)
        exit(1);
    ok(open_status(link, TT_SET_EAGER_BYTES, &error) == TUTELA_OK, "a link from another folder");
    snprintf(link, sizeof link, "%s/d.tset", moved);
    copy(delta, link);
    snprintf(link, sizeof link, "%s/b.tset", moved);
    copy(base, link);
    if (unlink(base) != 0)
        exit(1);
    snprintf(link, sizeof link, "%s/d.tset", moved);
    ok(open_status(link, TT_SET_EAGER_BYTES, &error) == TUTELA_OK, "copied beside a copy of its base");
}

static void other_keys(void)
{
    char base[300], delta[300], other[300], key[300];
    tt_row row = row_of(MASK(MD5), 50);
    change what = {.list = "l", .polarity = TUTELA_KNOWN_BAD, .add = &row, .add_count = 1};
    tt_seal *seal = NULL;

    snprintf(base, sizeof base, "%s", tap_path("b.tset"));
    snprintf(delta, sizeof delta, "%s", tap_path("d.tset"));
    snprintf(key, sizeof key, "%s", tap_path("key"));
    snprintf(other, sizeof other, "%s", tap_path("key-2"));
    if (tt_seal_create(key, NULL) != TUTELA_OK || tt_seal_create(other, NULL) != TUTELA_OK
        || tt_seal_load(&seal, key, NULL) != TUTELA_OK)
        exit(1);
    make_base(base, seal);
    tt_seal_free(seal);
    change_file(base, delta, key, &what);
    keyed_is(delta, NULL, "sealed, and no key given");
    keyed_is(delta, other, "sealed with another key");
}

/* ---- Deltas that lie --------------------------------------------------------------------- */

/* A delta whose page 0 is changed to state another base. */
static void point_at(const char *delta, const char *base)
{
    size_t size, base_size;
    uint8_t *bytes = read_whole(delta, &size);
    uint8_t *below = read_whole(base, &base_size);
    tt_digests id;

    if (tt_digest_bytes(MASK(SHA256), below, TT_SET_PAGE, &id, NULL) != TUTELA_OK)
        exit(1);
    memcpy(bytes + TT_AT_BASE, id.value[TUTELA_SHA256], TT_IDENTITY_SIZE);
    set_fix(bytes, size);
    write_whole(delta, bytes, size);
    free(bytes);
    free(below);
}

static void mixed_keys(void)
{
    char base[300], delta[300], key[300];
    tt_row row = row_of(MASK(MD5), 50);
    change what = {.list = "l", .polarity = TUTELA_KNOWN_BAD, .add = &row, .add_count = 1};
    tt_seal *seal = NULL;

    snprintf(base, sizeof base, "%s", tap_path("mixed.tset"));
    snprintf(delta, sizeof delta, "%s", tap_path("mixed-d.tset"));
    snprintf(key, sizeof key, "%s", tap_path("key"));
    if (tt_seal_load(&seal, key, NULL) != TUTELA_OK)
        exit(1);
    make_base(base, NULL);
    change_file(base, delta, NULL, &what);
    make_base(base, seal);
    point_at(delta, base);
    keyed_is(delta, key, "its base has another key");
    what.add_count = 0;
    change_file(base, delta, key, &what);
    make_base(base, NULL);
    point_at(delta, base);
    keyed_is(delta, key, "its base has another key");
    tt_seal_free(seal);
}

/* Change bytes of a file, make its checksums right, open it. */
static tutela_status try_bytes(const char *path, const uint8_t *image, size_t size, uint64_t at,
                               const void *value, size_t width, tutela_error *error)
{
    uint8_t *bytes = malloc(size);
    tutela_status status;

    memcpy(bytes, image, size);
    memcpy(bytes + at, value, width);
    set_fix(bytes, size);
    write_whole(path, bytes, size);
    free(bytes);
    status = open_status(path, TT_SET_EAGER_BYTES, error);
    if (status == TUTELA_OK) { /* what opening does not see, checking does */
        tt_set *set = open_set(path);
        status = tt_layers_check(set, error);
        tt_set_close(set);
    }
    return status;
}

/* A delta that removes three of the base's entries. */
static void make_delta(const char *base, const char *delta)
{
    tt_row rows[3] = {row_of(MASK(MD5), 1), row_of(MASK(MD5), 2), row_of(MASK(SHA1), 3)};
    change what = {.list = "l", .polarity = TUTELA_KNOWN_BAD, .remove = rows, .remove_count = 3};

    make_base(base, NULL);
    change_file(base, delta, NULL, &what);
}

static void lying_numbers(void)
{
    char base[300], delta[300];
    static const uint64_t hostile[] = {0, 1, 2, 6, 7, 255, 0xffffffff, 0x100000000, 0x3f00000000,
                                       0x4000000000, 0x8000000000000000, UINT64_MAX};
    size_t size, tried = 0, other = 0, accepted = 0;
    uint8_t *image, little[8];
    tutela_error error;
    uint64_t hidden, counts;

    snprintf(base, sizeof base, "%s", tap_path("truth.tset"));
    snprintf(delta, sizeof delta, "%s", tap_path("lie.tset"));
    make_delta(base, delta);
    image = read_whole(delta, &size);
    hidden = tt_load64(set_slot(image, TT_SECTION_HIDDEN, TT_NO_ALGORITHM) + TT_SLOT_OFFSET);
    counts = tt_load64(set_slot(image, TT_SECTION_HIDDEN_COUNTS, TT_NO_ALGORITHM) + TT_SLOT_OFFSET);
    for (uint64_t at = 0; at < 24 + 16; at += 4)
        for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
            uint64_t place = at < 24 ? hidden + at : counts + at - 24;
            size_t width = at % 8 ? 4 : 8;
            tt_store64(little, hostile[i]);
            if (memcmp(image + place, little, width) == 0)
                continue;
            tried++;
            switch (try_bytes(delta, image, size, place, little, width, &error)) {
            case TUTELA_SET_REFUSED:
                break;
            case TUTELA_OK: /* another entry of the same list and digests may be hidden as well */
                accepted++;
                break;
            default:
                other++;
            }
        }
    is_u64(other, 0, "%zu hostile values in HIDDEN and its counts", tried);
    ok(accepted < tried / 10, "... but for those that could be true all are refused: %zu", accepted);
    memcpy(little, image + hidden + 8, 8);
    ok(try_bytes(delta, image, size, hidden, little, 8, &error) == TUTELA_SET_REFUSED
           && strstr(error.text, "malformed (what it removes)"),
       "one twice: %s", error.text);
    free(image);
}

static void lying_fields(void)
{
    char base[300], delta[300];
    tutela_error error;
    size_t size;
    uint8_t *image;
    uint64_t name;

    snprintf(base, sizeof base, "%s", tap_path("truth.tset"));
    snprintf(delta, sizeof delta, "%s", tap_path("lie.tset"));
    make_delta(base, delta);
    image = read_whole(delta, &size);
    name = tt_load64(set_slot(image, TT_SECTION_BASE, TT_NO_ALGORITHM) + TT_SLOT_OFFSET);
    ok(try_bytes(delta, image, size, name + 2, "\0", 1, &error) == TUTELA_SET_REFUSED
           && strstr(error.text, "name of its base"),
       "a NUL in the name: %s", error.text);
    ok(try_bytes(delta, image, size, name, "//dev/null", 10, &error) == TUTELA_SET_REFUSED
           && strstr(error.text, "its base is missing: //dev/null"),
       "a device: %s", error.text);
    ok(try_bytes(delta, image, size, TT_AT_FLAGS, "\0", 1, &error) == TUTELA_SET_REFUSED, "no delta: %s",
       error.text);
    ok(try_bytes(delta, image, size, TT_AT_LAYER, "\2", 1, &error) == TUTELA_SET_REFUSED
           && strstr(error.text, "number of layers"),
       "more layers than there are: %s", error.text);
    ok(try_bytes(delta, image, size, TT_AT_LAYER, "\0", 1, &error) == TUTELA_SET_REFUSED, "none: %s",
       error.text);
    ok(try_bytes(delta, image, size, TT_AT_LAYER, "\100", 1, &error) == TUTELA_SET_REFUSED, "64: %s",
       error.text);
    ok(try_bytes(delta, image, size, TT_AT_RESERVED_2, "\1", 1, &error) == TUTELA_SET_REFUSED, "reserved: %s",
       error.text);
    ok(try_bytes(delta, image, size, 0, image, 1, &error) == TUTELA_OK, "as it was: opens");
    free(image);
    image = read_whole(base, &size);
    ok(try_bytes(base, image, size, TT_AT_BASE, "\1", 1, &error) == TUTELA_SET_REFUSED,
       "a plain set with a base: %s", error.text);
    ok(try_bytes(base, image, size, TT_AT_FLAGS, "\4", 1, &error) == TUTELA_SET_REFUSED,
       "a delta without its sections: %s", error.text);
    free(image);
}

/* Two layers that hide the same entry: counts would be wrong. */
static void hidden_twice(void)
{
    char base[300], first[300], second[300];
    tt_row row = row_of(MASK(MD5), 1), next = row_of(MASK(MD5), 2);
    change what = {.list = "l", .polarity = TUTELA_KNOWN_BAD, .remove = &row, .remove_count = 1};
    size_t size, first_size;
    uint8_t *image, *below;
    tutela_error error;

    snprintf(base, sizeof base, "%s", tap_path("truth.tset"));
    snprintf(first, sizeof first, "%s", tap_path("twice-1.tset"));
    snprintf(second, sizeof second, "%s", tap_path("twice-2.tset"));
    make_base(base, NULL);
    change_file(base, first, NULL, &what);
    what.remove = &next;
    change_file(first, second, NULL, &what);
    image = read_whole(second, &size);
    below = read_whole(first, &first_size);
    ok(try_bytes(second, image, size,
                 tt_load64(set_slot(image, TT_SECTION_HIDDEN, TT_NO_ALGORITHM) + TT_SLOT_OFFSET),
                 below + tt_load64(set_slot(below, TT_SECTION_HIDDEN, TT_NO_ALGORITHM) + TT_SLOT_OFFSET),
                 8, &error) == TUTELA_SET_REFUSED,
       "an entry hidden by two layers: %s", error.text);
    free(image);
    free(below);
}

int main(void)
{
    others();
    moves();
    other_keys();
    mixed_keys();
    lying_numbers();
    lying_fields();
    hidden_twice();
    return tap_done();
}
