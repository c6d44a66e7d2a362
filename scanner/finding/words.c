/* words: the public names and texts of statuses, grades, polarities and types. */
#include "base/status.h"
#include "digest/digest.h"

#define STRING(x) #x
#define VERSION(major, minor, patch) STRING(major) "." STRING(minor) "." STRING(patch)

const char *tutela_version(void)
{
    return VERSION(TUTELA_VERSION_MAJOR, TUTELA_VERSION_MINOR, TUTELA_VERSION_PATCH);
}

const char *tutela_status_text(int32_t status)
{
    switch (status) {
#define X(name, number, text) \
    case number:              \
        return text;
        TUTELA_STATUS_MAP(X)
#undef X
    default:
        return "unknown status";
    }
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
    switch (status) {
#define X(name, number, text, complete) \
    case number:                        \
        return text;
        TUTELA_ITEM_MAP(X)
#undef X
    default:
        return NULL;
    }
}

int tutela_item_status_complete(int32_t status)
{
    switch (status) {
#define X(name, number, text, complete) \
    case number:                        \
        return complete;
        TUTELA_ITEM_MAP(X)
#undef X
    default:
        return 0;
    }
}

const char *tutela_grade_letter(int32_t grade)
{
    switch (grade) {
#define X(name, number, letter, words) \
    case number:                       \
        return letter;
        TUTELA_GRADE_MAP(X)
#undef X
    default:
        return NULL;
    }
}

const char *tutela_grade_words(int32_t grade)
{
    switch (grade) {
#define X(name, number, letter, words) \
    case number:                       \
        return words;
        TUTELA_GRADE_MAP(X)
#undef X
    default:
        return NULL;
    }
}

const char *tutela_polarity_name(int32_t polarity)
{
    switch (polarity) {
    case TUTELA_KNOWN_BAD:
        return "known-bad";
    case TUTELA_KNOWN_GOOD:
        return "known-good";
    default:
        return NULL;
    }
}

const char *tutela_type_name(int32_t type)
{
    switch (type) {
#define X(name, number, text) \
    case number:              \
        return text;
        TUTELA_TYPE_MAP(X)
#undef X
    default:
        return NULL;
    }
}

const char *tutela_reject_text(int32_t reason)
{
    switch (reason) {
#define X(name, number, text) \
    case number:              \
        return text;
        TUTELA_REJECT_MAP(X)
#undef X
    default:
        return NULL;
    }
}
