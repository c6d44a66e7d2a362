/*
 * zip_locked: an encrypted member of a zip, with the password that opens it.
 *
 * A password is known to be the right one only at the member's end, by its checksum: the old encryption
 * lets one wrong password in 256 through at first, and AES one in 65,536. So each is tried on the whole
 * member before a byte of it is delivered, and for that the member is shown to libarchive as a zip of its
 * own, by one password at a time.
 */
#ifndef TT_UNPACK_ZIP_LOCKED_H
#define TT_UNPACK_ZIP_LOCKED_H

#include "unpack/reader.h"
#include "unpack/secrets.h"
#include "unpack/zip_directory.h"

/* What is kept from member to member of a zip. Zero it. Single. */
typedef struct tt_zip_locked {
    tt_stream lone;  /* the zip of one member: a part of `whole`, and then `tail` */
    tt_stream *whole;
    uint64_t place, body, at;
    uint8_t *tail;
    size_t tail_size;
    tt_secret secret; /* tried now, or what fitted last */
    tt_secrets one;
    uint64_t tries;   /* so far, in this zip */
} tt_zip_locked;

/*
 * The index-th member of the directory of a zip. *out: a reader that has delivered its one member's
 * header, and whose `read` brings the true bytes; it must be closed before the next call. Else NULL, and
 * *trouble: ENCRYPTED, no password fits, or LIMIT. `secrets` may be NULL. TUTELA_MEMORY, or what the
 * stream answers.
 */
TT_MUST_USE tutela_status tt_zip_unlock(tt_zip_locked *locked, tt_reader **out, tt_stream *stream,
                                        const tt_secrets *secrets,
                                        const tt_zip_directory *directory, uint64_t index,
                                        tt_trouble *trouble, tutela_error *error);
void tt_zip_locked_done(tt_zip_locked *locked);

#endif
