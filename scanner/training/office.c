/*
 * office: documents that are zip archives: DOCX, ODT, EPUB. The fewest members that are valid.
 */
#include "training/archive.h"
#include "training/make.h"
#include "training/words.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void add_text(tt_zip *zip, const char *name, const char *text)
{
    TT_AUTO_BUF tt_buf content;

    tt_buf_init(&content, TT_MAKE_MAX);
    tt_buf_add_text(&content, text);
    tt_zip_add(zip, name, &content);
}

/* A member that is `before`, a title and words, and `after`. */
static void add_page(tt_zip *zip, const char *name, const char *before, const char *after,
                     tt_random *random)
{
    TT_AUTO_BUF tt_buf content;

    tt_buf_init(&content, TT_MAKE_MAX);
    tt_buf_add_text(&content, before);
    tt_words_title(&content, random);
    tt_buf_add_text(&content, ": ");
    tt_words_add(&content, 200, random);
    tt_buf_add_text(&content, after);
    tt_zip_add(zip, name, &content);
}

void tt_make_docx(tt_buf *out, tt_random *random)
{
    static const char types[] =
        XML "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
            "<Default Extension=\"rels\" ContentType="
            "\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            "<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd."
            "openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>\n";
    static const char relations[] =
        XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
            "<Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
            "relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>\n";
    tt_zip zip;

    tt_zip_begin(&zip, out);
    add_text(&zip, "[Content_Types].xml", types);
    add_text(&zip, "_rels/.rels", relations);
    add_page(&zip, "word/document.xml",
             XML "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/"
                 "main\"><w:body><w:p><w:r><w:t>",
             "</w:t></w:r></w:p></w:body></w:document>\n", random);
    tt_zip_end(&zip);
}

void tt_make_odt(tt_buf *out, tt_random *random)
{
    static const char manifest[] =
        XML "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:"
            "1.0\" manifest:version=\"1.2\"><manifest:file-entry manifest:full-path=\"/\" "
            "manifest:media-type=\"application/vnd.oasis.opendocument.text\"/>"
            "<manifest:file-entry manifest:full-path=\"content.xml\" "
            "manifest:media-type=\"text/xml\"/></manifest:manifest>\n";
    tt_zip zip;

    tt_zip_begin(&zip, out);
    add_text(&zip, "mimetype", "application/vnd.oasis.opendocument.text");
    add_page(&zip, "content.xml",
             XML "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:"
                 "office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" "
                 "office:version=\"1.2\"><office:body><office:text><text:p>",
             "</text:p></office:text></office:body></office:document-content>\n", random);
    add_text(&zip, "META-INF/manifest.xml", manifest);
    tt_zip_end(&zip);
}

void tt_make_epub(tt_buf *out, tt_random *random)
{
    static const char container[] =
        XML "<container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">"
            "<rootfiles><rootfile full-path=\"book.opf\" "
            "media-type=\"application/oebps-package+xml\"/></rootfiles></container>\n";
    static const char package[] =
        XML "<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" "
            "unique-identifier=\"id\"><metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
            "<dc:identifier id=\"id\">synthetic</dc:identifier><dc:title>Synthetic</dc:title>"
            "<dc:language>en</dc:language></metadata><manifest><item id=\"page\" "
            "href=\"page.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>"
            "</manifest><spine><itemref idref=\"page\"/></spine></package>\n";
    tt_zip zip;

    tt_zip_begin(&zip, out);
    add_text(&zip, "mimetype", "application/epub+zip");
    add_text(&zip, "META-INF/container.xml", container);
    add_text(&zip, "book.opf", package);
    add_page(&zip, "page.xhtml",
             XML "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>Page</title></head>"
                 "<body><nav xmlns:epub=\"http://www.idpf.org/2007/ops\" epub:type=\"toc\"/><p>",
             "</p></body></html>\n", random);
    tt_zip_end(&zip);
}
