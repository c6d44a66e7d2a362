/*
 * Extensions that contradict the content, and the many that do not; the classes of MIME types.
 */
#include "t_identify_reference.h"

typedef struct name_case {
    const char *name;
    const char *mime;
    int mismatch;
} name_case;

static const name_case cases[] = {
    /* Contradictions. */
    {"photo.jpg", "application/zip", 1},
    {"photo.jpg", "image/png", 1},
    {"photo.jpg", "text/plain", 1},
    {"photo.jpg", "application/x-sharedlib", 1},
    {"picture.png", "image/jpeg", 1},
    {"notes.txt", "image/png", 1},
    {"notes.txt", "application/x-elf", 1},
    {"notes.txt", "video/mp4", 1},
    {"notes.txt", "application/pdf", 1},
    {"notes.txt", "application/x-ext", 1},
    {"clip.mp4", "image/jpeg", 1},
    {"clip.mp4", "video/x-matroska", 1},
    {"song.mp3", "video/mp4", 1},
    {"a.pdf", "image/jpeg", 1},
    {"a.zip", "application/x-rar", 1},
    {"a.docx", "video/mp4", 1},
    {"a.doc", "image/jpeg", 1},
    {"a.exe", "image/png", 1},
    {"a.gif", "application/vnd.microsoft.portable-executable", 1},
    {"a.iso", "image/jpeg", 1},
    {"a.json", "application/gzip", 1},
    /* None. */
    {"photo.jpg", "image/jpeg", 0},
    {"photo.jpeg", "image/jpg", 0},
    {"photo.jpg", "IMAGE/JPEG", 0},
    {"photo.jpg", "image/jpeg; charset=binary", 0},
    {"a.bmp", "image/x-ms-bmp", 0},
    {"a.heic", "image/heif", 0},
    {"a.mp4", "audio/mp4", 0},
    {"a.m4a", "video/mp4", 0},
    {"a.mov", "video/mp4", 0},
    {"a.mp4", "video/quicktime", 0},
    {"a.ogg", "video/ogg", 0},
    {"a.ogv", "application/ogg", 0},
    {"a.webm", "video/x-matroska", 0},
    {"a.mkv", "video/webm", 0},
    {"a.wmv", "video/x-ms-asf", 0},
    {"a.wma", "video/x-ms-asf", 0},
    {"a.wav", "audio/wav", 0},
    {"a.wav", "audio/x-wav", 0},
    {"a.flac", "audio/x-flac", 0},
    {"a.ts", "video/mp2t", 0},
    {"a.ts", "text/x-java", 0},
    {"a.docx", "application/zip", 0},
    {"a.docx", "application/CDFV2", 0},
    {"a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 0},
    {"a.doc", "application/msword", 0},
    {"a.doc", "application/x-ole-storage", 0},
    {"a.doc", "text/rtf", 0},
    {"a.doc", "text/html", 0},
    {"a.jar", "application/java-archive", 0},
    {"a.jar", "application/zip", 0},
    {"a.gz", "application/x-gzip", 0},
    {"a.rar", "application/vnd.rar", 0},
    {"a.exe", "application/x-dosexec", 0},
    {"a.exe", "application/vnd.microsoft.portable-executable", 0},
    {"a.so", "text/plain", 0},
    {"a.txt", "text/x-c", 0},
    {"a.txt", "application/json", 0},
    {"a.txt", "image/svg+xml", 0},
    {"a.txt", "message/rfc822", 0},
    {"a.txt", "application/x-bittorrent", 0},
    {"a.c", "text/x-c++", 0},
    {"a.svg", "image/svg+xml", 0},
    {"a.svg", "text/xml", 0},
    {"a.iso", "application/x-raw-disk-image", 0},
    /* Nothing is known of the content. */
    {"photo.jpg", "application/octet-stream", 0},
    {"photo.jpg", "inode/x-empty", 0},
    {"photo.jpg", "", 0},
    {"photo.jpg", "nonsense", 0},
    /* The name: the last dot of the last part, letter case aside. */
    {"PHOTO.JPG", "image/jpeg", 0},
    {"PHOTO.JPG", "image/png", 1},
    {"a.png.jpg", "image/jpeg", 0},
    {"a.jpg.png", "image/jpeg", 1},
    {".jpg", "image/png", 0},
    {"/folder/.jpg", "image/png", 0},
    {"..jpg", "image/png", 1},
    {"jpg", "image/png", 0},
    {"a.", "image/png", 0},
    {"", "image/png", 0},
    {".", "image/png", 0},
    {"folder.jpg/file", "image/png", 0},
    {"folder.txt/a.jpg", "image/png", 1},
    {"a.unknown", "image/png", 0},
    {"a.jp", "image/png", 0},
    {"a.jpgx", "image/png", 0},
    {"a.jpg ", "image/png", 0},
    {"a. jpg", "image/png", 0},
};

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        is_i64(tt_type_mismatch(cases[i].name, strlen(cases[i].name), cases[i].mime),
               cases[i].mismatch, "'%s' and '%s'", cases[i].name, cases[i].mime);
    is_i64(tt_type_mismatch("a.jpg", 4, "image/png"), 0, "only name_size bytes of a name");
    is_i64(tt_type_mismatch("a.j\0g", 5, "image/png"), 0, "a NUL in it");
}

/* Extensions of the table by the types signatures give: the usual ones never contradict. */
static void test_own_types(void)
{
    static const char *const pairs[][2] = {
        {"jpg", "image/jpeg"}, {"png", "image/png"}, {"png", "image/apng"}, {"gif", "image/gif"},
        {"bmp", "image/bmp"}, {"tif", "image/tiff"}, {"webp", "image/webp"}, {"heic", "image/heic"},
        {"avif", "image/avif"}, {"jp2", "image/jp2"}, {"j2k", "image/x-jp2-codestream"},
        {"jxl", "image/jxl"}, {"psd", "image/vnd.adobe.photoshop"},
        {"ico", "image/vnd.microsoft.icon"}, {"cur", "image/x-win-bitmap"},
        {"cr2", "image/x-canon-cr2"}, {"cr3", "image/x-canon-cr3"}, {"raf", "image/x-fuji-raf"},
        {"orf", "image/x-olympus-orf"}, {"rw2", "image/x-panasonic-rw2"}, {"dds", "image/x-dds"},
        {"avi", "video/x-msvideo"}, {"mkv", "video/x-matroska"}, {"webm", "video/webm"},
        {"wmv", "video/x-ms-asf"}, {"flv", "video/x-flv"}, {"mpg", "video/mpeg"},
        {"vob", "video/mpeg"}, {"m2ts", "video/mp2t"}, {"rm", "application/vnd.rn-realmedia"},
        {"ogv", "video/ogg"}, {"mxf", "application/mxf"}, {"3gp", "video/3gpp"},
        {"mp3", "audio/mpeg"}, {"aac", "audio/x-hx-aac-adts"}, {"m4a", "audio/x-m4a"},
        {"wav", "audio/x-wav"}, {"aiff", "audio/x-aiff"}, {"flac", "audio/flac"},
        {"opus", "audio/ogg"}, {"amr", "audio/amr"}, {"mid", "audio/midi"},
        {"pdf", "application/pdf"}, {"rtf", "text/rtf"}, {"epub", "application/epub+zip"},
        {"odt", "application/vnd.oasis.opendocument.text"}, {"djvu", "image/vnd.djvu"},
        {"eps", "image/x-eps"}, {"ps", "application/postscript"},
        {"chm", "application/vnd.ms-htmlhelp"}, {"zip", "application/zip"},
        {"gz", "application/gzip"}, {"bz2", "application/x-bzip2"}, {"xz", "application/x-xz"},
        {"zst", "application/zstd"}, {"7z", "application/x-7z-compressed"},
        {"rar", "application/x-rar"}, {"cab", "application/vnd.ms-cab-compressed"},
        {"tar", "application/x-tar"}, {"deb", "application/vnd.debian.binary-package"},
        {"rpm", "application/x-rpm"}, {"lzh", "application/x-lzh-compressed"},
        {"pst", "application/vnd.ms-outlook-pst"}, {"iso", "application/x-iso9660-image"},
        {"e01", "application/x-ewf"}, {"vmdk", "application/x-vmdk-disk"},
        {"qcow2", "application/x-qemu-disk"}, {"class", "application/x-java-applet"},
        {"wasm", "application/wasm"}, {"dex", "application/x-dex"},
        {"sqlite3", "application/vnd.sqlite3"}, {"webm", "video/webm"}, {"xhtml", "text/html"}, {"ttf", "font/sfnt"}, {"html", "text/html"},
        {"xml", "text/xml"}, {"sh", "text/x-shellscript"}, {"apk", "application/zip"},
    };
    char name[32];

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        int size = snprintf(name, sizeof name, "a.%s", pairs[i][0]);
        is_i64(tt_type_mismatch(name, (size_t)size, pairs[i][1]), 0, "%s may be %s", pairs[i][0],
               pairs[i][1]);
        ok(tt_type_mismatch(name, (size_t)size, "image/jpeg") || strstr(pairs[i][1], "jpeg")
               || strncmp(pairs[i][1], "image/", 6) == 0,
           "%s may not be image/jpeg", pairs[i][0]);
    }
}

static void test_classes(void)
{
    static const struct {
        const char *mime;
        tutela_type type;
    } classes[] = {
        {"image/jpeg", TUTELA_TYPE_IMAGE},
        {"image/x-of-tomorrow", TUTELA_TYPE_IMAGE},
        {"IMAGE/PNG", TUTELA_TYPE_IMAGE},
        {"image/svg+xml", TUTELA_TYPE_IMAGE},
        {"video/anything", TUTELA_TYPE_VIDEO},
        {"application/vnd.ms-asf", TUTELA_TYPE_VIDEO},
        {"audio/x-anything", TUTELA_TYPE_AUDIO},
        {"application/pdf", TUTELA_TYPE_DOCUMENT},
        {"application/msword", TUTELA_TYPE_DOCUMENT},
        {"application/CDFV2-encrypted", TUTELA_TYPE_DOCUMENT},
        {"application/vnd.ms-excel.sheet.macroEnabled.12", TUTELA_TYPE_DOCUMENT},
        {"application/vnd.oasis.opendocument.chart", TUTELA_TYPE_DOCUMENT},
        {"message/rfc822", TUTELA_TYPE_DOCUMENT},
        {"application/zip", TUTELA_TYPE_ARCHIVE},
        {"application/x-gzip", TUTELA_TYPE_ARCHIVE},
        {"application/vnd.rar", TUTELA_TYPE_ARCHIVE},
        {"application/vnd.ms-cab-compressed", TUTELA_TYPE_ARCHIVE},
        {"application/x-iso9660-image", TUTELA_TYPE_DISK_IMAGE},
        {"application/x-executable", TUTELA_TYPE_EXECUTABLE},
        {"application/x-pie-executable", TUTELA_TYPE_EXECUTABLE},
        {"application/x-bytecode.python", TUTELA_TYPE_EXECUTABLE},
        {"text/plain", TUTELA_TYPE_TEXT},
        {"text/plain; charset=utf-8", TUTELA_TYPE_TEXT},
        {"application/json", TUTELA_TYPE_TEXT},
        {"application/javascript", TUTELA_TYPE_TEXT},
        {"application/octet-stream", TUTELA_TYPE_OTHER},
        {"inode/x-empty", TUTELA_TYPE_OTHER},
        {"font/ttf", TUTELA_TYPE_OTHER},
        {"", TUTELA_TYPE_OTHER},
        {"image", TUTELA_TYPE_OTHER},
        {"imagex/png", TUTELA_TYPE_OTHER},
        {"/png", TUTELA_TYPE_OTHER},
    };

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        is_i64(tt_type_of_mime(classes[i].mime), classes[i].type, "class of '%s'",
               classes[i].mime);
}

int main(void)
{
    test_cases();
    test_own_types();
    test_classes();
    return tap_done();
}
