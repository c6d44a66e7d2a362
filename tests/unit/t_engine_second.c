/*
 * A container is read a second time once something in it is in a list. Where that reading meets a limit before
 * it is there again, what the first one has told stands: a scan that goes on begins behind it.
 */
#include "worker_starts.h"

#include "open_kit.h"

/* A worker that is at a limit at once where more than one digest is asked for: so it is in the second reading. */
__attribute__((noreturn)) static void be_short(void)
{
    must_do(tt_serve_begin(&server, NULL));
    for (;;) {
        must_do(tt_serve_next(&server, &order, &job_fd, NULL));
        if ((order.mask & (order.mask - 1)) == 0) {
            must_do(tt_gather_run(server.gather, &order, job_fd, NULL));
        } else {
            tt_opened file = {.trouble = {TUTELA_ITEM_LIMIT, "it takes more time than the limit"}, .container = 1};
            tt_pages_begin(&server.pages, order.job);
            must_do(tt_pages_end(&server.pages, &file, NULL));
        }
        (void)close(job_fd);
    }
}

static struct {
    unsigned items, known, limited;
    int32_t known_status;
    uint64_t members; /* where it is gone on with */
} seen;

static int on_item(void *user, const tutela_finding *finding)
{
    (void)user;
    seen.items++;
    if (finding->match_count > 0) {
        seen.known++;
        seen.known_status = finding->status;
    }
    if (finding->chain_count == 1) {
        seen.limited += finding->status == TUTELA_ITEM_LIMIT;
        seen.members = finding->position_count == 1 ? finding->position[0].members : UINT64_MAX;
    }
    return 0;
}

int main(int count, char **arguments)
{
    const char *name = strrchr(arguments[0], '/');
    kit_member members[] = {{"before", kit_noise(600)}, {"known", kit_copy(KNOWN, strlen(KNOWN))},
                            {"behind", kit_noise(600)}};
    tutela_open_options open = {.size = sizeof open};
    tutela_scan_options options = {.size = sizeof options, .target_count = 1, .threads = 1,
                                   .flags = TUTELA_SCAN_INVENTORY, .on_finding = on_item, .open = &open};
    tutela_summary summary = {.size = sizeof summary};
    const char *target;
    char program[1024], path[1024];
    bytes box;

    name = name ? name + 1 : arguments[0];
    if (count == 1 && strcmp(name, "x-short") == 0)
        be_short();
    bad_main(count, arguments);
    set_program(program, "x-short");
    box = kit_archive("pax", NULL, members, 3);
    snprintf(path, sizeof path, "%s", tap_path("box.tar"));
    tap_write(path, box.data, box.size);
    target = path;
    options.targets = &target;
    open.worker = program;
    tutela_scanner *scanner = scanner_of_known();
    is_i64(tutela_scan_paths(scanner, &options, &summary, NULL), TUTELA_OK, "a scan");
    is_u64(seen.items, 3, "what comes before, the known one, and the container");
    is_u64(seen.known, 1, "it is told of once");
    is_i64(seen.known_status, TUTELA_ITEM_LIMIT, "and that its second reading did not come to it");
    is_u64(seen.limited, 1, "the container was not read to its end");
    is_u64(seen.members, 2, "and is gone on with behind the known one");
    tutela_scanner_free(scanner);
    for (size_t i = 0; i < 3; i++)
        free(members[i].content.data);
    free(box.data);
    return tap_done();
}
