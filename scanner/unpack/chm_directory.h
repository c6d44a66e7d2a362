/*
 * chm_directory: is a help file's directory whole?
 *
 * libmspack passes over a part of the directory whose sign is damaged, and takes a part's own word for
 * how many entries it has: what such damage hides would be missing without a word. So the parts are
 * looked at here, before and beside it.
 */
#ifndef TT_UNPACK_CHM_DIRECTORY_H
#define TT_UNPACK_CHM_DIRECTORY_H

#include "unpack/stream.h"

/*
 * *trouble is CLEAR, or what is wrong. *usable is 0 when its numbers make no sense, or are beyond what is
 * read: libmspack must not be asked then, since nothing bounds what it would take. TUTELA_MEMORY.
 * Thread: single.
 */
TT_MUST_USE tutela_status tt_chm_directory_check(tt_stream *stream, int *usable,
                                                 tt_trouble *trouble, tutela_error *error);

#endif
