/*
 * key_file: makes the files that keys lie in.
 */
#ifndef TT_HASHSETS_KEY_FILE_H
#define TT_HASHSETS_KEY_FILE_H

#include "base/status.h"

#include <stddef.h>
#include <sys/types.h>

/*
 * Make a key file whole, on disk, or not at all: half a key would stand in the way of the next.
 * TUTELA_ARGUMENT when something of that name is there: a key is never written over. TUTELA_RECORD
 * when it cannot be written, TUTELA_IO, TUTELA_MEMORY. Thread: any.
 */
TT_MUST_USE tutela_status tt_key_file_make(const char *path, const void *key, size_t size,
                                           mode_t mode, tutela_error *error);

#endif
