/*
 * full: signatures and libmagic, and which of them is right. Part of tutela-worker only.
 */
#include "identify/inner.h"

#include <string.h>

static const tt_type unknown = {"application/octet-stream", TUTELA_TYPE_OTHER};

/* What libmagic says of bytes it does not know. */
static int is_vague(const char *mime)
{
    return !*mime || strcmp(mime, "application/octet-stream") == 0
           || strcmp(mime, "text/plain") == 0;
}

/*
 * Which answer counts:
 *   1. a row of at least DEEP, so that a file's type does not change between the choice made by
 *      tt_identify_fast (`--only image`) and the record, nor with libmagic's version;
 *   2. libmagic's, unless vague: it looks deeper into what BROAD rows leave open, and weighs text
 *      better than WEAK ones;
 *   3. the row's;
 *   4. libmagic's vague one; 5. application/octet-stream.
 */
static tt_type choose(const tt_type *near, tt_known known, const char *magic_mime)
{
    if (known == TT_KNOWN_SURELY || (known == TT_KNOWN_BY_SIGNATURE && is_vague(magic_mime)))
        return *near;
    if (!*magic_mime)
        return unknown;
    return (tt_type){magic_mime, tt_type_of_mime(magic_mime)};
}

tutela_status tt_identify_full(tt_identify *identify, const void *head, size_t size, tt_type *out,
                               tutela_error *error)
{
    tt_type near;
    tt_known known;

    TT_TRY(tt_identify_near(identify, head, size, &near, &known, error));
    if (size > 0 && !identify->magic) {
        TT_TRY(tt_magic_new(&identify->magic, NULL, error));
        identify->forget = tt_magic_free;
    }
    identify->mime[0] = 0;
    if (known != TT_KNOWN_SURELY)
        tt_magic_mime(identify->magic, head, size < TT_IDENTIFY_HEAD ? size : TT_IDENTIFY_HEAD,
                      identify->mime);
    *out = choose(&near, known, identify->mime);
    return TUTELA_OK;
}
