/* resume_record: see resume_record.h. */
#include "resume_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA 1u       /* of the records that this program writes */
#define LISTS_MAX 65536 /* far more than one run has asked */

static int is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* ---- The head ------------------------------------------------------------------------------ */

void resume_lists_done(resume_list *lists, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(lists[i].name);
        free(lists[i].version);
    }
    free(lists);
}

void resume_head_done(resume_head *head)
{
    resume_lists_done(head->lists, head->list_count);
    head->lists = NULL;
    head->list_count = 0;
}

static char *copy(const char *text, int *no_memory)
{
    char *made = strdup(text);

    *no_memory |= !made;
    return made;
}

static void read_list(json_in *json, resume_list *list, int *no_memory)
{
    const char *key;

    json_in_open(json, '{');
    while ((key = json_in_key(json))) {
        if (is(key, "list") && !list->name)
            list->name = copy(json_in_text_or_null(json), no_memory);
        else if (is(key, "version") && !list->version)
            list->version = copy(json_in_text_or_null(json), no_memory);
        else if (is(key, "entries"))
            list->entries = json_in_number(json);
        else if (is(key, "polarity"))
            (void)snprintf(list->polarity, sizeof list->polarity, "%s", json_in_text_or_null(json));
        else
            json_in_skip(json);
    }
    json->bad |= !list->name || !list->version;
}

static void read_lists(json_in *json, resume_head *out)
{
    json_in_open(json, '[');
    while (json_in_next(json) && !json->bad && !out->no_memory) {
        resume_list *bigger = realloc(out->lists, (out->list_count + 1) * sizeof *bigger);

        out->no_memory |= !bigger;
        json->bad |= out->list_count == LISTS_MAX;
        if (!bigger)
            return;
        out->lists = bigger;
        out->lists[out->list_count] = (resume_list){0};
        read_list(json, &out->lists[out->list_count++], &out->no_memory);
    }
}

static void read_targets(json_in *json, resume_head *out)
{
    size_t size;

    json_in_open(json, '[');
    while (json_in_next(json) && !json->bad)
        out->stream |= is(json_in_text(json, &size), "-");
}

int resume_read_head(json_in *json, resume_head *out)
{
    uint64_t schema = 0;
    int lists = 0, targets = 0;
    const char *key;

    while ((key = json_in_key(json))) {
        if (is(key, "schema"))
            schema = json_in_number(json);
        else if (is(key, "sets") && !lists++)
            read_lists(json, out);
        else if (is(key, "targets") && !targets++)
            read_targets(json, out);
        else
            json_in_skip(json);
    }
    return json_in_ends(json) && schema == SCHEMA && lists == 1 && targets == 1 && !out->no_memory;
}

/* ---- Items --------------------------------------------------------------------------------- */

static int sextet(char letter)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = letter ? strchr(letters, letter) : NULL;

    return found ? (int)(found - letters) : -1;
}

/* Bytes of base64 in the place of its text, NUL-ended; 0: it is none. */
static int decode_base64(char *text, size_t size, size_t *out)
{
    uint32_t bits = 0;
    size_t at = 0, letters = size;

    while (letters > 0 && size - letters < 2 && text[letters - 1] == '=')
        letters--;
    if (size % 4 != 0)
        return 0;
    for (size_t i = 0; i < letters; i++) {
        int value = sextet(text[i]);

        if (value < 0)
            return 0;
        bits = bits << 6 | (uint32_t)value;
        if (i % 4 != 0)
            text[at++] = (char)(bits >> (6 - 2 * (i % 4)));
    }
    text[at] = '\0';
    *out = at;
    return 1;
}

/* The first of the chain is the path; how many there are. */
static size_t read_chain(json_in *json, int base64, resume_item *out)
{
    size_t count = 0, size;

    json_in_open(json, '[');
    for (; json_in_next(json) && !json->bad; count++) {
        char *text = (char *)(uintptr_t)json_in_text(json, &size);

        if (count > 0 || json->bad)
            continue;
        if (base64 && !decode_base64(text, size, &size))
            json->bad = 1;
        json->bad |= size == 0 || memchr(text, '\0', size) != NULL;
        free(out->path);
        out->path = json->bad ? NULL : copy(text, &out->no_memory);
    }
    return count;
}

static int32_t status_of(const char *name)
{
    for (int32_t i = 0; i < TUTELA_ITEM_COUNT; i++)
        if (is(name, tutela_item_status_name(i)))
            return i;
    return -1;
}

/* Nanoseconds in digits. */
static int read_time(const char *text, int64_t *out)
{
    int negative = text[0] == '-';
    const char *digits = text + negative;
    size_t count = strspn(digits, "0123456789");
    uint64_t number = 0;

    if (count == 0 || count > 19 || digits[count])
        return 0;
    for (size_t i = 0; i < count; i++)
        number = number * 10 + (uint64_t)(digits[i] - '0');
    if (number > INT64_MAX)
        return 0;
    *out = negative ? -(int64_t)number : (int64_t)number;
    return 1;
}

static void read_steps(json_in *json, resume_item *out, size_t *count, int statuses)
{
    size_t size;

    json_in_open(json, '[');
    for (*count = 0; json_in_next(json) && !json->bad; ++*count) {
        if (*count == TUTELA_STEPS_MAX) {
            json->bad = 1;
        } else if (statuses) {
            out->steps[*count].before = status_of(json_in_text(json, &size));
            json->bad |= out->steps[*count].before < 0;
        } else {
            out->steps[*count].members = json_in_number(json);
            json->bad |= out->steps[*count].members >= INT64_MAX;
        }
    }
}

static void read_position(json_in *json, resume_item *out)
{
    size_t befores = 0, size;
    int timed = 0;
    const char *key;

    json_in_open(json, '{');
    while ((key = json_in_key(json))) {
        if (is(key, "members"))
            read_steps(json, out, &out->step_count, 0);
        else if (is(key, "before"))
            read_steps(json, out, &befores, 1);
        else if (is(key, "modified_ns"))
            timed = read_time(json_in_text(json, &size), &out->modified);
        else
            json_in_skip(json);
    }
    json->bad |= befores != out->step_count || out->step_count == 0 || !timed;
}

/* What a record of an item is read into. */
typedef struct seen {
    size_t shown, exact; /* names in the chain, and in the one that is exact where it is not */
    int32_t status;
    int sized;
} seen;

static void read_member(json_in *json, const char *key, resume_item *out, seen *so_far)
{
    size_t size;

    if (is(key, "chain") && so_far->shown + so_far->exact == 0) {
        so_far->shown = read_chain(json, 0, out);
    } else if (is(key, "chain_base64") && so_far->exact == 0) {
        so_far->exact = read_chain(json, 1, out);
    } else if (is(key, "size")) {
        out->bytes = json_in_number(json);
        so_far->sized = 1;
    } else if (is(key, "status")) {
        so_far->status = status_of(json_in_text(json, &size));
    } else if (is(key, "position") && out->step_count == 0) {
        read_position(json, out);
    } else {
        json_in_skip(json);
    }
}

int resume_read_item(json_in *json, resume_item *out)
{
    seen all = {.status = -1};
    const char *key;

    while ((key = json_in_key(json)))
        read_member(json, key, out, &all);
    out->limit = all.status == TUTELA_ITEM_LIMIT;
    out->inside = all.shown > 1;
    if (!json_in_ends(json) || out->no_memory || !out->path || !all.sized || all.status < 0)
        return 0;
    /* A place is the file's own, and names are of one chain. */
    return (all.exact == 0 || all.exact == all.shown) && !(out->inside && out->step_count > 0);
}

void resume_item_done(resume_item *item)
{
    free(item->path);
    item->path = NULL;
}

/* ---- The summary --------------------------------------------------------------------------- */

int resume_read_summary(json_in *json, resume_counts *out)
{
    int limits = 0, matches = 0;
    const char *key;

    while ((key = json_in_key(json))) {
        if (is(key, "matches")) {
            out->matches = json_in_number(json);
            matches = 1;
        } else if (is(key, "by_status")) {
            json_in_open(json, '{');
            while ((key = json_in_key(json))) {
                uint64_t number = json_in_number(json);

                if (is(key, tutela_item_status_name(TUTELA_ITEM_LIMIT))) {
                    out->limits = number;
                    limits = 1;
                }
            }
        } else {
            json_in_skip(json);
        }
    }
    return json_in_ends(json) && limits && matches;
}
