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

/* The library does not know what the descriptor is called and says "output": put the name there. */
static tutela_error name_output(const scan_output *output, const tutela_error *error)
{
    static const char nameless[] = "output: ";
    tutela_error named = *error;
    const char *why = error->text;

    if (strncmp(why, nameless, sizeof nameless - 1) == 0)
        why += sizeof nameless - 1;
    snprintf(named.text, sizeof named.text, "%.100s: %.200s", output->path, why);
    return named;
}

static int begin(scan_run *scan, scan_output *output)
{
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
        .targets = scan->targets,
        .target_count = scan->target_count,
        .sets = scan->sets,
        .set_count = scan->set_count,
        .started = scan->plan.reproducible ? INT64_MIN : wall_clock(),
    };
    tutela_error error = {0};
    tutela_status status = tutela_report_open(&output->report, &options, &run, &error);

    if (status == TUTELA_OK)
        return CLI_EXIT_OK;
    error = name_output(output, &error);
    return cli_fail_error(CLI_EXIT_RECORD, &error,
                          "make room, or let the reader of the output read on");
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

tutela_status scan_outputs_add(scan_run *scan, const tutela_finding *finding)
{
    for (size_t i = 0; i < scan->outputs.count; i++) {
        tutela_error error = {0};

        if (tutela_report_add(scan->outputs.each[i].report, finding, &error) != TUTELA_OK) {
            scan->error = name_output(&scan->outputs.each[i], &error);
            scan->outputs.failed = 1;
            return TUTELA_RECORD;
        }
    }
    return TUTELA_OK;
}

tutela_status scan_outputs_end(scan_run *scan)
{
    for (size_t i = 0; i < scan->outputs.count; i++) {
        scan_output *output = &scan->outputs.each[i];
        tutela_error error = {0};

        if (tutela_report_end(output->report, &scan->summary, &error) != TUTELA_OK) {
            scan->error = name_output(output, &error);
            return TUTELA_RECORD;
        }
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
