/*
 * selftest: asks the reader of sets. What a check says of a digest is its number, never itself.
 */
#include "hashsets/selftest.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "digest/selftest.h"
#include "hashsets/set_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* One of the two sets. */
typedef struct subject {
    tt_selftest *test;
    const char *how; /* "sealed" */
    const tt_selftest_file *file;
    const char *key; /* path of its key, or NULL */
    uint64_t size;   /* bytes */
} subject;

static void close_set(tt_set **set)
{
    tt_set_close(*set);
}
#define AUTO_SET __attribute__((cleanup(close_set))) tt_set

static void digest_of(size_t number, int algorithm, uint8_t *out)
{
    (void)tt_hex_decode(tt_answer_at(number)->hex[algorithm], 2 * tt_digest_size(algorithm), out);
}

static tutela_status wrong(tutela_error *said, const char *what, size_t number)
{
    return tt_fail(said, TUTELA_STATE, 0, "message %zu %s", number, what);
}

/* A check of this set by its name. */
static tutela_status answer(const subject *s, tutela_status status, const tutela_error *said,
                            const char *name, tutela_error *error)
{
    char text[TT_SELFTEST_TEXT];

    (void)snprintf(text, sizeof text, "%s: %s", s->how, name);
    return tt_selftest_answer(s->test, status, said, error, text);
}

/* A check that passes when a set was refused. */
static tutela_status refused(const subject *s, tutela_status status, const tutela_error *said,
                             const char *name, tutela_error *error)
{
    tutela_error taken = {.text = "it is taken"};

    if (status == TUTELA_SET_REFUSED)
        return answer(s, TUTELA_OK, said, name, error);
    return answer(s, status == TUTELA_OK ? TUTELA_STATE : status,
                  status == TUTELA_OK ? &taken : said, name, error);
}

/* ---- Answers ----------------------------------------------------------------------------- */

static int entry_is_right(const tt_set_entry *entry, size_t number)
{
    char id[32];

    (void)snprintf(id, sizeof id, "message %zu", number);
    return strcmp(entry->id, id) == 0 && entry->size == tt_answer_at(number)->size
           && entry->mask == TT_DIGEST_ALL && strcmp(entry->scheme, "self-test") == 0
           && strcmp(entry->value, number % 3 ? "one" : "two") == 0
           && strcmp(entry->list->name, number % 2 ? "known bad" : "known good") == 0
           && entry->list->polarity == (number % 2 ? TUTELA_KNOWN_BAD : TUTELA_KNOWN_GOOD);
}

/* Every message is found by this digest, and its entry says what was put in. */
static tutela_status find_all(const tt_set *set, int algorithm, tutela_error *said)
{
    for (size_t i = 0; i < TT_ANSWERS; i++) {
        uint8_t digest[TUTELA_DIGEST_MAX];
        uint64_t first = 0, count = 0, number = 0;
        tt_set_entry entry;

        digest_of(i, algorithm, digest);
        TT_TRY(tt_set_find(set, algorithm, digest, &first, &count, said));
        if (count != 1)
            return wrong(said, "is not found", i);
        TT_TRY(tt_set_entry_of(set, algorithm, first, &number, said));
        TT_TRY(tt_set_entry_at(set, number, &entry, said));
        if (!entry_is_right(&entry, i))
            return wrong(said, "is found with another entry", i);
    }
    return TUTELA_OK;
}

/* None is with any one bit of what a set keeps another. */
static tutela_status find_near(const tt_set *set, int algorithm, tutela_error *said)
{
    for (size_t i = 0; i < TT_ANSWERS; i++) {
        uint8_t digest[TUTELA_DIGEST_MAX];
        uint64_t first, count;

        digest_of(i, algorithm, digest);
        for (size_t bit = 0; bit < 8 * TT_KEY_SIZE; bit++) {
            digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
            TT_TRY(tt_set_find(set, algorithm, digest, &first, &count, said));
            if (count != 0)
                return wrong(said, "is found by a digest that is a bit off", i);
            digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    return TUTELA_OK;
}

/* The same many at once: one that is listed, one that is not, and so on. */
static tutela_status find_together(const tt_set *set, int algorithm, tutela_error *said)
{
    uint8_t digests[2 * TT_ANSWERS][TUTELA_DIGEST_MAX];
    tt_set_run runs[2 * TT_ANSWERS];

    for (size_t i = 0; i < TT_ANSWERS; i++) {
        digest_of(i, algorithm, digests[2 * i]);
        digest_of(i, algorithm, digests[2 * i + 1]);
        digests[2 * i + 1][i % TT_KEY_SIZE] ^= 1;
    }
    TT_TRY(tt_set_find_many(set, algorithm, digests[0], sizeof digests[0], 2 * TT_ANSWERS, runs,
                            said));
    for (size_t i = 0; i < 2 * TT_ANSWERS; i++)
        if (runs[i].count != (i + 1) % 2)
            return wrong(said, i % 2 ? "is found by a digest that is a bit off" : "is not found",
                         i / 2);
    return TUTELA_OK;
}

static tutela_status ask(const subject *s, const tt_set *set, tutela_error *error)
{
    static const struct {
        const char *name;
        tutela_status (*find)(const tt_set *set, int algorithm, tutela_error *said);
    } questions[] = {
        {"every entry is found", find_all},
        {"no digest a bit off is found", find_near},
        {"the same many at once", find_together},
    };

    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
            tutela_error said = {0};
            char name[64];
            tutela_status status = questions[i].find(set, a, &said);

            (void)snprintf(name, sizeof name, "%s, %s", tt_digest_name(a), questions[i].name);
            TT_TRY(answer(s, status, &said, name, error));
        }
    return TUTELA_OK;
}

/* ---- Damage ------------------------------------------------------------------------------ */

/* A bit that differs from page to page. */
static tutela_status flip(const subject *s, uint64_t page, tutela_error *error)
{
    return tt_selftest_file_flip(s->file, page * TT_SET_PAGE + page * 97 % TT_SET_PAGE,
                                 (unsigned)(page % 8), error);
}

/* Opened with a bit of this page wrong: refused. */
static tutela_status open_damaged(const subject *s, uint64_t page, tutela_error *said)
{
    AUTO_SET *set = NULL;
    tutela_status status = tt_set_open_sealed(&set, s->file->path, s->key, said);

    if (status == TUTELA_SET_REFUSED)
        return TUTELA_OK;
    return status == TUTELA_OK ? tt_fail(said, TUTELA_STATE, 0, "page %zu", (size_t)page) : status;
}

/* Where pages are only looked at when they are needed: no listed digest is ever "not listed". */
static tutela_status ask_damaged(const subject *s, uint64_t page, tutela_error *said)
{
    const tt_opening late = {.key_file = s->key, .eager = 0};
    AUTO_SET *set = NULL;
    tutela_status status = tt_set_open_layer(&set, s->file->path, &late, said);

    for (int a = 0; a < TUTELA_ALGORITHM_COUNT && status == TUTELA_OK; a++)
        status = find_all(set, a, said);
    if (status == TUTELA_STATE)
        return tt_fail(said, TUTELA_STATE, 0, "page %zu: a listed digest is not found",
                       (size_t)page);
    return status == TUTELA_SET_REFUSED ? TUTELA_OK : status;
}

static tutela_status damage(const subject *s, const char *name,
                            tutela_status (*look)(const subject *s, uint64_t page,
                                                  tutela_error *said),
                            tutela_error *error)
{
    tutela_status status = TUTELA_OK;
    tutela_error said = {0};

    for (uint64_t page = 0; page < s->size / TT_SET_PAGE && status == TUTELA_OK; page++) {
        TT_TRY(flip(s, page, error));
        status = look(s, page, &said);
        TT_TRY(flip(s, page, error));
    }
    return answer(s, status, &said, name, error);
}

/* The first `size` bytes of the set as a file of their own. */
static tutela_status ask_part(const subject *s, const uint8_t *bytes, size_t size,
                              tutela_error *error)
{
    TT_AUTO_FILE part = {.fd = -1};
    AUTO_SET *set = NULL;
    tutela_error said = {0};
    tutela_status status;

    TT_TRY(tt_selftest_file_of(&part, bytes, size, error));
    status = tt_set_open_sealed(&set, part.path, s->key, &said);
    return refused(s, status, &said, size ? "without its last page it is refused"
                                          : "an empty file is refused", error);
}

static tutela_status ask_parts(const subject *s, tutela_error *error)
{
    TT_AUTO_FREE uint8_t *bytes = tt_alloc_raw((size_t)s->size, 1);

    if (!bytes)
        return tt_no_memory(error);
    if (tt_pread_all(s->file->fd, bytes, (size_t)s->size, 0) != 0)
        return tt_fail(error, TUTELA_IO, 0, "cannot read from memory");
    TT_TRY(ask_part(s, bytes, 0, error));
    return ask_part(s, bytes, (size_t)s->size - TT_SET_PAGE, error);
}

/* ---- Each set ---------------------------------------------------------------------------- */

static tutela_status ask_set(subject *s, tutela_error *error)
{
    AUTO_SET *set = NULL;
    tutela_error said = {0};
    struct stat facts;
    tutela_status status = tt_set_open_sealed(&set, s->file->path, s->key, &said);

    TT_TRY(answer(s, status, &said, "it opens", error));
    if (status != TUTELA_OK)
        return TUTELA_OK;
    if (tt_fstat(s->file->fd, &facts) != 0)
        return tt_fail(error, TUTELA_IO, errno, "no size of a file in memory");
    s->size = (uint64_t)facts.st_size;
    TT_TRY(ask(s, set, error));
    status = tt_set_check(set, &said);
    TT_TRY(answer(s, status, &said, "every byte is as its checksums say", error));
    TT_TRY(damage(s, "a wrong bit in any page is refused", open_damaged, error));
    TT_TRY(damage(s, "damage met on the way never reads as not listed", ask_damaged, error));
    return ask_parts(s, error);
}

/* A sealed set with another key, and with none. */
static tutela_status ask_keys(const subject *s, tutela_error *error)
{
    TT_AUTO_FILE other = {.fd = -1};
    AUTO_SET *set = NULL;
    tutela_error said = {0};
    tutela_status status;

    TT_TRY(tt_selftest_key(&other, 2, error));
    status = tt_set_open_sealed(&set, s->file->path, other.path, &said);
    TT_TRY(refused(s, status, &said, "with another key it is refused", error));
    if (status == TUTELA_OK)
        return TUTELA_OK;
    status = tt_set_open_sealed(&set, s->file->path, NULL, &said);
    return refused(s, status, &said, "without a key it is refused", error);
}

static tutela_status ask_sealed(subject *s, const char *key, tutela_error *error)
{
    TT_AUTO_FILE file = {.fd = -1};
    tutela_error said = {0};
    tt_seal *seal = NULL;
    tutela_status status = key ? tt_seal_load(&seal, key, &said) : TUTELA_OK;

    s->how = key ? "sealed" : "not sealed";
    s->file = &file;
    s->key = key;
    if (status == TUTELA_OK)
        status = tt_selftest_set(&file, seal, &said);
    tt_seal_free(seal);
    TT_TRY(answer(s, status, &said, "a set is made", error));
    if (status != TUTELA_OK)
        return TUTELA_OK;
    TT_TRY(ask_set(s, error));
    return key ? ask_keys(s, error) : TUTELA_OK;
}

/* A page has the checksum it has on other machines; by OpenSSL and xxhsum. */
static tutela_status ask_sum(tt_selftest *test, tutela_error *error)
{
    static const char wanted[] = "d24ac44c83cce842b67a82d2f77bcbe5e41dbd555605c92864906feb9c2d725c";
    uint8_t page[TT_SET_PAGE], sum[TT_SUM_SIZE];
    char hex[2 * TT_SUM_SIZE + 1];

    for (size_t i = 0; i < sizeof page; i++)
        page[i] = (uint8_t)(i * 7 + i / 256);
    tt_page_sum(page, sum);
    tt_hex_encode(sum, sizeof sum, hex);
    return tt_selftest_note(test, strcmp(hex, wanted) == 0, "it is another", error,
                            "the checksum of a page");
}

tutela_status tt_selftest_sets(tt_selftest *test, tutela_error *error)
{
    TT_AUTO_FILE key = {.fd = -1};
    subject s = {.test = test};

    test->group = "hash sets";
    TT_TRY(ask_sum(test, error));
    TT_TRY(ask_sealed(&s, NULL, error));
    TT_TRY(tt_selftest_key(&key, 1, error));
    return ask_sealed(&s, key.path, error);
}
