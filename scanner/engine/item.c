/* item: one file in work, from its entry to its finding. */
#include "engine/ends.h"
#include "engine/give.h"
#include "engine/mentions.h"
#include "engine/share.h"
#include "source/series.h"
#include "unpack/heads.h"

#include "base/io.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

tutela_status tt_item_init(tt_item *item, const tt_engine *engine, tutela_error *error)
{
    TT_TRY(tt_reading_init(&item->reading, error));
    return tt_digester_new(&item->digester, engine->evidence, error);
}

/* ---- An item's end ----------------------------------------------------------------------- */

void tt_item_done(tt_item *item)
{
    tt_share_drop(item);
    tt_entry_done(&item->entry);
    tt_reading_done(&item->reading);
    tt_digester_free(item->digester);
    tt_seek_free(item->seek);
    item->seek = NULL;
    item->digester = NULL;
}

/*
 * The item is over. Its file is closed last, since even that can hang: should the worker be given
 * up there, nothing of the item is left to report.
 */
void tt_item_leave(tt_item *item, tt_bench *bench)
{
    tt_give_up(item, bench->run);
    tt_entry_done(&item->entry);
    item->link = NULL;
    item->active = item->ended = 0;
    item->job.digester = NULL;
    tt_board_close(&bench->run->board, &item->ticket);
    tt_share_drop(item);
    if (item->reading.fd < 0)
        return;
    tt_watch_begin(bench->watch, item->number);
    tt_reading_close(&item->reading);
    if (tt_watch_end(bench->watch) != 0)
        bench->given_up = 1;
}

static void set_type(tutela_finding *finding, const tt_item *item)
{
    if (item->typed == TT_TYPED_NOT)
        return;
    finding->mime = item->mime;
    finding->type = (int32_t)item->type;
}

tutela_status tt_item_report_unread(const tt_item *item, tt_run *run, tt_scratch *scratch,
                                    tutela_item_status status, const char *reason,
                                    tutela_error *error)
{
    const tt_reading *reading = &item->reading;
    tutela_finding *finding = &scratch->verdict.finding;
    uint64_t read = 0;

    tt_verdict_begin(&scratch->verdict, "", 0, status, reason);
    if (item->evidence) {
        TT_TRY(tt_verdict_match(&scratch->verdict, run->engine, &item->first, item->first_bytes,
                                error));
        finding->status = (int32_t)status;
        set_type(finding, item);
    }
    TT_TRY(tt_item_report_name(scratch, &item->entry, error));
    if (reading->fd >= 0) {
        read = status == TUTELA_ITEM_SKIPPED ? 0 : reading->got;
        finding->modified = tt_item_modified(&reading->before);
        finding->bytes = reading->stated > reading->offset ? reading->stated : reading->offset;
        finding->unread = reading->unread;
        finding->unread_count = reading->unread_count;
        tt_run_say_going(run, &item->entry, &reading->before, finding);
    }
    return tt_item_report(run, scratch, item->link, read, error);
}

/* Report the item as not (fully) read, and leave it. */
static tutela_status report_unread(tt_item *item, tt_bench *bench, tutela_item_status status,
                                   const char *reason, tutela_error *error)
{
    int cut = 0; /* it is incomplete as it is */

    if (!tutela_item_status_complete((int32_t)status))
        TT_TRY(tt_item_mentions_report(item, bench, &cut, error));
    if (tt_give_is_due(item, bench->run, status))
        return tt_give(item, bench, status, reason, item->evidence ? &item->first : NULL, error);
    TT_TRY(tt_item_report_unread(item, bench->run, &bench->scratch, status, reason, error));
    tt_item_leave(item, bench);
    return TUTELA_OK;
}

static tutela_status report_os_error(tt_item *item, tt_bench *bench, tutela_item_status status,
                                     int os_error, tutela_error *error)
{
    char text[96];

    return report_unread(item, bench, status, tt_errno_text(os_error, text, sizeof text), error);
}

static int type_is_wanted(const tt_item *item, const tt_run *run)
{
    return tt_run_wants_types(run) || item->evidence;
}

static size_t head_size(const tt_item *item)
{
    return item->reading.filled < TT_IDENTIFY_HEAD ? item->reading.filled : TT_IDENTIFY_HEAD;
}

/*
 * The first bytes are in the buffer: what are they? libmagic, which takes longer than digesting a
 * small file, is asked for a finding, and for a rule that cannot be applied without it.
 */
static tutela_status find_type(tt_item *item, tt_bench *bench, tutela_error *error)
{
    const uint8_t *head = item->reading.buffer;
    size_t size = head_size(item);
    char told[TT_MIME_MAX + 1] = "";
    tt_known known, enough = item->evidence ? TT_KNOWN_SURELY : TT_KNOWN_AS_TEXT;
    tt_type type;

    if (item->typed >= TT_TYPED_FULLY || (item->typed != TT_TYPED_NOT && !item->evidence))
        return TUTELA_OK;
    TT_TRY(tt_identify_near(bench->identify, head, size, &type, &known, error));
    item->typed = item->evidence ? TT_TYPED_FULLY : TT_TYPED_BY_SIGNATURE;
    if (known < enough && (item->evidence || bench->run->options.only)) {
        TT_TRY(tt_typist_ask(bench->run->typist, head, size, &bench->run->stop, told, error));
        item->typed = told[0] ? TT_TYPED_FULLY : TT_TYPED_UNTOLD;
    }
    if (told[0])
        type = (tt_type){told, tt_type_of_mime(told)};
    (void)snprintf(item->mime, sizeof item->mime, "%s", type.mime);
    item->type = type.type;
    return TUTELA_OK;
}

/* Everything is known: match, and report. */
static tutela_status report_read(tt_item *item, tt_bench *bench, tutela_error *error)
{
    tt_run *run = bench->run;
    tt_scratch *scratch = &bench->scratch;
    tutela_finding *finding = &scratch->verdict.finding;
    int cut = 0;

    TT_TRY(tt_item_mentions_report(item, bench, &cut, error));
    if (tt_give_is_due(item, run, TUTELA_ITEM_CLEAR))
        return tt_give(item, bench, cut ? TUTELA_ITEM_LIMIT : TUTELA_ITEM_CLEAR, cut ? TT_MENTIONS_CUT : "",
                       &item->digests, error);
    tt_verdict_begin(&scratch->verdict, "", 0, TUTELA_ITEM_CLEAR, NULL);
    TT_TRY(tt_verdict_match(&scratch->verdict, run->engine, &item->digests, item->reading.got,
                            error));
    if (item->holds && finding->status == TUTELA_ITEM_CLEAR)
        tt_finding_incomplete(finding, TUTELA_ITEM_SKIPPED, "a container, which was not to be opened");
    if (cut) /* also of what is known to be good: no more was asked of that than of any other */
        finding->status = TUTELA_ITEM_LIMIT;
    if (cut)
        finding->reason = TT_MENTIONS_CUT;
    finding->modified = tt_item_modified(&item->reading.before);
    if (type_is_wanted(item, run) && item->reading.got == 0)
        TT_TRY(find_type(item, bench, error));
    set_type(finding, item);
    tt_run_say_going(run, &item->entry, &item->reading.before, finding);
    /* A path is built only where it will be seen: most items are clear. */
    if (item->link || tt_collector_wants(&run->collector, finding))
        TT_TRY(tt_item_report_name(scratch, &item->entry, error));
    TT_TRY(tt_item_report(run, scratch, item->link, item->reading.got, error));
    tt_item_leave(item, bench);
    return TUTELA_OK;
}

static int is_output(const tt_run *run, const struct stat *stat)
{
    for (size_t i = 0; i < run->options.output_count; i++)
        if (run->outputs[i].device == stat->st_dev && run->outputs[i].inode == stat->st_ino)
            return 1;
    return 0;
}

/* The algorithms of the reading that begins. */
static uint32_t digests_of(const tt_item *item, const tt_run *run)
{
    int only = run->options.target_count == 1 && !run->options.next_target && !item->entry.folder;

    return item->evidence ? run->engine->evidence
                          : tt_engine_first(run->engine, run->options.flags,
                                            (uint64_t)item->reading.before.st_size, only);
}

static tutela_status start_reading(tt_item *item, const tt_bench *bench, tutela_error *error)
{
    uint32_t mask = digests_of(item, bench->run);

    tt_board_close(&bench->run->board, &item->ticket);
    tt_reading_rewind(&item->reading);
    item->broken = item->ended = 0;
    TT_TRY(tt_item_mentions_begin(item, bench->run, error));
    return tt_share_begin(item, bench, mask, error);
}

/* The file is open: is it ours to read? */
static tutela_status admit(tt_item *item, tt_bench *bench, const struct stat *stat,
                           tutela_error *error)
{
    tt_run *run = bench->run;
    tt_claim claim = TT_CLAIM_READ;

    if (is_output(run, stat))
        return report_unread(item, bench, TUTELA_ITEM_SKIPPED, "this run's own output", error);
    /* Names wait for the file that was claimed, not for what stands in its place now. */
    if (item->link && !tt_links_same(item->link, stat))
        return report_unread(item, bench, TUTELA_ITEM_UNREADABLE, "replaced while being read",
                             error);
    /* What a file mentions is said of each of its names, and not kept for those that wait. */
    if (stat->st_nlink > 1 && !item->link && !item->ahead && !tt_mentions_wanted(run))
        TT_TRY(tt_links_claim(&run->links, stat, &item->entry, &item->link,
                              &bench->scratch.record, &claim, error));
    if (claim == TT_CLAIM_READ)
        return start_reading(item, bench, error);
    if (claim == TT_CLAIM_KNOWN)
        TT_TRY(tt_item_report_again(run, &bench->scratch, &item->entry, error));
    tt_item_leave(item, bench);
    return TUTELA_OK;
}

static tutela_status report_entry(tt_item *item, tt_bench *bench, tutela_error *error)
{
    if (item->entry.os_error != 0)
        return report_os_error(item, bench, item->entry.status, item->entry.os_error, error);
    return report_unread(item, bench, item->entry.status, item->entry.reason, error);
}

void tt_item_take(tt_item *item, tt_task *task)
{
    item->entry = task->entry;
    item->link = task->link;
    item->ahead = task->ahead;
    *task = (tt_task){0};
    item->active = 1;
    item->opened = item->ended = item->evidence = item->retried = item->holds = item->divides
        = item->image = item->series = item->seeks = item->sought = 0;
    item->typed = TT_TYPED_NOT;
    item->job.digester = NULL;
}

static tutela_status open_file(tt_item *item, tt_bench *bench, tutela_error *error)
{
    struct stat stat;
    int fd = -1;
    tutela_status status;

    item->opened = 1;
    if (item->entry.status != TUTELA_ITEM_CLEAR)
        return report_entry(item, bench, error);
    tt_watch_begin(bench->watch, item->number);
    status = tt_entry_open(bench->run->walk, &item->entry, &fd, &stat, error);
    if (tt_watch_end(bench->watch) != 0) {
        if (fd >= 0)
            (void)tt_close(fd);
        bench->given_up = 1;
        return TUTELA_OK;
    }
    if (status != TUTELA_OK)
        return status;
    if (fd < 0)
        return report_entry(item, bench, error);
    tt_reading_open(&item->reading, fd, &stat, item->entry.paged);
    return admit(item, bench, &stat, error);
}

/* The file changed under the reading: once more from the start, and then no more. */
static tutela_status again_or_changed(tt_item *item, tt_bench *bench, tutela_error *error)
{
    if (item->retried)
        return report_unread(item, bench, TUTELA_ITEM_CHANGED, "changed while being read, twice",
                             error);
    item->retried = 1;
    item->evidence = 0;
    item->typed = TT_TYPED_NOT;
    return start_reading(item, bench, error);
}

/* Do both readings say the same, where both say something? */
static int readings_agree(const tt_item *item)
{
    uint32_t both = item->first.mask & item->digests.mask;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if ((both & TUTELA_BIT(i))
            && memcmp(item->first.value[i], item->digests.value[i], tt_digest_size(i)) != 0)
            return 0;
    return 1;
}

/* A reading came to the end of a sound file: look up, and read again for the evidence on a hit. */
static tutela_status end_of_pass(tt_item *item, tt_bench *bench, tutela_error *error)
{
    uint32_t polarities = 0;

    if (item->evidence)
        return readings_agree(item) ? report_read(item, bench, error)
                                    : again_or_changed(item, bench, error);
    TT_TRY(tt_match_probe(bench->run->engine->matcher, &item->digests, &polarities, error));
    if (!(polarities & TUTELA_BIT(TUTELA_KNOWN_BAD)))
        return report_read(item, bench, error);
    item->first = item->digests;
    item->first_bytes = item->reading.got;
    item->evidence = 1;
    return start_reading(item, bench, error);
}

/* All is read: report what is not sound; of a sound file the last bytes, if any, go to the digests. */
static tutela_status end_of_file(tt_item *item, tt_bench *bench, tutela_error *error)
{
    const tt_reading *reading = &item->reading;
    int changed;

    item->job.digester = NULL;
    if (reading->unread_count > 0)
        return report_os_error(item, bench,
                               reading->got > 0 ? TUTELA_ITEM_PARTIAL : TUTELA_ITEM_UNREADABLE,
                               reading->os_error, error);
    changed = tt_reading_changed(&item->reading, bench->watch, item->number);
    if (changed < 0) {
        bench->given_up = 1;
        return TUTELA_OK;
    }
    if (changed)
        return again_or_changed(item, bench, error);
    if (item->holds && !item->ahead && tt_plain_end(&item->plain))
        item->holds = 0;
    if (!item->holds && !item->ahead)
        TT_TRY(tt_item_end_holds(item, bench, &item->holds, error));
    if (bench->given_up)
        return TUTELA_OK;
    item->job = (tt_digest_job){.digester = item->digester,
                                .data = reading->buffer,
                                .size = reading->filled,
                                .end = &item->digests};
    item->ended = 1;
    return TUTELA_OK;
}

tutela_status tt_item_conclude(tt_item *item, tt_bench *bench, tutela_error *error)
{
    if (!item->active || !item->ended || tt_ticket_pending(&item->ticket) > 0)
        return TUTELA_OK;
    if (item->ticket.mask)
        item->digests.mask = item->ticket.mask;
    return end_of_pass(item, bench, error);
}

static tutela_status report_limit(tt_item *item, tt_bench *bench, tutela_error *error)
{
    tt_reading *reading = &item->reading;
    uint64_t max = bench->run->limits.max_bytes;
    int own = max && reading->offset >= max;

    tt_reading_cut(reading);
    return report_unread(item, bench, TUTELA_ITEM_LIMIT,
                         own ? "larger than the limit for one item"
                             : "goes on past its stated size for longer than the limit",
                         error);
}

/* The first bytes are in the buffer: do they begin a container, or raw space that is to be searched? */
static tutela_status know_head(tt_item *item, tt_bench *bench, tutela_error *error)
{
    int row = tt_head_of(item->reading.buffer, item->reading.filled);

    item->holds = row >= 0;
    item->divides = tt_head_divides(row);
    item->image = tt_head_is_image(row);
    item->series = tt_head_is_series(row) && tt_series_begins(item->entry.name, item->entry.name_size);
    item->picture = tt_picture_of(item->reading.buffer, item->reading.filled);
    tt_plain_begin(&item->plain, row);
    if ((bench->run->open.flags & TUTELA_OPEN_CARVE) && row < 0 && item->reading.stated >= TT_RAW_LEAST)
        return tt_identify_raw(bench->identify, item->reading.buffer, head_size(item), &item->holds, error);
    return TUTELA_OK;
}

/*
 * Is it of a type that was not selected? A rule that cannot be answered, since the head is unreadable or
 * nobody could tell, skips nothing; nor a hit.
 */
static int rule_skips(const tt_item *item, const tt_run *run)
{
    return run->options.only && !item->evidence && item->typed != TT_TYPED_NOT
           && item->typed != TT_TYPED_UNTOLD && !(run->options.only & TUTELA_BIT(item->type));
}

/* New bytes are in the buffer: the type first if a rule needs it, then to the digests. */
static tutela_status new_bytes(tt_item *item, tt_bench *bench, tutela_error *error)
{
    const tt_run *run = bench->run;
    int first = item->reading.offset == item->reading.filled;

    if (first)
        TT_TRY(know_head(item, bench, error));
    if (first && type_is_wanted(item, run))
        TT_TRY(find_type(item, bench, error));
    if (rule_skips(item, run))
        return report_unread(item, bench, TUTELA_ITEM_SKIPPED, "type not selected", error);
    if (item->reading.unread_count > 0)
        item->broken = 1;
    TT_TRY(tt_item_mentions_add(item, error));
    tt_item_end_pass(item);
    if (item->holds)
        tt_plain_add(&item->plain, item->reading.buffer, item->reading.filled);
    if (!item->broken)
        item->job = (tt_digest_job){.digester = item->digester,
                                    .data = item->reading.buffer,
                                    .size = item->reading.filled};
    return TUTELA_OK;
}

/* A container is not always read to its end before it is given to those who open it. */
static tutela_status give_early(tt_item *item, tt_bench *bench, tutela_error *error)
{
    if (tt_give_goes_undigested(item, bench->run))
        return tt_give(item, bench, TUTELA_ITEM_CLEAR, "", NULL, error);
    if (item->holds && !item->reading.at_end && !tt_plain_can(&item->plain, item->reading.stated))
        return tt_give_ahead(item, bench, error);
    return TUTELA_OK;
}

static tutela_status read_on(tt_item *item, tt_bench *bench, tutela_error *error)
{
    tt_run *run = bench->run;

    switch (tt_reading_next(&item->reading, &run->limits, bench->watch, item->number)) {
    case TT_READ_DATA:
        /* Progress counts what is read the first time. */
        if (!item->evidence && !item->retried)
            atomic_fetch_add_explicit(&run->control->bytes, item->reading.filled,
                                      memory_order_relaxed);
        TT_TRY(new_bytes(item, bench, error));
        if (bench->given_up)
            return TUTELA_OK;
        TT_TRY(give_early(item, bench, error));
        /* The end is known already when the last read met it: a small file is done in one round. */
        return item->active && item->reading.at_end ? end_of_file(item, bench, error)
                                                    : TUTELA_OK;
    case TT_READ_AGAIN:
        return TUTELA_OK;
    case TT_READ_END:
        return end_of_file(item, bench, error);
    case TT_READ_LIMIT:
        return report_limit(item, bench, error);
    case TT_READ_GIVEN_UP:
        bench->given_up = 1;
        return TUTELA_OK;
    case TT_READ_FAILED:
    default:
        return report_os_error(item, bench, TUTELA_ITEM_UNREADABLE, item->reading.os_error, error);
    }
}

tutela_status tt_item_fill(tt_item *item, tt_bench *bench, tutela_error *error)
{
    if (item->ended || item->job.digester || !tt_item_can_go_on(item, bench->run))
        return TUTELA_OK;
    if (!item->opened)
        TT_TRY(open_file(item, bench, error));
    if (item->active && !bench->given_up)
        TT_TRY(tt_share_buffer(item, error));
    if (item->active && !bench->given_up)
        TT_TRY(read_on(item, bench, error));
    if (item->ticket.mask && item->job.digester && !bench->given_up)
        tt_share_post(item, bench->run);
    return TUTELA_OK;
}
