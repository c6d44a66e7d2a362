/* column: numbers and bytes that wait for their place in the file. */
#include "hashsets/column.h"
#include "base/cursor.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

#define BUFFER ((size_t)64 << 10) /* a multiple of NUMBER */
#define NUMBER 8u                 /* bytes of a number in a spool; the file may use fewer */

/* ---- Spools ------------------------------------------------------------------------------ */

static tutela_status cannot(const tt_stock *spool, const char *what, tutela_error *error)
{
    return tt_fail(error, TUTELA_RECORD, errno, "%s: cannot %s a temporary file", spool->folder,
                   what);
}

static tutela_status flush(tt_stock *spool, tutela_error *error)
{
    if (spool->fd < 0)
        spool->fd = tt_temporary(spool->folder);
    if (spool->fd < 0)
        return cannot(spool, "create", error);
    if (tt_write_all(spool->fd, spool->buffer, spool->used) != 0)
        return cannot(spool, "write", error);
    spool->filed += spool->used;
    spool->used = 0;
    return TUTELA_OK;
}

tutela_status tt_stock_add(tt_stock *spool, const void *data, size_t size, tutela_error *error)
{
    const uint8_t *from = data;

    if (!spool->buffer)
        spool->buffer = tt_alloc_raw(BUFFER, 1);
    if (!spool->buffer)
        return tt_no_memory(error);
    while (size) {
        size_t part = BUFFER - spool->used;
        if (part == 0) {
            TT_TRY(flush(spool, error));
            continue;
        }
        if (part > size)
            part = size;
        memcpy(spool->buffer + spool->used, from, part);
        spool->used += part;
        from += part;
        size -= part;
    }
    return TUTELA_OK;
}

uint64_t tt_stock_bytes(const tt_stock *spool)
{
    return spool->filed + spool->used;
}

/* The filed bytes pass through `take` in pieces of BUFFER, then those still held. */
static tutela_status pour(const tt_stock *spool, tt_writer *writer,
                          tutela_status (*take)(tt_writer *writer, const uint8_t *data,
                                                size_t size, uint32_t width, tutela_error *error),
                          uint32_t width, tutela_error *error)
{
    TT_AUTO_FREE uint8_t *piece = tt_alloc_raw(BUFFER, 1);

    if (!piece)
        return tt_no_memory(error);
    for (uint64_t at = 0; at < spool->filed; at += BUFFER) {
        int got = tt_pread_all(spool->fd, piece, BUFFER, at); /* only full buffers were filed */
        if (got != 0) {
            errno = got < 0 ? errno : EIO;
            return cannot(spool, "read", error);
        }
        TT_TRY(take(writer, piece, BUFFER, width, error));
    }
    return spool->used ? take(writer, spool->buffer, spool->used, width, error) : TUTELA_OK;
}

static tutela_status take_bytes(tt_writer *writer, const uint8_t *data, size_t size,
                                uint32_t width, tutela_error *error)
{
    (void)width;
    return tt_writer_add(writer, data, size, error);
}

tutela_status tt_stock_write(const tt_stock *spool, tt_writer *writer, uint16_t id,
                             tutela_error *error)
{
    TT_TRY(tt_writer_begin(writer, id, TT_NO_ALGORITHM, 1, error));
    TT_TRY(pour(spool, writer, take_bytes, 1, error));
    return tt_writer_end(writer, error);
}

void tt_stock_done(tt_stock *spool)
{
    tt_free(spool->buffer);
    if (spool->fd >= 0)
        (void)tt_close(spool->fd);
    *spool = TT_SPOOL(NULL);
}

/* ---- Columns ----------------------------------------------------------------------------- */

static tutela_status keep(tt_column *column, uint64_t value, tutela_error *error)
{
    uint8_t bytes[NUMBER];

    tt_store64(bytes, value);
    return tt_stock_add(&column->spool, bytes, sizeof bytes, error);
}

/* The numbers so far were all equal or all their own index: write them down after all. */
static tutela_status write_down(tt_column *column, tutela_error *error)
{
    for (uint64_t i = 0; i < column->count; i++)
        TT_TRY(keep(column, column->uneven ? i : column->first, error));
    column->varied = 1;
    return TUTELA_OK;
}

tutela_status tt_column_add(tt_column *column, uint64_t value, tutela_error *error)
{
    int uneven = column->uneven || (column->count && value != column->first);
    int bent = column->bent || value != column->count;

    if (column->count == 0)
        column->first = value;
    if (uneven && bent && !column->varied)
        TT_TRY(write_down(column, error));
    if (column->varied)
        TT_TRY(keep(column, value, error));
    column->uneven = uneven;
    column->bent = bent;
    column->count++;
    if (value > column->most)
        column->most = value;
    return TUTELA_OK;
}

static tutela_status take_numbers(tt_writer *writer, const uint8_t *data, size_t size,
                                  uint32_t width, tutela_error *error)
{
    for (size_t at = 0; at < size; at += NUMBER)
        TT_TRY(tt_writer_add(writer, data + at, width, error)); /* the low bytes come first */
    return TUTELA_OK;
}

tutela_status tt_column_write(const tt_column *column, tt_writer *writer, uint16_t id,
                              uint8_t algorithm, tutela_error *error)
{
    uint32_t width = tt_width_for(column->most);

    if (!column->uneven)
        return tt_writer_implied(writer, id, algorithm, TT_ENCODING_CONSTANT, column->count,
                                 column->first, error);
    if (!column->bent)
        return tt_writer_implied(writer, id, algorithm, TT_ENCODING_IDENTITY, column->count, 0,
                                 error);
    TT_TRY(tt_writer_begin(writer, id, algorithm, width, error));
    TT_TRY(pour(&column->spool, writer, take_numbers, width, error));
    return tt_writer_end(writer, error);
}

void tt_column_done(tt_column *column)
{
    tt_stock_done(&column->spool);
    *column = TT_COLUMN(NULL);
}
