/*
 * executable: what lies behind the end of a program, or of a shell script.
 *
 * Self-extracting archives are a program and then the archive; between and behind may lie a certificate,
 * which is no part of the archive. Behind the program's end (see program.h), not in the program itself,
 * which may well know the signs of archives by heart, they are searched for: but IExpress keeps its
 * cabinet in the program's resources. A script's payload begins on a line of its own. Source: makeself.
 *
 * A program with no such thing is a plain file. Nearly all are, and most never come here, for plain.h
 * knows them: wherever this looks for something, it must too.
 */
#include "unpack/overlay.h"

#include "base/cursor.h"
#include "base/mem.h"
#include "unpack/crc.h"
#include "unpack/program.h"
#include "unpack/signs.h"
#include "unpack/unread.h"

#include <string.h>

#define WINDOW 65536u
#define OVERLAP 64u /* as much of a sign, and of what is checked behind it */
/* Behind a program's end, up to its archive: texts for the unpacker, padding. */
#define SEARCH_MAX (UINT64_C(1) << 20)

/* What is looked for, and where. */
typedef struct finder {
    tt_stream *stream;
    tutela_error *error;
    tt_program program;
    uint8_t window[WINDOW + 512];
} finder;

/* `size` bytes at `offset`, or fewer. */
static tutela_status take(void *user, uint64_t offset, void *out, size_t size, size_t *got)
{
    finder *f = user;
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

/* ---- The reader ---------------------------------------------------------------------------- */

static void add(tt_overlay_part *parts, size_t *count, uint64_t from, uint64_t end)
{
    if (from < end)
        parts[(*count)++] = (tt_overlay_part){from, end};
}

/* What lies behind the program and is no certificate; of these parts, those that hold something. */
static tutela_status find_behind(finder *f, tt_overlay_part *parts, size_t *count)
{
    uint64_t size = f->stream->size, from = f->program.end;
    tt_overlay_part all[TT_OVERLAYS_MAX];
    tt_overlay_part cabinet = {f->program.resources.from, f->program.resources.end};
    const tt_extent *c = &f->program.certificate;
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
    uint8_t head[TT_PROGRAM_HEAD] = {0};
    size_t got, payload;

    TT_TRY(take(f, 0, head, sizeof head, &got));
    if (memcmp(head, "#!", 2) == 0) {
        TT_TRY(take(f, 0, f->window, sizeof f->window, &got));
        payload = tt_script_payload(f->window, got, TT_SCRIPT_MAX);
        add(parts, count, payload, payload > 0 ? f->stream->size : 0);
        return TUTELA_OK;
    }
    TT_TRY(tt_program_measure(&f->program, head, take, f));
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
