/*
 * mail_fields: see mail_fields.h. RFC 5322 (fields, folding), RFC 2045, RFC 2183.
 *
 * A header of which a byte is damaged can hide that its content is encoded or is made of parts, and
 * what is delivered would be something else. So a field that is nearly one of those that matter, or one
 * that hides in another, is stated.
 */
#include "unpack/mail_fields.h"

#include "unpack/mail_words.h"

#include <string.h>
#include <strings.h>

/* Where a name is from: what the sender meant to be its name, first. */
#define RANK_LOCATION 1u /* Content-Location of a page saved as MHTML: what its own links say */
#define RANK_TYPE 2u
#define RANK_DISPOSITION 3u

typedef enum kind { OTHER, TYPE, CODING, DISPOSITION, LOCATION } kind;

static const struct {
    const char *name;
    size_t size;
    kind kind;
} known[] = {{"content-type", 12, TYPE},
             {"content-transfer-encoding", 25, CODING},
             {"content-disposition", 19, DISPOSITION},
             {"content-location", 16, LOCATION}};
#define KNOWN (sizeof known / sizeof known[0])

void tt_fields_begin(tt_fields *fields)
{
    memset(fields, 0, offsetof(tt_fields, name));
    fields->field_size = 0;
}

/* How many of the letters differ, up to 2. */
static unsigned differing(const uint8_t *name, const char *text, size_t size)
{
    unsigned count = 0;

    for (size_t i = 0; i < size && count < 2; i++) {
        uint8_t c = name[i] >= 'A' && name[i] <= 'Z' ? (uint8_t)(name[i] | 32) : name[i];
        count += c != (uint8_t)text[i];
    }
    return count;
}

/* Which field the line begins; *wrong when it is nearly one. */
static kind kind_of(const uint8_t *field, size_t size, uint8_t *wrong)
{
    for (size_t i = 0; i < KNOWN; i++) {
        size_t length = known[i].size;
        if (size <= length)
            continue;
        unsigned off = differing(field, known[i].name, length);
        if (off == 0 && field[length] == ':')
            return known[i].kind;
        if (off + (field[length] != ':') == 1 && known[i].kind <= CODING)
            *wrong = 1;
    }
    return OTHER;
}

/* Does a field stand inside of another, where an end of line should be before it? */
static int hides_one(tt_value v)
{
    for (size_t i = 1; i + 13 < v.size; i++) {
        if ((v.text[i] | 32) != 'c' || (v.text[i - 1] > 31 && v.text[i - 1] < 127))
            continue;
        for (size_t k = 0; k < KNOWN; k++)
            if (v.size - i > known[k].size && known[k].kind <= CODING
                && differing(v.text + i, known[k].name, known[k].size) == 0
                && v.text[i + known[k].size] == ':')
                return 1;
    }
    return 0;
}

/* ---- Content-Type -------------------------------------------------------------------------- */

static int known_major(const char *type)
{
    static const char *const majors[] = {"text/",  "image/", "audio/",   "video/", "application/",
                                         "message/", "font/", "model/", "x-",     "multipart/"};

    for (size_t i = 0; i < sizeof majors / sizeof majors[0]; i++)
        if (strncmp(type, majors[i], strlen(majors[i])) == 0)
            return 1;
    return 0;
}

static void take_boundary(tt_fields *f, tt_value v)
{
    size_t size = tt_value_plain(v, "boundary", (uint8_t *)f->boundary, TT_BOUNDARY_MAX);

    while (size > 0 && (f->boundary[size - 1] == ' ' || f->boundary[size - 1] == '\t'))
        size--;
    f->boundary[size] = 0;
    /* Parts that cannot be told apart, or what may once have been the type of some. */
    if (f->multipart ? size == 0 : size > 0 && !known_major(f->type))
        f->wrong = 1;
}

static void take_type(tt_fields *f, tt_value v)
{
    size_t size = 0;

    if (f->seen_type)
        return;
    f->seen_type = 1;
    for (size_t i = 0; i < v.size && v.text[i] != ';' && size < sizeof f->type - 1; i++) {
        uint8_t c = v.text[i];
        if (c > ' ' && c < 127)
            f->type[size++] = (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
    }
    f->type[size] = 0;
    f->multipart = strncmp(f->type, "multipart/", 10) == 0;
    take_boundary(f, v);
    size = f->rank < RANK_TYPE ? tt_value_name(v, "name", f->name, sizeof f->name) : 0;
    if (size > 0) {
        f->rank = RANK_TYPE;
        f->name_size = size;
    }
}

/* ---- The others ---------------------------------------------------------------------------- */

static void take_coding(tt_fields *f, tt_value v)
{
    /* uuencode and yEnc: the text has its own head, and is opened by that. */
    static const char *const none[] = {"7bit", "8bit", "binary", "7-bit", "8-bit", "x-uuencode",
                                       "x-uue", "uuencode", "x-yencode", "x-yenc"};
    size_t size = 0;

    if (f->seen_coding)
        return;
    f->seen_coding = 1;
    while (size < v.size && v.text[size] > ' ' && v.text[size] != ';' && v.text[size] != '(')
        size++;
    v.size = size;
    f->coding = TT_CODING_UNKNOWN;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        if (tt_value_is(v, none[i]))
            f->coding = TT_CODING_NONE;
    if (size == 0)
        f->coding = TT_CODING_NONE;
    else if (tt_value_is(v, "base64"))
        f->coding = TT_CODING_BASE64;
    else if (tt_value_is(v, "quoted-printable"))
        f->coding = TT_CODING_QUOTED;
}

static void take_disposition(tt_fields *f, tt_value v)
{
    uint8_t name[TT_NAME_MAX];
    size_t size = f->rank < RANK_DISPOSITION ? tt_value_name(v, "filename", name, sizeof name) : 0;

    if (size > 0) {
        memcpy(f->name, name, size);
        f->name_size = size;
        f->rank = RANK_DISPOSITION;
    }
}

static void take_location(tt_fields *f, tt_value v)
{
    if (f->rank >= RANK_LOCATION)
        return;
    for (size_t i = 0; i < v.size && f->name_size < sizeof f->name; i++)
        if (v.text[i] > ' ' && v.text[i] != 127) /* folded in the middle, as its writers do */
            f->name[f->name_size++] = v.text[i];
    f->rank = f->name_size > 0 ? RANK_LOCATION : 0;
}

/* The field is all there. */
static void take(tt_fields *f)
{
    tt_value v = {f->field, f->field_size};
    kind what = kind_of(f->field, f->field_size, &f->wrong);

    f->field_size = 0;
    if (hides_one(v))
        f->wrong = 1;
    if (what == OTHER)
        return;
    const uint8_t *colon = memchr(v.text, ':', v.size);
    v.size -= (size_t)(colon + 1 - v.text);
    v.text = colon + 1;
    for (; v.size > 0 && (v.text[0] == ' ' || v.text[0] == '\t'); v.size--)
        v.text++;
    if (what == TYPE)
        take_type(f, v);
    else if (what == CODING)
        take_coding(f, v);
    else if (what == DISPOSITION)
        take_disposition(f, v);
    else
        take_location(f, v);
}

void tt_fields_line(tt_fields *fields, const uint8_t *line, size_t size)
{
    tt_fields *f = fields;
    uint8_t nearly = 0;

    if (size > 0 && line[0] != ' ' && line[0] != '\t')
        take(f);
    if (size > sizeof f->field - f->field_size) {
        size = sizeof f->field - f->field_size;
        /* Only where it matters; other fields (lists of receivers) may have any length. */
        if (kind_of(f->field_size ? f->field : line, f->field_size ? f->field_size : size, &nearly))
            f->wrong = 1;
    }
    memcpy(f->field + f->field_size, line, size);
    f->field_size += size;
}

void tt_fields_end(tt_fields *fields)
{
    take(fields);
}
