/*
 * digest lanes: every kernel by itself, and every set of this machine's features, against OpenSSL: every
 * length to 300, streams of unequal length in pieces of any size, few streams and many, counts over
 * 4 GiB. t_digest_long digests that much.
 */
#include "lanes_kit.h"

#include "base/text.h"

#include <endian.h>

enum { LENGTHS = 301, STREAMS = 150, LONGEST = 9000 };

static uint8_t bytes[STREAMS][LONGEST];

/* ---- Published --------------------------------------------------------------------------- */

/* RFC 1321, A.5; FIPS 180-2, appendices A and B, of which the last is a million times "a". */
static const struct {
    int algorithm;
    const char *text, *digest;
} vectors[] = {
    {TUTELA_MD5, "", "d41d8cd98f00b204e9800998ecf8427e"},
    {TUTELA_MD5, "a", "0cc175b9c0f1b6a831c399e269772661"},
    {TUTELA_MD5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
    {TUTELA_MD5, "abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
    {TUTELA_MD5, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
     "d174ab98d277d9f5a5611c2c9f419d9f"},
    {TUTELA_MD5,
     "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
     "57edf4a22be3c955ac49da2e2107b67a"},
    {TUTELA_SHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {TUTELA_SHA1, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
    {TUTELA_SHA1, NULL, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
    {TUTELA_SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {TUTELA_SHA256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {TUTELA_SHA256, NULL, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

static void published(const tt_lanes *lanes, const char *name)
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        static uint8_t million[1000000];
        const char *text = vectors[i].text;
        uint8_t digest[TUTELA_DIGEST_MAX];
        char hex[2 * TUTELA_DIGEST_MAX + 1];
        tt_lane_stream stream;
        tt_lane_job job = {&stream, text ? text : (const char *)memset(million, 'a', 1000000),
                           text ? strlen(text) : 1000000, digest};

        if (vectors[i].algorithm != lanes->algorithm)
            continue;
        tt_lanes_begin(lanes, &stream);
        tt_lanes_run(lanes, &job, 1);
        tt_hex_encode(digest, tt_digest_size(vectors[i].algorithm), hex);
        is_text(hex, vectors[i].digest, "%s of '%.20s'", name, text ? text : "a million a");
    }
}

/* ---- Against the reference --------------------------------------------------------------- */

/* Streams to digest and what should come of them. */
typedef struct trial {
    size_t count;
    size_t size[LENGTHS];
    const uint8_t *data[LENGTHS];
    uint8_t want[LENGTHS][TUTELA_DIGEST_MAX];
} trial;

static void add(trial *t, int algorithm, const uint8_t *data, size_t size)
{
    t->data[t->count] = data;
    t->size[t->count] = size;
    lane_reference(algorithm, data, size, t->want[t->count++]);
}

/* Pieces of up to `most` bytes, random if `seed`; returns how many digests are wrong. */
static unsigned wrong_in(const trial *t, const tt_lanes *lanes, size_t most, uint64_t seed)
{
    static tt_lane_stream streams[LENGTHS];
    static tt_lane_job jobs[LENGTHS];
    static uint8_t got[LENGTHS][TUTELA_DIGEST_MAX];
    size_t at[LENGTHS] = {0};
    unsigned char done[LENGTHS] = {0};
    size_t many, size = tt_digest_size(lanes->algorithm);
    unsigned wrong = 0;

    memset(got, 0, sizeof got);
    for (size_t i = 0; i < t->count; i++)
        tt_lanes_begin(lanes, &streams[i]);
    do {
        many = 0;
        for (size_t i = 0; i < t->count; i++) {
            size_t left = t->size[i] - at[i];
            size_t part = seed ? (size_t)(lane_mix(seed++) % (most + 1)) : most;

            if (done[i])
                continue;
            part = part < left ? part : left;
            /* The end comes with the last bytes, or by itself after them. */
            done[i] = part == left && (!seed || lane_mix(seed++) % 4);
            jobs[many++] = (tt_lane_job){&streams[i], t->data[i] + at[i], part,
                                         done[i] ? got[i] : NULL};
            at[i] += part;
        }
        tt_lanes_run(lanes, jobs, many);
    } while (many > 0);
    for (size_t i = 0; i < t->count; i++)
        wrong += memcmp(got[i], t->want[i], size) != 0;
    return wrong;
}

/* What every set of features must get right; made once an algorithm. */
static void prepare(int algorithm, trial *lengths, trial *mixed)
{
    lengths->count = mixed->count = 0;
    for (size_t i = 0; i < LENGTHS; i++)
        add(lengths, algorithm, bytes[i % STREAMS] + i, i);
    for (size_t i = 0; i < STREAMS; i++) {
        /* Mostly short, some long; ends at, before and after a block. */
        size_t size = (size_t)(lane_mix(i) % (LONGEST >> lane_mix(i + 500) % 6));

        if (i % 5 == 0)
            size = size / 64 * 64 + i % 3;
        add(mixed, algorithm, bytes[i], size ? size - (i % 15 == 10) : 0);
    }
}

/* A prefix of a trial, since the number of streams decides on the kernels. */
static unsigned wrong_of_first(const trial *all, size_t count, const tt_lanes *lanes, size_t most,
                               uint64_t seed)
{
    static trial part;

    part = *all;
    part.count = count;
    return wrong_in(&part, lanes, most, seed);
}

static void against_reference(const tt_lanes *lanes, const char *name, const trial *lengths,
                              const trial *mixed)
{
    unsigned wrong = 0;

    is_u64(wrong_in(lengths, lanes, LENGTHS, 0), 0, "%s: 0 to 300 bytes, whole", name);
    is_u64(wrong_of_first(lengths, 140, lanes, 1, 0), 0, "%s: 0 to 139 bytes, byte by byte", name);
    is_u64(wrong_in(lengths, lanes, 70, 1), 0, "%s: 0 to 300 bytes, in random pieces", name);
    is_u64(wrong_in(mixed, lanes, LONGEST, 0), 0, "%s: unequal lengths, whole", name);
    is_u64(wrong_in(mixed, lanes, 1024, 0), 0, "%s: unequal lengths, 1024 at a time", name);
    for (uint64_t seed = 1; seed < 4; seed++)
        wrong += wrong_in(mixed, lanes, 700 * (size_t)seed, 1000 * seed);
    is_u64(wrong, 0, "%s: unequal lengths in random pieces", name);
    for (size_t count = 0; count <= 2 * TT_KERNEL_LANES + 1; count++)
        wrong += wrong_of_first(mixed, count, lanes, LONGEST, 0);
    is_u64(wrong, 0, "%s: 0 to %u streams", name, 2 * TT_KERNEL_LANES + 1);
}

/* One long stream among short ones: the lanes empty early and it goes on alone. */
static void early_drain(const tt_lanes *lanes, const char *name)
{
    static trial t;

    t.count = 0;
    for (size_t i = 0; i < 40; i++)
        add(&t, lanes->algorithm, bytes[i], i == 17 ? LONGEST : 3 * i);
    is_u64(wrong_in(&t, lanes, LONGEST, 0), 0, "%s: one long among short", name);
}

/* The same with more blocks than 16 bits count, also when the others are done. */
static void long_drain(void)
{
    static uint8_t much[(98304 + 3) * 64 + 7];
    static trial t;
    tt_lanes lanes;

    lane_bytes(1000, much, sizeof much);
    for (int a = 0; a < LANE_ALGORITHMS; a++) {
        t.count = 0;
        for (size_t i = 0; i < 40; i++)
            add(&t, lane_algorithm[a], i == 17 ? much : bytes[i], i == 17 ? sizeof much : 99 * i);
        (void)tt_lanes_choose(&lanes, lane_algorithm[a], tt_cpu_features());
        is_u64(wrong_in(&t, &lanes, sizeof much, 0), 0, "%s: one of six mebibytes among short",
               tt_digest_name(lane_algorithm[a]));
    }
}

static tt_kernel_function *plain_of(int algorithm)
{
    return algorithm == TUTELA_MD5 ? tt_md5_plain
           : algorithm == TUTELA_SHA1 ? tt_sha1_plain : tt_sha256_plain;
}

/* The length that ends a stream has 64 bits: set, so that nobody need digest that much. */
static void long_counts(const tt_lanes *lanes, const char *name)
{
    static const uint64_t sizes[] = {0x1fffffff, 0x20000000, 0xffffffff, 0x100000000, 0x1ffffffff,
                                     0x123456789abcdef};
    const int little = lanes->algorithm == TUTELA_MD5;
    unsigned wrong = 0;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        tt_lane_stream stream;
        uint8_t block[64] = "abc\x80", digest[TUTELA_DIGEST_MAX] = {0};
        const uint8_t *data = block;
        tt_lane_job job = {&stream, "abc", 3, digest};
        uint64_t size = sizes[i] / 64 * 64, bits = (size + 3) * 8;
        uint32_t state[TT_STATE_WORDS], word = 0;

        bits = little ? htole64(bits) : htobe64(bits);
        memcpy(block + 56, &bits, sizeof bits);
        memcpy(state, tt_kernel_first(lanes->algorithm), lanes->words * sizeof *state);
        plain_of(lanes->algorithm)(state, &data, 1);
        tt_lanes_begin(lanes, &stream);
        stream.size = size;
        tt_lanes_run(lanes, &job, 1);
        for (unsigned w = 0; w < lanes->words; w++) {
            memcpy(&word, digest + 4 * w, sizeof word);
            wrong += (little ? le32toh(word) : be32toh(word)) != state[w];
        }
    }
    is_u64(wrong, 0, "%s: counts over 4 GiB", name);
}

static trial all_lengths[LANE_ALGORITHMS], all_mixed[LANE_ALGORITHMS];

static void try_lanes(const tt_lanes *lanes, const char *name)
{
    for (int a = 0; a < LANE_ALGORITHMS; a++)
        if (lane_algorithm[a] == lanes->algorithm)
            against_reference(lanes, name, &all_lengths[a], &all_mixed[a]);
    published(lanes, name);
    early_drain(lanes, name);
    long_counts(lanes, name);
}

/* Each kernel by itself, be it with one lane in use: also those that lose to another here. */
static void kernels_alone(void)
{
    const tt_kernel *kernel;
    char name[80];

    for (size_t i = 0; (kernel = tt_kernel_at(i)); i++) {
        tt_lanes lanes;

        if (!lane_only(&lanes, kernel))
            continue;
        snprintf(name, sizeof name, "%s alone, %s of %u", tt_digest_name(kernel->algorithm),
                 kernel->name, kernel->lanes);
        try_lanes(&lanes, name);
    }
}

static void machines(void)
{
    uint32_t subset = 0;

    do {
        for (int a = 0; a < LANE_ALGORITHMS; a++) {
            const char *name = lane_name(subset, lane_algorithm[a]);
            tt_lanes lanes;

            if (!ok(tt_lanes_choose(&lanes, lane_algorithm[a], subset), "%s: there are lanes", name))
                continue;
            ok(tt_lanes_width(&lanes) >= 1 && tt_lanes_row(&lanes, 1) == lanes.rows - 1
                   && tt_lanes_row(&lanes, TT_KERNEL_LANES) == 0,
               "%s: the widest of %u kernels takes %u", name, lanes.rows, tt_lanes_width(&lanes));
            try_lanes(&lanes, name);
        }
    } while (lane_next_subset(&subset));
}

/* A machine with no features has lanes too, be it one. */
static void featureless(void)
{
    tt_lanes lanes;

    for (int a = 0; a < LANE_ALGORITHMS; a++)
        ok(tt_lanes_choose(&lanes, lane_algorithm[a], 0) && lanes.rows > 0
               && tt_lanes_row(&lanes, 1) < lanes.rows && tt_lanes_row(&lanes, 100) < lanes.rows,
           "%s: any number of streams", tt_digest_name(lane_algorithm[a]));
}

int main(void)
{
    tt_lanes lanes;

    for (size_t i = 0; i < STREAMS; i++)
        lane_bytes(i, bytes[i], LONGEST);
    for (int a = 0; a < LANE_ALGORITHMS; a++)
        prepare(lane_algorithm[a], &all_lengths[a], &all_mixed[a]);
    kernels_alone();
    machines();
    long_drain();
    featureless();
    ok(!tt_lanes_choose(&lanes, TUTELA_SHA512, TT_CPU_ALL), "no lanes for SHA-512");
    return tap_done();
}
