/*
 * place: names of files seen from other files: where a delta's base lies.
 *
 * A delta names its base relative to its own folder, so that a folder of sets can be moved or copied
 * as a whole.
 */
#ifndef TT_HASHSETS_PLACE_H
#define TT_HASHSETS_PLACE_H

#include "base/status.h"

/* The folder of a path, "." when it names none. Owned: tt_free; NULL when there is no memory. */
char *tt_place_folder(const char *path);

/*
 * `name` as seen from the folder of `path`. Owned: tt_free; NULL when there is no memory. Thread:
 * any.
 */
char *tt_place_join(const char *path, const char *name);

/*
 * How `file`, which exists, is called from the folder of `from`, which need not exist but whose
 * folder must; links are followed. Absolute when they have no folder in common but the root.
 * TUTELA_IO, TUTELA_MEMORY. The caller owns *out: tt_free. Thread: any.
 */
TT_MUST_USE tutela_status tt_place_relative(char **out, const char *file, const char *from,
                                            tutela_error *error);

#endif
