/*
 * corpus: writes trees of files to scan, the same from the same seed.
 *
 *     corpus small FOLDER COUNT SEED        sizes log-normal, median 20,353 and mean 39,685 bytes, in
 *                                           folders of 100; 70 % begin as pictures do, 9 % as
 *                                           programs, 9 % as archives, 12 % are text
 *     corpus large FOLDER COUNT SEED MIB    files of one size
 *     corpus list FOLDER COUNT SEED         MD5s that are of no file, as md5sum writes them, to FOLDER/list.md5
 *
 * All bytes are from a generator of random numbers (splitmix64).
 */
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEDIAN  20353.0
#define MEAN    39685.0
#define LARGEST (UINT64_C(64) << 20)
#define PIECE   ((size_t)1 << 20)
#define A_FOLDER 100u

static uint64_t state;

static uint64_t next_number(void)
{
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* In (0, 1]. */
static double fraction(void)
{
    return ((double)(next_number() >> 11) + 1.0) / 9007199254740992.0;
}

/* Box and Muller's normal number, stretched. */
static uint64_t some_size(void)
{
    double normal = sqrt(-2.0 * log(fraction())) * cos(2.0 * 3.14159265358979323846 * fraction());
    double size = MEDIAN * exp(sqrt(2.0 * log(MEAN / MEDIAN)) * normal);

    return size < (double)LARGEST ? (uint64_t)size : LARGEST;
}

static void die(const char *what)
{
    perror(what);
    exit(2);
}

/* How files of a kind begin; NULL: text throughout. */
static const char *some_head(void)
{
    unsigned percent = (unsigned)(next_number() % 100);

    if (percent < 50)
        return "\xff\xd8\xff\xe0";
    if (percent < 65)
        return "\x89PNG\r\n\x1a\n";
    if (percent < 70)
        return "GIF89a";
    if (percent < 79)
        return "\x7f" "ELF\2\1\1";
    return percent < 88 ? "PK\3\4" : NULL;
}

static void write_file(const char *path, uint64_t size, const char *head)
{
    static uint8_t piece[PIECE];
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    uint64_t at = 0;

    if (fd < 0)
        die(path);
    while (at < size) {
        size_t some = size - at < PIECE ? (size_t)(size - at) : PIECE;

        for (size_t i = 0; i < some; i += 8) {
            uint64_t number = next_number();

            memcpy(piece + i, &number, 8);
        }
        for (size_t i = 0; !head && i < some; i++)
            piece[i] = i % 61 == 60 ? '\n' : (uint8_t)('a' + piece[i] % 26);
        if (head && at == 0)
            memcpy(piece, head, strlen(head) < some ? strlen(head) : some);
        if (write(fd, piece, some) != (ssize_t)some)
            die(path);
        at += some;
    }
    if (close(fd) != 0)
        die(path);
}

static void write_list(const char *folder, uint64_t count)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/list.md5", folder);
    file = fopen(path, "w");
    if (!file)
        die(path);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t high = next_number();

        fprintf(file, "%016" PRIx64 "%016" PRIx64 "  f\n", high, next_number());
    }
    if (fclose(file) != 0)
        die(path);
}

int main(int argc, char **argv)
{
    const char *what = argc > 4 ? argv[1] : "";
    int small = strcmp(what, "small") == 0;
    uint64_t count = argc > 4 ? strtoull(argv[3], NULL, 10) : 0;
    char path[4096];

    if (!small && strcmp(what, "list") != 0 && (strcmp(what, "large") != 0 || argc < 6)) {
        fprintf(stderr, "usage: corpus small|large|list FOLDER COUNT SEED [MIB]\n");
        return 2;
    }
    state = strtoull(argv[4], NULL, 10);
    if (strcmp(what, "list") == 0) {
        write_list(argv[2], count);
        return 0;
    }
    for (uint64_t i = 0; i < count; i++) {
        if (i % A_FOLDER == 0) {
            snprintf(path, sizeof path, "%s/%06" PRIu64, argv[2], i / A_FOLDER);
            if (mkdir(path, 0755) != 0)
                die(path);
        }
        snprintf(path, sizeof path, "%s/%06" PRIu64 "/%02" PRIu64, argv[2], i / A_FOLDER,
                 i % A_FOLDER);
        if (small)
            write_file(path, some_size(), some_head());
        else
            write_file(path, strtoull(argv[5], NULL, 10) << 20, "");
    }
    return 0;
}
