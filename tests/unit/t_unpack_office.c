/*
 * t_unpack_office: encrypted Office documents of each kind, with the right password, with others, of every
 * size of their last segment, cut off and changed.
 */
#include "office_kit.h"
#include "secrets_kit.h"

#define FILE_SIZE 3000u

/* Some item is clear and these bytes. */
static int found(bytes b)
{
    for (size_t i = 1; i < events.count; i++)
        if (kit_is(&events.items[i], b.data, b.size)
            && events.items[i].trouble.status == TUTELA_ITEM_CLEAR)
            return 1;
    return 0;
}

static void read_it(bytes b)
{
    (void)!kit_run(&events, b, &budget);
}

static void each_way(const office_way *w, bytes file)
{
    kit_member member = {"word/media/image1.jpeg", file}, in_tar = {"a.docx", nothing()};
    bytes zip = kit_archive("zip", NULL, &member, 1), b = office_of(w, "Kes\xe4 1", zip), tar;

    know("Kes\xc3\xa4 1", NULL, NULL);
    read_it(b);
    ok(found(file) && found(zip), "%s %zu: the password opens it", w->digest, 8 * w->key_size);
    is_text(status_of(""), "clear", "and it is whole");
    is_text(status_of("3"), "clear", "and so is its package");
    ok(kit_find(&events, "3|word/media/image1.jpeg") != NULL, "with the names in it");
    ok(kit_find(&events, "EncryptedPackage") && kit_find(&events, "EncryptionInfo"),
       "its streams are told too");
    is_u64(events.count, 5, "and nothing twice");
    know("no", "Kes\xe4 1", NULL);
    read_it(b);
    ok(found(file), "the second one, in Latin-1");
    know("no", "Kes\xc3\xa4 2", NULL);
    read_it(b);
    is_text(status_of(""), "encrypted", "with wrong ones it stays shut");
    is_u64(events.count, 3, "and is only its streams");
    know(NULL, NULL, NULL);
    read_it(b);
    is_text(status_of(""), "encrypted", "as with none");
    free(in_tar.content.data);
    in_tar.content = b;
    tar = kit_archive("gnutar", NULL, &in_tar, 1);
    know("Kes\xe4 1", NULL, NULL);
    (void)!kit_run_pipe(&events, tar, &budget);
    ok(found(file), "piped in a tar");
    free(tar.data);
    free(b.data);
    free(zip.data);
}

static void sizes(const office_way *w)
{
    static const size_t list[] = {0, 1, 15, 16, 17, 4080, 4095, 4096, 4097, 8192, 20000};
    size_t good = 0;

    know("pw", NULL, NULL);
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        bytes plain = kit_noise(list[i]), b = office_of(w, "pw", plain);
        read_it(b);
        good += kit_is(kit_find(&events, "3"), plain.data, plain.size)
                && strcmp(status_of("3"), w->agile ? "clear" : "malformed") == 0;
        free(plain.data);
        free(b.data);
    }
    is_u64(good, sizeof list / sizeof list[0], "%s: of any size%s", w->digest,
           w->agile ? "" : ", and what is no zip is not vouched for");
}

/* ---- Damage -------------------------------------------------------------------------------- */

/* 1: nothing that is clear is other than it was, but in the bytes of its streams; or it is told. */
static int judge(bytes b, bytes plain)
{
    int told = 0;

    read_it(b);
    for (size_t i = 0; i < events.count; i++)
        told |= events.items[i].trouble.status != TUTELA_ITEM_CLEAR;
    return !events.wrong && kit_is(&events.items[0], b.data, b.size)
           && (told || found(plain) || events.items[0].format[0] == 0);
}

static void damaged(const office_way *w, size_t step)
{
    bytes file = kit_noise(60), zip, b;
    kit_member member = {"a", file};
    size_t cut = 0, changed = 0;

    zip = kit_archive("zip", NULL, &member, 1);
    b = office_of(w, "pw", zip);
    know("pw", NULL, NULL);
    for (size_t size = 8; size < b.size; size += step)
        cut += !judge((bytes){b.data, size}, file);
    is_u64(cut, 0, "%s: cut off everywhere", w->digest);
    for (size_t at = 8; at < b.size; at += step) {
        b.data[at] ^= (uint8_t)(1u << at % 8);
        if (!judge(b, file)) {
            changed++;
            printf("# at %zu\n", at);
            kit_show(&events);
        }
        b.data[at] ^= (uint8_t)(1u << at % 8);
    }
    is_u64(changed, 0, "%s: changed everywhere", w->digest);
    free(file.data);
    free(zip.data);
    free(b.data);
}

/* A change in the ciphertext of what has no checksum of its own. */
static void summed(const office_way *w)
{
    bytes plain = kit_noise(FILE_SIZE), b = office_of(w, "pw", plain);
    uint8_t *size_at = memmem(b.data, b.size, "\xb8\x0b\0\0\0\0\0\0", 8);

    know("pw", NULL, NULL);
    read_it(b);
    ok(found(plain), "what is no zip");
    if (!ok(size_at != NULL, "its size is there"))
        return;
    size_at[200] ^= 1;
    read_it(b);
    is_text(status_of("3"), "malformed", "its checksum tells");
    ok(!found(plain), "that it is another");
    free(plain.data);
    free(b.data);
}

static void bounds(void)
{
    office_way w = office_ways[0];
    bytes plain = kit_noise(100), b;

    w.unsummed = 1;
    b = office_of(&w, "pw", plain);
    know("pw", NULL, NULL);
    read_it(b);
    is_text(status_of("3"), "malformed", "one without a checksum is not vouched for");
    free(b.data);

    /* As many rounds as nobody can wait for: written over what it has. */
    b = office_of(&office_ways[0], "pw", plain);
    uint8_t *spin = memmem(b.data, b.size, "spinCount=\"1000\" saltSize=\"16\"", 30);
    if (ok(spin != NULL, "its rounds are stated"))
        memcpy(spin, "spinCount=\"99999999\"          ", 30);
    read_it(b);
    is_text(status_of(""), "limit", "more rounds than the limit");
    free(b.data);
    free(plain.data);
}

int main(void)
{
    bytes file;

    events = kit_new();
    file = kit_noise(FILE_SIZE);
    for (size_t i = 0; i < OFFICE_WAYS; i++)
        each_way(&office_ways[i], file);
    sizes(&office_ways[0]);
    sizes(&office_ways[3]);
    summed(&office_ways[0]);
    summed(&office_ways[1]);
    bounds();
    damaged(&(office_way){1, "SHA512", 32, 10, 0}, 5);
    damaged(&office_ways[3], 101);
    free(file.data);
    kit_free(&events);
    return tap_done();
}
