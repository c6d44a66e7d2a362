#include "unpack/zip_directory.h"
#include "base/mem.h"
struct tt_zip_directory { int x; };
void tt_zip_directory_free(tt_zip_directory *directory)
{
    tt_free(directory);
}
