/*
 * pdf: one page of text (ISO 32000-1), with a table of where each object is.
 */
#include "training/make.h"
#include "training/words.h"

enum { CATALOGUE = 1, PAGES, PAGE, FONT, TEXT, OBJECTS };

typedef struct place {
    size_t at[OBJECTS];
} place;

static void begin(tt_buf *out, place *places, int number)
{
    places->at[number] = out->size;
    tt_buf_printf(out, "%d 0 obj\n", number);
}

static void put_text(tt_buf *out, tt_random *random)
{
    TT_AUTO_BUF tt_buf text;

    tt_buf_init(&text, TT_MAKE_MAX);
    tt_buf_add_text(&text, "BT /F1 20 Tf 72 740 Td (");
    tt_words_title(&text, random);
    tt_buf_add_text(&text, ") Tj /F1 12 Tf 0 -36 Td\n");
    for (int i = 0; i < 20; i++) {
        tt_buf_add_char(&text, '(');
        tt_words_add(&text, 10, random);
        tt_buf_add_text(&text, ".) Tj 0 -18 Td\n");
    }
    tt_buf_add_text(&text, "ET\n");
    if (tt_buf_failed(&text)) {
        out->failed = 1;
        return;
    }
    tt_buf_printf(out, "<< /Length %zu >>\nstream\n", text.size);
    tt_buf_add(out, text.data, text.size);
    tt_buf_add_text(out, "endstream\nendobj\n");
}

void tt_make_pdf(tt_buf *out, tt_random *random)
{
    place places;
    size_t table;

    tt_buf_add_text(out, "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n");
    begin(out, &places, CATALOGUE);
    tt_buf_add_text(out, "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    begin(out, &places, PAGES);
    tt_buf_add_text(out, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
    begin(out, &places, PAGE);
    tt_buf_add_text(out, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]\n"
                         "/Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>\nendobj\n");
    begin(out, &places, FONT);
    tt_buf_add_text(out, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n");
    begin(out, &places, TEXT);
    put_text(out, random);

    table = out->size;
    tt_buf_printf(out, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS);
    for (int i = CATALOGUE; i < OBJECTS; i++)
        tt_buf_printf(out, "%010zu 00000 n \n", places.at[i]);
    tt_buf_printf(out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", OBJECTS,
                  table);
}
