/* set: looking up many digests at once says what looking up one by one says. */
#include "set_kit.h"

#include "../fuzz/set_fix.h"

enum { COUNT = 20000, ROOM = 3000, WIDE = 80 };

/* Some rows of three algorithms; each digest of every seventh row is there a second time. */
static void make_set(const char *path, const tt_seal *seal)
{
    tt_build *build = build_at(path, MEMORY);
    tutela_error error = {0};

    if (seal && tt_build_seal(build, seal, &error) != TUTELA_OK)
        exit(1);
    list_in(build, "l", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < COUNT; i++) {
        tt_row row = row_of(i % 3 ? MASK(MD5) | MASK(SHA256) : MASK(SHA1), i);
        add_row(build, &row);
        row.entry = "again";
        if (i % 7 == 0)
            add_row(build, &row);
    }
    (void)finish(build);
}

/* `count` values of `stride` bytes: every fifth may be listed. */
static void fill(uint8_t *values, size_t stride, size_t count, int algorithm, uint64_t from)
{
    for (size_t i = 0; i < count; i++)
        made_up(values + i * stride, stride,
                (i % 5 ? (uint64_t)COUNT + from + i : (from + i) % COUNT) * 4 + (uint64_t)algorithm);
}

static void try_alike(const tt_set *set, int algorithm, size_t stride, size_t count)
{
    static uint8_t values[ROOM * WIDE];
    static tt_set_run runs[ROOM + 1];
    uint64_t alike = 0, listed = 0;
    tutela_error error = {0};

    fill(values, stride, count, algorithm, count * 11);
    memset(runs, 0xee, sizeof runs);
    ok(tt_set_find_many(set, algorithm, values, stride, count, runs, &error) == TUTELA_OK,
       "%zu digests of algorithm %d, %zu bytes apart", count, algorithm, stride);
    for (size_t i = 0; i < count; i++) {
        uint64_t first = 0, many = 0;
        if (tt_set_find(set, algorithm, values + i * stride, &first, &many, &error) != TUTELA_OK)
            break;
        alike += many == runs[i].count && (!many || first == runs[i].first);
        listed += many != 0;
    }
    is_u64(alike, count, "... answered as one by one, %llu listed", (unsigned long long)listed);
    ok(algorithm == TUTELA_SHA512 ? !listed : count < 100 || listed >= count / 20, "... both kinds");
    is_u64(runs[count].first, 0xeeeeeeeeeeeeeeee, "... and no further");
}

/* Sealed once, then looked up: the same runs. */
static void try_steps(const tt_set *set, int algorithm, size_t stride, size_t count)
{
    static uint8_t values[ROOM * WIDE], room[(ROOM + 1) * TT_KEY_SIZE];
    static tt_set_run runs[ROOM], again[ROOM];
    size_t step = stride;
    const uint8_t *prints;

    fill(values, stride, count, algorithm, count * 7);
    memset(room, 0xee, sizeof room);
    prints = tt_set_prints_many(set, algorithm, values, &step, count, room);
    if (tt_set_key_id(set))
        ok(prints == room && step == TT_KEY_SIZE, "fingerprints of %zu digests", count);
    else
        ok(prints == values && step == stride, "an unsealed set asks for the digests themselves");
    is_u64(room[count * TT_KEY_SIZE], 0xee, "... and no further");
    ok(tt_set_find_many(set, algorithm, values, stride, count, runs, NULL) == TUTELA_OK
           && tt_set_find_prints(set, algorithm, prints, step, count, again, NULL) == TUTELA_OK
           && memcmp(runs, again, count * sizeof *runs) == 0,
       "... are looked up as the digests are");
}

static void try_damage(const char *path)
{
    static uint8_t values[ROOM * TUTELA_DIGEST_MAX];
    static tt_set_run runs[ROOM];
    static const uint16_t sections[] = {TT_SECTION_FILTER, TT_SECTION_BUCKETS, TT_SECTION_KEYS};

    for (size_t s = 0; s < sizeof sections / sizeof sections[0]; s++) {
        set_image damaged = image_of(path);
        size_t at = tt_load64(set_slot(damaged.bytes, sections[s], 0) + TT_SLOT_OFFSET) + 100;
        uint64_t wrong = 0, refusals = 0;
        tutela_error error = {0};
        tt_set *set = NULL;

        put_byte(&damaged, at, damaged.bytes[at] ^ 1);
        ok(tt_set_open_eager(&set, damaged.path, 1000, &error) == TUTELA_OK, "section %u damaged: opens",
           sections[s]);
        for (uint64_t from = 0; from < COUNT; from += ROOM) {
            for (uint64_t i = 0; i < ROOM; i++) {
                tt_row row = row_of(1, from + i);
                memcpy(values + i * TUTELA_DIGEST_MAX, row.digests.value[0], TUTELA_DIGEST_MAX);
            }
            for (size_t i = 0; i < ROOM; i += 10) {
                tutela_status status = tt_set_find_many(set, TUTELA_MD5, values + i * TUTELA_DIGEST_MAX,
                                                        TUTELA_DIGEST_MAX, 10, runs, &error);
                refusals += status == TUTELA_SET_REFUSED;
                for (uint64_t n = 0; status == TUTELA_OK && n < 10; n++)
                    wrong += (runs[n].count != 0) != ((from + i + n) % 3 != 0 && from + i + n < COUNT);
            }
        }
        ok(refusals > 0, "... and refuses %llu batches", (unsigned long long)refusals);
        is_u64(wrong, 0, "... and answers no other wrongly");
        tt_set_close(set);
        image_done(&damaged);
    }
}

static void try_sealed(void)
{
    const char *path = tap_path("sealed.tset"), *key = tap_path("key");
    tutela_error error = {0};
    tt_seal *seal = NULL;
    tt_set *set = NULL;

    ok(tt_seal_create(key, &error) == TUTELA_OK && tt_seal_load(&seal, key, &error) == TUTELA_OK,
       "a key");
    make_set(path, seal);
    ok(tt_set_open_sealed(&set, path, key, &error) == TUTELA_OK, "a sealed set %s", error.text);
    try_alike(set, TUTELA_MD5, 16, 257);
    try_alike(set, TUTELA_SHA1, WIDE, 700);
    try_alike(set, TUTELA_SHA256, 33, ROOM);
    try_steps(set, TUTELA_SHA1, WIDE, 700);
    tt_set_close(set);
    tt_seal_free(seal);
}

int main(void)
{
    static const size_t counts[] = {0, 1, 2, 255, 256, 257, 512, ROOM};
    const char *path = tap_path("many.tset");
    tutela_error error = {0};
    tt_set_run run;
    tt_set *set = NULL;

    make_set(path, NULL);
    for (uint64_t eager = 0; eager < 2; eager++) {
        if (tt_set_open_eager(&set, path, eager * TT_SET_EAGER_BYTES, &error) != TUTELA_OK)
            return 1;
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            try_alike(set, TUTELA_MD5, 16, counts[i]);
            try_alike(set, TUTELA_SHA1, WIDE, counts[i]);
            try_alike(set, TUTELA_SHA256, 33, counts[i]);
        }
        try_alike(set, TUTELA_SHA512, 64, 300);
        try_steps(set, TUTELA_MD5, 16, 300);
        if (!eager)
            tt_set_close(set);
    }
    ok(tt_set_find_many(set, 4, (const uint8_t *)path, 16, 1, &run, &error) == TUTELA_ARGUMENT
           && tt_set_find_many(set, -1, (const uint8_t *)path, 16, 1, &run, &error) == TUTELA_ARGUMENT,
       "no such algorithm");
    tt_set_close(set);
    try_damage(path);
    try_sealed();
    return tap_done();
}
