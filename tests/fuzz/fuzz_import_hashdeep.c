/* fuzz_import_hashdeep: tt_hashdeep_read, tt_hashdeep_bid. */
#include "fuzz_import.h"

FUZZ_IMPORT("hashdeep", ".txt")
