/*
 * vics: Project VIC / CAID lists in JSON, versions 1.1 to 2.0.
 *
 *     { "@odata.context": ".../2.0.xml/US/$metadata#Media",
 *       "value": [ {media}, ... ]                     a list
 *       "value": [ {"CaseID":..., "Media": [ {media}, ... ]} ] }       a case
 *
 * What is behind an "@odata.nextLink" is not in the file, and counted.
 *
 * Which of the two it is shows in the structure: exporters write the label #Media over both. Of a
 * medium only the fields below are looked at; thumbnails, texts and paths pass by unheld. Of a key
 * given twice the last one counts. Types are loose in the wild: numbers may be quoted, anything may
 * be null. Source: what exporters write, and what IPED (sepinf-inc/IPED, HashDBTool.java) and
 * X-Ways-Clees4All (askclees, VICS.h) read.
 */
#include "hashsets/import/formats.h"
#include "hashsets/import/vics_medium.h"

#include <string.h>

#define SCHEME "vics"
/* A context is a URL of about 90 bytes, its region "US", "Default", "CUSTOM" or the like. */
#define CONTEXT_MAX 512u
#define REGION_MAX 16u

/* What an open map or array is. */
typedef enum place {
    AT_TOP, /* outside of everything */
    IN_ROOT,
    IN_VALUES, /* "value": media or cases */
    IN_ELEMENT,
    IN_MEDIA, /* "Media" of a case or of the root */
    IN_MEDIUM,
    IN_OTHERS, /* "AlternativeHashes" */
    IN_OTHER,
    PLACES_MAX = 10 /* deeper than any path through the places above */
} place;

typedef struct reader {
    const tt_row_sink *sink;
    uint64_t records;
    uint64_t ignored; /* open maps and arrays inside something not looked at */
    place places[PLACES_MAX];
    size_t depth; /* places[depth] is the innermost */
    place next;   /* what an array after this key would be; AT_TOP: one to ignore */
    tt_vics_field *target; /* where a scalar after this key goes, or NULL */
    int is_context;
    int is_next;  /* the scalar after this key is the address of what follows the file */
    int harmless; /* every medium so far is marked as NIST's CAID marks all of its own */
    int found; /* a "value" or "Media" array was seen */
    int has_media; /* a "Media" array was seen since the present element of "value" began */
    tt_vics_medium media[2]; /* an element of "value", and one inside its "Media" */
    tt_vics_medium *medium;  /* the innermost */
    tt_vics_field other_name, other_value;
    char scheme[sizeof SCHEME + 1 + REGION_MAX];
} reader;

int tt_vics_bid(const uint8_t *head, size_t size)
{
    size_t at = 0;

    while (at < size && memchr(" \t\r\n", head[at], 4))
        at++;
    if (at == size || head[at] != '{')
        return 0;
    if (memmem(head, size, "\"odata.metadata\"", 16)
        || memmem(head, size, "\"@odata.context\"", 16))
        return 95;
    return memmem(head, size, "\"value\"", 7) || memmem(head, size, "\"Media\"", 7) ? 80 : 0;
}

static inline int is(const char *text, size_t size, const char *word)
{
    return strlen(word) == size && memcmp(text, word, size) == 0;
}

/* What the next value is to be: a field's, an array at a place, or nothing that matters. */
static void expect(reader *vics, tt_vics_field *target, place next)
{
    vics->target = target;
    vics->next = next;
}

/*
 * The region of ".../2.0.xml/US/$metadata#Media" into the scheme; "Default" is no region. The
 * context stands first in every export known; media in front of it keep the plain scheme.
 */
static void take_context(reader *vics, const char *text, size_t size)
{
    const char *mark = memmem(text, size, ".xml/", 5);
    char region[REGION_MAX + 1] = "";
    size_t used = 0;

    if (!mark)
        return;
    for (const char *at = mark + 5; at < text + size && *at != '/'; at++) {
        char low = (char)(*at | 0x20);
        if (used == REGION_MAX || low < 'a' || low > 'z')
            return;
        region[used++] = low;
    }
    if (used == 0 || is(region, used, "default"))
        return;
    memcpy(vics->scheme, SCHEME "-", sizeof SCHEME);
    memcpy(vics->scheme + sizeof SCHEME, region, used + 1);
}

/* A value that is no container. */
static void take_scalar(reader *vics, tt_json_kind kind, const char *text, size_t size)
{
    place here = vics->places[vics->depth];

    if (vics->is_context && kind == TT_JSON_STRING && size <= CONTEXT_MAX)
        take_context(vics, text, size);
    if (vics->is_next && kind == TT_JSON_STRING && size > 0)
        tt_sink_count(vics->sink, "next page of the list, which is not in this file");
    if (vics->target)
        tt_vics_store(vics->target, kind, text, size);
    if (here == IN_VALUES || here == IN_MEDIA)
        vics->sink->reject(vics->sink->user, ++vics->records, TUTELA_REJECT_SYNTAX);
    if (here == IN_OTHERS || vics->next == IN_OTHERS)
        vics->medium->other_wrong = kind != TT_JSON_NULL;
    expect(vics, NULL, AT_TOP);
}

/* A map or array that is none of the places: step over it. */
static void ignore(reader *vics, place here)
{
    if (vics->target)
        vics->target->state = TT_VICS_WRONG;
    if (here == IN_VALUES || here == IN_MEDIA)
        vics->sink->reject(vics->sink->user, ++vics->records, TUTELA_REJECT_SYNTAX);
    if (here == IN_OTHERS || vics->next == IN_OTHERS)
        vics->medium->other_wrong = 1;
    vics->ignored = 1;
    expect(vics, NULL, AT_TOP);
}

/* What a map or array that begins now is; AT_TOP: none of the places. */
static place place_of(const reader *vics, tt_json_kind kind)
{
    int map = kind == TT_JSON_MAP;

    switch (vics->places[vics->depth]) {
    case AT_TOP:
        return map ? IN_ROOT : AT_TOP;
    case IN_VALUES:
        return map ? IN_ELEMENT : AT_TOP;
    case IN_MEDIA:
        return map ? IN_MEDIUM : AT_TOP;
    case IN_OTHERS:
        return map ? IN_OTHER : AT_TOP;
    default:
        return map ? AT_TOP : vics->next;
    }
}

static void enter(reader *vics, tt_json_kind kind)
{
    place to = vics->ignored ? AT_TOP : place_of(vics, kind);

    if (vics->ignored) {
        vics->ignored++;
        return;
    }
    if (to == AT_TOP) {
        ignore(vics, vics->places[vics->depth]);
        return;
    }
    vics->places[++vics->depth] = to;
    vics->found |= to == IN_VALUES || to == IN_MEDIA;
    vics->has_media |= to == IN_MEDIA;
    if (to == IN_ELEMENT || to == IN_MEDIUM) {
        vics->medium = &vics->media[to == IN_MEDIUM];
        vics->has_media &= to == IN_MEDIUM;
        tt_vics_forget(vics->medium);
    } else if (to == IN_OTHERS) {
        tt_vics_forget_others(vics->medium);
    } else if (to == IN_OTHER) {
        vics->other_name.state = vics->other_value.state = TT_VICS_NONE;
    }
    expect(vics, NULL, AT_TOP);
}

static tutela_status end_medium(reader *vics, tutela_error *error)
{
    vics->harmless &= tt_vics_like_caid(vics->medium);
    return tt_vics_end(vics->medium, ++vics->records, vics->scheme, vics->sink, error);
}

/* An element of "value": a medium, or a case that is nothing but its media. */
static tutela_status end_element(reader *vics, tutela_error *error)
{
    if (!tt_vics_only_case(vics->medium))
        return end_medium(vics, error);
    if (!vics->has_media)
        tt_sink_count(vics->sink, "case without media");
    return TUTELA_OK;
}

static tutela_status leave(reader *vics, tutela_error *error)
{
    if (vics->ignored) {
        vics->ignored--;
        return TUTELA_OK;
    }
    switch (vics->places[vics->depth--]) {
    case IN_ELEMENT:
        return end_element(vics, error);
    case IN_MEDIUM:
        return end_medium(vics, error);
    case IN_MEDIA:
        vics->medium = &vics->media[0];
        return TUTELA_OK;
    case IN_OTHER:
        tt_vics_other(vics->medium, &vics->other_name, &vics->other_value);
        return TUTELA_OK;
    default:
        return TUTELA_OK;
    }
}

/* A key of a medium, or of a case, which may hold the same. */
static void take_medium_key(reader *vics, const char *key, size_t size)
{
    if (is(key, size, "AlternativeHashes"))
        expect(vics, NULL, IN_OTHERS);
    else
        expect(vics, tt_vics_field_of(vics->medium, key, size), AT_TOP);
}

static void take_root_key(reader *vics, const char *key, size_t size)
{
    vics->is_context = is(key, size, "@odata.context") || is(key, size, "odata.metadata");
    vics->is_next = is(key, size, "@odata.nextLink") || is(key, size, "odata.nextLink");
    if (is(key, size, "value"))
        expect(vics, NULL, IN_VALUES);
    else if (is(key, size, "Media"))
        expect(vics, NULL, IN_MEDIA);
}

static void take_key(reader *vics, const char *key, size_t size)
{
    expect(vics, NULL, AT_TOP);
    vics->is_context = vics->is_next = 0;
    switch (vics->places[vics->depth]) {
    case IN_ROOT:
        take_root_key(vics, key, size);
        break;
    case IN_ELEMENT:
        take_medium_key(vics, key, size);
        if (is(key, size, "Media"))
            expect(vics, NULL, IN_MEDIA);
        vics->medium->is_case |= is(key, size, "Media") || is(key, size, "CaseID");
        break;
    case IN_MEDIUM:
        take_medium_key(vics, key, size);
        break;
    case IN_OTHER:
        if (is(key, size, "HashName"))
            expect(vics, &vics->other_name, AT_TOP);
        else if (is(key, size, "HashValue"))
            expect(vics, &vics->other_value, AT_TOP);
        break;
    default:
        break;
    }
}

static tutela_status take(void *user, tt_json_kind kind, const char *text, size_t size,
                          tutela_error *error)
{
    reader *vics = user;

    switch (kind) {
    case TT_JSON_MAP:
    case TT_JSON_ARRAY:
        enter(vics, kind);
        return TUTELA_OK;
    case TT_JSON_MAP_END:
    case TT_JSON_ARRAY_END:
        return leave(vics, error);
    case TT_JSON_KEY:
        if (!vics->ignored)
            take_key(vics, text, size);
        return TUTELA_OK;
    default:
        if (!vics->ignored)
            take_scalar(vics, kind, text, size);
        return TUTELA_OK;
    }
}

tutela_status tt_vics_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    reader vics = {.sink = sink, .scheme = SCHEME, .harmless = 1};

    vics.medium = &vics.media[0];
    TT_TRY(tt_json_read(input, take, &vics, error));
    /* Nothing else tells a list of harmless files from any other: it can only be a hint. */
    if (vics.harmless && vics.records > 0)
        tt_sink_count(sink, "list marked throughout as NIST's of harmless files is");
    if (vics.found)
        return TUTELA_OK;
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: JSON without a list of media",
                  tt_input_name(input));
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "a VICS file holds an array \"value\" of media, or of cases with \"Media\"");
}
