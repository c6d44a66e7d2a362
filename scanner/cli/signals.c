/* signals: see signals.h. */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
#define NUMBERS (sizeof numbers / sizeof *numbers)

/* A handler has no argument of its own: these few are what it must reach. */
static _Atomic(tutela_control *) control_of_scan;
static atomic_int caught;
static int wake[2] = {-1, -1};
static struct sigaction before[NUMBERS];

static void on_signal(int number)
{
    int saved = errno, none = 0;
    tutela_control *control = atomic_load(&control_of_scan);

    if (!atomic_compare_exchange_strong(&caught, &none, number)) {
        struct sigaction deadly = {.sa_handler = SIG_DFL};

        (void)sigaction(number, &deadly, NULL);
        (void)raise(number); /* delivered when this handler returns */
        return;
    }
    if (control)
        tutela_control_cancel(control);
    if (write(wake[1], "", 1) < 0) {
        /* The pipe holds a byte already: whoever polls it wakes all the same. */
    }
    errno = saved;
}

int cli_signals_begin(tutela_control *control)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
        return -1;
    atomic_store(&control_of_scan, control);
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < NUMBERS; i++) {
        if (sigaction(numbers[i], NULL, &before[i]) != 0)
            return -1;
        if (before[i].sa_handler != SIG_IGN && sigaction(numbers[i], &action, NULL) != 0)
            return -1;
    }
    return 0;
}

int cli_signals_caught(void)
{
    return atomic_load(&caught);
}

int cli_signals_fd(void)
{
    return wake[0];
}

void cli_signals_end(void)
{
    for (size_t i = 0; i < NUMBERS && wake[0] >= 0; i++)
        (void)sigaction(numbers[i], &before[i], NULL);
    atomic_store(&control_of_scan, NULL);
    for (size_t i = 0; i < 2; i++) {
        if (wake[i] >= 0)
            (void)close(wake[i]);
        wake[i] = -1;
    }
}

void cli_signals_raise(void)
{
    int number = cli_signals_caught();
    struct sigaction deadly = {.sa_handler = SIG_DFL};

    if (!number)
        return;
    (void)sigaction(number, &deadly, NULL);
    (void)raise(number);
}
