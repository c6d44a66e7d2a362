/* fuzz_import_vics: tt_vics_read, tt_vics_bid, tt_json_read. */
#include "fuzz_import.h"

FUZZ_IMPORT("VICS JSON", ".json")
