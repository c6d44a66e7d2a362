/*
 * signals: SIGINT, SIGTERM and SIGHUP stop a scan in good order.
 *
 * The first one asks the scan to stop, so that what was found so far is reported; a second one ends
 * the program at once. Afterwards the program ends by the signal it was sent, so that the shell sees
 * it. A signal that was ignored when the program began (nohup) stays ignored.
 */
#ifndef TT_CLI_SIGNALS_H
#define TT_CLI_SIGNALS_H

#include "tutela.h"

/* Begin; `control` is cancelled by a signal and may be NULL. 0, or -1 with errno. */
int cli_signals_begin(tutela_control *control);
/* The signal that came, or 0. */
int cli_signals_caught(void);
/* A descriptor to poll beside others: readable once a signal came. */
int cli_signals_fd(void);
/* Put everything back; `control` may be freed after this. */
void cli_signals_end(void);
/* End the program by the signal that came; returns only when none did. */
void cli_signals_raise(void);

#endif
