/* sign: signing hash sets, and the times they expire, as the public header offers it. */
#include "api/api.h"
#include "base/clock.h"
#include "hashsets/import/date.h"
#include "hashsets/sign.h"
#include "hashsets/signing_key.h"

#include <string.h>

tutela_status tutela_signing_key_create(const char *path, tutela_error *error)
{
    return path ? tt_signing_key_create(path, error) : tt_api_null(error, "signing key: path");
}

tutela_status tutela_set_sign(const char *path, const tutela_sign_options *options,
                              tutela_error *error)
{
    tutela_sign_options own;

    if (!path || !options)
        return tt_api_null(error, "set sign: path and options");
    TT_TRY(tt_api_options(&own, sizeof own, options, "tutela_sign_options", error));
    if (!own.key_file)
        return tt_api_null(error, "set sign: key_file");
    return tt_set_sign(&(tt_sign_job){.set = path,
                                      .output = own.output ? own.output : path,
                                      .key = own.key_file,
                                      .expires = own.expires,
                                      .now = own.now ? own.now : tt_clock_wall()},
                       error);
}

tutela_status tutela_time_parse(const char *text, int64_t *out, tutela_error *error)
{
    int64_t time = 0;

    if (!text || !out)
        return tt_api_null(error, "time: text and out");
    /* Lists have one more form, for machines; and 0 is what they mean by "never". */
    if (text[0] == '/' || tt_import_date(text, strlen(text), &time) != 0 || time <= 0)
        return tt_advise(error,
                         tt_fail(error, TUTELA_ARGUMENT, 0, "%.40s: not a date between 1970 and 2261", text),
                         "write 2027-01-31, or 2027-01-31T12:00:00Z");
    *out = time;
    return TUTELA_OK;
}
