/* seal: keys in files; sealed sets answer under their key alone, and as unsealed ones do. */
#include "set_kit.h"

#include "digest/sha256.h"

#include <ctype.h>
#include <errno.h>

/* What another HMAC implementation says of the digests of "abc", under this key. */
static const char test_key[] = "thirty-two bytes of a test key.\n";
static const char *const known[TUTELA_ALGORITHM_COUNT] = {
    "52f6074c5cc19c58f48f8aa5f53d8d02", "ef1544ec1687db205316cc4cac95d361",
    "61b35c09b708284d5d8a804bf7280af7", "3cfc13db4db7747c1b7a183b5c30f996"};

static const char *key_at(const char *name, const void *bytes, size_t size, mode_t mode)
{
    const char *path = tap_path("%s", name);

    (void)remove(path);
    write_whole(path, bytes, size);
    if (chmod(path, mode) != 0)
        exit(1);
    return path;
}

static tt_seal *load(const char *path)
{
    tt_seal *seal = NULL;
    tutela_error error;

    if (tt_seal_load(&seal, path, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
    return seal;
}

static const char *hex_of(const uint8_t *bytes, size_t size)
{
    static char text[2 * TUTELA_DIGEST_MAX + 1];

    for (size_t i = 0; i < size; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return text;
}

static void try_block(void (*block)(uint32_t *, const uint8_t *), const char *kernel)
{
    uint8_t bytes[64 * 3] = {0};

    for (size_t size = 0; size < 120; size++) {
        uint8_t padded[64 * 3] = {0}, mine[32];
        size_t end = size % 64 < 56 ? size / 64 * 64 + 64 : size / 64 * 64 + 128;
        uint32_t state[TT_SHA256_WORDS];
        tt_digests other;

        made_up(bytes, size, size);
        memcpy(padded, bytes, size);
        padded[size] = 0x80;
        padded[end - 2] = (uint8_t)(size * 8 >> 8);
        padded[end - 1] = (uint8_t)(size * 8);
        tt_sha256_begin(state);
        for (size_t at = 0; at < end; at += 64)
            block(state, padded + at);
        for (size_t i = 0; i < 32; i++)
            mine[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
        if (tt_digest_bytes(MASK(SHA256), bytes, size, &other, NULL) != TUTELA_OK
            || memcmp(mine, other.value[TUTELA_SHA256], 32) != 0) {
            ok(0, "%s: SHA-256 of %zu bytes", kernel, size);
            return;
        }
    }
    ok(1, "%s: SHA-256 of 0 to 119 bytes is OpenSSL's", kernel);
}

static void try_prints(void)
{
    tt_seal *seal = load(key_at("key", test_key, 32, 0600));
    tt_seal *again = load(tap_path("key"));
    tt_seal *other = load(key_at("other", "Thirty-two bytes of a test key.\n", 32, 0400));
    uint8_t print[TUTELA_ALGORITHM_COUNT][TT_KEY_SIZE];
    tt_seal_job jobs[TUTELA_ALGORITHM_COUNT];
    tt_digests abc;

    ok(tt_digest_bytes(TT_DIGEST_ALL, "abc", 3, &abc, NULL) == TUTELA_OK, "digests of abc");
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        jobs[i] = (tt_seal_job){
            .digest = abc.value[i], .fingerprint = print[i], .algorithm = i};
    tt_seal_many(seal, jobs, TUTELA_ALGORITHM_COUNT);
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        is_text(hex_of(print[i], TT_KEY_SIZE), known[i], "%s: sealed", tt_digest_name(i));
    is_text(hex_of(tt_seal_id(seal), TT_KEY_ID_SIZE), "767897d1d3d44a54", "the key's id");
    tt_seal_many(NULL, jobs, TUTELA_ALGORITHM_COUNT);
    ok(memcmp(print[3], abc.value[3], TT_KEY_SIZE) == 0, "no key: the digest's first bytes");
    ok(tt_seal_same(seal, again) && tt_seal_same(NULL, NULL), "the same key twice is the same");
    ok(!tt_seal_same(seal, other) && !tt_seal_same(seal, NULL) && !tt_seal_same(NULL, other),
       "another one is not");
    tt_seal_free(seal);
    tt_seal_free(again);
    tt_seal_free(other);
    tt_seal_free(NULL);
}

/* ---- Key files --------------------------------------------------------------------------- */

static void not_a_key(const char *path, tutela_status want, const char *words)
{
    tutela_error error = {0};
    tt_seal *seal = NULL;
    tutela_status status = tt_seal_load(&seal, path, &error);

    ok(status == want && !seal && strstr(error.text, words) && error.advice[0], "refused: %s",
       error.text);
}

/* Side by side, in groups of any size and with longer messages among them, as one by one. */
static void try_many(void)
{
    enum { MANY = 200 };
    static uint8_t digests[MANY][TUTELA_DIGEST_MAX], prints[MANY][TT_KEY_SIZE];
    static tt_seal_job jobs[MANY];
    tt_seal *seal = load(key_at("many", test_key, 32, 0600));
    size_t wrong = 0;

    for (size_t count = 0; count <= MANY; count += count < 70 ? 1 : 13) {
        memset(prints, 0, sizeof prints);
        for (size_t i = 0; i < count; i++) {
            made_up(digests[i], sizeof digests[i], i + 1);
            jobs[i] = (tt_seal_job){.digest = digests[i], .fingerprint = prints[i],
                                    .algorithm = (int)(i % 11 == 10 ? TUTELA_SHA512 : i % 3)};
        }
        tt_seal_many(seal, jobs, count);
        for (size_t i = 0; i < count; i++) {
            uint8_t alone[TT_KEY_SIZE];
            tt_seal_job job = {.digest = digests[i], .fingerprint = alone,
                               .algorithm = jobs[i].algorithm};

            tt_seal_many(seal, &job, 1);
            wrong += memcmp(alone, prints[i], sizeof alone) != 0;
        }
        for (size_t i = count; i < MANY; i++)
            wrong += prints[i][0] != 0;
    }
    is_u64(wrong, 0, "0 to %d digests sealed side by side as one by one (%s, %s)", MANY,
           tt_sha256_kernel_many(), tt_sha256_kernel());
    tt_seal_free(seal);
}

static void try_files(void)
{
    static const uint8_t zeros[32];
    const char *path = tap_path("fresh");
    tutela_error error = {0};
    struct stat facts;
    uint8_t *first;
    size_t size;
    mode_t mask = umask(0);

    ok(tt_seal_create(path, &error) == TUTELA_OK && stat(path, &facts) == 0
           && (facts.st_mode & 07777) == 0600,
       "a new key is its owner's alone");
    umask(mask);
    first = read_whole(path, &size);
    is_u64(size, TT_SEAL_KEY_SIZE, "... of 32 bytes");
    ok(tt_seal_create(path, &error) == TUTELA_ARGUMENT && error.os_error == EEXIST
           && error.advice[0],
       "a key is never written over: %s", error.text);
    ok(tt_seal_create(tap_path("fresh too"), &error) == TUTELA_OK
           && !same_file(path, tap_path("fresh too")),
       "the next one is another");
    ok(tt_seal_create(tap_path("no/folder"), &error) == TUTELA_IO, "no folder: %s", error.text);
    ok(memcmp(first, zeros, 32) != 0, "not zeros");
    free(first);

    not_a_key(tap_path("absent"), TUTELA_IO, "cannot open");
    not_a_key(tap_path("."), TUTELA_ARGUMENT, "not a key");
    not_a_key("/dev/null", TUTELA_ARGUMENT, "not a key");
    not_a_key(key_at("zeros", zeros, 32, 0600), TUTELA_ARGUMENT, "not a key");
    not_a_key(key_at("short", test_key, 31, 0600), TUTELA_ARGUMENT, "not a key");
    not_a_key(key_at("long", test_key, 33, 0600), TUTELA_ARGUMENT, "not a key");
    not_a_key(key_at("none", test_key, 0, 0600), TUTELA_ARGUMENT, "not a key");
    for (mode_t bit = 1; bit < 0100; bit <<= 1)
        not_a_key(key_at("open", test_key, 32, 0600 | bit), TUTELA_ARGUMENT, "others than its owner");
}

/* ---- Sets -------------------------------------------------------------------------------- */

enum { ROWS = 2003 };

static tt_row sealed_row(uint64_t i)
{
    tt_row row = row_of(1 + (uint32_t)(i % 15), i);

    row.size = i % 2 ? i : TT_SIZE_UNKNOWN;
    row.entry = i % 3 ? "some id" : "";
    return row;
}

static void build_sealed(const char *path, const tt_seal *seal, uint64_t step, uint64_t memory)
{
    tt_build *build = build_at(path, memory);
    tutela_error error;

    ok(tt_build_seal(build, seal, &error) == TUTELA_OK, "a key before the first row");
    list_in(build, "list", TUTELA_KNOWN_BAD);
    for (uint64_t n = 0; n < ROWS; n++) {
        tt_row row = sealed_row(n * step % ROWS);
        add_row(build, &row);
        if (n % 100 == 0)
            add_row(build, &row);
    }
    ok(tt_build_seal(build, NULL, &error) == TUTELA_STATE, "not after it");
    is_u64(finish(build).duplicates, (ROWS + 99) / 100, "duplicates are found under the seal");
}

/* Every digest leads to its entry, the same for all digests of a row; made-up ones to none. */
static void ask_sealed(const tt_set *set, const char *what)
{
    uint64_t digests = 0, right = 0, wrong = 0;

    for (uint64_t i = 0; i < ROWS; i++) {
        tt_row row = sealed_row(i), absent = row_of(TT_DIGEST_ALL, i + 1000000);
        uint64_t tied = UINT64_MAX;
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
            uint64_t number = 0;
            tt_set_entry entry;
            wrong += hits(set, a, absent.digests.value[a]) != 0;
            if (!(row.digests.mask >> a & 1)) {
                wrong += hits(set, a, row.digests.value[a]) != 0;
                continue;
            }
            digests++;
            if (!entry_of(set, a, row.digests.value[a], 0, &number, &entry))
                continue;
            tied = tied == UINT64_MAX ? number : tied;
            right += tied == number && entry.size == row.size && entry.mask == row.digests.mask;
        }
    }
    is_u64(right, digests, "%s: every digest leads to its entry", what);
    is_u64(wrong, 0, "%s: and no other to any", what);
}

static void opens_as(const char *path, const char *key, tutela_status want, const char *words)
{
    tutela_error error = {0};
    tt_set *set = NULL;
    tutela_status status = tt_set_open_sealed(&set, path, key, &error);

    ok(status == want && !set && strstr(error.text, words) && error.advice[0], "%s", error.text);
}

static void try_sets(void)
{
    char path[1024], key[1024];
    tt_seal *seal;
    tt_set *set = NULL;
    tutela_error error;

    snprintf(path, sizeof path, "%s", tap_path("sealed.tset"));
    snprintf(key, sizeof key, "%s", tap_path("key"));
    seal = load(key);
    build_sealed(path, seal, 1, MEMORY);
    build_sealed(tap_path("again.tset"), seal, 7, 1);
    ok(same_file(path, tap_path("again.tset")), "any order and memory, the same file");
    ok(tt_set_open_sealed(&set, path, key, &error) == TUTELA_OK, "opens with its key");
    ask_sealed(set, "sealed");
    ok(tt_set_key_id(set) && memcmp(tt_set_key_id(set), tt_seal_id(seal), TT_KEY_ID_SIZE) == 0,
       "it names its key");
    tt_set_close(set);
    opens_as(path, NULL, TUTELA_SET_REFUSED, "sealed, and no key given");
    opens_as(path, tap_path("other"), TUTELA_SET_REFUSED, "sealed with another key");
    opens_as(path, tap_path("absent"), TUTELA_IO, "cannot open the key");
    opens_as(path, tap_path("short"), TUTELA_ARGUMENT, "not a key file");
    build_sealed(tap_path("plain.tset"), NULL, 1, MEMORY);
    set = NULL;
    ok(tt_set_open_sealed(&set, tap_path("plain.tset"), tap_path("absent"), &error) == TUTELA_OK,
       "the key of an unsealed set is not even read");
    ok(!tt_set_key_id(set), "it has none");
    ask_sealed(set, "unsealed");
    tt_set_close(set);
    tt_seal_free(seal);
}

/* Prints made for one set serve every set under its key, and no other. */
static void try_sharing(void)
{
    static const char *const keys[] = {"key", "other", NULL, "key"};
    tt_set *sets[4] = {NULL};
    tt_row row = row_of(TT_DIGEST_ALL, 1);
    tt_prints prints = {0};
    uint8_t first_print[TT_KEY_SIZE];

    for (size_t i = 0; i < 4; i++) {
        char path[1024];
        tt_build *build;
        tt_seal *seal = keys[i] ? load(tap_path("%s", keys[i])) : NULL;
        tutela_error error;

        snprintf(path, sizeof path, "%s", tap_path("share-%zu.tset", i));
        build = build_at(path, MEMORY);
        ok(tt_build_seal(build, seal, &error) == TUTELA_OK, "seals");
        list_in(build, "list", TUTELA_KNOWN_BAD);
        row.digests.mask = i == 0 ? MASK(SHA1) : TT_DIGEST_ALL;
        add_row(build, &row);
        (void)finish(build);
        if (tt_set_open_sealed(&sets[i], path, keys[i] ? tap_path("%s", keys[i]) : NULL, &error)
            != TUTELA_OK)
            exit(1);
        tt_seal_free(seal);
    }
    row.digests.mask = TT_DIGEST_ALL;
    for (size_t i = 0; i < 8; i++) {
        const tt_set *set = sets[i * 3 % 4];
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
            uint64_t first = 0, count = 0;
            tt_set_prints(set, &row.digests, &prints);
            ok(tt_set_find_print(set, a, prints.value[a], &first, &count, NULL) == TUTELA_OK
                   && count == (tt_set_digest_count(set, a) ? 1u : 0u),
               "set %zu: %s", i * 3 % 4, tt_digest_name(a));
        }
    }
    prints = (tt_prints){0};
    tt_set_prints(sets[0], &row.digests, &prints);
    is_u64(prints.mask, MASK(SHA1), "only what the set has is sealed");
    memcpy(first_print, prints.value[TUTELA_SHA1], TT_KEY_SIZE);
    tt_set_prints(sets[3], &row.digests, &prints);
    is_u64(prints.mask, TT_DIGEST_ALL, "the rest when a set of the same key has it");
    ok(memcmp(first_print, prints.value[TUTELA_SHA1], TT_KEY_SIZE) == 0, "what was made stays");
    for (size_t i = 0; i < 4; i++)
        tt_set_close(sets[i]);
}

/* The id of row i: its digest; a part of it, in capitals; too little of it; what it does not list. */
static const char *id_of(uint64_t i, const tt_row *row)
{
    static char ids[4][200];
    const char *hex = hex_of(row->digests.value[i == 3 ? TUTELA_SHA512 : TUTELA_SHA256], 32);

    switch (i) {
    case 1:
        snprintf(ids[i], sizeof ids[i], "folder/%.24s.jpg", hex + 5);
        for (char *at = ids[i]; *at; at++)
            *at = (char)toupper((unsigned char)*at);
        break;
    case 2:
        snprintf(ids[i], sizeof ids[i], "fedcba9876543210%.15s", hex);
        break;
    default:
        snprintf(ids[i], sizeof ids[i], "%s", hex);
        break;
    }
    return ids[i];
}

/* An id that is the digest would undo the seal. */
static void try_ids(void)
{
    const char *path = tap_path("ids.tset");
    tt_seal *seal = load(tap_path("key"));
    tt_build *build = build_at(path, MEMORY);
    tutela_error error;
    tt_set *set = NULL;

    ok(tt_build_seal(build, seal, &error) == TUTELA_OK, "seals");
    list_in(build, "list", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < 4; i++) {
        tt_row row = row_of(MASK(MD5) | MASK(SHA256), i);
        row.entry = id_of(i, &row);
        add_row(build, &row);
    }
    (void)finish(build);
    if (tt_set_open_sealed(&set, path, tap_path("key"), &error) != TUTELA_OK)
        exit(1);
    for (uint64_t i = 0; i < 4; i++) {
        tt_row row = row_of(MASK(MD5) | MASK(SHA256), i);
        uint64_t number;
        tt_set_entry entry;
        int found = entry_of(set, TUTELA_MD5, row.digests.value[TUTELA_MD5], 0, &number, &entry);
        ok(found && (i < 2 ? entry.id[0] == '#' : strcmp(entry.id, id_of(i, &row)) == 0),
           "id %s is %s", id_of(i, &row), i < 2 ? "left out" : "kept");
    }
    tt_set_close(set);
    tt_seal_free(seal);
}

int main(void)
{
    try_block(tt_sha256_block, tt_sha256_kernel());
    try_prints();
    try_many();
    try_files();
    try_sets();
    try_sharing();
    try_ids();
    return tap_done();
}
