/*
 * json_in: reads one record of JSON Lines, value after value.
 *
 * For records that this program wrote itself, and may be damaged since: what does not fit is `bad`, and
 * then every call answers nothing, so that it is looked at once, at the end.
 */
#ifndef TT_CLI_JSON_IN_H
#define TT_CLI_JSON_IN_H

#include <stddef.h>
#include <stdint.h>

typedef struct json_in {
    char *at; /* texts are decoded where they stand */
    char *end;
    int bad;
    int first; /* nothing of the object or list at hand was read yet */
} json_in;

/* `size` bytes at `line`, which are changed. */
void json_in_begin(json_in *json, char *line, size_t size);
/* 1 when the record was sound and there is nothing behind it. */
int json_in_ends(json_in *json);

/* '{' or '['. */
void json_in_open(json_in *json, char bracket);
/* The next of a list: 1, and it is to be read; 0 at its end. */
int json_in_next(json_in *json);
/* The next of an object: its name, NUL-ended, and its value is to be read; NULL at its end. */
const char *json_in_key(json_in *json);

/* A text, NUL-ended behind *size bytes, which may hold a NUL themselves; "" for what is none. */
const char *json_in_text(json_in *json, size_t *size);
/* The same, where null is "". */
const char *json_in_text_or_null(json_in *json);
/* A number without sign or fraction. */
uint64_t json_in_number(json_in *json);
/* Any value. */
void json_in_skip(json_in *json);

#endif
