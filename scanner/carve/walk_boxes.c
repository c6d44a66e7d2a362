/*
 * walk_boxes: where files of boxes end: MP4, QuickTime, HEIC and AVIF, JPEG 2000, JPEG XL.
 *
 * Nothing says where the last box is: they end where no box that is known at this level begins.
 */
#include "carve/inner.h"

#include "base/cursor.h"

#include <string.h>

#define BOX_HEAD   8u
#define FTYP_LEAST 16u
#define FTYP_MOST  4096u

/* What a box has to do with the file's being whole. */
enum { PLAIN = 0, INDEX = 1, DATA = 2, BOTH = 3 };

static const struct {
    char name[5];
    int says;
} boxes[] = {
    {"ftyp", PLAIN}, {"moov", INDEX}, {"mdat", DATA},  {"free", PLAIN}, {"skip", PLAIN},
    {"wide", PLAIN}, {"meta", INDEX}, {"moof", DATA},  {"mfra", PLAIN}, {"uuid", PLAIN},
    {"sidx", PLAIN}, {"styp", PLAIN}, {"ssix", PLAIN}, {"prft", PLAIN}, {"emsg", PLAIN},
    {"pdin", PLAIN}, {"pnot", PLAIN}, {"PICT", PLAIN}, {"udta", PLAIN}, {"idat", DATA},
    {"meco", PLAIN}, {"mpvd", PLAIN}, {"bloc", PLAIN}, {"jP  ", PLAIN}, {"jp2h", INDEX},
    {"jp2c", DATA},  {"jp2i", PLAIN}, {"xml ", PLAIN}, {"rreq", PLAIN}, {"uinf", PLAIN},
    {"asoc", PLAIN}, {"jpch", PLAIN}, {"jplh", PLAIN}, {"ftbl", PLAIN}, {"JXL ", PLAIN},
    {"jxll", PLAIN}, {"jxli", PLAIN}, {"jxlc", BOTH},  {"jxlp", BOTH},  {"jbrd", PLAIN},
    {"brob", PLAIN}, {"Exif", PLAIN}, {"jumb", PLAIN}, {"XTRA", PLAIN}, {"beam", PLAIN}};

/* -1: no box that is known here. */
static int says(const uint8_t *name)
{
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++)
        if (memcmp(name, boxes[i].name, 4) == 0)
            return boxes[i].says;
    return -1;
}

/* Brands, by as much of them as tells. What is none of them is a film. */
static const struct {
    const char *brand, *extension;
} brands[] = {{"heic", "heic"}, {"heix", "heic"}, {"heim", "heic"}, {"heis", "heic"}, {"hevc", "heic"},
              {"hevx", "heic"}, {"mif1", "heic"}, {"mif2", "heic"}, {"msf1", "heic"}, {"avif", "avif"},
              {"avis", "avif"}, {"qt  ", "mov"},  {"M4A", "m4a"},   {"M4B", "m4a"},   {"3g2", "3g2"},
              {"3g", "3gp"},    {"crx ", "cr3"},  {"f4v", "f4v"},   {"jp2", "jp2"},   {"jpx", "jpx"},
              {"jpm", "jpm"},   {"mjp2", "mj2"},  {"jxl ", "jxl"}};

static const char *extension_of(const uint8_t *brand)
{
    for (size_t i = 0; i < sizeof brands / sizeof brands[0]; i++)
        if (memcmp(brand, brands[i].brand, strlen(brands[i].brand)) == 0)
            return brands[i].extension;
    return "mp4";
}

/* Is `head`, of 16 bytes, the first of such a file? Its extension, or NULL. */
static const char *begins(tt_view *view, uint64_t from)
{
    const uint8_t *head = tt_view_at(view, from, 32);
    uint32_t size;

    if (!head)
        return NULL;
    size = tt_be32(head);
    if (memcmp(head + 4, "ftyp", 4) == 0) {
        if (size < FTYP_LEAST || size > FTYP_MOST || size % 4 != 0)
            return NULL;
        for (size_t i = 8; i < 12; i++)
            if (head[i] < ' ' || head[i] > '~')
                return NULL;
        return extension_of(head + 8);
    }
    if (memcmp(head + 4, "jP  ", 4) == 0 || memcmp(head + 4, "JXL ", 4) == 0)
        return memcmp(head + 16, "ftyp", 4) == 0 ? extension_of(head + 20) : NULL;
    /* QuickTime of old. */
    if (memcmp(head, "\0\0\0\10wide", 8) == 0)
        return memcmp(head + 12, "mdat", 4) == 0 ? "mov" : NULL;
    return memcmp(head + 4, "moov\0\0\0lmvhd", 12) == 0 ? "mov" : NULL;
}

/* The size of the box at `at`, UINT64_MAX: up to the end; 0: there is none. *is: see says(). */
static uint64_t box_size(tt_view *view, uint64_t at, int *is)
{
    const uint8_t *head = tt_view_at(view, at, BOX_HEAD);
    uint64_t size;

    if (!head || (*is = says(head + 4)) < 0)
        return 0;
    size = tt_be32(head);
    if (size == 0)
        return UINT64_MAX;
    if (size == 1) {
        head = tt_view_at(view, at, BOX_HEAD + 8);
        size = head ? tt_load64_be(head + BOX_HEAD) : 0;
        return size >= BOX_HEAD + 8 ? size : 0;
    }
    return size >= BOX_HEAD ? size : 0;
}

void tt_walk_boxes(tt_view *view, uint64_t from, tt_carved *out)
{
    const char *extension = begins(view, from);
    uint64_t at = from, size;
    int seen = 0, is = PLAIN;

    if (!extension)
        return;
    while (at < view->end && (size = box_size(view, at, &is)) > 0) {
        /* Another file begins behind this one. */
        if (at > from && (seen & BOTH) == BOTH && begins(view, at))
            break;
        seen |= is;
        at = tt_carve_sum(at, size);
    }
    if (at > view->end || (seen & BOTH) != BOTH)
        tt_carved_cut(view, out, extension, at);
    else
        tt_carved_stated(view, out, extension, at);
}
