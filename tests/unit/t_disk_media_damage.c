/*
 * t_disk_media_damage: images that are damaged, cut off, or were never any: what can be read is right, what
 * cannot says so, and nothing is read for ever.
 */
#include "media_kit.h"

#include <time.h>
#include <zlib.h>

#define CHUNK 32768u
#define DISK (24u * CHUNK)

static const tutela_item_status clear = TUTELA_ITEM_CLEAR;

static bytes copy(bytes b)
{
    bytes c = {malloc(b.size), b.size};

    memcpy(c.data, b.data, b.size);
    return c;
}

/* How a read of a whole chunk goes: 1 the disk's bytes, 0 a trouble and no byte, -1 neither. */
static int chunk_reads(opened *o, bytes disk, unsigned chunk)
{
    static uint8_t buffer[CHUNK];
    tt_trouble trouble;
    size_t got = kit_read(o, (uint64_t)chunk * CHUNK, buffer, CHUNK, &trouble);

    if (got == CHUNK && trouble.status == clear)
        return memcmp(buffer, disk.data + chunk * CHUNK, CHUNK) == 0 ? 1 : -1;
    return got == 0 && trouble.status == TUTELA_ITEM_MALFORMED
           && strcmp(trouble.reason, "damaged chunks") == 0 ? 0 : -1;
}

/* E01, uncompressed: two chunks with a byte that is not theirs, the later one asked for first. */
static void bad_chunks(bytes disk, bytes made)
{
    bytes image = copy(made);
    tt_trouble trouble;
    opened o;
    uint8_t buffer[CHUNK * 2];
    size_t got;

    for (unsigned chunk = 5; chunk <= 20; chunk += 15) {
        uint8_t *at = memmem(image.data, image.size, disk.data + chunk * CHUNK, CHUNK);
        if (at)
            at[100] ^= 1;
        ok(at != NULL, "the image holds chunk %u as it is", chunk);
    }
    kit_open(&o, &tt_media_ewf, image);
    if (ok(o.media != NULL, "an image with damaged chunks is opened")) {
        is_i64(chunk_reads(&o, disk, 20), 0, "the later one cannot be read");
        is_i64(chunk_reads(&o, disk, 5), 0, "nor the one before");
        is_i64(chunk_reads(&o, disk, 20), 0, "nor the first once more");
        for (unsigned i = 0; i < DISK / CHUNK; i++)
            is_i64(chunk_reads(&o, disk, i), i != 5 && i != 20, "chunk %u", i);
        got = kit_read(&o, 4 * CHUNK + 7, buffer, sizeof buffer, &trouble);
        is_u64(got, CHUNK - 7, "a read into it brings what is before");
        is_i64(trouble.status, TUTELA_ITEM_MALFORMED, "and a trouble");
        got = kit_read(&o, 5 * CHUNK + 9000, buffer, 10, &trouble);
        ok(got == 0 && trouble.status != clear, "nor a part that is not damaged itself");
        ok(tt_media_verify(o.media, &trouble, NULL) == TUTELA_OK
               && trouble.status == TUTELA_ITEM_MALFORMED, "its digest cannot be had");
        is_text(trouble.reason, "damaged chunks", "and why");
        tt_media_close(o.media);
    }
    free(image.data);
}

/* A chunk that was changed, with its checksum: only the digest can tell. */
static void forged(bytes disk, bytes made)
{
    bytes image = copy(made);
    uint8_t *at = memmem(image.data, image.size, disk.data + 3 * CHUNK, CHUNK);
    tt_trouble trouble;
    opened o;

    if (at) {
        uint32_t sum;
        at[1] ^= 1;
        sum = (uint32_t)adler32(1, at, CHUNK);
        for (unsigned i = 0; i < 4; i++)
            at[CHUNK + i] = (uint8_t)(sum >> 8 * i);
    }
    kit_open(&o, &tt_media_ewf, image);
    if (ok(at && o.media, "an image with a forged chunk is opened")) {
        uint8_t first = 0;
        is_u64(kit_read(&o, 3 * CHUNK + 1, &first, 1, &trouble), 1, "the chunk is read");
        ok(tt_media_verify(o.media, &trouble, NULL) == TUTELA_OK
               && trouble.status == TUTELA_ITEM_MALFORMED, "its digest does not fit");
        is_text(trouble.reason, "its stored digest does not fit", "and so it says");
    }
    tt_media_close(o.media);
    free(image.data);
}

/* The first of several files: what is in the others is not read as anything. */
static void one_of_several(void)
{
    bytes disk = kit_disk(3 << 20), image = {NULL, 0};
    opened o;
    tt_trouble trouble;

    if (tt_media_ewf.close && kit_run(EWF, "-q -t s -S 1MiB -c none <raw") == 0)
        image = kit_load("s.E01");
    if (!image.data) {
        skip(1, EWF);
    } else {
        kit_open(&o, &tt_media_ewf, image);
        trouble = o.trouble;
        if (o.media) {
            uint8_t buffer[512];
            size_t got = kit_read(&o, 0, buffer, 512, &trouble);
            ok(got == 512 && memcmp(buffer, disk.data, 512) == 0, "what is there is read");
            is_u64(kit_read(&o, disk.size - 512, buffer, 512, &trouble), 0, "no more");
        }
        is_i64(trouble.status, TUTELA_ITEM_PARTIAL, "one of several files is not all");
        is_text(trouble.reason, "one part of several", "and so it says");
        tt_media_close(o.media);
    }
    free(image.data);
    free(disk.data);
}

/* Whatever can be read of it is the disk's, or, for what was changed at random, anything. 0: wrong. */
static int sample(const form *f, bytes image, bytes disk, int exact, int reads)
{
    static uint8_t buffer[CHUNK * 2];
    tt_trouble trouble;
    opened o;
    int right = 1;

    kit_open(&o, f->kind, image);
    if (!o.media)
        return o.trouble.status != clear;
    for (int i = 0; i < reads; i++) {
        uint64_t size = tt_media_stream(o.media)->size, at = size ? kit_random(size) : 0;
        size_t ask = (size_t)kit_random(sizeof buffer), got;

        got = kit_read(&o, at, buffer, ask, &trouble);
        right &= got <= ask && at + got <= size;
        right &= trouble.status != clear || got == (ask < size - at ? ask : size - at);
        if (exact && right && at < disk.size)
            right &= memcmp(buffer, disk.data + at, got < disk.size - at ? got : disk.size - at) == 0;
    }
    tt_media_close(o.media);
    return right;
}

static void cut(const form *f, bytes image, bytes disk)
{
    int wrong = 0;

    for (size_t size = 0; size < image.size; size += 1 + image.size / 61)
        wrong += !sample(f, (bytes){image.data, size}, disk, 1, 12);
    is_i64(wrong, 0, "%s: cut off anywhere", f->name);
}

/* Changes to what is not the disk's own bytes, and to anything; a quarter of a second at most. */
static void changed(const form *f, bytes made, bytes disk)
{
    bytes image = copy(made);
    clock_t until = clock() + CLOCKS_PER_SEC / 4;
    int wrong = 0, done = 0;

    while (done < 400 && clock() < until) {
        size_t places[8], count = 1 + kit_random(8);
        for (size_t i = 0; i < count; i++) {
            size_t reach = kit_random(3) == 0 ? image.size : image.size < 4096 ? image.size : 4096;
            places[i] = kit_random(reach);
            if (kit_random(3) == 0)
                places[i] = image.size - 1 - places[i];
            image.data[places[i]] = kit_random(2) ? (uint8_t)kit_random(256)
                                                  : kit_random(2) ? 0xff : 0;
        }
        wrong += !sample(f, image, disk, 0, 4);
        for (size_t i = 0; i < count; i++)
            image.data[places[i]] = made.data[places[i]];
        done++;
    }
    is_i64(wrong, 0, "%s: changed anywhere", f->name);
    ok(done > 0, "%s: many times (%d)", f->name, done);
    free(image.data);
}

/* A stream that cannot be read from some place on. */
typedef struct broken {
    tt_stream stream;
    bytes image;
    uint64_t from;
    tutela_status status;
} broken;

static tutela_status broken_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                               size_t *got, tt_trouble *trouble, tutela_error *error)
{
    broken *b = (broken *)stream;
    uint64_t end = offset + size;

    (void)error;
    *got = 0;
    if (end > b->from && b->status != TUTELA_OK)
        return b->status;
    if (end > b->from)
        *trouble = (tt_trouble){TUTELA_ITEM_UNREADABLE, "the file cannot be read"};
    if (offset < b->from) {
        *got = (size_t)((end < b->from ? end : b->from) - offset);
        memcpy(buffer, b->image.data + offset, *got);
    }
    return TUTELA_OK;
}

static void unreadable(const form *f, bytes image)
{
    static const tt_stream_ops ops = {NULL, broken_at};
    broken b = {.stream = {.ops = &ops, .size = image.size}, .image = image, .from = image.size};
    tt_media *media = NULL;
    tt_trouble trouble;
    uint8_t buffer[CHUNK];
    size_t got = 0;

    ok(tt_media_open(&media, f->kind, &b.stream, &trouble, NULL) == TUTELA_OK && media,
       "%s: opened while it can be read", f->name);
    if (!media)
        return;
    b.from = 0;
    ok(tt_stream_read_at(tt_media_stream(media), 9 * CHUNK, buffer, CHUNK, &got, &trouble, NULL)
               == TUTELA_OK
           && got == 0 && trouble.status == TUTELA_ITEM_UNREADABLE,
       "%s: what its file suffers is told", f->name);
    b.status = TUTELA_MEMORY;
    is_i64(tt_stream_read_at(tt_media_stream(media), 11 * CHUNK, buffer, CHUNK, &got, &trouble, NULL),
           TUTELA_MEMORY, "%s: and what we fail in", f->name);
    tt_media_close(media);
    media = NULL;
    b.status = TUTELA_OK;
    ok(tt_media_open(&media, f->kind, &b.stream, &trouble, NULL) == TUTELA_OK && !media
           && trouble.status == TUTELA_ITEM_UNREADABLE, "%s: nor is it opened then", f->name);
}

static void stated(bytes made, size_t at, uint8_t value, tutela_item_status status, const char *what)
{
    bytes image = copy(made);
    opened o;

    image.data[at] = value;
    kit_open(&o, &tt_media_qcow, image);
    ok(!o.media && o.trouble.status == status, "QCOW: %s (%s)", what, o.trouble.reason);
    tt_media_close(o.media);
    free(image.data);
}

int main(void)
{
    bytes disk;

    kit_folder = tap_folder();
    disk = kit_disk(DISK);
    for (size_t i = 0; i < FORMS; i++) {
        bytes image = kit_make(&forms[i]);
        if (!image.data) {
            skip(1, forms[i].name);
            continue;
        }
        if (i == 0) {
            bad_chunks(disk, image);
            forged(disk, image);
        }
        if (strcmp(forms[i].name, "QCOW3") == 0) {
            stated(image, 24, 0x10, TUTELA_ITEM_MALFORMED, "a disk of 2^60 bytes");
            stated(image, 35, 1, TUTELA_ITEM_ENCRYPTED, "encrypted");
            stated(image, 79, 4, TUTELA_ITEM_UNSUPPORTED, "its data in another file");
        }
        cut(&forms[i], image, disk);
        changed(&forms[i], image, disk);
        unreadable(&forms[i], image);
        free(image.data);
    }
    free(disk.data);
    one_of_several();
    return tap_done();
}
