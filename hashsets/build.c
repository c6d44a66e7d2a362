/* build: takes rows, sorts them outside memory, has them compiled and put in place. */
#include "hashsets/build.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/text.h"
#include "base/thread.h"
#include "hashsets/compile.h"
#include "hashsets/delta.h"
#include "hashsets/names.h"
#include "hashsets/place.h"
#include "hashsets/writer.h"

#include <string.h>

#define NO_LIST UINT32_MAX
#define TELLING 16u /* hex digits of a digest that are too many to be told */

struct tt_build {
    char *output;
    char *folder; /* of the output */
    uint64_t memory;
    int64_t expires;
    int fd; /* the caller's to write to; -1: that of `replace` */
    tt_replace replace;
    tt_sort *rows;
    tt_names *names;
    const tt_seal *seal; /* NULL: not sealed */
    int prints;          /* rows hold fingerprints */
    tt_delta *delta;     /* NULL: a plain set */
    uint64_t present;    /* rows that the delta's base has */
    uint32_t list;   /* the rows' list now, or NO_LIST */
    uint32_t listed; /* every algorithm some row has */
    int finished;
    int dry;
    tt_lint *lint; /* from the end on */
    uint8_t *row; /* the row being put together */
    size_t row_room;
};

static tutela_status begin(tt_build *build, tutela_error *error)
{
    uint64_t memory = build->memory / 2; /* the other half is for the keys of further algorithms */

    if (!build->output || !build->folder)
        return tt_no_memory(error);
    if (memory > SIZE_MAX / 4)
        memory = SIZE_MAX / 4;
    TT_TRY(tt_names_new(&build->names, error));
    TT_TRY(tt_sort_new(&build->rows, NULL, (size_t)memory, build->folder, error));
    tt_sort_workers(build->rows, tt_thread_processors() - 1);
    if (build->fd >= 0)
        return TUTELA_OK;
    /* Begun now, so that an output that cannot be written is known before the lists are read. */
    return tt_replace_begin(&build->replace, build->output, error);
}

/* Takes the folder, which is NULL when there was no memory for it. */
static tutela_status make(tt_build **out, int fd, char *folder, const char *output,
                          uint64_t memory, tutela_error *error)
{
    tt_build *build = tt_alloc(1, sizeof *build);
    tutela_status status;

    if (!build) {
        tt_free(folder);
        return tt_no_memory(error);
    }
    build->output = tt_copy_text(output);
    build->folder = folder;
    build->fd = fd;
    build->memory = memory;
    build->expires = TT_TIME_UNKNOWN;
    build->replace.fd = -1;
    build->list = NO_LIST;
    status = begin(build, error);
    if (status == TUTELA_OK)
        *out = build;
    else
        tt_build_free(build);
    return status;
}

tutela_status tt_build_new(tt_build **out, const char *output, uint64_t memory,
                           tutela_error *error)
{
    return make(out, -1, tt_place_folder(output), output, memory, error);
}

tutela_status tt_build_new_at(tt_build **out, int fd, const char *folder, const char *name,
                              uint64_t memory, tutela_error *error)
{
    if (fd < 0)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "%s: no descriptor to write a set to", name);
    return make(out, fd, tt_copy_text(folder), name, memory, error);
}

void tt_build_free(tt_build *build)
{
    if (!build)
        return;
    tt_replace_done(&build->replace);
    tt_sort_free(build->rows);
    tt_lint_free(build->lint);
    tt_names_free(build->names);
    tt_free(build->output);
    tt_free(build->folder);
    tt_free(build->row);
    tt_free(build);
}

tutela_status tt_build_seal(tt_build *build, const tt_seal *seal, tutela_error *error)
{
    if (build->finished || tt_sort_count(build->rows))
        return tt_fail(error, TUTELA_STATE, 0, "%s: a key after the first row", build->output);
    build->seal = seal;
    return TUTELA_OK;
}

void tt_build_dry(tt_build *build)
{
    build->dry = 1;
}

tutela_status tt_build_prints(tt_build *build, tutela_error *error)
{
    if (build->finished || tt_sort_count(build->rows))
        return tt_fail(error, TUTELA_STATE, 0, "%s: another kind of row", build->output);
    build->prints = 1;
    return TUTELA_OK;
}

tutela_status tt_build_delta(tt_build *build, tt_delta *delta, tutela_error *error)
{
    if (build->finished || build->list != NO_LIST)
        return tt_fail(error, TUTELA_STATE, 0, "%s: a base after the first list", build->output);
    build->delta = delta;
    return TUTELA_OK;
}

void tt_build_expires(tt_build *build, int64_t expires)
{
    build->expires = expires;
}

tutela_status tt_build_list(tt_build *build, const char *name, const char *version,
                            tutela_polarity polarity, tutela_error *error)
{
    if (build->finished)
        return tt_fail(error, TUTELA_STATE, 0, "%s: a list after the end", build->output);
    if (polarity != TUTELA_KNOWN_BAD && polarity != TUTELA_KNOWN_GOOD)
        return tt_fail(error, TUTELA_ARGUMENT, 0,
                       "polarity of a list: neither known-bad nor known-good");
    if (build->delta)
        tt_delta_list(build->delta, name, version, polarity);
    return tt_names_list(build->names, name, version, polarity, &build->list, error);
}

/* ---- Rows -------------------------------------------------------------------------------- */

static uint8_t *put(uint8_t *at, const void *data, size_t size)
{
    memcpy(at, data, size);
    return at + size;
}

/* The low `bytes` bytes of a number, most significant first. */
static uint8_t *put_number(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (; bytes; bytes--)
        *at++ = (uint8_t)(value >> (8 * (bytes - 1)));
    return at;
}

static unsigned bytes_of(uint64_t value)
{
    unsigned bytes = 0;

    for (; value; value >>= 8)
        bytes++;
    return bytes;
}

/*
 * 1 when a text of the row spells 8 bytes of one of its digests in hex. Files are often named after
 * their own digest; such a name is the very thing that must not be in a sealed set.
 */
static int tells(const tt_row *row, const char *text)
{
    char hex[2 * TUTELA_DIGEST_MAX + 1];
    size_t run = 0; /* hex digits that end at `at` */

    for (const char *at = text; *at; at++) {
        run = tt_hex_is(at, 1) ? run + 1 : 0;
        for (int algorithm = 0; run >= TELLING && algorithm < TUTELA_ALGORITHM_COUNT; algorithm++) {
            if (!(row->digests.mask >> algorithm & 1))
                continue;
            tt_hex_encode(row->digests.value[algorithm], tt_digest_size(algorithm), hex);
            for (const char *in = hex; in[TELLING - 1]; in++)
                if (strncasecmp(at + 1 - TELLING, in, TELLING) == 0)
                    return 1;
        }
    }
    return 0;
}

/* What a sealed set keeps in the place of digests. */
static void seal_digests(const tt_seal *seal, const tt_digests *from, tt_digests *to)
{
    tt_seal_job jobs[TUTELA_ALGORITHM_COUNT];
    size_t count = 0;

    to->mask = from->mask;
    for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
        if (from->mask >> algorithm & 1)
            jobs[count++] = (tt_seal_job){.digest = from->value[algorithm],
                                          .fingerprint = to->value[algorithm],
                                          .algorithm = algorithm};
    tt_seal_many(seal, jobs, count);
}

/* The row's sorted form (compile.h) into `to`, which has the room. Returns its size. */
static size_t encode(uint8_t *to, int prints, const tt_row *row, uint32_t record)
{
    const tt_digests *digests = &row->digests;
    int first = __builtin_ctz(digests->mask);
    unsigned size = row->size == TT_SIZE_UNKNOWN ? 0 : bytes_of(row->size);
    unsigned length = row->size == TT_SIZE_UNKNOWN ? TT_ROW_SIZE_UNKNOWN : size;
    uint64_t date = tt_date_of(row->updated);
    uint8_t *at = to;

    *at++ = (uint8_t)first;
    at = put(at, digests->value[first], tt_row_digest(prints, first));
    *at++ = (uint8_t)(digests->mask | length << 4);
    for (int algorithm = first + 1; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
        if (digests->mask >> algorithm & 1)
            at = put(at, digests->value[algorithm], tt_row_digest(prints, algorithm));
    at = put_number(at, row->size, size);
    at = put(at, row->entry, strlen(row->entry) + 1);
    *at++ = (uint8_t)bytes_of(date);
    at = put_number(at, date, bytes_of(date));
    at = put_number(at, record, TT_ROW_RECORD);
    return (size_t)(at - to);
}

/* What a row may take beside its id: all digests, first, shape, size, NUL, date, record. */
#define ROW_FIXED (TUTELA_ALGORITHM_COUNT * TUTELA_DIGEST_MAX + 32)

static tutela_status check_row(const tt_build *build, const tt_row *row, tutela_error *error)
{
    if (build->finished || build->list == NO_LIST)
        return tt_fail(error, TUTELA_STATE, 0, "%s: a row outside a list", build->output);
    if (row->digests.mask == 0 || row->digests.mask > TT_DIGEST_ALL)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "a row without a digest");
    return tt_names_check(row->entry, "id of an entry", error);
}

tutela_status tt_build_add(tt_build *build, const tt_row *row, tutela_error *error)
{
    size_t room = ROW_FIXED;
    uint32_t record = 0;
    int has = 0;
    tt_row kept;

    TT_TRY(check_row(build, row, error));
    room += strlen(row->entry);
    kept = *row;
    if (build->seal && !build->prints) {
        seal_digests(build->seal, &row->digests, &kept.digests);
        kept.entry = tells(row, row->entry) ? "" : row->entry;
        kept.owner = tells(row, row->owner) ? "" : row->owner;
    }
    if (build->delta)
        TT_TRY(tt_delta_has(build->delta, &kept, &has, error));
    if (has) {
        build->present++;
        return TUTELA_OK;
    }
    TT_TRY(tt_names_record(build->names, &(tt_names_key){.scheme = kept.scheme,
                                                         .value = kept.value,
                                                         .owner = kept.owner,
                                                         .list = build->list,
                                                         .flags = kept.flags}, &record, error));
    if (room > build->row_room) {
        uint8_t *grown = tt_realloc(build->row, room, 2);
        if (!grown)
            return tt_no_memory(error);
        build->row = grown;
        build->row_room = room * 2;
    }
    TT_TRY(tt_sort_add(build->rows, build->row,
                       encode(build->row, build->prints || build->seal, &kept, record), error));
    build->listed |= row->digests.mask;
    return TUTELA_OK;
}

/* ---- The end ----------------------------------------------------------------------------- */

static tutela_status compile(tt_build *build, tt_writer *writer, int64_t created,
                             tt_build_counts *counts, tutela_error *error)
{
    tt_compile_job job = {.rows = build->rows,
                          .names = build->names,
                          .writer = writer,
                          .folder = build->folder,
                          .memory = build->memory / 2,
                          .listed = build->listed,
                          .created = created,
                          .expires = build->expires,
                          .seal = build->seal,
                          .prints = build->prints || build->seal,
                          .delta = build->delta};

    TT_TRY(tt_sort_finish(build->rows, error));
    TT_TRY(tt_names_settle(build->names, error));
    TT_TRY(tt_lint_new(&build->lint, build->names, error));
    job.lint = build->lint;
    TT_TRY(tt_compile(&job, counts, error));
    counts->lint = *tt_lint_result(build->lint);
    return TUTELA_OK;
}

tutela_status tt_build_finish(tt_build *build, int64_t created, tt_build_counts *counts,
                              tutela_error *error)
{
    tt_build_counts done = {0};
    tt_writer *writer = NULL;
    tutela_status status;

    if (build->finished)
        return tt_fail(error, TUTELA_STATE, 0, "%s: finished twice", build->output);
    build->finished = 1;
    if (tt_sort_count(build->rows) == 0 && !build->delta) {
        (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: no row to make a set of",
                      build->output);
        return tt_advise(error, TUTELA_LIST_UNUSABLE,
                         "check that the input is a hash list of a known format");
    }
    TT_TRY(tt_writer_new(&writer, build->fd >= 0 ? build->fd : build->replace.fd, build->output,
                         error));
    status = compile(build, writer, created, &done, error);
    tt_writer_free(writer);
    if (status == TUTELA_OK && !build->dry && build->fd < 0)
        status = tt_replace_commit(&build->replace, error);
    done.duplicates += build->present;
    if (status == TUTELA_OK && counts)
        *counts = done;
    return status;
}

int tt_build_conflict_at(const tt_build *build, size_t index, tt_lint_conflict *out)
{
    return build->lint && tt_lint_conflict_at(build->lint, index, out);
}
