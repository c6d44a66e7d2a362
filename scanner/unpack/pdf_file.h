/*
 * pdf_file: a PDF in memory, as qpdf sees it: its streams, what they are called, and how their bytes are
 * stored. Everything that needs qpdf; there where the build has it (HAVE_LIBQPDF).
 */
#ifndef TT_UNPACK_PDF_FILE_H
#define TT_UNPACK_PDF_FILE_H

#include "unpack/pdf_pipe.h"
#include "unpack/secrets.h"

/* Single. */
typedef struct tt_pdf_file tt_pdf_file;

/* A stream in a PDF. */
typedef struct tt_pdf_stream {
    const char *name; /* UTF-8, or NULL: nothing names it; good until the file is closed */
    size_t name_size;
    unsigned char *raw; /* its bytes as stored, deciphered; NULL for none. The caller's: tt_free */
    size_t raw_size;
    tt_pdf_filter filters[TT_PDF_FILTERS_MAX]; /* to be undone, the first one first */
    size_t filter_count;
    uint64_t stated;    /* what an attached file says of its own size, or UINT64_MAX */
    tt_trouble trouble; /* not CLEAR: its bytes are not to be had */
    tt_trouble spoilt;  /* not CLEAR: they are, and may not be the true ones */
} tt_pdf_stream;

/*
 * Open a PDF of `size` bytes, which outlive it, and find its streams. One that is encrypted is opened
 * with no password, or with the first of `secrets` (may be NULL) that is its user's or its owner's. *out is
 * NULL when it cannot be opened, and *trouble says why; *alien is then 1 when nothing in it was a PDF's.
 * TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_pdf_file_open(tt_pdf_file **out, const uint8_t *data, size_t size,
                                           const tt_secrets *secrets, tt_trouble *trouble, int *alien,
                                           tutela_error *error);
/* The next stream: 1. 0: there are no more, and *trouble says what is missing in the PDF itself. */
int tt_pdf_file_next(tt_pdf_file *file, tt_pdf_stream *out, tt_trouble *trouble);
/* Safe on NULL. */
void tt_pdf_file_close(tt_pdf_file *file);

#endif
