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
#include "unpack/program.h"
#include "unpack/search.h"
#include "unpack/signs.h"
#include "unpack/unread.h"

#include <string.h>

#define WINDOW 65536u

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
        TT_TRY(tt_search_part(f->stream, &all[i], TT_SEARCH_ALL, TT_SEARCH_MAX, &found, f->error));
        if (found)
            parts[(*count)++] = all[i];
    }
    if (*count > 0 || cabinet.end == 0 || cabinet.end > size)
        return TUTELA_OK;
    TT_TRY(tt_search_part(f->stream, &cabinet, TT_SEARCH_CAB, TT_SEARCH_MAX, &found, f->error));
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
const tt_format tt_format_executable
    = {"executable", TT_SEEKS, begin, tt_overlay_next, tt_overlay_read, tt_overlay_close};

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
