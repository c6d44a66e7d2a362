/*
 * t_unpack_sevenzip: encrypted 7z archives, with their headers and without, by the right password and by others, of
 * every size of the last block, cut off and changed.
 */
#include "secrets_kit.h"
#include "sevenzip_samples.h"

static void read_it(bytes b)
{
    (void)!kit_run(&events, b, &budget);
}

static void by_another_writer(void)
{
    for (size_t i = 0; i < SEVENZIP_SAMPLES; i++) {
        const sevenzip_sample *s = &sevenzip_samples[i];
        bytes b = sevenzip_of(s);
        kit_member in_tar = {"a.7z", b};
        bytes tar = kit_archive("gnutar", NULL, &in_tar, 1);

        know("no", "secret", NULL);
        read_it(b);
        ok(has("one", SEVENZIP_ONE) && has("two", SEVENZIP_TWO), "%s: the second password opens it", s->label);
        is_text(status_of(""), "clear", "and it is whole");
        is_u64(events.count, 3, "and nothing twice");
        (void)!kit_run_pipe(&events, tar, &budget);
        ok(has("a.7z|one", SEVENZIP_ONE), "piped in a tar");
        know("no", "Secret", NULL);
        read_it(b);
        ok(!has("one", SEVENZIP_ONE), "with wrong ones nothing comes out");
        ok(strcmp(status_of(""), "encrypted") == 0 || strcmp(status_of("one"), "encrypted") == 0,
           "and it stays shut: %s", status_of(""));
        free(tar.data);
        free(b.data);
    }
}

static void own(void)
{
    static const size_t sizes[] = {1, 2, 7, 8, 15, 16, 17, 1000, 15000};
    static const unsigned cycles[] = {0, 4, 63};
    size_t good = 0, shut = 0, all = 0;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t k = 0; k < 6; k++) {
            bytes file = kit_noise(sizes[i]);
            bytes b = sevenzip_made(file, "pw", cycles[k % 3], k >= 3, 1);
            know("pv", "pw", NULL);
            read_it(b);
            good += kit_is(kit_find(&events, "f"), file.data, file.size)
                    && strcmp(status_of("f"), "clear") == 0 && strcmp(status_of(""), "clear") == 0;
            know("pv", "px", NULL);
            read_it(b);
            shut += strcmp(status_of(k >= 3 ? "" : "f"), "encrypted") == 0
                    && (!kit_find(&events, "f") || kit_find(&events, "f")->content.size == 0);
            all++;
            free(file.data);
            free(b.data);
        }
    }
    is_u64(good, all, "of any size");
    is_u64(shut, all, "and not by wrong ones");
}

/* ---- Passwords ----------------------------------------------------------------------------- */

static void bounds(void)
{
    bytes file = kit_noise(100), b = sevenzip_made(file, "pw", 4, 0, 0);

    know("pw", NULL, NULL);
    read_it(b);
    is_text(status_of("f"), "encrypted", "without a checksum no password is taken for right");
    free(b.data);
    free(file.data);
}

static void too_many(void)
{
    bytes file = kit_noise(100), b = sevenzip_made(file, "pw", 4, 0, 1);
    uint8_t *at = memmem(b.data + 144, b.size - 144, "\xc4\x37salt", 6);
    size_t head = 32 + 112;

    if (!ok(at != NULL, "its rounds are there"))
        return;
    *at = 0xc0 | 25;
    tt_store32(b.data + 28, crc_of(b.data + head, b.size - head));
    tt_store32(b.data + 8, crc_of(b.data + 12, 20));
    know("pw", NULL, NULL);
    read_it(b);
    is_text(status_of(""), "limit", "more rounds than the limit");
    is_text(status_of("f"), "encrypted", "and what it holds is shut");
    free(b.data);
    free(file.data);
}

/* ---- Damage -------------------------------------------------------------------------------- */

/* 1: nothing that is clear is other than it was, and it is told when something is missing. */
static int judge(bytes b, bytes file)
{
    int told = 0, good = 0, wrong = 0;

    read_it(b);
    for (size_t i = 0; i < events.count; i++) {
        const kit_item *item = &events.items[i];
        int is = kit_is(item, file.data, file.size);
        told |= item->trouble.status != TUTELA_ITEM_CLEAR;
        good |= is;
        wrong |= item->depth > 0 && item->trouble.status == TUTELA_ITEM_CLEAR && !is;
    }
    return !events.wrong && !wrong && kit_is(&events.items[0], b.data, b.size)
           && (told || good || events.items[0].format[0] == 0);
}

static void damage(bytes b, bytes file, const char *label, size_t step)
{
    size_t cut = 0, changed = 0;

    for (size_t size = 6; size < b.size; size += step)
        cut += !judge((bytes){b.data, size}, file);
    is_u64(cut, 0, "%s: cut off everywhere", label);
    for (size_t at = 6; at < b.size; at += step) {
        for (unsigned bit = 0; bit < 8; bit += step > 1 ? 3 : 1) {
            b.data[at] ^= (uint8_t)(1u << bit);
            changed += !judge(b, file);
            b.data[at] ^= (uint8_t)(1u << bit);
        }
    }
    is_u64(changed, 0, "%s: changed everywhere", label);
}

/* The same with checksums that fit: what the header says is then only looked at by its reader. */
static void mended(bytes b, bytes file, const char *label)
{
    size_t head = 32 + (size_t)tt_load64(b.data + 12), wrong = 0;

    for (size_t at = head; at < b.size; at++) {
        for (unsigned byte = 0; byte < 256; byte += 15) {
            uint8_t before = b.data[at];
            b.data[at] = (uint8_t)byte;
            tt_store32(b.data + 28, crc_of(b.data + head, b.size - head));
            tt_store32(b.data + 8, crc_of(b.data + 12, 20));
            read_it(b);
            for (size_t i = 1; i < events.count; i++)
                wrong += events.items[i].trouble.status == TUTELA_ITEM_CLEAR
                         && events.items[i].content.size > 0
                         && !kit_is(&events.items[i], file.data, file.size);
            wrong += (size_t)(events.wrong != 0);
            b.data[at] = before;
        }
    }
    is_u64(wrong, 0, "%s: a header that was made, not damaged", label);
}

static void damaged(void)
{
    bytes file = kit_noise(40), b = sevenzip_made(file, "pw", 1, 0, 1);

    know("pw", NULL, NULL);
    damage(b, file, "open header", 1);
    mended(b, file, "open header");
    free(b.data);
    b = sevenzip_made(file, "pw", 1, 1, 1);
    damage(b, file, "header encrypted", 1);
    mended(b, file, "header encrypted");
    free(b.data);
    free(file.data);
}

int main(void)
{
    events = kit_new();
    by_another_writer();
    own();
    bounds();
    too_many();
    damaged();
    kit_free(&events);
    return tap_done();
}
