/* answers: answers.def as an array. */
#include "base/text.h"
#include "digest/digest.h"
#include "digest/selftest.h"

#include <string.h>

static const tt_answer answers[] = {
#define ANSWER(text, size, ...) {text, size, {__VA_ARGS__}},
#include "digest/answers.def"
#undef ANSWER
};

_Static_assert(sizeof answers / sizeof answers[0] == TT_ANSWERS, "TT_ANSWERS counts them");
_Static_assert(TT_ANSWERS > TT_KERNEL_LANES, "each lane has a message of its own");

const tt_answer *tt_answer_at(size_t index)
{
    return &answers[index];
}

void tt_answer_bytes(const tt_answer *answer, uint8_t *out)
{
    if (answer->text)
        memcpy(out, answer->text, answer->size);
    for (size_t i = 0; !answer->text && i < answer->size; i++)
        out[i] = (uint8_t)(answer->size * 167 + i * 13 + i / 251);
}

int tt_answer_is(const tt_answer *answer, int algorithm, const uint8_t *digest)
{
    size_t size = tt_digest_size(algorithm);
    uint8_t wanted[TUTELA_DIGEST_MAX];

    return tt_hex_decode(answer->hex[algorithm], 2 * size, wanted) == 0
           && memcmp(digest, wanted, size) == 0;
}
