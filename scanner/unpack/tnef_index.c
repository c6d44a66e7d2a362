/*
 * tnef_index: the attributes of a winmail.dat ([MS-OXTNEF] 2.1).
 *
 * Each has a level, an id, a length, its bytes and their sum. An id that is not known is damage, since
 * their list is closed; what it holds is a member without a name all the same.
 */
#include "unpack/tnef_index.h"

#include "base/cursor.h"
#include "base/mem.h"
#include "unpack/tnef_names.h"

#include <string.h>

#define FILE_HEADER 6u /* the sign, and a key */
#define HEADER 9u      /* an attribute's level, id, length */
#define SUM 2u
/* Members of one file: far more than any mail has; 40 bytes of memory each. */
#define PARTS_MAX 1000000u
/* Bytes of all names. */
#define NAMES_MAX ((size_t)16 << 20)
/* Bytes of a name that is looked at: TT_NAME_MAX in UTF-16, and more. */
#define NAME_LOOKED_AT 16384u

enum { MESSAGE = 1, ATTACHMENT = 2 };

#define RENDERING 0x00069002u
#define DATA 0x0006800fu
#define TITLE 0x00018010u
#define TRANSPORT_NAME 0x00069001u
#define METAFILE 0x00068011u
#define ATTACHMENT_PROPERTIES 0x00069005u
#define MESSAGE_PROPERTIES 0x00069003u
#define BODY 0x0002800cu

/* Attributes that hold no file: their level, and the most bytes they have. */
typedef struct plain_row {
    uint32_t id;
    uint8_t level;
    uint32_t most;
} plain_row;

static const plain_row plain[] = {
    {0x00089006, MESSAGE, 4},          /* version */
    {0x00069007, MESSAGE, 8},          /* code page */
    {0x00078008, MESSAGE, 1024},       /* class */
    {0x0004800d, MESSAGE, 2},          /* priority */
    {0x00008000, MESSAGE, 65536},      /* from */
    {0x00018004, MESSAGE, 65536},      /* subject */
    {0x00038005, MESSAGE, 14},         /* sent */
    {0x00038006, MESSAGE, 14},         /* received */
    {0x00068007, MESSAGE, 1},          /* status */
    {0x00018009, MESSAGE, 1024},       /* its id */
    {0x0001800a, MESSAGE, 1024},       /* its parent's */
    {0x0001800b, MESSAGE, 1024},       /* its conversation's */
    {0x00038020, MESSAGE, 14},         /* modified */
    {0x00069004, MESSAGE, UINT32_MAX}, /* recipients */
    {0x00070600, MESSAGE, 1024},       /* former class */
    {0x00070006, MESSAGE, 1024},       /* the same, as some write it */
    {0x00060000, MESSAGE, 65536},      /* owner */
    {0x00060001, MESSAGE, 65536},      /* sent for */
    {0x00060002, MESSAGE, 65536},      /* delegate */
    {0x00030006, MESSAGE, 14},         /* start */
    {0x00030007, MESSAGE, 14},         /* end */
    {0x00050008, MESSAGE, 4},          /* owner's appointment */
    {0x00040009, MESSAGE, 2},          /* a response is asked for */
    {RENDERING, ATTACHMENT, 14},
    {0x00038012, ATTACHMENT, 14},      /* created */
    {0x00038013, ATTACHMENT, 14},      /* modified */
};

/* ---- Bytes --------------------------------------------------------------------------------- */

void tt_tnef_note(tt_tnef_index *index, tutela_item_status status, const char *reason)
{
    if (index->trouble.status == TUTELA_ITEM_CLEAR)
        index->trouble = (tt_trouble){status, reason};
}

const uint8_t *tt_tnef_look(tt_tnef_index *index, uint64_t offset, size_t size)
{
    size_t got = 0;

    if (index->failed != TUTELA_OK || index->source.status != TUTELA_ITEM_CLEAR)
        return NULL;
    if (offset >= index->window_at && offset + size <= index->window_at + index->window_size)
        return index->window + (offset - index->window_at);
    index->failed = tt_stream_read_at(index->stream, offset, index->window, sizeof index->window,
                                      &got, &index->source, index->error);
    index->window_at = offset;
    index->window_size = got;
    if (index->failed == TUTELA_OK && got >= size)
        return index->window;
    if (index->source.status != TUTELA_ITEM_CLEAR)
        tt_tnef_note(index, index->source.status, index->source.reason);
    else
        tt_tnef_note(index, TUTELA_ITEM_MALFORMED, "cut off");
    return NULL;
}

/* The sum of the bytes' values, in 16 bits. */
static int sum_of(tt_tnef_index *index, uint64_t offset, uint64_t size, uint16_t *out)
{
    unsigned sum = 0;

    while (size > 0) {
        size_t some = size < TT_TNEF_WINDOW ? (size_t)size : TT_TNEF_WINDOW;
        const uint8_t *at = tt_tnef_look(index, offset, some);
        if (!at)
            return 0;
        for (size_t i = 0; i < some; i++)
            sum += at[i];
        sum &= 0xffff;
        offset += some;
        size -= some;
    }
    *out = (uint16_t)sum;
    return 1;
}

/* Nothing but zeros and ends of lines: what a mail's way may have added. */
static int is_padding(tt_tnef_index *index, uint64_t offset)
{
    uint64_t end = index->stream->size;

    while (offset < end) {
        size_t some = end - offset < TT_TNEF_WINDOW ? (size_t)(end - offset) : TT_TNEF_WINDOW;
        const uint8_t *at = tt_tnef_look(index, offset, some);
        for (size_t i = 0; at && i < some; i++)
            if (at[i] != 0 && at[i] != '\r' && at[i] != '\n')
                return 0;
        if (!at)
            return 0;
        offset += some;
    }
    return 1;
}

/* ---- What is kept -------------------------------------------------------------------------- */

void tt_tnef_add(tt_tnef_index *index, const tt_tnef_part *part)
{
    if (index->failed != TUTELA_OK || (part->size == 0 && !part->named))
        return;
    if (index->count == PARTS_MAX) {
        tt_tnef_note(index, TUTELA_ITEM_LIMIT, "more members than the limit");
        return;
    }
    if (tt_grow((void **)&index->parts, &index->room, index->count, sizeof *index->parts) < 0)
        index->failed = tt_no_memory(index->error);
    else
        index->parts[index->count++] = *part;
}

/* An attachment more. */
static void add_group(tt_tnef_index *index)
{
    if (index->failed != TUTELA_OK || index->group_count > PARTS_MAX)
        return;
    if (tt_grow((void **)&index->groups, &index->group_room, index->group_count,
                sizeof *index->groups) < 0)
        index->failed = tt_no_memory(index->error);
    else
        index->groups[index->group_count++] = (tt_tnef_group){0, 0, 0};
}

void tt_tnef_name(tt_tnef_index *index, uint32_t group, unsigned rank, uint64_t offset,
                  uint64_t size, int wide)
{
    size_t some = size < NAME_LOOKED_AT ? (size_t)size : NAME_LOOKED_AT, at = index->names.size;
    const uint8_t *text;

    if (group == 0 || index->groups[group].rank >= rank)
        return;
    text = tt_tnef_look(index, offset, some);
    if (!text)
        return;
    if (wide)
        tt_name_utf16(&index->names, text, some);
    else
        tt_name_bytes(&index->names, text, some);
    if (index->names.failed && index->names.size + some <= NAMES_MAX)
        index->failed = tt_no_memory(index->error);
    else if (index->names.failed)
        tt_tnef_note(index, TUTELA_ITEM_LIMIT, "more members than the limit");
    else if (index->names.size > at)
        index->groups[group] = (tt_tnef_group){at, index->names.size - at, rank};
}

/* ---- Attributes ---------------------------------------------------------------------------- */

typedef struct attribute {
    uint8_t level;
    uint32_t id;
    uint64_t offset, size;
    const char *fault;
} attribute;

static int is_plain(const attribute *a)
{
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (plain[i].id == a->id)
            return plain[i].level == a->level && a->size <= plain[i].most;
    return 0;
}

/* A text with one NUL, at its end. */
static int is_text(tt_tnef_index *index, const attribute *a)
{
    size_t size = (size_t)a->size;
    const uint8_t *text = a->size > 0 && a->size < NAME_LOOKED_AT
                              ? tt_tnef_look(index, a->offset, size) : NULL;

    return text && memchr(text, 0, size) == text + size - 1;
}

static void add_bytes(tt_tnef_index *index, const attribute *a, uint32_t group, int named)
{
    tt_tnef_part part = {.offset = a->offset, .size = a->size, .group = group,
                         .named = (uint8_t)named, .fault = a->fault};

    tt_tnef_add(index, &part);
}

static void add_body(tt_tnef_index *index, const attribute *a)
{
    attribute text = *a;
    const uint8_t *last = a->size > 0 ? tt_tnef_look(index, a->offset + a->size - 1, 1) : NULL;

    if (last && *last == 0)
        text.size--;
    add_bytes(index, &text, 0, 0);
}

static void take_other(tt_tnef_index *index, const attribute *a)
{
    if (is_plain(a))
        return;
    tt_tnef_note(index, TUTELA_ITEM_MALFORMED, "a header that is not in order");
    add_bytes(index, a, 0, 0);
}

static void take_attachment(tt_tnef_index *index, const attribute *a)
{
    uint32_t group;

    if (a->id == RENDERING || index->group_count < 2)
        add_group(index);
    if (index->failed != TUTELA_OK)
        return;
    group = (uint32_t)index->group_count - 1;
    if (a->id == DATA)
        add_bytes(index, a, group, 1);
    else if (a->id == METAFILE)
        add_bytes(index, a, group, 0);
    else if (a->id == TITLE && is_text(index, a))
        tt_tnef_name(index, group, 3, a->offset, a->size, 0);
    else if (a->id == TRANSPORT_NAME && is_text(index, a))
        tt_tnef_name(index, group, 1, a->offset, a->size, 0);
    else if (a->id == ATTACHMENT_PROPERTIES)
        tt_tnef_properties(index, group, a->offset, a->size, a->fault);
    else
        take_other(index, a);
}

static void take(tt_tnef_index *index, const attribute *a)
{
    if (a->level == ATTACHMENT)
        take_attachment(index, a);
    else if (a->id == MESSAGE_PROPERTIES)
        tt_tnef_properties(index, 0, a->offset, a->size, a->fault);
    else if (a->id == BODY)
        add_body(index, a);
    else
        take_other(index, a);
}

/* The attribute at `offset`. 0 when nothing more is to be seen behind it. */
static int read_attribute(tt_tnef_index *index, uint64_t offset, attribute *a)
{
    uint64_t left = index->stream->size - offset;
    uint16_t sum = 0;
    const uint8_t *at;

    at = tt_tnef_look(index, offset, left < HEADER ? (size_t)left : HEADER);
    if (!at)
        return 0;
    if (*at != MESSAGE && *at != ATTACHMENT) {
        if (!is_padding(index, offset))
            tt_tnef_note(index, TUTELA_ITEM_MALFORMED, "a header that is not in order");
        return 0;
    }
    if (left < HEADER + SUM) {
        tt_tnef_note(index, TUTELA_ITEM_MALFORMED, "cut off");
        return 0;
    }
    *a = (attribute){.level = *at, .id = tt_load32(at + 1), .offset = offset + HEADER,
                     .size = tt_load32(at + 5)};
    if (a->size > left - HEADER - SUM) {
        a->size = left - HEADER;
        a->fault = "cut off";
    } else if (!sum_of(index, a->offset, a->size, &sum)
               || !(at = tt_tnef_look(index, a->offset + a->size, SUM))) {
        return 0;
    } else if (sum != tt_load16(at)) {
        a->fault = "its checksum does not fit";
    }
    if (a->fault)
        tt_tnef_note(index, TUTELA_ITEM_MALFORMED, a->fault);
    return 1;
}

tutela_status tt_tnef_index_read(tt_tnef_index *index, tt_stream *stream, tutela_error *error)
{
    uint64_t offset = FILE_HEADER;
    attribute a;

    index->stream = stream;
    index->error = error;
    index->trouble = index->source = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    tt_buf_init(&index->names, NAMES_MAX);
    add_group(index);
    if (stream->size < FILE_HEADER)
        tt_tnef_note(index, TUTELA_ITEM_MALFORMED, "cut off");
    while (offset < stream->size && index->failed == TUTELA_OK
           && read_attribute(index, offset, &a)) {
        take(index, &a);
        offset = a.offset + a.size + SUM;
    }
    return index->failed;
}

void tt_tnef_index_done(tt_tnef_index *index)
{
    tt_free(index->parts);
    tt_free(index->groups);
    tt_buf_done(&index->names);
}
