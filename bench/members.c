/*
 * members: the yardstick of opening a tar: one process that reads it through libarchive and digests its
 * members in lanes.
 *
 *     members FILE [own]
 *
 * MD5 of each member; with `own` also of the file itself, as a scan must, beside them in one more lane. The
 * members' bytes are gathered, and digested when there are many of them or the room is full. Nothing
 * else is done with them: they are not looked into, and nothing is looked up. Prints files and bytes.
 */
#include "digest/cpu.h"
#include "digest/lanes.h"
#include "program.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <tutela.h>
#include <unistd.h>

enum { ROOM = 16 << 20, JOBS = 256, DIGEST = 16 };

/* What waits to be digested; the last of the streams may go on after it. */
static uint8_t room[ROOM];
static size_t room_used, job_count;
static tt_lane_job jobs[JOBS + 1];
static tt_lane_stream streams[JOBS + 1];
static uint8_t digests[JOBS + 1][DIGEST];
static tt_lanes lanes;

static const uint8_t *file;
static size_t file_size, own_done;
static int own;
static tt_lane_stream own_stream;

/* The file's own bytes, as far as libarchive has read. */
static void add_own(size_t end)
{
    if (end > file_size)
        end = file_size;
    if (!own || end <= own_done)
        return;
    jobs[job_count++] = (tt_lane_job){.stream = &own_stream,
                                      .data = file + own_done,
                                      .size = end - own_done,
                                      .digest = end == file_size ? digests[JOBS] : NULL};
    own_done = end;
}

static void digest_all(struct archive *a)
{
    add_own((size_t)archive_filter_bytes(a, -1));
    tt_lanes_run(&lanes, jobs, job_count);
    job_count = 0;
    room_used = 0;
}

/* One member's bytes; those that do not fit are digested piece by piece. */
static uint64_t take_member(struct archive *a)
{
    uint64_t size = 0;
    la_ssize_t got;
    tt_lane_stream *stream;
    size_t from;

    if (job_count == JOBS || room_used > ROOM - (64 << 10))
        digest_all(a);
    stream = &streams[job_count];
    tt_lanes_begin(&lanes, stream);
    for (from = room_used; (got = archive_read_data(a, room + room_used, ROOM - room_used)) > 0;) {
        room_used += (size_t)got;
        size += (uint64_t)got;
        if (room_used < ROOM)
            continue;
        jobs[job_count++] = (tt_lane_job){.stream = stream, .data = room + from, .size = ROOM - from};
        digest_all(a);
        streams[0] = *stream;
        stream = &streams[0];
        from = 0;
    }
    if (got < 0)
        die(archive_error_string(a));
    jobs[job_count] = (tt_lane_job){.stream = stream,
                                    .data = room + from,
                                    .size = room_used - from,
                                    .digest = digests[job_count]};
    job_count++;
    return size;
}

static void map(const char *path)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &about) != 0 || about.st_size == 0)
        die("cannot open it");
    file_size = (size_t)about.st_size;
    file = mmap(NULL, file_size, PROT_READ, MAP_SHARED, fd, 0);
    if (file == MAP_FAILED)
        die("cannot map it");
    (void)close(fd);
}

int main(int argc, char **argv)
{
    struct archive *a = archive_read_new();
    struct archive_entry *entry;
    uint64_t files = 0, bytes = 0;
    int got;

    if (argc < 2 || !a || !tt_lanes_choose(&lanes, TUTELA_MD5, tt_cpu_features()))
        die("usage: members FILE [own]");
    own = argc > 2;
    map(argv[1]);
    tt_lanes_begin(&lanes, &own_stream);
    if (archive_read_support_format_all(a) != ARCHIVE_OK || archive_read_support_filter_all(a) != ARCHIVE_OK
        || archive_read_open_memory(a, file, file_size) != ARCHIVE_OK)
        die(archive_error_string(a));
    while ((got = archive_read_next_header(a, &entry)) == ARCHIVE_OK)
        if (archive_entry_filetype(entry) == AE_IFREG) {
            bytes += take_member(a);
            files++;
        }
    if (got != ARCHIVE_EOF)
        die(archive_error_string(a));
    digest_all(a);
    add_own(file_size);
    tt_lanes_run(&lanes, jobs, job_count);
    (void)printf("%" PRIu64 " files, %" PRIu64 " bytes\n", files, bytes);
    return archive_read_free(a) == ARCHIVE_OK ? 0 : 1;
}
