/* content: see content.h. */
#include "disk/content.h"

#include "base/mem.h"

#include <string.h>

/* Pieces of one file: as many as blocks of 4 KiB in a file of 64 GiB of which no two lie together. */
#define RUNS_MAX ((size_t)1 << 24)

static const tt_trouble damaged = {TUTELA_ITEM_MALFORMED, "damaged"};
static const tt_trouble unread = {TUTELA_ITEM_PARTIAL, "not all of it can be read"};
static const tt_trouble sealed = {TUTELA_ITEM_ENCRYPTED, "encrypted"};

/* ---- Runs ---------------------------------------------------------------------------------- */

static tutela_status add(tt_content *c, tt_run run, tutela_error *error)
{
    tt_run *last = c->count > 0 ? &c->runs[c->count - 1] : NULL;

    if (run.size == 0)
        return TUTELA_OK;
    if (last && last->kind == run.kind
        && (run.kind != TT_RUN_BYTES || last->place + last->size == run.place)) {
        last->size += run.size;
        return TUTELA_OK;
    }
    if (c->count >= RUNS_MAX
        || tt_grow((void **)&c->runs, &c->room, c->count + 1, sizeof *c->runs) != 0)
        return tt_no_memory(error);
    c->runs[c->count++] = run;
    return TUTELA_OK;
}

static uint64_t known(const tt_content *c)
{
    const tt_run *last = c->count > 0 ? &c->runs[c->count - 1] : NULL;

    return last ? last->at + last->size : 0;
}

/* More of the file, up to `end`; what lies behind the part that was ever written is zeros. */
static tutela_status add_to(tt_content *c, uint64_t end, uint64_t place, tt_run_kind kind, uint64_t written,
                            tutela_error *error)
{
    uint64_t at = known(c), first;

    if (end > c->stream.size)
        end = c->stream.size;
    if (at >= end)
        return TUTELA_OK;
    first = kind == TT_RUN_BYTES && written < end ? (written > at ? written - at : 0) : end - at;
    TT_TRY(add(c, (tt_run){at, first, place, kind}, error));
    return add(c, (tt_run){at + first, end - at - first, 0, TT_RUN_ZEROS}, error);
}

/*
 * Of extents libtsk tells those that there are, and nothing of what lies between them: holes. Elsewhere a run
 * that it does not tell of is one that it did not find.
 */
static tt_run_kind kind_of_gap(const TSK_FS_INFO *fs)
{
    return TSK_FS_TYPE_ISEXT(fs->ftype) ? TT_RUN_ZEROS : TT_RUN_GONE;
}

static tt_run_kind kind_of(const TSK_FS_INFO *fs, const TSK_FS_ATTR_RUN *run)
{
    if (run->flags & TSK_FS_ATTR_RUN_FLAG_SPARSE)
        return TT_RUN_ZEROS;
    if (run->flags & TSK_FS_ATTR_RUN_FLAG_FILLER)
        return kind_of_gap(fs);
    return run->flags & TSK_FS_ATTR_RUN_FLAG_ENCRYPTED ? TT_RUN_SEALED : TT_RUN_BYTES;
}

/* What of a run lies behind the end of the file, which ends in it at `end`. */
static void note_slack(tt_content *c, const TSK_FS_ATTR_RUN *run, const TSK_FS_INFO *fs, uint64_t end)
{
    uint64_t ends = (uint64_t)fs->offset + (run->addr + run->len) * fs->block_size;
    uint64_t size = run->len * fs->block_size;

    if (c->slack && kind_of(fs, run) == TT_RUN_BYTES && end > c->stream.size)
        tt_spans_add(c->slack, ends - (end - c->stream.size < size ? end - c->stream.size : size), ends);
}

/* The list of runs, as libtsk has it, in bytes of the image. 0: it is not in order. */
static int add_runs(tt_content *c, const TSK_FS_INFO *fs, tutela_status *status, tutela_error *error)
{
    const TSK_FS_ATTR *a = c->attribute;
    uint64_t block = fs->block_size, skip = a->nrd.skiplen;
    uint64_t most = UINT64_MAX / 2 / block, written = (uint64_t)a->nrd.initsize;

    *status = TUTELA_OK;
    for (const TSK_FS_ATTR_RUN *run = a->nrd.run; run && *status == TUTELA_OK; run = run->next) {
        uint64_t begins, ends;
        if (run->offset > most || run->len > most - run->offset || run->addr > most - run->len)
            return 0;
        begins = run->offset * block;
        ends = begins + run->len * block;
        if (ends <= skip)
            continue;
        begins = begins > skip ? begins - skip : 0;
        note_slack(c, run, fs, ends - skip);
        if (begins > known(c)) /* a gap that libtsk has not told of */
            *status = add_to(c, begins, 0, kind_of_gap(fs), written, error);
        if (*status == TUTELA_OK && begins == known(c))
            *status = add_to(c, ends - skip,
                             (uint64_t)fs->offset + run->addr * block
                                 + (begins == 0 && skip > run->offset * block ? skip - run->offset * block : 0),
                             kind_of(fs, run), written, error);
    }
    if (*status == TUTELA_OK)
        *status = add_to(c, c->stream.size, 0, written <= known(c) ? TT_RUN_ZEROS : kind_of_gap(fs),
                         written, error);
    return 1;
}

/* ---- Reading ------------------------------------------------------------------------------- */

static tutela_status ask(tt_content *c, uint64_t offset, void *buffer, size_t size, size_t *got,
                         tt_trouble *trouble, tutela_error *error)
{
    ssize_t read = tsk_fs_attr_read(c->attribute, (TSK_OFF_T)offset, buffer, size,
                                    TSK_FS_FILE_READ_FLAG_NONE);

    TT_TRY(tt_sleuth_check(c->sleuth, error));
    *got = read > 0 ? (size_t)read : 0;
    if (*got > size)
        *got = size;
    /* Zeros may stand for what could not be read, here or in a record that was read before. */
    if (*got < size)
        *trouble = read < 0 ? damaged : unread;
    else if (c->sleuth->bad.count > 0)
        *trouble = unread;
    if (trouble->status != TUTELA_ITEM_CLEAR)
        *got = 0;
    return TUTELA_OK;
}

static const tt_run *find(tt_content *c, uint64_t offset)
{
    size_t low = 0, high = c->count;

    if (c->last < c->count && c->runs[c->last].at <= offset) {
        low = c->last;
        if (offset < c->runs[low].at + c->runs[low].size)
            return &c->runs[low];
    }
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (c->runs[middle].at <= offset)
            low = middle;
        else
            high = middle;
    }
    c->last = low;
    return &c->runs[low];
}

static tutela_status read_run(tt_content *c, const tt_run *run, uint64_t within, void *buffer,
                              size_t size, size_t *got, tt_trouble *trouble, tutela_error *error)
{
    *got = 0;
    switch (run->kind) {
    case TT_RUN_BYTES:
        return tt_sleuth_read(c->sleuth, run->place + within, buffer, size, got, trouble, error);
    case TT_RUN_ZEROS:
        memset(buffer, 0, size);
        *got = size;
        return TUTELA_OK;
    case TT_RUN_GONE:
        *trouble = unread;
        return TUTELA_OK;
    case TT_RUN_SEALED:
        break;
    }
    *trouble = sealed;
    return TUTELA_OK;
}

static tutela_status read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                             size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tt_content *c = (tt_content *)stream;
    uint8_t *to = buffer;

    *got = 0;
    if (offset >= stream->size)
        return TUTELA_OK;
    if (size > stream->size - offset)
        size = (size_t)(stream->size - offset);
    if (c->asked)
        return ask(c, offset, buffer, size, got, trouble, error);
    while (*got < size) {
        const tt_run *run = find(c, offset + *got);
        uint64_t within = offset + *got - run->at;
        size_t part = size - *got, read = 0;
        if (part > run->size - within)
            part = (size_t)(run->size - within);
        TT_TRY(read_run(c, run, within, to + *got, part, &read, trouble, error));
        *got += read;
        if (read < part) {
            if (trouble->status == TUTELA_ITEM_CLEAR) /* it lies beyond the end of the image */
                *trouble = unread;
            return TUTELA_OK;
        }
    }
    return TUTELA_OK;
}

static tutela_status read_next(tt_stream *stream, void *buffer, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    tt_content *c = (tt_content *)stream;

    TT_TRY(read_at(stream, c->place, buffer, size, got, trouble, error));
    c->place += *got;
    return TUTELA_OK;
}

/* ---- The whole ----------------------------------------------------------------------------- */

tutela_status tt_content_open(tt_content *content, tt_sleuth *sleuth, const TSK_FS_ATTR *attribute,
                              tt_trouble *trouble, tutela_error *error)
{
    static const tt_stream_ops ops = {read_next, read_at};
    const TSK_FS_INFO *fs = attribute->fs_file->fs_info;
    tutela_status status;

    content->stream = (tt_stream){.ops = &ops, .size = attribute->size > 0 ? (uint64_t)attribute->size : 0};
    content->sleuth = sleuth;
    content->attribute = attribute;
    content->count = content->last = 0;
    content->place = 0;
    content->asked = !(attribute->flags & TSK_FS_ATTR_NONRES)
                     || (attribute->flags & (TSK_FS_ATTR_COMP | TSK_FS_ATTR_ENC)) == TSK_FS_ATTR_COMP
                     || fs->block_pre_size > 0 || fs->block_post_size > 0 || fs->block_size == 0;
    *trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    if (attribute->size < 0)
        *trouble = damaged;
    else if (attribute->flags & TSK_FS_ATTR_ENC)
        *trouble = sealed;
    if (attribute->size < 0 || content->asked)
        return TUTELA_OK;
    if (!add_runs(content, fs, &status, error))
        *trouble = damaged;
    return status;
}

void tt_content_note(const tt_content *content, uint64_t from, tt_spans *spans)
{
    for (size_t i = 0; i < content->count; i++) {
        const tt_run *run = &content->runs[i];
        uint64_t passed = from > run->at ? from - run->at : 0;
        if (run->kind == TT_RUN_BYTES && passed < run->size)
            tt_spans_add(spans, run->place + passed, run->place + run->size);
    }
}

void tt_content_done(tt_content *content)
{
    tt_free(content->runs);
    *content = (tt_content){0};
}
