/* raw: a raw image of a disk; and bytes that are none, searched as a disk's free space is. */
#include "disk/disk.h"

static tutela_status begin_space(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    return tt_disk_open_raw(out, &tt_format_space, stream, stream->wishes, error);
}

const tt_format tt_format_space = {"space", TT_SEEKS | TT_ENTIRE, begin_space, tt_disk_next, tt_disk_read,
                                   tt_disk_close};

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    return tt_disk_open(out, &tt_format_disk, stream, stream->wishes, error);
}

const tt_format tt_format_disk = {"disk", TT_SEEKS | TT_ENTIRE, begin, tt_disk_next, tt_disk_read,
                                  tt_disk_close};
