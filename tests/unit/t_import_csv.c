/* t_import_csv: hashsets/import/csv.c and csv_record.c. */
#include "t_import_rows.h"

#define MD5_SHA1 (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1))

static char text[1 << 18];

static void samples(void)
{
    is_i64(read_sample("comma.csv"), TUTELA_OK, "comma.csv");
    is_text(got_format, "CSV", "its format");
    is_u64(row_count, 3, "three rows");
    is_u64(reject_count, 0, "no reject");
    is_sample(0, 1, MD5_SHA1 | TUTELA_BIT(TUTELA_SHA256), "comma.csv");
    is_u64(rows[0].size, sample_size(1), "size");
    is_text(rows[0].entry, "e-1", "id");
    is_text(rows[0].scheme, "vics", "scheme");
    is_text(rows[0].value, "1", "category");
    is_sample(1, 2, MD5_SHA1, "comma.csv, quoted");
    is_text(rows[1].entry, "e \"2\"", "doubled quotes are one");
    is_text(rows[1].value, "A, B", "a delimiter in quotes");
    is_sample(2, 3, TUTELA_BIT(TUTELA_SHA256), "comma.csv, mostly empty");
    is_u64(rows[2].size, TT_SIZE_UNKNOWN, "no size");
    is_u64(rows[2].line, 5, "the line where the record begins");
}

static void headers(void)
{
    static const struct {
        const char *header, *before, *after;
        uint32_t mask;
    } cases[] = {
        {"md5", "", "", TUTELA_BIT(TUTELA_MD5)},
        {"\"MD5\"", "\"", "\"", TUTELA_BIT(TUTELA_MD5)},
        {"Name\tMD5\tother", "x, y; z\t", "\tz", TUTELA_BIT(TUTELA_MD5)},
        {" M D_5 ;other", "", ";", TUTELA_BIT(TUTELA_MD5)},
        {"other;md-5", "\"a;b\";", "", TUTELA_BIT(TUTELA_MD5)},
        {"name,hash,x", "a,", ",", TUTELA_BIT(TUTELA_MD5)},
        {"MD5,md5", "", ",junk", TUTELA_BIT(TUTELA_MD5)},
        {"a;b;c,md5,d", "1;2;3,", ",4", TUTELA_BIT(TUTELA_MD5)},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text, "%s\n%s%s%s\n", cases[i].header, cases[i].before,
                 sample_hex(1, TUTELA_MD5), cases[i].after);
        is_i64(read_text(text), TUTELA_OK, "header '%s'", cases[i].header);
        is_u64(reject_count, 0, "no reject");
        is_sample(0, 1, cases[i].mask, cases[i].header);
    }
    snprintf(text, sizeof text, "md5,\"a\nb\",id\n%s,,e\n", sample_hex(1, TUTELA_MD5));
    is_i64(read_text(text), TUTELA_OK, "a header of two lines");
    is_u64(row_count, 1, "is no row");
    is_text(rows[0].entry, "e", "and is read to its end");
    snprintf(text, sizeof text, "md5,id,\"a\n%s,e\nx,y\n", sample_hex(1, TUTELA_MD5));
    is_i64(read_text(text), TUTELA_LIST_UNUSABLE, "a broken header");
    is_u64(row_count, 0, "does not make the next row one");
    snprintf(text, sizeof text, "name,value\nx,%s\n", sample_hex(1, TUTELA_MD5));
    is_i64(read_text(text), TUTELA_LIST_UNUSABLE, "a header without a digest is no list");
}

static void faults(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);

    snprintf(
        text, sizeof text,
        "md5,sha1,size,id,category,scheme\n"
        "%s\n\n%.31s,,,,,\n%.31sg,,,,,\n,,1,a,,\n%s,,1x,,,\n%s,,-1,,,\n%s,,,a\tb,,\n%s,,,,\xFF,\n"
        "%s,,,,caf\xC3\xA9,x,extra,fields\n%s,%s,,,,\n%s, ,  0 , id ,, lonely "
        "\n%s,,,\xE2\x80\xAE,,\n"
        "d41d8cd98f00b204e9800998ecf8427e,,0,,,\n",
        md5, md5, md5, md5, md5, md5, md5, md5, md5, md5, md5, md5);
    is_i64(read_text(text), TUTELA_OK, "faults in rows");
    is_u64(row_count, 3, "sound rows are taken");
    is_text(rows[1].value, "caf\xC3\xA9", "category as it stands");
    is_text(rows[2].entry, "id", "blanks around a field go");
    is_text(rows[2].scheme, "", "a scheme without a category is none");
    is_u64(rows[2].size, TT_SIZE_UNKNOWN, "size 0 of what is not empty is unknown");
    is_u64(reject_count, 10, "the others are not");
    is_reject(0, 4, TUTELA_REJECT_WIDTH, "a digit short");
    is_reject(1, 5, TUTELA_REJECT_HEX, "no hex");
    is_reject(2, 6, TUTELA_REJECT_NO_DIGEST, "no digest");
    is_reject(3, 7, TUTELA_REJECT_SIZE, "size 1x");
    is_reject(4, 8, TUTELA_REJECT_SIZE, "size -1");
    is_reject(5, 9, TUTELA_REJECT_ENCODING, "a tab in the id");
    is_reject(6, 10, TUTELA_REJECT_ENCODING, "invalid UTF-8 in the category");
    is_reject(7, 12, TUTELA_REJECT_WIDTH, "MD5 under SHA-1");
    is_reject(8, 14, TUTELA_REJECT_ENCODING, "a bidirectional control in the id");
    is_reject(9, 15, TUTELA_REJECT_EMPTY_FILE, "empty file");
}

static void lengths(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);
    size_t at = (size_t)sprintf(text, "md5,id\n");

    for (int length = 254; length <= 257; length++)
        at += (size_t)sprintf(text + at, "%s,%0*d\n", md5, length, 7);
    at += (size_t)sprintf(text + at, "%s,", md5);
    for (int i = 0; i < 256; i++)
        at += (size_t)sprintf(text + at, "%s", i == 0 || i == 255 ? "\"" : "\"\"");
    sprintf(text + at, "\n");
    is_i64(read_text(text), TUTELA_OK, "ids of 254 to 257 bytes");
    is_u64(row_count, 3, "up to 255 are taken, counted without doubling");
    is_u64(strlen(rows[1].entry), 255, "whole");
    is_u64(strlen(rows[2].entry), 254, "quotes only");
    is_reject(0, 4, TUTELA_REJECT_TOO_LONG, "256");
    is_reject(1, 5, TUTELA_REJECT_TOO_LONG, "257");
}

/* The first line spreadsheets put in front to say what the delimiter is. */
static void announced(void)
{
    static const char *const good[] = {"sep=;\n", "SEP=;\r\n", "\"sep=;\"\n", "\n\nsep=;\n\n"};
    const char *md5 = sample_hex(1, TUTELA_MD5);

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(text, sizeof text, "%smd5;id,x\n%s;a,b\n", good[i], md5);
        is_i64(read_text(text), TUTELA_OK, "sep=;");
        is_text(got_format, "CSV", "its format");
        is_u64(reject_count, 0, "the line itself is no record");
        is_sample(0, 1, TUTELA_BIT(TUTELA_MD5), "sep=;");
        is_text(rows[0].entry, "", "the delimiter is what it says");
    }
    snprintf(text, sizeof text, "sep=|\nid|md5\na,b;c|%s\n", md5);
    is_i64(read_text(text), TUTELA_OK, "a bar");
    is_text(rows[0].entry, "a,b;c", "parts the columns");
    is_u64(rows[0].line, 3, "lines are counted");
    snprintf(text, sizeof text, "sep=;\nmd5\n%s\n", md5);
    is_i64(read_text(text), TUTELA_OK, "a single column");
    is_u64(row_count, 1, "is a column all the same");
    snprintf(text, sizeof text, "sep=x\nidxmd5\nax%s\n", md5);
    ok(read_text(text) == TUTELA_LIST_UNUSABLE || row_count == 0, "a letter is no delimiter");
    is_i64(read_text("sep=;\n"), TUTELA_LIST_UNUSABLE, "nothing behind it");
}

static void flags_and_dates(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);

    snprintf(text, sizeof text,
             "md5;Is Distributed;Victim Identified;Offender_Identified;self-generated;Updated;"
             "PhotoDNA\n%s;1;0;no;true;2024-01-02T03:04:05.1234567Z;QUJD\n%s;;Yes;1;;;\n"
             "%s;?;?;?;?;yesterday;\n%s\n",
             md5, md5, md5, md5);
    is_i64(read_text(text), TUTELA_OK, "flags and dates");
    is_u64(row_count, 4, "rows");
    is_u64(rows[0].flags, TUTELA_ENTRY_DISTRIBUTED | TUTELA_ENTRY_SELF_GENERATED, "flags");
    is_i64(rows[0].updated, INT64_C(1704164645123456700), "date");
    is_u64(rows[1].flags, TUTELA_ENTRY_VICTIM_IDENTIFIED | TUTELA_ENTRY_OFFENDER_IDENTIFIED,
           "other flags");
    is_i64(rows[1].updated, 0, "no date");
    is_u64(rows[2].flags, 0, "what is not clearly yes sets nothing");
    is_i64(rows[2].updated, 0, "what is no date is none");
    is_u64(counted("date that cannot be read"), 1, "and is counted");
    is_u64(counted("PhotoDNA"), 1, "so is PhotoDNA");
    is_u64(rows[3].flags, 0, "nothing is left over from the row before");
    snprintf(text, sizeof text, "date,sha1,md5\n/Date(1704164645123)/,,%s\n", md5);
    is_i64(read_text(text), TUTELA_OK, "a column named date");
    is_i64(rows[0].updated, INT64_C(1704164645123000000), "is the date");
}

/* A quote that is never closed costs its own line, not the rows behind it. */
static void stray_quotes(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);

    snprintf(text, sizeof text,
             "md5,name\n%s,\"open\n%s,a\n%s,\"b\"\n%s,5\" disk\n%s,\"x\"y\n%s,\"z\n", md5, md5, md5,
             md5, md5, md5);
    is_i64(read_text(text), TUTELA_OK, "stray quotes");
    is_u64(row_count, 3, "rows without one are taken");
    is_u64(rows[0].line, 3, "right behind it");
    is_u64(rows[2].line, 5, "a quote inside a bare field is text");
    is_reject(0, 2, TUTELA_REJECT_SYNTAX, "open, and closed in the middle of a later one");
    is_reject(1, 6, TUTELA_REJECT_SYNTAX, "text behind a closing quote");
    is_reject(2, 7, TUTELA_REJECT_SYNTAX, "open to the end of the file");
    is_u64(reject_count, 3, "and no other");

    size_t at = (size_t)sprintf(text, "md5,name\n%s,\"open\n", md5);
    for (int i = 0; i < 3000; i++)
        at += (size_t)sprintf(text + at, "%s,a\n", md5);
    is_i64(read_text(text), TUTELA_OK, "open, and 3000 rows without a quote");
    is_u64(row_count, 3000, "none of them is lost");
    is_u64(rows[2999].line, 3002, "or miscounted");
    is_u64(reject_count, 1, "one reject");

    at = (size_t)sprintf(text, "md5,name\n");
    for (int i = 0; i < 3000; i++)
        at += (size_t)sprintf(text + at, "%s,\"x\n", md5);
    is_i64(read_text(text), TUTELA_OK, "a quote open on every line");
    is_u64(reject_count, 3000, "every line is rejected");
    is_u64(rejects[2999].line, 3001, "under its own number");
}

static void multi_line(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);
    size_t at = (size_t)sprintf(text, "name,md5,note\n");

    for (int i = 0; i < 500; i++)
        at += (size_t)sprintf(text + at, "\"a\r\n\"\"b\"\"\n\n\",%s,\"c,\n%d\"\n\n", md5, i);
    is_i64(read_text(text), TUTELA_OK, "records of five lines and a blank one");
    is_u64(row_count, 500, "all taken");
    is_u64(reject_count, 0, "no reject");
    is_u64(rows[499].line, 2 + 499 * 6, "line where the last begins");

    at = (size_t)sprintf(text, "name,md5\n%s,%s\n\"", "x", md5);
    for (int i = 0; i < 255; i++)
        at += (size_t)sprintf(text + at, "\n");
    at += (size_t)sprintf(text + at, "\",%s\n", md5);
    is_i64(read_text(text), TUTELA_OK, "a record of 256 lines");
    is_u64(row_count, 2, "is taken");
}

static void long_rows(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);
    size_t size = (size_t)10 << 20;
    char *big = malloc(size + 400);
    size_t at = (size_t)sprintf(big, "name,md5\n\"");

    memset(big + at, 'a', size);
    at += size;
    at += (size_t)sprintf(big + at, "\",%s\nx,%s\n\"open\n", md5, md5);
    is_i64(read_bytes(big, at), TUTELA_OK, "a record of 10 MiB");
    is_u64(row_count, 1, "costs itself only");
    is_reject(0, 2, TUTELA_REJECT_TOO_LONG, "10 MiB");
    is_reject(1, 4, TUTELA_REJECT_SYNTAX, "open at the end");
    at = (size_t)sprintf(big, "name,md5\n\"open\n");
    memset(big + at, 'a', size);
    at += size;
    at += (size_t)sprintf(big + at, "\nx,%s\n", md5);
    is_i64(read_bytes(big, at), TUTELA_OK, "10 MiB behind an open quote");
    is_u64(row_count, 1, "the row behind is taken");
    is_u64(rows[0].line, 4, "under its line");
    is_u64(reject_count, 2, "two rejects");
    free(big);
}

static void odd_bytes(void)
{
    size_t at = (size_t)sprintf(text, "md5,name\n%s,a", sample_hex(1, TUTELA_MD5));

    text[at++] = '\0';
    at += (size_t)sprintf(text + at, "b\n%s,\xE9\n", sample_hex(2, TUTELA_MD5));
    is_i64(read_bytes(text, at), TUTELA_OK, "a NUL in a field that is not wanted");
    is_u64(row_count, 1, "costs its row; Latin-1 there does not");
    is_reject(0, 2, TUTELA_REJECT_ENCODING, "NUL");

    at = (size_t)sprintf(text, "md5");
    for (int i = 0; i < 400; i++)
        at += (size_t)sprintf(text + at, ",x");
    at += (size_t)sprintf(text + at, "\n%s", sample_hex(1, TUTELA_MD5));
    for (int i = 0; i < 4000; i++)
        at += (size_t)sprintf(text + at, ",");
    is_i64(read_text(text), TUTELA_OK, "more columns than are looked at");
    is_u64(row_count, 1, "do no harm");
}

/* Cut short anywhere: whole records stay what they are, the cut one has no more than it had. */
static void cut_short(const char *name)
{
    static got_row whole[8];
    size_t size, wrong = 0;
    char *data = load_sample(name, &size);

    (void)!read_bytes(data, size);
    memcpy(whole, rows, sizeof whole);
    for (size_t length = 0; length < size; length++) {
        tutela_status status = read_bytes(data, length);
        size_t sound = row_count > 0 ? row_count - 1 : 0;

        wrong += status != TUTELA_OK && status != TUTELA_LIST_UNUSABLE;
        wrong += row_count > 3 || memcmp(whole, rows, sound * sizeof *rows) != 0;
        for (int i = 0; row_count > 0 && i < TUTELA_ALGORITHM_COUNT; i++)
            if (rows[sound].digests.mask & TUTELA_BIT(i))
                wrong += memcmp(rows[sound].digests.value[i], whole[sound].digests.value[i],
                                tt_digest_size(i))
                         != 0;
    }
    is_u64(wrong, 0, "%s cut after every byte", name);
    free(data);
}

int main(void)
{
    samples();
    headers();
    faults();
    lengths();
    announced();
    flags_and_dates();
    stray_quotes();
    multi_line();
    long_rows();
    odd_bytes();
    cut_short("comma.csv");
    return tap_done();
}
