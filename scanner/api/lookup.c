/*
 * lookup: asking a set for digests and counting its categories, as the public header offers it.
 */
#include "api/api.h"
#include "hashsets/set.h"
#include "match/match.h"

#include <string.h>

#define PART 1024u /* digests looked up before the first of them is answered */

/* The public handle is the inner one. */
static const tt_set *inner(const tutela_set *set)
{
    return (const tt_set *)(const void *)set;
}

static tutela_status check(const tutela_set *set, int32_t algorithm, const uint8_t *digests,
                           size_t stride, size_t count, int answer, tutela_error *error)
{
    size_t size = tutela_algorithm_size(algorithm);

    if (!set || (!digests && count > 0) || !answer)
        return tt_api_null(error, "look-up: set, digests and what takes the answers");
    if (size == 0)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "look-up: no such algorithm");
    if (stride < size)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "look-up: the stride is shorter than a digest");
    return TUTELA_OK;
}

/* What takes the answers of tutela_set_lookup, and the matches it is given. */
typedef struct asker {
    int (*on_answer)(void *user, size_t index, const tutela_match *matches, size_t match_count);
    void *user;
    tt_matches matches;
} asker;

/* One part: the few digests that are listed are asked for again, each alone, for their entries. */
static tutela_status answer_part(const tt_set *set, int32_t algorithm, const uint8_t *digests,
                                 size_t stride, size_t first, size_t part, asker *to,
                                 tutela_error *error)
{
    uint8_t listed[PART];

    memset(listed, 1, sizeof listed);
    if (part > 1)
        TT_TRY(tt_match_listed_many(set, algorithm, digests, stride, part, listed, error));
    for (size_t i = 0; i < part; i++) {
        to->matches.count = 0;
        if (listed[i])
            TT_TRY(tt_match_listed(set, algorithm, digests + i * stride, &to->matches, error));
        if (to->on_answer(to->user, first + i, to->matches.match, to->matches.count) != 0)
            return tt_fail(error, TUTELA_RECORD, 0, "look-up: an answer was not taken");
    }
    return TUTELA_OK;
}

tutela_status tutela_set_lookup(const tutela_set *set, int32_t algorithm, const uint8_t *digests,
                                size_t stride, size_t count,
                                int (*on_answer)(void *user, size_t index,
                                                 const tutela_match *matches, size_t match_count),
                                void *user, tutela_error *error)
{
    asker to = {.on_answer = on_answer, .user = user};
    tutela_status status = check(set, algorithm, digests, stride, count, on_answer != NULL, error);

    for (size_t at = 0, part; at < count && status == TUTELA_OK; at += part) {
        part = count - at < PART ? count - at : PART;
        status = answer_part(inner(set), algorithm, digests + at * stride, stride, at, part, &to,
                             error);
    }
    tt_matches_done(&to.matches);
    return status;
}

tutela_status tutela_set_contains_many(const tutela_set *set, int32_t algorithm,
                                       const uint8_t *digests, size_t stride, size_t count,
                                       uint8_t *found, tutela_error *error)
{
    tutela_status status;

    TT_TRY(check(set, algorithm, digests, stride, count, found || count == 0, error));
    if (count == 0)
        return TUTELA_OK;
    status = tt_match_listed_many(inner(set), algorithm, digests, stride, count, found, error);
    if (status != TUTELA_OK)
        memset(found, UINT8_MAX, count);
    return status;
}

/* ---- Categories -------------------------------------------------------------------------- */

typedef struct counting {
    int (*on_category)(void *user, const tutela_category_info *category);
    void *user;
} counting;

static tutela_status pass_on(void *user, const tt_set_category *category, tutela_error *error)
{
    counting *to = user;
    tutela_category_info info = {.list = category->list,
                                 .category = {.scheme = category->scheme, .value = category->value},
                                 .entries = category->entries};

    if (to->on_category(to->user, &info) != 0)
        return tt_fail(error, TUTELA_RECORD, 0, "categories: a count was not taken");
    return TUTELA_OK;
}

tutela_status tutela_set_categories(const tutela_set *set,
                                    int (*on_category)(void *user,
                                                       const tutela_category_info *category),
                                    void *user, tutela_error *error)
{
    counting to = {.on_category = on_category, .user = user};

    if (!set || !on_category)
        return tt_api_null(error, "categories: set and what takes them");
    return tt_set_categories(inner(set), pass_on, &to, error);
}
