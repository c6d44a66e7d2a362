/*
 * set_lint: what a command that reads lists says they held: to people on standard error and, with
 * --json, to programs on standard output.
 *
 * It names inputs, lists, categories, lines and reasons, and counts. What a row holds is never
 * shown, because a list is as confidential as what it describes.
 */
#ifndef TT_CLI_SET_LINT_H
#define TT_CLI_SET_LINT_H

#include "cli.h"

/* Lines of one kind shown to people; the rest is counted. */
#define LINT_SHOWN 20u
/* Records of one kind written for programs: more than that is no list with faults, but no list. */
#define LINT_REJECT_RECORDS 10000u
#define LINT_PAIR_RECORDS 1000u

/* Lines of a number and what it counts, the first LINT_SHOWN of `all`. */
typedef struct lint_table {
    char *left[LINT_SHOWN]; /* owned, as the texts */
    char *right[LINT_SHOWN];
    uint64_t all;
} lint_table;

/* Text that grows; `file` writes to `text`. */
typedef struct lint_text {
    FILE *file; /* NULL when nothing was written yet */
    char *text;
    size_t size;
    uint64_t records; /* left out beyond their limit, but counted */
} lint_text;

/* Zeroed, then cli_lint_begin. Single. */
typedef struct cli_lint {
    const char *const *inputs;  /* those to remove after those to add */
    const char *const *against; /* the names of the sets, as options->against has them */
    tutela_set *const *sets;    /* these */
    size_t against_count;
    size_t add_count;
    uint64_t to_remove; /* rows of inputs to remove, but for rejected ones */
    int update;         /* this is no new set, but one made of another */
    int json;
    lint_table rejects; /* "FILE: line 7: why", without a number */
    lint_table tallies;
    lint_table conflicts;
    lint_table overlaps;
    /* Elements of arrays, for --json. */
    lint_text inputs_json;
    lint_text conflicts_json;
    lint_text overlaps_json;
} cli_lint;

/*
 * Make the callbacks of `options` collect into `lint`, which must outlive the call and has its
 * inputs, update and json already; the rest is taken from there.
 */
void cli_lint_begin(cli_lint *lint, tutela_build_options *options);
/* Say it all, while the sets are open; `output` is the set's name. */
void cli_lint_end(cli_lint *lint, const tutela_build_report *report, const char *output);
void cli_lint_done(cli_lint *lint);

/* The half for programs, set_lint_json.c: a record at once, or an element of an array at the end. */
void cli_lint_json_reject(const cli_lint *lint, size_t input, uint64_t line, int32_t reason);
void cli_lint_json_input(cli_lint *lint, const tutela_build_input *input);
void cli_lint_json_conflict(cli_lint *lint, const tutela_build_conflict *conflict);
void cli_lint_json_overlap(cli_lint *lint, const tutela_build_overlap *overlap);
void cli_lint_json_whole(cli_lint *lint, const tutela_build_report *report, const char *output);

#endif
