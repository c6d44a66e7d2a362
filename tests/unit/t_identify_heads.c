/*
 * Heads written by hand from the formats' own specifications, not from the table; which of several
 * fitting rows wins; that offsets are exact; and that no length of a head does harm.
 */
#include "t_identify_reference.h"

typedef struct piece {
    size_t offset;
    size_t size;
    const char *bytes;
} piece;

typedef struct sample_head {
    const char *mime;
    size_t size; /* of the head; zeros between the pieces */
    piece pieces[5];
} sample_head;

#define AT(offset, text) {offset, sizeof text - 1, text}

static const sample_head samples[] = {
    {"image/jpeg", 20, {AT(0, "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1")}},
    {"image/jpeg", 20, {AT(0, "\xff\xd8\xff\xe1\x2a\x10" "Exif\0\0II")}},
    {"image/png", 33, {AT(0, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6")}},
    {"image/apng", 60, {AT(0, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), AT(33, "\0\0\0\x08" "acTL")}},
    {"image/gif", 13, {AT(0, "GIF89a\1\0\1\0")}},
    {"image/bmp", 54, {AT(0, "BM\x36\x30\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0")}},
    {"image/tiff", 32, {AT(0, "II*\0\x08\0\0\0")}},
    {"image/tiff", 32, {AT(0, "MM\0*\0\0\0\x08")}},
    {"image/tiff", 32, {AT(0, "II+\0\x08\0\0\0\x10")}},
    {"image/x-canon-cr2", 32, {AT(0, "II*\0\x10\0\0\0CR\2\0")}},
    {"image/webp", 32, {AT(0, "RIFF\x24\x10\0\0WEBPVP8 ")}},
    {"image/heic", 32, {AT(0, "\0\0\0\x18" "ftypheic\0\0\0\0mif1heic")}},
    {"image/heif", 32, {AT(0, "\0\0\0\x18" "ftypmif1\0\0\0\0mif1heic")}},
    {"image/avif", 32, {AT(0, "\0\0\0\x1c" "ftypavif\0\0\0\0avifmif1miaf")}},
    {"image/x-canon-cr3", 32, {AT(0, "\0\0\0\x18" "ftypcrx \0\0\0\1crx isom")}},
    {"image/jp2", 32, {AT(0, "\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14" "ftypjp2 \0\0\0\0jp2 ")}},
    {"image/jxl", 32, {AT(0, "\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14" "ftypjxl ")}},
    {"image/vnd.adobe.photoshop", 26, {AT(0, "8BPS\0\1\0\0\0\0\0\0\0\3\0\0\0\x64")}},
    {"image/vnd.microsoft.icon", 30,
     {AT(0, "\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x68\4\0\0\x16\0\0\0\x28\0\0\0")}},
    {"application/dicom", 140, {AT(128, "DICM\2\0\0\0UL")}},
    {"video/mp4", 32, {AT(0, "\0\0\0\x20" "ftypisom\0\0\2\0isomiso2avc1mp41")}},
    {"video/mp4", 32, {AT(0, "\0\0\0\x18" "ftypmp42\0\0\0\0mp42isom")}},
    {"video/mp4", 32, {AT(0, "\0\0\0\x18" "ftypzzzz\0\0\0\0zzzz")}},
    {"video/x-m4v", 32, {AT(0, "\0\0\0\x18" "ftypM4V \0\0\0\1M4V ")}},
    {"video/quicktime", 32, {AT(0, "\0\0\0\x14" "ftypqt  \x20\5\3\0qt  ")}},
    {"video/quicktime", 32, {AT(0, "\0\0\0\x08wide\0\0\x10\0mdat")}},
    {"video/3gpp", 32, {AT(0, "\0\0\0\x18" "ftyp3gp4\0\0\0\0isom3gp4")}},
    {"video/3gpp2", 32, {AT(0, "\0\0\0\x18" "ftyp3g2a\0\1\0\0 3g2a")}},
    {"video/x-msvideo", 32, {AT(0, "RIFF\0\x10\0\0AVI LIST")}},
    {"video/webm", 64,
     {AT(0, "\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x86\x81\1\x42\xf7\x81\1\x42\xf2\x81\4\x42\xf3"
            "\x81\x08\x42\x82\x84webm\x42\x87\x81\2")}},
    {"video/x-matroska", 64, {AT(0, "\x1a\x45\xdf\xa3\xa3\x42\x86\x81\1\x42\x82\x88matroska")}},
    {"video/x-matroska", 64, {AT(0, "\x1a\x45\xdf\xa3\xa3\x42\x86\x81\1")}},
    {"video/x-ms-asf", 30, {AT(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c")}},
    {"video/x-flv", 20, {AT(0, "FLV\1\5\0\0\0\x09\0\0\0\0")}},
    {"video/mpeg", 20, {AT(0, "\0\0\1\xba\x44\0\4\0\4\1")}},
    {"video/mpeg", 20, {AT(0, "\0\0\1\xb3\x14\0\xf0\x13\xff")}},
    {"video/ogg", 64, {AT(0, "OggS\0\2"), AT(26, "\1\x2a\x80theora\3\2\1")}},
    {"audio/ogg", 64, {AT(0, "OggS\0\2"), AT(26, "\1\x1e\1vorbis\0")}},
    {"audio/ogg", 64, {AT(0, "OggS\0\2"), AT(26, "\1\x13OpusHead\1\2")}},
    {"application/ogg", 64, {AT(0, "OggS\0\2")}},
    {"application/mxf", 20, {AT(0, "\6\x0e\x2b\x34\2\5\1\1\x0d\1\2\1\1\2\4\0")}},
    {"audio/mpeg", 20, {AT(0, "ID3\3\0\0\0\0\x0fvTIT2")}},
    {"audio/x-m4a", 32, {AT(0, "\0\0\0\x20" "ftypM4A \0\0\0\0M4A mp42isom")}},
    {"audio/x-wav", 44, {AT(0, "RIFF\x24\x10\0\0WAVEfmt \x10\0\0\0")}},
    {"audio/x-aiff", 44, {AT(0, "FORM\0\0\x10\0AIFFCOMM")}},
    {"audio/flac", 44, {AT(0, "fLaC\0\0\0\x22\x10\0\x10\0")}},
    {"audio/midi", 20, {AT(0, "MThd\0\0\0\6\0\1\0\2\0\x60MTrk")}},
    {"audio/amr", 20, {AT(0, "#!AMR\n\x3c")}},
    {"application/pdf", 20, {AT(0, "%PDF-1.7\n%\xe2\xe3\xcf\xd3")}},
    {"text/rtf", 20, {AT(0, "{\\rtf1\\ansi")}},
    {"application/x-ole-storage", 64, {AT(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}},
    {"application/postscript", 20, {AT(0, "%!PS-Adobe-3.0\n")}},
    {"image/vnd.djvu", 20, {AT(0, "AT&TFORM\0\0\x10\0DJVUINFO")}},
    {"application/zip", 40, {AT(0, "PK\3\4\x14\0\0\0\x08\0"), AT(26, "\5\0\0\0a.txt")}},
    {"application/zip", 22, {AT(0, "PK\5\6")}},
    {"application/zip", 40, {AT(0, "PK\7\x08PK\3\4\x14\0")}},
    {"application/gzip", 20, {AT(0, "\x1f\x8b\x08\0\0\0\0\0\0\3")}},
    {"application/x-bzip2", 20, {AT(0, "BZh91AY&SY")}},
    {"application/x-bzip2", 14, {AT(0, "BZh9\x17\x72\x45\x38\x50\x90")}},
    {"application/x-xz", 20, {AT(0, "\xfd" "7zXZ\0\0\4")}},
    {"application/zstd", 20, {AT(0, "\x28\xb5\x2f\xfd\4")}},
    {"application/x-lz4", 20, {AT(0, "\4\x22\x4d\x18\x64\x40\xa7")}},
    {"application/x-lzma", 20, {AT(0, "\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0")}},
    {"application/x-compress", 20, {AT(0, "\x1f\x9d\x90\x61")}},
    {"application/x-7z-compressed", 32, {AT(0, "7z\xbc\xaf\x27\x1c\0\4")}},
    {"application/x-rar", 20, {AT(0, "Rar!\x1a\7\0\xcf\x90\x73")}},
    {"application/x-rar", 20, {AT(0, "Rar!\x1a\7\1\0\x33")}},
    {"application/vnd.ms-cab-compressed", 36, {AT(0, "MSCF\0\0\0\0\x2c\1")}},
    {"application/x-cpio", 110, {AT(0, "070701000003E9000081A4")}},
    {"application/x-archive", 68, {AT(0, "!<arch>\n/               ")}},
    {"application/vnd.debian.binary-package", 68, {AT(0, "!<arch>\ndebian-binary   ")}},
    {"application/x-tar", 512, {AT(0, "a.txt"), AT(100, "0000644\0"), AT(257, "ustar\0" "00")}},
    {"application/x-tar", 512, {AT(0, "a.txt"), AT(100, "0000644\0"), AT(257, "ustar  \0")}},
    {"application/x-lzh-compressed", 40, {AT(0, "\x24\x10-lh5-")}},
    {"application/x-rpm", 96, {AT(0, "\xed\xab\xee\xdb\3\0")}},
    {"application/x-iso9660-image", 34816, {AT(32768, "\1CD001\1\0")}},
    {"application/x-ewf", 32, {AT(0, "EVF\x09\x0d\x0a\xff\0\1\1\0")}},
    {"application/x-vmdk-disk", 512, {AT(0, "KDMV\1\0\0\0\3\0\0\0")}},
    {"application/x-qemu-disk", 104, {AT(0, "QFI\xfb\0\0\0\3")}},
    {"application/x-virtualbox-vdi", 512,
     {AT(0, "<<< Oracle VM VirtualBox Disk Image >>>\n"), AT(64, "\x7f\x10\xda\xbe\1\0\1\0")}},
    {"application/x-virtualbox-vhdx", 64, {AT(0, "vhdxfileM\0i\0c\0r\0")}},
    {"application/x-ntfs", 512, {AT(0, "\xeb\x52\x90NTFS    "), AT(510, "\x55\xaa")}},
    {"application/x-fat", 512, {AT(0, "\xeb\x3c\x90mkfs.fat"), AT(54, "FAT16   "),
                                AT(510, "\x55\xaa")}},
    {"application/x-fat", 512, {AT(0, "\xeb\x58\x90mkfs.fat"), AT(82, "FAT32   "),
                                AT(510, "\x55\xaa")}},
    {"application/x-bitlocker", 512, {AT(0, "\xeb\x58\x90-FVE-FS-"), AT(510, "\x55\xaa")}},
    {"application/x-ext", 2048, {AT(1080, "\x53\xef\1\0\1\0")}},
    {"application/x-luks", 592, {AT(0, "LUKS\xba\xbe\0\2")}},
    {"application/x-squashfs", 96, {AT(0, "hsqs"), AT(28, "\4\0\0\0")}},
    {"application/x-elf", 64, {AT(0, "\x7f" "ELF\2\1\1\0"), AT(16, "\3\0\x3e\0")}},
    {"application/vnd.microsoft.portable-executable", 256,
     {AT(0, "MZ\x90\0\3\0"), AT(60, "\x80\0\0\0"), AT(128, "PE\0\0\x64\x86")}},
    {"application/x-dosexec", 128, {AT(0, "MZ\x90\0\3\0")}},
    {"application/x-mach-binary", 32, {AT(0, "\xcf\xfa\xed\xfe\7\0\0\1\3\0\0\0")}},
    {"application/x-mach-binary", 48, {AT(0, "\xca\xfe\xba\xbe\0\0\0\2\1\0\0\7")}},
    {"application/x-java-applet", 32, {AT(0, "\xca\xfe\xba\xbe\0\0\0\x34\0\x10")}},
    {"application/wasm", 8, {AT(0, "\0asm\1\0\0\0")}},
    {"application/x-dex", 112, {AT(0, "dex\n035\0")}},
    {"application/vnd.sqlite3", 100, {AT(0, "SQLite format 3\0\x10\0\1\1")}},
    {"application/vnd.ms-outlook-pst", 64, {AT(0, "!BDN\0\0\0\0SM\x17\0\x13\0")}},
    {"application/vnd.ms-tnef", 32, {AT(0, "\x78\x9f\x3e\x22\1\0\1\6")}},
    /* Several fit: the narrower one, and the first bytes before far ones. */
    {"image/jpeg", 34816, {AT(0, "\xff\xd8\xff\xe0"), AT(257, "ustar\0" "00"),
                           AT(32768, "\1CD001\1")}},
    {"image/png", 34816, {AT(0, "\x89PNG\r\n\x1a\n"), AT(510, "\x55\xaa"),
                          AT(32768, "\1CD001\1")}},
    {"application/x-iso9660-image", 34816, {AT(446, "\x80"), AT(510, "\x55\xaa"),
                                            AT(32768, "\1CD001\1")}},
    {"application/x-tar", 512, {AT(0, "MZ\x90\0"), AT(257, "ustar\0" "00")}},
    {"application/zip", 512, {AT(0, "PK\3\4\x14"), AT(30, "mimetypeapplication/none")}},
    /* Nearly, but not. */
    {"", 32, {AT(0, "\0\0\0\0\x18" "ftypisom")}},
    {"", 512, {AT(258, "ustar\0" "00")}},
    {"", 512, {AT(256, "ustar\0" "00")}},
    {"", 34817, {AT(32769, "\1CD001\1")}},
    {"", 34817, {AT(32767, "\1CD001\1")}},
    {"", 32, {AT(0, "RIFF\0\0\0\0WEBX")}},
    {"", 32, {AT(0, "\xff\xd8\xfe\xe0")}},
    {"", 64, {AT(0, "BM is the beginning of this line and not a picture")}},
    {"", 64, {AT(0, "MZ\x90 is no program either")}},
    {"", 64, {AT(0, "From here on the text has nothing of a mailbox: no.\nAt all.\n")}},
    {"", 64, {AT(0, "G as the first letter")}},
};

static uint8_t head[TT_IDENTIFY_HEAD];

static size_t build(const sample_head *sample)
{
    memset(head, 0, sizeof head);
    for (size_t i = 0; i < 5 && sample->pieces[i].size > 0; i++)
        memcpy(head + sample->pieces[i].offset, sample->pieces[i].bytes, sample->pieces[i].size);
    return sample->size;
}

/* In memory of exactly its size, so that a reader past the end is caught by a sanitizer. */
static int agrees_exactly(size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    int agreed;

    memcpy(copy, head, size);
    agreed = agrees(copy, size);
    free(copy);
    return agreed;
}

static void test_sample(const sample_head *sample, size_t number)
{
    size_t size = build(sample), wrong = 0;

    is_text(fast(head, size), sample->mime, "sample %zu: %s", number,
            *sample->mime ? sample->mime : "nothing");
    ok(agrees_exactly(size), "sample %zu: the reference agrees", number);
    /* Every length for the start, then around what the far pieces need. */
    for (size_t cut = 0; cut <= size; cut += cut < 600 || cut + 80 > size ? 1 : 61)
        wrong += agrees_exactly(cut) ? 0 : 1;
    is_u64(wrong, 0, "sample %zu: cut to any length it is what the reference says", number);
}

static void test_borders(void)
{
    static uint8_t large[TT_IDENTIFY_HEAD + 4096];

    memcpy(large + 32768, "\1CD001\1", 7);
    is_text(fast(large, sizeof large), "application/x-iso9660-image", "more than a head is cut");
    tt_identify_free(NULL);
    tt_signatures_free(NULL);
    ok(tt_identify_hyperscan_version()[0] == '5', "Hyperscan %s", tt_identify_hyperscan_version());
}

int main(void)
{
    identify_begin();
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        test_sample(&samples[i], i);
    test_borders();
    return identify_end();
}
