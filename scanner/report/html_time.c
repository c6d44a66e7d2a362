/*
 * html_time: findings by time of modification, as inline SVG and as a table.
 *
 * As in html_plots.c, things are placed across in percent and down in pixels: the words keep their
 * size on a telephone and on paper.
 */
#include "report/html.h"

#include "report/emit_html.h"
#include "report/words.h"

#include <inttypes.h>
#include <stdio.h>

#define BARS_MAX 80     /* what the widest unit below needs, and what a telephone can show */
#define LABELS_MAX 6    /* as many as a telephone has room for */
#define PLOT_TOP 24     /* pixels */
#define PLOT_BASE 150
#define LEFT 400        /* hundredths of a percent: room for half a label at both ends */
#define ACROSS 9200
#define BAR_MAX 450

typedef enum time_unit { DAY, MONTH, YEAR, DECADE } time_unit;

/* A unit serves when the span has no more than `most` of it. */
static const struct {
    const char *name;
    int64_t most;
} units[] = {
    [DAY] = {"day", 62},
    [MONTH] = {"month", 60},
    [YEAR] = {"year", BARS_MAX},
    [DECADE] = {"decade", BARS_MAX}, /* 64-bit nanoseconds reach no further than 60 of them */
};

typedef struct timeline {
    time_unit unit;
    int64_t first; /* day, month, year or decade of the first bar */
    size_t count;
    uint64_t bars[BARS_MAX];
    uint64_t peak;
    size_t peak_at;
} timeline;

/*
 * Year and month (1 to 12) and date of a day since 1970: days are counted from 1 March of year 0,
 * where the leap day is the last of the year (the method of Hinnant's "chrono-compatible low-level
 * date algorithms").
 */
static void civil(int64_t day, int64_t *year, int64_t *month, int64_t *date)
{
    int64_t since = day + 719468;
    int64_t era = since / 146097; /* 1677 is the first year there is: never negative */
    int64_t of_era = since - era * 146097;
    int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
    int64_t from_march = (5 * of_year + 2) / 153;

    *date = of_year - (153 * from_march + 2) / 5 + 1;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = years + era * 400 + (*month <= 2);
}

/* Which of the unit's steps a day falls in. */
static int64_t step_of(time_unit unit, int64_t day)
{
    int64_t year, month, date;

    civil(day, &year, &month, &date);
    switch (unit) {
    case DAY:
        return day;
    case MONTH:
        return year * 12 + month - 1;
    case YEAR:
        return year;
    case DECADE:
    default:
        return year / 10;
    }
}

static const char *step_name(time_unit unit, int64_t step, char out[32])
{
    int64_t year, month, date;

    switch (unit) {
    case DAY:
        civil(step, &year, &month, &date);
        (void)snprintf(out, 32, "%04d-%02d-%02d", (int)year, (int)month, (int)date);
        break;
    case MONTH:
        (void)snprintf(out, 32, "%04d-%02d", (int)(step / 12), (int)(step % 12 + 1));
        break;
    case YEAR:
        (void)snprintf(out, 32, "%04d", (int)step);
        break;
    case DECADE:
    default:
        (void)snprintf(out, 32, "%d0s", (int)step);
        break;
    }
    return out;
}

static void gather(const tt_html *html, timeline *line)
{
    int64_t last;

    *line = (timeline){.unit = DAY};
    for (;;) {
        line->first = step_of(line->unit, html->first_day);
        last = step_of(line->unit, html->last_day);
        if (last - line->first < units[line->unit].most || line->unit == DECADE)
            break;
        line->unit++;
    }
    line->count = (size_t)(last - line->first + 1);
    for (int64_t day = html->first_day; day <= html->last_day; day++) {
        uint32_t items = html->days[day - TT_HTML_FIRST_DAY];

        if (items > 0)
            line->bars[step_of(line->unit, day) - line->first] += items;
    }
    for (size_t i = 0; i < line->count; i++)
        if (line->bars[i] > line->peak) {
            line->peak = line->bars[i];
            line->peak_at = i;
        }
}

static void percent(tt_out *out, const char *attribute, unsigned hundredths)
{
    tt_out_printf(out, " %s=\"%u.%02u%%\"", attribute, hundredths / 100, hundredths % 100);
}

static void draw_bar(tt_out *out, const timeline *line, size_t at)
{
    unsigned slot = ACROSS / (unsigned)line->count;
    unsigned width = slot * 3 / 4 < BAR_MAX ? slot * 3 / 4 : BAR_MAX;
    unsigned middle = LEFT + (unsigned)(2 * at + 1) * ACROSS / (2 * (unsigned)line->count);
    double share = (double)line->bars[at] / (double)line->peak;
    unsigned height = (unsigned)(share * (PLOT_BASE - PLOT_TOP) + 0.5);
    char name[32];

    if (height < 2)
        height = 2; /* what is not nothing stays visible */
    tt_out_text(out, "<rect class=\"fill\"");
    percent(out, "x", middle - width / 2);
    percent(out, "width", width);
    tt_out_printf(out, " y=\"%u\" height=\"%u\"><title>%s: ", PLOT_BASE - height, height,
                  step_name(line->unit, line->first + (int64_t)at, name));
    tt_html_number(out, line->bars[at]);
    tt_out_text(out, "</title></rect>\n");
}

static void draw_label(tt_out *out, const timeline *line, size_t at)
{
    char name[32];

    tt_out_text(out, "<text class=\"label\" text-anchor=\"middle\"");
    percent(out, "x", LEFT + (unsigned)(2 * at + 1) * ACROSS / (2 * (unsigned)line->count));
    tt_out_printf(out, " y=\"%d\">%s</text>\n", PLOT_BASE + 20,
                  step_name(line->unit, line->first + (int64_t)at, name));
}

static void draw(tt_out *out, const timeline *line)
{
    size_t every = (line->count + LABELS_MAX - 1) / LABELS_MAX;
    char from[32], to[32], most[32];

    tt_out_printf(out,
                  "<svg class=\"timeline\" width=\"100%%\" height=\"%d\" role=\"img\" "
                  "aria-labelledby=\"time-title time-desc\">\n"
                  "<title id=\"time-title\">Findings by %s of modification</title>\n"
                  "<desc id=\"time-desc\">From %s to %s; most in %s.</desc>\n",
                  PLOT_BASE + 26, units[line->unit].name, step_name(line->unit, line->first, from),
                  step_name(line->unit, line->first + (int64_t)line->count - 1, to),
                  step_name(line->unit, line->first + (int64_t)line->peak_at, most));
    tt_out_printf(out,
                  "<line class=\"guide\" x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>\n"
                  "<line class=\"axis\" x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>\n"
                  "<text class=\"label\" x=\"0\" y=\"%d\">",
                  PLOT_TOP, PLOT_TOP, PLOT_BASE, PLOT_BASE, PLOT_TOP - 8);
    tt_html_number(out, line->peak);
    tt_out_printf(out, " %s</text>\n", tt_report_plural(line->peak, "item", "items"));
    for (size_t i = 0; i < line->count; i++) {
        if (line->bars[i] > 0)
            draw_bar(out, line, i);
        if (i % every == 0)
            draw_label(out, line, i);
    }
    tt_out_text(out, "</svg>\n");
}

static void write_table(tt_out *out, const timeline *line)
{
    char name[32];

    tt_out_printf(out,
                  "<details><summary>The same as a table</summary>\n<table class=\"panel\">"
                  "<caption>Findings by %s of modification</caption>\n<thead><tr>"
                  "<th scope=\"col\">Time</th><th scope=\"col\" class=\"num\">Items</th></tr>"
                  "</thead>\n<tbody>\n",
                  units[line->unit].name);
    for (size_t i = 0; i < line->count; i++) {
        if (line->bars[i] == 0)
            continue;
        tt_out_printf(out, "<tr><th scope=\"row\">%s</th><td class=\"num\">",
                      step_name(line->unit, line->first + (int64_t)i, name));
        tt_html_number(out, line->bars[i]);
        tt_out_text(out, "</td></tr>\n");
    }
    tt_out_text(out, "</tbody></table>\n</details>\n");
}

void tt_html_timeline(tt_report *report)
{
    const tt_html *html = report->state;
    tt_out *out = &report->out;
    timeline line;

    if (html->findings == html->undated)
        return;
    gather(html, &line);
    tt_out_printf(out,
                  "<section id=\"timeline\">\n<h2>Timeline</h2>\n"
                  "<p>Findings by %s, in UTC: modification times as the file system states them. "
                  "Copying, unpacking or a wrong clock can change them.",
                  units[line.unit].name);
    if (html->undated > 0) {
        tt_out_text(out, " For ");
        tt_html_number(out, html->undated);
        tt_out_text(out, tt_report_plural(html->undated, " finding", " findings"));
        tt_out_text(out, " no time is known.");
    }
    tt_out_text(out, "</p>\n");
    draw(out, &line);
    write_table(out, &line);
    tt_out_text(out, "</section>\n");
}
