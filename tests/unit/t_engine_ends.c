/*
 * t_engine_ends: what files of many pieces end with. A zip's end record, or an entry of Firefox's cache, is
 * seen wherever the pieces that a file is read in are parted; its last bytes are read again only then.
 */
#include "open_kit.h"
#include "unpack_firefox.h"
#include "unpack_made.h"

#include "unpack/tails.h"

#include <sys/stat.h>

#define PIECE ((size_t)65536)
#define FILES 400

typedef struct sample {
    char what[80];
    int holds;
} sample;

static sample samples[FILES];
static size_t count;
static char tree[600];

static void put(bytes b, int holds, const char *what, size_t a, size_t c)
{
    char path[700];

    snprintf(path, sizeof path, "%s/%zu", tree, count);
    tap_write(path, b.data, b.size);
    snprintf(samples[count].what, sizeof samples[count].what, "%s, %zu, %zu", what, a, c);
    samples[count++].holds = holds;
}

/* Its end record begins `at` bytes from the front; `rest` bytes are behind it, its comment or not. */
static void put_zip(size_t at, size_t rest, int commented)
{
    zip_part part = {.name = "one", .text = "a member"};
    bytes front = kit_noise(at + rest), zip = zip_of(&part, 1, commented ? rest : 0), b;
    size_t before = zip.size - 22 - (commented ? rest : 0);

    b = kit_copy(front.data, at - before);
    kit_add(&b, zip.data, zip.size);
    if (!commented)
        kit_add(&b, front.data, rest);
    put(b, rest <= 65535, commented ? "a zip with its comment" : "a zip with bytes behind it", at, rest);
    b.data[at + 3] = 7;
    put(b, 0, "none", at, rest);
    free(front.data);
    free(zip.data);
    free(b.data);
}

static void make_zips(void)
{
    static const size_t rests[] = {0, 1, 43, 44, 1000, 40000, 65535};

    for (size_t pieces = 1; pieces < 4; pieces += 2)
        for (size_t back = 0; back < 6; back++)
            for (size_t i = 0; i < sizeof rests / sizeof rests[0]; i++)
                put_zip(pieces * PIECE - back, rests[i], (int)(back + i) % 2);
    put_zip(20 * PIECE + 5, 300, 1);
    put_zip(20 * PIECE + 5, 65536, 0);
    put_zip(5000, 60000, 0);
}

/* Its last four bytes tell: they may be in two pieces. */
static void make_firefox(void)
{
    static const size_t sizes[] = {PIECE - 3000, 2 * PIECE, 5 * PIECE};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        bytes body = kit_noise(sizes[i] + 2 * PIECE), fitted = {body.data, sizes[i]};
        bytes b = firefox_of(fitted, "key", FIREFOX_FACTS, sizeof FIREFOX_FACTS, 3);
        size_t over = PIECE - b.size % PIECE;

        for (size_t last = 0; last < 6; last++) {
            free(b.data);
            fitted.size = sizes[i] + over + last;
            b = firefox_of(fitted, "key", FIREFOX_FACTS, sizeof FIREFOX_FACTS, 3);
            put(b, 1, "an entry of a cache", b.size, b.size % PIECE);
            b.data[b.size - 30] ^= 1;
            put(b, 0, "a damaged one", b.size, b.size % PIECE);
        }
        free(b.data);
        free(body.data);
    }
}

static int on_found(void *user, const tutela_finding *finding)
{
    size_t *wrong = user, number;
    const tutela_name *name = &finding->chain[0];
    char path[700];

    snprintf(path, sizeof path, "%.*s", (int)name->size, name->data);
    number = (size_t)strtoul(strrchr(path, '/') + 1, NULL, 10);
    if (finding->status != (samples[number].holds ? TUTELA_ITEM_SKIPPED : TUTELA_ITEM_CLEAR)) {
        printf("# %s: %s\n", samples[number].what, tutela_item_status_name(finding->status));
        ++*wrong;
    }
    return 0;
}

int main(void)
{
    tutela_scanner *scanner = scanner_of_known();
    const char *targets[] = {tree};
    size_t wrong = 0;
    tutela_open_options open = {.size = sizeof open, .flags = TUTELA_OPEN_NOTHING};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .threads = 2, .open = &open, .flags = TUTELA_SCAN_INVENTORY,
                                   .on_finding = on_found, .user = &wrong};
    tutela_summary summary = {.size = sizeof summary};
    tutela_error error;

    snprintf(tree, sizeof tree, "%s", tap_path("tree"));
    mkdir(tree, 0755);
    make_zips();
    make_firefox();
    is_i64(tutela_scan_paths(scanner, &options, &summary, &error), TUTELA_OK, "a scan that opens nothing");
    is_u64(summary.items, count, "of every sample");
    is_u64(wrong, 0, "says of each whether it holds something");
    tutela_scanner_free(scanner);
    return tap_done();
}
