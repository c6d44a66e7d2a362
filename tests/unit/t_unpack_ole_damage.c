/*
 * t_unpack_ole_damage: a small compound file, and each kind of stream that is opened, cut off at every
 * byte and with every byte changed. Either all members come out, exact and clear, or something is said
 * not to be; or the changed byte is one of a member's own, which nothing here has a checksum of.
 */
#include "unpack_ole.h"

static kit_log events;

#define MOST 3u

typedef struct sample {
    const char *name;
    bytes made;
    bytes members[MOST];
    size_t count;
    size_t signs;      /* bytes at its front by which it is known at all */
    size_t cut_from;   /* cut off before that, it is not known as what it is */
    size_t cut_silent; /* where it may be cut off and be told by nothing in itself */
    size_t silent;     /* changes outside of members that cannot be seen */
    uint8_t *own;      /* of each byte: it is a member's */
} sample;

/* Members are of noise: each is found where it lies, whole or in sectors. */
static void find_own(sample *s)
{
    s->own = calloc(s->made.size, 1);
    for (size_t i = 0; i < s->count; i++) {
        const bytes *m = &s->members[i];
        for (size_t from = 0; from < m->size; from += 64) {
            size_t some = m->size - from < 64 ? m->size - from : 64;
            for (size_t k = 0; k + some <= s->made.size; k++)
                if (some > 4 && memcmp(s->made.data + k, m->data + from, some) == 0)
                    memset(s->own + k, 1, some);
        }
    }
}

/* Something is told, or all is there. */
static int judge(const sample *s)
{
    size_t exact = 0;

    for (size_t i = 0; i < events.count; i++)
        if (events.items[i].trouble.status != TUTELA_ITEM_CLEAR)
            return 1;
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 1; k < events.count; k++)
            if (kit_is(&events.items[k], s->members[i].data, s->members[i].size)) {
                exact++;
                break;
            }
    return exact == s->count;
}

static void cut(sample *s)
{
    size_t bad = 0, wrong = 0, first = 0;

    for (size_t size = 1; size < s->made.size; size++) {
        bytes part = {s->made.data, size};
        (void)!(size % 2 ? kit_run(&events, part, NULL) : kit_run_pipe(&events, part, NULL));
        if (size >= s->cut_from && !judge(s))
            first = bad++ ? first : size;
        wrong += !kit_is(&events.items[0], s->made.data, size) || events.wrong;
    }
    ok(bad == s->cut_silent && wrong == 0, "%s cut off at each of %zu bytes: %zu silent, first %zu",
       s->name, s->made.size, bad, first);
}

/* All alike around it: what is not used, where one change is as good as another. */
static int is_idle(const sample *s, size_t at)
{
    size_t from = at & ~(size_t)63;

    return from + 64 <= s->made.size
           && memcmp(s->made.data + from, s->made.data + from + 1, 63) == 0;
}

static void change(sample *s)
{
    static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x10, 0x04};
    size_t silent = 0, wrong = 0, first = 0;

    for (size_t at = 0; at < s->made.size; at++) {
        int once = s->own[at] || is_idle(s, at);
        for (size_t m = once ? at % 5 : 0; m < (once ? at % 5 + 1 : 5); m++) {
            uint8_t kept = s->made.data[at];
            s->made.data[at] ^= masks[m];
            (void)!(at % 2 ? kit_run(&events, s->made, NULL) : kit_run_pipe(&events, s->made, NULL));
            wrong += !kit_is(&events.items[0], s->made.data, s->made.size) || events.wrong;
            if (at >= s->signs && !s->own[at] && !judge(s))
                first = silent++ ? first : at;
            s->made.data[at] = kept;
        }
    }
    ok(silent == s->silent && wrong == 0, "%s with each of %zu bytes changed: %zu silent, first %zu",
       s->name, s->made.size, silent, first);
}

static void test(sample s)
{
    kit_run(&events, s.made, NULL) == TUTELA_OK ? (void)0 : exit(2);
    ok(judge(&s) && events.items[0].trouble.status == TUTELA_ITEM_CLEAR && events.count == s.count + 1,
       "%s as it should be", s.name);
    find_own(&s);
    cut(&s);
    change(&s);
    free(s.own);
    for (size_t i = 0; i < s.count; i++)
        free(s.members[i].data);
    free(s.made.data);
}

/* ---- Samples ------------------------------------------------------------------------------- */

/* Of a compound file, what cannot be seen: a size that changes within its last sector. */
static void test_compound(void)
{
    sample s = {.name = "ole2", .members = {kit_noise(100), kit_noise(4200), kit_noise(70)}, .count = 3,
                .signs = 8, .cut_from = 8, .silent = 12};
    ole_part parts[] = {{"a", s.members[0]}, {"b", s.members[1]}, {"store/c", s.members[2]}};

    s.made = ole_of(parts, 3, 9, 1);
    test(s);
}

/* Cut off between two pictures, there is nothing to tell; the stream's own size is. */
static void test_pictures(void)
{
    sample s = {.name = "officeart", .members = {picture_of("\xff\xd8\xff\xe0", 4, 150),
                kit_copy("all work and no play all work and no play", 41), picture_of("\x89PNG", 4, 90)},
                .count = 3, .signs = 8, .cut_from = 29, .cut_silent = 2};

    s.made = nothing();
    put_blip(&s.made, 0xf01d, 0x46a, s.members[0].data, s.members[0].size);
    put_metafile(&s.made, 0xf01b, 0x216, s.members[1], 0);
    put_blip(&s.made, 0xf01e, 0x6e1, s.members[2].data, s.members[2].size);
    test(s);
}

static void test_excel(void)
{
    sample s = {.name = "excel", .members = {picture_of("\xff\xd8\xff\xe0", 4, 150), kit_noise(80)},
                .count = 2, .signs = 8, .cut_from = 20};
    bytes one = nothing(), two = nothing(), entries = nothing(), list = nothing(), all = nothing();

    put_blip(&one, 0xf01d, 0x46a, s.members[0].data, s.members[0].size);
    put_metafile(&two, 0xf01b, 0x217, s.members[1], 1);
    put_entry(&entries, one);
    put_entry(&entries, two);
    put_box(&list, 0xf001, entries);
    put_box(&all, 0xf000, list);
    s.made = excel_of(all, 300, 0x3c);
    free(one.data);
    free(two.data);
    free(entries.data);
    free(list.data);
    free(all.data);
    test(s);
}

static void test_word(void)
{
    sample s = {.name = "word", .members = {picture_of("\xff\xd8\xff\xe0", 4, 150)}, .count = 1,
                .signs = 14, .cut_from = 68 + 44 + 41 + 4};
    bytes record = nothing();

    put_blip(&record, 0xf01d, 0x46b, s.members[0].data, s.members[0].size);
    s.made = kit_noise(68);
    memset(s.made.data, 0, 68);
    s.made.data[0] = 255;
    s.made.data[4] = 68;
    s.made.data[6] = 0x64;
    put_entry(&s.made, record);
    free(record.data);
    test(s);
}

static void test_package(void)
{
    sample s = {.name = "ole10native", .members = {kit_noise(150)}, .count = 1, .signs = 60, .cut_from = 60};

    s.made = package_of("a.jpg", s.members[0], 1);
    test(s);
}

static void test_thumbnail(void)
{
    sample s = {.name = "thumbnail", .members = {picture_of("\xff\xd8\xff\xe0", 4, 150)}, .count = 1,
                .signs = 16, .cut_from = 16};

    s.made = kit_copy("\x0c\0\0\0\1\0\0\0\x96\0\0\0", 12);
    kit_add(&s.made, s.members[0].data, s.members[0].size);
    test(s);
}

int main(void)
{
    events = kit_new();
    test_compound();
    test_pictures();
    test_excel();
    test_word();
    test_package();
    test_thumbnail();
    kit_free(&events);
    return tap_done();
}
