/*
 * lanes: digests of many streams side by side.
 *
 * MD5, SHA-1 and SHA-256 wait for themselves: one stream leaves most of a core idle, sixteen of them
 * fill it. Here the next bytes of many streams are taken together, the longest first; a lane that
 * ends gets the next stream at once; and when few streams are left, narrower kernels take over.
 *
 * A stream's state is all there is between calls: nothing is allocated, no thread keeps anything,
 * and bytes can be forgotten when the call returns. So a thread that wants three digests of the same
 * buffers makes three calls:
 *
 *     tt_lanes_choose(&md5, TUTELA_MD5, tt_cpu_features());      once a process, shared
 *     tt_lanes_begin(&md5, &file->md5);                          once a file
 *     tt_lanes_run(&md5, jobs, count);                           once a round of reads, and for the
 *                                                                last piece with job.digest set
 *
 * 64 jobs or more a call keep the widest lanes busy to the end of the call even when their lengths
 * differ; jobs of one length can be as few as there are lanes (tt_lanes_width).
 */
#ifndef TT_DIGEST_LANES_H
#define TT_DIGEST_LANES_H

#include "digest/kernels.h"

#include <stddef.h>
#include <stdint.h>

#define TT_LANES_ROWS 8u /* kernels that one algorithm can have on one machine */

/* The kernels of one algorithm that serve a machine, the widest first. Shared once chosen. */
typedef struct tt_lanes {
    int algorithm;
    unsigned words; /* of its state */
    unsigned rows;
    struct {
        const tt_kernel *kernel;
        unsigned least; /* with fewer streams the next row is faster; 1 in the last */
        unsigned rate;  /* tt_kernel_rate */
    } row[TT_LANES_ROWS];
} tt_lanes;

/*
 * The kernels for an algorithm on a machine with these features (TT_CPU_ bits; tt_cpu_features()).
 * Returns 1, or 0 with *out untouched when there are none: SHA-512, say. Thread: any.
 */
int tt_lanes_choose(tt_lanes *out, int algorithm, uint32_t features);

/* How many streams at once the widest of them takes; 1 when none works side by side. Thread: any. */
unsigned tt_lanes_width(const tt_lanes *lanes);

/* How many streams at once are digested nearly as fast each byte as by the widest. Thread: any. */
unsigned tt_lanes_full(const tt_lanes *lanes);

/* The row for that many streams, at least one. Thread: any. */
unsigned tt_lanes_row(const tt_lanes *lanes, size_t streams);

/*
 * What a byte of one of that many streams, at least one, costs a core: TT_LANES_COST_UNIT by MB/s, on
 * the machine that the kernels' rates were measured on. Only ratios mean something. Thread: any.
 */
#define TT_LANES_COST_UNIT 1000000u
uint32_t tt_lanes_cost(const tt_lanes *lanes, size_t streams);

/* One stream between its pieces. Single. Plain memory: may be copied, to digest a fork of it. */
typedef struct tt_lane_stream {
    uint64_t size;                  /* bytes taken so far */
    uint32_t state[TT_STATE_WORDS]; /* after the whole blocks of them */
    uint8_t held[2 * TT_BLOCK];     /* the bytes after those; with room for the end mark */
} tt_lane_stream;

/* Begin a stream, or one anew. Thread: single. */
void tt_lanes_begin(const tt_lanes *lanes, tt_lane_stream *stream);

/* The next bytes of a stream. */
typedef struct tt_lane_job {
    tt_lane_stream *stream; /* begun by the same lanes */
    const void *data;
    size_t size;     /* bytes; any number, none is fine */
    uint8_t *digest; /* the stream ends here, and this gets its digest; NULL when more will come */
} tt_lane_job;

/*
 * Take the next bytes of `count` streams, no stream twice. All is done on return. A stream that
 * ended must begin anew before the next run. Thread: single for each stream.
 */
void tt_lanes_run(const tt_lanes *lanes, const tt_lane_job *jobs, size_t count);

#endif
