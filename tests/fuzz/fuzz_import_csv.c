/* fuzz_import_csv: tt_csv_read, tt_csv_bid, tt_csv_next, tt_csv_split. */
#include "fuzz_import.h"

FUZZ_IMPORT("CSV", ".csv")
