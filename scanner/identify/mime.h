/*
 * mime: what is a MIME type, and when two names mean the same one.
 *
 * Inner to identify.
 */
#ifndef TT_IDENTIFY_MIME_H
#define TT_IDENTIFY_MIME_H

#include <stddef.h>

/* RFC 6838 allows 127 for each half; no registered type in use comes near this. */
#define TT_MIME_MAX 100

/* 1 for "token/token" of at most TT_MIME_MAX bytes, by RFC 2045. Thread: any. */
int tt_mime_is(const char *text);

/*
 * 1 when `mime` is what `size` bytes of `pattern` say: a type, or with a star at the end all types
 * that begin so. Letter case and "x-" before the subtype do not matter: "audio/wav" is
 * "audio/x-wav". Parameters of `mime` are passed over. Thread: any.
 */
int tt_mime_fits(const char *mime, const char *pattern, size_t size);

#endif
