/* emit_json: JSON values with their commas and escapes. */
#include "report/emit_json.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

void tt_json_init(tt_json *json, tt_out *out)
{
    json->out = out;
    json->comma = 0;
}

static void separate(tt_json *json)
{
    if (json->comma)
        tt_out_char(json->out, ',');
    json->comma = 1;
}

void tt_json_open(tt_json *json, char bracket)
{
    separate(json);
    tt_out_char(json->out, bracket);
    json->comma = 0;
}

void tt_json_close(tt_json *json, char bracket)
{
    tt_out_char(json->out, bracket);
    json->comma = 1;
}

void tt_json_key(tt_json *json, const char *key)
{
    tt_json_text(json, key);
    tt_out_char(json->out, ':');
    json->comma = 0;
}

/* One code point that must not stand as it is. */
static void escape(tt_out *out, uint32_t code)
{
    static const char letters[] = "btn\0fr"; /* of U+0008 to U+000D; U+000B has none */

    if (code == '"' || code == '\\') {
        tt_out_char(out, '\\');
        tt_out_char(out, (char)code);
    } else if (code >= 8 && code <= 13 && letters[code - 8]) {
        tt_out_char(out, '\\');
        tt_out_char(out, letters[code - 8]);
    } else if (code > 0xFFFF) {
        code -= 0x10000;
        tt_out_printf(out, "\\u%04x\\u%04x", (unsigned)(0xD800 + (code >> 10)),
                      (unsigned)(0xDC00 + (code & 0x3FF)));
    } else {
        tt_out_printf(out, "\\u%04x", (unsigned)code);
    }
}

void tt_json_bytes(tt_json *json, const char *text, size_t size)
{
    separate(json);
    tt_out_char(json->out, '"');
    for (size_t at = 0; at < size;) {
        uint32_t code = 0;
        size_t length = tt_utf8_next(text + at, size - at, &code);

        if (length == 0)
            tt_out_text(json->out, "\\ufffd");
        else if (code == '"' || code == '\\' || tt_text_hidden(code))
            escape(json->out, code);
        else
            tt_out_add(json->out, text + at, length);
        at += length ? length : 1;
    }
    tt_out_char(json->out, '"');
}

void tt_json_text(tt_json *json, const char *text)
{
    tt_json_bytes(json, text, strlen(text));
}

void tt_json_text_or_null(tt_json *json, const char *text)
{
    if (text && text[0])
        tt_json_text(json, text);
    else
        tt_json_literal(json, "null");
}

void tt_json_number(tt_json *json, uint64_t number)
{
    separate(json);
    tt_out_printf(json->out, "%" PRIu64, number);
}

void tt_json_literal(tt_json *json, const char *literal)
{
    separate(json);
    tt_out_text(json->out, literal);
}

void tt_json_bool(tt_json *json, int value)
{
    tt_json_literal(json, value ? "true" : "false");
}

void tt_json_line(tt_json *json)
{
    tt_out_char(json->out, '\n');
    json->comma = 0;
}
