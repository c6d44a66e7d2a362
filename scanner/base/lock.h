/*
 * lock: one process at a time.
 */
#ifndef TT_BASE_LOCK_H
#define TT_BASE_LOCK_H

#include <stdint.h>

/*
 * Lock an open file against every other process that locks it, until it is closed. Waits no longer
 * than `patience` nanoseconds: whoever holds it may have been stopped. 0; -1 with errno, EWOULDBLOCK
 * when it was held all the time. Thread: any.
 */
int tt_lock(int fd, int64_t patience);

#endif
