/* t_import_tsk: hashsets/import/tsk.c, on made rows and on what hfind itself writes. */
#include "t_import_rows.h"

#define HEADER "00000000000000000000000000000000000000000|md5sum\n"

static char text[1 << 16];

static void samples(void)
{
    is_i64(read_sample("tsk-md5.idx"), TUTELA_OK, "tsk-md5.idx");
    is_text(got_format, "TSK index", "its format");
    is_u64(row_count, 3, "three rows");
    is_u64(reject_count, 0, "no reject");
    /* The index is sorted by digest. */
    is_sample(0, 2, TUTELA_BIT(TUTELA_MD5), "tsk-md5.idx");
    is_sample(1, 1, TUTELA_BIT(TUTELA_MD5), "tsk-md5.idx");
    is_u64(rows[0].size, TT_SIZE_UNKNOWN, "the offset is no size");
}

static void faults(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);
    int size = snprintf(text, sizeof text,
                        HEADER "00000000000000000000000000000000000000001|a|b\r\n%s|0\r\n%s\n%s|\n"
                               "%s|12x\n|12\n%.31s|12\n%.31sg|12\n%s|123456789012345678901\n\n%s|1",
                        md5, md5, md5, md5, md5, md5, md5, sample_hex(1, TUTELA_SHA1));

    text[size++] = '\0';
    size += snprintf(text + size, 200, "\n%032d|1\n%s|18446744073709551615", 0,
                     sample_hex(2, TUTELA_SHA1));
    is_i64(read_bytes(text, (size_t)size), TUTELA_OK, "faults in rows");
    is_u64(row_count, 2, "sound rows are taken");
    is_sample(0, 1, TUTELA_BIT(TUTELA_MD5), "MD5");
    is_sample(1, 2, TUTELA_BIT(TUTELA_SHA1), "SHA-1");
    is_u64(reject_count, 9, "the others are not, headers and blanks are no rows");
    for (size_t i = 0; i < 4; i++)
        is_reject(i, i + 4, TUTELA_REJECT_SYNTAX, "no offset, no digest");
    is_reject(4, 8, TUTELA_REJECT_WIDTH, "a digit short");
    is_reject(5, 9, TUTELA_REJECT_HEX, "no hex");
    is_reject(6, 10, TUTELA_REJECT_SYNTAX, "an offset of too many digits");
    is_reject(7, 12, TUTELA_REJECT_ENCODING, "a NUL");
    is_reject(8, 13, TUTELA_REJECT_ALL_ZERO, "zeros");
}

static void by_hfind(void)
{
    char command[2048];
    FILE *list = fopen(tap_path("list.txt"), "w");

    if (!list || system("command -v hfind > /dev/null") != 0) {
        skip(6, "no hfind");
        if (list)
            fclose(list);
        return;
    }
    for (unsigned i = 1; i <= 50; i++)
        fprintf(list, "%s  %u.jpg\n", sample_hex(i, TUTELA_MD5), i);
    fclose(list);
    snprintf(command, sizeof command, "hfind -i md5sum '%s' > /dev/null", tap_path("list.txt"));
    is_i64(system(command), 0, "hfind makes an index");
    list = fopen(tap_path("list.txt-md5.idx"), "r");
    ok(list != NULL, "and it is there");
    size_t size = list ? fread(text, 1, sizeof text, list) : 0;
    if (list)
        fclose(list);
    is_i64(read_bytes(text, size), TUTELA_OK, "it is read");
    is_text(got_format, "TSK index", "as what it is");
    is_u64(row_count, 50, "every digest");
    size_t there = 0;
    for (unsigned i = 1; i <= 50; i++) {
        tt_digests want;
        sample_digests(i, &want);
        for (size_t r = 0; r < row_count; r++)
            there += memcmp(rows[r].digests.value[0], want.value[0], 16) == 0;
    }
    is_u64(there, 50, "once");
}

int main(void)
{
    samples();
    faults();
    by_hfind();
    return tap_done();
}
