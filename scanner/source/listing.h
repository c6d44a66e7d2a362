/*
 * listing: one look into one folder (or at one target), and what was found there.
 */
#ifndef TT_SOURCE_LISTING_H
#define TT_SOURCE_LISTING_H

#include "source/folder.h"

/* Bytes of a listing read at once: some hundred to a thousand names. */
#define TT_LISTING_BUFFER 32768

/* Entries ready to be taken. */
typedef struct tt_batch {
    struct tt_batch *next;
    size_t at; /* of the first not yet taken */
    size_t count;
    tt_entry entries[];
} tt_batch;

/* What a thread needs to list folders. Single. */
typedef struct tt_lister {
    const tt_walk_options *options;
    uint8_t *buffer;       /* TT_LISTING_BUFFER bytes */
    tt_buf path;           /* of what is matched against patterns */
    _Atomic int64_t since; /* when the system call now running began; tt_clock_coarse */
} tt_lister;

/* What one look gave. */
typedef struct tt_listing {
    tt_batch *batch;    /* NULL when there are no entries */
    tt_folder *folders; /* linked by `below`, to be listed */
    tt_folder *last;    /* of those */
    int more;           /* the folder itself is to be listed again, after them */
} tt_listing;

/* TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_lister_init(tt_lister *lister, const tt_walk_options *options,
                                         tutela_error *error);
void tt_lister_done(tt_lister *lister);

/*
 * Read the folder's next names, opening it first if this is its first time. Whatever goes wrong
 * with the folder is an entry in out->batch; only TUTELA_MEMORY fails, and then *out is untouched.
 * Thread: single for a lister and for a folder. May hang as long as the file system does.
 */
TT_MUST_USE tutela_status tt_list(tt_lister *lister, tt_folder *folder, tt_listing *out,
                                  tutela_error *error);

/* Let go of what nobody wants. */
void tt_listing_drop(tt_listing *listing);
void tt_batch_free(tt_batch *batch);
/* Release folders linked by `below`. */
void tt_folders_release(tt_folder *folders);

/* A batch of one: what is to be said of the folder itself. NULL without memory. */
tt_batch *tt_batch_of_folder(const tt_folder *folder, tt_outcome outcome);

#endif
