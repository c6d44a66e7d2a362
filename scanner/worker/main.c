/*
 * main: the program tutela-worker, which the broker starts. It has no options and says nothing to a
 * person but that; what it ends with tells the broker only that it ended.
 */
#include "worker/serve.h"

#include <string.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    static const char words[] = "tutela-worker: is started by tutela, and does nothing by itself\n";
    tutela_error error = {0};
    tutela_status status;

    (void)arguments;
    if (count > 1 || isatty(STDIN_FILENO)) {
        ssize_t said = write(STDERR_FILENO, words, strlen(words));
        return said < 0 ? 3 : 2;
    }
    status = tt_serve(&error);
    _exit(status == TUTELA_OK ? 0 : 1); /* no handlers: they would make calls that are not allowed */
}
