/*
 * executable: what lies behind the end of a program, or of a shell script.
 *
 * Self-extracting archives are a program and then the archive. A program of Windows ends where its last
 * section does, one of Linux where its last segment, section or table does; between and behind may lie a
 * certificate, which is no part of the archive. There, not in the program itself, which may well know the
 * signs of archives by heart, they are searched for: but IExpress keeps its cabinet in the program's
 * resources. A script's payload begins on a line of its own.
 *
 * A program with no such thing is a plain file. Sources: PE format (Microsoft), System V ABI (ELF),
 * makeself.
 */
#include "unpack/overlay.h"

#include "base/cursor.h"
#include "base/mem.h"
#include "unpack/crc.h"
#include "unpack/signs.h"
#include "unpack/unread.h"

#include <string.h>

#define WINDOW 65536u
#define OVERLAP 64u /* as much of a sign, and of what is checked behind it */
/* Behind a program's end, up to its archive: texts for the unpacker, padding. */
#define SEARCH_MAX (UINT64_C(1) << 20)
#define SCRIPT_MAX 65536u   /* of a script, to the line of its payload */
#define TABLE_PIECE 4096u

/* What is looked for, and where. */
typedef struct finder {
    tt_stream *stream;
    tutela_error *error;
    uint64_t end;          /* of the program */
    tt_overlay_part certificate, resources; /* end 0: none */
    uint8_t window[WINDOW + 512];
} finder;

/* `size` bytes at `offset`, or fewer. */
static tutela_status take(finder *f, uint64_t offset, void *out, size_t size, size_t *got)
{
    tt_trouble trouble;

    return tt_stream_read_at(f->stream, offset, out, size, got, &trouble, f->error);
}

/* ---- Signs --------------------------------------------------------------------------------- */

/* Is it more than a sign? `size` bytes are here; `left`, to the end of where it can be. */
static int is_zip(const uint8_t *at, size_t size, uint64_t left)
{
    return size >= 30 && at[4] <= 63 && tt_load16(at + 8) <= 99 && tt_load16(at + 26) > 0
           && 30u + tt_load16(at + 26) <= left;
}

static int is_sevenzip(const uint8_t *at, size_t size, uint64_t left)
{
    return size >= 32 && left >= 32 && at[6] == 0 && tt_crc32(0, at + 12, 20) == tt_load32(at + 8);
}

static int is_rar(const uint8_t *at, size_t size, uint64_t left)
{
    return size >= 16 && left >= 16 && (tt_fits_rar5(at, size) || (at[6] == 0 && at[9] == 0x73));
}

static int is_cab(const uint8_t *at, size_t size, uint64_t left)
{
    /* Version 1.3, and as large as it says. */
    return size >= 36 && at[24] == 3 && at[25] == 1 && tt_load32(at + 8) >= 44
           && tt_load32(at + 8) <= left;
}

static int is_inno(const uint8_t *at, size_t size, uint64_t left)
{
    return left >= 64 && tt_fits_inno(at, size);
}

static int is_itself(const uint8_t *at, size_t size, uint64_t left)
{
    (void)at;
    return size <= left;
}

typedef struct sign {
    const char *bytes;
    size_t size;
    size_t back; /* bytes before it that belong to it */
    int (*check)(const uint8_t *at, size_t size, uint64_t left);
} sign;

#define CAB 0 /* the first one */
static const sign signs[] = {
    {"MSCF\0\0\0\0", 8, 0, is_cab},
    {"PK\3\4", 4, 0, is_zip},
    {"7z\xbc\xaf\x27\x1c", 6, 0, is_sevenzip},
    {"Rar!\x1a\7", 6, 0, is_rar},
    {"\xef\xbe\xad\xdeNullsoftInst", 16, 4, is_itself},
    {"Inno Setup Setup Data (", 23, 0, is_inno},
};

/* The first of one sign in the window's `size` bytes, or `size`. `left`: from the window on. */
static size_t first_of(const sign *s, const uint8_t *window, size_t size, uint64_t left)
{
    const uint8_t *at = window + s->back, *end = window + size;

    while (at < end && (at = memmem(at, (size_t)(end - at), s->bytes, s->size))) {
        const uint8_t *from = at - s->back;
        if (s->check(from, (size_t)(end - from), left - (uint64_t)(from - window)))
            return (size_t)(from - window);
        at++;
    }
    return size;
}

/* The first container in a part of the file, from its front or, further on, by the signs. *found: 1. */
static tutela_status search(finder *f, tt_overlay_part *part, size_t kinds, int *found)
{
    uint64_t most = part->end - part->from < SEARCH_MAX ? part->end : part->from + SEARCH_MAX;

    *found = 0;
    for (uint64_t base = part->from; base < most;) {
        size_t wanted = part->end - base < WINDOW ? (size_t)(part->end - base) : WINDOW, got, first;
        TT_TRY(take(f, base, f->window, wanted, &got));
        first = got;
        if (base == part->from && kinds > 1 && tt_begins_container(f->window, got))
            first = 0;
        for (size_t i = 0; i < kinds && first > 0; i++) {
            size_t at = first_of(&signs[i], f->window, got, part->end - base);
            first = at < first ? at : first;
        }
        if (first < got) {
            part->from = base + first;
            *found = 1;
            return TUTELA_OK;
        }
        if (got < WINDOW)
            return TUTELA_OK;
        base += WINDOW - OVERLAP;
    }
    return TUTELA_OK;
}

/* ---- Where programs end -------------------------------------------------------------------- */

static void reach(finder *f, uint64_t from, uint64_t size)
{
    uint64_t end;

    if (!__builtin_add_overflow(from, size, &end) && end > f->end)
        f->end = end;
}

/* Each entry of a table, in pieces: `see` is called with entries that are all there. */
static tutela_status walk_table(finder *f, uint64_t offset, size_t count, size_t size,
                                void (*see)(finder *f, const uint8_t *entry))
{
    uint8_t piece[TABLE_PIECE];
    size_t per = size > 0 ? sizeof piece / size : 0, got;

    while (count > 0 && per > 0) {
        size_t some = count < per ? count : per;
        TT_TRY(take(f, offset, piece, some * size, &got));
        for (size_t i = 0; i < got / size; i++)
            see(f, piece + i * size);
        if (got < some * size)
            return TUTELA_OK;
        count -= some;
        offset += got;
    }
    return TUTELA_OK;
}

static void see_pe(finder *f, const uint8_t *section)
{
    uint32_t size = tt_load32(section + 16), from = tt_load32(section + 20);

    if (size == 0 || from == 0)
        return;
    reach(f, from, size);
    if (memcmp(section, ".rsrc\0\0", 8) == 0)
        f->resources = (tt_overlay_part){from, (uint64_t)from + size};
}

/* Of Windows; or of DOS, or of what is neither, which then ends where its DOS part does. */
static tutela_status measure_mz(finder *f, const uint8_t *head)
{
    uint8_t pe[24 + 240];
    uint64_t at = tt_load32(head + 60);
    size_t got, room, directories;

    TT_TRY(take(f, at, pe, sizeof pe, &got));
    if (got < 24 || memcmp(pe, "PE\0\0", 4) != 0) {
        unsigned pages = tt_load16(head + 4), last = tt_load16(head + 2);
        reach(f, 0, (uint64_t)pages * 512 - (pages > 0 && last > 0 && last < 512 ? 512 - last : 0));
        return TUTELA_OK;
    }
    room = tt_load16(pe + 20);
    directories = got >= 26 && tt_load16(pe + 24) == 0x20b ? 24 + 112 : 24 + 96;
    reach(f, 0, at + 24 + room);
    /* The fifth one, whose place is the file's; of how many there are. */
    if (got >= directories + 40 && room >= directories - 24 + 40
        && tt_load32(pe + directories - 4) > 4 && tt_load32(pe + directories + 36) > 0) {
        uint64_t from = tt_load32(pe + directories + 32);
        f->certificate = (tt_overlay_part){from, from + tt_load32(pe + directories + 36)};
    }
    return walk_table(f, at + 24 + room, tt_load16(pe + 6), 40, see_pe);
}

/* ELF comes in two sizes and two orders of bytes. */
static uint64_t number(const uint8_t *at, size_t size, int big)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)at[i] << (8 * (big ? size - 1 - i : i));
    return value;
}

#define ELF_SEES(name, width, big, offset, size, nobits)                          \
    static void name(finder *f, const uint8_t *entry)                             \
    {                                                                             \
        if (!(nobits) || number(entry + 4, 4, big) != 8) /* 8: it has no bytes */ \
            reach(f, number(entry + (offset), width, big),                        \
                  number(entry + (size), width, big));                            \
    }
ELF_SEES(see_segment32, 4, 0, 4, 16, 0)
ELF_SEES(see_segment32_big, 4, 1, 4, 16, 0)
ELF_SEES(see_segment64, 8, 0, 8, 32, 0)
ELF_SEES(see_segment64_big, 8, 1, 8, 32, 0)
ELF_SEES(see_section32, 4, 0, 16, 20, 1)
ELF_SEES(see_section32_big, 4, 1, 16, 20, 1)
ELF_SEES(see_section64, 8, 0, 24, 32, 1)
ELF_SEES(see_section64_big, 8, 1, 24, 32, 1)

static tutela_status measure_elf(finder *f, const uint8_t *head)
{
    static void (*const segment[2][2])(finder *, const uint8_t *)
        = {{see_segment32, see_segment32_big}, {see_segment64, see_segment64_big}};
    static void (*const section[2][2])(finder *, const uint8_t *)
        = {{see_section32, see_section32_big}, {see_section64, see_section64_big}};
    int wide = head[4] == 2, big = head[5] == 2;
    size_t word = wide ? 8 : 4;
    uint64_t segments = number(head + (wide ? 32 : 28), word, big);
    uint64_t sections = number(head + (wide ? 40 : 32), word, big);
    const uint8_t *counts = head + (wide ? 52 : 40); /* size of this header, then of the two tables */
    size_t segment_size = (size_t)number(counts + 2, 2, big);
    size_t segment_count = (size_t)number(counts + 4, 2, big);
    size_t section_size = (size_t)number(counts + 6, 2, big);
    size_t section_count = (size_t)number(counts + 8, 2, big);

    reach(f, 0, number(counts, 2, big));
    reach(f, segments, (uint64_t)segment_size * segment_count);
    reach(f, sections, (uint64_t)section_size * section_count);
    if (segment_size >= (wide ? 56 : 32))
        TT_TRY(walk_table(f, segments, segment_count, segment_size, segment[wide][big]));
    if (section_size >= (wide ? 64 : 40))
        TT_TRY(walk_table(f, sections, section_count, section_size, section[wide][big]));
    return TUTELA_OK;
}

/* ---- The reader ---------------------------------------------------------------------------- */

static void add(tt_overlay_part *parts, size_t *count, uint64_t from, uint64_t end)
{
    if (from < end)
        parts[(*count)++] = (tt_overlay_part){from, end};
}

/* What lies behind the program and is no certificate; of these parts, those that hold something. */
static tutela_status find_behind(finder *f, tt_overlay_part *parts, size_t *count)
{
    uint64_t size = f->stream->size, from = f->end;
    tt_overlay_part all[TT_OVERLAYS_MAX], cabinet = f->resources;
    const tt_overlay_part *c = &f->certificate;
    size_t some = 0;
    uint8_t stated[12];
    size_t got;
    int found = 0;

    if (c->end > from && c->end <= size) {
        add(all, &some, from, c->from);
        from = c->end;
    }
    add(all, &some, from, size);
    for (size_t i = 0; i < some; i++) {
        TT_TRY(search(f, &all[i], sizeof signs / sizeof signs[0], &found));
        if (found)
            parts[(*count)++] = all[i];
    }
    if (*count > 0 || cabinet.end == 0 || cabinet.end > size)
        return TUTELA_OK;
    TT_TRY(search(f, &cabinet, CAB + 1, &found));
    if (found)
        TT_TRY(take(f, cabinet.from, stated, sizeof stated, &got));
    if (found && got == sizeof stated)
        add(parts, count, cabinet.from, cabinet.from + tt_load32(stated + 8));
    return TUTELA_OK;
}

static tutela_status find(finder *f, tt_overlay_part *parts, size_t *count)
{
    uint8_t head[64] = {0};
    size_t got, payload;

    TT_TRY(take(f, 0, head, sizeof head, &got));
    if (memcmp(head, "#!", 2) == 0) {
        TT_TRY(take(f, 0, f->window, sizeof f->window, &got));
        payload = tt_script_payload(f->window, got, SCRIPT_MAX);
        add(parts, count, payload, payload > 0 ? f->stream->size : 0);
        return TUTELA_OK;
    }
    TT_TRY(head[0] == 0x7f ? measure_elf(f, head) : measure_mz(f, head));
    return find_behind(f, parts, count);
}

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error);
extern const tt_format tt_format_executable;
const tt_format tt_format_executable
    = {"executable", 1, begin, tt_overlay_next, tt_overlay_read, tt_overlay_close};

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};
    finder *f = tt_alloc_raw(1, sizeof *f);
    tt_overlay_part parts[TT_OVERLAYS_MAX];
    tutela_status status;
    size_t count = 0;

    if (!f)
        return tt_no_memory(error);
    memset(f, 0, offsetof(finder, window));
    f->stream = stream;
    f->error = error;
    status = find(f, parts, &count);
    if (status == TUTELA_OK && count > 0)
        status = tt_overlay_open(out, &tt_format_executable, stream, parts, count, fine, error);
    tt_free(f);
    return status;
}

/* What is found behind programs and cannot be opened here. */
TT_FORMAT_UNREAD(squashfs, "squashfs")
TT_FORMAT_UNREAD(nsis, "nsis")
TT_FORMAT_UNREAD(inno, "inno")
