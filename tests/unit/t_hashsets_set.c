/* set: look-ups against a reference; every kind of damage is refused, at open or at first touch. */
#include "set_kit.h"

#include "../fuzz/set_fix.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>

/* ---- Look-ups ---------------------------------------------------------------------------- */

static void try_random(uint64_t eager)
{
    enum { COUNT = 100000 };
    const char *path = tap_path("random.tset");
    tt_build *build = build_at(path, 64u << 20);
    tt_set *set = NULL;
    uint64_t right = 0, wrong = 0, tied = 0;
    tutela_error error;

    list_in(build, "l", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < COUNT; i++) {
        tt_row row = row_of(i % 2 ? MASK(MD5) : MASK(MD5) | MASK(SHA1), i);
        row.size = i;
        add_row(build, &row);
    }
    (void)finish(build);
    ok(tt_set_open_eager(&set, path, eager, &error) == TUTELA_OK, "100000 entries open");
    for (uint64_t i = 0; i < COUNT; i++) {
        tt_row row = row_of(MASK(MD5), i), other = row_of(MASK(MD5), COUNT + i);
        uint64_t number = 0;
        tt_set_entry entry;
        if (entry_of(set, TUTELA_MD5, row.digests.value[0], 0, &number, &entry))
            right += entry.size == i && hits(set, TUTELA_MD5, row.digests.value[0]) == 1;
        wrong += hits(set, TUTELA_MD5, other.digests.value[0]);
        wrong += hits(set, TUTELA_SHA1, row.digests.value[0]);
        if (i % 2 == 0 && entry_of(set, TUTELA_SHA1, row.digests.value[1], 0, &number, &entry))
            tied += entry.size == i;
    }
    is_u64(right, COUNT, "every MD5 finds its own entry");
    is_u64(tied, COUNT / 2, "every SHA-1 finds its own entry");
    is_u64(wrong, 0, "nothing else is found");
    ok(tt_set_check(set, &error) == TUTELA_OK, "all pages are sound");
    tt_set_close(set);
}

/* A list made to fall into one bucket and one filter block. */
static void try_same_prefix(void)
{
    enum { COUNT = 50000 };
    const char *path = tap_path("prefix.tset");
    tt_build *build = build_at(path, MEMORY);
    tt_row row = row_of(MASK(MD5), 1);
    uint8_t *digest = row.digests.value[0];
    tt_set *set;
    uint64_t right = 0, wrong = 0;

    list_in(build, "l", TUTELA_KNOWN_BAD);
    memset(digest, 0xee, 12);
    for (uint32_t i = 0; i < COUNT; i++) {
        tt_store32(digest + 12, i * 2);
        add_row(build, &row);
    }
    (void)finish(build);
    set = open_set(path);
    for (uint32_t i = 0; i < COUNT; i++) {
        tt_store32(digest + 12, i * 2);
        right += hits(set, TUTELA_MD5, digest);
        tt_store32(digest + 12, i * 2 + 1);
        wrong += hits(set, TUTELA_MD5, digest);
    }
    is_u64(right, COUNT, "digests that begin alike are all found");
    is_u64(wrong, 0, "... and no others");
    tt_set_close(set);
}

/* First and last possible keys, and one digest in very many entries. */
static void try_edges(void)
{
    enum { SAME = 5000 };
    const char *path = tap_path("edges.tset");
    tt_build *build = build_at(path, MEMORY);
    tt_row row = row_of(MASK(SHA256), 1);
    uint8_t *digest = row.digests.value[TUTELA_SHA256];
    uint64_t number, distinct = 0, first = 0, count = 0, position = 0;
    tt_set_entry entry;
    tt_set *set;
    tutela_error error;

    list_in(build, "l", TUTELA_KNOWN_BAD);
    memset(digest, 0, 32);
    add_row(build, &row);
    memset(digest, 0xff, 32);
    add_row(build, &row);
    memset(digest, 0x80, 32);
    for (row.size = 0; row.size < SAME; row.size++)
        add_row(build, &row);
    (void)finish(build);
    set = open_set(path);
    is_u64(hits(set, TUTELA_SHA256, digest), SAME, "one digest, 5000 entries");
    for (uint64_t i = 0; i < SAME; i++)
        distinct += entry_of(set, TUTELA_SHA256, digest, i, &number, &entry) && entry.size == i;
    is_u64(distinct, SAME, "... each with its own");
    memset(digest, 0, 32);
    is_u64(hits(set, TUTELA_SHA256, digest), 1, "all bits zero");
    memset(digest, 0xff, 32);
    is_u64(hits(set, TUTELA_SHA256, digest), 1, "all bits one");
    ok(tt_set_find(set, 4, digest, &first, &count, &error) == TUTELA_ARGUMENT
           && tt_set_find(set, -1, digest, &first, &count, &error) == TUTELA_ARGUMENT,
       "no such algorithm");
    ok(tt_set_entry_of(set, TUTELA_SHA256, SAME + 2, &position, &error) == TUTELA_ARGUMENT
           && tt_set_entry_of(set, TUTELA_MD5, 0, &position, &error) == TUTELA_ARGUMENT,
       "no such position");
    ok(tt_set_entry_at(set, SAME + 2, &entry, &error) == TUTELA_ARGUMENT, "no such entry");
    is_u64(tt_set_mask_count(set, MASK(SHA256)), SAME + 2, "count of a mask");
    is_u64(tt_set_mask_count(set, 99), 0, "count of no mask");
    is_u64(tt_set_digest_count(set, 7), 0, "count of no algorithm");
    ok(tt_set_keep(set) == set, "one more holder");
    tt_set_close(set);
    is_u64(tt_set_entry_count(set), SAME + 2, "the set lives until the last one lets go");
    tt_set_close(set);
    tt_set_close(NULL);
}

/* ---- What is no set ---------------------------------------------------------------------- */

static void try_no_set(void)
{
    const char *path = tap_path("thing");
    tutela_error error = {0};
    tt_set *set = NULL;

    ok(tt_set_open(&set, tap_path("absent"), &error) == TUTELA_IO && error.os_error == ENOENT, "absent");
    refused(tap_folder(), "a folder, not a hash set", "a folder");
    mkfifo(path, 0600);
    refused(path, "not a regular file", "a FIFO, without waiting for a writer");
    unlink(path);
    refused("/dev/zero", "not a regular file", "a device");
    write_whole(path, "", 0);
    refused(path, "empty, not a hash set", "an empty file");
    write_whole(path, "\x89TSET\r\n", 7);
    refused(path, "not a Tutela hash set", "less than a magic");
    write_whole(path, "d41d8cd98f00b204e9800998ecf8427e\n", 33);
    refused(path, "not a Tutela hash set", "a list");
    write_whole(path, "\x89TSET\r\n\x1a and more", 17);
    refused(path, "truncated", "the beginning of a set");
}

/* ---- Damage ------------------------------------------------------------------------------ */

/* Without the check at open, damage in a page is met when the page is first used. */
static void try_lazy(void)
{
    enum { COUNT = 3000 };
    const char *path = tap_path("lazy.tset");
    tt_build *build = build_at(path, MEMORY);
    size_t at_open = 0, at_use = 0, unmet = 0, wrong = 0;
    tutela_error error;
    set_image set;

    for (uint64_t i = 0; i < COUNT; i++) {
        tt_row row = row_of(i % 2 ? MASK(MD5) | MASK(SHA1) : MASK(SHA1), i);
        row.size = i;
        row.entry = "an id that takes some room";
        row.value = i % 5 ? "1" : "2";
        list_in(build, "l", TUTELA_KNOWN_BAD);
        add_row(build, &row);
    }
    (void)finish(build);
    set = image_of(path);
    for (size_t i = TT_SET_PAGE; i < set.size; i += TT_SET_PAGE - 1) {
        tt_set *opened = NULL;
        tutela_status asked = TUTELA_OK, checked = TUTELA_SET_REFUSED;
        put_byte(&set, i, set.bytes[i] ^ 0x10);
        if (tt_set_open_eager(&opened, set.path, 0, &error) == TUTELA_SET_REFUSED) {
            at_open++;
        } else {
            asked = ask_all(opened, COUNT, &error);
            checked = tt_set_check(opened, &error);
            tt_set_close(opened);
            at_use += asked == TUTELA_SET_REFUSED;
            unmet += asked == TUTELA_OK;
        }
        wrong += checked != TUTELA_SET_REFUSED;
        put_byte(&set, i, set.bytes[i]);
    }
    ok(at_open > 0 && at_use > at_open, "damage is met at open (%zu pages) or at first use (%zu)",
       at_open, at_use);
    is_u64(unmet, 0, "... and every page is in use when all is asked for");
    is_u64(wrong, 0, "... and a check finds it in any case");
    image_done(&set);
}

/* Large enough for many pages a section: the page of one key is damaged, and only it refuses. */
static void try_one_page(void)
{
    enum { COUNT = 20000 };
    const char *path = tap_path("pages.tset");
    tt_build *build = build_at(path, MEMORY);
    uint64_t refusals = 0, found = 0, page;
    tutela_error error = {0};
    char words[64];
    tt_set *set = NULL;
    set_image damaged;

    list_in(build, "l", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < COUNT; i++) {
        tt_row row = row_of(MASK(MD5), i);
        add_row(build, &row);
    }
    (void)finish(build);
    damaged = image_of(path);
    page = tt_load64(set_slot(damaged.bytes, TT_SECTION_KEYS, 0) + TT_SLOT_OFFSET) / TT_SET_PAGE + 5;
    put_byte(&damaged, page * TT_SET_PAGE + 100, damaged.bytes[page * TT_SET_PAGE + 100] ^ 1);
    ok(open_status(damaged.path, TT_SET_EAGER_BYTES, &error) == TUTELA_SET_REFUSED, "checked whole: refused");
    ok(tt_set_open_eager(&set, damaged.path, 1000, &error) == TUTELA_OK, "checked by page: opens");
    for (uint64_t i = 0; i < COUNT; i++) {
        tt_row row = row_of(MASK(MD5), i);
        uint64_t first = 0, count = 0;
        tutela_status status = tt_set_find(set, TUTELA_MD5, row.digests.value[0], &first, &count, &error);
        refusals += status == TUTELA_SET_REFUSED && count == 0;
        found += status == TUTELA_OK && count == 1;
    }
    ok(refusals >= 256 && refusals + found == COUNT, "keys of the page refuse (%llu), none is 'not listed'",
       (unsigned long long)refusals);
    snprintf(words, sizeof words, "damaged (checksum of page %llu)", (unsigned long long)page);
    ok(strstr(error.text, words) != NULL && error.offset == page * TT_SET_PAGE, "%s", error.text);
    tt_set_close(set);
    image_done(&damaged);
}

/* ---- Threads ----------------------------------------------------------------------------- */

static void *ask_from_thread(void *set)
{
    return ask_all(set, 20000, NULL) == TUTELA_OK ? set : NULL;
}

static void try_threads(void)
{
    pthread_t threads[4];
    tt_set *set = NULL;
    tutela_error error;
    int fine = 0;

    if (tt_set_open_eager(&set, tap_path("pages.tset"), 0, &error) != TUTELA_OK)
        exit(1);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, ask_from_thread, set);
    for (int i = 0; i < 4; i++) {
        void *answer = NULL;
        pthread_join(threads[i], &answer);
        fine += answer == set;
    }
    is_i64(fine, 4, "four threads check and ask the same set");
    tt_set_close(set);
}

int main(void)
{
    try_random(TT_SET_EAGER_BYTES);
    try_random(0);
    try_same_prefix();
    try_edges();
    try_no_set();
    try_lazy();
    try_one_page();
    try_threads();
    return tap_done();
}
