/* progress: see progress.h. */
#include "progress.h"

#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_NANOSECONDS 166666667L /* six times a second: smooth, and cheap over a slow line */
#define LINE_MAX_COLUMNS 200u

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

/* Columns to draw in: one less than there are, so that no terminal wraps. */
static size_t width(void)
{
    const char *columns = getenv("COLUMNS");
    unsigned long wide = columns ? strtoul(columns, NULL, 10) : 0;
    struct winsize window;

    if (wide == 0 && ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0)
        wide = window.ws_col;
    if (wide == 0)
        wide = 80;
    return wide > LINE_MAX_COLUMNS ? LINE_MAX_COLUMNS : (size_t)wide - 1;
}

static double share(uint64_t done, uint64_t all)
{
    return all > 0 && done < all ? (double)done / (double)all : 1;
}

/* Files and bytes are both counted ahead; the one that is further behind says how long it takes. */
static size_t time_left(const tutela_progress *at, double elapsed, char *out, size_t size)
{
    double items = share(at->items, at->expected_items);
    double bytes = share(at->bytes, at->expected_bytes);
    double done = items < bytes ? items : bytes;
    double left;

    if (!at->survey_done || done <= 0 || done >= 1 || elapsed < 1)
        return 0;
    left = elapsed * (1 - done) / done;
    if (left < 60)
        return (size_t)snprintf(out, size, ", %.0f s left", left);
    if (left < 2 * 3600)
        return (size_t)snprintf(out, size, ", %.0f min left", left / 60);
    return (size_t)snprintf(out, size, ", %.0f h left", left / 3600);
}

static size_t compose(const tutela_progress *at, double elapsed, char out[LINE_MAX_COLUMNS + 1])
{
    char items[32], bytes[32], rate[32], matches[32], incomplete[32];
    double speed = elapsed > 0.1 ? (double)at->bytes / elapsed : 0;
    size_t used = (size_t)snprintf(
        out, LINE_MAX_COLUMNS + 1, "%s file%s, %s, %s/s, %s match%s",
        cli_count_text(at->items, items), at->items == 1 ? "" : "s",
        cli_size_text(at->bytes, bytes), cli_size_text((uint64_t)speed, rate),
        cli_count_text(at->matches, matches), at->matches == 1 ? "" : "es");

    if (at->incomplete)
        used += (size_t)snprintf(out + used, LINE_MAX_COLUMNS + 1 - used, ", %s incomplete",
                                 cli_count_text(at->incomplete, incomplete));
    return used + time_left(at, elapsed, out + used, LINE_MAX_COLUMNS + 1 - used);
}

/* Draw `used` columns of text over the old line; blanks cover what was longer. */
static void draw(cli_progress *progress, const char *text, size_t used)
{
    char line[2 * LINE_MAX_COLUMNS + 8];
    size_t blanks = progress->drawn > used ? progress->drawn - used : 0;
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
    char text[LINE_MAX_COLUMNS + 1];
    size_t used, wide = width();

    progress->ask(progress->user, &at);
    used = compose(&at, now() - progress->since, text);
    draw(progress, text, used < wide ? used : wide);
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

void cli_progress_start(cli_progress *progress, void (*ask)(void *user, tutela_progress *out),
                        void *user)
{
    pthread_condattr_t monotonic;

    *progress = (cli_progress){.ask = ask, .user = user, .since = now()};
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
