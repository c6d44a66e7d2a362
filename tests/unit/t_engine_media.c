/*
 * engine: media that give some bytes and not others, seen from outside: a rule that cannot be
 * answered skips nothing, and what was found stays found.
 */
#include "tutela.h"

#include "t_engine_hook.h"

static tutela_error error;

enum { SIZE = 20000, MOST = 8 };

typedef struct seen {
    size_t count;
    struct {
        char path[400];
        int status, grade;
        size_t matches;
        char mime[40];
    } item[MOST];
} seen;

static int note(void *user, const tutela_finding *finding)
{
    seen *all = user;

    if (all->count == MOST)
        return 1;
    snprintf(all->item[all->count].path, 400, "%s", finding->chain[0].data);
    all->item[all->count].status = finding->status;
    all->item[all->count].grade = finding->grade;
    all->item[all->count].matches = finding->match_count;
    snprintf(all->item[all->count].mime, 40, "%s", finding->mime);
    all->count++;
    return 0;
}

static tutela_scanner *make_scanner(const char *list)
{
    const char *input = tap_path("list.txt");
    char output[300];
    tutela_build_options options = {.size = sizeof options, .inputs = &input, .input_count = 1,
                                    .output = output, .polarity = TUTELA_KNOWN_BAD,
                                    .unsealed = 1};
    tutela_set *set = NULL;
    tutela_scanner *scanner = NULL;

    snprintf(output, sizeof output, "%s", tap_path("set.tset"));
    tap_write(input, list, strlen(list));
    ok(tutela_set_build(&options, NULL, &error) == TUTELA_OK
           && tutela_set_open(&set, output, NULL, &error) == TUTELA_OK
           && tutela_scanner_new(&scanner, &set, 1, NULL, &error) == TUTELA_OK,
       "a scanner");
    tutela_set_close(set);
    return scanner;
}

static void scan(tutela_scanner *scanner, const char *tree, uint32_t only, seen *all,
                 tutela_summary *summary)
{
    const char *targets[] = {tree};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .only = only, .threads = 1, .on_finding = note, .user = all};

    *all = (seen){0};
    *summary = (tutela_summary){.size = sizeof *summary};
    if (tutela_scan_paths(scanner, &options, summary, &error) != TUTELA_OK)
        ok(0, "scans: %s", error.text);
}

/* The rule cannot be answered for a file without a head, whatever file came before it. */
static void heads(tutela_scanner *scanner)
{
    static const uint8_t jpeg[] = {0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0};
    static uint8_t data[SIZE];
    static seen all;
    tutela_summary summary;
    char tree[300], path[400];

    snprintf(tree, sizeof tree, "%s", tap_path("heads"));
    mkdir(tree, 0755);
    memset(data, 'x', sizeof data);
    snprintf(path, sizeof path, "%s/a.badhead", tree);
    tap_write(path, data, sizeof data);
    snprintf(path, sizeof path, "%s/b.txt", tree);
    tap_write(path, data, sizeof data);
    memcpy(data, jpeg, sizeof jpeg);
    snprintf(path, sizeof path, "%s/c.jpg", tree);
    tap_write(path, data, sizeof data);
    for (int i = 0; i < 2; i++) {
        scan(scanner, tree, TUTELA_BIT(i ? TUTELA_TYPE_IMAGE : TUTELA_TYPE_VIDEO), &all, &summary);
        ok(all.count > 0 && all.item[0].status == TUTELA_ITEM_PARTIAL,
           "a file without a readable head is partial, not of a type not selected");
        is_i64(summary.exit_status, 3, "and the run incomplete");
    }
}

/* The first reading hits; the second, for the evidence, fails. */
static void second_reading(tutela_scanner *scanner)
{
    static seen all;
    tutela_summary summary;
    char tree[300], path[400];

    snprintf(tree, sizeof tree, "%s", tap_path("second"));
    mkdir(tree, 0755);
    snprintf(path, sizeof path, "%s/a.badagain", tree);
    tap_write(path, "abc", 3);
    scan(scanner, tree, 0, &all, &summary);
    is_u64(all.count, 1, "one finding");
    is_i64(all.item[0].status, TUTELA_ITEM_UNREADABLE, "that could not be read again");
    is_u64(all.item[0].matches, 1, "and was found all the same");
    is_text(tutela_grade_letter(all.item[0].grade), "C", "by the first reading's digest");
    is_u64(summary.matches, 1, "which counts");
    is_i64(summary.exit_status, 4, "incomplete, with a match");
}

int main(void)
{
    tutela_scanner *scanner = make_scanner("900150983cd24fb0d6963f7d28e17f72\n");

    heads(scanner);
    second_reading(scanner);
    tutela_scanner_free(scanner);
    return tap_done();
}
