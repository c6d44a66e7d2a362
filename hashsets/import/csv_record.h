/*
 * csv_record: cuts a CSV file into records and fields (RFC 4180).
 *
 * A quoted field may hold the delimiter, line ends and doubled quotes. A stray quote must not
 * swallow the rows behind it: a record that turns out broken costs its first line only, and the
 * reading goes on with the next line. Thread: single.
 */
#ifndef TT_HASHSETS_IMPORT_CSV_RECORD_H
#define TT_HASHSETS_IMPORT_CSV_RECORD_H

#include "hashsets/import/input.h"

#include "base/buf.h"

/* Fields behind these are not looked at. The widest export known has about 100 columns. */
#define TT_CSV_FIELDS_MAX 256u
/* A record over more lines is taken for a stray quote; also bounds the work of reading on. */
#define TT_CSV_LINES_MAX 256u

/* Borrowed until the next record. Quotes around it are cut off, doubled ones inside are not. */
typedef struct tt_csv_field {
    const char *text;
    size_t size;
} tt_csv_field;

typedef struct tt_csv {
    tt_input *input;
    const tt_row_sink *sink; /* broken records are rejected right here */
    char delimiter;
    tt_buf held;        /* lines read ahead, each with its LF */
    size_t at;          /* where in `held` the next record begins */
    uint64_t held_line; /* the number of the line there */
    uint64_t line;      /* where the present record begins, from 1 */
    size_t count;
    tt_csv_field fields[TT_CSV_FIELDS_MAX];
} tt_csv;

void tt_csv_init(tt_csv *csv, tt_input *input, char delimiter, const tt_row_sink *sink);
void tt_csv_done(tt_csv *csv);

/* The next record that is not blank: *more is 1, or 0 at the end. TUTELA_IO, TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_csv_next(tt_csv *csv, int *more, tutela_error *error);

/* Cut one record into at most `room` fields; returns how many. It must be sound. */
size_t tt_csv_split(const char *text, size_t size, char delimiter, tt_csv_field *fields,
                    size_t room);

#endif
