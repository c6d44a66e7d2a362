/*
 * Every maker's files, held against programs that read them: `file` for the type, ImageMagick for
 * the pixels, unzip, tar and gzip for archives. What no such program reads is taken apart here.
 * A program that is missing skips its part.
 */
#include "tap.h"

#include "training/make.h"
#include "training/picture.h"

static const struct format {
    const char *name; /* the extension, too */
    tt_make *make;
    const char *mime; /* what file(1) says */
} formats[] = {
    {"jpg", tt_make_jpeg, "image/jpeg"},
    {"grey.jpg", tt_make_jpeg_grey, "image/jpeg"},
    {"png", tt_make_png, "image/png"},
    {"gif", tt_make_gif, "image/gif"},
    {"bmp", tt_make_bmp, "image/bmp"},
    {"tif", tt_make_tiff, "image/tiff"},
    {"webp", tt_make_webp, "image/webp"},
    {"ico", tt_make_ico, "image/vnd.microsoft.icon"},
    {"ppm", tt_make_ppm, "image/x-portable-pixmap"},
    {"pgm", tt_make_pgm, "image/x-portable-greymap"},
    {"svg", tt_make_svg, "image/svg+xml"},
    {"wav", tt_make_wav, "audio/x-wav"},
    {"aiff", tt_make_aiff, "audio/x-aiff"},
    {"au", tt_make_au, "audio/basic"},
    {"mp3", tt_make_mp3, "audio/mpeg"},
    {"flac", tt_make_flac, "audio/flac"},
    {"avi", tt_make_avi, "video/x-msvideo"},
    {"mp4", tt_make_mp4, "video/mp4"},
    {"mov", tt_make_mov, "video/quicktime"},
    {"mkv", tt_make_mkv, "video/x-matroska"},
    {"webm", tt_make_webm, "video/webm"},
    {"txt", tt_make_txt, "text/plain"},
    {"csv", tt_make_csv, "text/csv"},
    {"html", tt_make_html, "text/html"},
    {"rtf", tt_make_rtf, "text/rtf"},
    {"json", tt_make_json, "application/json"},
    {"pdf", tt_make_pdf, "application/pdf"},
    {"docx", tt_make_docx,
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"odt", tt_make_odt, "application/vnd.oasis.opendocument.text"},
    {"epub", tt_make_epub, "application/epub+zip"},
    {"eml", tt_make_eml, "message/rfc822"},
    {"zip", tt_make_zip, "application/zip"},
    {"tar", tt_make_tar, "application/x-tar"},
    {"tar.gz", tt_make_tgz, "application/gzip"},
    {"gz", tt_make_gz, "application/gzip"},
    {"bin", tt_make_bytes, "application/octet-stream"},
    {"empty", tt_make_empty, "inode/x-empty"},
};

#define FORMATS (sizeof formats / sizeof formats[0])

static void make_content(tt_buf *out, tt_make *make, const char *name)
{
    tt_random random = tt_random_named(11, name);

    tt_buf_init(out, TT_MAKE_MAX);
    make(out, &random);
}

static void write_file(const char *path, const tt_buf *content)
{
    FILE *file = fopen(path, "wb");

    if (!file || (content->size && fwrite(content->data, 1, content->size, file) != content->size)
        || fclose(file) != 0) {
        printf("Bail out! %s cannot be written\n", path);
        exit(1);
    }
}

static int have(const char *program)
{
    char line[128];

    snprintf(line, sizeof line, "command -v %s >/dev/null 2>&1", program);
    return system(line) == 0;
}

/* The first bytes that a command, run inside the folder, prints. Returns how many. */
static size_t output_of(const char *command, void *out, size_t size)
{
    char line[1024];
    FILE *pipe;
    size_t count;

    snprintf(line, sizeof line, "cd '%s' && { %s; }", tap_folder(), command);
    fflush(stdout);
    pipe = popen(line, "r");
    if (!pipe)
        return 0;
    count = fread(out, 1, size, pipe);
    while (fgetc(pipe) != EOF)
        continue;
    pclose(pipe);
    return count;
}

static void test_makers(void)
{
    for (size_t i = 0; i < FORMATS; i++) {
        tt_buf one, same, other;

        make_content(&one, formats[i].make, "one");
        make_content(&same, formats[i].make, "one");
        make_content(&other, formats[i].make, "other");
        ok(!tt_buf_failed(&one) && one.size == same.size
               && (one.size == 0 || memcmp(one.data, same.data, one.size) == 0),
           "%s: the same numbers make the same file", formats[i].name);
        ok(one.size == 0 || one.size != other.size || memcmp(one.data, other.data, one.size) != 0,
           "%s: other numbers make another", formats[i].name);
        write_file(tap_path("%02zu.%s", i, formats[i].name), &one);
        tt_buf_done(&one);
        tt_buf_done(&same);
        tt_buf_done(&other);
    }
}

/* Whatever the ceiling, a maker ends, and says that its file is not whole. */
static void test_no_room(void)
{
    for (size_t i = 0; i < FORMATS; i++) {
        tt_random random = tt_random_named(11, "one");
        tt_buf out;
        int failed;

        tt_buf_init(&out, 600);
        formats[i].make(&out, &random);
        failed = tt_buf_failed(&out);
        ok(failed || out.size <= 600, "%s: a ceiling is kept", formats[i].name);
        if (formats[i].make == tt_make_png || formats[i].make == tt_make_mp4
            || formats[i].make == tt_make_zip)
            ok(failed, "%s: and told", formats[i].name);
        tt_buf_done(&out);
    }
}

static void test_types(void)
{
    static char said[8192];
    char *rest = said;

    if (!have("file")) {
        skip(1, "file");
        return;
    }
    said[output_of("file --brief --mime-type [0-9]*", said, sizeof said - 1)] = 0;
    for (size_t i = 0; i < FORMATS; i++) {
        const char *line = strsep(&rest, "\n");

        is_text(line ? line : "", formats[i].mime, "%s is what file(1) says", formats[i].name);
    }
}

static size_t pixels_of(const char *command, uint8_t *out)
{
    return output_of(command, out, (size_t)1 << 20);
}

/* All of these begin with the same numbers, and so hold the same picture. */
static void test_pixels(void)
{
    static const char *const exact[] = {"png", "tif", "webp"};
    static uint8_t want[1 << 20], got[1 << 20];
    tt_random random = tt_random_named(11, "one");
    tt_picture picture;
    size_t size;
    uint64_t off = 0;

    if (!have("convert")) {
        skip(5, "ImageMagick");
        return;
    }
    tt_picture_any(&picture, &random);
    size = picture.pixels.size;
    memcpy(want, picture.pixels.data, size);
    tt_picture_done(&picture);
    for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++) {
        char command[64];

        snprintf(command, sizeof command, "convert [0-9]*.%s -depth 8 rgb:-", exact[i]);
        is_u64(pixels_of(command, got), size, "%s: has its pixels", exact[i]);
        is_mem(got, want, size, "%s: each as painted", exact[i]);
    }
    is_u64(pixels_of("convert 00.jpg -depth 8 rgb:-", got), size, "JPEG: has its pixels");
    for (size_t i = 0; i < size; i++)
        off += (uint64_t)abs(got[i] - want[i]);
    ok(off < 8 * size, "JPEG: near to what was painted: %.2f of 255 off",
       (double)off / (double)size);
    is_u64(pixels_of("identify -format '%m ' [0-9]*.gif [0-9]*.ico [0-9]*.bmp [0-9]*.p[gp]m 2>&1",
                     got),
           sizeof "GIF GIF GIF PNG BMP3 PPM PGM " - 1, "the others are read");
    is_mem(got, "GIF GIF GIF PNG BMP3 PPM PGM ", 29, "for what they are");
}

static void test_archives(void)
{
    static const struct {
        const char *program;
        const char *command;
    } checks[] = {
        {"unzip", "for i in *.zip *.docx *.odt *.epub; do unzip -tqq $i || echo $i; done 2>&1"},
        {"tar", "for i in *.tar *.tar.gz; do tar xOf $i >/dev/null || echo $i; done 2>&1"},
        {"gzip", "gzip -t *.gz 2>&1"},
    };
    char said[512];

    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (!have(checks[i].program)) {
            skip(1, checks[i].program);
            continue;
        }
        said[output_of(checks[i].command, said, sizeof said - 1)] = 0;
        is_text(said, "", "%s finds nothing wrong", checks[i].program);
    }
}

static uint32_t load_be(const tt_buf *data, size_t at)
{
    const uint8_t *bytes = (const uint8_t *)data->data + at;

    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t load_le(const tt_buf *data, size_t at)
{
    return __builtin_bswap32(load_be(data, at));
}

/* Where a mark of four letters stands, from `from` on; 0 when nowhere. */
static size_t find_mark(const tt_buf *data, size_t from, const char *mark)
{
    const char *at = memmem(data->data + from, data->size - from, mark, 4);

    return at ? (size_t)(at - data->data) : 0;
}

static int is_jpeg_at(const tt_buf *data, size_t at)
{
    return at + 2 < data->size && load_be(data, at) >> 8 == 0xFFD8FF;
}

/* MP4 and MOV: boxes fill the file, and the table of samples leads to one JPEG after another. */
static void test_quicktime(const char *name, tt_make *make)
{
    tt_buf data;
    size_t at = 0, boxes = 0, frames, right = 0;

    make_content(&data, make, "one");
    while (at + 8 <= data.size && load_be(&data, at) >= 8) {
        at += load_be(&data, at);
        boxes++;
    }
    ok(at == data.size && boxes == 3, "%s: three boxes fill the file", name);

    size_t sizes = find_mark(&data, 0, "stsz") + 12, offset = find_mark(&data, 0, "stco") + 12;

    frames = load_be(&data, sizes);
    at = load_be(&data, offset);
    for (size_t i = 0; i < frames; i++) {
        right += (size_t)is_jpeg_at(&data, at);
        at += load_be(&data, sizes + 4 + 4 * i);
    }
    ok(frames > 2 && right == frames, "%s: %zu frames are where the table says", name, frames);
    is_u64(at, data.size, "%s: and end with the file", name);
    tt_buf_done(&data);
}

static void test_avi(void)
{
    tt_buf data;
    size_t movie, index, entries, right = 0;

    make_content(&data, tt_make_avi, "one");
    is_u64(load_le(&data, 4) + 8, data.size, "AVI: its size is the file's");
    movie = find_mark(&data, 0, "movi");
    index = find_mark(&data, movie, "idx1");
    entries = load_le(&data, index + 4) / 16;
    for (size_t i = 0; i < entries; i++) {
        size_t at = movie + load_le(&data, index + 8 + 16 * i + 8);

        right += (size_t)(memcmp(data.data + at, "00dc", 4) == 0 && is_jpeg_at(&data, at + 8)
                 && load_le(&data, at + 4) == load_le(&data, index + 8 + 16 * i + 12));
    }
    ok(entries > 2 && right == entries, "AVI: %zu frames are where the index says", entries);
    tt_buf_done(&data);
}

/* Matroska: the head, then one segment whose size reaches the file's end. */
static void test_matroska(const char *name, tt_make *make)
{
    tt_buf data;
    size_t segment;

    make_content(&data, make, "one");
    segment = 12 + load_be(&data, 8);
    is_u64(load_be(&data, 0), 0x1A45DFA3, "%s: begins with its head", name);
    is_u64(load_be(&data, segment), 0x18538067, "%s: the segment follows", name);
    is_u64(segment + 12 + load_be(&data, segment + 8), data.size, "%s: and fills the file", name);
    tt_buf_done(&data);
}

int main(void)
{
    test_makers();
    test_no_room();
    test_types();
    test_pixels();
    test_archives();
    test_quicktime("MP4", tt_make_mp4);
    test_quicktime("MOV", tt_make_mov);
    test_avi();
    test_matroska("MKV", tt_make_mkv);
    test_matroska("WebM", tt_make_webm);
    return tap_done();
}
