/* buf: a growing run of bytes with a ceiling. */
#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void tt_buf_init(tt_buf *buf, size_t max)
{
    *buf = (tt_buf){.max = max};
}

void tt_buf_done(tt_buf *buf)
{
    tt_free(buf->data);
    *buf = (tt_buf){.max = buf->max};
}

void tt_buf_clear(tt_buf *buf)
{
    buf->size = 0;
    buf->failed = 0;
    if (buf->data)
        buf->data[0] = '\0';
}

void tt_buf_cut(tt_buf *buf, size_t size)
{
    if (size >= buf->size)
        return;
    buf->size = size;
    buf->data[size] = '\0';
}

void *tt_buf_extend(tt_buf *buf, size_t count)
{
    void *start;

    if (buf->failed || count > buf->max || buf->size > buf->max - count) {
        buf->failed = 1;
        return NULL;
    }
    /* One byte more than the content: the NUL. */
    if (tt_grow((void **)&buf->data, &buf->room, buf->size + count, 1) != 0) {
        buf->failed = 1;
        return NULL;
    }
    start = buf->data + buf->size;
    buf->size += count;
    buf->data[buf->size] = '\0';
    return start;
}

void tt_buf_add(tt_buf *buf, const void *data, size_t size)
{
    void *at = tt_buf_extend(buf, size);

    if (at && size > 0)
        memcpy(at, data, size);
}

void tt_buf_add_text(tt_buf *buf, const char *text)
{
    tt_buf_add(buf, text, strlen(text));
}

void tt_buf_add_char(tt_buf *buf, char byte)
{
    tt_buf_add(buf, &byte, 1);
}

void tt_buf_printf(tt_buf *buf, const char *format, ...)
{
    va_list arguments, again;
    int size;
    char *at;

    va_start(arguments, format);
    va_copy(again, arguments);
    size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    at = size < 0 ? NULL : tt_buf_extend(buf, (size_t)size);
    if (at)
        (void)vsnprintf(at, (size_t)size + 1, format, again);
    else
        buf->failed = 1;
    va_end(again);
}

int tt_buf_failed(const tt_buf *buf)
{
    return buf->failed;
}
