/*
 * earlier: what an earlier run's report in JSON Lines left behind a limit.
 *
 * A report that lost a line, or that was never ended, would leave out what it no longer tells of; so its
 * records must add up to its own summary.
 */
#ifndef TT_REPORT_EARLIER_H
#define TT_REPORT_EARLIER_H

#include "report/earlier_record.h"

typedef struct tt_earlier {
    tutela_from *from; /* by path, each once; they own their paths and steps */
    size_t count;
    tt_earlier_list *lists; /* that were asked */
    size_t list_count;
} tt_earlier;

/*
 * Read the report at `path` into *out, which is overwritten. TUTELA_ARGUMENT when it is none to go on from,
 * TUTELA_IO, TUTELA_MEMORY; then there is nothing to release. Thread: any.
 */
TT_MUST_USE tutela_status tt_earlier_read(tt_earlier *out, const char *path, tutela_error *error);
void tt_earlier_done(tt_earlier *earlier);

#endif
