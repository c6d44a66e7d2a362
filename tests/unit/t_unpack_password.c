/*
 * t_unpack_password: encrypted zips with the right password, with wrong ones, and with wrong ones that
 * the old encryption's one byte of check lets through.
 */
#include "secrets_kit.h"

/* Both ways, with the passwords known; the events of the second are there afterwards. */
static void open_both(bytes b)
{
    size_t sought, total;

    (void)!kit_run(&events, b, &budget);
    sought = events.count;
    total = events.total;
    (void)!kit_run_pipe(&events, b, &budget);
    ok(events.count == sought && events.total == total && !events.wrong
           && kit_is(&events.items[0], b.data, b.size),
       "sought and piped alike");
}

/* ---- Written by libarchive ----------------------------------------------------------------- */

#define COUNT 3u
static kit_member members[COUNT];

static bytes locked(const char *how, const char *password)
{
    bytes out = {malloc(1), 0};
    struct archive *a = archive_write_new();
    int good;

    archive_write_set_bytes_per_block(a, 0);
    archive_write_set_bytes_in_last_block(a, 1);
    good = archive_write_set_format_zip(a) == ARCHIVE_OK
           && archive_write_set_options(a, how) == ARCHIVE_OK
           && archive_write_set_passphrase(a, password) == ARCHIVE_OK
           && archive_write_open(a, &out, NULL, kit_grow, NULL) == ARCHIVE_OK;
    for (size_t i = 0; good && i < COUNT; i++)
        good = kit_put(a, members[i].name, members[i].content.data, members[i].content.size);
    if (!kit_close(a) || !good) {
        free(out.data);
        return (bytes){NULL, 0};
    }
    return out;
}

/* How many members are clear and exact. */
static size_t exact(const char *before)
{
    char chain[100];
    size_t count = 0;

    for (size_t i = 0; i < COUNT; i++) {
        snprintf(chain, sizeof chain, "%s%s", before, members[i].name);
        const kit_item *item = kit_find(&events, chain);
        count += kit_is(item, members[i].content.data, members[i].content.size)
                 && item->trouble.status == TUTELA_ITEM_CLEAR;
    }
    return count;
}

/* How many are encrypted, and nothing of them was told. */
static size_t shut_members(void)
{
    size_t count = 0;

    for (size_t i = 0; i < COUNT; i++) {
        const kit_item *item = kit_find(&events, members[i].name);
        count += item && item->trouble.status == TUTELA_ITEM_ENCRYPTED && item->content.size == 0;
    }
    return count;
}

static void written(const char *how)
{
    bytes b = locked(how, "se\xc3\xbc&\tret"), tar, twice;

    if (!b.data) {
        skip(1, "cannot be written here");
        return;
    }
    know("se\xc3\xbc&\tret", NULL, NULL);
    open_both(b);
    is_u64(exact(""), COUNT, "%s: the password opens it", how);
    is_text(status_of(""), "clear", "and it is whole");
    know("no", "se\xc3\xbc&\tret", "neither");
    open_both(b);
    is_u64(exact(""), COUNT, "%s: as the second of three", how);
    know("no", "secret", "neither");
    open_both(b);
    is_u64(shut_members(), COUNT, "%s: with wrong ones it stays shut", how);
    is_text(status_of(""), "clear", "and all its members are listed");
    know(NULL, NULL, NULL);
    open_both(b);
    is_u64(shut_members(), COUNT, "%s: with none", how);

    kit_member in_tar = {"a.zip", b};
    know("se\xc3\xbc&\tret", NULL, NULL);
    tar = kit_archive("pax", NULL, &in_tar, 1);
    open_both(tar);
    is_u64(exact("a.zip|"), COUNT, "%s: in a tar", how);
    twice = kit_archive("zip", NULL, &in_tar, 1);
    open_both(twice);
    is_u64(exact("a.zip|"), COUNT, "%s: in a zip", how);
    free(twice.data);
    free(tar.data);
    free(b.data);
}

/* ---- Cut off, and changed ------------------------------------------------------------------ */

/* 1: every member is clear and exact, whatever its name, or it is told that something is not. */
static int judge(bytes b)
{
    size_t good = 0;
    int told = 0;

    for (size_t i = 0; i < events.count; i++) {
        const kit_item *item = &events.items[i];
        int known = 0;
        told |= item->trouble.status != TUTELA_ITEM_CLEAR;
        for (size_t k = 0; k < COUNT; k++)
            known |= kit_is(item, members[k].content.data, members[k].content.size);
        if (item->depth > 0 && item->trouble.status == TUTELA_ITEM_CLEAR && !known)
            return 0;
        good += (size_t)known;
    }
    return !events.wrong && kit_is(&events.items[0], b.data, b.size)
           && (told || good == COUNT || events.items[0].format[0] == 0);
}

static void damaged(const char *how, size_t step)
{
    bytes b = locked(how, "pw");
    size_t cut = 0, changed = 0;

    if (!b.data) {
        skip(1, "cannot be written here");
        return;
    }
    know("pw", NULL, NULL);
    for (size_t size = 4; size < b.size; size += step) {
        (void)!kit_run(&events, (bytes){b.data, size}, &budget);
        cut += !judge((bytes){b.data, size});
    }
    is_u64(cut, 0, "%s: cut off everywhere", how);
    for (size_t at = 4; at < b.size; at += step) {
        b.data[at] ^= (uint8_t)(1u << at % 8);
        (void)!kit_run(&events, b, &budget);
        changed += !judge(b);
        b.data[at] ^= (uint8_t)(1u << at % 8);
    }
    is_u64(changed, 0, "%s: changed everywhere", how);
    free(b.data);
}

/* ---- The old encryption, by hand ----------------------------------------------------------- */

typedef struct keys {
    uint32_t a, b, c;
} keys;

static uint32_t crc_step(uint32_t crc, uint8_t byte)
{
    crc ^= byte;
    for (int bit = 0; bit < 8; bit++)
        crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    return crc;
}

static void turn(keys *k, uint8_t byte)
{
    k->a = crc_step(k->a, byte);
    k->b = (k->b + (k->a & 255)) * 134775813u + 1;
    k->c = crc_step(k->c, (uint8_t)(k->b >> 24));
}

static keys keys_of(const char *password)
{
    keys k = {0x12345678u, 0x23456789u, 0x34567890u};

    while (*password)
        turn(&k, (uint8_t)*password++);
    return k;
}

static uint8_t mask_of(const keys *k)
{
    uint32_t low = (k->c | 2) & 0xffff;

    return (uint8_t)(low * (low ^ 1) >> 8);
}

static uint8_t lock_byte(keys *k, uint8_t plain)
{
    uint8_t mask = mask_of(k);

    turn(k, plain);
    return plain ^ mask;
}

/* Stored members, each by its own password. */
static bytes old_zip(const char *const *passwords, size_t count)
{
    bytes out = nothing(), records = nothing();
    size_t start;

    for (size_t i = 0; i < count; i++) {
        const bytes *c = &members[i].content;
        uint32_t crc = crc_of(c->data, c->size), place = (uint32_t)out.size;
        keys k = keys_of(passwords[i]);
        bytes head = nothing();
        PUT16(&head, 20);
        PUT16(&head, 1);
        PUT16(&head, 0);
        PUT32(&head, 0x50000000);
        PUT32(&head, crc);
        PUT32(&head, c->size + 12);
        PUT32(&head, c->size);
        PUT16(&head, strlen(members[i].name));
        PUT16(&head, 0);
        PUT_TEXT(&out, "PK\3\4");
        kit_add(&out, head.data, head.size);
        PUT_TEXT(&out, members[i].name);
        for (size_t at = 0; at < 12 + c->size; at++) {
            uint8_t plain = at < 11 ? (uint8_t)(17 * at) : at == 11 ? (uint8_t)(crc >> 24)
                                                                    : c->data[at - 12];
            plain = lock_byte(&k, plain);
            kit_add(&out, &plain, 1);
        }
        PUT_TEXT(&records, "PK\1\2");
        PUT16(&records, 0x0314);
        kit_add(&records, head.data, head.size);
        PUT16(&records, 0);
        PUT16(&records, 0);
        PUT16(&records, 0);
        PUT32(&records, 0x81a40000);
        PUT32(&records, place);
        PUT_TEXT(&records, members[i].name);
        free(head.data);
    }
    start = out.size;
    kit_add(&out, records.data, records.size);
    zip_end(&out, count, start, 0);
    free(records.data);
    return out;
}

/* A wrong password that the check lets through for the first member of a zip. */
static const char *slips_through(bytes b)
{
    static char text[24];
    uint8_t check = b.data[14 + 3]; /* of the checksum */
    const uint8_t *head = b.data + 30 + strlen(members[0].name);

    for (unsigned i = 0; i < 100000; i++) {
        uint8_t plain = 0;
        snprintf(text, sizeof text, "slips%u", i);
        keys k = keys_of(text);
        for (size_t at = 0; at < 12; at++) {
            plain = head[at] ^ mask_of(&k);
            turn(&k, plain);
        }
        if (plain == check)
            return text;
    }
    return NULL;
}

static void old_ones(void)
{
    static const char *const own[] = {"first", "second", "third"}, *const same[] = {"a", "a", "a"};
    bytes b = old_zip(own, COUNT);
    const char *slips = slips_through(b);

    know("third", "second", "first");
    open_both(b);
    is_u64(exact(""), COUNT, "each member by its own password");
    know("second", NULL, NULL);
    open_both(b);
    is_u64(exact(""), 1, "one of them");
    is_text(status_of(members[1].name), "clear", "the one it is of");
    is_text(status_of(members[0].name), "encrypted", "the others stay shut");
    ok(slips != NULL, "there is a wrong password that the check lets through");
    know(slips, NULL, NULL);
    open_both(b);
    is_text(status_of(members[0].name), "encrypted", "with it alone the member stays shut");
    is_u64(kit_find(&events, members[0].name)->content.size, 0, "and no wrong byte is told");
    know(slips, "first", NULL);
    open_both(b);
    is_text(status_of(members[0].name), "clear", "the next one is tried");
    ok(kit_is(kit_find(&events, members[0].name), members[0].content.data, members[0].content.size),
       "and right");
    free(b.data);

    b = old_zip(same, COUNT);
    know("a", NULL, NULL);
    b.data[30 + strlen(members[0].name) + 12 + 1] ^= 1;
    open_both(b);
    is_text(status_of(members[0].name), "encrypted", "a changed member looks like a wrong password");
    is_u64(exact(""), COUNT - 1, "the others are read");
    free(b.data);
}

/* ---- Many passwords ------------------------------------------------------------------------ */

static void bounds(void)
{
    static const char *const own[] = {"right", "right", "right"};
    static char texts[1001][12];
    static tt_secret list[1001];
    char long_one[300];
    bytes b = old_zip(own, COUNT);

    for (size_t i = 0; i < 1001; i++) {
        snprintf(texts[i], sizeof texts[i], "wrong%zu", i);
        list[i] = (tt_secret){(uint8_t *)texts[i], strlen(texts[i])};
    }
    secrets = (tt_secrets){list, 1000};
    open_both(b);
    is_u64(shut_members(), COUNT, "a thousand wrong ones");
    list[999] = (tt_secret){(const uint8_t *)"right", 5};
    open_both(b);
    is_u64(exact(""), COUNT, "the thousandth");
    list[1000] = list[999];
    list[999] = list[998];
    secrets.count = 1001;
    open_both(b);
    is_u64(shut_members(), COUNT, "one beyond is not tried");
    memset(long_one, 'x', sizeof long_one);
    list[0] = (tt_secret){(uint8_t *)long_one, 257};
    list[1] = (tt_secret){(const uint8_t *)"right\0more", 10};
    list[2] = (tt_secret){(const uint8_t *)"", 0};
    secrets.count = 3;
    open_both(b);
    is_u64(shut_members(), COUNT, "nor one too long, one with a NUL, one of no bytes");
    free(b.data);
    long_one[256] = 0;
    const char *all[] = {long_one, long_one, long_one};
    b = old_zip(all, COUNT);
    list[0] = (tt_secret){(uint8_t *)long_one, 256};
    open_both(b);
    is_u64(exact(""), COUNT, "256 bytes are not too long");
    free(b.data);
}

int main(void)
{
    events = kit_new();
    members[0] = (kit_member){"one", kit_noise(400)};
    members[1] = (kit_member){"two", kit_copy("all work and no play all work and no play", 41)};
    members[2] = (kit_member){"three", kit_noise(13)};
    written("zip:encryption=traditional");
    written("zip:encryption=aes128");
    written("zip:encryption=aes256");
    written("zip:encryption=aes256,zip:compression=store");
    old_ones();
    bounds();
    members[0].content.size = 40;
    damaged("zip:encryption=traditional", 1);
    damaged("zip:encryption=aes256", 7);
    kit_free(&events);
    for (size_t i = 0; i < COUNT; i++)
        free(members[i].content.data);
    return tap_done();
}
