/*
 * set_internal: what open.c makes and set.c asks; no one else but the tests looks inside.
 */
#ifndef TT_HASHSETS_SET_INTERNAL_H
#define TT_HASHSETS_SET_INTERNAL_H

#include "hashsets/header.h"
#include "hashsets/pages.h"
#include "hashsets/seal.h"
#include "hashsets/set.h"

/* One section, its slot checked: the bytes lie inside the map and are a whole number of elements. */
typedef struct tt_section {
    const uint8_t *data; /* in the map; NULL when there are no bytes */
    uint64_t offset;     /* in the file */
    uint64_t bytes;
    uint64_t count;
    uint64_t constant;
    uint32_t width;
    uint8_t encoding; /* 0: not in the file */
} tt_section;

/* The four sections of one algorithm; keys.encoding is 0 when no entry has such a digest. */
typedef struct tt_index {
    tt_section keys;
    tt_section numbers;
    tt_section buckets;
    tt_section filter;
    uint32_t bits; /* 2^bits buckets */
} tt_index;

/* What is to be seen of a set: of one with layers, of all of them without what they hide. */
typedef struct tt_view {
    uint64_t entries;
    uint64_t bytes; /* of all files */
    uint64_t masks[TT_SET_MASKS];
    tt_set_list *list; /* a plain set's own, else made for the view */
    size_t list_count;
} tt_view;

struct tt_set {
    atomic_uint holders;
    char *path;
    const uint8_t *map;
    uint64_t size;       /* of the map: the set without what follows it */
    uint64_t file_bytes; /* of the whole file */
    uint64_t entries;
    int64_t created;
    int64_t expires;
    uint8_t identity[TT_IDENTITY_SIZE];
    tt_seal *seal; /* NULL: not sealed, or opened without its key; of a layer below another that one's */
    int sealed;
    int is_signed;
    uint8_t key_id[TT_KEY_ID_SIZE]; /* of the key it is sealed with */
    tt_set_signature signature;
    tt_set *below;         /* owned: the base of a delta */
    tt_set *above;         /* the delta that owns it */
    uint32_t layer;        /* how many lie below */
    uint64_t first_number; /* entries of all layers below: opaque ids go on from there */
    uint8_t base_id[TT_IDENTITY_SIZE];
    tt_view view;
    uint64_t masks[TT_SET_MASKS];
    tt_pages pages;
    tt_section lists;
    tt_section strings;
    tt_section records;
    tt_section ids;
    tt_section entry_record;
    tt_section entry_size;
    tt_section entry_id;
    tt_section entry_mask;
    tt_section entry_date;
    tt_section base;
    tt_section hidden;
    tt_section hidden_counts;
    tt_section sums;
    tt_section roots;
    tt_index index[TUTELA_ALGORITHM_COUNT];
    tt_set_list *list;
    size_t list_count;
    uint32_t polarities; /* of the lists */
};

/* tt_set_open with another border between checking whole and checking at first touch, in bytes. */
TT_MUST_USE tutela_status tt_set_open_eager(tt_set **out, const char *path, uint64_t eager,
                                            tutela_error *error);

/*
 * Open a set that may be sealed without its key: not to be asked, since every digest would be "not
 * listed". Its pages are all checked. Of a set of layers only the newest is opened.
 */
TT_MUST_USE tutela_status tt_set_open_whole(tt_set **out, const char *path, tutela_error *error);

/* The same with all its layers, and pages checked at first touch. */
TT_MUST_USE tutela_status tt_set_open_keyless(tt_set **out, const char *path, tutela_error *error);

/* How one file of a set is opened. */
typedef struct tt_opening {
    const char *key_file; /* may be NULL; asked only for the newest layer */
    uint64_t eager;       /* a file up to this size has every page checked */
    tt_set *above;        /* the delta whose base the file must be; NULL for the newest */
    int keyless;          /* leave out the key, whatever the set needs */
} tt_opening;

/* One file, without its base. The statuses of tt_set_open_sealed. */
TT_MUST_USE tutela_status tt_set_open_layer(tt_set **out, const char *path, const tt_opening *how,
                                            tutela_error *error);

typedef tutela_status tt_category_taker(void *user, const tt_set_category *category,
                                        tutela_error *error);

/* tt_set_categories of one file, as if no newer layer hid any of it. In categories.c. */
TT_MUST_USE tutela_status tt_set_own_categories(const tt_set *set, tt_category_taker *take,
                                                void *user, tutela_error *error);

/*
 * The string at `offset` of a section of NUL-ended strings, its pages checked. TUTELA_SET_REFUSED
 * when there is none, it is not UTF-8 or longer than TT_STRING_MAX.
 */
TT_MUST_USE tutela_status tt_set_string(const tt_set *set, const tt_section *section,
                                        uint64_t offset, const char **out, tutela_error *error);

/* The starts of the key's bucket and of the next one, bounded. TUTELA_SET_REFUSED. */
TT_MUST_USE tutela_status tt_set_bucket(const tt_set *set, const tt_index *index, tt_key key,
                                        uint64_t *low, uint64_t *high, tutela_error *error);
/* The run of keys that equal `key`: from *first to before *end. TUTELA_SET_REFUSED. */
TT_MUST_USE tutela_status tt_set_run_of(const tt_set *set, const tt_index *index, tt_key key,
                                        uint64_t *first, uint64_t *end, tutela_error *error);

#endif
