/*
 * unread: a container that is known and not opened, since there is no reader for it, or since this build
 * lacks the library that its reader needs.
 */
#ifndef TT_UNPACK_UNREAD_H
#define TT_UNPACK_UNREAD_H

#include "unpack/reader.h"

/* As in tt_format: no member, and `unsupported`. */
tutela_status tt_unread_open(tt_reader **out, tt_stream *stream, tutela_error *error);
tutela_status tt_unread_next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                             tutela_error *error);
tutela_status tt_unread_read(tt_reader *reader, void *buffer, size_t size, size_t *got,
                             tt_trouble *trouble, tutela_error *error);
void tt_unread_close(tt_reader *reader);

/* Of those that nothing reads. */
extern const tt_format tt_format_unread;

/* The tt_format of such a container: what a reader's file holds when its library is not there. */
#define TT_FORMAT_UNREAD(NAME, TEXT)                                                              \
    extern const tt_format tt_format_##NAME;                                                      \
    const tt_format tt_format_##NAME                                                              \
        = {TEXT, 0, tt_unread_open, tt_unread_next, tt_unread_read, tt_unread_close};

#endif
