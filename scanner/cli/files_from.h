/*
 * files_from: targets read from a file or standard input, one at a time.
 */
#ifndef TT_CLI_FILES_FROM_H
#define TT_CLI_FILES_FROM_H

#include <stddef.h>
#include <stdint.h>

typedef struct files_from {
    const char *path; /* what messages call it */
    int fd;
    int separator;
    int wake; /* a descriptor that stops the reading when it can be read */
    char *buffer;
    size_t room, start, end;
    int at_end;
    uint64_t line;
    char failure[160]; /* why it failed, "" when it did not */
} files_from;

/* `path` "-" is standard input; `null` says that names end with NUL. 0, or -1 with errno. */
int files_from_open(files_from *from, const char *path, int null, int wake);
void files_from_close(files_from *from);

/* The next name; as tutela_scan_options.next_target. Empty names are passed over. */
int files_from_next(void *user, const char **path);

#endif
