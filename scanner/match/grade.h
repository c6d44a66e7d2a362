/* grade: how well a match is supported (DESIGN, "Grades"). */
#ifndef TT_MATCH_GRADE_H
#define TT_MATCH_GRADE_H

#include "base/status.h"

#include <stdint.h>

/*
 * The grade of one match: `agreed` and `disagreed` are masks of the entry's algorithms, at least
 * one bit agreed; `listed_size` is the entry's size in bytes or TT_SIZE_UNKNOWN, `bytes` the
 * item's, or TT_SIZE_UNKNOWN when only a digest of it is at hand. Thread: any.
 */
tutela_grade tt_grade(uint32_t agreed, uint32_t disagreed, uint64_t listed_size, uint64_t bytes);

/* The better supported of two grades. Thread: any. */
tutela_grade tt_grade_better(tutela_grade a, tutela_grade b);

#endif
