/*
 * engine: a set that proves damaged in the middle of a scan. The scan ends, and still delivers what
 * it found till then: every item that it counted.
 */
#include "engine/engine.h"
#include "hashsets/set_internal.h"

#include "tap.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { FILES = 40, OTHERS = 20000, PAGE = 4096, STEP = 4 * PAGE };

static char set_path[300], tree[300];

static void make_tree_and_set(void)
{
    const char *input = tap_path("list.txt");
    tutela_build_options options = {.size = sizeof options, .inputs = &input, .input_count = 1,
                                    .output = set_path, .polarity = TUTELA_KNOWN_BAD,
                                    .unsealed = 1, .reproducible = 1};
    FILE *list = fopen(input, "w");

    mkdir(tree, 0755);
    for (int i = 0; list && i < FILES + OTHERS; i++) {
        char text[40], path[400];
        tt_digests digests;
        int size = snprintf(text, sizeof text, "file %d", i);

        if (tt_digest_bytes(TUTELA_BIT(TUTELA_MD5), text, (size_t)size, &digests, NULL) != TUTELA_OK)
            ok(0, "digests");
        for (size_t b = 0; b < 16; b++)
            fprintf(list, "%02x", digests.value[TUTELA_MD5][b]);
        fputc('\n', list);
        if (i >= FILES)
            continue;
        snprintf(path, sizeof path, "%s/f%02d", tree, i);
        FILE *file = fopen(path, "w");
        if (!file || fputs(text, file) < 0 || fclose(file) != 0)
            ok(0, "writes");
    }
    ok(list && fclose(list) == 0 && tutela_set_build(&options, NULL, NULL) == TUTELA_OK, "a set");
}

static int note(void *user, const tutela_finding *finding)
{
    *(uint64_t *)user += finding->status == TUTELA_ITEM_MATCH;
    return 0;
}

/* The scan, of a set whose pages are checked at first touch, one item after another. */
static tutela_status scan(uint64_t *found, tutela_summary *summary, tutela_error *error)
{
    const char *targets[] = {tree};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .threads = 1, .spool_folder = tap_folder(),
                                   .on_finding = note, .user = found};
    static tt_control control;
    tt_engine *engine = NULL;
    tt_set *set = NULL;
    tutela_status status = tt_set_open_eager(&set, set_path, 0, error);

    memset(&control, 0, sizeof control);
    *found = 0;
    *summary = (tutela_summary){.size = sizeof *summary};
    if (status == TUTELA_OK)
        status = tt_engine_new(&engine, &set, 1, 0, error);
    if (status == TUTELA_OK) {
        engine->width = 1;
        status = tt_engine_scan(engine, &options, &control, summary, error);
    }
    tt_engine_drop(engine);
    tt_set_close(set);
    return status;
}

static void flip(int fd, off_t at)
{
    char byte;

    if (pread(fd, &byte, 1, at) != 1)
        byte = 0;
    byte = (char)(byte ^ 1);
    if (pwrite(fd, &byte, 1, at) != 1)
        ok(0, "writes");
}

int main(void)
{
    unsigned refused = 0, midway = 0, wrong = 0, other = 0;
    tutela_summary summary;
    tutela_error error;
    struct stat file;
    uint64_t found;
    int fd;

    snprintf(set_path, sizeof set_path, "%s", tap_path("known.tset"));
    snprintf(tree, sizeof tree, "%s", tap_path("tree"));
    make_tree_and_set();
    ok(scan(&found, &summary, &error) == TUTELA_OK && found == FILES, "an undisturbed scan");
    fd = open(set_path, O_RDWR);
    if (fd < 0 || fstat(fd, &file) != 0)
        file.st_size = 0;
    for (off_t at = PAGE / 2; at < file.st_size; at += STEP) {
        tutela_status status;

        flip(fd, at);
        status = scan(&found, &summary, &error);
        flip(fd, at);
        refused += status == TUTELA_SET_REFUSED;
        midway += status == TUTELA_SET_REFUSED && found > 0;
        other += status != TUTELA_SET_REFUSED && status != TUTELA_OK;
        wrong += found != summary.matches || (status != TUTELA_OK && found > 0 && summary.complete)
                 || (status == TUTELA_OK && found != FILES);
    }
    close(fd);
    ok(midway > 3, "refused in %u places, in %u of them midway", refused, midway);
    is_u64(wrong, 0, "what was counted was delivered, and never as if it were all");
    is_u64(other, 0, "no other failure");
    return tap_done();
}
