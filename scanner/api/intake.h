/*
 * intake: reads lists into a build and keeps account of what they hold; for every call that does.
 */
#ifndef TT_API_INTAKE_H
#define TT_API_INTAKE_H

#include "hashsets/build.h"
#include "hashsets/overlap.h"

/* Kinds of things told apart in one input; readers know fewer. */
#define TT_INTAKE_KINDS 32u

/* Zeroed but for the first part, which is borrowed. Single; tt_intake_done frees what it owns. */
typedef struct tt_intake {
    const tutela_build_options *options; /* checked */
    const char *before; /* the version of a list that neither states one nor is given one */
    /* Takes the rows of tt_intake_read_others, which no build gets. */
    tutela_status (*take)(void *taker, const tt_row *row, tutela_error *error);
    void *taker;

    tt_build *build;     /* gets the rows; owned, as the next */
    tt_overlap *overlap; /* sees them too, unless NULL */
    uint64_t rows;       /* of all inputs, as the next */
    uint64_t rejected[TUTELA_REJECT_COUNT];
    tutela_build_input now; /* the input being read */
    const char *path;       /* of it */
    char *stated;           /* the version it states; owned */
    int other;              /* its rows are for `take` */
    int told;               /* on_format was called for it */
    int listed;             /* the build knows the list that its rows belong to */
    tutela_build_tally tallies[TT_INTAKE_KINDS];
} tt_intake;

/* What every call that reads lists asks of these options; `command` is for messages. */
TT_MUST_USE tutela_status tt_intake_check(const tutela_build_options *options, const char *command,
                                          tutela_error *error);

/*
 * Make the build, sealed with `seal` (NULL: not at all; borrowed until tt_intake_done), which sorts
 * in a share of the memory of the options: the whole for 1, half of it for 2. Statuses of
 * tt_build_new and tt_overlap_new.
 */
TT_MUST_USE tutela_status tt_intake_begin(tt_intake *intake, const tt_seal *seal, unsigned share,
                                          tutela_error *error);
/* What the options have for sorting, or the default. */
uint64_t tt_intake_memory(const tutela_build_options *options, unsigned share);
/*
 * Read the inputs of the options to their ends, into the build. Statuses of tt_import_file,
 * tt_build_add and tt_overlap_add.
 */
TT_MUST_USE tutela_status tt_intake_read(tt_intake *intake, tutela_error *error);
/* The same for these inputs, numbered after those of the options, and with intake->take. */
TT_MUST_USE tutela_status tt_intake_read_others(tt_intake *intake, const char *const *paths,
                                                size_t count, tutela_error *error);
/* Rows that were not rejected so far. */
uint64_t tt_intake_usable(const tt_intake *intake);

/*
 * Compile, and unless a row is in the way of it put the set in place; `status` is what came of the
 * reading, and passed on when it is a failure. `report` gets what the build and the intake know,
 * and callbacks of the options hear of conflicts and overlaps. TUTELA_SET_REFUSED when a row was
 * rejected and options->strict is set; statuses of tt_build_finish.
 */
TT_MUST_USE tutela_status tt_intake_finish(tt_intake *intake, tutela_status status,
                                           tutela_build_report *report, tutela_error *error);
void tt_intake_done(tt_intake *intake);

/*
 * Give the caller the report, if there is one to be had: `status` is what the call comes to, and
 * so does this one.
 */
TT_MUST_USE tutela_status tt_intake_answer(tutela_build_report *to, const tutela_build_report *from,
                                           tutela_status status, tutela_error *error);

#endif
