/*
 * samples: a head for each row of signatures.def, made from its pattern where that says enough. A
 * row with a check that is new needs a maker here.
 */
#include "identify/identify.h"
#include "identify/selftest.h"
#include "identify/signature.h"

#include <string.h>

#define FILL 0xee /* what no pattern asks for between its bytes */

static size_t put(uint8_t *head, size_t at, const void *bytes, size_t size)
{
    memcpy(head + at, bytes, size);
    return at + size;
}

/* ---- What checks want -------------------------------------------------------------------- */

/* MPEG 1 layer III, 128 kbit/s, 44.1 kHz, without padding: frames of 417 bytes. */
static size_t make_mpeg(uint8_t *head)
{
    for (size_t i = 0; i < 3; i++)
        (void)put(head, i * 417, "\xff\xfb\x90\x64", 4);
    return 3 * 417;
}

/* MPEG 4 LC, 44.1 kHz, stereo: frames of 300 bytes. */
static size_t make_adts(uint8_t *head)
{
    for (size_t i = 0; i < 3; i++)
        (void)put(head, i * 300, "\xff\xf1\x50\x80\x25\x9f\xfc", 7);
    return 3 * 300;
}

static size_t make_packets(uint8_t *head, size_t first, size_t stride)
{
    for (size_t i = 0; i < 8; i++)
        (void)put(head, first + i * stride, "\x47\x40\x00\x10\x00", 5);
    return 8 * stride;
}

static size_t make_188(uint8_t *head)
{
    return make_packets(head, 0, 188);
}

static size_t make_192(uint8_t *head)
{
    return make_packets(head, 4, 192);
}

static size_t make_matroska(uint8_t *head)
{
    (void)put(head, 0, "\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska", 20);
    return 64;
}

static size_t make_webm(uint8_t *head)
{
    (void)put(head, 0, "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", 16);
    return 64;
}

/* A zip whose entries are stored and empty: these two, then `part`. */
static size_t make_office(uint8_t *head, const char *part)
{
    const char *const names[] = {"[Content_Types].xml", "_rels/.rels", part};
    size_t at = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t size = strlen(names[i]);

        (void)put(head, at, "PK\3\4\x14", 5);
        head[at + 26] = (uint8_t)size;
        at = put(head, at + 30, names[i], size);
    }
    return at;
}

static size_t make_word(uint8_t *head)
{
    return make_office(head, "word/document.xml");
}

static size_t make_sheet(uint8_t *head)
{
    return make_office(head, "xl/workbook.xml");
}

static size_t make_slides(uint8_t *head)
{
    return make_office(head, "ppt/presentation.xml");
}

static size_t make_pe(uint8_t *head)
{
    (void)put(head, 0, "MZ\x90", 3);
    (void)put(head, 60, "\x80\0\0\0", 4);
    (void)put(head, 128, "PE\0\0", 4);
    return 256;
}

static size_t make_mbox(uint8_t *head)
{
    static const char mail[] = "From a@b.example Thu Jan  1 00:00:00 1970\nTo: c@d.example\n\nx\n";

    return put(head, 0, mail, sizeof mail - 1);
}

static const struct {
    tt_check *check;
    size_t (*make)(uint8_t *head); /* over zeros */
} makers[] = {
    {tt_check_mpeg_frames, make_mpeg},
    {tt_check_adts_frames, make_adts},
    {tt_check_packets_188, make_188},
    {tt_check_packets_192, make_192},
    {tt_check_ebml_matroska, make_matroska},
    {tt_check_ebml_webm, make_webm},
    {tt_check_ooxml_word, make_word},
    {tt_check_ooxml_sheet, make_sheet},
    {tt_check_ooxml_slides, make_slides},
    {tt_check_pe, make_pe},
    {tt_check_mbox, make_mbox},
};

/* ---- What patterns say ------------------------------------------------------------------- */

/* The first of the choices for each byte; returns where they end. */
static size_t make_pattern(const char *pattern, uint8_t *head)
{
    tt_atom atoms[TT_PATTERN_ATOMS];
    size_t count = tt_pattern_parse(pattern, atoms), end = 0;

    for (size_t i = count; i-- > 0;) {
        head[atoms[i].offset] = atoms[i].low;
        end = atoms[i].offset >= end ? atoms[i].offset + 1u : end;
    }
    return end;
}

size_t tt_signature_sample(const tt_signature *row, uint8_t *head)
{
    memset(head, row->check ? 0 : FILL, TT_IDENTIFY_HEAD);
    if (!row->check)
        return make_pattern(row->pattern, head);
    if (row->check == tt_check_svg) { /* the one whose rows differ in how they begin */
        memset(head, ' ', TT_IDENTIFY_HEAD);
        return put(head, make_pattern(row->pattern, head), " <svg >", 7);
    }
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++)
        if (makers[i].check == row->check)
            return makers[i].make(head);
    return 0;
}
