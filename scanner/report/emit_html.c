/* emit_html: escapes, direction isolation, numbers. */
#include "report/emit_html.h"

#include "base/text.h"
#include "report/words.h"

#include <string.h>

void tt_html_escape(tt_out *out, const char *text, size_t size)
{
    size_t from = 0;

    for (size_t i = 0; i < size; i++) {
        const char *entity = text[i] == '&'    ? "&amp;"
                             : text[i] == '<'  ? "&lt;"
                             : text[i] == '>'  ? "&gt;"
                             : text[i] == '"'  ? "&quot;"
                             : text[i] == '\'' ? "&#39;"
                                               : NULL;

        if (!entity)
            continue;
        tt_out_add(out, text + from, i - from);
        tt_out_text(out, entity);
        from = i + 1;
    }
    if (size > from)
        tt_out_add(out, text + from, size - from);
}

void tt_html_show(tt_report *report, tt_out *out, const char *text)
{
    const tt_buf *shown = tt_report_display(report, text, strlen(text));

    tt_out_text(out, "<bdi>");
    tt_html_escape(out, shown->data, shown->size);
    tt_out_text(out, "</bdi>");
}

static int is_ascii(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] > 0x7F)
            return 0;
    return 1;
}

void tt_html_path(tt_report *report, tt_out *out, const char *path, size_t size)
{
    const tt_buf *shown = tt_report_display(report, path, size);

    tt_out_text(out, "<bdi dir=\"ltr\">");
    for (size_t at = 0; at < shown->size;) {
        const char *from = shown->data + at;
        const char *slash = memchr(from, '/', shown->size - at);
        size_t length = slash ? (size_t)(slash - from) : shown->size - at;
        int isolate = !is_ascii(from, length);

        tt_out_text(out, isolate ? "<bdi>" : "");
        tt_html_escape(out, from, length);
        tt_out_text(out, isolate ? "</bdi>" : "");
        tt_out_text(out, slash ? "/<wbr/>" : "");
        at += length + (slash != NULL);
    }
    tt_out_text(out, "</bdi>");
}

void tt_html_number(tt_out *out, uint64_t number)
{
    char text[32];

    tt_out_text(out, tt_report_number(number, text));
}

void tt_html_size(tt_out *out, uint64_t bytes)
{
    char text[16];

    tt_html_number(out, bytes);
    tt_out_text(out, tt_report_plural(bytes, " byte", " bytes"));
    if (bytes >= 10000)
        tt_out_printf(out, " (%s)", tt_size_text(bytes, text));
}
