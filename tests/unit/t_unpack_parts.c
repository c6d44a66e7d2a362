/* A stream over several files: what is read across their borders, and one that becomes shorter. */
#include "unpack_kit.h"

#include "unpack/parts.h"
#include "unpack/sought.h"

#include <fcntl.h>

enum { PARTS = 9, WHOLE = 20000 };

static uint8_t content[WHOLE];
static int fds[PARTS];
/* Empty ones at the front, in the middle, two in a row, and at the end; one of a single byte. */
static const uint64_t ends[PARTS] = {0, 4096, 4096, 4097, 9000, 9000, 9000, WHOLE, WHOLE};

static void make_files(void)
{
    uint64_t at = 0;

    srand(7);
    for (size_t i = 0; i < WHOLE; i++)
        content[i] = (uint8_t)rand();
    for (size_t i = 0; i < PARTS; i++) {
        char name[32];
        int fd;
        snprintf(name, sizeof name, "part-%zu", i);
        fd = open(tap_path("%s", name), O_RDWR | O_CREAT | O_TRUNC, 0600);
        if (write(fd, content + at, ends[i] - at) != (ssize_t)(ends[i] - at))
            printf("Bail out! a part cannot be written\n");
        fds[i] = fd;
        at = ends[i];
    }
}

/* Reading at a place brings what is there, as far as there is any. */
static int reads(tt_stream *stream, uint64_t at, size_t size)
{
    static uint8_t buffer[WHOLE + 10];
    uint64_t left = at < WHOLE ? WHOLE - at : 0;
    size_t want = size < left ? size : (size_t)left, got = 77;
    tt_trouble trouble = {TUTELA_ITEM_CRASHED, ""};

    memset(buffer, 0, sizeof buffer);
    return tt_stream_read_at(stream, at, buffer, size, &got, &trouble, NULL) == TUTELA_OK && got == want
           && trouble.status == TUTELA_ITEM_CLEAR && memcmp(buffer, content + (want ? at : 0), want) == 0;
}

static void test_reading(void)
{
    tt_parts_stream s;
    size_t wrong = 0;

    tt_parts_stream_init(&s, fds, ends, PARTS);
    is_u64(s.stream.size, WHOLE, "its size is that of all");
    ok(s.stream.parts && s.stream.parts->count == PARTS && s.stream.parts->ends[1] == 4096, "its borders");
    ok(reads(&s.stream, 0, WHOLE + 10), "all of it at once");
    for (size_t i = 0; i < PARTS; i++)
        for (int before = 0; before < 3; before++)
            for (size_t size = 0; size < 4; size++)
                wrong += ends[i] >= (uint64_t)before && !reads(&s.stream, ends[i] - (uint64_t)before, size);
    is_u64(wrong, 0, "a few bytes about each border");
    wrong = 0;
    for (int i = 0; i < 20000; i++)
        wrong += !reads(&s.stream, (uint64_t)rand() % (WHOLE + 100), (size_t)rand() % 7000);
    is_u64(wrong, 0, "anywhere");
    ok(reads(&s.stream, UINT64_MAX - 5, 100), "beyond any file");
}

static void test_reading_on(void)
{
    tt_parts_stream s;
    uint8_t buffer[777];
    tt_trouble trouble;
    uint64_t at = 0;
    size_t got = 1, wrong = 0;

    tt_parts_stream_init(&s, fds, ends, PARTS);
    while (got > 0 && at <= WHOLE) {
        if (tt_stream_read(&s.stream, buffer, sizeof buffer, &got, &trouble, NULL) != TUTELA_OK)
            break;
        wrong += trouble.status != TUTELA_ITEM_CLEAR || memcmp(buffer, content + at, got) != 0;
        at += got;
    }
    ok(at == WHOLE && wrong == 0 && s.stream.at == WHOLE, "from front to end");
}

/* Who looks how far a stream is read still sees the borders; a part of it has none of its own. */
static void test_borders_go_on(void)
{
    tt_parts_stream s;
    tt_part_stream part;
    tt_sought sought;

    tt_parts_stream_init(&s, fds, ends, PARTS);
    tt_sought_init(&sought, &s.stream, NULL);
    ok(sought.stream.parts == s.stream.parts && reads(&sought.stream, 4000, 6000), "through another");
    tt_part_stream_init(&part, &s.stream, 5, 6000);
    ok(part.stream.parts == NULL, "not of a part");
}

static void test_shorter(void)
{
    tt_parts_stream s;
    static uint8_t buffer[WHOLE];
    tt_trouble trouble;
    size_t got;

    tt_parts_stream_init(&s, fds, ends, PARTS);
    if (ftruncate(fds[4], 100) != 0)
        printf("# it stays as it is\n");
    ok(tt_stream_read_at(&s.stream, 4000, buffer, 8000, &got, &trouble, NULL) == TUTELA_OK
           && got == 97 + 100 && memcmp(buffer, content + 4000, got) == 0
           && trouble.status == TUTELA_ITEM_CHANGED,
       "a part that became shorter: what was before it, and that");
    ok(reads(&s.stream, 9000, 5000), "what is behind it is where it was");
    (void)close(fds[7]);
    ok(tt_stream_read_at(&s.stream, 8999, buffer, 0, &got, &trouble, NULL) == TUTELA_OK && got == 0
           && trouble.status == TUTELA_ITEM_CLEAR, "nothing is read of nothing");
    ok(tt_stream_read_at(&s.stream, 10000, buffer, 10, &got, &trouble, NULL) == TUTELA_OK && got == 0
           && trouble.status == TUTELA_ITEM_UNREADABLE, "one that cannot be read");
}

int main(void)
{
    alarm(60);
    make_files();
    test_reading();
    test_reading_on();
    test_borders_go_on();
    test_shorter();
    return tap_done();
}
