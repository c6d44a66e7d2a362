/* set_info_json: `set info --json`. */
#include "cli.h"
#include "set_info.h"

#include <inttypes.h>

static void write_time(const char *key, int64_t time)
{
    char text[32];

    if (time == INT64_MIN)
        printf(",\"%s\":null", key);
    else
        printf(",\"%s\":\"%s\"", key, cli_time_text(time, text));
}

/* Entries by which digests they have, those combinations that there are. */
static void write_combinations(const tutela_set_info *info)
{
    const char *between = "";

    fputs("},\"combinations\":[", stdout);
    for (uint32_t mask = 1; mask < TUTELA_DIGEST_MASKS; mask++) {
        const char *comma = "";

        if (!info->masks[mask])
            continue;
        printf("%s{\"digests\":[", between);
        for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
            if (!(mask & TUTELA_BIT(i)))
                continue;
            printf("%s\"%s\"", comma, tutela_algorithm_name(i));
            comma = ",";
        }
        printf("],\"entries\":%" PRIu64 "}", info->masks[mask]);
        between = ",";
    }
    fputs("]", stdout);
}

static void write_category(const tutela_category_info *counted)
{
    const tutela_category *category = &counted->category;

    fputs("{\"category\":", stdout);
    if (*category->scheme || *category->value) {
        fputs("{\"scheme\":", stdout);
        cli_json_text(stdout, category->scheme);
        fputs(",\"value\":", stdout);
        cli_json_text(stdout, category->value);
        fputs("}", stdout);
    } else {
        fputs("null", stdout);
    }
    printf(",\"entries\":%" PRIu64 "}", counted->entries);
}

static void write_lists(const set_info *about)
{
    tutela_list_info list;
    size_t next = 0; /* category */

    fputs(",\"lists\":[", stdout);
    for (size_t i = 0; i < about->info.lists; i++) {
        const char *comma = "";

        if (tutela_set_get_list(about->set, i, &list) != TUTELA_OK)
            break;
        fputs(i ? ",{\"list\":" : "{\"list\":", stdout);
        cli_json_text(stdout, list.name);
        fputs(",\"version\":", stdout);
        cli_json_text(stdout, list.version);
        printf(",\"polarity\":\"%s\",\"entries\":%" PRIu64 ",\"categories\":[",
               tutela_polarity_name(list.polarity), list.entries);
        for (; next < about->category_count && about->categories[next].list == i; next++) {
            fputs(comma, stdout);
            write_category(&about->categories[next]);
            comma = ",";
        }
        fputs("]}", stdout);
    }
    fputs("]", stdout);
}

/* What a set made by `set update` was made from; nothing of a plain set. */
static void write_layers(const set_info *about)
{
    if (about->info.layers < 2)
        return;
    printf(",\"layers\":%zu,\"bases\":[", about->info.layers);
    for (size_t i = 1; i < about->info.layers; i++) {
        fputs(i > 1 ? "," : "", stdout);
        cli_json_text(stdout, tutela_set_layer_path(about->set, i));
    }
    fputs("]", stdout);
}

void set_info_json(const set_info *about)
{
    const tutela_set_info *info = &about->info;
    char key[2 * TUTELA_KEY_ID_SIZE + 1];
    const char *comma = "";

    fputs("{\"type\":\"set\",\"schema\":1,\"path\":", stdout);
    cli_json_text(stdout, about->path);
    printf(",\"bytes\":%" PRIu64, info->file_bytes);
    write_time("created", info->created);
    write_time("expires", info->expires);
    printf(",\"sealed\":%s", info->sealed ? "true" : "false");
    if (info->sealed)
        printf(",\"key\":\"%s\"", cli_id_text(info->key_id, key));
    write_time("signed", info->signed_at);
    if (info->signed_at != INT64_MIN)
        printf(",\"signer\":\"%s\"", cli_id_text(info->signer_id, key));
    printf(",\"entries\":%" PRIu64 ",\"digests\":{", info->entries);
    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++, comma = ",")
        printf("%s\"%s\":%" PRIu64, comma, tutela_algorithm_name(i), info->digests[i]);
    write_combinations(info);
    write_layers(about);
    write_lists(about);
    fputs("}\n", stdout);
}
