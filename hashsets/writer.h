/*
 * writer: puts a compiled set on disk, section after section, with a checksum a page.
 */
#ifndef TT_HASHSETS_WRITER_H
#define TT_HASHSETS_WRITER_H

#include "base/status.h"
#include "hashsets/format.h"

typedef struct tt_writer tt_writer;

/* What the header says of the whole set. */
typedef struct tt_set_facts {
    uint64_t entries;
    int64_t created; /* wall time or TT_TIME_UNKNOWN */
    int64_t expires; /* wall time from which it is not to be used, or TT_TIME_UNKNOWN */
    uint64_t masks[TT_SET_MASKS];
    const uint8_t *key_id; /* TT_KEY_ID_SIZE bytes, or NULL: not sealed; borrowed */
    const uint8_t *base_id; /* TT_IDENTITY_SIZE bytes, or NULL: no delta; borrowed */
    uint32_t layer;         /* layers below */
} tt_set_facts;

/*
 * A writer over `fd`, open for reading and writing, at its beginning; fd and path (for messages)
 * stay the caller's and must outlive it. Every call but this one may answer TUTELA_RECORD, after
 * which only tt_writer_free is of use. Owned: tt_writer_free. Single.
 */
TT_MUST_USE tutela_status tt_writer_new(tt_writer **out, int fd, const char *path,
                                        tutela_error *error);
void tt_writer_free(tt_writer *writer);

/* Begin a section of elements of `width` bytes; then add them, in any pieces; then end it. */
TT_MUST_USE tutela_status tt_writer_begin(tt_writer *writer, uint16_t id, uint8_t algorithm,
                                          uint32_t width, tutela_error *error);
TT_MUST_USE tutela_status tt_writer_add(tt_writer *writer, const void *data, size_t size,
                                        tutela_error *error);
TT_MUST_USE tutela_status tt_writer_end(tt_writer *writer, tutela_error *error);

/* The little-endian form of `value` in `width` bytes (1, 2, 4, 8), as the next element. */
TT_MUST_USE tutela_status tt_writer_number(tt_writer *writer, uint64_t value, uint32_t width,
                                           tutela_error *error);
/* The least of those widths that holds values up to `most`. */
uint32_t tt_width_for(uint64_t most);

/* A section without bytes: `encoding` is TT_ENCODING_CONSTANT or TT_ENCODING_IDENTITY. */
TT_MUST_USE tutela_status tt_writer_implied(tt_writer *writer, uint16_t id, uint8_t algorithm,
                                            uint8_t encoding, uint64_t count, uint64_t constant,
                                            tutela_error *error);

/* Read back `size` bytes from byte `offset` on of the ended section that begins at `section`. */
TT_MUST_USE tutela_status tt_writer_read(const tt_writer *writer, uint64_t section, uint64_t offset,
                                         void *out, size_t size, tutela_error *error);
/* Where the section that was ended last begins in the file. */
uint64_t tt_writer_section(const tt_writer *writer);

/* Write the checksums and the header. */
TT_MUST_USE tutela_status tt_writer_finish(tt_writer *writer, const tt_set_facts *facts,
                                           tutela_error *error);

#endif
