/*
 * unread: containers that are known by their first bytes and that nothing here opens.
 *
 * They are not plain files: what they hold was not seen, and so each is `unsupported`.
 */
#include "unpack/unread.h"

#include "base/mem.h"

tutela_status tt_unread_open(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    tt_reader *reader = tt_alloc(1, sizeof *reader);

    (void)stream;
    if (!reader)
        return tt_no_memory(error);
    reader->format = &tt_format_unread;
    *out = reader;
    return TUTELA_OK;
}

tutela_status tt_unread_next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                             tutela_error *error)
{
    (void)reader;
    (void)out;
    (void)error;
    *more = 0;
    *trouble = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a container that is not opened"};
    return TUTELA_OK;
}

/* There is no member to be read. */
tutela_status tt_unread_read(tt_reader *reader, void *buffer, size_t size, size_t *got,
                             tt_trouble *trouble, tutela_error *error)
{
    (void)reader;
    (void)buffer;
    (void)size;
    (void)trouble;
    (void)error;
    *got = 0;
    return TUTELA_OK;
}

void tt_unread_close(tt_reader *reader)
{
    tt_free(reader);
}

TT_FORMAT_UNREAD(unread, "unread")
