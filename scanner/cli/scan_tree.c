/*
 * scan_tree: files and folders.
 */
#include "scan.h"

static void ask(void *user, tutela_progress *out)
{
    tutela_control_progress(user, out);
}

/* Work that was done is done again: not without a word, also where nobody reads the report. */
static void say_anew(const tutela_finding *finding)
{
    (void)cli_fail(0, "what it held when the earlier scan read it is in that report alone",
                   "%s: no longer what the earlier scan has read: read from its start",
                   finding->chain[0].data);
}

/*
 * Sorted findings begin when all is read, and progress has nothing more to tell; unsorted ones come
 * while it is drawn only when they go elsewhere.
 */
static int on_finding(void *user, const tutela_finding *finding)
{
    scan_run *scan = user;

    if (!cli_has(scan->plan.args, OPT_UNSORTED))
        cli_progress_stop(&scan->progress);
    if (finding->flags & TUTELA_FLAG_ANEW)
        say_anew(finding);
    return scan_outputs_add(scan, finding) == TUTELA_OK ? 0 : -1;
}

static uint32_t scan_flags(const scan_plan *plan)
{
    return (cli_has(plan->args, OPT_ONE_FILE_SYSTEM) ? TUTELA_SCAN_ONE_FILE_SYSTEM : 0)
           | (plan->inventory ? TUTELA_SCAN_INVENTORY : 0)
           | (cli_has(plan->args, OPT_UNSORTED) ? TUTELA_SCAN_UNSORTED : 0)
           | (plan->progress ? TUTELA_SCAN_SURVEY : 0)
           | (cli_number(plan->args, OPT_CACHE, CACHE_KEEP) == CACHE_DROP ? TUTELA_SCAN_DROP_CACHE : 0);
}

tutela_status scan_tree(scan_run *scan)
{
    const cli_args *args = scan->plan.args;
    int more = cli_has(args, OPT_FILES_FROM);
    int32_t own[SCAN_OUTPUTS_MAX];
    tutela_scan_options options = {
        .size = sizeof options,
        .targets = scan->targets,
        .target_count = scan->target_count,
        .next_target = more ? files_from_next : NULL,
        .next_target_user = more ? &scan->from : NULL,
        .exclude = scan->exclude,
        .exclude_count = cli_values(args, OPT_EXCLUDE, scan->exclude),
        .only = (uint32_t)cli_number(args, OPT_ONLY, 0),
        .flags = scan_flags(&scan->plan),
        .threads = (uint32_t)cli_number(args, OPT_THREADS, 0),
        .read_timeout = (uint32_t)cli_number(args, OPT_READ_TIMEOUT, 0),
        .max_item_bytes = cli_number(args, OPT_MAX_ITEM_BYTES, 0),
        .max_overrun = cli_number(args, OPT_MAX_OVERRUN, 0),
        .memory = cli_number(args, OPT_SCAN_MEMORY, 0),
        .spool_folder = scan->plan.spool_folder,
        .control = scan->control,
        .on_finding = on_finding,
        .user = scan,
        .outputs = own,
        .output_count = scan->outputs.count,
        .open = &scan->plan.open,
        .from = scan->resume.from,
        .from_count = scan->resume.count,
    };
    tutela_error error = {0};
    tutela_status status;

    for (size_t i = 0; i < scan->outputs.count; i++)
        own[i] = scan->outputs.each[i].fd;
    if (scan->plan.progress)
        cli_progress_start(&scan->progress, scan->set_count > 0, ask, scan->control);
    status = tutela_scan_paths(scan->scanner, &options, &scan->summary, &error);
    cli_progress_stop(&scan->progress);
    /* A report that failed said more than the library, which only knows that it was stopped. */
    if (status != TUTELA_OK && scan->error.status == TUTELA_OK)
        scan->error = error;
    return status;
}
