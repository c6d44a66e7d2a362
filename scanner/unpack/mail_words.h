/*
 * mail_words: values in the fields of a mail's header: parameters, and names in other charsets.
 */
#ifndef TT_UNPACK_MAIL_WORDS_H
#define TT_UNPACK_MAIL_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* A field's value; not all of it need be text. */
typedef struct tt_value {
    const uint8_t *text;
    size_t size;
} tt_value;

/* `text`, which has small letters only, whatever the letters of `value`. */
int tt_value_is(tt_value value, const char *text);
/*
 * The parameter of a field's value ("; NAME=..."), as it is, without its quotes: how many bytes of
 * `room`, all of them or none; 0 when it is not there.
 */
size_t tt_value_plain(tt_value value, const char *name, uint8_t *out, size_t room);
/*
 * A parameter that is a name: in UTF-8 as RFC 2231 or RFC 2047 say, or, in a charset that is not known
 * here, in its own bytes. No NUL. How many bytes of `room`; longer ones are cut.
 */
size_t tt_value_name(tt_value value, const char *name, uint8_t *out, size_t room);

#endif
