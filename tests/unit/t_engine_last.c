/* The last bytes of a stream, in whatever pieces it comes: the same as those of the whole. */
#include "tap.h"

#include "engine/last.h"

#define MOST 200000u

static uint8_t room[MOST + 256];
static uint8_t *const all = room + 128;

/* A zip of one member, as far as its end record and its directory go, `size` bytes from the front. */
static void put_zip(size_t size)
{
    uint8_t *directory = all + size - 22 - 46, *end = all + size - 22;

    memset(directory, 0, 46 + 22);
    memcpy(directory, "PK\1\2", 4);
    memcpy(end, "PK\5\6", 4);
    end[8] = end[10] = 1;
    end[12] = 46;
}

static int opens(size_t size, size_t piece)
{
    static tt_last last;

    last.size = last.at = 0;
    for (size_t at = 0; at < size; at += piece)
        tt_last_add(&last, all + at, size - at < piece ? size - at : piece);
    return tt_last_opens(&last, size);
}

int main(void)
{
    static const size_t sizes[] = {68, 69, 1000, TT_TAIL_SIZE - 1, TT_TAIL_SIZE, TT_TAIL_SIZE + 1,
                                   2 * TT_TAIL_SIZE - 7, 2 * TT_TAIL_SIZE, MOST};
    static const size_t pieces[] = {1, 7, 4096, TT_TAIL_SIZE - 1, TT_TAIL_SIZE, TT_TAIL_SIZE + 1, MOST};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (size_t j = 0; j < sizeof pieces / sizeof pieces[0]; j++) {
            size_t size = sizes[i];

            for (size_t k = 0; k < MOST; k++)
                all[k] = (uint8_t)(k * 31 + k / 251);
            ok(!opens(size, pieces[j]), "%zu bytes by %zu: no zip", size, pieces[j]);
            put_zip(size);
            ok(opens(size, pieces[j]), "%zu bytes by %zu: a zip", size, pieces[j]);
            all[size - 22]++;
            ok(!opens(size, pieces[j]), "%zu bytes by %zu: its sign spoilt", size, pieces[j]);
        }
    return tap_done();
}
