/* progress: see progress.h. */
#include "progress.h"

#include "progress_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_NANOSECONDS 166666667L /* six times a second: smooth, and cheap over a slow line */
#define ECHO_COLUMNS 4u /* what a terminal shows of two interrupts typed: ^C^C */

int cli_progress_wanted(void)
{
    const char *term = getenv("TERM");

    return isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/*
 * Columns to draw in: fewer than there are, so that no terminal wraps, not even when it adds the ^C
 * that somebody types.
 */
static size_t width(void)
{
    const char *columns = getenv("COLUMNS");
    unsigned long wide = columns ? strtoul(columns, NULL, 10) : 0;
    struct winsize window;

    if (wide == 0 && ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0)
        wide = window.ws_col;
    if (wide == 0)
        wide = 80;
    if (wide > CLI_PROGRESS_COLUMNS)
        return CLI_PROGRESS_COLUMNS - ECHO_COLUMNS;
    return wide > ECHO_COLUMNS ? (size_t)wide - 1 - ECHO_COLUMNS : 0;
}

/*
 * Draw `used` columns of text over the old line; blanks cover what was longer, and what the terminal
 * itself may have put behind it.
 */
static void draw(cli_progress *progress, const char *text, size_t used)
{
    char line[2 * CLI_PROGRESS_COLUMNS + 8];
    size_t old = progress->drawn ? progress->drawn + ECHO_COLUMNS : 0;
    size_t blanks = old > used ? old - used : 0;
    int size = snprintf(line, sizeof line, "\r%.*s%*s%s", (int)used, text, (int)blanks, "",
                        used ? "" : "\r");

    if (size > 0 && write(STDERR_FILENO, line, (size_t)size) < 0) {
        /* Nobody watches any more; the scan goes on. */
    }
    progress->drawn = used;
}

static void redraw(cli_progress *progress)
{
    tutela_progress at = {.size = sizeof at};
    char text[CLI_PROGRESS_COLUMNS + 1];
    size_t used;

    progress->ask(progress->user, &at);
    used = cli_progress_line(text, width(), &at, now() - progress->since, progress->matching);
    if (used || progress->drawn)
        draw(progress, text, used);
}

static void *run(void *user)
{
    cli_progress *progress = user;
    struct timespec next;

    pthread_mutex_lock(&progress->lock);
    (void)clock_gettime(CLOCK_MONOTONIC, &next);
    while (!progress->stop) {
        redraw(progress);
        next.tv_nsec += REDRAW_NANOSECONDS;
        if (next.tv_nsec >= 1000000000L) {
            next.tv_nsec -= 1000000000L;
            next.tv_sec++;
        }
        /* The time has come or it is over: `stop` tells which. */
        (void)pthread_cond_timedwait(&progress->wake, &progress->lock, &next);
    }
    pthread_mutex_unlock(&progress->lock);
    return NULL;
}

void cli_progress_start(cli_progress *progress, int matching,
                        void (*ask)(void *user, tutela_progress *out), void *user)
{
    pthread_condattr_t monotonic;

    *progress = (cli_progress){.ask = ask, .user = user, .matching = matching, .since = now()};
    if (pthread_condattr_init(&monotonic) != 0)
        return;
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    if (pthread_mutex_init(&progress->lock, NULL) == 0
        && pthread_cond_init(&progress->wake, &monotonic) == 0)
        progress->running = pthread_create(&progress->thread, NULL, run, progress) == 0;
    (void)pthread_condattr_destroy(&monotonic);
}

void cli_progress_stop(cli_progress *progress)
{
    if (!progress->running)
        return;
    pthread_mutex_lock(&progress->lock);
    progress->stop = 1;
    pthread_cond_signal(&progress->wake);
    pthread_mutex_unlock(&progress->lock);
    (void)pthread_join(progress->thread, NULL);
    if (progress->drawn)
        draw(progress, "", 0);
    (void)pthread_cond_destroy(&progress->wake);
    (void)pthread_mutex_destroy(&progress->lock);
    progress->running = 0;
}
