/*
 * mkzoo: makes a folder with one of everything a scan must survive, and says what the scan must
 * make of each.
 *
 *     mkzoo [--shim] [--hang] [--big] FOLDER
 *
 * FOLDER is made and must not be there. For every thing made one line is printed, which is the
 * oracle for `tutela scan --json --inventory FOLDER`: exactly these items, with these statuses.
 *
 *     STATUS TAB PATH
 *
 * PATH begins with FOLDER as given. Control bytes, bytes from 0x7f on, and the backslash are written
 * \xNN: it is the escaped form of the first name of an item's chain (of its chain_base64, where it
 * has one). Lines that begin with # say what could not be made here, and why. What may be read is
 * asked of the system: scan as the user who made the zoo.
 *
 * --shim  also what needs tests/fault/shim.c in LD_PRELOAD to misbehave
 * --hang  with --shim: also what blocks; scan with a small --read-timeout
 * --big   a sparse file of 64 GiB instead of 64 MiB
 *
 * `limit` is expected of an endless file: scan with a small --max-overrun.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#define SIXTY_FOUR_KIB 65536

typedef struct zoo {
    const char *root;
    int shim, hang, big;
} zoo;

/* A folder being filled: its descriptor, and its path for the oracle. */
typedef struct cage {
    int fd;
    char *path;
} cage;

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
    int os_error = errno;
    va_list arguments;

    fprintf(stderr, "mkzoo: ");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, ": %s\n", strerror(os_error));
    exit(1);
}

/* ---- The oracle -------------------------------------------------------------------------- */

static void print_escaped(const char *text)
{
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte < 32 || byte >= 127 || byte == '\\')
            printf("\\x%02x", byte);
        else
            putchar(byte);
    }
}

static void expect(const char *status, const cage *in, const char *name)
{
    printf("%s\t", status);
    print_escaped(in->path);
    if (name) {
        putchar('/');
        print_escaped(name);
    }
    putchar('\n');
}

static void cannot(const char *what)
{
    printf("# not made: %s: %s\n", what, strerror(errno));
}

/* ---- Making ------------------------------------------------------------------------------ */

static cage open_cage(const cage *in, const char *name)
{
    cage result;
    size_t room = strlen(in->path) + strlen(name) + 2;

    if (mkdirat(in->fd, name, 0755) < 0)
        die("%s", name);
    result.fd = openat(in->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    result.path = malloc(room);
    if (result.fd < 0 || !result.path)
        die("%s", name);
    snprintf(result.path, room, "%s/%s", in->path, name);
    return result;
}

static void close_cage(cage *c)
{
    close(c->fd);
    free(c->path);
}

/* A file of `size` bytes that depend on its name only. */
static void put(const cage *in, const char *name, size_t size, const char *status)
{
    int fd = openat(in->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    uint32_t state = 2166136261u;
    unsigned char block[4096];

    for (const char *at = name; *at; at++)
        state = (state ^ (unsigned char)*at) * 16777619u;
    while (fd >= 0 && size > 0) {
        size_t part = size < sizeof block ? size : sizeof block;

        for (size_t i = 0; i < part; i++) {
            state = state * 1664525u + 1013904223u;
            block[i] = (unsigned char)(state >> 24);
        }
        if (write(fd, block, part) != (ssize_t)part)
            die("%s", name);
        size -= part;
    }
    if (fd < 0 || close(fd) < 0)
        die("%s", name);
    if (status)
        expect(status, in, name);
}

static void make_names(const cage *in)
{
    static const char *const names[] = {
        "new\nline",
        "car\rriage",
        "tab\there",
        "esc\033[31mred",
        "bell\007",
        "del\177",
        " ",
        " leading",
        "trailing ",
        "-dash",
        "--help",
        "...",
        "..two",
        "back\\slash",
        "quote\"'`",
        "<b>&amp;<i>",
        "=1+1",
        "@sum",
        "comma,semi;colon",
        "percent%s%n",
        "\xff\xfe\x80",
        "\xc0\xaf",
        "\xed\xa0\x80",
        "utf8 \xc3\xa4\xe2\x82\xac",
        "rtl \xe2\x80\xae"
        "gpj.exe",
        "bom\xef\xbb\xbf",
        "line\xe2\x80\xa8separator",
        "c1\xc2\x9b"
        "31m",
        "zero\xe2\x80\x8bwidth",
        "COM1",
        "x.json\n{\"type\":\"summary\"}",
        "$(true)",
        "*",
    };
    cage c = open_cage(in, "names");
    char longest[256];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        put(&c, names[i], 100, "clear");
    memset(longest, 'n', 255);
    longest[255] = 0;
    put(&c, longest, 100, "clear");
    close_cage(&c);
    c = open_cage(in, "fold\ner \xff");
    put(&c, "in it", 100, "clear");
    close_cage(&c);
}

static void make_sizes(const cage *in, int big)
{
    static const size_t sizes[] = {0,    1,     511,   512,   513,     4095,   4096,
                                   4097, 65535, 65536, 65537, 1048575, 1048577};
    cage c = open_cage(in, "sizes");
    char name[32];
    int fd;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        snprintf(name, sizeof name, "%zu", sizes[i]);
        put(&c, name, sizes[i], "clear");
    }
    put(&c, "sparse", 1, NULL);
    fd = openat(c.fd, "sparse", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || ftruncate(fd, (off_t)1 << (big ? 36 : 26)) < 0 || close(fd) < 0)
        die("sparse");
    expect("clear", &c, "sparse");
    close_cage(&c);
}

static void make_socket(const cage *in)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    /* Paths of sockets are short: through the folder's descriptor. */
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/socket", in->fd);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0)
        expect("skipped", in, "socket");
    else
        cannot("socket");
    if (fd >= 0)
        close(fd);
}

static void make_node(const cage *in, const char *name, mode_t mode, dev_t device)
{
    if (mknodat(in->fd, name, mode, device) == 0)
        expect("skipped", in, name);
    else
        cannot(name);
}

static void make_specials(const cage *in)
{
    static const char *const links[][2] = {
        {"file", "link to file"},
        {"nowhere", "dangling"},
        {"loop", "loop"},
        {"ping", "pong"},
        {"pong", "ping"},
        {".", "here"},
        {"..", "up"},
        {"/proc/self/root", "out"},
        {"/dev/zero", "endless"},
    };
    cage c = open_cage(in, "special");

    put(&c, "file", 100, "clear");
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (symlinkat(links[i][0], c.fd, links[i][1]) < 0)
            die("%s", links[i][1]);
        expect("skipped", &c, links[i][1]);
    }
    make_node(&c, "pipe", S_IFIFO | 0644, 0);
    make_node(&c, "zero", S_IFCHR | 0644, makedev(1, 5));
    make_node(&c, "disk", S_IFBLK | 0600, makedev(7, 0));
    make_socket(&c);
    close_cage(&c);
}

static void make_hard_links(const cage *in)
{
    cage c = open_cage(in, "hard");
    cage inner = open_cage(&c, "inner");

    put(&c, "first", 5000, "clear");
    if (linkat(c.fd, "first", c.fd, "second", 0) < 0
        || linkat(c.fd, "first", inner.fd, "third", 0) < 0)
        cannot("hard links");
    expect("clear", &c, "second");
    expect("clear", &inner, "third");
    close_cage(&inner);
    close_cage(&c);
}

/* `levels` folders of `length` bytes' names within each other, with a file at the bottom. */
static void make_deep(const cage *in, const char *name, int levels, size_t length)
{
    cage at = open_cage(in, name);
    char level[256];

    memset(level, 'd', length);
    level[length] = 0;
    for (int i = 0; i < levels; i++) {
        cage next = open_cage(&at, level);

        close_cage(&at);
        at = next;
    }
    put(&at, "bottom", 100, "clear");
    close_cage(&at);
}

static void make_many(const cage *in)
{
    cage c = open_cage(in, "many");
    char name[16];

    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "%04d", i);
        put(&c, name, (size_t)(i % 7), "clear");
    }
    close_cage(&c);
}

/* Whether closed things are closed depends on who asks. */
static void make_closed(const cage *in)
{
    cage c = open_cage(in, "closed");
    cage folder = open_cage(&c, "folder");
    int fd;

    put(&c, "file", 100, NULL);
    put(&folder, "inside", 100, NULL);
    if (fchmodat(c.fd, "file", 0, 0) < 0 || fchmodat(c.fd, "folder", 0, 0) < 0)
        die("closed");
    fd = openat(c.fd, "file", O_RDONLY | O_CLOEXEC);
    expect(fd >= 0 ? "clear" : "unreadable", &c, "file");
    if (fd >= 0)
        close(fd);
    fd = openat(c.fd, "folder", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    expect(fd >= 0 ? "clear" : "unreadable", &folder, fd >= 0 ? "inside" : NULL);
    if (fd >= 0)
        close(fd);
    close_cage(&folder);
    close_cage(&c);
}

/* ---- What the shim spoils ---------------------------------------------------------------- */

static void make_folder_of_two(const cage *in, const char *name, const char *status,
                               const char *inside)
{
    cage c = open_cage(in, name);

    expect(status, &c, NULL);
    put(&c, "one", 100, inside);
    put(&c, "two", 100, inside);
    close_cage(&c);
}

static void make_shim(const cage *in, int hang)
{
    static const char *const files[][2] = {
        {"first.eio@0+4096", "partial"},    {"middle.eio@8192+100", "partial"},
        {"last.eio@61440+4096", "partial"}, {"all.eio@0+99999999", "unreadable"},
        {"old.estale", "unreadable"},       {"closed.eacces", "unreadable"},
        {"broken.eintr", "clear"},          {"crumbs.short", "clear"},
        {"never.endless", "limit"},         {"less.lie@10", "clear"},
        {"more.lie@1000000", "clear"},      {"none.lie@0", "clear"},
        {"always.change", "changed"},       {"once.changeonce", "clear"},
        {"larger.grow", "changed"},         {"smaller.shrink", "clear"},
        {"stuck.hang", "timeout"},          {"stuck.hangopen", "timeout"},
    };
    size_t count = sizeof files / sizeof files[0] - (hang ? 0 : 2);
    cage c = open_cage(in, "shim");

    for (size_t i = 0; i < count; i++)
        put(&c, files[i][0], SIXTY_FOUR_KIB, files[i][1]);
    make_folder_of_two(&c, "list.eiodir", "unreadable", "clear");
    make_folder_of_two(&c, "folder.eacces", "unreadable", NULL);
    if (hang) {
        make_folder_of_two(&c, "stuck.hangdir", "timeout", NULL);
        make_folder_of_two(&c, "folder.hangopen", "timeout", NULL);
    }
    close_cage(&c);
}

/* ------------------------------------------------------------------------------------------ */

static void read_arguments(zoo *z, int count, char **words)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--shim") == 0)
            z->shim = 1;
        else if (strcmp(words[i], "--hang") == 0)
            z->hang = 1;
        else if (strcmp(words[i], "--big") == 0)
            z->big = 1;
        else if (words[i][0] == '-' || z->root)
            z->root = "";
        else
            z->root = words[i];
    }
    if (!z->root || !z->root[0] || (z->hang && !z->shim)) {
        fprintf(stderr, "usage: mkzoo [--shim [--hang]] [--big] FOLDER\n");
        exit(2);
    }
}

int main(int count, char **words)
{
    zoo z = {0};
    cage root = {0};

    read_arguments(&z, count, words);
    umask(022);
    root.path = strdup(z.root);
    if (mkdir(z.root, 0755) < 0)
        die("%s", z.root);
    root.fd = open(z.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root.fd < 0 || !root.path)
        die("%s", z.root);
    make_names(&root);
    make_sizes(&root, z.big);
    make_specials(&root);
    make_hard_links(&root);
    make_deep(&root, "deep", 1000, 1);
    make_deep(&root, "long", 60, 200);
    make_many(&root);
    make_closed(&root);
    if (mkdirat(root.fd, "empty", 0755) < 0)
        die("empty");
    if (z.shim)
        make_shim(&root, z.hang);
    close_cage(&root);
    if (fflush(stdout) != 0)
        die("standard output");
    return 0;
}
