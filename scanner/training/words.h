/*
 * words: text that says nothing, for documents of every kind.
 */
#ifndef TT_TRAINING_WORDS_H
#define TT_TRAINING_WORDS_H

#include "base/buf.h"
#include "training/random.h"

/* `count` words of plain letters, with spaces between. */
void tt_words_add(tt_buf *out, uint32_t count, tt_random *random);
/* "synthetic training file N"; returns N. */
uint32_t tt_words_title(tt_buf *out, tt_random *random);

#endif
