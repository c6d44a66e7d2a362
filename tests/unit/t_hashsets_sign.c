/* signatures: what is signed comes back; any change of it, another set, another key is refused. */
#include "set_kit.h"

#include "../fuzz/set_fix.h"
#include "hashsets/sign.h"
#include "hashsets/signature.h"
#include "hashsets/signing_key.h"
#include "hashsets/trust.h"

#define NOW INT64_C(1795335204722964805)
#define SECOND INT64_C(1000000000)
#define DAY (86400 * SECOND)

/* Under the thread sanitizer a mapping costs a hundred times more, and there is one thread. */
#ifdef __SANITIZE_THREAD__
#define STRIDE 37
#else
#define STRIDE 1
#endif

static char unsigned_path[1024], signed_path[1024], key[1024], public[1030], other[1024];

/* Copy the path that tap_path made. */
static void path_of(char *out, const char *name)
{
    snprintf(out, 1024, "%s", tap_path("%s", name));
}

static void make_set(const char *path, const char *list, int64_t expires, uint64_t seed)
{
    tt_build *build = build_at(path, MEMORY);
    tt_row row = row_of(MASK(MD5) | MASK(SHA1), seed);

    list_in(build, list, TUTELA_KNOWN_BAD);
    add_row(build, &row);
    list_in(build, "a \"good\" \\ list\n", TUTELA_KNOWN_GOOD);
    row = row_of(MASK(MD5), seed + 1);
    add_row(build, &row);
    if (expires)
        tt_build_expires(build, expires);
    (void)finish(build);
}

static void sign(const char *set, const char *output, const char *with, int64_t expires, int64_t now)
{
    tutela_error error = {0};

    if (tt_set_sign(&(tt_sign_job){.set = set, .output = output, .key = with, .expires = expires, .now = now},
                    &error)
        != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
}

static void make_key(char *out, const char *name)
{
    tutela_error error = {0};

    path_of(out, name);
    if (tt_signing_key_create(out, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
}

/* ---- What comes back --------------------------------------------------------------------- */

static void try_round_trip(void)
{
    size_t plain_size, size;
    uint8_t *plain = read_whole(unsigned_path, &plain_size), *bytes = read_whole(signed_path, &size);
    tt_set *before = open_set(unsigned_path), *set = open_set(signed_path);
    uint8_t wanted[TT_ED25519_KEY_SIZE];
    const tt_set_signature *by = tt_set_signed(set);
    char hex[2 * TT_IDENTITY_SIZE + 1];
    const char *text;

    ok(size == plain_size + TT_SET_PAGE && memcmp(plain, bytes, plain_size) == 0,
       "a signed set is the unsigned one and a block");
    ok(!tt_set_signed(before) && by, "one says it is signed, the other that it is not");
    ok(tt_public_key_load(public, wanted, NULL) == TUTELA_OK && memcmp(wanted, by->key, sizeof wanted) == 0,
       "by the key it was signed with");
    is_i64(by->signed_at, NOW, "at the time");
    ok(memcmp(tt_set_identity(set), tt_set_identity(before), TT_IDENTITY_SIZE) == 0, "its identity is the set's");
    is_u64(tt_set_file_bytes(set), size, "its size is the file's");
    ok(tt_set_check(set, NULL) == TUTELA_OK && ask_all(set, 10, NULL) == TUTELA_OK, "it checks and answers");
    text = (const char *)bytes + plain_size + TT_SIGNED_AT_TEXT;
    for (size_t i = 0; i < TT_IDENTITY_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", tt_set_identity(set)[i]);
    ok(strncmp(text, "tutela set manifest 1\nidentity ", 31) == 0 && strncmp(text + 31, hex, 64) == 0,
       "the manifest is text and names it");
    ok(strncmp(text + 95,
               "\nsealed -\nsigned 1795335204722964805 2026-11-22T08:13:24Z\ncreated -\nexpires -\n"
               "entries 2\nmd5 2\nsha1 1\nsha256 0\nsha512 0\n"
               "list known-good 1 \"a \\\"good\\\" \\\\ list\\x0a\" \"v1\"\nlist known-bad 1 \"bad\" \"v1\"\n", 193)
           == 0,
       "... and every fact, to the byte");
    tt_set_close(before);
    tt_set_close(set);
    free(plain);
    free(bytes);
}

/* Signing again replaces the signature; with a time of expiry, the copy's header has it. */
static void try_again(void)
{
    char again[1024], renewed[1024];
    tt_set *set;

    path_of(again, "again.tset");
    path_of(renewed, "renewed.tset");
    sign(signed_path, again, key, 0, NOW);
    ok(same_file(again, signed_path), "the same set, key and time: the same bytes");
    sign(signed_path, renewed, key, NOW + DAY, NOW);
    set = open_set(renewed);
    is_i64(tt_set_expires(set), NOW + DAY, "the copy expires when it was told to");
    is_i64(tt_set_signed(set)->signed_at, NOW, "and is signed");
    tt_set_close(set);
    sign(renewed, renewed, key, NOW + 2 * DAY, NOW + SECOND);
    set = open_set(renewed);
    is_i64(tt_set_expires(set), NOW + 2 * DAY, "signed in its own place, later");
    tt_set_close(set);
}

static void try_unsignable(void)
{
    const tt_sign_job late = {.set = unsigned_path, .output = tap_path("x.tset"), .key = key, .expires = NOW, .now = NOW};
    tt_sign_job job = {.set = unsigned_path, .output = unsigned_path, .key = public, .now = NOW};
    tutela_error error = {0};
    char damaged[1024];
    uint8_t *bytes;
    size_t size;

    ok(tt_set_sign(&late, &error) == TUTELA_ARGUMENT && error.advice[0], "not when it has expired: %s", error.text);
    ok(access(late.output, F_OK) != 0, "... and nothing is left of it");
    ok(tt_set_sign(&job, &error) == TUTELA_ARGUMENT, "not with a public key: %s", error.text);
    ok(strstr(error.text, "not a secret signing key") != NULL, "... which is not a matter of its mode");
    job.key = unsigned_path;
    ok(tt_set_sign(&job, &error) == TUTELA_ARGUMENT, "not with a set: %s", error.text);
    job.key = "/nowhere/key";
    ok(tt_set_sign(&job, &error) == TUTELA_IO, "not with nothing: %s", error.text);
    path_of(damaged, "damaged.tset");
    bytes = read_whole(unsigned_path, &size);
    bytes[size / 2] ^= 1;
    write_whole(damaged, bytes, size);
    job = (tt_sign_job){.set = damaged, .output = damaged, .key = key, .now = NOW};
    ok(tt_set_sign(&job, &error) == TUTELA_SET_REFUSED, "no damaged set: %s", error.text);
    free(bytes);
    chmod(key, 0644);
    job = (tt_sign_job){.set = unsigned_path, .output = unsigned_path, .key = key, .now = NOW};
    ok(tt_set_sign(&job, &error) == TUTELA_ARGUMENT, "not with a key for everyone: %s", error.text);
    chmod(key, 0600);
}

/* ---- Keys -------------------------------------------------------------------------------- */

static void try_keys(void)
{
    static const char *const bad[] = {
        "", "\n", "tutela-ed25519", "tutela-ed25519 \n",
        "tutela-ed25519 ljgxl3FbNy/vFDJy625IGTzSWg+LY33HH8ebrpBA5E=\n",
        "tutela-ed25519 ljgxl3FbNy/vFDJy625IGTzSWg+LY33HH8ebrpBA5Egg\n",
        "tutela-ed25519 ljgxl3FbNy/vFDJy625IGTzSWg+LY33HH8ebrpBA5Eh=\n",
        "tutela-ed25519 ljgxl3FbNy-vFDJy625IGTzSWg+LY33HH8ebrpBA5Eg=\n",
        "tutela-ed25519 ljgxl3FbNy/vFDJy625IGTzSWg+LY33HH8ebrpBA5Eg= x\n",
        "tutela-ed25519  ljgxl3FbNy/vFDJy625IGTzSWg+LY33HH8ebrpBA5Eg=\n"};
    static const char good[] = "tutela-ed25519 ljgxl3FbNy/vFDJy625IGTzSWg+LY33HH8ebrpBA5Eg=\n";
    const char *path = tap_path("try.pub");
    uint8_t bytes[TT_ED25519_KEY_SIZE] = {0};
    tutela_error error = {0};
    struct stat facts;
    size_t refusals = 0;

    ok(stat(key, &facts) == 0 && (facts.st_mode & 0777) == 0600, "the secret is its owner's");
    ok(tt_signing_key_create(key, &error) == TUTELA_ARGUMENT, "never written over: %s", error.text);
    (void)unlink(key);
    ok(tt_signing_key_create(key, &error) == TUTELA_ARGUMENT && access(key, F_OK) != 0,
       "nor is the public one: %s", error.text);
    (void)unlink(public);
    ok(tt_signing_key_create(key, &error) == TUTELA_OK, "both gone: made anew");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        write_whole(path, bad[i], strlen(bad[i]));
        refusals += tt_public_key_load(path, bytes, &error) == TUTELA_ARGUMENT;
    }
    is_u64(refusals, sizeof bad / sizeof bad[0], "what is no public key");
    write_whole(path, good, sizeof good - 1);
    ok(tt_public_key_load(path, bytes, &error) == TUTELA_OK && bytes[0] == 0x96 && bytes[31] == 0x48,
       "what is one");
    ok(tt_public_key_load(key, bytes, &error) == TUTELA_ARGUMENT, "a secret is not public: %s", error.text);
    ok(tt_signing_key_load(public, bytes, &error) == TUTELA_ARGUMENT, "nor the other way round");
}

/* RFC 8032, 7.1: the second test. */
static void try_vector(void)
{
    static const uint8_t seed[32] = {0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3,
                                     0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab,
                                     0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb};
    uint8_t own[32], signature[64];
    int good = 0, bad = 1;

    ok(tt_ed25519_public(seed, own, NULL) == TUTELA_OK && own[0] == 0x3d && own[31] == 0x0c, "RFC 8032: public key");
    ok(tt_ed25519_sign(seed, "\x72", 1, signature, NULL) == TUTELA_OK && signature[0] == 0x92
           && signature[63] == 0x00 && signature[1] == 0xa0,
       "... signature");
    ok(tt_ed25519_verify(own, "\x72", 1, signature, &good, NULL) == TUTELA_OK && good, "... which is good");
    ok(tt_ed25519_verify(own, "\x73", 1, signature, &bad, NULL) == TUTELA_OK && !bad, "... and not for another message");
}

/* ---- Tampering --------------------------------------------------------------------------- */

static void try_flips(void)
{
    set_image set = image_of(signed_path);
    size_t refusals = 0, tried = 0, spoken = 0;
    size_t plain = set.size - TT_SET_PAGE;
    size_t text_end = plain + TT_SIGNED_AT_TEXT + tt_load32(set.bytes + plain + TT_SIGNED_AT_MANIFEST);
    tutela_error error;

    /* Every bit of fields and manifest, some of the rest. */
    for (size_t i = 0; i < set.size; i += i < plain ? 101 : i < text_end ? STRIDE : 29)
        for (size_t bit = 0; bit < 8; bit += i >= plain && i < text_end ? 1 : 5, tried++) {
            put_byte(&set, i, set.bytes[i] ^ (uint8_t)(1u << bit));
            error = (tutela_error){0};
            refusals += open_status(set.path, TT_SET_EAGER_BYTES, &error) == TUTELA_SET_REFUSED;
            spoken += error.text[0] && error.advice[0];
            put_byte(&set, i, set.bytes[i]);
        }
    is_u64(refusals, tried, "one bit flipped in %zu ways: refused", tried);
    is_u64(spoken, tried, "... with a word and advice");
    ok(open_status(set.path, TT_SET_EAGER_BYTES, &error) == TUTELA_OK, "unchanged: opens");
    image_done(&set);
}

static void try_lengths(void)
{
    set_image set = image_of(signed_path);
    size_t plain = set.size - TT_SET_PAGE;
    size_t refusals = 0, cuts = 0, more = 0;
    tutela_error error;

    for (size_t size = set.size - 1; size > plain; size--, cuts++)
        if (ftruncate(set.fd, (off_t)size) == 0)
            refusals += open_status(set.path, TT_SET_EAGER_BYTES, &error) == TUTELA_SET_REFUSED;
    is_u64(refusals, cuts, "cut within the signature at %zu lengths: refused", cuts);
    if (ftruncate(set.fd, (off_t)plain) == 0)
        ok(open_status(set.path, TT_SET_EAGER_BYTES, &error) == TUTELA_OK, "cut off whole: an unsigned set");
    if (pwrite(set.fd, set.bytes, set.size, 0) != (ssize_t)set.size)
        exit(1);
    for (size_t size = 1; size <= 2 * TT_SET_PAGE; size += 511)
        if (ftruncate(set.fd, (off_t)(set.size + size)) == 0)
            more += open_status(set.path, TT_SET_EAGER_BYTES, &error) != TUTELA_SET_REFUSED;
    is_u64(more, 0, "bytes after it: refused");
    image_done(&set);
}

/* The set changed and every checksum made right, but not the signature. */
static void try_remade(void)
{
    set_image set = image_of(signed_path);
    size_t plain = set.size - TT_SET_PAGE;
    uint8_t *slot = set_slot(set.bytes, TT_SECTION_KEYS, TUTELA_MD5);

    set.bytes[tt_load64(slot + TT_SLOT_OFFSET) + 15] ^= 1;
    set_fix(set.bytes, plain);
    if (pwrite(set.fd, set.bytes, set.size, 0) != (ssize_t)set.size)
        exit(1);
    refused(set.path, "for another set", "another digest in it, all checksums right");
    image_done(&set);
}

/* The block of one set after another one. */
static void try_replay(void)
{
    char other_set[1024], mixed[1024];
    uint8_t *bytes, *block;
    size_t size, block_size;

    path_of(other_set, "other.tset");
    path_of(mixed, "mixed.tset");
    make_set(other_set, "bad", 0, 77);
    bytes = read_whole(other_set, &size);
    block = read_whole(signed_path, &block_size);
    bytes = realloc(bytes, size + TT_SET_PAGE);
    memcpy(bytes + size, block + block_size - TT_SET_PAGE, TT_SET_PAGE);
    write_whole(mixed, bytes, size + TT_SET_PAGE);
    refused(mixed, "for another set", "a signature moved to another set");
    free(bytes);
    free(block);
}

/* A manifest that is right, signed with a key other than the one that stands in the block. */
static void try_other_key(void)
{
    set_image set = image_of(signed_path);
    size_t plain = set.size - TT_SET_PAGE;
    uint8_t other_public[TT_ED25519_KEY_SIZE];
    char path[1030];

    snprintf(path, sizeof path, "%s.pub", other);
    if (tt_public_key_load(path, other_public, NULL) != TUTELA_OK)
        exit(1);
    memcpy(set.bytes + plain + TT_SIGNED_AT_KEY, other_public, sizeof other_public);
    if (pwrite(set.fd, set.bytes, set.size, 0) != (ssize_t)set.size)
        exit(1);
    refused(set.path, "bad signature", "another key's name put in");
    image_done(&set);
}

/* As many lists as do not fit a manifest. */
static void try_many_lists(void)
{
    const char *path = tap_path("lists.tset");
    tt_build *build = build_at(path, MEMORY);
    tutela_error error = {0};
    char name[600];

    memset(name, 'n', sizeof name);
    for (unsigned i = 0; i < 2000; i++) {
        tt_row row = row_of(MASK(MD5), i);
        snprintf(name + 590, 10, "%u", i);
        list_in(build, name, TUTELA_KNOWN_BAD);
        add_row(build, &row);
    }
    (void)finish(build);
    ok(tt_set_sign(&(tt_sign_job){.set = path, .output = path, .key = key, .now = NOW}, &error) == TUTELA_ARGUMENT,
       "%s", error.text);
}

/*
 * A page changed, its checksum of XXH3 made right and that of SHA-256 not: without a signature the
 * first is what counts, but nobody's signature must come to stand for such a set.
 */
static void try_half(void)
{
    set_image half = image_of(unsigned_path);
    uint64_t sums = set_place(half.bytes, half.size, TT_SECTION_SUMS);
    uint64_t roots = set_place(half.bytes, half.size, TT_SECTION_ROOTS);
    uint64_t keys = tt_load64(set_slot(half.bytes, TT_SECTION_KEYS, TUTELA_MD5) + TT_SLOT_OFFSET);
    uint8_t *sum = half.bytes + sums + (keys / TT_SET_PAGE - 1) * TT_SUM_SIZE;
    uint8_t strong[TT_SUM_STRONG];
    tutela_error error = {0};
    tt_set *set = NULL;

    memcpy(strong, sum, sizeof strong);
    half.bytes[keys + TT_KEY_SIZE - 1] ^= 1;
    set_fix(half.bytes, half.size);
    memcpy(sum, strong, sizeof strong);
    set_fix_level(half.bytes, sums / TT_SET_PAGE, (roots - sums) / TT_SET_PAGE, roots, half.size);
    tt_sha256_bytes(half.bytes + roots, half.size - roots, half.bytes + TT_AT_ROOTS);
    tt_store64(half.bytes + TT_AT_PAGE_SUM, 0);
    tt_store64(half.bytes + TT_AT_PAGE_SUM, tt_sum(half.bytes, TT_SET_PAGE));
    if (pwrite(half.fd, half.bytes, half.size, 0) != (ssize_t)half.size)
        exit(1);
    ok(tt_set_open(&set, half.path, &error) == TUTELA_OK, "half right will do unsigned %s", error.text);
    ok(tt_set_check(set, &error) == TUTELA_SET_REFUSED, "but a check finds it: %s", error.text);
    tt_set_close(set);
    ok(tt_set_sign(&(tt_sign_job){.set = half.path, .output = tap_path("half.tset"), .key = key, .now = NOW}, &error)
           == TUTELA_SET_REFUSED,
       "and it is not signed: %s", error.text);
    image_done(&half);
}

int main(void)
{
    path_of(unsigned_path, "plain.tset");
    path_of(signed_path, "signed.tset");
    make_key(key, "a.sign");
    make_key(other, "b.sign");
    snprintf(public, sizeof public, "%s.pub", key);
    try_keys();
    try_vector();
    make_set(unsigned_path, "bad", 0, 1);
    sign(unsigned_path, signed_path, key, 0, NOW);
    try_round_trip();
    try_again();
    try_unsignable();
    try_flips();
    try_lengths();
    try_remade();
    try_replay();
    try_other_key();
    try_half();
    try_many_lists();
    return tap_done();
}
