/* compact: one set of many layers, and two sets compared, as the public header offers them. */
#include "api/api.h"
#include "base/clock.h"
#include "hashsets/diff.h"
#include "hashsets/expand.h"
#include "hashsets/layers.h"

#define COMPACT_MEMORY ((uint64_t)512 << 20)

tutela_status tutela_set_compact(const tutela_compact_options *options, uint64_t *entries,
                                 tutela_error *error)
{
    tutela_compact_options own;
    tutela_set *opened = NULL;
    const tt_set *set;
    uint64_t count = 0;
    tutela_status status;

    if (!options)
        return tt_api_null(error, "set compact: options");
    TT_TRY(tt_api_options(&own, sizeof own, options, "tutela_compact_options", error));
    if (!own.input || !own.output)
        return tt_api_null(error, "set compact: input and output");
    TT_TRY(tutela_set_open(&opened, own.input, own.opening, error));
    set = (const tt_set *)opened;
    /* A layer that is written over would take what is above it along; the newest has nothing above. */
    status = tt_layers_spare(tt_set_below(set), own.output, "what the set is made from",
                             "write to another file, or over the set itself", error);
    if (status == TUTELA_OK)
        status = tt_set_compact(set, own.output, own.memory ? own.memory : COMPACT_MEMORY,
                                own.reproducible ? TT_TIME_UNKNOWN : tt_clock_wall(), &count,
                                error);
    tutela_set_close(opened);
    if (status == TUTELA_OK && entries)
        *entries = count;
    return status;
}

tutela_status tutela_set_diff(const tutela_set *a, const tutela_set *b, tutela_set_difference *out,
                              tutela_error *error)
{
    const tt_set *one = (const tt_set *)a, *other = (const tt_set *)b;
    tutela_set_difference made = {.size = sizeof made};

    if (!a || !b || !out)
        return tt_api_null(error, "set diff: a, b and out");
    if (!tt_set_comparable(one, other)) {
        (void)tt_fail(error, TUTELA_ARGUMENT, 0, "%s and %s: sealed differently: nothing to compare",
                      tt_set_path(one), tt_set_path(other));
        return tt_advise(error, TUTELA_ARGUMENT,
                         "compare two sets under one key, or two that are not sealed");
    }
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        tt_set_diff counts = {0};

        TT_TRY(tt_set_compare(one, other, i, &counts, error));
        made.only_a[i] = counts.only_a;
        made.only_b[i] = counts.only_b;
        made.both[i] = counts.both;
    }
    return tt_api_answer(out, &made, sizeof made, "tutela_set_difference", error);
}
