/*
 * progress: one line on standard error that tells how far a scan is.
 *
 *   1,234 files, 5.6 GB, 812.0 MB/s, 3 matches, 1 incomplete, 2 min left
 *
 * A thread of its own asks for the numbers and redraws the line a few times a second, within
 * the width of the terminal, without escape codes. It is cleared before anything else is said.
 */
#ifndef TT_CLI_PROGRESS_H
#define TT_CLI_PROGRESS_H

#include "tutela.h"

#include <pthread.h>

typedef struct cli_progress {
    /* Fill *out; called from the progress thread. */
    void (*ask)(void *user, tutela_progress *out);
    void *user;
    int matching;
    int running;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    int stop;
    size_t drawn; /* columns of the line on the screen */
    double since; /* seconds on the monotonic clock when it began */
} cli_progress;

/* 1 when progress is drawn unless asked otherwise: standard error is a capable terminal. */
int cli_progress_wanted(void);

/*
 * Begin to draw; `matching` as for cli_progress_line. Without a thread there is no progress, which
 * is no error.
 */
void cli_progress_start(cli_progress *progress, int matching,
                        void (*ask)(void *user, tutela_progress *out), void *user);
/* Clear the line and end the thread. Fine when it was never started, or twice. */
void cli_progress_stop(cli_progress *progress);

#endif
