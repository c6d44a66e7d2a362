/*
 * pdf_pipe: the filters of a PDF's stream, undone one after another as the bytes are asked for.
 *
 * Own code rather than qpdf's, which makes all of a stream before it hands out a byte: of one that
 * expands a thousand times, a worker would die. Here each filter keeps some KiB.
 *
 * Knows nothing else of PDF (ISO 32000-1, 7.4), and no library but zlib, by inflate.h.
 */
#ifndef TT_UNPACK_PDF_PIPE_H
#define TT_UNPACK_PDF_PIPE_H

#include "unpack/stream.h"

/* Filters over one another; writers use one, sometimes two. */
#define TT_PDF_FILTERS_MAX 8u

typedef enum tt_pdf_kind {
    TT_PDF_NO_FILTER, /* bytes as they are: Crypt, which qpdf undoes */
    TT_PDF_FLATE,
    TT_PDF_LZW,
    TT_PDF_HEX,
    TT_PDF_85,
    TT_PDF_RUNS,
    TT_PDF_IMAGE,  /* not undone: a JPEG, JPEG 2000, fax or JBIG2 is the file itself */
    TT_PDF_UNKNOWN
} tt_pdf_kind;

/* A filter and its parameters, as the PDF has them; `predictor` 1 is none. */
typedef struct tt_pdf_filter {
    tt_pdf_kind kind;
    uint32_t predictor;
    uint32_t colors;
    uint32_t bits;
    uint32_t columns;
    uint32_t early; /* LZW: the code grows one early */
} tt_pdf_filter;

/* The kind of a filter's name, with its '/', of `size` bytes, short ones too. Thread: any. */
tt_pdf_kind tt_pdf_kind_of(const char *name, size_t size);

/* Single. */
typedef struct tt_pdf_pipe tt_pdf_pipe;

/*
 * Over `size` bytes of `data`, which outlive it. *trouble: not CLEAR when a filter's parameters are
 * ones that cannot be; *out is set all the same, and nothing comes. At most TT_PDF_FILTERS_MAX
 * filters, none of them an image or unknown. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_pdf_pipe_new(tt_pdf_pipe **out, const void *data, size_t size,
                                          const tt_pdf_filter *filters, size_t count,
                                          tt_trouble *trouble, tutela_error *error);
/* The next bytes; *got is 0 at the end or in trouble only, which *trouble says then. */
void tt_pdf_pipe_read(tt_pdf_pipe *pipe, void *buffer, size_t size, size_t *got,
                      tt_trouble *trouble);
/* Safe on NULL. */
void tt_pdf_pipe_free(tt_pdf_pipe *pipe);

#endif
