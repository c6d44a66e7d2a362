/*
 * disk: the reader of what a disk holds, be it a raw image or a medium out of another container.
 *
 * Its members are files: "p2/Users/a.jpg" on a partition, "Users/a.jpg" where there are none; and for each
 * partition that cannot be read one of its own name, "p3", that says why. What lies in free space, if that is
 * wanted, comes behind them all, named by its first byte's place: "carved/1048576.jpg".
 */
#ifndef TT_DISK_DISK_H
#define TT_DISK_DISK_H

#include "unpack/reader.h"

/*
 * Begin with the bytes of a disk, which outlive the reader. *out is NULL when they are none that is known.
 * `format` is the reader's own. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_disk_open(tt_reader **out, const tt_format *format, tt_stream *disk,
                                       const tt_wishes *wishes, tutela_error *error);
/*
 * The same of bytes that are no disk that is known: all of them are one stretch of free space, searched if that is
 * wished for. What is sealed is not, and says so. Never NULL.
 */
TT_MUST_USE tutela_status tt_disk_open_raw(tt_reader **out, const tt_format *format, tt_stream *space,
                                           const tt_wishes *wishes, tutela_error *error);
/* What tt_disk_open_raw opens; a raw image; and those that are containers of their own. */
extern const tt_format tt_format_space, tt_format_disk, tt_format_aff, tt_format_ewf, tt_format_qcow, tt_format_vhd,
    tt_format_vmdk;
/* As in tt_format. */
tutela_status tt_disk_next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                           tutela_error *error);
tutela_status tt_disk_read(tt_reader *reader, void *buffer, size_t size, size_t *got,
                           tt_trouble *trouble, tutela_error *error);
void tt_disk_close(tt_reader *reader);

#endif
