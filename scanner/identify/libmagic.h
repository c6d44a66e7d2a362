/*
 * libmagic: a handle that answers MIME types and nothing else.
 *
 * Inner to identify; libmagic.c alone includes magic.h, and is part of tutela-worker only.
 */
#ifndef TT_IDENTIFY_LIBMAGIC_H
#define TT_IDENTIFY_LIBMAGIC_H

#include "base/status.h"
#include "identify/mime.h"

#include <stddef.h>

/* Single. */
typedef struct tt_magic tt_magic;

/*
 * Load the database at `path`; NULL: the first of the places where systems keep it. The environment
 * (MAGIC, HOME) is not asked: the same input must get the same answer for everyone.
 * TUTELA_UNAVAILABLE with advice when there is none or it cannot be used, TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_magic_new(tt_magic **out, const char *path, tutela_error *error);
void tt_magic_free(tt_magic *magic);

/*
 * The MIME type of `size` bytes. "" when libmagic fails on them or says what is no MIME type: its
 * answer follows untrusted bytes and goes into reports.
 */
void tt_magic_mime(tt_magic *magic, const void *head, size_t size, char out[TT_MIME_MAX + 1]);

#endif
