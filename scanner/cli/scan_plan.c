/*
 * scan_plan: turns the arguments of `scan` into what is to be done.
 *
 * Options that contradict each other, or that would silently do nothing, are errors: an operator who
 * asked for something must not believe it was done.
 */
#include "scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define THREADS_MAX 1024u       /* far more than machines have; each costs a stack and buffers */
#define READ_TIMEOUT_MAX 86400u /* a day */
#define DEPTH_MAX 256u          /* each level takes memory and stack of the process that opens containers */
#define SECONDS_MAX 31536000u   /* a year */

#define INVENTORY_DIGESTS \
    (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1) | TUTELA_BIT(TUTELA_SHA256))

static int check_targets(scan_plan *plan)
{
    const cli_args *args = plan->args;

    for (size_t i = 0; i < args->operand_count; i++)
        plan->stream |= strcmp(args->operands[i], "-") == 0;
    if (cli_has(args, OPT_RESUME) && (args->operand_count > 0 || cli_has(args, OPT_FILES_FROM)))
        return cli_fail(CLI_EXIT_USAGE, "scan other targets by themselves",
                        "--resume: its report says what is scanned");
    if (args->operand_count == 0 && !cli_has(args, OPT_FILES_FROM) && !cli_has(args, OPT_RESUME))
        return cli_fail(CLI_EXIT_USAGE, "name files or folders, or - for standard input",
                        "scan: no targets");
    if (plan->stream && args->operand_count > 1)
        return cli_fail(CLI_EXIT_USAGE, "scan standard input on its own, or name the file ./-",
                        "-: cannot be mixed with other targets");
    if (cli_has(args, OPT_NAME) && !plan->stream)
        return cli_fail(CLI_EXIT_USAGE, "it names standard input: use it with the target -",
                        "--name: has no meaning for files and folders");
    if (cli_has(args, OPT_NULL_ENDED) && !cli_has(args, OPT_FILES_FROM))
        return cli_fail(CLI_EXIT_USAGE, "it says how the names in --files-from end",
                        "--null: has no meaning without --files-from");
    return CLI_EXIT_OK;
}

/* What a stream has no use for. */
static int check_stream(scan_plan *plan)
{
    static const size_t unfit[] = {OPT_FILES_FROM, OPT_EXCLUDE,        OPT_ONLY,
                                   OPT_ONE_FILE_SYSTEM, OPT_MAX_ITEM_BYTES, OPT_MAX_OVERRUN,
                                   OPT_READ_TIMEOUT};

    for (size_t i = 0; plan->stream && i < sizeof unfit / sizeof *unfit; i++)
        if (cli_has(plan->args, unfit[i]))
            return cli_fail(CLI_EXIT_USAGE, "leave it out, or name files and folders instead of -",
                            "--%s: has no meaning for standard input",
                            cli_options[unfit[i]].name);
    return CLI_EXIT_OK;
}

/* Nothing is opened: then what bounds opening would do nothing. */
static int check_flat(scan_plan *plan)
{
    const cli_args *args = plan->args;

    for (size_t i = 0; cli_has(args, OPT_FLAT) && i < args->given_count; i++)
        if (cli_options[args->given[i].option].group == GROUP_CONTAINERS)
            return cli_fail(CLI_EXIT_USAGE, "leave one of them out: with --flat no container is opened",
                            "--%s: has no meaning with --flat",
                            cli_options[args->given[i].option].name);
    return CLI_EXIT_OK;
}

static int same_path(const char *path, const char *other)
{
    struct stat file;

    return strcmp(path, other) == 0 || (stat(other, &file) == 0 && cli_same_file(path, &file));
}

static int check_digests(scan_plan *plan)
{
    const cli_args *args = plan->args;

    plan->inventory = cli_has(args, OPT_INVENTORY);
    if (!cli_has(args, OPT_SET) && !cli_has(args, OPT_DIGESTS) && !plan->inventory)
        return cli_fail(CLI_EXIT_USAGE, "say --set FILE, or --inventory for digests without a list",
                        "scan: no hash set");
    if (cli_has(args, OPT_KEY) && !cli_has(args, OPT_SET))
        return cli_fail(CLI_EXIT_USAGE, "it opens sealed sets: use it with --set",
                        "--key: has no meaning without --set");
    if (cli_has(args, OPT_REQUIRE_SIGNATURE) && !cli_has(args, OPT_SET))
        return cli_fail(CLI_EXIT_USAGE, "it says who must have signed the sets: use it with --set",
                        "--require-signature: has no meaning without --set");
    plan->digests = (uint32_t)cli_number(args, OPT_DIGESTS,
                                         plan->inventory ? INVENTORY_DIGESTS : 0);
    /* Digests that nobody looks up were asked for to be seen. */
    plan->inventory |= !cli_has(args, OPT_SET);
    return CLI_EXIT_OK;
}

static int choose_format(scan_plan *plan)
{
    const cli_args *args = plan->args;
    int formats = cli_has(args, OPT_FORMAT) + cli_has(args, OPT_JSON) + cli_has(args, OPT_CSV);

    if (formats > 1)
        return cli_fail(CLI_EXIT_USAGE, "choose one of --json, --csv and --format",
                        "scan: more than one format for the same output");
    plan->format = cli_has(args, OPT_JSON)  ? "json"
                   : cli_has(args, OPT_CSV) ? "csv"
                   : formats                ? cli_text(args, OPT_FORMAT)
                                            : "text";
    plan->output = cli_text(args, OPT_OUTPUT);
    plan->html = cli_text(args, OPT_HTML);
    if (plan->output && strcmp(plan->output, "-") == 0)
        plan->output = NULL;
    if (plan->html && strcmp(plan->html, "-") == 0)
        return cli_fail(CLI_EXIT_USAGE, "say --format html for HTML on standard output",
                        "--html: needs the name of a file");
    if (cli_has(args, OPT_QUIET) && !plan->output)
        plan->format = NULL;
    return CLI_EXIT_OK;
}

static int reads_file(size_t option)
{
    return option == OPT_SET || option == OPT_FILES_FROM || option == OPT_REQUIRE_SIGNATURE
           || option == OPT_PASSWORD_FILE || option == OPT_RESUME;
}

/* A report written over evidence, a set, a key or another report would destroy it. */
static int refuse_overwrite(const char *output)
{
    return cli_fail(CLI_EXIT_USAGE, "write the report to another file",
                    "%s: is both read and written", output);
}

static int check_overwrite(const scan_plan *plan, const char *output)
{
    const cli_args *args = plan->args;
    char room[PATH_MAX];
    const char *key = cli_key_file(args, room);
    struct stat file;

    if (!output || stat(output, &file) != 0 || !S_ISREG(file.st_mode))
        return CLI_EXIT_OK;
    for (size_t i = 0; i < args->operand_count; i++)
        if (cli_same_file(args->operands[i], &file))
            return refuse_overwrite(output);
    for (size_t i = 0; i < args->given_count; i++)
        if (reads_file(args->given[i].option) && cli_same_file(args->given[i].value, &file))
            return refuse_overwrite(output);
    return key && cli_same_file(key, &file) ? refuse_overwrite(output) : CLI_EXIT_OK;
}

/* The files that a set was made from are known once it is open. */
int scan_plan_spare(const scan_plan *plan, const tutela_set *set)
{
    const char *outputs[] = {plan->output, plan->html};
    const char *layer;
    struct stat file;

    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        for (size_t at = 0; outputs[i] && (layer = tutela_set_layer_path(set, at)); at++)
            if (stat(outputs[i], &file) == 0 && cli_same_file(layer, &file))
                return refuse_overwrite(outputs[i]);
    return CLI_EXIT_OK;
}

int scan_plan_spare_targets(const scan_plan *plan, const char *const *targets, size_t count)
{
    const char *outputs[] = {plan->output, plan->html};
    struct stat file;

    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        for (size_t at = 0; outputs[i] && stat(outputs[i], &file) == 0 && at < count; at++)
            if (S_ISREG(file.st_mode) && cli_same_file(targets[at], &file))
                return refuse_overwrite(outputs[i]);
    return CLI_EXIT_OK;
}

static int check_outputs(scan_plan *plan)
{
    int status;

    if (plan->output && plan->html && same_path(plan->output, plan->html))
        return cli_fail(CLI_EXIT_USAGE, "write each report to a file of its own",
                        "%s: two reports for the same file", plan->html);
    status = check_overwrite(plan, plan->output);
    return status == CLI_EXIT_OK ? check_overwrite(plan, plan->html) : status;
}

static int check_numbers(scan_plan *plan)
{
    static const struct {
        size_t option;
        uint64_t most;
    } bounds[] = {{OPT_THREADS, THREADS_MAX},     {OPT_READ_TIMEOUT, READ_TIMEOUT_MAX},
                  {OPT_MAX_DEPTH, DEPTH_MAX},     {OPT_MAX_MEMBERS, INT64_MAX},
                  {OPT_MAX_RATIO, UINT32_MAX},    {OPT_MAX_SECONDS, SECONDS_MAX},
                  {OPT_MAX_CPU_SECONDS, SECONDS_MAX}, {OPT_PARTITION, UINT32_MAX}};
    int status = CLI_EXIT_OK;

    for (size_t i = 0; i < sizeof bounds / sizeof *bounds && status == CLI_EXIT_OK; i++)
        status = cli_within(plan->args, bounds[i].option, 1, bounds[i].most);
    for (size_t i = 0; i < plan->args->given_count && status == CLI_EXIT_OK; i++) {
        const cli_given *given = &plan->args->given[i];

        if (cli_options[given->option].kind == KIND_SIZE && given->number == 0)
            status = cli_fail(CLI_EXIT_USAGE, "leave the option out for its default",
                              "--%s: 0 is out of range", cli_options[given->option].name);
    }
    return status;
}

/* How containers are opened, and what one file may cost; 0 is the default. */
static int choose_opening(scan_plan *plan)
{
    const cli_args *args = plan->args;
    int required = cli_number(args, OPT_SANDBOX, SANDBOX_AUTO) == SANDBOX_REQUIRE;
    const char *passwords = cli_text(args, OPT_PASSWORD_FILE);

    if (passwords && strcmp(passwords, "-") == 0)
        return cli_fail(CLI_EXIT_USAGE, "standard input is for what is scanned: name a file, or ./-",
                        "--password-file: needs the name of a file");
    plan->open = (tutela_open_options){
        .size = sizeof plan->open,
        .flags = (cli_has(args, OPT_FLAT) ? TUTELA_OPEN_NOTHING : 0)
                 | (required ? TUTELA_OPEN_REQUIRE_SANDBOX : 0)
                 | (cli_has(args, OPT_CARVE) ? TUTELA_OPEN_CARVE : 0)
                 | (cli_has(args, OPT_MENTIONS) ? TUTELA_OPEN_MENTIONS : 0)
                 | (cli_has(args, OPT_NO_DELETED) ? TUTELA_OPEN_NO_DELETED : 0)
                 | (cli_has(args, OPT_NO_IMAGE_DIGEST) ? TUTELA_OPEN_NO_IMAGE_DIGEST : 0)
                 | (plan->stream && plan->inventory ? TUTELA_OPEN_INVENTORY : 0),
        .max_depth = (uint32_t)cli_number(args, OPT_MAX_DEPTH, 0),
        .max_members = cli_number(args, OPT_MAX_MEMBERS, 0),
        .max_expanded = cli_number(args, OPT_MAX_EXPANDED, 0),
        .max_ratio = (uint32_t)cli_number(args, OPT_MAX_RATIO, 0),
        .max_seconds = (uint32_t)cli_number(args, OPT_MAX_SECONDS, 0),
        .max_cpu_seconds = (uint32_t)cli_number(args, OPT_MAX_CPU_SECONDS, 0),
        .hold_memory = cli_number(args, OPT_HOLD_MEMORY, 0),
        .hold_folder = cli_text(args, OPT_SPOOL),
        .hold_bytes = cli_number(args, OPT_MAX_SPOOL, 0),
        .silence = (uint32_t)cli_number(args, OPT_READ_TIMEOUT, 0),
        .memory = cli_number(args, OPT_SCAN_MEMORY, 0),
        .spool_folder = plan->spool_folder,
        .partition = (uint32_t)cli_number(args, OPT_PARTITION, 0),
    };
    return CLI_EXIT_OK;
}

/* What the option says: 1 always, 0 never; `automatic` when it leaves that to us. */
static int as_said(const scan_plan *plan, size_t option, int automatic)
{
    switch ((enum cli_when)cli_number(plan->args, option, WHEN_AUTO)) {
    case WHEN_ALWAYS:
        return 1;
    case WHEN_NEVER:
        return 0;
    case WHEN_AUTO:
        break;
    }
    return automatic;
}

static int suits_colour(int screen)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    return screen && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

static int suits_progress(const scan_plan *plan, int screen)
{
    /* Unsorted findings come while the line is drawn: on one screen they would mix. */
    if (screen && plan->format && cli_has(plan->args, OPT_UNSORTED))
        return 0;
    return cli_progress_wanted() && !cli_has(plan->args, OPT_QUIET);
}

static int choose_looks(scan_plan *plan)
{
    const char *spool = getenv("TMPDIR");
    int screen = !plan->output && isatty(STDOUT_FILENO);

    plan->colour = as_said(plan, OPT_COLOR, suits_colour(screen));
    plan->progress = as_said(plan, OPT_PROGRESS, suits_progress(plan, screen));
    plan->spool_folder = cli_text(plan->args, OPT_SPOOL_DIR);
    if (!plan->spool_folder && spool && *spool)
        plan->spool_folder = spool;
    plan->reproducible = cli_has(plan->args, OPT_REPRODUCIBLE);
    return CLI_EXIT_OK;
}

int scan_plan_make(scan_plan *plan, const cli_args *args)
{
    /* In this order: a later one relies on what an earlier one found in order. */
    static int (*const steps[])(scan_plan * plan)
        = {check_targets, check_stream,  check_flat,    check_digests,
           choose_format, check_outputs, check_numbers, choose_looks,   choose_opening};
    int status = CLI_EXIT_OK;

    *plan = (scan_plan){.args = args};
    for (size_t i = 0; i < sizeof steps / sizeof *steps && status == CLI_EXIT_OK; i++)
        status = steps[i](plan);
    return status;
}
