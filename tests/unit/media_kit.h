/*
 * media_kit: images of one disk in each form that the programs of this machine write, and reading them back.
 * A form whose program, or whose library, is not there is skipped, aloud.
 */
#ifndef TT_TESTS_MEDIA_KIT_H
#define TT_TESTS_MEDIA_KIT_H

#include "tap.h"

#include "disk/media.h"
#include "unpack/signs.h"

#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

#ifdef __SANITIZE_ADDRESS__
/* libewf forgets what it had for a chunk, or a file, that it cannot read. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libewf_";
}
#endif

typedef struct bytes {
    uint8_t *data;
    size_t size;
} bytes;

typedef struct form {
    const char *name;
    const tt_media_kind *kind;
    int (*fits)(const uint8_t *head, size_t size);
    const char *program; /* what makes it of "raw" */
    const char *arguments;
    const char *file; /* and leaves it in */
} form;

#define EWF "ewfacquirestream"
#define QEMU "qemu-img"
#define AFF "affconvert"

static const form forms[] = {
    {"E01", &tt_media_ewf, tt_fits_ewf, EWF, "-q -t e1 -d sha1 -c none <raw", "e1.E01"},
    {"E01, compressed", &tt_media_ewf, tt_fits_ewf, EWF, "-q -t e2 -d sha1 -c best <raw", "e2.E01"},
    {"E01 of EnCase 1", &tt_media_ewf, tt_fits_ewf, EWF, "-q -t e3 -f encase1 <raw", "e3.E01"},
    {"S01", &tt_media_ewf, tt_fits_ewf, "ewfacquire", "-u -q -t e4 -f smart raw.dd", "e4.s01"},
    {"AFF", &tt_media_aff, tt_fits_aff, AFF, "-q -s 64k -o a1.aff raw", "a1.aff"},
    {"AFF, uncompressed", &tt_media_aff, tt_fits_aff, AFF, "-q -x -s 64k -o a2.aff raw", "a2.aff"},
    {"AFF by LZMA", &tt_media_aff, tt_fits_aff, AFF, "-q -L -s 320k -o a3.aff raw", "a3.aff"},
    {"QCOW", &tt_media_qcow, tt_fits_qcow, QEMU, "convert -f raw -O qcow raw q1", "q1"},
    {"QCOW2", &tt_media_qcow, tt_fits_qcow, QEMU, "convert -f raw -O qcow2 -o compat=0.10 raw q2", "q2"},
    {"QCOW3", &tt_media_qcow, tt_fits_qcow, QEMU, "convert -f raw -O qcow2 raw q3", "q3"},
    {"QCOW3, compressed", &tt_media_qcow, tt_fits_qcow, QEMU, "convert -f raw -c -O qcow2 raw q4", "q4"},
    {"VHD", &tt_media_vhd, tt_fits_vhd, QEMU, "convert -f raw -O vpc -o force_size=on raw v1", "v1"},
    {"VHDX", &tt_media_vhd, tt_fits_vhd, QEMU, "convert -f raw -O vhdx raw v2", "v2"},
    {"VMDK", &tt_media_vmdk, tt_fits_vmdk, QEMU, "convert -f raw -O vmdk raw m1", "m1"},
    {"VMDK, compressed", &tt_media_vmdk, tt_fits_vmdk, QEMU,
     "convert -f raw -O vmdk -o subformat=streamOptimized raw m2", "m2"},
};
#define FORMS (sizeof forms / sizeof forms[0])

static const char *kit_folder;
static uint64_t kit_state = 0x9e3779b97f4a7c15u;

__attribute__((unused)) static uint64_t kit_random(uint64_t below)
{
    kit_state ^= kit_state << 13;
    kit_state ^= kit_state >> 7;
    kit_state ^= kit_state << 17;
    return kit_state % below;
}

/* Run in the folder; 0 when it went well. */
__attribute__((unused)) static int kit_run(const char *program, const char *arguments)
{
    char text[1024];
    char *argv[] = {(char *)"sh", (char *)"-c", text, NULL};
    pid_t pid;
    int status = -1;

    snprintf(text, sizeof text, "cd '%s' && { %s %s; } >out 2>&1", kit_folder, program, arguments);
    if (posix_spawnp(&pid, "sh", NULL, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) != pid)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

__attribute__((unused)) static bytes kit_load(const char *name)
{
    bytes b = {NULL, 0};
    char path[512];
    FILE *file;
    long size;

    snprintf(path, sizeof path, "%s/%s", kit_folder, name);
    file = fopen(path, "rb");
    if (!file)
        return b;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) > 0) {
        rewind(file);
        b.data = malloc((size_t)size);
        b.size = b.data ? fread(b.data, 1, (size_t)size, file) : 0;
    }
    fclose(file);
    return b;
}

/* A disk: noise, a part of zeros, a part that can be packed. */
__attribute__((unused)) static bytes kit_disk(size_t size)
{
    bytes b = {malloc(size), size};
    char path[512];
    FILE *file;

    for (size_t i = 0; i < size; i++)
        b.data[i] = (uint8_t)kit_random(256);
    memset(b.data + size / 3, 0, size / 4);
    for (size_t i = size / 3 * 2; i < size / 6 * 5; i++)
        b.data[i] = (uint8_t)("abcd"[kit_random(4)]);
    snprintf(path, sizeof path, "%s/raw.dd", kit_folder);
    file = fopen(path, "wb");
    if (!file || fwrite(b.data, 1, size, file) != size || fclose(file) != 0)
        abort();
    if (kit_run("ln", "-sf raw.dd raw && rm -f ./?[0-9]*") != 0)
        abort();
    return b;
}

/* The image, made of "raw"; no bytes when that program or library is not there. */
__attribute__((unused)) static bytes kit_make(const form *f)
{
    int result;

    if (!f->kind->close)
        return (bytes){NULL, 0};
    result = kit_run(f->program, f->arguments);
    if (result != 0 && result != 127)
        ok(0, "%s: %s %s", f->name, f->program, f->arguments);
    return result == 0 ? kit_load(f->file) : (bytes){NULL, 0};
}

typedef struct opened {
    tt_memory_stream stream;
    tt_media *media;
    tt_trouble trouble;
} opened;

__attribute__((unused)) static void kit_open(opened *o, const tt_media_kind *kind, bytes image)
{
    tt_memory_stream_init(&o->stream, image.data, image.size);
    o->media = NULL;
    if (tt_media_open(&o->media, kind, &o->stream.stream, &o->trouble, NULL) != TUTELA_OK)
        ok(0, "opening is not ours to fail");
}

/* Bytes there; `trouble` says why fewer. */
__attribute__((unused)) static size_t kit_read(opened *o, uint64_t at, void *to, size_t size,
                                               tt_trouble *trouble)
{
    size_t got = 0;

    if (tt_stream_read_at(tt_media_stream(o->media), at, to, size, &got, trouble, NULL) != TUTELA_OK)
        ok(0, "reading is not ours to fail");
    return got;
}

#endif
