/*
 * scan: what the files of the command `scan` share.
 *
 *   scan_plan     arguments -> what is to be done, all contradictions found
 *   scan          sets, scanner, one run, exit status
 *   scan_tree     files and folders          scan_stream    standard input
 *   scan_outputs  the reports of the run     files_from     targets from a file
 *   passwords     those of --password-file     resume         the report of --resume
 */
#ifndef TT_CLI_SCAN_H
#define TT_CLI_SCAN_H

#include "cli.h"
#include "files_from.h"
#include "passwords.h"
#include "progress.h"
#include "resume.h"

#define SCAN_OUTPUTS_MAX 2

/* What the operator asked for. Strings are borrowed from the arguments. */
typedef struct scan_plan {
    const cli_args *args;
    int stream;         /* the target is standard input */
    const char *format; /* NULL: no report to `output` */
    const char *output; /* NULL: standard output */
    const char *html;   /* NULL: none */
    const char *spool_folder;
    int inventory;
    int reproducible;
    int progress;
    int colour;
    uint32_t digests;
    tutela_open_options open;
} scan_plan;

/* One report and where it goes. */
typedef struct scan_output {
    tutela_report *report;
    const char *format;
    const char *path; /* what messages call it */
    int fd;           /* -1: not open */
} scan_output;

typedef struct scan_outputs {
    scan_output each[SCAN_OUTPUTS_MAX];
    size_t count;
    int failed; /* one of them took a finding no more */
} scan_outputs;

/* One run. */
typedef struct scan_run {
    scan_plan plan;
    const char **set_paths;
    tutela_set **sets;
    size_t set_count;
    tutela_scanner *scanner;
    tutela_control *control;
    const char **exclude;
    files_from from; /* fd -1 without --files-from */
    cli_passwords passwords;
    cli_resume resume;
    const char *const *targets; /* the operands, or what is gone on with */
    size_t target_count;
    scan_outputs outputs;
    cli_progress progress;
    tutela_summary summary;
    tutela_error error; /* the first failure */
} scan_run;

/* CLI_EXIT_OK with *plan filled, or says what is wrong and answers the exit status. */
int scan_plan_make(scan_plan *plan, const cli_args *args);
/* Whether no report would be written over a file of the set. CLI_EXIT_OK, or says which. */
int scan_plan_spare(const scan_plan *plan, const tutela_set *set);
/* And over none of these. */
int scan_plan_spare_targets(const scan_plan *plan, const char *const *targets, size_t count);

/* Open what the plan names and write the heads. CLI_EXIT_OK, or says why not. */
int scan_outputs_open(scan_run *scan);
/* TUTELA_RECORD with scan->error filled when one cannot be written. */
TUTELA_MUST_USE tutela_status scan_outputs_add(scan_run *scan, const tutela_finding *finding);
TUTELA_MUST_USE tutela_status scan_outputs_end(scan_run *scan);
/* Close all; what was not ended stays as it is. CLI_EXIT_OK, or says why not. */
int scan_outputs_close(scan_run *scan);

/*
 * Do the work: every finding goes to scan_outputs_add, and scan->summary is filled. TUTELA_OK, or
 * TUTELA_CANCELLED after a signal; else scan->error says why.
 */
TUTELA_MUST_USE tutela_status scan_tree(scan_run *scan);
TUTELA_MUST_USE tutela_status scan_stream(scan_run *scan);

#endif
