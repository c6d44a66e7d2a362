/* fuzz_import_sums: tt_sums_read, tt_sums_bid, tt_sums_row. */
#include "fuzz_import.h"

FUZZ_IMPORT("md5sum", ".txt")
