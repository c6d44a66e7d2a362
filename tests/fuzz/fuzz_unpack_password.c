/*
 * fuzz_unpack_password: encrypted zips, with passwords of which one is often right.
 *
 * Covers the zip of one member that is made for each try. What is clear was read to its end with no
 * complaint; what is told at all is told once and in order; an encrypted member that stays shut brings no
 * byte, so that none is wrong.
 */
#include "fuzz.h"

#include "unit/unpack_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_secret list[] = {{(const uint8_t *)"no", 2}, {(const uint8_t *)"pw", 2}};
    static const tt_secrets secrets = {list, 2};
    static const tt_budget budget = {.depth = 2, .entries = 50, .expanded = 1 << 20,
                                     .spool_memory = 4 << 20, .secrets = &secrets};
    kit_log log = kit_new();
    bytes b = {(uint8_t *)data, size};

    for (int piped = 0; piped < 2; piped++) {
        must((piped ? kit_run_pipe : kit_run)(&log, b, &budget) == TUTELA_OK);
        must(!log.wrong && kit_is(&log.items[0], data, size));
        for (size_t i = 0; i < log.count; i++) {
            must(log.items[i].ended);
            must(log.items[i].depth == 0 || log.items[i].trouble.status != TUTELA_ITEM_ENCRYPTED
                 || log.items[i].format[0] != 0 || log.items[i].content.size == 0);
        }
    }
    kit_free(&log);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char *const how[] = {"zip:encryption=traditional", "zip:encryption=aes128",
                                      "zip:encryption=aes256,zip:compression=store",
                                      "zip:encryption=traditional,zip:compression=store"};
    struct archive *a;
    bytes b = {NULL, 0};
    size_t size;
    int good;

    if (index >= 4)
        return 0;
    b.data = malloc(1);
    a = archive_write_new();
    archive_write_set_bytes_in_last_block(a, 1);
    good = archive_write_set_format_zip(a) == ARCHIVE_OK
           && archive_write_set_options(a, how[index]) == ARCHIVE_OK
           && archive_write_set_passphrase(a, "pw") == ARCHIVE_OK
           && archive_write_open(a, &b, NULL, kit_grow, NULL) == ARCHIVE_OK
           && kit_put(a, "one", "1111 1111 1111", 14) && kit_put(a, "two", "2222", 4);
    good &= kit_close(a);
    size = good && b.size <= room ? b.size : 0;
    memcpy(out, b.data, size);
    free(b.data);
    return size;
}
