/*
 * row: what a list reader hands to a set builder, one row at a time.
 */
#ifndef TT_HASHSETS_ROW_H
#define TT_HASHSETS_ROW_H

#include "base/status.h"
#include "digest/digest.h"

#include <stdint.h>

#define TT_SIZE_UNKNOWN UINT64_MAX

/*
 * One entry of a list. Strings are NUL-ended UTF-8, "" when absent and never NULL, borrowed for the
 * call: a row begins as TT_ROW_EMPTY.
 */
typedef struct tt_row {
    tt_digests digests;  /* at least one */
    uint64_t size;       /* bytes of the listed file, or TT_SIZE_UNKNOWN */
    const char *entry;   /* the owner's entry id */
    const char *scheme;  /* category scheme, "vics" */
    const char *value;   /* category value as the owner wrote it */
    uint64_t line;       /* line or record number, from 1 */
    uint32_t flags;      /* TUTELA_ENTRY_..., as the list states them; never guessed */
    uint32_t reserved;
    int64_t updated;     /* the entry's date, nanoseconds since 1970 UTC; 0 when not stated */
    const char *owner;   /* who put the entry on the list, where a list has several */
} tt_row;

/* Nothing stated, not even a digest. */
#define TT_ROW_EMPTY \
    ((tt_row){.size = TT_SIZE_UNKNOWN, .entry = "", .scheme = "", .value = "", .owner = ""})

/* Where rows go. Both are called from the reader's thread only. */
typedef struct tt_row_sink {
    /* Take a row; any status but TUTELA_OK ends the reading and is passed on. */
    tutela_status (*take)(void *user, const tt_row *row, tutela_error *error);
    /* A row that cannot be used. */
    void (*reject)(void *user, uint64_t line, tutela_reject reason);
    /*
     * Something the list holds that is no row: a fingerprint of a kind that cannot be matched, a
     * deleted entry. `what` is static: "PhotoDNA", "deleted entry". May be NULL.
     */
    void (*count)(void *user, const char *what);
    /*
     * The version the list states of itself, before the first row and at most once: NUL-ended,
     * clean UTF-8, not empty. May be NULL. Any status but TUTELA_OK ends the reading.
     */
    tutela_status (*version)(void *user, const char *text, tutela_error *error);
    void *user;
} tt_row_sink;

#endif
