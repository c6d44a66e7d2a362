/* t_import_ncmec: hashsets/import/ncmec.c. */
#include "t_import_xml.h"

#define MD5      TUTELA_BIT(TUTELA_MD5)
#define MD5_SHA1 (MD5 | TUTELA_BIT(TUTELA_SHA1))
#define HEAD     "<queryResult xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\"><images>"
#define TAIL     "</images></queryResult>"
#define SECOND   INT64_C(1000000000)

static char text[1 << 20];

static void sample(void)
{
    size_t size;
    char *data = load_sample("ncmec.xml", &size);

    is_i64(read_bytes(data, size), TUTELA_OK, "an answer of the API");
    free(data);
    is_text(got_format, "NCMEC XML", "its format");
    is_u64(row_count, 4, "one image, and three rows of a video with two MD5");
    is_sample(0, 1, MD5_SHA1, "image: digests tied together");
    is_text(rows[0].entry, "42:image1", "member and id are the entry");
    is_text(rows[0].scheme, "ncmec", "scheme");
    is_text(rows[0].owner, "Example Member", "the member's name is the owner");
    is_text(rows[0].value, "A1", "classification");
    is_u64(rows[0].size, TT_SIZE_UNKNOWN, "size unknown");
    is_i64(rows[0].updated, INT64_C(1508857200) * SECOND, "timestamp in UTC");
    is_u64(rows[0].line, 1, "record");
    is_sample(1, 2, MD5, "video: first MD5, alone");
    is_sample(2, 3, MD5, "video: second MD5, alone");
    is_sample(3, 2, TUTELA_BIT(TUTELA_SHA1), "video: SHA-1, alone, as whose it is is not said");
    for (size_t i = 1; i < 4; i++) {
        is_text(rows[i].entry, "42:video1", "they share the entry");
        is_text(rows[i].value, "B2", "and the classification");
        is_text(rows[i].owner, "Example Member", "and the owner");
        is_u64(rows[i].line, 4, "and the record");
        is_i64(rows[i].updated, rows[0].updated, "and the date");
    }
    is_u64(reject_count, 1, "one entry cannot be matched");
    is_reject(0, 3, TUTELA_REJECT_NO_DIGEST, "PDQ and NetClean only");
    is_u64(counted("deleted entry"), 2, "deleted entries, with fingerprints or without");
    is_u64(counted("PhotoDNA"), 1, "PhotoDNA");
    is_u64(counted("PDQ"), 2, "PDQ, also of an entry without digests");
    is_u64(counted("NetClean"), 1, "NetClean");
    is_u64(counted("Videntifier"), 1, "Videntifier, by address only");
    is_u64(counted("TMK+PDQF"), 1, "TMK+PDQF");
    is_u64(counted("SSVH+PhotoDNA"), 1, "SSVH+PhotoDNA");
    is_u64(counted("SSVH+SaferHash"), 1, "SSVH+SaferHash");
    is_u64(counted("next page of the list, which is not in this file"), 1, "a page that is missing");
    is_u64(kinds_counted(), 9, "and nothing else");
}

/* A list of one image with an MD5, and these elements around it; 1 when it is taken. */
static int image(const char *format, ...)
{
    char members[4096];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(members, sizeof members, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text,
             HEAD "<image>%s<fingerprints><md5>%s</md5></fingerprints></image>" TAIL, members,
             sample_hex(1, TUTELA_MD5));
    is_i64(read_text(text), TUTELA_OK, "image with %.8s...", members);
    is_u64(row_count + reject_count, 1, "one record");
    return row_count == 1;
}

/* The same with fingerprints instead of the MD5; how many rows. */
static size_t prints(const char *format, ...)
{
    char members[8192];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(members, sizeof members, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text,
             HEAD "<image><id>i</id><fingerprints>%s</fingerprints></image>" TAIL, members);
    is_i64(read_text(text), TUTELA_OK, "fingerprints %.5s...", members);
    return row_count;
}

static void fields(void)
{
    ok(image(""), "nothing but a digest");
    is_text(rows[0].entry, "", "no entry");
    is_text(rows[0].scheme, "", "no category, no scheme");
    is_i64(rows[0].updated, 0, "no date");
    ok(image("<id>7</id>"), "id alone");
    is_text(rows[0].entry, "7", "is the entry");
    ok(image("<member id='9'/>"), "member alone");
    is_text(rows[0].entry, "9", "is the entry");
    ok(image("<member name='x' id='9'>A <b>name</b> with elements</member><id>\n <![CDATA[i<]]>&amp;"
             "j&#x41;<!-- not this -->k\t\n</id>"),
       "CDATA, entities, comments, white space");
    is_text(rows[0].entry, "9:i<&jAk", "are resolved");
    ok(image("<classification>Some other &#xe4;</classification><classification/>"), "twice");
    is_text(rows[0].value, "", "the last counts");
    ok(image("<feedback><member id='8'/><id>no</id><fingerprints><md5>x</md5></fingerprints>"
             "</feedback><categorization><id>7</id></categorization><id>yes</id>"),
       "feedback and what is unknown pass");
    is_text(rows[0].entry, "yes", "whatever is in them");
    is_u64(kinds_counted(), 0, "and count for nothing");
    ok(!image("<id>a&#10;b</id>"), "line end in an id");
    is_reject(0, 1, TUTELA_REJECT_ENCODING, "hidden characters");
    ok(!image("<id>%0300d</id>", 1), "a long id");
    is_reject(0, 1, TUTELA_REJECT_TOO_LONG, "id");
    ok(!image("<member id='%0300d'/>", 1), "a long member");
    is_reject(0, 1, TUTELA_REJECT_TOO_LONG, "member");
    ok(!image("<member id='%0200d'/><id>%0100d</id>", 1, 2), "too long together");
    is_reject(0, 1, TUTELA_REJECT_TOO_LONG, "both");
    ok(!image("<classification>%02000d</classification>", 1), "a long classification");
    is_reject(0, 1, TUTELA_REJECT_TOO_LONG, "classification");
    ok(!image("<id>a<b>c</b></id>"), "an element in an id");
    is_reject(0, 1, TUTELA_REJECT_SYNTAX, "mixed");
    ok(!image("<member id='a&amp;b'/>"), "an escape in a member");
    is_reject(0, 1, TUTELA_REJECT_SYNTAX, "escape");
}

/* Whoever the member is: it costs no digest. */
static void owners(void)
{
    ok(image("<member id='9'/>"), "a member without a name");
    is_text(rows[0].owner, "", "no owner");
    ok(image("<member id='9'>\n Member &amp; &#xe4; <!-- no -->Co </member>"), "a name");
    is_text(rows[0].owner, "Member & \xC3\xA4 Co", "resolved");
    ok(image("<member>A</member><member id='9'>B</member>"), "twice");
    is_text(rows[0].owner, "B", "the last counts");
    ok(image("<member>%0255d</member>", 1), "255 bytes");
    is_u64(strlen(rows[0].owner), 255, "kept");
    is_u64(kinds_counted(), 0, "and nothing to say");
    ok(image("<member>%0256d</member>", 1), "256 bytes");
    is_text(rows[0].owner, "", "not kept");
    is_u64(counted("owner that cannot be kept"), 1, "and said");
    ok(image("<member>%03000d</member>", 1), "thousands of bytes");
    is_text(rows[0].owner, "", "not kept");
    ok(image("<member>a&#10;b</member>"), "a line end");
    is_text(rows[0].owner, "", "not kept");
    is_u64(counted("owner that cannot be kept"), 1, "and said");
    ok(image("<member>A <b>name</b></member>"), "an element in it");
    is_text(rows[0].owner, "", "not kept");
    is_u64(counted("owner that cannot be kept"), 1, "and said");
    ok(image("<member>%0256d</member><member>B</member>", 1), "too long, then not");
    is_text(rows[0].owner, "B", "the last counts");
    is_u64(kinds_counted(), 0, "and nothing to say");
    is_u64(prints("<md5>%s</md5><md5>%s</md5></fingerprints><member>%0256d</member><fingerprints>",
                  sample_hex(1, TUTELA_MD5), sample_hex(2, TUTELA_MD5), 1),
           2, "two rows of one entry");
    is_u64(counted("owner that cannot be kept"), 1, "said once");
}

static void fingerprints(void)
{
    const char *one = sample_hex(1, TUTELA_MD5), *two = sample_hex(2, TUTELA_MD5);
    const char *sha1 = sample_hex(1, TUTELA_SHA1), *sha256 = sample_hex(1, TUTELA_SHA256);

    is_u64(prints("<md5> \n%s\n</md5><sha1>%s</sha1><sha256>%s</sha256>", one, sha1, sha256), 1,
           "every algorithm");
    is_sample(0, 1, MD5_SHA1 | TUTELA_BIT(TUTELA_SHA256), "tied");
    is_u64(prints("<md5>%s</md5><sha1>%s</sha1><md5>%s</md5>", one, sha1, one), 1,
           "the same digest twice");
    is_sample(0, 1, MD5_SHA1, "is one");
    is_u64(prints("<md5>%s</md5><md5>%s</md5>", one, two), 2, "two MD5");
    is_text(rows[1].entry, "i", "share the id");
    is_u64(prints("<md5/><sha1/>"), 0, "empty elements");
    is_reject(0, 1, TUTELA_REJECT_NO_DIGEST, "empty");
    is_u64(prints("<md5/><sha1>%s</sha1>", sha1), 1, "one empty, one not");
    is_u64(prints("<md5>%s</md5><sha1>%s</sha1>", one, one), 0, "32 digits of SHA-1");
    is_reject(0, 1, TUTELA_REJECT_WIDTH, "width");
    is_u64(prints("<md5>%s</md5><sha1>%.39sg</sha1>", one, sha1), 0, "a digit that is none");
    is_reject(0, 1, TUTELA_REJECT_HEX, "hex");
    is_u64(prints("<md5>%s</md5><md5>%s</md5><md5>z</md5>", one, two), 0, "one of several wrong");
    is_u64(reject_count, 1, "is one reject");
    is_u64(prints("<md5>%.16s<x/>%s</md5>", one, one + 16), 0, "an element in a digest");
    is_reject(0, 1, TUTELA_REJECT_SYNTAX, "mixed");
    is_u64(prints("<md5>%.16s<!-- c -->%s</md5>", one, one + 16), 1, "a comment in a digest");
    is_sample(0, 1, MD5, "comment");
    is_u64(prints("<md5>d41d8cd98f00b204e9800998ecf8427e</md5><sha1>%s</sha1>", sha1), 1,
           "a void digest beside a sound one");
    is_sample(0, 1, TUTELA_BIT(TUTELA_SHA1), "void");
    is_u64(prints("<VIDENTIFIER/><TMK_PDQF/><SSVH_PDNA/><SSVH_SAFER_HASH/><TMK_SAFER_HASH/><PDNA/>"
                  "<tmk-pdqf href='x'>t</tmk-pdqf><newKind/><pdqpdqpdqpdqpdqpdqpdqpdqpdqpdqpdqpdq/>"),
           0, "spelt as keys");
    is_u64(counted("Videntifier"), 1, "Videntifier");
    is_u64(counted("TMK+PDQF"), 2, "TMK+PDQF");
    is_u64(counted("SSVH+PhotoDNA"), 1, "SSVH+PhotoDNA");
    is_u64(counted("SSVH+SaferHash"), 2, "SSVH+SaferHash under both names");
    is_u64(counted("PhotoDNA"), 1, "PhotoDNA");
    is_u64(counted("other fingerprint"), 2, "what nobody knows yet");

    size_t at = 0;
    char many[8192];
    for (unsigned i = 0; i < 65; i++)
        at += (size_t)snprintf(many + at, sizeof many - at, "<md5>%032x</md5>", i + 1);
    is_u64(prints("%s", many), 0, "65 digests of one file");
    is_reject(0, 1, TUTELA_REJECT_TOO_LONG, "65");
    is_u64(prints("%s", many + strlen("<md5></md5>") + 32), 64, "64 digests");
}

static void dates(void)
{
    static const struct {
        const char *text;
        int64_t milliseconds; /* -1: cannot be read */
    } cases[] = {
        {"1970-01-01T00:00:00.001Z", 1},
        {"2017-10-24T15:00:00Z", 1508857200000},
        {" 2017-10-24T17:00:00.5+02:00 ", 1508857200500},
        {"2017-10-24T09:30:00.25-05:30", 1508857200250},
        {"2016-02-29T23:59:60Z", 1456790400000},
        {"2000-02-29T00:00:00Z", 951782400000},
        {"2100-03-01T00:00:00Z", 4107542400000},
        {"2261-12-31T23:59:59Z", 9214646399000},
        {"2017-02-29T00:00:00Z", -1},
        {"2100-02-29T00:00:00Z", -1},
        {"2262-01-01T00:00:00Z", -1},
        {"2017-13-01T00:00:00Z", -1},
        {"2017-00-01T00:00:00Z", -1},
        {"2017-01-00T00:00:00Z", -1},
        {"2017-01-01T24:00:00Z", -1},
        {"2017-01-01T00:00:00Zx", -1},
        {"2017-01-01T00:00:00.Z", -1},
        {"2017-01-01T00:00:00+2:00", -1},
        {"1508857200", -1},
        {"yesterday", -1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ok(image("<timestamp>%s</timestamp>", cases[i].text), "no date costs a digest");
        int64_t want = cases[i].milliseconds < 0 ? 0 : cases[i].milliseconds * 1000000;
        is_i64(rows[0].updated, want, "%s", cases[i].text);
        is_u64(counted("date that cannot be read"), cases[i].milliseconds < 0, "is said if odd");
    }
}

static void pages(void)
{
    static const struct {
        const char *paging;
        unsigned missing;
    } cases[] = {
        {"<paging><next>/v2/entries?start=1000&amp;size=1000</next></paging>", 1},
        {"<paging><next> </next></paging>", 0},
        {"<paging><next/></paging>", 0},
        {"<paging/>", 0},
        {"<paging><other><next>/v2</next></other></paging>", 0},
        {"<next>/v2</next>", 0},
    };
    const char *md5 = sample_hex(1, TUTELA_MD5);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text,
                 "<queryResult>%s<images><image><fingerprints><md5>%s</md5></fingerprints></image>"
                 "</images></queryResult>",
                 cases[i].paging, md5);
        is_i64(read_text(text), TUTELA_OK, "%s", cases[i].paging);
        is_u64(counted("next page of the list, which is not in this file"), cases[i].missing,
               "is counted when there is one");
        is_u64(row_count, 1, "and costs no entry");
    }
}

static void structures(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);

    snprintf(text, sizeof text,
             "<?xml version='1.0'?><!-- queryResult? -->\n<h:queryResult xmlns:h='urn:x' "
             "xmlns:o='urn:y'><h:videos><o:video><h:member h:id='4'/><h:id>v</h:id>"
             "<h:fingerprints><o:md5>%s</o:md5></h:fingerprints></o:video></h:videos>"
             "</h:queryResult>",
             md5);
    is_i64(read_text(text), TUTELA_OK, "other prefixes and namespaces");
    is_u64(row_count, 1, "are the same");
    is_text(rows[0].entry, "4:v", "attributes too");
    snprintf(text, sizeof text, "<q:queryResult><q:images><image><fingerprints><md5>%s</md5>"
                                "</fingerprints></image></q:images></q:queryResult>", md5);
    is_i64(read_text(text), TUTELA_OK, "a prefix nobody declared");
    is_u64(row_count, 1, "is no reason to lose an entry");
    snprintf(text, sizeof text, HEAD "<audio><md5>%s</md5></audio><image/>" TAIL, md5);
    is_i64(read_text(text), TUTELA_OK, "an entry of an unknown kind");
    is_reject(0, 1, TUTELA_REJECT_SYNTAX, "unknown");
    is_reject(1, 2, TUTELA_REJECT_NO_DIGEST, "empty");
    is_i64(read_text("<queryResult/>"), TUTELA_OK, "nothing new is an answer too");
    is_u64(row_count + reject_count + kinds_counted(), 0, "without rows");
    snprintf(text, sizeof text, "<queryResult><x><image><md5>%s</md5></image></x></queryResult>",
             md5);
    is_i64(read_text(text), TUTELA_OK, "entries elsewhere");
    is_u64(row_count + reject_count, 0, "are none");

    tt_input *input = NULL;
    size_t i = 0;
    while (strcmp(tt_import_format_at(i)->name, "NCMEC XML") != 0)
        i++;
    is_i64(tt_input_open(&input, "tests/data/lists/c4all.xml", &got_error), TUTELA_OK, "another's");
    is_i64(tt_import_read(input, tt_import_format_at(i), &keep_all, &got_error),
           TUTELA_LIST_UNUSABLE, "read as NCMEC's is refused");
    ok(strstr(got_error.text, "queryResult") && got_error.advice[0], "with advice");
    tt_input_free(input);
}

static void cut_short(void)
{
    static got_row whole[8];
    size_t size, wrong = 0, last;
    char *data = load_sample("ncmec.xml", &size);

    (void)!read_bytes(data, size);
    memcpy(whole, rows, sizeof whole);
    for (last = size; data[last - 1] != '>'; last--)
        ;
    for (size_t length = 0; length < last; length++) {
        wrong += read_bytes(data, length) != TUTELA_LIST_UNUSABLE;
        wrong += row_count > 4 || memcmp(whole, rows, row_count * sizeof *rows) != 0;
        wrong += got_format && !strstr(got_error.text, ": broken XML at line ");
    }
    is_u64(wrong, 0, "cut after every byte it is refused, and no row is made up");
    is_i64(read_bytes(data, last), TUTELA_OK, "without its last line end it is whole");
    free(data);
}

int main(void)
{
    sample();
    fields();
    owners();
    fingerprints();
    dates();
    pages();
    structures();
    cut_short();
    return tap_done();
}
