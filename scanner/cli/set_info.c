/*
 * set_info: the command `set info`.
 */
#include "cli.h"

#include <inttypes.h>

static int get_list(const tutela_set *set, size_t index, tutela_list_info *list)
{
    return tutela_set_get_list(set, index, list) == TUTELA_OK;
}

/* The key's id in hex, "" for a set that is not sealed. */
static const char *key_text(const tutela_set_info *info, char out[2 * TUTELA_KEY_ID_SIZE + 1])
{
    return info->sealed ? cli_id_text(info->key_id, out) : "";
}

/* A member whose value is a time, or null. */
static void print_json_time(const char *name, int64_t time)
{
    char text[32];

    if (time == INT64_MIN)
        printf(",\"%s\":null", name);
    else
        printf(",\"%s\":\"%s\"", name, cli_time_text(time, text));
}

static void print_json_signature(const tutela_set_info *info)
{
    char id[2 * TUTELA_KEY_ID_SIZE + 1];

    print_json_time("expires", info->expires);
    print_json_time("signed", info->signed_at);
    if (info->signed_at != INT64_MIN)
        printf(",\"signer\":\"%s\"", cli_id_text(info->signer_id, id));
}

static void print_text_signature(const tutela_set_info *info)
{
    char id[2 * TUTELA_KEY_ID_SIZE + 1], time[32];

    if (info->expires != INT64_MIN)
        printf("  expires  %s\n", cli_time_text(info->expires, time));
    if (info->signed_at == INT64_MIN)
        puts("  signed   no");
    else
        printf("  signed   by %s at %s\n", cli_id_text(info->signer_id, id),
               cli_time_text(info->signed_at, time));
}

static void print_json(const char *path, const tutela_set *set, const tutela_set_info *info)
{
    tutela_list_info list;
    char key[2 * TUTELA_KEY_ID_SIZE + 1];
    const char *comma = "";

    fputs("{\"type\":\"set\",\"schema\":1,\"path\":", stdout);
    cli_json_text(stdout, path);
    printf(",\"bytes\":%" PRIu64, info->file_bytes);
    print_json_time("created", info->created);
    printf(",\"sealed\":%s", info->sealed ? "true" : "false");
    if (info->sealed)
        printf(",\"key\":\"%s\"", key_text(info, key));
    print_json_signature(info);
    printf(",\"entries\":%" PRIu64 ",\"digests\":{", info->entries);
    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++, comma = ",")
        printf("%s\"%s\":%" PRIu64, comma, tutela_algorithm_name(i), info->digests[i]);
    fputs("},\"lists\":[", stdout);
    for (size_t i = 0; i < info->lists && get_list(set, i, &list); i++) {
        fputs(i ? ",{\"list\":" : "{\"list\":", stdout);
        cli_json_text(stdout, list.name);
        fputs(",\"version\":", stdout);
        cli_json_text(stdout, list.version);
        printf(",\"polarity\":\"%s\",\"entries\":%" PRIu64 "}", tutela_polarity_name(list.polarity),
               list.entries);
    }
    fputs("]}\n", stdout);
}

static void print_text(const char *path, const tutela_set *set, const tutela_set_info *info)
{
    tutela_list_info list;
    char number[32], size[32], shown[4096], key[2 * TUTELA_KEY_ID_SIZE + 1];
    const char *comma = "";

    cli_display(shown, sizeof shown, path);
    printf("%s\n", shown);
    printf("  created  %s\n", cli_time_text(info->created, number));
    printf("  size     %s (%s bytes)\n", cli_size_text(info->file_bytes, size),
           cli_count_text(info->file_bytes, number));
    printf("  sealed   %s%s\n", info->sealed ? "yes, with key " : "no: its digests can be read from it",
           key_text(info, key));
    print_text_signature(info);
    printf("  entries  %s\n", cli_count_text(info->entries, number));
    printf("  digests  ");
    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        if (!info->digests[i])
            continue;
        printf("%s%s %s", comma, tutela_algorithm_name(i), cli_count_text(info->digests[i], number));
        comma = ", ";
    }
    printf("\n  lists    %zu\n", info->lists);
    for (size_t i = 0; i < info->lists && get_list(set, i, &list); i++) {
        cli_display(shown, sizeof shown, list.name);
        printf("    %-10s  %s", tutela_polarity_name(list.polarity), shown);
        cli_display(shown, sizeof shown, list.version);
        printf("%s%s, %s entr%s\n", *shown ? ", version " : "", shown,
               cli_count_text(list.entries, number), list.entries == 1 ? "y" : "ies");
    }
}

int cli_run_set_info(const cli_args *args)
{
    for (size_t i = 0; i < args->operand_count; i++) {
        tutela_set_info info = {.size = sizeof info};
        tutela_set *set = NULL;
        tutela_error error = {0};
        tutela_status status = cli_set_open(args, args->operands[i], &set, &error);

        if (status != TUTELA_OK)
            return cli_fail_error(cli_exit_of(status), &error,
                                  "a hash set is made with 'tutela set build'");
        status = tutela_set_get_info(set, &info);
        if (status == TUTELA_OK && cli_has(args, OPT_INFO_JSON))
            print_json(args->operands[i], set, &info);
        else if (status == TUTELA_OK)
            print_text(args->operands[i], set, &info);
        tutela_set_close(set);
        if (status != TUTELA_OK)
            return cli_fail(cli_exit_of(status), "run 'tutela set check' on it", "%s: %s",
                            args->operands[i], tutela_status_text(status));
    }
    return cli_stdout_done();
}
