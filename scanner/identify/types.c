/*
 * types: the class of a MIME type.
 */
#include "identify/identify.h"
#include "identify/mime.h"
#include "identify/signature.h"

#include <string.h>

typedef struct class_row {
    const char *pattern;
    tutela_type type;
} class_row;

static const class_row classes[] = {
#define X(class, pattern) {pattern, TUTELA_TYPE_##class},
#include "identify/classes.def"
#undef X
};

tutela_type tt_type_of_mime(const char *mime)
{
    size_t count;
    const tt_signature *rows = tt_signature_table(&count);

    /* Most members of containers, whose types nobody asked for. */
    if (mime[0] == '\0')
        return TUTELA_TYPE_OTHER;
    for (size_t i = 0; i < count; i++)
        if (tt_mime_fits(mime, rows[i].mime, strlen(rows[i].mime)))
            return rows[i].type;
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (tt_mime_fits(mime, classes[i].pattern, strlen(classes[i].pattern)))
            return classes[i].type;
    return TUTELA_TYPE_OTHER;
}
