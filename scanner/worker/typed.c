/* typed: see typed.h. */
#include "worker/typed.h"

#include <string.h>

void tt_typed_add(tt_typed_head *head, const void *data, size_t size)
{
    size_t room = sizeof head->bytes - head->size;

    if (size > room)
        size = room;
    memcpy(head->bytes + head->size, data, size);
    head->size += size;
}

tutela_status tt_typed_find(tt_identify *identify, tt_types types, const uint8_t *head, size_t size,
                            int whole, char mime[TT_MIME_MAX + 1], tutela_error *error)
{
    tt_type type;
    size_t length;
    int known;

    mime[0] = 0;
    if (!types || (size == 0 && !whole))
        return TUTELA_OK;
    if (types == TT_TYPES_BY_SIGNATURE)
        TT_TRY(tt_identify_fast(identify, head, size, &type, &known, error));
    else
        TT_TRY(tt_identify_full(identify, head, size, &type, error));
    length = strnlen(type.mime, TT_MIME_MAX);
    memcpy(mime, type.mime, length);
    mime[length] = 0;
    return TUTELA_OK;
}
