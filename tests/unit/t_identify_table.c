/*
 * Every row of the table: a head built from it is identified, and one a byte off, or moved by one,
 * or cut short, is what the reference says and not this row.
 */
#include "t_identify_reference.h"

static place places[TT_PATTERN_ATOMS];
static uint8_t head[TT_IDENTIFY_HEAD + 1];

/* Bytes the row does not name are `fill`; of a set the lowest, or with `high` the highest. */
static size_t build(const tt_signature *row, uint8_t fill, int high)
{
    size_t count = reference_places(row->pattern, places);
    size_t size = places[count - 1].offset + 1;

    memset(head, fill, sizeof head);
    for (size_t i = 0; i < count; i++)
        for (int value = 0; value < 256; value++)
            if (places[i].fits[high ? 255 - value : value]) {
                head[places[i].offset] = (uint8_t)(high ? 255 - value : value);
                break;
            }
    return size;
}

/* Rows whose check wants more than the pattern: heads that satisfy it, by hand. */
static size_t build_checked(const tt_signature *row)
{
    size_t at;

    memset(head, 0, sizeof head);
    if (row->check == tt_check_mpeg_frames)
        return make_mp3(head, 3);
    if (row->check == tt_check_adts_frames)
        return make_adts(head, 3);
    if (row->check == tt_check_packets_188)
        return make_packets(head, 0, 188, 8);
    if (row->check == tt_check_packets_192)
        return make_packets(head, 4, 192, 8);
    if (row->check == tt_check_ebml_matroska)
        put(head, 0, "\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska", 20);
    if (row->check == tt_check_ebml_webm)
        put(head, 0, "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", 16);
    if (row->check == tt_check_svg) {
        at = build(row, ' ', 0);
        put(head, at, " <svg >", 7);
        return at + 7;
    }
    if (row->check == tt_check_pe) {
        put(head, 0, "MZ\x90", 3);
        put(head, 60, "\x80\0\0\0", 4);
        put(head, 128, "PE\0\0", 4);
        return 256;
    }
    if (row->check == tt_check_mbox) {
        const char *mail = "From a@b.example Thu Jan  1 00:00:00 1970\nTo: c@d.example\n\nx\n";
        put(head, 0, mail, strlen(mail));
        return strlen(mail);
    }
    if (row->check == tt_check_ooxml_word || row->check == tt_check_ooxml_sheet
        || row->check == tt_check_ooxml_slides) {
        at = put_entry(head, 0, "[Content_Types].xml");
        at = put_entry(head, at, "_rels/.rels");
        return put_entry(head, at,
                         row->check == tt_check_ooxml_word    ? "word/document.xml"
                         : row->check == tt_check_ooxml_sheet ? "xl/workbook.xml"
                                                              : "ppt/presentation.xml");
    }
    return 64;
}

static void test_positive(const tt_signature *row, size_t number)
{
    size_t size = row->check ? build_checked(row) : build(row, 0xee, 0);

    is_text(fast(head, size), row->mime, "row %zu: %s", number, row->pattern);
    is_text(fast(head, TT_IDENTIFY_HEAD), row->mime, "row %zu in a full head", number);
    if (row->check)
        return;
    ok(agrees(head, size), "row %zu: the reference agrees", number);
    size = build(row, 0, 1);
    ok(agrees(head, size) && fast(head, size)[0], "row %zu: among zeros, other choices", number);
}

/* Each byte of the pattern in turn gets a value that does not fit. */
static size_t count_off_by_one(const tt_signature *row)
{
    tt_atom atoms[TT_PATTERN_ATOMS];
    size_t wrong = 0, atom_count = tt_pattern_parse(row->pattern, atoms);
    size_t count = reference_places(row->pattern, places);

    for (size_t i = 0; i < count; i++) {
        size_t size = build(row, 0xee, 0);
        int value = 0;
        while (value < 256 && places[i].fits[value])
            value++;
        if (value == 256)
            continue;
        head[places[i].offset] = (uint8_t)value;
        wrong += tt_pattern_fits(atoms, atom_count, head, size) ? 1 : 0;
        wrong += agrees(head, size) ? 0 : 1;
    }
    return wrong;
}

/* All one byte later, and cut to every length. */
static void test_moved_and_cut(const tt_signature *row, size_t number)
{
    tt_atom atoms[TT_PATTERN_ATOMS];
    size_t atom_count = tt_pattern_parse(row->pattern, atoms), wrong = 0;
    size_t size = build(row, 0xee, 0);

    for (size_t cut = size > 600 ? size - 20 : 0; cut < size; cut++) {
        wrong += tt_pattern_fits(atoms, atom_count, head, cut) ? 1 : 0;
        wrong += agrees(head, cut) ? 0 : 1;
    }
    is_u64(wrong, 0, "row %zu: cut short it never fits", number);
    memmove(head + 1, head, TT_IDENTIFY_HEAD);
    head[0] = 0xee;
    ok(agrees(head, size + 1) && !tt_pattern_fits(atoms, atom_count, head, size + 1),
       "row %zu: one byte later it does not fit", number);
}

static void test_row_sense(const tt_signature *row, size_t number)
{
    is_i64(tt_type_of_mime(row->mime), row->type, "row %zu: the class of %s", number, row->mime);
    ok(row->priority >= TT_PRIORITY_WEAK && row->priority <= TT_PRIORITY_EXACT,
       "row %zu: a priority", number);
}

int main(void)
{
    size_t rows;
    const tt_signature *table = tt_signature_table(&rows);

    identify_begin();
    ok(rows >= 80, "%zu signatures", rows);
    for (size_t i = 0; i < rows; i++) {
        test_positive(&table[i], i);
        test_row_sense(&table[i], i);
        is_u64(count_off_by_one(&table[i]), 0, "row %zu: one byte off it does not fit", i);
        test_moved_and_cut(&table[i], i);
    }
    return identify_end();
}
