/* pages: see pages.h. */
#include "worker/pages.h"

#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

void tt_pages_init(tt_pages *out, int socket, void *memory)
{
    *out = (tt_pages){.socket = socket, .slots = memory, .credits = TT_WIRE_PAGES};
}

void tt_pages_begin(tt_pages *pages, uint64_t job)
{
    pages->job = job;
    pages->at = 0;
    pages->count = 0;
    pages->spoken = tt_clock_coarse();
}

tutela_status tt_pages_say(tt_pages *pages, const tt_wire_word *word, tutela_error *error)
{
    pages->spoken = tt_clock_coarse();
    if (tt_write_all(pages->socket, word, sizeof *word) < 0)
        return tt_fail(error, TUTELA_IO, errno, "broker: cannot be told");
    return TUTELA_OK;
}

/* The page at hand may be filled only when the broker has given it back. */
static tutela_status wait_for_page(tt_pages *pages, tutela_error *error)
{
    while (pages->credits == 0) {
        tt_wire_order order;
        int fds[TT_WIRE_PART_FDS];
        TT_TRY(tt_pages_order(pages->socket, &order, fds, error));
        if (order.kind != TT_WIRE_CREDIT)
            return tt_fail(error, TUTELA_IO, 0, "broker: an order within an order");
        pages->credits++;
    }
    return TUTELA_OK;
}

tutela_status tt_pages_flush(tt_pages *pages, tutela_error *error)
{
    tt_wire_word word = {.kind = TT_WIRE_PAGE, .page = pages->page, .count = pages->count,
                         .job = pages->job, .at = pages->at};

    if (pages->count == 0)
        return TUTELA_OK;
    pages->count = 0;
    pages->credits--;
    pages->page = (pages->page + 1) % TT_WIRE_PAGES;
    return tt_pages_say(pages, &word, error);
}

/* `count` slots in one page. */
static tutela_status make_room(tt_pages *pages, size_t count, tt_wire_slot **out,
                               tutela_error *error)
{
    if (pages->count + count > TT_WIRE_SLOTS)
        TT_TRY(tt_pages_flush(pages, error));
    if (pages->count == 0)
        TT_TRY(wait_for_page(pages, error));
    *out = pages->slots + (size_t)pages->page * TT_WIRE_SLOTS + pages->count;
    pages->count += (uint32_t)count;
    return TUTELA_OK;
}

tutela_status tt_pages_tell(tt_pages *pages, tt_wire_kind kind, const tt_told *told,
                            tutela_error *error)
{
    tt_wire_slot *slots = NULL;

    TT_TRY(make_room(pages, tt_wire_slots(kind, told), &slots, error));
    (void)tt_wire_write(slots, kind, told);
    return TUTELA_OK;
}

tutela_status tt_pages_end(tt_pages *pages, const tt_opened *file, tutela_error *error)
{
    tt_wire_slot *slots = NULL;

    TT_TRY(make_room(pages, TT_WIRE_SLOTS_OF(strlen(file->mime)), &slots, error));
    (void)tt_wire_write_file(slots, file);
    return tt_pages_flush(pages, error);
}

tutela_status tt_pages_beat(tt_pages *pages, tutela_error *error)
{
    tt_wire_word word = {.kind = TT_WIRE_BEAT, .job = pages->job, .at = pages->at};

    if (tt_clock_coarse() - pages->spoken < TT_SECOND)
        return TUTELA_OK;
    return pages->count > 0 ? tt_pages_flush(pages, error) : tt_pages_say(pages, &word, error);
}

/* The descriptors that came with a message. 0 when they are not those it says. */
static int take_fds(struct msghdr *message, const tt_wire_order *order, int *fds)
{
    struct cmsghdr *part = CMSG_FIRSTHDR(message);
    int came[TT_WIRE_PART_FDS];
    size_t count = 0, next = 0;
    uint32_t with = order->with;

    if (part && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS
        && part->cmsg_len <= CMSG_LEN(sizeof came)) {
        count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(came, CMSG_DATA(part), count * sizeof(int));
    }
    if (order->kind == TT_WIRE_PARTS) {
        memcpy(fds, came, count * sizeof(int));
        return with == 0 && order->parts == count;
    }
    for (uint32_t i = 0; i < TT_WIRE_FDS; i++)
        if (with & 1u << i)
            fds[i] = next < count ? came[next++] : -1;
    return with < 1u << TT_WIRE_FDS && next == (size_t)__builtin_popcount(with) && next == count;
}

tutela_status tt_pages_order(int socket, tt_wire_order *out, int *fds, tutela_error *error)
{
    _Alignas(struct cmsghdr) char room[CMSG_SPACE(TT_WIRE_PART_FDS * sizeof(int))];
    struct iovec part = {out, sizeof *out};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room,
                             .msg_controllen = sizeof room};
    ssize_t got;

    for (size_t i = 0; i < TT_WIRE_PART_FDS; i++)
        fds[i] = -1;
    do
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got == 0)
        return tt_fail(error, TUTELA_CANCELLED, 0, "broker: gone");
    if (got < 0)
        return tt_fail(error, TUTELA_IO, errno, "broker: cannot be heard");
    if (got != (ssize_t)sizeof *out)
        return tt_fail(error, TUTELA_IO, 0, "broker: half an order");
    if (!take_fds(&message, out, fds))
        return tt_fail(error, TUTELA_IO, 0, "broker: other descriptors than it says");
    return TUTELA_OK;
}

tt_budget tt_pages_budget(const tt_wire_order *order)
{
    tt_budget budget = {.depth = order->depth, .entries = order->entries,
                        .expanded = order->expanded, .ratio = order->ratio,
                        .ratio_from = order->ratio_from, .spool_memory = order->spool_memory,
                        .wishes = {.partition = order->partition,
                                   .no_deleted = order->no_deleted != 0,
                                   .carve = order->carve != 0},
                        .share = order->share, .shares = order->shares, .top_known = 1};

    memcpy(budget.from, order->from, sizeof budget.from);
    return budget;
}
