/* options: structs that begin with their own size, in both directions. */
#include "api/api.h"

#include <string.h>

tutela_status tt_api_null(tutela_error *error, const char *name)
{
    return tt_fail(error, TUTELA_ARGUMENT, 0, "%s: must not be NULL", name);
}

static tutela_status bad_size(tutela_error *error, const char *name)
{
    return tt_advise(error,
                     tt_fail(error, TUTELA_ARGUMENT, 0, "%s: its size member is not set", name),
                     "set size to sizeof the struct, as the header shows");
}

tutela_status tt_api_options(void *to, size_t known, const void *from, const char *name,
                             tutela_error *error)
{
    const unsigned char *bytes = from;
    size_t given;

    memset(to, 0, known);
    if (!from)
        return TUTELA_OK;
    memcpy(&given, from, sizeof given);
    if (given < sizeof given)
        return bad_size(error, name);
    for (size_t i = known; i < given; i++)
        if (bytes[i] != 0)
            return tt_advise(error,
                             tt_fail(error, TUTELA_ARGUMENT, 0,
                                     "%s: asks for something this version does not know", name),
                             "use the header that came with this library, or a newer library");
    memcpy(to, from, given < known ? given : known);
    memcpy(to, &known, sizeof known);
    return TUTELA_OK;
}

tutela_status tt_api_answer(void *to, const void *from, size_t known, const char *name,
                            tutela_error *error)
{
    size_t given;

    memcpy(&given, to, sizeof given);
    if (given < sizeof given)
        return bad_size(error, name);
    if (given > known) {
        memset((unsigned char *)to + known, 0, given - known);
        memcpy((unsigned char *)to + sizeof given, (const unsigned char *)from + sizeof given,
               known - sizeof given);
    } else {
        memcpy((unsigned char *)to + sizeof given, (const unsigned char *)from + sizeof given,
               given - sizeof given);
    }
    return TUTELA_OK;
}
