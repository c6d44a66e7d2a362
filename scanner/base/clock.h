/*
 * clock: time, in nanoseconds.
 *
 * Monotonic time orders and limits; wall time is only ever a label. Thread: any.
 */
#ifndef TT_BASE_CLOCK_H
#define TT_BASE_CLOCK_H

#include <stdint.h>

#define TT_SECOND INT64_C(1000000000)
#define TT_TIME_UNKNOWN INT64_MIN

int64_t tt_clock_monotonic(void);
/* The same clock at the kernel's tick, some milliseconds coarse, for hot paths. */
int64_t tt_clock_coarse(void);
/* Since 1970 UTC. */
int64_t tt_clock_wall(void);

/* Sleep for about so long. */
void tt_clock_sleep(int64_t nanoseconds);

/* "2026-11-22T04:30:00Z" (RFC 3339, UTC, whole seconds) into 32 bytes at out; returns out. */
const char *tt_clock_text(int64_t wall, char out[32]);

#endif
