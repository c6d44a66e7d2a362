/*
 * secret: no 8 bytes of any digest of a list, raw, in hex or in base64, are in a sealed set, in its
 * key, in what a build leaves on disk for a moment, in its messages, or in the memory of a scan.
 *
 * Temporary files are kept for us by an openat that goes before the C library's, and names them. The
 * scan is this program again, run anew so that it has never seen the list.
 */
#include "set_kit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <tutela.h>

enum { ENTRIES = 1000, RUN = 8 };

/* ---- Temporary files --------------------------------------------------------------------- */

static char kept_folder[1024]; /* "" : temporary files are left alone */
static int kept_count;

int kept_openat(int folder, const char *name, int flags, ...) __asm__("openat64");
int kept_openat(int folder, const char *name, int flags, ...)
{
    char path[1100];
    mode_t mode = 0600;

    if (flags & O_CREAT) {
        va_list rest;
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    if ((flags & O_TMPFILE) == O_TMPFILE && kept_folder[0]) {
        snprintf(path, sizeof path, "%s/%d", kept_folder, kept_count++);
        return (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    }
    return (int)syscall(SYS_openat, folder, name, flags, mode);
}

/* ---- Needles ----------------------------------------------------------------------------- */

static uint64_t *needles;
static size_t needle_count;
static uint8_t *maybe; /* a bit for each needle's first three bytes */

static int order(const void *a, const void *b)
{
    uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

    return (first > second) - (first < second);
}

static void know(const uint8_t *digest, size_t size)
{
    for (size_t at = 0; at + RUN <= size; at++) {
        size_t place = (size_t)digest[at] << 16 | (size_t)digest[at + 1] << 8 | digest[at + 2];
        memcpy(&needles[needle_count++], digest + at, RUN);
        maybe[place / 8] |= (uint8_t)(1u << place % 8);
    }
}

static int is_known(const uint8_t *run)
{
    size_t place = (size_t)run[0] << 16 | (size_t)run[1] << 8 | run[2];
    uint64_t key;

    if (!(maybe[place / 8] >> place % 8 & 1))
        return 0;
    memcpy(&key, run, RUN);
    return bsearch(&key, needles, needle_count, sizeof key, order) != NULL;
}

static int hex_digit(uint8_t c)
{
    c |= c >= 'A' ? 0x20 : 0;
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int base64_digit(uint8_t c)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(plain, c == '-' ? '+' : c == '_' ? '/' : c) : NULL;

    return at ? (int)(at - plain) : -1;
}

/* 1 when the digits from here on, of `bits` bits each, spell a needle in `starts` first places. */
static int spells(const uint8_t *at, size_t size, int (*digit)(uint8_t), unsigned bits, size_t starts)
{
    uint8_t bytes[RUN + 4];
    size_t count = 0;
    uint32_t held = 0;
    unsigned held_bits = 0;

    for (size_t i = 0; i < size && count < RUN + starts - 1; i++) {
        int value = digit(at[i]);
        if (value < 0)
            break;
        held = held << bits | (uint32_t)value;
        held_bits += bits;
        if (held_bits >= 8)
            bytes[count++] = (uint8_t)(held >> (held_bits -= 8));
    }
    for (size_t start = 0; start < starts && start + RUN <= count; start++)
        if (is_known(bytes + start))
            return 1;
    return 0;
}

/* How many places of the bytes tell something. */
static size_t leaks(const uint8_t *bytes, size_t size)
{
    size_t found = 0;

    for (size_t at = 0; at + RUN <= size; at++)
        found += is_known(bytes + at)
                 || (hex_digit(bytes[at]) >= 0 && spells(bytes + at, size - at, hex_digit, 4, 1))
                 || (base64_digit(bytes[at]) >= 0
                     && spells(bytes + at, size - at, base64_digit, 6, 3));
    return found;
}

static size_t file_leaks(const char *path, size_t *size)
{
    uint8_t *bytes = read_whole(path, size);
    size_t found = leaks(bytes, *size);

    free(bytes);
    return found;
}

/* ---- Lists ------------------------------------------------------------------------------- */

/* Each row of one algorithm, or of all, so that both ways of keeping a digest are met. */
static void make_lists(const char *plain, const char *csv)
{
    FILE *one = fopen(plain, "w"), *all = fopen(csv, "w");

    if (!one || !all)
        exit(1);
    fprintf(all, "md5,sha1,sha256,sha512,id\n");
    for (uint64_t i = 0; i < 2 * ENTRIES; i++) {
        tt_row row = row_of(TT_DIGEST_ALL, i);
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
            const uint8_t *value = row.digests.value[a];
            size_t size = tt_digest_size(a);
            know(value, size);
            for (size_t b = 0; b < size; b++)
                fprintf(i < ENTRIES ? one : all, "%02x", value[b]);
            fputc(i < ENTRIES ? '\n' : ',', i < ENTRIES ? one : all);
        }
        if (i >= ENTRIES) { /* a file named after its digest */
            for (size_t b = 0; b < 16; b++)
                fprintf(all, "%02X", row.digests.value[TUTELA_MD5][b]);
            fputc('\n', all);
        }
        if (i % 100 == 0) { /* rows to complain about, which tell as much */
            fprintf(one, "%02x%02x%02x%02x%02x%02x%02x%02x%02xzz\n", row.digests.value[0][0],
                    row.digests.value[0][1], row.digests.value[0][2], row.digests.value[0][3],
                    row.digests.value[0][4], row.digests.value[0][5], row.digests.value[0][6],
                    row.digests.value[0][7], row.digests.value[0][8]);
        }
    }
    fclose(one);
    fclose(all);
    qsort(needles, needle_count, sizeof *needles, order);
}

static void build_set(const char *plain, const char *csv, const char *output, const char *key)
{
    const char *inputs[] = {plain, csv};
    tutela_build_options options = {.size = sizeof options, .inputs = inputs, .input_count = 2,
                                    .output = output, .polarity = TUTELA_KNOWN_BAD, .memory = 1,
                                    .key_file = key, .unsealed = !key, .create_key = key != NULL};
    tutela_build_report report = {.size = sizeof report};
    tutela_error error;

    ok(tutela_set_build(&options, &report, &error) == TUTELA_OK, "builds");
    is_u64(report.accepted, 5 * ENTRIES, "all rows are taken");
    ok(report.rejected[TUTELA_REJECT_HEX] + report.rejected[TUTELA_REJECT_WIDTH]
           + report.rejected[TUTELA_REJECT_SYNTAX] > 0, "some are not");
}

/* ---- A scan ------------------------------------------------------------------------------ */

/* What runs anew: look a buffer up that no list has, say so, and wait to be looked into. */
static int scan_once(const char *path, const char *key)
{
    tutela_set_options options = {.size = sizeof options, .key_file = key};
    const tutela_finding *finding = NULL;
    tutela_scanner *scanner = NULL;
    tutela_context *context = NULL;
    tutela_set *set = NULL;

    if (tutela_set_open(&set, path, &options, NULL) != TUTELA_OK
        || tutela_scanner_new(&scanner, &set, 1, NULL, NULL) != TUTELA_OK
        || tutela_context_new(&context, scanner, NULL) != TUTELA_OK
        || tutela_set_check(set, NULL) != TUTELA_OK)
        return 1;
    for (int i = 0; i < 100; i++)
        if (tutela_check(context, &i, sizeof i, NULL, &finding, NULL) != TUTELA_OK
            || finding->status != TUTELA_ITEM_CLEAR)
            return 1;
    raise(SIGSTOP);
    tutela_context_free(context);
    tutela_scanner_free(scanner);
    tutela_set_close(set);
    return 0;
}

/* Look through all memory of a stopped process. -1 when it may not be read. */
static int64_t memory_leaks(pid_t child, const uint8_t *key, size_t *key_seen, size_t *size)
{
    char path[64], line[512];
    FILE *maps;
    int64_t found = 0;
    int memory;

    snprintf(path, sizeof path, "/proc/%d/mem", (int)child);
    memory = open(path, O_RDONLY);
    snprintf(path, sizeof path, "/proc/%d/maps", (int)child);
    maps = fopen(path, "r");
    *size = *key_seen = 0;
    while (memory >= 0 && maps && fgets(line, sizeof line, maps)) {
        unsigned long long from, to;
        uint8_t *bytes;
        ssize_t got;
        char mode[8];
        /* Reading shadow memory of a sanitizer would take for ever. */
        if (sscanf(line, "%llx-%llx %7s", &from, &to, mode) != 3 || mode[0] != 'r'
            || to - from > 64u << 20)
            continue;
        bytes = malloc(to - from);
        got = pread(memory, bytes, to - from, (off_t)from);
        if (got > 0) {
            found += (int64_t)leaks(bytes, (size_t)got);
            for (const uint8_t *at = bytes; (at = memmem(at, (size_t)(bytes + got - at), key, RUN)); at++)
                (*key_seen)++;
            *size += (size_t)got;
        }
        free(bytes);
    }
    if (maps)
        fclose(maps);
    if (memory >= 0)
        close(memory);
    return *size ? found : -1;
}

static void try_memory(const char *self, const char *set, const char *key, int sealed)
{
    size_t size = 0, key_seen = 0, key_size;
    uint8_t *bytes = read_whole(key, &key_size);
    int state = 0;
    int64_t found;
    pid_t child = fork();

    if (child == 0) {
        execl(self, self, set, key, (char *)NULL);
        _exit(9);
    }
    if (waitpid(child, &state, WUNTRACED) != child || !WIFSTOPPED(state)) {
        ok(0, "a scan runs (status %d)", state);
        free(bytes);
        return;
    }
    found = memory_leaks(child, bytes, &key_seen, &size);
    if (found < 0) {
        ok(1, "# SKIP memory of another process cannot be read here");
    } else if (!sealed) {
        ok(found > 5 * ENTRIES, "the memory of a scan with an unsealed set tells");
    } else {
        is_i64(found, 0, "the memory of a scan (%zu bytes) tells nothing", size);
        is_u64(key_seen, 0, "nor does it hold the key itself");
    }
    kill(child, SIGCONT);
    ok(waitpid(child, &state, 0) == child && WIFEXITED(state) && WEXITSTATUS(state) == 0,
       "the scan ends well");
    free(bytes);
}

int main(int argc, char **argv)
{
    char plain[1024], csv[1024], sealed[1024], key[1024], open_set[1024];
    size_t size = 0, spilt = 0, found = 0;

    if (argc == 3)
        return scan_once(argv[1], argv[2]);
    needles = malloc(2 * ENTRIES * (16 + 20 + 32 + 64) * sizeof *needles);
    maybe = calloc(1 << 21, 1);
    snprintf(plain, sizeof plain, "%s", tap_path("list.txt"));
    snprintf(csv, sizeof csv, "%s", tap_path("list.csv"));
    snprintf(sealed, sizeof sealed, "%s", tap_path("sealed.tset"));
    snprintf(open_set, sizeof open_set, "%s", tap_path("open.tset"));
    snprintf(key, sizeof key, "%s", tap_path("key"));
    make_lists(plain, csv);
    ok(file_leaks(plain, &size) > size / 3 && file_leaks(csv, &size) > size / 3,
       "the search finds what is in the lists");

    snprintf(kept_folder, sizeof kept_folder, "%s", tap_path("kept"));
    if (mkdir(kept_folder, 0700) != 0)
        return 1;
    build_set(plain, csv, sealed, key);
    is_u64(file_leaks(sealed, &size), 0, "the set (%zu bytes) tells nothing", size);
    is_u64(file_leaks(key, &size), 0, "nor does its key");
    for (int i = 0; i < kept_count; i++) {
        char path[1100];
        snprintf(path, sizeof path, "%s/%d", kept_folder, i);
        found += file_leaks(path, &size);
        spilt += size;
    }
    ok(kept_count >= 4 && spilt > 5 * ENTRIES * TT_KEY_SIZE, "%d temporary files had %zu bytes",
       kept_count, spilt);
    is_u64(found, 0, "they tell nothing");

    kept_folder[0] = '\0';
    build_set(plain, csv, open_set, NULL);
    ok(file_leaks(open_set, &size) > 5 * ENTRIES, "an unsealed set tells: that is what unsealed means");
    /* valgrind is the program then, and its memory is not what is asked about. */
    if (getenv("TEST_UNDER") && strstr(getenv("TEST_UNDER"), "valgrind")) {
        skip(2, "memory of a program under valgrind");
    } else {
        try_memory("/proc/self/exe", sealed, key, 1);
        try_memory("/proc/self/exe", open_set, key, 0);
    }
    free(needles);
    free(maybe);
    return tap_done();
}
