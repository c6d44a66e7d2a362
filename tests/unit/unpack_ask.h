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

#endif
