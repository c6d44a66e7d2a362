/*
 * carve: files and digests in bytes that belong to no file: free space, slack, memory dumps, page files.
 *
 * Two passes in one: the first bytes of the kinds in carve.def are sought by Hyperscan, digests written as text
 * by vectors beside it. What begins like a file is walked through by its structure, never decoded, to where
 * it ends; what ends nowhere is told as cut short, up to where it was lost.
 */
#ifndef TT_CARVE_CARVE_H
#define TT_CARVE_CARVE_H

#include "mention/mention.h"
#include "unpack/stream.h"

/* What seeks: patterns, scratch memory, buffers. Needs no file to be made. Single. */
typedef struct tt_carve tt_carve;

/*
 * Where what is found goes. A status other than TUTELA_OK ends the run and is its own. A sink may read the space, but
 * not run the tt_carve that calls it.
 */
typedef struct tt_carve_sink {
    /*
     * A file from `from` up to `to`, in the order in which they begin (nearly: what lies densely comes in
     * pieces). `whole` 0: it is cut short or in pieces, `to` is where it should end, or where its
     * structure was lost; that may be the end of the space. `extension` is static, without a dot. What begins
     * inside of a whole one is not told.
     */
    tutela_status (*found)(void *user, uint64_t from, uint64_t to, const char *extension, int whole,
                           tutela_error *error);
    /* A digest that stands there as text, each once, wherever it lies. NULL: not sought. */
    tt_mention_told *mention;
    /* Bytes that could not be read, and so not be searched. NULL: of no interest. */
    tutela_status (*unreadable)(void *user, uint64_t from, uint64_t to, tutela_error *error);
} tt_carve_sink;

/*
 * In a millisecond or two. TUTELA_OUT_OF_MEMORY, TUTELA_UNAVAILABLE (a processor Hyperscan cannot use). Owned:
 * tt_carve_free.
 */
TT_MUST_USE tutela_status tt_carve_new(tt_carve **out, tutela_error *error);
void tt_carve_free(tt_carve *carve);

/*
 * Search all of `space`, which seeks. *trouble: the first thing that went wrong with its bytes, which are
 * searched nevertheless as far as they can be read; LIMIT: it holds so many first bytes of files that the
 * last of them were not looked at (mentions were). Else CLEAR.
 */
TT_MUST_USE tutela_status tt_carve_run(tt_carve *carve, tt_stream *space, const tt_carve_sink *sink,
                                       void *user, tt_trouble *trouble, tutela_error *error);

/*
 * The same for mentions alone, in any bytes that come one after another, seeking or not: `sink->found` is
 * not called. *trouble: what ended the stream before its end, or CLEAR.
 */
TT_MUST_USE tutela_status tt_carve_mentions(tt_carve *carve, tt_stream *bytes,
                                            const tt_carve_sink *sink, void *user,
                                            tt_trouble *trouble, tutela_error *error);

#endif
