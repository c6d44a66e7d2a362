/* t_import_c4all: hashsets/import/c4all.c. */
#include "t_import_xml.h"

#define MD5      TUTELA_BIT(TUTELA_MD5)
#define MD5_SHA1 (MD5 | TUTELA_BIT(TUTELA_SHA1))

static char text[1 << 16];

static void check_sample(const char *name)
{
    is_text(got_format, "C4All XML", "%s: format", name);
    is_u64(row_count, 3, "%s: two pictures and a film", name);
    is_u64(reject_count, 0, "%s: no reject", name);
    is_sample(0, 1, MD5_SHA1, name);
    is_sample(1, 2, MD5, name);
    is_sample(2, 3, MD5, name);
    is_text(rows[0].entry, "1", "%s: id", name);
    is_text(rows[0].scheme, "c4all", "%s: scheme", name);
    is_text(rows[0].value, "1", "%s: category", name);
    is_u64(rows[0].size, 15, "%s: size", name);
    is_u64(rows[1].size, TT_SIZE_UNKNOWN, "%s: no size", name);
    is_text(rows[2].entry, "3", "%s: id of the film", name);
    is_text(rows[2].value, "4", "%s: category of the film", name);
    is_u64(rows[2].line, 3, "%s: record", name);
    is_i64(rows[0].updated, 0, "%s: no date of the entry", name);
    is_u64(kinds_counted(), 0, "%s: nothing else", name);
}

static void encodings(void)
{
    size_t size, wide;
    char *data = load_sample("c4all.xml", &size), *again;

    is_i64(read_bytes(data, size), TUTELA_OK, "UTF-8 that says it is UTF-16");
    check_sample("mislabelled");
    for (int i = 0; i < 4; i++) {
        const char *order = i & 1 ? "LE" : "BE";
        again = utf16(data, order, i & 2, &wide);
        is_i64(read_bytes(again, wide), TUTELA_OK, "UTF-16%s, mark: %d", order, (i & 2) != 0);
        check_sample(order);
        free(again);
    }
    memmove(strstr(data, "utf-16"), "UTF-8\"", 6);
    *(strstr(data, "UTF-8\"") + 6) = ' ';
    is_i64(read_bytes(data, size), TUTELA_OK, "UTF-8 that says so");
    check_sample("UTF-8");
    again = utf16(data, "LE", 1, &wide);
    is_i64(read_bytes(again, wide), TUTELA_OK, "UTF-16 that says it is UTF-8");
    check_sample("mislabelled UTF-16");
    free(again);
    snprintf(text, sizeof text, "\xEF\xBB\xBF%s", data);
    is_i64(read_text(text), TUTELA_OK, "UTF-8 with a byte order mark");
    check_sample("marked");
    is_i64(read_text(strchr(data, '\n')), TUTELA_OK, "no XML declaration");
    check_sample("bare");
    free(data);
}

/* An index of one picture with this MD5 and these fields; 1 when it is taken. */
static int picture(const char *md5, const char *format, ...)
{
    char members[4096];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(members, sizeof members, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text,
             "<ReportIndex version=\"2.0\"><Image><hash>%s</hash>%s</Image></ReportIndex>", md5,
             members);
    is_i64(read_text(text), TUTELA_OK, "picture with %.10s...", members);
    is_u64(row_count + reject_count, 1, "one record");
    return row_count == 1;
}

static void fields(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5), *sha1 = sample_hex(1, TUTELA_SHA1);

    ok(picture(md5, ""), "nothing but a digest");
    is_text(rows[0].scheme, "", "no category, no scheme");
    ok(picture(md5, "<sha1Hash>0</sha1Hash><fileSize>0</fileSize><encaseHash>x</encaseHash>"),
       "0 stands for none");
    is_u64(rows[0].size, TT_SIZE_UNKNOWN, "size 0 is unknown");
    ok(picture("0", "<SHA1HASH>%s</SHA1HASH><ID> 7 </ID>", sha1), "0, and fields in capitals");
    is_sample(0, 1, TUTELA_BIT(TUTELA_SHA1), "SHA-1 alone");
    is_text(rows[0].entry, "7", "trimmed");
    ok(picture(sha1, ""), "SHA-1 in the field of the MD5");
    is_sample(0, 1, TUTELA_BIT(TUTELA_SHA1), "is what its width says");
    ok(picture(md5, "<category><![CDATA[3 & more]]></category>"), "CDATA");
    is_text(rows[0].value, "3 & more", "category verbatim");
    ok(picture(md5, "<notes><hash>x</hash><fileSize>y</fileSize></notes><path>\n\t</path>"),
       "what is not looked at");
    ok(!picture("", "<id>1</id>"), "no digest");
    is_reject(0, 1, TUTELA_REJECT_NO_DIGEST, "no digest");
    ok(!picture("00", ""), "two zeros");
    is_reject(0, 1, TUTELA_REJECT_WIDTH, "are no word for anything");
    ok(!picture(md5, "<sha1Hash>%s</sha1Hash>", md5), "32 digits of SHA-1");
    is_reject(0, 1, TUTELA_REJECT_WIDTH, "width");
    ok(!picture("not known", ""), "words");
    is_reject(0, 1, TUTELA_REJECT_HEX, "hex");
    ok(!picture(md5, "<fileSize>12 kB</fileSize>"), "size");
    is_reject(0, 1, TUTELA_REJECT_SIZE, "size");
    ok(!picture(md5, "<fileSize>-1</fileSize>"), "size below zero");
    is_reject(0, 1, TUTELA_REJECT_SIZE, "size below zero");
    ok(!picture(md5, "<id>%0300d</id>", 1), "long id");
    is_reject(0, 1, TUTELA_REJECT_TOO_LONG, "long id");
    ok(!picture(md5, "<id>1<b/></id>"), "an element in an id");
    is_reject(0, 1, TUTELA_REJECT_SYNTAX, "mixed");
    ok(!picture("d41d8cd98f00b204e9800998ecf8427e", ""), "the empty file");
    is_reject(0, 1, TUTELA_REJECT_EMPTY_FILE, "empty file");
    ok(!picture("00000000000000000000000000000000", ""), "zeros");
    is_reject(0, 1, TUTELA_REJECT_ALL_ZERO, "zeros");
}

static void structures(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);

    snprintf(text, sizeof text,
             "<ReportIndex><Movie><movie>%s</movie><hash>%s</hash></Movie><Image><hash>x</hash>"
             "</Image><movie><hash>%s</hash></movie><hash>%s</hash><Other><hash>%s</hash></Other>"
             "<TotalMedia>99</TotalMedia></ReportIndex>",
             md5, md5, md5, md5, md5);
    is_i64(read_text(text), TUTELA_OK, "films in either case, and what is none");
    is_u64(row_count, 2, "two films");
    is_reject(0, 2, TUTELA_REJECT_HEX, "records count on over rejects");
    is_u64(reject_count, 1, "a count that is wrong is no error");
    is_i64(read_text("<ReportIndex version='1.0'></ReportIndex>"), TUTELA_OK, "empty");
    is_i64(read_text("<CaseReport><CaseNumber/></CaseReport>"), TUTELA_LIST_UNUSABLE,
           "the case report beside it");
    is_text(got_format ? got_format : "none", "none", "is no list");
}

/* Cut after every byte: refused, and no row made up. In UTF-16 too. */
static void cut_short(const char *order)
{
    static got_row whole[4];
    size_t size, wrong = 0, last;
    char *data = load_sample("c4all.xml", &size);

    if (order) {
        char *wide = utf16(data, order, 1, &size);
        free(data);
        data = wide;
    }
    is_i64(read_bytes(data, size), TUTELA_OK, "%s: whole", order ? order : "UTF-8");
    memcpy(whole, rows, sizeof whole);
    for (last = size; data[last - 1] != '>'; last--)
        ;
    for (size_t length = 0; length < last; length++) {
        wrong += read_bytes(data, length) != TUTELA_LIST_UNUSABLE;
        wrong += row_count > 3 || memcmp(whole, rows, row_count * sizeof *rows) != 0;
    }
    is_u64(wrong, 0, "%s: cut after every byte it is refused", order ? order : "UTF-8");
    free(data);
}

int main(void)
{
    encodings();
    fields();
    structures();
    cut_short(NULL);
    cut_short("LE");
    cut_short("BE");
    return tap_done();
}
