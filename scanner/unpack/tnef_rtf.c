/*
 * tnef_rtf: see tnef_rtf.h. LZ77 over a window of 4,096 bytes that begins with words every RTF has; a
 * reference to where the window is written next is the end.
 */
#include "unpack/tnef_rtf.h"

#include "base/cursor.h"
#include "unpack/crc.h"

#include <string.h>

#define COMPRESSED 0x75465a4cu /* "LZFu" */
#define STORED 0x414c454du     /* "MELA" */
#define NO_BYTE 0x100u

/* What the window holds at first ([MS-OXRTFCP] 2.1.2.1). */
static const char first[]
    = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
      "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
      "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/* It is 207 bytes. */
_Static_assert(sizeof first - 1 == 207, "the first window");

int tt_rtf_begin(tt_rtf *rtf, const uint8_t *header, uint64_t size)
{
    uint32_t kind = tt_load32(header + 8), stated = tt_load32(header);

    if (kind != COMPRESSED && kind != STORED)
        return 0;
    memset(rtf, 0, sizeof *rtf);
    /* Its size is counted from behind its own four bytes: twelve more are the header's. */
    rtf->left = size - TT_RTF_HEADER;
    if (stated >= 12 && stated - 12 < rtf->left)
        rtf->left = stated - 12;
    rtf->stated = tt_load32(header + 4);
    rtf->crc = tt_load32(header + 12);
    rtf->stored = kind == STORED;
    rtf->high = NO_BYTE;
    memcpy(rtf->window, first, sizeof first - 1);
    rtf->place = sizeof first - 1;
    return 1;
}

static uint8_t put(tt_rtf *rtf, uint8_t byte)
{
    rtf->window[rtf->place] = byte;
    rtf->place = (rtf->place + 1) % TT_RTF_WINDOW;
    rtf->produced++;
    return byte;
}

/* One compressed byte. 1 when it is a plain one itself. */
static int take(tt_rtf *rtf, uint8_t byte)
{
    if (rtf->high == NO_BYTE && rtf->tokens == 0) {
        rtf->control = byte;
        rtf->tokens = 8;
        return 0;
    }
    if (rtf->high == NO_BYTE && !(rtf->control & 1)) {
        rtf->control >>= 1;
        rtf->tokens--;
        return 1;
    }
    if (rtf->high == NO_BYTE) {
        rtf->high = byte;
        return 0;
    }
    /* Twelve bits of place, four of length less two. */
    rtf->from = rtf->high << 4 | byte >> 4;
    rtf->copy = (byte & 15u) + 2;
    rtf->high = NO_BYTE;
    rtf->control >>= 1;
    rtf->tokens--;
    if (rtf->from == rtf->place) {
        rtf->copy = 0;
        rtf->over = 1;
    }
    return 0;
}

/* 1 when there is no more to be given; what lies behind an end mark is still taken, for the sum. */
static int is_through(const tt_rtf *rtf)
{
    return rtf->copy == 0
           && (rtf->left == 0 || (rtf->stored && rtf->produced == rtf->stated));
}

size_t tt_rtf_step(tt_rtf *rtf, const uint8_t *in, size_t size, size_t *used, uint8_t *out,
                   size_t room)
{
    size_t at = 0, done = 0;

    while (done < room && !is_through(rtf)) {
        if (rtf->copy > 0) {
            out[done++] = put(rtf, rtf->window[rtf->from]);
            rtf->from = (rtf->from + 1) % TT_RTF_WINDOW;
            rtf->copy--;
        } else if (at == size) {
            break;
        } else {
            uint8_t byte = in[at++];
            rtf->left--;
            if (!rtf->over && (rtf->stored || take(rtf, byte)))
                out[done++] = put(rtf, byte);
        }
    }
    /* Without the inversions that zlib's has at both ends. */
    rtf->sum = ~tt_crc32(~rtf->sum, in, at);
    *used = at;
    return done;
}

tt_trouble tt_rtf_judge(const tt_rtf *rtf)
{
    if (!rtf->stored && rtf->sum != rtf->crc)
        return (tt_trouble){TUTELA_ITEM_MALFORMED, "its checksum does not fit"};
    if (rtf->produced < rtf->stated)
        return (tt_trouble){TUTELA_ITEM_MALFORMED, "not of the size it states"};
    return (tt_trouble){TUTELA_ITEM_CLEAR, ""};
}
