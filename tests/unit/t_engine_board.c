/*
 * board: every piece is digested once and in order, whoever does it, and nothing that left the board
 * is touched any more.
 */
#include "engine/board.h"

#include "lanes_kit.h"

#include <pthread.h>

enum { STREAMS = 40, ROUNDS = 6, PIECE_MOST = 5000, OWNERS_MOST = 6 };

static tt_lock lock;
static tt_board board;
static int over; /* under the lock */

/* One stream as an owner has it: bytes are read into buffers of its own, freed as soon as they may be. */
typedef struct stream {
    uint64_t number;
    uint8_t *bytes; /* all, to compare with */
    size_t size, at;
    uint8_t *buffers[TT_BOARD_DEPTH];
    int ended, left; /* `left`: it is taken off the board before its end */
    tt_digester *digester;
    tt_digests digests;
    tt_ticket ticket;
} stream;

typedef struct owner {
    pthread_t thread;
    tt_seat seat;
    stream *streams;
    size_t count;
    size_t right, wrong, left;
    tutela_status status;
} owner;

static void stream_begin(stream *s, tt_seat *seat, uint64_t number)
{
    tutela_error error;
    uint32_t mask = number % 5 == 4 ? TT_DIGEST_ALL : TT_DIGEST_EVIDENCE;

    if (number % 7 == 6)
        mask = TUTELA_BIT(TUTELA_MD5);
    s->number = number;
    s->size = lane_mix(number) % 9 == 0 ? 0 : lane_mix(number) % 60000;
    s->bytes = malloc(s->size + 1);
    lane_bytes(number, s->bytes, s->size);
    s->at = 0;
    s->ended = 0;
    s->left = number % 11 == 10;
    memset(&s->digests, 0, sizeof s->digests);
    /* By lanes and by OpenSSL, at the same time. */
    if (tt_digester_begin(s->digester, mask, number % 3 ? 16 : 0, &error) != TUTELA_OK)
        ok(0, "begins: %s", error.text);
    tt_board_open(&board, &s->ticket, s->digester, seat);
}

static void stream_post(stream *s)
{
    size_t size = lane_mix(s->number * 1000 + s->ticket.posted) % PIECE_MOST;
    unsigned slot = s->ticket.posted % TT_BOARD_DEPTH;
    tt_digest_job job = {.digester = s->digester};

    job.size = size < s->size - s->at ? size : s->size - s->at;
    free(s->buffers[slot]);
    s->buffers[slot] = malloc(job.size + 1);
    memcpy(s->buffers[slot], s->bytes + s->at, job.size);
    s->at += job.size;
    job.data = s->buffers[slot];
    if (s->at == s->size) {
        job.end = &s->digests;
        s->ended = 1;
    }
    (void)tt_board_post(&board, &s->ticket, &job);
}

static void stream_end(stream *s, owner *of)
{
    uint32_t mask = s->ticket.mask;
    int right = 1;

    tt_board_close(&board, &s->ticket);
    for (unsigned i = 0; i < TT_BOARD_DEPTH; i++) {
        if (s->buffers[i])
            memset(s->buffers[i], 0xee, 1);
        free(s->buffers[i]);
        s->buffers[i] = NULL;
    }
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT && s->ended; a++) {
        tt_digests want;

        if (tt_digest_bytes(TUTELA_BIT(a), s->bytes, s->size, &want, NULL) != TUTELA_OK)
            right = 0;
        else if (mask & TUTELA_BIT(a))
            right &= memcmp(s->digests.value[a], want.value[a], tt_digest_size(a)) == 0;
    }
    of->left += (size_t)!s->ended;
    of->right += (size_t)(s->ended && right);
    of->wrong += (size_t)!right;
    free(s->bytes);
}

static int can_post(const stream *s)
{
    return !s->ended && tt_ticket_pending(&s->ticket) < tt_board_depth(&board);
}

static int is_done(const stream *s)
{
    return (s->ended && tt_ticket_pending(&s->ticket) == 0) || (!s->ended && s->left && s->at > s->size / 2);
}

static int owner_ready(void *user)
{
    const owner *of = user;

    for (size_t i = 0; i < of->count; i++)
        if (of->streams[i].ticket.mask && (can_post(&of->streams[i]) || is_done(&of->streams[i])))
            return 1;
    return 0;
}

/* One turn over all streams: 0 when they are through. */
static int turn(owner *of)
{
    int open = 0;

    for (size_t i = 0; i < of->count; i++) {
        stream *s = &of->streams[i];

        if (s->ticket.mask && is_done(s))
            stream_end(s, of);
        else if (s->ticket.mask && can_post(s))
            stream_post(s);
        open |= s->ticket.mask != 0;
    }
    return open;
}

static void *own(void *argument)
{
    owner *of = argument;
    tutela_error error;

    for (int round = 0; round < ROUNDS && of->status == TUTELA_OK; round++) {
        for (size_t i = 0; i < of->count; i++)
            stream_begin(&of->streams[i], &of->seat, of->streams[i].number + STREAMS);
        while (turn(of) && of->status == TUTELA_OK) {
            tt_lock_take(&lock);
            of->status = tt_board_serve(&board, &of->seat, owner_ready, of, &error);
            tt_lock_give(&lock);
        }
    }
    return NULL;
}

static int is_over(void *user)
{
    (void)user;
    return over;
}

static void *help(void *argument)
{
    owner *of = argument;
    tutela_error error;

    tt_lock_take(&lock);
    of->status = tt_board_serve(&board, &of->seat, is_over, NULL, &error);
    tt_lock_give(&lock);
    return NULL;
}

static void make_streams(stream *streams, size_t count)
{
    tutela_error error;

    for (size_t i = 0; i < count; i++) {
        streams[i] = (stream){.number = i};
        if (tt_digester_new(&streams[i].digester, TT_DIGEST_ALL, &error) != TUTELA_OK)
            ok(0, "a digester: %s", error.text);
    }
}

/* So many threads have streams, and so many none; all streams together are `count`. */
static void share(size_t owners, size_t helpers, size_t count)
{
    static stream streams[STREAMS];
    owner threads[OWNERS_MOST] = {0};
    owner sum = {0};
    size_t begun = 0;

    over = 0;
    tt_board_init(&board, &lock);
    make_streams(streams, count);
    for (size_t i = 0; i < owners + helpers; i++) {
        tt_seat_init(&threads[i].seat);
        threads[i].streams = streams + begun;
        threads[i].count = i < owners ? (count - begun) / (owners - i) : 0;
        begun += threads[i].count;
        pthread_create(&threads[i].thread, NULL, i < owners ? own : help, &threads[i]);
    }
    for (size_t i = 0; i < owners + helpers; i++) {
        if (i == owners) {
            tt_lock_take(&lock);
            over = 1;
            tt_board_rouse(&board);
            tt_lock_give(&lock);
        }
        pthread_join(threads[i].thread, NULL);
        sum.right += threads[i].right;
        sum.wrong += threads[i].wrong;
        sum.left += threads[i].left;
        sum.status |= threads[i].status;
        tt_seat_done(&threads[i].seat);
    }
    is_u64(sum.right + sum.left, count * ROUNDS, "%zu and %zu threads, %zu streams: all are through",
           owners, helpers, count);
    is_u64(sum.wrong, 0, "with OpenSSL's digests");
    ok(sum.status == TUTELA_OK, "and no failure");
    is_u64(atomic_load(&board.streams), 0, "nothing is left on the board");
    is_u64(board.batches + board.seated + board.roused, 0, "nor anyone at it");
    for (size_t i = 0; i < count; i++)
        tt_digester_free(streams[i].digester);
    tt_board_done(&board);
}

/* What nobody has begun is given up: its digester can begin anew, its bytes can go. */
static void leave(void)
{
    tt_seat seat;
    tutela_error error;
    tt_digests want;
    tt_lock *held = &lock;
    stream s = {.number = 3};
    int more;

    tt_board_init(&board, held);
    tt_seat_init(&seat);
    make_streams(&s, 1);
    stream_begin(&s, &seat, 5);
    while (can_post(&s))
        stream_post(&s);
    ok(tt_ticket_pending(&s.ticket) == TT_BOARD_DEPTH || s.ended, "one stream may fill its ring");
    tt_board_close(&board, &s.ticket);
    ok(tt_ticket_pending(&s.ticket) == 0, "off the board nothing waits");
    tt_lock_take(held);
    more = tt_board_help(&board);
    tt_lock_give(held);
    ok(!more, "and there is nothing to do");
    for (unsigned i = 0; i < TT_BOARD_DEPTH; i++)
        free(s.buffers[i]);
    ok(tt_digester_begin(s.digester, TUTELA_BIT(TUTELA_SHA256), 1, &error) == TUTELA_OK,
       "its digester begins anew");
    ok(tt_digester_end(s.digester, &s.digests, &error) == TUTELA_OK
           && tt_digest_bytes(TUTELA_BIT(TUTELA_SHA256), "", 0, &want, NULL) == TUTELA_OK
           && memcmp(want.value[TUTELA_SHA256], s.digests.value[TUTELA_SHA256], 32) == 0,
       "from nothing");
    tt_board_close(&board, &s.ticket);
    ok(atomic_load(&board.streams) == 0, "closing twice is closing once");
    free(s.bytes);
    tt_digester_free(s.digester);
    tt_seat_done(&seat);
    tt_board_done(&board);
}

int main(void)
{
    tt_lock_init(&lock);
    leave();
    share(1, 0, 1);
    share(1, 3, 1);
    share(1, 3, 3);
    share(2, 2, 17);
    share(4, 0, STREAMS);
    share(4, 2, STREAMS);
    tt_lock_done(&lock);
    return tap_done();
}
