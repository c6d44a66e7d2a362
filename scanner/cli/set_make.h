/*
 * set_make: what the commands that make hash sets of lists do alike.
 */
#ifndef TT_CLI_SET_MAKE_H
#define TT_CLI_SET_MAKE_H

#include "set_lint.h"

/* What differs. */
typedef struct cli_making {
    tutela_build_options options;
    const char *key;     /* the key file in use, not to be written over; NULL: none */
    const char **inputs; /* of options, then those to remove; borrowed, as all else */
    size_t input_count;
    const tutela_update_options *update; /* its member `build` is `options`; NULL for a build */
} cli_making;

/*
 * What is the same for each: the output, limits, strictness. Answers an exit status, after a
 * message when it is not 0.
 */
int cli_making_options(const cli_args *args, tutela_build_options *options);
/* Make the set and say what its lists held, as the arguments ask. Answers an exit status. */
int cli_make_set(const cli_args *args, cli_making *making);

#endif
