/*
 * archive: writes zip, member by member, without compression.
 */
#ifndef TT_TRAINING_ARCHIVE_H
#define TT_TRAINING_ARCHIVE_H

#include "base/buf.h"

typedef struct tt_zip {
    tt_buf *out;
    tt_buf directory; /* its entries so far */
    size_t start;     /* where the archive begins in out */
    unsigned members;
} tt_zip;

void tt_zip_begin(tt_zip *zip, tt_buf *out);
/* One member; `content` failed makes the archive fail. */
void tt_zip_add(tt_zip *zip, const char *name, const tt_buf *content);
/* The directory and the end mark; frees what zip holds. */
void tt_zip_end(tt_zip *zip);

#endif
