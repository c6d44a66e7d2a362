/*
 * openers: threads that have containers opened, each by a worker process of its own.
 *
 *   workers ──openings──▶ queue ──▶ openers ──▶ members' findings, then the container's own
 *
 * One that is opened ahead is given while a worker still digests it; whoever is through last, the openers or
 * that worker, has it concluded.
 *
 * They are started as containers come, as many as the run has workers: a process each, which does the
 * work, while its opener mostly waits. A worker that has an opening to give waits while the queue is full:
 * those that wait for their turn hold their files open.
 */
#ifndef TT_ENGINE_OPENERS_H
#define TT_ENGINE_OPENERS_H

#include "engine/opening.h"
#include "engine/worker.h"

/* Of a run that begins; and of one that nobody works at any more. */
void tt_openers_init(tt_run *run);
void tt_openers_done(tt_run *run);
/* How many there may be, by the run's threads and the process's descriptors. Before the first is given. */
void tt_openers_bound(tt_run *run);

/*
 * Give an opening to be opened and reported; it is taken over. `ahead`: its own reading goes on, and
 * tt_openers_settled or tt_openers_forsake is to follow: till then it stays. TUTELA_MEMORY, TUTELA_UNAVAILABLE.
 */
TT_MUST_USE tutela_status tt_openers_give(tt_run *run, tt_opening *opening, int ahead,
                                          tutela_error *error);
/* Its own reading is through and settled; it is taken over. Errors as above. */
TT_MUST_USE tutela_status tt_openers_settled(tt_run *run, tt_opening *opening, tutela_error *error);
/* Its own reading will not be through, and nothing is to be said of it any more; it is taken over. */
void tt_openers_forsake(tt_run *run, tt_opening *opening);

/*
 * One look of the watchdog: an opener that hangs in a call is given up, and what it was at has been
 * reported. Thread: the run's caller.
 */
void tt_openers_check(tt_run *run, const tt_look *look);

#endif
