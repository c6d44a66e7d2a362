/* set: every flipped byte and every truncation is refused; hostile values do no harm. */
#include "set_kit.h"

#include "../fuzz/set_fix.h"

#include <fcntl.h>

/* Under the thread sanitizer a mapping costs a hundred times more, and there is one thread. */
#ifdef __SANITIZE_THREAD__
#define STRIDE 37
#else
#define STRIDE 1
#endif

/* ---- Damage ------------------------------------------------------------------------------ */

/* Every section has bytes, and nothing is left out. */
static void make_full(const char *path)
{
    tt_build *build = build_at(path, MEMORY);

    for (uint64_t i = 0; i < 40; i++) {
        tt_row row = row_of(i % 2 ? MASK(MD5) | MASK(SHA1) : MASK(SHA1), i);
        row.size = i * 1000;
        row.entry = i % 3 ? "some-id" : "";
        row.scheme = "scheme";
        row.value = i % 5 ? "1" : "2";
        row.owner = i % 7 ? "owner" : "";
        row.flags = (uint32_t)(i % (TT_ENTRY_FLAGS + 1));
        row.updated = i % 8 ? INT64_MAX / (int64_t)i : 0; /* the first fills eight bytes */
        list_in(build, i % 4 ? "first" : "second", TUTELA_KNOWN_BAD);
        add_row(build, &row);
    }
    (void)finish(build);
}

/* The least set: what is implied takes no bytes. */
static void make_plain(const char *path)
{
    tt_build *build = build_at(path, MEMORY);
    tt_row row = row_of(MASK(MD5), 1);

    list_in(build, "l", TUTELA_KNOWN_GOOD);
    add_row(build, &row);
    (void)finish(build);
}

static void try_flips(const set_image *set, size_t step)
{
    size_t refusals = 0, spoken = 0, tried = 0;
    tutela_error error;

    for (size_t i = 0; i < set->size; i += step, tried++) {
        put_byte(set, i, set->bytes[i] ^ (uint8_t)(1u << (i * 7 % 8)));
        error.text[0] = '\0';
        if (open_status(set->path, TT_SET_EAGER_BYTES, &error) == TUTELA_SET_REFUSED) {
            refusals++;
            spoken += error.text[0] && error.advice[0];
        }
        put_byte(set, i, set->bytes[i]);
    }
    is_u64(refusals, tried, "one bit flipped in %zu places of %zu bytes: refused", tried, set->size);
    is_u64(spoken, tried, "... with a word and advice");
    ok(open_status(set->path, TT_SET_EAGER_BYTES, &error) == TUTELA_OK, "undamaged: opens");
}

static void try_lengths(const char *path)
{
    set_image set = image_of(path);
    size_t refusals = 0, cuts = 0, more = 0;
    tutela_error error;

    for (size_t size = set.size; size >= STRIDE; cuts++) {
        size -= STRIDE;
        if (ftruncate(set.fd, (off_t)size) == 0)
            refusals += open_status(set.path, TT_SET_EAGER_BYTES, &error) == TUTELA_SET_REFUSED;
    }
    is_u64(refusals, cuts, "cut at %zu lengths of %zu: refused", cuts, set.size);
    if (pwrite(set.fd, set.bytes, set.size, 0) != (ssize_t)set.size)
        exit(1);
    for (size_t size = 1; size <= 3 * TT_SET_PAGE; size += size < 10 ? 1 : 511) {
        if (ftruncate(set.fd, (off_t)(set.size + size)) == 0)
            more += open_status(set.path, TT_SET_EAGER_BYTES, &error) != TUTELA_SET_REFUSED;
    }
    is_u64(more, 0, "bytes appended: refused");
    if (ftruncate(set.fd, (off_t)set.size + 1) == 0)
        refused(set.path, "after its end", "one byte more");
    if (ftruncate(set.fd, (off_t)set.size - 1) == 0)
        refused(set.path, "truncated", "one byte less");
    image_done(&set);
}

/* ---- Hostile values behind sound checksums ----------------------------------------------- */

/* Put a value somewhere, make the checksums right, open and ask. */
static tutela_status try_value(const set_image *set, uint64_t at, unsigned width, uint64_t value,
                               tutela_error *error)
{
    uint8_t *bytes = malloc(set->size);
    tt_set *opened = NULL;
    tutela_status status;
    uint8_t little[8];

    memcpy(bytes, set->bytes, set->size);
    tt_store64(little, value);
    memcpy(bytes + at, little, width);
    set_fix(bytes, set->size);
    if (pwrite(set->fd, bytes, set->size, 0) != (ssize_t)set->size)
        exit(1);
    status = tt_set_open(&opened, set->path, error);
    if (status == TUTELA_OK) {
        status = ask_all(opened, 40, error);
        tt_set_close(opened);
    }
    free(bytes);
    return status;
}

static const uint64_t hostile[] = {
    0, 1, 2, 5, 16, 40, 255, 4096, 0x7fffffff, 0xffffffff, 0x100000000, 0x8000000000000000,
    UINT64_MAX - 4095, UINT64_MAX};
#define HOSTILE (sizeof hostile / sizeof hostile[0])

/* 1 when a change there is none, is undone by set_fix, or is a time that any will do for. */
static int is_idle(const set_image *set, uint64_t at, const uint8_t *little, unsigned width)
{
    return memcmp(set->bytes + at, little, width) == 0
           || (at >= TT_AT_CREATED && at < TT_AT_SUMS_KIND)
           || (at >= TT_AT_EXPIRES && at < TT_AT_BASE)
           || (at >= TT_AT_PAGE_SUM && at < TT_AT_SLOTS);
}

/* Every field of the header and of every slot takes every hostile value. */
static void try_header(const set_image *set)
{
    size_t tried = 0, refusals = 0;

    for (uint64_t at = TT_AT_VERSION; at < TT_AT_SLOTS + 20 * TT_SLOT_SIZE; at += 4)
        for (size_t i = 0; i < HOSTILE; i += STRIDE) {
            unsigned width = at % 8 ? 4 : 8;
            uint8_t little[8];
            tt_store64(little, hostile[i]);
            if (is_idle(set, at, little, width))
                continue;
            tried++;
            refusals += try_value(set, at, width, hostile[i], NULL) == TUTELA_SET_REFUSED;
        }
    is_u64(refusals, tried, "hostile values in each field of the header and its table: refused");
}

/* The same for the content of the small sections, element by element. */
static void try_content(const set_image *set)
{
    static const uint16_t sections[] = {
        TT_SECTION_LISTS, TT_SECTION_RECORDS, TT_SECTION_STRINGS, TT_SECTION_IDS,
        TT_SECTION_ENTRY_RECORD, TT_SECTION_ENTRY_SIZE, TT_SECTION_ENTRY_ID, TT_SECTION_ENTRY_MASK,
        TT_SECTION_ENTRY_DATE,
        TT_SECTION_NUMBERS, TT_SECTION_BUCKETS, TT_SECTION_FILTER, TT_SECTION_KEYS};
    size_t other = 0, refusals = 0, tried = 0;

    for (size_t s = 0; s < sizeof sections / sizeof sections[0]; s++)
        for (unsigned algorithm = 0; algorithm < 256; algorithm += algorithm < 3 ? 1 : 252) {
            const uint8_t *slot = set_slot(set->bytes, sections[s], (uint8_t)algorithm);
            uint64_t offset, bytes, width;
            if (!slot || slot[TT_SLOT_ENCODING] != TT_ENCODING_ARRAY)
                continue;
            offset = tt_load64(slot + TT_SLOT_OFFSET);
            bytes = tt_load64(slot + TT_SLOT_BYTES);
            width = tt_load32(slot + TT_SLOT_WIDTH) > 4 ? 4 : tt_load32(slot + TT_SLOT_WIDTH);
            for (uint64_t at = 0; at < bytes && at < 48; at += width * STRIDE)
                for (size_t i = 0; i < HOSTILE; i += width < 4 ? 1 : 3, tried++) {
                    tutela_status status
                        = try_value(set, offset + at, (unsigned)width, hostile[i], NULL);
                    refusals += status == TUTELA_SET_REFUSED;
                    other += status != TUTELA_SET_REFUSED && status != TUTELA_OK;
                }
        }
    is_u64(other, 0, "hostile content: %zu tried, %zu refused, the rest answered", tried, refusals);
    ok(refusals > 0 && refusals < tried, "... some each way");
}

static void hostile_is(const set_image *set, uint64_t at, unsigned width, uint64_t value, const char *words)
{
    tutela_error error = {0};
    tutela_status status = try_value(set, at, width, value, &error);

    ok(status == TUTELA_SET_REFUSED && strstr(error.text, words), "refused: %s", error.text);
}

static uint64_t offset_of(const set_image *set, uint16_t section)
{
    const uint8_t *slot = set_slot(set->bytes, section, TT_NO_ALGORITHM);

    ok(slot[TT_SLOT_ENCODING] == TT_ENCODING_ARRAY, "section %u has bytes", section);
    return tt_load64(slot + TT_SLOT_OFFSET);
}

static void try_named(const set_image *set)
{
    const uint8_t *slot = set_slot(set->bytes, TT_SECTION_LISTS, TT_NO_ALGORITHM);
    uint64_t lists = tt_load64(slot + TT_SLOT_OFFSET);
    uint64_t slot_at = (uint64_t)(slot - set->bytes);
    uint64_t records = offset_of(set, TT_SECTION_RECORDS);
    uint64_t dates = offset_of(set, TT_SECTION_ENTRY_DATE);
    tutela_error error = {0};

    hostile_is(set, TT_AT_VERSION, 4, 3, "made by a newer Tutela (format 3");
    hostile_is(set, TT_AT_VERSION, 4, 1, "made by an older Tutela");
    hostile_is(set, TT_AT_FLAGS, 4, 1, "sealed, and no key given");
    hostile_is(set, TT_AT_FLAGS, 4, 2, "malformed (header)");
    hostile_is(set, TT_AT_KEY_ID + 4, 4, 1, "malformed (header)");
    hostile_is(set, TT_AT_RESERVED_2 + 8, 4, 1, "malformed (header)");
    hostile_is(set, TT_AT_ENTRIES, 8, 41, "malformed (counts)");
    hostile_is(set, TT_AT_MASKS, 8, UINT64_MAX, "malformed (counts)");
    hostile_is(set, TT_AT_SECTIONS, 4, 2, "malformed (its sections do not fill it)");
    hostile_is(set, slot_at + TT_SLOT_RESERVED, 4, 1, "of its table");
    hostile_is(set, slot_at + TT_SLOT_ID, 2, 99, "of its table");
    hostile_is(set, slot_at + TT_SLOT_ID, 2, TT_SECTION_RECORDS, "of its table");
    hostile_is(set, lists, 4, UINT32_MAX, "malformed (a string)");
    hostile_is(set, lists + 8, 4, 3, "malformed (lists)");
    hostile_is(set, lists + 16, 8, 1, "malformed (lists)");
    hostile_is(set, lists + TT_SET_PAGE - 1, 1, 1, "malformed (padding)");
    hostile_is(set, records, 4, 2, "malformed (a record)");
    hostile_is(set, records + 12, 4, 1000000, "malformed (a string)");
    hostile_is(set, records + 16, 4, TT_ENTRY_FLAGS + 1, "malformed (a record)");
    hostile_is(set, records + 16, 4, 1u << 31, "malformed (a record)");
    hostile_is(set, records + 20, 4, 1, "malformed (a record)");
    hostile_is(set, dates, 8, TT_DATE_MAX + 1, "malformed (a date)");
    hostile_is(set, dates, 8, UINT64_MAX, "malformed (a date)");
    ok(try_value(set, dates, 8, TT_DATE_MAX, &error) == TUTELA_OK
           && try_value(set, records + 16, 4, TT_ENTRY_FLAGS, &error) == TUTELA_OK,
       "the last date and all flags are taken");
}

/* ---- Two levels of checksums ------------------------------------------------------------- */

#define MANY 70000u /* so many that SUMS has three pages, and the keys of MD5 lie under two */

/* How many of the digests answer "listed", how many are refused; the rest would be a lie. */
static void count_answers(const tt_set *set, uint64_t *found, uint64_t *refusals)
{
    *found = *refusals = 0;
    for (uint64_t i = 0; i < MANY; i++) {
        tt_row row = row_of(MASK(MD5), i);
        uint64_t first, count = 0;
        tutela_status status = tt_set_find(set, TUTELA_MD5, row.digests.value[0], &first, &count, NULL);
        *refusals += status == TUTELA_SET_REFUSED;
        *found += status == TUTELA_OK && count == 1;
    }
}

/* The image with one byte of a key changed, and as many levels above it made right as `levels`. */
static void forge(set_image *set, unsigned levels)
{
    uint64_t sums = set_place(set->bytes, set->size, TT_SECTION_SUMS);
    uint64_t roots = set_place(set->bytes, set->size, TT_SECTION_ROOTS);
    uint64_t key = tt_load64(set_slot(set->bytes, TT_SECTION_KEYS, TUTELA_MD5) + TT_SLOT_OFFSET);

    set->bytes[key + 5] ^= 1;
    if (levels >= 1)
        set_fix_level(set->bytes, 1, sums / TT_SET_PAGE - 1, sums, set->size);
    if (levels >= 2)
        set_fix_level(set->bytes, sums / TT_SET_PAGE, (roots - sums) / TT_SET_PAGE, roots, set->size);
    if (levels >= 3)
        set_fix(set->bytes, set->size);
    if (pwrite(set->fd, set->bytes, set->size, 0) != (ssize_t)set->size)
        exit(1);
}

static void try_forgery(const char *path, const tt_set *sound)
{
    static const char *const words[] = {"checksum of page", "checksum of page",
                                        "checksum of the checksums"};
    tutela_error error = {0};
    tt_set *set = NULL;

    for (unsigned levels = 0; levels <= 3; levels++) {
        set_image forged = image_of(path);
        tutela_status status;
        forge(&forged, levels);
        status = tt_set_open_eager(&set, forged.path, 0, &error);
        if (status == TUTELA_OK && levels < 3) {
            uint64_t found, refusals;
            count_answers(set, &found, &refusals);
            ok(refusals > 0 && found + refusals == MANY, "levels made right: %u: the page refuses", levels);
            status = tt_set_check(set, &error);
            tt_set_close(set);
        }
        if (levels < 3)
            ok(status == TUTELA_SET_REFUSED && strstr(error.text, words[levels]), "... %s", error.text);
        image_done(&forged);
    }
    if (set) {
        ok(memcmp(tt_set_identity(set), tt_set_identity(sound), TT_IDENTITY_SIZE) != 0,
           "all levels made right: it is another set, by its identity");
        tt_set_close(set);
    }
}

/* A page of SUMS is damaged: what it stands for refuses, all else answers. */
static void try_levels(const char *path)
{
    tt_build *build = build_at(path, MEMORY);
    uint64_t found, refusals, sums, last;
    tutela_error error = {0};
    tt_set *set = NULL;
    tt_set *sound;
    set_image damaged;

    list_in(build, "l", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < MANY; i++) {
        tt_row row = row_of(MASK(MD5), i);
        add_row(build, &row);
    }
    (void)finish(build);
    sound = open_set(path);
    damaged = image_of(path);
    sums = set_place(damaged.bytes, damaged.size, TT_SECTION_SUMS);
    last = set_place(damaged.bytes, damaged.size, TT_SECTION_ROOTS) - TT_SET_PAGE;
    ok(last == sums + (uint64_t)2 * TT_SET_PAGE, "checksums of three pages");
    put_byte(&damaged, last, damaged.bytes[last] ^ 1);
    ok(tt_set_open_eager(&set, damaged.path, 0, &error) == TUTELA_SET_REFUSED,
       "damage in its last page, which lists are under: refused when opened");
    put_byte(&damaged, last, damaged.bytes[last]);
    put_byte(&damaged, sums + TT_SET_PAGE - 1, damaged.bytes[sums + TT_SET_PAGE - 1] ^ 1);
    ok(open_status(damaged.path, UINT64_MAX, &error) == TUTELA_SET_REFUSED, "... in its first, checked whole");
    if (tt_set_open_eager(&set, damaged.path, 0, &error) == TUTELA_OK) {
        count_answers(set, &found, &refusals);
        ok(refusals > 1000 && found > 1000 && found + refusals == MANY,
           "... checked by page: %llu are found, %llu refused", (unsigned long long)found,
           (unsigned long long)refusals);
        tt_set_close(set);
    }
    image_done(&damaged);
    try_forgery(path, sound);
    tt_set_close(sound);
}

int main(void)
{
    char full[1024], plain[1024];
    set_image set;

    snprintf(full, sizeof full, "%s", tap_path("full.tset"));
    snprintf(plain, sizeof plain, "%s", tap_path("plain.tset"));
    make_full(full);
    make_plain(plain);
    set = image_of(plain);
    try_flips(&set, 2 * STRIDE + 1);
    image_done(&set);
    try_lengths(plain);
    set = image_of(full);
    try_flips(&set, 29 * STRIDE);
    try_header(&set);
    try_content(&set);
    try_named(&set);
    image_done(&set);
    try_levels(tap_path("levels.tset"));
    return tap_done();
}
