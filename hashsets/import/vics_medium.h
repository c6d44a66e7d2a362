/*
 * vics_medium: one medium of a VICS list: its fields as they stood in the file, and the entry they
 * make. Where media lie in the file is the business of vics.c. Thread: single.
 */
#ifndef TT_HASHSETS_IMPORT_VICS_MEDIUM_H
#define TT_HASHSETS_IMPORT_VICS_MEDIUM_H

#include "hashsets/import/draft.h"
#include "hashsets/import/json.h"

/* A field longer than this is too long for whatever it is meant to be. */
#define TT_VICS_FIELD_MAX (TT_DRAFT_TEXT_MAX + 1u)

/* What a field's value was. */
typedef enum tt_vics_state {
    TT_VICS_NONE, /* absent, null or empty */
    TT_VICS_TEXT,
    TT_VICS_NUMBER,
    TT_VICS_BOOLEAN, /* text: "true" or "false" */
    TT_VICS_WRONG    /* a map or an array */
} tt_vics_state;

/* A field as it stood in the file, cut to TT_VICS_FIELD_MAX bytes. */
typedef struct tt_vics_field {
    tt_vics_state state;
    size_t size;
    char text[TT_VICS_FIELD_MAX];
} tt_vics_field;

/* The fields that are looked at, in the order of their keys in vics_medium.c. */
enum {
    TT_VICS_ID,
    TT_VICS_CATEGORY,
    TT_VICS_MD5,
    TT_VICS_SHA1,
    TT_VICS_SIZE,
    TT_VICS_PHOTODNA,
    TT_VICS_UPDATED,
    TT_VICS_VICTIM, /* from here on: flags */
    TT_VICS_OFFENDER,
    TT_VICS_DISTRIBUTED,
    TT_VICS_SELF_GENERATED,
    TT_VICS_FIELDS
};

typedef struct tt_vics_medium {
    tt_vics_field fields[TT_VICS_FIELDS];
    tt_vics_field other[TUTELA_ALGORITHM_COUNT]; /* from AlternativeHashes, by algorithm */
    int other_photodna; /* AlternativeHashes held a PhotoDNA */
    int other_wrong;    /* AlternativeHashes was no array of maps */
    int is_case;        /* has a key that only cases have */
} tt_vics_medium;

/* Begin a medium anew. */
void tt_vics_forget(tt_vics_medium *medium);
/* Begin its AlternativeHashes anew. */
void tt_vics_forget_others(tt_vics_medium *medium);
/* Put a value that is no map or array into a field. */
void tt_vics_store(tt_vics_field *field, tt_json_kind kind, const char *text, size_t size);
/* The field of a key, or NULL when it is none that is looked at. */
tt_vics_field *tt_vics_field_of(tt_vics_medium *medium, const char *key, size_t size);
/* An element of AlternativeHashes is whole. Names of algorithms not known pass. */
void tt_vics_other(tt_vics_medium *medium, const tt_vics_field *name, const tt_vics_field *value);
/* 1 when an element of "value" is a case and not a medium: a digest always makes it one. */
int tt_vics_only_case(const tt_vics_medium *medium);
/* 1 when it has MediaID 0 and Category 8, as media have in NIST's CAID lists of harmless files. */
int tt_vics_like_caid(const tt_vics_medium *medium);
/* The medium is whole: make it an entry, the `record`-th. Whatever sink->take answers. */
TT_MUST_USE tutela_status tt_vics_end(const tt_vics_medium *medium, uint64_t record,
                                      const char *scheme, const tt_row_sink *sink,
                                      tutela_error *error);

#endif
