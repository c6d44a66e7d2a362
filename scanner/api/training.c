/* training: the synthetic tree and lists, as the public header offers them. */
#include "training/training.h"

#include "api/api.h"

tutela_status tutela_training_create(const char *folder, uint64_t seed, tutela_error *error)
{
    if (!folder || folder[0] == '\0')
        return tt_api_null(error, "training data: folder");
    return tt_training_create(folder, seed, error);
}
