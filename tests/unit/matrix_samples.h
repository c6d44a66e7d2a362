/*
 * matrix_samples: a container of each format around one file, which begins like a JPEG (there are formats
 * that hold pictures alone), and one of its kind that is encrypted.
 */
#ifndef TT_TESTS_MATRIX_SAMPLES_H
#define TT_TESTS_MATRIX_SAMPLES_H

#include "cms_kit.h"
#include "disk_kit.h"
#include "pdf_kit.h"
#include "rtf_kit.h"
#include "unpack_cache.h"
#include "unpack_ole.h"
#include "unpack_programs.h"
#include "unpack_pst.h"

#include <sqlite3.h>
#ifdef HAVE_LIBQPDF
#include <qpdf/qpdf-c.h>
#endif

#define SAMPLE_NAME "file.jpg"
#define MEMBER(b) ((kit_member){SAMPLE_NAME, (b)})
#define SAMPLE(name) __attribute__((unused)) static bytes sample_##name(bytes file)

/* ---- Archives ------------------------------------------------------------------------------ */

#define SAMPLE_ARCHIVE(name, format)                \
    SAMPLE(name)                                    \
    {                                               \
        kit_member member = MEMBER(file);           \
        return kit_archive(format, NULL, &member, 1); \
    }
#define SAMPLE_PACKED(name, filter)                       \
    SAMPLE(name)                                          \
    {                                                     \
        return kit_compress(filter, file.data, file.size); \
    }
#define SAMPLE_MADE(name, call)           \
    SAMPLE(name)                          \
    {                                     \
        kit_member member = MEMBER(file); \
        return call;                      \
    }

SAMPLE_ARCHIVE(zip, "zip")
SAMPLE_ARCHIVE(sevenzip, "7zip")
SAMPLE_ARCHIVE(tar, "pax")
SAMPLE_ARCHIVE(cpio, "newc")
SAMPLE_ARCHIVE(ar, "arbsd")
SAMPLE_ARCHIVE(iso9660, "iso9660")
SAMPLE_ARCHIVE(xar, "xar")
SAMPLE_PACKED(gzip, "gzip")
SAMPLE_PACKED(bzip2, "bzip2")
SAMPLE_PACKED(xz, "xz")
SAMPLE_PACKED(lzma, "lzma")
SAMPLE_PACKED(lzip, "lzip")
SAMPLE_PACKED(zstd, "zstd")
SAMPLE_PACKED(lz4, "lz4")
SAMPLE_PACKED(compress, "compress")

/* ---- Disks --------------------------------------------------------------------------------- */

SAMPLE(disk)
{
    fat_disk fat = fat_new(256);
    disk_part part = {fat.image, 1};
    bytes disk;

    (void)fat_add(&fat, "FILE    JPG", file);
    disk = disk_of(&part, 1);
    free(fat.image.data);
    return disk;
}

SAMPLE(disk_locked)
{
    fat_disk fat = fat_new(256);
    bytes sealed = kit_copy("LUKS\xba\xbe\0\2", 8);
    disk_part parts[] = {{fat.image, 1}, {sealed, 0x83}};
    bytes disk, noise = kit_noise(64 * 1024 - 8);

    (void)fat_add(&fat, "FILE    JPG", file);
    kit_add(&parts[1].content, noise.data, noise.size);
    disk = disk_of(parts, 2);
    free(noise.data);
    free(parts[1].content.data);
    free(fat.image.data);
    return disk;
}
SAMPLE_MADE(rar, rar_of(&member, 1, 0, 0x30))
SAMPLE_MADE(rar5, rar5_of(&member, 1))
SAMPLE_MADE(cab, cab_of(&member, 1))
SAMPLE_MADE(lha, lha_of(&member, 1, "-lh0-"))
SAMPLE_MADE(tnef, tnef_of(&member, 1))
SAMPLE_MADE(onenote, one_of(&member, 1))
SAMPLE_MADE(chm, chm_of(&member, 1, 4096))
SAMPLE_MADE(pst, pst_of(&pst_unicode, &member, 1, 1))
SAMPLE_MADE(pst_ansi, pst_of(&pst_ansi, &member, 1, 1))
SAMPLE_MADE(pst_4k, pst_of(&pst_4k, &member, 1, 1))
SAMPLE_MADE(mail, mail_of(&member, 1, "=_boundary-in-it"))
SAMPLE_MADE(rar_locked, rar_of(&member, 1, 4, 0x30))

SAMPLE(zip_locked)
{
    bytes out = {malloc(1), 0};
    struct archive *a = archive_write_new();

    if (archive_write_set_format_zip(a) != ARCHIVE_OK
        || archive_write_set_options(a, "zip:encryption=aes256") != ARCHIVE_OK
        || archive_write_set_passphrase(a, "secret") != ARCHIVE_OK
        || archive_write_open(a, &out, NULL, kit_grow, NULL) != ARCHIVE_OK
        || !kit_put(a, SAMPLE_NAME, file.data, file.size))
        out.size = 0;
    (void)!kit_close(a);
    return out;
}

/* The block that says how headers are encrypted, and noise. */
SAMPLE(rar5_locked)
{
    bytes out = kit_copy("Rar!\x1a\x07\x01\0", 8), body = nothing();

    put_vint(&body, 4);
    for (int i = 0; i < 3; i++)
        put_vint(&body, 0);
    put_vint(&body, 15);
    kit_add(&body, "0123456789abcdef", 16);
    rar5_header(&out, body);
    kit_add(&out, file.data + 4, file.size - 4);
    return out;
}

SAMPLE(sevenzip_locked)
{
    static const uint8_t stored[] = {0x0b, 1, 0, 1, 1, 0};
    static const uint8_t locked[] = {0x0b, 1, 0, 1, 0x24, 0x06, 0xf1, 0x07, 0x01, 2, 0x53, 7};
    kit_member member = {SAMPLE_NAME, {file.data, 16}};
    bytes b = kit_archive("7zip", "7zip:compression=store", &member, 1), out = nothing();
    uint8_t *at = b.data ? memmem(b.data, b.size, stored, sizeof stored) : NULL;
    uint32_t crc;

    if (at) {
        size_t start = 32 + (size_t)b.data[12], head = (size_t)(at - b.data);
        kit_add(&out, b.data, head);
        kit_add(&out, locked, sizeof locked);
        kit_add(&out, at + sizeof stored, b.size - head - sizeof stored);
        out.data[20] = (uint8_t)(out.size - start);
        crc = crc_of(out.data + start, out.size - start);
        memcpy(out.data + 28, &crc, 4);
        crc = crc_of(out.data + 12, 20);
        memcpy(out.data + 8, &crc, 4);
    }
    free(b.data);
    return out;
}

/* Lead, empty signature, empty header, payload. */
SAMPLE(rpm)
{
    static const uint8_t lead[96] = {0xed, 0xab, 0xee, 0xdb, 3, 0}, head[16] = {0x8e, 0xad, 0xe8, 1};
    bytes cpio = sample_cpio(file), packed = kit_compress("gzip", cpio.data, cpio.size);
    bytes out = kit_copy(lead, sizeof lead);

    kit_add(&out, head, sizeof head);
    kit_add(&out, head, sizeof head);
    put_bytes(&out, packed);
    free(cpio.data);
    return out;
}

/* A program that unpacks itself, and a picture with something behind it. */
SAMPLE(executable)
{
    bytes none = nothing(), zip = sample_zip(file), out = pe_of(0, none);

    put_bytes(&out, zip);
    free(none.data);
    return out;
}

SAMPLE(tail)
{
    bytes out = picture_of("\xff\xd8\xff\xe0", 4, 3000), zip = sample_zip(file);

    put_bytes(&out, zip);
    return out;
}

/* ---- Mail ---------------------------------------------------------------------------------- */

SAMPLE(mail_locked)
{
    (void)file;
    return text_of(MAIL_HEAD
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=bbbbbbbbbb\n\n"
        "--bbbbbbbbbb\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
        "--bbbbbbbbbb\nContent-Type: application/octet-stream; name=e.asc\n\n"
        "-----BEGIN PGP MESSAGE-----\nVersion: x\n\nhQEMA0\n-----END PGP MESSAGE-----\n--bbbbbbbbbb--\n");
}

static bytes in_mbox(bytes mail)
{
    bytes out = nothing();

    put_mbox(&out, mail);
    free(mail.data);
    return out;
}

SAMPLE(mbox) { return in_mbox(sample_mail(file)); }
SAMPLE(mbox_locked) { return in_mbox(sample_mail_locked(file)); }

SAMPLE(uuencode)
{
    bytes out = nothing();

    put_uu(&out, SAMPLE_NAME, file, '`');
    return out;
}

SAMPLE(yenc)
{
    bytes out = nothing();

    put_yenc(&out, SAMPLE_NAME, file);
    return out;
}

SAMPLE(cms) { return cms_of(&file, 0, 0); }

SAMPLE(cms_locked)
{
    (void)file;
    return kit_copy("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80\x30\x80", 17);
}

/* A session key for a password, and what it encrypts. */
SAMPLE(pgp_locked)
{
    bytes out = kit_copy("\x8c\x0d\x04\x09\x03\x02", 6);

    kit_add(&out, file.data + 4, 9);
    kit_add(&out, "\xd2\x3f\x01\x02\x03\x04\x05\x06", 8);
    return out;
}

/* ---- Documents ----------------------------------------------------------------------------- */

SAMPLE(pdf)
{
    pdf p = pdf_new();

    pdf_object(&p, 1, "<< /Type /Catalog /Pages 2 0 R >>");
    pdf_object(&p, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    pdf_object(&p, 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject "
                      "<< /A 4 0 R >> >> >>");
    pdf_stream(&p, 4, "/Type /XObject /Subtype /Image /Width 20 /Height 20 /ColorSpace /DeviceRGB "
                      "/BitsPerComponent 8 /Filter /DCTDecode", file);
    return pdf_end(&p);
}

#ifdef HAVE_LIBQPDF
SAMPLE(pdf_locked)
{
    qpdf_data q = qpdf_init();
    bytes out = nothing(), plain = sample_pdf(file);

    qpdf_set_suppress_warnings(q, QPDF_TRUE);
    if (qpdf_read_memory(q, "", (const char *)plain.data, plain.size, "") == QPDF_SUCCESS
        && qpdf_init_write_memory(q) == QPDF_SUCCESS) {
        qpdf_set_r6_encryption_parameters2(q, "secret", "owner", 1, 1, 1, 1, 1, 1, qpdf_r3p_full, 1);
        if (!(qpdf_write(q) & QPDF_ERRORS))
            kit_add(&out, qpdf_get_buffer(q), qpdf_get_buffer_length(q));
    }
    qpdf_cleanup(&q);
    free(plain.data);
    return out;
}
#endif

SAMPLE(rtf)
{
    bytes out = nothing();

    PUT_TEXT(&out, RTF_HEAD);
    put_picture(&out, "\\jpegblip", file);
    PUT_TEXT(&out, "}");
    return out;
}

SAMPLE(html)
{
    bytes out = nothing();

    PUT_TEXT(&out, "<!DOCTYPE html>\n<html><body>text\n<img src=\"data:image/jpeg;base64,");
    put_base64(&out, file, "\n");
    PUT_TEXT(&out, "\">\n</body></html>\n");
    return out;
}

SAMPLE(onenote_locked)
{
    bytes out = sample_onenote(file);

    kit_add(&out, "\x67\xa0\xd1\xda\x85\xa3\x6b\xfb<xml>\x3c\x8b\x19\x8e\x4f\x29\x49\x26", 21);
    return out;
}

/* Encrypted with a key that is not in the file. */
static bytes protected(bytes out)
{
    out.data[out.data[10] > 15 ? 513 : 461] = 0x10;
    pst_sum_up(out);
    return out;
}

SAMPLE(pst_locked)
{
    return protected(sample_pst(file));
}
SAMPLE(pst_ansi_locked)
{
    return protected(sample_pst_ansi(file));
}
SAMPLE(pst_4k_locked)
{
    return protected(sample_pst_4k(file));
}

/* ---- OLE2, and the streams in it ----------------------------------------------------------- */

static bytes in_ole2(const char *stream, bytes content)
{
    ole_part part = {stream, content};
    bytes out = ole_of(&part, 1, 9, 1);

    free(content.data);
    return out;
}

SAMPLE(ole2) { return in_ole2("file", kit_copy(file.data, file.size)); }
SAMPLE(ole2_locked) { return in_ole2("EncryptedPackage", kit_copy(file.data, file.size)); }

SAMPLE(ole10native) { return in_ole2("\1Ole10Native", package_of(SAMPLE_NAME, file, 1)); }

static bytes blip_of(bytes file)
{
    bytes out = nothing();

    put_blip(&out, 0xf01d, 0x46a, file.data, file.size);
    return out;
}

SAMPLE(officeart) { return in_ole2("Pictures", blip_of(file)); }

SAMPLE(word)
{
    bytes stream = kit_noise(3000), blip = blip_of(file);

    memcpy(stream.data, "\xec\xa5\xc1\0\0\0\0\0\0\0\0\0\xbf\0", 14);
    put_bytes(&stream, blip);
    return in_ole2("WordDocument", stream);
}

SAMPLE(word_locked)
{
    uint8_t head[100] = {0xec, 0xa5, 0xc1, 0};

    (void)file;
    head[11] = 1;
    return in_ole2("WordDocument", kit_copy(head, sizeof head));
}

SAMPLE(officeart_locked)
{
    uint8_t user[40] = {0, 0, 0xf6, 0x0f, 20, 0, 0, 0, 20};

    (void)file;
    memcpy(user + 12, "\xdf\xc4\xd1\xf3", 4);
    return in_ole2("Current User", kit_copy(user, sizeof user));
}

SAMPLE(excel)
{
    bytes entry = nothing(), store = nothing(), drawings = nothing(), blip = blip_of(file), out;

    put_entry(&entry, blip);
    put_box(&store, 0xf001, entry);
    put_box(&drawings, 0xf000, store);
    out = in_ole2("Workbook", excel_of(drawings, 8224, 0x3c));
    free(blip.data);
    free(entry.data);
    free(store.data);
    free(drawings.data);
    return out;
}

SAMPLE(excel_locked)
{
    uint8_t head[80] = {9, 8, 16, 0, 0, 6, 5, 0};

    (void)file;
    memcpy(head + 20, "\x2f\0\x36\0", 4);
    return in_ole2("Workbook", kit_copy(head, sizeof head));
}

SAMPLE(thumbnail)
{
    bytes stream = nothing();

    PUT32(&stream, 12);
    PUT32(&stream, 1);
    PUT32(&stream, file.size);
    kit_add(&stream, file.data, file.size);
    return in_ole2("1", stream);
}

/* ---- What programs keep -------------------------------------------------------------------- */

SAMPLE(sqlite)
{
    sqlite3 *base = NULL;
    sqlite3_stmt *put = NULL;
    sqlite3_int64 size = 0;
    unsigned char *image;
    bytes out;

    sqlite3_open(":memory:", &base);
    sqlite3_exec(base, "CREATE TABLE messages(id, body)", NULL, NULL, NULL);
    sqlite3_prepare_v2(base, "INSERT INTO messages VALUES(1, ?)", -1, &put, NULL);
    sqlite3_bind_blob(put, 1, file.data, (int)file.size, SQLITE_STATIC);
    sqlite3_step(put);
    sqlite3_finalize(put);
    image = sqlite3_serialize(base, "main", &size, 0);
    out = kit_copy(image ? image : (unsigned char *)"", image ? (size_t)size : 0);
    sqlite3_free(image);
    sqlite3_close(base);
    return out;
}

/* Noise but for its first bytes, as some encrypted ones are. */
SAMPLE(sqlite_locked)
{
    bytes plain = sample_sqlite(file), out = kit_noise(plain.size);

    memcpy(out.data, plain.data, 32);
    out.data[20] = 80;
    free(plain.data);
    return out;
}

static bytes backup_of(const char *head, bytes file)
{
    kit_member member = {"apps/one/" SAMPLE_NAME, file};
    bytes tar = kit_archive("ustar", NULL, &member, 1), packed = enc_flate(tar);
    bytes out = text_of(head);

    put_bytes(&out, packed);
    free(tar.data);
    return out;
}

SAMPLE(android) { return backup_of("ANDROID BACKUP\n5\n1\nnone\n", file); }
SAMPLE(android_locked) { return backup_of("ANDROID BACKUP\n5\n1\nAES-256\n", file); }

#define SAMPLE_URL "https://a.example/" SAMPLE_NAME

SAMPLE(cache)
{
    static const char head[] = "HTTP/1.1 200\0content-type: image/jpeg\0\0";

    return cache_of("1/0/_dk_https://a.example https://a.example " SAMPLE_URL, file, head, sizeof head, 2);
}

SAMPLE(warc)
{
    char head[400];
    bytes out = nothing();

    snprintf(head, sizeof head,
             "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: " SAMPLE_URL
             "\r\nWARC-Date: 2020-01-01T00:00:00Z\r\nContent-Type: image/jpeg\r\n"
             "Content-Length: %zu\r\n\r\n", file.size);
    PUT_TEXT(&out, head);
    kit_add(&out, file.data, file.size);
    PUT_TEXT(&out, "\r\n\r\n");
    return out;
}

#endif
