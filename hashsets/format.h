/*
 * format: the numbers of FORMAT.md that the reader and the builder share.
 */
#ifndef TT_HASHSETS_FORMAT_H
#define TT_HASHSETS_FORMAT_H

#include "base/clock.h"
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

#define TT_SET_VERSION 2u
#define TT_SET_PAGE 4096u
#define TT_SET_MAGIC_SIZE 8u
/* Not text, to any tool: a high bit, a line end of each kind that a transfer as text would change. */
#define TT_SET_MAGIC "\x89TSET\r\n\x1a"

/* Places of the header's fields in page 0. */
enum {
    TT_AT_MAGIC = 0,
    TT_AT_VERSION = 8,     /* u32 */
    TT_AT_FLAGS = 12,      /* u32 */
    TT_AT_FILE_SIZE = 16,  /* u64 */
    TT_AT_PAGE = 24,       /* u32 */
    TT_AT_SECTIONS = 28,   /* u32 */
    TT_AT_ENTRIES = 32,    /* u64 */
    TT_AT_CREATED = 40,    /* i64 */
    TT_AT_SUMS_KIND = 48,  /* u32 */
    TT_AT_RESERVED_1 = 52, /* 12 bytes: zero */
    TT_AT_MASKS = 64,      /* u64 for each of 16 digest masks */
    TT_AT_KEY_ID = 192,    /* 8 bytes: of the key the set is sealed with, else zero */
    TT_AT_EXPIRES = 200,   /* i64 */
    TT_AT_ROOTS = 208,     /* 32 bytes: SHA-256 of the ROOTS section with its padding */
    TT_AT_BASE = 240,      /* 32 bytes: of a delta, the identity of its base, else zero */
    TT_AT_LAYER = 272,     /* u32: layers below it */
    TT_AT_RESERVED_2 = 276, /* 228 bytes: zero */
    TT_AT_PAGE_SUM = 504,  /* u64: XXH3 of page 0 with this field zero */
    TT_AT_SLOTS = 512
};

#define TT_SET_SEALED 1u /* flag: keys are made with a secret key (seal.h) */
#define TT_SET_DELTA 4u  /* flag: additions to and removals from another set (layers.h) */
#define TT_KEY_ID_SIZE 8u
#define TT_SET_MASKS 16u
#define TT_IDENTITY_SIZE 32u /* SHA-256 of page 0, which pins every byte of the set */
#define TT_SUMS_TWO 3u /* SUMS and ROOTS hold two checksums of each page, see TT_SUM_SIZE */

/* The section table: one slot a section, in the order of the file. */
#define TT_SLOT_SIZE 64u
#define TT_SLOTS_MAX ((TT_SET_PAGE - TT_AT_SLOTS) / TT_SLOT_SIZE)
enum {
    TT_SLOT_ID = 0,        /* u16 */
    TT_SLOT_ALGORITHM = 2, /* u8 */
    TT_SLOT_ENCODING = 3,  /* u8 */
    TT_SLOT_WIDTH = 4,     /* u32: bytes of an element */
    TT_SLOT_OFFSET = 8,    /* u64 */
    TT_SLOT_BYTES = 16,    /* u64: without padding */
    TT_SLOT_COUNT = 24,    /* u64: elements */
    TT_SLOT_CONSTANT = 32, /* u64 */
    TT_SLOT_RESERVED = 40  /* 24 bytes: zero */
};

#define TT_NO_ALGORITHM 0xffu

/*
 * Sections of the whole set, then those of one algorithm, then checksums of the pages of all these,
 * then checksums of the pages that hold these.
 */
enum {
    TT_SECTION_LISTS = 1,
    TT_SECTION_STRINGS = 2,
    TT_SECTION_RECORDS = 3,
    TT_SECTION_IDS = 4,
    TT_SECTION_ENTRY_RECORD = 5,
    TT_SECTION_ENTRY_SIZE = 6,
    TT_SECTION_ENTRY_ID = 7,
    TT_SECTION_ENTRY_MASK = 8,
    TT_SECTION_ENTRY_DATE = 9,
    TT_SECTION_KEYS = 16,
    TT_SECTION_NUMBERS = 17,
    TT_SECTION_BUCKETS = 18,
    TT_SECTION_FILTER = 19,
    TT_SECTION_BASE = 40,
    TT_SECTION_HIDDEN = 41,
    TT_SECTION_HIDDEN_COUNTS = 42,
    TT_SECTION_SUMS = 254,
    TT_SECTION_ROOTS = 255
};

/* How the elements of a section are kept. */
enum {
    TT_ENCODING_ARRAY = 1,    /* `count` elements of `width` bytes */
    TT_ENCODING_CONSTANT = 2, /* no bytes: each of the `count` elements is `constant` */
    TT_ENCODING_IDENTITY = 3  /* no bytes: element i is i */
};

#define TT_LIST_SIZE 32u   /* name u32, version u32, polarity u32, zero u32, entries u64, zero u64 */
#define TT_RECORD_SIZE 32u /* list, scheme, value, owner, flags, zero: u32 each; entries u64 */
#define TT_RECORD_ENTRIES 24u /* place of `entries` in a record */
#define TT_KEY_SIZE 16u    /* bytes of a fingerprint */
#define TT_SUM_SIZE 32u    /* a checksum of a page: */
#define TT_SUM_STRONG 24u  /* first bytes of its SHA-256, */
                           /* then its 64-bit XXH3 */
#define TT_HIDDEN_SIZE 8u        /* layer << 32 | entry */
#define TT_HIDDEN_COUNT_SIZE 16u /* layer u16, mask u16, list u32, entries u64 */

/* Every flag that a record may have. */
enum {
#define X(name, bit, text, words) | (bit)
    TT_ENTRY_FLAGS = 0 TUTELA_ENTRY_FLAG_MAP(X)
#undef X
};

/* ENTRY_DATE of nanoseconds since 1970 UTC: the second + 1; 0 for 0 and what is before. */
static inline uint64_t tt_date_of(int64_t updated)
{
    return updated > 0 ? (uint64_t)(updated / TT_SECOND) + 1 : 0;
}

/*
 * The date back, of at most TT_DATE_MAX. 0 stays "not stated", so that the first second of 1970 is
 * given as its first nanosecond.
 */
#define TT_DATE_MAX ((uint64_t)(INT64_MAX / TT_SECOND) + 1)
static inline int64_t tt_updated_of(uint64_t date)
{
    return date > 1 ? (int64_t)(date - 1) * TT_SECOND : (int64_t)date;
}

/* Split-block Bloom filter: a key's block is one cache line of eight words, one bit in each. */
#define TT_FILTER_BLOCK 64u
#define TT_FILTER_KEYS 32u /* keys a block on average: 16 bits a key, about 1 wrong "maybe" in 1000 */
#define TT_BUCKET_KEYS 4u  /* keys a bucket, from here to twice that */

/* Entries fit 32 bits, so that numbers and bucket starts take at most four bytes. */
#define TT_ENTRIES_MAX UINT32_MAX
#define TT_LISTS_MAX 65536u       /* as many tt_set_list are made at open */
#define TT_RECORDS_MAX (1u << 20) /* the builder holds them in memory */
#define TT_STRING_MAX (1u << 16)  /* bytes of one string: what a look-up may have to walk */
#define TT_LAYERS_MAX 64u         /* each costs every miss one line of its filter */
#define TT_BASE_NAME_MAX 4096u    /* bytes of a path, as the system has it */

/* A fingerprint as two numbers: `high` orders and places it, `low` picks its bits in the filter. */
typedef struct tt_key {
    uint64_t high; /* bytes 0 to 7, first byte most significant */
    uint64_t low;  /* bytes 8 to 15, the same way */
} tt_key;

/* Number of bits that make 2^bits buckets for so many keys. */
static inline uint32_t tt_bucket_bits(uint64_t keys)
{
    uint32_t bits = 0;

    while (keys >> (bits + 1) >= TT_BUCKET_KEYS)
        bits++;
    return bits;
}

static inline uint64_t tt_bucket_of(tt_key key, uint32_t bits)
{
    return bits ? key.high >> (64 - bits) : 0;
}

static inline uint64_t tt_filter_blocks(uint64_t keys)
{
    return keys / TT_FILTER_KEYS + 1;
}

/* Grows with the key, so that sorted keys fill the filter from front to back. */
static inline uint64_t tt_filter_block_of(tt_key key, uint64_t blocks)
{
    return ((key.high >> 32) * blocks) >> 32;
}

/* The bit of the key in word `word` (0 to 7) of its block. */
static inline uint32_t tt_filter_bit(tt_key key, unsigned word)
{
    return (uint32_t)(key.low >> (6 * word)) & 63;
}

#endif
