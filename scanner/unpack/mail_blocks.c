/*
 * mail_blocks: files encoded within a text: uuencode (POSIX, with its base64 too) and yEnc 1.3.
 *
 * The text may be a mail's body, a news article or a file of its own; any number of blocks of either
 * kind stand in it, and what is around them is not looked at: it was given out with the text.
 *
 * Which of the two the text is called goes by its first block. uuencode has no checksum, so each line
 * must be of the length it states, and all but the last of one length. yEnc has size and checksum.
 */
#include "unpack/mail_decode.h"
#include "unpack/reader.h"

#include "base/mem.h"
#include "unpack/crc.h"
#include "unpack/signs.h"

#include <string.h>

#define SPARE 128u /* a line of uuencode: 63 bytes */

typedef enum state {
    TEXT,
    UU,
    UU_BASE64,
    UU_END, /* after the empty line: "end" must come */
    YENC
} state;

typedef struct blocks_reader {
    tt_reader reader;
    state state;
    uint8_t block_over;
    uint8_t over;      /* the text's end was seen */
    uint8_t grave;     /* zeros are written as '`', so that no spaces can be lost at a line's end */
    uint8_t uu_first, uu_last; /* bytes that the block's first line has, and the latest */
    uint8_t escaped;   /* yEnc: '=' came last */
    uint8_t after_empty; /* of the text: the line before is what ends a block's lines */
    uint8_t sized;     /* yEnc: `size` is what must come */
    uint32_t crc;
    uint64_t size, made;
    tt_trouble block;  /* how the block ended */
    tt_trouble spoilt; /* what is wrong with the text */
    tt_line line;
    size_t spare_at, spare_end;
    uint8_t spare[SPARE];
    size_t name_size;
    uint8_t name[TT_NAME_MAX];
    tt_decoder decoder;
    tt_lines lines;
} blocks_reader;

static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};

static void note(tt_trouble *where, tt_trouble what)
{
    if (where->status == TUTELA_ITEM_CLEAR)
        *where = what;
}

static void spoil(blocks_reader *r)
{
    note(&r->block, (tt_trouble){TUTELA_ITEM_MALFORMED, "its encoding is damaged"});
}

/* The block's end was seen, or the text's. */
static void end_block(blocks_reader *r, int cut)
{
    r->block_over = 1;
    r->state = TEXT;
    r->line.size = 0;
    if (cut)
        note(&r->block, r->lines.source.status != TUTELA_ITEM_CLEAR
                            ? r->lines.source
                            : (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"});
}

static void begin_block(blocks_reader *r, state kind, const uint8_t *name, size_t size)
{
    r->state = kind;
    r->block_over = r->grave = r->uu_first = r->uu_last = r->escaped = r->sized = 0;
    r->crc = 0;
    r->made = 0;
    r->block = fine;
    r->line.size = 0;
    r->spare_at = r->spare_end = 0;
    while (size > 0 && (name[size - 1] == ' ' || name[size - 1] == '\t'))
        size--;
    r->name_size = 0;
    for (size_t i = 0; i < size && r->name_size < sizeof r->name; i++)
        if (name[i] != 0)
            r->name[r->name_size++] = name[i];
    tt_decode_begin(&r->decoder, TT_CODING_BASE64);
}

/* ---- uuencode ------------------------------------------------------------------------------ */

/* A line of characters, of which the first says how many bytes. They go to the spare ones. */
static void uu_line(blocks_reader *r, const tt_line *line)
{
    const uint8_t *text = line->text;
    size_t size = line->size, count = tt_uu_count(text, size), at = 1;

    if (size == 0 && line->begins) {
        r->state = UU_END; /* its one space was lost */
        return;
    }
    if (count == TT_UU_NONE || !line->begins) {
        spoil(r);
        return;
    }
    if (count == 0) {
        r->state = UU_END;
        return;
    }
    if (r->uu_first == 0)
        r->uu_first = (uint8_t)count;
    else if (r->uu_last != r->uu_first)
        spoil(r);
    r->uu_last = (uint8_t)count;
    r->grave |= memchr(text, '`', size) != NULL;
    /* Spaces at a line's end get lost on the way. */
    if (size - 1 < (count * 8 + 5) / 6 && r->grave)
        spoil(r);
    for (size_t made = 0; made < count; made += 3) {
        uint32_t bits = 0;
        for (size_t i = 0; i < 4; i++, at++)
            bits = bits << 6 | (at < size ? (text[at] - 32u) & 63 : 0);
        r->spare[r->spare_end] = (uint8_t)(bits >> 16);
        r->spare[r->spare_end + 1] = (uint8_t)(bits >> 8);
        r->spare[r->spare_end + 2] = (uint8_t)bits;
        r->spare_end += count - made < 3 ? count - made : 3;
    }
}

/* The name goes on with the block's first line: the end of its own line is damaged. */
static int holds_line(const uint8_t *name, size_t size)
{
    for (size_t i = 0; i + 5 < size; i++) {
        size_t count = name[i] < ' ' || name[i] >= 127 ? tt_uu_count(name + i + 1, size - i - 1)
                                                       : TT_UU_NONE;
        if (count != TT_UU_NONE && count > 0 && (count * 8 + 5) / 6 < size - i - 1)
            return 1;
    }
    return 0;
}

static int is_word(const tt_line *line, const char *word)
{
    size_t size = line->size;

    while (size > 0 && (line->text[size - 1] == ' ' || line->text[size - 1] == '\t'))
        size--;
    return line->begins && size == strlen(word) && memcmp(line->text, word, size) == 0;
}

static void uu_base64_line(blocks_reader *r, const tt_line *line)
{
    if (!is_word(line, "====")) {
        r->line = *line;
        return;
    }
    r->spare_end = tt_decode_end(&r->decoder, r->spare);
    if (r->decoder.spoilt || r->decoder.beyond)
        spoil(r);
    end_block(r, 0);
}

/* ---- yEnc ---------------------------------------------------------------------------------- */

/* The number behind " KEY=" in a control line; 0: there is none. */
static int number(const tt_line *line, const char *key, int hex, uint64_t *out)
{
    const uint8_t *end = line->text + line->size;
    const uint8_t *at = memmem(line->text, line->size, key, strlen(key));
    uint64_t value = 0;
    size_t digits = 0;

    if (!at)
        return 0;
    for (at += strlen(key); at < end && digits < 16; at++, digits++) {
        int digit = tt_hex_value(*at);
        if (digit < 0 || (!hex && digit > 9))
            break;
        value = value * (hex ? 16 : 10) + (uint64_t)digit;
    }
    *out = value;
    return digits > 0;
}

static void yenc_part(blocks_reader *r, const tt_line *line)
{
    uint64_t from, to;

    if (!number(line, " begin=", 0, &from) || !number(line, " end=", 0, &to) || from == 0 || to < from) {
        spoil(r);
        return;
    }
    if (from > 1 || to != r->size)
        note(&r->spoilt, (tt_trouble){TUTELA_ITEM_PARTIAL, "one part of several"});
    r->size = to - from + 1;
}

static void yenc_end(blocks_reader *r, const tt_line *line)
{
    uint64_t size = 0, crc = 0;
    int part = number(line, " pcrc32=", 1, &crc);
    int good = number(line, " size=", 0, &size) && size == r->made && (!r->sized || r->size == r->made);

    /* In a part, crc32 is that of all of them. */
    if (!part && memmem(line->text, line->size, " part=", 6) == NULL)
        part = number(line, " crc32=", 1, &crc);
    if (!good || (part && (uint32_t)crc != r->crc))
        note(&r->block, (tt_trouble){TUTELA_ITEM_MALFORMED, "its checksum or size does not fit"});
    end_block(r, 0);
}

static void yenc_line(blocks_reader *r, const tt_line *line)
{
    int control = line->begins && line->size > 5 && memcmp(line->text, "=y", 2) == 0;

    if (control && memcmp(line->text, "=yend ", 6) == 0)
        yenc_end(r, line);
    else if (control && line->size > 6 && memcmp(line->text, "=ypart ", 7) == 0)
        yenc_part(r, line);
    else
        r->line = *line;
}

static size_t yenc_some(blocks_reader *r, uint8_t *out, size_t room)
{
    size_t made = 0;

    for (; r->line.size > 0 && made < room; r->line.text++, r->line.size--) {
        uint8_t c = *r->line.text;
        if (!r->escaped && c == '=') {
            r->escaped = 1;
            continue;
        }
        out[made++] = (uint8_t)(c - 42 - (r->escaped ? 64 : 0));
        r->escaped = 0;
    }
    return made;
}

/* ---- The text ------------------------------------------------------------------------------ */

/* A line of a block, or its end, and none is open: its beginning is damaged. */
static int is_stray(const blocks_reader *r, const tt_line *line)
{
    if (!line->begins)
        return 0;
    if (line->size == 61 && tt_uu_count(line->text, line->size) == 45)
        return 1;
    return (r->after_empty && is_word(line, "end"))
           || (line->size > 6 && memcmp(line->text, "=yend ", 6) == 0);
}

/* Does a block begin here? */
static void text_line(blocks_reader *r, const tt_line *line)
{
    size_t name = line->begins ? tt_uu_begin(line->text, line->size) : 0;

    if (name > 0) {
        begin_block(r, line->text[5] == '-' ? UU_BASE64 : UU, line->text + name, line->size - name);
        if (holds_line(line->text + name, line->size - name))
            spoil(r);
    } else if (line->begins && (name = tt_yenc_begin(line->text, line->size)) > 0) {
        begin_block(r, YENC, line->text + name, line->size - name);
        r->sized = (uint8_t)number(line, " size=", 0, &r->size);
    } else if (is_stray(r, line)) {
        note(&r->spoilt, (tt_trouble){TUTELA_ITEM_MALFORMED, "damaged"});
    }
    r->after_empty = line->begins && line->size == 1 && (*line->text == '`' || *line->text == ' ');
}

/* The next line of the text, or of the block. */
static tutela_status advance(blocks_reader *r, tutela_error *error)
{
    tt_line line;
    int more = 0;

    r->spare_at = r->spare_end = 0;
    TT_TRY(tt_mail_lines_next(&r->lines, &line, &more, error));
    if (!more) {
        r->over = 1;
        note(&r->spoilt, r->lines.source);
        if (!r->block_over)
            end_block(r, 1);
        return TUTELA_OK;
    }
    if (r->state == TEXT)
        text_line(r, &line);
    else if (r->state == YENC)
        yenc_line(r, &line);
    else if (r->state != UU_BASE64 && is_word(&line, "end"))
        end_block(r, 0);
    else if (r->state == UU_BASE64)
        uu_base64_line(r, &line);
    else if (r->state == UU)
        uu_line(r, &line);
    else
        end_block(r, 1); /* something else where "end" should be */
    return TUTELA_OK;
}

static size_t decode_some(blocks_reader *r, uint8_t *out, size_t room)
{
    size_t used = 0, made;

    if (r->state == YENC)
        return yenc_some(r, out, room);
    if (room >= TT_DECODE_ROOM) {
        made = tt_decode(&r->decoder, r->line.text, r->line.size, &used, out, room);
    } else {
        r->spare_at = 0;
        r->spare_end = tt_decode(&r->decoder, r->line.text, r->line.size, &used, r->spare, SPARE);
        made = 0;
    }
    r->line.text += used;
    r->line.size -= used;
    return made;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    blocks_reader *r = (blocks_reader *)reader;
    uint8_t *out = buffer;
    size_t done = 0;

    while (done < size) {
        if (r->spare_at < r->spare_end) {
            out[done++] = r->spare[r->spare_at++];
        } else if (r->line.size > 0) {
            size_t made = decode_some(r, out + done, size - done);
            if (r->state == YENC)
                r->crc = tt_crc32(r->crc, out + done, made);
            r->made += made;
            done += made;
        } else if (r->block_over) {
            break;
        } else {
            TT_TRY(advance(r, error));
        }
    }
    *got = done;
    if (done == 0)
        *trouble = r->block;
    return TUTELA_OK;
}

static void shut(tt_reader *reader)
{
    tt_free(reader);
}

static tutela_status begin_as(const tt_format *format, tt_reader **out, tt_stream *stream,
                              tutela_error *error)
{
    blocks_reader *r = tt_alloc(1, sizeof *r);

    if (!r)
        return tt_no_memory(error);
    r->reader.format = format;
    r->block_over = 1;
    r->block = r->spoilt = fine;
    tt_lines_begin(&r->lines, stream);
    *out = &r->reader;
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    blocks_reader *r = (blocks_reader *)reader;
    uint8_t scratch[4096];
    size_t got = 1;

    while (got > 0)
        TT_TRY(read_member(reader, scratch, sizeof scratch, &got, trouble, error));
    while (r->state == TEXT && !r->over)
        TT_TRY(advance(r, error));
    *more = !r->block_over;
    *trouble = r->spoilt;
    out->name = r->name;
    out->name_size = r->name_size;
    return TUTELA_OK;
}

extern const tt_format tt_format_uuencode, tt_format_yenc;

static tutela_status begin_uuencode(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    return begin_as(&tt_format_uuencode, out, stream, error);
}

static tutela_status begin_yenc(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    return begin_as(&tt_format_yenc, out, stream, error);
}

const tt_format tt_format_uuencode = {"uuencode", 0, begin_uuencode, next, read_member, shut};
const tt_format tt_format_yenc = {"yenc", 0, begin_yenc, next, read_member, shut};
