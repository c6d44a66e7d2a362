/*
 * survey: counts ahead what a scan will meet, so that the time left can be estimated.
 *
 * A thread of its own walks the targets and asks for sizes; nothing is opened but folders. It is
 * only an estimate: what it cannot ask it leaves out, and no result of the scan depends on it.
 */
#ifndef TT_ENGINE_SURVEY_H
#define TT_ENGINE_SURVEY_H

#include "engine/engine.h"
#include "source/walk.h"

typedef struct tt_survey tt_survey;

/* Start counting the operands of `options` into `control`. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_survey_start(tt_survey **out, const tutela_scan_options *options,
                                          tt_control *control, tutela_error *error);

/*
 * Stop and let go: afterwards `control` is not touched any more, even by a survey that hangs.
 * NULL is fine.
 */
void tt_survey_end(tt_survey *survey);

#endif
