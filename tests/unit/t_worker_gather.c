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
    return r;
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
    tt_gather_free(g);
    for (int i = 0; i < 3; i++)
        free(three[i].content.data);
    free(tar.data);
    return tap_done();
}
