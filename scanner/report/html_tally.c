/* html_tally: what an HTML report counts while findings pass, in bounded memory. */
#include "report/html.h"

#include "base/clock.h"
#include "base/mem.h"
#include "report/words.h"

#include <string.h>

#define DAY (INT64_C(86400) * TT_SECOND)

/* Count item number `item` once. */
static void count_item(tt_html_count *count, uint64_t item)
{
    if (count->last != item)
        count->items++;
    count->last = item;
}

static void count_lists(tt_report *report, const tutela_match *match)
{
    tt_html *html = report->state;
    const tt_report_head *head = report->head;

    for (size_t i = 0; i < head->list_count; i++)
        if (strcmp(head->lists[i].name, match->list) == 0
            && strcmp(head->lists[i].version, match->version) == 0
            && (int32_t)head->lists[i].polarity == match->polarity)
            count_item(&html->lists[i], html->findings);
}

/* Where `name` is among the categories, or belongs. */
static size_t category_place(const tt_html *html, const char *name)
{
    size_t low = 0, high = html->category_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(html->categories[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static tutela_status count_category(tt_report *report, const tutela_category *category,
                                    tutela_error *error)
{
    tt_html *html = report->state;
    tt_buf *name = &report->scratch;
    size_t at;
    char *copy;

    tt_buf_clear(name);
    tt_buf_add_text(name, category->scheme);
    if (category->scheme[0] && category->value[0])
        tt_buf_add_char(name, ' ');
    tt_buf_add_text(name, category->value);
    if (tt_buf_failed(name))
        return tt_no_memory(error);
    at = category_place(html, name->data);
    if (at == html->category_count || strcmp(html->categories[at].name, name->data) != 0) {
        if (html->category_count == TT_HTML_CATEGORIES) {
            count_item(&html->other_categories, html->findings);
            return TUTELA_OK;
        }
        copy = tt_copy(name->data, name->size);
        if (!copy)
            return tt_no_memory(error);
        memmove(&html->categories[at + 1], &html->categories[at],
                (html->category_count - at) * sizeof html->categories[0]);
        html->categories[at] = (tt_html_count){.name = copy};
        html->category_count++;
    }
    count_item(&html->categories[at], html->findings);
    return TUTELA_OK;
}

static tutela_status count_day(tt_html *html, int64_t modified, tutela_error *error)
{
    int64_t day;

    if (modified == TT_TIME_UNKNOWN) {
        html->undated++;
        return TUTELA_OK;
    }
    if (!html->days)
        html->days = tt_alloc(TT_HTML_DAYS, sizeof *html->days);
    if (!html->days)
        return tt_no_memory(error);
    day = modified / DAY - (modified % DAY < 0);
    if (html->findings - html->undated == 1 || day < html->first_day)
        html->first_day = day;
    if (html->findings - html->undated == 1 || day > html->last_day)
        html->last_day = day;
    if (html->days[day - TT_HTML_FIRST_DAY] < UINT32_MAX)
        html->days[day - TT_HTML_FIRST_DAY]++;
    return TUTELA_OK;
}

tutela_status tt_html_tally_init(tt_report *report, tutela_error *error)
{
    tt_html *html = report->state;

    html->lists = tt_alloc(report->head->list_count + 1, sizeof *html->lists);
    return html->lists ? TUTELA_OK : tt_no_memory(error);
}

tutela_status tt_html_tally_add(tt_report *report, const tutela_finding *finding,
                                tutela_error *error)
{
    tt_html *html = report->state;

    html->findings++;
    if (tutela_grade_letter(finding->grade))
        html->grades[finding->grade]++;
    if (tutela_type_name(finding->type))
        html->types[finding->type]++;
    for (size_t i = 0; i < finding->match_count; i++) {
        count_lists(report, &finding->matches[i]);
        if (finding->matches[i].polarity == TUTELA_KNOWN_BAD)
            TT_TRY(count_category(report, &finding->matches[i].category, error));
    }
    return count_day(html, finding->modified, error);
}

void tt_html_tally_done(tt_html *html)
{
    for (size_t i = 0; i < html->category_count; i++)
        tt_free(html->categories[i].name);
    tt_free(html->lists);
    tt_free(html->days);
}
