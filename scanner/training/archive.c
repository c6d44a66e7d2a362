/*
 * archive: zip, tar and gzip, without compression, holding files of the other kinds.
 *
 * What is inside is in no list: the tree's answer sheet speaks of the files themselves only.
 */
#include "training/archive.h"
#include "training/bytes.h"
#include "training/make.h"

#include <string.h>

#define DOS_TIME  0u
#define DOS_DATE  0x5821u /* 1 January 2024 */
#define UNIX_TIME UINT32_C(1704067200)
#define TAR_BLOCK 512u

void tt_zip_begin(tt_zip *zip, tt_buf *out)
{
    zip->out = out;
    zip->start = out->size;
    zip->members = 0;
    tt_buf_init(&zip->directory, TT_MAKE_MAX);
}

/* The part that the entry in the directory shares with the head before the content. */
static void put_zip_entry(tt_buf *out, const char *name, const tt_buf *content)
{
    tt_bytes_le(out, 10, 2); /* version 1.0 can unpack it */
    tt_bytes_le(out, 0, 4);  /* no flags, stored */
    tt_bytes_le(out, DOS_TIME, 2);
    tt_bytes_le(out, DOS_DATE, 2);
    tt_bytes_le(out, tt_bytes_crc32(content->data, content->size), 4);
    tt_bytes_le(out, content->size, 4);
    tt_bytes_le(out, content->size, 4);
    tt_bytes_le(out, strlen(name), 2);
    tt_bytes_le(out, 0, 2); /* no extra field */
}

void tt_zip_add(tt_zip *zip, const char *name, const tt_buf *content)
{
    size_t at = zip->out->size - zip->start;

    if (tt_buf_failed(content)) {
        zip->out->failed = 1;
        return;
    }
    tt_buf_add_text(zip->out, "PK\3\4");
    put_zip_entry(zip->out, name, content);
    tt_buf_add_text(zip->out, name);
    if (content->size > 0)
        tt_buf_add(zip->out, content->data, content->size);

    tt_buf_add_text(&zip->directory, "PK\1\2");
    tt_bytes_le(&zip->directory, 10, 2);
    put_zip_entry(&zip->directory, name, content);
    tt_bytes_fill(&zip->directory, 0, 10); /* no remark, this disk, no attributes */
    tt_bytes_le(&zip->directory, at, 4);
    tt_buf_add_text(&zip->directory, name);
    zip->members++;
}

void tt_zip_end(tt_zip *zip)
{
    size_t at = zip->out->size - zip->start;

    if (tt_buf_failed(&zip->directory)) {
        zip->out->failed = 1;
    } else {
        tt_buf_add(zip->out, zip->directory.data, zip->directory.size);
        tt_buf_add(zip->out, "PK\5\6\0\0\0\0", 8);
        tt_bytes_le(zip->out, zip->members, 2);
        tt_bytes_le(zip->out, zip->members, 2);
        tt_bytes_le(zip->out, zip->directory.size, 4);
        tt_bytes_le(zip->out, at, 4);
        tt_bytes_le(zip->out, 0, 2); /* no remark */
    }
    tt_buf_done(&zip->directory);
}

/* What an archive is given to hold. */
typedef struct member {
    const char *name;
    tt_make *make;
} member;

static const member members[] = {
    {"readme.txt", tt_make_txt},        {"pictures/one.jpg", tt_make_jpeg},
    {"pictures/two.png", tt_make_png},  {"pictures/deep/three.gif", tt_make_gif},
    {"tables/numbers.csv", tt_make_csv}, {"sound/chord.wav", tt_make_wav},
};

#define MEMBERS (sizeof members / sizeof members[0])

void tt_make_zip(tt_buf *out, tt_random *random)
{
    tt_zip zip;

    tt_zip_begin(&zip, out);
    for (size_t i = 0; i < MEMBERS; i++) {
        TT_AUTO_BUF tt_buf content;

        tt_buf_init(&content, TT_MAKE_MAX);
        members[i].make(&content, random);
        tt_zip_add(&zip, members[i].name, &content);
    }
    tt_zip_end(&zip);
}

/* A number in octal digits that fill a field but for its last byte. */
static void put_octal(uint8_t *field, size_t size, uint64_t value)
{
    field[--size] = 0;
    while (size-- > 0) {
        field[size] = (uint8_t)('0' + (value & 7));
        value >>= 3;
    }
}

/* The head of POSIX ustar (IEEE Std 1003.1, pax). */
static void put_tar_head(tt_buf *out, const char *name, size_t size)
{
    uint8_t *head;
    uint32_t sum = 0;

    tt_bytes_fill(out, 0, TAR_BLOCK);
    if (tt_buf_failed(out))
        return;
    head = (uint8_t *)out->data + out->size - TAR_BLOCK;
    memcpy(head, name, strlen(name));
    put_octal(head + 100, 8, 0644);
    put_octal(head + 108, 8, 0);
    put_octal(head + 116, 8, 0);
    put_octal(head + 124, 12, size);
    put_octal(head + 136, 12, UNIX_TIME);
    memset(head + 148, ' ', 8); /* the sum counts its own field as spaces */
    head[156] = '0';            /* a regular file */
    memcpy(head + 257, "ustar\0" "00", 8);
    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += head[i];
    put_octal(head + 148, 7, sum);
}

void tt_make_tar(tt_buf *out, tt_random *random)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        TT_AUTO_BUF tt_buf content;

        tt_buf_init(&content, TT_MAKE_MAX);
        members[i].make(&content, random);
        if (tt_buf_failed(&content)) {
            out->failed = 1;
            return;
        }
        put_tar_head(out, members[i].name, content.size);
        tt_buf_add(out, content.data, content.size);
        tt_bytes_align(out, TAR_BLOCK);
    }
    tt_bytes_fill(out, 0, 2 * TAR_BLOCK); /* the end */
}

/* RFC 1952 around a stored deflate stream. */
static void put_gzip(tt_buf *out, const tt_buf *content)
{
    if (tt_buf_failed(content)) {
        out->failed = 1;
        return;
    }
    tt_bytes_be(out, 0x1F8B0800u, 4); /* deflate, no name */
    tt_bytes_le(out, UNIX_TIME, 4);
    tt_bytes_le(out, 0x0300, 2); /* no level, made on Unix */
    tt_bytes_deflate(out, content->data, content->size);
    tt_bytes_le(out, tt_bytes_crc32(content->data, content->size), 4);
    tt_bytes_le(out, content->size, 4);
}

void tt_make_tgz(tt_buf *out, tt_random *random)
{
    TT_AUTO_BUF tt_buf content;

    tt_buf_init(&content, TT_MAKE_MAX);
    tt_make_tar(&content, random);
    put_gzip(out, &content);
}

void tt_make_gz(tt_buf *out, tt_random *random)
{
    TT_AUTO_BUF tt_buf content;

    tt_buf_init(&content, TT_MAKE_MAX);
    tt_make_txt(&content, random);
    put_gzip(out, &content);
}
