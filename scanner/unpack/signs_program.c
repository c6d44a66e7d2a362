/*
 * signs_program: see program.h.
 */
#include "unpack/program.h"

#include "base/cursor.h"

#include <string.h>

#define TABLE_PIECE 4096u

typedef struct measure {
    tt_program program;
    tt_program_take take;
    void *user;
} measure;

static void reach(measure *m, uint64_t from, uint64_t size)
{
    uint64_t end;

    if (!__builtin_add_overflow(from, size, &end) && end > m->program.end)
        m->program.end = end;
}

/* Each entry of a table, in pieces: `see` is called with entries that are all there. */
static tutela_status walk_table(measure *m, uint64_t offset, size_t count, size_t size,
                                void (*see)(measure *m, const uint8_t *entry))
{
    uint8_t piece[TABLE_PIECE];
    size_t per = size > 0 ? sizeof piece / size : 0, got;

    while (count > 0 && per > 0) {
        size_t some = count < per ? count : per;
        TT_TRY(m->take(m->user, offset, piece, some * size, &got));
        for (size_t i = 0; i < got / size; i++)
            see(m, piece + i * size);
        if (got < some * size)
            return TUTELA_OK;
        count -= some;
        offset += got;
    }
    return TUTELA_OK;
}

static void see_pe(measure *m, const uint8_t *section)
{
    uint32_t size = tt_load32(section + 16), from = tt_load32(section + 20);

    if (size == 0 || from == 0)
        return;
    reach(m, from, size);
    if (memcmp(section, ".rsrc\0\0", 8) == 0)
        m->program.resources = (tt_extent){from, (uint64_t)from + size};
}

/* Of Windows; or of DOS, or of what is neither, which then ends where its DOS part does. */
static tutela_status measure_mz(measure *m, const uint8_t *head)
{
    uint8_t pe[24 + 240];
    uint64_t at = tt_load32(head + 60);
    size_t got = 0, room, directories;

    TT_TRY(m->take(m->user, at, pe, sizeof pe, &got));
    if (got < 24 || memcmp(pe, "PE\0\0", 4) != 0) {
        unsigned pages = tt_load16(head + 4), last = tt_load16(head + 2);
        reach(m, 0, (uint64_t)pages * 512 - (pages > 0 && last > 0 && last < 512 ? 512 - last : 0));
        return TUTELA_OK;
    }
    room = tt_load16(pe + 20);
    directories = got >= 26 && tt_load16(pe + 24) == 0x20b ? 24 + 112 : 24 + 96;
    reach(m, 0, at + 24 + room);
    /* The fifth one, whose place is the file's; of how many there are. */
    if (got >= directories + 40 && room >= directories - 24 + 40
        && tt_load32(pe + directories - 4) > 4 && tt_load32(pe + directories + 36) > 0) {
        uint64_t from = tt_load32(pe + directories + 32);
        m->program.certificate = (tt_extent){from, from + tt_load32(pe + directories + 36)};
    }
    return walk_table(m, at + 24 + room, tt_load16(pe + 6), 40, see_pe);
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
    static void name(measure *m, const uint8_t *entry)                            \
    {                                                                             \
        if (!(nobits) || number(entry + 4, 4, big) != 8) /* 8: it has no bytes */ \
            reach(m, number(entry + (offset), width, big),                        \
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

static tutela_status measure_elf(measure *m, const uint8_t *head)
{
    static void (*const segment[2][2])(measure *, const uint8_t *)
        = {{see_segment32, see_segment32_big}, {see_segment64, see_segment64_big}};
    static void (*const section[2][2])(measure *, const uint8_t *)
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

    reach(m, 0, number(counts, 2, big));
    reach(m, segments, (uint64_t)segment_size * segment_count);
    reach(m, sections, (uint64_t)section_size * section_count);
    if (segment_size >= (wide ? 56 : 32))
        TT_TRY(walk_table(m, segments, segment_count, segment_size, segment[wide][big]));
    if (section_size >= (wide ? 64 : 40))
        TT_TRY(walk_table(m, sections, section_count, section_size, section[wide][big]));
    return TUTELA_OK;
}

tutela_status tt_program_measure(tt_program *out, const uint8_t *head, tt_program_take take,
                                 void *user)
{
    measure m = {.take = take, .user = user};

    TT_TRY(head[0] == 0x7f ? measure_elf(&m, head) : measure_mz(&m, head));
    *out = m.program;
    return TUTELA_OK;
}
