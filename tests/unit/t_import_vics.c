/* t_import_vics: hashsets/import/vics.c and json.c. */
#include "t_import_rows.h"

#include <sys/wait.h>

#define MD5_SHA1 (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1))
#define THREE    (MD5_SHA1 | TUTELA_BIT(TUTELA_SHA256))
#define CONTEXT  "\"odata.metadata\":\"http://x/ProjectVic/DataModels/1.3.xml#Media\""

static char text[1 << 20];

static void samples(void)
{
    is_i64(read_sample("vics-2.0-us.json"), TUTELA_OK, "2.0, US: CR LF and byte order mark");
    is_text(got_format, "VICS JSON", "its format");
    is_u64(row_count, 3, "three media");
    is_u64(reject_count, 0, "no reject");
    is_sample(0, 1, THREE, "2.0");
    is_sample(1, 2, THREE, "2.0");
    is_sample(2, 3, TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA256), "2.0, null SHA1");
    is_u64(rows[0].size, sample_size(1), "size as a number");
    is_u64(rows[1].size, sample_size(2), "size in quotes");
    is_text(rows[1].entry, "2", "MediaID is the entry");
    is_text(rows[1].scheme, "vics-us", "region from the context");
    is_text(rows[1].value, "2", "category");
    is_text(rows[2].scheme, "", "no category, no scheme");
    is_u64(rows[2].line, 3, "records count from 1");

    is_i64(read_sample("vics-1.3.json"), TUTELA_OK, "1.3");
    is_u64(row_count, 2, "two media");
    is_text(rows[0].entry, "one", "MediaID may be text");
    is_text(rows[0].scheme, "vics", "1.x names no region");

    is_i64(read_sample("vics-2.0-cases.json"), TUTELA_OK, "cases");
    is_u64(row_count, 3, "media of all cases");
    is_u64(reject_count, 0, "a case is no record");
    is_text(rows[2].scheme, "vics-uk", "region");
    is_text(rows[2].value, "C", "category verbatim");
    is_sample(2, 3, THREE, "cases");
}

/* A list of one medium with these members behind its MD5; 1 when it is taken. */
static int medium(const char *format, ...)
{
    char members[4096];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(members, sizeof members, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text, "{" CONTEXT ",\"value\":[{\"MD5\":\"%s\"%s}]}",
             sample_hex(1, TUTELA_MD5), members);
    is_i64(read_text(text), TUTELA_OK, "medium with %.60s", members);
    is_u64(row_count + reject_count, 1, "one record");
    return row_count == 1;
}

static void fields(void)
{
    ok(medium(",\"MediaID\":0,\"Category\":8,\"MediaSize\":\"15\""), "NIST CAID's way");
    is_text(rows[0].entry, "0", "entry");
    is_text(rows[0].value, "8", "category");
    is_u64(rows[0].size, 15, "size");
    ok(medium(",\"Category\":\"Grade \\u0041/caf\\u00e9\""), "text category with escapes");
    is_text(rows[0].value, "Grade A/caf\xC3\xA9", "resolved");
    ok(medium(",\"Category\":null,\"MediaSize\":null,\"SHA1\":null,\"AlternativeHashes\":null"),
       "nulls");
    is_text(rows[0].value, "", "no category");
    is_u64(rows[0].size, TT_SIZE_UNKNOWN, "no size");
    ok(medium(",\"SHA1\":\"\",\"MediaSize\":\"\",\"MediaID\":\"\""), "empty strings");
    ok(medium(",\"MediaSize\":0"), "size 0");
    is_u64(rows[0].size, TT_SIZE_UNKNOWN, "of what is not empty is unknown");
    ok(medium(",\"Unknown\":{\"MD5\":1,\"a\":[[[{\"SHA1\":2}]]]},\"MediaFiles\":[{\"MD5\":5}]"),
       "what is unknown passes");
    is_sample(0, 1, TUTELA_BIT(TUTELA_MD5), "whatever it holds");
    ok(medium(",\"md5\":5,\"Md5\":{}"), "keys are case-exact");
}

static void alternatives(void)
{
    char sha256[65], sha512[129], sha1[41];

    snprintf(sha1, sizeof sha1, "%s", sample_hex(1, TUTELA_SHA1));
    snprintf(sha256, sizeof sha256, "%s", sample_hex(1, TUTELA_SHA256));
    snprintf(sha512, sizeof sha512, "%s", sample_hex(1, TUTELA_SHA512));
    ok(medium(",\"AlternativeHashes\":[{\"HashName\":\"SHA-1\",\"HashValue\":\"%s\"},"
              "{\"HashValue\":\"%s\",\"HashName\":\"sha256\"},{\"HashName\":\"SHA512\","
              "\"HashValue\":\"%s\"}]",
              sha1, sha256, sha512),
       "every algorithm");
    is_sample(0, 1, TT_DIGEST_ALL, "alternatives");
    ok(medium(",\"AlternativeHashes\":[{\"HashName\":\"PhotoDNA\",\"HashValue\":\"%0*d\"},{"
              "\"HashName\":\"F1\"},{},"
              "{\"HashName\":null,\"HashValue\":7},{\"HashValue\":\"zz\"},{\"HashName\":\"SHA1\","
              "\"HashValue\":null}]",
              288, 7),
       "others pass");
    is_sample(0, 1, TUTELA_BIT(TUTELA_MD5), "others");
    ok(medium(",\"SHA1\":\"%s\",\"AlternativeHashes\":[{\"HashName\":\"SHA1\",\"HashValue\":\"%"
              "040d\"}]",
              sha1, 5),
       "the field beats the alternative");
    is_sample(0, 1, MD5_SHA1, "field");
    ok(medium(",\"AlternativeHashes\":[{\"HashName\":\"SHA1\",\"HashValue\":\"x\"}],"
              "\"AlternativeHashes\":[]"),
       "given twice, the last counts");
    ok(!medium(",\"AlternativeHashes\":[{\"HashName\":\"SHA1\",\"HashValue\":\"%s\"}]", sha256),
       "width");
    is_reject(0, 1, TUTELA_REJECT_WIDTH, "SHA1 of 64 digits");
    ok(!medium(",\"AlternativeHashes\":[{\"HashName\":\"SHA1\",\"HashValue\":17}]"), "type");
    is_reject(0, 1, TUTELA_REJECT_SYNTAX, "value is a number");
    ok(!medium(",\"AlternativeHashes\":{\"HashName\":\"SHA1\"}"), "map");
    is_reject(0, 1, TUTELA_REJECT_SYNTAX, "not an array");
    ok(!medium(",\"AlternativeHashes\":[1]"), "number in it");
    is_reject(0, 1, TUTELA_REJECT_SYNTAX, "not a map");
}

static void duplicates(void)
{
    const char *md5 = sample_hex(2, TUTELA_MD5);

    ok(medium(",\"MD5\":\"%s\"", md5), "MD5 twice");
    is_sample(0, 2, TUTELA_BIT(TUTELA_MD5), "the last counts");
    ok(medium(",\"SHA1\":7,\"SHA1\":null"), "a wrong one, then null");
    ok(medium(",\"MediaSize\":\"x\",\"MediaSize\":3"), "a wrong size, then a right one");
    is_u64(rows[0].size, 3, "the last counts");
    ok(!medium(",\"MD5\":null"), "a right one, then null");
    is_reject(0, 1, TUTELA_REJECT_NO_DIGEST, "null last");
}

static void wrong_types(void)
{
    static const struct {
        const char *members;
        tutela_reject reason;
    } cases[] = {
        {",\"SHA1\":5", TUTELA_REJECT_SYNTAX},
        {",\"SHA1\":true", TUTELA_REJECT_SYNTAX},
        {",\"SHA1\":{}", TUTELA_REJECT_SYNTAX},
        {",\"SHA1\":[\"a\"]", TUTELA_REJECT_SYNTAX},
        {",\"SHA1\":\"abc\"", TUTELA_REJECT_WIDTH},
        {",\"SHA1\":\"xyz\"", TUTELA_REJECT_HEX},
        {",\"MediaSize\":-1", TUTELA_REJECT_SIZE},
        {",\"MediaSize\":1.5", TUTELA_REJECT_SIZE},
        {",\"MediaSize\":1e3", TUTELA_REJECT_SIZE},
        {",\"MediaSize\":\"1 kB\"", TUTELA_REJECT_SIZE},
        {",\"MediaSize\":{}", TUTELA_REJECT_SIZE},
        {",\"MediaSize\":18446744073709551616", TUTELA_REJECT_SIZE},
        {",\"Category\":true", TUTELA_REJECT_SYNTAX},
        {",\"Category\":[1]", TUTELA_REJECT_SYNTAX},
        {",\"MediaID\":{\"a\":1}", TUTELA_REJECT_SYNTAX},
        {",\"MediaID\":\"a\\nb\"", TUTELA_REJECT_ENCODING},
        {",\"MediaID\":\"a\\u0000b\"", TUTELA_REJECT_ENCODING},
        {",\"Category\":\"\\u202e\"", TUTELA_REJECT_ENCODING},
        {",\"MediaID\":\"\xFF\"", TUTELA_REJECT_ENCODING},
        {",\"MD5\":\"\\u0000\"", TUTELA_REJECT_HEX},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ok(!medium("%s", cases[i].members), "is rejected");
        is_reject(0, 1, cases[i].reason, cases[i].members);
    }
    ok(medium(",\"Comments\":\"\xFF\xFE\",\"\xC3\":1"),
       "invalid UTF-8 elsewhere is nobody's business");
}

static void voids(void)
{
    snprintf(text, sizeof text,
             "{\"value\":[{\"MD5\":\"d41d8cd98f00b204e9800998ecf8427e\",\"MediaSize\":0},{\"MD5\":"
             "\"%032d\"},{},"
             "{\"MD5\":\"d41d8cd98f00b204e9800998ecf8427e\",\"SHA1\":\"%s\"},null,7,[{}],\"x\"]}",
             0, sample_hex(1, TUTELA_SHA1));
    is_i64(read_text(text), TUTELA_OK, "void digests and elements that are no media");
    is_u64(row_count, 1, "one is left");
    is_u64(rows[0].line, 4, "the fourth");
    is_sample(0, 1, TUTELA_BIT(TUTELA_SHA1), "with its sound digest");
    is_reject(0, 1, TUTELA_REJECT_EMPTY_FILE, "empty file");
    is_reject(1, 2, TUTELA_REJECT_ALL_ZERO, "zeros");
    is_reject(2, 3, TUTELA_REJECT_NO_DIGEST, "nothing");
    for (size_t i = 3; i < 7; i++)
        is_reject(i, i + 2, TUTELA_REJECT_SYNTAX, "no map");
}

static void structures(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);

    snprintf(text, sizeof text,
             "{" CONTEXT
             ",\"value\":[{\"CaseNumber\":\"1\",\"Media\":[{\"MD5\":\"%s\"},{\"MD5\":\"%s\"}],"
             "\"TotalMediaFiles\":2,\"CaseID\":\"x\"}]}",
             md5, md5);
    is_i64(read_text(text), TUTELA_OK, "labelled #Media, nested all the same");
    is_u64(row_count, 2, "two media");
    is_u64(reject_count, 0, "and no more");
    snprintf(text, sizeof text,
             "{\"Media\":[{\"MD5\":\"%s\"}],\"value\":[{\"MD5\":\"%s\",\"CaseID\":\"x\",\"Media\":["
             "{\"MD5\":\"%s\"}]}]}",
             md5, md5, md5);
    is_i64(read_text(text), TUTELA_OK, "Media at the top, and a case with a digest of its own");
    is_u64(row_count, 3, "nothing with a digest is lost");
    snprintf(text, sizeof text,
             "{\"@odata.context\":\"x/2.0.xml/Default/"
             "$metadata#Media\",\"value\":[{\"MD5\":\"%s\",\"Category\":1}]}",
             md5);
    is_i64(read_text(text), TUTELA_OK, "Default");
    is_text(rows[0].scheme, "vics", "is no region");
    snprintf(text, sizeof text,
             "{\"@odata.context\":\"x/2.0.xml/CUSTOM/"
             "$metadata#Media\",\"value\":[{\"MD5\":\"%s\",\"Category\":1}]}",
             md5);
    is_i64(read_text(text), TUTELA_OK, "CUSTOM");
    is_text(rows[0].scheme, "vics-custom", "is one of its own");
    snprintf(text, sizeof text,
             "{\"@odata.context\":\"x/2.0.xml/a very long region "
             "name/\",\"value\":[{\"MD5\":\"%s\",\"Category\":1}]}",
             md5);
    is_i64(read_text(text), TUTELA_OK, "a context that cannot be understood");
    is_text(rows[0].scheme, "vics", "does no harm");
    snprintf(text, sizeof text,
             "{\"value\":[{\"MD5\":\"%s\",\"Category\":1}],\"@odata.context\":\"x/2.0.xml/US/\"}",
             md5);
    is_i64(read_text(text), TUTELA_OK, "a context behind its media");
    is_text(rows[0].scheme, "vics", "comes too late for a region");
    is_i64(read_text("{\"value\":{\"MD5\":1}}"), TUTELA_LIST_UNUSABLE, "no array of media");
    ok(strstr(got_error.text, "media") && got_error.advice[0], "is said, with advice");
    is_i64(read_text("{" CONTEXT "}"), TUTELA_LIST_UNUSABLE, "nothing at all");
    is_i64(read_text("{\"value\":[]}"), TUTELA_OK, "an empty list is a list");
    is_u64(row_count + reject_count, 0, "without rows");
}

static void broken(void)
{
    static const struct {
        const char *json;
        uint64_t offset;
    } cases[] = {
        {"{\"value\":[}", 10},          {"{\"value\":[1 2]}", 12},
        {"{\"value\":[]} x", 13},       {"{\"value\":[],}", 12},
        {"{\"value\":[01]}", 11},       {"{\"value\":[\"\\q\"]}", 12},
        {"{\"value\":[\"a\nb\"]}", 12}, {"{\"value\":[\"\\u12G4\"]}", 15},
        {"{\"value\":[nul]}", 13},      {"{\"value\":[/*c*/]}", 10},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        is_i64(read_text(cases[i].json), TUTELA_LIST_UNUSABLE, "broken: case %zu", i);
        ok(strstr(got_error.text, "broken JSON at byte "), "is said");
        ok(got_error.offset + 1 >= cases[i].offset && got_error.offset <= cases[i].offset + 1,
           "near byte %" PRIu64 ": %" PRIu64, cases[i].offset, got_error.offset);
    }
}

static void cut_short(const char *name)
{
    static got_row whole[8];
    size_t size, wrong = 0, last;
    char *data = load_sample(name, &size);

    (void)!read_bytes(data, size);
    memcpy(whole, rows, sizeof whole);
    for (last = size; data[last - 1] != '}'; last--)
        ;
    for (size_t length = 0; length < last; length++) {
        wrong += read_bytes(data, length) != TUTELA_LIST_UNUSABLE;
        wrong +=
            row_count > 3 || reject_count > 0 || memcmp(whole, rows, row_count * sizeof *rows) != 0;
        wrong += got_format && got_error.offset != length;
    }
    is_u64(wrong, 0, "%s cut after every byte is refused, and says where", name);
    is_i64(read_bytes(data, last), TUTELA_OK, "%s without its last line end is whole", name);
    free(data);
}

static void deep(void)
{
    static const char *const units[] = {"[", "{\"a\":", "[{\"value\":"};

    for (size_t i = 0; i < 3; i++) {
        size_t at = (size_t)sprintf(text, "{\"value\":[{\"x\":");
        for (int level = 0; level < 80000; level++)
            at += (size_t)sprintf(text + at, "%s", units[i]);
        is_i64(read_text(text), TUTELA_LIST_UNUSABLE, "80000 levels of %s", units[i]);
        ok(strstr(got_error.text, "nested deeper"), "are refused as too deep");
    }
    size_t at =
        (size_t)sprintf(text, "{\"value\":[{\"MD5\":\"%s\",\"x\":", sample_hex(1, TUTELA_MD5));
    for (int level = 0; level < 125; level++)
        text[at++] = '[';
    for (int level = 0; level < 125; level++)
        text[at++] = ']';
    sprintf(text + at, "}]}");
    is_i64(read_text(text), TUTELA_OK, "128 levels in all pass");
    is_u64(row_count, 1, "and the row is taken");
}

/* Strings longer than is ever looked at, with an escape or a quote at every place around the cut.
 */
static void long_strings(void)
{
    static const char *const tails[] = {"\\\"",           "\\\\",     "\\u0041",
                                        "\\ud83d\\ude00", "\xC3\xA9", "A"};
    size_t wrong = 0;

    for (size_t tail = 0; tail < sizeof tails / sizeof tails[0]; tail++)
        for (size_t fill = 4070; fill < 4110; fill++) {
            size_t at = (size_t)sprintf(text, "{\"value\":[{\"Miniature\":\"");
            memset(text + at, 'b', fill);
            at += fill;
            for (int i = 0; i < 40; i++)
                at += (size_t)sprintf(text + at, "%s", tails[tail]);
            sprintf(text + at, "\",\"MD5\":\"%s\"}]}", sample_hex(1, TUTELA_MD5));
            wrong += read_text(text) != TUTELA_OK || row_count != 1 || reject_count != 0;
        }
    is_u64(wrong, 0, "overlong strings pass, wherever they are cut");

    size_t at = (size_t)sprintf(text, "{\"value\":[{\"MD5\":\"%s\",\"MediaID\":\"",
                                sample_hex(1, TUTELA_MD5));
    for (int i = 0; i < 3000; i++)
        at += (size_t)sprintf(text + at, "\\u0041");
    sprintf(text + at, "\"}]}");
    is_i64(read_text(text), TUTELA_OK, "an overlong id");
    is_reject(0, 1, TUTELA_REJECT_TOO_LONG, "overlong id, though cut");

    at = (size_t)sprintf(text,
                         "{\"value\":[{\"MD5\":\"%s\",\"MediaID\":", sample_hex(1, TUTELA_MD5));
    memset(text + at, '1', 200000);
    sprintf(text + at + 200000, "}]}");
    is_i64(read_text(text), TUTELA_LIST_UNUSABLE, "a number of 200,000 digits");
    ok(strstr(got_error.text, "broken JSON"), "is no number");
}

/* Thumbnails must not be gathered: a string of 64 MiB is read in next to no memory. */
static void bounded_memory(void)
{
    static char chunk[65536];
    size_t before = peak_kib();
    char line[32];
    int ends[2];

    if (pipe(ends) != 0) {
        ok(0, "a pipe");
        return;
    }
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        memset(chunk, 'Q', sizeof chunk);
        dprintf(ends[1], "{\"value\":[{\"Miniature\":\"");
        for (int i = 0; i < 1024; i++)
            if (write(ends[1], chunk, sizeof chunk) < 0)
                _exit(1);
        dprintf(ends[1], "\",\"MD5\":\"%s\"}]}", sample_hex(1, TUTELA_MD5));
        _exit(0);
    }
    close(ends[1]);
    row_count = 0;
    snprintf(line, sizeof line, "/dev/fd/%d", ends[0]);
    is_i64(tt_import_file(line, NULL, &keep_all, NULL, &got_error), TUTELA_OK,
           "a thumbnail of 64 MiB by a pipe");
    close(ends[0]);
    waitpid(child, NULL, 0);
    is_u64(row_count, 1, "passes");
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    (void)before;
    skip(1, "memory is not measured under a sanitizer");
#else
    size_t grown = peak_kib() - before;
    ok(grown < 8 * 1024, "in less memory than it has: %zu KiB more", grown);
#endif
}

/* What a file says about itself beside its media. */
static void hints(void)
{
    static const char next[] = "next page of the list, which is not in this file";
    static const char nist[] = "list marked throughout as NIST's of harmless files is";
    const char *one = sample_hex(1, TUTELA_MD5), *two = sample_hex(2, TUTELA_MD5);
    static const struct {
        const char *first, *second;
        unsigned harmless;
    } media[] = {
        {"\"MediaID\":0,\"Category\":8", "\"Category\":\"8\",\"MediaID\":\"0\"", 1},
        {"\"MediaID\":0,\"Category\":8", "\"MediaID\":1,\"Category\":8", 0},
        {"\"MediaID\":0,\"Category\":1", "\"MediaID\":0,\"Category\":8", 0},
        {"\"Category\":8", "\"Category\":8", 0},
    };

    for (size_t i = 0; i < sizeof media / sizeof media[0]; i++) {
        snprintf(text, sizeof text,
                 "{\"odata.metadata\":\"x\",\"value\":[{\"MD5\":\"%s\",%s},{\"MD5\":\"%s\",%s}]}", one,
                 media[i].first, two, media[i].second);
        is_i64(read_text(text), TUTELA_OK, "media like NIST's, case %zu", i);
        is_u64(row_count, 2, "are media like any other");
        is_u64(counted(nist), media[i].harmless, "with a hint when all are");
    }
    is_i64(read_text("{\"value\":[]}"), TUTELA_OK, "no media");
    is_u64(kinds_counted(), 0, "give no hint");
    snprintf(text, sizeof text,
             "{\"@odata.nextLink\":\"http://x\",\"value\":[{\"MD5\":\"%s\",\"odata.nextLink\":\"y\"}]}",
             one);
    is_i64(read_text(text), TUTELA_OK, "a next page");
    is_u64(counted(next), 1, "is counted");
    is_i64(read_text("{\"odata.nextLink\":null,\"value\":[]}"), TUTELA_OK, "none");
    is_u64(counted(next), 0, "is none");
}

int main(void)
{
    hints();
    samples();
    fields();
    alternatives();
    duplicates();
    wrong_types();
    voids();
    structures();
    broken();
    cut_short("vics-2.0-us.json");
    cut_short("vics-1.3.json");
    cut_short("vics-2.0-cases.json");
    deep();
    long_strings();
    bounded_memory();
    return tap_done();
}
