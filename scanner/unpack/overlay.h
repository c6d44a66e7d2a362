/*
 * overlay: containers that lie, as they are, in a file that begins with something else.
 *
 * The reader of executable.c and tail.c, who find out where. Each part is a member, "overlay", that can
 * be sought in where its file can: so even the largest needs no memory.
 */
#ifndef TT_UNPACK_OVERLAY_H
#define TT_UNPACK_OVERLAY_H

#include "unpack/reader.h"

#define TT_OVERLAYS_MAX 2u

/* A part of a stream. */
typedef struct tt_overlay_part {
    uint64_t from, end;
} tt_overlay_part;

/* Begin; the parts are copied. How it ends: `trouble`. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_overlay_open(tt_reader **out, const tt_format *format,
                                          tt_stream *stream, const tt_overlay_part *parts,
                                          size_t count, tt_trouble trouble, tutela_error *error);
/* As in tt_format. */
tutela_status tt_overlay_next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                              tutela_error *error);
tutela_status tt_overlay_read(tt_reader *reader, void *buffer, size_t size, size_t *got,
                              tt_trouble *trouble, tutela_error *error);
void tt_overlay_close(tt_reader *reader);

/* What lies behind the end of a program, or of a script. */
extern const tt_format tt_format_executable;
/* A zip at the end of anything that can be sought in, or an archive behind a picture. It has no first bytes,
 * and so no row in formats.def: the tree tries it on what is no container else. */
extern const tt_format tt_format_tail;

/* Where in a stream that seeks the zip begins that ends exactly where it does; 0: there is none, or it is all
 * of it. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_tail_find(tt_stream *stream, uint64_t *start, tutela_error *error);

#endif
