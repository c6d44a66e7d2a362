/* layers: see layers.h. */
#include "engine/layers.h"

#include "worker/broker.h"

#include <stdio.h>
#include <string.h>

static void add(char *text, const char *between, const char *name)
{
    size_t size = strlen(text);

    (void)snprintf(text + size, TT_LAYERS_TEXT - size, "%s%s", size > 0 ? between : "", name);
}

static void add_active(tt_layers *out, const tt_broker *broker, uint32_t layer)
{
    char version[16] = "";

    add(out->names, ", ", tt_layer_name(layer));
    if (layer == TT_LAYER_LANDLOCK)
        (void)snprintf(version, sizeof version, " %u", tt_broker_landlock(broker));
    add(out->names, "", version);
}

void tt_layers_describe(tt_layers *out)
{
    tt_broker *broker = NULL;
    unsigned all = 0, active = 0;
    uint32_t there;

    *out = (tt_layers){.count = "none", .names = "tutela-worker cannot be started"};
    if (tt_broker_new(&broker, NULL, NULL) != TUTELA_OK)
        return;
    there = tt_broker_layers(broker);
    out->names[0] = 0;
    for (uint32_t layer = 1; layer & TT_LAYER_ALL; layer <<= 1) {
        all++;
        if (there & layer) {
            active++;
            add_active(out, broker, layer);
        }
    }
    for (uint32_t layer = 1; layer & TT_LAYER_ALL; layer <<= 1)
        if (!(there & layer)) {
            add(out->names, "; ", "without ");
            add(out->names, "", tt_layer_name(layer));
        }
    (void)snprintf(out->count, sizeof out->count, "%u of %u layers", active, all);
    tt_broker_free(broker);
}
