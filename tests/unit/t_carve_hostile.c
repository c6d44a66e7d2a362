/*
 * t_carve_hostile: spaces that are made to be slow or wrong, bytes that cannot be read, and sinks that fail:
 * the search ends, soon, and says what it did not do.
 */
#include "carve_samples.h"

#include <time.h>

#define MIB ((size_t)1 << 20)

static told t;

static double seconds(void)
{
    struct timespec at;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* ---- Nothing but first bytes ----------------------------------------------------------------- */

static const struct {
    const char *name, *bytes;
    size_t size;
} heads[] = {
#define H(name, bytes) {name, bytes, sizeof(bytes) - 1}
    H("jpeg", "\xff\xd8\xff\xe0\0\2\xff\xfe\0\2\xff\xc0\0\13\10\0\1\0\1\1\1\1\0\xff\xda\0\10\1\1\0\0\77\0"),
    H("jpeg without end", "\xff\xd8\xff\xd8"),
    H("gif", "GIF89a\1\0\1\0\0\0\0!\xfe\1a\0,\0\0\0\0\1\0\1\0\0\2"),
    H("png", "\x89PNG\r\n\x1a\n\0\0\0\15IHDR\0\0\0\0IDAT"),
    H("tiff", "II*\0\10\0\0\0\2\0\0\1\3\0\1\0\0\0\1\0\0\0\1\1\3\0\1\0\0\0\1\0\0\0\10\0\0\0"),
    H("riff", "RIFF\xff\xff\xff\x7fWAVEfmt \0\0\0\0"),
    H("boxes", "\0\0\0\20ftypisom\0\0\0\0\0\0\0\10free"),
    H("ebml", "\x1a\x45\xdf\xa3\x87\x42\x82\x84webm\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff\xec\x80"),
    H("packets", "GGGG"),
    H("packs", "\0\0\1\xba\x21\0\1\0\1\x80\0\1"),
    H("asf", "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c\36\0\0\0\0\0\0\0\0\0\0\0\1\2"),
    H("flv", "FLV\1\5\0\0\0\11\0\0\0\0\10\0\0\0\0\0\0\0\0\0\0\0\0\0\13"),
    H("ogg", "OggS\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    H("pdf", "%PDF-1.4\n%%EOF\n1 0 obj "),
    H("pdf alone", "%PDF-1.4 "),
    H("end marks", "%PDF-1.4\n%%EOF\n1 0 obj %%EOF\n1 0 obj %%EOF\n1 0 obj "),
    H("ole", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    H("zip", "PK\3\4\24\0\10\0\10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0a"),
    H("stored zip", "PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0a"),
    H("rar", "Rar!\x1a\7\0\0\0\x73\0\0\15\0\0\0\0\0\0\0"),
    H("7z", "7z\xbc\xaf\x27\x1c\0\4\0\0\0\0\10\0\0\0\0\0\0\0\10\0\0\0\0\0\0\0\0\0\0\0\1"),
    H("digits", "0123456789abcdef"),
    H("digests", "0123456789abcdef0123456789abcdef "),
    H("digits of UTF-16", "0\0001\0002\0003\0"),
#undef H
};

static void only_heads(void)
{
    size_t size = 4 * MIB;
    uint8_t *space = malloc(size);
    double slowest = 0;

    for (size_t h = 0; h < sizeof heads / sizeof heads[0]; h++) {
        double begun = seconds(), took;
        tt_trouble trouble;

        for (size_t i = 0; i < size; i++)
            space[i] = (uint8_t)heads[h].bytes[i % heads[h].size];
        trouble = carve_bytes(space, size, &t);
        took = seconds() - begun;
        slowest = took > slowest ? took : slowest;
        if (took > 0.2 || trouble.status != TUTELA_ITEM_CLEAR)
            printf("# %s: %.2f s, %s, %zu ranges\n", heads[h].name, took, trouble.reason, t.range_count);
        ok(took < (tap_under() ? 60 : 6), "4 MiB of nothing but %s end", heads[h].name);
        ok(trouble.status == TUTELA_ITEM_CLEAR || trouble.status == TUTELA_ITEM_LIMIT,
           "and no more than a limit is said");
    }
    printf("# the slowest: %.2f s\n", slowest);
    free(space);
}

/* Heads whose walks look at all that follows: the work is bounded, and what is left out is said. */
static void costly(void)
{
    static const char head[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    size_t size = 2 * MIB, step = 64;
    uint8_t *space = malloc(size);
    tt_trouble trouble;
    double begun = seconds();

    memset(space, 'z', size);
    for (size_t i = 0; i + 600 < size; i += step) {
        memcpy(space + i, i % 128 ? "PK\3\4\24\0\10\0\10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0a" : head,
               i % 128 ? 31 : 8);
        space[i + 40] = 'P'; /* a stop in each search */
    }
    memcpy(space + size - 60, "0123456789abcdef0123456789abcdef", 32);
    trouble = carve_bytes(space, size, &t);
    is_i64(trouble.status, TUTELA_ITEM_LIMIT, "walks without end hit a limit, and it is said");
    is_u64(t.mention_count, 1, "mentions behind it are found nevertheless");
    ok(seconds() - begun < (tap_under() ? 60 : 6), "and soon");
    free(space);
}

/* ---- Damage ---------------------------------------------------------------------------------- */

static int in_order(size_t size)
{
    uint64_t covered = 0;

    for (size_t i = 0; i < t.range_count && i < TOLD_MAX; i++) {
        const range *r = &t.ranges[i];

        if (r->from >= r->to || r->to > size || r->from < covered)
            return 0;
        if (r->whole)
            covered = r->to;
    }
    return 1;
}

static void mutations(void)
{
    size_t rounds = tap_under() ? 200 : 6000, wrong = 0;
    tt_random random = tt_random_named(1, "mutations");
    uint8_t *space = malloc(MIB);

    for (size_t i = 0; i < rounds; i++) {
        const tt_buf *s = &samples[i % SAMPLES];
        size_t size = s->size < 20000 ? s->size : 20000, changes = 1 + tt_random_below(&random, 8);

        memcpy(space, s->data, size);
        for (size_t k = 0; k < changes; k++) {
            /* Heads more often than the rest. */
            uint32_t reach = (uint32_t)(tt_random_below(&random, 2) ? size : size < 128 ? size : 128);

            space[tt_random_below(&random, reach)] = (uint8_t)tt_random_next(&random);
        }
        (void)carve_bytes(space, size, &t);
        wrong += !in_order(size);
    }
    is_u64(wrong, 0, "%zu changed files: what is told lies in the space, none in another whole one", rounds);
    free(space);
}

/* ---- Bytes that cannot be read ----------------------------------------------------------------- */

typedef struct bad_stream {
    tt_stream stream;
    const uint8_t *data;
    uint64_t from, to; /* what cannot be read */
    size_t reads;
} bad_stream;

static tutela_status bad_read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                                 size_t *got, tt_trouble *trouble, tutela_error *error)
{
    bad_stream *b = (bad_stream *)stream;

    (void)error;
    b->reads++;
    *got = 0;
    if (offset >= b->from && offset < b->to) {
        *trouble = (tt_trouble){TUTELA_ITEM_UNREADABLE, "the file cannot be read"};
        return TUTELA_OK;
    }
    if (size > stream->size - offset)
        size = (size_t)(stream->size - offset);
    if (offset < b->from && size > b->from - offset)
        size = (size_t)(b->from - offset);
    memcpy(buffer, b->data + offset, size);
    *got = size;
    return TUTELA_OK;
}

static void with_hole(const uint8_t *space, size_t size, size_t from, size_t to, size_t second)
{
    static const tt_stream_ops ops = {.read_at = bad_read_at};
    bad_stream b = {{.ops = &ops, .size = size}, space, from, to, 0};
    tt_trouble trouble = carve_stream(&b.stream, &t);
    uint64_t hole = 0;

    is_i64(trouble.status, TUTELA_ITEM_UNREADABLE, "bytes %zu to %zu cannot be read, and it is said", from, to);
    for (size_t i = 0; i < t.hole_count; i++)
        hole += t.holes[i].to - t.holes[i].from;
    ok(hole >= to - from && hole < to - from + 4096, "as is which: %" PRIu64 " bytes", hole);
    ok(told_at(&t, second) && told_at(&t, second)->whole, "what lies behind is found");
    is_u64(t.mention_count, 2, "as are the mentions before and behind");
    ok(b.reads < 2000, "by %zu reads", b.reads);
}

static void unreadable(void)
{
    size_t size = 8 * MIB, second = 6 * MIB + 17;
    uint8_t *space = malloc(size);
    static const tt_stream_ops ops = {.read_at = bad_read_at};
    bad_stream b = {{.ops = &ops, .size = 1 * MIB}, space, 0, MIB, 0};

    fill_random(space, size, 3);
    memcpy(space + second, samples[2].data, samples[2].size);
    memcpy(space + 999, " 0123456789abcdef0123456789abcdef ", 34);
    memcpy(space + 7 * MIB, " 0123456789abcdef0123456789abcdef ", 34);
    with_hole(space, size, MIB + 100, MIB + 200, second);
    with_hole(space, size, MIB, MIB + 4096, second);
    with_hole(space, size, 5000, 5 * MIB + 5, second);
    with_hole(space, size, 4096, 6 * MIB, second);
    is_i64(carve_stream(&b.stream, &t).status, TUTELA_ITEM_UNREADABLE, "nothing can be read at all");
    is_u64(t.hole_count == 1 ? t.holes[0].to - t.holes[0].from : 0, MIB, "which is all one hole");
    /* A file that reaches into what cannot be read. */
    b = (bad_stream){{.ops = &ops, .size = 7 * MIB},
                     space,
                     second + samples[2].size / 2,
                     second + samples[2].size,
                     0};
    (void)carve_stream(&b.stream, &t);
    ok(told_at(&t, second) && told_at(&t, second)->whole == 0, "a file that cannot be read to its end is cut short");
    free(space);
}

/* ---- Ours -------------------------------------------------------------------------------------- */

static tutela_status stop_found(void *user, uint64_t from, uint64_t to, const char *extension, int whole,
                                tutela_error *error)
{
    (void)user;
    (void)from;
    (void)to;
    (void)extension;
    (void)whole;
    (void)error;
    return TUTELA_IO;
}

static tutela_status stop_mention(void *user, uint64_t at, int algorithm, const uint8_t *digest,
                                  tutela_error *error)
{
    (void)user;
    (void)at;
    (void)algorithm;
    (void)digest;
    (void)error;
    return TUTELA_CANCELLED;
}

static void failures(void)
{
    static const tt_carve_sink bad_files = {stop_found, NULL, NULL}, bad_mentions = {NULL, stop_mention, NULL};
    tt_trouble trouble;
    tt_memory_stream stream;

    tt_memory_stream_init(&stream, samples[2].data, samples[2].size);
    is_i64(tt_carve_run(the_carve, &stream.stream, &bad_files, NULL, &trouble, NULL), TUTELA_IO,
           "what the sink says of a file ends the run");
    tt_memory_stream_init(&stream, "0123456789abcdef0123456789abcdef", 32);
    is_i64(tt_carve_run(the_carve, &stream.stream, &bad_mentions, NULL, &trouble, NULL), TUTELA_CANCELLED,
           "and what it says of a mention");
}

int main(void)
{
    make_samples();
    only_heads();
    costly();
    mutations();
    unreadable();
    failures();
    free_samples();
    tt_carve_free(the_carve);
    return tap_done();
}
