/*
 * fuzz_import: what the fuzz targets of the list readers share.
 *
 * Each target forces one reader, so that the fuzzer need not find its first bytes. Besides crashes
 * these end the run: a row without a digest, with a void digest or with a text that is not clean;
 * a status no reader may answer; an error that repeats the list.
 */
#ifndef TT_TESTS_FUZZ_IMPORT_H
#define TT_TESTS_FUZZ_IMPORT_H

#include "fuzz.h"

#include "unit/import_samples.h"

#include "base/text.h"
#include "hashsets/import/import.h"
#include "hashsets/import/input.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void promise(int condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "broken promise: %s\n", what);
    abort();
}

static void must_be_clean(const char *text)
{
    size_t size = strlen(text), length;
    uint32_t code;

    for (size_t at = 0; at < size; at += length) {
        length = tt_utf8_next(text + at, size - at, &code);
        promise(length > 0 && !tt_text_hidden(code), "texts of a row are clean");
    }
}

static tutela_status fuzz_take(void *user, const tt_row *row, tutela_error *error)
{
    static const uint8_t zeros[TUTELA_DIGEST_MAX];

    (void)user;
    (void)error;
    promise(row->digests.mask > 0 && row->digests.mask <= TT_DIGEST_ALL, "a row has a digest");
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (row->digests.mask & TUTELA_BIT(i))
            promise(memcmp(row->digests.value[i], zeros, tt_digest_size(i)) != 0
                     && !tt_digest_is_empty(i, row->digests.value[i]),
                 "no digest is void");
    promise(row->size != 0, "no row of an empty file");
    promise(row->line > 0, "lines count from 1");
    must_be_clean(row->entry);
    must_be_clean(row->scheme);
    must_be_clean(row->value);
    must_be_clean(row->owner);
    return TUTELA_OK;
}

static void fuzz_reject(void *user, uint64_t line, tutela_reject reason)
{
    (void)user;
    promise(line > 0 && tutela_reject_text((int32_t)reason) != NULL,
         "a reject has a line and a reason");
}

static void fuzz_count(void *user, const char *what)
{
    (void)user;
    promise(what[0] != '\0', "what is counted has a name");
}

static tutela_status fuzz_version(void *user, const char *text, tutela_error *error)
{
    (void)user;
    (void)error;
    promise(text[0] != '\0', "a version says something");
    must_be_clean(text);
    return TUTELA_OK;
}

/* No run of eight hex digits of the text stands in the list. */
static void must_not_tell(const char *text, const uint8_t *data, size_t size)
{
    for (size_t run; *text; text += run ? run : 1) {
        for (run = 0; isxdigit((unsigned char)text[run]);)
            run++;
        promise(run < 8 || !memmem(data, size, text, run), "an error tells nothing of the list");
    }
}

/* The map of columns to read by, when there is one. */
static const char *fuzz_mapped;

/* Read the bytes with the reader of that name, or with the one that bids most when it is NULL. */
static void fuzz_import(const char *format, const uint8_t *data, size_t size)
{
    static const tt_row_sink sink = {.take = fuzz_take,
                                     .reject = fuzz_reject,
                                     .count = fuzz_count,
                                     .version = fuzz_version};
    const tt_importer *importer = NULL;
    tutela_status status = TUTELA_OK;
    tutela_error error = {0};
    char path[32];
    int fd = memfd_create("fuzz", MFD_CLOEXEC);

    promise(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0,
         "a file in memory");
    for (size_t i = 0; format && (importer = tt_import_format_at(i)); i++)
        if (strcmp(importer->name, format) == 0)
            break;
    promise(!format || importer != NULL, "the format is in the table");
    if (importer) {
        TT_AUTO_INPUT tt_input *input = NULL;
        status = tt_input_from(&input, fd, "list", &error);
        promise(status == TUTELA_OK || status == TUTELA_LIST_UNUSABLE, "only a zip can be unusable yet");
        if (importer->bid(data, size < TT_IMPORT_HEAD ? size : TT_IMPORT_HEAD) > 100)
            promise(0, "a bid is at most 100");
        if (status == TUTELA_OK)
            status = tt_import_read(input, importer, &sink, &error);
    } else {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        const tt_import_options options = {.map = fuzz_mapped};
        status = tt_import_file(path, &options, &sink, NULL, &error);
        close(fd);
    }
    promise(status == TUTELA_OK || status == TUTELA_LIST_UNUSABLE
             || (fuzz_mapped && status == TUTELA_ARGUMENT),
         "a list is read or unusable");
    must_not_tell(error.text, data, size);
    must_not_tell(error.advice, data, size);
}

/* The index-th sample list of the tests whose name ends in `ending`, as a seed. */
__attribute__((unused)) static size_t sample_seed(size_t index, const char *ending, uint8_t *out,
                                                  size_t room)
{
    char path[128];

    for (size_t i = 0; i < IMPORT_SAMPLES; i++) {
        size_t length = strlen(import_samples[i]), end = strlen(ending);

        if (length < end || strcmp(import_samples[i] + length - end, ending) != 0 || index-- > 0)
            continue;
        snprintf(path, sizeof path, "tests/data/lists/%s", import_samples[i]);
        FILE *file = fopen(path, "rb");
        promise(file != NULL, "the sample lists are there");
        size_t size = fread(out, 1, room, file);
        fclose(file);
        return size;
    }
    return 0;
}

#endif
