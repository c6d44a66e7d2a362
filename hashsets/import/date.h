/*
 * date: when a list says an entry was last changed. Thread: any.
 */
#ifndef TT_HASHSETS_IMPORT_DATE_H
#define TT_HASHSETS_IMPORT_DATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Nanoseconds since 1970 UTC of a date in one of these forms, blanks around it cut off:
 *
 *     2024-01-02    2024-01-02T03:04:05Z    2024-01-02 03:04    2024-01-02T03:04:05.1234567+02:00
 *     /Date(1704164645123)/    /Date(1704164645123+0200)/      milliseconds; the zone is for show
 *
 * A time without a zone is UTC. Dates before 1970 stand for "never" (0001-01-01 is what exporters
 * write for it): *out is 0, as for a field left empty. 0; -1 when it is no date, or one past 2261
 * (where nanoseconds leave 64 bits), *out untouched.
 */
int tt_import_date(const char *text, size_t size, int64_t *out);

#endif
