/*
 * mbox: a mailbox, mails one after another, each behind a line that begins with "From ".
 *
 * There is no one format: what all agree on is that such a line with a date begins a mail, and that
 * the last line has its end. A mail's own lines of that kind have a '>' before them, which is taken
 * away here: in mboxrd from each such line, in mboxo only once, but no mailbox says which it is, and
 * they differ only for a text that quotes one quoted already. An empty line before the "From " is the
 * mailbox's and none of the mail.
 */
#include "unpack/mail_lines.h"
#include "unpack/reader.h"

#include "base/mem.h"
#include "unpack/signs.h"

#include <string.h>

typedef struct mbox_reader {
    tt_reader reader;
    uint8_t begun;     /* the next mail's separator was seen */
    uint8_t mail_over; /* and so the mail before is through */
    uint8_t held;      /* bytes of an empty line that may be the mailbox's */
    uint8_t empty;     /* the line before is empty, or there is none */
    uint8_t ending_at, ending_end; /* of endings on their way out */
    uint8_t endings[4];
    uint8_t unended;   /* the line before has no ending */
    tt_trouble spoilt;
    tt_line line; /* what of it was not yet given out */
    tt_lines lines;
} mbox_reader;

static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};

/* The first trouble stays. */
static void note(mbox_reader *r, tt_trouble what)
{
    if (r->spoilt.status == TUTELA_ITEM_CLEAR)
        r->spoilt = what;
}

/* The line after the one given out last, and its size; NULL. */
static const uint8_t *peek(const mbox_reader *r, size_t *size)
{
    const uint8_t *ahead = tt_lines_ahead(&r->lines, size);
    const uint8_t *end = memchr(ahead, '\n', *size);

    if (end)
        *size = (size_t)(end - ahead);
    return ahead;
}

/* Does this line stand before a mail? Any two of: a date, a header after it, an empty line before. */
static int separates(mbox_reader *r, const tt_line *line)
{
    int near = tt_mbox_near(line->text, line->size);
    size_t size = 0;

    if (!line->begins || near == 0)
        return 0;
    const uint8_t *after = peek(r, &size);
    int date = tt_mbox_date(line->text, line->size);
    int header = tt_mail_known(after, size) > 0;
    if (near == 1 ? !(date && header) : date + header + r->empty < 2)
        return 0;
    if (near == 1 || tt_mbox_odd(line->text, line->size))
        note(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "a separator that is damaged"});
    (void)tt_lines_ahead(&r->lines, &size);
    if (tt_mail_odd(after, size))
        note(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "a header that is not in order"});
    return 1;
}

/* A line that was quoted so as not to look like a separator, as it was. */
static void unquote(tt_line *line)
{
    size_t at = 0;

    if (!line->begins || line->size < 6 || line->text[0] != '>')
        return;
    while (at < line->size && line->text[at] == '>')
        at++;
    if (line->size - at >= 5 && memcmp(line->text + at, "From ", 5) == 0) {
        line->text++;
        line->size--;
    }
}

static void add_ending(mbox_reader *r, uint8_t size)
{
    memcpy(r->endings + r->ending_end, tt_line_ending(&(tt_line){.ending = size}), size);
    r->ending_end = (uint8_t)(r->ending_end + size);
}

/* Have the next line of the mail, behind the ending of the one before. */
static tutela_status advance(mbox_reader *r, tutela_error *error)
{
    tt_line line;
    int more = 0;

    r->ending_at = r->ending_end = 0;
    add_ending(r, r->line.ending);
    r->line = (tt_line){.text = r->lines.bytes};
    TT_TRY(tt_mail_lines_next(&r->lines, &line, &more, error));
    if (!more || separates(r, &line)) {
        r->begun = more != 0;
        r->mail_over = 1;
        r->held = 0;
        r->empty = 1;
        if (!more)
            note(r, r->lines.source);
        if (!more && r->unended)
            note(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"});
        return TUTELA_OK;
    }
    r->unended = line.ending == 0;
    r->empty = (uint8_t)tt_line_empty(&line);
    add_ending(r, r->held);
    r->held = 0;
    if (r->empty) {
        r->held = line.ending;
        return TUTELA_OK;
    }
    unquote(&line);
    r->line = line;
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    mbox_reader *r = (mbox_reader *)reader;
    uint8_t *out = buffer;
    size_t done = 0;

    while (done < size) {
        if (r->ending_at < r->ending_end) {
            out[done++] = r->endings[r->ending_at++];
        } else if (r->line.size > 0) {
            size_t some = r->line.size < size - done ? r->line.size : size - done;
            memcpy(out + done, r->line.text, some);
            r->line.text += some;
            r->line.size -= some;
            done += some;
        } else if (r->mail_over) {
            break;
        } else {
            TT_TRY(advance(r, error));
        }
    }
    *got = done;
    if (done == 0)
        *trouble = r->begun ? fine : r->lines.source;
    return TUTELA_OK;
}

static void shut(tt_reader *reader)
{
    tt_free(reader);
}

extern const tt_format tt_format_mbox;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    mbox_reader *r = tt_alloc(1, sizeof *r);

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_mbox;
    r->spoilt = fine;
    r->empty = 1;
    tt_lines_begin(&r->lines, stream);
    *out = &r->reader;
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    mbox_reader *r = (mbox_reader *)reader;

    (void)out; /* mails in a mailbox have no names: they get numbers */
    while (!r->mail_over)
        TT_TRY(advance(r, error));
    *more = r->begun;
    *trouble = r->spoilt;
    r->begun = r->mail_over = 0;
    r->line = (tt_line){.text = r->lines.bytes};
    r->ending_at = r->ending_end = 0;
    if (!*more)
        r->mail_over = 1;
    return TUTELA_OK;
}

const tt_format tt_format_mbox = {"mbox", 0, begin, next, read_member, shut};
