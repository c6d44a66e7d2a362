/* earlier: going on from an earlier scan's report, as the public header offers it. */
#include "api/api.h"
#include "base/mem.h"
#include "report/earlier.h"

#include <string.h>

struct tutela_earlier {
    tt_earlier it;
};

tutela_status tutela_earlier_open(tutela_earlier **out, const char *path, tutela_error *error)
{
    tutela_earlier *earlier;
    tutela_status status;

    if (!out || !path)
        return tt_api_null(error, "earlier: path and out");
    earlier = tt_alloc(1, sizeof *earlier);
    if (!earlier)
        return tt_no_memory(error);
    status = tt_earlier_read(&earlier->it, path, error);
    if (status == TUTELA_OK)
        *out = earlier;
    else
        tt_free(earlier);
    return status;
}

void tutela_earlier_close(tutela_earlier *earlier)
{
    if (earlier)
        tt_earlier_done(&earlier->it);
    tt_free(earlier);
}

const tutela_from *tutela_earlier_from(const tutela_earlier *earlier, size_t *count)
{
    if (count)
        *count = earlier ? earlier->it.count : 0;
    return earlier ? earlier->it.from : NULL;
}

static int is_listed(const tt_earlier *earlier, const tutela_list_info *info)
{
    for (size_t i = 0; i < earlier->list_count; i++) {
        const tt_earlier_list *list = &earlier->lists[i];

        if (list->entries == info->entries && strcmp(list->name, info->name) == 0
            && strcmp(list->version, info->version) == 0
            && strcmp(list->polarity, tutela_polarity_name(info->polarity)) == 0)
            return 1;
    }
    return 0;
}

static int same_lists(const tt_earlier *earlier, tutela_set *const *sets, size_t count)
{
    size_t listed = 0;

    for (size_t i = 0; i < count; i++) {
        tutela_list_info info = {0};

        for (size_t at = 0; tutela_set_get_list(sets[i], at, &info) == TUTELA_OK; at++, listed++)
            if (!is_listed(earlier, &info))
                return 0;
    }
    return listed == earlier->list_count;
}

int tutela_earlier_hold(tutela_earlier *earlier, tutela_set *const *sets, size_t count)
{
    if (!earlier || same_lists(&earlier->it, sets, sets ? count : 0))
        return 1;
    for (size_t i = 0; i < earlier->it.count; i++)
        earlier->it.from[i].step_count = 0;
    return 0;
}
