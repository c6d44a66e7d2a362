/*
 * members: what a container holds, from what the worker process tells of it to findings.
 *
 *   container ──▶ worker process ──▶ told of: names, sizes, digests, what is missing
 *                                       │
 *                                       ▼
 *                 chains ◀── open containers on the way      match ──▶ collector
 *
 * Members are digested by what the lists ask for. At the first that is in a known-bad list the reading
 * begins anew with all digests, and what was reported before is passed over: one hit or a thousand, a
 * container is read twice at most and nothing is kept.
 */
#ifndef TT_ENGINE_MEMBERS_H
#define TT_ENGINE_MEMBERS_H

#include "engine/opening.h"
#include "worker/broker.h"

/*
 * Report everything in the container, whose name scratch->path has. *out: what is missing in it, or of
 * what it holds the first status that is not complete; CLEAR when all was opened and read. Answers as
 * tt_broker_unpack, or TUTELA_RECORD, TUTELA_SET_REFUSED. Thread: single for each broker and scratch.
 */
TT_MUST_USE tutela_status tt_members_report(const tt_opening *opening, tt_run *run,
                                            tt_broker *broker, tt_scratch *scratch,
                                            tt_trouble *out, tutela_error *error);

#endif
