/* files_from: see files_from.h. */
#include "files_from.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_ROOM 65536u
/* Longest name. Paths end at 4,096 bytes on Linux; far more means that this is no list of names. */
#define NAME_MAX_BYTES (1u << 20)

int files_from_open(files_from *from, const char *path, int null, int wake)
{
    int standard = strcmp(path, "-") == 0;

    *from = (files_from){.path = standard ? "standard input" : path,
                         .separator = null ? '\0' : '\n',
                         .wake = wake};
    from->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    return from->fd < 0 ? -1 : 0;
}

void files_from_close(files_from *from)
{
    if (from->fd > STDIN_FILENO)
        (void)close(from->fd);
    free(from->buffer);
    from->buffer = NULL;
    from->fd = -1;
}

/* Move what is left to the front and make sure there is room to read into. */
static int make_room(files_from *from)
{
    char *bigger;
    size_t room;

    if (from->start > 0) {
        memmove(from->buffer, from->buffer + from->start, from->end - from->start);
        from->end -= from->start;
        from->start = 0;
    }
    if (from->end + 1 < from->room)
        return 0;
    if (from->room >= NAME_MAX_BYTES) {
        snprintf(from->failure, sizeof from->failure, "a name is longer than %u bytes",
                 NAME_MAX_BYTES);
        return -1;
    }
    room = from->room ? from->room * 2 : FIRST_ROOM;
    bigger = realloc(from->buffer, room);
    if (!bigger) {
        snprintf(from->failure, sizeof from->failure, "out of memory");
        return -1;
    }
    from->buffer = bigger;
    from->room = room;
    return 0;
}

/* Read some more, or notice the end. A signal counts as the end: the scan is being stopped. */
static int read_more(files_from *from)
{
    struct pollfd waits[] = {{.fd = from->fd, .events = POLLIN}, {.fd = from->wake, .events = POLLIN}};
    ssize_t got;

    if (make_room(from) != 0)
        return -1;
    do {
        while (poll(waits, 2, -1) < 0 && errno == EINTR) {
        }
        if (waits[1].revents) {
            from->at_end = 1;
            from->start = from->end;
            return 0;
        }
        got = read(from->fd, from->buffer + from->end, from->room - from->end - 1);
    } while (got < 0 && (errno == EINTR || errno == EAGAIN));
    if (got < 0) {
        snprintf(from->failure, sizeof from->failure, "%s", strerror(errno));
        return -1;
    }
    from->end += (size_t)got;
    from->at_end = got == 0;
    return 0;
}

/* Cut the next name off the buffer; NULL when the separator has not been read yet. */
static char *cut(files_from *from)
{
    char *name = from->buffer + from->start;
    size_t left = from->end - from->start;
    char *stop = left ? memchr(name, from->separator, left) : NULL;

    if (!stop && !(from->at_end && left > 0))
        return NULL;
    if (!stop)
        stop = name + left; /* the last name may lack its separator; make_room kept a byte */
    if (from->separator == '\n' && memchr(name, '\0', (size_t)(stop - name))) {
        snprintf(from->failure, sizeof from->failure, "line %llu holds a NUL byte; --null reads such lists",
                 (unsigned long long)from->line + 1);
        return NULL;
    }
    from->start = (size_t)(stop - from->buffer) + (from->start + left > (size_t)(stop - from->buffer));
    *stop = '\0';
    from->line++;
    return name;
}

int files_from_next(void *user, const char **path)
{
    files_from *from = user;

    for (;;) {
        char *name = from->buffer ? cut(from) : NULL;

        if (from->failure[0])
            return -1;
        if (name && *name) {
            *path = name;
            return 1;
        }
        if (name)
            continue;
        if (from->at_end)
            return 0;
        if (read_more(from) != 0)
            return -1;
    }
}
