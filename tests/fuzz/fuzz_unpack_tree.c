/*
 * fuzz_unpack_tree: containers in containers, under small budgets that the input itself chooses.
 *
 * Covers the tree's bookkeeping: levels, spools, budgets, and streams that fail on the way. What comes
 * out of containers never exceeds the budget, and hitting it is stated on the top item.
 */
#include "fuzz.h"

#include "unit/unpack_kit.h"

static void check(const kit_log *log, const tt_budget *budget, size_t size)
{
    must(!log->wrong && log->count > 0 && log->items[0].content.size <= size);
    must(log->total - log->items[0].content.size <= budget->expanded);
    must(log->told <= budget->entries + 1);
    for (size_t i = 0; i < log->count; i++) {
        must(log->items[i].ended && log->items[i].depth <= budget->depth);
        must(log->items[i].trouble.status != TUTELA_ITEM_LIMIT
             || log->items[i].trouble.reason[0] != 0);
    }
}

/* The first two bytes choose the budgets and the manner, the rest is the file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kit_log log = kit_new();
    tt_budget budget;
    bytes b;

    if (size < 2)
        return (kit_free(&log), 0);
    budget = (tt_budget){.depth = 1 + data[0] % 8,
                         .entries = 1 + data[0] / 8,
                         .expanded = (uint64_t)1 << (4 + data[1] % 16),
                         .spool_memory = (uint64_t)1 << (16 + data[1] / 16 % 8)};
    b = (bytes){(uint8_t *)data + 2, size - 2};
    if (data[1] & 128) {
        must(kit_run(&log, b, &budget) == TUTELA_OK);
        must(log.items[0].content.size == b.size);
    } else {
        kit_pipe p = kit_pipe_over(b);
        p.fail_at = data[0] & 1 ? b.size / 2 : SIZE_MAX;
        must(tt_tree_run(&p.stream, &budget, &kit_sink, &log, NULL) == TUTELA_OK);
    }
    check(&log, &budget, b.size);
    kit_free(&log);
    return 0;
}

/* A file wrapped three times, each seed in another order. */
size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char *const writers[] = {"zip", "pax", "newc", "7zip"};
    static const char *const filters[] = {"gzip", "xz", "zstd", "bzip2"};
    bytes b = kit_noise(50);

    if (index == 16)
        return (free(b.data), 0);
    for (size_t i = 0, turn = index; i < 3; i++, turn /= 2) {
        kit_member members[] = {{"inner", b}, {"beside", b}};
        bytes next = turn % 2 ? kit_compress(filters[(index + i) % 4], b.data, b.size)
                              : kit_archive(writers[(index + i) % 4], NULL, members, 2);
        free(b.data);
        b = next;
    }
    if (!b.data || b.size + 2 > room)
        return (free(b.data), 0);
    out[0] = 0xf7;
    out[1] = (uint8_t)(0x7f | (index & 1) << 7);
    memcpy(out + 2, b.data, b.size);
    free(b.data);
    return b.size + 2;
}
