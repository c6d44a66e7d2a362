/* words: the public names and texts of statuses, grades, types and the like, from their maps. */
#include "base/status.h"
#include "digest/digest.h"

#define STRING(x) #x
#define VERSION(major, minor, patch) STRING(major) "." STRING(minor) "." STRING(patch)

#define X(name, number, text) [-(number)] = text,
static const char *const statuses[] = {TUTELA_STATUS_MAP(X)};
#undef X
#define X(name, number, text) [number] = text,
static const char *const types[] = {TUTELA_TYPE_MAP(X)};
static const char *const origins[] = {TUTELA_ORIGIN_MAP(X)};
static const char *const covers[] = {TUTELA_COVER_MAP(X)};
#undef X
#define X(name, number, word, text) [number] = text,
static const char *const rejects[] = {TUTELA_REJECT_MAP(X)};
#undef X
#define X(name, number, word, text) [number] = word,
static const char *const reject_words[] = {TUTELA_REJECT_MAP(X)};
#undef X
#define X(name, number, text, complete) [number] = text,
static const char *const items[] = {TUTELA_ITEM_MAP(X)};
#undef X
#define X(name, number, text, complete) [number] = complete,
static const int items_complete[] = {TUTELA_ITEM_MAP(X)};
#undef X
#define X(name, number, letter, words) [number] = letter,
static const char *const letters[] = {TUTELA_GRADE_MAP(X)};
#undef X
#define X(name, number, letter, words) [number] = words,
static const char *const grades[] = {TUTELA_GRADE_MAP(X)};
#undef X
static const char *const polarities[]
    = {[TUTELA_KNOWN_BAD] = "known-bad", [TUTELA_KNOWN_GOOD] = "known-good"};

/* The entry of a table, NULL for a number that is not in it. */
#define AT(table, number)                                                               \
    ((number) >= 0 && (size_t)(number) < sizeof(table) / sizeof(table)[0] ? (table)[number] \
                                                                          : NULL)

const char *tutela_version(void)
{
    return VERSION(TUTELA_VERSION_MAJOR, TUTELA_VERSION_MINOR, TUTELA_VERSION_PATCH);
}

const char *tutela_status_text(int32_t status)
{
    const char *text = status > INT32_MIN ? AT(statuses, -status) : NULL;

    return text ? text : "unknown status";
}

const char *tutela_algorithm_name(int32_t algorithm)
{
    return tt_digest_name(algorithm);
}

size_t tutela_algorithm_size(int32_t algorithm)
{
    return tt_digest_size(algorithm);
}

const char *tutela_item_status_name(int32_t status)
{
    return AT(items, status);
}

int tutela_item_status_complete(int32_t status)
{
    return AT(items, status) ? items_complete[status] : 0;
}

const char *tutela_grade_letter(int32_t grade)
{
    return AT(letters, grade);
}

const char *tutela_grade_words(int32_t grade)
{
    return AT(grades, grade);
}

const char *tutela_polarity_name(int32_t polarity)
{
    return AT(polarities, polarity);
}

const char *tutela_type_name(int32_t type)
{
    return AT(types, type);
}

const char *tutela_origin_name(int32_t origin)
{
    return AT(origins, origin);
}

const char *tutela_cover_name(int32_t cover)
{
    return AT(covers, cover);
}

const char *tutela_entry_flag_name(uint32_t flag)
{
    switch (flag) {
#define X(name, bit, text, words) case bit: return text;
        TUTELA_ENTRY_FLAG_MAP(X)
#undef X
    default:
        return NULL;
    }
}

const char *tutela_entry_flag_words(uint32_t flag)
{
    switch (flag) {
#define X(name, bit, text, words) case bit: return words;
        TUTELA_ENTRY_FLAG_MAP(X)
#undef X
    default:
        return NULL;
    }
}

const char *tutela_reject_text(int32_t reason)
{
    return AT(rejects, reason);
}

const char *tutela_reject_name(int32_t reason)
{
    return AT(reject_words, reason);
}
