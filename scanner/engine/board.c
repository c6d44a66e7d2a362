/* board: the digests of few large streams, shared out over all workers of a run. */
#include "engine/board.h"

#define BATCH 32u /* lines; what the widest kernel takes */
/* With fewer streams than this there are cores enough for each digest of each. */
#define FEW 8u
/* Pieces that all streams together may have on the board, so that they stay in the caches. */
#define PIECES_ALL 128u
/* Pieces that one batch takes of each line: the rest of the ring is for the owner to fill meanwhile. */
#define DEEP (TT_BOARD_DEPTH / 2)

typedef struct batch {
    int algorithm;
    unsigned deep; /* pieces of each line */
    size_t count;
    tt_line *lines[BATCH];
} batch;

void tt_board_init(tt_board *board, tt_lock *lock)
{
    *board = (tt_board){.lock = lock};
    tt_signal_init(&board->given);
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        board->queues[i].last = &board->queues[i].first;
}

void tt_board_done(tt_board *board)
{
    tt_signal_done(&board->given);
}

void tt_seat_init(tt_seat *seat)
{
    *seat = (tt_seat){0};
    tt_signal_init(&seat->woken);
}

void tt_seat_done(tt_seat *seat)
{
    tt_signal_done(&seat->woken);
}

size_t tt_board_streams(const tt_board *board)
{
    return atomic_load_explicit(&board->streams, memory_order_relaxed);
}

unsigned tt_board_depth(const tt_board *board)
{
    size_t streams = tt_board_streams(board);
    size_t each = streams ? PIECES_ALL / streams : TT_BOARD_DEPTH;

    if (each > TT_BOARD_DEPTH)
        return TT_BOARD_DEPTH;
    return each ? (unsigned)each : 1;
}

unsigned tt_ticket_pending(const tt_ticket *ticket)
{
    return ticket->posted - atomic_load_explicit(&ticket->done, memory_order_acquire);
}

/* ---- Queues ------------------------------------------------------------------------------ */

static int algorithm_of(const tt_line *line)
{
    return (int)(line - line->ticket->lines);
}

static unsigned waiting(const tt_line *line)
{
    return line->ticket->posted - line->done;
}

static void enqueue(tt_board *board, tt_line *line)
{
    tt_queue *queue = &board->queues[algorithm_of(line)];

    line->state = TT_LINE_QUEUED;
    line->next = NULL;
    *queue->last = line;
    queue->last = &line->next;
    queue->lines++;
    queue->pieces += waiting(line);
}

static tt_line *dequeue(tt_queue *queue, tt_line **at)
{
    tt_line *line = *at;

    *at = line->next;
    if (queue->last == &line->next)
        queue->last = at;
    line->next = NULL;
    line->state = TT_LINE_IDLE;
    queue->lines--;
    queue->pieces -= waiting(line);
    return line;
}

static void remove_line(tt_queue *queue, const tt_line *line)
{
    for (tt_line **at = &queue->first; *at; at = &(*at)->next)
        if (*at == line) {
            (void)dequeue(queue, at);
            return;
        }
}

/* ---- Seats ------------------------------------------------------------------------------- */

static void rouse(tt_board *board, tt_seat *seat)
{
    tt_seat **at = &board->seats;

    while (*at != seat)
        at = &(*at)->next;
    *at = seat->next;
    seat->taken = 0;
    board->seated--;
    board->roused++;
    tt_signal_one(&seat->woken);
}

void tt_board_rouse(tt_board *board)
{
    while (board->seats)
        rouse(board, board->seats);
}

static size_t lanes_of(int algorithm)
{
    size_t lanes = tt_digest_lanes(algorithm);

    return lanes < BATCH ? lanes : BATCH;
}

/*
 * The lines that make a batch worth while. While others are at work more will come back soon, and full
 * kernels later do more than part of one now; with nobody at work nothing else may come for long.
 * MD5's lanes outrun the reading, so that there waiting costs more than empty lanes do.
 */
static size_t least_of(const tt_board *board, int algorithm)
{
    size_t streams = tt_board_streams(board);
    size_t most = lanes_of(algorithm) < streams ? lanes_of(algorithm) : streams;

    if (board->batches == 0 || streams < FEW)
        return 1;
    return algorithm == TUTELA_MD5 ? (most + 3) / 4 : most - most / 4;
}

/*
 * The lines that one batch takes: as many as there are lanes. But one stream alone goes faster than in
 * a lane, so that few are shared out when others have nothing to do.
 */
static size_t most_of(const tt_board *board, int algorithm)
{
    size_t lines = board->queues[algorithm].lines, idle = board->seated + board->roused;
    size_t part = tt_board_streams(board) < FEW ? (lines + idle) / (1 + idle) : lines;

    return part < lanes_of(algorithm) ? part : lanes_of(algorithm);
}

/* How many batches there are now. */
static size_t batches_of(const tt_board *board, int algorithm)
{
    size_t lines = board->queues[algorithm].lines, lanes = lanes_of(algorithm);

    if (tt_board_streams(board) < FEW)
        return lines;
    return (lines + lanes - least_of(board, algorithm)) / lanes;
}

/* Wake as many as there are batches for. Answers how many batches are left. */
static size_t rouse_for_work(tt_board *board)
{
    size_t batches = 0;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        batches += batches_of(board, i);
    while (board->seats && board->roused < batches)
        rouse(board, board->seats);
    return batches > board->roused ? batches - board->roused : 0;
}

/* The last who sat down is woken first: his cache is the warmest. */
static void sit(tt_board *board, tt_seat *seat)
{
    seat->taken = 1;
    seat->next = board->seats;
    board->seats = seat;
    board->seated++;
    while (seat->taken)
        tt_signal_wait(&seat->woken, board->lock);
    board->roused--;
}

/* ---- Batches ----------------------------------------------------------------------------- */

/* The algorithm that is furthest behind, of those with lines for a batch; or -1. */
static int choose(const tt_board *board, int full)
{
    int best = -1;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        const tt_queue *queue = &board->queues[i];

        if (queue->lines >= (full ? lanes_of(i) : least_of(board, i))
            && (best < 0 || queue->pieces > board->queues[best].pieces))
            best = i;
    }
    return best;
}

static int take(tt_board *board, int full, batch *out)
{
    int algorithm = choose(board, full);
    tt_queue *queue;
    size_t most;

    if (algorithm < 0)
        return 0;
    queue = &board->queues[algorithm];
    most = most_of(board, algorithm);
    *out = (batch){.algorithm = algorithm, .deep = DEEP};
    while (out->count < most) {
        tt_line *line = dequeue(queue, &queue->first);

        line->state = TT_LINE_TAKEN;
        out->lines[out->count++] = line;
        if (waiting(line) < out->deep)
            out->deep = waiting(line);
    }
    board->batches++;
    return 1;
}

static tutela_status digest(const batch *of, tutela_error *error)
{
    tt_digest_job jobs[BATCH];

    for (unsigned d = 0; d < of->deep; d++) {
        for (size_t i = 0; i < of->count; i++) {
            const tt_line *line = of->lines[i];
            const tt_piece *piece = &line->ticket->pieces[(line->done + d) % TT_BOARD_DEPTH];

            jobs[i] = (tt_digest_job){.digester = line->ticket->digester, .data = piece->data,
                                      .size = piece->size, .end = piece->end};
        }
        TT_TRY(tt_digest_update_one(of->algorithm, jobs, of->count, error));
    }
    return TUTELA_OK;
}

/* A line of the ticket went on: are pieces done with all algorithms? Then its owner can go on. */
static void note_done(tt_board *board, tt_ticket *ticket)
{
    unsigned before = atomic_load_explicit(&ticket->done, memory_order_relaxed);
    unsigned least = ticket->posted - before;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if ((ticket->mask & TUTELA_BIT(i)) && ticket->lines[i].done - before < least)
            least = ticket->lines[i].done - before;
    if (least == 0)
        return;
    atomic_store_explicit(&ticket->done, before + least, memory_order_release);
    /* Not for every piece: waking costs more than reading one. */
    if (ticket->seat->taken && ticket->posted - before - least <= tt_board_depth(board) / 2)
        rouse(board, ticket->seat);
}

static void give_back(tt_board *board, const batch *of)
{
    for (size_t i = 0; i < of->count; i++) {
        tt_line *line = of->lines[i];

        line->done += of->deep;
        line->state = TT_LINE_IDLE;
        if (waiting(line) > 0)
            enqueue(board, line);
        note_done(board, line->ticket);
    }
    board->batches--;
    tt_signal_all(&board->given);
    (void)rouse_for_work(board);
}

/* Locked, but for the digesting itself. */
static void do_batch(tt_board *board, const batch *of)
{
    tutela_error error;
    tutela_status status;

    tt_lock_give(board->lock);
    status = digest(of, &error);
    tt_lock_take(board->lock);
    if (status != TUTELA_OK && board->status == TUTELA_OK) {
        board->status = status;
        board->error = error;
        tt_board_rouse(board);
    }
    give_back(board, of);
}

tutela_status tt_board_serve(tt_board *board, tt_seat *seat, tt_board_ready *ready, void *user,
                             tutela_error *error)
{
    batch some;

    while (board->status == TUTELA_OK) {
        int full = board->seated == 0 && take(board, 1, &some);

        if (!full && ready(user))
            break;
        if (full || take(board, 0, &some))
            do_batch(board, &some);
        else
            sit(board, seat);
    }
    (void)rouse_for_work(board);
    if (board->status != TUTELA_OK && error)
        *error = board->error;
    return board->status;
}

int tt_board_help(tt_board *board)
{
    batch some;

    if (board->status != TUTELA_OK || !take(board, 0, &some))
        return 0;
    do_batch(board, &some);
    return 1;
}

/* ---- Tickets ----------------------------------------------------------------------------- */

void tt_board_open(tt_board *board, tt_ticket *ticket, tt_digester *digester, tt_seat *seat)
{
    tt_lock_take(board->lock);
    ticket->mask = tt_digester_mask(digester);
    ticket->digester = digester;
    ticket->seat = seat;
    ticket->posted = 0;
    atomic_store_explicit(&ticket->done, 0, memory_order_relaxed);
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        ticket->lines[i] = (tt_line){.ticket = ticket};
    atomic_fetch_add_explicit(&board->streams, 1, memory_order_relaxed);
    tt_lock_give(board->lock);
}

size_t tt_board_post(tt_board *board, tt_ticket *ticket, const tt_digest_job *job)
{
    size_t left;

    tt_lock_take(board->lock);
    ticket->pieces[ticket->posted++ % TT_BOARD_DEPTH]
        = (tt_piece){.data = job->data, .size = job->size, .end = job->end};
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        tt_line *line = &ticket->lines[i];

        if (!(ticket->mask & TUTELA_BIT(i)))
            continue;
        if (line->state == TT_LINE_IDLE)
            enqueue(board, line);
        else if (line->state == TT_LINE_QUEUED)
            board->queues[i].pieces++;
    }
    left = rouse_for_work(board);
    tt_lock_give(board->lock);
    return left;
}

static int is_taken(const tt_ticket *ticket)
{
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (ticket->lines[i].state == TT_LINE_TAKEN)
            return 1;
    return 0;
}

static void unqueue(tt_board *board, tt_ticket *ticket)
{
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (ticket->lines[i].state == TT_LINE_QUEUED)
            remove_line(&board->queues[i], &ticket->lines[i]);
}

void tt_board_close(tt_board *board, tt_ticket *ticket)
{
    if (!ticket->mask)
        return;
    tt_lock_take(board->lock);
    unqueue(board, ticket);
    while (is_taken(ticket)) {
        tt_signal_wait(&board->given, board->lock);
        unqueue(board, ticket); /* what came back may have had more to do */
    }
    atomic_fetch_sub_explicit(&board->streams, 1, memory_order_relaxed);
    ticket->mask = 0;
    ticket->posted = 0;
    atomic_store_explicit(&ticket->done, 0, memory_order_relaxed);
    tt_lock_give(board->lock);
}
