/*
 * draft: one entry of a list, put together from fields of text.
 *
 * Every reader fills one of these and ends it; what is wrong with a field is remembered, and the
 * row is then rejected with the first fault met. Texts are copied, so fields may be borrowed.
 * Thread: single.
 */
#ifndef TT_HASHSETS_IMPORT_DRAFT_H
#define TT_HASHSETS_IMPORT_DRAFT_H

#include "hashsets/row.h"

/* Bytes of an entry id or a category: GUIDs and short grades; a set keeps one for each entry. */
#define TT_DRAFT_TEXT_MAX 255u

#define TT_DRAFT_FINE (-1) /* no fault; else a tutela_reject */

typedef struct tt_draft {
    tt_row row;
    int fault;
    int odd_date;  /* it had a date that cannot be read */
    int odd_owner; /* ... an owner that cannot be kept */
    char id[TT_DRAFT_TEXT_MAX + 1];
    char scheme[TT_DRAFT_TEXT_MAX + 1];
    char value[TT_DRAFT_TEXT_MAX + 1];
    char owner[TT_DRAFT_TEXT_MAX + 1];
} tt_draft;

/* Counted for an owner that is too long or no text: the entry goes without. */
#define TT_DRAFT_ODD_OWNER "owner that cannot be kept"

/*
 * Begin anew: no digest, size unknown, texts empty, no flags, no date. `line` is the row's number
 * from 1.
 */
void tt_draft_begin(tt_draft *entry, uint64_t line);
/* Remember what is wrong with the row, unless something already is. */
void tt_draft_fault(tt_draft *entry, tutela_reject reason);
/* A digest in hex; `algorithm` -1: by its width. An empty field is no digest and no fault. */
void tt_draft_digest(tt_draft *entry, int algorithm, const char *text, size_t size);
/* A size in bytes, decimal. An empty field leaves it unknown. */
void tt_draft_size(tt_draft *entry, const char *text, size_t size);
/* Set one of id, scheme and value: `field` points to it. */
void tt_draft_text(tt_draft *entry, char field[TT_DRAFT_TEXT_MAX + 1], const char *text,
                   size_t size);
/* Set a TUTELA_ENTRY_... flag when the text says yes. All else leaves it: flags are never guessed. */
void tt_draft_flag(tt_draft *entry, uint32_t flag, const char *text, size_t size);
/*
 * The entry's date (see date.h). An empty field leaves it unstated. One that cannot be read does
 * too, and is counted when the entry ends: it must not cost a digest.
 */
void tt_draft_date(tt_draft *entry, const char *text, size_t size);
/* Who owns the entry. One that cannot be kept is counted likewise. */
void tt_draft_owner(tt_draft *entry, const char *text, size_t size);
/* Hand it to the sink, or reject it. Whatever sink->take answers. */
TT_MUST_USE tutela_status tt_draft_end(tt_draft *entry, const tt_row_sink *sink,
                                       tutela_error *error);

/* Count something that is no row, if the sink wants to know. `what` is static. */
void tt_sink_count(const tt_row_sink *sink, const char *what);
/*
 * The list's own version, white space at its ends cut off; one that is empty, too long or not clean
 * is counted instead. To be called before the first row. Whatever sink->version answers.
 */
TT_MUST_USE tutela_status tt_sink_version(const tt_row_sink *sink, const char *text, size_t size,
                                          tutela_error *error);
/* 1 when a NUL-ended text can be shown anywhere as it is. */
int tt_is_clean(const char *text);

/* 1 when a field says yes: 1, true, yes, y or x, in either case. */
int tt_says_yes(const char *text, size_t size);
/* Cut spaces and tabs off both ends. */
void tt_trim(const char **text, size_t *size);
/* 1 when a line holds nothing but white space. */
int tt_blank(const char *text, size_t size);

#endif
