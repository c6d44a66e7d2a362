/*
 * set_diff: the command `set diff`.
 */
#include "cli.h"

#include <inttypes.h>
#include <string.h>

/* A list of either set, with its entries in both. */
struct both_lists {
    const tutela_set *sets[2];
    size_t at[2];
    tutela_list_info list;
    uint64_t entries[2];
};

static int order_lists(const tutela_list_info *a, const tutela_list_info *b)
{
    int order = strcmp(a->name, b->name);

    if (order == 0)
        order = strcmp(a->version, b->version);
    return order ? order : a->polarity - b->polarity;
}

/* The next list; 0 past the last. Each set has its lists in order. */
static int next_list(struct both_lists *from)
{
    tutela_list_info lists[2];
    int there[2], order;

    for (size_t i = 0; i < 2; i++)
        there[i] = tutela_set_get_list(from->sets[i], from->at[i], &lists[i]) == TUTELA_OK;
    if (!there[0] && !there[1])
        return 0;
    order = !there[0] ? 1 : !there[1] ? -1 : order_lists(&lists[0], &lists[1]);
    from->list = lists[order > 0];
    from->entries[0] = order <= 0 ? lists[0].entries : 0;
    from->entries[1] = order >= 0 ? lists[1].entries : 0;
    from->at[0] += order <= 0;
    from->at[1] += order >= 0;
    return 1;
}

static void print_json(struct both_lists *lists, const tutela_set_difference *found)
{
    const char *comma = "";

    fputs("{\"type\":\"diff\",\"schema\":1,\"digests\":{", stdout);
    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++, comma = ",")
        printf("%s\"%s\":{\"only_a\":%" PRIu64 ",\"only_b\":%" PRIu64 ",\"both\":%" PRIu64 "}",
               comma, tutela_algorithm_name(i), found->only_a[i], found->only_b[i], found->both[i]);
    fputs("},\"lists\":[", stdout);
    for (comma = ""; next_list(lists); comma = ",") {
        printf("%s{\"list\":", comma);
        cli_json_text(stdout, lists->list.name);
        fputs(",\"version\":", stdout);
        cli_json_text(stdout, lists->list.version);
        printf(",\"polarity\":\"%s\",\"entries_a\":%" PRIu64 ",\"entries_b\":%" PRIu64 "}",
               tutela_polarity_name(lists->list.polarity), lists->entries[0], lists->entries[1]);
    }
    fputs("]}\n", stdout);
}

static void print_text(struct both_lists *lists, const tutela_set_difference *found)
{
    char a[32], b[32], both[32], shown[4096];

    printf("%-10s  %15s  %15s  %15s\n", "digests", "only in A", "only in B", "in both");
    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (found->only_a[i] || found->only_b[i] || found->both[i])
            printf("%-10s  %15s  %15s  %15s\n", tutela_algorithm_name(i),
                   cli_count_text(found->only_a[i], a), cli_count_text(found->only_b[i], b),
                   cli_count_text(found->both[i], both));
    printf("\n%-10s  %15s  %15s\n", "lists", "entries in A", "entries in B");
    while (next_list(lists)) {
        printf("%-10s  %15s  %15s  ", tutela_polarity_name(lists->list.polarity),
               cli_count_text(lists->entries[0], a), cli_count_text(lists->entries[1], b));
        cli_display(shown, sizeof shown, lists->list.name);
        fputs(shown, stdout);
        cli_display(shown, sizeof shown, lists->list.version);
        printf("%s%s\n", *shown ? ", version " : "", shown);
    }
}

int cli_run_set_diff(const cli_args *args)
{
    tutela_set_difference found = {.size = sizeof found};
    tutela_set *sets[2] = {NULL, NULL};
    tutela_error error = {0};
    tutela_status status = TUTELA_OK;

    for (size_t i = 0; i < 2 && status == TUTELA_OK; i++)
        status = cli_set_open(args, args->operands[i], &sets[i], &error);
    if (status == TUTELA_OK)
        status = tutela_set_diff(sets[0], sets[1], &found, &error);
    if (status == TUTELA_OK) {
        struct both_lists lists = {.sets = {sets[0], sets[1]}};

        if (cli_has(args, OPT_DIFF_JSON))
            print_json(&lists, &found);
        else
            print_text(&lists, &found);
    }
    for (size_t i = 0; i < 2; i++)
        tutela_set_close(sets[i]);
    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error,
                              "a hash set is made with 'tutela set build'");
    return cli_stdout_done();
}
