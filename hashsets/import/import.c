/*
 * import: which reader takes a list, and what every list must put up with (see import.h).
 */
#include "hashsets/import/import.h"

#include "hashsets/import/csv_map.h"
#include "hashsets/import/draft.h"
#include "hashsets/import/formats.h"

#include <string.h>

#define MAPPED "CSV, by the columns named" /* what reports call a table read by a map */

static const tt_importer importers[] = {
#define X(name, words, table) {words, table, tt_##name##_bid, tt_##name##_read},
    TT_IMPORT_FORMATS(X)
#undef X
};

const tt_importer *tt_import_format_at(size_t index)
{
    return index < sizeof importers / sizeof importers[0] ? &importers[index] : NULL;
}

/*
 * Which digests stand for no file: all-zero ones mean "none" in more than one tool, and that of
 * nothing would list every empty file.
 */
static void find_void(const tt_digests *digests, uint32_t *zero, uint32_t *empty)
{
    static const uint8_t zeros[TUTELA_DIGEST_MAX];

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        if (!(digests->mask & TUTELA_BIT(i)))
            continue;
        if (memcmp(digests->value[i], zeros, tt_digest_size(i)) == 0)
            *zero |= TUTELA_BIT(i);
        else if (tt_digest_is_empty(i, digests->value[i]))
            *empty |= TUTELA_BIT(i);
    }
}

/* The sink every reader writes to; `user` is the caller's sink. */
static tutela_status filter_row(void *user, const tt_row *row, tutela_error *error)
{
    const tt_row_sink *sink = user;
    uint32_t zero = 0, empty = 0, mask;
    int odd_owner = !tt_is_clean(row->owner);

    find_void(&row->digests, &zero, &empty);
    mask = row->digests.mask & ~(zero | empty);
    if (!tt_is_clean(row->entry) || !tt_is_clean(row->scheme) || !tt_is_clean(row->value)) {
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
    if (zero)
        tt_sink_count(sink, "all-zero digest beside others");
    if (empty)
        tt_sink_count(sink, "digest of the empty file beside others");
    /* Nothing that is left here is empty: a size of 0 is a field not filled in. */
    if (sound.size == 0) {
        tt_sink_count(sink, "size 0, taken as unknown");
        sound.size = TT_SIZE_UNKNOWN;
    }
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

    tt_sink_count(sink, what);
}

static tutela_status filter_version(void *user, const char *text, tutela_error *error)
{
    const tt_row_sink *sink = user;

    return sink->version(sink->user, text, error);
}

/* The cast drops a const that the filter puts back. */
static tt_row_sink filter_of(const tt_row_sink *sink)
{
    return (tt_row_sink){.take = filter_row,
                         .reject = filter_reject,
                         .count = filter_count,
                         .version = sink->version ? filter_version : NULL,
                         .user = (void *)(uintptr_t)sink};
}

tutela_status tt_import_read(tt_input *input, const tt_importer *importer, const tt_row_sink *sink,
                             tutela_error *error)
{
    tt_row_sink filter = filter_of(sink);

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

/* What a compiled set begins with (FORMAT.md); a reader of lists knows no more of sets than that. */
static const char set_magic[] = "\x89TSET\r\n\x1a";

/* No reader bids for what begins with `head`: say which of the usual mistakes it is. */
static tutela_status unknown(const tt_input *input, const uint8_t *head, size_t size,
                             tutela_error *error)
{
    const char *what = "not a hash list of a known format";
#define X(name, words, table) ", " words
    const char *known = &(TT_IMPORT_FORMATS(X))[2];
#undef X
    const char *advice = NULL;

    if (size == 0) {
        what = "is empty: no row to read";
        advice = "leave it out; but an empty list is often one that did not arrive whole.";
    } else if (size >= strlen(set_magic) && memcmp(head, set_magic, strlen(set_magic)) == 0) {
        what = "is a compiled hash set already";
        advice = "scan with it as it is; 'tutela set update' makes a new one by what changed, "
                 "'tutela set compact' one of its layers.";
    }
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: %s", tt_input_name(input), what);
    return advice ? tt_advise(error, TUTELA_LIST_UNUSABLE, "%s", advice)
                  : tt_advise(error, TUTELA_LIST_UNUSABLE, "known: %s", known);
}

/* The reader that bids most; NULL when none does. */
static const tt_importer *choose(const uint8_t *head, size_t size)
{
    const tt_importer *importer, *best = NULL;
    int highest = 0;

    for (size_t i = 0; (importer = tt_import_format_at(i)); i++) {
        int bid = importer->bid(head, size);

        if (bid > 0 && bid >= highest) {
            highest = bid;
            best = importer;
        }
    }
    return best;
}

tutela_status tt_import_check(const tt_import_options *options, tutela_error *error)
{
    tt_csv_map map;

    return options->map ? tt_csv_map_read(&map, options->map, error) : TUTELA_OK;
}

static tutela_status read_mapped(tt_input *input, const char *text, const tt_row_sink *sink,
                                 tutela_error *error)
{
    tt_row_sink filter = filter_of(sink);
    tt_csv_map map;

    TT_TRY(tt_csv_map_read(&map, text, error));
    return tt_csv_mapped(input, &map, &filter, error);
}

tutela_status tt_import_file(const char *path, const tt_import_options *options,
                             const tt_row_sink *sink, const char **format, tutela_error *error)
{
    TT_AUTO_INPUT tt_input *input = NULL;
    const uint8_t *head;
    size_t size;

    TT_TRY(tt_input_open(&input, path, error));
    TT_TRY(skip_comments(input, error));
    TT_TRY(tt_input_peek(input, &head, &size, error));
    const tt_importer *best = choose(head, size);
    int mapped = options && options->map && (!best || best->table);
    if (!best && !mapped)
        return unknown(input, head, size, error);
    if (format)
        *format = mapped ? MAPPED : best->name;
    return mapped ? read_mapped(input, options->map, sink, error)
                  : tt_import_read(input, best, sink, error);
}
