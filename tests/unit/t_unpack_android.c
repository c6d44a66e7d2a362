/*
 * t_unpack_android: backups made here, around a tar: compressed and not, encrypted, and damaged.
 */
#include "unpack_ask.h"

static kit_member members[2];

static bytes backup_of(const char *head, bytes tar, int compressed)
{
    bytes out = kit_copy(head, strlen(head));

    if (compressed) {
        uLongf size = compressBound(tar.size);
        uint8_t *packed = malloc(size);
        compress2(packed, &size, tar.data, tar.size, 9);
        kit_add(&out, packed, size);
        free(packed);
    } else {
        kit_add(&out, tar.data, tar.size);
    }
    return out;
}

static int members_are_there(void)
{
    return kit_is(kit_find(&events, "1|apps/one/f"), members[0].content.data, members[0].content.size)
           && kit_is(kit_find(&events, "1|shared/0/two"), members[1].content.data,
                     members[1].content.size);
}

static void test_good(bytes tar)
{
    bytes b = backup_of("ANDROID BACKUP\n5\n1\nnone\n", tar, 1);

    run(b);
    ok(members_are_there() && strcmp(status_of(""), "clear") == 0, "a compressed one");
    is_text(events.items[0].format, "android backup", "its format");
    ok(kit_is(kit_find(&events, "1"), tar.data, tar.size), "the tar is a member");
    kit_add(&b, "x", 1);
    run(b);
    ok(members_are_there() && strcmp(status_of(""), "malformed") == 0, "a byte behind its end");
    free(b.data);
    b = backup_of("ANDROID BACKUP\n1\n0\nnone\n", tar, 0);
    run(b);
    ok(members_are_there() && strcmp(status_of(""), "clear") == 0, "one that is not");
    kit_member outer[] = {{"backup.ab", b}};
    bytes zip = kit_archive("zip", NULL, outer, 1);
    run(zip);
    ok(kit_is(kit_find(&events, "backup.ab|1|apps/one/f"), members[0].content.data,
              members[0].content.size), "one in a zip");
    free(zip.data);
    free(b.data);
}

static void test_heads(bytes tar)
{
    static const struct {
        const char *head, *status;
    } rows[] = {
        {"ANDROID BACKUP\n5\n1\nAES-256\n", "encrypted"},
        {"ANDROID BACKUP\n5\n1\nROT-13\n", "unsupported"},
        {"ANDROID BACKUP\n5\n2\nnone\n", "malformed"},
        {"ANDROID BACKUP\n5\n11\nnone\n", "malformed"},
        {"ANDROID BACKUP\n5x\n1\nnone\n", "malformed"},
        {"ANDROID BACKUP\n5\n\nnone\n", "malformed"},
        {"ANDROID BACKUP\n5\n0\nnone\n", "malformed"}, /* which it is not: it is compressed */
        {"ANDROID BACKUP\n5\n1\nnonenonenonenonenonenonenonenone", "malformed"},
        {"ANDROID BACKUP\nof my telephone\n", "clear"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bytes b = backup_of(rows[i].head, tar, 1);
        run(b);
        is_text(status_of(""), rows[i].status, "head %zu", i);
        is_u64(events.count, 1, "and nothing in it");
        free(b.data);
    }
}

/* One of the smallest, at each byte: all of it, or something is said. */
static void test_damage(bytes tar, const char *head, int compressed)
{
    bytes b = backup_of(head, tar, compressed);
    size_t bad = 0, plain = 16;

    for (size_t size = plain + 1; size < b.size; size++) {
        size_t told = 0;
        (void)!(size % 2 ? kit_run(&events, (bytes){b.data, size}, NULL)
                         : kit_run_pipe(&events, (bytes){b.data, size}, NULL));
        for (size_t i = 0; i < events.count; i++)
            told += events.items[i].trouble.status != TUTELA_ITEM_CLEAR;
        /* Of the tar's two blocks of zeros one is enough. */
        if (told == 0 && !members_are_there() && !bad++)
            printf("# %zu bytes\n", size);
    }
    is_u64(bad, 0, "cut off at each of %zu bytes", b.size);
    bad = 0;
    for (size_t at = plain; compressed && at < b.size; at++) {
        uint8_t kept = b.data[at];
        size_t told = 0;
        b.data[at] ^= (uint8_t)(at % 3 ? 0x11 : 0x01);
        (void)!kit_run(&events, b, NULL);
        for (size_t i = 0; i < events.count; i++)
            told += events.items[i].trouble.status != TUTELA_ITEM_CLEAR;
        if (told == 0 && !members_are_there() && !bad++)
            printf("# byte %zu\n", at);
        b.data[at] = kept;
    }
    is_u64(bad, 0, "and with each of them changed");
    free(b.data);
}

int main(void)
{
    bytes tar;

    events = kit_new();
    members[0] = (kit_member){"apps/one/f", kit_noise(100)};
    members[1] = (kit_member){"shared/0/two", kit_noise(300)};
    tar = kit_archive("ustar", NULL, members, 2);
    test_good(tar);
    test_heads(tar);
    test_damage(tar, "ANDROID BACKUP\n5\n1\nnone\n", 1);
    test_damage(tar, "ANDROID BACKUP\n5\n0\nnone\n", 0);
    free(tar.data);
    kit_free(&events);
    free(members[0].content.data);
    free(members[1].content.data);
    return tap_done();
}
