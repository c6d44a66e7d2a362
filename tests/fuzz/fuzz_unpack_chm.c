/*
 * fuzz_unpack_chm: a help file, one deep. All bytes of the input must be told
 * once and in order, sought or piped, and every item must end.
 */
#include "fuzz.h"

#include "unit/unpack_outlook.h"

static void must(int held)
{
    if (!held)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_budget budget = {
        .depth = 1, .entries = 200, .expanded = 1 << 20, .spool_memory = 4 << 20};
    static kit_log log; /* kept: it is large */
    bytes b = {(uint8_t *)data, size};

    if (!log.items)
        log = kit_new();
    for (int piped = 0; piped < 2; piped++) {
        must((piped ? kit_run_pipe : kit_run)(&log, b, &budget) == TUTELA_OK);
        must(!log.wrong && kit_is(&log.items[0], data, size));
        for (size_t i = 0; i < log.count; i++)
            must(log.items[i].ended);
    }
    kit_clear(&log);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    kit_member members[] = {{"one", kit_noise(40)}, {"+two", kit_noise(13)}};
    bytes b = index == 0 ? chm_of(members, 2, 160) : (bytes){NULL, 0};
    size_t size = b.size <= room ? b.size : 0;

    if (b.data)
        memcpy(out, b.data, size);
    free(b.data);
    for (size_t i = 0; i < 2; i++)
        free(members[i].content.data);
    return size;
}
