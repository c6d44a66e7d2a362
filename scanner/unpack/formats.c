/*
 * formats: the table of formats, out of formats.def.
 */
#include "unpack/cache.h"
#include "unpack/heads.h"
#include "unpack/reader.h"
#include "unpack/words.h"

#include "digest/cipher.h"

#include <stdio.h>

#define FORMAT(name, fits, wants) extern const tt_format tt_format_##name;
#include "unpack/formats.def"
#undef FORMAT

static const tt_format *const formats[] = {
#define FORMAT(name, fits, wants) &tt_format_##name,
#include "unpack/formats.def"
#undef FORMAT
};

tutela_status tt_format_find(const tt_format **out, tt_stream *stream, const uint8_t *head, size_t size,
                             tutela_error *error)
{
    int row = tt_head_of(head, size), cached = 0;

    if (stream)
        TT_TRY(tt_firefox_is(stream, &cached, error));
    *out = cached ? &tt_format_firefox : row < 0 ? NULL : formats[row];
    return TUTELA_OK;
}

void tt_member_name(tt_member *member, char room[TT_NUMBER_NAME], uint64_t count)
{
    if (member->name_size > TT_NAME_MAX)
        member->name_size = TT_NAME_MAX;
    if (member->name_size > 0)
        return;
    member->name_size = (size_t)snprintf(room, TT_NUMBER_NAME, "%llu", (unsigned long long)count);
    member->name = (const uint8_t *)room;
}

void tt_formats_prepare(void)
{
    tt_words_prepare();
    (void)!tt_cipher_offered(NULL); /* missed where it is used, if anything is */
}
