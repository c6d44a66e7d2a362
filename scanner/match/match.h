/*
 * match: digests of an item -> matches with entries of sets -> grade.
 */
#ifndef TT_MATCH_MATCH_H
#define TT_MATCH_MATCH_H

#include "base/status.h"
#include "digest/digest.h"
#include "hashsets/set.h"

/* Some sets, asked together. Shared. */
typedef struct tt_matcher tt_matcher;

/* It keeps the sets. The caller owns *out: tt_matcher_free. */
TT_MUST_USE tutela_status tt_matcher_new(tt_matcher **out, tt_set *const *sets, size_t count,
                                         tutela_error *error);
void tt_matcher_free(tt_matcher *matcher);

/*
 * The cheapest mask of algorithms that holds `asked` and of which every entry of every set has at least
 * one: tt_cover_cheapest says what counts. Thread: any.
 */
uint32_t tt_matcher_cover(const tt_matcher *matcher, uint32_t asked,
                          const uint32_t cost[TUTELA_ALGORITHM_COUNT]);
/* Every algorithm that any entry has. Thread: any. */
uint32_t tt_matcher_listed(const tt_matcher *matcher);
/* A mask of TUTELA_BIT(polarity) of the lists. Thread: any. */
uint32_t tt_matcher_polarities(const tt_matcher *matcher);

/*
 * Which polarities the entries have that any of the digests finds: *polarities is a mask of
 * TUTELA_BIT(polarity), 0 for no entry at all. Thread: any.
 */
TT_MUST_USE tutela_status tt_match_probe(const tt_matcher *matcher, const tt_digests *digests,
                                         uint32_t *polarities, tutela_error *error);

/* Matches of one item; reused. Strings are borrowed from the sets. Single. */
typedef struct tt_matches {
    tutela_match *match;
    size_t count;
    size_t room;
    char (*opaque)[24]; /* ids of entries whose owner gave none */
    size_t opaque_room;
} tt_matches;
void tt_matches_done(tt_matches *matches);

/*
 * All matches of an item with these digests (every listed algorithm among them) and this many
 * bytes, graded, sorted by list, version, entry, then the rest of what they say. Replaces what `out` held. Thread: any.
 */
TT_MUST_USE tutela_status tt_match_find(const tt_matcher *matcher, const tt_digests *digests,
                                        uint64_t bytes, tt_matches *out, tutela_error *error);

/*
 * The matches of one whole digest when nothing else is known of the item, graded as that digest
 * alone. Else as tt_match_find. Thread: any.
 */
TT_MUST_USE tutela_status tt_match_listed(const tt_set *set, int algorithm, const uint8_t *digest,
                                          tt_matches *out, tutela_error *error);
/*
 * Which polarities the entries have that list each of `count` digests, the n-th at
 * digests + n * stride: polarities[n] becomes a mask of TUTELA_BIT(polarity), 0 for no entry; after
 * a failure it holds nothing of use. Many at once are several times as fast as one. Thread: any.
 */
TT_MUST_USE tutela_status tt_match_listed_many(const tt_set *set, int algorithm,
                                               const uint8_t *digests, size_t stride, size_t count,
                                               uint8_t *polarities, tutela_error *error);

/* The best grade among matches, NONE for none. */
tutela_grade tt_matches_grade(const tt_matches *matches);
/* TUTELA_BIT of each polarity among them. */
uint32_t tt_matches_polarity(const tt_matches *matches);

#endif
