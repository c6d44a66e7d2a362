/*
 * series: the names of files that are one image in several parts.
 *
 *   disk.001 disk.002 ... disk.999 disk.1000      also from .000, and with four or five digits
 *   disk.aa disk.ab ... disk.az disk.ba ...       also .aaa, .aaaa
 *   disk.E01 ... disk.E99 disk.EAA ... disk.EZZ disk.FAA ...      also from S01 (EWF, SMART)
 *
 * Only what stands behind the last dot counts, something must stand before it, and upper and lower case
 * stay as they are in the first name.
 */
#ifndef TT_SOURCE_SERIES_H
#define TT_SOURCE_SERIES_H

#include <stddef.h>

/* Files of one series, the first counted: two terabytes in parts of half a gigabyte. */
#define TT_SERIES_MAX 4096u
/* A name in a series is so much longer than the first at most. */
#define TT_SERIES_GROWS 4u

/* Does a name, or a path, begin a series? Thread: any. */
int tt_series_begins(const char *name, size_t size);

/*
 * The name of the file of that number, from 0, in the series that `first` begins, into `out`, which has room
 * for size + TT_SERIES_GROWS + 1 bytes; NUL-ended. Its size; 0: `first` begins none, or it has no such number.
 * Thread: any.
 */
size_t tt_series_name(const char *first, size_t size, size_t number, char *out);

#endif
