/*
 * lists: the known files' digests as made-up lists in several formats, and the answer sheet.
 */
#ifndef TT_TRAINING_LISTS_H
#define TT_TRAINING_LISTS_H

#include "base/status.h"
#include "training/tree.h"

/*
 * Write every list into `lists`, from the plan and what `tree` holds. Each list also has digests
 * of nothing in the tree and one row that is broken on purpose. Thread: single.
 */
TT_MUST_USE tutela_status tt_lists_write(tt_tree *lists, const tt_tree *tree, uint64_t seed,
                                         tutela_error *error);

/*
 * Append the answer sheet: a line "path, status, grade", tabs between, for every file of the tree
 * whose content is in a list, sorted by path. Paths as tt_text_display shows them.
 */
TT_MUST_USE tutela_status tt_lists_answers(tt_buf *out, const tt_tree *tree, tutela_error *error);

#endif
