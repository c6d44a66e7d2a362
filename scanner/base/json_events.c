/*
 * json_events: see json_events.h. yajl does the parsing; its own error texts quote the input and are
 * never asked for.
 */
#include "base/json_events.h"

#include <yajl/yajl_parse.h>

static int hand_on(tt_json_events *events, tt_json_kind kind, const void *text, size_t size)
{
    events->status = events->take(events->user, kind, text, size, events->error);
    return events->status == TUTELA_OK;
}

static int on_null(void *user)
{
    return hand_on(user, TT_JSON_NULL, "", 0);
}

static int on_boolean(void *user, int value)
{
    return hand_on(user, TT_JSON_BOOLEAN, value ? "true" : "false", value ? 4 : 5);
}

static int on_number(void *user, const char *text, size_t size)
{
    return hand_on(user, TT_JSON_NUMBER, text, size);
}

static int on_string(void *user, const unsigned char *text, size_t size)
{
    return hand_on(user, TT_JSON_STRING, text, size);
}

static int on_key(void *user, const unsigned char *text, size_t size)
{
    return hand_on(user, TT_JSON_KEY, text, size);
}

/* A map or array begins. */
static int go_down(tt_json_events *events, tt_json_kind kind)
{
    if (++events->depth > events->depth_max) {
        events->too_deep = 1;
        return 0;
    }
    return hand_on(events, kind, "", 0);
}

static int on_map(void *user)
{
    return go_down(user, TT_JSON_MAP);
}

static int on_array(void *user)
{
    return go_down(user, TT_JSON_ARRAY);
}

static int on_map_end(void *user)
{
    ((tt_json_events *)user)->depth--;
    return hand_on(user, TT_JSON_MAP_END, "", 0);
}

static int on_array_end(void *user)
{
    ((tt_json_events *)user)->depth--;
    return hand_on(user, TT_JSON_ARRAY_END, "", 0);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_map,
    .yajl_map_key = on_key,
    .yajl_end_map = on_map_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_array_end,
};

tutela_status tt_json_begin(tt_json_events *events, tt_json_take take, void *user, unsigned depth_max,
                            tutela_error *error)
{
    *events = (tt_json_events){.take = take, .user = user, .depth_max = depth_max, .error = error};
    events->parser = yajl_alloc(&callbacks, NULL, events);
    if (!events->parser)
        return tt_no_memory(error);
    (void)yajl_config(events->parser, yajl_dont_validate_strings, 1);
    return TUTELA_OK;
}

static tt_json_outcome why(const tt_json_events *events)
{
    if (events->status != TUTELA_OK)
        return TT_JSON_ENDED;
    return events->too_deep ? TT_JSON_TOO_DEEP : TT_JSON_BROKEN;
}

tt_json_outcome tt_json_feed(tt_json_events *events, const void *data, size_t size, size_t *used)
{
    if (size == 0 || yajl_parse(events->parser, data, size) == yajl_status_ok)
        return TT_JSON_SOUND;
    *used = yajl_get_bytes_consumed(events->parser);
    return why(events);
}

tt_json_outcome tt_json_end(tt_json_events *events)
{
    return yajl_complete_parse(events->parser) == yajl_status_ok ? TT_JSON_SOUND : why(events);
}

void tt_json_done(tt_json_events *events)
{
    if (events->parser)
        yajl_free(events->parser);
    events->parser = NULL;
}
