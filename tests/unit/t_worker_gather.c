/*
 * The worker's sink: when its events go out. Many wait together for their digests, unless each may be
 * the last: then it goes at once.
 */
#include "unpack_kit.h"
#include "worker_kit.h"

#include "worker/gather.h"

#include <fcntl.h>
#include <sys/socket.h>

static tt_wire_slot memory[TT_WIRE_PAGES * TT_WIRE_SLOTS];
static listener heard;

/* Run it over a file; how many pages it sent, all read into `heard`. */
static size_t pages_of(tt_gather *g, int socket, bytes file, uint64_t careful, tt_wire_reader *r)
{
    const char *path = tap_path("file");
    tt_wire_order order = {.job = 7, .size = file.size, .mask = KIT_MASK, .careful = careful};
    tt_wire_word word;
    FILE *out = fopen(path, "w");
    size_t pages = 0;
    int fd;

    fwrite(file.data, 1, file.size, out);
    fclose(out);
    fd = open(path, O_RDONLY);
    is_i64(tt_gather_run(g, &order, fd, NULL), TUTELA_OK, "it runs");
    (void)close(fd);
    heard.count = 0;
    while (recv(socket, &word, sizeof word, MSG_DONTWAIT) == sizeof word) {
        if (word.kind != TT_WIRE_PAGE)
            continue;
        pages++;
        ok(word.job == 7 && word.at <= file.size
           && tt_wire_read(r, memory + (size_t)word.page * TT_WIRE_SLOTS, word.count, keep, &heard,
                           NULL) == TUTELA_OK && !r->lie, "page %zu is sound", pages);
    }
    ok(r->over, "it says that the file is through");
    return pages;
}

static tt_wire_reader wide(void)
{
    tt_wire_reader r = kit_reader();

    r.size = r.expanded = 1 << 30;
    r.entries = 1000;
    r.depth = 10;
    return r;
}

/* ---- Containers, small and large --------------------------------------------------------------- */

enum { MANY = 300 }; /* more than wait together, while the container they are in is open */

/* A tar of tiny members, with a zip and two streams in it; compressed, and once more. */
static bytes make_nest(void)
{
    static char names[MANY][16];
    static kit_member many[MANY];
    bytes tar, out;

    for (size_t i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "m%zu", i);
        many[i] = (kit_member){names[i], kit_noise(i % 40)};
    }
    for (size_t i = 10; i < 13; i++) {
        bytes plain = many[i].content;
        many[i].content = i == 10 ? kit_archive("zip", NULL, many + 20, 5)
                                  : kit_compress(i == 11 ? "gzip" : "xz", plain.data, plain.size);
        free(plain.data);
    }
    many[11].content.size -= 3; /* cut off */
    tar = kit_archive("pax", NULL, many, MANY);
    out = kit_compress("gzip", tar.data, tar.size);
    free(tar.data);
    tar = kit_compress("bzip2", out.data, out.size);
    free(out.data);
    for (size_t i = 0; i < MANY; i++)
        free(many[i].content.data);
    return tar;
}

/* Members in containers: such as are whole before they are opened, and such as are not. */
static bytes make_mixed(void)
{
    kit_member in[2] = {{"in", kit_noise(100000)}, {"too", kit_noise(9)}};
    kit_member all[] = {{"first", kit_noise(5)}, {"nest", make_nest()},
                        {"zip", kit_archive("zip", NULL, in + 1, 1)},
                        {"large.zip", kit_archive("zip", NULL, in, 2)},
                        {"large.gz", kit_compress("gzip", in[0].content.data, in[0].content.size)},
                        {"last", kit_noise(600000)}};
    bytes tar = kit_archive("pax", NULL, all, sizeof all / sizeof all[0]);

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        free(all[i].content.data);
    free(in[0].content.data);
    free(in[1].content.data);
    return tar;
}

/* What was told of the item, against all its bytes. The one in what is cut off has no digests. */
static int is_told_right(const kept *k, const kit_item *item)
{
    tt_digests want;
    int cut = item->trouble.status != TUTELA_ITEM_CLEAR && !item->format[0];

    if (cut)
        return k->digests.mask == 0 && k->trouble.status == item->trouble.status;
    return k->number == item->number - 1 && k->parent == item->parent - 1
           && k->trouble.status == item->trouble.status && k->bytes == item->content.size
           && k->digests.mask == KIT_MASK
           && tt_digest_bytes(KIT_MASK, item->content.data, item->content.size, &want, NULL) == TUTELA_OK
           && memcmp(want.value[TUTELA_SHA256], k->digests.value[TUTELA_SHA256], 32) == 0;
}

/* Every item's digests, those of containers too, are those of the bytes that the tree delivers. */
static void test_containers(tt_gather *g, tt_pages *pages, int socket)
{
    bytes mixed = make_mixed();
    kit_log log = kit_new();
    tt_wire_reader r = wide();
    size_t right = 0, ended = 0;

    is_i64(kit_run(&log, mixed, NULL), TUTELA_OK, "the tree");
    ok(!log.wrong, "nothing comes that may not");
    pages->credits = TT_WIRE_PAGES;
    (void)pages_of(g, socket, mixed, UINT64_MAX, &r);
    for (size_t i = 0; i < heard.count; i++) {
        const kept *k = &heard.items[i];
        if (k->opens)
            continue;
        ended++;
        right += k->number < log.count && (size_t)is_told_right(k, &log.items[k->number]);
    }
    is_u64(ended, log.count - 1, "each item ends once");
    is_u64(right, ended, "with its digests");
    ok(ended > MANY + 10, "many of them");
    tt_wire_done(&r);
    kit_free(&log);
    free(mixed.data);
}

int main(void)
{
    kit_member three[3] = {{"one", kit_noise(10)}, {"two", kit_noise(800000)}, {"three", kit_noise(0)}};
    bytes tar = kit_archive("pax", NULL, three, 3);
    static const struct { uint64_t careful; size_t pages; } ways[] = {{UINT64_MAX, 1}, {0, 4}, {2, 2}};
    tt_wire_reader r;
    tt_pages pages;
    tt_gather *g = NULL;
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
        return 1;
    tt_pages_init(&pages, pair[0], memory);
    if (tt_gather_new(&g, &pages, NULL, NULL) != TUTELA_OK)
        return 1;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        r = wide();
        pages.credits = TT_WIRE_PAGES;
        is_u64(pages_of(g, pair[1], tar, ways[i].careful, &r), ways[i].pages,
               "pages when careful after %" PRIu64 " events", ways[i].careful);
        is_u64(heard.count, 3, "three members");
        for (size_t m = 0; m < heard.count; m++) {
            tt_digests want;
            ok(tt_digest_bytes(KIT_MASK, three[m].content.data, three[m].content.size, &want, NULL)
                       == TUTELA_OK
                   && memcmp(want.value[TUTELA_SHA256], heard.items[m].digests.value[TUTELA_SHA256], 32)
                          == 0
                   && heard.items[m].bytes == three[m].content.size, "%s", three[m].name);
        }
        tt_wire_done(&r);
    }
    test_containers(g, &pages, pair[1]);
    tt_gather_free(g);
    for (int i = 0; i < 3; i++)
        free(three[i].content.data);
    free(tar.data);
    return tap_done();
}
