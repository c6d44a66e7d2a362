/*
 * zip: the one list in a zip file, as a stream.
 *
 * Owners send large lists zipped, and NSRL's text comes as NSRLFile.txt among others. Members
 * stored or deflated are read; memory stays the same whatever the file unpacks to. Which member is
 * the list must be beyond doubt: the only file in it, or the only NSRLFile.txt. Thread: single.
 */
#ifndef TT_HASHSETS_IMPORT_ZIP_H
#define TT_HASHSETS_IMPORT_ZIP_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct tt_zip tt_zip;

/* 1 when a file begins as zip files do. */
int tt_zip_is(const uint8_t *head, size_t size);

/*
 * Find the list in a zip file and be ready to read it. `fd` is a regular file, read by tt_pread
 * only; it and `name`, which stands in messages, are borrowed until tt_zip_close. The caller owns
 * *out. TUTELA_LIST_UNUSABLE when the file is damaged or encrypted, or no member is sure to be the
 * list; TUTELA_IO, TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_zip_open(tt_zip **out, int fd, const char *name, tutela_error *error);
void tt_zip_close(tt_zip *zip); /* NULL is fine */

/*
 * The next bytes of the list: *got of them, at most `room`, 0 at its end. TUTELA_LIST_UNUSABLE when
 * the member is damaged, which its checksum may tell only at the end.
 */
TT_MUST_USE tutela_status tt_zip_read(tt_zip *zip, uint8_t *out, size_t room, size_t *got,
                                      tutela_error *error);

#endif
