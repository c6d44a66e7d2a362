/* spans: see spans.h. */
#include "disk/spans.h"

#include "base/mem.h"

#include <stdlib.h>

/* 64 MiB of them: files in so many pieces are found on no disk of ordinary use. */
#define SPANS_MAX ((size_t)1 << 22)

static int by_place(const void *a, const void *b)
{
    const tt_span *x = a, *y = b;

    return (x->from > y->from) - (x->from < y->from);
}

void tt_spans_sort(tt_spans *spans)
{
    size_t kept = 0;

    if (spans->sorted || spans->count == 0)
        return;
    qsort(spans->list, spans->count, sizeof *spans->list, by_place);
    for (size_t i = 1; i < spans->count; i++) {
        tt_span *last = &spans->list[kept], *next = &spans->list[i];
        if (next->from > last->end)
            spans->list[++kept] = *next;
        else if (next->end > last->end)
            last->end = next->end;
    }
    spans->count = kept + 1;
    spans->sorted = 1;
}

void tt_spans_add(tt_spans *spans, uint64_t from, uint64_t end)
{
    tt_span *last = spans->count > 0 ? &spans->list[spans->count - 1] : NULL;

    if (from >= end)
        return;
    if (last && last->end == from) { /* the usual way a file's pieces come */
        last->end = end;
        spans->sorted = 0;
        return;
    }
    if (spans->count == spans->room)
        tt_spans_sort(spans);
    if (spans->count >= SPANS_MAX
        || tt_grow((void **)&spans->list, &spans->room, spans->count + 1, sizeof *spans->list) != 0) {
        spans->cut = 1;
        return;
    }
    spans->list[spans->count++] = (tt_span){from, end};
    spans->sorted = 0;
}

/* The first that ends behind `from`. */
static size_t find(const tt_spans *spans, uint64_t from)
{
    size_t low = 0, high = spans->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (spans->list[middle].end > from)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

uint64_t tt_spans_within(tt_spans *spans, uint64_t from, uint64_t end)
{
    uint64_t sum = 0;

    tt_spans_sort(spans);
    for (size_t i = find(spans, from); i < spans->count && spans->list[i].from < end; i++) {
        uint64_t begins = spans->list[i].from > from ? spans->list[i].from : from;
        uint64_t ends = spans->list[i].end < end ? spans->list[i].end : end;
        sum += ends - begins;
    }
    return sum;
}

void tt_spans_done(tt_spans *spans)
{
    tt_free(spans->list);
    *spans = (tt_spans){0};
}
