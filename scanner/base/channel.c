/* channel: see channel.h. */
#include "base/channel.h"

#include "base/io.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>

int tt_channel_open(int *in, int *out, unsigned seconds)
{
    struct timeval most = {.tv_sec = (time_t)seconds};
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return -1;
    if (setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most) != 0
        || shutdown(pair[0], SHUT_RD) != 0 || shutdown(pair[1], SHUT_WR) != 0) {
        (void)tt_close(pair[0]);
        (void)tt_close(pair[1]);
        return -1;
    }
    *in = pair[0];
    *out = pair[1];
    return 0;
}

int tt_channel_write(int in, const void *data, size_t size)
{
    const char *at = data;

    while (size > 0) {
        ssize_t some = send(in, at, size, MSG_NOSIGNAL);

        if (some < 0 && errno == EINTR)
            continue;
        if (some <= 0)
            return -1;
        at += some;
        size -= (size_t)some;
    }
    return 0;
}
