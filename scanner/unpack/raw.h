/*
 * raw: what is of no type that is known, a page file say, or the dump of a memory, or a device that was wiped:
 * searched for files by their structure, as the free space of a disk is, if that is wished for.
 *
 * A zip at their end is opened too, as in any other file, unless the search has found just that.
 */
#ifndef TT_UNPACK_RAW_H
#define TT_UNPACK_RAW_H

#include "unpack/heads.h"
#include "unpack/tree.h"

/* Not told by any first bytes: whoever knows that they are of no known type opens it so. */
extern const tt_format tt_format_raw;
/* The search alone: see disk/disk.h. */
extern const tt_format tt_format_space;

/*
 * *out becomes 1 when an item, a member or the top one (all zeros), is to be searched, should it be no container: by
 * its first bytes, as `sink` sees them. What a search found is of a known kind, if not by these: not that again.
 */
TT_MUST_USE tutela_status tt_raw_is(int *out, const tt_sink *sink, void *user, const tt_budget *budget,
                                    const tt_member *member, const uint8_t *head, size_t size,
                                    tutela_error *error);

#endif
