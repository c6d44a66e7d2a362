/* t_import_icse: hashsets/import/icse.c. */
#include "t_import_rows.h"

#define MD5_SHA1 (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1))
#define HEADER                                                                                     \
    "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;"             \
    "Series name;Number of submissions;File Available;Media Type;Baseline\n"

static char text[1 << 16];

static void samples(void)
{
    is_i64(read_sample("icse.csv"), TUTELA_OK, "icse.csv: semicolons, CR LF, byte order mark");
    is_text(got_format, "Interpol ICSE CSV", "its format");
    is_u64(row_count, 2, "short rows too");
    is_u64(reject_count, 0, "no reject");
    is_sample(0, 1, MD5_SHA1, "icse.csv");
    is_sample(1, 2, MD5_SHA1, "icse.csv");
    is_text(rows[0].scheme, "interpol", "scheme");
    is_text(rows[0].value, "baseline", "value");
    is_u64(rows[0].flags, TUTELA_ENTRY_DISTRIBUTED, "flags");
    is_text(rows[1].entry, "1002", "Image ID is the entry");
    is_text(rows[1].value, "", "a short row is not of the baseline");
    is_text(rows[1].scheme, "", "and so has no scheme");
    is_u64(rows[1].flags, 0, "and no flags");
    is_u64(counted("PhotoDNA"), 0, "no PhotoDNA");
}

/* One row with these fields behind its digests. */
static const got_row *row(const char *fields)
{
    snprintf(text, sizeof text, HEADER "%s;%s;%s\n", sample_hex(1, 0), sample_hex(1, 1), fields);
    is_i64(read_text(text), TUTELA_OK, "row ...;%s", fields);
    is_u64(row_count, 1, "is taken");
    is_sample(0, 1, MD5_SHA1, fields);
    return &rows[0];
}

static void fields(void)
{
    static const struct {
        const char *text;
        int set;
    } words[] = {{"1", 1},     {"true", 1}, {"TRUE", 1}, {"Yes", 1}, {"y", 1},  {"x", 1},
                 {" 1 ", 1},   {"0", 0},    {"", 0},     {"no", 0},  {"-", 0},  {"null", 0},
                 {"false", 0}, {"2", 0},    {"11", 0},   {"N/A", 0}, {"tru", 0}};
    char line[200];

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        snprintf(line, sizeof line, ";7;;;;;3;1;image;%s", words[i].text);
        is_text(row(line)->value, words[i].set ? "baseline" : "", "Baseline '%s'", words[i].text);
        snprintf(line, sizeof line, ";7;0;%s;0;s", words[i].text);
        is_u64(row(line)->flags, words[i].set ? TUTELA_ENTRY_VICTIM_IDENTIFIED : 0, "victim '%s'",
               words[i].text);
    }
    is_u64(row(";7;0;0;1")->flags, TUTELA_ENTRY_OFFENDER_IDENTIFIED, "offender");
    is_u64(row(";7;1;1;1")->flags,
           TUTELA_ENTRY_DISTRIBUTED | TUTELA_ENTRY_VICTIM_IDENTIFIED
               | TUTELA_ENTRY_OFFENDER_IDENTIFIED,
           "all of them");
    (void)row("");
    is_u64(counted("PhotoDNA"), 0, "an empty PhotoDNA is none");
    (void)row("QUJD;7");
    is_u64(counted("PhotoDNA"), 1, "PhotoDNA is counted");
    snprintf(text, sizeof text, HEADER ";;QUJD;9;1\n");
    is_i64(read_text(text), TUTELA_OK, "PhotoDNA alone");
    is_u64(counted("PhotoDNA"), 1, "is counted");
    is_reject(0, 2, TUTELA_REJECT_NO_DIGEST, "and the row rejected");
}

static void other_headers(void)
{
    snprintf(text, sizeof text, "MD5;PhotoDNA;Image ID\n%s;;1\n", sample_hex(1, 0));
    is_i64(read_text(text), TUTELA_OK, "no Baseline column");
    is_text(got_format, "CSV", "is any CSV");
    snprintf(text, sizeof text, "sep=;\n" HEADER "%s;;;1;;;;;;;;1\n", sample_hex(1, 0));
    is_i64(read_text(text), TUTELA_OK, "a spreadsheet's first line");
    is_text(got_format, "Interpol ICSE CSV", "is no hindrance");
    is_text(rows[0].value, "baseline", "value");
    is_u64(rows[0].line, 3, "line");
}

int main(void)
{
    samples();
    fields();
    other_headers();
    return tap_done();
}
