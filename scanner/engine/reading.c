/* reading: the bytes of one open file, in order, whatever the medium does. */
#include "engine/reading.h"

#include "base/cache_io.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

/* Small enough to lose little beside a bad sector, and what media and page cache read at once. */
#define SMALL_READ 4096u
/* The largest step over unreadable bytes. */
#define SKIP_MAX ((uint64_t)1 << 20)
/* The page cache holds files in pages of up to this size, and drops only whole ones. */
#define LARGE_PAGE ((uint64_t)2 << 20)

tutela_status tt_reading_init(tt_reading *reading, tutela_error *error)
{
    uint8_t *buffer = tt_alloc_raw(TT_READ_SIZE, 1);

    if (!buffer)
        return tt_no_memory(error);
    memset(reading, 0, sizeof *reading);
    reading->fd = -1;
    reading->buffer = buffer;
    reading->room = TT_READ_SIZE;
    return TUTELA_OK;
}

void tt_reading_close(tt_reading *reading)
{
    if (reading->fd < 0)
        return;
    if (reading->cached.drop)
        tt_cached_drop(&reading->cached, reading->fd, UINT64_MAX);
    (void)tt_close(reading->fd);
    reading->fd = -1;
}

int tt_reading_release(tt_reading *reading)
{
    int fd = reading->fd;

    reading->fd = -1;
    return fd;
}

void tt_reading_done(tt_reading *reading)
{
    if (!reading->buffer)
        return;
    tt_reading_close(reading);
    tt_free(reading->buffer);
    reading->buffer = NULL;
}

void tt_reading_open(tt_reading *reading, int fd, const struct stat *stat, int paged)
{
    reading->fd = fd;
    reading->paged = paged;
    reading->before = *stat;
    reading->looked = reading->cached.drop = 0;
    tt_reading_rewind(reading);
}

void tt_reading_rewind(tt_reading *reading)
{
    if (reading->cached.drop)
        tt_cached_rewind(&reading->cached);
    reading->os_error = 0;
    reading->filled = 0;
    reading->tried = 0;
    reading->offset = 0;
    reading->got = 0;
    reading->skip = 0;
    reading->unread_count = 0;
    reading->at_end = 0;
    reading->stated = reading->before.st_size > 0 ? (uint64_t)reading->before.st_size : 0;
}

/* The medium could not give these bytes, as opposed to the file being out of reach. */
static int is_medium_error(int os_error)
{
    return os_error == EIO || os_error == ENODATA || os_error == EREMOTEIO || os_error == EBADMSG
           || os_error == EUCLEAN;
}

/* The last range if it ends at the present offset, or if there is no room for another; or NULL. */
static tutela_range *range_to_extend(tt_reading *reading)
{
    tutela_range *last
        = reading->unread_count ? &reading->unread[reading->unread_count - 1] : NULL;

    return last
                   && (last->offset + last->length == reading->offset
                       || reading->unread_count == TT_UNREAD_MAX)
               ? last
               : NULL;
}

/* Note `length` bytes at the present offset as unread and step over them. */
static void pass_over(tt_reading *reading, uint64_t length)
{
    tutela_range *last = range_to_extend(reading);

    if (last)
        last->length = reading->offset + length - last->offset;
    else
        reading->unread[reading->unread_count++]
            = (tutela_range){.offset = reading->offset, .length = length};
    reading->offset += length;
}

static uint64_t stated_rest(const tt_reading *reading)
{
    return reading->stated > reading->offset ? reading->stated - reading->offset : 0;
}

void tt_reading_cut(tt_reading *reading)
{
    uint64_t rest = stated_rest(reading);
    tutela_range *last = range_to_extend(reading);

    if (last)
        last->length = rest > 0 ? reading->offset + rest - last->offset : 0;
    else
        reading->unread[reading->unread_count++]
            = (tutela_range){.offset = reading->offset, .length = rest};
}

/*
 * A small read failed too. Steps grow while failures follow each other, stay aligned, and end at
 * the stated size: past it there is nothing to look for, but it was not seen to be the end either.
 */
static tt_read_answer step_over(tt_reading *reading)
{
    uint64_t left = stated_rest(reading);
    uint64_t length = reading->skip - reading->offset % SMALL_READ;

    if (left == 0) {
        if (reading->got == 0 && reading->unread_count == 0)
            return TT_READ_FAILED;
        if (reading->unread_count == 0)
            tt_reading_cut(reading);
        return TT_READ_END;
    }
    pass_over(reading, length < left ? length : left);
    if (reading->skip < SKIP_MAX)
        reading->skip *= 2;
    return TT_READ_AGAIN;
}

static tt_read_answer read_failed(tt_reading *reading, int os_error)
{
    if (reading->os_error == 0)
        reading->os_error = os_error;
    if (!is_medium_error(os_error)) {
        reading->os_error = os_error;
        return TT_READ_FAILED;
    }
    if (reading->skip > 0)
        return step_over(reading);
    reading->skip = SMALL_READ;
    return TT_READ_AGAIN;
}

/* The stated size is passed: by a file that grows, or by one whose size is not to be believed? */
static tt_read_answer check_overrun(tt_reading *reading, uint64_t max_overrun, tt_watch *watch,
                                    int what)
{
    struct stat now;
    int asked;

    if (reading->offset <= reading->stated || reading->offset - reading->stated <= max_overrun)
        return TT_READ_DATA;
    tt_watch_begin(watch, what);
    asked = tt_fstat(reading->fd, &now) == 0;
    if (tt_watch_end(watch) != 0)
        return TT_READ_GIVEN_UP;
    if (asked && now.st_size > 0)
        reading->stated = (uint64_t)now.st_size;
    return reading->offset > reading->stated && reading->offset - reading->stated > max_overrun
               ? TT_READ_LIMIT
               : TT_READ_DATA;
}

/* All that the file states was read, and its file system would give nothing past that. */
static int is_whole(const tt_reading *reading)
{
    return reading->paged && reading->stated > 0
           && reading->offset + reading->filled == reading->stated;
}

/*
 * Fill the buffer as far as it goes, so that a medium that answers in crumbs still shows the whole
 * head at once. 0: some bytes, or the end; else an errno; -1: the worker was given up.
 */
static int fill(tt_reading *reading, size_t size, tt_watch *watch, int what)
{
    while (reading->filled < size && !reading->at_end) {
        ssize_t got;
        int os_error;

        tt_watch_begin(watch, what);
        got = tt_pread(reading->fd, reading->buffer + reading->filled, size - reading->filled,
                       reading->offset + reading->filled);
        os_error = errno;
        if (tt_watch_end(watch) != 0)
            return -1;
        if (got < 0)
            return reading->filled > 0 ? 0 : os_error;
        reading->filled += (size_t)got;
        if (got == 0 || is_whole(reading))
            reading->at_end = 1;
    }
    return 0;
}

/* The first bytes of a file may be taken without waiting, where the file system can do that. */
static int may_be_ready(const tt_reading *reading)
{
    return reading->paged && reading->stated > 0 && reading->skip == 0
           && reading->offset == 0 && !reading->tried
           && !(reading->waits && reading->waits_on == reading->before.st_dev);
}

/*
 * Take what is in memory. AGAIN when that is nothing: the medium is at it by then. Whatever else goes
 * wrong, the read that comes after finds out.
 */
static tt_read_answer take_ready(tt_reading *reading, size_t size, tt_watch *watch, int what)
{
    ssize_t got;
    int os_error;

    if (!may_be_ready(reading))
        return TT_READ_DATA;
    reading->tried = 1;
    tt_watch_begin(watch, what);
    got = tt_pread_ready(reading->fd, reading->buffer, size, reading->offset);
    os_error = got < 0 ? errno : 0;
    if (os_error == EAGAIN)
        (void)tt_will_need(reading->fd, reading->offset, size);
    if (tt_watch_end(watch) != 0)
        return TT_READ_GIVEN_UP;
    if (os_error == EAGAIN)
        return TT_READ_AGAIN;
    if (os_error == EOPNOTSUPP || os_error == ENOSYS) {
        reading->waits = 1;
        reading->waits_on = reading->before.st_dev;
    }
    if (got > 0) {
        reading->filled = (size_t)got;
        reading->at_end = is_whole(reading);
    }
    return TT_READ_DATA;
}

/* Before the first read: what is in memory already? -1: the worker was given up. */
static int look_first(tt_reading *reading, const tt_read_limits *limits, tt_watch *watch, int what)
{
    if (reading->looked || !limits->drop_cached)
        return 0;
    tt_watch_begin(watch, what);
    tt_cached_begin(&reading->cached, reading->fd, reading->stated);
    if (tt_watch_end(watch) != 0)
        return -1;
    reading->looked = reading->cached.drop = 1;
    return 0;
}

/* Drop what lies far enough behind. -1: the worker was given up. */
static int drop_behind(tt_reading *reading, tt_watch *watch, int what)
{
    uint64_t to = reading->offset - reading->offset % LARGE_PAGE;

    if (!reading->cached.drop || to < reading->cached.behind
        || to - reading->cached.behind < TT_CACHED_STEP)
        return 0;
    tt_watch_begin(watch, what);
    tt_cached_drop(&reading->cached, reading->fd, to);
    return tt_watch_end(watch);
}

/* Bytes to ask for: one past the limit at most, which tells whether the file goes on. */
static size_t bytes_to_read(const tt_reading *reading, const tt_read_limits *limits)
{
    size_t size = reading->skip > 0 ? SMALL_READ - (size_t)(reading->offset % SMALL_READ)
                                    : reading->room;
    uint64_t room = limits->max_bytes > reading->offset ? limits->max_bytes - reading->offset : 0;

    return limits->max_bytes && room < size ? (size_t)room + 1 : size;
}

/* Stop at the limit when more bytes than that were read: 1. */
static int is_past_limit(tt_reading *reading, uint64_t max_bytes)
{
    uint64_t room = max_bytes > reading->offset ? max_bytes - reading->offset : 0;

    if (max_bytes == 0 || reading->filled <= room)
        return 0;
    reading->got += room;
    reading->offset += room;
    return 1;
}

tt_read_answer tt_reading_next(tt_reading *reading, const tt_read_limits *limits, tt_watch *watch,
                               int what)
{
    tt_read_answer ready;
    size_t size;
    int failure;

    reading->filled = 0;
    /* Stepping over a bad stretch may lead past the limit. */
    if (limits->max_bytes && reading->offset > limits->max_bytes)
        return TT_READ_LIMIT;
    size = bytes_to_read(reading, limits);
    if (look_first(reading, limits, watch, what) != 0)
        return TT_READ_GIVEN_UP;
    ready = take_ready(reading, size, watch, what);
    if (ready != TT_READ_DATA)
        return ready;
    failure = fill(reading, size, watch, what);
    if (failure != 0)
        return failure < 0 ? TT_READ_GIVEN_UP : read_failed(reading, failure);
    if (reading->filled == 0)
        return TT_READ_END;
    /* Back to full reads after a small one that went well. */
    reading->skip = 0;
    if (is_past_limit(reading, limits->max_bytes))
        return TT_READ_LIMIT;
    reading->offset += reading->filled;
    reading->got += reading->filled;
    if (drop_behind(reading, watch, what) != 0)
        return TT_READ_GIVEN_UP;
    return check_overrun(reading, limits->max_overrun, watch, what);
}

int tt_reading_differs(const struct stat *a, const struct stat *b)
{
    return a->st_dev != b->st_dev || a->st_ino != b->st_ino || a->st_size != b->st_size
           || a->st_mtim.tv_sec != b->st_mtim.tv_sec || a->st_mtim.tv_nsec != b->st_mtim.tv_nsec
           || a->st_ctim.tv_sec != b->st_ctim.tv_sec || a->st_ctim.tv_nsec != b->st_ctim.tv_nsec;
}

int tt_reading_changed(tt_reading *reading, tt_watch *watch, int what)
{
    struct stat now;
    int failed;

    tt_watch_begin(watch, what);
    failed = tt_fstat(reading->fd, &now) != 0;
    if (tt_watch_end(watch) != 0)
        return -1;
    /* A file that can no longer be asked cannot be vouched for either. */
    if (failed || tt_reading_differs(&reading->before, &now)) {
        if (!failed)
            reading->before = now;
        return 1;
    }
    return 0;
}
