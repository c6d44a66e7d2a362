/*
 * fuzz_carve: raw space of any bytes.
 *
 * What is told lies in the space, and nothing begins in a whole file that was told; mentions are told once, in
 * order for each way of writing, and are what the space says. Searched in pieces by a stream that only
 * comes forward, the same mentions come out.
 */
#include "fuzz.h"

#include "unit/carve_samples.h"

typedef struct seen {
    const uint8_t *data;
    size_t size;
    uint64_t covered, mentions, sum;
} seen;

static tutela_status see_file(void *user, uint64_t from, uint64_t to, const char *extension, int whole,
                              tutela_error *error)
{
    seen *s = user;

    (void)error;
    must(from < to && to <= s->size && from >= s->covered && *extension);
    if (whole)
        s->covered = to;
    return TUTELA_OK;
}

static tutela_status see_mention(void *user, uint64_t at, int algorithm, const uint8_t *digest,
                                 tutela_error *error)
{
    seen *s = user;
    size_t digits = algorithm == TUTELA_MD5 ? 32 : algorithm == TUTELA_SHA1 ? 40 : 64;
    char text[3];

    (void)error;
    must(at + digits <= s->size);
    (void)snprintf(text, sizeof text, "%02x", digest[0]);
    must((s->data[at] | 32) == (text[0] | 32));
    s->mentions++;
    s->sum += at * 31 + digest[digits / 2 - 1];
    return TUTELA_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_carve_sink all = {see_file, see_mention, NULL};
    seen whole = {data, size, 0, 0, 0}, mentions = whole;
    tt_memory_stream stream;
    tt_trouble trouble;

    if (!the_carve)
        must(tt_carve_new(&the_carve, NULL) == TUTELA_OK);
    tt_memory_stream_init(&stream, data, size);
    must(tt_carve_run(the_carve, &stream.stream, &all, &whole, &trouble, NULL) == TUTELA_OK);
    must(trouble.status == TUTELA_ITEM_CLEAR || trouble.status == TUTELA_ITEM_LIMIT);
    tt_memory_stream_init(&stream, data, size);
    must(tt_carve_mentions(the_carve, &stream.stream, &all, &mentions, &trouble, NULL) == TUTELA_OK);
    must(whole.mentions == mentions.mentions && whole.sum == mentions.sum);
    return 0;
}

/* Each kind of file, some zeros before and digests behind. */
size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char text[] = " 0123456789abcdef0123456789ABCDEF "
                               "0\0001\0002\0003\0004\0005\0006\0007\0008\0009\0000\0001\0002\0003\0004\0005\000"
                               "0\0001\0002\0003\0004\0005\0006\0007\0008\0009\0000\0001\0002\0003\0004\0005\000x";
    const size_t lead = 100;
    size_t size;

    if (index == 0)
        make_samples();
    if (index >= SAMPLES)
        return 0;
    size = samples[index].size < 12000 ? samples[index].size : 12000;
    if (lead + size + sizeof text > room)
        return 0;
    memset(out, 0, lead);
    memcpy(out + lead, samples[index].data, size);
    memcpy(out + lead + size, text, sizeof text);
    return lead + size + sizeof text;
}
