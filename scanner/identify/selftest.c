/*
 * selftest: asks the compiled signatures for each row's sample, and for bytes that are nothing.
 */
#include "identify/selftest.h"
#include "base/mem.h"
#include "identify/identify.h"
#include "identify/signature.h"

#include <stdio.h>
#include <string.h>

#define HEADS  512u /* of random bytes */
#define STRIDE 67u  /* from the beginning of one to that of the next */
/* With this seed no head begins by chance as a row of two bytes does, as one in 65536 would. */
#define SEED 20261122u

typedef struct asked {
    tt_signatures *signatures;
    tt_identify *identify;
    uint8_t *head; /* TT_IDENTIFY_HEAD bytes, and room for all random ones */
} asked;

static void asked_done(asked *a)
{
    tt_identify_free(a->identify);
    tt_signatures_free(a->signatures);
    tt_free(a->head);
}
#define AUTO_ASKED __attribute__((cleanup(asked_done)))

static tutela_status ask_row(tt_selftest *test, const asked *a, size_t number,
                             const tt_signature *row, tutela_error *error)
{
    tt_type type = {"nothing", TUTELA_TYPE_OTHER};
    char detail[TT_SELFTEST_TEXT] = "no sample of it";
    size_t size = tt_signature_sample(row, a->head);
    int found = 0, right;

    if (size > 0) {
        TT_TRY(tt_identify_fast(a->identify, a->head, size, &type, &found, error));
        (void)snprintf(detail, sizeof detail, "its sample is found to be %s", type.mime);
    }
    right = found && strcmp(type.mime, row->mime) == 0 && type.type == row->type;
    return tt_selftest_note(test, right, detail, error, "signature %zu: %s", number + 1,
                            row->mime);
}

/* Heads of the commonest types, byte by byte: what the table says of itself is not asked here. */
static const struct {
    const char *mime;
    const char *bytes;
    size_t size;
} carried[] = {
#define HEAD(mime, bytes) {mime, bytes, sizeof bytes - 1}
    HEAD("image/jpeg", "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"),
    HEAD("image/png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"),
    HEAD("image/gif", "GIF89a\1\0\1\0\x80\0\0"),
    HEAD("image/webp", "RIFF\x24\0\0\0WEBPVP8 "),
    HEAD("image/bmp", "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0"),
    HEAD("image/heic", "\0\0\0\x18" "ftypheic\0\0\0\0mif1heic"),
    HEAD("video/mp4", "\0\0\0\x18" "ftypmp42\0\0\0\0isommp42"),
    HEAD("video/quicktime", "\0\0\0\x14" "ftypqt  \0\0\2\0qt  "),
    HEAD("video/x-msvideo", "RIFF\x24\0\0\0AVI LIST"),
    HEAD("video/mpeg", "\0\0\1\xba\x44\0\4\0\4\1"),
    HEAD("audio/flac", "fLaC\0\0\0\x22"),
    HEAD("application/pdf", "%PDF-1.7\n%"),
    HEAD("application/zip", "PK\3\4\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0a"),
    HEAD("application/gzip", "\x1f\x8b\x08\0\0\0\0\0\0\3"),
    HEAD("application/x-7z-compressed", "7z\xbc\xaf\x27\x1c\0\4"),
#undef HEAD
};

static tutela_status ask_carried(tt_selftest *test, const asked *a, tutela_error *error)
{
    for (size_t i = 0; i < sizeof carried / sizeof carried[0]; i++) {
        tt_type type = {"nothing", TUTELA_TYPE_OTHER};
        char detail[TT_SELFTEST_TEXT];
        int found = 0;

        TT_TRY(tt_identify_fast(a->identify, carried[i].bytes, carried[i].size, &type, &found,
                                error));
        (void)snprintf(detail, sizeof detail, "it is found to be %s", type.mime);
        TT_TRY(tt_selftest_note(test, strcmp(type.mime, carried[i].mime) == 0, detail, error,
                                "a head of %s", carried[i].mime));
    }
    return TUTELA_OK;
}

/* Nothing has to be found at `head`; else *said says what was. */
static tutela_status ask_nothing(const asked *a, const uint8_t *head, size_t size,
                                 char said[TT_SELFTEST_TEXT], tutela_error *error)
{
    tt_type type = {"", TUTELA_TYPE_OTHER};
    int found = 0;

    TT_TRY(tt_identify_fast(a->identify, head, size, &type, &found, error));
    if (found)
        (void)snprintf(said, TT_SELFTEST_TEXT, "found to be %s", type.mime);
    return TUTELA_OK;
}

static tutela_status ask_zeros(tt_selftest *test, const asked *a, tutela_error *error)
{
    static const size_t sizes[] = {1, 64, 512, 4096, TT_IDENTIFY_HEAD};

    memset(a->head, 0, TT_IDENTIFY_HEAD);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char said[TT_SELFTEST_TEXT] = "";

        TT_TRY(ask_nothing(a, a->head, sizes[i], said, error));
        TT_TRY(tt_selftest_note(test, !said[0], said, error, "%zu zeros are nothing", sizes[i]));
    }
    return TUTELA_OK;
}

static tutela_status ask_random(tt_selftest *test, const asked *a, tutela_error *error)
{
    char said[TT_SELFTEST_TEXT] = "";
    uint64_t state = SEED;

    for (size_t i = 0; i < TT_IDENTIFY_HEAD + (size_t)HEADS * STRIDE; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        a->head[i] = (uint8_t)(state >> 56);
    }
    for (size_t i = 0; i < HEADS; i++)
        TT_TRY(ask_nothing(a, a->head + i * STRIDE, TT_IDENTIFY_HEAD, said, error));
    return tt_selftest_note(test, !said[0], said, error, "%u heads of random bytes are nothing",
                            HEADS);
}

static tutela_status prepare(asked *a, tutela_error *error)
{
    a->head = tt_alloc_raw(TT_IDENTIFY_HEAD + (size_t)HEADS * STRIDE, 1);
    if (!a->head)
        return tt_no_memory(error);
    TT_TRY(tt_signatures_new(&a->signatures, error));
    TT_TRY(tt_signatures_ready(a->signatures, error));
    return tt_identify_new(&a->identify, a->signatures, error);
}

tutela_status tt_selftest_types(tt_selftest *test, tutela_error *error)
{
    AUTO_ASKED asked a = {.signatures = NULL};
    tutela_error said = {0};
    size_t rows;
    const tt_signature *table = tt_signature_table(&rows);
    tutela_status status;

    test->group = "file types";
    status = prepare(&a, &said);
    TT_TRY(tt_selftest_answer(test, status, &said, error, "the signatures compile"));
    if (status != TUTELA_OK)
        return TUTELA_OK;
    for (size_t i = 0; i < rows; i++)
        TT_TRY(ask_row(test, &a, i, &table[i], error));
    TT_TRY(ask_carried(test, &a, error));
    TT_TRY(ask_zeros(test, &a, error));
    return ask_random(test, &a, error);
}
