/*
 * earlier_record: see earlier_record.h.
 *
 * Of what a record holds each value that is wanted has a place, in the words of its keys, and a row in a
 * table: which says in what kind of record it stands, of which kind it is, and who takes it. Whatever has no
 * row is passed over; whatever is not as its row says makes the record a damaged one.
 */
#include "report/earlier_record.h"

#include "base/json_events.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define SCHEMA 1u       /* of the records that this program writes */
#define LISTS_MAX 65536 /* far more than one run has asked */
#define DEPTH_MAX 32u   /* open maps and lists: reports have five */
#define PLACE_MAX 64u   /* bytes of a place; longer ones are of no row */

typedef struct reader {
    tt_json_events events;
    tt_earlier_record *out;
    int damaged;
    uint32_t seen; /* rows */
    size_t befores, exact;
    /* Where it is: keys between dots, "[]" for what stands in a list. */
    char place[PLACE_MAX];
    unsigned depth;
    size_t ends[DEPTH_MAX + 1]; /* of the place of each open map and list */
    int in_list[DEPTH_MAX + 1];
} reader;

/* ---- Those who take a value ------------------------------------------------------------------- */

/* A value's text is not NUL-ended. They answer TUTELA_MEMORY alone. */
typedef tutela_status take_value(reader *r, const char *text, size_t size);

static int is(const char *text, size_t size, const char *word)
{
    return strlen(word) == size && memcmp(text, word, size) == 0;
}

static void take_number(reader *r, const char *text, size_t size, uint64_t *out)
{
    if (tt_number_parse(text, size, out) != 0)
        r->damaged = 1;
}

static tutela_status take_copy(reader *r, const char *text, size_t size, char **out)
{
    if (*out) { /* said twice */
        r->damaged = 1;
        return TUTELA_OK;
    }
    *out = tt_copy(text, size);
    return *out ? TUTELA_OK : tt_no_memory(r->events.error);
}

static tutela_status take_type(reader *r, const char *text, size_t size)
{
    static const char *const kinds[TT_EARLIER_KINDS] = {"", "run", "match", "item", "summary", "mention"};

    for (int i = TT_EARLIER_RUN; i < TT_EARLIER_KINDS; i++)
        if (is(text, size, kinds[i]))
            r->out->kind = (tt_earlier_kind)i;
    return TUTELA_OK;
}

static tutela_status take_schema(reader *r, const char *text, size_t size)
{
    take_number(r, text, size, &r->out->schema);
    return TUTELA_OK;
}

static tutela_status take_target(reader *r, const char *text, size_t size)
{
    r->out->stream |= is(text, size, "-");
    return TUTELA_OK;
}

static tutela_status take_list(reader *r, const char *text, size_t size)
{
    tt_earlier_record *out = r->out;

    (void)text;
    (void)size;
    if (out->list_count == LISTS_MAX) {
        r->damaged = 1;
        return TUTELA_OK;
    }
    if (tt_grow((void **)&out->lists, &out->list_room, out->list_count, sizeof *out->lists) != 0)
        return tt_no_memory(r->events.error);
    out->lists[out->list_count++] = (tt_earlier_list){0};
    return TUTELA_OK;
}

static tt_earlier_list *last_list(const reader *r)
{
    return &r->out->lists[r->out->list_count - 1];
}

static tutela_status take_list_name(reader *r, const char *text, size_t size)
{
    return take_copy(r, text, size, &last_list(r)->name);
}

static tutela_status take_list_version(reader *r, const char *text, size_t size)
{
    return take_copy(r, text, size, &last_list(r)->version);
}

static tutela_status take_list_entries(reader *r, const char *text, size_t size)
{
    take_number(r, text, size, &last_list(r)->entries);
    return TUTELA_OK;
}

static tutela_status take_list_polarity(reader *r, const char *text, size_t size)
{
    char *to = last_list(r)->polarity;

    r->damaged |= size >= sizeof last_list(r)->polarity;
    if (!r->damaged) {
        memcpy(to, text, size);
        to[size] = '\0';
    }
    return TUTELA_OK;
}

/* The first of a chain is the path of the file. */
static tutela_status take_path(reader *r, const char *text, size_t size)
{
    r->damaged |= size == 0 || memchr(text, '\0', size) != NULL;
    tt_free(r->out->path);
    r->out->path = NULL;
    return take_copy(r, text, size, &r->out->path);
}

/* Shown to people, where the bytes stand beside it; else it is exact. */
static tutela_status take_name(reader *r, const char *text, size_t size)
{
    return r->out->names++ == 0 && r->exact == 0 ? take_path(r, text, size) : TUTELA_OK;
}

static tutela_status take_exact(reader *r, const char *text, size_t size)
{
    TT_AUTO_BUF tt_buf bytes;

    tt_buf_init(&bytes, size + 1);
    if (r->exact++ > 0)
        return TUTELA_OK;
    if (tt_base64_take(&bytes, text, size) != 0 || bytes.size == 0) {
        r->damaged = !tt_buf_failed(&bytes);
        return r->damaged ? TUTELA_OK : tt_no_memory(r->events.error);
    }
    return take_path(r, bytes.data, bytes.size);
}

static tutela_status take_size(reader *r, const char *text, size_t size)
{
    take_number(r, text, size, &r->out->bytes);
    return TUTELA_OK;
}

static int32_t status_of(reader *r, const char *text, size_t size)
{
    for (int32_t i = 0; i < TUTELA_ITEM_COUNT; i++)
        if (is(text, size, tutela_item_status_name(i)))
            return i;
    r->damaged = 1;
    return TUTELA_ITEM_COUNT;
}

static tutela_status take_status(reader *r, const char *text, size_t size)
{
    r->out->status = status_of(r, text, size);
    return TUTELA_OK;
}

static tutela_status take_members(reader *r, const char *text, size_t size)
{
    tt_earlier_record *out = r->out;
    uint64_t members = 0;

    take_number(r, text, size, &members);
    if (out->step_count == TUTELA_STEPS_MAX || members >= INT64_MAX)
        r->damaged = 1;
    else
        out->steps[out->step_count++].members = members;
    return TUTELA_OK;
}

static tutela_status take_before(reader *r, const char *text, size_t size)
{
    int32_t status = status_of(r, text, size);

    if (r->befores == TUTELA_STEPS_MAX)
        r->damaged = 1;
    else
        r->out->steps[r->befores++].before = status;
    return TUTELA_OK;
}

/* Nanoseconds in digits. */
static tutela_status take_modified(reader *r, const char *text, size_t size)
{
    size_t sign = size > 0 && text[0] == '-';
    uint64_t number = 0;

    take_number(r, text + sign, size - sign, &number);
    r->damaged |= number > INT64_MAX;
    r->out->modified = sign ? -(int64_t)number : (int64_t)number;
    return TUTELA_OK;
}

static tutela_status take_matches(reader *r, const char *text, size_t size)
{
    take_number(r, text, size, &r->out->matches);
    return TUTELA_OK;
}

static tutela_status take_limits(reader *r, const char *text, size_t size)
{
    take_number(r, text, size, &r->out->limits);
    return TUTELA_OK;
}

/* ---- The table -------------------------------------------------------------------------------- */

#define KIND(name) (1u << TT_EARLIER_##name)
#define IN_ITEMS   (KIND(MATCH) | KIND(ITEM))

enum {
    MUST = 1,  /* it is in every record of its kind */
    MANY = 2,  /* it may come more than once */
    LACKS = 4 /* null stands for "" */
};

static const struct {
    const char *place;
    unsigned kinds; /* of records */
    tt_json_kind is;
    unsigned traits;
    take_value *take; /* NULL: it only must be there */
} rows[] = {
    {"type", KIND(OTHER), TT_JSON_STRING, 0, take_type},
    {"schema", KIND(RUN), TT_JSON_NUMBER, MUST, take_schema},
    {"targets", KIND(RUN), TT_JSON_ARRAY, MUST, NULL},
    {"targets[]", KIND(RUN), TT_JSON_STRING, MANY, take_target},
    {"sets", KIND(RUN), TT_JSON_ARRAY, MUST, NULL},
    {"sets[]", KIND(RUN), TT_JSON_MAP, MANY, take_list},
    {"sets[].list", KIND(RUN), TT_JSON_STRING, MANY | LACKS, take_list_name},
    {"sets[].version", KIND(RUN), TT_JSON_STRING, MANY | LACKS, take_list_version},
    {"sets[].polarity", KIND(RUN), TT_JSON_STRING, MANY | LACKS, take_list_polarity},
    {"sets[].entries", KIND(RUN), TT_JSON_NUMBER, MANY, take_list_entries},
    {"chain", IN_ITEMS, TT_JSON_ARRAY, MUST, NULL},
    {"chain[]", IN_ITEMS, TT_JSON_STRING, MANY, take_name},
    {"chain_base64", IN_ITEMS, TT_JSON_ARRAY, 0, NULL},
    {"chain_base64[]", IN_ITEMS, TT_JSON_STRING, MANY, take_exact},
    {"size", IN_ITEMS, TT_JSON_NUMBER, MUST, take_size},
    {"status", IN_ITEMS, TT_JSON_STRING, MUST, take_status},
    {"position", IN_ITEMS, TT_JSON_MAP, 0, NULL},
    {"position.members", IN_ITEMS, TT_JSON_ARRAY, 0, NULL},
    {"position.members[]", IN_ITEMS, TT_JSON_NUMBER, MANY, take_members},
    {"position.before", IN_ITEMS, TT_JSON_ARRAY, 0, NULL},
    {"position.before[]", IN_ITEMS, TT_JSON_STRING, MANY, take_before},
    {"position.modified_ns", IN_ITEMS, TT_JSON_STRING, 0, take_modified},
    {"matches", KIND(SUMMARY), TT_JSON_NUMBER, MUST, take_matches},
    {"by_status", KIND(SUMMARY), TT_JSON_MAP, MUST, NULL},
    {"by_status.limit", KIND(SUMMARY), TT_JSON_NUMBER, MUST, take_limits},
};
#define ROWS (sizeof rows / sizeof rows[0])

_Static_assert(ROWS <= 32, "a row is a bit");

static int was_seen(const reader *r, const char *place)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].place, place) == 0)
            return r->seen >> i & 1;
    return 0;
}

static tutela_status take_row(reader *r, size_t i, tt_json_kind kind, const char *text, size_t size)
{
    uint32_t bit = UINT32_C(1) << i;

    if ((r->seen & bit) && !(rows[i].traits & MANY))
        r->damaged = 1;
    if (kind != rows[i].is && !(kind == TT_JSON_NULL && (rows[i].traits & LACKS)))
        r->damaged = 1;
    r->seen |= bit;
    return r->damaged || !rows[i].take ? TUTELA_OK : rows[i].take(r, text, size);
}

/* ---- Where it is ------------------------------------------------------------------------------ */

/* The place of what comes next, in the map or list that is open. */
static void go_to(reader *r, const char *text, size_t size)
{
    size_t end = r->ends[r->depth];
    int dot = end > 0 && !r->in_list[r->depth];

    if (end + (size_t)dot + size >= sizeof r->place || memchr(text, '\0', size)) {
        text = "?"; /* no row begins so */
        size = end + 2 < sizeof r->place;
    }
    if (dot && size > 0)
        r->place[end++] = '.';
    memcpy(r->place + end, text, size);
    r->place[end + size] = '\0';
}

static tutela_status take(void *user, tt_json_kind kind, const char *text, size_t size,
                          tutela_error *error)
{
    reader *r = user;

    (void)error;
    if (kind == TT_JSON_MAP_END || kind == TT_JSON_ARRAY_END) {
        r->depth--;
        return TUTELA_OK;
    }
    if (kind == TT_JSON_KEY) {
        go_to(r, text, size);
        return TUTELA_OK;
    }
    if (r->in_list[r->depth])
        go_to(r, "[]", 2);
    for (size_t i = 0; i < ROWS; i++)
        if ((rows[i].kinds >> r->out->kind & 1) && strcmp(rows[i].place, r->place) == 0) {
            TT_TRY(take_row(r, i, kind, text, size));
            break;
        }
    if (kind == TT_JSON_MAP || kind == TT_JSON_ARRAY) {
        r->ends[++r->depth] = strlen(r->place);
        r->in_list[r->depth] = kind == TT_JSON_ARRAY;
    }
    return TUTELA_OK;
}

/* ---- The record ------------------------------------------------------------------------------- */

static int is_whole_run(const tt_earlier_record *record)
{
    for (size_t i = 0; i < record->list_count; i++)
        if (!record->lists[i].name || !record->lists[i].version)
            return 0;
    return record->schema == SCHEMA;
}

/* A place is the file's own, and names are of one chain. */
static int is_whole_item(const reader *r)
{
    const tt_earlier_record *record = r->out;

    if (!record->path || r->befores != record->step_count || (r->exact > 0 && r->exact != record->names))
        return 0;
    if (!was_seen(r, "position"))
        return 1;
    return record->names == 1 && record->step_count > 0 && was_seen(r, "position.modified_ns");
}

static int is_whole(const reader *r)
{
    for (size_t i = 0; i < ROWS; i++)
        if ((rows[i].kinds >> r->out->kind & 1) && (rows[i].traits & MUST) && !(r->seen >> i & 1))
            return 0;
    if (r->out->kind == TT_EARLIER_RUN)
        return is_whole_run(r->out);
    return r->out->kind == TT_EARLIER_SUMMARY || r->out->kind == TT_EARLIER_MENTION || is_whole_item(r);
}

tutela_status tt_earlier_record_read(tt_earlier_record *out, const char *line, size_t size,
                                     tutela_error *error)
{
    reader r = {.out = out};
    tt_json_outcome outcome;
    tutela_status status;
    size_t used;

    *out = (tt_earlier_record){.kind = TT_EARLIER_OTHER};
    TT_TRY(tt_json_begin(&r.events, take, &r, DEPTH_MAX, error));
    outcome = tt_json_feed(&r.events, line, size, &used);
    if (outcome == TT_JSON_SOUND)
        outcome = tt_json_end(&r.events);
    status = outcome == TT_JSON_ENDED ? r.events.status : TUTELA_OK;
    tt_json_done(&r.events);
    if (outcome != TT_JSON_SOUND || r.damaged || !is_whole(&r))
        out->kind = TT_EARLIER_OTHER;
    return status;
}

void tt_earlier_lists_done(tt_earlier_list *lists, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tt_free(lists[i].name);
        tt_free(lists[i].version);
    }
    tt_free(lists);
}

void tt_earlier_record_done(tt_earlier_record *record)
{
    tt_earlier_lists_done(record->lists, record->list_count);
    tt_free(record->path);
    *record = (tt_earlier_record){0};
}
