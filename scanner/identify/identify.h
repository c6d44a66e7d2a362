/*
 * identify: what a file is, from its first bytes.
 *
 * Two ways: signatures, in one Hyperscan database, and a test for text, cheap enough for every file;
 * and libmagic, dear, for findings and where a rule needs to know what they do not. Only the MIME type is
 * ever taken from libmagic: its prose quotes the content. It is a parser of bytes that nobody has seen
 * before, and so only tutela-worker is linked with it: whoever holds hash sets asks that (engine/typist.h).
 */
#ifndef TT_IDENTIFY_IDENTIFY_H
#define TT_IDENTIFY_IDENTIFY_H

#include "base/status.h"

#include <stddef.h>

/* Bytes from the start of an item that are looked at: enough for ISO 9660's mark at 32769. */
#define TT_IDENTIFY_HEAD 36864u

typedef struct tt_type {
    const char *mime; /* "image/jpeg"; static, or owned by the tt_identify that answered */
    tutela_type type;
} tt_type;

/* The signatures, compiled when first needed: most scans find nothing and need none. Shared. */
typedef struct tt_signatures tt_signatures;
/* Scratch memory and, in tutela-worker, a libmagic handle, each made when first needed. Single. */
typedef struct tt_identify tt_identify;

/* Compiles nothing. TUTELA_UNAVAILABLE, with advice, on a processor that cannot; TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_signatures_new(tt_signatures **out, tutela_error *error);
void tt_signatures_free(tt_signatures *signatures);

/*
 * Compile them unless that is done: some milliseconds, during which others who ask wait. What follows
 * does so by itself; who knows beforehand learns here whether it can be done. TUTELA_MEMORY, and the
 * next one to ask tries again; TUTELA_UNAVAILABLE, then the same to all who ask. Thread: any.
 */
TT_MUST_USE tutela_status tt_signatures_ready(tt_signatures *signatures, tutela_error *error);

/* The caller owns *out: tt_identify_free, before the signatures. */
TT_MUST_USE tutela_status tt_identify_new(tt_identify **out, tt_signatures *signatures,
                                          tutela_error *error);
void tt_identify_free(tt_identify *identify);

/*
 * By signature, or as text where none fits: "text/plain". *known is 0 when it is neither, and *out
 * is "application/octet-stream"; else 1. "inode/x-empty" for no bytes.
 * `head` is the item's first min(size, TT_IDENTIFY_HEAD) bytes. out->mime is static.
 * Fails as tt_signatures_ready; *out and *known are then untouched.
 */
TT_MUST_USE tutela_status tt_identify_fast(tt_identify *identify, const void *head, size_t size,
                                           tt_type *out, int *known, tutela_error *error);

/* What an answer without libmagic is worth. */
typedef enum tt_known {
    TT_KNOWN_NOT,          /* none: "application/octet-stream" */
    TT_KNOWN_AS_TEXT,      /* "text/plain"; libmagic may know which */
    TT_KNOWN_BY_SIGNATURE, /* by one that leaves things open; libmagic may know better */
    TT_KNOWN_SURELY        /* libmagic would change nothing */
} tt_known;

/* As tt_identify_fast, with what that is worth. */
TT_MUST_USE tutela_status tt_identify_near(tt_identify *identify, const void *head, size_t size,
                                           tt_type *out, tt_known *known, tutela_error *error);

/*
 * *out: 1 when they begin raw space: what is neither text nor of a type that a signature knows, or a disk that may
 * have lost what it was known by; else 0. As tt_identify_near, which see.
 */
TT_MUST_USE tutela_status tt_identify_raw(tt_identify *identify, const void *head, size_t size, int *out,
                                          tutela_error *error);

/*
 * In tutela-worker only. By both: a sure signature first, so that the type does not change between the fast answer and the
 * record; else libmagic's, unless that is vague ("application/octet-stream", "text/plain"); else a
 * weak signature's. Always answers: "application/octet-stream" when neither knows, "inode/x-empty"
 * for no bytes. TUTELA_UNAVAILABLE, with advice, when libmagic's database cannot be loaded.
 * out->mime is borrowed until the next call on `identify`.
 */
TT_MUST_USE tutela_status tt_identify_full(tt_identify *identify, const void *head, size_t size,
                                           tt_type *out, tutela_error *error);

/* The class of a MIME type. Thread: any. */
tutela_type tt_type_of_mime(const char *mime);

/*
 * 1 when the name's extension belongs to types that the MIME type is not one of. A name with no
 * extension, or with one that is in no table, contradicts nothing. Thread: any.
 */
int tt_type_mismatch(const char *name, size_t name_size, const char *mime);

/* The library's version, for `version -v`. Static. */
const char *tt_identify_hyperscan_version(void);

#endif
