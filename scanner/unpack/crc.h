/*
 * crc: the checksum of gzip, zip and rar. In gzip.c, which has zlib.
 */
#ifndef TT_UNPACK_CRC_H
#define TT_UNPACK_CRC_H

#include <stddef.h>
#include <stdint.h>

/* Of bytes that follow those of `crc`, which is 0 at first. Thread: any. */
uint32_t tt_crc32(uint32_t crc, const void *data, size_t size);

#endif
