/* set_info_text: `set info` for people. */
#include "cli.h"
#include "set_info.h"

#include <inttypes.h>
#include <stdio.h>

/* Categories of a list that are shown: more is no table to read, and --json has them all. */
#define CATEGORIES_SHOWN 40u
/* Columns of the widest label of a table; longer ones stand out. */
#define LABEL_COLUMNS 40u
/* Below that many entries, the file is mostly the room that pages leave. */
#define ENTRIES_PER_SIZE 1000u

/* Columns that text takes, when each character takes one. */
static size_t columns(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static size_t wider(size_t widest, const char *text)
{
    size_t count = columns(text);

    return count > widest && count <= LABEL_COLUMNS ? count : widest;
}

/* How wide a table is, and where it stands: under what it is about. */
typedef struct table {
    size_t indent;
    size_t label;
    size_t count;
} table;

static void measure(table *to, const char *label, uint64_t entries)
{
    char number[32];

    to->label = wider(to->label, label);
    to->count = wider(to->count, cli_count_text(entries, number));
}

/* "md5 alone     500,000" */
static void row(const table *in, const char *label, uint64_t entries)
{
    char number[32];
    size_t used = columns(label);

    printf("%*s%s%*s  %*s\n", (int)in->indent, "", label,
           (int)(used < in->label ? in->label - used : 0), "", (int)in->count,
           cli_count_text(entries, number));
}

/* ---- Digests ----------------------------------------------------------------------------- */

/* "md5, sha1", or "md5 alone" */
static const char *combination(uint32_t mask, char out[64])
{
    char names[32];

    (void)snprintf(out, 64, "%s%s", cli_mask_text(mask, ", ", names),
                   (mask & (mask - 1)) == 0 ? " alone" : "");
    return out;
}

static void show_digests(const tutela_set_info *info)
{
    char number[32], label[64];
    const char *comma = "";
    table in = {.indent = 11};
    uint64_t digests = 0;

    printf("  digests  ");
    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        if (!info->digests[i])
            continue;
        digests += info->digests[i];
        printf("%s%s %s", comma, tutela_algorithm_name(i), cli_count_text(info->digests[i], number));
        comma = ", ";
    }
    putchar('\n');
    if (digests == info->entries)
        return; /* one each: there are no combinations */
    for (uint32_t mask = 1; mask < TUTELA_DIGEST_MASKS; mask++)
        if (info->masks[mask])
            measure(&in, combination(mask, label), info->masks[mask]);
    for (uint32_t mask = 1; mask < TUTELA_DIGEST_MASKS; mask++)
        if (info->masks[mask])
            row(&in, combination(mask, label), info->masks[mask]);
}

/* ---- Lists ------------------------------------------------------------------------------- */

/* "category vics 1", as reports have it. */
static const char *category_text(const tutela_category *category, char *out, size_t size)
{
    char raw[4096];

    if (!*category->scheme && !*category->value)
        return "no category";
    snprintf(raw, sizeof raw, "category %s%s%s", category->scheme, *category->scheme ? " " : "",
             category->value);
    cli_display(out, size, raw);
    return out;
}

/* The categories of one list. That it gives none is no table. */
static void show_categories(const tutela_category_info *category, size_t count)
{
    char label[4096], number[32], entries[32];
    size_t shown = count < CATEGORIES_SHOWN ? count : CATEGORIES_SHOWN;
    table in = {.indent = 16};
    uint64_t left = 0;

    if (count == 1 && !*category->category.scheme && !*category->category.value)
        return;
    for (size_t i = 0; i < shown; i++)
        measure(&in, category_text(&category[i].category, label, sizeof label), category[i].entries);
    for (size_t i = 0; i < shown; i++)
        row(&in, category_text(&category[i].category, label, sizeof label), category[i].entries);
    for (size_t i = shown; i < count; i++)
        left += category[i].entries;
    if (shown < count)
        printf("%*sand %s more categories, %s entries; --json has them all\n", (int)in.indent, "",
               cli_count_text(count - shown, number), cli_count_text(left, entries));
}

static void show_lists(const set_info *about)
{
    tutela_list_info list;
    char number[32], shown[4096];
    size_t next = 0, from;

    printf("  lists    %zu\n", about->info.lists);
    for (size_t i = 0; i < about->info.lists; i++) {
        if (tutela_set_get_list(about->set, i, &list) != TUTELA_OK)
            break;
        cli_display(shown, sizeof shown, list.name);
        printf("    %-10s  %s", tutela_polarity_name(list.polarity), shown);
        cli_display(shown, sizeof shown, list.version);
        printf("%s%s, %s entr%s\n", *shown ? ", version " : "", shown,
               cli_count_text(list.entries, number), list.entries == 1 ? "y" : "ies");
        for (from = next; next < about->category_count && about->categories[next].list == i;)
            next++;
        if (next > from)
            show_categories(about->categories + from, next - from);
    }
}

/* What a set made by `set update` was made from; nothing of a plain set. */
static void show_layers(const set_info *about)
{
    char shown[4096];

    if (about->info.layers < 2)
        return;
    printf("\n  layers   %zu", about->info.layers);
    for (size_t i = 1; i < about->info.layers; i++) {
        cli_display(shown, sizeof shown, tutela_set_layer_path(about->set, i));
        printf("\n    on %s", shown);
    }
}

void set_info_text(const set_info *about)
{
    const tutela_set_info *info = &about->info;
    char number[32], size[32], shown[4096], key[2 * TUTELA_KEY_ID_SIZE + 1];

    cli_display(shown, sizeof shown, about->path);
    printf("%s\n", shown);
    printf("  created  %s\n", cli_time_text(info->created, number));
    printf("  expires  %s\n", info->expires == INT64_MIN ? "never" : cli_time_text(info->expires, number));
    printf("  size     %s (%s bytes)", cli_size_text(info->file_bytes, size),
           cli_count_text(info->file_bytes, number));
    if (info->entries >= ENTRIES_PER_SIZE)
        printf(", %.1f bytes an entry", (double)info->file_bytes / (double)info->entries);
    show_layers(about);
    printf("\n  sealed   %s%s\n", info->sealed ? "yes, with key " : "no: its digests can be read from it",
           info->sealed ? cli_id_text(info->key_id, key) : "");
    if (info->signed_at == INT64_MIN)
        puts("  signed   no");
    else
        printf("  signed   by %s at %s\n", cli_id_text(info->signer_id, key),
               cli_time_text(info->signed_at, number));
    printf("  entries  %s\n", cli_count_text(info->entries, number));
    show_digests(info);
    show_lists(about);
}
