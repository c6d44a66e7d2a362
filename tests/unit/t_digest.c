/* digest: published vectors, chunking, side by side, and names. */
#include "digest/digest.h"
#include "digest/sha256.h"

#include "base/text.h"

#include "tap.h"

static void check_hex(const tt_digests *digests, int algorithm, const char *want, const char *what)
{
    char hex[2 * TUTELA_DIGEST_MAX + 1];

    tt_hex_encode(digests->value[algorithm], tt_digest_size(algorithm), hex);
    is_text(hex, want, "%s of %s", tt_digest_name(algorithm), what);
}

/* RFC 1321 appendix A.5, FIPS 180-4 examples. */
static void vectors(void)
{
    tt_digests out;

    ok(tt_digest_bytes(TT_DIGEST_ALL, "abc", 3, &out, NULL) == TUTELA_OK, "digests 'abc'");
    is_u64(out.mask, TT_DIGEST_ALL, "all of them");
    check_hex(&out, TUTELA_MD5, "900150983cd24fb0d6963f7d28e17f72", "abc");
    check_hex(&out, TUTELA_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d", "abc");
    check_hex(&out, TUTELA_SHA256,
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "abc");
    check_hex(&out, TUTELA_SHA512,
              "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
              "abc");
    ok(tt_digest_bytes(TT_DIGEST_ALL, "", 0, &out, NULL) == TUTELA_OK, "digests nothing");
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        ok(tt_digest_is_empty(i, out.value[i]), "%s of nothing is known as such",
           tt_digest_name(i));
    out.value[0][0] ^= 1;
    ok(!tt_digest_is_empty(TUTELA_MD5, out.value[0]), "one bit off is not");
}

enum { STREAMS = 300, BYTES = 1000 };

typedef struct stream {
    tt_digester *digester;
    uint8_t data[BYTES];
    size_t size, at;
    int ended;
    tt_digests digests;
} stream;

static void begin(stream *one, int number)
{
    static const size_t edges[] = {0, 55, 64, 129, BYTES};

    one->size = number < 5 ? edges[number] : (size_t)number;
    for (size_t i = 0; i < BYTES; i++)
        one->data[i] = (uint8_t)(i % 251 + (size_t)number * 7);
    /* Few beside it, or many: lanes and OpenSSL in one call. */
    if (tt_digester_new(&one->digester, TT_DIGEST_ALL, NULL) != TUTELA_OK
        || tt_digester_begin(one->digester, TT_DIGEST_ALL, (size_t)number % 7, NULL) != TUTELA_OK)
        ok(0, "stream %d begins", number);
}

/* Its next bytes, up to 63. Every other stream ends with its last, the others by tt_digester_end. */
static tt_digest_job next_piece(stream *one, int number, size_t some)
{
    tt_digest_job job = {one->digester, one->data + one->at, some, NULL};

    if (some > one->size - one->at)
        job.size = one->size - one->at;
    one->at += job.size;
    if (number % 2 && one->at == one->size) {
        one->ended = 1;
        job.end = &one->digests;
    }
    return job;
}

static int right_digests(stream *one)
{
    tt_digests alone;
    int right = 0;

    if ((!one->ended && tt_digester_end(one->digester, &one->digests, NULL) != TUTELA_OK)
        || tt_digest_bytes(TT_DIGEST_ALL, one->data, one->size, &alone, NULL) != TUTELA_OK)
        return 0;
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
        right += one->digests.mask == TT_DIGEST_ALL
                 && memcmp(one->digests.value[a], alone.value[a], tt_digest_size(a)) == 0;
    return right;
}

/* Streams of unequal length in unequal chunks, side by side, against each alone. */
static void side_by_side(void)
{
    static stream streams[STREAMS];
    tt_digest_job jobs[STREAMS];
    unsigned seed = 1;
    int left = STREAMS, right = 0;

    for (int s = 0; s < STREAMS; s++)
        begin(&streams[s], s);
    while (left > 0) {
        size_t count = 0;

        left = 0;
        for (int s = 0; s < STREAMS; s++) {
            seed = seed * 1103515245u + 12345u;
            if (!streams[s].ended)
                jobs[count++] = next_piece(&streams[s], s, seed >> 16 & 63);
            left += streams[s].at < streams[s].size;
        }
        ok(tt_digest_update_many(jobs, count, NULL) == TUTELA_OK, "a round");
    }
    for (int s = 0; s < STREAMS; s++) {
        right += right_digests(&streams[s]);
        tt_digester_free(streams[s].digester);
    }
    is_i64(right, STREAMS * TUTELA_ALGORITHM_COUNT, "streams side by side have OpenSSL's digests");
}

static void reuse(void)
{
    tt_digester *digester = NULL;
    tt_digests out;

    ok(tt_digester_new(&digester, TUTELA_BIT(TUTELA_MD5), NULL) == TUTELA_OK, "MD5 alone");
    ok(tt_digester_begin(digester, TUTELA_BIT(TUTELA_SHA1), 1, NULL) == TUTELA_ARGUMENT,
       "what it cannot do is refused");
    for (int i = 0; i < 2; i++) {
        tt_digest_job job = {digester, "abc", 3, NULL};

        ok(tt_digester_begin(digester, TUTELA_BIT(TUTELA_MD5), 1, NULL) == TUTELA_OK
               && tt_digest_update_many(&job, 1, NULL) == TUTELA_OK
               && tt_digester_end(digester, &out, NULL) == TUTELA_OK,
           "use %d", i + 1);
        check_hex(&out, TUTELA_MD5, "900150983cd24fb0d6963f7d28e17f72", "abc");
    }
    is_u64(out.mask, TUTELA_BIT(TUTELA_MD5), "the mask says MD5 alone");
    tt_digester_free(digester);
    tt_digester_free(NULL);
}

/* The SHA-256 of our own, against OpenSSL's, at every length around the ends of blocks. */
static void own_sha256(void)
{
    uint8_t bytes[5000], own[TT_SHA256_SIZE];
    size_t same = 0, tried = 0;
    tt_digests out;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 131 + i / 256);
    for (size_t size = 0; size <= sizeof bytes; size += size < 300 ? 1 : 47, tried++) {
        tt_sha256_bytes(bytes, size, own);
        if (tt_digest_bytes(TUTELA_BIT(TUTELA_SHA256), bytes, size, &out, NULL) == TUTELA_OK)
            same += memcmp(own, out.value[TUTELA_SHA256], sizeof own) == 0;
    }
    is_u64(same, tried, "SHA-256 (%s) equals OpenSSL's", tt_sha256_kernel());
}

static void names(void)
{
    is_i64(tt_digest_by_name("SHA-256", 7), TUTELA_SHA256, "SHA-256");
    is_i64(tt_digest_by_name("md5", 3), TUTELA_MD5, "md5");
    is_i64(tt_digest_by_name("sha-1x", 5), TUTELA_SHA1, "the size counts, not a NUL");
    is_i64(tt_digest_by_name("sha2567", 7), -1, "sha2567 is none");
    is_i64(tt_digest_by_name("", 0), -1, "nothing is none");
    is_i64(tt_digest_by_hex(40), TUTELA_SHA1, "40 digits");
    is_i64(tt_digest_by_hex(41), -1, "41 digits");
    is_u64(tt_digest_size(-1) + tt_digest_size(4), 0, "no such algorithm, no size");
    ok(tt_digest_width() >= 1, "a width");
}

int main(void)
{
    vectors();
    side_by_side();
    reuse();
    own_sha256();
    names();
    return tap_done();
}
