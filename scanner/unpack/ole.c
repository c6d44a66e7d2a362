/*
 * ole: OLE2 compound files: Word, Excel and PowerPoint up to 2003, Outlook's .msg, Thumbs.db, .msi.
 *
 * Each stream of each storage is a member, under its path. An own reader rather than libgsf's, which
 * passes over what is damaged without a word, prints what it reads, and ends the process when there is
 * no memory.
 *
 * A document that is encrypted says so in one of its streams: those are still delivered, as they are,
 * and the file as a whole is `encrypted`, since what it holds was not seen. One whose whole package is in a
 * stream (.docx and its like) is opened when a password fits: what was in that is then one more member.
 */
#include "unpack/office_info.h"
#include "unpack/office_locked.h"
#include "unpack/ole_map.h"
#include "unpack/reader.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/* Storages in storages; of a path that is deeper the upper part is left out. Office takes some three. */
#define DEPTH_MAX 64u
/* Of a stream's front, to see whether it is encrypted. */
#define PEEK 64u
/* Bytes of UTF-8 that a name may take: three for each of its characters, or "[31]". */
#define NAME_ROOM (TT_OLE_NAME_SIZE / 2 * 4)

/* A stream of it, to be read on. */
typedef struct package_stream {
    tt_stream stream;
    const tt_ole_map *map;
    tt_ole_place place;
} package_stream;

typedef struct ole_reader {
    tt_reader reader;
    tt_ole_map map;
    uint32_t next; /* entry */
    int locked;    /* the document is encrypted */
    tt_trouble lock; /* how it stays so */
    uint32_t info, package; /* entries of an encrypted package; 0: none */
    tt_office *office;      /* that, when a password fits: the last member */
    package_stream source;
    tt_ole_place place;
    tt_part_stream part; /* the current stream's bytes, when they lie in one piece */
    size_t last;   /* where the last part of the name begins */
    size_t name_size;
    uint8_t name[TT_NAME_MAX];
} ole_reader;

/* ---- Names --------------------------------------------------------------------------------- */

static size_t put_utf8(uint32_t code, uint8_t *out)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xc0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 63));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xe0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 63));
        out[2] = (uint8_t)(0x80 | (code & 63));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 63));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 63));
    out[3] = (uint8_t)(0x80 | (code & 63));
    return 4;
}

/* The character at *at, which is moved on; halves of pairs that stand alone are U+FFFD. */
static uint32_t take_utf16(const uint8_t *raw, size_t size, size_t *at)
{
    uint32_t code = tt_load16(raw + *at), low;

    *at += 2;
    if (code < 0xd800 || code > 0xdfff)
        return code;
    if (code > 0xdbff || *at + 2 > size)
        return 0xfffd;
    low = tt_load16(raw + *at);
    if (low < 0xdc00 || low > 0xdfff)
        return 0xfffd;
    *at += 2;
    return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

/*
 * A stored name as UTF-8, in at most NAME_ROOM bytes. Office marks some by a first character below a
 * space: it is shown as 7-Zip does, "[1]Ole10Native".
 */
static size_t decode(const uint8_t *raw, size_t size, uint8_t *out)
{
    size_t done = 0;

    for (size_t at = 0; at + 2 <= size;) {
        uint32_t code = take_utf16(raw, size, &at);
        if (code == 0)
            break;
        if (code < ' ')
            done += (size_t)snprintf((char *)out + done, 5, "[%u]", code);
        else
            done += put_utf8(code == '/' ? '_' : code, out + done);
    }
    return done;
}

/* The path of an entry: its storages' names and its own. */
static tutela_status find_name(ole_reader *r, uint32_t entry, tutela_error *error)
{
    uint32_t path[DEPTH_MAX], depth = 0;
    uint8_t raw[TT_OLE_NAME_SIZE], part[NAME_ROOM + 1];
    size_t size;

    for (uint32_t at = entry; at != 0 && depth < DEPTH_MAX; at = r->map.entries[at].parent)
        path[depth++] = at;
    r->name_size = r->last = 0;
    while (depth > 0) {
        TT_TRY(tt_ole_map_name(&r->map, path[--depth], raw, &size, error));
        size = decode(raw, size, part);
        if (r->name_size + 1 + size > sizeof r->name)
            break;
        if (r->name_size > 0)
            r->name[r->name_size++] = '/';
        r->last = r->name_size;
        memcpy(r->name + r->name_size, part, size);
        r->name_size += size;
    }
    return TUTELA_OK;
}

static int is_named(const ole_reader *r, const char *name)
{
    size_t size = strlen(name);

    return r->name_size - r->last == size && memcmp(r->name + r->last, name, size) == 0;
}

/* ---- Encryption ---------------------------------------------------------------------------- */

/* [MS-DOC] 2.5.1: the flag of an encrypted or obfuscated document. */
static int locked_word(const uint8_t *head, size_t size)
{
    return size >= 12 && (tt_load16(head) == 0xa5ec || tt_load16(head) == 0xa5dc) && head[11] & 1;
}

/* [MS-XLS] 2.1.7.20.1: a record of the password, after the first one and that of write protection. */
static int locked_excel(const uint8_t *head, size_t size)
{
    tt_cursor c = tt_cursor_over(head, size);

    for (int i = 0; i < 3; i++) {
        unsigned type = tt_cursor_u16(&c), length = tt_cursor_u16(&c);
        if (type == 0x002f && !c.failed)
            return 1;
        if ((i == 0 && type != 0x0809) || (i > 0 && type != 0x0086))
            return 0;
        tt_cursor_skip(&c, length);
    }
    return 0;
}

/* [MS-PPT] 2.3.2: a token that tells encrypted documents from others. */
static int locked_powerpoint(const uint8_t *head, size_t size)
{
    return size >= 16 && tt_load16(head + 2) == 0x0ff6 && tt_load32(head + 12) == 0xf3d1c4df;
}

/* Does the stream whose name was just found say that the document is encrypted? */
static tutela_status look_for_lock(ole_reader *r, uint32_t entry, tutela_error *error)
{
    tt_ole_place place = tt_ole_place_of(&r->map, entry);
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    uint8_t head[PEEK];
    size_t size;
    int (*locked)(const uint8_t *, size_t) = NULL;

    if (is_named(r, "WordDocument"))
        locked = locked_word;
    else if (is_named(r, "Workbook") || is_named(r, "Book"))
        locked = locked_excel;
    else if (is_named(r, "Current User"))
        locked = locked_powerpoint;
    else if (r->last == 0 && is_named(r, "EncryptedPackage")) /* [MS-OFFCRYPTO]: an encrypted .docx */
        r->package = entry;
    else if (r->last == 0 && is_named(r, "EncryptionInfo"))
        r->info = entry;
    if (!locked)
        return TUTELA_OK;
    TT_TRY(tt_ole_map_read_on(&r->map, &place, head, sizeof head, &size, &trouble, error));
    r->locked |= locked(head, size);
    return TUTELA_OK;
}

static tutela_status package_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                                  tt_trouble *trouble, tutela_error *error)
{
    package_stream *p = (package_stream *)stream;

    return tt_ole_map_read_on(p->map, &p->place, buffer, size, got, trouble, error);
}

static package_stream stream_of(const ole_reader *r, uint32_t entry)
{
    static const tt_stream_ops ops = {package_read, NULL};

    return (package_stream){{.ops = &ops}, &r->map, tt_ole_place_of(&r->map, entry)};
}

/* All streams were seen. If one is an encrypted package, try the passwords on it. */
static tutela_status unlock(ole_reader *r, tutela_error *error)
{
    package_stream info;
    TT_AUTO_FREE uint8_t *bytes = NULL;
    uint32_t package = r->package;
    tt_trouble trouble;
    size_t size;

    r->package = 0;
    r->locked |= package > 0 || r->info > 0; /* one without the other is damaged */
    if (package == 0 || r->info == 0 || !r->map.stream->secrets)
        return TUTELA_OK;
    bytes = tt_alloc_raw(TT_OFFICE_INFO_MAX, 1);
    if (!bytes)
        return tt_no_memory(error);
    info = stream_of(r, r->info);
    TT_TRY(tt_stream_read(&info.stream, bytes, TT_OFFICE_INFO_MAX, &size, &trouble, error));
    if (trouble.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    TT_TRY(tt_office_unlock(&r->office, bytes, size, r->map.stream->secrets, &r->lock, error));
    r->source = stream_of(r, package);
    r->locked = !r->office;
    return TUTELA_OK;
}

/* ---- The reader ---------------------------------------------------------------------------- */

static void shut(tt_reader *reader)
{
    ole_reader *r = (ole_reader *)reader;

    if (!r)
        return;
    tt_office_free(r->office);
    tt_ole_map_done(&r->map);
    tt_free(r);
}

extern const tt_format tt_format_ole2;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    ole_reader *r = tt_alloc(1, sizeof *r);
    tutela_status status;
    int is = 0;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_ole2;
    r->next = 1;
    r->lock = (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
    status = tt_ole_map_read(&r->map, stream, &is, error);
    if (status != TUTELA_OK || !is)
        shut(&r->reader);
    else
        *out = &r->reader;
    return status;
}

/* After the last stream: what was encrypted, and then the end. */
static tutela_status next_after(ole_reader *r, tt_member *out, int *more, tt_trouble *trouble,
                                tutela_error *error)
{
    int had = r->office != NULL;

    tt_office_free(r->office);
    r->office = NULL;
    if (!had)
        TT_TRY(unlock(r, error));
    if (r->office) {
        *more = 1;
        out->name_size = 0; /* its streams have names, and this is none of them */
        out->size = TT_SIZE_UNKNOWN;
        out->modified = INT64_MIN;
        return TUTELA_OK;
    }
    *trouble = r->map.trouble;
    if (r->map.trouble.status == TUTELA_ITEM_CLEAR && r->locked)
        *trouble = r->lock;
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    ole_reader *r = (ole_reader *)reader;
    uint64_t offset;

    while (r->next < r->map.count && r->map.entries[r->next].type != TT_OLE_STREAM)
        r->next++;
    *more = r->next < r->map.count;
    if (!*more)
        return next_after(r, out, more, trouble, error);
    TT_TRY(find_name(r, r->next, error));
    TT_TRY(look_for_lock(r, r->next, error));
    out->name = r->name;
    out->name_size = r->name_size;
    out->size = r->map.entries[r->next].size;
    if (tt_ole_map_whole(&r->map, r->next, &offset)) {
        tt_part_stream_init(&r->part, r->map.stream, offset, out->size);
        out->stream = &r->part.stream;
    }
    r->place = tt_ole_place_of(&r->map, r->next++);
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    ole_reader *r = (ole_reader *)reader;

    if (r->office)
        return tt_office_read(r->office, &r->source.stream, buffer, size, got, trouble, error);
    return tt_ole_map_read_on(&r->map, &r->place, buffer, size, got, trouble, error);
}

const tt_format tt_format_ole2 = {"ole2", TT_SEEKS, begin, next, read_member, shut};
