/* api: what the argument checks share. */
#ifndef TT_API_API_H
#define TT_API_API_H

#include "base/status.h"

#include <stddef.h>

/*
 * Copy a caller's struct that begins with its own size into one of ours: a shorter one is extended
 * by zeros, a longer one is taken when all we do not know is zero. `name` is for the message.
 * TUTELA_ARGUMENT. Thread: any.
 */
TT_MUST_USE tutela_status tt_api_options(void *to, size_t known, const void *from,
                                         const char *name, tutela_error *error);

/*
 * Copy our filled struct into the caller's, no further than the size it states, and leave that size
 * as it was. TUTELA_ARGUMENT when it states less than a size.
 */
TT_MUST_USE tutela_status tt_api_answer(void *to, const void *from, size_t known,
                                        const char *name, tutela_error *error);

/* TUTELA_ARGUMENT with "name: must not be NULL". */
tutela_status tt_api_null(tutela_error *error, const char *name);

#endif
