/*
 * feed: what a walk takes from the options of a scan while it runs: targets and exclude patterns.
 *
 * A thread that hung may come back after the scan has returned, when the caller's memory may be
 * gone. So patterns and each target handed out are copies, and a closed feed gives no more.
 */
#ifndef TT_ENGINE_FEED_H
#define TT_ENGINE_FEED_H

#include "base/status.h"
#include "base/thread.h"
#include "source/walk.h"

typedef struct tt_feed {
    tt_lock lock; /* guards the rest; not held while the caller is asked */
    const char *const *targets;
    size_t target_count;
    size_t next;
    int (*more)(void *user, const char **path); /* NULL: none but `targets` */
    void *more_user;
    char *path; /* the target last handed out */
    int closed;
    char **exclude;
    size_t exclude_count;
} tt_feed;

/* `ask`: ask options->next_target too. TUTELA_MEMORY. Ends with tt_feed_done, failed or not. */
TT_MUST_USE tutela_status tt_feed_init(tt_feed *feed, const tutela_scan_options *options, int ask,
                                       tutela_error *error);
void tt_feed_done(tt_feed *feed);

/* The walk that `feed` feeds: its patterns and its rules; next_target is left to the caller. */
tt_walk_options tt_feed_walk(const tt_feed *feed, const tutela_scan_options *options);

/*
 * The next target: *answer and *path are what tt_walk_options.next_target answers; *path is
 * borrowed until the next call. TUTELA_MEMORY. Never from two threads at once.
 */
TT_MUST_USE tutela_status tt_feed_next(tt_feed *feed, const char **path, int *answer,
                                       tutela_error *error);

/* From now on nothing of the caller's is read. Thread: any. */
void tt_feed_close(tt_feed *feed);

#endif
