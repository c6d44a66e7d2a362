/*
 * sevenzip_header: where the streams of a 7z lie, which of them are encrypted, and the same header once more
 * as if none were. 7zFormat.txt of the LZMA SDK has the layout.
 *
 * Only what lies before the list of files is understood; all behind it is kept as it is.
 */
#ifndef TT_UNPACK_SEVENZIP_HEADER_H
#define TT_UNPACK_SEVENZIP_HEADER_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

/* Bytes of a header: some 300,000 files with their names. */
#define TT_SEVENZIP_HEADER_MAX ((size_t)32 << 20)
/* Folders (runs of files that are packed together), streams: each file may have its own. */
#define TT_SEVENZIP_FOLDERS_MAX 65536u
/* In a folder; BCJ2 with encryption takes eight, and they eleven streams. */
#define TT_SEVENZIP_CODERS_MAX 12u
#define TT_SEVENZIP_SALT_MAX 16u

/* How a stream is encrypted. */
typedef struct tt_sevenzip_aes {
    uint8_t iv[16];
    uint8_t salt[TT_SEVENZIP_SALT_MAX];
    size_t salt_size;
    unsigned cycles; /* the key takes 2^cycles rounds; 63: none */
} tt_sevenzip_aes;

/* A stream as it lies in the file. */
typedef struct tt_sevenzip_pack {
    uint64_t place, size;
    uint64_t plain; /* its bytes when deciphered */
    int locked;
    tt_sevenzip_aes aes;
} tt_sevenzip_pack;

typedef struct tt_sevenzip_coder {
    const uint8_t *id, *properties;
    size_t id_size, properties_size;
    unsigned ins, outs;
} tt_sevenzip_coder;

typedef struct tt_sevenzip_bind {
    unsigned in, out;
} tt_sevenzip_bind;

typedef struct tt_sevenzip_folder {
    tt_sevenzip_coder coders[TT_SEVENZIP_CODERS_MAX];
    tt_sevenzip_bind binds[TT_SEVENZIP_CODERS_MAX];
    unsigned packed[TT_SEVENZIP_CODERS_MAX]; /* the inputs that the file's streams go to */
    uint64_t sizes[TT_SEVENZIP_CODERS_MAX];  /* of each output */
    unsigned coder_count, bind_count, packed_count, outs;
    uint32_t files;
    int summed;
    uint32_t sum;
} tt_sevenzip_folder;

/* What a header says. Zero it. Single. */
typedef struct tt_sevenzip_header {
    tt_sevenzip_pack *packs;
    size_t pack_count;
    tt_sevenzip_folder *folders;
    size_t folder_count;
    const uint8_t *parts; /* how many files each folder holds, and their sizes; of the bytes parsed */
    size_t parts_size;
    const uint8_t *sums; /* the files' checksums, but of those that are a folder of their own */
    const uint8_t *rest; /* all behind */
    size_t rest_size;
    int locked;           /* some stream is encrypted */
    int summed;           /* each file has a checksum */
    uint64_t first, end;  /* files with bytes, counted: those in the first folder that is encrypted */
} tt_sevenzip_header;

/*
 * Of a header that is one (its first byte is 1), or that says where the packed one is (23). What it says stays in
 * `bytes`, which outlive it. 0: it is not in order, or beyond the limits, or out of memory, or encrypted in
 * another way than by AES alone; tt_sevenzip_header_done is due in any case.
 */
int tt_sevenzip_header_parse(tt_sevenzip_header *out, const uint8_t *bytes, size_t size);
void tt_sevenzip_header_done(tt_sevenzip_header *header);
/* The header of the same streams, deciphered, one behind another. One that says where the packed header is
 * becomes that of an archive with the packed header as its one file. */
void tt_sevenzip_header_write(const tt_sevenzip_header *header, tt_buf *out);

#endif
