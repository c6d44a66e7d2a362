/*
 * import: which reader takes a list, and what every list must put up with (see import.h).
 */
#include "hashsets/import/import.h"

#include "hashsets/import/draft.h"
#include "hashsets/import/formats.h"

#include "base/text.h"

#include <string.h>

static const tt_importer importers[] = {
#define X(name, words) {words, tt_##name##_bid, tt_##name##_read},
    TT_IMPORT_FORMATS(X)
#undef X
};

const tt_importer *tt_import_format_at(size_t index)
{
    return index < sizeof importers / sizeof importers[0] ? &importers[index] : NULL;
}

/*
 * The digest of nothing lists every empty file, and a zero digest stands for "none" in more than
 * one tool. *zero is set when the value is all zero.
 */
static int is_void(int algorithm, const uint8_t *value, int *zero)
{
    static const uint8_t zeros[TUTELA_DIGEST_MAX];

    if (memcmp(value, zeros, tt_digest_size(algorithm)) != 0)
        return tt_digest_is_empty(algorithm, value);
    *zero = 1;
    return 1;
}

/* 1 when the text can be shown anywhere as it is. */
static int is_clean(const char *text)
{
    while (*text >= ' ' && *text <= '~')
        text++;
    if (*text == '\0')
        return 1;
    for (size_t size = strlen(text), at = 0, length; at < size; at += length) {
        uint32_t code;

        length = tt_utf8_next(text + at, size - at, &code);
        if (length == 0 || tt_text_hidden(code))
            return 0;
    }
    return 1;
}

/* The sink every reader writes to; `user` is the caller's sink. */
static tutela_status filter_row(void *user, const tt_row *row, tutela_error *error)
{
    const tt_row_sink *sink = user;
    uint32_t mask = row->digests.mask;
    int odd_owner = !is_clean(row->owner);
    int zero = 0;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if ((mask & TUTELA_BIT(i)) && is_void(i, row->digests.value[i], &zero))
            mask &= ~TUTELA_BIT(i);
    if (!is_clean(row->entry) || !is_clean(row->scheme) || !is_clean(row->value)) {
        sink->reject(sink->user, row->line, TUTELA_REJECT_ENCODING);
        return TUTELA_OK;
    }
    if (mask == 0) {
        sink->reject(sink->user, row->line,
                     zero ? TUTELA_REJECT_ALL_ZERO : TUTELA_REJECT_EMPTY_FILE);
        return TUTELA_OK;
    }
    if (odd_owner)
        tt_sink_count(sink, TT_DRAFT_ODD_OWNER);
    if (mask == row->digests.mask && row->size != 0 && !odd_owner)
        return sink->take(sink->user, row, error);
    tt_row sound = *row;
    sound.digests.mask = mask;
    if (odd_owner)
        sound.owner = "";
    /* Nothing that is left here is empty: a size of 0 is a field not filled in. */
    if (sound.size == 0)
        sound.size = TT_SIZE_UNKNOWN;
    return sink->take(sink->user, &sound, error);
}

static void filter_reject(void *user, uint64_t line, tutela_reject reason)
{
    const tt_row_sink *sink = user;

    sink->reject(sink->user, line, reason);
}

static void filter_count(void *user, const char *what)
{
    const tt_row_sink *sink = user;

    if (sink->count)
        sink->count(sink->user, what);
}

tutela_status tt_import_read(tt_input *input, const tt_importer *importer, const tt_row_sink *sink,
                             tutela_error *error)
{
    /* The cast drops a const that filter_row puts back. */
    tt_row_sink filter = {.take = filter_row,
                          .reject = filter_reject,
                          .count = filter_count,
                          .user = (void *)(uintptr_t)sink};

    return importer->read(input, &filter, error);
}

/* Read over comments and blank lines at the start: a licence text there must not hide the rows. */
static tutela_status skip_comments(tt_input *input, tutela_error *error)
{
    const uint8_t *head;
    size_t size;
    tt_line line;

    for (;;) {
        TT_TRY(tt_input_peek(input, &head, &size, error));
        if (size == 0 || !memchr("#\r\n", head[0], 3))
            return TUTELA_OK;
        TT_TRY(tt_input_line(input, &line, error));
    }
}

static tutela_status unknown(const tt_input *input, tutela_error *error)
{
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: not a hash list of a known format",
                  tt_input_name(input));
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "Known: digests one a line, md5sum, hashdeep, CSV naming md5 or sha1 in its "
                     "header, VICS, NCMEC, ICSE, C4All, NSRL, Autopsy, TSK, EnCase, HashKeeper, "
                     "ILook, ClamAV.");
}

tutela_status tt_import_file(const char *path, const tt_row_sink *sink, const char **format,
                             tutela_error *error)
{
    TT_AUTO_INPUT tt_input *input = NULL;
    const tt_importer *importer, *best = NULL;
    const uint8_t *head;
    size_t size;
    int highest = 0;

    TT_TRY(tt_input_open(&input, path, error));
    TT_TRY(skip_comments(input, error));
    TT_TRY(tt_input_peek(input, &head, &size, error));
    for (size_t i = 0; (importer = tt_import_format_at(i)); i++) {
        int bid = importer->bid(head, size);

        if (bid > 0 && bid >= highest) {
            highest = bid;
            best = importer;
        }
    }
    if (!best)
        return unknown(input, error);
    if (format)
        *format = best->name;
    return tt_import_read(input, best, sink, error);
}
