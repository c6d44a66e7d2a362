/*
 * archive: what archive.c has for its neighbours, and for images of disks. Its rows are in archive.def.
 */
#ifndef TT_UNPACK_ARCHIVE_H
#define TT_UNPACK_ARCHIVE_H

#include "unpack/reader.h"

/* A zip by its directory, and one by its members' own headers: the halves of zip.c. */
extern const tt_format tt_format_zip_listed;
extern const tt_format tt_format_zip_unlisted;
/* Their whole, which can be read in shares (see share.h). */
extern const tt_format tt_format_zip;

/* RAR 4 and 5, as libarchive sees them: what rar.c looks after. */
extern const tt_format tt_format_rar4_blocks;
extern const tt_format tt_format_rar5_blocks;

/* 7z, as libarchive sees it: what sevenzip.c deciphers. */
extern const tt_format tt_format_sevenzip_blocks;

/* A stream of LZMA, as pages of an AFF are too. */
extern const tt_format tt_format_lzma;

/* Headers seen so far by a reader of archive.c, those of folders and links too. */
uint64_t tt_archive_headers(const tt_reader *reader);

#endif
