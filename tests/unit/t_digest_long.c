/*
 * digest, long streams: more than 4 GiB through every kernel of this machine, in one call and in pieces,
 * against OpenSSL. Takes minutes: only with TEST_SLOW in the environment (make slow).
 *
 * The stream is one piece again and again, mapped often enough to stand in memory as a whole without
 * taking any. Its 257 pages do not divide 4 GiB: who lost count there would find other bytes.
 */
#include "lanes_kit.h"

#include <sys/mman.h>

enum { PIECE = 257 * 4096, TIMES = 4100, STREAMS = 2 };

/* A stream is a little longer than TIMES pieces would be, and begins that much later. */
static const size_t shift[STREAMS] = {0, 65};
static const size_t whole = (size_t)TIMES * PIECE;

_Static_assert((uint64_t)TIMES * PIECE > (uint64_t)1 << 32, "over 4 GiB");

static const uint8_t *view; /* TIMES + 1 pieces */

static int make_view(void)
{
    int fd = memfd_create("piece", MFD_CLOEXEC);
    size_t room = whole + PIECE;
    uint8_t *at = mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    int made = fd >= 0 && ftruncate(fd, PIECE) == 0 && at != MAP_FAILED;

    for (size_t i = 0; i <= TIMES && made; i++)
        made = mmap(at + i * PIECE, PIECE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0)
               != MAP_FAILED;
    if (made)
        lane_bytes(1, at, PIECE);
    close(fd);
    view = at;
    return made;
}

typedef uint8_t digests_of[STREAMS][TUTELA_DIGEST_MAX];

/* `count` streams side by side, `most` bytes a call. */
static void digest(const tt_lanes *lanes, size_t count, size_t most,
                   uint8_t (*got)[TUTELA_DIGEST_MAX])
{
    tt_lane_stream streams[STREAMS];
    tt_lane_job jobs[STREAMS];
    size_t at[STREAMS] = {0}, left = count;

    for (size_t i = 0; i < count; i++)
        tt_lanes_begin(lanes, &streams[i]);
    while (left > 0) {
        size_t many = 0;

        left = 0;
        for (size_t i = 0; i < count; i++) {
            size_t rest = whole + shift[i] - at[i], part = rest < most ? rest : most;

            if (rest == 0)
                continue;
            jobs[many++] = (tt_lane_job){&streams[i], view + shift[i] + at[i], part,
                                         part == rest ? got[i] : NULL};
            at[i] += part;
            left += part < rest;
        }
        tt_lanes_run(lanes, jobs, many);
    }
}

static digests_of want[TUTELA_ALGORITHM_COUNT];

static void compare(const tt_lanes *lanes, size_t count, size_t most, const char *how)
{
    const tt_kernel *kernel = lanes->row[0].kernel;
    digests_of got = {{0}};

    digest(lanes, count, most, got);
    for (size_t i = 0; i < count; i++)
        is_mem(got[i], want[lanes->algorithm][i], tt_digest_size(lanes->algorithm),
               "%s, %s of %u, %s: stream %zu", tt_digest_name(lanes->algorithm), kernel->name,
               kernel->lanes, how, i + 1);
}

static void reference(int algorithm)
{
    for (int i = 0; i < STREAMS; i++)
        lane_reference(algorithm, view + shift[i], whole + shift[i], want[algorithm][i]);
}

int main(void)
{
    const tt_kernel *kernel;
    tt_lanes lanes;

    if (!getenv("TEST_SLOW")) {
        skip(1, "takes minutes: set TEST_SLOW");
        return tap_done();
    }
    if (!ok(make_view(), "more than 4 GiB are mapped"))
        return tap_done();
    for (int a = 0; a < LANE_ALGORITHMS; a++) {
        reference(lane_algorithm[a]);
        if (tt_lanes_choose(&lanes, lane_algorithm[a], tt_cpu_features()))
            compare(&lanes, STREAMS, PIECE - 7, "in pieces");
    }
    for (size_t i = 0; (kernel = tt_kernel_at(i)); i++)
        if (lane_only(&lanes, kernel))
            compare(&lanes, kernel->lanes > 1 ? STREAMS : 1, SIZE_MAX, "in one call");
    return tap_done();
}
