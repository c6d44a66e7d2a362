/*
 * layers_kit: what the tests of layers share: updates made with the inner calls, as the library's
 * own update makes them.
 */
#ifndef TT_TESTS_LAYERS_KIT_H
#define TT_TESTS_LAYERS_KIT_H

#include "set_kit.h"

#include "hashsets/delta.h"
#include "hashsets/expand.h"
#include "hashsets/layers.h"

/* One change of a set: rows to remove from a list, then rows to add to it. */
typedef struct change {
    const char *list;
    tutela_polarity polarity;
    const tt_row *remove;
    size_t remove_count;
    const tt_row *add;
    size_t add_count;
    uint64_t not_found; /* answers */
    uint64_t hidden;
    tt_build_counts counts;
} change;

__attribute__((unused)) static tutela_status change_set(const tt_set *base, const char *output,
                                                        change *what, tutela_error *error)
{
    tt_delta *delta = NULL;
    tt_build *build = NULL;
    tutela_status status = tt_delta_new(&delta, base, output, MEMORY, error);

    if (status == TUTELA_OK)
        status = tt_build_new(&build, output, MEMORY, error);
    if (status == TUTELA_OK)
        status = tt_build_seal(build, tt_set_seal(base), error);
    if (status == TUTELA_OK)
        status = tt_build_delta(build, delta, error);
    for (size_t i = 0; i < what->remove_count && status == TUTELA_OK; i++) {
        int found = 0;
        status = tt_delta_remove(delta, &what->remove[i].digests, what->list, 0, &found, error);
        what->not_found += !found;
    }
    if (status == TUTELA_OK)
        status = tt_delta_settle(delta, error);
    if (status == TUTELA_OK)
        status = tt_build_list(build, what->list, "v1", what->polarity, error);
    for (size_t i = 0; i < what->add_count && status == TUTELA_OK; i++)
        status = tt_build_add(build, &what->add[i], error);
    if (status == TUTELA_OK)
        status = tt_build_finish(build, TT_TIME_UNKNOWN, &what->counts, error);
    if (status == TUTELA_OK)
        what->hidden = tt_delta_hidden(delta);
    tt_build_free(build);
    tt_delta_free(delta);
    return status;
}

/* The same from and to files, under a key or none; ends the test when it fails. */
__attribute__((unused)) static void change_file(const char *base, const char *output,
                                                const char *key, change *what)
{
    tt_set *set = NULL;
    tutela_error error = {0};

    if (tt_set_open_sealed(&set, base, key, &error) != TUTELA_OK
        || change_set(set, output, what, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
    tt_set_close(set);
}

/* A set of two lists: "l" has files 1 to 6 by MD5 and SHA-1, "other" file 1 by MD5. */
__attribute__((unused)) static void make_base(const char *path, const tt_seal *seal)
{
    tt_build *build = build_at(path, MEMORY);

    if (tt_build_seal(build, seal, NULL) != TUTELA_OK)
        exit(1);
    list_in(build, "l", TUTELA_KNOWN_BAD);
    for (uint64_t i = 1; i <= 6; i++) {
        tt_row row = row_of(MASK(MD5) | MASK(SHA1), i);
        add_row(build, &row);
    }
    list_in(build, "other", TUTELA_KNOWN_GOOD);
    {
        tt_row row = row_of(MASK(MD5), 1);
        add_row(build, &row);
    }
    (void)finish(build);
}

#endif
