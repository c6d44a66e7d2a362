/*
 * What is nothing is found to be nothing, the library and the reference agree on damaged heads, and
 * many threads over one object of signatures get the answers one gets.
 */
#include "t_identify_reference.h"

#include <pthread.h>

#define RANDOM_HEADS 100000u
#define STRIDE       67u /* bytes between the beginnings of random heads, which overlap */
#define DAMAGED      20000u
#define THREADS      8
#define ROUNDS       40

static size_t weight_of(const tt_signature *row)
{
    tt_atom atoms[TT_PATTERN_ATOMS];

    return tt_pattern_weight(atoms, tt_pattern_parse(row->pattern, atoms));
}

/* By chance a row of two fixed bytes fits one head in 65536: only such may show, and few. */
static void test_random(void)
{
    size_t size = RANDOM_HEADS * STRIDE + TT_IDENTIFY_HEAD, found = 0, heavy = 0;
    uint8_t *bytes = malloc(size);
    uint64_t state = 20240229;

    for (size_t i = 0; i + 4 <= size; i += 4) {
        uint32_t value = next_random(&state);
        memcpy(bytes + i, &value, 4);
    }
    for (size_t i = 0; i < RANDOM_HEADS; i++) {
        const uint8_t *head = bytes + i * STRIDE;
        if (!fast(head, TT_IDENTIFY_HEAD)[0])
            continue;
        found++;
        heavy += weight_of(reference(head, TT_IDENTIFY_HEAD)) > 2;
    }
    ok(found <= 8, "%zu of %u random heads have a type", found, RANDOM_HEADS);
    is_u64(heavy, 0, "none by more than two bytes");
    free(bytes);
}

static void test_plain(void)
{
    static uint8_t head[TT_IDENTIFY_HEAD];
    size_t wrong = 0;

    for (int value = 0; value < 256; value++) {
        memset(head, value, sizeof head);
        wrong += fast(head, sizeof head)[0] != '\0';
        wrong += fast(head, 512)[0] != '\0';
    }
    is_u64(wrong, 0, "one byte over and over is nothing");
}

/* Pieces of several rows in one head, some bytes damaged. */
static size_t make_damaged(uint8_t *head, uint64_t *state)
{
    size_t rows, end = 1;
    const tt_signature *table = tt_signature_table(&rows);
    tt_atom atoms[TT_PATTERN_ATOMS];

    memset(head, next_random(state) % 3 == 0 ? 0xff : 0, 2048);
    for (uint32_t pieces = 1 + next_random(state) % 4; pieces > 0; pieces--) {
        const tt_signature *row = &table[next_random(state) % rows];
        size_t count = tt_pattern_parse(row->pattern, atoms);
        for (size_t i = 0; i < count; i++)
            head[atoms[i].offset] = next_random(state) % 2 ? atoms[i].low : atoms[i].high;
        end = atoms[count - 1].offset + 1u > end ? atoms[count - 1].offset + 1u : end;
    }
    for (uint32_t damage = next_random(state) % 3; damage > 0; damage--)
        head[next_random(state) % 128] = (uint8_t)next_random(state);
    return next_random(state) % 4 ? end + next_random(state) % 64 : next_random(state) % (end + 1);
}

static void test_damaged(void)
{
    static uint8_t head[TT_IDENTIFY_HEAD + 64];
    uint64_t state = 5;
    size_t wrong = 0;

    for (size_t i = 0; i < DAMAGED; i++) {
        size_t size = make_damaged(head, &state);
        wrong += agrees(head, size < TT_IDENTIFY_HEAD ? size : TT_IDENTIFY_HEAD) ? 0 : 1;
    }
    is_u64(wrong, 0, "the reference agrees on %u mixed and damaged heads", DAMAGED);
}

/* ---- Threads ------------------------------------------------------------------------------- */

static uint8_t heads[64][2048];
static const char *answers[64];

static void *ask(void *argument)
{
    size_t *wrong = argument;
    tt_identify *own = NULL;

    if (tt_identify_new(&own, signatures, NULL) != TUTELA_OK) {
        *wrong = SIZE_MAX;
        return NULL;
    }
    for (size_t i = 0; i < (size_t)ROUNDS * 64; i++) {
        tt_type type = {"", TUTELA_TYPE_OTHER}, full;
        int known = -1;
        *wrong += tt_identify_fast(own, heads[i % 64], 2048, &type, &known, NULL) != TUTELA_OK;
        *wrong += known != 0 && !answers[i % 64][0];
        *wrong += answers[i % 64][0] && strcmp(type.mime, answers[i % 64]) != 0;
        if (i % 256 == 0)
            *wrong += tt_identify_full(own, heads[i % 64], 2048, &full, NULL) != TUTELA_OK;
    }
    tt_identify_free(own);
    return NULL;
}

static void test_threads(void)
{
    static uint8_t head[TT_IDENTIFY_HEAD + 64];
    pthread_t threads[THREADS];
    size_t wrong[THREADS] = {0}, all = 0;
    uint64_t state = 11;

    for (size_t i = 0; i < 64; i++) {
        memset(head, 0, sizeof head);
        make_damaged(head, &state);
        memcpy(heads[i], head, sizeof heads[i]);
        answers[i] = fast(heads[i], sizeof heads[i]);
    }
    for (size_t i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, ask, &wrong[i]) != 0)
            exit(1);
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        all += wrong[i];
    }
    is_u64(all, 0, "%d threads get the answers one gets", THREADS);
}

int main(void)
{
    identify_begin();
    test_random();
    test_plain();
    test_damaged();
    test_threads();
    return identify_end();
}
