/*
 * worker_starts: workers that count how often they were started, and what is left of them.
 *
 * The count is a file beside the program, one byte a start; a worker writes its own before it locks up.
 */
#ifndef TT_TESTS_WORKER_STARTS_H
#define TT_TESTS_WORKER_STARTS_H

#include "worker_bad.h"

#include <dirent.h>
#include <sys/wait.h>

/* The worker's side: which start is this, from 1? */
__attribute__((unused)) static long note_start(const char *program)
{
    char path[1200];
    long count;
    int fd;

    snprintf(path, sizeof path, "%s.starts", program);
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd < 0 || write(fd, ".", 1) != 1)
        _exit(24);
    count = (long)lseek(fd, 0, SEEK_END);
    (void)close(fd);
    return count;
}

/* The test's side: how many were there? */
__attribute__((unused)) static long starts_of(const char *program)
{
    char path[1200];
    struct stat about;

    snprintf(path, sizeof path, "%s.starts", program);
    return stat(path, &about) == 0 ? (long)about.st_size : 0;
}

/* Descriptors that are open. */
__attribute__((unused)) static int descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = -1; /* its own */

    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

/* Mappings of memory that is shared with a worker. */
__attribute__((unused)) static int shared_maps(void)
{
    FILE *in = fopen("/proc/self/maps", "r");
    char line[1200];
    int count = 0;

    while (in && fgets(line, sizeof line, in))
        count += strstr(line, "memfd:") != NULL;
    if (in)
        fclose(in);
    return count;
}

/* No child, neither alive nor unreaped. */
__attribute__((unused)) static int is_childless(void)
{
    return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;
}

__attribute__((unused)) static double now_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds that something may take which ends at once, on a busy machine: the limits that it does not wait for are longer. */
#define AT_ONCE 5.0

#endif
