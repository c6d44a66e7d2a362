/*
 * t_import_cross: what holds across the list readers: the same digests in every format give the
 * same rows, every reader stands any file, and damage never makes a digest up or tells one.
 */
#include "t_import_rows.h"

#include "import_samples.h"

#define COUNT 100
#define THREE (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1) | TUTELA_BIT(TUTELA_SHA256))

static char text[1 << 18];

typedef int (*write_row)(char *out, size_t room, unsigned number);

static int plain_row(char *out, size_t room, unsigned number)
{
    return snprintf(out, room, "%s\n%s\n%s\n", sample_hex(number, 0), sample_hex(number, 1),
                    sample_hex(number, 2));
}

static int sums_row(char *out, size_t room, unsigned number)
{
    return snprintf(out, room, "%s  %u.jpg\nSHA1 (%u.jpg) = %s\n%s *%u.jpg\n",
                    sample_hex(number, 0), number, number, sample_hex(number, 1),
                    sample_hex(number, 2), number);
}

static int hashdeep_row(char *out, size_t room, unsigned number)
{
    return snprintf(out, room, "%" PRIu64 ",%s,%s,%s,/%u.jpg\n", sample_size(number),
                    sample_hex(number, 0), sample_hex(number, 1), sample_hex(number, 2), number);
}

static int csv_row(char *out, size_t room, unsigned number)
{
    return snprintf(out, room, "%u;%s;%s;\"%s\";%" PRIu64 ";%u\n", number, sample_hex(number, 2),
                    sample_hex(number, 0), sample_hex(number, 1), sample_size(number), number % 5);
}

static int vics_row(char *out, size_t room, unsigned number)
{
    return snprintf(
        out, room,
        "%s{\"MediaID\":%u,\"MD5\":\"%s\",\"SHA1\":\"%s\",\"Category\":%u,\"MediaSize\":%" PRIu64
        ",\"AlternativeHashes\":[{\"HashName\":\"SHA256\",\"HashValue\":\"%s\"}]}",
        number > 1 ? "," : "", number, sample_hex(number, 0), sample_hex(number, 1), number % 5,
        sample_size(number), sample_hex(number, 2));
}

/* Rows of one digest each, or of all three with the size. */
static void check_rows(const char *name, int tied)
{
    size_t wrong = 0;

    is_u64(row_count, tied ? COUNT : 3 * COUNT, "%s: rows", name);
    is_u64(reject_count, 0, "%s: no reject", name);
    for (size_t i = 0; i < row_count; i++) {
        unsigned number = (unsigned)(tied ? i : i / 3) + 1;
        uint32_t mask = tied ? THREE : TUTELA_BIT(i % 3);
        tt_digests want;

        sample_digests(number, &want);
        wrong += rows[i].digests.mask != mask
                 || rows[i].size != (tied ? sample_size(number) : TT_SIZE_UNKNOWN);
        for (int a = 0; a < 3; a++)
            if (mask & TUTELA_BIT(a))
                wrong += memcmp(rows[i].digests.value[a], want.value[a], tt_digest_size(a)) != 0;
    }
    is_u64(wrong, 0, "%s: the digests and sizes of the %d samples", name, COUNT);
}

static void same_rows(void)
{
    static const struct {
        const char *format, *head, *tail;
        write_row row;
        int tied, owned;
    } formats[] = {
        {"plain list", "", "", plain_row, 0, 0},
        {"md5sum", "", "", sums_row, 0, 0},
        {"hashdeep", "%%%% HASHDEEP-1.0\n%%%% size,md5,sha1,sha256,filename\n", "", hashdeep_row, 1,
         0},
        {"CSV", "Entry ID;SHA-256;MD5;SHA_1;bytes;category\n", "", csv_row, 1, 1},
        {"VICS JSON", "{\"odata.metadata\":\"x\",\"value\":[", "]}", vics_row, 1, 1},
    };

    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        size_t at = (size_t)snprintf(text, sizeof text, "%s", formats[f].head);
        char number[16];

        for (unsigned i = 1; i <= COUNT; i++)
            at += (size_t)formats[f].row(text + at, sizeof text - at, i);
        snprintf(text + at, sizeof text - at, "%s", formats[f].tail);
        is_i64(read_text(text), TUTELA_OK, "%s is read", formats[f].format);
        is_text(got_format, formats[f].format, "%s is known for what it is", formats[f].format);
        check_rows(formats[f].format, formats[f].tied);
        if (!formats[f].owned)
            continue;
        is_text(rows[COUNT - 1].entry, "100", "%s: entry", formats[f].format);
        snprintf(number, sizeof number, "%u", 99 % 5);
        is_text(rows[98].value, number, "%s: category", formats[f].format);
    }
}

/* Each reader made to read each sample, its own or not. */
static void wrong_readers(void)
{
    const tt_importer *importer;
    char path[256];

    for (size_t f = 0; (importer = tt_import_format_at(f)); f++) {
        for (size_t i = 0; i < IMPORT_SAMPLES; i++) {
            tt_input *input = NULL;
            tutela_error error = {0};

            snprintf(path, sizeof path, "tests/data/lists/%s", import_samples[i]);
            row_count = 0;
            tutela_status status = tt_input_open(&input, path, &error);
            if (status == TUTELA_OK)
                status = tt_import_read(input, importer, &keep_all, &error);
            ok(status == TUTELA_OK || status == TUTELA_LIST_UNUSABLE, "%s read as %s", import_samples[i],
               importer->name);
            ok(row_count <= 4, "gives no more rows than it has");
            tt_input_free(input);
        }
    }
}

/* A fixed sequence, the same on every machine. */
static uint32_t random_state = 2463534242u;

static uint32_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

/* 1 when the digest's hex, in either case, stands in the bytes. */
static int stands_in(const got_row *row, int algorithm, const char *data, size_t size)
{
    char hex[2 * TUTELA_DIGEST_MAX + 1];
    size_t digits = tt_digest_size(algorithm) * 2;

    tt_hex_encode(row->digests.value[algorithm], digits / 2, hex);
    for (size_t at = 0; at + digits <= size; at++)
        if (strncasecmp(data + at, hex, digits) == 0)
            return 1;
    return 0;
}

/* Bytes changed, dropped and doubled: never a crash, never a digest that is not there. */
static void damage(void)
{
    size_t made_up = 0, wrong = 0;

    for (size_t i = 0; i < IMPORT_SAMPLES; i++) {
        size_t size;
        char *data = load_sample(import_samples[i], &size);
        char *copy = malloc(size + 64);

        for (int round = 0; round < 300; round++) {
            size_t length = size;
            memcpy(copy, data, size);
            for (uint32_t hits = 1 + next_random() % 4; hits > 0; hits--) {
                size_t at = next_random() % length;
                static const char likely[] = "\",;:{}[]\\\n\r\t \0#%=()0aZ\xFF";
                switch (next_random() % 3) {
                case 0:
                    copy[at] = likely[next_random() % (sizeof likely - 1)];
                    break;
                case 1:
                    memmove(copy + at, copy + at + 1, --length - at);
                    break;
                default:
                    memmove(copy + at + 8, copy + at, length - at < 16 ? 1 : 8);
                    break;
                }
            }
            tutela_status status = read_bytes(copy, length);
            wrong += status != TUTELA_OK && status != TUTELA_LIST_UNUSABLE;
            for (size_t r = 0; r < row_count; r++)
                for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
                    if ((rows[r].digests.mask & TUTELA_BIT(a)) && !strstr(import_samples[i], "json"))
                        made_up += !stands_in(&rows[r], a, copy, length);
        }
        free(copy);
        free(data);
    }
    is_u64(wrong, 0, "damaged lists are read or refused");
    is_u64(made_up, 0, "and every digest taken stands in the file");
}

int main(void)
{
    same_rows();
    wrong_readers();
    damage();
    return tap_done();
}
