/*
 * entry: one entry of a list, put together from fields of text.
 *
 * Every reader fills one of these and ends it; what is wrong with a field is remembered, and the
 * row is then rejected with the first fault met. Texts are copied, so fields may be borrowed.
 * Thread: single.
 */
#ifndef TT_HASHSETS_IMPORT_ENTRY_H
#define TT_HASHSETS_IMPORT_ENTRY_H

#include "hashsets/row.h"

/* Bytes of an entry id or a category: GUIDs and short grades; a set keeps one for each entry. */
#define TT_ENTRY_TEXT_MAX 255u

#define TT_ENTRY_FINE (-1) /* no fault; else a tutela_reject */

typedef struct tt_entry {
    tt_row row;
    int fault;
    char id[TT_ENTRY_TEXT_MAX + 1];
    char scheme[TT_ENTRY_TEXT_MAX + 1];
    char value[TT_ENTRY_TEXT_MAX + 1];
} tt_entry;

/* Begin anew: no digest, size unknown, texts empty. `line` is the row's number from 1. */
void tt_entry_begin(tt_entry *entry, uint64_t line);
/* Remember what is wrong with the row, unless something already is. */
void tt_entry_fault(tt_entry *entry, tutela_reject reason);
/* A digest in hex; `algorithm` -1: by its width. An empty field is no digest and no fault. */
void tt_entry_digest(tt_entry *entry, int algorithm, const char *text, size_t size);
/* A size in bytes, decimal. An empty field leaves it unknown. */
void tt_entry_size(tt_entry *entry, const char *text, size_t size);
/* Set one of id, scheme and value: `field` points to it. */
void tt_entry_text(tt_entry *entry, char field[TT_ENTRY_TEXT_MAX + 1], const char *text,
                   size_t size);
/* Hand it to the sink, or reject it. Whatever sink->take answers. */
TT_MUST_USE tutela_status tt_entry_end(tt_entry *entry, const tt_row_sink *sink,
                                       tutela_error *error);

/* Cut spaces and tabs off both ends. */
void tt_trim(const char **text, size_t *size);
/* 1 when a line holds nothing but white space. */
int tt_blank(const char *text, size_t size);

#endif
