/*
 * names: the table of odd names. Bytes outside ASCII are written as escapes where the eye could not
 * tell them apart.
 */
#include "training/names.h"

#include <stddef.h>

const tt_plan_single tt_names[] = {
    /* What a terminal would obey. */
    {TT_NAME_NEWLINE, tt_make_jpeg, NULL},
    {TT_NAMES "tab\there.png", tt_make_png, NULL},
    {TT_NAMES "carriage\rreturn.txt", tt_make_txt, NULL},
    {TT_NAMES "\x1B[31mred\x1B[0m.jpg", tt_make_jpeg, NULL},
    {TT_NAMES "\x1B]0;title\x07.jpg", tt_make_jpeg, NULL},
    {TT_NAMES "delete\x7F.txt", tt_make_txt, NULL},

    /* What a shell or a command line would take for something else. */
    {TT_NAMES "-rf", tt_make_txt, NULL},
    {TT_NAMES "--help.png", tt_make_png, NULL},
    {TT_NAMES "*.jpg", tt_make_jpeg, NULL},
    {TT_NAMES "$(echo no);a|b&c.jpg", tt_make_jpeg, NULL},
    {TT_NAMES "~", tt_make_txt, NULL},
    {TT_NAMES "\"double\" and 'single'.jpg", tt_make_jpeg, NULL},
    {TT_NAMES "back\\slash.txt", tt_make_txt, NULL},
    {TT_NAMES "100%25 %s %n.txt", tt_make_txt, NULL},
    {TT_NAMES " leading space.jpg", tt_make_jpeg, NULL},
    {TT_NAMES "trailing space ", tt_make_jpeg, NULL},
    {TT_NAMES "...", tt_make_txt, NULL},
    {TT_NAME_HIDDEN, tt_make_jpeg, NULL},

    /* What a report's format would take for its own. */
    {TT_NAME_FORMULA, tt_make_png, NULL},
    {TT_NAMES "+1-2.txt", tt_make_txt, NULL},
    {TT_NAMES "@sum(a1).txt", tt_make_txt, NULL},
    {TT_NAMES "comma, quote\", semicolon;.csv", tt_make_csv, NULL},
    {TT_NAME_MARKUP, tt_make_jpeg, NULL},
    {TT_NAMES "<script>alert(1)<\xE2\x88\x95script>.html", tt_make_html, NULL},
    {TT_NAMES "\"],\"status\":\"clear\",\"x\":[\"", tt_make_json, NULL},
    {TT_NAMES "]]>.svg", tt_make_svg, NULL},

    /* What is no text, or not the text it seems to be. */
    {TT_NAME_NOT_UTF8, tt_make_jpeg, NULL},
    {TT_NAMES "Latin-1 caf\xE9.jpg", tt_make_jpeg, NULL},
    {TT_NAMES "surrogate \xED\xA0\x80.txt", tt_make_txt, NULL},
    {TT_NAMES "right to left \xE2\x80\xAEgpj.png", tt_make_png, NULL},
    {TT_NAMES "zero\xE2\x80\x8Bwidth.txt", tt_make_txt, NULL},
    {TT_NAMES "caf\xC3\xA9 composed.txt", tt_make_txt, NULL},
    {TT_NAMES "cafe\xCC\x81 composed.txt", tt_make_txt, NULL},

    /* The world's scripts. */
    {TT_NAMES "Phong cảnh Đà Lạt.jpg", tt_make_jpeg, NULL},
    {TT_NAMES "Рисунок.png", tt_make_png, NULL},
    {TT_NAMES "Ζωγραφιά.png", tt_make_png, NULL},
    {TT_NAMES "图画.jpg", tt_make_jpeg, NULL},
    {TT_NAMES "画像0001.webp", tt_make_webp, NULL},
    {TT_NAMES "그림.bmp", tt_make_bmp, NULL},
    {TT_NAMES "चित्र.png", tt_make_png, NULL},
    {TT_NAMES "รูปภาพ.gif", tt_make_gif, NULL},
    {TT_NAMES "صورة.jpg", tt_make_jpeg, NULL},
    {TT_NAMES "ציור.jpg", tt_make_jpeg, NULL},
    {TT_NAMES "\xF0\x9F\x8C\xB2\xF0\x9F\x8C\x8A.gif", tt_make_gif, NULL},

    {TT_NAME_LONG, tt_make_png, NULL},
    {.path = NULL},
};
