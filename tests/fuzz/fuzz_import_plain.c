/* fuzz_import_plain: tt_plain_read, tt_plain_bid, tt_sums_row, tt_import_hex_decode. */
#include "fuzz_import.h"

FUZZ_IMPORT("plain list", ".txt")
