/*
 * buf: a growing run of bytes with a ceiling.
 *
 * The first failure (no memory, or past `max`) sticks: later appends do nothing, and one check of
 * tt_buf_failed at the end covers them all. Thread: single.
 */
#ifndef TT_BASE_BUF_H
#define TT_BASE_BUF_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct tt_buf {
    char *data; /* NUL-ended once anything was appended; NULL before */
    size_t size;
    size_t room;
    size_t max;
    int failed;
} tt_buf;

/* `max` bytes at most; no allocation yet. */
void tt_buf_init(tt_buf *buf, size_t max);
/* Free the memory; the buf may be used again. Accepts a zeroed one. */
void tt_buf_done(tt_buf *buf);
/* Forget the content and a failure, keep the memory. */
void tt_buf_clear(tt_buf *buf);
/* Forget what is behind its first `size` bytes, if anything is; a failure stays. */
void tt_buf_cut(tt_buf *buf, size_t size);
void tt_buf_add(tt_buf *buf, const void *data, size_t size);
void tt_buf_add_text(tt_buf *buf, const char *text);
void tt_buf_add_char(tt_buf *buf, char byte);
void tt_buf_printf(tt_buf *buf, const char *format, ...) TT_PRINTF(2, 3);
/* Append `count` uninitialised bytes and return where they start, NULL on failure. */
void *tt_buf_extend(tt_buf *buf, size_t count);
int tt_buf_failed(const tt_buf *buf);

#define TT_AUTO_BUF __attribute__((cleanup(tt_buf_done)))

#endif
