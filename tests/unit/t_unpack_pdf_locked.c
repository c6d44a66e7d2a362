/*
 * t_unpack_pdf_locked: encrypted PDFs by the right password and by others, cut off and changed.
 */
#include "pdf_kit.h"

#include "unpack_ask.h"

#ifndef HAVE_LIBQPDF

int main(void)
{
    skip(1, "built without qpdf");
    return tap_done();
}

#else

#include "pdf_rewrite.h"

/* What it is with passwords that are to be tried: NULL ends them. *all: the content is there. */
static const char *opened_with(bytes b, const char *first, const char *second, bytes inside, int *all)
{
    const tt_secret list[] = {{(const uint8_t *)first, first ? strlen(first) : 0},
                              {(const uint8_t *)second, second ? strlen(second) : 0}};
    const tt_secrets secrets = {list, first ? second ? 2 : 1 : 0};
    const tt_budget budget = {.secrets = &secrets};

    (void)!kit_run(&events, b, &budget);
    *all = 0;
    for (size_t i = 1; i < events.count; i++)
        *all |= kit_is(&events.items[i], inside.data, inside.size);
    return status_of("");
}

/* A PDF of one stream. */
static bytes small(bytes inside)
{
    pdf p = pdf_new();

    pdf_object(&p, 1, "<< /Type /Catalog /Pages 2 0 R /Picture 3 0 R >>");
    pdf_object(&p, 2, "<< /Type /Pages /Count 0 /Kids [] >>");
    pdf_stream(&p, 3, "", inside);
    return pdf_end(&p);
}

/* 1: it is told that something is not in order, or it is no PDF any more, or the content is there. */
static int stays_true(bytes b, bytes inside, const tt_budget *budget)
{
    int told = 0, good = 0;

    (void)!kit_run(&events, b, budget);
    for (size_t i = 0; i < events.count; i++) {
        told |= events.items[i].trouble.status != TUTELA_ITEM_CLEAR;
        good |= kit_is(&events.items[i], inside.data, inside.size);
    }
    return !events.wrong && kit_is(&events.items[0], b.data, b.size)
           && (good || told || events.items[0].format[0] == 0);
}

static void test_locked(void)
{
    static const int variants[] = {4, 5, 8, 9, 16, 17};
    char long_one[258];
    bytes inside = kit_noise(3000), plain = small(inside);
    int all;

    memset(long_one, 'x', sizeof long_one);
    long_one[257] = 0;
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        int v = variants[i];
        bytes b = rewritten(plain, v, "secret");
        is_text(opened_with(b, "secret", NULL, inside, &all), "clear", "opened by its user's, %d", v);
        ok(all, "and all is there");
        is_text(opened_with(b, "owner", NULL, inside, &all), "clear", "by its owner's");
        ok(all, "and all is there");
        is_text(opened_with(b, "no", "secret", inside, &all), "clear", "by the second");
        ok(all, "and all is there");
        is_text(opened_with(b, "no", "secre", inside, &all), "encrypted", "by no other");
        ok(events.count == 1, "and nothing comes out");
        is_text(opened_with(b, "", long_one, inside, &all), "encrypted", "nor by none, or one too long");
        is_text(opened_with(b, NULL, NULL, inside, &all), "encrypted", "or without");
        free(b.data);
    }
    free(plain.data);
    free(inside.data);
}

/* The shortest there is, encrypted, and cut and changed. */
static void test_locked_damage(int variant, size_t step)
{
    static const tt_secret list[] = {{(const uint8_t *)"no", 2}, {(const uint8_t *)"pw", 2}};
    static const tt_secrets secrets = {list, 2};
    static const tt_budget budget = {.secrets = &secrets};
    bytes inside = kit_noise(70), plain = small(inside), b;
    size_t cut = 0, changed = 0, from, to, table, word;

    b = rewritten(plain, variant, "pw");
    ok(stays_true(b, inside, &budget) && events.count == 2
           && strcmp(status_of(""), "clear") == 0,
       "a small one");
    for (size_t size = 8; size < b.size; size += step)
        cut += !stays_true((bytes){b.data, size}, inside, &budget);
    is_u64(cut, 0, "cut off everywhere, %d", variant);
    /* A stream's own bytes have no checksum; nor has what leads to the word that it is encrypted at all, in the
     * last line of the table and in the trailer. */
    from = (size_t)((uint8_t *)memmem(b.data, b.size, "stream\n", 7) - b.data) + 7;
    to = (size_t)((uint8_t *)memmem(b.data, b.size, "endstream", 9) - b.data);
    table = (size_t)((uint8_t *)memmem(b.data, b.size, "trailer", 7) - b.data) - 20;
    word = (size_t)((uint8_t *)memmem(b.data, b.size, "/Encrypt ", 9) - b.data);
    for (size_t at = 8; at < b.size; at += step) {
        if (at >= from && at < to)
            at = to;
        if ((at >= table && at < table + 20) || (at >= word && at < word + 14))
            continue;
        b.data[at] ^= (uint8_t)(1u << at % 8);
        if (!stays_true(b, inside, &budget)) {
            printf("# at %zu: %.20s\n", at, b.data + at - 10);
            changed++;
        }
        b.data[at] ^= (uint8_t)(1u << at % 8);
    }
    is_u64(changed, 0, "changed everywhere, %d", variant);
    free(b.data);
    free(inside.data);
    free(plain.data);
}

int main(void)
{
    events = kit_new();
    test_locked();
    test_locked_damage(4, 3);
    test_locked_damage(8, 41);
    kit_free(&events);
    return tap_done();
}

#endif
