/* rtf_text: see rtf_text.h. */
#include "unpack/rtf_text.h"

#include <string.h>

/* How data is written. */
#define IN_DIGITS 1u
#define IN_BINARY 2u
/* A control word: letters, and its number. */
#define WORD_MAX 32u
#define DIGITS_MAX 10u

typedef struct word {
    char name[WORD_MAX + 1];
    int has_number;
    int64_t number;
} word;

static void complain(tt_rtf_text *t, tutela_item_status status, const char *why)
{
    if (t->trouble.status == TUTELA_ITEM_CLEAR)
        t->trouble = (tt_trouble){status, why};
}
#define COMPLAIN(t, ...) complain_of(t, (tt_trouble){__VA_ARGS__})

static void complain_of(tt_rtf_text *t, tt_trouble why)
{
    complain(t, why.status, why.reason);
}

void tt_rtf_text_init(tt_rtf_text *t, tt_stream *stream)
{
    memset(t, 0, offsetof(tt_rtf_text, piece));
    t->stream = stream;
    t->source = t->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    t->half = -1;
}

/* Have bytes: 0 when there are none more. */
static tutela_status fill(tt_rtf_text *t, int *any, tutela_error *error)
{
    if (t->at == t->size && t->source.status == TUTELA_ITEM_CLEAR) {
        t->at = 0;
        TT_TRY(tt_stream_read(t->stream, t->piece, sizeof t->piece, &t->size, &t->source, error));
    }
    *any = t->at < t->size;
    return TUTELA_OK;
}

/* The next byte without taking it; -1 at the end. */
static tutela_status peek(tt_rtf_text *t, int *byte, tutela_error *error)
{
    int any = 0;

    TT_TRY(fill(t, &any, error));
    *byte = any ? t->piece[t->at] : -1;
    return TUTELA_OK;
}

/* ---- Words and groups ---------------------------------------------------------------------- */

static int is_letter(int byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static int is_digit(int byte)
{
    return byte >= '0' && byte <= '9';
}

/* After a backslash, at a letter: the word, its number, and the one blank that ends it. */
static tutela_status read_word(tt_rtf_text *t, word *out, tutela_error *error)
{
    size_t size = 0, digits = 0;
    int byte = -1, minus = 0;

    *out = (word){.number = 0};
    for (;;) {
        TT_TRY(peek(t, &byte, error));
        if (!is_letter(byte) || size == WORD_MAX)
            break;
        out->name[size++] = (char)byte;
        t->at++;
    }
    if (byte == '-') {
        minus = 1;
        t->at++;
        TT_TRY(peek(t, &byte, error));
    }
    for (; is_digit(byte) && digits < DIGITS_MAX; digits++) {
        out->number = out->number * 10 + (byte - '0');
        t->at++;
        TT_TRY(peek(t, &byte, error));
    }
    out->has_number = digits > 0;
    if (minus)
        out->number = -out->number;
    if (byte == ' ')
        t->at++;
    return TUTELA_OK;
}

/* Words whose group holds data. */
static tt_rtf_data data_of(const char *name)
{
    static const struct {
        const char *name;
        tt_rtf_data data;
    } words[] = {
        {"pict", TT_RTF_FILE},      {"objdata", TT_RTF_OBJECT}, {"fontemb", TT_RTF_FILE},
        {"themedata", TT_RTF_FILE}, {"datastore", TT_RTF_OBJECT}, {"colorschememapping", TT_RTF_FILE},
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].name, name) == 0)
            return words[i].data;
    return TT_RTF_NONE;
}

/* Words whose group, within data, is none of it. */
static int is_aside(const char *name)
{
    static const char *const words[] = {"picprop", "blipuid", "sp", "fontfile", "objalias"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i], name) == 0)
            return 1;
    return 0;
}

static void end_data(tt_rtf_text *t)
{
    if (t->half >= 0)
        COMPLAIN(t, TUTELA_ITEM_MALFORMED, "damaged");
    t->half = -1;
    t->data_depth = 0;
    t->written = 0;
}

/* Data is written in digits or in binary; a count that is damaged makes it look like both. */
static void write_as(tt_rtf_text *t, unsigned how)
{
    t->written |= how;
    if (t->written == (IN_DIGITS | IN_BINARY))
        COMPLAIN(t, TUTELA_ITEM_MALFORMED, "damaged");
}

static void begin_data(tt_rtf_text *t, tt_rtf_data data)
{
    /* Data in data is no order that any writer keeps. */
    if (t->data_depth > 0)
        COMPLAIN(t, TUTELA_ITEM_MALFORMED, "damaged");
    end_data(t);
    t->groups[t->depth] = (uint8_t)data;
    t->data_depth = t->depth;
    t->waits = data;
}

static tutela_status take_word(tt_rtf_text *t, tutela_error *error)
{
    tt_rtf_data data;
    word w;

    TT_TRY(read_word(t, &w, error));
    if (strcmp(w.name, "bin") == 0) {
        t->binary = w.number > 0 ? (uint64_t)w.number : 0;
        if (w.number < 0)
            COMPLAIN(t, TUTELA_ITEM_MALFORMED, "damaged");
        return TUTELA_OK;
    }
    data = data_of(w.name);
    if (data != TT_RTF_NONE && t->depth > 0)
        begin_data(t, data);
    else if (is_aside(w.name) && t->depth > t->data_depth)
        t->groups[t->depth] = TT_RTF_NONE;
    return TUTELA_OK;
}

/* What follows a backslash. */
static tutela_status take_control(tt_rtf_text *t, tutela_error *error)
{
    int byte = -1;

    TT_TRY(peek(t, &byte, error));
    if (is_letter(byte))
        return take_word(t, error);
    if (byte < 0)
        return TUTELA_OK;
    t->at++;
    /* A group that whoever does not know its word passes over: no part of the data around it. */
    if (byte == '*' && t->depth > t->data_depth)
        t->groups[t->depth] = TT_RTF_NONE;
    for (int i = 0; byte == '\'' && i < 2; i++) {
        int digit = -1;
        TT_TRY(peek(t, &digit, error));
        t->at += is_digit(digit) || is_letter(digit);
    }
    return TUTELA_OK;
}

static void open_group(tt_rtf_text *t)
{
    if (t->depth + 1 == TT_RTF_DEPTH) {
        COMPLAIN(t, TUTELA_ITEM_LIMIT, "containers in containers, deeper than the limit");
        t->over = 1;
        return;
    }
    t->depth++;
    t->groups[t->depth] = t->groups[t->depth - 1];
}

static void close_group(tt_rtf_text *t)
{
    if (t->depth > 0 && t->depth == t->data_depth)
        end_data(t);
    if (t->depth > 0)
        t->depth--;
    if (t->depth == 0)
        t->over = 1;
}

static int hex_digit(int byte)
{
    if (is_digit(byte))
        return byte - '0';
    byte |= 32;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Is what comes now, outside of words, the data's? */
static int in_data(const tt_rtf_text *t)
{
    return t->data_depth > 0 && t->groups[t->depth] != TT_RTF_NONE;
}

/* A character of text: 1 when it makes a byte of data, *out. */
static int take_text(tt_rtf_text *t, int byte, uint8_t *out)
{
    int digit = hex_digit(byte);

    if (!in_data(t) || byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n')
        return 0;
    if (digit < 0) {
        COMPLAIN(t, TUTELA_ITEM_MALFORMED, "damaged");
        return 0;
    }
    write_as(t, IN_DIGITS);
    if (t->half < 0) {
        t->half = digit;
        return 0;
    }
    *out = (uint8_t)(t->half << 4 | digit);
    t->half = -1;
    return 1;
}

/* ---- Stepping ------------------------------------------------------------------------------ */

/* After the last brace: what may follow is blank. */
static tutela_status look_behind(tt_rtf_text *t, tutela_error *error)
{
    int any = 1;

    while (any) {
        for (; t->at < t->size; t->at++) {
            uint8_t byte = t->piece[t->at];
            if (byte != 0 && byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n'
                && byte != 0x1a) {
                COMPLAIN(t, TUTELA_ITEM_MALFORMED, "bytes after its end");
                return TUTELA_OK;
            }
        }
        TT_TRY(fill(t, &any, error));
    }
    return TUTELA_OK;
}

/* One step through what is no data in binary: *made is 1 when it made a byte of data, *out. */
static tutela_status step(tt_rtf_text *t, int *made, uint8_t *out, tutela_error *error)
{
    int byte = -1;

    *made = 0;
    TT_TRY(peek(t, &byte, error));
    if (byte < 0) {
        COMPLAIN(t, TUTELA_ITEM_MALFORMED, "cut off");
        end_data(t);
        t->over = 1;
        return TUTELA_OK;
    }
    t->at++;
    if (byte == '\\')
        return take_control(t, error);
    if (byte == '{')
        open_group(t);
    else if (byte == '}')
        close_group(t);
    else
        *made = take_text(t, byte, out);
    return t->over ? look_behind(t, error) : TUTELA_OK;
}

/* Bytes of \bin: to `out`, NULL for nowhere. */
static tutela_status take_binary(tt_rtf_text *t, uint8_t *out, size_t room, size_t *got,
                                 tutela_error *error)
{
    int any = 0;
    size_t some;

    *got = 0;
    TT_TRY(fill(t, &any, error));
    if (!any) {
        t->binary = 0; /* the next step says that it is cut off */
        return TUTELA_OK;
    }
    some = t->size - t->at;
    some = some < t->binary ? some : (size_t)t->binary;
    some = some < room ? some : room;
    if (out)
        memcpy(out, t->piece + t->at, some);
    t->at += some;
    t->binary -= some;
    *got = some;
    return TUTELA_OK;
}

/* Whole bytes of data that lie in the piece: what nearly all of it is made of. */
static size_t take_pairs(tt_rtf_text *t, uint8_t *out, size_t room)
{
    size_t made = 0;

    if (t->half >= 0 || !in_data(t))
        return 0;
    while (made < room && t->at + 1 < t->size) {
        int high = hex_digit(t->piece[t->at]), low = hex_digit(t->piece[t->at + 1]);
        if (high < 0 || low < 0)
            break;
        out[made++] = (uint8_t)(high << 4 | low);
        t->at += 2;
    }
    if (made > 0)
        write_as(t, IN_DIGITS);
    return made;
}

tutela_status tt_rtf_text_read(tt_rtf_text *t, void *buffer, size_t size, size_t *got,
                               tutela_error *error)
{
    uint8_t *out = buffer;
    size_t made = 0, some = 0;

    while (made < size && t->data_depth > 0 && t->waits == TT_RTF_NONE && !t->over) {
        int one = 0;
        if (t->binary > 0 && in_data(t)) {
            write_as(t, IN_BINARY);
            TT_TRY(take_binary(t, out + made, size - made, &some, error));
            made += some;
        } else if (t->binary > 0) {
            TT_TRY(take_binary(t, NULL, SIZE_MAX, &some, error));
        } else {
            made += take_pairs(t, out + made, size - made);
            if (made < size)
                TT_TRY(step(t, &one, out + made, error));
            made += (size_t)one;
        }
    }
    *got = made;
    return TUTELA_OK;
}

tutela_status tt_rtf_text_next(tt_rtf_text *t, tt_rtf_data *out, tutela_error *error)
{
    uint8_t scratch[512];
    size_t got = 1;

    while (got > 0)
        TT_TRY(tt_rtf_text_read(t, scratch, sizeof scratch, &got, error));
    while (t->waits == TT_RTF_NONE && !t->over) {
        int one = 0;
        if (t->binary > 0)
            TT_TRY(take_binary(t, NULL, SIZE_MAX, &got, error));
        else
            TT_TRY(step(t, &one, scratch, error));
    }
    *out = t->waits;
    t->waits = TT_RTF_NONE;
    return TUTELA_OK;
}
