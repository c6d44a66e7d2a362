/*
 * carve_samples: a harmless file of every kind that is carved; those the training tree has, and others by hand.
 */
#ifndef TT_TESTS_CARVE_SAMPLES_H
#define TT_TESTS_CARVE_SAMPLES_H

#include "carve_kit.h"

static void made_tiff_big(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "MM\0*\0\0\0\10\0\4");
    put_be(out, 0x0100000300000001, 8), put_be(out, 64u << 16, 4);    /* width */
    put_be(out, 0x0101000300000001, 8), put_be(out, 64u << 16, 4);    /* height */
    put_be(out, 0x0111000400000001, 8), put_be(out, 8 + 2 + 48 + 4, 4); /* where */
    put_be(out, 0x0117000400000001, 8), put_be(out, 64 * 64, 4);      /* how much */
    put_be(out, 0, 4);
    put_random(out, 64 * 64, 1);
}

static void made_big_tiff(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "II+\0\10\0\0\0");
    put_le(out, 16, 8), put_le(out, 4, 8);
    put_le(out, 256, 2), put_le(out, 3, 2), put_le(out, 1, 8), put_le(out, 64, 8);
    put_le(out, 257, 2), put_le(out, 3, 2), put_le(out, 1, 8), put_le(out, 64, 8);
    put_le(out, 273, 2), put_le(out, 16, 2), put_le(out, 1, 8), put_le(out, 16 + 8 + 80 + 8, 8);
    put_le(out, 279, 2), put_le(out, 4, 2), put_le(out, 1, 8), put_le(out, 4096, 8);
    put_le(out, 0, 8);
    put_random(out, 4096, 2);
}

static void put_box(tt_buf *out, const char *name, size_t size)
{
    put_be(out, size + 8, 4);
    put(out, name, 4);
    put_random(out, size, size);
}

static void put_ftyp(tt_buf *out, const char *brand)
{
    PUT(out, "\0\0\0\30ftyp");
    put(out, brand, 4);
    PUT(out, "\0\0\0\0mif1miaf");
}

static void made_heic(tt_buf *out, tt_random *random)
{
    (void)random;
    put_ftyp(out, "heic");
    put_box(out, "meta", 700);
    put_box(out, "mdat", 9000);
}

static void made_avif(tt_buf *out, tt_random *random)
{
    (void)random;
    put_ftyp(out, "avif");
    put_box(out, "meta", 300);
    put_be(out, 1, 4), PUT(out, "mdat"), put_be(out, 5016, 8); /* a size of 64 bits */
    put_random(out, 5000, 3);
}

static void made_jp2(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "\0\0\0\14jP  \r\n\x87\n\0\0\0\24ftypjp2 \0\0\0\0jp2 ");
    put_box(out, "jp2h", 45);
    put_box(out, "jp2c", 6000);
}

static void made_jxl(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "\0\0\0\14JXL \r\n\x87\n\0\0\0\24ftypjxl \0\0\0\0jxl ");
    put_box(out, "jxlc", 6000);
}

/* As cameras of old wrote them: no brand, the pictures before their index. */
static void made_old_mov(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "\0\0\0\10wide");
    put_box(out, "mdat", 6000);
    put_box(out, "moov", 600);
}

static void made_live_webm(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "\x1a\x45\xdf\xa3\x87\x42\x82\x84webm");
    PUT(out, "\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff");
    PUT(out, "\x16\x54\xae\x6b\x90"), put_random(out, 16, 1);
    for (int i = 0; i < 3; i++) {
        PUT(out, "\x1f\x43\xb6\x75\xff\xe7\x81\x05\xa3\x47\xd0"); /* a block of 2000 bytes */
        put_random(out, 2000, 2);
    }
}

static void put_packets(tt_buf *out, size_t lead)
{
    for (unsigned i = 0; i < 60; i++) {
        unsigned number = i % 20 == 0 ? 0 : i % 20 == 1 ? 0x100 : 0x101;

        put_random(out, lead, i);
        put_be(out, 0x47, 1), put_be(out, number, 2), put_be(out, 0x10 | (i & 15), 1);
        put_random(out, 184, i);
    }
}

static void made_ts(tt_buf *out, tt_random *random)
{
    (void)random;
    put_packets(out, 0);
}

static void made_m2ts(tt_buf *out, tt_random *random)
{
    (void)random;
    put_packets(out, 4);
}

static void put_pack(tt_buf *out, int second)
{
    if (second)
        PUT(out, "\0\0\1\xba\x44\0\4\0\4\1\0\0\3\xfa\xff\xff");
    else
        PUT(out, "\0\0\1\xba\x21\0\1\0\1\x80\0\1");
    PUT(out, "\0\0\1\xe0\7\xd0"), put_random(out, 2000, 4);
}

static void made_mpg(tt_buf *out, tt_random *random)
{
    (void)random;
    for (int i = 0; i < 5; i++)
        put_pack(out, 1);
    PUT(out, "\0\0\1\xb9");
}

static void made_mpg_old(tt_buf *out, tt_random *random)
{
    (void)random;
    for (int i = 0; i < 4; i++)
        put_pack(out, 0);
    PUT(out, "\0\0\1\xb9");
}

static void made_wmv(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c");
    put_le(out, 530, 8), put_le(out, 3, 4), PUT(out, "\1\2"), put_random(out, 500, 5);
    PUT(out, "\x36\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c");
    put_le(out, 5024, 8), put_random(out, 5000, 6);
    PUT(out, "\x90\x08\0\x33\xb1\xe5\xcf\x11\x89\xf4\0\xa0\xc9\x03\x49\xcb");
    put_le(out, 124, 8), put_random(out, 100, 7);
}

static void made_flv(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "FLV\1\5\0\0\0\11\0\0\0\0");
    for (unsigned i = 0; i < 6; i++) {
        put_be(out, i == 0 ? 18 : 8 + i % 2, 1), put_be(out, 900, 3), put_be(out, i, 4), put_be(out, 0, 3);
        put_random(out, 900, i), put_be(out, 911, 4);
    }
}

static void made_ogg(tt_buf *out, tt_random *random)
{
    (void)random;
    for (unsigned i = 0; i < 5; i++) {
        PUT(out, "OggS\0");
        put_be(out, i == 0 ? 2 : i == 4 ? 4 : 0, 1), put_le(out, i * 1000, 8), put_le(out, 77, 4);
        put_le(out, i, 4), put_random(out, 4, i), PUT(out, "\5\xff\xff\xff\xff\x10");
        put_random(out, 4 * 255 + 16, i);
    }
}

static void made_mng(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "\x8aMNG\r\n\x1a\n\0\0\0\34MHDR"), put_random(out, 28 + 4, 1);
    PUT(out, "\0\0\x0f\0IDAT"), put_random(out, 0xf00 + 4, 1);
    PUT(out, "\0\0\0\0MEND"), put_random(out, 4, 1);
}

static void made_ole(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    put_zeros(out, 16), put_le(out, 0x3e, 2), put_le(out, 3, 2), put_le(out, 0xfffe, 2), put_le(out, 9, 2);
    put_zeros(out, 12), put_le(out, 1, 4), put_le(out, 1, 4), put_zeros(out, 4), put_le(out, 4096, 4);
    put_le(out, 0xfffffffe, 4), put_le(out, 0, 4), put_le(out, 0xfffffffe, 4), put_le(out, 0, 4);
    for (int i = 0; i < 109; i++)
        put_le(out, i == 0 ? 0 : 0xffffffff, 4);
    for (unsigned i = 0; i < 128; i++) /* the table, a directory, and 10 sectors of one stream */
        put_le(out, i == 0 ? 0xfffffffd : i == 1 || i == 11 ? 0xfffffffe : i < 11 ? i + 1 : 0xffffffff, 4);
    put_random(out, (size_t)11 * 512, 8);
}

static void made_sqlite(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "SQLite format 3\0\x04\0\1\1\0\x40\x20\x20");
    put_be(out, 5, 4), put_be(out, 9, 4), put_zeros(out, 60), put_be(out, 5, 4), put_be(out, 3040000, 4);
    PUT(out, "\x0d"), put_random(out, 9 * 1024 - 101, 9);
}

static void put_central(tt_buf *out, const char *name, size_t packed, size_t size, size_t place)
{
    PUT(out, "PK\1\2\24\0\24\0\10\0\10\0\0\0\0\0\1\2\3\4");
    put_le(out, packed, 4), put_le(out, size, 4), put_le(out, strlen(name), 2);
    put_zeros(out, 12), put_le(out, place, 4), tt_buf_add_text(out, name);
}

/*
 * Sizes behind the data. That of nothing, packed in two bytes, can be read as one of 64 bits; that of the third
 * member is known before, and stands there nevertheless.
 */
static void made_zip_streamed(tt_buf *out, tt_random *random)
{
    size_t second, third, central;

    (void)random;
    PUT(out, "PK\3\4\24\0\10\0\10\0\0\0\0\0"), put_zeros(out, 12), PUT(out, "\2\0\0\0d/\3\0");
    PUT(out, "PK\7\10\0\0\0\0\2\0\0\0\0\0\0\0");
    second = out->size;
    PUT(out, "PK\3\4\24\0\10\0\10\0\0\0\0\0"), put_zeros(out, 12), PUT(out, "\5\0\0\0a.bin");
    put_random(out, 3000, 10);
    PUT(out, "PK\7\10\1\2\3\4"), put_le(out, 3000, 4), put_le(out, 4000, 4);
    third = out->size;
    PUT(out, "PK\3\4\24\0\10\0\10\0\0\0\0\0\1\2\3\4"), put_le(out, 700, 4), put_le(out, 900, 4);
    PUT(out, "\5\0\0\0b.bin"), put_random(out, 700, 11);
    PUT(out, "PK\7\10\1\2\3\4"), put_le(out, 700, 4), put_le(out, 900, 4);
    central = out->size;
    put_central(out, "d/", 2, 0, 0);
    put_central(out, "a.bin", 3000, 4000, second);
    put_central(out, "b.bin", 700, 900, third);
    second = out->size - central;
    PUT(out, "PK\5\6\0\0\0\0\3\0\3\0"), put_le(out, second, 4), put_le(out, central, 4);
    PUT(out, "\4\0word");
}

static void made_rar(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "Rar!\x1a\7\0\xcf\x90\x73\0\0\15\0\0\0\0\0\0\0");
    PUT(out, "\1\2\x74\x20\x90\x25\0"), put_le(out, 3000, 4), put_le(out, 3000, 4);
    PUT(out, "\3\0\0\0\0\0\0\0\0\x1d\x30\5\0\0\0\0\0a.bin"), put_random(out, 3000, 11);
    PUT(out, "\xc4\x3d\x7b\0\x40\7\0");
}

static void made_rar5(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "Rar!\x1a\7\1\0\1\2\3\4\3\1\0\0");
    PUT(out, "\1\2\3\4\x0c\2\2\xb8\x17\0\0\0\0\0\1\0a"), put_random(out, 3000, 12);
    PUT(out, "\1\2\3\4\3\5\0\0");
}

static void made_7z(tt_buf *out, tt_random *random)
{
    (void)random;
    PUT(out, "7z\xbc\xaf\x27\x1c\0\4\1\2\3\4"), put_le(out, 4000, 8), put_le(out, 60, 8), put_le(out, 0, 4);
    put_random(out, 4000, 13), PUT(out, "\x17"), put_random(out, 59, 14);
}

typedef struct sample_kind {
    const char *name, *extension;
    tt_make *make;
    int unseen; /* it states its size, and has no structure in which a cut before that could be seen */
    int endless; /* it ends where something else begins: at the end of a space that is not to be known */
} sample_kind;

static const sample_kind sample_kinds[] = {
    {"jpeg", "jpg", tt_make_jpeg, 0, 0},
    {"grey jpeg", "jpg", tt_make_jpeg_grey, 0, 0},
    {"png", "png", tt_make_png, 0, 0},
    {"gif", "gif", tt_make_gif, 0, 0},
    {"bmp", "bmp", tt_make_bmp, 1, 0},
    {"tiff", "tif", tt_make_tiff, 1, 0},
    {"tiff, the greater byte first", "tif", made_tiff_big, 1, 0},
    {"BigTIFF", "tif", made_big_tiff, 1, 0},
    {"webp", "webp", tt_make_webp, 1, 0},
    {"heic", "heic", made_heic, 1, 0},
    {"avif", "avif", made_avif, 1, 0},
    {"jp2", "jp2", made_jp2, 1, 0},
    {"jxl", "jxl", made_jxl, 1, 0},
    {"mng", "mng", made_mng, 0, 0},
    {"wav", "wav", tt_make_wav, 1, 0},
    {"aiff", "aif", tt_make_aiff, 1, 0},
    {"avi", "avi", tt_make_avi, 0, 0},
    {"mp4", "mp4", tt_make_mp4, 1, 0},
    {"mov", "mov", tt_make_mov, 1, 0},
    {"old mov", "mov", made_old_mov, 1, 0},
    {"mkv", "mkv", tt_make_mkv, 1, 0},
    {"webm", "webm", tt_make_webm, 1, 0},
    {"live webm", "webm", made_live_webm, 1, 0},
    {"ts", "ts", made_ts, 1, 1},
    {"m2ts", "m2ts", made_m2ts, 1, 1},
    {"mpg", "mpg", made_mpg, 0, 0},
    {"old mpg", "mpg", made_mpg_old, 0, 0},
    {"wmv", "wmv", made_wmv, 1, 0},
    {"flv", "flv", made_flv, 0, 0},
    {"ogg", "ogg", made_ogg, 0, 0},
    {"pdf", "pdf", tt_make_pdf, 0, 0},
    {"ole", "ole", made_ole, 1, 0},
    {"sqlite", "sqlite", made_sqlite, 1, 0},
    {"zip", "zip", tt_make_zip, 0, 0},
    {"docx", "docx", tt_make_docx, 0, 0},
    {"epub", "epub", tt_make_epub, 0, 0},
    {"streamed zip", "zip", made_zip_streamed, 0, 0},
    {"rar", "rar", made_rar, 0, 0},
    {"rar5", "rar", made_rar5, 0, 0},
    {"7z", "7z", made_7z, 1, 0},
};
#define SAMPLES (sizeof sample_kinds / sizeof sample_kinds[0])

static tt_buf samples[SAMPLES];

static inline void make_samples(void)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        tt_random random = tt_random_named(7, sample_kinds[i].name);

        tt_buf_init(&samples[i], MADE_MAX);
        sample_kinds[i].make(&samples[i], &random);
        if (tt_buf_failed(&samples[i]))
            abort();
    }
}

static inline void free_samples(void)
{
    for (size_t i = 0; i < SAMPLES; i++)
        tt_buf_done(&samples[i]);
}

#endif
