/* pdf_list: see pdf_list.h. */
#include "unpack/pdf_list.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Of all names together: those of a hundred thousand attachments of the longest. */
#define TEXT_MAX ((size_t)32 << 20)

typedef struct tt_pdf_name {
    tt_pdf_id id;
    uint32_t order; /* in which they came */
    uint32_t at;
    uint32_t size;
} tt_pdf_name;

tutela_status tt_pdf_list_add(tt_pdf_list *list, tt_pdf_found found, tutela_error *error)
{
    void *items = list->streams;

    if (tt_grow(&items, &list->room, list->count, sizeof *list->streams) < 0)
        return tt_no_memory(error);
    list->streams = items;
    list->streams[list->count++] = found;
    return TUTELA_OK;
}

/* Room for `size` bytes of text more: 0 when there is no memory. */
static int have_room(tt_pdf_list *list, size_t size)
{
    size_t wanted = list->text_room ? list->text_room : 4096;
    char *grown;

    while (wanted < list->text_size + size)
        wanted *= 2;
    if (wanted == list->text_room)
        return 1;
    grown = tt_realloc(list->text, wanted, 1);
    if (!grown)
        return 0;
    list->text = grown;
    list->text_room = wanted;
    return 1;
}

tutela_status tt_pdf_list_name(tt_pdf_list *list, tt_pdf_id id, const char *name, size_t size,
                               tutela_error *error)
{
    void *items = list->names;

    if (size == 0 || size > TEXT_MAX - list->text_size || list->name_count == UINT32_MAX)
        return TUTELA_OK;
    if (tt_grow(&items, &list->name_room, list->name_count, sizeof *list->names) < 0)
        return tt_no_memory(error);
    list->names = items;
    if (!have_room(list, size))
        return tt_no_memory(error);
    memcpy(list->text + list->text_size, name, size);
    list->names[list->name_count] = (tt_pdf_name){id, (uint32_t)list->name_count,
                                                  (uint32_t)list->text_size, (uint32_t)size};
    list->name_count++;
    list->text_size += size;
    return TUTELA_OK;
}

static int compare_ids(tt_pdf_id a, tt_pdf_id b)
{
    if (a.number != b.number)
        return a.number < b.number ? -1 : 1;
    return (a.generation > b.generation) - (a.generation < b.generation);
}

static int compare_names(const void *left, const void *right)
{
    const tt_pdf_name *a = left, *b = right;
    int ids = compare_ids(a->id, b->id);

    return ids ? ids : (a->order > b->order) - (a->order < b->order);
}

void tt_pdf_list_sort(tt_pdf_list *list)
{
    if (list->name_count > 1)
        qsort(list->names, list->name_count, sizeof *list->names, compare_names);
}

const char *tt_pdf_list_name_of(const tt_pdf_list *list, tt_pdf_id id, size_t *size)
{
    size_t low = 0, high = list->name_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_ids(list->names[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *size = 0;
    if (low == list->name_count || compare_ids(list->names[low].id, id) != 0)
        return NULL;
    *size = list->names[low].size;
    return list->text + list->names[low].at;
}

void tt_pdf_list_done(tt_pdf_list *list)
{
    tt_free(list->streams);
    tt_free(list->names);
    tt_free(list->text);
    *list = (tt_pdf_list){0};
}

/* ---- Objects in the bytes ------------------------------------------------------------------ */

static int is_blank(uint8_t byte)
{
    return byte == 0 || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r' || byte == ' ';
}

/* The number that ends before *at, with at least one blank after it; -1: there is none. */
static int64_t number_before(const uint8_t *data, size_t *at)
{
    int64_t value = 0, unit = 1;
    size_t end = *at, start;

    while (end > 0 && is_blank(data[end - 1]))
        end--;
    start = end;
    /* 10 digits: what a cross-reference table has room for. */
    while (start > 0 && end - start < 10 && data[start - 1] >= '0' && data[start - 1] <= '9') {
        value += unit * (data[--start] - '0');
        unit *= 10;
    }
    if (start == end || end == *at)
        return -1;
    *at = start;
    return value;
}

/* The next head of an object from *at on: 1; 0 when there is none. */
static int next_object(const uint8_t *data, size_t size, size_t *at, tt_pdf_id *out)
{
    while (*at + 3 <= size) {
        const uint8_t *hit = memmem(data + *at, size - *at, "obj", 3);
        size_t back = hit ? (size_t)(hit - data) : size;
        int64_t number, generation;

        if (!hit)
            break;
        *at = back + 3;
        generation = number_before(data, &back);
        number = generation < 0 ? -1 : number_before(data, &back);
        if (number > 0 && number <= INT32_MAX && generation <= 65535) {
            *out = (tt_pdf_id){(int32_t)number, (int32_t)generation};
            return 1;
        }
    }
    return 0;
}

static int compare_objects(const void *left, const void *right)
{
    const tt_pdf_id *a = left, *b = right;

    return compare_ids(*a, *b);
}

tutela_status tt_pdf_objects(const uint8_t *data, size_t size, size_t most, tt_pdf_id **out,
                             size_t *count, int *whole, tutela_error *error)
{
    TT_AUTO_FREE tt_pdf_id *found = NULL;
    size_t room = 0, at = 0, all = 0, kept = 0;
    tt_pdf_id id;

    *whole = 1;
    while (*whole && next_object(data, size, &at, &id)) {
        void *items = found;
        if (tt_grow(&items, &room, all, sizeof *found) < 0)
            return tt_no_memory(error);
        found = items;
        *whole = all < most;
        if (*whole)
            found[all++] = id;
    }
    if (all > 1)
        qsort(found, all, sizeof *found, compare_objects);
    for (size_t i = 0; i < all; i++)
        if (kept == 0 || compare_ids(found[kept - 1], found[i]) != 0)
            found[kept++] = found[i];
    *out = found;
    *count = kept;
    found = NULL;
    return TUTELA_OK;
}

size_t tt_pdf_table_place(const uint8_t *data, size_t size)
{
    static const char mark[] = "startxref";
    const size_t length = sizeof mark - 1;
    size_t at = size > length ? size - length : 0;

    while (at > 0 && memcmp(data + at, mark, length) != 0)
        at--;
    return at;
}
