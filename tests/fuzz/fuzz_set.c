/*
 * Aims at tt_set_open (signature, page 0, section table, counts, lists), tt_set_find, tt_set_find_many,
 * tt_set_entry_of, tt_set_entry_at, tt_set_hidden, tt_set_categories, tt_layers_check, tt_set_compare.
 *
 * Seeds are sets built on the spot: plain, with every column, with two algorithms, sealed, signed, and
 * a delta. The base of a delta is one that is made once and always the same; bit 4 chooses that its
 * identity in the header is made right, so that what the delta says of its base is reached.
 *
 * The first byte chooses: odd, and the checksums and the size in the header are made right first,
 * so that what lies behind them is reached; bit 1, and pages are checked at first touch instead of
 * at open; bit 2, and the set is opened with the key of the sealed seed; bit 3, and the last page is
 * a signature and no part of the set, whose manifest is made right too, so that only the signature
 * itself can be wrong; bit 4 as said. The rest is the file.
 */
#include "fuzz.h"
#include "set_fix.h"

#include "base/clock.h"
#include "base/text.h"
#include "hashsets/build.h"
#include "hashsets/delta.h"
#include "hashsets/diff.h"
#include "hashsets/layers.h"
#include "hashsets/set_internal.h"
#include "hashsets/sign.h"
#include "hashsets/signature.h"
#include "hashsets/signing_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define IMAGE_MAX (1u << 20)
#define ASKED_MAX 64u
/* The base of deltas is open as this descriptor: beside the delta, in the folder of descriptors. */
#define BASE_FD 200
#define BASE_NAME "200"

/* A string must lie in readable memory and end. */
static void read_text(const char *text)
{
    if (strlen(text) > TT_STRING_MAX)
        abort();
}

static void ask(const tt_set *set, int algorithm, const uint8_t *value)
{
    uint64_t first = 0;
    uint64_t count = 0;

    if (tt_set_find(set, algorithm, value, &first, &count, NULL) != TUTELA_OK)
        return;
    for (uint64_t i = 0; i < count && i < ASKED_MAX; i++) {
        uint64_t number = 0;
        int hidden = 0;
        tt_set_entry entry;
        if (tt_set_entry_of(set, algorithm, first + i, &number, NULL) != TUTELA_OK
            || tt_set_hidden(set, number, &hidden, NULL) != TUTELA_OK
            || tt_set_entry_at(set, number, &entry, NULL) != TUTELA_OK)
            continue;
        read_text(entry.id);
        read_text(entry.scheme);
        read_text(entry.value);
        read_text(entry.owner);
        if (entry.updated < 0 || (entry.flags & ~(uint32_t)TT_ENTRY_FLAGS))
            abort();
        read_text(entry.list->name);
    }
}

/* The same digests one by one and by the batch: the same answers. */
static void ask_many(const tt_set *set, int algorithm, const uint8_t *values, size_t count)
{
    tt_set_run runs[ASKED_MAX];

    if (tt_set_find_many(set, algorithm, values, TUTELA_DIGEST_MAX, count, runs, NULL)
        != TUTELA_OK)
        return;
    for (size_t i = 0; i < count; i++) {
        uint64_t first = 0, found = 0;
        tutela_status status = tt_set_find(set, algorithm, values + i * TUTELA_DIGEST_MAX, &first,
                                           &found, NULL);
        if (status != TUTELA_OK || found != runs[i].count || (found && first != runs[i].first))
            abort();
    }
}

static tutela_status read_category(void *user, const tt_set_category *category, tutela_error *error)
{
    (void)user;
    (void)error;
    read_text(category->scheme);
    read_text(category->value);
    return TUTELA_OK;
}

/* Digests of our own and digests that are in the file: any 16 of its bytes may be a key. */
static void ask_all(const tt_set *set, const uint8_t *image, size_t size)
{
    static uint8_t values[TUTELA_ALGORITHM_COUNT][ASKED_MAX][TUTELA_DIGEST_MAX];
    uint8_t value[TUTELA_DIGEST_MAX];
    tt_set_entry entry;

    for (unsigned i = 0; i < ASKED_MAX; i++)
        for (int algorithm = -1; algorithm <= TUTELA_ALGORITHM_COUNT; algorithm++) {
            const tt_index *index = &set->index[algorithm & 3];
            memset(value, (int)(i * 37), sizeof value);
            if (i % 2 && index->keys.offset + (i + 1) * TT_KEY_SIZE <= size)
                memcpy(value, image + index->keys.offset + i / 2 * TT_KEY_SIZE, TT_KEY_SIZE);
            ask(set, algorithm, value);
            memcpy(values[algorithm & 3][i], value, sizeof value);
        }
    for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
        ask_many(set, algorithm, values[algorithm][0], ASKED_MAX);
    for (uint64_t i = 0; i < ASKED_MAX; i++)
        (void)!tt_set_entry_at(set, i, &entry, NULL);
    (void)!tt_set_entry_at(set, UINT64_MAX, &entry, NULL);
    for (size_t i = 0; i < tt_set_list_count(set); i++)
        read_text(tt_set_list_at(set, i)->version);
    (void)!tt_set_check(set, NULL);
}

/* All layers, and all that can be said of them together. */
static void ask_layers(const tt_set *set, const uint8_t *image, size_t size)
{
    tt_set_diff counts;

    for (const tt_set *layer = set; layer; layer = tt_set_below(layer))
        ask_all(layer, image, size);
    for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
        (void)!tt_set_compare(set, set, algorithm, &counts, NULL);
    (void)!tt_set_categories(set, read_category, NULL, NULL);
    (void)!tt_layers_check(set, NULL);
}

/* The fields of the block in the last page, and the identity in its manifest, which stands there. */
static void sign_right(uint8_t *image, uint8_t *block)
{
    char *identity = memmem(block + TT_SIGNED_AT_TEXT, TT_SET_PAGE - TT_SIGNED_AT_TEXT, "identity ", 9);
    uint8_t digest[TT_SHA256_SIZE];

    memcpy(block, TT_SIGNED_MAGIC, TT_SET_MAGIC_SIZE);
    tt_store32(block + TT_SIGNED_AT_VERSION, TT_SIGNED_VERSION);
    tt_store64(block + TT_SIGNED_AT_SIZE, TT_SET_PAGE);
    if (!identity || identity + 9 + 2 * sizeof digest >= (char *)block + TT_SET_PAGE)
        return;
    tt_sha256_bytes(image, TT_SET_PAGE, digest);
    tt_hex_encode(digest, sizeof digest, identity + 9);
    identity[9 + 2 * sizeof digest] = '\n';
}

/* The header's size is made the true one, so that inputs of any length get past it. */
static void make_right(uint8_t *image, size_t size, int is_signed)
{
    size_t own = is_signed && size > TT_SET_PAGE ? size - TT_SET_PAGE : size;

    memcpy(image, TT_SET_MAGIC, TT_SET_MAGIC_SIZE);
    tt_store64(image + TT_AT_FILE_SIZE, own);
    set_fix(image, own);
    if (own < size)
        sign_right(image, image + own);
}

/* The key of the sealed seed, as a file in memory that only we may read. */
static const char *key_file(void)
{
    static const char key[] = "thirty-two bytes of a test key.\n";
    static char path[64];
    int fd = -1;

    if (path[0] != '\0')
        return path;
    fd = memfd_create("key", MFD_CLOEXEC);
    if (fd < 0 || fchmod(fd, 0600) != 0 || write(fd, key, 32) != 32)
        abort();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

static tutela_status open_as(tt_set **out, const char *path, uint8_t choice)
{
    return choice & 4 ? tt_set_open_sealed(out, path, key_file(), NULL)
                      : tt_set_open_eager(out, path, choice & 2 ? 0 : TT_SET_EAGER_BYTES, NULL);
}

static int make_base(const char *path);

/* Build the base, once; its identity, or NULL when it cannot be made. */
static const uint8_t *base_id(void)
{
    static uint8_t page[TT_SET_PAGE]; /* made once, then only read */
    static tt_digests id;
    char folder[] = "/tmp/tutela-base-XXXXXX";
    char path[64];
    FILE *file;
    int fd;

    if (id.mask || !mkdtemp(folder))
        return id.mask ? id.value[TUTELA_SHA256] : NULL;
    (void)snprintf(path, sizeof path, "%s/base.tset", folder);
    file = make_base(path) ? fopen(path, "rb") : NULL;
    fd = memfd_create("base", 0);
    while (file && fd >= 0) {
        size_t got = fread(page, 1, sizeof page, file);
        if (got == 0 || write(fd, page, got) != (ssize_t)got)
            break;
    }
    if (file)
        fclose(file);
    (void)unlink(path);
    (void)rmdir(folder);
    if (fd < 0 || dup2(fd, BASE_FD) != BASE_FD || close(fd) != 0
        || pread(BASE_FD, page, sizeof page, 0) != (ssize_t)sizeof page
        || tt_digest_bytes(TUTELA_BIT(TUTELA_SHA256), page, sizeof page, &id, NULL) != TUTELA_OK)
        abort();
    return id.value[TUTELA_SHA256];
}

/* Make a delta's header name the base that is there. */
static void name_base(uint8_t *image)
{
    const uint8_t *id = base_id();

    if (id && tt_load32(image + TT_AT_FLAGS) & TT_SET_DELTA)
        memcpy(image + TT_AT_BASE, id, TT_IDENTITY_SIZE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t image[IMAGE_MAX];
    tt_set *set = NULL;
    char path[64];
    uint8_t choice;
    int fd;

    if (size < 1 || size > IMAGE_MAX)
        return 0;
    choice = data[0];
    size--;
    memcpy(image, data + 1, size);
    if (choice & 1) {
        size_t whole = (size + TT_SET_PAGE - 1) / TT_SET_PAGE * TT_SET_PAGE;
        whole = whole ? whole : TT_SET_PAGE;
        memset(image + size, 0, whole - size);
        size = whole;
        if (choice & 16)
            name_base(image);
        make_right(image, size, choice & 8);
    }
    fd = memfd_create("set", MFD_CLOEXEC);
    if (fd < 0 || write(fd, image, size) != (ssize_t)size)
        abort();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (open_as(&set, path, choice) == TUTELA_OK) {
        ask_layers(set, image, size);
        tt_set_close(set);
    }
    close(fd);
    return 0;
}

/* ---- Seeds ------------------------------------------------------------------------------- */

#define KINDS 6u
#define CHOICES 4u
#define SEALED 3u
#define SIGNED 4u
#define DELTA 5u /* made on a base of kind 2 */

/*
 * Row i of a seed: kind 0 plain MD5, 1 with all that an entry may say, 2 and 5 MD5 and SHA-1, 3 sealed,
 * 4 signed.
 */
static tt_row row_of(unsigned kind, unsigned i)
{
    tt_row row = TT_ROW_EMPTY;

    row.line = i + 1;
    row.digests.mask = TUTELA_BIT(TUTELA_MD5) | (kind == 2 || kind == DELTA ? TUTELA_BIT(TUTELA_SHA1) : 0);
    for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
        for (unsigned at = 0; at < TUTELA_DIGEST_MAX; at++)
            row.digests.value[algorithm][at]
                = (uint8_t)((i + 1) * 0x9e3779b1u >> (at * 5 % 24) ^ at * 41 ^ (unsigned)algorithm);
    if (kind == 1) {
        row.size = i * 1000;
        row.entry = i % 3 ? "id" : "";
        row.scheme = "scheme";
        row.value = i % 5 ? "1" : "2";
        row.owner = i % 7 ? "owner" : "";
        row.flags = i % (TT_ENTRY_FLAGS + 1);
        row.updated = i % 4 ? (int64_t)i * 100000000 * TT_SECOND : 0;
    }
    return row;
}

/* Build the seed into `path`. */
static int make(const char *path, unsigned kind)
{
    tt_build *build = NULL;
    tt_seal *seal = NULL;
    tutela_status status = tt_build_new(&build, path, 1u << 20, NULL);

    if (kind == SEALED && status == TUTELA_OK)
        status = tt_seal_load(&seal, key_file(), NULL);
    if (status == TUTELA_OK)
        status = tt_build_seal(build, seal, NULL);
    for (unsigned i = 0; i < 50 && status == TUTELA_OK; i++) {
        tt_row row = row_of(kind, i);
        status = tt_build_list(build, i % 4 ? "first" : "second", "v1", TUTELA_KNOWN_BAD, NULL);
        if (status == TUTELA_OK)
            status = tt_build_add(build, &row, NULL);
    }
    if (status == TUTELA_OK)
        status = tt_build_finish(build, TT_TIME_UNKNOWN, NULL, NULL);
    tt_build_free(build);
    tt_seal_free(seal);
    return status == TUTELA_OK;
}

/* Sign the set at `path` with a key made for it. */
static int sign(const char *path, const char *folder)
{
    char key[80], public[96];
    int done;

    (void)snprintf(key, sizeof key, "%s/key", folder);
    (void)snprintf(public, sizeof public, "%s.pub", key);
    done = tt_signing_key_create(key, NULL) == TUTELA_OK
           && tt_set_sign(&(tt_sign_job){.set = path, .output = path, .key = key, .now = 1}, NULL) == TUTELA_OK;
    (void)unlink(key);
    (void)unlink(public);
    return done;
}

static int make_base(const char *path)
{
    return make(path, 2);
}

/* Build a delta into `path`, and its base beside it, under the name it has when it is looked at. */
static int make_delta(const char *path, const char *base_path)
{
    tt_set *base = NULL;
    tt_delta *delta = NULL;
    tt_build *build = NULL;
    tutela_status status = make_base(base_path) ? tt_set_open(&base, base_path, NULL) : TUTELA_IO;

    if (status == TUTELA_OK)
        status = tt_delta_new(&delta, base, path, 1u << 20, NULL);
    for (unsigned i = 0; i < 20 && status == TUTELA_OK; i++) {
        tt_row row = row_of(2, i);
        int found = 0;
        status = tt_delta_remove(delta, &row.digests, "first", 0, &found, NULL);
    }
    if (status == TUTELA_OK)
        status = tt_delta_settle(delta, NULL);
    if (status == TUTELA_OK)
        status = tt_build_new(&build, path, 1u << 20, NULL);
    if (status == TUTELA_OK)
        status = tt_build_delta(build, delta, NULL);
    if (status == TUTELA_OK)
        status = tt_build_list(build, "first", "v2", TUTELA_KNOWN_BAD, NULL);
    for (unsigned i = 0; i < 30 && status == TUTELA_OK; i++) {
        tt_row row = row_of(DELTA, i + 10);
        status = tt_build_add(build, &row, NULL);
    }
    if (status == TUTELA_OK)
        status = tt_build_finish(build, TT_TIME_UNKNOWN, NULL, NULL);
    tt_build_free(build);
    tt_delta_free(delta);
    tt_set_close(base);
    (void)unlink(base_path);
    return status == TUTELA_OK;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    char folder[] = "/tmp/tutela-seed-XXXXXX";
    char path[64], base[64];
    unsigned kind = (unsigned)(index / CHOICES);
    size_t size = 0;
    int made;
    FILE *file;

    if (index >= KINDS * CHOICES || !mkdtemp(folder))
        return 0;
    (void)snprintf(path, sizeof path, "%s/seed.tset", folder);
    (void)snprintf(base, sizeof base, "%s/" BASE_NAME, folder);
    if (kind == DELTA)
        made = make_delta(path, base);
    else
        made = make(path, kind) && (kind != SIGNED || sign(path, folder));
    file = made ? fopen(path, "rb") : NULL;
    if (file) {
        out[0] = (uint8_t)(index % CHOICES | (kind == SEALED ? 4 : 0) | (kind == SIGNED ? 8 : 0)
                           | (kind == DELTA ? 16 : 0));
        size = 1 + fread(out + 1, 1, room - 1, file);
        fclose(file);
    }
    (void)unlink(path);
    (void)rmdir(folder);
    return size;
}
