/* t_import_csv_map: hashsets/import/csv_map.c. */
#include "t_import_rows.h"

#include "hashsets/import/csv_map.h"

#define MD5 TUTELA_BIT(TUTELA_MD5)
#define SHA1 TUTELA_BIT(TUTELA_SHA1)

static char text[1 << 16];

/* A list of these lines, in which #1 and $1 stand for MD5 and SHA-1 of sample 1. */
static tutela_status mapped(const char *map, const char *lines)
{
    size_t at = 0;

    for (; *lines && at + 100 < sizeof text; lines++) {
        if (*lines == '#' || *lines == '$') {
            int algorithm = *lines == '#' ? TUTELA_MD5 : TUTELA_SHA1;
            at += (size_t)sprintf(text + at, "%s",
                                  sample_hex((unsigned)(*++lines - '0'), algorithm));
        } else {
            text[at++] = *lines;
        }
    }
    return read_mapped(text, at, map);
}

static void maps(void)
{
    static const char *const bad[] = {
        "",          "md5",        "md5=",        "=1",         "md5=0",         "md5=257",
        "md5=99999999999999999999", "md5=1,,",    ",md5=1",     "md5=1,md5=2",   "md5=1,md5=a",
        "md4=1",     "size=1",     "separator=;", "md5=1,separator=x",           "md5=1,separator=",
        "md5=1,separator=;,separator=;",          "md5=1,separator=\"",          "photodna=1,md5=2",
        "md5=- -",   "md5=1;size=2,sha1=3,,",
        "md5=a2345678901234567890123456789012345678901234567890123456789012345"};
    static const char *const good[] = {"md5=1",
                                       "MD-5 = 1 , Sha_256 = 256",
                                       "hash=a",
                                       "md5=1,separator=|",
                                       "separator=Tab,md5=File Hash",
                                       "md5=1,sha1=2,sha256=3,sha512=4,hash=5,size=6,id=7,"
                                       "category=8,scheme=9,date=10,distributed=11,"
                                       "victim identified=12,self-generated=13"};
    tutela_error error;
    tt_csv_map map;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        memset(&error, 0, sizeof error);
        is_i64(tt_csv_map_read(&map, bad[i], &error), TUTELA_ARGUMENT, "no map: %s", bad[i]);
        ok(strncmp(error.text, "column map: ", 12) == 0 && strstr(error.advice, "md5=2"),
           "is said, with advice: %s", error.text);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        is_i64(tt_csv_map_read(&map, good[i], &error), TUTELA_OK, "a map: %s", good[i]);
    is_i64(tt_import_check(&(tt_import_options){.map = "x"}, NULL), TUTELA_ARGUMENT, "checked");
    is_i64(tt_import_check(&(tt_import_options){0}, NULL), TUTELA_OK, "none is fine");
    is_i64(read_mapped("a", 1, "md5"), TUTELA_ARGUMENT, "a list cannot be read by a bad one");
}

static void by_number(void)
{
    is_i64(mapped("md5=2,sha1=3,size=1,id=4,category=5", "15,#1,$1,x1,A\n15,#2,$2,x2,\n"),
           TUTELA_OK, "columns by number");
    is_text(got_format, "CSV, by the columns named", "its format");
    is_u64(row_count, 2, "rows");
    is_u64(kinds_counted() + reject_count, 0, "nothing else");
    is_sample(0, 1, MD5 | SHA1, "first");
    is_sample(1, 2, MD5 | SHA1, "second");
    is_u64(rows[0].size, 15, "size");
    is_text(rows[0].entry, "x1", "id");
    is_text(rows[0].value, "A", "category");
    is_u64(rows[1].line, 2, "line");

    is_i64(mapped("md5=2,size=3", "name;hash;size\n\"a;b\";#1;15\nc;\"#2\";\n"), TUTELA_OK,
           "a first line without digests");
    is_u64(counted("first line without a digest, taken for a header"), 1, "is a header");
    is_u64(row_count, 2, "semicolons are found out");
    is_u64(rows[1].size, TT_SIZE_UNKNOWN, "an empty size is none");
    is_i64(mapped("sha1=2", "#1\t$1\n#2\t$2\n"), TUTELA_OK, "tabs");
    is_sample(1, 2, SHA1, "are found out, and other columns do not count");
    is_i64(mapped("hash=3", "a|b|#1\nc|d|$2\n"), TUTELA_OK, "bars");
    is_sample(0, 1, MD5, "are found out");
    is_sample(1, 2, SHA1, "width tells the digest");
    is_i64(mapped("md5=2", "sep=|\na|#1\n"), TUTELA_OK, "sep=|");
    is_sample(0, 1, MD5, "is believed");
    is_i64(mapped("md5=2,size=1,separator=colon", "15:#1:x\n"), TUTELA_OK, "colons");
    is_u64(rows[0].size, 15, "when said");
    is_i64(mapped("md5=1", "#1\n#2\n"), TUTELA_OK, "one column");
    is_u64(row_count, 2, "is a table too");
    is_i64(mapped("md5=1", ""), TUTELA_OK, "nothing at all");
    is_u64(row_count + reject_count + kinds_counted(), 0, "holds nothing");
}

static void by_name(void)
{
    is_i64(mapped("md5=Hash Value,id=No", "hash-value,md5,no,size\n#1,#2,7,1\n#2,#1,8,1\n"),
           TUTELA_OK, "columns by name");
    is_u64(row_count, 2, "the header is no row");
    is_sample(0, 1, MD5, "the column named counts, whatever else is called md5");
    is_u64(rows[0].size, TT_SIZE_UNKNOWN, "nor do other names count");
    is_text(rows[1].entry, "8", "id");
    is_i64(mapped("md5=2,size=bytes", "a;x;Bytes\nb;#1;15\n"), TUTELA_OK, "names and numbers");
    is_sample(0, 1, MD5, "mixed");
    is_u64(rows[0].size, 15, "size");
    is_i64(mapped("md5=x,sha1=x", "x\n#1\n"), TUTELA_OK, "two meanings of one column");
    is_reject(0, 2, TUTELA_REJECT_WIDTH, "cannot both be right");

    is_i64(mapped("md5=x,size=y", "x,z\n#1,15\n"), TUTELA_LIST_UNUSABLE, "a name that is not there");
    ok(strstr(got_error.text, "size") && got_error.advice[0], "is told by its meaning: %s",
       got_error.text);
    is_i64(mapped("md5=x", ""), TUTELA_LIST_UNUSABLE, "no header at all");
}

/* A map is the operator's word: it goes before a format that is only likely, not a certain one. */
static void other_formats(void)
{
    is_i64(mapped("sha1=2", "#1  a,$1\n"), TUTELA_OK, "a table that looks like md5sum");
    is_sample(0, 1, SHA1, "is read by the map");
    is_i64(mapped("md5=1", "\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\",\"FileSize\",\"ProductCode\","
                           "\"OpSystemCode\",\"SpecialCode\"\n#1,,,,,,,\n"),
           TUTELA_OK, "even NSRL's header");
    is_sample(0, 1, MD5, "gives way");
    is_i64(mapped("md5=1", "%%%% HASHDEEP-1.0\n%%%% size,sha1,filename\n15,$1,a\n"), TUTELA_OK,
           "hashdeep");
    is_text(got_format, "hashdeep", "is no table");
    is_sample(0, 1, SHA1, "and says itself what is what");
    is_i64(mapped("md5=1", "{\"value\":[{\"SHA1\":\"$1\"}]}"), TUTELA_OK, "JSON");
    is_text(got_format, "VICS JSON", "is none either");
}

static void faults(void)
{
    is_i64(mapped("md5=2,size=3", "a,#1,x\nb\nc,,1\nd,zz,1\ne,\"#2,1\nf,#2,2\n"), TUTELA_OK,
           "damaged rows");
    is_u64(row_count, 1, "one is sound");
    is_u64(reject_count, 5, "five are not");
    is_reject(0, 1, TUTELA_REJECT_SIZE, "no size");
    is_reject(1, 2, TUTELA_REJECT_NO_DIGEST, "a short row");
    is_reject(2, 3, TUTELA_REJECT_NO_DIGEST, "an empty digest");
    is_reject(3, 4, TUTELA_REJECT_HEX, "no hex");
    is_reject(4, 5, TUTELA_REJECT_SYNTAX, "an open quote");
    /* A damaged digest in the first row is as wide as one, so that the row is no header. */
    is_i64(mapped("md5=1", "zz345678901234567890123456789012\n#1\n"), TUTELA_OK, "at the start");
    is_reject(0, 1, TUTELA_REJECT_HEX, "no header");
}

int main(void)
{
    maps();
    by_number();
    by_name();
    other_formats();
    faults();
    return tap_done();
}
