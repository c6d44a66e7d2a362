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
    = {&tt_media_ewf, &tt_media_qcow, &tt_media_vhd, &tt_media_vmdk};

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

    if (index == 0)
        return qcow(out, room);
    if (index > sizeof heads / sizeof heads[0] || room < 2048)
        return 0;
    memset(out, 0, 2048);
    memcpy(out, heads[index - 1].bytes, heads[index - 1].size);
    memcpy(out + 512, "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\n"
                      "createType=\"monolithicSparse\"\nRW 2048 SPARSE \"a\"\n", 107);
    return 2048;
}
