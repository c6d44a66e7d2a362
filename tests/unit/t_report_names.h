/* t_report_names: names that could be meant to garble a report, and bytes that happen. */
#ifndef TT_TESTS_REPORT_NAMES_H
#define TT_TESTS_REPORT_NAMES_H

#include <stddef.h>

#define NAME(text) {text, sizeof text - 1}

static const struct {
    const char *data;
    size_t size;
} nasty_names[] = {
    NAME("plain.jpg"),
    NAME("line\nbreak\r\n{\"type\":\"match\"}"),
    NAME("escape \x1b[31mred\x1b]0;title\x07"),
    NAME("\x01\x02\x08\t\x0b\x0c\x1f\x7f"),
    NAME("quotes \" ' ` and back\\slash\\n"),
    NAME("\xFF\xFE not UTF-8"),
    NAME("overlong \xC0\x80 \xE0\x80\x80"),
    NAME("surrogate \xED\xA0\x80"),
    NAME("cut short \xF0\x9F\x98"),
    NAME("too large \xF4\x90\x80\x80"),
    NAME("four bytes \xF0\x9F\x98\x80"),
    NAME("C1 \xC2\x85 \xC2\x9B" "31m"),
    NAME("separators \xE2\x80\xA8 \xE2\x80\xA9"),
    NAME("bidi \xE2\x80\xAEgpj.exe \xE2\x81\xA6x\xE2\x81\xA9 \xE2\x80\x8F\xE2\x80\x8E \xD8\x9C"),
    NAME("mark \xEF\xBB\xBF tag \xF3\xA0\x80\x81 last \xEF\xBF\xBF"),
    NAME("\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D/\xD8\xB5\xD9\x88\xD8\xB1"),
    NAME("<script>alert(1)</script>"),
    NAME("</th></tr></table><img src=x onerror=\"alert(1)\">"),
    NAME("\" onmouseover=\"alert(1)\" x=\""),
    NAME("' style='position:fixed"),
    NAME("&lt;b&gt; &amp; ]]> <!-- -->"),
    NAME("=HYPERLINK(\"x\",\"y\")"),
    NAME("+1+cmd|' /C calc'!A0"),
    NAME("-2+3"),
    NAME("@SUM(1)"),
    NAME("\t=1"),
    NAME("\r=1"),
    NAME("\xEF\xBC\x9D" "1+1"),
    NAME("a;=1+1;-2;\xEF\xBC\x8B" "3"),
    NAME("a,=1+1"),
    NAME(" leading and trailing "),
    NAME(""),
};

#define NASTY_COUNT (sizeof nasty_names / sizeof nasty_names[0])

#endif
