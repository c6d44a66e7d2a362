/*
 * table: signatures.def as an array.
 */
#include "identify/signature.h"

#define CHECK_NONE          NULL
#define CHECK_MPEG_FRAMES   tt_check_mpeg_frames
#define CHECK_ADTS_FRAMES   tt_check_adts_frames
#define CHECK_PACKETS_188   tt_check_packets_188
#define CHECK_PACKETS_192   tt_check_packets_192
#define CHECK_EBML_MATROSKA tt_check_ebml_matroska
#define CHECK_EBML_WEBM     tt_check_ebml_webm
#define CHECK_OOXML_WORD    tt_check_ooxml_word
#define CHECK_OOXML_SHEET   tt_check_ooxml_sheet
#define CHECK_OOXML_SLIDES  tt_check_ooxml_slides
#define CHECK_SVG           tt_check_svg
#define CHECK_PE            tt_check_pe
#define CHECK_MBOX          tt_check_mbox

static const tt_signature table[] = {
#define X(class, priority, mime, check, pattern)                                                   \
    {pattern, mime, CHECK_##check, TUTELA_TYPE_##class, TT_PRIORITY_##priority},
#include "identify/signatures.def"
#undef X
};

const tt_signature *tt_signature_table(size_t *count)
{
    *count = sizeof table / sizeof table[0];
    return table;
}
