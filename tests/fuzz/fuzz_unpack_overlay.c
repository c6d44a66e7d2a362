/*
 * fuzz_unpack_overlay: programs and scripts with something behind them, and zips at the tail of anything.
 *
 * Covers the programs' tables, the search for signs, the last bytes, and the watch over streams that only
 * go forward. All bytes of the input must be told once and in order, sought or piped, and every item must
 * end; the watch must hold the same bytes however they come.
 */
#include "fuzz_unpack.h"

#include "unit/unpack_programs.h"
#include "unpack/tails.h"
#include "unpack/watch.h"

/* What is held of the bytes, when they come in pieces of that size. */
static uint64_t held_of(const uint8_t *data, size_t size, size_t piece)
{
    tt_held_room room = {.left = 16 << 20};
    tt_watch watch = {.room = &room};
    uint64_t position, held;
    tt_stream *stream;
    int full;

    for (size_t at = 0; at < size; at += piece)
        must(tt_watch_add(&watch, data + at, size - at < piece ? size - at : piece, NULL)
             == TUTELA_OK);
    tt_watch_end(&watch, &stream, &full, &position);
    must(position == size && !full);
    held = stream ? stream->size : 0;
    tt_watch_done(&watch);
    must(room.left == 16 << 20);
    return held;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_budget budget = {
        .depth = 3, .entries = 200, .expanded = 4 << 20, .spool_memory = 4 << 20};
    size_t last = size < TT_TAIL_SIZE ? size : TT_TAIL_SIZE;
    const uint8_t *sign = memmem(data, size, "PK\3\4", 4);
    bytes b = {(uint8_t *)data, size};

    (void)tt_tail_opens(data + size - last, last, size);
    for (size_t piece = 1; piece < 100; piece = piece * 3 + 1)
        must(held_of(data, size, piece) == (sign ? size - (size_t)(sign - data) : 0));
    for (int piped = 0; piped < 2; piped++)
        (void)fuzz_open(b, &budget, piped);
    return 0;
}

/* Each program with each archive behind it; texts before a zip; a script. */
size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char script[] = "#!/bin/sh\nexit 0\n";
    kit_member members[] = {{"one", kit_noise(20)}, {"two", kit_noise(9)}};
    bytes top, inner = {NULL, 0};
    size_t program = index / 4, size;

    if (program >= 6)
        return (free(members[0].content.data), free(members[1].content.data), (size_t)0);
    top = program == 0   ? pe_of(index % 2, (bytes){NULL, 0})
          : program == 1 ? elf_of(1, index % 2, index % 4 > 1)
          : program == 2 ? elf_of(0, index % 2, index % 4 > 1)
          : program == 3 ? dos_of(100)
          : program == 4 ? kit_copy(script, sizeof script - 1)
                         : kit_noise(30);
    if (index % 4 < 2)
        inner = kit_archive(index % 4 ? "7zip" : "zip", NULL, members, 2);
    else
        inner = index % 4 == 2 ? rar5_of(members, 2) : cab_of(members, 2);
    kit_add(&top, inner.data, inner.size);
    size = top.size <= room ? top.size : 0;
    memcpy(out, top.data, size);
    free(top.data);
    free(inner.data);
    free(members[0].content.data);
    free(members[1].content.data);
    return size;
}
