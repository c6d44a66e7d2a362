/*
 * reading: the bytes of one open file, in order, whatever the medium does.
 *
 * Properties. Reads to the end of the file, not to the size it states; the last read, which answers
 * nothing, is left out only where the kernel itself would not read on (and a file that grew meanwhile
 * is one that changed). A read that fails for the
 * medium's sake is tried again in small pieces; pieces that stay unreadable are noted as ranges and
 * passed over in growing steps, so that a dying disk is not worn down. A file that changes while it
 * is read is noticed. Never reads more than the limits allow.
 *
 * The first read of a file takes only what is in memory. If that is nothing, the medium is asked for it
 * and the answer is "again": the caller's other files are asked for meanwhile, and the medium has many
 * questions to answer side by side instead of one after another.
 */
#ifndef TT_ENGINE_READING_H
#define TT_ENGINE_READING_H

#include "base/status.h"
#include "engine/cached.h"
#include "engine/watch.h"

#include <stdint.h>
#include <sys/stat.h>

/* One read, unless the caller gives a larger buffer; also what an item's head must fit in. */
#define TT_READ_SIZE 65536u
/* Ranges noted for one item; the last one then reaches to the last bad spot. */
#define TT_UNREAD_MAX 256u

typedef struct tt_reading {
    int fd;              /* -1: none open */
    int paged;           /* a short read that comes to the stated size is the end */
    int os_error;        /* of the first unreadable piece or of a failure */
    struct stat before;  /* when the reading began */
    uint8_t *buffer;     /* owned */
    size_t room;         /* bytes of it, and of one read; TT_READ_SIZE to begin with */
    size_t filled;       /* bytes in buffer, for the caller to digest */
    int at_end;          /* nothing is left to read */
    uint64_t offset;     /* the next byte to read */
    uint64_t got;        /* bytes read since the beginning or the last rewind */
    uint64_t skip;       /* bytes the next unreadable piece is taken to be; 0: medium sound here */
    int tried;           /* to read without waiting */
    int waits;           /* the file system of this device reads only with waiting */
    dev_t waits_on;
    int looked;          /* `cached` is begun */
    tt_cached cached;
    uint64_t stated;     /* size the file states, as last seen */
    tutela_range unread[TT_UNREAD_MAX];
    size_t unread_count;
} tt_reading;

typedef struct tt_read_limits {
    uint64_t max_bytes;   /* 0: none */
    uint64_t max_overrun; /* past the stated size */
    int drop_cached;      /* leave the page cache as it was */
} tt_read_limits;

typedef enum tt_read_answer {
    TT_READ_DATA,     /* `filled` bytes wait in `buffer` */
    TT_READ_AGAIN,    /* nothing this time; call again */
    TT_READ_END,      /* the file's end */
    TT_READ_FAILED,   /* os_error says why; nothing more will come */
    TT_READ_LIMIT,    /* a limit was hit at `offset` */
    TT_READ_GIVEN_UP  /* the worker was given up while it hung here */
} tt_read_answer;

/* TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_reading_init(tt_reading *reading, tutela_error *error);
void tt_reading_done(tt_reading *reading);

/* Take an open file over; `stat` as it was at opening; `paged` as in tt_entry. */
void tt_reading_open(tt_reading *reading, int fd, const struct stat *stat, int paged);
void tt_reading_close(tt_reading *reading);

/* Give the open file away: the caller closes it. */
int tt_reading_release(tt_reading *reading);

/* Begin again at the first byte. */
void tt_reading_rewind(tt_reading *reading);

tt_read_answer tt_reading_next(tt_reading *reading, const tt_read_limits *limits, tt_watch *watch,
                               int what);

/* Note all from the present offset on as unread. */
void tt_reading_cut(tt_reading *reading);

/* Is it another file, or another state of it? Thread: any. */
int tt_reading_differs(const struct stat *a, const struct stat *b);

/*
 * Has the file changed since it was opened or last asked? 1 yes, and what it is now becomes the new
 * "before"; 0 no; -1 the worker was given up.
 */
int tt_reading_changed(tt_reading *reading, tt_watch *watch, int what);

#endif
