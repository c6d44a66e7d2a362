/*
 * out: a buffered writer over a descriptor, for everything that prints.
 *
 * The first failed write sticks; tt_out_flush tells. The descriptor stays the caller's.
 * Thread: single.
 */
#ifndef TT_BASE_OUT_H
#define TT_BASE_OUT_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct tt_out {
    int fd;
    int os_error; /* errno of the first failure, or 0 */
    size_t used;
    char buffer[16384];
} tt_out;

void tt_out_init(tt_out *out, int fd);
void tt_out_add(tt_out *out, const void *data, size_t size);
void tt_out_text(tt_out *out, const char *text);
void tt_out_char(tt_out *out, char byte);
void tt_out_printf(tt_out *out, const char *format, ...) TT_PRINTF(2, 3);
/* Write what is held. TUTELA_RECORD, with the system's reason, when any write failed. */
TT_MUST_USE tutela_status tt_out_flush(tt_out *out, tutela_error *error);

#endif
