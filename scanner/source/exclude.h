/*
 * exclude: the operator's patterns for what is not to be read.
 */
#ifndef TT_SOURCE_EXCLUDE_H
#define TT_SOURCE_EXCLUDE_H

#include "source/walk.h"

/* 1 when some pattern has a slash, so that whole paths are needed. Thread: any. */
int tt_exclude_wants_path(const tt_walk_options *options);

/*
 * 1 when a pattern with a slash matches `path`, or one without matches `name`. `path` may be NULL
 * when tt_exclude_wants_path says no. Thread: any.
 */
int tt_exclude_match(const tt_walk_options *options, const char *name, const char *path);

/*
 * The same for a target: its name is what follows the last slash, trailing slashes aside. "." and
 * ".." have no name of their own, so that excluding ".*" does not exclude everything.
 * TUTELA_MEMORY. Thread: any.
 */
TT_MUST_USE tutela_status tt_exclude_target(const tt_walk_options *options, const char *path,
                                            int *excluded, tutela_error *error);

#endif
