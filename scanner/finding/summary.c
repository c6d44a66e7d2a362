/* summary: what findings add up to, and the exit status that follows. */
#include "finding/finding.h"

/* Exit statuses (the command line's contract). */
enum { EXIT_NONE = 0, EXIT_MATCH = 1, EXIT_INCOMPLETE = 3, EXIT_INCOMPLETE_MATCH = 4 };

/* What images say of their size is not checked against anything: sums stay where they can go no further. */
static void add_coverage(uint64_t *to, const uint64_t *coverage)
{
    for (size_t i = 0; i < TUTELA_COVER_COUNT; i++)
        to[i] = coverage[i] > UINT64_MAX - to[i] ? UINT64_MAX : to[i] + coverage[i];
}

void tt_summary_add(tutela_summary *summary, const tutela_finding *finding)
{
    if (finding->status == TUTELA_ITEM_MENTION) {
        summary->mentions++;
        return;
    }
    summary->items++;
    if (finding->status >= 0 && finding->status < TUTELA_ITEM_COUNT)
        summary->by_status[finding->status]++;
    if (finding->status != TUTELA_ITEM_SKIPPED)
        summary->bytes += finding->bytes;
    if (finding->polarity_mask & TUTELA_BIT(TUTELA_KNOWN_BAD))
        summary->matches++;
    if (!finding->coverage)
        return;
    summary->images++;
    add_coverage(summary->coverage, finding->coverage);
}

void tt_summary_join(tutela_summary *summary, const tutela_summary *other)
{
    summary->items += other->items;
    summary->bytes += other->bytes;
    summary->matches += other->matches;
    summary->mentions += other->mentions;
    for (size_t i = 0; i < TUTELA_ITEM_COUNT; i++)
        summary->by_status[i] += other->by_status[i];
    summary->images += other->images;
    add_coverage(summary->coverage, other->coverage);
}

void tt_summary_end(tutela_summary *summary, int cut_short)
{
    summary->complete = !cut_short;
    for (int i = 0; i < TUTELA_ITEM_COUNT; i++)
        if (summary->by_status[i] > 0 && !tutela_item_status_complete(i))
            summary->complete = 0;
    if (summary->complete)
        summary->exit_status = summary->matches ? EXIT_MATCH : EXIT_NONE;
    else
        summary->exit_status = summary->matches ? EXIT_INCOMPLETE_MATCH : EXIT_INCOMPLETE;
}
