/*
 * choice: what digests an algorithm on this machine, in words for people.
 */
#ifndef TT_DIGEST_CHOICE_H
#define TT_DIGEST_CHOICE_H

#include "digest/lanes.h"

#include <stddef.h>

#define TT_CHOICE_TEXT 256u /* bytes, with the NUL */

typedef struct tt_choice {
    char most[TT_CHOICE_TEXT];  /* "AVX-512, 32 lanes": with as many streams as it takes */
    char steps[TT_CHOICE_TEXT]; /* "1 stream: AVX-512; 2 or more: AVX-512, 16 lanes; ..." */
} tt_choice;

/*
 * Of an algorithm, or, when `lanes` is not NULL, of these lanes. Obeys TUTELA_CPU. Thread: any.
 */
void tt_choice_describe(tt_choice *out, int algorithm, const tt_lanes *lanes);

/* "SSE4.1, AVX2, SHA extensions": the words for TT_CPU_ bits; "none" for none. Thread: any. */
void tt_choice_features(char out[TT_CHOICE_TEXT], uint32_t features);

#endif
