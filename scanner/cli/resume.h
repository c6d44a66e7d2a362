/*
 * resume: what an earlier report left behind a limit, for --resume.
 */
#ifndef TT_CLI_RESUME_H
#define TT_CLI_RESUME_H

#include "tutela.h"

/* Zero it. */
typedef struct cli_resume {
    const char *path; /* of the report; NULL: nothing is gone on with */
    tutela_earlier *earlier;
    const tutela_from *from;
    const char **targets; /* their paths */
    size_t count;
} cli_resume;

/*
 * Read the report at `path`, which the result borrows. CLI_EXIT_OK, or says why it is no report to go on
 * from and answers the exit status. Also after a failure: cli_resume_done.
 */
int cli_resume_read(cli_resume *out, const char *path);
/* Other sets than the report's are said: all is read from its start. */
void cli_resume_hold_against(cli_resume *resume, tutela_set *const *sets, size_t count);
void cli_resume_done(cli_resume *resume);

#endif
