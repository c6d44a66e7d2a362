/*
 * fuzz_disk_media: images of disks, each kind by its own reader. Whatever is read has an end; a read brings
 * what was asked for, or says why not.
 */
#include "fuzz.h"

#include "disk/media.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 4096u

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
/* libewf forgets what it had for a chunk, or a file, that it cannot read. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libewf_";
}
#endif
#define READS 64u

static const tt_media_kind *const kinds[]
    = {&tt_media_aff, &tt_media_ewf, &tt_media_qcow, &tt_media_vhd, &tt_media_vmdk};

static void read_some(tt_media *media)
{
    static uint8_t buffer[BLOCK];
    tt_stream *medium = tt_media_stream(media);
    uint64_t step = medium->size / READS + 1;

    must(medium->size <= TT_MEDIA_MAX);
    for (uint64_t at = 0; at < medium->size; at += step) {
        uint64_t left = medium->size - at;
        size_t got = 0, want = left < BLOCK ? (size_t)left : BLOCK;
        tt_trouble trouble;
        must(tt_stream_read_at(medium, at, buffer, BLOCK, &got, &trouble, NULL) == TUTELA_OK);
        must(got == want || (got < want && trouble.status != TUTELA_ITEM_CLEAR));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        tt_memory_stream stream;
        tt_media *media = NULL;
        tt_trouble trouble;

        tt_memory_stream_init(&stream, data, size);
        must(tt_media_open(&media, kinds[i], &stream.stream, &trouble, NULL) == TUTELA_OK);
        must(media || trouble.status != TUTELA_ITEM_CLEAR);
        if (!media)
            continue;
        read_some(media);
        if (tt_media_stream(media)->size <= 1 << 20)
            must(tt_media_verify(media, &trouble, NULL) == TUTELA_OK);
        tt_media_close(media);
    }
    return 0;
}

static void put32be(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* A QCOW2 of two clusters, one of them there. */
static size_t qcow(uint8_t *out, size_t room)
{
    const size_t size = 4 * 512;

    if (room < size)
        return 0;
    memset(out, 0, size);
    memcpy(out, "QFI\xfb", 4);
    put32be(out + 4, 2);
    put32be(out + 20, 9);    /* clusters of 512 bytes */
    put32be(out + 28, 1024); /* the disk */
    put32be(out + 36, 1);
    put32be(out + 44, 512);
    put32be(out + 516, 1024);  /* the second level */
    put32be(out + 1028, 1536); /* the first cluster */
    memset(out + 1536, 'x', 512);
    return size;
}

static size_t aff_segment(uint8_t *out, const char *name, uint32_t number, const void *data, uint32_t size)
{
    size_t named = strlen(name), all = 16 + named + size + 8;

    memset(out, 0, all);
    memcpy(out, "AFF", 3);
    put32be(out + 4, (uint32_t)named);
    put32be(out + 8, size);
    put32be(out + 12, number);
    memcpy(out + 16, name, named);
    if (size > 0)
        memcpy(out + 16 + named, data, size);
    memcpy(out + all - 8, "ATT", 3);
    put32be(out + all - 4, (uint32_t)all);
    return all;
}

/* An AFF of three pages, one as it is, one of zeros, one of zlib's. */
static size_t aff(uint8_t *out, size_t room)
{
    static const char packed[] = "\170\234\253\250\030\005\043\031\000\000\210\020\360\001"; /* as many */
    size_t at = 8;

    if (room < 2048)
        return 0;
    memcpy(out, "AFF10\r\n", 8);
    at += aff_segment(out + at, "pagesize", 512, NULL, 0);
    at += aff_segment(out + at, "imagesize", 2, "\0\0\6\0\0\0\0\0", 8);
    memset(out + 1500, 'x', 512);
    at += aff_segment(out + at, "page0", 0, out + 1500, 512);
    at += aff_segment(out + at, "page1", 0x31, "\0\0\2\0", 4);
    at += aff_segment(out + at, "page2", 1, packed, sizeof packed - 1);
    return at;
}

/* What begins each of the others, so that changes to it go further than the first look. */
size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const struct {
        const char *bytes;
        size_t size;
    } heads[] = {{"EVF\x09\x0d\x0a\xff\0\1\1\0\0\0volume", 19},
                 {"vhdxfile", 8},
                 {"conectix\0\0\0\2\0\1\0\0\0\0\0\0\0\0\2\0", 24},
                 {"KDMV\1\0\0\0\3\0\0\0\0\x08\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1", 37}};

    if (index < 2)
        return index == 0 ? qcow(out, room) : aff(out, room);
    index -= 2;
    if (index >= sizeof heads / sizeof heads[0] || room < 2048)
        return 0;
    memset(out, 0, 2048);
    memcpy(out, heads[index].bytes, heads[index].size);
    memcpy(out + 512, "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\n"
                      "createType=\"monolithicSparse\"\nRW 2048 SPARSE \"a\"\n", 107);
    return 2048;
}
