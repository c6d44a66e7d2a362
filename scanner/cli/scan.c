/*
 * scan: the command `scan`.
 */
#include "scan.h"

#include "signals.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int open_sets(scan_run *scan)
{
    size_t count = cli_values(scan->plan.args, OPT_SET, scan->set_paths);
    int exit_status = CLI_EXIT_OK;

    for (; scan->set_count < count && exit_status == CLI_EXIT_OK; scan->set_count++) {
        tutela_error error = {0};
        tutela_status status = cli_set_open(scan->plan.args, scan->set_paths[scan->set_count],
                                            &scan->sets[scan->set_count], &error);

        if (status != TUTELA_OK)
            return cli_fail_error(cli_exit_of(status), &error,
                                  "a hash set is made with 'tutela set build'");
        exit_status = scan_plan_spare(&scan->plan, scan->sets[scan->set_count]);
    }
    return exit_status;
}

static int open_files_from(scan_run *scan)
{
    const char *path = cli_text(scan->plan.args, OPT_FILES_FROM);

    if (!path
        || files_from_open(&scan->from, path, cli_has(scan->plan.args, OPT_NULL_ENDED),
                           cli_signals_fd())
               == 0)
        return CLI_EXIT_OK;
    return cli_fail(CLI_EXIT_USAGE, "--files-from takes a file of names, or - for standard input",
                    "%s: cannot open: %s", path, strerror(errno));
}

static int read_passwords(scan_run *scan)
{
    const char *path = cli_text(scan->plan.args, OPT_PASSWORD_FILE);
    int exit_status = path ? cli_passwords_read(&scan->passwords, path) : CLI_EXIT_OK;

    scan->plan.open.passwords = scan->passwords.list;
    scan->plan.open.password_count = scan->passwords.count;
    return exit_status;
}

/* What is scanned: the operands, or what an earlier report left. */
static int choose_targets(scan_run *scan)
{
    const cli_args *args = scan->plan.args;
    const char *report = cli_text(args, OPT_RESUME);
    int exit_status;

    scan->targets = args->operands;
    scan->target_count = args->operand_count;
    if (!report)
        return CLI_EXIT_OK;
    exit_status = cli_resume_read(&scan->resume, report);
    if (exit_status != CLI_EXIT_OK)
        return exit_status;
    scan->targets = scan->resume.targets;
    scan->target_count = scan->resume.count;
    return scan_plan_spare_targets(&scan->plan, scan->targets, scan->target_count);
}

/* Everything that can be wrong before a report is begun. */
static int prepare(scan_run *scan)
{
    tutela_scanner_options options = {.size = sizeof options, .digests = scan->plan.digests};
    size_t room = scan->plan.args->given_count + 1;
    tutela_status status = TUTELA_MEMORY;
    int exit_status;

    scan->set_paths = calloc(room, sizeof *scan->set_paths);
    scan->sets = calloc(room, sizeof *scan->sets);
    scan->exclude = calloc(room, sizeof *scan->exclude);
    if (!scan->set_paths || !scan->sets || !scan->exclude)
        return cli_fail(CLI_EXIT_RECORD, "free some memory and try again", "scan: out of memory");
    exit_status = read_passwords(scan);
    if (exit_status == CLI_EXIT_OK)
        exit_status = choose_targets(scan);
    if (exit_status == CLI_EXIT_OK)
        exit_status = open_sets(scan);
    if (exit_status != CLI_EXIT_OK)
        return exit_status;
    cli_resume_hold_against(&scan->resume, scan->sets, scan->set_count);
    status = tutela_scanner_new(&scan->scanner, scan->sets, scan->set_count, &options, &scan->error);
    if (status == TUTELA_OK)
        status = tutela_control_new(&scan->control, &scan->error);
    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &scan->error, "try 'tutela version -v'");
    if (cli_signals_begin(scan->control) != 0)
        return cli_fail(CLI_EXIT_USAGE, "try again", "signals: %s", strerror(errno));
    return open_files_from(scan);
}

/* A run that was not whole must not look like one, also where nobody reads the report. */
static void say_incomplete(const scan_run *scan)
{
    char incomplete[32], items[32];
    uint64_t count = 0;

    if (scan->summary.complete || cli_has(scan->plan.args, OPT_QUIET))
        return;
    if (scan->from.failure[0]) {
        (void)cli_fail(0, "targets after this one were not scanned: the run is incomplete",
                       "%s: %s", scan->from.path, scan->from.failure);
        return;
    }
    for (int32_t i = 0; i < TUTELA_ITEM_COUNT; i++)
        if (!tutela_item_status_complete(i))
            count += scan->summary.by_status[i];
    cli_count_text(scan->summary.items, items);
    if (cli_signals_caught())
        (void)cli_fail(0, "scan again for the rest", "run is incomplete: stopped after %s item%s",
                       items, scan->summary.items == 1 ? "" : "s");
    else
        (void)cli_fail(0, "the report names each with its reason",
                       "run is incomplete: %s of %s item%s not read in full",
                       cli_count_text(count, incomplete), items,
                       scan->summary.items == 1 ? "" : "s");
}

/* For when the library has none. */
static const char *advice(tutela_status status)
{
    switch (status) {
    case TUTELA_SET_REFUSED:
        return "run 'tutela set check' on the sets, then scan again: what was found holds, and is not all";
    case TUTELA_MEMORY:
        return "free some memory, or scan with fewer --threads";
    default:
        return "make room, or name another folder with --spool-dir";
    }
}

/* A run that failed ends its reports too: what it found is in them, and that it is not all. */
static int end_failed(scan_run *scan, tutela_status status)
{
    tutela_error why = scan->error;
    int exit_status = status == TUTELA_IO ? CLI_EXIT_RECORD : cli_exit_of(status);

    scan->summary.complete = 0;
    scan->summary.exit_status = exit_status;
    /* Should that fail too, what is said is why the run failed. */
    if (!scan->outputs.failed && scan_outputs_end(scan) != TUTELA_OK)
        scan->outputs.failed = 1;
    return cli_fail_error(exit_status, &why, advice(status));
}

static int work(scan_run *scan)
{
    int exit_status = scan_outputs_open(scan);
    tutela_status status;

    if (exit_status != CLI_EXIT_OK)
        return exit_status;
    status = scan->plan.stream ? scan_stream(scan) : scan_tree(scan);
    if (status != TUTELA_OK && status != TUTELA_CANCELLED)
        return end_failed(scan, status);
    status = scan_outputs_end(scan);
    if (status != TUTELA_OK)
        return cli_fail_error(CLI_EXIT_RECORD, &scan->error, advice(status));
    say_incomplete(scan);
    return scan->summary.exit_status;
}

static void release(scan_run *scan)
{
    cli_signals_end();
    files_from_close(&scan->from);
    cli_passwords_done(&scan->passwords);
    cli_resume_done(&scan->resume);
    tutela_control_free(scan->control);
    tutela_scanner_free(scan->scanner);
    for (size_t i = 0; i < scan->set_count; i++)
        tutela_set_close(scan->sets[i]);
    free(scan->exclude);
    free(scan->sets);
    free(scan->set_paths);
}

int cli_run_scan(const cli_args *args)
{
    scan_run scan = {.from.fd = -1, .summary.size = sizeof scan.summary};
    int exit_status = scan_plan_make(&scan.plan, args), closed;

    if (exit_status != CLI_EXIT_OK)
        return exit_status;
    exit_status = prepare(&scan);
    if (exit_status == CLI_EXIT_OK)
        exit_status = work(&scan);
    closed = scan_outputs_close(&scan);
    release(&scan);
    cli_signals_raise();
    if (cli_signals_caught())
        return 128 + cli_signals_caught(); /* the signal is blocked: say it the other way */
    return closed != CLI_EXIT_OK ? closed : exit_status;
}
