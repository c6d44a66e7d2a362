/* channel: see channel.h. */
#include "base/channel.h"

#include "base/fault.h"
#include "base/io.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

int tt_channel_open(int *in, int *out)
{
    int pair[2];

    if (tt_fault(TT_FAULT_OPEN)) {
        errno = EMFILE;
        return -1;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return -1;
    if (shutdown(pair[0], SHUT_RD) != 0 || shutdown(pair[1], SHUT_WR) != 0) {
        (void)tt_close(pair[0]);
        (void)tt_close(pair[1]);
        return -1;
    }
    *in = pair[0];
    *out = pair[1];
    return 0;
}

ssize_t tt_channel_offer(int in, const void *data, size_t size)
{
    ssize_t some;

    do
        some = send(in, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (some < 0 && errno == EINTR);
    if (some < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return 0;
    return some;
}

void tt_channel_wait(int in)
{
    struct pollfd room = {.fd = in, .events = POLLOUT};

    while (poll(&room, 1, -1) < 0 && errno == EINTR)
        continue;
}

void tt_channel_stop(int out)
{
    (void)shutdown(out, SHUT_RD);
}
