/* t_import_hashkeeper: hashsets/import/hashkeeper.c. */
#include "t_import_rows.h"

#define HEADER                                                                                     \
    "\"file_id\",\"hashset_id\",\"file_name\",\"directory\",\"hash\",\"file_size\","               \
    "\"date_modified\",\"time_modified\",\"time_zone\",\"comments\",\"date_accessed\","            \
    "\"time_accessed\"\r\n"

static char text[1 << 16];

static void samples(void)
{
    is_i64(read_sample("hashkeeper.hsh"), TUTELA_OK, "hashkeeper.hsh");
    is_text(got_format, "HashKeeper", "its format");
    is_u64(row_count, 2, "two rows");
    is_u64(reject_count, 0, "no reject");
    is_sample(0, 1, TUTELA_BIT(TUTELA_MD5), "hashkeeper.hsh");
    is_sample(1, 2, TUTELA_BIT(TUTELA_MD5), "hashkeeper.hsh");
    is_u64(rows[1].size, 15, "size");
    is_text(rows[1].entry, "102", "the file's id is the entry");
    is_i64(rows[0].updated, 0, "the file's date is not the entry's");
}

static void faults(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);
    int size = snprintf(text, sizeof text,
                        HEADER "1,7,\"a\",\"\",\"%s\",15,,,,,,\r\n2,7,\"a\",\"\",\"%s\",15\r\n"
                               "3,7,\"a\r\n4,7,\"a\",\"\",\"%.31s\",1\r\n5,7,\"a\",\"\",\"\",1\r\n"
                               "6,7,\"a\",\"\",\"%s\",1 kB\r\n7,7,\"caf\xE9\",\"\",\"%s\",\r\n8,7,\"",
                        md5, sample_hex(1, TUTELA_SHA1), md5, md5, md5);

    text[size++] = '\0';
    size += snprintf(text + size, 100, "\",,\"%s\",\r\n", md5);
    is_i64(read_bytes(text, (size_t)size), TUTELA_OK, "faults in rows");
    is_u64(row_count, 2, "sound rows are taken");
    is_text(rows[1].entry, "7", "names may be Latin-1");
    is_u64(reject_count, 6, "the others are not");
    is_reject(0, 3, TUTELA_REJECT_WIDTH, "a SHA-1");
    is_reject(1, 4, TUTELA_REJECT_SYNTAX, "an open quote");
    is_reject(2, 5, TUTELA_REJECT_WIDTH, "a digit short");
    is_reject(3, 6, TUTELA_REJECT_NO_DIGEST, "no digest");
    is_reject(4, 7, TUTELA_REJECT_SIZE, "no number");
    is_reject(5, 9, TUTELA_REJECT_ENCODING, "a NUL");

    is_i64(read_text("\"hashset_id\",\"name\",\"vendor\",\"package\",\"version\","
                     "\"authenicated_flag\",\"notable_flag\",\"initials\",\"num_of_files\","
                     "\"description\",\"date_loaded\"\r\n7,\"a\",\"b\",,,,0,,2,,\r\n"),
           TUTELA_LIST_UNUSABLE, "the set file (.hke) is no list");
    is_text(got_format, "HashKeeper", "but is known");
    ok(strstr(got_error.advice, ".hsh") && strstr(got_error.advice, "notable_flag"), "with advice");
}

int main(void)
{
    samples();
    faults();
    return tap_done();
}
