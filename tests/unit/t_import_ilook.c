/* t_import_ilook: hashsets/import/ilook.c. */
#include "t_import_rows.h"

#define MD5_SHA1 (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1))

static char text[1 << 16];

static void samples(void)
{
    is_i64(read_sample("ilook-1.txt"), TUTELA_OK, "version 1");
    is_text(got_format, "ILook", "its format");
    is_u64(row_count, 2, "two rows");
    is_u64(reject_count, 0, "no reject");
    is_sample(0, 1, TUTELA_BIT(TUTELA_MD5), "version 1");
    is_sample(1, 2, TUTELA_BIT(TUTELA_MD5), "version 1");
    is_u64(rows[0].size, 15, "size behind a path with a comma");

    is_i64(read_sample("ilook-3.txt"), TUTELA_OK, "version 3");
    is_text(got_format, "ILook", "its format");
    is_u64(row_count, 2, "two rows");
    is_sample(0, 1, TT_DIGEST_ALL, "version 3: all but SHA-384");
    is_sample(1, 2, MD5_SHA1 | TUTELA_BIT(TUTELA_SHA256), "version 3: empty columns");
    is_u64(rows[0].size, 15, "size behind a name with a comma");

    is_i64(read_sample("ilook-4.txt"), TUTELA_OK, "version 4");
    is_text(got_format, "ILook", "its format");
    is_u64(row_count, 1, "one row");
    is_sample(0, 1, TT_DIGEST_ALL, "version 4");
    is_i64(rows[0].updated, 0, "the file's times are not the entry's");
}

static void variants(void)
{
    size_t size;
    char *data = load_sample("ilook-4.txt", &size);

    data[1] = '3';
    is_i64(read_bytes(data, size), TUTELA_OK, "version 4 under V3Hash");
    is_sample(0, 1, TT_DIGEST_ALL, "V3Hash with times");
    free(data);
    snprintf(text, sizeof text, "v1hash,hashtype,setdescription,filename,filepath,filesize\n"
             "%s,1,s,n,p,x\n%s,1,s,n,p,\n%s\n%.30s,1,s,n,p,3\n", sample_hex(1, 0), sample_hex(2, 0),
             sample_hex(3, 0), sample_hex(4, 0));
    is_i64(read_text(text), TUTELA_OK, "a header in lower case");
    is_u64(row_count, 1, "one sound row");
    is_sample(0, 2, TUTELA_BIT(TUTELA_MD5), "without a size");
    is_reject(0, 2, TUTELA_REJECT_SIZE, "no number");
    is_reject(1, 4, TUTELA_REJECT_SYNTAX, "a digest alone");
    is_reject(2, 5, TUTELA_REJECT_WIDTH, "too short");
}

int main(void)
{
    samples();
    variants();
    return tap_done();
}
