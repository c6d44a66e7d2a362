/*
 * names: the lists, records and strings of a set being built.
 *
 * A record is what many entries share: a list, a category, an owner, flags. Records are numbered as
 * they come; once all are known they are ranked by their text, so that the file does not depend on
 * the order of the input.
 */
#ifndef TT_HASHSETS_NAMES_H
#define TT_HASHSETS_NAMES_H

#include "hashsets/writer.h"

/* Single. */
typedef struct tt_names tt_names;

/* Owned: tt_names_free. */
TT_MUST_USE tutela_status tt_names_new(tt_names **out, tutela_error *error);
void tt_names_free(tt_names *names);

/*
 * The number of a list; the same again for the same name, version and polarity. Strings are
 * copied. TUTELA_ARGUMENT when a string cannot be stored.
 */
TT_MUST_USE tutela_status tt_names_list(tt_names *names, const char *name, const char *version,
                                        tutela_polarity polarity, uint32_t *out,
                                        tutela_error *error);
/* What a record is made of. Strings are borrowed for the call. */
typedef struct tt_names_key {
    const char *scheme;
    const char *value;
    const char *owner;
    uint32_t list;
    uint32_t flags; /* within TT_ENTRY_FLAGS */
} tt_names_key;

/*
 * The number of the record; the same again for an equal key. TUTELA_ARGUMENT for an unknown flag or
 * a string that cannot be stored; TUTELA_LIST_UNUSABLE when there are more than TT_RECORDS_MAX of
 * them: what was taken for a category or an owner is none.
 */
TT_MUST_USE tutela_status tt_names_record(tt_names *names, const tt_names_key *key, uint32_t *out,
                                          tutela_error *error);
/* TUTELA_ARGUMENT unless `text` is UTF-8 of at most TT_STRING_MAX bytes. `what` it is called. */
TT_MUST_USE tutela_status tt_names_check(const char *text, const char *what, tutela_error *error);

/* No more lists and records: rank them. */
TT_MUST_USE tutela_status tt_names_settle(tt_names *names, tutela_error *error);
/* A record's rank. After tt_names_settle only, as the rest. */
uint32_t tt_names_rank(const tt_names *names, uint32_t record);
/* What a record says. Strings belong to the names. */
typedef struct tt_names_text {
    const char *list;
    const char *version;
    const char *scheme;
    const char *value;
    uint32_t list_rank;
    uint32_t reserved;
} tt_names_text;

size_t tt_names_records(const tt_names *names);
/* The record of that rank, below tt_names_records. Ranked by list, scheme, value, then the rest. */
void tt_names_text_of(const tt_names *names, uint32_t rank, tt_names_text *out);
/* One more entry of the record and of its list. */
void tt_names_count(tt_names *names, uint32_t record);
/* Write the sections LISTS, STRINGS and RECORDS. */
TT_MUST_USE tutela_status tt_names_write(const tt_names *names, tt_writer *writer,
                                         tutela_error *error);

#endif
