/*
 * pseudo: file systems that hold no files, only the kernel's answers.
 */
#ifndef TT_SOURCE_PSEUDO_H
#define TT_SOURCE_PSEUDO_H

#include <stdint.h>

/*
 * For the f_type of statfs: "pseudo file system (proc)" and the like, or NULL when files there
 * have bytes of their own. Static. Thread: any.
 */
const char *tt_pseudo_reason(uint64_t f_type);

#endif
