/*
 * passing: see passing.h.
 *
 * What libarchive skips in a solid archive it unpacks in one call, which takes as long as that takes and
 * would look like a parser that hangs. So such members are read, and nobody is given their bytes.
 */
#include "unpack/passing.h"

uint64_t tt_passing_of(const tt_budget *budget, int on_way, uint32_t depth)
{
    return on_way && depth < TUTELA_STEPS_MAX ? budget->from[depth] : 0;
}

int tt_passing_leads(const tt_budget *budget, int on_way, uint32_t depth, uint64_t count)
{
    return on_way && count == tt_passing_of(budget, on_way, depth) + 1;
}

/* One member; what is wrong with it was said by the run that read it. */
static tutela_status pass_one(tt_reader *reader, const tt_member *member, uint8_t *piece, size_t size,
                              const tt_sink *sink, void *user, tutela_error *error)
{
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    size_t got = (reader->format->traits & TT_SOLID) && member->trouble.status == TUTELA_ITEM_CLEAR;

    do {
        if (sink->pass)
            TT_TRY(sink->pass(user, error));
        if (got > 0)
            TT_TRY(reader->format->read(reader, piece, size, &got, &trouble, error));
    } while (got > 0);
    return TUTELA_OK;
}

tutela_status tt_passing_run(tt_reader *reader, uint64_t count, uint8_t *piece, size_t size,
                             const tt_sink *sink, void *user, int *more, tt_trouble *trouble,
                             tutela_error *error)
{
    for (uint64_t i = 0; i < count; i++) {
        tt_member member = {.size = TT_SIZE_UNKNOWN, .modified = INT64_MIN,
                            .trouble = {TUTELA_ITEM_CLEAR, ""}};

        TT_TRY(reader->format->next(reader, &member, more, trouble, error));
        if (!*more) {
            if (trouble->status == TUTELA_ITEM_CLEAR)
                *trouble = (tt_trouble){TUTELA_ITEM_CHANGED, "it holds less than the earlier run has read"};
            return TUTELA_OK;
        }
        TT_TRY(pass_one(reader, &member, piece, size, sink, user, error));
    }
    return TUTELA_OK;
}
