/* fuzz_import_any: tt_import_file, with every bid and whichever reader bids most. */
#include "fuzz_import.h"

FUZZ_IMPORT(NULL, "")
