/*
 * The broker with workers that die, lie, flood or eat memory: the job has a status, what was told
 * before stands and is told once, and the next job works. (For those that take their time see
 * t_worker_times.)
 */
#include "worker_bad.h"

/* It misbehaves in the first try only. */
static void test_once(tt_broker *b, const manner *m)
{
    tt_opened out;

    is_i64(run(b, "once", 4, &out), TUTELA_OK, "%s: once only", m->name);
    if (m->act == do_deaf || m->act == do_endless) /* they tell more than the second try does */
        ok(out.tries == 2 && out.trouble.status == TUTELA_ITEM_CRASHED,
           "%s: a second try that tells less is not believed", m->name);
    else
        ok(out.tries == 2 && out.trouble.status == TUTELA_ITEM_CLEAR && heard.count == 5
           && heard.items[3].number == 2 && heard.items[4].number == 4,
           "%s: the second try goes on", m->name);
}

static void test_manners(void)
{
    for (size_t i = 0; i < MANNERS; i++) {
        trial *t;
        if (is_slow(&manners[i]))
            continue;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        if (manners[i].act == do_memory)
            continue; /* no limit under a sanitizer */
#endif
        t = new_trial(&manners[i]);
        (void)run_trial(t);
        check_trial(t);
        test_once(t->broker, &manners[i]);
        free_trial(t);
    }
}

/* ---- Around it ----------------------------------------------------------------------------- */

/* The teller's refusal and `stop` end a job at once, and the broker can be used again. */
static void test_stop(void)
{
    char path[1024];
    tt_broker *b;
    atomic_int stop = 1;
    tt_job job = {.mask = KIT_MASK, .stop = &stop, .teller = keep, .user = &heard};
    tt_opened out;

    set_program(path, "stop");
    b = broker_of(path, NULL);
    is_i64(run_job(b, job, "bad", 3, &out), TUTELA_CANCELLED, "stopped");
    heard.stop_at = 2;
    is_i64(run(b, "bad", 3, &out), TUTELA_RECORD, "the teller's own answer");
    heard.stop_at = 0;
    ok(run(b, "plain", 5, &out) == TUTELA_OK && out.tries == 1, "it goes on after that");
    tt_broker_free(b);
}

/* Types are asked for, and cannot be known here. */
static void test_untyped(void)
{
    char path[1024];
    tt_broker_options options = {.program = path, .types = TT_TYPES_FULLY};
    tt_broker *b = NULL;
    tutela_error error = {0};

    set_program(path, "untyped");
    is_i64(tt_broker_new(&b, &options, &error), TUTELA_UNAVAILABLE, "types that cannot be known");
    ok(!b && strstr(error.text, "types") && strstr(error.advice, "libmagic"), "with advice");
}

int main(int count, char **arguments)
{
    bad_main(count, arguments);
    test_manners();
    test_stop();
    test_untyped();
    return tap_done();
}
