/* key_file: makes the files that keys lie in, and says why not in words for them. */
#include "hashsets/key_file.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>

tutela_status tt_key_file_make(const char *path, const void *key, size_t size, mode_t mode,
                               tutela_error *error)
{
    int failure = tt_create_whole(path, key, size, mode) == 0 ? 0 : errno;

    switch (failure) {
    case 0:
        return TUTELA_OK;
    case EEXIST:
        (void)tt_fail(error, TUTELA_ARGUMENT, failure, "%s: cannot make the key", path);
        return tt_advise(error, TUTELA_ARGUMENT,
                         "name a new file: what was made with a key is of no use without it");
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EIO:
        (void)tt_fail(error, TUTELA_RECORD, failure, "%s: cannot write the key", path);
        return tt_advise(error, TUTELA_RECORD, "make room and try again");
    case ENOMEM:
        return tt_no_memory(error);
    default:
        return tt_fail(error, TUTELA_IO, failure, "%s: cannot make the key", path);
    }
}
