/*
 * resume: the places to go on from, out of the records of a report (see resume.h).
 *
 * A report that lost a line, or that was never ended, would leave out what it no longer tells of; so its
 * records must add up to its own summary.
 */
#include "resume.h"

#include "cli.h"
#include "json_in.h"
#include "resume_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Of a record: what a chain of the longest paths and a thousand matches take is far less. */
#define LINE_MAX_BYTES ((size_t)64 << 20)
#define FIRST_ROOM ((size_t)64 << 10)

/* A report being read. */
typedef struct reading {
    cli_resume *out;
    FILE *file;
    char *line;
    size_t size, room;
    uint64_t number; /* of the line */
    resume_counts counted, stated;
    int begun, ended;
    resume_item *items;
    size_t item_count, item_room;
} reading;

static int no_memory(void)
{
    return cli_fail(CLI_EXIT_RECORD, "free some memory and try again", "scan: out of memory");
}

static int refuse(const reading *r, const char *what)
{
    static const char advice[] = "name the whole report, as --json or --output wrote it, or scan anew";

    if (r->number == 0)
        return cli_fail(CLI_EXIT_USAGE, advice, "%s: %s", r->out->path, what);
    return cli_fail(CLI_EXIT_USAGE, advice, "%s: line %llu: %s", r->out->path,
                    (unsigned long long)r->number, what);
}

/* ---- Lines --------------------------------------------------------------------------------- */

static int grow(void **items, size_t *room, size_t size)
{
    size_t wanted = *room ? *room * 2 : FIRST_ROOM / size;
    void *bigger = realloc(*items, wanted * size);

    if (!bigger)
        return -1;
    *items = bigger;
    *room = wanted;
    return 0;
}

/* The next line without its newline; *more is 0 at the end. What is not ended by one is cut. */
static int next_line(reading *r, int *more)
{
    int byte;

    r->number++;
    for (r->size = 0; (byte = getc_unlocked(r->file)) != EOF && byte != '\n';) {
        if (r->size == LINE_MAX_BYTES)
            return refuse(r, "longer than any record");
        if (r->size == r->room && grow((void **)&r->line, &r->room, 1) != 0)
            return no_memory();
        r->line[r->size++] = (char)byte;
    }
    if (byte == EOF && ferror(r->file))
        return cli_fail(CLI_EXIT_USAGE, "--resume takes a JSON report", "%s: cannot read: %s",
                        r->out->path, strerror(errno));
    if (byte == EOF && r->size > 0)
        return refuse(r, r->begun ? "cut off" : "no JSON report of Tutela");
    *more = byte != EOF;
    return CLI_EXIT_OK;
}

/* ---- Records ------------------------------------------------------------------------------- */

static int take_run(reading *r, json_in *json)
{
    resume_head head = {0};

    if (!resume_read_head(json, &head)) {
        resume_head_done(&head);
        return head.no_memory ? no_memory() : refuse(r, "no JSON report of Tutela");
    }
    r->out->lists = head.lists;
    r->out->list_count = head.list_count;
    r->begun = 1;
    if (head.stream)
        return cli_fail(CLI_EXIT_USAGE, "scan it anew, with other limits",
                        "%s: is of standard input, which does not come twice", r->out->path);
    return CLI_EXIT_OK;
}

static int take_item(reading *r, json_in *json, int match)
{
    resume_item item = {0};
    int sound = resume_read_item(json, &item);

    r->counted.matches += match != 0;
    r->counted.limits += item.limit != 0;
    if (!sound || (!item.limit && item.step_count == 0)) {
        resume_item_done(&item);
        return item.no_memory ? no_memory() : sound ? CLI_EXIT_OK : refuse(r, "damaged");
    }
    if (r->item_count == r->item_room
        && grow((void **)&r->items, &r->item_room, sizeof *r->items) != 0) {
        resume_item_done(&item);
        return no_memory();
    }
    r->items[r->item_count++] = item;
    return CLI_EXIT_OK;
}

static int take_record(reading *r)
{
    json_in json;
    const char *type = "", *key;
    size_t size;

    json_in_begin(&json, r->line, r->size);
    json_in_open(&json, '{');
    key = json_in_key(&json);
    if (key && strcmp(key, "type") == 0)
        type = json_in_text(&json, &size);
    if (!r->begun)
        return strcmp(type, "run") == 0 ? take_run(r, &json) : refuse(r, "no JSON report of Tutela");
    if (r->ended)
        return refuse(r, "a record behind the summary");
    if (strcmp(type, "match") == 0 || strcmp(type, "item") == 0)
        return take_item(r, &json, type[0] == 'm');
    if (strcmp(type, "summary") != 0 || !resume_read_summary(&json, &r->stated))
        return refuse(r, "damaged");
    r->ended = 1;
    return CLI_EXIT_OK;
}

static int read_records(reading *r)
{
    int more = 1, status = next_line(r, &more);

    while (status == CLI_EXIT_OK && more) {
        status = take_record(r);
        if (status == CLI_EXIT_OK)
            status = next_line(r, &more);
    }
    if (status != CLI_EXIT_OK)
        return status;
    r->number = 0;
    if (!r->begun)
        return refuse(r, "no JSON report of Tutela");
    if (!r->ended)
        return refuse(r, "cut off: it has no summary");
    if (r->counted.matches != r->stated.matches || r->counted.limits != r->stated.limits)
        return refuse(r, "damaged: its records do not add up to its summary");
    return CLI_EXIT_OK;
}

/* ---- What they come to --------------------------------------------------------------------- */

/* By path; of those with one path the file itself goes first, then what lies in it. */
static int compare(const void *a, const void *b)
{
    const resume_item *left = a, *right = b;
    int order = strcmp(left->path, right->path);

    return order != 0 ? order : left->inside - right->inside;
}

/* The same file twice, from a run that had it among its targets twice: both say the same, or it is anew. */
static int differ(const resume_item *a, const resume_item *b)
{
    return !b->inside
           && (a->bytes != b->bytes || a->modified != b->modified || a->step_count != b->step_count
               || memcmp(a->steps, b->steps, a->step_count * sizeof a->steps[0]) != 0);
}

/* The results: each file once. They own their paths; the steps are copied beside. */
static int collect(reading *r)
{
    cli_resume *out = r->out;
    size_t room = r->item_count + 1;

    out->targets = calloc(room, sizeof *out->targets);
    out->from = calloc(room, sizeof *out->from);
    if (!out->targets || !out->from)
        return no_memory();
    if (r->item_count > 0)
        qsort(r->items, r->item_count, sizeof *r->items, compare);
    for (size_t i = 0; i < r->item_count; i++) {
        resume_item *item = &r->items[i];
        tutela_from *last = out->count > 0 ? &out->from[out->count - 1] : NULL;
        tutela_step *steps;

        if (last && strcmp(last->path, item->path) == 0) {
            if (differ(&r->items[i - 1], item))
                last->step_count = 0;
            continue;
        }
        steps = calloc(TUTELA_STEPS_MAX, sizeof *steps);
        if (!steps)
            return no_memory();
        memcpy(steps, item->steps, sizeof item->steps);
        out->targets[out->count] = item->path;
        out->from[out->count++] = (tutela_from){.path = item->path, .bytes = item->bytes,
                                                .modified = item->modified, .steps = steps,
                                                .step_count = item->inside ? 0 : item->step_count};
        item->path = NULL;
    }
    if (out->count == 0)
        return cli_fail(CLI_EXIT_USAGE, "what it could not read for other reasons is to be scanned anew",
                        "%s: no item in it was left behind a limit", out->path);
    return CLI_EXIT_OK;
}

int cli_resume_read(cli_resume *out, const char *path)
{
    reading r = {.out = out};
    int status;

    out->path = path;
    r.file = fopen(path, "re");
    if (!r.file)
        return cli_fail(CLI_EXIT_USAGE, "--resume takes the JSON report of an earlier scan",
                        "%s: cannot open: %s", path, strerror(errno));
    status = read_records(&r);
    if (status == CLI_EXIT_OK)
        status = collect(&r);
    for (size_t i = 0; i < r.item_count; i++)
        resume_item_done(&r.items[i]);
    free(r.items);
    free(r.line);
    (void)fclose(r.file);
    return status;
}

void cli_resume_done(cli_resume *resume)
{
    for (size_t i = 0; i < resume->count; i++) {
        free((void *)(uintptr_t)resume->from[i].path);
        free((void *)(uintptr_t)resume->from[i].steps);
    }
    free(resume->targets);
    free(resume->from);
    resume_lists_done(resume->lists, resume->list_count);
    *resume = (cli_resume){0};
}

/* ---- The sets ------------------------------------------------------------------------------ */

static int is_listed(const cli_resume *resume, const tutela_list_info *info)
{
    for (size_t i = 0; i < resume->list_count; i++) {
        const resume_list *list = &resume->lists[i];

        if (list->entries == info->entries && strcmp(list->name, info->name) == 0
            && strcmp(list->version, info->version) == 0
            && strcmp(list->polarity, tutela_polarity_name(info->polarity)) == 0)
            return 1;
    }
    return 0;
}

static int same_lists(const cli_resume *resume, tutela_set *const *sets, size_t count)
{
    size_t listed = 0;

    for (size_t i = 0; i < count; i++) {
        tutela_list_info info = {0};

        for (size_t at = 0; tutela_set_get_list(sets[i], at, &info) == TUTELA_OK; at++, listed++)
            if (!is_listed(resume, &info))
                return 0;
    }
    return listed == resume->list_count;
}

void cli_resume_hold_against(cli_resume *resume, tutela_set *const *sets, size_t count)
{
    if (!resume->path || same_lists(resume, sets, count))
        return;
    for (size_t i = 0; i < resume->count; i++)
        resume->from[i].step_count = 0;
    (void)cli_fail(0, "for what it left unread alone, name the sets that it was made with",
                   "%s: made with other hash sets: everything is read from its start", resume->path);
}
