/*
 * channel: bytes on their way to another process, in order, once.
 *
 * A pair of sockets rather than a pipe: who writes where nobody reads is told so, and not killed.
 */
#ifndef TT_BASE_CHANNEL_H
#define TT_BASE_CHANNEL_H

#include <stddef.h>
#include <sys/types.h>

/*
 * *in is to be written to, *out to be read from; both are closed on exec and the caller's to close. 0, or
 * -1 with errno.
 */
int tt_channel_open(int *in, int *out);
/*
 * As many of the bytes as there is room for, without waiting: how many, 0 when there is none now; or -1,
 * nobody reads them any more. Thread: single.
 */
ssize_t tt_channel_offer(int in, const void *data, size_t size);
/* Wait until there is room, or nobody reads any more. Thread: single. */
void tt_channel_wait(int in);
/* Nobody reads any more, whoever else has the end `out` too: who writes or waits is told. Thread: any. */
void tt_channel_stop(int out);

#endif
