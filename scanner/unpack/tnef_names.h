/*
 * tnef_names: names as Outlook's formats store them, to UTF-8.
 */
#ifndef TT_UNPACK_TNEF_NAMES_H
#define TT_UNPACK_TNEF_NAMES_H

#include "base/buf.h"

/* Append UTF-16, little-endian, `size` bytes or up to its first NUL. Thread: any. */
void tt_name_utf16(tt_buf *out, const uint8_t *text, size_t size);
/* Append a text in whatever 8-bit set it is in, as it is, up to its first NUL. Thread: any. */
void tt_name_bytes(tt_buf *out, const uint8_t *text, size_t size);

#endif
