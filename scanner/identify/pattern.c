/*
 * pattern: reads the words of a signature's pattern, and compares them with a head.
 *
 * The text comes from our own table, never from outside; a malformed one is a mistake in the table
 * that keeps the signatures from being made, and a test reads every row.
 */
#include "identify/signature.h"

#include "identify/identify.h"

typedef struct pattern_reader {
    const char *text;
    uint32_t at; /* offset in the head of the next byte */
    size_t count;
    tt_atom *atoms;
} pattern_reader;

static int add_atom(pattern_reader *reader, int low, int high)
{
    if (low < 0 || high < low || reader->count == TT_PATTERN_ATOMS
        || reader->at >= TT_IDENTIFY_HEAD)
        return -1;
    reader->atoms[reader->count++] =
        (tt_atom){(uint16_t)reader->at, (uint8_t)low, (uint8_t)high, 0};
    return 0;
}

static int at_word_end(const pattern_reader *reader)
{
    return *reader->text == ' ' || *reader->text == '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Two hex digits, which are then passed. -1 when they are not there. */
static int hex_byte(pattern_reader *reader)
{
    int high = hex_digit(reader->text[0]);
    int low = high < 0 ? -1 : hex_digit(reader->text[1]);

    if (low < 0)
        return -1;
    reader->text += 2;
    return high * 16 + low;
}

/* FF, 01|02, 20-2F|40-7F */
static int read_set(pattern_reader *reader)
{
    for (;;) {
        int low = hex_byte(reader);
        int high = low;
        if (low >= 0 && *reader->text == '-') {
            reader->text++;
            high = hex_byte(reader);
        }
        if (add_atom(reader, low, high) != 0)
            return -1;
        if (*reader->text != '|')
            break;
        reader->atoms[reader->count - 1].more = 1;
        reader->text++;
    }
    reader->at++;
    return 0;
}

/* 'text' */
static int read_quoted(pattern_reader *reader)
{
    const char *start = ++reader->text;

    for (; *reader->text != '\'' && *reader->text != '\0'; reader->text++, reader->at++)
        if (add_atom(reader, (uint8_t)*reader->text, (uint8_t)*reader->text) != 0)
            return -1;
    if (*reader->text == '\0' || reader->text == start)
        return -1;
    reader->text++;
    return 0;
}

/* @257; never backwards. */
static int read_offset(pattern_reader *reader)
{
    uint32_t number = 0;
    const char *start = ++reader->text;

    while (*reader->text >= '0' && *reader->text <= '9' && number < TT_IDENTIFY_HEAD)
        number = number * 10 + (uint32_t)(*reader->text++ - '0');
    if (reader->text == start || number < reader->at)
        return -1;
    reader->at = number;
    return 0;
}

static int read_word(pattern_reader *reader)
{
    switch (*reader->text) {
    case '\'':
        return read_quoted(reader);
    case '@':
        return read_offset(reader);
    case '?':
        if (reader->text[1] != '?')
            return -1;
        reader->text += 2;
        reader->at++;
        return 0;
    default:
        return read_set(reader);
    }
}

size_t tt_pattern_parse(const char *text, tt_atom out[TT_PATTERN_ATOMS])
{
    pattern_reader reader = {text, 0, 0, out};

    while (*reader.text != '\0') {
        if (*reader.text == ' ')
            reader.text++;
        else if (read_word(&reader) != 0 || !at_word_end(&reader))
            return 0;
    }
    return reader.count;
}

int tt_pattern_fits(const tt_atom *atoms, size_t count, const uint8_t *head, size_t size)
{
    /* Ascending, so the last one says whether the head is long enough for all. */
    if (count == 0 || atoms[count - 1].offset >= size)
        return 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t byte = head[atoms[i].offset];
        int fits = byte >= atoms[i].low && byte <= atoms[i].high;
        while (atoms[i].more) {
            i++;
            fits |= byte >= atoms[i].low && byte <= atoms[i].high;
        }
        if (!fits)
            return 0;
    }
    return 1;
}

static int is_fixed(const tt_atom *atoms, size_t i)
{
    return atoms[i].low == atoms[i].high && !atoms[i].more && !(i > 0 && atoms[i - 1].more);
}

size_t tt_pattern_weight(const tt_atom *atoms, size_t count)
{
    size_t weight = 0;

    for (size_t i = 0; i < count; i++)
        weight += is_fixed(atoms, i) ? 1 : 0;
    return weight;
}

static uint32_t different_bytes(const tt_key *key)
{
    uint32_t different = 0;

    for (uint32_t i = 0; i < key->size; i++) {
        uint32_t earlier = 0;
        while (earlier < i && key->bytes[earlier] != key->bytes[i])
            earlier++;
        different += earlier == i ? 1 : 0;
    }
    return different;
}

/* Among equals the last, but short ones the first: those are cheap at the start of a view only. */
static int is_better(const tt_key *key, const tt_key *best)
{
    uint32_t different = different_bytes(key), have = different_bytes(best);

    return different > have || (different == have && key->size > TT_KEY_SHORT);
}

tt_key tt_key_choose(const tt_atom *atoms, size_t count)
{
    tt_key best = {0};

    for (size_t first = 0; first < count; first++) {
        tt_key key = {.offset = atoms[first].offset};
        for (size_t i = first; i < count && key.size < TT_KEY_MAX; i++) {
            if (!is_fixed(atoms, i) || atoms[i].offset != key.offset + key.size)
                break;
            key.bytes[key.size++] = atoms[i].low;
        }
        if (is_better(&key, &best))
            best = key;
    }
    return best;
}
