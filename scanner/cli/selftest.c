/*
 * selftest: the command `selftest`.
 */
#include "cli.h"

#include <inttypes.h>
#include <string.h>

#define GROUPS   16u  /* the library has about half of that */
#define FAILURES 100u /* named; more are counted */
#define TEXT     192u /* bytes of a name or detail */

typedef struct group {
    const char *name; /* static, as the library gives it */
    uint64_t right, wrong;
} group;

typedef struct failure {
    const char *group;
    char name[TEXT];
    char detail[TEXT];
} failure;

typedef struct selftest {
    int tell; /* name every question */
    group groups[GROUPS];
    size_t group_count;
    uint64_t right, wrong;
    failure failures[FAILURES];
} selftest;

static const char advice[]
    = "rely on no result of this build on this machine, earlier ones included; test its memory, "
      "install again, report it with 'tutela version -v'";

/* ---- Counting ---------------------------------------------------------------------------- */

static group *group_of(selftest *all, const char *name)
{
    for (size_t i = 0; i < all->group_count; i++)
        if (strcmp(all->groups[i].name, name) == 0)
            return &all->groups[i];
    if (all->group_count == GROUPS)
        return &all->groups[GROUPS - 1];
    all->groups[all->group_count].name = name;
    return &all->groups[all->group_count++];
}

static int take(void *user, const tutela_selftest_check *check)
{
    selftest *all = user;
    group *in = group_of(all, check->group);

    if (!check->passed && all->wrong < FAILURES) {
        failure *one = &all->failures[all->wrong];

        one->group = in->name;
        snprintf(one->name, sizeof one->name, "%s", check->name);
        snprintf(one->detail, sizeof one->detail, "%s", check->detail);
    }
    in->right += check->passed != 0;
    in->wrong += check->passed == 0;
    all->right += check->passed != 0;
    all->wrong += check->passed == 0;
    if (all->tell)
        printf("%s  %s: %s\n", check->passed ? "right" : "WRONG", check->group, check->name);
    return 0;
}

static size_t named(const selftest *all)
{
    return all->wrong < FAILURES ? (size_t)all->wrong : FAILURES;
}

/* ---- For people -------------------------------------------------------------------------- */

static void print_failures(const selftest *all, const char *name)
{
    for (size_t i = 0; i < named(all); i++) {
        const failure *one = &all->failures[i];
        char shown[2 * TEXT];

        if (strcmp(one->group, name) != 0)
            continue;
        cli_display(shown, sizeof shown, one->name);
        printf("  %s", shown);
        cli_display(shown, sizeof shown, one->detail);
        printf("%s%s\n", *shown ? ": " : "", shown);
    }
}

static void print_text(const selftest *all)
{
    char right[32], wrong[32];

    for (size_t i = 0; i < all->group_count; i++) {
        const group *one = &all->groups[i];

        printf("%s: %s %s right", one->name, cli_count_text(one->right, right),
               one->right == 1 ? "answer" : "answers");
        if (one->wrong)
            printf(", %s WRONG", cli_count_text(one->wrong, wrong));
        putchar('\n');
        print_failures(all, one->name);
    }
    if (all->wrong > FAILURES)
        printf("%s more are wrong\n", cli_count_text(all->wrong - FAILURES, wrong));
}

/* ---- For programs ------------------------------------------------------------------------ */

/* What the processor has, part by part, as the component of that name lists it. */
static void write_processor(const char *features)
{
    const char *between = "";

    fputs(",\"processor\":[", stdout);
    while (*features && strcmp(features, "none") != 0) {
        size_t size = strcspn(features, ",");
        char one[64];

        snprintf(one, sizeof one, "%.*s", (int)size, features);
        fputs(between, stdout);
        cli_json_text(stdout, one);
        between = ",";
        features += size;
        features += strspn(features, ", ");
    }
    fputs("]", stdout);
}

static void write_parts(void)
{
    tutela_component part;

    for (size_t i = 0; tutela_component_at(i, &part); i++)
        if (strcmp(part.name, "processor") == 0)
            write_processor(part.version);
    fputs(",\"parts\":[", stdout);
    for (size_t i = 0; tutela_component_at(i, &part); i++) {
        /* What is there when a worker is started: the self-test asks nothing of that. */
        if (strcmp(part.name, "sandbox") == 0)
            continue;
        fputs(i ? ",{\"name\":" : "{\"name\":", stdout);
        cli_json_text(stdout, part.name);
        fputs(",\"version\":", stdout);
        cli_json_text(stdout, part.version);
        fputs(",\"note\":", stdout);
        cli_json_text(stdout, part.note);
        fputs("}", stdout);
    }
    fputs("]", stdout);
}

static void print_json(const selftest *all)
{
    fputs("{\"type\":\"selftest\",\"schema\":1,\"version\":", stdout);
    cli_json_text(stdout, tutela_version());
    write_parts();
    fputs(",\"groups\":[", stdout);
    for (size_t i = 0; i < all->group_count; i++) {
        fputs(i ? ",{\"group\":" : "{\"group\":", stdout);
        cli_json_text(stdout, all->groups[i].name);
        printf(",\"right\":%" PRIu64 ",\"wrong\":%" PRIu64 "}", all->groups[i].right,
               all->groups[i].wrong);
    }
    printf("],\"right\":%" PRIu64 ",\"wrong\":%" PRIu64 ",\"failures\":[", all->right, all->wrong);
    for (size_t i = 0; i < named(all); i++) {
        fputs(i ? ",{\"group\":" : "{\"group\":", stdout);
        cli_json_text(stdout, all->failures[i].group);
        fputs(",\"name\":", stdout);
        cli_json_text(stdout, all->failures[i].name);
        fputs(",\"detail\":", stdout);
        cli_json_text(stdout, all->failures[i].detail);
        fputs("}", stdout);
    }
    printf("],\"passed\":%s}\n", all->wrong ? "false" : "true");
}

/* ---- The command ------------------------------------------------------------------------- */

int cli_run_selftest(const cli_args *args)
{
    int json = cli_has(args, OPT_SELFTEST_JSON), written;
    selftest all = {.tell = cli_has(args, OPT_SELFTEST_VERBOSE) && !json};
    tutela_error error = {0};
    tutela_status status = tutela_selftest(take, &all, &error);

    if (status != TUTELA_OK && status != TUTELA_UNSOUND)
        return cli_fail(cli_exit_of(status),
                        status == TUTELA_UNAVAILABLE && error.advice[0]
                            ? error.advice
                            : "nothing was found out, good or bad; make room, and try again",
                        "self-test: could not be done: %s", error.text);
    if (json)
        print_json(&all);
    else
        print_text(&all);
    written = cli_stdout_done();
    if (status == TUTELA_UNSOUND)
        return cli_fail(CLI_EXIT_UNSOUND, advice, "%s", error.text);
    return written;
}
