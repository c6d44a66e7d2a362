/*
 * lanes: shares out streams over the lanes of kernels.
 *
 * A call goes in three steps, so that a long run of whole blocks is interrupted only where some
 * stream ends: first the blocks that were begun before (one each), then the whole blocks where they
 * lie, the longest first, then the last blocks with end mark and length (one or two each). In the
 * first and third all lanes end together.
 */
#include "digest/lanes.h"
#include "base/status.h"
#include "digest/cpu.h"
#include "digest/digest.h"

#include <endian.h>
#include <stdalign.h>
#include <string.h>

#define BATCH 256u /* jobs that are sorted together; what stands on the stack is a few KiB */
#define END   9u   /* bytes of end mark and length */

/* Blocks of one stream that are to be taken. */
typedef struct run {
    uint32_t *state;
    const uint8_t *data;
    size_t blocks;
} run;

/* What a kernel works on. Lanes from `active` on are idle. */
typedef struct front {
    alignas(64) uint32_t state[TT_KERNEL_STREAMS];
    const uint8_t *data[TT_KERNEL_LANES];
    size_t left[TT_KERNEL_LANES]; /* blocks */
    run *run[TT_KERNEL_LANES];
    unsigned words;
    unsigned lanes;
    unsigned active;
} front;

int tt_lanes_choose(tt_lanes *out, int algorithm, uint32_t features)
{
    tt_lanes chosen = {.algorithm = algorithm, .words = tt_kernel_words(algorithm)};
    const tt_kernel *kernel;

    for (size_t i = 0; (kernel = tt_kernel_at(i)) && chosen.rows < TT_LANES_ROWS; i++) {
        unsigned least = features & (TT_CPU_SHA | TT_CPU_OPENSSL_SHA) ? kernel->least_sha
                                                                     : kernel->least;

        if (kernel->algorithm != algorithm || (kernel->needs & ~features)
            || least > kernel->lanes)
            continue;
        chosen.row[chosen.rows].kernel = kernel;
        chosen.row[chosen.rows].rate = tt_kernel_rate(kernel, features);
        chosen.row[chosen.rows++].least = least;
        if (least == 1) /* nothing after it is ever faster */
            break;
    }
    if (chosen.rows == 0)
        return 0;
    *out = chosen;
    return 1;
}

unsigned tt_lanes_width(const tt_lanes *lanes)
{
    return lanes->row[0].kernel->lanes;
}

unsigned tt_lanes_full(const tt_lanes *lanes)
{
    unsigned row = 0;

    while (row + 1 < lanes->rows
           && lanes->row[row + 1].rate * 10 >= lanes->row[0].rate * 9)
        row++;
    return lanes->row[row].kernel->lanes;
}

unsigned tt_lanes_row(const tt_lanes *lanes, size_t streams)
{
    unsigned row = 0;

    while (lanes->row[row].least > streams)
        row++;
    return row;
}

uint32_t tt_lanes_cost(const tt_lanes *lanes, size_t streams)
{
    unsigned row = tt_lanes_row(lanes, streams);
    unsigned width = lanes->row[row].kernel->lanes;
    size_t used = streams < width ? streams : width;

    /* A kernel takes the same time for a block, however many of its lanes are in use. */
    return (uint32_t)(TT_LANES_COST_UNIT * width / (lanes->row[row].rate * used));
}

void tt_lanes_begin(const tt_lanes *lanes, tt_lane_stream *stream)
{
    stream->size = 0;
    memcpy(stream->state, tt_kernel_first(lanes->algorithm), lanes->words * sizeof(uint32_t));
}

/* ---- Lanes ------------------------------------------------------------------------------- */

static void enter(front *f, unsigned lane, run *next)
{
    for (unsigned w = 0; w < f->words; w++)
        f->state[w * f->lanes + lane] = next->state[w];
    f->data[lane] = next->data;
    f->left[lane] = next->blocks;
    f->run[lane] = next;
}

static void leave(const front *f, unsigned lane)
{
    run *done = f->run[lane];

    for (unsigned w = 0; w < f->words; w++)
        done->state[w] = f->state[w * f->lanes + lane];
    done->data = f->data[lane];
    done->blocks = f->left[lane];
}

/* The last active lane moves to an idle one's place. */
static void close_gap(front *f, unsigned lane)
{
    unsigned last = --f->active;

    for (unsigned w = 0; w < f->words; w++)
        f->state[w * f->lanes + lane] = f->state[w * f->lanes + last];
    f->data[lane] = f->data[last];
    f->left[lane] = f->left[last];
    f->run[lane] = f->run[last];
}

/* All lanes to the end of the shortest. */
static void advance(front *f, tt_kernel_function *kernel)
{
    size_t blocks = f->left[0];

    for (unsigned i = 1; i < f->active; i++)
        blocks = f->left[i] < blocks ? f->left[i] : blocks;
    for (unsigned i = f->active; i < f->lanes; i++)
        f->data[i] = f->data[0]; /* an idle lane reads what another does */
    kernel(f->state, f->data, blocks);
    for (unsigned i = 0; i < f->active; i++) {
        f->data[i] += blocks * TT_BLOCK;
        f->left[i] -= blocks;
    }
}

/*
 * Work with one kernel until there are too few runs for it. Those not done then stand first in
 * `runs`; returns how many.
 */
static size_t work(const tt_lanes *lanes, unsigned row, run *runs, size_t count)
{
    const tt_kernel *kernel = lanes->row[row].kernel;
    front f;
    size_t next = 0;
    run left[TT_KERNEL_LANES];

    f.words = lanes->words;
    f.lanes = kernel->lanes;
    if (count < f.lanes) /* what is idle is worked on too */
        memset(f.state, 0, sizeof f.state);
    for (f.active = 0; f.active < f.lanes && next < count; f.active++)
        enter(&f, f.active, &runs[next++]);
    while (f.active >= lanes->row[row].least) {
        advance(&f, kernel->function);
        for (unsigned i = 0; i < f.active;) {
            if (f.left[i] > 0) {
                i++;
                continue;
            }
            leave(&f, i);
            if (next < count)
                enter(&f, i++, &runs[next++]);
            else
                close_gap(&f, i);
        }
    }
    for (unsigned i = 0; i < f.active; i++) {
        leave(&f, i);
        left[i] = *f.run[i];
    }
    memcpy(runs, left, f.active * sizeof *runs);
    return f.active;
}

/*
 * A kernel of two vectors takes longer for a block than one of a single vector. When one run is so long
 * that the others will wait for it anyway, the single vector is done sooner; but it takes what does not
 * find a place in its lanes when the others are done. `runs` has the longest first.
 */
static int lopsided(const tt_kernel *wide, const tt_kernel *narrow, const run *runs, size_t count)
{
    unsigned lanes = narrow->lanes;
    size_t total = 0, longest = runs[0].blocks;
    size_t in_narrow = runs[lanes - 1].blocks + runs[lanes].blocks;

    for (size_t i = 0; i < count; i++)
        total += runs[i].blocks;
    if (in_narrow < longest)
        in_narrow = longest;
    if (in_narrow < total / lanes)
        in_narrow = total / lanes;
    return longest * wide->lanes * narrow->rate > in_narrow * lanes * wide->rate;
}

static void take(const tt_lanes *lanes, run *runs, size_t count)
{
    while (count > 0) {
        unsigned row = tt_lanes_row(lanes, count);

        /* A row that wants more streams than the next has lanes is twice the next. */
        if (lanes->row[row].least > 1) {
            const tt_kernel *wide = lanes->row[row].kernel, *narrow = lanes->row[row + 1].kernel;

            if (narrow->lanes > 1 && lanes->row[row].least > narrow->lanes
                && lopsided(wide, narrow, runs, count))
                row++;
        }
        count = work(lanes, row, runs, count);
    }
}

/* ---- The longest first ------------------------------------------------------------------- */

#define CLASSES (64u * 4u)

/* A class of lengths, four to every doubling, the longest the smallest number. */
static unsigned class_of(size_t blocks)
{
    unsigned top = 63u - (unsigned)__builtin_clzll((unsigned long long)blocks);
    unsigned next_two = (unsigned)((top >= 2 ? blocks >> (top - 2) : blocks << (2 - top)) & 3u);

    return CLASSES - 1 - (4 * top + next_two);
}

/* Sorts by class, which is near enough to keep the lanes full. */
static void sort(run *to, run *from, size_t count)
{
    uint16_t starts[CLASSES] = {0};
    uint16_t sum = 0;

    for (size_t i = 0; i < count; i++)
        starts[class_of(from[i].blocks)]++;
    for (unsigned i = 0; i < CLASSES; i++) {
        uint16_t here = starts[i];

        starts[i] = sum;
        sum = (uint16_t)(sum + here);
    }
    for (size_t i = 0; i < count; i++)
        to[starts[class_of(from[i].blocks)]++] = from[i];
}

/* ---- The three steps --------------------------------------------------------------------- */

static size_t held(const tt_lane_stream *stream)
{
    return (size_t)(stream->size % TT_BLOCK);
}

/* How many of a job's bytes belong to the block begun before. */
static size_t to_begun(const tt_lane_job *job)
{
    size_t before = held(job->stream), room = before ? TT_BLOCK - before : 0;

    return job->size < room ? job->size : room;
}

static void fill_begun(const tt_lanes *lanes, const tt_lane_job *jobs, size_t count)
{
    run runs[BATCH];
    size_t many = 0;

    for (size_t i = 0; i < count; i++) {
        tt_lane_stream *stream = jobs[i].stream;
        size_t part = to_begun(&jobs[i]);

        if (part == 0)
            continue;
        memcpy(stream->held + held(stream), jobs[i].data, part);
        if (held(stream) + part == TT_BLOCK)
            runs[many++] = (run){stream->state, stream->held, 1};
    }
    take(lanes, runs, many);
}

static void take_whole(const tt_lanes *lanes, const tt_lane_job *jobs, size_t count)
{
    run runs[BATCH], sorted[BATCH];
    size_t many = 0;

    for (size_t i = 0; i < count; i++) {
        size_t part = to_begun(&jobs[i]);

        if (jobs[i].size - part >= TT_BLOCK)
            runs[many++] = (run){jobs[i].stream->state, (const uint8_t *)jobs[i].data + part,
                                 (jobs[i].size - part) / TT_BLOCK};
    }
    sort(sorted, runs, many);
    take(lanes, sorted, many);
}

/* What the whole blocks left becomes what is held. */
static void hold_rest(const tt_lane_job *job)
{
    tt_lane_stream *stream = job->stream;
    size_t part = to_begun(job), rest = (job->size - part) % TT_BLOCK;

    if (rest > 0)
        memcpy(stream->held, (const uint8_t *)job->data + (job->size - rest), rest);
    stream->size += job->size;
}

/* End mark and length behind what is held (RFC 1321, 3.1 and 3.2; FIPS 180-4, 5.1.1). */
static size_t end_blocks(int algorithm, tt_lane_stream *stream)
{
    size_t rest = held(stream), end = rest + END <= TT_BLOCK ? TT_BLOCK : 2 * TT_BLOCK;
    uint64_t bits = stream->size * 8;

    bits = algorithm == TUTELA_MD5 ? htole64(bits) : htobe64(bits);
    stream->held[rest] = 0x80;
    memset(stream->held + rest + 1, 0, end - rest - END);
    memcpy(stream->held + end - sizeof bits, &bits, sizeof bits);
    return end / TT_BLOCK;
}

static void show(int algorithm, const tt_lane_stream *stream, uint8_t *digest)
{
    for (size_t i = 0; i < tt_digest_size(algorithm) / 4; i++) {
        uint32_t word = stream->state[i];

        word = algorithm == TUTELA_MD5 ? htole32(word) : htobe32(word);
        memcpy(digest + 4 * i, &word, sizeof word);
    }
}

static void finish(const tt_lanes *lanes, const tt_lane_job *jobs, size_t count)
{
    run runs[BATCH], sorted[BATCH];
    size_t many = 0;

    for (size_t i = 0; i < count; i++) {
        hold_rest(&jobs[i]);
        if (jobs[i].digest)
            runs[many++] = (run){jobs[i].stream->state, jobs[i].stream->held,
                                 end_blocks(lanes->algorithm, jobs[i].stream)};
    }
    sort(sorted, runs, many);
    take(lanes, sorted, many);
    for (size_t i = 0; i < count; i++)
        if (jobs[i].digest)
            show(lanes->algorithm, jobs[i].stream, jobs[i].digest);
}

void tt_lanes_run(const tt_lanes *lanes, const tt_lane_job *jobs, size_t count)
{
    for (size_t at = 0, part; at < count; at += part) {
        part = count - at < BATCH ? count - at : BATCH;
        fill_begun(lanes, jobs + at, part);
        take_whole(lanes, jobs + at, part);
        finish(lanes, jobs + at, part);
    }
}
