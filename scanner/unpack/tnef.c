/*
 * tnef: the winmail.dat in which Outlook sends what mail has no place for.
 *
 * Read by hand: libytnef prints, and takes an attribute whose sum does not fit. Members are the
 * attachments under their names; embedded messages, which are winmail.dats themselves; bodies (RTF is
 * decompressed), and properties that are binary.
 */
#include "base/mem.h"
#include "unpack/reader.h"
#include "unpack/tnef_index.h"
#include "unpack/tnef_rtf.h"

#include <string.h>

typedef struct tnef_reader {
    tt_reader reader;
    size_t next;              /* of the index's parts */
    const tt_tnef_part *part; /* being read */
    uint64_t at;              /* bytes of it taken */
    int decodes;              /* it is RTF of a known kind: what comes out is told by `rtf` */
    tt_rtf rtf;
    tt_tnef_index index;
} tnef_reader;

extern const tt_format tt_format_tnef;

static void shut(tt_reader *reader)
{
    tnef_reader *r = (tnef_reader *)reader;

    if (!r)
        return;
    tt_tnef_index_done(&r->index);
    tt_free(r);
}

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    tnef_reader *r = tt_alloc_raw(1, sizeof *r);
    tutela_status status;

    if (!r)
        return tt_no_memory(error);
    memset(r, 0, offsetof(tnef_reader, index) + offsetof(tt_tnef_index, window));
    r->reader.format = &tt_format_tnef;
    status = tt_tnef_index_read(&r->index, stream, error);
    if (status != TUTELA_OK) {
        shut(&r->reader);
        return status;
    }
    *out = &r->reader;
    return TUTELA_OK;
}

/* RTF begins with a header that tells what it is. */
static tutela_status begin_rtf(tnef_reader *r, tt_member *out, tutela_error *error)
{
    uint8_t header[TT_RTF_HEADER];
    tt_trouble trouble;
    size_t got = 0;

    TT_TRY(tt_stream_read_at(r->index.stream, r->part->offset, header,
                             r->part->size < sizeof header ? (size_t)r->part->size : sizeof header,
                             &got, &trouble, error));
    if (got < sizeof header) {
        out->trouble = trouble.status != TUTELA_ITEM_CLEAR
                           ? trouble : (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    } else if (!tt_rtf_begin(&r->rtf, header, r->part->size)) {
        out->trouble = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a method that is not known"};
    } else {
        r->decodes = 1;
        r->at = TT_RTF_HEADER;
    }
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    tnef_reader *r = (tnef_reader *)reader;
    const tt_tnef_group *group;

    r->part = NULL;
    *more = r->next < r->index.count;
    *trouble = r->index.trouble;
    if (!*more)
        return TUTELA_OK;
    r->part = &r->index.parts[r->next++];
    r->at = 0;
    r->decodes = 0;
    group = &r->index.groups[r->part->group];
    *out = (tt_member){.size = r->part->rtf ? TT_SIZE_UNKNOWN : r->part->size,
                       .modified = INT64_MIN,
                       .trouble = {TUTELA_ITEM_CLEAR, ""}};
    if (r->part->named && group->rank > 0) {
        out->name = (const uint8_t *)r->index.names.data + group->at;
        out->name_size = group->size;
    }
    return r->part->rtf ? begin_rtf(r, out, error) : TUTELA_OK;
}

/* What a member's end, or an end too early, is. */
static tt_trouble judge(const tnef_reader *r, const tt_trouble *source)
{
    if (source->status != TUTELA_ITEM_CLEAR)
        return *source;
    if (r->part->fault)
        return (tt_trouble){TUTELA_ITEM_MALFORMED, r->part->fault};
    if (r->decodes)
        return tt_rtf_judge(&r->rtf);
    if (r->at < r->part->size)
        return (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    return (tt_trouble){TUTELA_ITEM_CLEAR, ""};
}

static tutela_status read_rtf(tnef_reader *r, void *buffer, size_t size, size_t *got,
                              tt_trouble *source, tutela_error *error)
{
    uint8_t piece[4096];
    size_t some = 1, used;

    while (*got == 0 && some > 0) {
        uint64_t left = r->part->size - r->at;
        TT_TRY(tt_stream_read_at(r->index.stream, r->part->offset + r->at, piece,
                                 left < sizeof piece ? (size_t)left : sizeof piece, &some, source,
                                 error));
        *got = tt_rtf_step(&r->rtf, piece, some, &used, buffer, size);
        r->at += used;
        if (used == 0)
            break;
    }
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    tnef_reader *r = (tnef_reader *)reader;
    tt_trouble source = {TUTELA_ITEM_CLEAR, ""};
    uint64_t left = r->part->size - r->at;

    *got = 0;
    if (r->decodes) {
        TT_TRY(read_rtf(r, buffer, size, got, &source, error));
    } else {
        if (size > left)
            size = (size_t)left;
        TT_TRY(tt_stream_read_at(r->index.stream, r->part->offset + r->at, buffer, size, got,
                                 &source, error));
        r->at += *got;
    }
    if (*got == 0)
        *trouble = judge(r, &source);
    return TUTELA_OK;
}

const tt_format tt_format_tnef = {"tnef", TT_SEEKS, begin, next, read_member, shut};
