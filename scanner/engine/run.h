/*
 * run: one scan of some targets, as its threads share it.
 *
 * Counted: the caller holds it, and every worker does. A worker that was given up while it hung
 * lets go when it comes back, be it after the caller; till then it touches nothing of the run but
 * this counter and its own memory.
 */
#ifndef TT_ENGINE_RUN_H
#define TT_ENGINE_RUN_H

#include "engine/board.h"
#include "engine/conclude.h"
#include "engine/engine.h"
#include "engine/feed.h"
#include "engine/links.h"
#include "engine/reading.h"
#include "engine/collector.h"
#include "engine/steps.h"
#include "engine/typist.h"
#include "source/walk.h"
#include "worker/keyring.h"

typedef struct tt_opening tt_opening;

/* An entry to be worked on; and what goes with it when a worker that was given up had begun it. */
typedef struct tt_task {
    tt_entry entry;
    tt_link *link;     /* its claim, or NULL */
    tt_opening *ahead; /* it is being opened, or NULL */
} tt_task;

typedef struct tt_file_id {
    dev_t device;
    ino_t inode;
} tt_file_id;

typedef struct tt_hands tt_hands;
typedef struct tt_opener tt_opener;

/* Containers to be opened, and who opens them: see openers.h. All under the run's lock. */
typedef struct tt_openers {
    tt_opening *first, **last; /* that wait */
    size_t waiting; /* shares of these */
    size_t room; /* as many may wait */
    size_t most; /* openers there may be */
    size_t parts;      /* descriptors set aside for images that are several files: see siblings.h */
    size_t parts_room; /* of so many; constant */
    tt_opener *all;
    size_t count; /* of them: neither finished nor given up */
    size_t idle;
    size_t undigested; /* openings that may still turn out to be no images: then a worker has to digest them */
    tt_signal given; /* an opening, or there will be none */
    tt_signal taken; /* there is room for another */
} tt_openers;

typedef struct tt_run {
    atomic_uint holders;
    atomic_int stop; /* no more work: cancelled or failed */
    tt_engine *engine;
    tt_typist *typist; /* NULL before the crew is there, and after the run */
    tutela_scan_options options;
    tutela_open_options open; /* what options.open says, or the defaults */
    char *worker;             /* open.worker, kept: an opener may outlast the caller's memory */
    tt_keyring keyring;       /* open.passwords, likewise */
    char *hold_folder;        /* so is open.hold_folder */
    tt_read_limits limits;
    tt_control *control;
    tt_walk *walk;
    tt_collector collector;
    tt_links links;
    tt_file_id *outputs;
    tt_feed feed;
    tt_froms froms;
    size_t width;   /* items one worker keeps in work */
    size_t threads; /* workers, as many as wished for */
    atomic_size_t hungry_count; /* of `hungry`; changed under the lock */
    tt_lock lock;  /* guards all below */
    tt_signal changed; /* for the caller; workers wait at the board */
    tt_board board;
    size_t running; /* workers that are neither finished nor given up */
    tt_openers openers;
    tt_hands *hungry; /* of these, who have nothing to do and found nothing in the walk */
    tt_task *rescues; /* left by workers that were given up */
    size_t rescue_count;
    size_t rescue_room;
    tutela_status status; /* the first failure */
    tutela_error error;
} tt_run;

/* Memory of one thread for reporting items. Zeroed to begin; ends with tt_scratch_done. Single. */
typedef struct tt_scratch {
    tt_verdict verdict;
    tt_buf path;
    tt_buf record;
    tt_unpacked unpacked;
} tt_scratch;
void tt_scratch_init(tt_scratch *scratch);
void tt_scratch_done(tt_scratch *scratch);

/* Let go of the run; the last one frees it. Thread: any. */
void tt_run_drop(tt_run *run);

/* Note a failure that ends the run; the first one stays. Thread: any. */
void tt_run_fail(tt_run *run, tutela_status status, const tutela_error *error);

/* Under the run's lock: leave a task for another worker. On success *task is zeroed. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_run_rescue(tt_run *run, tt_task *task, tutela_error *error);

/* Under the run's lock: wake all who wait for any change of it. */
void tt_run_changed(tt_run *run);

/* 1 when the run shall end early. Thread: any. */
int tt_run_stopped(const tt_run *run);

/* 1 when every item's type is asked for, not only a finding's. Thread: any. */
int tt_run_wants_types(const tt_run *run);

/*
 * What becomes of an entry that was opened and is `stat`: only a target can be gone on with. *out is set.
 * Thread: any.
 */
tt_going tt_run_going(const tt_run *run, const tt_entry *entry, const struct stat *stat, tt_steps *out);
/* Say of an item that was not opened as a container, and so was read from its start, that it is one. */
void tt_run_say_going(const tt_run *run, const tt_entry *entry, const struct stat *stat,
                      tutela_finding *finding);

/* When the file was modified, in nanoseconds since 1970. Thread: any. */
int64_t tt_item_modified(const struct stat *stat);

/* Name scratch's finding after the entry: builds its path. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_item_report_name(tt_scratch *scratch, const tt_entry *entry,
                                              tutela_error *error);
/*
 * Hand scratch's finding to the collector, counting `bytes` as read; with a link, settle it and report
 * the names that waited too.
 */
TT_MUST_USE tutela_status tt_item_report(tt_run *run, tt_scratch *scratch, tt_link *link,
                                        uint64_t bytes, tutela_error *error);
/* Report the kept result of another name (scratch->record) under this entry's. */
TT_MUST_USE tutela_status tt_item_report_again(tt_run *run, tt_scratch *scratch, const tt_entry *entry,
                                          tutela_error *error);

#endif
