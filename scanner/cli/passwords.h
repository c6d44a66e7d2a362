/*
 * passwords: what --password-file names: one password a line.
 */
#ifndef TT_CLI_PASSWORDS_H
#define TT_CLI_PASSWORDS_H

#include "tutela.h"

/* Zeroed: none. */
typedef struct cli_passwords {
    tutela_name *list;
    size_t count;
    char *bytes; /* the file */
} cli_passwords;

/*
 * Read them: bytes as they are, without the newline; empty lines are passed over. CLI_EXIT_OK, or says
 * what is wrong, of a line only its number, and answers the exit status.
 */
int cli_passwords_read(cli_passwords *out, const char *path);
/* Wipe and free them. Safe on a zeroed one. */
void cli_passwords_done(cli_passwords *passwords);

#endif
