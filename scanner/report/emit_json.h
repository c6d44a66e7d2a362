/*
 * emit_json: writes JSON (RFC 8259), one value after the other, with the commas where they belong.
 *
 * Strings come out as valid UTF-8 whatever went in: a byte that is not well-formed becomes U+FFFD,
 * and every control or invisible character (tt_text_hidden) becomes \uXXXX, so that a line shown
 * on a terminal cannot steer it. Failures stick in the tt_out. Thread: single.
 */
#ifndef TT_REPORT_EMIT_JSON_H
#define TT_REPORT_EMIT_JSON_H

#include "base/out.h"

typedef struct tt_json {
    tt_out *out;
    int comma; /* the next value or key needs one in front */
} tt_json;

void tt_json_init(tt_json *json, tt_out *out);
/* `bracket` is '{' or '[', and '}' or ']' to match. */
void tt_json_open(tt_json *json, char bracket);
void tt_json_close(tt_json *json, char bracket);
/* A member's name: plain ASCII, from this program. A value follows. */
void tt_json_key(tt_json *json, const char *key);
void tt_json_bytes(tt_json *json, const char *text, size_t size);
void tt_json_text(tt_json *json, const char *text);
/* As tt_json_text, but null for an empty or missing text. */
void tt_json_text_or_null(tt_json *json, const char *text);
void tt_json_number(tt_json *json, uint64_t number);
/* A number, true, false or null as it is written. */
void tt_json_literal(tt_json *json, const char *literal);
void tt_json_bool(tt_json *json, int value);
/* End a record of JSON Lines. */
void tt_json_line(tt_json *json);

#endif
