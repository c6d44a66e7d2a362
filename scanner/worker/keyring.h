/*
 * keyring: passwords on their way to a worker.
 *
 * Kept by the engine for as long as it opens containers, handed to each worker as a sealed file that has
 * no name, and kept by the worker. So they are in no argument, no environment and no folder; both ends
 * lock them in memory and leave them out of core files where the system lets us. The engine's are wiped
 * at the end; a worker's go with its process.
 */
#ifndef TT_WORKER_KEYRING_H
#define TT_WORKER_KEYRING_H

#include "base/status.h"
#include "unpack/secrets.h"

/* Zeroed: none. Single; may be read from any thread. */
typedef struct tt_keyring {
    tt_secrets secrets; /* the passwords, in the order given */
    tt_secret *list;
    uint8_t *packed; /* of each its size, in two bytes, and its bytes */
    size_t size, room;
} tt_keyring;

/*
 * A copy of `count` passwords. TUTELA_ARGUMENT: more than TT_SECRETS_MAX, or one that is empty, longer
 * than TT_SECRET_SIZE or holds a NUL; TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_keyring_copy(tt_keyring *out, const tutela_name *passwords, size_t count,
                                          tutela_error *error);
/* Wipe and free it. Safe on a zeroed one. */
void tt_keyring_done(tt_keyring *keyring);

/* The passwords as a file in memory that nobody can change any more: the caller's. -1 with errno. */
int tt_keyring_file(const tt_keyring *keyring);
/*
 * What is in such a file, which stays the caller's: `count` passwords and nothing else, each held to the
 * bounds above. TUTELA_ARGUMENT, TUTELA_IO, TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_keyring_read(tt_keyring *out, int fd, uint64_t count,
                                          tutela_error *error);

#endif
