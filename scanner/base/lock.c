/* lock: flock, asked again and again instead of waited for, since it knows no time limit. */
#include "base/lock.h"
#include "base/clock.h"

#include <errno.h>
#include <sys/file.h>

#define STEP (TT_SECOND / 200)

int tt_lock(int fd, int64_t patience)
{
    int64_t end = tt_clock_monotonic() + patience;

    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return -1;
        if (tt_clock_monotonic() >= end) {
            errno = EWOULDBLOCK;
            return -1;
        }
        tt_clock_sleep(STEP);
    }
    return 0;
}
