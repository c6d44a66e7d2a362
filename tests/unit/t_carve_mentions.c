/*
 * t_carve_mentions: digests written as text are found at every place, in ASCII and UTF-16 of both orders, and
 * only where no other digit adjoins.
 */
#include "carve_kit.h"

#include <ctype.h>

#define WINDOW ((size_t)256 << 10) /* of the search: what lies over its edge counts */

static told t;

/* `digits` hexadecimal digits of a digest that follows from `seed`, and the digest. */
static void make_digits(char *out, size_t digits, uint64_t seed, uint8_t *digest)
{
    static const char figures[] = "0123456789abcdef";

    fill_random(digest, digits / 2, seed);
    for (size_t i = 0; i < digits; i++)
        out[i] = figures[(digest[i / 2] >> (i % 2 ? 0 : 4)) & 15];
}

/* As text of `width` bytes a character, the digit first or last of these. */
static size_t write_text(uint8_t *out, const char *text, size_t digits, size_t width, int last)
{
    for (size_t i = 0; i < digits; i++) {
        if (width == 2)
            out[2 * i + (last ? 0 : 1)] = 0;
        out[width == 1 ? i : 2 * i + (last ? 1 : 0)] = (uint8_t)text[i];
    }
    return digits * width;
}

static const struct {
    size_t digits;
    int algorithm;
} sizes[] = {{32, TUTELA_MD5}, {40, TUTELA_SHA1}, {64, TUTELA_SHA256}};

static const struct {
    const char *name;
    size_t width;
    int last;
} codes[] = {{"ASCII", 1, 0}, {"UTF-16LE", 2, 0}, {"UTF-16BE", 2, 1}};

static int is_mention(const mention *m, uint64_t at, int algorithm, const uint8_t *digest, size_t size)
{
    return m->at == at && m->algorithm == algorithm && memcmp(m->digest, digest, size) == 0;
}

/* At each of `count` places from `first` on, in a space of `size` bytes of `filler`. */
static void at_places(size_t first, size_t count, size_t size, uint8_t filler, const char *what)
{
    uint8_t *space = malloc(size), digest[32];
    char text[64];

    for (size_t s = 0; s < 3; s++)
        for (size_t c = 0; c < 3; c++) {
            size_t good = 0, digits = sizes[s].digits;

            make_digits(text, digits, s * 3 + c, digest);
            for (size_t at = first; at < first + count; at++) {
                memset(space, filler, size);
                write_text(space + at, text, digits, codes[c].width, codes[c].last);
                (void)carve_bytes(space, size, &t);
                good += t.mention_count == 1
                        && is_mention(&t.mentions[0], at + (size_t)codes[c].last, sizes[s].algorithm, digest,
                                      digits / 2);
            }
            is_u64(good, count, "%zu digits in %s, %s", digits, codes[c].name, what);
        }
    free(space);
}

/* Over the edge of a window: each place from well before to behind it. Counted once. */
static void over_edges(void)
{
    size_t size = WINDOW + 2000, edge = WINDOW;
    uint8_t *space = malloc(size), digest[32];
    char text[64];

    memset(space, 'x', size);
    for (size_t c = 0; c < 3; c++) {
        size_t good = 0, count = 0;

        for (size_t at = edge - 400; at < edge + 400; at += 1) {
            size_t s = at % 3, digits = sizes[s].digits;

            make_digits(text, digits, at, digest);
            memset(space + WINDOW - 1000, 'x', 2000);
            write_text(space + at, text, digits, codes[c].width, codes[c].last);
            (void)carve_bytes(space, size, &t);
            count++;
            good += t.mention_count == 1
                    && is_mention(&t.mentions[0], at + (size_t)codes[c].last, sizes[s].algorithm, digest,
                                  digits / 2);
        }
        is_u64(good, count, "over the edge of a window, in %s", codes[c].name);
    }
    free(space);
}

/* Runs of every length up to 300: only those of three lengths are digests. */
static void lengths(void)
{
    uint8_t space[1024];

    for (size_t c = 0; c < 3; c++) {
        size_t wrong = 0;

        for (size_t digits = 1; digits <= 300; digits++) {
            char text[300];
            int is = digits == 32 || digits == 40 || digits == 64;

            for (size_t i = 0; i < digits; i++)
                text[i] = "0123456789ABCDEFabcdef"[i * 7 % 22];
            for (size_t at = 16; at < 34; at++) {
                memset(space, 'z', sizeof space);
                write_text(space + at, text, digits, codes[c].width, codes[c].last);
                (void)carve_bytes(space, sizeof space, &t);
                wrong += t.mention_count != (size_t)is;
            }
        }
        is_u64(wrong, 0, "runs of 1 to 300 digits in %s: no other length is told", codes[c].name);
    }
}

/* A run longer than windows is none, though parts of it would be. */
static void long_runs(void)
{
    size_t size = 4 * WINDOW;
    uint8_t *space = malloc(size);

    memset(space, 'a', size);
    (void)carve_bytes(space, size, &t);
    is_u64(t.mention_count, 0, "a MiB of digits is no digest");
    memset(space, 'z', size);
    memset(space + 100, '7', 2 * WINDOW + 77);
    memset(space + 3 * WINDOW, '8', 40);
    (void)carve_bytes(space, size, &t);
    is_u64(t.mention_count, 1, "nor is a run over windows; the digest behind it is one");
    for (size_t i = 0; i < size; i++)
        space[i] = i % 2 ? 0 : '5';
    (void)carve_bytes(space, size, &t);
    is_u64(t.mention_count, 0, "nor is a MiB of digits in UTF-16");
    free(space);
}

/* One behind another, as lists have them, with what lists have between. */
static void lists(void)
{
    static const char *const between[] = {"\n", "\r\n", ",", "  name.jpg\n", "\t"};
    tt_buf list;
    size_t count = 0;
    uint8_t digest[32];
    char text[64];

    tt_buf_init(&list, 1 << 22);
    for (size_t i = 0; i < 3000; i++) {
        size_t digits = sizes[i % 3].digits;

        make_digits(text, digits, i, digest);
        for (size_t k = 0; k < digits && i % 2; k++)
            text[k] = (char)toupper((unsigned char)text[k]);
        put(&list, text, digits);
        tt_buf_add_text(&list, between[i % 5]);
    }
    (void)carve_bytes(list.data, list.size, &t);
    is_u64(t.mention_count, 3000, "a list of 3000 digests");
    for (size_t i = 0; i < 3000; i++) {
        make_digits(text, sizes[i % 3].digits, i, digest);
        count += t.mentions[i].algorithm == sizes[i % 3].algorithm
                 && memcmp(t.mentions[i].digest, digest, sizes[i % 3].digits / 2) == 0;
    }
    is_u64(count, 3000, "each as it stands there, in its order");
    tt_buf_done(&list);
}

/* The other door: bytes that only come forward, and nothing but mentions. */
static void by_stream(void)
{
    size_t size = 2 * WINDOW + 5;
    uint8_t *space = malloc(size), digest[32];
    char text[64];
    tt_memory_stream stream;
    tt_trouble trouble;

    memset(space, 'x', size);
    make_digits(text, 40, 1, digest);
    memcpy(space + size - 40, text, 40);
    memcpy(space + WINDOW - 20, text, 40);
    memcpy(space, text, 40);
    memcpy(space + 1000, "\xff\xd8\xff\xe0", 4);
    memset(&t, 0, sizeof t);
    tt_memory_stream_init(&stream, space, size);
    ok(tt_carve_mentions(the_carve, &stream.stream, &sink, &t, &trouble, NULL) == TUTELA_OK
           && trouble.status == TUTELA_ITEM_CLEAR,
       "a stream is searched for mentions alone");
    is_u64(t.mention_count, 3, "those at its begin, over an edge and at its end are found");
    is_u64(t.range_count, 0, "and no files");
    free(space);
}

static void ends(void)
{
    uint8_t digest[32];
    char text[64];

    for (size_t s = 0; s < 3; s++) {
        make_digits(text, sizes[s].digits, s, digest);
        (void)carve_bytes(text, sizes[s].digits, &t);
        is_u64(t.mention_count, 1, "a space of %zu digits and nothing else", sizes[s].digits);
    }
    (void)carve_bytes(text, 0, &t);
    is_u64(t.mention_count + t.range_count, 0, "an empty one");
}

int main(void)
{
    ends();
    at_places(0, 200, 512, 'x', "from the begin on");
    at_places(512 - 130, 3, 512, 0, "at the end, in zeros");
    at_places(64, 40, 512, 0xff, "between bytes that are no text");
    over_edges();
    lengths();
    long_runs();
    lists();
    by_stream();
    tt_carve_free(the_carve);
    return tap_done();
}
