/*
 * t_api_from: a scan from C that hits a limit says where, and another goes on from what it said; what was
 * not in order before the place stays so, and nothing is gone on with that is no longer the same.
 */
#include "open_kit.h"

#include <sys/stat.h>

#define MEMBERS 40

static tutela_error error;
static tutela_scanner *scanner;
static char path[400];

/* The findings of one scan: of the file itself, and how many of what it holds. */
typedef struct outcome {
    size_t members, matches, own;
    int32_t status;
    uint32_t flags;
    char reason[96];
    uint64_t bytes;
    int64_t modified;
    tutela_step position[TUTELA_STEPS_MAX], from[TUTELA_STEPS_MAX];
    size_t position_count, from_count;
} outcome;

static int on_finding(void *user, const tutela_finding *finding)
{
    outcome *o = user;

    o->matches += finding->match_count;
    if (finding->chain_count > 1) {
        o->members++;
        return 0;
    }
    o->own++;
    o->status = finding->status;
    o->flags = finding->flags;
    snprintf(o->reason, sizeof o->reason, "%s", finding->reason);
    o->bytes = finding->bytes;
    o->modified = finding->modified;
    o->position_count = finding->position_count;
    o->from_count = finding->from_count;
    if (finding->position_count)
        memcpy(o->position, finding->position, finding->position_count * sizeof o->position[0]);
    if (finding->from_count)
        memcpy(o->from, finding->from, finding->from_count * sizeof o->from[0]);
    return 0;
}

static tutela_status scan(outcome *out, uint64_t members, uint32_t depth, const tutela_from *from,
                          size_t from_count)
{
    const char *targets[] = {path};
    tutela_open_options open = {.size = sizeof open, .worker = worker_path, .max_members = members,
                                .max_depth = depth};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .flags = TUTELA_SCAN_INVENTORY, .threads = 2,
                                   .on_finding = on_finding, .user = out, .open = &open, .from = from,
                                   .from_count = from_count};
    tutela_summary summary = {.size = sizeof summary};

    *out = (outcome){0};
    return tutela_scan_paths(scanner, &options, &summary, &error);
}

/* All from the finding of an earlier scan. */
static tutela_from from_of(const outcome *o)
{
    return (tutela_from){.path = path, .bytes = o->bytes, .modified = o->modified, .steps = o->position,
                         .step_count = o->position_count};
}

/* A tar of many, the known one the last; after `damaged` of them one that is cut off. */
static void make(int damaged)
{
    bytes b, cut = box_of("pax", "gzip", 1000);
    struct archive *a = kit_writer("pax", NULL, NULL, &b);
    char name[16], text[32];

    for (int i = 0; i < MEMBERS; i++) {
        snprintf(name, sizeof name, "m%02d", i);
        snprintf(text, sizeof text, "text %d", i);
        if (i == damaged)
            (void)!kit_put(a, name, cut.data, cut.size / 2);
        else
            (void)!kit_put(a, name, text, strlen(text));
    }
    (void)!kit_put(a, "z", KNOWN, strlen(KNOWN));
    (void)!kit_close(a);
    tap_write(path, b.data, b.size);
    free(b.data);
    free(cut.data);
}

static void is_place(const tutela_step *steps, size_t count, uint64_t members, const char *what)
{
    ok(count == 1 && steps[0].members == members && steps[0].before == TUTELA_ITEM_CLEAR, "%s", what);
}

static void goes_on(void)
{
    outcome first, second;
    tutela_from from;

    make(-1);
    for (uint64_t most = 1; most <= MEMBERS; most += 13) {
        (void)!scan(&first, most, 0, NULL, 0);
        ok(first.status == TUTELA_ITEM_LIMIT && first.matches == 0, "%d members may be taken", (int)most);
        is_place(first.position, first.position_count, most, "the place is behind them");
        from = from_of(&first);
        ok(scan(&second, 0, 0, &from, 1) == TUTELA_OK && second.matches == 1, "the known one is found");
        is_u64(first.members + second.members, MEMBERS + 1, "each member is told of once");
        is_i64(second.status, TUTELA_ITEM_CLEAR, "clear");
        is_place(second.from, second.from_count, most, "from there");
        ok(second.flags == TUTELA_FLAG_GONE_ON && second.reason[0] && second.position_count == 0,
           "which is said");
    }
    (void)!scan(&first, 10, 0, NULL, 0);
    from = from_of(&first);
    (void)!scan(&second, 10, 0, &from, 1);
    ok(second.status == TUTELA_ITEM_LIMIT && second.position[0].members == 20, "and from there on again");
    (void)!scan(&first, 0, 0, NULL, 0);
    ok(first.position_count == 0 && first.flags == 0 && first.from_count == 0, "without a limit nothing is said");
}

/* What came before the place and was not in order. */
static void damage_before(void)
{
    outcome first, second;
    tutela_from from;

    make(3);
    (void)!scan(&first, 20, 0, NULL, 0);
    ok(first.position[0].before == TUTELA_ITEM_MALFORMED, "damage before the place is in it");
    from = from_of(&first);
    (void)!scan(&second, 0, 0, &from, 1);
    ok(second.matches == 1 && second.status == TUTELA_ITEM_MALFORMED,
       "what is found behind it does not make it whole");
    make(MEMBERS - 1);
    (void)!scan(&first, 20, 0, NULL, 0);
    ok(first.position[0].before == TUTELA_ITEM_CLEAR, "damage behind it was not seen");
    from = from_of(&first);
    (void)!scan(&second, 0, 0, &from, 1);
    ok(second.status == TUTELA_ITEM_MALFORMED, "but is, when it is gone on with");
}

static void another_file(void)
{
    outcome first, second;
    struct timespec times[2] = {{.tv_sec = 1600000000}, {.tv_sec = 1600000000, .tv_nsec = 5}};
    tutela_from from;

    make(-1);
    (void)!scan(&first, 10, 0, NULL, 0);
    from = from_of(&first);
    from.modified++;
    (void)!scan(&second, 0, 0, &from, 1);
    ok(second.members == MEMBERS + 1 && second.flags & TUTELA_FLAG_ANEW && second.from_count == 0
           && second.status == TUTELA_ITEM_CLEAR && second.reason[0],
       "a nanosecond: it is read from its start, which is said");
    from = from_of(&first);
    from.bytes--;
    (void)!scan(&second, 0, 0, &from, 1);
    ok(second.members == MEMBERS + 1 && second.flags & TUTELA_FLAG_ANEW, "and so for a byte");
    from = from_of(&first);
    utimensat(AT_FDCWD, path, times, 0);
    (void)!scan(&second, 0, 0, &from, 1);
    ok(second.members == MEMBERS + 1 && second.flags & TUTELA_FLAG_ANEW, "and for the file's own time");
    tap_write(path, "no container", 12);
    (void)!scan(&second, 0, 0, &from, 1);
    ok(second.own == 1 && second.flags & TUTELA_FLAG_ANEW && second.status == TUTELA_ITEM_CLEAR,
       "and where there is a plain file now");
}

/* A place that the file does not have is never taken for clear. */
static void false_places(void)
{
    outcome first, second;
    tutela_from from;

    make(-1);
    (void)!scan(&first, 10, 0, NULL, 0);
    from = from_of(&first);
    first.position[0].members = MEMBERS + 2;
    (void)!scan(&second, 0, 0, &from, 1);
    ok(second.members == 0 && second.status == TUTELA_ITEM_CHANGED, "behind its end");
    first.position[0].members = 5;
    first.position[1] = (tutela_step){.members = 7};
    from.step_count = 2;
    (void)!scan(&second, 0, 0, &from, 1);
    ok(second.members == MEMBERS + 1 - 5 && second.matches == 1, "in a member that is no container");
    first.position[0].members = 0;
    first.position[1].members = 0;
    (void)!scan(&second, 0, 0, &from, 1);
    ok(second.members == MEMBERS + 1 && second.from_count == 0 && second.flags == TUTELA_FLAG_GONE_ON,
       "at its start");
    from.step_count = TUTELA_STEPS_MAX + 1;
    ok(scan(&second, 0, 0, &from, 1) == TUTELA_ARGUMENT, "with more steps than there may be");
    from = from_of(&first);
    first.position[0].before = TUTELA_ITEM_COUNT;
    ok(scan(&second, 0, 0, &from, 1) == TUTELA_ARGUMENT, "of a status that is none");
    first.position[0].before = TUTELA_ITEM_CLEAR;
    ok(scan(&second, 0, 0, (tutela_from[]){from, from}, 2) == TUTELA_ARGUMENT, "two of one file");
    from.path = NULL;
    ok(scan(&second, 0, 0, &from, 1) == TUTELA_ARGUMENT, "of no file");
    ok(scan(&second, 0, 0, NULL, 1) == TUTELA_ARGUMENT, "none at all");
    from = from_of(&first);
    from.path = "elsewhere";
    ok(scan(&second, 0, 0, &from, 1) == TUTELA_OK && second.flags == 0, "of what is no target");
}

int main(void)
{
    find_worker();
    snprintf(path, sizeof path, "%s", tap_path("box.tar"));
    scanner = scanner_of_known();
    goes_on();
    damage_before();
    another_file();
    false_places();
    tutela_scanner_free(scanner);
    return tap_done();
}
