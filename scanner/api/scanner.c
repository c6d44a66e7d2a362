/* scanner: scanners, contexts, controls and scans, as the public header offers them. */
#include "api/api.h"
#include "base/io.h"
#include "base/mem.h"
#include "engine/engine.h"
#include "hashsets/layers.h"

#include <errno.h>

#define ALL_TYPES (TUTELA_BIT(TUTELA_TYPE_COUNT) - 1)
#define ALL_FLAGS                                                                  \
    (TUTELA_SCAN_ONE_FILE_SYSTEM | TUTELA_SCAN_INVENTORY | TUTELA_SCAN_UNSORTED    \
     | TUTELA_SCAN_SURVEY | TUTELA_SCAN_TARGETS_NOFOLLOW | TUTELA_SCAN_DROP_CACHE)

/* The public handles are the inner ones. */
static tt_engine *inner(tutela_scanner *scanner)
{
    return (tt_engine *)scanner;
}

tutela_status tutela_scanner_new(tutela_scanner **out, tutela_set *const *sets, size_t count,
                                 const tutela_scanner_options *options, tutela_error *error)
{
    tutela_scanner_options own;

    if (!out || (!sets && count > 0))
        return tt_api_null(error, "scanner: out and sets");
    for (size_t i = 0; i < count; i++)
        if (!sets[i])
            return tt_api_null(error, "scanner: a set");
    TT_TRY(tt_api_options(&own, sizeof own, options, "tutela_scanner_options", error));
    if (own.digests & ~TT_DIGEST_ALL)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "scanner: unknown algorithm asked for");
    TT_TRY(tt_layers_distinct((tt_set *const *)sets, count, error));
    return tt_engine_new((tt_engine **)out, (tt_set *const *)sets, count, own.digests, error);
}

void tutela_scanner_free(tutela_scanner *scanner)
{
    tt_engine_drop(inner(scanner));
}

uint32_t tutela_scanner_digests(const tutela_scanner *scanner)
{
    return scanner ? ((const tt_engine *)scanner)->shown : 0;
}

/* Said before the work, and not in each item that would need it. */
static tutela_status try_spool(const char *folder, tutela_error *error)
{
    TT_AUTO_CLOSE int fd = tt_temporary(folder);

    if (fd >= 0)
        return TUTELA_OK;
    return tt_advise(error, tt_fail(error, TUTELA_IO, errno, "%s: no file can be made in it", folder),
                     "name a folder that can be written to, on a disk with room");
}

static tutela_status take_open(tutela_open_options *to, const tutela_open_options *from,
                               tutela_error *error)
{
    TT_TRY(tt_api_options(to, sizeof *to, from, "tutela_open_options", error));
    if (to->flags & ~(TUTELA_OPEN_NOTHING | TUTELA_OPEN_REQUIRE_SANDBOX | TUTELA_OPEN_INVENTORY
                      | TUTELA_OPEN_NO_DELETED | TUTELA_OPEN_CARVE | TUTELA_OPEN_MENTIONS
                      | TUTELA_OPEN_NO_IMAGE_DIGEST))
        return tt_fail(error, TUTELA_ARGUMENT, 0, "open: unknown flags");
    if (to->password_count > 0 && !to->passwords)
        return tt_api_null(error, "open: passwords");
    return to->hold_folder ? try_spool(to->hold_folder, error) : TUTELA_OK;
}

tutela_status tutela_context_new(tutela_context **out, tutela_scanner *scanner,
                                 tutela_error *error)
{
    if (!out || !scanner)
        return tt_api_null(error, "context: out and scanner");
    return tt_check_new((tt_check **)out, inner(scanner), error);
}

tutela_status tutela_context_open(tutela_context *context, const tutela_open_options *options,
                                  int (*on_member)(void *user, const tutela_finding *finding),
                                  void *user, tutela_error *error)
{
    tutela_open_options own;

    if (!context || !on_member)
        return tt_api_null(error, "context: context and on_member");
    TT_TRY(take_open(&own, options, error));
    return tt_check_open((tt_check *)context, &own, on_member, user, error);
}

void tutela_context_count(tutela_context *context, tutela_summary *summary)
{
    tutela_summary all = {.size = sizeof all};

    if (!context || !summary || tt_api_options(&all, sizeof all, summary, "tutela_summary", NULL) != TUTELA_OK)
        return;
    tt_check_count((tt_check *)context, &all);
    if (tt_api_answer(summary, &all, sizeof all, "tutela_summary", NULL) != TUTELA_OK)
        return; /* a struct without its size is left as it is */
}

void tutela_context_free(tutela_context *context)
{
    tt_check_free((tt_check *)context);
}

tutela_status tutela_check(tutela_context *context, const void *data, size_t size,
                           const char *name, const tutela_finding **out, tutela_error *error)
{
    if (!context || !out || (!data && size > 0))
        return tt_api_null(error, "check: context, data and out");
    return tt_check_buffer((tt_check *)context, data, size, name, out, error);
}

tutela_status tutela_stream_begin(tutela_context *context, const char *name, tutela_error *error)
{
    if (!context)
        return tt_api_null(error, "stream: context");
    return tt_check_begin((tt_check *)context, name, error);
}

tutela_status tutela_stream_update(tutela_context *context, const void *data, size_t size,
                                   tutela_error *error)
{
    if (!context || (!data && size > 0))
        return tt_api_null(error, "stream: context and data");
    return tt_check_update((tt_check *)context, data, size, error);
}

tutela_status tutela_stream_end(tutela_context *context, const tutela_finding **out,
                                tutela_error *error)
{
    if (!context || !out)
        return tt_api_null(error, "stream: context and out");
    return tt_check_end((tt_check *)context, 0, out, error);
}

tutela_status tutela_stream_fail(tutela_context *context, int os_error,
                                 const tutela_finding **out, tutela_error *error)
{
    if (!context || !out)
        return tt_api_null(error, "stream: context and out");
    if (os_error <= 0)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "stream: os_error must be an errno");
    return tt_check_end((tt_check *)context, os_error, out, error);
}

tutela_status tutela_control_new(tutela_control **out, tutela_error *error)
{
    tt_control *control;

    if (!out)
        return tt_api_null(error, "control: out");
    control = tt_alloc(1, sizeof *control);
    if (!control)
        return tt_no_memory(error);
    *out = (tutela_control *)control;
    return TUTELA_OK;
}

void tutela_control_free(tutela_control *control)
{
    tt_free(control);
}

void tutela_control_cancel(tutela_control *control)
{
    if (control)
        atomic_store(&((tt_control *)control)->cancelled, 1);
}

void tutela_control_progress(const tutela_control *control, tutela_progress *out)
{
    const tt_control *from = (const tt_control *)control;
    tutela_progress now = {.size = sizeof now};
    tutela_status answered;

    if (!control || !out)
        return;
    now.items = atomic_load(&from->items);
    now.bytes = atomic_load(&from->bytes);
    now.matches = atomic_load(&from->matches);
    now.incomplete = atomic_load(&from->incomplete);
    now.survey_done = atomic_load(&from->survey_done);
    now.expected_items = atomic_load(&from->expected_items);
    now.expected_bytes = atomic_load(&from->expected_bytes);
    answered = tt_api_answer(out, &now, sizeof now, "tutela_progress", NULL);
    (void)answered; /* a struct without its size is left as it is */
}

void tutela_summary_add(tutela_summary *summary, const tutela_finding *finding)
{
    tutela_summary all = {.size = sizeof all};

    if (!summary || !finding || tt_api_options(&all, sizeof all, summary, "tutela_summary", NULL) != TUTELA_OK)
        return;
    tt_summary_add(&all, finding);
    if (tt_api_answer(summary, &all, sizeof all, "tutela_summary", NULL) != TUTELA_OK)
        return; /* a struct without its size is left as it is */
}

void tutela_summary_end(tutela_summary *summary)
{
    if (summary)
        tt_summary_end(summary, 0);
}

static tutela_status check_scan(const tutela_scan_options *options, tutela_error *error)
{
    if (options->target_count == 0 && !options->next_target)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "scan: no targets");
    if (options->target_count > 0 && !options->targets)
        return tt_api_null(error, "scan: targets");
    if ((options->flags & ~ALL_FLAGS) || (options->only & ~ALL_TYPES))
        return tt_fail(error, TUTELA_ARGUMENT, 0, "scan: unknown flag or type asked for");
    for (size_t i = 0; i < options->target_count; i++)
        if (!options->targets[i] || options->targets[i][0] == '\0')
            return tt_fail(error, TUTELA_ARGUMENT, 0, "scan: an empty target");
    for (size_t i = 0; i < options->exclude_count; i++)
        if (!options->exclude || !options->exclude[i])
            return tt_api_null(error, "scan: an exclude pattern");
    if (options->output_count > 0 && !options->outputs)
        return tt_api_null(error, "scan: outputs");
    return TUTELA_OK;
}

tutela_status tutela_scan_paths(tutela_scanner *scanner, const tutela_scan_options *options,
                                tutela_summary *summary, tutela_error *error)
{
    tutela_scan_options own;
    tutela_open_options open;
    tutela_summary total = {.size = sizeof total};
    tt_control *control, fallback = {0};
    tutela_status status, answered;

    if (!scanner || !options || !summary)
        return tt_api_null(error, "scan: scanner, options and summary");
    TT_TRY(tt_api_options(&own, sizeof own, options, "tutela_scan_options", error));
    TT_TRY(check_scan(&own, error));
    TT_TRY(take_open(&open, own.open, error));
    if (own.from_count > 0 && (open.flags & TUTELA_OPEN_NOTHING))
        return tt_fail(error, TUTELA_ARGUMENT, 0, "scan: places in containers, which are not to be opened");
    own.open = &open;
    /* Before the work, not after it: is there a place for the answer? Till then it is incomplete. */
    tt_summary_end(&total, 1);
    TT_TRY(tt_api_answer(summary, &total, sizeof total, "tutela_summary", error));
    control = own.control ? (tt_control *)own.control : &fallback;
    status = tt_engine_scan(inner(scanner), &own, control, &total, error);
    answered = tt_api_answer(summary, &total, sizeof total, "tutela_summary", NULL);
    return status == TUTELA_OK ? answered : status;
}
