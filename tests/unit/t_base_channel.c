/* channel: all bytes, in order; and who writes where nobody reads is told so, and not killed. */
#include "base/channel.h"

#include "tap.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

enum { MUCH = 4 << 20 };

static uint8_t byte_at(size_t at)
{
    return (uint8_t)(at * 2654435761u >> 13);
}

/* Read to the end, in odd pieces; how many bytes were right. */
static void *read_all(void *argument)
{
    static uint8_t piece[50021];
    int out = *(int *)argument;
    size_t right = 0;
    ssize_t got;

    while ((got = read(out, piece, 1 + right % sizeof piece)) > 0)
        for (ssize_t i = 0; i < got && piece[i] == byte_at(right); i++)
            right++;
    return (void *)(got == 0 ? right : 0);
}

static void test_whole(void)
{
    uint8_t *all = malloc(MUCH);
    int in = -1, out = -1, waits = 0;
    size_t at = 0;
    void *right;
    pthread_t thread;

    for (size_t i = 0; i < MUCH; i++)
        all[i] = byte_at(i);
    ok(tt_channel_open(&in, &out) == 0, "opens");
    ok((fcntl(in, F_GETFD) & FD_CLOEXEC) && (fcntl(out, F_GETFD) & FD_CLOEXEC), "closed on exec, both");
    ok(read(in, all, 1) <= 0, "there is nothing to read where one writes");
    ok(send(out, "x", 1, MSG_NOSIGNAL) < 0, "and nothing to write where one reads");
    while (at < MUCH) {
        ssize_t some = tt_channel_offer(in, all + at, MUCH - at);
        if (some <= 0)
            break;
        at += (size_t)some;
    }
    ok(at > 0 && at < MUCH, "takes what there is room for: %zu", at);
    is_i64(tt_channel_offer(in, all + at, MUCH - at), 0, "and then nothing");
    pthread_create(&thread, NULL, read_all, &out);
    while (at < MUCH) {
        ssize_t some = tt_channel_offer(in, all + at, MUCH - at);
        if (some < 0)
            break;
        at += (size_t)some;
        if (some == 0)
            tt_channel_wait(in);
        waits += some == 0;
    }
    is_u64(at, MUCH, "the rest, with %d waits", waits);
    (void)close(in);
    pthread_join(thread, &right);
    is_u64((size_t)right, MUCH, "all comes, in order, and its end");
    (void)close(out);
    free(all);
}

static void fill(int in)
{
    static const uint8_t piece[65536];

    while (tt_channel_offer(in, piece, sizeof piece) > 0)
        continue;
}

/* Nobody reads any more: in a process of its own, since SIGPIPE would end it. */
static int write_alone(void)
{
    int in, out;

    (void)signal(SIGPIPE, SIG_DFL);
    if (tt_channel_open(&in, &out) != 0)
        return 1;
    (void)close(out);
    if (tt_channel_offer(in, "x", 1) != -1 || errno != EPIPE)
        return 2;
    tt_channel_wait(in); /* which has nothing to wait for */
    return 0;
}

static void *stop_later(void *argument)
{
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    tt_channel_stop(*(int *)argument);
    return NULL;
}

/* One who waits for room is told too, though another still has the reading end. */
static int wait_alone(void)
{
    pthread_t thread;
    int in, out, other;

    (void)signal(SIGPIPE, SIG_DFL);
    if (tt_channel_open(&in, &out) != 0 || (other = dup(out)) < 0)
        return 1;
    fill(in);
    pthread_create(&thread, NULL, stop_later, &out);
    tt_channel_wait(in);
    pthread_join(thread, NULL);
    return tt_channel_offer(in, "x", 1) == -1 ? 0 : 2;
}

static void in_child(int (*body)(void), const char *what)
{
    int status = -1;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        alarm(20);
        _exit(body());
    }
    (void)waitpid(child, &status, 0);
    is_i64(status, 0, "%s", what);
}

int main(void)
{
    alarm(60);
    test_whole();
    in_child(write_alone, "writing where nobody reads is an answer, not a signal");
    in_child(wait_alone, "waiting for room ends when nobody reads");
    return tap_done();
}
