/* set: opening and asking hash sets, as the public header offers it. */
#include "api/api.h"
#include "base/clock.h"
#include "hashsets/layers.h"
#include "hashsets/seal.h"
#include "hashsets/set.h"
#include "hashsets/trust.h"

#include <string.h>

/* The public handle is the inner one. */
static tt_set *inner(const tutela_set *set)
{
    return (tt_set *)(uintptr_t)set;
}

tutela_status tutela_key_create(const char *path, tutela_error *error)
{
    return path ? tt_seal_create(path, error) : tt_api_null(error, "key: path");
}

tutela_status tutela_set_open(tutela_set **out, const char *path,
                              const tutela_set_options *options, tutela_error *error)
{
    tutela_set_options own;
    tt_set *set = NULL;
    tutela_status status;

    if (!out || !path)
        return tt_api_null(error, "set: path and out");
    TT_TRY(tt_api_options(&own, sizeof own, options, "tutela_set_options", error));
    if (own.require_count && !own.require_keys)
        return tt_api_null(error, "set: require_keys");
    TT_TRY(tt_set_open_sealed(&set, path, own.key_file, error));
    status = tt_trust_check(set,
                            &(tt_trust){.keys = own.require_keys,
                                        .key_count = own.require_count,
                                        .state_folder = own.state_folder,
                                        .now = own.now ? own.now : tt_clock_wall(),
                                        .warn = {.call = own.on_warning, .user = own.user}},
                            error);
    if (status == TUTELA_OK)
        *out = (tutela_set *)(void *)set;
    else
        tt_set_close(set);
    return status;
}

void tutela_set_close(tutela_set *set)
{
    tt_set_close(inner(set));
}

tutela_status tutela_set_get_info(const tutela_set *set, tutela_set_info *out)
{
    tutela_set_info info = {.size = sizeof info};
    const tt_set_signature *by;

    if (!set || !out)
        return TUTELA_ARGUMENT;
    by = tt_set_signed(inner(set));
    info.lists = tt_set_list_count(inner(set));
    info.layers = tt_set_layers(inner(set));
    info.entries = tt_set_entry_count(inner(set));
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        info.digests[i] = tt_set_digest_count(inner(set), i);
    info.file_bytes = tt_set_file_bytes(inner(set));
    info.created = tt_set_created(inner(set));
    info.expires = tt_set_expires(inner(set));
    info.signed_at = TT_TIME_UNKNOWN;
    if (by) {
        info.signed_at = by->signed_at;
        memcpy(info.signer, by->key, sizeof info.signer);
        memcpy(info.signer_id, by->key_id, sizeof info.signer_id);
    }
    for (uint32_t mask = 0; mask < TUTELA_DIGEST_MASKS; mask++)
        info.masks[mask] = tt_set_mask_count(inner(set), mask);
    if (tt_set_key_id(inner(set))) {
        info.sealed = 1;
        memcpy(info.key_id, tt_set_key_id(inner(set)), sizeof info.key_id);
    }
    return tt_api_answer(out, &info, sizeof info, "tutela_set_info", NULL);
}

tutela_status tutela_set_get_list(const tutela_set *set, size_t index, tutela_list_info *out)
{
    const tt_set_list *list;

    if (!set || !out || index >= tt_set_list_count(inner(set)))
        return TUTELA_ARGUMENT;
    list = tt_set_list_at(inner(set), index);
    *out = (tutela_list_info){.name = list->name,
                              .version = list->version,
                              .polarity = (int32_t)list->polarity,
                              .entries = list->entries};
    return TUTELA_OK;
}

tutela_status tutela_set_check(const tutela_set *set, tutela_error *error)
{
    if (!set)
        return tt_api_null(error, "set");
    return tt_layers_check(inner(set), error);
}

const char *tutela_set_layer_path(const tutela_set *set, size_t index)
{
    const tt_set *layer = set ? inner(set) : NULL;

    for (; layer && index > 0; index--)
        layer = tt_set_below(layer);
    return layer ? tt_set_path(layer) : NULL;
}
