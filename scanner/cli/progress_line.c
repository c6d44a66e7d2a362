/* progress_line: see progress_line.h. */
#include "progress_line.h"

#include "cli.h"

#include <string.h>

#define PART_MAX 48u /* a count of 26 characters and its word */

/* In the order in which they stand. */
enum part { FILES, BYTES, RATE, MATCHES, INCOMPLETE, LEFT, PARTS };

static double share(uint64_t done, uint64_t all)
{
    return all > 0 && done < all ? (double)done / (double)all : 1;
}

/* Files and bytes are both counted ahead; the one that is further behind says how long it takes. */
static void write_left(char out[PART_MAX], const tutela_progress *at, double elapsed)
{
    double items = share(at->items, at->expected_items);
    double bytes = share(at->bytes, at->expected_bytes);
    double done = items < bytes ? items : bytes;
    double left;

    /* In the first second a rate says little. */
    if (!at->survey_done || done <= 0 || done >= 1 || elapsed < 1)
        return;
    left = elapsed * (1 - done) / done;
    if (left < 60)
        snprintf(out, PART_MAX, "%.0f s left", left < 1 ? 1 : left);
    else if (left < 2 * 3600)
        snprintf(out, PART_MAX, "%.0f min left", left / 60);
    else if (left < 72 * 3600)
        snprintf(out, PART_MAX, "%.0f h left", left / 3600);
    else
        snprintf(out, PART_MAX, "%.0f days left", left / 86400);
}

static void write_parts(char parts[PARTS][PART_MAX], const tutela_progress *at, double elapsed,
                        int matching)
{
    double speed = elapsed > 0.1 ? (double)at->bytes / elapsed : 0;
    char text[32];

    /* A stream is no file, and is done when it is counted. */
    if (at->items || !at->bytes)
        snprintf(parts[FILES], PART_MAX, "%s file%s", cli_count_text(at->items, text),
                 at->items == 1 ? "" : "s");
    snprintf(parts[BYTES], PART_MAX, "%s", cli_size_text(at->bytes, text));
    snprintf(parts[RATE], PART_MAX, "%s/s", cli_size_text((uint64_t)speed, text));
    if (matching)
        snprintf(parts[MATCHES], PART_MAX, "%s match%s", cli_count_text(at->matches, text),
                 at->matches == 1 ? "" : "es");
    if (at->incomplete)
        snprintf(parts[INCOMPLETE], PART_MAX, "%s incomplete",
                 cli_count_text(at->incomplete, text));
    write_left(parts[LEFT], at, elapsed);
}

static size_t columns(char parts[PARTS][PART_MAX])
{
    size_t used = 0;

    for (int i = 0; i < PARTS; i++)
        if (parts[i][0])
            used += strlen(parts[i]) + (used ? 2 : 0);
    return used;
}

size_t cli_progress_line(char out[CLI_PROGRESS_COLUMNS + 1], size_t wide,
                         const tutela_progress *at, double elapsed, int matching)
{
    static const enum part dropped[] = {RATE, BYTES, INCOMPLETE, LEFT, FILES, MATCHES};
    char parts[PARTS][PART_MAX] = {{0}};
    size_t used = 0;

    if (wide > CLI_PROGRESS_COLUMNS)
        wide = CLI_PROGRESS_COLUMNS;
    write_parts(parts, at, elapsed, matching);
    for (size_t i = 0; i < PARTS && columns(parts) > wide; i++)
        parts[dropped[i]][0] = '\0';
    out[0] = '\0';
    for (int i = 0; i < PARTS; i++)
        if (parts[i][0])
            used += (size_t)snprintf(out + used, CLI_PROGRESS_COLUMNS + 1 - used, "%s%s",
                                     used ? ", " : "", parts[i]);
    return used;
}
