/*
 * readme: the words that go with the training data, for a trainer and a course.
 */
#ifndef TT_TRAINING_README_H
#define TT_TRAINING_README_H

#include "base/buf.h"

/* `size` is the tree's size in words. Thread: single, as the buf. */
void tt_readme_add(tt_buf *out, size_t files, const char *size, uint64_t seed);

#endif
