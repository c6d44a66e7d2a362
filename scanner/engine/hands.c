/* hands: the items that one worker has in work. */
#include "engine/hands.h"

#include "base/mem.h"

tutela_status tt_hands_init(tt_hands *hands, size_t width, tutela_error *error)
{
    hands->items = tt_alloc(width, sizeof *hands->items);
    if (!hands->items)
        return tt_no_memory(error);
    hands->width = width;
    tt_seat_init(&hands->seat);
    return TUTELA_OK;
}

void tt_hands_done(tt_hands *hands)
{
    for (size_t i = 0; i < hands->made; i++) {
        tt_item_done(hands->items[i]);
        tt_free(hands->items[i]);
    }
    if (hands->items)
        tt_seat_done(&hands->seat);
    tt_free(hands->items);
    *hands = (tt_hands){0};
}

/* The watch calls an item by its place. */
static void place(tt_hands *hands, size_t at, tt_item *item)
{
    hands->items[at] = item;
    item->number = (int)at;
}

tutela_status tt_hands_ready(tt_hands *hands, const tt_engine *engine, size_t count,
                             tutela_error *error)
{
    while (hands->made < hands->busy + count) {
        tt_item *item = tt_alloc(1, sizeof *item);
        tutela_status status;

        if (!item)
            return tt_no_memory(error);
        status = tt_item_init(item, engine, error);
        if (status != TUTELA_OK) {
            tt_item_done(item);
            tt_free(item);
            return status;
        }
        place(hands, hands->made++, item);
    }
    return TUTELA_OK;
}

void tt_hands_begin(tt_hands *hands, tt_task *task)
{
    tt_item_take(hands->items[hands->busy++], task);
}

static void swap(tt_hands *hands, size_t a, size_t b)
{
    tt_item *item = hands->items[a];

    place(hands, a, hands->items[b]);
    place(hands, b, item);
}

void tt_hands_sweep(tt_hands *hands)
{
    for (size_t i = hands->busy; i-- > 0;)
        if (!hands->items[i]->active)
            swap(hands, i, --hands->busy);
}

/* ---- Sharing ----------------------------------------------------------------------------- */

/* The last item in work changes hands; an idle one comes back for it, if there is one. */
static void hand_over(tt_hands *from, tt_hands *to)
{
    size_t at = --from->busy;
    tt_item *given = from->items[at];

    if (to->made > to->busy)
        place(from, at, to->items[to->busy]);
    else {
        to->made++;
        place(from, at, from->items[--from->made]);
    }
    place(to, to->busy++, given);
    given->ticket.seat = &to->seat;
}

/* Under the run's lock. */
static void remove_hungry(tt_run *run, const tt_hands *hands)
{
    tt_hands **at = &run->hungry;

    while (*at && *at != hands)
        at = &(*at)->next;
    if (!*at)
        return;
    *at = hands->next;
    atomic_fetch_sub_explicit(&run->hungry_count, 1, memory_order_relaxed);
}

/* Under the run's lock: items go to the hungry, in even parts, until `keep` are left. */
static void feed(tt_hands *hands, tt_run *run, size_t keep, size_t eaters)
{
    while (hands->busy > keep && run->hungry) {
        tt_hands *hungry = run->hungry;
        size_t spare = hands->busy - keep;
        size_t part = (spare + eaters - 1) / eaters;

        remove_hungry(run, hungry);
        for (size_t i = 0; i < part; i++)
            hand_over(hands, hungry);
        eaters -= eaters > 1;
    }
    tt_run_changed(run);
}

static size_t hungry_count(const tt_run *run)
{
    return atomic_load_explicit(&run->hungry_count, memory_order_relaxed);
}

void tt_hands_share(tt_hands *hands, tt_run *run)
{
    if (hands->busy < 2 || hungry_count(run) == 0)
        return;
    tt_lock_take(&run->lock);
    if (run->hungry) {
        size_t eaters = hungry_count(run);

        feed(hands, run, (hands->busy + eaters) / (eaters + 1), eaters);
    }
    tt_lock_give(&run->lock);
    tt_walk_nudge(run->walk);
}

int tt_hands_relieve(tt_hands *hands, tt_run *run, int held)
{
    size_t keep = held == TT_WATCH_WALK ? 0 : 1;

    if (hands->busy <= keep)
        return held;
    if (keep > 0)
        swap(hands, 0, (size_t)held);
    tt_lock_take(&run->lock);
    if (run->hungry)
        feed(hands, run, keep, hungry_count(run));
    tt_lock_give(&run->lock);
    tt_walk_nudge(run->walk);
    return keep > 0 ? 0 : held;
}

/* Under the run's lock. */
static void add_hungry(tt_run *run, tt_hands *hands)
{
    hands->next = run->hungry;
    run->hungry = hands;
    atomic_fetch_add_explicit(&run->hungry_count, 1, memory_order_relaxed);
}

void tt_hands_enlist(tt_hands *hands, tt_run *run)
{
    tt_lock_take(&run->lock);
    add_hungry(run, hands);
    tt_lock_give(&run->lock);
}

void tt_hands_delist(tt_hands *hands, tt_run *run)
{
    tt_lock_take(&run->lock);
    remove_hungry(run, hands);
    tt_lock_give(&run->lock);
}

void tt_hands_help(const tt_hands *hands, tt_run *run)
{
    tt_lock_take(&run->lock);
    while (hands->busy == 0 && !tt_run_stopped(run) && tt_board_help(&run->board))
        ;
    tt_lock_give(&run->lock);
}

/* What a worker at the board is asked. */
typedef struct asked {
    const tt_hands *hands;
    tt_run *run;
} asked;

static int is_fed_or_over(void *user)
{
    const asked *of = user;

    return of->hands->busy > 0 || of->run->rescue_count > 0 || tt_run_stopped(of->run)
           || (hungry_count(of->run) >= of->run->running && of->run->openers.undigested == 0);
}

tutela_status tt_hands_wait(tt_hands *hands, tt_run *run, int *more, tutela_error *error)
{
    asked of = {.hands = hands, .run = run};
    tutela_status status;

    tt_lock_take(&run->lock);
    add_hungry(run, hands);
    status = tt_board_serve(&run->board, &hands->seat, is_fed_or_over, &of, error);
    *more = (hands->busy > 0 || run->rescue_count > 0) && !tt_run_stopped(run);
    remove_hungry(run, hands);
    tt_lock_give(&run->lock);
    return status;
}

static int can_go_on(void *user)
{
    const asked *of = user;

    for (size_t i = 0; i < of->hands->busy; i++)
        if (tt_item_can_go_on(of->hands->items[i], of->run))
            return 1;
    return of->hands->busy == 0 || tt_run_stopped(of->run);
}

static int has_on_board(const tt_hands *hands)
{
    for (size_t i = 0; i < hands->busy; i++)
        if (hands->items[i]->ticket.mask)
            return 1;
    return 0;
}

tutela_status tt_hands_serve(tt_hands *hands, tt_run *run, tutela_error *error)
{
    asked of = {.hands = hands, .run = run};
    tutela_status status;

    if (!has_on_board(hands))
        return TUTELA_OK;
    tt_lock_take(&run->lock);
    status = tt_board_serve(&run->board, &hands->seat, can_go_on, &of, error);
    tt_lock_give(&run->lock);
    return status;
}
