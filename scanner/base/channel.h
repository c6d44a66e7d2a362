/*
 * channel: bytes on their way to another process, in order, once.
 *
 * A pair of sockets rather than a pipe: who writes where nobody reads is told so, and not killed.
 */
#ifndef TT_BASE_CHANNEL_H
#define TT_BASE_CHANNEL_H

#include <stddef.h>

/*
 * *in is to be written to, *out to be read from; both are closed on exec and the caller's to close. A write
 * that waits for `seconds` fails. 0, or -1 with errno.
 */
int tt_channel_open(int *in, int *out, unsigned seconds);
/* All of the bytes: 0; or -1, nobody reads them any more, or too slowly. Thread: single. */
int tt_channel_write(int in, const void *data, size_t size);

#endif
