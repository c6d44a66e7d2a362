/*
 * unpack_ask: questions to the log of one run, for tests that ask about single items.
 */
#ifndef TT_TESTS_UNPACK_ASK_H
#define TT_TESTS_UNPACK_ASK_H

#include "unpack_made.h"

static kit_log events;

__attribute__((unused)) static const char *status_of(const char *chain)
{
    const kit_item *item = kit_find(&events, chain);

    return item ? tutela_item_status_name((int32_t)item->trouble.status) : "none";
}

__attribute__((unused)) static int has(const char *chain, const char *text)
{
    return kit_is(kit_find(&events, chain), text, strlen(text));
}

/* Run it both ways; the second one's events are there afterwards. */
__attribute__((unused)) static void run(bytes b)
{
    size_t sought;

    (void)!kit_run(&events, b, NULL);
    sought = events.count;
    (void)!kit_run_pipe(&events, b, NULL);
    ok(events.count == sought && !events.wrong && kit_is(&events.items[0], b.data, b.size),
       "sought and piped alike");
}

/*
 * After damage to a container of these two members: each was found, or something was said, or there is nothing
 * to see in it any more. No other member is clear.
 */
__attribute__((unused)) static int is_honest(bytes b, const char *one, const char *other, int unseen)
{
    size_t good = 0;
    int told = 0;

    for (size_t i = 0; i < events.count; i++) {
        const kit_item *item = &events.items[i];
        int known = kit_is(item, one, strlen(one)) || kit_is(item, other, strlen(other));

        told |= item->trouble.status != TUTELA_ITEM_CLEAR;
        if (item->depth == 2 && item->trouble.status == TUTELA_ITEM_CLEAR && !known)
            return 0;
        good += (size_t)known;
    }
    return !events.wrong && kit_is(&events.items[0], b.data, b.size)
           && (told || good == 2 || (events.count == 1 && unseen));
}

#endif
