/*
 * t_carve_files: files laid into raw space are found where they are, to their last byte; pieces of files are
 * told as such; and space that holds none yields none.
 */
#include "carve_samples.h"

#define SPACE_MAX (64u << 20)

static told t;

/* ---- Whole ----------------------------------------------------------------------------------- */

enum gap { RANDOM, ZEROS, NOTHING };

/* All samples one behind another: at multiples of 512 bytes, and `odd` behind these. */
static void lay_all(enum gap gap, size_t odd, const char *what)
{
    tt_buf space;
    uint64_t places[SAMPLES];
    size_t found = 0, exact = 0, others = 0;
    tt_trouble trouble;

    tt_buf_init(&space, SPACE_MAX);
    for (size_t i = 0; i < SAMPLES; i++) {
        size_t more = gap == NOTHING ? 0 : 512 - space.size % 512 + odd;

        if (gap == ZEROS)
            put_zeros(&space, more);
        else
            put_random(&space, more, 100 + i);
        places[i] = space.size;
        put(&space, samples[i].data, samples[i].size);
    }
    if (gap != NOTHING)
        put_random(&space, 5000, 99);
    trouble = carve_bytes(space.data, space.size, &t);
    is_i64(trouble.status, TUTELA_ITEM_CLEAR, "%s: no trouble", what);
    for (size_t i = 0; i < SAMPLES; i++) {
        const range *r = told_at(&t, places[i]);

        found += r != NULL;
        exact += r && r->whole && r->to == places[i] + samples[i].size
                 && strcmp(r->extension, sample_kinds[i].extension) == 0;
        if (!r)
            printf("# %s: %s at %" PRIu64 " was not found\n", what, sample_kinds[i].name, places[i]);
        else if (!r->whole || r->to != places[i] + samples[i].size
                 || strcmp(r->extension, sample_kinds[i].extension) != 0)
            printf("# %s: %s (%s): to %" PRIu64 " instead of %" PRIu64 ", %s\n", what,
                   sample_kinds[i].name, r->extension, r->to, places[i] + samples[i].size,
                   r->whole ? "whole" : "cut");
    }
    others = count_whole(&t) - exact;
    printf("# %s: %zu of %zu found, %zu exact, %zu false\n", what, found, SAMPLES, exact, others);
    is_u64(exact, SAMPLES, "%s: all are found, to their last byte", what);
    is_u64(t.range_count, SAMPLES, "%s: and nothing else", what);
    tt_buf_done(&space);
}

/* Each alone: no other file has a part in it. */
static void each_alone(void)
{
    size_t exact = 0;

    for (size_t i = 0; i < SAMPLES; i++) {
        const range *r;

        (void)carve_bytes(samples[i].data, samples[i].size, &t);
        r = told_at(&t, 0);
        exact += r && r->whole != sample_kinds[i].endless && r->to == samples[i].size
                 && t.range_count == 1;
        if (!r || t.range_count != 1)
            printf("# %s alone: %zu ranges\n", sample_kinds[i].name, t.range_count);
    }
    is_u64(exact, SAMPLES, "each file that is all of its space is found as one");
}

/* ---- In parts -------------------------------------------------------------------------------- */

/* Cut short by the end of the space: seen in every kind. */
static void cut_by_end(void)
{
    size_t told_cut = 0, whole = 0, count = 0, lost = 0;

    for (size_t i = 0; i < SAMPLES; i++)
        for (size_t part = 1; part < 8; part++) {
            size_t size = samples[i].size * part / 8;
            const range *r;

            (void)carve_bytes(samples[i].data, size, &t);
            r = told_at(&t, 0);
            count++;
            told_cut += r && !r->whole;
            if (r && r->whole && r->to == size) {
                printf("# %s of %zu bytes, cut at %zu, is called whole\n", sample_kinds[i].name, samples[i].size,
                       size);
                whole++;
            }
            if (!r) {
                printf("# %s of %zu bytes, cut at %zu, is not told\n", sample_kinds[i].name, samples[i].size, size);
                lost++;
            }
        }
    printf("# cut by the end of the space: %zu of %zu told as cut short, %zu as whole, %zu not\n",
           told_cut, count, whole, lost);
    is_u64(whole, 0, "no file that the end of the space cuts is called whole");
    ok(told_cut * 100 >= count * 95, "and 95 of 100 at least are told");
}

/* The first half of a file, and random bytes; or its second half behind these. */
static void in_parts(int second, const char *what)
{
    size_t told_cut = 0, whole = 0, lost = 0, seen = 0, should = 0, kinds = 0;

    for (size_t i = 0; i < SAMPLES; i++) {
        const tt_buf *s = &samples[i];
        size_t half = s->size / 2, place = 512;
        const range *r;
        tt_buf space;

        tt_buf_init(&space, SPACE_MAX);
        put_random(&space, place, i);
        put(&space, s->data, half);
        put_random(&space, 8192 + 100000, 1000 + i);
        if (second)
            put(&space, s->data + half, s->size - half);
        put_random(&space, 8192, 2000 + i);
        (void)carve_bytes(space.data, space.size, &t);
        r = told_at(&t, place);
        told_cut += r && !r->whole;
        whole += r && r->whole;
        lost += !r;
        kinds += !sample_kinds[i].unseen;
        seen += !sample_kinds[i].unseen && r && !r->whole;
        should += !sample_kinds[i].unseen && r && r->whole;
        if (!sample_kinds[i].unseen && (!r || r->whole))
            printf("# %s %s: %s\n", sample_kinds[i].name, what, r ? "whole" : "not told");
        tt_buf_done(&space);
    }
    printf("# %s: %zu told as cut short, %zu as whole, %zu not, of %zu\n", what, told_cut, whole, lost, SAMPLES);
    is_u64(should, 0, "%s: whole is none whose structure tells", what);
    is_u64(seen, kinds, "%s: and each of these is told", what);
    is_u64(lost, 0, "%s: none is passed over in silence", what);
}

/* ---- No files -------------------------------------------------------------------------------- */

/*
 * Of 64 MiB of random bytes: the shortest signs are met a few times, and none leads to an end. Bound: 1
 * whole, which chance would have to give a structure; the seed is fixed, so that it is the same each time.
 */
static void random_space(void)
{
    uint8_t *space = malloc(SPACE_MAX);

    fill_random(space, SPACE_MAX, 4711);
    is_i64(carve_bytes(space, SPACE_MAX, &t).status, TUTELA_ITEM_CLEAR, "64 MiB of random bytes");
    printf("# random: %zu false, %zu of them whole; %zu mentions\n", t.range_count, count_whole(&t),
           t.mention_count);
    is_u64(count_whole(&t), 0, "they hold no whole file");
    ok(t.range_count <= 2, "and next to nothing that begins like one");
    is_u64(t.mention_count, 0, "and no digest");
    free(space);
}

/* A thumbnail in a picture does not end it, nor is it a file of its own. */
static void thumbnail(void)
{
    tt_buf outer;
    const tt_buf *inner = &samples[1], *picture = &samples[0];
    size_t size = inner->size < 60000 ? inner->size : 60000;

    tt_buf_init(&outer, SPACE_MAX);
    PUT(&outer, "\xff\xd8\xff\xe1");
    put_be(&outer, 2 + 6 + size, 2), PUT(&outer, "Exif\0\0");
    put(&outer, inner->data, size);
    put(&outer, picture->data + 2, picture->size - 2);
    put_zeros(&outer, 512);
    (void)carve_bytes(outer.data, outer.size, &t);
    is_u64(t.range_count, 1, "a picture with a thumbnail is one file");
    is_u64(t.ranges[0].to, outer.size - 512, "that ends where it does");
    ok(t.ranges[0].whole, "whole");
    tt_buf_done(&outer);
}

int main(void)
{
    make_samples();
    each_alone();
    lay_all(RANDOM, 0, "at sectors, in random bytes");
    lay_all(RANDOM, 1, "at odd places");
    lay_all(RANDOM, 259, "at other odd places");
    lay_all(ZEROS, 0, "at sectors, in zeros");
    lay_all(NOTHING, 0, "without gaps");
    cut_by_end();
    in_parts(0, "first halves");
    in_parts(1, "with a gap");
    thumbnail();
    random_space();
    free_samples();
    tt_carve_free(the_carve);
    return tap_done();
}
