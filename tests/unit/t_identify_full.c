/*
 * Full identification: libmagic's answer and the signature's, which counts when, and what happens
 * when libmagic cannot work.
 */
#include "t_identify_reference.h"

#include "identify/libmagic.h"
#include "identify/signature.h"

#include <sys/stat.h>

static const char *full(const void *head, size_t size, tutela_type *type)
{
    tt_type out = {"untouched", TUTELA_TYPE_OTHER};
    tutela_error error = {0};

    if (tt_identify_full(identify, head, size, &out, &error) != TUTELA_OK)
        printf("# %s\n", error.text);
    *type = out.type;
    return out.mime;
}

static void test_answer(const char *name, const char *bytes, size_t size, const char *mime,
                        tutela_type type)
{
    tutela_type got;

    is_text(full(bytes, size, &got), mime, "%s", name);
    is_i64(got, type, "%s: its class", name);
}

#define ANSWER(name, bytes, mime, type)                                                            \
    test_answer(name, bytes, sizeof bytes - 1, mime, TUTELA_TYPE_##type)

static void test_rules(void)
{
    static char jpeg_text[64] = "\xff\xd8\xff\xe0\0\x10JFIF", junk[64] = "\x93\x17\x03\x9e\x81";

    test_answer("no bytes", "", 0, "inode/x-empty", TUTELA_TYPE_OTHER);
    test_answer("nothing known", junk, sizeof junk, "application/octet-stream", TUTELA_TYPE_OTHER);
    test_answer("both know", jpeg_text, sizeof jpeg_text, "image/jpeg", TUTELA_TYPE_IMAGE);
    ANSWER("text is libmagic's", "The quick brown fox.\n", "text/plain", TEXT);
    ANSWER("a broad row leaves it to libmagic",
           "\x7f"
           "ELF\2\1\1\0\0\0\0\0\0\0\0\0\1\0\x3e\0\1\0\0\0\0\0\0\0\0\0\0\0",
           "application/x-object", EXECUTABLE);
    ANSWER("a broad row where libmagic is vague", "BEGIN:VCARD\nVERSION:4.0\n", "text/vcard", TEXT);
    ANSWER("a sure row where libmagic knows nothing", "vhdxfileM\0i\0c\0r\0o\0",
           "application/x-virtualbox-vhdx", DISK_IMAGE);
    ANSWER("a sure row before libmagic's other opinion", "LUKS\xba\xbe\0\2xxxxxxxxxxxxxxxx",
           "application/x-luks", DISK_IMAGE);
    ANSWER("a weak row before vague text",
           "From a@b.example Thu Jan  1 00:00:00 1970\nTo: c@d.example\n\nx\n", "application/mbox",
           DOCUMENT);
}

/* What the answer of the last call is lives in the object. */
static void test_borrowed(void)
{
    tutela_type type;
    const char *first = full("plain\n", 6, &type);

    is_text(first, "text/plain", "an answer");
    is_text(full("{\"a\": [1, 2, 3]}\n", 17, &type), "application/json", "the next one");
    is_i64(type, TUTELA_TYPE_TEXT, "JSON is text");
}

static void write_file(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        exit(1);
}

/* The answer of the system's own program for the same bytes. */
static void ask_file(const char *name, const char *bytes, size_t size)
{
    char command[1200], want[128] = "";
    const char *path = tap_path("%s", name);
    tutela_type type;
    FILE *file;

    write_file(path, bytes, size);
    snprintf(command, sizeof command, "file --mime-type -b '%s'", path);
    file = popen(command, "r");
    if (!file || !fgets(want, sizeof want, file))
        exit(1);
    pclose(file);
    want[strcspn(want, "\n")] = '\0';
    is_text(full(bytes, size, &type), want, "%s: as `file` says", name);
}

static void test_like_file(void)
{
    static const char c[] = "#include <stdio.h>\n\nint main(void)\n{\n    return 0;\n}\n";
    static const char json[] = "{\"name\": \"value\", \"list\": [1, 2, 3]}\n";
    static const char text[] = "Some words.\nAnd more of them.\n";
    static const char utf8[] = "\xc3\xa4\xc3\xb6\xc3\xbc and \xe2\x82\xac\n";
    static const char html[] = "<!DOCTYPE html>\n<html><head><title>x</title></head></html>\n";
    static const char shell[] = "#!/bin/sh\nset -e\necho x\n";
    static const char gif[] = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff;";

    if (system("file --version >/dev/null 2>&1") != 0) {
        skip(8, "no `file` here");
        return;
    }
    ask_file("empty", "", 0);
    ask_file("a.c", c, sizeof c - 1);
    ask_file("a.json", json, sizeof json - 1);
    ask_file("a.txt", text, sizeof text - 1);
    ask_file("b.txt", utf8, sizeof utf8 - 1);
    ask_file("a.html", html, sizeof html - 1);
    ask_file("a.sh", shell, sizeof shell - 1);
    ask_file("a.gif", gif, sizeof gif - 1);
}

/* Bytes that libmagic would take for sources, with a database's mark in front or not. */
static void refuse_damaged(const char *name, const char *start, size_t start_size)
{
    static char bytes[5000];
    tt_magic *magic = NULL;
    tutela_error error = {0};
    FILE *quiet;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7 & 0xff);
    memcpy(bytes, start, start_size);
    write_file(tap_path("damaged.mgc"), bytes, sizeof bytes);
    quiet = freopen(tap_path("printed"), "w+", stderr);
    is_i64(tt_magic_new(&magic, tap_path("damaged.mgc"), &error), TUTELA_UNAVAILABLE, "%s", name);
    ok(magic == NULL && error.text[0] && strchr(error.text, '\n') == NULL,
       "%s: an error of one line: %s", name, error.text);
    ok(quiet && fseek(stderr, 0, SEEK_END) == 0 && ftell(stderr) == 0, "%s: nothing is printed",
       name);
}

static void test_no_database(void)
{
    tt_magic *magic = NULL;
    tutela_error error = {0};

    is_i64(tt_magic_new(&magic, tap_path("none.mgc"), &error), TUTELA_UNAVAILABLE, "no database");
    ok(strstr(error.text, "none.mgc") != NULL, "the message names it: %s", error.text);
    ok(strstr(error.advice, "libmagic-mgc") != NULL, "and says what to do: %s", error.advice);
    ok(magic == NULL, "the output is untouched");
    refuse_damaged("no database at all", "", 0);
    refuse_damaged("another version's", "\x1c\x04\x1e\xf1\x01\0\0\0", 8);
    refuse_damaged("one cut short", "\x1c\x04\x1e\xf1\x12\0\0\0", 8);
    tt_magic_free(NULL);
}

/* The answer must not depend on who asks. */
static void test_environment(void)
{
    tt_magic *magic = NULL;
    char mime[TT_MIME_MAX + 1];

    setenv("MAGIC", "/nonexistent", 1);
    setenv("HOME", tap_folder(), 1);
    is_i64(tt_magic_new(&magic, NULL, NULL), TUTELA_OK, "MAGIC is not asked");
    tt_magic_mime(magic, "plain\n", 6, mime);
    is_text(mime, "text/plain", "and it answers");
    tt_magic_free(magic);
    unsetenv("MAGIC");
}

static void test_mime_text(void)
{
    char longest[TT_MIME_MAX + 2] = "a/";

    ok(tt_mime_is("image/jpeg") && tt_mime_is("a/b") && tt_mime_is("application/x-a.b+c_1"),
       "types");
    ok(!tt_mime_is("") && !tt_mime_is("/") && !tt_mime_is("a") && !tt_mime_is("a/")
           && !tt_mime_is("/b"),
       "halves");
    ok(!tt_mime_is("a/b/c") && !tt_mime_is("a b/c") && !tt_mime_is("a/b; charset=x")
           && !tt_mime_is("a/b\n") && !tt_mime_is("a/\x1b[0m") && !tt_mime_is("a/\xc3\xa4"),
       "what would harm a report");
    memset(longest + 2, 'b', TT_MIME_MAX - 2);
    ok(tt_mime_is(longest), "%d bytes", TT_MIME_MAX);
    longest[TT_MIME_MAX] = 'b';
    ok(!tt_mime_is(longest), "one more");
}

/* Whoever is told a type by another process finds its class by that alone. */
static void test_classes(void)
{
    size_t rows, wrong = 0;
    const tt_signature *table = tt_signature_table(&rows);

    for (size_t i = 0; i < rows; i++)
        if (tt_type_of_mime(table[i].mime) != table[i].type) {
            printf("# %s\n", table[i].mime);
            wrong++;
        }
    is_u64(wrong, 0, "each row's type is of the row's class");
}

static void near_is(const char *what, const char *bytes, size_t size, tt_known want, const char *mime)
{
    tt_type type;
    tt_known known;

    is_i64(tt_identify_near(identify, bytes, size, &type, &known, NULL), TUTELA_OK, "%s", what);
    is_i64(known, want, "%s: what it is worth", what);
    is_text(type.mime, mime, "%s: its type without libmagic", what);
}

static void test_near(void)
{
#define NEAR(what, bytes, want, mime) near_is(what, bytes, sizeof bytes - 1, want, mime)
    NEAR("a sure row", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", TT_KNOWN_SURELY, "image/png");
    NEAR("a broad row", "BEGIN:VCARD\nVERSION:4.0\n", TT_KNOWN_BY_SIGNATURE, "text/vcard");
    NEAR("text", "{\"a\": 1}\n", TT_KNOWN_AS_TEXT, "text/plain");
    NEAR("neither", "\x93\x17\x03\x9e", TT_KNOWN_NOT, "application/octet-stream");
    NEAR("nothing", "", TT_KNOWN_SURELY, "inode/x-empty");
#undef NEAR
}

int main(void)
{
    identify_begin();
    test_rules();
    test_borrowed();
    test_like_file();
    test_no_database();
    test_environment();
    test_mime_text();
    test_classes();
    test_near();
    return identify_end();
}
