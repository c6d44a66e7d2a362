/* conclude: digests -> matches -> the finding. */
#include "engine/conclude.h"

#include <string.h>

void tt_verdict_done(tt_verdict *verdict)
{
    tt_matches_done(&verdict->matches);
    *verdict = (tt_verdict){0};
}

void tt_verdict_begin(tt_verdict *verdict, const char *name, size_t size, tutela_item_status status,
                      const char *reason)
{
    tt_finding_init(&verdict->finding);
    verdict->matches.count = 0;
    verdict->chain = (tutela_name){.data = name, .size = size};
    verdict->finding.chain = &verdict->chain;
    verdict->finding.chain_count = 1;
    verdict->finding.status = (int32_t)status;
    verdict->finding.reason = reason ? reason : "";
}

tutela_status tt_verdict_match(tt_verdict *verdict, const tt_engine *engine,
                               const tt_digests *digests, uint64_t bytes, tutela_error *error)
{
    tutela_finding *finding = &verdict->finding;

    TT_TRY(tt_match_find(engine->matcher, digests, bytes, &verdict->matches, error));
    finding->bytes = bytes;
    finding->digests = digests->value;
    finding->digest_mask = digests->mask;
    finding->matches = verdict->matches.match;
    finding->match_count = verdict->matches.count;
    finding->grade = (int32_t)tt_matches_grade(&verdict->matches);
    finding->polarity_mask = tt_matches_polarity(&verdict->matches);
    if (finding->polarity_mask & TUTELA_BIT(TUTELA_KNOWN_BAD))
        finding->status = TUTELA_ITEM_MATCH;
    else if (finding->match_count > 0)
        finding->status = TUTELA_ITEM_KNOWN;
    else
        finding->status = TUTELA_ITEM_CLEAR;
    return TUTELA_OK;
}

tutela_status tt_verdict_mention(tt_verdict *verdict, const tt_engine *engine,
                                 const tt_mention *mention, tt_digests *digests, int *known,
                                 tutela_error *error)
{
    tutela_finding *finding = &verdict->finding;
    uint32_t polarities = 0;

    digests->mask = TUTELA_BIT(mention->algorithm);
    memcpy(digests->value[mention->algorithm], mention->digest, tt_mention_size(mention->algorithm));
    TT_TRY(tt_match_probe(engine->matcher, digests, &polarities, error));
    *known = (polarities & TUTELA_BIT(TUTELA_KNOWN_BAD)) != 0;
    if (!*known)
        return TUTELA_OK;
    tt_verdict_begin(verdict, "", 0, TUTELA_ITEM_MENTION, NULL);
    TT_TRY(tt_verdict_match(verdict, engine, digests, 0, error));
    finding->status = TUTELA_ITEM_MENTION;
    finding->grade = TUTELA_GRADE_NONE;
    for (size_t i = 0; i < verdict->matches.count; i++)
        verdict->matches.match[i].grade = TUTELA_GRADE_NONE;
    finding->offset = mention->offset;
    finding->mentions = mention->count;
    return TUTELA_OK;
}

void tt_finding_incomplete(tutela_finding *finding, tutela_item_status status, const char *reason)
{
    int open = status != TUTELA_ITEM_CLEAR && finding->status != TUTELA_ITEM_KNOWN;

    if (open)
        finding->status = (int32_t)status;
    finding->reason = open ? reason : "";
}

void tt_finding_mismatch(tutela_finding *finding)
{
    const tutela_name *name = &finding->chain[finding->chain_count - 1];
    const char *slash = memrchr(name->data, '/', name->size);
    const char *base = slash ? slash + 1 : name->data;

    finding->flags &= ~TUTELA_FLAG_TYPE_MISMATCH;
    if (finding->mime[0] != '\0'
        && tt_type_mismatch(base, name->size - (size_t)(base - name->data), finding->mime))
        finding->flags |= TUTELA_FLAG_TYPE_MISMATCH;
}
