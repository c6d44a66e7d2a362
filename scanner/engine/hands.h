/*
 * hands: the items that one worker has in work, and how it shares them with workers that have none.
 *
 * Entries are taken many at once, and a large file lasts: so at the end of a tree, or in one of a few
 * large files, one worker would have work for minutes and the others nothing. A worker for whom the
 * walk has no more sits down with the hungry; one that has several items in work hands over some, in
 * the middle of their reading if need be. When all are hungry the run is over.
 */
#ifndef TT_ENGINE_HANDS_H
#define TT_ENGINE_HANDS_H

#include "engine/item.h"

/* Single; but another worker's while it stands among the hungry of its run, under the run's lock. */
struct tt_hands {
    tt_item **items; /* the first `busy` are in work; as many as `made` there are; room for `width` */
    size_t busy;
    size_t made;
    size_t width;
    tt_hands *next; /* among the hungry */
    tt_seat seat;   /* where the worker waits, at the board */
};

/* TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_hands_init(tt_hands *hands, size_t width, tutela_error *error);
/* Safe on a zeroed one. */
void tt_hands_done(tt_hands *hands);

/* Make ready as many idle items as `count`, at most width - busy. TUTELA_MEMORY, TUTELA_UNAVAILABLE. */
TT_MUST_USE tutela_status tt_hands_ready(tt_hands *hands, const tt_engine *engine, size_t count,
                                         tutela_error *error);

/* Put an idle item to work: *task is zeroed. One must be ready. */
void tt_hands_begin(tt_hands *hands, tt_task *task);

/* Items that came to their end become idle. */
void tt_hands_sweep(tt_hands *hands);

/* Hand some items over if others are hungry. */
void tt_hands_share(tt_hands *hands, tt_run *run);
/*
 * The same for a worker that is held in a call on the item at `held`, or TT_WATCH_WALK: all its other
 * items go. Answers where that item is now. Thread: the watchdog, which holds the worker.
 */
int tt_hands_relieve(tt_hands *hands, tt_run *run, int held);

/* Stand among the hungry, and no more: for as long as the walk has nothing yet. */
void tt_hands_enlist(tt_hands *hands, tt_run *run);
void tt_hands_delist(tt_hands *hands, tt_run *run);
/* Meanwhile, digest what is on the board, until there is no more of it or an item in hand. */
void tt_hands_help(const tt_hands *hands, tt_run *run);

/*
 * The walk has no more and nothing is in work: serve the board, among the hungry. *more is 1 when there
 * is something to do again, be it a rescue; 0 when the run is over or stopped. As tt_board_serve.
 */
TT_MUST_USE tutela_status tt_hands_wait(tt_hands *hands, tt_run *run, int *more,
                                        tutela_error *error);
/*
 * None of the items in work can go on before others are done with their bytes: serve the board until
 * one can, or the run is stopped. As tt_board_serve.
 */
TT_MUST_USE tutela_status tt_hands_serve(tt_hands *hands, tt_run *run, tutela_error *error);

#endif
