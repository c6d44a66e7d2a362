/*
 * t_unpack_heads: which rows are asked never changes which one is taken. Heads of every format, on noise, on
 * zeros and in text, whole, cut off and damaged, and heads of none: the answer is that of asking every row.
 */
#include "unpack/heads.h"
#include "unpack/signs.h"

#include "unpack_kit.h"

typedef struct row {
    const char *name;
    int (*fits)(const uint8_t *head, size_t size);
    size_t wants;
} row;

static const row rows[] = {
#define FORMAT(name, fits, wants) {#name, fits, wants},
#include "unpack/formats.def"
#undef FORMAT
};
#define ROWS (sizeof rows / sizeof rows[0])

static unsigned asked, wrong, found[ROWS];

static int ask_every(const uint8_t *head, size_t size)
{
    int best = -1, sure = 0;

    for (size_t i = 0; i < ROWS && sure < 2; i++) {
        int fits = rows[i].fits(head, size < rows[i].wants ? size : rows[i].wants);
        if (fits > sure) {
            best = (int)i;
            sure = fits;
        }
    }
    return best;
}

/* In memory of exactly that size, so that a sanitizer sees a look beyond it. */
static void compare(const uint8_t *head, size_t size, const char *what)
{
    uint8_t *own = malloc(size ? size : 1);
    int every, got;

    memcpy(own, head, size);
    every = ask_every(own, size);
    got = tt_head_of(own, size);
    free(own);
    asked++;
    if (every >= 0)
        found[every]++;
    if (got == every)
        return;
    if (wrong++ < 5)
        printf("# %s, %zu bytes: %s instead of %s\n", what, size, got < 0 ? "none" : rows[got].name,
               every < 0 ? "none" : rows[every].name);
}

/* ---- Heads --------------------------------------------------------------------------------- */

typedef struct sign {
    const char *name;
    size_t at, size;
    const char *bytes;
} sign;
#define SIGN(name, at, text) {name, at, sizeof(text) - 1, text}

#define HEX26 "0123456789abcdefABCDEF0123"
#define OCTAL35 "01234567012345670123456701234567012"

static const sign signs[] = {
    SIGN("zip", 0, "PK\3\4"),
    SIGN("zip", 0, "PK\5\6"),
    SIGN("zip", 0, "PK\7\010PK\3\4"),
    SIGN("zip", 0, "PK00PK\3\4"),
    SIGN("sevenzip", 0, "7z\xbc\xaf\x27\x1c"),
    SIGN("rar", 0, "Rar!\x1a\x07\0"),
    SIGN("rar5", 0, "Rar!\x1a\x07\x01\0"),
    SIGN("cab", 0, "MSCF\0\0\0\0"),
    SIGN("xar", 0, "xar!\0"),
    SIGN("ar", 0, "!<arch>\n"),
    SIGN("gzip", 0, "\x1f\x8b\x08\0"),
    SIGN("bzip2", 0, "BZh9\x31\x41\x59\x26\x53\x59"),
    SIGN("bzip2", 0, "BZh1\x17\x72\x45\x38\x50\x90"),
    SIGN("xz", 0, "\xfd" "7zXZ\0"),
    SIGN("lzip", 0, "LZIP\1"),
    SIGN("zstd", 0, "\x28\xb5\x2f\xfd"),
    SIGN("zstd", 0, "\x50\x2a\x4d\x18"),
    SIGN("zstd", 0, "\x5f\x2a\x4d\x18"),
    SIGN("lz4", 0, "\x04\x22\x4d\x18"),
    SIGN("lz4", 0, "\x02\x21\x4c\x18"),
    SIGN("compress", 0, "\x1f\x9d\x90\x42\x0c"),
    SIGN("cpio", 0, "070701" HEX26 HEX26 HEX26 HEX26),
    SIGN("cpio", 0, "070702 and no digits"),
    SIGN("cpio", 0, "070707" OCTAL35 OCTAL35),
    SIGN("cpio", 0, "\xc7\x71\1\0\2\0\xa4\x81\0\0\0\0\1\0\0\0\0\0\0\0\5\0\0\0\7\0name"),
    SIGN("cpio", 0, "\x71\xc7\0\1\0\2\x81\xa4\0\0\0\0\0\1\0\0\0\0\0\0\0\5\0\0\0\7name"),
    SIGN("lha", 0, "\x20\x55-lh5-\1\2\3\4\5\6\7\010\1\2\3\4 \1\4name"),
    SIGN("lha", 0, "\x20\x55-lzs-\1\2\3\4\5\6\7\010\1\2\3\4 \1\4name"),
    SIGN("rpm", 0, "\xed\xab\xee\xdb\3\0"),
    SIGN("tar", 257, "ustar\0" "00"),
    SIGN("tar", 257, "ustar  \0"),
    SIGN("pdf", 0, "%PDF-1.4\n"),
    SIGN("pdf", 0, "\xef\xbb\xbf%PDF-1.4\n"),
    SIGN("pdf", 100, "\n%PDF-1.4\n"),
    SIGN("pdf", 1015, "\r%PDF-1.4"),
    SIGN("rtf", 0, "{\\rtf1"),
    SIGN("rtf", 0, "\xef\xbb\xbf \r\n{\\rtf1"),
    SIGN("iso9660", 32768, "\1CD001\1"),
    SIGN("disk", 510, "\x55\xaa" "EFI PART"),
    SIGN("disk", 1080, "\x53\xef\1\0\1\0\0"),
    SIGN("disk", 1024, "H+\0\4"),
    SIGN("disk", 9564, "\x54\x19\1\0"),
    SIGN("disk", 9564, "\0\1\x19\x54"),
    SIGN("disk", 0, "LUKS\xba\xbe"),
    SIGN("disk", 32, "NXSB"),
    SIGN("disk", 512, "LABELONE"),
    SIGN("disk", 4086, "SWAPSPACE2"),
    SIGN("disk", 508, "\xda\xbe"),
    SIGN("disk", 512, "\x57\x45\x56\x82"),
    SIGN("disk", 3, "ReFS\0\0\0\0"),
    SIGN("disk", 0, "XFSB"),
    SIGN("disk", 1024, "\x10\x20\xf5\xf2"),
    SIGN("disk", 1024, "\xe2\xe1\xf5\xe0"),
    SIGN("disk", 4096, "\xfc\x4e\x2b\xa9"),
    SIGN("disk", 9564, "\x19\x01\x54\x19"),
    SIGN("disk", 32768, "JFS1"),
    SIGN("ewf", 0, "EVF\x09\r\n\xff\0\1\1\0\0\0"),
    SIGN("aff", 0, "AFF10\r\n\0"),
    SIGN("qcow", 0, "QFI\xfb\0\0\0\3" "0123456789012345678901234567890123456789"),
    SIGN("vhd", 0, "vhdxfile" "01234567890123456789012345678901234567890123456789012345"),
    SIGN("vmdk", 0, "KDMV\1\0\0\0"),
    SIGN("vmdk", 0, "COWD\1\0\0\0"),
    SIGN("tnef", 0, "\x78\x9f\x3e\x22"),
    SIGN("onenote", 0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"),
    SIGN("chm", 0, "ITSF\3\0\0\0\x60\0\0\0"),
    SIGN("pst", 0, "!BDN\1\2\3\4SM"),
    SIGN("lzma", 0, "\x5d\0\0\x10\0\xff\xff\xff\xff\xff\xff\xff\xff\0"),
    SIGN("lzma", 0, "\x60\0\0\x10\0\x10\x20\0\0\0\0\0\0\0"),
    SIGN("squashfs", 0, "hsqs\1\0\0\0\0\0\0\0\0\0\2\0\1\0\0\0\1\0\x11\0\0\0\1\0\4\0\0\0"),
    SIGN("nsis", 0, "\0\0\0\0\xef\xbe\xad\xdeNullsoftInst"),
    SIGN("inno", 0, "Inno Setup Setup Data (5.5.0)\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    SIGN("sqlite", 0, "SQLite format 3\0"),
    SIGN("android", 0, "ANDROID BACKUP\n5\n1\n"),
    SIGN("warc", 0, "WARC/1.0\r\nWARC-Type: response\r\n"),
    SIGN("cache", 0, "\x30\x5c\x72\xa7\x1b\x6d\xfb\xfc\5\0\0\0\x10\0\0\0"),
    SIGN("ole2", 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    SIGN("ole10native", 0, "\0\2\0\0\2\0a.bin\0C:\\a.bin\0\0\0\3\0\3\0\0\0ab\0\4\0\0\0text"),
    SIGN("ole10native", 0, "\0\2\0\0BM\0\2\0\0\0\0\0\0\x36\0\0\0"),
    SIGN("officeart", 0, "\xa0\x46\x1d\xf0\0\1\0\0" "0123456789abcdef\xff\xff\xd8\xff\xe0"),
    SIGN("officeart", 0, "\0\x6e\x1e\xf0\0\1\0\0" "0123456789abcdef\xff\x89PNG"),
    SIGN("officeart", 0, "\0\x6e\x1e\xf1\0\1\0\0" "0123456789abcdef\xff\x89PNG"),
    SIGN("word", 0, "\xec\xa5\xc1\0\0\0\0\0\0\0\0\0\xbf\0"),
    SIGN("word", 0, "\0\1\0\0\x44\0\x64\0\0\0\0\0\0\0"),
    SIGN("excel", 0, "\x09\x08\x10\0\0\6\5\0"),
    SIGN("thumbnail", 0, "\x0c\0\0\0\1\0\0\0\0\1\0\0\xff\xd8\xff\xe0"),
    SIGN("thumbnail", 0, "\x10\0\0\0\1\0\0\0\0\1\0\0\0\0\0\0\x89PNG"),
    SIGN("thumbnail", 0, "\x18\0\0\0\1\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xd8\xff"),
    SIGN("cms", 0, "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80"),
    SIGN("pgp", 0, "\n -----BEGIN PGP MESSAGE-----\n\nhQEMA"),
    SIGN("pgp", 0, "-----BEGIN PGP MESSAGE-----\n\nhQEMA"),
    SIGN("pgp", 0, "\x85\0\x0e\3" "01234567\1" "9abc" "\xd2\xff\xff"),
    SIGN("pgp", 0, "\x8c\x0d\4\x07\3\x02" "01234567\x60\xd2\xff\xff"),
    SIGN("pgp", 0, "\xc3\x0d\4\x07\3\x02" "01234567\x60\xd2\xff\xff"),
    SIGN("pgp", 0, "\xc1\x0e\3" "01234567\1" "9abc" "\xd2\xff\xff"),
    SIGN("ace", 7, "**ACE**"),
    SIGN("alz", 0, "ALZ\1"),
    SIGN("egg", 0, "EGGA\0\1"),
    SIGN("lrzip", 0, "LRZI\0"),
    SIGN("lzop", 0, "\x89LZO\0\r\n\x1a\n"),
    SIGN("snappy", 0, "\xff\x06\0\0sNaPpY"),
    SIGN("stuffit", 0, "StuffIt (c)1997-"),
    SIGN("journal", 0, "\x37\x7f\x06\x82"),
    SIGN("wim", 0, "MSWIM\0\0\0"),
    SIGN("zoo", 20, "\xdc\xa7\xc4\xfd"),
    /* Images of disks: EnCase's that hold files or are of its second kind, and those of other programs. */
    SIGN("ewf2", 0, "EVF2\r\n\x81\0"),
    SIGN("lef", 0, "LVF\x09\r\n\xff\0"),
    SIGN("lef2", 0, "LEF2\r\n\x81\0"),
    SIGN("dmg, encrypted", 0, "encrcdsa"),
    SIGN("parallels", 0, "WithoutFreeSpace"),
    SIGN("parallels", 0, "WithouFreSpacExt"),
    SIGN("vdi", 64, "\x7f\x10\xda\xbe"),
    SIGN("zpaq", 0, "7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3"),
    SIGN("zpaq", 0, "zPQ\1"),
    SIGN("arj", 0, "\x60\xea\x28\0\x1e\7\1\0\0\0\2\0"),
    SIGN("program", 0, "MZ\x90\0"),
    SIGN("program", 0, "ZM\x90\0"),
    SIGN("program", 0, "\x7f" "ELF\2\1\1\0"),
    SIGN("script", 0, "#!/bin/sh\nexit\n\x1f\x8b\x08\0"),
    SIGN("script", 0, "#!/bin/sh\nexit\nPK\3\4"),
    SIGN("script", 0, "#!/bin/sh\nexit\n\x53\x2a\x4d\x18"),
    SIGN("html", 0, "<!DOCTYPE html>\n"),
    SIGN("html", 0, "\xef\xbb\xbf<!-- a --> <html>"),
    SIGN("html", 0, "\f <?xml version='1.0'?>\n<svg >"),
    SIGN("html", 0, "\t<html>"),
    SIGN("mbox", 0, "From a@b Mon Jan  1 00:00:00 2024\nFrom: a@b\nTo: c@d\n\ntext\n"),
    SIGN("mail", 0, "From: a@b\nTo: c@d\nSubject: e\n\ntext\n"),
    SIGN("mail", 0, ">From a@b Mon Jan  1 00:00:00 2024\nFrom: a@b\nTo: c@d\n\ntext\n"),
    SIGN("mail", 0, "x-own : 1\r\nreceived: a\r\ncc: b\r\n\r\ntext\r\n"),
    SIGN("uuencode", 0, "begin 644 a.bin\n#0V%T\n`\nend\n"),
    SIGN("uuencode", 0, "begin-base64 644 a.bin\nQ2F0\n====\n"),
    SIGN("uuencode", 0, "begin 644 a.bin\n#0V%T\n%PDF-1.4\n"), /* and "perhaps" a PDF */
    SIGN("uuencode", 63, "\nbegin 644 a.bin\n#0V%T\n`\nend\n"),
    SIGN("uuencode", 64, "\nbegin 644 a.bin\n#0V%T\n`\nend\n"),
    SIGN("uuencode", 700, "\r\nbegin 644 a.bin\n#0V%T\n`\nend\n"),
    SIGN("yenc", 0, "=ybegin line=128 size=4 name=a.bin\n\1\2\3\4\n"),
    SIGN("yenc", 62, "\n=ybegin line=128 size=4 name=a.bin\n\1\2\3\4\n"),
    SIGN("yenc", 300, "\n=ybegin line=128 size=4 name=a.bin\n\1\2\3\4\n"),
};

/* What a sign stands in. */
static void fill(uint8_t *head, size_t size, unsigned how)
{
    static const char text[] = "int main(void)\n{\n    return 0; /* begin = */\n}\n\nbe =y 100% \r\n";

    for (size_t i = 0; i < size; i++)
        head[i] = how == 0   ? 0
                  : how == 1 ? (uint8_t)(kit_random() >> 20)
                             : (uint8_t)text[i % (sizeof text - 1)];
}

/* A byte of these turns up at more gates than any other. */
static uint8_t likely(void)
{
    static const uint8_t some[] = "PK7RMx!\x1f" "BL(0#-<>{FIhqSAWEz`\n\r =b%\t\2\4\x0c\x10\x18\xf0\xef\x44";

    return some[kit_random() % (sizeof some - 1)];
}

static void test_sign(uint8_t *head, const sign *s)
{
    for (unsigned how = 0; how < 3; how++)
        for (int round = 0; round < 24; round++) {
            size_t size = round < 2 && how == 0 ? TT_HEAD_SIZE : s->at + s->size + 512;
            fill(head, size, how);
            memcpy(head + s->at, s->bytes, s->size);
            if (round % 4 == 2)
                size = s->at + s->size + kit_random() % 70;
            if (round % 4 == 3)
                size = kit_random() % (s->at + s->size + 1);
            for (int i = 0; round > 3 && i < round % 3; i++)
                head[s->at + kit_random() % (s->size + 4)] = i ? likely() : (uint8_t)kit_random();
            compare(head, size, s->name);
        }
}

static void test_signs(uint8_t *head)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        test_sign(head, &signs[i]);
    is_u64(wrong, 0, "signs on zeros, on noise and in text: as when every row is asked");
    for (size_t i = 0; i < ROWS; i++)
        ok(found[i] > 0, "among them is a head of %s", rows[i].name);
}

/* Two signs in one head, where the surer or the first must be taken. */
static void test_pairs(uint8_t *head)
{
    const size_t count = sizeof signs / sizeof signs[0];

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            if (signs[i].at > 2000 || signs[k].at > 2000)
                continue;
            fill(head, 1500, 2);
            memcpy(head + signs[i].at, signs[i].bytes, signs[i].size);
            memcpy(head + signs[k].at + (i + k) % 2 * 64, signs[k].bytes, signs[k].size);
            compare(head, 1500, signs[i].name);
        }
    is_u64(wrong, 0, "two signs in one head");
}

/* Tars without "ustar", by libarchive: known by their sum alone. */
static void test_tar(void)
{
    kit_member member = {"some/name", kit_noise(700)};
    bytes tar = kit_archive("v7tar", NULL, &member, 1);

    compare(tar.data, tar.size, "v7tar");
    ok(tar.size >= 512 && ask_every(tar.data, tar.size) == tt_head_of(tar.data, tar.size), "an old tar");
    ok(tt_head_of(tar.data, tar.size) >= 0
           && strcmp(rows[tt_head_of(tar.data, tar.size)].name, "tar") == 0,
       "is known as one");
    tar.data[148] ^= 1;
    compare(tar.data, tar.size, "v7tar with a wrong sum");
    is_u64(wrong, 0, "and its sum counts");
    free(tar.data);
    free(member.content.data);
}

static void test_random(uint8_t *head)
{
    for (int i = 0; i < 60000; i++) {
        size_t size = (size_t)(kit_random() % (i % 50 ? 140 : 2000));
        for (size_t k = 0; k < size; k++)
            head[k] = kit_random() % (unsigned)(1 + i % 7) ? (uint8_t)(kit_random() >> 9) : likely();
        compare(head, size, "random");
    }
    for (int i = 0; i < 40; i++) {
        fill(head, TT_HEAD_SIZE, i % 2 ? 1 : 2);
        compare(head, TT_HEAD_SIZE - (size_t)i, "large");
    }
    is_u64(wrong, 0, "random heads");
    is_i64(tt_head_of(NULL, 0), -1, "no head at all");
}

/* Where a disc says that it ends: in its primary descriptor, which need not be the first. */
static void test_disc(uint8_t *head)
{
    uint8_t *volume = head + 34816;

    memset(head, 0, 40960);
    memcpy(head + 32768, "\0CD001\1", 7);
    memcpy(volume, "\1CD001\1", 7);
    memcpy(volume + 80, "\x11\x22\x33\x04", 4); /* and what stands there in the other order is not looked at */
    memcpy(volume + 128, "\0\x08", 2);
    is_u64(tt_end_of_iso9660(head, 40960), UINT64_C(0x04332211) * 2048, "a disc's end");
    is_u64(tt_end_of_iso9660(head, 36863), 0, "not all of the descriptor is there");
    is_u64(tt_end_of_iso9660(head, 100), 0, "nothing of it is");
    volume[0] = 2;
    is_u64(tt_end_of_iso9660(head, 40960), 0, "no primary descriptor");
    volume[0] = 255;
    memcpy(volume + 2048, "\1CD001\1", 7);
    is_u64(tt_end_of_iso9660(head, 40960), 0, "none before the last");
}

int main(void)
{
    uint8_t *head = malloc(TT_HEAD_SIZE + 8192);

    test_signs(head);
    test_pairs(head);
    test_tar();
    test_random(head);
    test_disc(head);
    ok(asked > 50000, "%u heads", asked);
    free(head);
    return tap_done();
}
