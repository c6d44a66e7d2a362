/* t_import_clamav: hashsets/import/clamav.c. */
#include "t_import_rows.h"

static char text[1 << 16];

static void samples(void)
{
    static const uint32_t masks[] = {1, 1, 2, 4};

    is_i64(read_sample("clamav.hdb"), TUTELA_OK, "clamav.hdb");
    is_text(got_format, "ClamAV", "its format");
    is_u64(row_count, 4, "four rows");
    is_u64(reject_count, 0, "no reject");
    for (unsigned i = 0; i < 4; i++)
        is_sample(i, i + 1, masks[i], "clamav.hdb");
    is_u64(rows[0].size, sample_size(1), "size");
    is_u64(rows[1].size, TT_SIZE_UNKNOWN, "size not known");
    is_text(rows[0].entry, "", "the name is not kept");

    is_i64(read_sample("clamav.mdb"), TUTELA_OK, "clamav.mdb");
    is_text(got_format, "ClamAV", "its format");
    is_u64(row_count, 0, "digests of sections are not taken for digests of files");
    is_u64(reject_count, 2, "but rejected");
    is_reject(0, 1, TUTELA_REJECT_NO_DIGEST, "a section");
    is_reject(1, 2, TUTELA_REJECT_NO_DIGEST, "a section of unknown size");
}

static void faults(void)
{
    static const struct {
        const char *format;
        int reason; /* -1: taken */
    } cases[] = {
        {"%s:1:name", -1},
        {" %s:1:name ", -1},
        {"%s:1:a name of any sort", -1},
        {"%s:18446744073709551616:name", TUTELA_REJECT_SIZE},
        {"%s:-1:name", TUTELA_REJECT_SIZE},
        {"%s::name", TUTELA_REJECT_SIZE},
        {"%s:**:name", TUTELA_REJECT_SIZE},
        {"%s:1", TUTELA_REJECT_SYNTAX},
        {"%s:1:", TUTELA_REJECT_SYNTAX},
        {"%s", TUTELA_REJECT_SYNTAX},
        {"%s:1:name:x", TUTELA_REJECT_SYNTAX},
        {"%s:1:name:73:", TUTELA_REJECT_SYNTAX},
        {"%s:1:name:73:200:1", TUTELA_REJECT_SYNTAX},
        {"%s0:1:name", TUTELA_REJECT_WIDTH},
        {"%.31sg:1:name", TUTELA_REJECT_HEX},
        {":1:name", TUTELA_REJECT_SYNTAX},
        {"1:%s:name", TUTELA_REJECT_NO_DIGEST},
        {"1:%s:", TUTELA_REJECT_SYNTAX},
        {"*:%s:name:73", TUTELA_REJECT_NO_DIGEST},
        {"d41d8cd98f00b204e9800998ecf8427e:0:name", TUTELA_REJECT_EMPTY_FILE},
        {"00000000000000000000000000000000:9:name", TUTELA_REJECT_ALL_ZERO},
    };
    const char *good = sample_hex(9, TUTELA_SHA256);
    char md5[33];

    snprintf(md5, sizeof md5, "%s", sample_hex(1, TUTELA_MD5));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int size = snprintf(text, sizeof text, "# comment\n\n%s:7:good\n", good);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#pragma GCC diagnostic ignored "-Wformat-security"
        size += snprintf(text + size, sizeof text - (size_t)size, cases[i].format, md5);
#pragma GCC diagnostic pop
        snprintf(text + size, sizeof text - (size_t)size, "\r\n%s:7:good\r\n", good);
        is_i64(read_text(text), TUTELA_OK, "row '%s'", cases[i].format);
        is_u64(row_count, cases[i].reason < 0 ? 3 : 2, "'%s': rows", cases[i].format);
        if (cases[i].reason < 0)
            is_sample(1, 1, TUTELA_BIT(TUTELA_MD5), cases[i].format);
        else
            is_reject(0, 4, (tutela_reject)cases[i].reason, cases[i].format);
    }
}

static void odd_bytes(void)
{
    const char *good = sample_hex(1, TUTELA_MD5);
    size_t length = (size_t)TT_INPUT_LINE_MAX + 10;
    char *big = malloc(length + 400);
    int size = snprintf(text, sizeof text, "\xEF\xBB\xBF%s:1:a\n%s:1:b", good, good);

    text[size++] = '\0';
    size += snprintf(text + size, 200, "c\n%s:1:caf\xE9\n", good);
    is_i64(read_bytes(text, (size_t)size), TUTELA_OK, "byte order mark, NUL, Latin-1");
    is_u64(row_count, 2, "a name may hold anything but NUL");
    is_reject(0, 2, TUTELA_REJECT_ENCODING, "NUL");

    size_t at = (size_t)sprintf(big, "%s:1:a\n%s:1:", good, good);
    memset(big + at, 'n', length);
    at += length;
    at += (size_t)sprintf(big + at, "\n%s:1:a", good);
    is_i64(read_bytes(big, at), TUTELA_OK, "an overlong row");
    is_u64(row_count, 2, "costs itself");
    is_reject(0, 2, TUTELA_REJECT_TOO_LONG, "overlong");
    free(big);
}

int main(void)
{
    samples();
    faults();
    odd_bytes();
    return tap_done();
}
