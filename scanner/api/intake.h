/*
 * intake: reads lists into a build and keeps account of what they hold; for every call that does.
 */
#ifndef TT_API_INTAKE_H
#define TT_API_INTAKE_H

#include "hashsets/build.h"
#include "hashsets/overlap.h"

/* Kinds of things told apart in one input; readers know fewer. */
#define TT_INTAKE_KINDS 32u

/* Zeroed but for the first part, which is borrowed. Single. */
typedef struct tt_intake {
    const char *const *inputs;
    size_t input_count;
    const char *list;    /* NULL: each input's file name */
    const char *version; /* NULL: what the list itself states, or none */
    const char *csv_map; /* as in tutela_build_options */
    tutela_polarity polarity;
    int reserved;
    /* As in tutela_build_options; each may be NULL. */
    void (*on_reject)(void *user, size_t input, uint64_t line, int32_t reason);
    void (*on_format)(void *user, size_t input, const char *format);
    void (*on_version)(void *user, size_t input, const char *text);
    void (*on_input)(void *user, const tutela_build_input *input);
    void *user;
    tt_build *build;     /* gets the rows */
    tt_overlap *overlap; /* sees them too, unless NULL */

    uint64_t rows; /* of all inputs, as the next */
    uint64_t rejected[TUTELA_REJECT_COUNT];
    tutela_build_input now; /* the input being read */
    char *stated; /* the version it states; owned */
    int told;     /* on_format was called for it */
    int listed;   /* the build knows the list that its rows belong to */
    tutela_build_tally tallies[TT_INTAKE_KINDS];
} tt_intake;

/* Read all inputs to their ends. Statuses of tt_import_file, tt_build_add and tt_overlap_add. */
TT_MUST_USE tutela_status tt_intake_read(tt_intake *intake, tutela_error *error);
/* Rows rejected so far. */
uint64_t tt_intake_rejects(const tt_intake *intake);

/*
 * Fill what of a report the build's counts and the intake know, and call what wants to know about
 * conflicts and overlaps; either callback may be NULL. After tt_build_finish.
 */
void tt_intake_report(const tt_intake *intake, const tt_build_counts *counts,
                      tutela_build_report *report);
void tt_intake_tell(const tt_intake *intake,
                    void (*on_conflict)(void *user, const tutela_build_conflict *conflict),
                    void (*on_overlap)(void *user, const tutela_build_overlap *overlap));

#endif
