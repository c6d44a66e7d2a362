/*
 * json: a list in JSON, as a stream of events (see json.h).
 *
 * The parser (base/json_events.h) gathers a string that spans two chunks in memory, however long the
 * string is, so a sieve stands in front of it: it follows nothing but quotes and escapes and hands on
 * the bytes in runs, leaving out the tail of overlong strings. Thumbnails in base64 are thus never held.
 */
#include "hashsets/import/json.h"

#include <string.h>

/* Bytes of a dropped tail looked at in one go: bounds what a backslash in every byte can cost. */
#define CALM_MAX 4096u

typedef struct reader {
    tt_json_events events;
    tutela_error *error;
    const char *name;
    /* The sieve. */
    int in_string;
    int dropping;  /* inside the tail of an overlong string */
    int escaped;   /* the byte before was a backslash */
    int hex_left;  /* digits of a \u escape still to come */
    size_t length; /* bytes of the present string, or of the present run outside strings */
} reader;

static tutela_status broken(const reader *json, tt_json_outcome why, uint64_t offset)
{
    if (why == TT_JSON_ENDED)
        return json->events.status;
    if (why == TT_JSON_TOO_DEEP)
        (void)tt_fail(json->error, TUTELA_LIST_UNUSABLE, 0,
                      "%s: JSON nested deeper than %u levels at byte %llu", json->name,
                      TT_JSON_DEPTH_MAX, (unsigned long long)offset);
    else
        (void)tt_fail(json->error, TUTELA_LIST_UNUSABLE, 0, "%s: broken JSON at byte %llu",
                      json->name, (unsigned long long)offset);
    (void)tt_advise(json->error, TUTELA_LIST_UNUSABLE,
                    "ask the list's owner for the file again, or check that it arrived whole");
    return tt_fail_at(json->error, TUTELA_LIST_UNUSABLE, offset);
}

static tutela_status feed(reader *json, const uint8_t *data, size_t size, uint64_t offset)
{
    size_t used = 0;
    tt_json_outcome outcome = tt_json_feed(&json->events, data, size, &used);

    return outcome == TT_JSON_SOUND ? TUTELA_OK : broken(json, outcome, offset + used);
}

/* Follow one byte inside a string. 1 when it is the quote that ends it. */
static int sieve_string(reader *json, uint8_t byte)
{
    json->length++;
    if (json->escaped) {
        json->escaped = 0;
        json->hex_left = byte == 'u' ? 4 : 0;
        return 0;
    }
    if (json->hex_left > 0)
        json->hex_left--;
    json->escaped = byte == '\\';
    if (byte != '"')
        return 0;
    json->in_string = 0;
    json->length = 0;
    return 1;
}

/* Follow one byte outside strings. 0 when a number goes on for too long. */
static int sieve_bare(reader *json, uint8_t byte)
{
    if (byte == '"') {
        json->in_string = 1;
        json->length = 0;
        json->hex_left = 0;
        return 1;
    }
    if (byte <= ' ' || byte == ',' || byte == ':' || (byte | 0x20) == '{' || (byte | 0x20) == '}')
        json->length = 0;
    else
        json->length++;
    return json->length <= TT_JSON_NUMBER_MAX;
}

/* 1 when the string is long enough and no escape is open, so that it can be cut here. */
static int may_cut(const reader *json)
{
    return json->length >= TT_JSON_STRING_MAX && !json->escaped && json->hex_left == 0;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Not 0 when one of eight bytes is that one; which of them is not told. */
static uint64_t has_byte(uint64_t eight, uint8_t byte)
{
    uint64_t zero = eight ^ EACH(byte);

    return (zero - EACH(1)) & ~zero & EACH(0x80);
}

/* How many bytes come before a quote or a backslash, in the tail of a long string. */
static size_t long_run(const uint8_t *data, size_t size)
{
    const uint8_t *found;

    if (size > 0 && (found = memchr(data, '"', size)))
        size = (size_t)(found - data);
    if (size > 0 && (found = memchr(data, '\\', size)))
        size = (size_t)(found - data);
    return size;
}

/* The same where most strings are short: eight bytes at a time beat two searches. */
static size_t short_run(const uint8_t *data, size_t size)
{
    size_t length = 0;
    uint64_t eight;

    for (; length + sizeof eight <= size; length += sizeof eight) {
        memcpy(&eight, data + length, sizeof eight);
        if (has_byte(eight, '"') | has_byte(eight, '\\'))
            break;
    }
    while (length < size && data[length] != '"' && data[length] != '\\')
        length++;
    return length;
}

/*
 * Inside a string: how many bytes may be stepped over at once, having no quote or backslash among
 * them and no place to cut. Long strings are most of a file with thumbnails.
 */
static size_t calm_run(const reader *json, const uint8_t *data, size_t size)
{
    if (json->escaped || json->hex_left > 0)
        return 0;
    if (json->dropping)
        return long_run(data, size < CALM_MAX ? size : CALM_MAX);
    size_t most = TT_JSON_STRING_MAX - json->length;
    return short_run(data, size < most ? size : most);
}

/* Hand a chunk to the parser, without the tails of overlong strings. */
static tutela_status sieve(reader *json, const uint8_t *data, size_t size, uint64_t offset)
{
    size_t from = 0; /* bytes from here to i are to be handed on, unless dropping */
    size_t i = 0;

    while (i < size) {
        if (!json->in_string) {
            if (!sieve_bare(json, data[i]))
                return broken(json, TT_JSON_BROKEN, offset + i);
            i++;
            continue;
        }
        if (!json->dropping && may_cut(json)) {
            TT_TRY(feed(json, data + from, i - from, offset + from));
            json->dropping = 1;
        }
        size_t calm = calm_run(json, data + i, size - i);
        json->length += calm;
        i += calm;
        if (calm > 0)
            continue;
        if (sieve_string(json, data[i]) && json->dropping) {
            json->dropping = 0;
            from = i;
        }
        i++;
    }
    return json->dropping ? TUTELA_OK : feed(json, data + from, size - from, offset + from);
}

static tutela_status read_all(reader *json, tt_input *input)
{
    const uint8_t *data;
    size_t size;
    uint64_t offset;

    do {
        TT_TRY(tt_input_chunk(input, &data, &size, &offset, json->error));
        TT_TRY(sieve(json, data, size, offset));
    } while (size > 0);
    tt_json_outcome outcome = json->dropping ? TT_JSON_BROKEN : tt_json_end(&json->events);
    return outcome == TT_JSON_SOUND ? TUTELA_OK : broken(json, outcome, offset);
}

tutela_status tt_json_read(tt_input *input, tt_json_take take, void *user, tutela_error *error)
{
    reader json = {.error = error, .name = tt_input_name(input)};

    TT_TRY(tt_json_begin(&json.events, take, user, TT_JSON_DEPTH_MAX, error));
    tutela_status status = read_all(&json, input);
    tt_json_done(&json.events);
    return status;
}
