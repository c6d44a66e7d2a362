/*
 * set: reads a compiled hash set (FORMAT.md): mapped, immutable, opened in constant time.
 *
 * A tt_set is shared. The file is hostile until proved otherwise: every offset and count is checked
 * at open or before use, and every page is checked against its checksum before its first use (all
 * pages at open when the set is small). A page that fails makes the call answer
 * TUTELA_SET_REFUSED, never a wrong "not found".
 */
#ifndef TT_HASHSETS_SET_H
#define TT_HASHSETS_SET_H

#include "base/status.h"
#include "digest/digest.h"
#include "hashsets/format.h"

#include <stdint.h>

typedef struct tt_set tt_set;

/*
 * Sets up to this size are checked whole when opened: about 2 ms with SHA instructions, a dozen in
 * plain C. Most sets of some ten thousand entries are, and then need no check at use.
 */
#define TT_SET_EAGER_BYTES (2u << 20)

/* One list in a set. Strings are borrowed from the set. */
typedef struct tt_set_list {
    const char *name;
    const char *version;
    tutela_polarity polarity;
    uint64_t entries;
} tt_set_list;

/* Who signed a set, and when. */
typedef struct tt_set_signature {
    uint8_t key[32];                /* the public key (ed25519.h) */
    uint8_t key_id[TT_KEY_ID_SIZE]; /* the first bytes of its SHA-256 */
    int64_t signed_at;              /* wall time, as the signer's clock had it */
} tt_set_signature;

/* One entry. Strings are borrowed from the set. */
typedef struct tt_set_entry {
    const tt_set_list *list;
    const char *id;     /* the owner's, or an opaque one: "#" and the entry's number */
    const char *scheme;
    const char *value;
    uint64_t size;      /* TT_SIZE_UNKNOWN when the list gives none */
    uint32_t mask;      /* which digests the list gives for it */
    uint32_t flags;     /* TUTELA_ENTRY_... */
    const char *owner;  /* "" when not stated */
    int64_t updated;    /* its date, nanoseconds since 1970 UTC; 0 when not stated */
    char opaque[24];    /* holds id when the owner gave none */
} tt_set_entry;

/* TUTELA_IO when it cannot be read, TUTELA_SET_REFUSED when it is no sound set. Thread: any. */
TT_MUST_USE tutela_status tt_set_open(tt_set **out, const char *path, tutela_error *error);
/*
 * The same for a set that may be sealed: the key in `key_file` is read only if it is. TUTELA_SET_REFUSED
 * when it is sealed and key_file is NULL or another key; the statuses of tt_seal_load.
 */
TT_MUST_USE tutela_status tt_set_open_sealed(tt_set **out, const char *path, const char *key_file,
                                             tutela_error *error);
/* One more holder. Returns set. Thread: any. */
tt_set *tt_set_keep(tt_set *set);
/* One holder less; the last one closes. NULL is fine. Thread: any. */
void tt_set_close(tt_set *set);

size_t tt_set_list_count(const tt_set *set);
const tt_set_list *tt_set_list_at(const tt_set *set, size_t index);
/* For qsort: lists as a set has them, by name, version, polarity; 0 for what is one list. */
int tt_set_list_order(const void *a, const void *b);
uint64_t tt_set_entry_count(const tt_set *set);
/* Digests of one algorithm in the set. */
uint64_t tt_set_digest_count(const tt_set *set, int algorithm);
/* Entries whose digest mask is exactly `mask` (0 to TT_DIGEST_ALL). */
uint64_t tt_set_mask_count(const tt_set *set, uint32_t mask);
uint64_t tt_set_file_bytes(const tt_set *set);
/* Wall time of making, or TT_TIME_UNKNOWN. */
int64_t tt_set_created(const tt_set *set);
/*
 * Wall time from which the set is not to be used, or TT_TIME_UNKNOWN: it does not expire. A delta
 * expires with the first of its layers, down to the newest that is signed: a signature renews.
 */
int64_t tt_set_expires(const tt_set *set);

/*
 * SHA-256 of page 0, TT_IDENTITY_SIZE bytes. Page 0 holds the digest of the checksums of the
 * checksums of all other pages, so that two sets of one identity are the same, byte for byte.
 * Borrowed.
 */
const uint8_t *tt_set_identity(const tt_set *set);

/* Its signature, which was verified when it was opened; NULL for an unsigned set. Borrowed. */
const tt_set_signature *tt_set_signed(const tt_set *set);
/* Which polarities the lists of this one file have: a mask of TUTELA_BIT(polarity). */
uint32_t tt_set_polarities(const tt_set *set);

/* The id of the key the set is sealed with, TT_KEY_ID_SIZE bytes; NULL for none. Borrowed. */
const uint8_t *tt_set_key_id(const tt_set *set);

/*
 * The fingerprints of one item's digests, kept from set to set: sets under one key share them, and
 * sealing is most of the work of a look-up. Zeroed before the first use. Single.
 */
typedef struct tt_prints {
    const struct tt_seal *seal; /* the key of those below */
    uint32_t mask;              /* algorithms done */
    uint32_t reserved;
    uint8_t value[TUTELA_ALGORITHM_COUNT][TT_KEY_SIZE];
} tt_prints;

/*
 * Make `prints` hold those of the digests that the set can be asked for. Always the same digests
 * until it is zeroed again; it must not outlive the set. Thread: any.
 */
void tt_set_prints(const tt_set *set, const tt_digests *digests, tt_prints *prints);
/* As tt_set_find, for a fingerprint made for this set. */
TT_MUST_USE tutela_status tt_set_find_print(const tt_set *set, int algorithm, const uint8_t *print,
                                            uint64_t *first, uint64_t *count, tutela_error *error);
/*
 * Look a digest up. *first and *count name the run of keys that equal it (count 0: not listed).
 * TUTELA_SET_REFUSED when a page is damaged. Thread: any.
 */
TT_MUST_USE tutela_status tt_set_find(const tt_set *set, int algorithm, const uint8_t *value,
                                      uint64_t *first, uint64_t *count, tutela_error *error);

/* A run of equal keys; count 0: not listed. */
typedef struct tt_set_run {
    uint64_t first;
    uint64_t count;
} tt_set_run;

/*
 * Look up `count` whole digests of one algorithm, the n-th at values + n * stride, into runs[n]: the
 * same answers as tt_set_find, but fingerprints are sealed side by side and the set's memory is asked for many at once, which on a set larger
 * than the processor's cache is several times as fast. Best with a hundred or more a call.
 * TUTELA_SET_REFUSED when a page is damaged; `runs` then holds nothing of use. Thread: any.
 */
TT_MUST_USE tutela_status tt_set_find_many(const tt_set *set, int algorithm, const uint8_t *values,
                                           size_t stride, size_t count, tt_set_run *runs,
                                           tutela_error *error);
/*
 * The same in two steps, for sets under one key: the fingerprints first, once, then look-ups of them
 * in one set after the other. Fingerprints of an unsealed set are its digests: `values` is answered
 * and *stride stays; else `room`, which has TT_KEY_SIZE bytes for each, and *stride is that. Thread:
 * any.
 */
const uint8_t *tt_set_prints_many(const tt_set *set, int algorithm, const uint8_t *values,
                                  size_t *stride, size_t count, uint8_t *room);
TT_MUST_USE tutela_status tt_set_find_prints(const tt_set *set, int algorithm,
                                             const uint8_t *prints, size_t stride, size_t count,
                                             tt_set_run *runs, tutela_error *error);
/* The entry number of the key at `position`, from tt_set_find. */
TT_MUST_USE tutela_status tt_set_entry_of(const tt_set *set, int algorithm, uint64_t position,
                                          uint64_t *number, tutela_error *error);
/* The entry with that number. */
TT_MUST_USE tutela_status tt_set_entry_at(const tt_set *set, uint64_t number, tt_set_entry *out,
                                          tutela_error *error);

/* How many entries of a list are of a category. Strings are borrowed from the set. */
typedef struct tt_set_category {
    size_t list; /* index, for tt_set_list_at */
    const char *scheme;
    const char *value;
    uint64_t entries;
} tt_set_category;

/*
 * Hand each category of each list to `take`, once, in the order of lists, schemes and values; a
 * status of its own but TUTELA_OK ends it and is passed on. Takes time for the categories, not for
 * the entries, but for those of other layers that are hidden. TUTELA_SET_REFUSED when they do not sum up to the lists. Thread: any.
 */
TT_MUST_USE tutela_status tt_set_categories(const tt_set *set,
                                            tutela_status (*take)(void *user,
                                                                  const tt_set_category *category,
                                                                  tutela_error *error),
                                            void *user, tutela_error *error);

/* Check every page. */
TT_MUST_USE tutela_status tt_set_check(const tt_set *set, tutela_error *error);

#endif
