/*
 * wire: what goes between the broker and a worker, and the broker's check of it.
 *
 *     broker ── setup, order, credit ──────────────▶ worker     one message each, SOCK_SEQPACKET,
 *                                                               with the descriptors it says
 *     broker ◀── ready, page, beat, failed ───────── worker
 *     broker ◀══ TT_WIRE_PAGES pages of slots ══════ worker      shared memory, sealed in its size
 *
 * A page is told of by a message, copied by the broker, given back by a credit, and only then looked
 * at. All is of fixed size and in the machine's own order: both ends are one build. The broker's side
 * believes nothing: numbers, parents and depth are what it can work out by itself, and everything else
 * is checked against a table or a bound.
 */
#ifndef TT_WORKER_WIRE_H
#define TT_WORKER_WIRE_H

#include "worker/broker.h"

/* The worker's descriptors, where posix_spawn puts them. */
#define TT_WIRE_SOCKET 3
#define TT_WIRE_MEMORY 4
#define TT_WIRE_LIFE 5 /* a pipe that nothing is written to; it ends when the broker does */
#define TT_WIRE_OWN 6  /* the first where the worker puts those that come with the setup and stay */

#define TT_WIRE_PAGES 4u   /* the worker fills one while the broker is at another */
#define TT_WIRE_SLOTS 256u /* a page: 64 KiB */
#define TT_WIRE_SLOT 256u  /* bytes */
#define TT_WIRE_NAME 68u   /* bytes of a name and the type after it in their first slot */
#define TT_WIRE_REST 252u  /* and in each further one */
#define TT_WIRE_DIGESTS 132u
#define TT_WIRE_MEMORY_SIZE ((size_t)TT_WIRE_PAGES * TT_WIRE_SLOTS * TT_WIRE_SLOT)

typedef enum tt_wire_kind {
    TT_WIRE_WHOLE = 1, /* a member that was not opened; it is through */
    TT_WIRE_OPENS,     /* a container; its members follow */
    TT_WIRE_ENDS,      /* the container opened last is through */
    TT_WIRE_FILE,      /* the file itself is through: the last of a job */
    TT_WIRE_COVERS,    /* the container opened last, or the file, is the image of a disk; again before it ends */
    TT_WIRE_MENTIONS,  /* a digest that the member told of last mentions, or the free space of what is open */
    TT_WIRE_CONTINUES  /* more of the name and type of the slot before */
} tt_wire_kind;

typedef struct tt_wire_record {
    uint16_t kind;
    uint16_t status;    /* a tutela_item_status */
    uint16_t reason;    /* a row of reasons.def, from 1; 0 when clear */
    uint16_t mask;      /* of `digests`, which stand one after another in the order of algorithms */
    uint32_t name_size; /* of a member when first told of; else 0 */
    uint16_t mime_size; /* of a member when first told of, and of the file; 0: none. Behind the name */
    uint8_t container;  /* of the file */
    uint8_t origin;     /* of a member: a tutela_origin */
    uint64_t number, parent, bytes;
    int64_t modified;
    uint64_t position;
    uint8_t digests[TT_WIRE_DIGESTS];
    uint8_t name[TT_WIRE_NAME];
} tt_wire_record;

typedef struct tt_wire_rest {
    uint16_t kind;
    uint16_t size;
    uint8_t name[TT_WIRE_REST];
} tt_wire_rest;

typedef struct tt_wire_cover {
    uint16_t kind;
    uint16_t zero[3];
    uint64_t number; /* of the container; 0: the file */
    uint64_t bytes[TUTELA_COVER_COUNT];
    uint8_t rest[TT_WIRE_SLOT - 16 - 8 * TUTELA_COVER_COUNT];
} tt_wire_cover;

typedef struct tt_wire_mention {
    uint16_t kind;
    uint16_t algorithm;
    uint16_t space;  /* 1: of the free space of the container opened last, or of the file */
    uint16_t zero;
    uint64_t number; /* of the member, or of that container; 0: the file */
    uint64_t offset, count;
    uint8_t digest[TT_MENTION_BYTES];
    uint8_t rest[TT_WIRE_SLOT - 32 - TT_MENTION_BYTES];
} tt_wire_mention;

typedef union tt_wire_slot {
    tt_wire_record record;
    tt_wire_rest rest;
    tt_wire_cover cover;
    tt_wire_mention mention;
} tt_wire_slot;

_Static_assert(sizeof(tt_wire_slot) == TT_WIRE_SLOT, "slots are of fixed size");
_Static_assert(sizeof(tt_wire_record) == TT_WIRE_SLOT, "records are of fixed size");
_Static_assert(sizeof(tt_wire_rest) == TT_WIRE_SLOT, "continuations are of fixed size");
_Static_assert(sizeof(tt_wire_cover) == TT_WIRE_SLOT, "covers are of fixed size");
_Static_assert(sizeof(tt_wire_mention) == TT_WIRE_SLOT, "mentions are of fixed size");

/* Slots that a record takes with a name and type of so many bytes together; they lie in one page. */
#define TT_WIRE_SLOTS_OF(size) \
    (1u + ((size) <= TT_WIRE_NAME ? 0u : ((size) - TT_WIRE_NAME + TT_WIRE_REST - 1u) / TT_WIRE_REST))

_Static_assert(TT_WIRE_SLOTS_OF(TT_NAME_MAX + TT_MIME_MAX) <= TT_WIRE_SLOTS, "it fits into a page");

/* From the worker. */
typedef enum tt_wire_word_kind {
    TT_WIRE_READY = 1, /* locked up; `count` is the layers, `page` the Landlock interface */
    TT_WIRE_PAGE,      /* `count` slots are in `page` */
    TT_WIRE_BEAT,      /* nothing to tell yet */
    TT_WIRE_FAILED,    /* it has no memory left */
    TT_WIRE_NO_TYPES   /* instead of ready: it cannot know types */
} tt_wire_word_kind;

typedef struct tt_wire_word {
    uint32_t kind;
    uint32_t page;
    uint32_t count;
    uint32_t zero;
    uint64_t job;
    uint64_t at; /* bytes of the file read so far */
} tt_wire_word;

/* To the worker. */
typedef enum tt_wire_order_kind {
    TT_WIRE_SETUP = 1, /* the first: memory, spool_memory, spool_bytes, types, secrets; with files of the last two */
    TT_WIRE_ORDER,     /* with a file */
    TT_WIRE_CREDIT,    /* `page` may be filled again */
    TT_WIRE_PARTS      /* before an order: files that follow the first, some at a time */
} tt_wire_order_kind;

/*
 * The descriptors that a message may bring, which come in this order; an array of TT_WIRE_FDS has each
 * at its place, and -1 for what is not there.
 */
typedef enum tt_wire_fd {
    TT_WIRE_FD_JOB,   /* of an order: the file to be opened */
    TT_WIRE_FD_SPOOL, /* of the setup: a file without a name, to be written to */
    TT_WIRE_FD_SECRETS, /* of the setup: passwords, sealed */
    TT_WIRE_FDS
} tt_wire_fd;

/*
 * Of a message of parts: what it may bring, in place of the above. A kernel passes on 253 at once; few of them
 * keep every order small.
 */
#define TT_WIRE_PART_FDS 64u
_Static_assert(TT_WIRE_PART_FDS >= (unsigned)TT_WIRE_FDS, "an array for either has room for the other");

typedef struct tt_wire_order {
    uint32_t kind;
    uint32_t page;
    uint64_t job;
    uint64_t size; /* bytes of the file; TT_SIZE_UNKNOWN: a stream that comes once */
    uint64_t memory;
    uint64_t careful; /* after so many events each is told at once: what comes then may be the last */
    uint32_t mask;
    uint32_t depth;
    uint64_t entries, expanded, ratio, ratio_from, spool_memory;
    uint64_t spool_bytes; /* at setup: of the spool; 0: none was asked for */
    uint32_t types;     /* a tt_types; at setup: whether they may be asked for */
    uint32_t only_type; /* of the file itself, and nothing else */
    uint64_t secrets;   /* at setup: passwords in the file that comes with it; 0: none comes */
    uint64_t from[TUTELA_STEPS_MAX]; /* as in tt_budget */
    uint32_t share, shares; /* likewise */
    uint32_t partition, no_deleted, carve; /* as in tt_wishes */
    uint32_t mentions;  /* as in tt_job */
    uint32_t with;      /* bits of the descriptors that come with it, 1u << tt_wire_fd */
    uint32_t parts;     /* files that come with it; of an order, that came before it and belong to it */
    uint64_t sizes[TT_WIRE_PART_FDS]; /* of the first file in an order; of each in a message of parts */
} tt_wire_order;

/* The row of reasons.def for a trouble, or the first of its status; 0 for CLEAR. Thread: any. */
uint16_t tt_wire_reason(const tt_trouble *trouble);
/* The trouble of a row, if it is of that status. 1, or 0. Thread: any. */
int tt_wire_trouble(tt_trouble *out, uint16_t status, uint16_t reason);

/* Slots that a record takes. Ends, covers and mentions have neither name nor type. Thread: any. */
size_t tt_wire_slots(tt_wire_kind kind, const tt_told *told);
/* Write a record into that many slots; returns how many. told->mime may be NULL. Thread: any. */
size_t tt_wire_write(tt_wire_slot *slots, tt_wire_kind kind, const tt_told *told);
/* The same for the file itself, into TT_WIRE_SLOTS_OF(TT_MIME_MAX) or fewer. */
size_t tt_wire_write_file(tt_wire_slot *slots, const tt_opened *file);

/* ---- The broker's side --------------------------------------------------------------------- */

/* A container that was told of and has not ended. */
typedef struct tt_wire_open {
    uint64_t number, parent;
    int64_t modified;
    uint8_t *name; /* and behind it, NUL-ended, its type */
    size_t name_size;
    tutela_origin origin;
    int space;     /* what its free space mentions was told */
    int disk;      /* how often it was said to be the image of one: when it began and when it ended */
    tt_cover cover;
} tt_wire_open;

/* What one try of a job has told. Zero it, set the bounds, read pages into it. Single. */
typedef struct tt_wire_reader {
    uint64_t size;     /* bounds: bytes of the file, */
    uint32_t mask;     /* digests that a whole member has, */
    uint32_t depth;    /* of the deepest member, */
    uint64_t entries;  /* members, */
    uint64_t expanded; /* bytes of them all */
    int types;         /* whether there must be types */
    int mentions, carve; /* whether members may mention digests, and free space */
    const struct tt_wire_reader *before; /* the try before, or NULL: what it told is checked only,
                                            and must lead to where it stood */

    uint64_t last;     /* the highest number */
    uint64_t ended;    /* the member that ended with the record before, mentions left out; 0: it was none */
    uint64_t ended_bytes;
    int space;         /* what the free space of the file mentions was told */
    uint64_t mentioned, mention_next; /* mentions in a row, and the least place for another */
    int row_space;     /* the row is of free space */
    uint64_t events;
    uint64_t bytes;    /* of members that ended */
    tt_wire_open *open;
    size_t open_count, open_room;
    int over;          /* `file` is set: nothing may follow */
    tt_opened file;
    const char *lie;   /* why it is not believed any more; static; NULL: all was sound */
    uint8_t name[TT_NAME_MAX];
    char mime[TT_MIME_MAX + 1];
} tt_wire_reader;

/*
 * Check `count` slots, which must be a copy that nobody else can change, and tell what is sound. After
 * a lie reader->lie is set and the rest is not looked at. What the teller answers, or TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_wire_read(tt_wire_reader *reader, const tt_wire_slot *slots,
                                       size_t count, tt_teller teller, void *user,
                                       tutela_error *error);
/* The containers still open end with this trouble, the innermost first. */
TT_MUST_USE tutela_status tt_wire_end(tt_wire_reader *reader, const tt_trouble *trouble,
                                      tt_teller teller, void *user, tutela_error *error);
void tt_wire_done(tt_wire_reader *reader);

/* ---- What is told beside members (wire_beside.c) --------------------------------------------------------------- */

/*
 * Check a mention and count it. NULL, with *out what was told, whose `mention` is `mention`; or why it is a
 * lie. `inner` is the container opened last, or NULL.
 */
const char *tt_wire_mention_check(tt_wire_reader *reader, tt_wire_open *inner,
                                  const tt_wire_mention *record, tt_mention *mention, tt_told *out);
/* Write one that `told` has. Slots. */
size_t tt_wire_mention_write(tt_wire_mention *record, const tt_told *told);
/* Likewise a coverage, which the reader gets. */
const char *tt_wire_cover_check(tt_wire_reader *reader, tt_wire_open *inner, const tt_wire_cover *cover);
size_t tt_wire_cover_write(tt_wire_cover *cover, const tt_told *told);

#endif
