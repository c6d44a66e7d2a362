/*
 * budget: the limits of a walk (see tree.h) that nobody has set.
 */
#ifndef TT_UNPACK_BUDGET_H
#define TT_UNPACK_BUDGET_H

#include "unpack/tree.h"

/* What is given, or NULL, with the defaults for the rest. Thread: any. */
void tt_budget_set(tt_budget *out, const tt_budget *given);

/* Bytes that may still come out of a top item of `top` bytes, when `expanded` have. Thread: any. */
uint64_t tt_budget_left(const tt_budget *budget, uint64_t top, uint64_t expanded);

#endif
