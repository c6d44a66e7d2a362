/*
 * fuzz_worker_wire: pages of a worker that may say anything.
 *
 * Whatever they hold, what is told is sound: numbers rise by one, parents are open, names are of a
 * possible size without a NUL, reasons are out of the table, digests those ordered, and nothing goes
 * beyond the bounds; after a lie nothing is told.
 */
#include "fuzz.h"

#include "unit/worker_kit.h"

typedef struct seen {
    uint64_t last, bytes, open[8];
    size_t open_count;
    int types;
} seen;

/* The sum of a coverage is what can be. */
static void must_sum(const tt_cover *cover)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < TUTELA_COVER_COUNT; i++) {
        must(cover->bytes[i] <= UINT64_MAX - sum);
        sum += cover->bytes[i];
    }
}

/* A type where types are wanted, or none of what is not clear. */
static int is_type(const seen *s, const tt_told *told)
{
    if (told->mime[0] == 0)
        return !s->types || told->trouble.status != TUTELA_ITEM_CLEAR;
    return s->types && tt_mime_is(told->mime);
}

static tutela_status look(void *user, const tt_told *told, tutela_error *error)
{
    seen *s = user;
    uint64_t innermost = s->open_count ? s->open[s->open_count - 1] : 0;
    int ends = innermost && told->number == innermost;

    (void)error;
    must(told->name_size > 0 && told->name_size <= TT_NAME_MAX);
    must(!memchr(told->name, 0, told->name_size));
    must(is_type(s, told));
    must(tutela_origin_name((int32_t)told->origin) != NULL);
    must(!told->cover || !told->opens);
    if (told->cover)
        must_sum(told->cover);
    must(told->trouble.reason && tutela_item_status_name((int32_t)told->trouble.status));
    must(told->position <= told->bytes && (!told->digests || told->digests->mask == KIT_MASK));
    must(told->opens || told->digests || told->trouble.status != TUTELA_ITEM_CLEAR);
    s->bytes += told->bytes;
    must(s->bytes <= 100000);
    if (ends) {
        s->open_count--;
        return TUTELA_OK;
    }
    must(told->number == s->last + 1 && told->number <= 100 && told->parent == innermost);
    must(s->open_count < 3);
    s->last++;
    if (told->opens)
        s->open[s->open_count++] = told->number;
    return TUTELA_OK;
}

/* The first byte says where a second page begins, and its highest bit whether there are types. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static tt_wire_slot slots[TT_WIRE_SLOTS];
    tt_wire_reader r = kit_reader();
    seen s = {0};
    size_t count, cut;

    if (size < 1)
        return 0;
    count = (size - 1) / sizeof slots[0];
    if (count > TT_WIRE_SLOTS)
        count = TT_WIRE_SLOTS;
    memcpy(slots, data + 1, count * sizeof slots[0]);
    r.types = s.types = data[0] >> 7;
    cut = (data[0] & 127u) < count ? data[0] & 127u : count;
    must(tt_wire_read(&r, slots, cut, look, &s, NULL) == TUTELA_OK);
    if (!r.lie)
        must(tt_wire_read(&r, slots + cut, count - cut, look, &s, NULL) == TUTELA_OK);
    must(r.lie || r.open_count == s.open_count);
    must(!r.over || (r.open_count == 0 && r.file.trouble.reason));
    must(!r.over || !r.file.disk || r.file.container);
    must_sum(&r.file.cover);
    must(!r.over || r.file.mime[0] == 0 || tt_mime_is(r.file.mime));
    tt_wire_done(&r);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    tt_wire_slot slots[32];
    size_t size;

    kit_mime = index > 2 ? "image/png" : NULL;
    size = (index > 4 ? make_honest_disk(slots) : make_honest(slots)) * sizeof slots[0];
    if (index > 6 || size + 1 > room)
        return 0;
    out[0] = (uint8_t)(index * 4 % 20 + (index > 2 ? 128 : 0));
    memcpy(out + 1, slots, size);
    return size + 1;
}
