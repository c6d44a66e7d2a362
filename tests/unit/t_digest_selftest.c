/*
 * digest selftest: the stored answers against OpenSSL; a kernel that is wrong in one way only is
 * found, and its lanes are named; the words for what was chosen.
 */
#include "lanes_kit.h"

#include "digest/choice.h"
#include "digest/selftest.h"

/* ---- Answers ----------------------------------------------------------------------------- */

static void test_answers(void)
{
    static uint8_t bytes[TT_ANSWER_MAX];
    tt_digests all;
    size_t wrong = 0, same = 0, longest = 0;

    for (size_t i = 0; i < TT_ANSWERS; i++) {
        const tt_answer *answer = tt_answer_at(i);

        ok(answer->size <= sizeof bytes, "message %zu is not too long", i);
        longest = answer->size > longest ? answer->size : longest;
        tt_answer_bytes(answer, bytes);
        if (tt_digest_bytes(TT_DIGEST_ALL, bytes, answer->size, &all, NULL) != TUTELA_OK)
            wrong += 100;
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
            wrong += tt_answer_is(answer, a, all.value[a]) ? 0 : 1;
            all.value[a][tt_digest_size(a) - 1] ^= 1;
            wrong += tt_answer_is(answer, a, all.value[a]) ? 1 : 0;
        }
        for (size_t j = 0; j < i; j++)
            same += tt_answer_at(j)->size == answer->size;
    }
    is_u64(wrong, 0, "every stored digest is OpenSSL's, and no other");
    is_u64(same, 0, "no two messages are of one size");
    is_u64(longest, TT_ANSWER_MAX, "the longest is as long as said");
}

/* ---- Kernels that are wrong -------------------------------------------------------------- */

static enum fault { RIGHT, LANES_SWAPPED, ONE_LANE, ROUND, SECOND_BLOCK, ADDRESS } how;

/* Four lanes of SHA-1 in plain C, wrong as `how` says. */
static void four(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    for (unsigned lane = 0; lane < 4; lane++) {
        unsigned from = how == LANES_SWAPPED && lane > 1 ? 5 - lane : lane;
        const uint8_t *place = data[from];
        uint32_t alone[5];

        if (how == ADDRESS) /* as a load that wants aligned bytes */
            place -= (uintptr_t)place % 2;
        for (unsigned w = 0; w < 5; w++)
            alone[w] = state[w * 4 + lane];
        for (size_t b = 0; b < blocks; b++, place += TT_BLOCK) {
            const uint8_t *again = how == SECOND_BLOCK && b > 0 ? place - TT_BLOCK : place;
            tt_sha1_plain(alone, &again, 1);
        }
        for (unsigned w = 0; w < 5; w++)
            state[w * 4 + lane] = alone[w];
    }
    if (how == ONE_LANE)
        state[3 * 4 + 2] ^= 0x80;
    if (how == ROUND && blocks == 1)
        state[0]++;
}

static char first_wrong[256], first_detail[256];

static int take(void *user, const tutela_selftest_check *check)
{
    (void)user;
    if (!check->passed && !first_wrong[0]) {
        snprintf(first_wrong, sizeof first_wrong, "%s", check->name);
        snprintf(first_detail, sizeof first_detail, "%s", check->detail);
    }
    return 0;
}

/* How many of the messages come out wrong. */
static uint64_t ask_four(enum fault wrong)
{
    const tt_kernel kernel = {.name = "four", .algorithm = TUTELA_SHA1, .lanes = 4, .least = 1,
                              .least_sha = 1, .rate = 1, .function = four};
    tt_selftest test = {.on_check = take, .group = "digest kernels"};

    first_wrong[0] = first_detail[0] = '\0';
    how = wrong;
    if (tt_selftest_kernel(&test, &kernel, NULL) != TUTELA_OK)
        return UINT64_MAX;
    is_u64(test.right + test.wrong, TT_ANSWERS, "a check for each message");
    is_text(test.first, first_wrong, "the first is kept");
    return test.wrong;
}

static void test_wrong_kernels(void)
{
    is_u64(ask_four(RIGHT), 0, "a right kernel passes");
    is_u64(ask_four(LANES_SWAPPED), TT_ANSWERS, "two lanes that change places");
    is_text(first_wrong, "sha1, four, 4 lanes: 0 bytes", "the first message");
    is_text(first_detail, "wrong in lanes 2, 3", "and these lanes");
    is_u64(ask_four(ONE_LANE), TT_ANSWERS, "one lane");
    is_text(first_detail, "wrong in lanes 2", "this one");
    ok(ask_four(ROUND) > 10, "one block at a time");
    is_text(first_wrong, "sha1, four, 4 lanes: 0 bytes", "a message of one block");
    ok(ask_four(SECOND_BLOCK) > 10, "many blocks at a time");
    is_text(first_wrong, "sha1, four, 4 lanes: 56 bytes", "the first of two blocks");
    ok(ask_four(ADDRESS) > 10, "odd addresses");
}

/* Each row of the table that this machine has is asked, and no other. */
static void test_rows(void)
{
    tt_selftest test = {.group = ""};
    const tt_kernel *kernel;
    uint64_t rows = 0;

    for (size_t i = 0; (kernel = tt_kernel_at(i)); i++)
        rows += (kernel->needs & ~tt_cpu_features()) == 0;
    is_i64(tt_selftest_kernels(&test, NULL), TUTELA_OK, "the kernels are asked");
    is_u64(test.right, rows * TT_ANSWERS, "all %zu of this machine, and right", (size_t)rows);
    is_u64(test.wrong, 0, "none wrong");
    ok(rows >= 3, "there are at least those in plain C");
}

/* ---- What was chosen --------------------------------------------------------------------- */

static void described(uint32_t features, int algorithm, const char *most, const char *steps)
{
    tt_choice choice;
    tt_lanes lanes;

    if (!tt_lanes_choose(&lanes, algorithm, features)) {
        ok(0, "lanes for %s", lane_name(features, algorithm));
        return;
    }
    tt_choice_describe(&choice, algorithm, &lanes);
    is_text(choice.most, most, "%s: at most", lane_name(features, algorithm));
    is_text(choice.steps, steps, "%s: step by step", lane_name(features, algorithm));
}

static void test_choice(void)
{
    tt_choice choice;
    char text[TT_CHOICE_TEXT];

    described(0, TUTELA_MD5, "plain C, 2 lanes", "1 stream: plain C; 2 or more: plain C, 2 lanes");
    described(0, TUTELA_SHA1, "OpenSSL", "one stream at a time");
#if defined(__x86_64__)
    described(TT_CPU_SSE41 | TT_CPU_AVX2, TUTELA_MD5, "AVX2, 16 lanes",
              "1 stream: plain C; 2 or more: AVX2, 8 lanes; 9 or more: AVX2, 16 lanes");
    described(TT_CPU_SSE41 | TT_CPU_AVX2 | TT_CPU_AVX512, TUTELA_MD5, "AVX-512, 32 lanes",
              "1 stream: AVX-512; 2 or more: AVX-512, 16 lanes; 17 or more: AVX-512, 32 lanes");
    described(TT_CPU_SSE41 | TT_CPU_AVX2 | TT_CPU_SHA, TUTELA_SHA256, "SHA extensions, 2 lanes",
              "1 stream: SHA extensions; 2 or more: SHA extensions, 2 lanes");
#endif
    tt_choice_describe(&choice, TUTELA_SHA512, NULL);
    is_text(choice.most, "OpenSSL", "SHA-512 is OpenSSL's");
    tt_choice_features(text, TT_CPU_SSE41 | TT_CPU_SHA);
    is_text(text, "SSE4.1, SHA extensions", "features in words");
    tt_choice_features(text, 0);
    is_text(text, "none", "and none");
}

int main(void)
{
    test_answers();
    test_wrong_kernels();
    test_rows();
    test_choice();
    return tap_done();
}
