/* passwords: see passwords.h. */
#include "passwords.h"

#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Four times what the most and longest passwords take: the rest is empty lines. */
#define FILE_MAX ((size_t)1 << 20)

void cli_passwords_done(cli_passwords *passwords)
{
    if (passwords->bytes) {
        explicit_bzero(passwords->bytes, FILE_MAX);
        (void)munmap(passwords->bytes, FILE_MAX);
    }
    free(passwords->list);
    *passwords = (cli_passwords){0};
}

/* Memory that is in no core file. -1 when there is none. */
static int allocate(cli_passwords *p)
{
    void *bytes = mmap(NULL, FILE_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    p->list = calloc(TUTELA_PASSWORDS_MAX, sizeof *p->list);
    if (bytes == MAP_FAILED)
        return -1;
    p->bytes = bytes;
    (void)madvise(bytes, FILE_MAX, MADV_DONTDUMP);
    return p->list ? 0 : -1;
}

/* The whole file, or as much as there is room for. -1 with errno. */
static int read_file(const char *path, char *bytes, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), why;
    ssize_t got = 1;

    if (fd < 0)
        return -1;
    for (*size = 0; *size < FILE_MAX && got > 0;) {
        do
            got = read(fd, bytes + *size, FILE_MAX - *size);
        while (got < 0 && errno == EINTR);
        *size += got > 0 ? (size_t)got : 0;
    }
    why = errno;
    (void)close(fd);
    errno = why;
    return got < 0 ? -1 : 0;
}

static int bad_line(const char *path, size_t line, const char *advice, const char *what)
{
    return cli_fail(CLI_EXIT_USAGE, advice, "%s: line %zu: %s", path, line, what);
}

/* One line that is not empty. */
static int take(cli_passwords *p, const char *path, size_t line, const char *data, size_t size)
{
    if (memchr(data, '\0', size))
        return bad_line(path, line,
                        "it takes one password a line, in the bytes that were typed, not UTF-16",
                        "holds a NUL byte");
    if (size > TUTELA_PASSWORD_SIZE)
        return bad_line(path, line, "leave it out: passwords have 256 bytes at most",
                        "longer than 256 bytes");
    if (p->count == TUTELA_PASSWORDS_MAX)
        return bad_line(path, line, "keep the likeliest, or scan once with each part of the list",
                        "more than 1000 passwords");
    p->list[p->count++] = (tutela_name){data, size};
    return CLI_EXIT_OK;
}

static int split(cli_passwords *p, const char *path, size_t size)
{
    const char *at = p->bytes, *end = at + size;
    size_t returned = 0;
    int status = CLI_EXIT_OK;

    for (size_t line = 1; at < end && status == CLI_EXIT_OK; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));

        if (!stop)
            stop = end;
        if (stop > at)
            status = take(p, path, line, at, (size_t)(stop - at));
        if (stop > at && stop[-1] == '\r' && !returned)
            returned = line;
        at = stop + 1;
    }
    if (status == CLI_EXIT_OK && p->count == 0)
        return cli_fail(CLI_EXIT_USAGE, "it takes one password a line", "%s: holds no password",
                        path);
    if (status == CLI_EXIT_OK && returned)
        (void)bad_line(path, returned,
                       "if that is not meant, end lines as on Unix, with a newline alone",
                       "ends in a carriage return, which is taken as part of the password");
    return status;
}

int cli_passwords_read(cli_passwords *out, const char *path)
{
    cli_passwords made = {0};
    size_t size = 0;
    int status;

    if (allocate(&made) != 0)
        status = cli_fail(CLI_EXIT_RECORD, "free some memory and try again", "scan: out of memory");
    else if (read_file(path, made.bytes, &size) != 0)
        status = cli_fail(CLI_EXIT_USAGE, "--password-file takes a file of passwords, one a line",
                          "%s: cannot read: %s", path, strerror(errno));
    else if (size == FILE_MAX)
        status = cli_fail(CLI_EXIT_USAGE, "it takes one password a line, 1000 at most",
                          "%s: longer than any file of passwords", path);
    else
        status = split(&made, path, size);
    if (status == CLI_EXIT_OK)
        *out = made;
    else
        cli_passwords_done(&made);
    return status;
}
