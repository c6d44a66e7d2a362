/*
 * mismatch: whether a name's extension contradicts the content.
 */
#include "identify/identify.h"
#include "identify/mime.h"

#include <string.h>

/* No extension in the table is longer. */
#define EXTENSION_MAX 8

typedef struct promise_row {
    const char *extensions;
    const char *rules;
} promise_row;

static const promise_row promises[] = {
#define X(extensions, rules) {extensions, rules},
#include "identify/extensions.def"
#undef X
};

/* The next word of a list; *size 0 at its end. */
static const char *next_word(const char *list, size_t *size)
{
    list += strspn(list, " ");
    *size = strcspn(list, " ");
    return list;
}

/*
 * The extension in lower case into `out`; its size, 0 for none. What follows the last dot of the
 * last part of a path, unless that dot is its first character.
 */
static size_t take_extension(const char *name, size_t size, char out[EXTENSION_MAX])
{
    size_t start = size, length;

    while (start > 0 && name[start - 1] != '.' && name[start - 1] != '/')
        start--;
    if (start < 2 || name[start - 1] != '.' || name[start - 2] == '/')
        return 0;
    length = size - start;
    if (length > EXTENSION_MAX)
        return 0;
    for (size_t i = 0; i < length; i++) {
        char c = name[start + i];
        out[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return length;
}

static const promise_row *find_promise(const char *extension, size_t size)
{
    for (size_t i = 0; i < sizeof promises / sizeof promises[0]; i++) {
        size_t length;
        const char *word = next_word(promises[i].extensions, &length);
        for (; length > 0; word = next_word(word + length, &length))
            if (length == size && memcmp(word, extension, size) == 0)
                return &promises[i];
    }
    return NULL;
}

/* One rule without its mark. */
static int rule_fits(const char *rule, size_t size, const char *mime, const char *class_name)
{
    if (rule[0] == '@')
        return strlen(class_name) == size - 1 && memcmp(rule + 1, class_name, size - 1) == 0;
    return (size == 1 && rule[0] == '*') || tt_mime_fits(mime, rule, size);
}

/* Says that nothing is known, so it contradicts nothing. */
static int says_nothing(const char *mime)
{
    return !tt_mime_is(mime) || tt_mime_fits(mime, "application/octet-stream", 24)
           || tt_mime_fits(mime, "inode/*", 7);
}

int tt_type_mismatch(const char *name, size_t name_size, const char *mime)
{
    char extension[EXTENSION_MAX];
    size_t size = take_extension(name, name_size, extension);
    const promise_row *promise = size == 0 ? NULL : find_promise(extension, size);
    const char *class_name;

    if (!promise || says_nothing(mime))
        return 0;
    class_name = tutela_type_name((int32_t)tt_type_of_mime(mime));
    for (const char *rule = next_word(promise->rules, &size); size > 0;
         rule = next_word(rule + size, &size)) {
        size_t mark = rule[0] == '!' ? 1 : 0;
        if (rule_fits(rule + mark, size - mark, mime, class_name))
            return mark == 1;
    }
    return 1;
}
