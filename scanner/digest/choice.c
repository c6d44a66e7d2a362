/* choice: asks the lanes for every number of streams, and says where the answer changes. */
#include "digest/choice.h"
#include "base/status.h"
#include "digest/cpu.h"

#include <stdio.h>
#include <string.h>

static const struct {
    uint32_t bit;
    const char *name; /* as kernels.c has it */
} features[] = {
    {TT_CPU_SSE41, "SSE4.1"},         {TT_CPU_AVX2, "AVX2"}, {TT_CPU_AVX512, "AVX-512"},
    {TT_CPU_SHA, "SHA extensions"},   {TT_CPU_NEON, "NEON"},
};

static void add(char out[TT_CHOICE_TEXT], const char *between, const char *text)
{
    size_t used = strlen(out);

    (void)snprintf(out + used, TT_CHOICE_TEXT - used, "%s%s", used ? between : "", text);
}

void tt_choice_features(char out[TT_CHOICE_TEXT], uint32_t bits)
{
    out[0] = '\0';
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++)
        if (bits & features[i].bit)
            add(out, ", ", features[i].name);
    if (!out[0])
        add(out, "", "none");
}

static void name(const tt_kernel *kernel, char out[64])
{
    if (kernel->lanes == 1)
        (void)snprintf(out, 64, "%s", kernel->name);
    else
        (void)snprintf(out, 64, "%s, %u lanes", kernel->name, kernel->lanes);
}

static void describe(tt_choice *out, const tt_lanes *lanes)
{
    const tt_kernel *before = NULL;
    char step[96], what[64];

    for (size_t streams = 1; streams <= TT_KERNEL_LANES; streams++) {
        const tt_kernel *now = lanes->row[tt_lanes_row(lanes, streams)].kernel;

        if (now == before)
            continue;
        name(now, what);
        (void)snprintf(step, sizeof step, streams > 1 ? "%zu or more: %s" : "%zu stream: %s",
                       streams, what);
        add(out->steps, "; ", step);
        before = now;
    }
    name(before, out->most);
}

void tt_choice_describe(tt_choice *out, int algorithm, const tt_lanes *lanes)
{
    tt_lanes chosen;

    memset(out, 0, sizeof *out);
    if (lanes) {
        describe(out, lanes);
    } else if (tt_lanes_choose(&chosen, algorithm, tt_cpu_features())) {
        describe(out, &chosen);
    } else {
        add(out->most, "", "OpenSSL");
        add(out->steps, "", "one stream at a time");
    }
    if (!strchr(out->steps, ';')) /* one for all */
        (void)snprintf(out->steps, sizeof out->steps, "one stream at a time");
}
