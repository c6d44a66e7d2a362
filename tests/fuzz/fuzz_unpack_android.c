/*
 * fuzz_unpack_android: Android's backups, and the border to zlib that they are read through.
 *
 * All bytes of the input must be told once and in order, sought or piped, and every item must end.
 */
#include "fuzz.h"

#include "unit/unpack_made.h"

static void must(int held)
{
    if (!held)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_budget budget = {
        .depth = 2, .entries = 200, .expanded = 1 << 20, .spool_memory = 4 << 20};
    kit_log log = kit_new();
    bytes b = {(uint8_t *)(uintptr_t)data, size};

    for (int piped = 0; piped < 2; piped++) {
        must((piped ? kit_run_pipe : kit_run)(&log, b, &budget) == TUTELA_OK);
        must(!log.wrong && kit_is(&log.items[0], data, size));
        for (size_t i = 0; i < log.count; i++)
            must(log.items[i].ended);
    }
    kit_free(&log);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char *const heads[] = {"ANDROID BACKUP\n5\n1\nnone\n", "ANDROID BACKUP\n4\n0\nnone\n",
                                        "ANDROID BACKUP\n5\n1\nAES-256\n"};
    kit_member members[] = {{"apps/a/f/b", kit_noise(40)}};
    bytes b, tar;
    uLongf packed = 0;
    size_t size;

    if (index >= sizeof heads / sizeof heads[0])
        return (free(members[0].content.data), 0);
    b = kit_copy(heads[index], strlen(heads[index]));
    tar = kit_archive("ustar", NULL, members, 1);
    if (index == 1) {
        kit_add(&b, tar.data, tar.size);
    } else {
        packed = compressBound(tar.size);
        uint8_t *bytes_packed = malloc(packed);
        compress2(bytes_packed, &packed, tar.data, tar.size, 9);
        kit_add(&b, bytes_packed, packed);
        free(bytes_packed);
    }
    size = b.size <= room ? b.size : 0;
    memcpy(out, b.data, size);
    free(b.data);
    free(tar.data);
    free(members[0].content.data);
    return size;
}
