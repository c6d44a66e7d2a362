/* media_none: the kind of image that this build lacks the library for. */
#ifndef TT_DISK_MEDIA_NONE_H
#define TT_DISK_MEDIA_NONE_H

#include "disk/media.h"

#define TT_MEDIA_NONE(NAME)                                                                       \
    static tutela_status open_none(void **state, tt_stream *stream, uint64_t *size,               \
                                   tt_trouble *trouble, tutela_error *error)                      \
    {                                                                                             \
        (void)stream;                                                                             \
        (void)size;                                                                               \
        (void)error;                                                                              \
        *state = NULL;                                                                            \
        *trouble = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a container that is not opened"};       \
        return TUTELA_OK;                                                                         \
    }                                                                                             \
    const tt_media_kind tt_media_##NAME = {#NAME, open_none, NULL, NULL, NULL};

#endif
