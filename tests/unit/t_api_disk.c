/*
 * Images of disks in buffers and streams: what became of their bytes is said of each, and of nothing else; how
 * a file in one was come by; and what is left out when it is not wanted.
 */
#include "disk_kit.h"

#include "open_kit.h"

#include <errno.h>

static tutela_scanner *scanner;
static tutela_error error;

/* What was told of members, and of the container itself. */
typedef struct heard {
    size_t count, deleted;
} heard;

static int hear(void *user, const tutela_finding *finding)
{
    heard *h = user;

    h->count++;
    h->deleted += finding->origin != TUTELA_ORIGIN_FILE;
    return 0;
}

/* The known file, and once more, deleted; behind a table, when it is one of two partitions. */
static bytes make_disk(int table)
{
    bytes known = kit_copy(KNOWN, strlen(KNOWN)), disk;
    fat_disk d = fat_new(128), empty;

    (void)fat_add(&d, "ONE     TXT", known);
    (void)fat_add(&d, "TWO     TXT", known);
    fat_delete(&d, 1);
    free(known.data);
    if (!table)
        return d.image;
    empty = fat_new(128);
    disk = disk_of((disk_part[]){{d.image, 1}, {empty.image, 1}}, 2);
    free(d.image.data);
    free(empty.image.data);
    return disk;
}

static tutela_context *context_of(uint32_t flags, uint32_t partition, heard *h)
{
    tutela_open_options options = {.size = sizeof options, .worker = worker_path, .flags = flags,
                                   .partition = partition};
    tutela_context *context = NULL;

    ok(tutela_context_new(&context, scanner, &error) == TUTELA_OK
           && tutela_context_open(context, &options, hear, h, &error) == TUTELA_OK, "a context");
    return context;
}

/* As a buffer, or as a stream in pieces; the finding is borrowed from the context. */
static const tutela_finding *check(tutela_context *context, bytes all, size_t piece, int os_error)
{
    const tutela_finding *out = NULL;
    tutela_status status;

    if (piece == 0)
        return tutela_check(context, all.data, all.size, "s", &out, &error) == TUTELA_OK ? out : NULL;
    status = tutela_stream_begin(context, "s", &error);
    for (size_t at = 0; status == TUTELA_OK && at < all.size; at += piece)
        status = tutela_stream_update(context, all.data + at, all.size - at < piece ? all.size - at : piece, &error);
    if (status == TUTELA_OK)
        status = os_error ? tutela_stream_fail(context, os_error, &out, &error)
                          : tutela_stream_end(context, &out, &error);
    return status == TUTELA_OK ? out : NULL;
}

static uint64_t sum_of(const tutela_finding *finding)
{
    uint64_t sum = 0;

    for (int i = 0; finding && finding->coverage && i < TUTELA_COVER_COUNT; i++)
        sum += finding->coverage[i];
    return sum;
}

static void test_coverage(bytes disk)
{
    static const size_t pieces[] = {0, 4096, 1 << 20};
    bytes plain = {(uint8_t *)(uintptr_t)"abc", 3};

    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        tutela_summary summary = {.size = sizeof summary};
        heard h = {0};
        tutela_context *context = context_of(0, 0, &h);
        const tutela_finding *own = check(context, disk, pieces[i], 0);

        ok(own && own->status == TUTELA_ITEM_CLEAR, "an image, in pieces of %zu", pieces[i]);
        ok(h.count == 2 && h.deleted == 1, "its files, of which one was deleted");
        is_u64(sum_of(own), disk.size, "the sum of what became of its bytes is its size");
        ok(own && own->coverage && own->coverage[TUTELA_COVER_EXAMINED] > 0
               && own->coverage[TUTELA_COVER_LOST] == 0, "some were examined and none lost");
        tutela_context_count(context, &summary);
        is_u64(summary.images, 0, "no image in it");
        if (own)
            tutela_summary_add(&summary, own);
        ok(summary.images == 1 && summary.items == 3, "itself is one");
        own = check(context, plain, pieces[i], 0);
        ok(own && own->status == TUTELA_ITEM_CLEAR && !own->coverage, "what comes after it is none");
        tutela_context_free(context);
    }
}

/* A source that fails behind all of it: what was seen is said. */
static void test_failing(bytes disk)
{
    heard h = {0};
    tutela_context *context = context_of(0, 0, &h);
    const tutela_finding *own = check(context, disk, 4096, EIO);

    ok(own && own->status == TUTELA_ITEM_PARTIAL && h.count == 2, "a source that fails");
    is_u64(sum_of(own), disk.size, "what became of what came of it");
    tutela_context_free(context);
}

static void test_wishes(bytes disk)
{
    static const struct {
        uint32_t flags, partition;
        size_t count, deleted;
    } cases[] = {{0, 0, 2, 1}, {TUTELA_OPEN_NO_DELETED, 0, 1, 0}, {0, 1, 2, 1}, {0, 2, 0, 0},
                 {TUTELA_OPEN_NO_DELETED, 1, 1, 0}};
    tutela_open_options unknown = {.size = sizeof unknown, .worker = worker_path, .flags = 1u << 31};
    tutela_context *context = NULL;
    heard none;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t piece = 0; piece <= 4096; piece += 4096) {
            heard h = {0};
            tutela_context *with = context_of(cases[i].flags, cases[i].partition, &h);
            const tutela_finding *own = check(with, disk, piece, 0);

            ok(h.count == cases[i].count && h.deleted == cases[i].deleted, "wishes %zu, in pieces of %zu: %zu told",
               i, piece, h.count);
            is_u64(sum_of(own), disk.size, "what was left out is counted too");
            tutela_context_free(with);
        }
    ok(tutela_context_new(&context, scanner, &error) == TUTELA_OK
           && tutela_context_open(context, &unknown, hear, &none, &error) == TUTELA_ARGUMENT,
       "a flag that is none is refused");
    tutela_context_free(context);
}

int main(void)
{
    bytes one = make_disk(0), two = make_disk(1);

    alarm(300);
    find_worker();
    scanner = scanner_of_known();
    test_coverage(one);
    test_coverage(two);
    test_failing(one);
    test_wishes(two);
    free(one.data);
    free(two.data);
    tutela_scanner_free(scanner);
    return tap_done();
}
