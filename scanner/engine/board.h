/*
 * board: the digests of few large streams, shared out over all workers of a run.
 *
 *   owner ──post──▶ ticket: a ring of pieces     a line of each algorithm goes along the ring by itself
 *                     │ md5     ──▶ queue ─┐
 *                     │ sha1    ──▶ queue ─┼─▶ batch: one algorithm, as many lines as its kernel
 *                     │ sha256  ──▶ queue ─┘         has lanes; any worker takes and digests it
 *
 * A worker alone has too few large files to fill the lanes, and of one file only one stream: here
 * those of all workers meet. Streams need not be in step, nor the digests of one stream, so that lanes
 * stay full; and the owner reads on while others digest. The board makes no calls that could hang, and
 * holds no worker up for longer than a batch takes.
 *
 * All of it stands under a lock that the board borrows: "locked" is who holds it.
 */
#ifndef TT_ENGINE_BOARD_H
#define TT_ENGINE_BOARD_H

#include "base/status.h"
#include "base/thread.h"
#include "digest/digest.h"

/* Pieces of one stream that may wait: enough to bridge the time it takes to wake a thread. */
#define TT_BOARD_DEPTH 8u

typedef struct tt_ticket tt_ticket;
typedef struct tt_seat tt_seat;

typedef enum tt_line_state { TT_LINE_IDLE, TT_LINE_QUEUED, TT_LINE_TAKEN } tt_line_state;

/* One algorithm's way along the pieces of a stream. */
typedef struct tt_line {
    tt_ticket *ticket;
    struct tt_line *next; /* in its queue */
    unsigned done;        /* pieces, of those posted */
    tt_line_state state;
} tt_line;

typedef struct tt_piece {
    const void *data;
    size_t size;
    tt_digests *end;
} tt_piece;

/*
 * One stream on the board; zeroed when it is not. It may change hands, with its pieces wherever they
 * are: who has it posts, closes, and is woken.
 */
struct tt_ticket {
    uint32_t mask; /* its algorithms; 0: not on the board */
    tt_digester *digester;
    tt_seat *seat;    /* its owner's */
    unsigned posted;  /* pieces, the owner's */
    atomic_uint done; /* of these, through with all algorithms */
    tt_piece pieces[TT_BOARD_DEPTH];
    tt_line lines[TUTELA_ALGORITHM_COUNT];
};

/* Where a worker waits. Zeroed to begin, but tt_seat_init. */
struct tt_seat {
    tt_signal woken;
    tt_seat *next; /* among those that are taken */
    int taken;
};

typedef struct tt_queue {
    tt_line *first;
    tt_line **last;
    size_t lines;
    size_t pieces; /* that wait for them */
} tt_queue;

/* Shared. */
typedef struct tt_board {
    tt_lock *lock;
    tt_signal given; /* a batch came back */
    tt_queue queues[TUTELA_ALGORITHM_COUNT];
    atomic_size_t streams;
    size_t batches; /* taken and not given back */
    size_t roused;  /* from their seats, and have not looked yet */
    tt_seat *seats; /* who has nothing to do */
    size_t seated;
    tutela_status status; /* the first failure; nothing is taken any more */
    tutela_error error;
} tt_board;

void tt_board_init(tt_board *board, tt_lock *lock);
/* Nothing may be on it. */
void tt_board_done(tt_board *board);

void tt_seat_init(tt_seat *seat);
void tt_seat_done(tt_seat *seat);

/* Put the stream in work of a digester on the board. Thread: the owner. */
void tt_board_open(tt_board *board, tt_ticket *ticket, tt_digester *digester, tt_seat *seat);

/*
 * The next bytes of a stream, which must be left alone until they are done: there may be
 * tt_board_depth pieces that are not. `job` is of the ticket's digester; its `end` gets all digests
 * but the mask. Answers how many batches wait that nobody has been woken for. Thread: the owner.
 */
size_t tt_board_post(tt_board *board, tt_ticket *ticket, const tt_digest_job *job);

/* Streams that are on it now. Thread: any. */
size_t tt_board_streams(const tt_board *board);

/* Pieces a stream may have on the board: the more streams, the fewer. Thread: any. */
unsigned tt_board_depth(const tt_board *board);

/* Pieces that are not done yet; 0 for a ticket that is not on the board. Thread: the owner. */
unsigned tt_ticket_pending(const tt_ticket *ticket);

/*
 * Take a stream off the board. What nobody has begun is not digested any more; what somebody has is
 * waited for, so that afterwards nothing refers to ticket, digester or bytes. Thread: the owner; or
 * whoever keeps the owner from going on meanwhile.
 */
void tt_board_close(tt_board *board, tt_ticket *ticket);

/* Is there something else to do for who serves? Locked. */
typedef int tt_board_ready(void *user);

/*
 * Serve the board, until there is something else to do: batches that fill a kernel go before that,
 * all others after it; and when there are none, wait in `seat`. Locked, at the beginning and the end.
 * The first failure of any batch, be it another's.
 */
TT_MUST_USE tutela_status tt_board_serve(tt_board *board, tt_seat *seat, tt_board_ready *ready,
                                         void *user, tutela_error *error);

/* Do one batch, if there is any. 1 when there was. Locked. */
int tt_board_help(tt_board *board);

/* Wake all, to ask again whether they are ready. Locked. */
void tt_board_rouse(tt_board *board);

#endif
