/* t_import_encase: hashsets/import/encase.c. */
#include "t_import_rows.h"

#define HEADER 0x480u
#define RECORD 18u
#define COUNT 20u

static unsigned char file[HEADER + RECORD * ROWS_MAX];
static const char *last_counted;
static size_t count_calls;

static void keep_last(void *user, const char *what)
{
    (void)user;
    last_counted = what;
    count_calls++;
}

static const tt_row_sink counting = {.take = keep_row, .reject = keep_reject, .count = keep_last};

/* A list of the first samples, with this number in its header. Its size. */
static size_t make(unsigned records, uint32_t stated)
{
    static const unsigned char begin[16] = "HASH\r\n\xff\0\2\0\0\0\1\0\0";
    tt_digests digests;

    memset(file, 0, sizeof file);
    memcpy(file, begin, sizeof begin);
    for (unsigned i = 0; i < 4; i++)
        file[16 + i] = (unsigned char)(stated >> 8 * i);
    memcpy(file + 0x408, "S\0e\0t\0", 6);
    memcpy(file + 0x458, "N\0o\0t\0a\0b\0l\0e\0", 14);
    for (unsigned i = 0; i < records; i++) {
        sample_digests(i + 1, &digests);
        memcpy(file + HEADER + i * RECORD, digests.value[TUTELA_MD5], 16);
    }
    return HEADER + RECORD * records;
}

/* Read the file's first bytes with a sink that counts. */
static tutela_status read_counting(size_t size)
{
    char path[64];
    int fd = memfd_create("list", MFD_CLOEXEC);

    if (fd < 0 || write(fd, file, size) != (ssize_t)size) {
        printf("Bail out! no file in memory\n");
        exit(1);
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    row_count = reject_count = count_calls = 0;
    last_counted = "";
    tutela_status status = tt_import_file(path, NULL, &counting, &got_format, &got_error);
    close(fd);
    return status;
}

static void sound(void)
{
    size_t size = make(COUNT, COUNT);

    is_i64(read_counting(size), TUTELA_OK, "a list");
    is_text(got_format, "EnCase .hash", "its format");
    is_u64(row_count, COUNT, "its rows");
    is_u64(reject_count + count_calls, 0, "nothing else");
    for (unsigned i = 0; i < COUNT; i++) {
        is_sample(i, i + 1, TUTELA_BIT(TUTELA_MD5), "EnCase");
        ok(rows[i].line == i + 1 && rows[i].size == TT_SIZE_UNKNOWN, "number; no size");
        ok(!*rows[i].entry && !*rows[i].value, "no words");
    }
    is_i64(read_counting(make(0, 0)), TUTELA_OK, "an empty list");
    is_u64(row_count + reject_count + count_calls, 0, "has nothing");
}

/* Records across every edge of the reader's buffer. */
static void long_list(void)
{
    size_t wrong = 0;
    tt_digests want;

    is_i64(read_counting(make(ROWS_MAX, ROWS_MAX)), TUTELA_OK, "a long list");
    is_u64(row_count, ROWS_MAX, "its rows");
    for (unsigned i = 0; i < ROWS_MAX; i++) {
        sample_digests(i + 1, &want);
        wrong += memcmp(rows[i].digests.value[TUTELA_MD5], want.value[TUTELA_MD5], 16) != 0;
    }
    is_u64(wrong, 0, "each the right one");
}

static void lies(void)
{
    static const uint32_t stated[] = {0, 1, COUNT - 1, COUNT + 1, UINT32_MAX};

    for (size_t i = 0; i < sizeof stated / sizeof stated[0]; i++) {
        is_i64(read_counting(make(COUNT, stated[i])), TUTELA_OK, "%u records by the header",
               (unsigned)stated[i]);
        is_u64(row_count, COUNT, "all that there are are read");
        is_u64(reject_count, 0, "no reject");
        is_u64(count_calls, 1, "but it is told once");
        is_text(last_counted, "header with a wrong number of records", "in words");
    }
}

/* Cut after every byte. */
static void cut_short(void)
{
    size_t size = make(COUNT, COUNT), wrong = 0;

    for (size_t length = 8; length < size; length++) {
        tutela_status status = read_counting(length);
        size_t whole = length < HEADER ? 0 : (length - HEADER) / RECORD;
        size_t part = length < HEADER ? 0 : (length - HEADER) % RECORD != 0;

        wrong += status != (length < HEADER ? TUTELA_LIST_UNUSABLE : TUTELA_OK);
        wrong += row_count != whole || reject_count != part;
        wrong += count_calls != (length >= HEADER);
        wrong += part && (rejects[0].line != whole + 1
                          || rejects[0].reason != TUTELA_REJECT_SYNTAX);
    }
    is_u64(wrong, 0, "cut anywhere: whole records are taken, a part is rejected");
}

static void odd(void)
{
    size_t size = make(3, 3);

    file[8] = 3;
    is_i64(read_counting(size), TUTELA_LIST_UNUSABLE, "another version");
    ok(strstr(got_error.text, "version"), "says so: %s", got_error.text);
    size = make(4, 4);
    memset(file + HEADER, 0, 16);
    memcpy(file + HEADER + RECORD,
           "\xd4\x1d\x8c\xd9\x8f\x00\xb2\x04\xe9\x80\x09\x98\xec\xf8\x42\x7e", 16);
    file[HEADER + 3 * RECORD - 1] = 1;
    is_i64(read_counting(size), TUTELA_OK, "void digests and a filler");
    is_u64(row_count, 2, "sound ones are taken");
    is_reject(0, 1, TUTELA_REJECT_ALL_ZERO, "zeros");
    is_reject(1, 2, TUTELA_REJECT_EMPTY_FILE, "the empty file");
    is_sample(0, 3, TUTELA_BIT(TUTELA_MD5), "odd filler");
    is_text(last_counted, "record whose filler is not zero", "which is told");
    is_i64(read_bytes((char *)file, size), TUTELA_OK, "nobody need listen");
}

/* A pipe, which hands out what it has. */
static void piped(void)
{
    tt_input *input = NULL;
    size_t size = make(3, 3);
    int ends[2];

    if (pipe(ends) != 0 || write(ends[1], file, size) != (ssize_t)size)
        exit(1);
    close(ends[1]);
    row_count = 0;
    is_i64(tt_input_from(&input, ends[0], "pipe", NULL), TUTELA_OK, "from a pipe");
    for (size_t i = 0; tt_import_format_at(i); i++)
        if (strcmp(tt_import_format_at(i)->name, "EnCase .hash") == 0)
            is_i64(tt_import_read(input, tt_import_format_at(i), &keep_all, NULL), TUTELA_OK,
                   "it is read");
    is_u64(row_count, 3, "its rows");
    tt_input_free(input);
}

int main(void)
{
    sound();
    long_list();
    lies();
    cut_short();
    odd();
    piped();
    return tap_done();
}
