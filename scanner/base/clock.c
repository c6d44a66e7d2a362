/* clock: time, in nanoseconds. */
#include "base/clock.h"

#include <time.h>

static int64_t now(clockid_t clock)
{
    struct timespec time;

    if (clock_gettime(clock, &time) != 0)
        return 0;
    return (int64_t)time.tv_sec * TT_SECOND + time.tv_nsec;
}

int64_t tt_clock_monotonic(void)
{
    return now(CLOCK_MONOTONIC);
}

int64_t tt_clock_coarse(void)
{
    return now(CLOCK_MONOTONIC_COARSE);
}

int64_t tt_clock_wall(void)
{
    return now(CLOCK_REALTIME);
}

void tt_clock_sleep(int64_t nanoseconds)
{
    struct timespec time = {.tv_sec = nanoseconds / TT_SECOND, .tv_nsec = nanoseconds % TT_SECOND};

    (void)nanosleep(&time, NULL);
}

const char *tt_clock_text(int64_t wall, char out[32])
{
    /* Round down, so that half a second before 1970 is still 1969. */
    time_t seconds = (time_t)(wall / TT_SECOND - (wall % TT_SECOND < 0));
    struct tm parts;

    if (!gmtime_r(&seconds, &parts) || strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        out[0] = '\0';
    return out;
}
