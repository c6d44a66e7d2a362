/*
 * archive: what libarchive reads, for formats.c. Its rows are in archive.def.
 */
#ifndef TT_UNPACK_ARCHIVE_H
#define TT_UNPACK_ARCHIVE_H

/* Load the locale in which names are read. Thread: any. */
void tt_archive_prepare(void);

#endif
