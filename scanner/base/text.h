/*
 * text: hexadecimal, base64, UTF-8, numbers, and what may be shown on a terminal.
 * Thread: any.
 */
#ifndef TT_BASE_TEXT_H
#define TT_BASE_TEXT_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

/* Lower-case hex of `size` bytes and a NUL, into 2 * size + 1 bytes at `out`. */
void tt_hex_encode(const void *data, size_t size, char *out);
/* `digits` hex digits of either case into digits / 2 bytes. 0, or -1 when odd or not hex. */
int tt_hex_decode(const char *text, size_t digits, uint8_t *out);
/* 1 when all `size` bytes are hex digits and there is at least one. */
int tt_hex_is(const char *text, size_t size);

/* Base64 (RFC 4648 section 4, padded) appended to buf. */
void tt_base64_add(tt_buf *buf, const void *data, size_t size);
/* Append the bytes that such text stands for. 0, or -1 when it is none; else see tt_buf_failed. */
int tt_base64_take(tt_buf *buf, const char *text, size_t size);

/*
 * Length in bytes (1 to 4) of the well-formed UTF-8 character at text, 0 when it is not one.
 * *code gets the code point. Surrogates, overlong forms and values past U+10FFFF are not.
 */
size_t tt_utf8_next(const char *text, size_t size, uint32_t *code);
int tt_utf8_is(const char *text, size_t size);

/*
 * 1 when a code point may not be shown as it is: C0 and C1 controls, DEL, bidirectional controls,
 * line and paragraph separators, the byte order mark, and other invisible format characters.
 */
int tt_text_hidden(uint32_t code);

/*
 * Append the display form of bytes: well-formed visible UTF-8 as it is, a backslash as \\, all else
 * as \xNN for a byte or \u{NNNN} for a hidden character. One line always; nothing is lost.
 */
void tt_text_display(tt_buf *buf, const char *data, size_t size);

/* A decimal number that fills all `size` bytes and fits. 0, or -1. */
int tt_number_parse(const char *text, size_t size, uint64_t *out);

/* "1.5 GB" and the like, decimal units, into 16 bytes at out; returns out. */
const char *tt_size_text(uint64_t bytes, char out[16]);

#endif
