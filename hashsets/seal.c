/*
 * seal: keys in files, and HMAC-SHA-256 from two states that are made once a key.
 *
 * The key itself is not kept: the state after its inner and that after its outer block do the same
 * work in half the time. Whoever has them can make fingerprints, so they are guarded like a key.
 */
#include "hashsets/seal.h"
#include "base/io.h"
#include "base/mem.h"
#include "digest/digest.h"
#include "digest/sha256.h"
#include "hashsets/key_file.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LABEL "tutela set key id"
#define MAC_SIZE 32u                      /* bytes of a whole HMAC-SHA-256 */
#define INNER_ROOM (2u * TT_SHA256_BLOCK) /* algorithm and widest digest, end mark, length */
#define LENGTH_SIZE 8u
#define GROUP       64u /* digests side by side: a multiple of every kernel's lanes, in the first cache */

struct tt_seal {
    uint32_t inner[TT_SHA256_WORDS];
    uint32_t outer[TT_SHA256_WORDS];
    uint8_t id[TT_KEY_ID_SIZE];
    size_t page; /* bytes of the whole allocation */
};

/* ---- HMAC -------------------------------------------------------------------------------- */

/* The state after the block of the key with `pad` over it. */
static void pad_key(uint32_t *state, const uint8_t *key, uint8_t pad)
{
    uint8_t block[TT_SHA256_BLOCK];

    memset(block, pad, sizeof block);
    for (size_t i = 0; i < TT_SEAL_KEY_SIZE; i++)
        block[i] ^= key[i];
    tt_sha256_begin(state);
    tt_sha256_block(state, block);
    explicit_bzero(block, sizeof block);
}

/* The first `size` bytes, a multiple of 4, of a state as a digest shows it. */
static void show(uint8_t *out, const uint32_t *state, size_t size)
{
    for (size_t i = 0; i < size / 4; i++) {
        uint32_t word = htobe32(state[i]);

        memcpy(out + 4 * i, &word, sizeof word);
    }
}

/* Finish a digest whose first block made `state`: `blocks` gets the end mark and the length. */
static void finish(uint32_t *state, uint8_t *blocks, size_t size)
{
    size_t end = size + 1 + LENGTH_SIZE <= TT_SHA256_BLOCK ? TT_SHA256_BLOCK : INNER_ROOM;
    uint64_t bits;

    memset(blocks + size, 0, end - size);
    blocks[size] = 0x80;
    bits = htobe64((TT_SHA256_BLOCK + size) * 8);
    memcpy(blocks + end - LENGTH_SIZE, &bits, LENGTH_SIZE);
    for (size_t at = 0; at < end; at += TT_SHA256_BLOCK)
        tt_sha256_block(state, blocks + at);
}

/* The first `size` bytes of the MAC of the `message` bytes in `blocks`, which are spoilt. */
static void mac(const tt_seal *seal, uint8_t *blocks, size_t message, uint8_t *out, size_t size)
{
    uint32_t state[TT_SHA256_WORDS];

    memcpy(state, seal->inner, sizeof state);
    finish(state, blocks, message);
    show(blocks, state, MAC_SIZE);
    memcpy(state, seal->outer, sizeof state);
    finish(state, blocks, MAC_SIZE);
    show(out, state, size);
}

/* A digest of `size` bytes behind the number of its algorithm; returns the bytes of both. */
static size_t message(uint8_t *block, const tt_seal_job *job, size_t size)
{
    block[0] = (uint8_t)job->algorithm;
    memcpy(block + 1, job->digest, size);
    return 1 + size;
}

/* End mark and length of a message that is to stand in the block after the key's. */
static void end_block(uint8_t *block, size_t size)
{
    uint64_t bits = htobe64((TT_SHA256_BLOCK + size) * 8);

    memset(block, 0, TT_SHA256_BLOCK);
    block[size] = 0x80;
    memcpy(block + TT_SHA256_BLOCK - LENGTH_SIZE, &bits, LENGTH_SIZE);
}

/* How many jobs from the first on have messages of one block: all but SHA-512's. At most GROUP. */
static size_t group(const tt_seal_job *jobs, size_t count)
{
    size_t many = 0;

    while (many < count && many < GROUP
           && tt_digest_size(jobs[many].algorithm) + 1 + 1 + LENGTH_SIZE <= TT_SHA256_BLOCK)
        many++;
    return many;
}

/*
 * The fingerprints of up to GROUP digests with messages of one block, side by side: what the inner
 * blocks give stands in the outer ones, the rest of which is the same in all.
 */
static void mac_group(const tt_seal *seal, const tt_seal_job *jobs, size_t count)
{
    uint8_t inner[GROUP * TT_SHA256_BLOCK], outer[GROUP * TT_SHA256_BLOCK];
    uint8_t prints[GROUP * TT_KEY_SIZE];

    for (size_t i = 0; i < count; i++) {
        size_t size = tt_digest_size(jobs[i].algorithm);

        end_block(inner + i * TT_SHA256_BLOCK, 1 + size);
        (void)message(inner + i * TT_SHA256_BLOCK, &jobs[i], size);
        end_block(outer + i * TT_SHA256_BLOCK, MAC_SIZE);
    }
    tt_sha256_block_many(&(tt_sha256_many){.from = seal->inner,
                                           .blocks = inner,
                                           .out = outer,
                                           .size = MAC_SIZE,
                                           .stride = TT_SHA256_BLOCK},
                         count);
    tt_sha256_block_many(&(tt_sha256_many){.from = seal->outer,
                                           .blocks = outer,
                                           .out = prints,
                                           .size = TT_KEY_SIZE,
                                           .stride = TT_KEY_SIZE},
                         count);
    for (size_t i = 0; i < count; i++)
        memcpy(jobs[i].fingerprint, prints + i * TT_KEY_SIZE, TT_KEY_SIZE);
}

void tt_seal_many(const tt_seal *seal, const tt_seal_job *jobs, size_t count)
{
    for (size_t i = 0; !seal && i < count; i++)
        memcpy(jobs[i].fingerprint, jobs[i].digest, TT_KEY_SIZE);
    for (size_t at = 0, part; seal && at < count; at += part) {
        part = group(jobs + at, count - at);
        if (part > 1) {
            mac_group(seal, jobs + at, part);
        } else {
            uint8_t blocks[INNER_ROOM];

            part = 1;
            mac(seal, blocks, message(blocks, &jobs[at], tt_digest_size(jobs[at].algorithm)),
                jobs[at].fingerprint, TT_KEY_SIZE);
        }
    }
}

const uint8_t *tt_seal_id(const tt_seal *seal)
{
    return seal->id;
}

int tt_seal_same(const tt_seal *a, const tt_seal *b)
{
    if (a == b || !a || !b)
        return a == b;
    return memcmp(a->inner, b->inner, sizeof a->inner) == 0
           && memcmp(a->outer, b->outer, sizeof a->outer) == 0;
}

/* ---- In memory --------------------------------------------------------------------------- */

/* A page of its own. That it may be swapped or dumped is worth no failure. */
static tt_seal *allocate(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    tt_seal *seal = tt_alloc_aligned(page, 1, page);

    if (!seal)
        return NULL;
    memset(seal, 0, sizeof *seal);
    seal->page = page;
    (void)mlock(seal, page);
    (void)madvise(seal, page, MADV_DONTDUMP);
    return seal;
}

void tt_seal_free(tt_seal *seal)
{
    size_t page;

    if (!seal)
        return;
    page = seal->page;
    explicit_bzero(seal, sizeof *seal);
    (void)madvise(seal, page, MADV_DODUMP);
    (void)munlock(seal, page);
    tt_free(seal);
}

static tt_seal *seal_of(const uint8_t *key)
{
    tt_seal *seal = allocate();
    uint8_t blocks[INNER_ROOM];

    if (!seal)
        return NULL;
    pad_key(seal->inner, key, 0x36);
    pad_key(seal->outer, key, 0x5c);
    memcpy(blocks, LABEL, sizeof LABEL - 1);
    mac(seal, blocks, sizeof LABEL - 1, seal->id, sizeof seal->id);
    return seal;
}

/* ---- In files ---------------------------------------------------------------------------- */

static tutela_status no_key(const char *path, tutela_error *error)
{
    (void)tt_fail(error, TUTELA_ARGUMENT, 0, "%s: not a key file (which has %u bytes)", path,
                  TT_SEAL_KEY_SIZE);
    return tt_advise(error, TUTELA_ARGUMENT,
                     "name a file made by 'tutela set keygen', or bring it back from a copy");
}

static tutela_status read_key(const char *path, uint8_t *key, tutela_error *error)
{
    static const uint8_t zeros[TT_SEAL_KEY_SIZE];
    TT_AUTO_CLOSE int fd = tt_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    struct stat facts;

    if (fd < 0)
        return tt_advise(error,
                         tt_fail(error, TUTELA_IO, errno, "%s: cannot open the key", path),
                         "name the key file of the set, or make one first: 'tutela set keygen FILE'");
    if (tt_fstat(fd, &facts) != 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read the key", path);
    if (!S_ISREG(facts.st_mode) || facts.st_size != (off_t)TT_SEAL_KEY_SIZE)
        return no_key(path, error);
    if (facts.st_mode & (S_IRWXG | S_IRWXO)) {
        (void)tt_fail(error, TUTELA_ARGUMENT, 0, "%s: a key that others than its owner may use",
                      path);
        return tt_advise(error, TUTELA_ARGUMENT,
                         "chmod 600 the file, and think about who may have read it");
    }
    switch (tt_pread_all(fd, key, TT_SEAL_KEY_SIZE, 0)) {
    case 0: /* Zeros are what a file system leaves of a file that never reached the disk. */
        return memcmp(key, zeros, sizeof zeros) == 0 ? no_key(path, error) : TUTELA_OK;
    case 1:
        return no_key(path, error);
    default:
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read the key", path);
    }
}

tutela_status tt_seal_load(tt_seal **out, const char *path, tutela_error *error)
{
    uint8_t key[TT_SEAL_KEY_SIZE] = {0};
    tutela_status status = read_key(path, key, error);

    if (status == TUTELA_OK) {
        tt_seal *seal = seal_of(key);

        if (seal)
            *out = seal;
        else
            status = tt_no_memory(error);
    }
    explicit_bzero(key, sizeof key);
    return status;
}

tutela_status tt_seal_create(const char *path, tutela_error *error)
{
    uint8_t key[TT_SEAL_KEY_SIZE];
    tutela_status status;

    if (tt_random_bytes(key, sizeof key) != 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: no random bytes for a key", path);
    status = tt_key_file_make(path, key, sizeof key, S_IRUSR | S_IWUSR, error);
    explicit_bzero(key, sizeof key);
    return status;
}
