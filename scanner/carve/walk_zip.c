/*
 * walk_zip: where zip archives end, and what is made of them: behind their directory's end record, which
 * must say that the directory lies as far from the first member as it does.
 */
#include "carve/inner.h"

#include "base/cursor.h"

#include <string.h>

#define LOCAL   0x04034b50u
#define DATA    0x08074b50u
#define CENTRAL 0x02014b50u
#define SIGNED  0x05054b50u
#define END     0x06054b50u
#define END_64  0x06064b50u
#define PLACE_64 0x07064b50u

#define LOCAL_HEAD   30u
#define CENTRAL_HEAD 46u
#define END_HEAD     22u
#define METHOD_MOST  99u
#define QUIET (UINT64_C(16) << 20) /* packed bytes have every byte in far less */
#define UNSIZED      8u /* a flag: sizes come behind the data */
#define UNKNOWN      0xffffffffu

/* A directory an Android package has before that of the zip. */
#define APK_SIGN "APK Sig Block 42"

/* By the first name that tells. */
static const struct {
    const char *name, *extension;
} names[] = {{"word/", "docx"},         {"xl/", "xlsx"},           {"ppt/", "pptx"},
             {"AndroidManifest.xml", "apk"}, {"META-INF/MANIFEST.MF", "jar"}, {"META-INF/container.xml", "epub"},
             {"content.xml", "odt"},    {"visio/", "vsdx"}};

static const char *extension_of(const uint8_t *name, size_t size, const char *before)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0] && strcmp(before, "zip") == 0; i++)
        if (size >= strlen(names[i].name) && memcmp(name, names[i].name, strlen(names[i].name)) == 0)
            return names[i].extension;
    return before;
}

static uint32_t sign_at(tt_view *view, uint64_t at)
{
    const uint8_t *here = tt_view_at(view, at, 4);

    return here ? tt_load32(here) : 0;
}

/*
 * Behind the sizes at `at`, of 32 bits each or of 64, if the packed one is `size`; 0. A size of nothing behind
 * one of 32 bits reads as one of 64: what follows tells.
 */
static uint64_t behind_sizes(tt_view *view, uint64_t at, uint64_t size)
{
    const uint8_t *here = tt_view_at(view, at, 16);
    int is_short = here && tt_load32(here) == size, is_long = here && tt_load64(here) == size;
    uint32_t sign;

    if (is_short && is_long) {
        sign = sign_at(view, at + 8);
        is_long = sign != LOCAL && sign != CENTRAL;
    }
    return is_long ? at + 16 : is_short ? at + 8 : 0;
}

/* Behind the data from `from` on, whose size follows them; 0. What looks like an end must state their size. */
static uint64_t behind_unsized(tt_view *view, uint64_t from)
{
    uint64_t at = from, end;

    while ((at = tt_view_find(view, at, tt_carve_near(view, at, QUIET), 'P'))
           != TT_VIEW_NOWHERE) {
        uint32_t sign = sign_at(view, at);
        const uint8_t *here;

        if (sign == DATA && (end = behind_sizes(view, at + 8, at - from)) > 0)
            return end;
        if ((sign == LOCAL || sign == CENTRAL) && at - from >= 12) {
            here = tt_view_at(view, at - 12, 12);
            if (here && tt_load32(here + 4) == at - 12 - from)
                return at;
        }
        at++;
    }
    return 0;
}

/* Behind what may state the size once more at `at`: some writers have it stand behind data of known size too. */
static uint64_t behind_known(tt_view *view, uint64_t at, uint64_t size)
{
    uint32_t sign = sign_at(view, at);
    uint64_t end;

    if (sign == LOCAL || sign == CENTRAL)
        return at;
    end = behind_sizes(view, at + (sign == DATA ? 8 : 4), size);
    return end > 0 ? end : at;
}

/* The packed size of a member by its extra field, where it has no room in its head; UNKNOWN. */
static uint64_t wide_size(const uint8_t *extra, size_t size)
{
    while (size >= 4) {
        size_t length = tt_load16(extra + 2);

        if (length > size - 4)
            break;
        if (tt_load16(extra) == 1 && length >= 16)
            return tt_load64(extra + 12);
        extra += 4 + length;
        size -= 4 + length;
    }
    return UNKNOWN;
}

/* Behind the member at `at`; 0: it is none, or lost. */
static uint64_t behind_member(tt_view *view, uint64_t at, const char **extension)
{
    const uint8_t *head = tt_view_at(view, at, LOCAL_HEAD);
    unsigned flags, name, extra;
    uint64_t size;

    if (!head || tt_load32(head) != LOCAL || tt_load16(head + 8) > METHOD_MOST)
        return 0;
    flags = tt_load16(head + 6);
    size = tt_load32(head + 18);
    name = tt_load16(head + 26);
    extra = tt_load16(head + 28);
    at += LOCAL_HEAD;
    if (name == 0 || name > TT_VIEW_NEED / 2 || extra > TT_VIEW_NEED / 2)
        return name == 0 ? 0 : at + name + extra + size;
    head = tt_view_at(view, at, name + extra);
    if (!head)
        return 0;
    *extension = extension_of(head, name, *extension);
    if (size == UNKNOWN)
        size = wide_size(head + name, extra);
    at += name + extra;
    if ((flags & UNSIZED) && size == 0)
        return behind_unsized(view, at);
    return flags & UNSIZED ? behind_known(view, tt_carve_sum(at, size), size) : tt_carve_sum(at, size);
}

/* Behind a signer's block, if there is one. */
static uint64_t behind_signature(tt_view *view, uint64_t at)
{
    const uint8_t *head = tt_view_at(view, at, 8), *sign;
    uint64_t size = head ? tt_load64(head) : 0;

    if (size < 24 || size > view->end)
        return at;
    sign = tt_view_at(view, at + 8 + size - 16, 16);
    return sign && memcmp(sign, APK_SIGN, 16) == 0 ? at + 8 + size : at;
}

static uint64_t behind_directory(tt_view *view, uint64_t at)
{
    const uint8_t *head;

    while (sign_at(view, at) == CENTRAL && (head = tt_view_at(view, at, CENTRAL_HEAD)))
        at += CENTRAL_HEAD + tt_load16(head + 28) + (uint64_t)tt_load16(head + 30)
              + tt_load16(head + 32);
    if (sign_at(view, at) == SIGNED && (head = tt_view_at(view, at, 6)))
        at += 6u + tt_load16(head + 4);
    return at;
}

/* Behind all of it; 0: no end record, or one of another archive. `directory` up to `at` is what it tells of. */
static uint64_t behind_end(tt_view *view, uint64_t from, uint64_t directory, uint64_t at)
{
    uint64_t size = at - directory;
    const uint8_t *head;

    if (sign_at(view, at) == END_64 && (head = tt_view_at(view, at, 12)))
        at = tt_carve_sum(at + 12, tt_load64(head + 4));
    if (sign_at(view, at) == PLACE_64)
        at += 20;
    head = tt_view_at(view, at, END_HEAD);
    if (!head || tt_load32(head) != END)
        return 0;
    if (tt_load32(head + 12) != UNKNOWN && tt_load32(head + 12) != size)
        return 0;
    if (tt_load32(head + 16) != UNKNOWN && tt_load32(head + 16) != directory - from)
        return 0;
    return at + END_HEAD + tt_load16(head + 20);
}

/* Is the first member's head one, though its end was not found? */
static int begins(tt_view *view, uint64_t from)
{
    const uint8_t *head = tt_view_at(view, from, LOCAL_HEAD + 1);

    return head && tt_load16(head + 4) < 100 && tt_load16(head + 8) <= METHOD_MOST
           && tt_load16(head + 26) > 0 && head[LOCAL_HEAD] >= ' ';
}

void tt_walk_zip(tt_view *view, uint64_t from, tt_carved *out)
{
    const char *extension = "zip";
    uint64_t at = from, next, directory, end;

    while (sign_at(view, at) == LOCAL && (next = behind_member(view, at, &extension)) > 0)
        at = next;
    if (at == from) {
        if (begins(view, from))
            tt_carved_cut(view, out, extension, from + LOCAL_HEAD);
        return;
    }
    directory = behind_signature(view, at);
    at = behind_directory(view, directory);
    end = behind_end(view, from, directory, at);
    if (end > 0)
        tt_carved_stated(view, out, extension, end);
    else
        tt_carved_cut(view, out, extension, at);
}
