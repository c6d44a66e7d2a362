/* series: see series.h. The rules are a table: what a first name ends in, and what that of a later file is. */
#include "source/series.h"

#include <string.h>

#define LETTERS 26u
#define ENDING 5u /* bytes of a first name's ending, at most */

/* A rule: does this ending begin a series; and the ending of a later file, or 0. */
typedef struct rule {
    int (*begins)(const char *ending, size_t size);
    size_t (*name)(const char *first, size_t size, size_t number, char *out);
} rule;

/* 000 or 001, or with more digits. Two are what old copies and versions are counted with. */
static int begins_digits(const char *ending, size_t size)
{
    for (size_t i = 0; i + 1 < size; i++)
        if (ending[i] != '0')
            return 0;
    return size >= 3 && size <= ENDING && (ending[size - 1] == '0' || ending[size - 1] == '1');
}

static size_t name_digits(const char *first, size_t size, size_t number, char *out)
{
    size_t value = number + (size_t)(first[size - 1] - '0'), width = size, least = 1;

    for (size_t i = 1; i < size; i++)
        least *= 10;
    for (; value / least >= 10; least *= 10)
        width++;
    for (size_t i = width; i-- > 0; value /= 10)
        out[i] = (char)('0' + value % 10);
    return width;
}

static int begins_letters(const char *ending, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (ending[i] != ending[0])
            return 0;
    return size >= 2 && size <= 4 && (ending[0] == 'a' || ending[0] == 'A');
}

/* `number` in `size` letters, where the first is `zero`; what does not fit is left. */
static size_t put_letters(char zero, size_t size, size_t number, char *out)
{
    for (size_t i = size; i-- > 0; number /= LETTERS)
        out[i] = (char)(zero + (char)(number % LETTERS));
    return number;
}

static size_t name_letters(const char *first, size_t size, size_t number, char *out)
{
    return put_letters(first[0], size, number, out) == 0 ? size : 0;
}

/* E01, and what SMART calls its own. */
static int begins_segments(const char *ending, size_t size)
{
    return size == 3 && strchr("EeSs", ending[0]) != NULL && ending[1] == '0' && ending[2] == '1';
}

/* 99 by digits, then two letters, and then the first letter goes on too, to the end of the alphabet. */
static size_t name_segments(const char *first, size_t size, size_t number, char *out)
{
    int lower = first[0] >= 'a';
    size_t more;

    out[0] = first[0];
    if (number < 99) {
        out[1] = (char)('0' + (number + 1) / 10);
        out[2] = (char)('0' + (number + 1) % 10);
        return size;
    }
    more = put_letters(lower ? 'a' : 'A', 2, number - 99, out + 1);
    if (more > (size_t)((lower ? 'z' : 'Z') - first[0]))
        return 0;
    out[0] = (char)(first[0] + (char)more);
    return size;
}

static const rule rules[] = {
    {begins_digits, name_digits},
    {begins_letters, name_letters},
    {begins_segments, name_segments},
};

/* The rule for a name, and where its ending begins. NULL: it begins no series. */
static const rule *rule_of(const char *name, size_t size, size_t *at)
{
    size_t ending = size;

    while (ending > 0 && name[ending - 1] != '.' && name[ending - 1] != '/')
        ending--;
    /* There is a dot, and something before it. */
    if (ending < 2 || name[ending - 1] != '.' || name[ending - 2] == '/' || ending == size)
        return NULL;
    *at = ending;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].begins(name + ending, size - ending))
            return &rules[i];
    return NULL;
}

int tt_series_begins(const char *name, size_t size)
{
    size_t at;

    return rule_of(name, size, &at) != NULL;
}

size_t tt_series_name(const char *first, size_t size, size_t number, char *out)
{
    size_t at = 0, ending;
    const rule *how = rule_of(first, size, &at);

    if (!how || number >= TT_SERIES_MAX)
        return 0;
    ending = how->name(first + at, size - at, number, out + at);
    if (ending == 0)
        return 0;
    memcpy(out, first, at);
    out[at + ending] = '\0';
    return at + ending;
}
