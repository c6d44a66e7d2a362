/*
 * engine: long streams, each algorithm of which a thread of its own digests. However the pieces come, and
 * however many contexts do so at once, the digests are those of the whole.
 */
#include "open_kit.h"

#include "engine/aside.h"

#define LONGEST ((size_t)20 << 20)
#define THREE (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1) | TUTELA_BIT(TUTELA_SHA256))

static bytes noise;

static int same(const tt_digests *want, const uint8_t (*got)[TUTELA_DIGEST_MAX], uint32_t mask)
{
    int good = 1;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (mask & TUTELA_BIT(i))
            good = good && memcmp(want->value[i], got[i], tt_digest_size(i)) == 0;
    return good;
}

/* Pieces around the least that is worth it, smaller and larger ones between. */
static size_t some_size(uint64_t *state, size_t left)
{
    static const size_t sizes[] = {1, 63, 4096, TT_ASIDE_LEAST - 1, TT_ASIDE_LEAST, TT_ASIDE_LEAST + 1,
                                   (size_t)1 << 20, ((size_t)3 << 20) + 5};
    size_t size;

    *state = *state * 6364136223846793005u + 1442695040888963407u;
    size = sizes[*state >> 61];
    return size < left ? size : left;
}

static void algorithms(void)
{
    static const uint32_t masks[] = {THREE, THREE | TUTELA_BIT(TUTELA_SHA512),
                                     TUTELA_BIT(TUTELA_SHA1) | TUTELA_BIT(TUTELA_SHA256),
                                     TUTELA_BIT(TUTELA_SHA512)};
    uint64_t state = 7;

    for (size_t m = 0; m < sizeof masks / sizeof masks[0]; m++) {
        tt_digester *digester = NULL;
        tt_aside *aside = NULL;
        tt_digests want, got;
        size_t size = (size_t)5 << 20;
        int good = tt_digest_bytes(masks[m], noise.data, size, &want, NULL) == TUTELA_OK
                   && tt_digester_new(&digester, masks[m], NULL) == TUTELA_OK
                   && tt_digester_begin(digester, masks[m], 1, NULL) == TUTELA_OK
                   && tt_aside_new(&aside, masks[m], NULL) == TUTELA_OK;

        for (size_t at = 0, some; good && at < size; at += some) {
            tt_digest_job job = {.digester = digester, .data = noise.data + at};

            some = job.size = some_size(&state, size - at);
            tt_aside_begin(aside, digester, job.data, some);
            good = tt_digest_update_one(tt_aside_own(aside), &job, 1, NULL) == TUTELA_OK;
            good = tt_aside_end(aside, NULL) == TUTELA_OK && good;
        }
        good = good && tt_digester_end(digester, &got, NULL) == TUTELA_OK;
        ok(good && got.mask == masks[m]
               && same(&want, (const uint8_t (*)[TUTELA_DIGEST_MAX])got.value, masks[m]),
           "mask %x: the digests of the whole", masks[m]);
        tt_aside_free(aside);
        tt_digester_free(digester);
    }
}

/* One context, several streams, shorter and longer ones. Wrong digests of all of them. */
static void *streams(void *user)
{
    static const size_t sizes[] = {1000, LONGEST, (size_t)9 << 20, (size_t)8 << 20, LONGEST - 777};
    tutela_scanner *scanner = user;
    tutela_context *context = NULL;
    uint64_t state = (uint64_t)(uintptr_t)&context;
    size_t wrong = 0;

    if (tutela_context_new(&context, scanner, NULL) != TUTELA_OK)
        return (void *)1;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const tutela_finding *finding = NULL;
        tutela_status status = tutela_stream_begin(context, "s", NULL);
        tt_digests want;

        for (size_t at = 0, some; status == TUTELA_OK && at < sizes[i]; at += some) {
            some = some_size(&state, sizes[i] - at);
            status = tutela_stream_update(context, noise.data + at, some, NULL);
        }
        if (status == TUTELA_OK)
            status = tutela_stream_end(context, &finding, NULL);
        if (status != TUTELA_OK || (finding->digest_mask & THREE) != THREE
            || tt_digest_bytes(THREE, noise.data, sizes[i], &want, NULL) != TUTELA_OK
            || !same(&want, finding->digests, THREE))
            wrong++;
    }
    tutela_context_free(context);
    tt_digest_thread_end();
    return (void *)(uintptr_t)wrong;
}

static void contexts(void)
{
    tutela_scanner *scanner = NULL;
    tutela_scanner_options options = {.size = sizeof options, .digests = THREE};
    pthread_t threads[4];

    ok(tutela_scanner_new(&scanner, NULL, 0, &options, NULL) == TUTELA_OK, "a scanner");
    for (size_t i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, streams, scanner);
    for (size_t i = 0; i < 4; i++) {
        void *wrong = (void *)1;

        pthread_join(threads[i], &wrong);
        is_u64((uintptr_t)wrong, 0, "context %zu: the digests of each stream", i);
    }
    tutela_scanner_free(scanner);
}

/* A context that goes in the middle of a long stream leaves no thread behind. */
static void given_up(void)
{
    tutela_scanner *scanner = NULL;
    tutela_context *context = NULL;

    ok(tutela_scanner_new(&scanner, NULL, 0, NULL, NULL) == TUTELA_OK
           && tutela_context_new(&context, scanner, NULL) == TUTELA_OK
           && tutela_stream_begin(context, "s", NULL) == TUTELA_OK
           && tutela_stream_update(context, noise.data, LONGEST, NULL) == TUTELA_OK
           && tutela_stream_update(context, noise.data, LONGEST, NULL) == TUTELA_OK,
       "a long stream");
    tutela_context_free(context);
    tutela_scanner_free(scanner);
    ok(1, "and its context goes");
}

int main(void)
{
    alarm(tap_under() ? 1000 : 120);
    noise = kit_noise(LONGEST);
    algorithms();
    contexts();
    given_up();
    free(noise.data);
    return tap_done();
}
