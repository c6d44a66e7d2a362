/* walk_riff: where RIFF (WebP, AVI, WAVE) and AIFF files end. They state it; their chunks must agree. */
#include "carve/inner.h"

#include "base/cursor.h"

#include <string.h>

#define HEAD 12u

typedef struct form {
    const char *name, *extension;
} form;

/* Forms of RIFF, then of AIFF. */
static const form forms[] = {{"WEBP", "webp"}, {"AVI ", "avi"}, {"AVIX", "avi"}, {"WAVE", "wav"},
                             {"ACON", "ani"},  {"RMID", "rmi"}, {"CDXA", "mpg"}, {"AIFF", "aif"},
                             {"AIFC", "aif"}};

static const char *extension_of(const uint8_t *name)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (memcmp(name, forms[i].name, 4) == 0)
            return forms[i].extension;
    return NULL;
}

/* ImageMagick ends the name of a chunk by 0, where there should be a space. */
static int is_name(const uint8_t *at)
{
    for (size_t i = 0; i < 4; i++)
        if ((at[i] < ' ' || at[i] > '~') && (i < 3 || at[i] != 0))
            return 0;
    return 1;
}

/*
 * Do chunks lie from `at` up to `end`, one behind another? Those of a film's "movi" are looked at one by one,
 * so that a film in pieces is seen. What is less than a chunk's head is padding.
 */
static int in_order(tt_view *view, uint64_t at, uint64_t end, int big)
{
    while (at < end && end - at >= 8) {
        const uint8_t *head = tt_view_at(view, at, end - at >= HEAD ? HEAD : 8);
        uint64_t size;

        if (!head || !is_name(head))
            return 0;
        size = big ? tt_be32(head + 4) : tt_load32(head + 4);
        if (end - at >= HEAD && memcmp(head, "LIST", 4) == 0
            && (memcmp(head + 8, "movi", 4) == 0 || memcmp(head + 8, "rec ", 4) == 0))
            at += HEAD;
        else
            at += 8 + size + (size & 1);
    }
    /* The last may do without its padding. */
    return at <= end + 1;
}

/* Films of more than a GiB go on in further RIFFs. */
static uint64_t behind_further(tt_view *view, uint64_t from, uint64_t end)
{
    const uint8_t *head;

    while ((head = tt_view_at(view, end + ((end - from) & 1), HEAD)) && memcmp(head, "RIFF", 4) == 0
           && memcmp(head + 8, "AVIX", 4) == 0)
        end += ((end - from) & 1) + 8 + (uint64_t)tt_load32(head + 4);
    return end;
}

void tt_walk_riff(tt_view *view, uint64_t from, tt_carved *out)
{
    const uint8_t *head = tt_view_at(view, from, HEAD + 8);
    const char *extension = head ? extension_of(head + 8) : NULL;
    int big, is_film;
    uint64_t end;

    if (!extension || !is_name(head + HEAD))
        return;
    big = head[0] == 'F';
    is_film = memcmp(head + 8, "AVI ", 4) == 0;
    end = from + 8 + (big ? tt_be32(head + 4) : tt_load32(head + 4));
    if (end < from + HEAD + 8)
        return;
    if (end > view->end || !in_order(view, from + HEAD, end, big)) {
        tt_carved_cut(view, out, extension, end);
        return;
    }
    if (is_film)
        end = behind_further(view, from, end);
    tt_carved_stated(view, out, extension, end);
}
