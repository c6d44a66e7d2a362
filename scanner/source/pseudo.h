/*
 * pseudo: kinds of file systems: those that hold no files, only the kernel's answers, and those
 * whose reads can be taken at their word.
 */
#ifndef TT_SOURCE_PSEUDO_H
#define TT_SOURCE_PSEUDO_H

#include <stdint.h>

/*
 * For the f_type of statfs: "pseudo file system (proc)" and the like, or NULL when files there
 * have bytes of their own. Static. Thread: any.
 */
const char *tt_pseudo_reason(uint64_t f_type);

/*
 * 1 for file systems whose reads come out of the page cache, where one that is short means the end of
 * the file as the system states it (or an error, which the next read then tells). Others, network and
 * FUSE file systems among them, may answer in crumbs or past the size they state. Thread: any.
 */
int tt_paged_system(uint64_t f_type);

#endif
