/*
 * signs: by which first bytes the archives and compressed files of archive.def are known.
 *
 * Each function is a row of formats.def: 0 no, 1 perhaps, 2 yes. Sources: APPNOTE.TXT (zip), POSIX
 * pax (tar, cpio), RFC 1952, RFC 8878, the formats' own papers, and what their writers write.
 */
#ifndef TT_UNPACK_SIGNS_H
#define TT_UNPACK_SIGNS_H

#include <stddef.h>
#include <stdint.h>

int tt_fits_zip(const uint8_t *head, size_t size);
int tt_fits_tar(const uint8_t *head, size_t size);
int tt_fits_sevenzip(const uint8_t *head, size_t size);
int tt_fits_rar(const uint8_t *head, size_t size);
int tt_fits_rar5(const uint8_t *head, size_t size);
int tt_fits_cab(const uint8_t *head, size_t size);
int tt_fits_cpio(const uint8_t *head, size_t size);
int tt_fits_ar(const uint8_t *head, size_t size);
int tt_fits_iso9660(const uint8_t *head, size_t size);
int tt_fits_xar(const uint8_t *head, size_t size);
int tt_fits_lha(const uint8_t *head, size_t size);
int tt_fits_rpm(const uint8_t *head, size_t size);
int tt_fits_gzip(const uint8_t *head, size_t size);
int tt_fits_bzip2(const uint8_t *head, size_t size);
int tt_fits_xz(const uint8_t *head, size_t size);
int tt_fits_lzma(const uint8_t *head, size_t size);
int tt_fits_lzip(const uint8_t *head, size_t size);
int tt_fits_zstd(const uint8_t *head, size_t size);
int tt_fits_lz4(const uint8_t *head, size_t size);
int tt_fits_compress(const uint8_t *head, size_t size);
int tt_fits_unread(const uint8_t *head, size_t size);

/* ---- Programs, scripts, and what lies behind them (signs_executable.c) ------------------------ */

int tt_fits_executable(const uint8_t *head, size_t size);
int tt_fits_squashfs(const uint8_t *head, size_t size);
int tt_fits_nsis(const uint8_t *head, size_t size);
int tt_fits_inno(const uint8_t *head, size_t size);
/* Is this surely one of the containers that are put behind programs and scripts? */
int tt_begins_container(const uint8_t *head, size_t size);
/* As many bytes as that may look at. */
#define TT_BEGINS_SIZE 512u
/* Of a script, to the line of its payload. */
#define TT_SCRIPT_MAX 65536u
/* Where in a script, within its first `most` bytes, a line begins such a container; 0: nowhere. */
size_t tt_script_payload(const uint8_t *script, size_t size, size_t most);
/* ---- Disks: partition tables and file systems (signs_disk.c) ---------------------------------- */

#define TT_DISK_HEAD 69632u /* some leave 64 KiB to boot programs: TT_HEAD_WIDE */

int tt_fits_disk(const uint8_t *head, size_t size);
/* Is it a disk whose table or file system would have to be there? 0 also of those whose sign is weak. */
int tt_surely_disk(const uint8_t *head, size_t size);
/* ---- Images that are containers of disks (signs_media.c); 64 bytes are enough ------------------ */

int tt_fits_aff(const uint8_t *head, size_t size);
int tt_fits_ewf(const uint8_t *head, size_t size);
int tt_fits_qcow(const uint8_t *head, size_t size);
int tt_fits_vhd(const uint8_t *head, size_t size);
int tt_fits_vmdk(const uint8_t *head, size_t size);
/* ---- What programs keep their things in (signs_store.c) -------------------------------------- */

int tt_fits_sqlite(const uint8_t *head, size_t size);
int tt_fits_android(const uint8_t *head, size_t size);
int tt_fits_cache(const uint8_t *head, size_t size);
int tt_fits_warc(const uint8_t *head, size_t size);
/* ---- OLE2 and what lies in its streams ------------------------------------------------------- */

int tt_fits_ole2(const uint8_t *head, size_t size);
int tt_fits_ole10native(const uint8_t *head, size_t size);
int tt_fits_officeart(const uint8_t *head, size_t size);
int tt_fits_word(const uint8_t *head, size_t size);
int tt_fits_excel(const uint8_t *head, size_t size);
int tt_fits_thumbnail(const uint8_t *head, size_t size);

/* Bytes in which a package's names and sizes must lie: each name is a path of at most 260. */
#define TT_PACKAGE_HEAD 1024u

/* What the front of an \1Ole10Native stream says. */
typedef struct tt_package {
    uint64_t total;   /* bytes after the first four, as stated */
    uint64_t start;   /* where the file begins */
    uint64_t size;    /* its bytes */
    size_t name;      /* where its name is */
    size_t name_size; /* 0: it has none */
} tt_package;

/* 0 when these bytes begin no such stream, or not enough of it. */
int tt_package_parse(const uint8_t *head, size_t size, tt_package *out);

/* Bytes of a thumbnail's headers and of the picture's own sign after them. */
#define TT_THUMBNAIL_HEAD 44u
/* Where the picture begins; 0 when these bytes begin no thumbnail. */
size_t tt_thumbnail_head(const uint8_t *head, size_t size);
/* ---- Documents (signs_document.c) ------------------------------------------------------------ */

int tt_fits_pdf(const uint8_t *head, size_t size);
int tt_fits_rtf(const uint8_t *head, size_t size);
int tt_fits_html(const uint8_t *head, size_t size);
/* ---- signs_outlook.c: mail and notes as Microsoft's programs keep them, and help files -------- */

int tt_fits_tnef(const uint8_t *head, size_t size);
int tt_fits_onenote(const uint8_t *head, size_t size);
int tt_fits_chm(const uint8_t *head, size_t size);
int tt_fits_pst(const uint8_t *head, size_t size);
/* ---- Mail: signs_mail.c ---------------------------------------------------------------------- */

#define TT_MAIL_HEAD 36864u /* what the header of a mail is looked for in: TT_HEAD_SIZE */

int tt_fits_mail(const uint8_t *head, size_t size);
int tt_fits_mbox(const uint8_t *head, size_t size);

/* What should be a mail is not known as one, since its header has a line that does not belong there. */
int tt_mail_odd(const uint8_t *head, size_t size);
/* The size of the name of the field that this line begins; 0 when it begins none. */
size_t tt_mail_field(const uint8_t *text, size_t size);
/* 2: a field that nearly every mail has; 1: one that mails have; -1: that only the web has; 0: none. */
int tt_mail_known(const uint8_t *text, size_t size);
/* 2: the line begins with "From "; 1: with one byte changed, or one before it; 0: not. */
int tt_mbox_near(const uint8_t *text, size_t size);
/* A line that begins so has a date. */
int tt_mbox_date(const uint8_t *text, size_t size);
/* It has bytes that none of its writers write. */
int tt_mbox_odd(const uint8_t *text, size_t size);

/* ---- Files in pages: signs_uri.c ------------------------------------------------------------- */

/* Of a `data:` URI, its media type and the parameters, and the comma: far longer than any in use. */
#define TT_URI_TYPE_MAX 256u

typedef struct tt_uri {
    size_t data;   /* where its data begins, of which there may be none */
    int base64;    /* or percent-encoded */
    uint8_t quote; /* what ends it, or 0: not known */
} tt_uri;

/*
 * Behind a colon, at `at`: does that begin such a URI? Needs the six bytes before and TT_URI_TYPE_MAX
 * behind, fewer only where there are no more.
 */
int tt_uri_begins(const uint8_t *text, size_t size, size_t at, tt_uri *out);

/* ---- Blocks in text: signs_blocks.c ---------------------------------------------------------- */

int tt_fits_uuencode(const uint8_t *head, size_t size);
int tt_fits_yenc(const uint8_t *head, size_t size);

/* The bytes that a line of uuencode holds; TT_UU_NONE when it is none. */
#define TT_UU_NONE SIZE_MAX
size_t tt_uu_count(const uint8_t *text, size_t size);
/* Where the name stands in a line that begins a block; 0 when it begins none. */
size_t tt_uu_begin(const uint8_t *text, size_t size);
size_t tt_yenc_begin(const uint8_t *text, size_t size);

#define TT_BLOCK_UU 1u
#define TT_BLOCK_YENC 2u
/* Of which kinds this text may hold a block: of no others it does. Quick. */
unsigned tt_text_blocks(const uint8_t *head, size_t size);

/* ---- What S/MIME and PGP make: signs_sealed.c ------------------------------------------------ */

int tt_fits_cms(const uint8_t *head, size_t size);
int tt_fits_pgp(const uint8_t *head, size_t size);

typedef enum tt_sealed {
    TT_SEALED_NOT, /* it is none of them */
    TT_SEALED_SIGNED,
    TT_SEALED_ENCRYPTED,
    TT_SEALED_OTHER /* compressed, or signed in a way that is not opened */
} tt_sealed;
tt_sealed tt_cms_kind(const uint8_t *head, size_t size);
tt_sealed tt_pgp_kind(const uint8_t *head, size_t size);

/* ---- Where a container ends, by its first bytes; 0 when they do not tell --------------------- */

uint64_t tt_end_of_sevenzip(const uint8_t *head, size_t size);
/* With its signature, which lies behind what a cabinet states as its size. */
uint64_t tt_end_of_cab(const uint8_t *head, size_t size);
/* Of its volume: images may go on, with other file systems' tables or what fills a track. */
uint64_t tt_end_of_iso9660(const uint8_t *head, size_t size);

#endif
