/*
 * mail: a mail's bodies and attachments (RFC 5322, RFC 2045 to 2049), and so a web page saved as MHTML.
 *
 * Read here rather than by GMime: that needs to seek, so that every mail in a mailbox, an archive or a
 * pipe would have to be held in memory first; its decoders skip what they cannot decode without a word;
 * and it turns names into UTF-8 with modules that the C library loads from files. This reader goes from
 * front to end with one line at a time, and says what is not in order.
 *
 * Members are the parts that hold no parts, decoded, in their order, however deep multiparts nest. A
 * mail in a mail (message/rfc822) is a member, and the tree opens it again. Text before the first
 * boundary and after the last is a member too when there is any: mostly a line for readers that know no
 * MIME, but any byte may be one that is sought. The header itself is none.
 *
 * Blocks of uuencode and yEnc in a text are the tree's business (mail_blocks.c): it knows them by the
 * text's first bytes. One that comes later parts the text in two members.
 *
 * A line end before a boundary belongs to the boundary. Line ends in text are delivered as they stand.
 */
#include "unpack/mail_fields.h"
#include "unpack/reader.h"

#include "base/mem.h"
#include "unpack/signs.h"

#include <string.h>

/* Multiparts in multiparts; mails have some three. */
#define PARTS_DEEP 32u
/* A shorter boundary may stand in a text by chance; only longer ones are known when damaged. */
#define BOUNDARY_SURE 8u
#define SPARE 64u
/* A block in a text is known as long as it begins in the text's first TT_MAIL_HEAD bytes. */
#define FAR (TT_MAIL_HEAD - 8192u)

typedef enum state {
    HEADER,
    BETWEEN, /* before the first part, or after the last */
    BODY,
    OVER
} state;

typedef enum meeting { NONE, DELIMITER, CLOSING } meeting;

typedef struct frame {
    size_t size;
    uint8_t mark[TT_BOUNDARY_MAX + 2]; /* "--" and the boundary */
} frame;

typedef struct mail_reader {
    tt_reader reader;
    state state;
    uint8_t started;   /* some line of the header was seen */
    uint8_t leaf_over; /* the body's last line was seen */
    uint8_t held;      /* bytes of the last line's ending, kept until it is known to be content */
    uint8_t near;      /* a damaged boundary stands in the body */
    uint8_t parted;    /* a block begins, and so the next member */
    uint64_t far;      /* bytes of the body that came before it */
    tt_trouble leaf;   /* how the body ended */
    tt_trouble spoilt; /* what is wrong with the mail */
    tt_line line;      /* what of it is not yet decoded */
    tt_line after;     /* the one that begins a block, when parted */
    size_t depth;      /* multiparts open */
    size_t spare_at, spare_end;
    uint8_t spare[SPARE]; /* decoded, and not yet asked for */
    tt_decoder decoder;
    frame frames[PARTS_DEEP];
    tt_fields fields;
    tt_lines lines;
} mail_reader;

static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};
static const tt_trouble cut_short = {TUTELA_ITEM_MALFORMED, "cut off: its closing boundary is missing"};
static const tt_trouble bad_header = {TUTELA_ITEM_MALFORMED, "a header that is not in order"};
static const tt_trouble bad_boundary = {TUTELA_ITEM_MALFORMED, "a boundary that is damaged"};

/* The first trouble stays. */
static void note(tt_trouble *where, tt_trouble what)
{
    if (where->status == TUTELA_ITEM_CLEAR)
        *where = what;
}

/* ---- Boundaries ---------------------------------------------------------------------------- */

static meeting meets(const frame *f, const uint8_t *line, size_t size)
{
    if (size < f->size || memcmp(line, f->mark, f->size) != 0)
        return NONE;
    if (size == f->size)
        return DELIMITER;
    return size == f->size + 2 && memcmp(line + f->size, "--", 2) == 0 ? CLOSING : NONE;
}

/* All but one byte of a boundary's line. */
static meeting nearly_meets(const frame *f, const uint8_t *line, size_t size)
{
    int closing = size == f->size + 2;
    int off = 0;

    if (f->size < BOUNDARY_SURE + 2 || (size != f->size && !closing))
        return NONE;
    for (size_t i = 0; i < f->size && off < 2; i++)
        off += line[i] != f->mark[i];
    if (closing)
        off += (line[size - 2] != '-') + (line[size - 1] != '-');
    if (off > 1)
        return NONE;
    return closing ? CLOSING : DELIMITER;
}

/* A boundary's line that lost its own beginning or end. */
static int holds_one(const frame *f, const uint8_t *line, size_t size)
{
    if (f->size < BOUNDARY_SURE + 2 || size <= f->size)
        return 0;
    if (memcmp(line, f->mark, f->size) == 0)
        return 1;
    if (memcmp(line + size - f->size, f->mark, f->size) == 0)
        return 1;
    return size > f->size + 2 && memcmp(line + size - 2, "--", 2) == 0
           && memcmp(line + size - 2 - f->size, f->mark, f->size) == 0;
}

/* The line as a boundary of one of the multiparts open, whose level is *level. */
static meeting meet(mail_reader *r, const tt_line *line, size_t *level)
{
    size_t size = line->size;
    meeting met = NONE;

    if (!line->begins || r->depth == 0)
        return NONE;
    while (size > 0 && (line->text[size - 1] == ' ' || line->text[size - 1] == '\t'))
        size--;
    for (size_t i = r->depth; i-- > 0;) {
        met = meets(&r->frames[i], line->text, size);
        *level = i;
        if (met != NONE)
            return met;
    }
    for (size_t i = r->depth; i-- > 0;) {
        met = nearly_meets(&r->frames[i], line->text, size);
        *level = i;
        if (met != NONE || holds_one(&r->frames[i], line->text, size)) {
            r->near |= met == NONE;
            note(&r->spoilt, bad_boundary);
            return met;
        }
    }
    return NONE;
}

/* On to the next part, or out of the multipart. */
static void cross(mail_reader *r, meeting met, size_t level)
{
    if (level + 1 < r->depth)
        note(&r->spoilt, cut_short);
    r->depth = met == CLOSING ? level : level + 1;
    r->state = met == CLOSING ? BETWEEN : HEADER;
    r->started = 0;
    tt_fields_begin(&r->fields);
}

/* No more lines. */
static void finish(mail_reader *r)
{
    note(&r->spoilt, r->lines.source);
    if (r->depth > 0)
        note(&r->spoilt, cut_short);
    r->state = OVER;
}

/* ---- Headers ------------------------------------------------------------------------------- */

static void begin_leaf(mail_reader *r, tt_coding coding)
{
    tt_decode_begin(&r->decoder, coding);
    r->leaf = fine;
    r->near = r->parted = 0;
    r->far = 0;
    r->held = 0;
    r->leaf_over = 0;
    r->line = (tt_line){.text = r->lines.bytes};
    r->spare_at = r->spare_end = 0;
    r->state = BODY;
}

/* The next of a body's lines is to be decoded. */
static void take_line(mail_reader *r, tt_line line)
{
    tt_decode_trim(&r->decoder, &line);
    r->line = line;
    r->held = line.ending;
}

/* The header is through. */
static void begin_content(mail_reader *r)
{
    tt_fields *f = &r->fields;

    tt_fields_end(f);
    if (f->wrong)
        note(&r->spoilt, bad_header);
    if (f->multipart && f->boundary[0] && r->depth < PARTS_DEEP) {
        frame *new = &r->frames[r->depth++];
        new->size = strlen(f->boundary) + 2;
        memcpy(new->mark, "--", 2);
        memcpy(new->mark + 2, f->boundary, new->size - 2);
        r->state = BETWEEN;
        return;
    }
    if (f->multipart && f->boundary[0])
        note(&r->spoilt, (tt_trouble){TUTELA_ITEM_LIMIT, "parts in parts, deeper than a mail is read"});
    if (strcmp(f->type, "message/rfc822") == 0 && f->coding == TT_CODING_NONE) {
        size_t size;
        const uint8_t *ahead = tt_lines_ahead(&r->lines, &size);
        if (tt_mail_odd(ahead, size))
            note(&r->spoilt, bad_header);
    }
    begin_leaf(r, f->multipart ? TT_CODING_NONE : f->coding);
}

/* Does the header go on after this line? */
static int goes_on(const mail_reader *r)
{
    size_t size;
    const uint8_t *ahead = tt_lines_ahead(&r->lines, &size);
    const uint8_t *end = memchr(ahead, '\n', size);

    if (size == 0 || !end)
        return 0;
    return end == ahead || *ahead == '\r' || *ahead == ' ' || *ahead == '\t'
           || tt_mail_field(ahead, (size_t)(end - ahead)) > 0;
}

/* A line that is no field: the end of the header is damaged, or it is a line too many. */
static void odd_line(mail_reader *r, tt_line line)
{
    r->fields.wrong = 1;
    if (line.size > 2 && goes_on(r))
        return;
    begin_content(r);
    if (r->state == BODY && line.size > 2)
        take_line(r, line);
}

static void header_line(mail_reader *r, tt_line line)
{
    int folded = line.size > 0 && (line.text[0] == ' ' || line.text[0] == '\t') && r->started;

    if (!line.begins)
        return;
    if (tt_line_empty(&line)) {
        begin_content(r);
    } else if (folded || tt_mail_field(line.text, line.size) > 0) {
        tt_fields_line(&r->fields, line.text, line.size);
        r->started = 1;
    } else if (!r->started && r->depth == 0 && line.size > 6 && memcmp(line.text, ">From ", 6) == 0) {
        r->started = 1; /* from a mailbox that it was taken out of */
    } else {
        odd_line(r, line);
    }
}

static void between_line(mail_reader *r, tt_line line)
{
    size_t at = 0;

    while (at < line.size && (line.text[at] == ' ' || line.text[at] == '\t'))
        at++;
    if (at == line.size)
        return;
    tt_fields_begin(&r->fields);
    begin_leaf(r, TT_CODING_NONE);
    take_line(r, line);
}

/* Lines up to the next body, or to the end. */
static tutela_status seek_leaf(mail_reader *r, tutela_error *error)
{
    while (r->state == HEADER || r->state == BETWEEN) {
        tt_line line;
        size_t level = 0;
        int more = 0;
        TT_TRY(tt_mail_lines_next(&r->lines, &line, &more, error));
        if (!more) {
            finish(r);
            break;
        }
        meeting met = meet(r, &line, &level);
        if (met != NONE)
            cross(r, met, level);
        else if (r->state == HEADER)
            header_line(r, line);
        else
            between_line(r, line);
    }
    return TUTELA_OK;
}

/* ---- Bodies -------------------------------------------------------------------------------- */

/* The body's last line was seen; `cut` when a boundary should have come after it. */
static void end_leaf(mail_reader *r, int cut)
{
    tt_decoder *d = &r->decoder;

    r->spare_at = 0;
    r->spare_end = tt_decode_end(d, r->spare);
    r->leaf_over = 1;
    /* With its padding, base64 says itself that it is all there. */
    if (cut && !d->padded)
        note(&r->leaf, r->lines.source.status != TUTELA_ITEM_CLEAR
                           ? r->lines.source
                           : (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"});
    if (r->near)
        note(&r->leaf, bad_boundary);
    if (d->spoilt)
        note(&r->leaf, (tt_trouble){TUTELA_ITEM_MALFORMED, "its encoding is damaged"});
    if (d->coding == TT_CODING_UNKNOWN)
        note(&r->leaf, (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "an encoding that is not known"});
    if (strcmp(r->fields.type, "message/partial") == 0)
        note(&r->spoilt, (tt_trouble){TUTELA_ITEM_PARTIAL, "one part of several"});
    if (d->beyond)
        note(&r->spoilt, (tt_trouble){TUTELA_ITEM_MALFORMED, "bytes after its end"});
}

/*
 * A block of uuencode or yEnc that begins so far in a text that the tree would not know it for one:
 * what is left of the text becomes a member of its own. Not in a file that is attached.
 */
static int begins_block(mail_reader *r, const tt_line *line)
{
    r->far += line->size + line->ending;
    return r->far > FAR && line->begins && r->fields.name_size == 0
           && r->decoder.coding == TT_CODING_NONE
           && (tt_uu_begin(line->text, line->size) > 0 || tt_yenc_begin(line->text, line->size) > 0);
}

/* Have the next line of the body, behind the ending of the one before. */
static tutela_status advance(mail_reader *r, tutela_error *error)
{
    uint8_t held = r->held;
    size_t level = 0;
    tt_line line;
    int more = 0;

    r->line.size = 0;
    TT_TRY(tt_mail_lines_next(&r->lines, &line, &more, error));
    meeting met = more ? meet(r, &line, &level) : NONE;
    if (met != NONE) {
        end_leaf(r, 0);
        /* Where lines end in LF alone, a CR before it is content. */
        if (held == 2 && line.ending == 1)
            r->spare[r->spare_end++] = '\r';
        cross(r, met, level);
        return TUTELA_OK;
    }
    if (more) {
        r->spare_at = 0;
        r->spare_end = held;
        r->parted = (uint8_t)begins_block(r, &line);
        r->leaf_over = r->parted;
        if (r->parted)
            r->after = line;
        else
            take_line(r, line);
    } else {
        end_leaf(r, r->depth > 0 || r->lines.source.status != TUTELA_ITEM_CLEAR);
        memmove(r->spare + held, r->spare, r->spare_end);
        r->spare_end += held;
        finish(r);
    }
    memcpy(r->spare, tt_line_ending(&(tt_line){.ending = held}), held);
    return TUTELA_OK;
}

/* Some of the line, to where it is wanted or, when that is too little room, to the spare bytes. */
static size_t decode_some(mail_reader *r, uint8_t *out, size_t room)
{
    int direct = room >= TT_DECODE_ROOM;
    size_t used = 0;
    size_t made = tt_decode(&r->decoder, r->line.text, r->line.size, &used, direct ? out : r->spare,
                            direct ? room : SPARE);

    r->line.text += used;
    r->line.size -= used;
    if (direct)
        return made;
    r->spare_at = 0;
    r->spare_end = made;
    return 0;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    mail_reader *r = (mail_reader *)reader;
    uint8_t *out = buffer;
    size_t done = 0;

    while (done < size) {
        if (r->spare_at < r->spare_end)
            out[done++] = r->spare[r->spare_at++];
        else if (r->line.size > 0)
            done += decode_some(r, out + done, size - done);
        else if (r->leaf_over)
            break;
        else
            TT_TRY(advance(r, error));
    }
    *got = done;
    if (done == 0)
        *trouble = r->leaf;
    return TUTELA_OK;
}

/* ---- The whole ----------------------------------------------------------------------------- */

static void shut(tt_reader *reader)
{
    tt_free(reader);
}

extern const tt_format tt_format_mail;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    mail_reader *r = tt_alloc(1, sizeof *r);

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_mail;
    r->leaf = r->spoilt = fine;
    r->leaf_over = 1;
    tt_lines_begin(&r->lines, stream);
    tt_fields_begin(&r->fields);
    *out = &r->reader;
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    mail_reader *r = (mail_reader *)reader;

    while (!r->leaf_over)
        TT_TRY(advance(r, error));
    if (r->parted) {
        begin_leaf(r, TT_CODING_NONE);
        take_line(r, r->after);
    }
    TT_TRY(seek_leaf(r, error));
    *more = r->state == BODY;
    *trouble = r->spoilt;
    out->name = r->fields.name;
    out->name_size = r->fields.name_size;
    return TUTELA_OK;
}

const tt_format tt_format_mail = {"mail", 0, begin, next, read_member, shut};
