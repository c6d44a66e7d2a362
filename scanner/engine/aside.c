/* aside: see aside.h. */
#include "engine/aside.h"

#include "base/mem.h"
#include "base/thread.h"

typedef struct hand {
    tt_aside *aside;
    int algorithm;
    unsigned turn; /* the last it took part in */
    pthread_t thread;
} hand;

struct tt_aside {
    int own;
    size_t count;
    hand hands[TUTELA_ALGORITHM_COUNT];
    tt_lock lock; /* guards all below */
    tt_signal given, through;
    int over;
    unsigned turn; /* of the bytes at hand */
    size_t busy;   /* threads that are not through with them */
    tt_digest_job job;
    tutela_status status; /* the first failure of this turn */
    tutela_error error;
};

static void digest(hand *of, const tt_digest_job *job)
{
    tt_aside *aside = of->aside;
    tutela_error error = {0};
    tutela_status status = tt_digest_update_one(of->algorithm, job, 1, &error);

    tt_lock_take(&aside->lock);
    if (status != TUTELA_OK && aside->status == TUTELA_OK) {
        aside->status = status;
        aside->error = error;
    }
    if (--aside->busy == 0)
        tt_signal_one(&aside->through);
    tt_lock_give(&aside->lock);
}

static void *run(void *argument)
{
    hand *of = argument;
    tt_aside *aside = of->aside;
    tt_digest_job job;
    int over = 0;

    while (!over) {
        tt_lock_take(&aside->lock);
        while (!aside->over && aside->turn == of->turn)
            tt_signal_wait(&aside->given, &aside->lock);
        over = aside->over;
        of->turn = aside->turn;
        job = aside->job;
        tt_lock_give(&aside->lock);
        if (!over)
            digest(of, &job);
    }
    tt_digest_thread_end();
    return NULL;
}

tutela_status tt_aside_new(tt_aside **out, uint32_t mask, tutela_error *error)
{
    tt_aside *aside = tt_alloc(1, sizeof *aside);
    tutela_status status = TUTELA_OK;

    if (!aside)
        return tt_no_memory(error);
    aside->own = -1;
    tt_lock_init(&aside->lock);
    tt_signal_init(&aside->given);
    tt_signal_init(&aside->through);
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT && status == TUTELA_OK; i++) {
        hand *of = &aside->hands[aside->count];

        if (!(mask & TUTELA_BIT(i)))
            continue;
        if (aside->own < 0) {
            aside->own = i;
            continue;
        }
        *of = (hand){.aside = aside, .algorithm = i};
        status = tt_thread_start(&of->thread, run, of, error);
        if (status == TUTELA_OK)
            aside->count++;
    }
    if (status != TUTELA_OK) {
        tt_aside_free(aside);
        return status;
    }
    *out = aside;
    return TUTELA_OK;
}

void tt_aside_free(tt_aside *aside)
{
    if (!aside)
        return;
    tt_lock_take(&aside->lock);
    aside->over = 1;
    tt_signal_all(&aside->given);
    tt_lock_give(&aside->lock);
    for (size_t i = 0; i < aside->count; i++)
        (void)pthread_join(aside->hands[i].thread, NULL);
    tt_signal_done(&aside->through);
    tt_signal_done(&aside->given);
    tt_lock_done(&aside->lock);
    tt_free(aside);
}

int tt_aside_own(const tt_aside *aside)
{
    return aside->own;
}

void tt_aside_begin(tt_aside *aside, tt_digester *digester, const void *data, size_t size)
{
    tt_lock_take(&aside->lock);
    aside->job = (tt_digest_job){.digester = digester, .data = data, .size = size};
    aside->status = TUTELA_OK;
    aside->busy = aside->count;
    aside->turn++;
    tt_signal_all(&aside->given);
    tt_lock_give(&aside->lock);
}

tutela_status tt_aside_end(tt_aside *aside, tutela_error *error)
{
    tt_lock_take(&aside->lock);
    while (aside->busy > 0)
        tt_signal_wait(&aside->through, &aside->lock);
    tt_lock_give(&aside->lock);
    if (aside->status != TUTELA_OK && error)
        *error = aside->error;
    return aside->status;
}
