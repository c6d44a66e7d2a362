/*
 * links: a file with several names is digested once and reported under each.
 *
 * The first name to come claims the file; names that come while it is read wait; names that come
 * later get the kept result. An entry goes when every name the file has was seen. Thread: any.
 */
#ifndef TT_ENGINE_LINKS_H
#define TT_ENGINE_LINKS_H

#include "base/buf.h"
#include "base/thread.h"
#include "source/walk.h"

#include <sys/stat.h>

/* Files kept at most: about 100 MB. Beyond it a file is digested once for each name: only slower. */
#define TT_LINKS_MAX 500000u

typedef struct tt_link tt_link;

typedef struct tt_links {
    tt_lock lock; /* guards all below, and every tt_link */
    tt_link **slots;
    size_t slot_count; /* a power of two, or 0 before the first */
    size_t count;
} tt_links;

typedef enum tt_claim {
    TT_CLAIM_READ,  /* read it; tt_links_settle must follow when *link is not NULL */
    TT_CLAIM_WAITS, /* another reads it and will report this name too */
    TT_CLAIM_KNOWN  /* *record holds the result to report under this name */
} tt_claim;

void tt_links_init(tt_links *links);
void tt_links_done(tt_links *links);

/*
 * A name of the file described by `stat` (more than one link) has come. For TT_CLAIM_WAITS the
 * entry is taken over: *entry is zeroed. For TT_CLAIM_KNOWN `record` gets a copy of the packed
 * finding, whose chain is another name's. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_links_claim(tt_links *links, const struct stat *stat, tt_entry *entry,
                                         tt_link **link, tt_buf *record, tt_claim *claim,
                                         tutela_error *error);

/* 1 when the file described by `stat` is the one the unsettled `link` stands for. Thread: any. */
int tt_links_same(const tt_link *link, const struct stat *stat);

/*
 * The claimed file is done: `record` is its packed finding. *waiting gets the entries that waited
 * (*count of them, the caller's to end with tt_entry_done and free). The link may be gone after.
 */
TT_MUST_USE tutela_status tt_links_settle(tt_links *links, tt_link *link, const tt_buf *record,
                                          tt_entry **waiting, size_t *count, tutela_error *error);

/*
 * There is no result that other names could share: whoever comes from now on claims anew. The entries that
 * waited are the caller's, as above. The link is gone.
 */
void tt_links_forget(tt_links *links, tt_link *link, tt_entry **waiting, size_t *count);

#endif
