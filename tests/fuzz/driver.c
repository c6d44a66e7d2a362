/*
 * driver: runs a fuzz target over its seeds, then over mutations of them, as a TAP test.
 *
 *     fuzz_NAME                    the seeds of NAME, then a second of mutations
 *     fuzz_NAME FILE|FOLDER...     these inputs only (a crash to look at)
 *     fuzz_NAME --seeds FOLDER     write the seeds there, for libFuzzer
 *
 * The mutations come from a fixed start, so that each run makes the same ones in the same order.
 * FUZZ_SAVE=FILE writes each input there before it is run: after a crash it holds the culprit.
 * FUZZ_ROUNDS and FUZZ_MILLISECONDS bound the mutations.
 */
#include "fuzz.h"
#include "../tap.h"

#include <dirent.h>
#include <sys/stat.h>
#include <time.h>

#define SEED_ROOM (1u << 20)  /* bytes of one input: well over any seed, small enough to be quick */
#define SEEDS_MAX 4096u
#define SECONDS_EACH 10u      /* one input must never take that long */

typedef struct seed {
    uint8_t *data;
    size_t size;
} seed;

/* All seeds read so far; filled by main's first steps, then only read. */
static seed seeds[SEEDS_MAX];
static size_t seed_count;
static uint64_t state = 0x9e3779b97f4a7c15u;

static size_t pick(size_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return below ? (size_t)(state % below) : 0;
}

static void add_seed(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    if (!copy || seed_count == SEEDS_MAX) {
        free(copy);
        return;
    }
    memcpy(copy, data, size);
    seeds[seed_count++] = (seed){copy, size};
}

/* A file, or every file of a folder in the order of names. 0 when it cannot be read. */
static int add_path(const char *path)
{
    struct dirent **entries = NULL;
    static uint8_t buffer[SEED_ROOM];
    char name[1024];
    int count = scandir(path, &entries, NULL, alphasort);

    if (count < 0) {
        FILE *in = fopen(path, "rb");
        if (!in)
            return 0;
        add_seed(buffer, fread(buffer, 1, sizeof buffer, in));
        return fclose(in) == 0;
    }
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && !add_path(name))
            printf("# %s: cannot be read\n", name);
        free(entries[i]);
    }
    free(entries);
    return 1;
}

static void add_made(void)
{
    static uint8_t buffer[SEED_ROOM];
    size_t size;

    for (size_t i = 0; fuzz_seed && (size = fuzz_seed(i, buffer, sizeof buffer)) > 0; i++)
        add_seed(buffer, size);
}

/* The input sits in a block of exactly its size, so that a sanitizer sees one byte too far. */
static void run(const uint8_t *data, size_t size)
{
    const char *save = getenv("FUZZ_SAVE");
    uint8_t *exact = malloc(size ? size : 1);

    if (!exact)
        return;
    memcpy(exact, data, size);
    if (save) {
        FILE *out = fopen(save, "wb");
        if (out) {
            fwrite(data, 1, size, out);
            fclose(out);
        }
    }
    alarm(SECONDS_EACH);
    LLVMFuzzerTestOneInput(exact, size);
    alarm(0);
    free(exact);
}

/* Put `length` bytes of `piece` at `at`, over what is there; the new size. */
static size_t put(uint8_t *data, size_t size, size_t at, const void *piece, size_t length)
{
    if (length > SEED_ROOM - at)
        return size;
    memcpy(data + at, piece, length);
    return at + length > size ? at + length : size;
}

static size_t put_number(uint8_t *data, size_t size, size_t at)
{
    static const uint64_t edges[] = {0,          1,          0x7f,       0x80,
                                     0xff,       0x7fff,     0x8000,     0xffff,
                                     0x7fffffff, 0x80000000, 0xffffffff, UINT64_MAX};

    return put(data, size, at, &edges[pick(sizeof edges / sizeof *edges)], (size_t)1 << pick(4));
}

static size_t put_mark(uint8_t *data, size_t size, size_t at)
{
    static const char marks[] = "{}[]\",:\\\n\r\t -0\xff\xc3";

    return put(data, size, at, &marks[pick(sizeof marks)], 1);
}

static size_t put_piece(uint8_t *data, size_t size, size_t at)
{
    const seed *other = &seeds[pick(seed_count)];
    size_t from = pick(other->size);

    return put(data, size, at, other->data + from, pick(other->size - from + 1));
}

static size_t take_out(uint8_t *data, size_t size, size_t at)
{
    size_t length = pick(size - at + 1);

    memmove(data + at, data + at + length, size - at - length);
    return size - length;
}

static size_t say_twice(uint8_t *data, size_t size, size_t at)
{
    size_t length = pick(size - at + 1);

    if (length > SEED_ROOM - size)
        return size;
    memmove(data + at + length, data + at, size - at);
    return size + length;
}

static size_t flip(uint8_t *data, size_t size, size_t at)
{
    if (at < size)
        data[at] ^= (uint8_t)(1u << pick(8));
    return size;
}

static size_t cut(uint8_t *data, size_t size, size_t at)
{
    (void)data;
    (void)size;
    return at;
}

/* One change of `data` at a place in it; the new size. */
static size_t change(uint8_t *data, size_t size)
{
    static size_t (*const changes[])(uint8_t *, size_t, size_t) = {
        flip, flip, put_mark, put_mark, put_number, put_piece, take_out, say_twice, cut};

    return changes[pick(sizeof changes / sizeof *changes)](data, size, pick(size + 1));
}

static int64_t milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static long wish(const char *name, long otherwise)
{
    const char *text = getenv(name);

    return text ? strtol(text, NULL, 10) : otherwise;
}

/* How many mutations ran. */
static long mutate(void)
{
    static uint8_t buffer[SEED_ROOM];
    int64_t end = milliseconds() + wish("FUZZ_MILLISECONDS", 1000);
    long rounds = wish("FUZZ_ROUNDS", 20000), round;

    for (round = 0; round < rounds && milliseconds() < end; round++) {
        const seed *base = &seeds[pick(seed_count)];
        size_t size = base->size;

        memcpy(buffer, base->data, size);
        for (size_t times = 1 + pick(6); times > 0; times--)
            size = change(buffer, size);
        run(buffer, size);
    }
    return round;
}

static int write_seeds(const char *folder)
{
    char path[1024];

    for (size_t i = 0; i < seed_count; i++) {
        snprintf(path, sizeof path, "%s/seed-%04zu", folder, i);
        FILE *out = fopen(path, "wb");
        if (!out || fwrite(seeds[i].data, 1, seeds[i].size, out) != seeds[i].size
            || fclose(out) != 0) {
            perror(path);
            return 1;
        }
    }
    return 0;
}

static void own_seeds(const char *program)
{
    const char *slash = strrchr(program, '/');
    const char *name = slash ? slash + 1 : program;
    char folder[1024];

    snprintf(folder, sizeof folder, "tests/data/fuzz/%s",
             strncmp(name, "fuzz_", 5) == 0 ? name + 5 : name);
    add_path(folder);
    add_made();
}

int main(int count, char **arguments)
{
    int given = count > 1 && strcmp(arguments[1], "--seeds") != 0;

    for (int i = 1; given && i < count; i++)
        ok(add_path(arguments[i]), "%s can be read", arguments[i]);
    if (!given)
        own_seeds(arguments[0]);
    if (count > 2 && !given)
        return write_seeds(arguments[2]);
    ok(seed_count > 0, "there are seeds");
    run((const uint8_t *)"", 0);
    for (size_t i = 0; i < seed_count; i++)
        run(seeds[i].data, seeds[i].size);
    ok(1, "%zu seeds and nothing at all", seed_count);
    if (!given && seed_count > 0)
        ok(1, "%ld mutations of them", mutate());
    for (size_t i = 0; i < seed_count; i++)
        free(seeds[i].data);
    return tap_done();
}
