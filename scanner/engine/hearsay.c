/* hearsay: see hearsay.h. */
#include "engine/hearsay.h"

#include <string.h>

tutela_status tt_hearsay_begin(tt_hearsay *hearsay, tt_inside *inside, tutela_error *error)
{
    hearsay->inside = inside;
    hearsay->cut = 0;
    hearsay->seeks = inside && tt_inside_mentions(inside);
    return hearsay->seeks ? tt_seek_begin(&hearsay->seek, error) : TUTELA_OK;
}

tutela_status tt_hearsay_end(tt_hearsay *hearsay, const tt_engine *engine, tt_verdict *verdict,
                             const char *name, uint64_t bytes, tutela_error *error)
{
    const tt_mention_list *list = NULL;
    tt_digests digests;
    int known;

    if (!hearsay->seeks)
        return TUTELA_OK;
    hearsay->seeks = 0;
    TT_TRY(tt_seek_end(hearsay->seek, &list, error));
    hearsay->cut = list->cut;
    for (size_t i = 0; i < list->count; i++) {
        TT_TRY(tt_verdict_mention(verdict, engine, &list->item[i], &digests, &known, error));
        if (!known)
            continue;
        verdict->chain = (tutela_name){.data = name, .size = strlen(name)};
        verdict->finding.bytes = bytes;
        TT_TRY(tt_inside_tell(hearsay->inside, &verdict->finding, error));
    }
    return TUTELA_OK;
}
