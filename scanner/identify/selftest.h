/*
 * selftest: heads whose types are known, and whether this build knows them on this machine.
 */
#ifndef TT_IDENTIFY_SELFTEST_H
#define TT_IDENTIFY_SELFTEST_H

#include "base/selftest.h"

#include <stddef.h>
#include <stdint.h>

struct tt_signature;

/*
 * Write the head of an item of the row's type, at most TT_IDENTIFY_HEAD bytes: what the pattern asks
 * for with other bytes between, or, for a row with a check, what that wants. Returns its bytes; 0
 * when there is no sample for the row's check, or its pattern is none. `head` has room for
 * TT_IDENTIFY_HEAD bytes, all of which are written. Thread: any.
 */
size_t tt_signature_sample(const struct tt_signature *row, uint8_t *head);

/*
 * Every row of the table finds its sample; zeros and random bytes are nothing. A check for each.
 * TUTELA_MEMORY, TUTELA_RECORD.
 */
TT_MUST_USE tutela_status tt_selftest_types(tt_selftest *test, tutela_error *error);

#endif
