/*
 * hex: the two hex questions that are asked for every row.
 *
 * By table: digests are random, so code that branches on each digit's kind guesses wrong every
 * third time, which made reading a plain list five times slower. Whole digests are decoded eight
 * digits at once, without branches too. Thread: any.
 */
#ifndef TT_HASHSETS_IMPORT_HEX_H
#define TT_HASHSETS_IMPORT_HEX_H

#include <stddef.h>
#include <stdint.h>

/* How many bytes at the start of text are hex digits. */
size_t tt_import_hex_run(const char *text, size_t size);

/*
 * An even number of digits of either case into digits / 2 bytes. 0, or -1 when one of them is no
 * hex digit; out is then overwritten all the same.
 */
int tt_import_hex_decode(const char *text, size_t digits, uint8_t *out);

#endif
