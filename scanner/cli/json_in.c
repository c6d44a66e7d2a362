/* json_in: see json_in.h. */
#include "json_in.h"

#include <string.h>

/* Objects and lists in one another: reports have five. */
#define DEPTH_MAX 32u

void json_in_begin(json_in *json, char *line, size_t size)
{
    *json = (json_in){.at = line, .end = line + size};
}

static void pass_blanks(json_in *json)
{
    while (json->at < json->end && strchr(" \t\r\n", *json->at) && *json->at)
        json->at++;
}

int json_in_ends(json_in *json)
{
    pass_blanks(json);
    return !json->bad && json->at == json->end;
}

static char peek(json_in *json)
{
    pass_blanks(json);
    return json->bad || json->at == json->end ? '\0' : *json->at;
}

static int take(json_in *json, char wanted)
{
    if (peek(json) != wanted || json->bad || json->at == json->end) {
        json->bad = 1;
        return 0;
    }
    json->at++;
    return 1;
}

void json_in_open(json_in *json, char bracket)
{
    json->first = take(json, bracket);
}

/* One more of what `close` ends: 1, or 0 at its end. */
static int more(json_in *json, char close)
{
    if (peek(json) == close) {
        json->first = 0;
        (void)take(json, close);
        return 0;
    }
    if (!json->first)
        (void)take(json, ',');
    json->first = 0;
    return !json->bad;
}

int json_in_next(json_in *json)
{
    return more(json, ']');
}

const char *json_in_key(json_in *json)
{
    const char *name;
    size_t size;

    if (!more(json, '}'))
        return NULL;
    name = json_in_text(json, &size);
    (void)take(json, ':');
    return json->bad ? NULL : name;
}

/* ---- Texts --------------------------------------------------------------------------------- */

static uint32_t hex_of(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = digit ? strchr(digits, digit | ('A' <= digit && digit <= 'F' ? 32 : 0)) : NULL;

    return found ? (uint32_t)(found - digits) : 16;
}

/* The four digits of \uXXXX. */
static uint32_t take_unit(json_in *json)
{
    uint32_t unit = 0;

    if (json->end - json->at < 4) {
        json->bad = 1;
        return 0;
    }
    for (int i = 0; i < 4; i++) {
        uint32_t digit = hex_of(*json->at++);

        json->bad |= digit > 15;
        unit = unit << 4 | (digit & 15);
    }
    return unit;
}

/* A character behind \u, which may take two of these. */
static uint32_t take_character(json_in *json)
{
    uint32_t high = take_unit(json), low;

    if (high < 0xD800 || high > 0xDFFF)
        return high;
    if (high > 0xDBFF || json->end - json->at < 2 || json->at[0] != '\\' || json->at[1] != 'u') {
        json->bad = 1;
        return 0;
    }
    json->at += 2;
    low = take_unit(json);
    json->bad |= low < 0xDC00 || low > 0xDFFF;
    return 0x10000 + ((high - 0xD800) << 10) + (low & 0x3FF);
}

/* Into fewer bytes than the escape took. */
static char *put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
        *to++ = (char)(0x80 | (code & 63));
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 63));
        *to++ = (char)(0x80 | (code & 63));
    } else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 63));
        *to++ = (char)(0x80 | (code >> 6 & 63));
        *to++ = (char)(0x80 | (code & 63));
    }
    return to;
}

/* What stands behind a backslash. */
static char *take_escape(json_in *json, char *to)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char letter = json->at < json->end ? *json->at++ : '\0';
    const char *found = letter ? strchr(letters, letter) : NULL;

    if (letter == 'u')
        return put_utf8(to, take_character(json));
    if (found)
        *to++ = meant[found - letters];
    else
        json->bad = 1;
    return to;
}

const char *json_in_text(json_in *json, size_t *size)
{
    char *from, *to;

    *size = 0;
    if (!take(json, '"'))
        return "";
    from = to = json->at;
    while (!json->bad && json->at < json->end && *json->at != '"') {
        if ((unsigned char)*json->at < 0x20)
            json->bad = 1;
        else if (*json->at != '\\')
            *to++ = *json->at++;
        else {
            json->at++;
            to = take_escape(json, to);
        }
    }
    if (json->bad || json->at == json->end) {
        json->bad = 1;
        return "";
    }
    json->at++;
    *to = '\0'; /* at the latest where the closing quote was */
    *size = (size_t)(to - from);
    return from;
}

static int take_word(json_in *json, const char *word)
{
    size_t size = strlen(word);

    pass_blanks(json);
    if (json->bad || (size_t)(json->end - json->at) < size || memcmp(json->at, word, size) != 0)
        return 0;
    json->at += size;
    return 1;
}

const char *json_in_text_or_null(json_in *json)
{
    size_t size;

    return take_word(json, "null") ? "" : json_in_text(json, &size);
}

/* ---- The rest ------------------------------------------------------------------------------ */

uint64_t json_in_number(json_in *json)
{
    uint64_t number = 0;
    char digit = peek(json);

    json->bad |= digit < '0' || digit > '9';
    for (; !json->bad && json->at < json->end && *json->at >= '0' && *json->at <= '9'; json->at++) {
        uint64_t next = (uint64_t)(*json->at - '0');

        json->bad |= number > (UINT64_MAX - next) / 10;
        number = number * 10 + next;
    }
    return json->bad ? 0 : number;
}

/* What is neither text, list nor object. */
static void skip_plain(json_in *json)
{
    char *from;

    if (take_word(json, "true") || take_word(json, "false") || take_word(json, "null"))
        return;
    (void)peek(json);
    for (from = json->at; json->at < json->end && *json->at && strchr("+-.0123456789eE", *json->at);)
        json->at++;
    json->bad |= json->at == from;
}

void json_in_skip(json_in *json)
{
    char close[DEPTH_MAX];
    size_t depth = 0, size;

    do {
        char next = peek(json);

        if (next == '{' || next == '[') {
            if (depth == DEPTH_MAX) {
                json->bad = 1;
                return;
            }
            json_in_open(json, next);
            close[depth++] = next == '{' ? '}' : ']';
        } else if (next == '"') {
            (void)json_in_text(json, &size);
        } else {
            skip_plain(json);
        }
        while (depth > 0 && !json->bad
               && !(close[depth - 1] == '}' ? json_in_key(json) != NULL : json_in_next(json)))
            depth--;
    } while (depth > 0 && !json->bad);
}
