/*
 * t_mention_seek: digests that stand in bytes as text are found once each however the bytes come, with where
 * they first stand and how often; too many are cut behind the first ones.
 */
#include "tap.h"

#include "mention/mention.h"

#include <stdlib.h>
#include <string.h>

#define SPACE ((size_t)300 << 10)

/* What was found in `bytes`, which come `piece` at a time. */
static const tt_mention_list *seek_in(tt_seek **seek, const uint8_t *bytes, size_t size, size_t piece)
{
    const tt_mention_list *list = NULL;

    if (tt_seek_begin(seek, NULL) != TUTELA_OK)
        return NULL;
    for (size_t at = 0; at < size; at += piece)
        if (tt_seek_add(*seek, at, bytes + at, size - at < piece ? size - at : piece, NULL) != TUTELA_OK)
            return NULL;
    return tt_seek_end(*seek, &list, NULL) == TUTELA_OK ? list : NULL;
}

static void put(uint8_t *at, const char *digits, size_t stride)
{
    for (size_t i = 0; digits[i]; i++)
        at[i * stride] = (uint8_t)digits[i];
}

/* Wherever it lies against the edges of pieces and of windows. */
static void edges(tt_seek **seek)
{
    static const char sha256[] = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";
    static const size_t around[] = {64 << 10, (64 << 10) + 384, 128 << 10, 96 << 10};
    static const size_t pieces[] = {1, 7, 4096, 65536, SPACE};
    uint8_t *bytes = malloc(SPACE);
    size_t wrong = 0;

    for (size_t a = 0; a < sizeof around / sizeof around[0]; a++)
        for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++)
            for (size_t back = 0; back <= 130; back += pieces[p] == 1 ? 13 : 1) {
                size_t at = around[a] - back, stride = 1 + back % 2, size = pieces[p] == 1 ? around[a] + 200 : 200000;
                const tt_mention_list *list;

                memset(bytes, 0, SPACE);
                put(bytes + at, sha256, stride);
                list = seek_in(seek, bytes, size, pieces[p]);
                wrong += !list || list->count != 1 || list->item[0].offset != at || list->item[0].count != 1
                         || list->item[0].algorithm != TUTELA_SHA256 || list->item[0].digest[31] != 0xff;
            }
    is_u64(wrong, 0, "found once, wherever it lies");
    memset(bytes, 'a', SPACE);
    is_u64(seek_in(seek, bytes, SPACE, 1000)->count, 0, "in nothing but digits there is none");
    memset(bytes, 0, SPACE);
    put(bytes + SPACE - 32, "00112233445566778899aabbccddeeff", 1);
    is_u64(seek_in(seek, bytes, SPACE, 777)->count, 1, "the last bytes");
    put(bytes, "00112233445566778899AABBCCDDEEFF", 1);
    ok(seek_in(seek, bytes, SPACE, 777)->count == 1, "twice the same");
    ok(seek_in(seek, bytes, SPACE, 777)->item[0].count == 2 && seek_in(seek, bytes, SPACE, 777)->item[0].offset == 0,
       "where it first stands, and how often");
    free(bytes);
}

static void gaps(tt_seek **seek)
{
    static const char half[] = "0011223344556677", whole[] = "00112233445566778899aabbccddeeff";
    const tt_mention_list *list = NULL;

    ok(tt_seek_begin(seek, NULL) == TUTELA_OK && tt_seek_add(*seek, 0, half, 16, NULL) == TUTELA_OK
           && tt_seek_add(*seek, 4096, half, 16, NULL) == TUTELA_OK
           && tt_seek_add(*seek, 9000, whole, 32, NULL) == TUTELA_OK
           && tt_seek_end(*seek, &list, NULL) == TUTELA_OK, "bytes between which some are missing");
    ok(list && list->count == 1 && list->item[0].offset == 9000, "halves are no whole");
    ok(tt_seek_begin(seek, NULL) == TUTELA_OK && tt_seek_end(*seek, &list, NULL) == TUTELA_OK
           && list->count == 0, "nothing in nothing");
}

/* So many digests, and all of them once again. */
static void many(size_t count, int cut)
{
    tt_mention_list list = {0};
    uint8_t digest[TT_MENTION_BYTES] = {0}, first[TT_MENTION_BYTES] = {0};
    size_t wrong = 0;

    for (size_t round = 0; round < 2; round++)
        for (size_t i = 0; i < count; i++) {
            /* From the highest down: an order of its own. */
            memcpy(digest, &(uint64_t){count - i}, 8);
            if (i == 0)
                memcpy(first, digest, sizeof first);
            wrong += tt_mention_list_add(&list, (round * count + i) * 40, TUTELA_SHA1, digest, NULL) != TUTELA_OK;
        }
    tt_mention_list_end(&list);
    tt_mention_list_end(&list);
    is_u64(wrong, 0, "%zu twice", count);
    is_u64(list.count, cut ? TT_MENTIONS_MAX : count, "as many as may be");
    is_i64(list.cut, cut, "and whether that is all");
    ok(memcmp(list.item[0].digest, first, 20) == 0 && list.item[0].count == 2, "the first is the first");
    for (size_t i = 0; i < list.count; i++)
        wrong += list.item[i].offset != i * 40 || list.item[i].count != 2;
    is_u64(wrong, 0, "by their places, each twice");
    tt_mention_list_clear(&list);
    ok(list.count == 0 && !list.cut, "empty again");
    tt_mention_list_done(&list);
}

int main(void)
{
    tt_seek *seek = NULL;

    edges(&seek);
    gaps(&seek);
    many(3, 0);
    many(TT_MENTIONS_MAX, 0);
    many(TT_MENTIONS_MAX + 1, 1);
    many(3 * TT_MENTIONS_MAX, 1);
    tt_seek_free(seek);
    return tap_done();
}
