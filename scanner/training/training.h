/*
 * training: a synthetic tree and its lists, for the demo, the tests and a trainer's course.
 */
#ifndef TT_TRAINING_TRAINING_H
#define TT_TRAINING_TRAINING_H

#include "base/status.h"

/* See tutela_training_create. */
TT_MUST_USE tutela_status tt_training_create(const char *folder, uint64_t seed,
                                             tutela_error *error);

#endif
