/*
 * office_locked: the package of an encrypted Office document (.docx, .xlsx, .pptx since 2007), deciphered.
 *
 * A password is held against what the document keeps for that, so it is known to be the right one before a
 * byte is deciphered. What is deciphered in the Agile way is held against its HMAC at its end; in the
 * Standard way nothing is, but what comes out is a zip, which has checksums of its own.
 */
#ifndef TT_UNPACK_OFFICE_LOCKED_H
#define TT_UNPACK_OFFICE_LOCKED_H

#include "unpack/stream.h"

/* Single. */
typedef struct tt_office tt_office;

/*
 * By its EncryptionInfo, `size` bytes, and the first of `secrets` (may be NULL) that fits. *out is NULL when
 * none does: *trouble then says so, or that there were more to try than the limit. TUTELA_MEMORY,
 * TUTELA_UNAVAILABLE: OpenSSL does not do it.
 */
TT_MUST_USE tutela_status tt_office_unlock(tt_office **out, const uint8_t *info, size_t size,
                                           const tt_secrets *secrets, tt_trouble *trouble,
                                           tutela_error *error);
/* The next bytes of what the EncryptedPackage stream holds; that is read from its front to its end. */
TT_MUST_USE tutela_status tt_office_read(tt_office *office, tt_stream *package, void *buffer,
                                         size_t size, size_t *got, tt_trouble *trouble,
                                         tutela_error *error);
/* Safe on NULL; the key is wiped. */
void tt_office_free(tt_office *office);

#endif
