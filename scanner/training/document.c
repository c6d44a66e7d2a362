/*
 * document: plain text, tables, pages and mail, of words that say nothing.
 */
#include "training/make.h"
#include "training/bytes.h"
#include "training/words.h"

static const char *const words[] = {
    "amber",  "basin", "cedar",  "delta",  "ember",  "fjord", "grove",  "harbour",
    "island", "jade",  "kelp",   "lagoon", "meadow", "north", "orchard", "pebble",
    "quartz", "river", "saffron", "timber", "umber", "valley", "willow", "zephyr"};

void tt_words_add(tt_buf *out, uint32_t count, tt_random *random)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            tt_buf_add_char(out, ' ');
        tt_buf_add_text(out, words[tt_random_below(random, sizeof words / sizeof words[0])]);
    }
}

uint32_t tt_words_title(tt_buf *out, tt_random *random)
{
    uint32_t number = 1000 + tt_random_below(random, 9000);

    tt_buf_printf(out, "synthetic training file %u", number);
    return number;
}

void tt_make_txt(tt_buf *out, tt_random *random)
{
    int32_t lines = tt_random_between(random, 6, 60);

    tt_words_title(out, random);
    tt_buf_add_text(out, "\n\n");
    while (lines-- > 0) {
        tt_words_add(out, 9, random);
        tt_buf_add_text(out, ".\n");
    }
}

void tt_make_csv(tt_buf *out, tt_random *random)
{
    int32_t rows = tt_random_between(random, 10, 80);

    tt_buf_add_text(out, "number,name,amount,remark\n");
    for (int32_t i = 1; i <= rows; i++) {
        tt_buf_printf(out, "%d,\"", i);
        tt_words_add(out, 2, random);
        tt_buf_printf(out, "\",%u.", tt_random_below(random, 900));
        tt_buf_printf(out, "%02u,", tt_random_below(random, 100));
        tt_words_add(out, 1, random);
        tt_buf_add_char(out, '\n');
    }
}

void tt_make_html(tt_buf *out, tt_random *random)
{
    tt_buf_add_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
                         "<title>");
    tt_words_title(out, random);
    tt_buf_add_text(out, "</title></head>\n<body>\n");
    for (int i = 0; i < 5; i++) {
        tt_buf_add_text(out, "<p>");
        tt_words_add(out, 30, random);
        tt_buf_add_text(out, ".</p>\n");
    }
    tt_buf_add_text(out, "</body>\n</html>\n");
}

void tt_make_rtf(tt_buf *out, tt_random *random)
{
    tt_buf_add_text(out, "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times New Roman;}}\n\\f0\\fs24 ");
    tt_words_title(out, random);
    tt_buf_add_text(out, "\\par\n");
    for (int i = 0; i < 8; i++) {
        tt_words_add(out, 20, random);
        tt_buf_add_text(out, ".\\par\n");
    }
    tt_buf_add_text(out, "}\n");
}

void tt_make_json(tt_buf *out, tt_random *random)
{
    tt_buf_add_text(out, "{\"title\": \"");
    tt_words_title(out, random);
    tt_buf_add_text(out, "\", \"words\": [");
    for (int i = 0; i < 40; i++) {
        tt_buf_add_text(out, i ? ", \"" : "\"");
        tt_words_add(out, 1, random);
        tt_buf_add_char(out, '"');
    }
    tt_buf_add_text(out, "]}\n");
}

/* Shapes in a row, as vectors. */
void tt_make_svg(tt_buf *out, tt_random *random)
{
    tt_buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"150\">\n"
                         "<title>");
    tt_words_title(out, random);
    tt_buf_add_text(out, "</title>\n");
    for (int i = 0; i < 12; i++) {
        /* One draw a statement: the order of arguments is the compiler's choice. */
        tt_buf_printf(out, "<circle cx=\"%u\"", tt_random_below(random, 200));
        tt_buf_printf(out, " cy=\"%u\"", tt_random_below(random, 150));
        tt_buf_printf(out, " r=\"%u\"", 5 + tt_random_below(random, 25));
        tt_buf_printf(out, " fill=\"#%06x\"/>\n", tt_random_below(random, 0x1000000));
    }
    tt_buf_add_text(out, "</svg>\n");
}

static void put_mail(tt_buf *out, tt_random *random)
{
    uint32_t number;

    tt_buf_add_text(out, "From: Sender <sender@example.org>\r\nTo: Reader <reader@example.org>\r\n"
                         "Subject: ");
    number = tt_words_title(out, random);
    tt_buf_printf(out,
                  "\r\nDate: Mon, 01 Jan 2024 00:00:00 +0000\r\n"
                  "Message-ID: <%u@example.org>\r\nMIME-Version: 1.0\r\n"
                  "Content-Type: text/plain; charset=utf-8\r\n\r\n",
                  number);
    for (int i = 0; i < 6; i++) {
        tt_words_add(out, 9, random);
        tt_buf_add_text(out, ".\r\n");
    }
}

void tt_make_eml(tt_buf *out, tt_random *random)
{
    tt_buf_add_text(out, "Received: from example.org by example.org; "
                         "Mon, 01 Jan 2024 00:00:00 +0000\r\n");
    put_mail(out, random);
}

void tt_make_mbox(tt_buf *out, tt_random *random)
{
    for (int i = 0; i < 5; i++) {
        tt_buf_add_text(out, "From sender@example.org Mon Jan  1 00:00:00 2024\r\n");
        put_mail(out, random);
        tt_buf_add_text(out, "\r\n");
    }
}

void tt_make_bytes(tt_buf *out, tt_random *random)
{
    int32_t words_count = tt_random_between(random, 64, 2048);

    tt_bytes_be(out, 0xC0DEC0DE, 4); /* never by chance the first bytes of some type */
    while (words_count-- > 0)
        tt_bytes_le(out, tt_random_next(random), 8);
}

void tt_make_empty(tt_buf *out, tt_random *random)
{
    (void)random;
    tt_buf_add(out, "", 0);
}
