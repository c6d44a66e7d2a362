/*
 * emit_html: text into HTML that is also well-formed XML.
 *
 * All characters with a meaning in markup are replaced, in text and attributes alike, so that no
 * string from the evidence or a list can leave its place. Thread: single.
 */
#ifndef TT_REPORT_EMIT_HTML_H
#define TT_REPORT_EMIT_HTML_H

#include "report/report.h"

/* `size` bytes of text that is already fit to show (display form, or this program's own). */
void tt_html_escape(tt_out *out, const char *text, size_t size);

/* A string from the evidence or a list: display form, escaped, its direction isolated. */
void tt_html_show(tt_report *report, tt_out *out, const char *text);

/*
 * A path: as tt_html_show, but each part between slashes is isolated by itself, so that a name
 * written right to left moves nothing else, and a line may break after a slash.
 */
void tt_html_path(tt_report *report, tt_out *out, const char *path, size_t size);

/* A number with its thousands apart. */
void tt_html_number(tt_out *out, uint64_t number);

/* "12,345 bytes (12.3 kB)" */
void tt_html_size(tt_out *out, uint64_t bytes);

#endif
