/*
 * fuzz_unpack_behind: pictures, and what lies behind them.
 *
 * The walk through a picture must say the same however its bytes come, and never of a place that it has not
 * reached. All bytes of the input must be told once and in order, sought or piped, and every item must end.
 */
#include "fuzz_unpack.h"

#include "unit/unpack_pictures.h"
#include "unpack/pictures.h"
#include "unpack/tails.h"

static tt_picture_walk walk(const uint8_t *data, size_t size, size_t piece)
{
    const uint8_t *front;
    tt_picture_walk w;
    size_t front_size;

    tt_picture_walk_begin(&w);
    for (size_t at = 0; at < size; at += piece)
        tt_picture_walk_add(&w, data + at, size - at < piece ? size - at : piece);
    must(w.at <= size && (w.behind == TT_NOWHERE || w.behind <= w.at));
    front_size = tt_picture_walk_front(&w, &front);
    must(front_size == 0 || memcmp(front, data + w.behind, front_size) == 0);
    (void)tt_picture_walk_archive(&w);
    return w;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_budget budget = {
        .depth = 3, .entries = 200, .expanded = 4 << 20, .spool_memory = 4 << 20};
    size_t last = size < TT_TAIL_SIZE ? size : TT_TAIL_SIZE;
    tt_picture picture = tt_picture_of(data, size);
    tt_picture_walk whole = walk(data, size, size + 1);
    bytes b = {(uint8_t *)data, size};

    int goes_on = tt_picture_goes_on(&picture, data + size - last, last, size);
    for (size_t piece = 1; piece < 300; piece = piece * 3 + 1) {
        tt_picture_walk other = walk(data, size, piece);
        must(other.behind == whole.behind && other.lost == whole.lost && other.at == whole.at);
    }
    for (int piped = 0; piped < 2; piped++) {
        const kit_log *log = fuzz_open(b, &budget, piped);

        /* Who is asked first lets through all that the tree would find. */
        if (!piped && strcmp(log->items[0].format, "tail") == 0
            && tt_tail_opens(data + size - last, last, size) == 0)
            must(goes_on && tt_picture_may_hold(data, size));
    }
    return 0;
}

/* Each picture with an archive behind it, and with what a camera writes. */
size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    kit_member members[] = {{"one", kit_noise(20)}, {"two", kit_noise(9)}};
    bytes top = any_picture(index / 4 % PICTURES, 64), inner = {NULL, 0};
    size_t size = 0;

    if (index / 4 < PICTURES) {
        if (index % 4 == 3)
            put_samsung(&top, 40);
        else
            inner = index % 4 == 0   ? rar_of(members, 2, 0, 0x30)
                    : index % 4 == 1 ? rar5_of(members, 2)
                                     : kit_archive("7zip", NULL, members, 2);
        if (inner.data)
            kit_add(&top, inner.data, inner.size);
        size = top.size <= room ? top.size : 0;
        memcpy(out, top.data, size);
    }
    free(top.data);
    free(inner.data);
    free(members[0].content.data);
    free(members[1].content.data);
    return size;
}
