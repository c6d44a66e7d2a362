/*
 * tutela.h - find files that are already known.
 *
 * This header reads from top to bottom as a tutorial (it reads better whole: one file to install,
 * one page to learn from):
 *
 *   1. version, status, errors      what every call answers
 *   2. words                        algorithms, statuses, grades, types
 *   3. findings                     what a scan says about one item
 *   4. hash sets                    build, open, ask
 *   5. scanner                      the shared, immutable object
 *   6. checking                     a buffer, a stream
 *   7. scanning                     trees, with a callback per finding
 *   8. reports                      text, JSON Lines, CSV, HTML
 *   9. training data                a synthetic tree and its lists
 *  10. self-test                    whether this build works right on this machine
 *
 * The shortest complete program:
 *
 *   tutela_set *set = NULL;
 *   tutela_scanner *scanner = NULL;
 *   tutela_error error;
 *   const char *targets[] = { "/srv/uploads" };
 *   tutela_set_options sealed = { .size = sizeof sealed, .key_file = "known.key" };
 *   tutela_scan_options options = { .size = sizeof options,
 *                                   .targets = targets, .target_count = 1,
 *                                   .on_finding = print_it };
 *   tutela_summary summary = { .size = sizeof summary };
 *
 *   if (tutela_set_open(&set, "known.tset", &sealed, &error) == TUTELA_OK
 *       && tutela_scanner_new(&scanner, &set, 1, NULL, &error) == TUTELA_OK
 *       && tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK)
 *           return summary.exit_status;
 *
 * Rules that hold everywhere:
 *
 * - Every call that can fail returns a tutela_status that must be looked at. Outputs are untouched
 *   when it is not TUTELA_OK. Detail goes into the caller's tutela_error, which may be NULL.
 * - Options structs begin with their own size; a member left zero means the default.
 * - A returned pointer to const is borrowed; what it belongs to is said beside it.
 * - Thread words: "shared" objects are immutable after creation and may be used by any number of
 *   threads; "single" objects belong to one thread at a time; "any" calls may come from any thread
 *   at any time.
 * - The library never prints, exits, forks or installs a signal handler; it starts tutela-worker, and
 *   nothing else, when containers are to be opened. It reads one environment variable, TUTELA_CPU,
 *   which may only lower the choice of digest kernel.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TUTELA_H
#define TUTELA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TUTELA_API __attribute__((visibility("default")))
#define TUTELA_MUST_USE __attribute__((warn_unused_result))
#else
#define TUTELA_API
#define TUTELA_MUST_USE
#endif

/* ---- 1. Version, status, errors ---------------------------------------------------------- */

#define TUTELA_VERSION_MAJOR 0
#define TUTELA_VERSION_MINOR 1
#define TUTELA_VERSION_PATCH 0

/* Every status with its frozen number and its text. */
#define TUTELA_STATUS_MAP(X)                                             \
    X(OK, 0, "ok")                                                       \
    X(ARGUMENT, -1, "invalid argument")                                  \
    X(MEMORY, -2, "out of memory")                                       \
    X(IO, -3, "input or output failed")                                  \
    X(SET_REFUSED, -4, "hash set refused")                               \
    X(LIST_UNUSABLE, -5, "list cannot be used")                          \
    X(RECORD, -6, "results could not be recorded")                       \
    X(CANCELLED, -7, "cancelled")                                        \
    X(STATE, -8, "called in the wrong order")                            \
    X(UNAVAILABLE, -9, "not available in this build or on this machine") \
    X(UNSOUND, -10, "the self-test failed: rely on no result")

typedef enum tutela_status {
#define X(name, number, text) TUTELA_##name = (number),
    TUTELA_STATUS_MAP(X)
#undef X
} tutela_status;

#define TUTELA_NO_OFFSET UINT64_MAX

/*
 * What went wrong, in the caller's memory: no allocation, so it works when there is none.
 * `text` reads "what: why", `advice` is one line of what to do; both are printable UTF-8 and never
 * hold a digest or any other content of a list.
 */
typedef struct tutela_error {
    int32_t status;    /* a tutela_status */
    int32_t os_error;  /* errno, or 0 */
    uint64_t offset;   /* byte offset or line number, or TUTELA_NO_OFFSET */
    char text[320];
    char advice[192];
} tutela_error;

/* The version as "major.minor.patch". Static. Thread: any. */
TUTELA_API const char *tutela_version(void);

/* The text of a status; for an unknown number, "unknown status". Static. Thread: any. */
TUTELA_API const char *tutela_status_text(int32_t status);

/* One part of the build: a library, a kernel, a protection, and whether it is in use. */
typedef struct tutela_component {
    const char *name;    /* "hyperscan", "digest:md5", ... */
    const char *version; /* its version, or the choice made */
    const char *note;    /* one line, may be empty */
} tutela_component;

/*
 * The index-th part of the build, as `tutela version -v` prints them.
 * Returns 0 when `index` is past the last one, else 1 with *out filled with static strings. For the
 * part "sandbox" tutela-worker is started once, which alone knows what this machine has. Thread: any.
 */
TUTELA_API int tutela_component_at(size_t index, tutela_component *out);

/* ---- 2. Words ---------------------------------------------------------------------------- */

/* Digest algorithms. The numbers are frozen; sets store them. */
#define TUTELA_ALGORITHM_MAP(X) \
    X(MD5, 0, "md5", 16)        \
    X(SHA1, 1, "sha1", 20)      \
    X(SHA256, 2, "sha256", 32)  \
    X(SHA512, 3, "sha512", 64)

typedef enum tutela_algorithm {
#define X(name, number, text, bytes) TUTELA_##name = (number),
    TUTELA_ALGORITHM_MAP(X)
#undef X
    TUTELA_ALGORITHM_COUNT = 4
} tutela_algorithm;

#define TUTELA_DIGEST_MAX 64u             /* bytes of the widest digest */
#define TUTELA_BIT(number) (1u << (number)) /* an algorithm, status or type as a mask bit */

/* "md5", "sha1", "sha256", "sha512"; NULL for any other number. Static. Thread: any. */
TUTELA_API const char *tutela_algorithm_name(int32_t algorithm);

/* The algorithm's digest size in bytes; 0 for any other number. Thread: any. */
TUTELA_API size_t tutela_algorithm_size(int32_t algorithm);

/*
 * What became of an item: exactly one of these. The third column says whether an item of that
 * status leaves the run complete (1) or incomplete (0). Numbers are frozen.
 */
#define TUTELA_ITEM_MAP(X)                                                       \
    X(CLEAR, 0, "clear", 1)              /* read fully, in no list */            \
    X(MATCH, 1, "match", 1)              /* read fully, in a known-bad list */   \
    X(KNOWN, 2, "known", 1)              /* read fully, only in known-good */    \
    X(PARTIAL, 3, "partial", 0)          /* some bytes unreadable */             \
    X(UNREADABLE, 4, "unreadable", 0)    /* could not be opened or read */       \
    X(CHANGED, 5, "changed", 0)          /* changed while read, twice */         \
    X(LIMIT, 6, "limit", 0)              /* a budget was hit */                  \
    X(ENCRYPTED, 7, "encrypted", 0)      /* needs a key */                       \
    X(UNSUPPORTED, 8, "unsupported", 0)  /* container not understood */          \
    X(MALFORMED, 9, "malformed", 0)      /* container damaged */                 \
    X(CRASHED, 10, "crashed", 0)         /* its parser died */                   \
    X(TIMEOUT, 11, "timeout", 0)         /* no answer in time */                 \
    X(SKIPPED, 12, "skipped", 1)         /* operator's rule, or a special file */ \
    X(MENTION, 13, "mention", 1)         /* no item, but a listed digest that one has as text */

typedef enum tutela_item_status {
#define X(name, number, text, complete) TUTELA_ITEM_##name = (number),
    TUTELA_ITEM_MAP(X)
#undef X
    TUTELA_ITEM_COUNT = 13 /* of those that an item can have: all before MENTION */
} tutela_item_status;

/* "clear", "match", ...; NULL for any other number. Static. Thread: any. */
TUTELA_API const char *tutela_item_status_name(int32_t status);

/* 1 when an item of that status leaves a run complete, else 0. Thread: any. */
TUTELA_API int tutela_item_status_complete(int32_t status);

/*
 * How well a match is supported. Numbers are frozen and order nothing; the letters are what
 * reports print.
 */
#define TUTELA_GRADE_MAP(X)                                                         \
    X(NONE, 0, "", "no match")                                                      \
    X(S, 1, "S", "same content as listed")                                          \
    X(A, 2, "A", "same content, two independent digests")                           \
    X(B, 3, "B", "match on one legacy digest; confirm")                             \
    X(C, 4, "C", "uncorroborated; do not refer without review")                     \
    X(P, 5, "P", "similar; the competent body decides")                             \
    X(X, 6, "X", "integrity anomaly: digests of one entry disagree")

typedef enum tutela_grade {
#define X(name, number, letter, words) TUTELA_GRADE_##name = (number),
    TUTELA_GRADE_MAP(X)
#undef X
    TUTELA_GRADE_COUNT = 7
} tutela_grade;

/* The grade's letter, "" for none; NULL for any other number. Static. Thread: any. */
TUTELA_API const char *tutela_grade_letter(int32_t grade);

/* The grade's meaning in words; NULL for any other number. Static. Thread: any. */
TUTELA_API const char *tutela_grade_words(int32_t grade);

/* What a list's owner says of its entries. Stated at import, never guessed. */
typedef enum tutela_polarity {
    TUTELA_KNOWN_BAD = 1,
    TUTELA_KNOWN_GOOD = 2
} tutela_polarity;

/* "known-bad" or "known-good"; NULL for any other number. Static. Thread: any. */
TUTELA_API const char *tutela_polarity_name(int32_t polarity);

/* Broad classes of file type, for `--only` and for counting. */
#define TUTELA_TYPE_MAP(X)             \
    X(OTHER, 0, "other")               \
    X(IMAGE, 1, "image")               \
    X(VIDEO, 2, "video")               \
    X(AUDIO, 3, "audio")               \
    X(DOCUMENT, 4, "document")         \
    X(ARCHIVE, 5, "archive")           \
    X(DISK_IMAGE, 6, "disk-image")     \
    X(EXECUTABLE, 7, "executable")     \
    X(TEXT, 8, "text")

typedef enum tutela_type {
#define X(name, number, text) TUTELA_TYPE_##name = (number),
    TUTELA_TYPE_MAP(X)
#undef X
    TUTELA_TYPE_COUNT = 9
} tutela_type;

/* "image", "video", ...; NULL for any other number. Static. Thread: any. */
TUTELA_API const char *tutela_type_name(int32_t type);

/*
 * How an item's bytes were come by. Those of a deleted file are what lies where it was: nobody can say
 * whether they all are still its own.
 */
#define TUTELA_ORIGIN_MAP(X)                                                                    \
    X(FILE, 0, "file")                  /* a file, a member, a stream */                        \
    X(DELETED, 1, "deleted")            /* its place is still recorded */                       \
    X(CONTIGUOUS, 2, "deleted, assumed contiguous") /* only where it began is */                \
    X(ORPHAN, 3, "deleted, without a name")         /* its record is there, no folder lists it */ \
    X(ORPHAN_CONTIGUOUS, 4, "deleted, without a name, assumed contiguous")                  \
    X(CARVED, 5, "carved")              /* in free or raw space, by its structure */

typedef enum tutela_origin {
#define X(name, number, text) TUTELA_ORIGIN_##name = (number),
    TUTELA_ORIGIN_MAP(X)
#undef X
    TUTELA_ORIGIN_COUNT = 6
} tutela_origin;

/* "file", "deleted", ...; NULL for any other number. Static. Thread: any. */
TUTELA_API const char *tutela_origin_name(int32_t origin);

/* What became of the bytes of a disk's image: each is counted in exactly one. */
#define TUTELA_COVER_MAP(X)                                                            \
    X(EXAMINED, 0, "examined")             /* files, and what file systems keep of them */ \
    X(EXCLUDED, 1, "excluded")             /* left out by rule: free space, other partitions */ \
    X(UNREADABLE, 2, "unreadable")                                                     \
    X(NOT_UNDERSTOOD, 3, "not-understood") /* encrypted, damaged, or of no known kind */ \
    X(LOST, 4, "lost")                     /* with the worker that was at it */

typedef enum tutela_cover {
#define X(name, number, text) TUTELA_COVER_##name = (number),
    TUTELA_COVER_MAP(X)
#undef X
    TUTELA_COVER_COUNT = 5
} tutela_cover;

/* "examined", "excluded", ...; NULL for any other number. Static. Thread: any. */
TUTELA_API const char *tutela_cover_name(int32_t cover);

/* ---- 3. Findings ------------------------------------------------------------------------- */

/* One part of a chain: bytes as found, any but NUL. Not necessarily UTF-8. */
typedef struct tutela_name {
    const char *data; /* NUL-ended for convenience; `size` does not count the NUL */
    size_t size;
} tutela_name;

/* A stretch of an item that was not read, in bytes; length 0: to its end, wherever that is. */
typedef struct tutela_range {
    uint64_t offset;
    uint64_t length;
} tutela_range;

/* The category as the list's owner wrote it: "vics" and "1", "uk-caid" and "A". Never upgraded. */
typedef struct tutela_category {
    const char *scheme; /* "" when the list gives none */
    const char *value;
} tutela_category;

/*
 * What a list says of an entry, beside its category: bits of a mask, frozen; sets store them. The
 * name is for programs, the words are what reports for people say. Never guessed: a flag that is
 * not set was not stated, which does not mean that it is not so.
 */
#define TUTELA_ENTRY_FLAG_MAP(X)                                                         \
    X(SELF_GENERATED, 1, "self-generated",                                               \
      "handle with care: the list's owner says it is self-generated")                    \
    X(GENERATIVE, 2, "generative", "drawn or generated")                                 \
    X(VICTIM_IDENTIFIED, 4, "victim-identified", "victim identified")                    \
    X(OFFENDER_IDENTIFIED, 8, "offender-identified", "offender identified")              \
    X(DISTRIBUTED, 16, "distributed", "distributed")

typedef enum tutela_entry_flag {
#define X(name, bit, text, words) TUTELA_ENTRY_##name = (bit),
    TUTELA_ENTRY_FLAG_MAP(X)
#undef X
} tutela_entry_flag;

/* "self-generated", ...; NULL unless `flag` is one of the bits. Static. Thread: any. */
TUTELA_API const char *tutela_entry_flag_name(uint32_t flag);

/* What the flag says, in words; NULL unless `flag` is one of the bits. Static. Thread: any. */
TUTELA_API const char *tutela_entry_flag_words(uint32_t flag);

/* An item meets a list entry. All strings are UTF-8 and belong to the finding. */
typedef struct tutela_match {
    const char *list;    /* the list's name */
    const char *version; /* the list's version, "" when not stated */
    const char *entry;   /* the owner's entry id, or an opaque one */
    tutela_category category;
    int32_t polarity; /* a tutela_polarity */
    int32_t grade;    /* a tutela_grade */
    uint32_t agreed;  /* mask of algorithms of this entry that equal the item's */
    uint32_t disagreed; /* mask of algorithms of this entry that differ: an anomaly */
    const char *owner;  /* who put the entry on the list, "" when not stated */
    int64_t updated;    /* the entry's date, nanoseconds since 1970 UTC; 0 when not stated */
    uint32_t flags;     /* TUTELA_ENTRY_... */
    uint32_t reserved;
} tutela_match;

#define TUTELA_FLAG_TYPE_MISMATCH 1u /* the name's extension contradicts the content */
#define TUTELA_FLAG_GONE_ON 2u /* an earlier scan had left it behind a limit: see tutela_from */
#define TUTELA_FLAG_ANEW 4u    /* so it had, but it is no longer the same file: it was read from its start */

/*
 * A place in a container: behind its first `members`, each read with all that it holds. The step after
 * it, if there is one, is a place in the next member, which is a container itself.
 */
typedef struct tutela_step {
    uint64_t members; /* in the order in which they come */
    int32_t before;   /* what they came to: a tutela_item_status, CLEAR or the first that is not complete */
    int32_t reserved; /* 0 */
} tutela_step;

#define TUTELA_STEPS_MAX 8u /* a member deeper down is read anew with all that is beside it */

/*
 * What is known about one item. Everything it points to belongs to the library and is valid until
 * the callback returns, or until the next call on the context that made it.
 */
typedef struct tutela_finding {
    size_t size;              /* sizeof(tutela_finding) of the library */
    const tutela_name *chain; /* outer path first, then the path inside each container */
    size_t chain_count;
    uint64_t bytes;   /* its size: what was read, or, if not to its end, what it states; or 0 */
    int64_t modified; /* modification time, nanoseconds since 1970 UTC; INT64_MIN when unknown */
    int32_t status;   /* a tutela_item_status */
    int32_t grade;    /* the best grade of its matches */
    int32_t type;     /* a tutela_type */
    uint32_t flags;   /* TUTELA_FLAG_... */
    uint32_t digest_mask;    /* which digests are present */
    uint32_t polarity_mask;  /* TUTELA_BIT(polarity) of its matches */
    /*
     * "image/jpeg"; "" when not asked for. Of other items than matches from signatures and a test for text,
     * "application/octet-stream" where those know nothing. Of a match, and where a rule needs to know, also
     * from libmagic, which tutela-worker asks; where that is not to be had, or does not live through the
     * question, the type stays what it is without.
     */
    const char *mime;
    const char *reason; /* why the status; "" for clear, known and match, unless it was gone on with */
    const uint8_t (*digests)[TUTELA_DIGEST_MAX]; /* by algorithm; see digest_mask */
    const tutela_match *matches; /* sorted by list, version, entry, then by the rest of it */
    size_t match_count;
    const tutela_range *unread; /* for partial and limit: what was not read */
    size_t unread_count;
    /*
     * Of a container in which a limit was hit: where the first was, whatever its status is. What comes
     * before needs no second reading. position_count 0: none was hit.
     */
    const tutela_step *position;
    size_t position_count;
    /*
     * Of one that was gone on with: what comes before this was not read, but by the run that this went on
     * from, and its status is that of what was read now and of `before`. from_count 0: all was read.
     */
    const tutela_step *from;
    size_t from_count;
    int32_t origin;   /* a tutela_origin */
    int32_t reserved; /* 0 */
    /*
     * Of the image of a disk: TUTELA_COVER_COUNT numbers of bytes, whose sum is the disk's size: all parts of
     * an image in several files, or what a compressed one holds. NULL: it is none.
     */
    const uint64_t *coverage;
    /*
     * Of a mention, which is a finding of its own beside its file's: a digest on a known-bad list stands in
     * the file as text. The chain is the file's; of the free space of a disk its image's, and "carved".
     * `digests` has that one digest, `bytes`, `modified` and `origin` are the file's, and nothing is graded:
     * that somebody wrote a digest down does not say that the file it is of was ever there.
     */
    uint64_t offset;   /* of its first digit where it first stands, in the file or, of free space, the disk */
    uint64_t mentions; /* how often it stands there; 0: this is no mention */
} tutela_finding;

/* ---- 4. Hash sets ------------------------------------------------------------------------ */

/*
 * A compiled hash set: one immutable file, mapped, or several that are layers of one (see
 * tutela_set_update). Shared.
 */
typedef struct tutela_set tutela_set;

/* One list inside a set. Strings belong to the set. */
typedef struct tutela_list_info {
    const char *name;
    const char *version;
    int32_t polarity;
    int32_t reserved;
    uint64_t entries;
} tutela_list_info;

#define TUTELA_KEY_ID_SIZE 8u
#define TUTELA_SIGNING_KEY_SIZE 32u
#define TUTELA_DIGEST_MASKS 16u /* masks of algorithms, as TUTELA_BIT makes them */

typedef struct tutela_set_info {
    size_t size;
    size_t lists;
    uint64_t entries;
    uint64_t digests[TUTELA_ALGORITHM_COUNT]; /* by algorithm */
    uint64_t file_bytes;
    int64_t created; /* nanoseconds since 1970 UTC; INT64_MIN when not stated */
    int32_t sealed;  /* 1: sealed with a key, 0: not */
    int32_t reserved;
    uint8_t key_id[TUTELA_KEY_ID_SIZE]; /* tells keys apart, and nothing about them */
    int64_t expires;   /* not to be used from then on; INT64_MIN: no such time */
    int64_t signed_at; /* as the signer's clock had it; INT64_MIN: not signed */
    uint8_t signer[TUTELA_SIGNING_KEY_SIZE];  /* the public key that signed it, else zero */
    uint8_t signer_id[TUTELA_KEY_ID_SIZE];    /* short for it: the beginning of its SHA-256 */
    uint64_t masks[TUTELA_DIGEST_MASKS]; /* entries that have exactly these algorithms' digests */
    size_t layers; /* files: 1 for a plain set; all counts above are of the whole */
} tutela_set_info;

/*
 * Make a new key, 32 random bytes, in a file that only its owner may read. A sealed set (the
 * default) holds no digests but what a key makes of them: without the key file nobody can list it,
 * and nobody can ask it. Keep the key apart from the set, and keep a copy: it cannot be made again.
 * TUTELA_ARGUMENT when the file exists: a key is never written over. TUTELA_IO, TUTELA_RECORD.
 * Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_key_create(const char *path, tutela_error *error);

typedef struct tutela_set_options {
    size_t size;
    const char *key_file; /* what the set is sealed with; read only if it is sealed */
    /* Files of public keys: unless one of them signed the set, it is refused. */
    const char *const *require_keys;
    size_t require_count;
    /*
     * A folder to remember signed sets in, made when it is not there; NULL: nothing is remembered.
     * With it a set is refused when a newer one of the same list, by the same key, was opened
     * before, and one that expires when the clock was seen more than a day later than now.
     */
    const char *state_folder;
    int64_t now; /* nanoseconds since 1970 UTC to judge times by; 0: the system's clock */
    /* Called when the state cannot be read or written, which is no reason to refuse a set. */
    void (*on_warning)(void *user, const tutela_error *warning);
    void *user;
} tutela_set_options;

/*
 * Open a compiled set; opening takes the same time for ten entries as for a hundred million.
 * `path` is a file made by tutela_set_build; `options` may be NULL. The caller owns *out:
 * tutela_set_close. TUTELA_IO when the set or a key cannot be read, TUTELA_SET_REFUSED when it is
 * no set, truncated or damaged, sealed with another key or one that is not given, expired, or
 * carries a bad signature, one that is not asked for, or one from more than a day ahead;
 * TUTELA_ARGUMENT when a key file holds no key or others than its owner may use it. A set made by
 * tutela_set_update opens with all it was made from, which must lie where it lay: refused when one of
 * them is missing or another file; what is signed is the whole, by its newest file. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_set_open(tutela_set **out, const char *path,
                                                         const tutela_set_options *options,
                                                         tutela_error *error);

/*
 * Let go of a set. Scanners made with it keep it alive for as long as they need it. NULL is fine.
 * Thread: any.
 */
TUTELA_API void tutela_set_close(tutela_set *set);

/* Counts of a set. out->size must be set. Thread: any. */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_set_get_info(const tutela_set *set,
                                                             tutela_set_info *out);

/*
 * The index-th list of a set. TUTELA_ARGUMENT when there is none.
 * *out borrows its strings from the set. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_set_get_list(const tutela_set *set, size_t index,
                                                             tutela_list_info *out);

/* How many entries of a list are of one category. */
typedef struct tutela_category_info {
    size_t list;              /* index of the list, for tutela_set_get_list */
    tutela_category category; /* as the list's owner wrote it; both "" where none is given */
    uint64_t entries;
} tutela_category_info;

/*
 * Count a set's entries by list and category: `on_category` is called for each category of each
 * list, once, in the order of lists, schemes and values, with strings that belong to the set. Return
 * 0 from it to go on, any other value to stop with TUTELA_RECORD. Takes as long for ten entries as
 * for a hundred million. TUTELA_SET_REFUSED when the counts do not sum up. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_set_categories(
    const tutela_set *set, int (*on_category)(void *user, const tutela_category_info *category),
    void *user, tutela_error *error);

/*
 * Ask a set for `count` digests of one algorithm (a tutela_algorithm), the n-th of them, of
 * tutela_algorithm_size bytes, at digests + n * stride. `on_answer` is called for each, in order,
 * with its index from 0 and the entries that list it, none when none does: as in a finding, sorted
 * by list, version, entry; `agreed` is the algorithm, and the grade is what this digest alone would
 * give a file of unknown size. Matches are valid until it returns. Return 0 from it to go on, any
 * other value to stop with TUTELA_RECORD. Many digests a call are several times as fast as one.
 *
 * TUTELA_ARGUMENT for an unknown algorithm or a stride shorter than its digests; TUTELA_SET_REFUSED
 * when a page of the set is damaged: digests not answered before that have no answer. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_set_lookup(
    const tutela_set *set, int32_t algorithm, const uint8_t *digests, size_t stride, size_t count,
    int (*on_answer)(void *user, size_t index, const tutela_match *matches, size_t match_count),
    void *user, tutela_error *error);

/*
 * The same in yes or no, faster: found[n] becomes 0 when no entry lists the n-th digest, else a mask
 * of TUTELA_BIT(polarity) of those that do. `found` has room for `count`; when a page of the set is
 * damaged (TUTELA_SET_REFUSED) all of it becomes 255, so that no digest without an answer looks like
 * one that is not listed. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_set_contains_many(
    const tutela_set *set, int32_t algorithm, const uint8_t *digests, size_t stride, size_t count,
    uint8_t *found, tutela_error *error);

/*
 * The file name of the index-th layer: 0 is the set's own, then what it was made from, the base last.
 * NULL when there is none. It belongs to the set. Thread: any.
 */
TUTELA_API const char *tutela_set_layer_path(const tutela_set *set, size_t index);

/*
 * Read every byte of a set and check it against its checksums, which opening a large set does only
 * page by page. TUTELA_SET_REFUSED when a byte is wrong. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_set_check(const tutela_set *set,
                                                          tutela_error *error);

/* Why a row of a list was not taken. Numbers and words are frozen. */
#define TUTELA_REJECT_MAP(X)                                             \
    X(SYNTAX, 0, "syntax", "not in the list's format")                   \
    X(WIDTH, 1, "width", "no digest of a known width")                   \
    X(HEX, 2, "hex", "not hexadecimal")                                  \
    X(NO_DIGEST, 3, "no-digest", "no digest that can be matched")        \
    X(EMPTY_FILE, 4, "empty-file", "digest of the empty file")           \
    X(ALL_ZERO, 5, "all-zero", "all-zero digest")                        \
    X(SIZE, 6, "size", "size is not a number")                           \
    X(TOO_LONG, 7, "too-long", "row longer than the limit")              \
    X(ENCODING, 8, "encoding", "not valid text")

typedef enum tutela_reject {
#define X(name, number, word, text) TUTELA_REJECT_##name = (number),
    TUTELA_REJECT_MAP(X)
#undef X
    TUTELA_REJECT_COUNT = 9
} tutela_reject;

/* The reason in words; NULL for any other number. Static. Thread: any. */
TUTELA_API const char *tutela_reject_text(int32_t reason);

/* The reason's word, for programs: "width"; NULL for any other number. Static. Thread: any. */
TUTELA_API const char *tutela_reject_name(int32_t reason);

#define TUTELA_MASK_COUNT 16u /* masks of algorithms: TUTELA_BIT of each digest an entry has */

/*
 * What a build or an update did, and what the lists hold that their owners may want to know. Digests
 * are counted by algorithm: a file listed with two digests counts in both columns.
 */
typedef struct tutela_build_report {
    size_t size;
    uint64_t rows;     /* rows read that should hold an entry */
    uint64_t accepted; /* entries taken */
    uint64_t duplicates; /* entries already there, to the last field; in the base, too */
    uint64_t rejected[TUTELA_REJECT_COUNT]; /* by reason */
    uint64_t masks[TUTELA_MASK_COUNT]; /* entries, by which digests they have */
    uint64_t unsized; /* entries with MD5 alone and no size: the weakest evidence there is */
    uint64_t conflicts[TUTELA_ALGORITHM_COUNT]; /* digests with two categories in one list */
    uint64_t repeated[TUTELA_ALGORITHM_COUNT]; /* others with several entries in one list */
    uint64_t several[TUTELA_ALGORITHM_COUNT]; /* digests in more than one list; no fault */
    uint64_t conflict_pairs; /* different pairs of categories in conflict; 65536 stand for more */
    int32_t written;         /* 1: the set is in place */
    int32_t polarity;        /* of the rows to add; 0 when there are none and it is not known */
    /* What it comes to, once written; all but the first two are of an update alone. */
    uint64_t entries;   /* to be seen in the set */
    size_t layers;      /* files it is made of */
    uint64_t removed;   /* entries of the base that are no longer to be seen */
    uint64_t not_found; /* rows to remove of which the base has no digest */
} tutela_build_report;

/* Something a list holds that is no entry, or was left out of one. */
typedef struct tutela_build_tally {
    const char *what; /* static: "PhotoDNA", "date that cannot be read" */
    uint64_t count;
} tutela_build_tally;

/* What one input held. All it points to is borrowed for the call. */
typedef struct tutela_build_input {
    size_t size;        /* sizeof(tutela_build_input) of the library */
    size_t input;       /* its index */
    const char *format; /* what it was read as */
    const char *list;   /* the list its entries belong to */
    const char *version;
    uint64_t rows;
    uint64_t rejected[TUTELA_REJECT_COUNT]; /* by reason */
    const tutela_build_tally *tallies;      /* in the order they were met */
    size_t tally_count;
} tutela_build_input;

/*
 * Two categories that one list gives the same digests. An entry without a category contradicts
 * none; neither do two lists. Strings are borrowed for the call.
 */
typedef struct tutela_build_conflict {
    size_t size; /* sizeof(tutela_build_conflict) of the library */
    const char *list;
    const char *version;
    tutela_category first;
    tutela_category second;
    uint64_t digests[TUTELA_ALGORITHM_COUNT];
} tutela_build_conflict;

/* Rows of one input that a list of the other polarity holds too. Borrowed for the call. */
typedef struct tutela_build_overlap {
    size_t size;  /* sizeof(tutela_build_overlap) of the library */
    size_t input; /* index of the input */
    size_t set;   /* index in tutela_build_options.against */
    tutela_list_info list; /* the other list */
    uint64_t rows;
    uint64_t digests[TUTELA_ALGORITHM_COUNT]; /* of these rows, those that it holds */
} tutela_build_overlap;

typedef struct tutela_build_options {
    size_t size;
    const char *const *inputs; /* list files, any mix of formats, known by content */
    size_t input_count;
    const char *output;        /* the set to write; replaced in one step when complete */
    const char *list;          /* the list's name; default: the input's file name */
    const char *version;       /* the list's version; default: what the list states, or none */
    int32_t polarity;          /* a tutela_polarity; required */
    int32_t reproducible;      /* 1: leave the time of making out of the file */
    uint64_t memory;           /* bytes for sorting; 0: 512 MiB */
    /* Called for each rejected row: input's index, line (or record) from 1, a tutela_reject. */
    void (*on_reject)(void *user, size_t input, uint64_t line, int32_t reason);
    /* Called once an input's format is known; `format` is static. */
    void (*on_format)(void *user, size_t input, const char *format);
    void *user;
    /* Exactly one of these two: what to seal the set with, or 1 for digests anyone can read. */
    const char *key_file;
    int32_t unsealed;
    int32_t create_key; /* 1: make key_file if there is nothing of that name */
    /*
     * Sets, sealed with any key, whose lists of the other polarity the rows are held against: what
     * is in both is counted, and still taken. None twice or beside a set made from it, and none a
     * layer of which lies at `output`: TUTELA_ARGUMENT.
     */
    tutela_set *const *against;
    size_t against_count;
    int32_t strict; /* 1: any rejected row, and nothing is written */
    int32_t reserved;
    /* Called after each input whose format is known, also when reading it failed. */
    void (*on_input)(void *user, const tutela_build_input *input);
    /*
     * Called when all is read: for each pair of categories in conflict, and for each input and list
     * that overlap; the most frequent first, 65536 of each at most.
     */
    void (*on_conflict)(void *user, const tutela_build_conflict *conflict);
    void (*on_overlap)(void *user, const tutela_build_overlap *overlap);
    int64_t expires;    /* nanoseconds since 1970 UTC from which the set is refused; 0: never */
    /*
     * What the columns of tables mean, "md5=2,sha1=3,size=5,separator=tab": columns by number from
     * 1, or as the header calls them, and none counts but these. It holds for every input that is
     * a table (plain lists and CSV of any kind); others are read as what they are. NULL: by the
     * header's own names.
     */
    const char *csv_map;
    /*
     * Called, before an input's first row, with the version the list states of itself, which is
     * used when `version` is NULL. `text` is borrowed for the call.
     */
    void (*on_version)(void *user, size_t input, const char *text);
} tutela_build_options;

/*
 * Compile lists into a set. Of a sealed one no digest reaches the disk, neither in the set nor in
 * temporary files; ids, owners, sizes and categories do as the lists have them, but for an id or an
 * owner that spells a digest of its own entry, which is left out. The old file at options->output stays whole until the new one is
 * complete and on disk. `report` may be NULL; else report->size must be set, and it is filled even
 * when TUTELA_LIST_UNUSABLE says that no row could be used, or TUTELA_SET_REFUSED that a row was
 * rejected where options->strict allows none. Damage in a set of options->against is
 * TUTELA_SET_REFUSED too. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_set_build(const tutela_build_options *options,
                                                          tutela_build_report *report,
                                                          tutela_error *error);

/*
 * Make a new key to sign sets with: the secret in a file that only its owner may read, the public
 * key in the file of that name with ".pub" after it. TUTELA_ARGUMENT when either exists: a key is
 * never written over. TUTELA_IO, TUTELA_RECORD. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_signing_key_create(const char *path,
                                                                   tutela_error *error);

typedef struct tutela_sign_options {
    size_t size;
    const char *key_file; /* the secret key, from tutela_signing_key_create */
    const char *output;   /* the signed set; NULL: it takes the place of the set */
    int64_t expires;      /* as tutela_build_options has it; 0: as the set has it */
    int64_t now;          /* nanoseconds since 1970 UTC to sign with; 0: the system's clock */
} tutela_sign_options;

/*
 * Sign a set: check every byte of the one at `path`, and write it with an Ed25519 signature over what
 * it is: lists, versions, counts, times, and the digest that stands for all its bytes. A signature
 * it has already is replaced; a sealed set needs no key for this. What is at the output stays whole
 * until the new one is complete and on disk. TUTELA_SET_REFUSED when it is no sound set,
 * TUTELA_ARGUMENT when the key file holds no secret key, others than its owner may use it, the set
 * would have expired already, or the output is a file it was made from; TUTELA_IO, TUTELA_RECORD.
 * Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_set_sign(const char *path,
                                                         const tutela_sign_options *options,
                                                         tutela_error *error);

/*
 * "2027-01-31" (its first moment) or "2027-01-31T12:00:00Z", with a time zone or in UTC, as
 * nanoseconds since 1970 UTC. TUTELA_ARGUMENT when it is neither, or before 1970 or past 2261.
 * Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_time_parse(const char *text, int64_t *out,
                                                           tutela_error *error);

typedef struct tutela_update_options {
    size_t size;
    const char *base;   /* the set to update; it stays as it is, and the new one needs it */
    const tutela_set_options *opening; /* how to open it; NULL: as tutela_set_open with NULL */
    const char *const *remove; /* list files: entries that have a digest of theirs go */
    size_t remove_count;
    /*
     * The lists to add and all else, as for a build, but that
     * - there need be no inputs, if there is something to remove. Inputs are numbered through these,
     *   then through `remove`;
     * - `output` is not the base or a file that the base is made of;
     * - `list` may be NULL when the base has lists of one name only;
     * - `version` NULL is what an input states, else the base's if it has one only;
     * - `polarity` 0 is as the list has it in the base, which must be one;
     * - `expires` 0 is as the base has it;
     * - a key, or that there is none, is not stated: the set is sealed as its base is;
     * - conflicts are looked for among the rows to add, not between them and the base; these rows
     *   alone are held against `against`.
     */
    const tutela_build_options *build;
} tutela_update_options;

/*
 * Make a new set of an old one by what changed, which takes the time of the change, not of the set.
 * First every entry of the list goes that has any digest of a row of `remove`, then rows to add
 * come. The new file holds the change alone and names its base, relative to its own folder; a row of
 * layers grows no longer than 64 (tutela_set_compact makes one of them). Lists that change nothing
 * make a set that answers as its base.
 *
 * TUTELA_LIST_UNUSABLE when no row could be used; TUTELA_ARGUMENT also when the list's name or
 * polarity cannot be told from the base, or is not in it. `report` as in tutela_set_build.
 * Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_set_update(const tutela_update_options *options,
                                                           tutela_build_report *report,
                                                           tutela_error *error);

typedef struct tutela_compact_options {
    size_t size;
    const char *input;    /* the set, of layers or plain */
    const char *output;   /* may be `input`, but none of the files below it */
    const tutela_set_options *opening; /* how to open it; NULL: as tutela_set_open with NULL */
    uint64_t memory;      /* bytes for sorting; 0: 512 MiB */
    int32_t reproducible; /* 1: leave the time of making out of the file */
    int32_t reserved;
} tutela_compact_options;

/*
 * Write one plain set that answers as `input` does and needs no other file; what was removed is no
 * longer in it. It is the very set that the same rows would have made; it expires when `input` does,
 * and is not signed. `entries`, if not NULL, gets their number. TUTELA_LIST_UNUSABLE when nothing is
 * left; the statuses of tutela_set_open. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_set_compact(const tutela_compact_options *options,
                                                            uint64_t *entries,
                                                            tutela_error *error);

/* What two sets have in common: different digests, by algorithm. */
typedef struct tutela_set_difference {
    size_t size;
    uint64_t only_a[TUTELA_ALGORITHM_COUNT];
    uint64_t only_b[TUTELA_ALGORITHM_COUNT];
    uint64_t both[TUTELA_ALGORITHM_COUNT];
} tutela_set_difference;

/*
 * Compare two sets, in counts: which digests differ cannot be told from a sealed set. Both must be
 * sealed with one key, or both not be sealed: else TUTELA_ARGUMENT. out->size must be set. Reads both
 * from front to back. TUTELA_SET_REFUSED when one is damaged. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_set_diff(const tutela_set *a, const tutela_set *b,
                                                         tutela_set_difference *out,
                                                         tutela_error *error);

/* ---- 5. Scanner -------------------------------------------------------------------------- */

/* Sets, signatures and kernels, ready for use. Shared. */
typedef struct tutela_scanner tutela_scanner;

typedef struct tutela_scanner_options {
    size_t size;
    uint32_t digests; /* mask of algorithms to compute besides those the sets ask for */
    uint32_t reserved;
} tutela_scanner_options;

/*
 * Make a scanner over `count` sets (0 is allowed: digests only). It keeps the sets alive.
 * TUTELA_ARGUMENT when a set is there twice, or beside one it is a layer of. `options` may be NULL. The caller owns *out: tutela_scanner_free. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_scanner_new(tutela_scanner **out,
                                                            tutela_set *const *sets, size_t count,
                                                            const tutela_scanner_options *options,
                                                            tutela_error *error);

/* Free a scanner that no context and no scan uses any more. NULL is fine. Thread: any. */
TUTELA_API void tutela_scanner_free(tutela_scanner *scanner);

/*
 * The algorithms by which buffers, and the items of an inventory, are looked up and that their findings
 * show, as a mask: the same on every machine. A scan whose findings do not show clear items may look
 * them up by others that miss no entry either, whichever are done sooner. Thread: any.
 */
TUTELA_API uint32_t tutela_scanner_digests(const tutela_scanner *scanner);

/* What a finished run comes to. */
typedef struct tutela_summary {
    size_t size;
    uint64_t items; /* every item, skipped ones included */
    uint64_t bytes; /* bytes read and digested, each item once */
    uint64_t by_status[TUTELA_ITEM_COUNT];
    uint64_t matches; /* items in a known-bad list */
    int64_t started;  /* nanoseconds since 1970 UTC */
    int64_t duration; /* nanoseconds */
    int32_t complete;    /* 1 when every item is of a complete status and nothing was cut short */
    int32_t exit_status; /* 0, 1, 3 or 4, as the command line exits; it puts 5 or 6 in a failed run's */
    uint64_t images;     /* of disks, and what became of their bytes, by tutela_cover */
    uint64_t coverage[TUTELA_COVER_COUNT];
    uint64_t mentions;   /* of listed digests, by file: neither items nor matches */
} tutela_summary;

/*
 * Count one finding into a summary, for callers that check buffers or streams themselves, and, when
 * all are in, work out `complete` and `exit_status`. Thread: single.
 */
TUTELA_API void tutela_summary_add(tutela_summary *summary, const tutela_finding *finding);
TUTELA_API void tutela_summary_end(tutela_summary *summary);

/* Bits of tutela_open_options.flags. */
#define TUTELA_OPEN_NOTHING 1u /* containers are digested alone; one that matches nothing is `skipped` */
/* Without every layer of the sandbox that opens containers, TUTELA_UNAVAILABLE. */
#define TUTELA_OPEN_REQUIRE_SANDBOX 2u
/* Every member of a buffer or stream, and that itself, with digests and type. Scans have their own flag. */
#define TUTELA_OPEN_INVENTORY 4u
/*
 * Files are searched for by their structure: in the free space of disk images, in partitions of no known kind, and in
 * items of 64 KiB or more of no known type (page files, dumps of memory, devices that were wiped), which have a
 * coverage then.
 */
#define TUTELA_OPEN_CARVE 16u
/*
 * Digests that stand in files as text, in ASCII or UTF-16, are looked up too: see tutela_finding.mentions. Of the
 * free space that is searched for files they are without this. A file with several names is then read for each.
 * Of a buffer or stream itself they are handed to the function that gets its members, before these.
 */
#define TUTELA_OPEN_MENTIONS 32u
#define TUTELA_OPEN_NO_DELETED 8u /* of disk images, files that were deleted are not looked for */
/* In a scan, a file that is the image of a disk is not digested itself; what is in it is. It has no digests then. */
#define TUTELA_OPEN_NO_IMAGE_DIGEST 64u

/* Lets another thread, or a signal handler, see and stop a scan, or stop a context. See 7. Any. */
typedef struct tutela_control tutela_control;

#define TUTELA_PASSWORDS_MAX 1000u
#define TUTELA_PASSWORD_SIZE 256u

/*
 * How containers (archives, mail, documents) are opened, and libmagic asked for types: by tutela-worker, a
 * program that is started for it and locked up before it reads a byte. What one top item may cost is
 * limited: more than that is the status `limit`; what was seen before counts, and a later scan goes on from
 * there (tutela_from). Each member left
 * 0 is the default.
 */
typedef struct tutela_open_options {
    size_t size;
    const char *worker;       /* the program; NULL: beside this one, or where it was installed */
    uint32_t flags;           /* TUTELA_OPEN_... */
    uint32_t max_depth;       /* containers in containers: 32; at most 256 */
    uint64_t max_members;     /* 10 million */
    uint64_t max_expanded;    /* bytes that come out: 1 TiB, or four times the item's own */
    uint64_t hold_memory;     /* bytes of nested containers held in memory to be sought in: 256 MiB */
    uint32_t max_ratio;       /* bytes that come out for each byte, past the first GiB: 1,000 */
    uint32_t max_seconds;     /* by the clock: 3,600, and one for each 16 MiB of the item */
    uint32_t max_cpu_seconds; /* of processor time: the same */
    uint32_t silence;         /* seconds without a sign of life: 60 */
    /*
     * Passwords that encrypted members are tried with, in this order, as bytes: no character set is known.
     * At most TUTELA_PASSWORDS_MAX, each of 1 to TUTELA_PASSWORD_SIZE bytes, none of them NUL, else
     * TUTELA_ARGUMENT. They open the members of zips of both kinds (ZipCrypto and WinZip AES), 7z archives
     * (AES-256, with their headers or without), PDFs and Office documents since 2007, wherever those lie; rar
     * and all else that is encrypted stays `encrypted`. 7z and Office take them as UTF-16: there they are
     * UTF-8, or else Latin-1. They are copied, handed to tutela-worker as memory, wiped when the scan or the
     * context ends, and in no finding, report or message.
     */
    const tutela_name *passwords;
    size_t password_count;
    /* Of buffers and streams, as tutela_scan_options has them for scans. */
    uint64_t memory;          /* bytes for sorting findings: 64 MiB */
    const char *spool_folder; /* for what exceeds `memory`: names and digests only; NULL: /var/tmp */
    /*
     * A folder for what goes beyond hold_memory; NULL: none, and that is `limit`. Each worker has a file
     * there that has no name and is gone when it ends. What it writes to it is encrypted under keys that
     * exist only in that worker's memory, and only until what they are for was read. On a file system
     * without O_TMPFILE the file has a name for a moment, before anything is in it.
     */
    const char *hold_folder;
    uint64_t hold_bytes; /* of each such file: 64 GiB */
    /*
     * Of buffers and streams; a scan has its own. Once it is cancelled no container is opened any more: a
     * call that waits for tutela-worker ends that within a fraction of a second, and the container is
     * `partial`; what was found in it till then counts. It must outlive the context. NULL: none.
     */
    tutela_control *control;
    uint32_t partition; /* of the images of disks only this one is looked into, from 1; 0: all of them */
    uint32_t reserved;  /* 0 */
} tutela_open_options;

/* ---- 6. Checking a buffer or a stream ---------------------------------------------------- */

/* One thread's working memory. Single: make one per thread. */
typedef struct tutela_context tutela_context;

/* Make a context. The caller owns *out: tutela_context_free, before the scanner. Thread: any. */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_context_new(tutela_context **out,
                                                            tutela_scanner *scanner,
                                                            tutela_error *error);

/*
 * From now on containers are opened, as `options` (NULL: the defaults) say, and `on_member` is called for
 * what they hold, for every member that is not clear or known (for all with TUTELA_OPEN_INVENTORY), sorted
 * by chain, before the call that gives the container's own finding returns. Return 0 from it to go on, any
 * other value to stop with TUTELA_RECORD; calls on the context from within it are TUTELA_STATE. Without it
 * nothing is opened: a container that is in no list is then `unsupported`, since what it holds was not seen.
 * TUTELA_STATE while a stream is open. Thread: single.
 *
 * The worker is started at the first container and lives with the context. Another is at the first match
 * whose type no signature is sure of, also without this call, and lives as long. A stream of some length goes to it
 * while it is fed, with a thread of the library beside, and an update may wait for it. One that hangs, dies
 * or takes too long is the container's status, as the options say, and no call that fails.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_context_open(
    tutela_context *context, const tutela_open_options *options,
    int (*on_member)(void *user, const tutela_finding *finding), void *user, tutela_error *error);

/*
 * Count what the last container that was opened held into a summary, clear members and all; then its own
 * finding is to be added. Nothing is counted twice. Thread: single.
 */
TUTELA_API void tutela_context_count(tutela_context *context, tutela_summary *summary);

/* Free a context. NULL is fine. Thread: single. */
TUTELA_API void tutela_context_free(tutela_context *context);

/*
 * Check `size` bytes at `data`. `name` is what the finding's chain shows, NUL-ended; NULL for "-".
 * *out is borrowed until the next call on the context. Thread: single.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_check(tutela_context *context, const void *data,
                                                      size_t size, const char *name,
                                                      const tutela_finding **out,
                                                      tutela_error *error);

/* Begin a stream of unknown length. TUTELA_STATE when one is open already. Thread: single. */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_stream_begin(tutela_context *context,
                                                             const char *name,
                                                             tutela_error *error);

/* Add `size` bytes. TUTELA_STATE when no stream is open. Thread: single. */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_stream_update(tutela_context *context,
                                                              const void *data, size_t size,
                                                              tutela_error *error);

/*
 * End the stream and say what it was. *out is borrowed until the next call on the context.
 * TUTELA_STATE when no stream is open. Thread: single.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_stream_end(tutela_context *context,
                                                           const tutela_finding **out,
                                                           tutela_error *error);

/*
 * End the stream because its source failed with `os_error` (an errno): the item is `partial` when
 * bytes had come, else `unreadable`, and is never matched. Otherwise as tutela_stream_end.
 * Thread: single.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_stream_fail(tutela_context *context,
                                                            int os_error,
                                                            const tutela_finding **out,
                                                            tutela_error *error);

/* ---- 7. Scanning paths ------------------------------------------------------------------- */

typedef struct tutela_progress {
    size_t size;
    uint64_t items; /* items finished */
    uint64_t bytes; /* bytes read */
    uint64_t matches;
    uint64_t incomplete;     /* items whose status leaves the run incomplete */
    uint64_t expected_items; /* what the survey counted so far; 0 without a survey */
    uint64_t expected_bytes;
    int32_t survey_done; /* 1 once the expected numbers are final */
    int32_t reserved;
} tutela_progress;

/* The caller owns *out: tutela_control_free, after the scan has returned. Thread: any. */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_control_new(tutela_control **out,
                                                            tutela_error *error);

/* NULL is fine. Thread: any, once no scan uses it. */
TUTELA_API void tutela_control_free(tutela_control *control);

/* Ask the scan, or the context, to stop. Safe in a signal handler. Thread: any. */
TUTELA_API void tutela_control_cancel(tutela_control *control);

/* A snapshot of how far the scan is. out->size must be set. Thread: any. */
TUTELA_API void tutela_control_progress(const tutela_control *control, tutela_progress *out);

/* Bits of tutela_scan_options.flags. */
#define TUTELA_SCAN_ONE_FILE_SYSTEM 1u /* stay on the file system of each target */
#define TUTELA_SCAN_INVENTORY 2u       /* a finding for every item, with digests and type */
#define TUTELA_SCAN_UNSORTED 4u        /* findings as they come, in no fixed order */
#define TUTELA_SCAN_SURVEY 8u          /* count ahead, for an estimate of the time left */
#define TUTELA_SCAN_TARGETS_NOFOLLOW 16u /* a target that is a symbolic link is skipped */
/*
 * What was not in the system's page cache before a file is read is dropped behind the reading; what was
 * there stays. Linux says what is there only to root, to a file's owner and to who may write it: others
 * drop nothing.
 */
#define TUTELA_SCAN_DROP_CACHE 32u

/*
 * A target that an earlier scan left behind a limit, to go on with: all from that scan's finding. If its
 * size or time of modification is another now it is read from its start, and its finding is marked
 * TUTELA_FLAG_ANEW. Limits count what is read now. The sets must be those of the earlier scan, for what it
 * read is not looked up again.
 */
typedef struct tutela_from {
    const char *path; /* as it is among the targets */
    uint64_t bytes;
    int64_t modified;
    const tutela_step *steps; /* its position; at most TUTELA_STEPS_MAX, none: from its start */
    size_t step_count;
} tutela_from;

/* What an earlier scan's report in JSON says was left behind a limit. Read-only but for _hold. */
typedef struct tutela_earlier tutela_earlier;

/*
 * Read the report at `path`, whole: what it lost it would leave out, so its records must add up to its own
 * summary. TUTELA_ARGUMENT when it is damaged, of standard input, or says of nothing that it was left;
 * TUTELA_IO, TUTELA_MEMORY. The caller owns *out: tutela_earlier_close. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_earlier_open(tutela_earlier **out, const char *path,
                                                             tutela_error *error);
/* NULL is fine. Thread: any. */
TUTELA_API void tutela_earlier_close(tutela_earlier *earlier);

/*
 * What to go on with: its paths are the targets of the next scan. *count of them, at least one, which live
 * as long as the report does; NULL without one. Thread: any.
 */
TUTELA_API const tutela_from *tutela_earlier_from(const tutela_earlier *earlier, size_t *count);

/*
 * The sets of the next scan: 1 when they have the lists that the earlier one asked, else 0, and then all is
 * read from its start: what was read is not known by these. Thread: single.
 */
TUTELA_API int tutela_earlier_hold(tutela_earlier *earlier, tutela_set *const *sets, size_t count);

typedef struct tutela_scan_options {
    size_t size;
    const char *const *targets; /* files and folders */
    size_t target_count;
    /*
     * More targets, asked for one at a time after `targets` is used up, never from two threads at
     * once. Returns 1 with *path set (borrowed until the next call), 0 at the end, -1 when the
     * source of the targets failed (the run is then incomplete).
     */
    int (*next_target)(void *user, const char **path);
    void *next_target_user;
    const char *const *exclude; /* glob patterns: with a slash the whole path, else the base name */
    size_t exclude_count;
    uint32_t only;    /* mask of tutela_type to scan, and what nobody can tell the type of; 0: all */
    uint32_t flags;   /* TUTELA_SCAN_... */
    uint32_t threads; /* 0: one for each processor */
    uint32_t read_timeout; /* seconds without an answer before an item is `timeout`; 0: 60 */
    uint64_t max_item_bytes; /* more than that and the item is `limit`; 0: no limit */
    uint64_t max_overrun;    /* bytes past the stated size before `limit`; 0: 1 GiB */
    uint64_t memory;         /* bytes for sorting findings; 0: 64 MiB */
    const char *spool_folder; /* for what exceeds `memory`: names and digests only; NULL: /var/tmp */
    tutela_control *control;  /* may be NULL */
    /*
     * Called for every item that is not clear or known, or is the image of a disk (for all with
     * TUTELA_SCAN_INVENTORY), never
     * from two threads at once, sorted by chain unless TUTELA_SCAN_UNSORTED. Return 0 to go on, any
     * other value to stop with TUTELA_RECORD.
     */
    int (*on_finding)(void *user, const tutela_finding *finding);
    void *user;
    /*
     * Descriptors the caller writes its results to. A regular file met on the way that is one of
     * them (same device and inode) is `skipped` with the reason "this run's own output": a report
     * inside the tree it reports on would otherwise be read while it grows.
     */
    const int32_t *outputs;
    size_t output_count;
    const tutela_open_options *open; /* how containers are opened; NULL: by the defaults */
    /*
     * Which targets are gone on with, in any order, each path once. Findings of these are given also when
     * they are clear, for that is the answer. Not with TUTELA_OPEN_NOTHING.
     */
    const tutela_from *from;
    size_t from_count;
} tutela_scan_options;

/*
 * Scan. Returns when all is done, cancelled (TUTELA_CANCELLED), or a callback refused a finding
 * (TUTELA_RECORD). TUTELA_SET_REFUSED when a page of a set proves damaged on the way, TUTELA_MEMORY,
 * TUTELA_IO. However it ends, what was found so far is delivered first, unless a callback refused
 * it, and *summary is filled.
 * summary->size must be set. Several scans may share one scanner. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_scan_paths(tutela_scanner *scanner,
                                                           const tutela_scan_options *options,
                                                           tutela_summary *summary,
                                                           tutela_error *error);

/* ---- 8. Reports -------------------------------------------------------------------------- */

/* One report being written. Single. */
typedef struct tutela_report tutela_report;

/* What the report's head says. All it points to must outlive the report. */
typedef struct tutela_run {
    size_t size;
    const char *const *targets;
    size_t target_count;
    tutela_set *const *sets;
    size_t set_count;
    int64_t started; /* nanoseconds since 1970 UTC; INT64_MIN: left out */
} tutela_run;

typedef struct tutela_report_options {
    size_t size;
    const char *format;   /* "text", "json", "csv", "html" */
    int32_t fd;           /* where to write; stays the caller's */
    int32_t reproducible; /* 1: no time of day, no duration: same input, same bytes */
    int32_t colour;       /* 1: ANSI colours, for "text" */
    int32_t inventory;    /* 1: `item` records for clear and known items too */
    const char *spool_folder; /* for what must be written after its summary; NULL: /var/tmp */
} tutela_report_options;

/* The name of the index-th report format, NULL past the last. Static. Thread: any. */
TUTELA_API const char *tutela_report_format_at(size_t index);

/*
 * Begin a report and write its head. The caller owns *out: tutela_report_close.
 * TUTELA_ARGUMENT for an unknown format, TUTELA_RECORD when writing fails. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_report_open(tutela_report **out,
                                                            const tutela_report_options *options,
                                                            const tutela_run *run,
                                                            tutela_error *error);

/* Add one finding. TUTELA_RECORD when writing fails. Thread: single. */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_report_add(tutela_report *report,
                                                           const tutela_finding *finding,
                                                           tutela_error *error);

/* Write the summary and everything still held back. TUTELA_RECORD when it fails. Thread: single. */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_report_end(tutela_report *report,
                                                           const tutela_summary *summary,
                                                           tutela_error *error);

/* Free a report; one that was not ended stays as it is. NULL is fine. Thread: single. */
TUTELA_API void tutela_report_close(tutela_report *report);

/* ---- 9. Training data -------------------------------------------------------------------- */

/*
 * Make a synthetic tree and lists of some of its files under `folder`, which must not exist or be
 * empty: folder/tree (harmless generated pictures and files of the common types, nested folders,
 * odd names) and folder/lists (the same known files in every list format). Nothing in it depicts
 * anything. The same seed gives the same bytes; 0 is the seed of the examples. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_training_create(const char *folder, uint64_t seed,
                                                                tutela_error *error);

/* ---- 10. Self-test ----------------------------------------------------------------------- */

/* One question with a known answer, and whether the answer was right. Borrowed for the call. */
typedef struct tutela_selftest_check {
    size_t size;        /* sizeof(tutela_selftest_check) of the library */
    const char *group;  /* "digest kernels", "file types", "hash sets", "reports", ... */
    const char *name;   /* "md5, AVX2, 8 lanes: 64 bytes" */
    const char *detail; /* what is wrong; "" when nothing is */
    int32_t passed;     /* 1: right, 0: wrong */
    int32_t reserved;
} tutela_selftest_check;

/*
 * Ask this build, on this machine, questions whose answers are known: every digest kernel that the
 * processor has (less what TUTELA_CPU takes away), the digests and seals made with them, OpenSSL's
 * digests and signatures, each row of the table of file types, the reader of hash sets (sealed,
 * signed, damaged), and each report format. Takes a fraction of a second; keeps nothing, and
 * nothing it makes has a name on any disk.
 *
 * `on_check`, which may be NULL, is called for each question, those of a group not always in a row;
 * return 0 from it to go on, any other value to stop with TUTELA_RECORD. All questions are asked,
 * also after a wrong answer. TUTELA_UNSOUND when an answer was wrong: rely on no result of this
 * build on this machine, not even of earlier runs. TUTELA_MEMORY, TUTELA_IO, and TUTELA_UNAVAILABLE
 * for a library that does not do what is needed, when the test could not be done to its end and no
 * answer before that was wrong. Thread: any.
 */
TUTELA_API TUTELA_MUST_USE tutela_status tutela_selftest(
    int (*on_check)(void *user, const tutela_selftest_check *check), void *user,
    tutela_error *error);

#ifdef __cplusplus
}
#endif

#endif /* TUTELA_H */
