/*
 * signs_mail: by which first bytes mail, mailboxes, and what is encoded as text in them are known.
 *
 * A mail has no sign but its header, and much that is no mail looks a little like one: settings, source
 * code, the headers of the web, a text that quotes a mail. So fields must be there that mails have, from
 * the first line on, and none that only the web has. A header with nothing after it holds nothing to be
 * opened, and is no mail: notices of non-delivery bring such.
 */
#include "unpack/signs.h"

#include <string.h>
#include <strings.h>

/* A field's name in a mail; the longest seen have some fifty letters. */
#define FIELD_NAME_MAX 100u
/* Of a line "From ", of which the rest is an address and a date. */
#define FROM_LINE_MAX 1000u

/* ---- Lines --------------------------------------------------------------------------------- */

typedef struct line {
    const uint8_t *text;
    size_t size; /* without its ending */
    int whole;   /* it has one */
} line;

/* The line that begins at *at, which moves on. 0: there is none. */
static int take_line(const uint8_t *head, size_t size, size_t *at, line *out)
{
    if (*at >= size)
        return 0;
    const uint8_t *from = head + *at, *feed = memchr(from, '\n', size - *at);
    *out = (line){from, feed ? (size_t)(feed - from) : size - *at, feed != NULL};
    *at += out->size + (feed != NULL);
    if (out->size > 0 && from[out->size - 1] == '\r')
        out->size--;
    return 1;
}

/* ---- mail ---------------------------------------------------------------------------------- */

size_t tt_mail_field(const uint8_t *text, size_t size)
{
    size_t at = 0, name;

    while (at < size && at < FIELD_NAME_MAX && text[at] > ' ' && text[at] < 127 && text[at] != ':')
        at++;
    name = at;
    while (at < size && at < FIELD_NAME_MAX && (text[at] == ' ' || text[at] == '\t'))
        at++;
    return at < size && text[at] == ':' ? name : 0;
}

typedef struct name {
    const char *text;
    int what; /* 1: mails have it; 2: and no mail has none of these; -1: only the web has it */
} name;

static const name names[] = {
    {"Received", 2},       {"Date", 2},          {"From", 2},          {"Message-ID", 2},
    {"MIME-Version", 2},   {"To", 1},            {"Subject", 1},       {"Return-Path", 1},
    {"Delivered-To", 1},   {"X-Original-To", 1}, {"Envelope-To", 1},   {"Delivery-Date", 1},
    {"DKIM-Signature", 1}, {"Sender", 1},        {"Reply-To", 1},      {"Cc", 1},
    {"Bcc", 1},            {"In-Reply-To", 1},   {"References", 1},    {"Content-Type", 1},
    {"Content-Transfer-Encoding", 1},            {"Received-SPF", 1},  {"Authentication-Results", 1},
    {"Newsgroups", 1},     {"Path", 1},          {"Organization", 1},  {"List-Id", 1},
    {"Status", 1},         {"X-Status", 1},      {"X-Mozilla-Status", 1},
    {"X-Mailer", 1},       {"X-UIDL", 1},        {"Resent-From", 1},   {"ARC-Seal", 1},
    {"Errors-To", 1},      {"Precedence", 1},    {"Importance", 1},    {"Thread-Topic", 1},
    {"Snapshot-Content-Location", 1},
    {"Server", -1},        {"Set-Cookie", -1},   {"Cache-Control", -1}, {"ETag", -1},
    {"Last-Modified", -1}, {"Accept-Ranges", -1}, {"Host", -1},        {"Accept", -1},
    {"Connection", -1},    {"Transfer-Encoding", -1}, {"Content-Encoding", -1}, {"Vary", -1}};

int tt_mail_known(const uint8_t *text, size_t size)
{
    size_t length = tt_mail_field(text, size);

    for (size_t i = 0; length > 0 && i < sizeof names / sizeof names[0]; i++)
        if ((*text | 32) == (*names[i].text | 32) && strlen(names[i].text) == length
            && strncasecmp((const char *)text, names[i].text, length) == 0)
            return names[i].what;
    return 0;
}

/* What a header is made of, as far as it is there. */
typedef struct seen {
    int known, core, web;
    int odd;   /* it stops at a line that does not belong into it */
    int ended; /* that, or its empty line, was seen */
    size_t at; /* after which line */
} seen;

static seen look(const uint8_t *head, size_t size)
{
    seen s = {0};
    line l;

    /* Some keep the line that stood before it in a mailbox. */
    if (size > 6 && memcmp(head, ">From ", 6) == 0)
        (void)take_line(head, size, &s.at, &l);
    for (size_t first = s.at; !s.ended && take_line(head, size, &s.at, &l);) {
        int folded = l.size > 0 && (*l.text == ' ' || *l.text == '\t') && l.text != head + first;
        if (folded)
            continue;
        int what = tt_mail_known(l.text, l.size);
        s.known += what > 0;
        s.core |= what == 2;
        s.web |= what < 0;
        s.ended = tt_mail_field(l.text, l.size) == 0;
        s.odd = s.ended && l.size > 0;
    }
    return s;
}

int tt_fits_mail(const uint8_t *head, size_t size)
{
    seen s = look(head, size);

    if (s.known < 2 || !s.core || s.web)
        return 0;
    /* A header as large as all that is looked at; or there is a body. */
    return s.ended ? s.odd || s.at < size : size >= TT_MAIL_HEAD;
}

int tt_mail_odd(const uint8_t *head, size_t size)
{
    seen s = look(head, size);

    return s.odd && (s.known < 2 || !s.core);
}

/* ---- mbox ---------------------------------------------------------------------------------- */

int tt_mbox_near(const uint8_t *text, size_t size)
{
    int off = 0;

    if (size < 6)
        return 0;
    /* The end of the empty line before it is damaged. */
    if ((text[0] < ' ' || text[0] >= 127) && memcmp(text + 1, "From ", 5) == 0)
        return 1;
    for (size_t i = 0; i < 5 && off < 2; i++)
        off += text[i] != (uint8_t)"From "[i];
    return 2 - off;
}

static int is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* The bytes at `at` are " Jan " or another month. */
static int is_month(const uint8_t *at)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    if (at[0] != ' ' || at[4] != ' ')
        return 0;
    for (size_t i = 0; i < 36; i += 3)
        if (memcmp(at + 1, months + i, 3) == 0)
            return 1;
    return 0;
}

int tt_mbox_date(const uint8_t *text, size_t size)
{
    int month = 0, clock = 0;

    if (size > FROM_LINE_MAX)
        return 0;
    for (size_t i = 5; i + 5 <= size; i++) {
        month |= is_month(text + i);
        clock |= is_digit(text[i]) && is_digit(text[i + 1]) && text[i + 2] == ':'
                 && is_digit(text[i + 3]) && is_digit(text[i + 4]);
    }
    return month && clock;
}

int tt_mbox_odd(const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((text[i] < ' ' && text[i] != '\t') || text[i] >= 127)
            return 1;
    return 0;
}

int tt_fits_mbox(const uint8_t *head, size_t size)
{
    size_t at = 0;
    line first, second;

    if (size < 5 || memcmp(head, "From ", 5) != 0 || !take_line(head, size, &at, &first)
        || !take_line(head, size, &at, &second))
        return 0;
    if (tt_mail_known(second.text, second.size) > 0)
        return tt_mbox_date(first.text, first.size) ? 2 : 1;
    /* A header may begin with fields of the program's own. */
    return tt_mbox_date(first.text, first.size) && tt_mail_field(second.text, second.size) > 0;
}
