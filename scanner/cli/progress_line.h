/*
 * progress_line: the words of the progress line, apart from the thread that draws them.
 *
 *   1,234 files, 5.6 GB, 812.0 MB/s, 3 matches, 1 incomplete, 2 min left
 */
#ifndef TT_CLI_PROGRESS_LINE_H
#define TT_CLI_PROGRESS_LINE_H

#include "tutela.h"

#define CLI_PROGRESS_COLUMNS 200u /* the longest line; all its parts together are shorter */

/*
 * Write the line that says how far the scan is after `elapsed` seconds. What does not fit into
 * `wide` columns (at most CLI_PROGRESS_COLUMNS) is left out whole, the least useful first, so that
 * nobody reads half a number. `matching` is 0 when no match can be counted: no set was given, or a
 * stream, which matches at its end. Returns the columns used.
 */
size_t cli_progress_line(char out[CLI_PROGRESS_COLUMNS + 1], size_t wide,
                         const tutela_progress *at, double elapsed, int matching);

#endif
