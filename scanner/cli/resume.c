/* resume: see resume.h. */
#include "resume.h"

#include "cli.h"

#include <stdlib.h>

int cli_resume_read(cli_resume *out, const char *path)
{
    tutela_error error = {0};
    tutela_status status = tutela_earlier_open(&out->earlier, path, &error);

    out->path = path;
    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error,
                              "--resume takes the JSON report of an earlier scan");
    out->from = tutela_earlier_from(out->earlier, &out->count);
    out->targets = calloc(out->count, sizeof *out->targets);
    if (!out->targets)
        return cli_fail(CLI_EXIT_RECORD, "free some memory and try again", "scan: out of memory");
    for (size_t i = 0; i < out->count; i++)
        out->targets[i] = out->from[i].path;
    return CLI_EXIT_OK;
}

void cli_resume_hold_against(cli_resume *resume, tutela_set *const *sets, size_t count)
{
    if (!tutela_earlier_hold(resume->earlier, sets, count))
        (void)cli_fail(0, "for what it left unread alone, name the sets that it was made with",
                       "%s: made with other hash sets: everything is read from its start", resume->path);
}

void cli_resume_done(cli_resume *resume)
{
    free(resume->targets);
    tutela_earlier_close(resume->earlier);
    *resume = (cli_resume){0};
}
