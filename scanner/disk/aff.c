/* aff: see aff.h. The layout is that of AFFLIB 3, which names what it writes and has no other paper. */
#include "disk/aff.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define FILE_HEAD 8u
#define HEAD 16u
#define TAIL 8u
#define NAME_MAX_SIZE 64u        /* AFFLIB's own limit */
#define PAGES_MAX (1u << 21)     /* of 16 MiB, as it makes them, 32 TiB; 48 MiB to keep where they are */
#define SEGMENTS_MAX (3u * PAGES_MAX) /* each page may have its digests beside it; a few seconds to walk */
#define SEALED_NAME "/aes256"    /* behind the name of what is encrypted */

typedef struct segment {
    char name[NAME_MAX_SIZE + 1];
    uint32_t number; /* that is stored with it */
    uint64_t data;   /* where it begins */
    uint32_t size;   /* its bytes */
    uint64_t end;    /* of the segment */
} segment;

static uint32_t load32_be(const uint8_t *at)
{
    return __builtin_bswap32(tt_load32(at));
}

/* The segment at `at`; not *well: there is none that is in order. */
static tutela_status read_segment(tt_aff *aff, uint64_t at, segment *out, int *well,
                                  tt_trouble *trouble, tutela_error *error)
{
    uint8_t head[HEAD + NAME_MAX_SIZE], tail[TAIL];
    uint64_t left = aff->stream->size - at;
    uint32_t name_size;
    size_t got = 0;

    *well = 0;
    TT_TRY(tt_stream_read_at(aff->stream, at, head, left < sizeof head ? (size_t)left : sizeof head, &got,
                             trouble, error));
    if (trouble->status != TUTELA_ITEM_CLEAR || got < HEAD || memcmp(head, "AFF\0", 4) != 0)
        return TUTELA_OK;
    name_size = load32_be(head + 4);
    out->size = load32_be(head + 8);
    out->number = load32_be(head + 12);
    if (name_size > NAME_MAX_SIZE || got - HEAD < name_size)
        return TUTELA_OK;
    memcpy(out->name, head + HEAD, name_size);
    out->name[name_size] = 0;
    out->data = at + HEAD + name_size;
    out->end = out->data + out->size + TAIL;
    if (out->end > aff->stream->size)
        return TUTELA_OK;
    TT_TRY(tt_stream_read_at(aff->stream, out->end - TAIL, tail, sizeof tail, &got, trouble, error));
    *well = trouble->status == TUTELA_ITEM_CLEAR && got == TAIL && memcmp(tail, "ATT\0", 4) == 0
            && load32_be(tail + 4) == (uint32_t)(out->end - at);
    return TUTELA_OK;
}

/* Where from `at` on a segment may begin; the end: nowhere. */
static tutela_status hunt(tt_aff *aff, uint64_t *at, tt_trouble *trouble, tutela_error *error)
{
    uint64_t end = aff->stream->size;

    while (*at < end && trouble->status == TUTELA_ITEM_CLEAR) {
        size_t got = 0, some = end - *at < sizeof aff->scratch ? (size_t)(end - *at) : sizeof aff->scratch;
        const uint8_t *found;
        TT_TRY(tt_stream_read_at(aff->stream, *at, aff->scratch, some, &got, trouble, error));
        found = memmem(aff->scratch, got, "AFF\0", 4);
        if (found) {
            *at += (uint64_t)(found - aff->scratch);
            return TUTELA_OK;
        }
        *at = got < sizeof aff->scratch ? end : *at + got - 3;
    }
    return TUTELA_OK;
}

/* ---- What the segments say ----------------------------------------------------------------- */

/* "page7", or "seg7" as it once was, encrypted or not. 0: it is none. */
static int page_number(const char *name, uint64_t *number, int *sealed)
{
    size_t digits;

    if (strncmp(name, "page", 4) == 0)
        name += 4;
    else if (strncmp(name, "seg", 3) == 0)
        name += 3;
    else
        return 0;
    digits = strspn(name, "0123456789");
    *sealed = strcmp(name + digits, SEALED_NAME) == 0;
    if (digits == 0 || digits > 15 || (name[digits] != 0 && !*sealed))
        return 0;
    *number = strtoull(name, NULL, 10);
    return 1;
}

static tutela_status take_page(tt_aff *aff, const segment *s, uint64_t number, int sealed,
                               tt_trouble *trouble, tutela_error *error)
{
    if (aff->count == PAGES_MAX) {
        *trouble = (tt_trouble){TUTELA_ITEM_LIMIT, "more members than the limit"};
        return TUTELA_OK;
    }
    if (tt_grow((void **)&aff->pages, &aff->room, aff->count, sizeof *aff->pages) != 0)
        return tt_no_memory(error);
    if (aff->count > 0 && aff->pages[aff->count - 1].number >= number)
        aff->unordered = 1;
    aff->sealed |= sealed;
    aff->pages[aff->count++] = (tt_aff_page){
        .number = number, .at = s->data, .size = s->size,
        .flags = (s->number & ~TT_AFF_SEALED) | (sealed ? TT_AFF_SEALED : 0)};
    return TUTELA_OK;
}

/* A segment's data, which has at most `room` bytes; *got is 0 when it has more. */
static tutela_status read_data(tt_aff *aff, const segment *s, void *room, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    *got = 0;
    if (s->size > size)
        return TUTELA_OK;
    return tt_stream_read_at(aff->stream, s->data, room, s->size, got, trouble, error);
}

/* The digest of the disk by that name, if it is one: -1. */
static int algorithm_of(const segment *s)
{
    static const struct {
        const char *name;
        int algorithm;
    } names[] = {{"md5", TUTELA_MD5}, {"sha1", TUTELA_SHA1}, {"sha256", TUTELA_SHA256}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(s->name, names[i].name) == 0 && s->size == tt_digest_size(names[i].algorithm))
            return names[i].algorithm;
    return -1;
}

static tutela_status take_size(tt_aff *aff, const segment *s, tt_trouble *trouble, tutela_error *error)
{
    uint8_t bytes[8];
    size_t got;

    TT_TRY(read_data(aff, s, bytes, sizeof bytes, &got, trouble, error));
    if (got == sizeof bytes) {
        /* The lower half comes first. */
        aff->image_size = (uint64_t)load32_be(bytes + 4) << 32 | load32_be(bytes);
        aff->sized = 1;
    }
    return TUTELA_OK;
}

/* A whole file says "AFF", the parts of a split one and what describes a raw one something else. */
static tutela_status take_kind(tt_aff *aff, const segment *s, tt_trouble *trouble, tutela_error *error)
{
    char kind[4] = {0};
    size_t got;

    TT_TRY(read_data(aff, s, kind, sizeof kind, &got, trouble, error));
    if (trouble->status == TUTELA_ITEM_CLEAR)
        aff->elsewhere = s->size != 3 || memcmp(kind, "AFF", 3) != 0;
    return TUTELA_OK;
}

static tutela_status take(tt_aff *aff, const segment *s, tt_trouble *trouble, tutela_error *error)
{
    int algorithm = algorithm_of(s), sealed;
    uint64_t number;
    size_t got;

    if (page_number(s->name, &number, &sealed))
        return take_page(aff, s, number, sealed, trouble, error);
    if (strcmp(s->name, "pagesize") == 0 || strcmp(s->name, "segsize") == 0)
        aff->page_size = s->number;
    else if (strcmp(s->name, "pagesize" SEALED_NAME) == 0 || strcmp(s->name, "imagesize" SEALED_NAME) == 0)
        aff->sealed = 1;
    else if (strcmp(s->name, "imagesize") == 0)
        return take_size(aff, s, trouble, error);
    else if (strcmp(s->name, "aff_file_type") == 0)
        return take_kind(aff, s, trouble, error);
    else if (strcmp(s->name, "badflag") == 0)
        return read_data(aff, s, aff->flag, sizeof aff->flag, &aff->flag_size, trouble, error);
    if (algorithm >= 0) {
        TT_TRY(read_data(aff, s, aff->stored.value[algorithm], s->size, &got, trouble, error));
        aff->stored.mask |= TUTELA_BIT(algorithm);
    }
    return TUTELA_OK;
}

/* ---- The whole ----------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    const tt_aff_page *p = a, *q = b;

    if (p->number != q->number)
        return p->number < q->number ? -1 : 1;
    return p->at < q->at ? -1 : p->at > q->at;
}

static void put_in_order(tt_aff *aff)
{
    size_t kept = 0;

    if (!aff->unordered)
        return;
    qsort(aff->pages, aff->count, sizeof *aff->pages, by_number);
    for (size_t i = 0; i < aff->count; i++) {
        if (kept > 0 && aff->pages[kept - 1].number == aff->pages[i].number)
            aff->twice = 1;
        else
            aff->pages[kept++] = aff->pages[i];
    }
    aff->count = kept;
}

/* May it follow what was seen? What lies in a page that is damaged may look like segments too. */
static int may_follow(const tt_aff *aff, const segment *s)
{
    uint64_t number;
    int sealed;

    return page_number(s->name, &number, &sealed)
           && (aff->count == 0 || number > aff->pages[aff->count - 1].number);
}

tutela_status tt_aff_read(tt_aff *aff, tt_stream *stream, tt_trouble *trouble, tutela_error *error)
{
    uint64_t at = FILE_HEAD;
    int lost = 0, well;

    aff->stream = stream;
    for (unsigned seen = 0; at < stream->size; seen++) {
        segment s;
        if (seen == SEGMENTS_MAX)
            *trouble = (tt_trouble){TUTELA_ITEM_LIMIT, "more members than the limit"};
        else
            TT_TRY(read_segment(aff, at, &s, &well, trouble, error));
        if (trouble->status == TUTELA_ITEM_CLEAR && well && (!lost || may_follow(aff, &s))) {
            lost = 0;
            at = s.end;
            TT_TRY(take(aff, &s, trouble, error));
        } else if (trouble->status == TUTELA_ITEM_CLEAR) {
            aff->cut = lost = 1;
            at++;
            TT_TRY(hunt(aff, &at, trouble, error));
        }
        if (trouble->status != TUTELA_ITEM_CLEAR)
            return TUTELA_OK;
    }
    aff->cut |= stream->size < FILE_HEAD;
    put_in_order(aff);
    return TUTELA_OK;
}

const tt_aff_page *tt_aff_page_of(const tt_aff *aff, uint64_t number)
{
    size_t low = 0, high = aff->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (aff->pages[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < aff->count && aff->pages[low].number == number ? &aff->pages[low] : NULL;
}

void tt_aff_done(tt_aff *aff)
{
    tt_free(aff->pages);
}
