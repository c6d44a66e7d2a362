/*
 * corpus: writes trees of files to scan, the same from the same seed.
 *
 *     corpus small FOLDER COUNT SEED        sizes log-normal, median 20,353 and mean 39,685 bytes, in
 *                                           folders of 100; 70 % begin as pictures do, 9 % as
 *                                           programs, 9 % are zips of one stored file, 12 % text
 *     corpus plain FOLDER COUNT SEED        the same sizes, and each begins as a picture
 *     corpus large FOLDER COUNT SEED MIB    files of one size
 *     corpus skewed FOLDER COUNT SEED MIB   nearly all tiny (2 KiB at most, some empty), half of them
 *                                           in one wide folder, half spread down a deep one; two in
 *                                           a hundred of 32 KiB to 1 MiB; three files of MIB
 *     corpus list FILE COUNT SEED           MD5s that are of no file, as md5sum writes them
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

/* The skewed tree. */
#define TINY_LIMIT   2049u
#define MEDIUM_IN    50u
#define MEDIUM_LEAST (32u << 10)
#define MEDIUM_MORE  (992u << 10)
#define DEPTH        60u
#define HUGE_FILES   3u

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

/* What a file is: how it begins, or one of those that are more than a beginning. */
static const char zip[] = "zip", text[] = "text";

static const char *some_kind(void)
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
    return percent < 88 ? zip : text;
}

static void put(int fd, const void *data, size_t size)
{
    if (write(fd, data, size) != (ssize_t)size)
        die("write");
}

/* CRC-32 as zip has it. */
static uint32_t crc_add(uint32_t crc, const uint8_t *data, size_t size)
{
    static uint32_t table[256];

    for (uint32_t i = 0; i < 256 && table[255] == 0; i++) {
        table[i] = i;
        for (unsigned bit = 0; bit < 8; bit++)
            table[i] = (table[i] & 1 ? UINT32_C(0xedb88320) : 0) ^ table[i] >> 1;
    }
    crc = ~crc;
    for (size_t i = 0; i < size; i++)
        crc = table[(crc ^ data[i]) & 0xff] ^ crc >> 8;
    return ~crc;
}

/* Random bytes, or letters in lines, that begin with `head`. Their CRC. */
static uint32_t write_bytes(int fd, uint64_t size, const char *head, int checked)
{
    static uint8_t piece[PIECE];
    uint32_t crc = 0;

    for (uint64_t at = 0; at < size;) {
        size_t some = size - at < PIECE ? (size_t)(size - at) : PIECE;

        for (size_t i = 0; i < some; i += 8) {
            uint64_t number = next_number();

            memcpy(piece + i, &number, 8);
        }
        for (size_t i = 0; head == text && i < some; i++)
            piece[i] = i % 61 == 60 ? '\n' : (uint8_t)('a' + piece[i] % 26);
        if (head != text && at == 0)
            memcpy(piece, head, strlen(head) < some ? strlen(head) : some);
        if (checked)
            crc = crc_add(crc, piece, some);
        put(fd, piece, some);
        at += some;
    }
    return crc;
}

static void put_16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void put_32(uint8_t *at, uint32_t value)
{
    put_16(at, value & 0xffff);
    put_16(at + 2, value >> 16);
}

/* A zip of one stored file, of `size` bytes in all; shorter ones than an empty one are that. */
static void write_zip(int fd, uint64_t size)
{
    uint8_t local[31] = "PK\3\4\x14", central[47] = "PK\1\2\x14\0\x14", end[22] = "PK\5\6";
    size_t around = sizeof local + sizeof central + sizeof end;
    uint32_t bytes = size > around ? (uint32_t)(size - around) : 0;
    uint32_t crc;

    put_16(local + 26, 1);
    local[30] = central[46] = 'f';
    put(fd, local, sizeof local);
    crc = write_bytes(fd, bytes, "\xff\xd8\xff\xe0", 1);
    put_32(local + 14, crc);
    put_32(local + 18, bytes);
    put_32(local + 22, bytes);
    memcpy(central + 16, local + 14, 12);
    if (pwrite(fd, local, sizeof local, 0) != (ssize_t)sizeof local)
        die("write");
    put_16(central + 28, 1);
    put(fd, central, sizeof central);
    put_16(end + 8, 1);
    put_16(end + 10, 1);
    put_32(end + 12, sizeof central);
    put_32(end + 16, (uint32_t)sizeof local + bytes);
    put(fd, end, sizeof end);
}

static void write_file(const char *path, uint64_t size, const char *kind)
{
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);

    if (fd < 0)
        die(path);
    if (kind == zip)
        write_zip(fd, size);
    else
        (void)write_bytes(fd, size, kind, 0);
    if (close(fd) != 0)
        die(path);
}

static void write_list(const char *path, uint64_t count)
{
    FILE *file = fopen(path, "w");

    if (!file)
        die(path);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t high = next_number();

        fprintf(file, "%016" PRIx64 "%016" PRIx64 "  f\n", high, next_number());
    }
    if (fclose(file) != 0)
        die(path);
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0755) != 0)
        die(path);
}

/* Folders of a hundred files; every file of `size`, or as sizes come when that is 0; then all of them
 * `plain` or not. */
static void write_even(const char *folder, uint64_t count, uint64_t size, int plain)
{
    char path[4096];

    for (uint64_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%06" PRIu64, folder, i / A_FOLDER);
        if (i % A_FOLDER == 0)
            make_folder(path);
        snprintf(path, sizeof path, "%s/%06" PRIu64 "/%02" PRIu64, folder, i / A_FOLDER,
                 i % A_FOLDER);
        if (size > 0)
            write_file(path, size, "");
        else
            write_file(path, some_size(), plain ? "\xff\xd8\xff\xe0" : some_kind());
    }
}

/* Huge files stand last, in the deepest folder: the worst order for whoever takes one after another. */
static void write_skewed(const char *folder, uint64_t count, uint64_t huge)
{
    char path[4096], deep[2048];
    size_t used;

    snprintf(path, sizeof path, "%s/wide", folder);
    make_folder(path);
    used = (size_t)snprintf(deep, sizeof deep, "%s/z", folder);
    make_folder(deep);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t size = i % MEDIUM_IN == 0 ? MEDIUM_LEAST + next_number() % MEDIUM_MORE
                                           : next_number() % TINY_LIMIT;

        if (i % (count / DEPTH + 1) == count / DEPTH && used + 4 < sizeof deep) {
            used += (size_t)snprintf(deep + used, sizeof deep - used, "/%02u", (unsigned)(i % 100));
            make_folder(deep);
        }
        if (i % 2)
            snprintf(path, sizeof path, "%s/wide/%08" PRIu64, folder, i);
        else
            snprintf(path, sizeof path, "%s/%08" PRIu64, deep, i);
        write_file(path, size, some_kind());
    }
    for (unsigned i = 0; i < HUGE_FILES; i++) {
        snprintf(path, sizeof path, "%s/zz%u", deep, i);
        write_file(path, huge, "");
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 4 ? argv[1] : "";
    uint64_t count = argc > 4 ? strtoull(argv[3], NULL, 10) : 0;
    uint64_t bytes = argc > 5 ? strtoull(argv[5], NULL, 10) << 20 : 0;

    state = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
    if (strcmp(what, "small") == 0)
        write_even(argv[2], count, 0, 0);
    else if (strcmp(what, "plain") == 0)
        write_even(argv[2], count, 0, 1);
    else if (strcmp(what, "large") == 0 && bytes > 0)
        write_even(argv[2], count, bytes, 1);
    else if (strcmp(what, "skewed") == 0 && bytes > 0)
        write_skewed(argv[2], count, bytes);
    else if (strcmp(what, "list") == 0)
        write_list(argv[2], count);
    else {
        fprintf(stderr, "usage: corpus small|plain|large|skewed|list FOLDER COUNT SEED [MIB]\n");
        return 2;
    }
    return 0;
}
