/*
 * pdf_unlock: opening a PDF by qpdf, with the password that opens it. What pdf_file.c needs of it.
 */
#ifndef TT_UNPACK_PDF_UNLOCK_H
#define TT_UNPACK_PDF_UNLOCK_H

#include "unpack/secrets.h"

#define TT_PDF_PASSWORD_ROOM (TT_SECRET_SIZE + 1u)

struct _qpdf_data; /* qpdf's own name for what it keeps of a PDF */

/*
 * qpdf over `size` bytes of a PDF, with a password, which may be "". 1: it is open; 0: *out can tell why not.
 * *out is the caller's, either way: qpdf_cleanup.
 */
int tt_pdf_read_as(struct _qpdf_data **out, const void *data, size_t size, const char *password);
/*
 * The same with no password, and while qpdf asks for one with each of `secrets`, which may be NULL: its
 * user's and its owner's are as good. `password` gets the one tried last.
 */
int tt_pdf_unlock(struct _qpdf_data **out, const void *data, size_t size, const tt_secrets *secrets,
                  char password[TT_PDF_PASSWORD_ROOM]);
/* 1 when it says that it is encrypted, and qpdf would deliver its streams as they are stored. */
int tt_pdf_leaves_open(struct _qpdf_data *pdf);

#endif
