/* digest_lines: see digest_lines.h. */
#include "digest_lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES 262144u /* a read; several batches of MD5 */
#define NO_DIGEST (-1)

void digest_batch_clear(digest_batch *batch)
{
    batch->count = 0;
    memset(batch->digests, 0, sizeof batch->digests);
}

const uint8_t *digest_batch_at(const digest_batch *batch, const digest_line *line)
{
    return batch->digest[line->algorithm] + line->place * tutela_algorithm_size(line->algorithm);
}

/* 1 for a hexadecimal digit, in either case. */
static unsigned is_digit(unsigned char text)
{
    return (unsigned)(text - (unsigned)'0' < 10) | (unsigned)((text | 0x20u) - (unsigned)'a' < 6);
}

/* The value of a hexadecimal digit: letters have bit 6, and 1 to 6 below. */
static unsigned value_of(unsigned char text)
{
    return (text & 15u) + 9u * (text >> 6);
}

/*
 * 1 when `text` is hexadecimal throughout. `to` may hold anything when it is not. No branch depends
 * on a digit: they are random, and half of the branches would be guessed wrong.
 */
static int decode(uint8_t *to, const char *text, size_t size)
{
    const unsigned char *from = (const unsigned char *)text;
    unsigned all = 1;

    for (size_t i = 0; i < size; i++, from += 2) {
        all &= is_digit(from[0]) & is_digit(from[1]);
        to[i] = (uint8_t)(value_of(from[0]) << 4 | value_of(from[1]));
    }
    return (int)all;
}

static int32_t algorithm_of_width(size_t width)
{
    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (width == 2 * tutela_algorithm_size(i))
            return i;
    return NO_DIGEST;
}

static int is_blank(char text)
{
    return text == ' ' || (text >= '\t' && text <= '\r');
}

static void add_reject(digest_batch *batch, tutela_reject why)
{
    batch->line[batch->count++] = (digest_line){.algorithm = NO_DIGEST, .reject = (int32_t)why};
}

void digest_batch_add(digest_batch *batch, const char *text, size_t size)
{
    digest_line line;

    while (size > 0 && is_blank(text[size - 1]))
        size--;
    for (; size > 0 && is_blank(*text); text++)
        size--;
    line = (digest_line){.algorithm = algorithm_of_width(size)};
    if (line.algorithm == NO_DIGEST) {
        add_reject(batch, TUTELA_REJECT_WIDTH);
        return;
    }
    line.place = batch->digests[line.algorithm];
    if (!decode(batch->digest[line.algorithm] + line.place * (size / 2), text, size / 2)) {
        add_reject(batch, TUTELA_REJECT_HEX);
        return;
    }
    batch->digests[line.algorithm]++;
    batch->line[batch->count++] = line;
}

/* ---- Reading ----------------------------------------------------------------------------- */

int digest_lines_open(digest_lines *from, int fd, FILE *answers)
{
    *from = (digest_lines){.fd = fd, .answers = answers, .buffer = malloc(BUFFER_BYTES)};
    return from->buffer ? 0 : -1;
}

void digest_lines_close(digest_lines *from)
{
    free(from->buffer);
    from->buffer = NULL;
}

/* A line without its end. */
static void take(digest_lines *from, digest_batch *to, const char *text, size_t size)
{
    static const char mark[] = "\xef\xbb\xbf"; /* of order of bytes, which some editors begin with */

    if (!from->begun && size >= sizeof mark - 1 && memcmp(text, mark, sizeof mark - 1) == 0) {
        text += sizeof mark - 1;
        size -= sizeof mark - 1;
    }
    from->begun = 1;
    if (from->skipping || size > DIGEST_LINE_MAX)
        add_reject(to, TUTELA_REJECT_TOO_LONG);
    else
        digest_batch_add(to, text, size);
    from->skipping = 0;
}

/* The whole lines of the buffer, as far as the batch has room. The last one may lack its end. */
static void take_lines(digest_lines *from, digest_batch *to)
{
    while (to->count < DIGEST_BATCH) {
        const char *text = from->buffer + from->start;
        size_t left = from->end - from->start;
        const char *stop = left > 0 ? memchr(text, '\n', left) : NULL;

        if (!stop && !from->at_end && left <= DIGEST_LINE_MAX)
            return; /* the rest of it may fit */
        if (!stop && !from->at_end) {
            from->skipping = 1;
            from->start = from->end;
            return;
        }
        if (!stop && left == 0 && !from->skipping)
            return;
        take(from, to, text, stop ? (size_t)(stop - text) : left);
        from->start = stop ? (size_t)(stop + 1 - from->buffer) : from->end;
    }
}

/* Wait for more, after what was asked so far is answered. */
static void wait_for_more(digest_lines *from)
{
    struct pollfd more = {.fd = from->fd, .events = POLLIN};

    if (poll(&more, 1, 0) != 0)
        return;
    (void)fflush(from->answers); /* a failure stays with the stream; who writes to it looks */
    while (poll(&more, 1, -1) < 0 && errno == EINTR) {
    }
}

/* Read some more, or notice the end. What is left of the buffer is less than a line. */
static int read_more(digest_lines *from)
{
    ssize_t got;

    memmove(from->buffer, from->buffer + from->start, from->end - from->start);
    from->end -= from->start;
    from->start = 0;
    do {
        wait_for_more(from);
        got = read(from->fd, from->buffer + from->end, BUFFER_BYTES - from->end);
    } while (got < 0 && (errno == EINTR || errno == EAGAIN));
    if (got < 0) {
        snprintf(from->failure, sizeof from->failure, "%s", strerror(errno));
        return -1;
    }
    from->end += (size_t)got;
    from->at_end = got == 0;
    return 0;
}

int digest_lines_next(digest_lines *from, digest_batch *to)
{
    digest_batch_clear(to);
    for (;;) {
        take_lines(from, to);
        if (to->count > 0)
            return 1;
        if (from->at_end)
            return 0;
        if (read_more(from) != 0)
            return -1;
    }
}
