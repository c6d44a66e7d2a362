/*
 * words: what the formats have in common: numbers, paths on one line, plain explanations.
 *
 * Explanations are written for a reader in court as much as for an engineer: they say what was
 * observed, never what it means for a person. Thread: any, but for the functions that take a
 * report, which are single.
 */
#ifndef TT_REPORT_WORDS_H
#define TT_REPORT_WORDS_H

#include "report/report.h"

/* Between the parts of a chain on one line: "a.zip :: b/c.jpg". */
#define TT_REPORT_INSIDE " :: "

/* "12,345,678" into 32 bytes at out; returns out. */
const char *tt_report_number(uint64_t number, char out[32]);

/* "one thing" or "many things" by the number. */
const char *tt_report_plural(uint64_t number, const char *one, const char *many);

/* 1 when the item meets a known-bad list, whatever its status; a mention does not. */
int tt_report_is_match(const tutela_finding *finding);

/* How many items have a status that leaves a run incomplete. */
uint64_t tt_report_incomplete(const tutela_summary *summary);

/* Nanoseconds as "12.345" seconds into 32 bytes at out; returns out. */
const char *tt_report_seconds(int64_t duration, char out[32]);

/* Nanoseconds as "12.345 s" or, from a minute on, "1 h 02 min 03 s" into 48 bytes at out. */
const char *tt_report_duration(int64_t duration, char out[48]);

/*
 * The display form (base/text.h) of `size` bytes, in the report's scratch: good until the next
 * such call. When there is no memory the form is cut, and the report fails after this call.
 */
const tt_buf *tt_report_display(tt_report *report, const char *data, size_t size);

/* The same of a whole chain, its parts joined by TT_REPORT_INSIDE. */
const tt_buf *tt_report_path(tt_report *report, const tutela_finding *finding);

/* "deleted" and the like, or NULL for a file as any other. Static. */
const char *tt_report_origin(const tutela_finding *finding);

/* Bytes that are enough for tt_report_coverage. */
#define TT_REPORT_COVERAGE 192

/*
 * TUTELA_COVER_COUNT numbers in words: "61.2 % examined (1.3 GB), 38.8 % excluded (0.8 GB)"; what is nothing
 * is left out, and what is something is never 0 %. Into `out`; returns out.
 */
const char *tt_report_coverage(const uint64_t *coverage, char out[TT_REPORT_COVERAGE]);

/* What a status means in a few words, to stand beside a count; "" for an unknown number. Static. */
const char *tt_report_status_words(int32_t status);

/* What a status means, as a sentence; "" for an unknown number. Static. */
const char *tt_report_status_meaning(int32_t status);

/* What a grade rests on, as a sentence; "" for none and unknown numbers. Static. */
const char *tt_report_grade_meaning(int32_t grade);

/* Bytes that are enough for tt_report_entry_words. */
#define TT_REPORT_ENTRY_WORDS 192

/*
 * What a list says of an entry, beside category and owner: its date and the words of its flags, apart
 * by "; ", empty when it says nothing. Not that it is self-generated: that stands by itself, see
 * tt_report_entry_care. Into `out`; returns out.
 */
const char *tt_report_entry_words(const tutela_match *match, char out[TT_REPORT_ENTRY_WORDS]);

/* What whoever works with this entry must be told; NULL for most. Static. */
const char *tt_report_entry_care(const tutela_match *match);

/* The sentence that stands in every report for people. */
extern const char tt_report_indicator[];

#endif
