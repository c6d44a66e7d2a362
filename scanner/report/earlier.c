/* earlier: see earlier.h. */
#include "report/earlier.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Of a record: what a chain of the longest paths and a thousand matches take is far less. */
#define LINE_MAX_BYTES ((size_t)64 << 20)
#define CHUNK_SIZE     65536u

/* Something that was left behind a limit. */
typedef struct rest {
    char *path; /* of the file */
    int inside; /* it is in the file, and not the file itself */
    tutela_from from;
    tutela_step steps[TUTELA_STEPS_MAX];
} rest;

/* A report being read. */
typedef struct reading {
    tt_earlier *out;
    const char *path;
    tutela_error *error;
    int fd;
    char *chunk;
    size_t at, filled; /* of it */
    tt_buf line;
    uint64_t number; /* of the line */
    int begun, ended;
    uint64_t matches, limits; /* counted */
    uint64_t stated_matches, stated_limits;
    rest *rests;
    size_t count, room;
} reading;

static tutela_status refuse(const reading *r, const char *what)
{
    tutela_status status = TUTELA_ARGUMENT;

    if (r->number == 0)
        (void)tt_fail(r->error, status, 0, "%s: %s", r->path, what);
    else
        (void)tt_fail(r->error, status, 0, "%s: line %llu: %s", r->path,
                      (unsigned long long)r->number, what);
    return tt_advise(r->error, status,
                     "name the whole report, as it was written, or scan anew");
}

/* ---- Lines ------------------------------------------------------------------------------------ */

/* Bytes up to the end of the line, or of the chunk; 1 when the line is whole. */
static int take_part(reading *r)
{
    const char *from = r->chunk + r->at;
    const char *newline = memchr(from, '\n', r->filled - r->at);
    size_t size = newline ? (size_t)(newline - from) : r->filled - r->at;

    tt_buf_add(&r->line, from, size);
    r->at += size + (newline != NULL);
    return newline != NULL;
}

/* The next line without its newline; *more is 0 at the end. What is not ended by one is cut. */
static tutela_status next_line(reading *r, int *more)
{
    *more = 1;
    r->number++;
    tt_buf_clear(&r->line);
    while (!take_part(r)) {
        ssize_t got = tt_read(r->fd, r->chunk, CHUNK_SIZE);

        if (got < 0)
            return tt_fail(r->error, TUTELA_IO, errno, "%s: cannot read", r->path);
        r->at = 0;
        r->filled = (size_t)got;
        if (got == 0) {
            *more = 0;
            return r->line.size == 0 ? TUTELA_OK
                                     : refuse(r, r->begun ? "cut off" : "no JSON report of Tutela");
        }
        if (tt_buf_failed(&r->line))
            return r->line.size > LINE_MAX_BYTES - CHUNK_SIZE ? refuse(r, "longer than any record")
                                                             : tt_no_memory(r->error);
    }
    return tt_buf_failed(&r->line) ? tt_no_memory(r->error) : TUTELA_OK;
}

/* ---- Records ---------------------------------------------------------------------------------- */

static tutela_status take_run(reading *r, tt_earlier_record *record)
{
    r->out->lists = record->lists;
    r->out->list_count = record->list_count;
    record->lists = NULL;
    record->list_count = 0;
    r->begun = 1;
    if (record->stream)
        return tt_advise(r->error,
                         tt_fail(r->error, TUTELA_ARGUMENT, 0,
                                 "%s: is of standard input, which does not come twice", r->path),
                         "scan it anew, with other limits");
    return TUTELA_OK;
}

static tutela_status take_item(reading *r, tt_earlier_record *record)
{
    rest *next;
    int limit = record->status == TUTELA_ITEM_LIMIT;

    r->matches += record->kind == TT_EARLIER_MATCH;
    r->limits += (uint64_t)limit;
    if (!limit && record->step_count == 0)
        return TUTELA_OK;
    if (tt_grow((void **)&r->rests, &r->room, r->count, sizeof *r->rests) != 0)
        return tt_no_memory(r->error);
    next = &r->rests[r->count++];
    *next = (rest){.path = record->path, .inside = record->names > 1,
                   .from = {.bytes = record->bytes, .modified = record->modified,
                            .step_count = record->step_count}};
    memcpy(next->steps, record->steps, sizeof next->steps);
    record->path = NULL;
    return TUTELA_OK;
}

static tutela_status take_record(reading *r, tt_earlier_record *record)
{
    if (!r->begun)
        return record->kind == TT_EARLIER_RUN ? take_run(r, record) : refuse(r, "no JSON report of Tutela");
    if (r->ended)
        return refuse(r, "a record behind the summary");
    if (record->kind == TT_EARLIER_MATCH || record->kind == TT_EARLIER_ITEM)
        return take_item(r, record);
    if (record->kind == TT_EARLIER_MENTION)
        return TUTELA_OK;
    if (record->kind != TT_EARLIER_SUMMARY)
        return refuse(r, "damaged");
    r->stated_matches = record->matches;
    r->stated_limits = record->limits;
    r->ended = 1;
    return TUTELA_OK;
}

static tutela_status read_records(reading *r)
{
    int more;

    TT_TRY(next_line(r, &more));
    while (more) {
        tt_earlier_record record;
        tutela_status status = tt_earlier_record_read(&record, r->line.data ? r->line.data : "",
                                                      r->line.size, r->error);

        if (status == TUTELA_OK)
            status = take_record(r, &record);
        tt_earlier_record_done(&record);
        if (status != TUTELA_OK)
            return status;
        TT_TRY(next_line(r, &more));
    }
    r->number = 0;
    if (!r->begun)
        return refuse(r, "no JSON report of Tutela");
    if (!r->ended)
        return refuse(r, "cut off: it has no summary");
    if (r->matches != r->stated_matches || r->limits != r->stated_limits)
        return refuse(r, "damaged: its records do not add up to its summary");
    return TUTELA_OK;
}

/* ---- What they come to ------------------------------------------------------------------------ */

/* By path; of those with one path the file itself goes first, then what lies in it. */
static int compare(const void *a, const void *b)
{
    const rest *left = a, *right = b;
    int order = strcmp(left->path, right->path);

    return order != 0 ? order : left->inside - right->inside;
}

/* The same file twice, from a run that had it among its targets twice: both say the same, or it is anew. */
static int differ(const rest *a, const rest *b)
{
    return !b->inside
           && (a->from.bytes != b->from.bytes || a->from.modified != b->from.modified
               || a->from.step_count != b->from.step_count
               || memcmp(a->steps, b->steps, a->from.step_count * sizeof a->steps[0]) != 0);
}

/* One of the results: its path goes over to it, its steps are copied. */
static tutela_status add(reading *r, rest *item)
{
    tt_earlier *out = r->out;
    tutela_step *steps = tt_alloc(TUTELA_STEPS_MAX, sizeof *steps);
    tutela_from *from = &out->from[out->count];

    if (!steps)
        return tt_no_memory(r->error);
    memcpy(steps, item->steps, sizeof item->steps);
    *from = item->from;
    from->path = item->path;
    from->steps = steps;
    from->step_count = item->inside ? 0 : item->from.step_count;
    item->path = NULL;
    out->count++;
    return TUTELA_OK;
}

/* The results: each file once. */
static tutela_status collect(reading *r)
{
    tt_earlier *out = r->out;

    if (r->count == 0)
        return tt_advise(r->error,
                         tt_fail(r->error, TUTELA_ARGUMENT, 0,
                                 "%s: no item in it was left behind a limit", r->path),
                         "what it could not read for other reasons is to be scanned anew");
    out->from = tt_alloc(r->count, sizeof *out->from);
    if (!out->from)
        return tt_no_memory(r->error);
    qsort(r->rests, r->count, sizeof *r->rests, compare);
    for (size_t i = 0; i < r->count; i++) {
        tutela_from *last = out->count > 0 ? &out->from[out->count - 1] : NULL;

        if (!last || strcmp(last->path, r->rests[i].path) != 0)
            TT_TRY(add(r, &r->rests[i]));
        else if (differ(&r->rests[i - 1], &r->rests[i]))
            last->step_count = 0;
    }
    return TUTELA_OK;
}

/* ---- All of it -------------------------------------------------------------------------------- */

static tutela_status read_all(reading *r)
{
    r->chunk = tt_alloc_raw(CHUNK_SIZE, 1);
    if (!r->chunk)
        return tt_no_memory(r->error);
    r->fd = tt_openat(AT_FDCWD, r->path, O_RDONLY, 0);
    if (r->fd < 0)
        return tt_fail(r->error, TUTELA_IO, errno, "%s: cannot open", r->path);
    TT_TRY(read_records(r));
    return collect(r);
}

tutela_status tt_earlier_read(tt_earlier *out, const char *path, tutela_error *error)
{
    reading r = {.out = out, .path = path, .error = error, .fd = -1};
    tutela_status status;

    *out = (tt_earlier){0};
    tt_buf_init(&r.line, LINE_MAX_BYTES);
    status = read_all(&r);
    if (status != TUTELA_OK)
        tt_earlier_done(out);
    for (size_t i = 0; i < r.count; i++)
        tt_free(r.rests[i].path);
    tt_free(r.rests);
    tt_buf_done(&r.line);
    tt_free(r.chunk);
    tt_close_cleanup(&r.fd);
    return status;
}

void tt_earlier_done(tt_earlier *earlier)
{
    for (size_t i = 0; i < earlier->count; i++) {
        tt_free((void *)(uintptr_t)earlier->from[i].path);
        tt_free((void *)(uintptr_t)earlier->from[i].steps);
    }
    tt_free(earlier->from);
    tt_earlier_lists_done(earlier->lists, earlier->list_count);
    *earlier = (tt_earlier){0};
}
