/*
 * pdf_kit: PDFs put together object by object, and encoders of their filters, for tests and fuzzing.
 */
#ifndef TT_TESTS_PDF_KIT_H
#define TT_TESTS_PDF_KIT_H

#include "unpack_made.h"

#define PDF_OBJECTS 64u

typedef struct pdf {
    bytes out;
    size_t place[PDF_OBJECTS]; /* 0: none */
} pdf;

__attribute__((unused)) static pdf pdf_new(void)
{
    pdf p = {.out = nothing()};

    PUT_TEXT(&p.out, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
    return p;
}

__attribute__((unused)) static void pdf_object(pdf *p, unsigned number, const char *text)
{
    char head[32];

    snprintf(head, sizeof head, "%u 0 obj\n", number);
    p->place[number] = p->out.size;
    PUT_TEXT(&p->out, head);
    PUT_TEXT(&p->out, text);
    PUT_TEXT(&p->out, "\nendobj\n");
}

/* `entries`: of its dictionary, but /Length. */
__attribute__((unused)) static void pdf_stream(pdf *p, unsigned number, const char *entries, bytes b)
{
    char head[512];

    p->place[number] = p->out.size;
    snprintf(head, sizeof head, "%u 0 obj\n<< %s /Length %zu >>\nstream\n", number, entries, b.size);
    PUT_TEXT(&p->out, head);
    kit_add(&p->out, b.data, b.size);
    PUT_TEXT(&p->out, "\nendstream\nendobj\n");
}

/* The table, the trailer, the end. Object 1 is the root. */
__attribute__((unused)) static bytes pdf_end(pdf *p)
{
    char line[96];
    size_t start = p->out.size;
    unsigned count = PDF_OBJECTS;

    while (count > 1 && p->place[count - 1] == 0)
        count--;
    snprintf(line, sizeof line, "xref\n0 %u\n0000000000 65535 f \n", count);
    PUT_TEXT(&p->out, line);
    for (unsigned i = 1; i < count; i++) {
        snprintf(line, sizeof line, "%010zu %05u %c \n", p->place[i], p->place[i] ? 0u : 1u,
                 p->place[i] ? 'n' : 'f');
        PUT_TEXT(&p->out, line);
    }
    snprintf(line, sizeof line, "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n",
             count, start);
    PUT_TEXT(&p->out, line);
    return p->out;
}

/* ---- Encoders ------------------------------------------------------------------------------ */

__attribute__((unused)) static bytes enc_flate(bytes b)
{
    uLongf size = compressBound((uLong)b.size);
    bytes out = {malloc(size + 8), 0};

    compress2(out.data, &size, b.data, (uLong)b.size, 9);
    out.size = size;
    return out;
}

__attribute__((unused)) static bytes enc_hex(bytes b)
{
    bytes out = nothing();

    for (size_t i = 0; i < b.size; i++) {
        char two[4];
        snprintf(two, sizeof two, i % 2 ? "%02x" : "%02X", b.data[i]);
        PUT_TEXT(&out, two);
        if (i % 30 == 29)
            PUT_TEXT(&out, "\n");
    }
    PUT_TEXT(&out, ">");
    return out;
}

__attribute__((unused)) static bytes enc_85(bytes b)
{
    bytes out = nothing();

    for (size_t i = 0; i < b.size; i += 4) {
        size_t some = b.size - i < 4 ? b.size - i : 4;
        uint32_t value = 0;
        char five[5];
        for (size_t k = 0; k < 4; k++)
            value = value << 8 | (k < some ? b.data[i + k] : 0);
        for (int k = 4; k >= 0; k--, value /= 85)
            five[k] = (char)('!' + value % 85);
        if (some == 4 && memcmp(five, "!!!!!", 5) == 0)
            PUT_TEXT(&out, "z");
        else
            kit_add(&out, five, some + 1);
        if (i % 60 == 0)
            PUT_TEXT(&out, "\n");
    }
    PUT_TEXT(&out, "~>");
    return out;
}

__attribute__((unused)) static bytes enc_runs(bytes b)
{
    bytes out = nothing();

    for (size_t i = 0; i < b.size;) {
        size_t same = 1, some;
        while (i + same < b.size && same < 128 && b.data[i + same] == b.data[i])
            same++;
        if (same > 1) {
            put_number(&out, 257 - same, 1);
            kit_add(&out, b.data + i, 1);
            i += same;
            continue;
        }
        some = b.size - i < 7 ? b.size - i : 7;
        put_number(&out, some - 1, 1);
        kit_add(&out, b.data + i, some);
        i += some;
    }
    put_number(&out, 128, 1);
    return out;
}

typedef struct bit_writer {
    bytes out;
    uint32_t window;
    unsigned bits;
} bit_writer;

static void put_code(bit_writer *w, uint32_t code, unsigned width)
{
    w->window = w->window << width | code;
    for (w->bits += width; w->bits >= 8; w->bits -= 8)
        put_number(&w->out, w->window >> (w->bits - 8) & 255, 1);
}

/* With a table that is searched from end to end: for small ones. */
__attribute__((unused)) static bytes enc_lzw(bytes b, unsigned early)
{
    static uint32_t prefix[4096], suffix[4096];
    bit_writer w = {.out = nothing()};
    uint32_t next = 258, last = 4096;
    unsigned width = 9;

    put_code(&w, 256, width);
    for (size_t i = 0; i < b.size; i++) {
        uint32_t code = 258;
        if (last == 4096) {
            last = b.data[i];
            continue;
        }
        while (code < next && (prefix[code] != last || suffix[code] != b.data[i]))
            code++;
        if (code < next) {
            last = code;
            continue;
        }
        put_code(&w, last, width);
        prefix[next] = last;
        suffix[next++] = b.data[i];
        if (next + early > 1u << width)
            width++;
        last = b.data[i];
        if (next == 4094) {
            put_code(&w, last, width);
            put_code(&w, 256, width > 12 ? 12 : width);
            next = 258;
            width = 9;
            last = 4096;
        }
    }
    if (last < 4096) {
        put_code(&w, last, width);
        if (next + 1 + early > 1u << width && width < 12)
            width++;
    }
    put_code(&w, 257, width);
    put_code(&w, 0, 7);
    return w.out;
}

/* Rows of PNG's filters, each of the five in turn; `step` bytes of a pixel. */
__attribute__((unused)) static bytes enc_png(bytes b, size_t row, size_t step)
{
    bytes out = nothing();
    uint8_t *zero = calloc(1, row);

    for (size_t i = 0, n = 0; i + row <= b.size; i += row, n++) {
        const uint8_t *now = b.data + i, *up = i ? now - row : zero;
        put_number(&out, n % 5, 1);
        for (size_t k = 0; k < row; k++) {
            int left = k >= step ? now[k - step] : 0, corner = k >= step ? up[k - step] : 0;
            int p = left + up[k] - corner, guess[5] = {0, left, up[k], (left + up[k]) / 2, corner};
            if (abs(p - left) <= abs(p - up[k]) && abs(p - left) <= abs(p - corner))
                guess[4] = left;
            else if (abs(p - up[k]) <= abs(p - corner))
                guess[4] = up[k];
            put_number(&out, (uint8_t)(now[k] - guess[n % 5]), 1);
        }
    }
    free(zero);
    return out;
}

__attribute__((unused)) static bytes enc_tiff(bytes b, size_t row, size_t step)
{
    bytes out = kit_copy(b.data, b.size);

    for (size_t i = 0; i + row <= b.size; i += row)
        for (size_t k = row; k-- > step;)
            out.data[i + k] = (uint8_t)(b.data[i + k] - b.data[i + k - step]);
    return out;
}

#endif
