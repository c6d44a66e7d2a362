/*
 * answer: what a hash set says of one digest, for people or as a JSON record.
 *
 * An answer never holds the digest: one that is found is content of a list. Who asked knows it, by
 * the answer's place or number.
 */
#ifndef TT_CLI_ANSWER_H
#define TT_CLI_ANSWER_H

#include "tutela.h"

#include <stdio.h>

/* How answers are written. */
typedef struct answer_style {
    FILE *out;
    int json; /* a JSON record each, else a line that begins with the digest's number */
} answer_style;

/* The entries that list a digest; none when no entry does. `number` is from 1. */
void answer_matches(const answer_style *style, uint64_t number, const tutela_match *matches,
                    size_t count);
/* There was no digest; `why` in words. */
void answer_error(const answer_style *style, uint64_t number, const char *why);

#endif
