/*
 * json: a list in JSON, as a stream of events.
 *
 * Memory is bounded whatever the file holds: of a string longer than TT_JSON_STRING_MAX only a
 * beginning longer than any wanted text is looked at, the rest is dropped unread. Strings are not
 * checked for UTF-8: one bad file name must not cost the whole list, so whoever keeps a string
 * checks it. Thread: any.
 */
#ifndef TT_HASHSETS_IMPORT_JSON_H
#define TT_HASHSETS_IMPORT_JSON_H

#include "base/json_events.h"
#include "hashsets/import/input.h"

/*
 * Bytes of a string in the file, escapes as written, that are surely seen. An escape has at most
 * six bytes a character, so a string that is cut still has more than 600 bytes: too long for an
 * entry id, a category or a digest, and so never mistaken for a whole one.
 */
#define TT_JSON_STRING_MAX 4096u
/* Digits of a number; beyond it the file is broken. No field is near it. */
#define TT_JSON_NUMBER_MAX 1024u
/* Open maps and arrays. Exports nest below ten. */
#define TT_JSON_DEPTH_MAX 128u

/*
 * Read all of the input as one JSON value. TUTELA_LIST_UNUSABLE, naming the byte, when it is not
 * one or nests too deep; else whatever `take` answers.
 */
TT_MUST_USE tutela_status tt_json_read(tt_input *input, tt_json_take take, void *user,
                                       tutela_error *error);

#endif
