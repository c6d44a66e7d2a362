/*
 * scan_outputs: the reports of one run: each is fed every finding.
 */
#include "scan.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int open_file(scan_output *output)
{
    if (!output->path) {
        output->path = "standard output";
        output->fd = STDOUT_FILENO;
        return CLI_EXIT_OK;
    }
    output->fd = open(output->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
    if (output->fd >= 0)
        return CLI_EXIT_OK;
    if (errno == ENOSPC || errno == EDQUOT || errno == EIO)
        return cli_fail(CLI_EXIT_RECORD, "make room and scan again", "%s: cannot write: %s",
                        output->path, strerror(errno));
    return cli_fail(CLI_EXIT_USAGE, "name a file in a folder where you may write",
                    "%s: cannot open for writing: %s", output->path, strerror(errno));
}

static int64_t wall_clock(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* The library does not know what the descriptor is called. */
static int say_failure(const scan_output *output, const tutela_error *error)
{
    return cli_fail(CLI_EXIT_RECORD,
                    error->advice[0] ? error->advice
                                     : "make room, or let the reader of the output read on",
                    "%s: %s", output->path, error->text);
}

static int begin(scan_run *scan, scan_output *output)
{
    const cli_args *args = scan->plan.args;
    tutela_report_options options = {
        .size = sizeof options,
        .format = output->format,
        .fd = output->fd,
        .reproducible = scan->plan.reproducible,
        .colour = scan->plan.colour,
        .inventory = scan->plan.inventory,
        .spool_folder = scan->plan.spool_folder,
    };
    tutela_run run = {
        .size = sizeof run,
        .targets = args->operands,
        .target_count = args->operand_count,
        .sets = scan->sets,
        .set_count = scan->set_count,
        .started = scan->plan.reproducible ? INT64_MIN : wall_clock(),
    };
    tutela_error error = {0};
    tutela_status status = tutela_report_open(&output->report, &options, &run, &error);

    return status == TUTELA_OK ? CLI_EXIT_OK : say_failure(output, &error);
}

int scan_outputs_open(scan_run *scan)
{
    scan_outputs *outputs = &scan->outputs;
    int status = CLI_EXIT_OK;

    if (scan->plan.format)
        outputs->each[outputs->count++] =
            (scan_output){.format = scan->plan.format, .path = scan->plan.output, .fd = -1};
    if (scan->plan.html)
        outputs->each[outputs->count++] =
            (scan_output){.format = "html", .path = scan->plan.html, .fd = -1};
    for (size_t i = 0; i < outputs->count && status == CLI_EXIT_OK; i++)
        status = open_file(&outputs->each[i]);
    for (size_t i = 0; i < outputs->count && status == CLI_EXIT_OK; i++)
        status = begin(scan, &outputs->each[i]);
    return status;
}

/* Put the name of the output before the reason. */
static tutela_status name_output(scan_run *scan, const scan_output *output, const tutela_error *error)
{
    scan->error = *error;
    snprintf(scan->error.text, sizeof scan->error.text, "%.100s: %.200s", output->path, error->text);
    return TUTELA_RECORD;
}

tutela_status scan_outputs_add(scan_run *scan, const tutela_finding *finding)
{
    for (size_t i = 0; i < scan->outputs.count; i++) {
        tutela_error error = {0};

        if (tutela_report_add(scan->outputs.each[i].report, finding, &error) != TUTELA_OK)
            return name_output(scan, &scan->outputs.each[i], &error);
    }
    return TUTELA_OK;
}

tutela_status scan_outputs_end(scan_run *scan)
{
    for (size_t i = 0; i < scan->outputs.count; i++) {
        scan_output *output = &scan->outputs.each[i];
        tutela_error error = {0};

        if (tutela_report_end(output->report, &scan->summary, &error) != TUTELA_OK)
            return name_output(scan, output, &error);
    }
    return TUTELA_OK;
}

/*
 * On disk, or say so: many file systems tell of a full disk only now. What cannot be synced (a pipe,
 * a terminal) answers EINVAL or ENOTSUP.
 */
static int close_file(scan_output *output)
{
    int fd = output->fd, failed = 0;

    output->fd = -1;
    if (fd < 0)
        return CLI_EXIT_OK;
    if (fd != STDOUT_FILENO && fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS)
        failed = errno;
    if (close(fd) != 0 && !failed)
        failed = errno;
    if (!failed)
        return CLI_EXIT_OK;
    return cli_fail(CLI_EXIT_RECORD, "make room and scan again", "%s: cannot write: %s",
                    output->path, strerror(failed));
}

int scan_outputs_close(scan_run *scan)
{
    int worst = CLI_EXIT_OK;

    for (size_t i = 0; i < scan->outputs.count; i++) {
        int status;

        tutela_report_close(scan->outputs.each[i].report);
        scan->outputs.each[i].report = NULL;
        status = close_file(&scan->outputs.each[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}
