/* t_import_utf16: hashsets/import/utf16.c, and lists in UTF-16 through every reader. */
#include "t_import_rows.h"

#include "hashsets/import/utf16.h"

static const char *const samples[] = {
    "plain.txt",      "xways.txt",    "md5sum.txt",   "tagged.txt",    "md5deep-z.txt",
    "hashdeep.txt",   "comma.csv",    "icse.csv",     "vics-1.3.json", "vics-2.0-us.json",
    "clamav.hdb",     "nsrl-2.txt",   "nsrl-1.5.txt", "ilook-1.txt",   "ilook-3.txt",
    "hashkeeper.hsh", "tsk-md5.idx"};

static void put_unit(char *out, size_t *at, unsigned unit, int big)
{
    out[(*at)++] = (char)(big ? unit >> 8 : unit & 0xFF);
    out[(*at)++] = (char)(big ? unit & 0xFF : unit >> 8);
}

/* UTF-8 as UTF-16 with its mark. The caller frees it. */
static char *widen(const char *data, size_t size, int big, size_t *wide_size)
{
    char *out = malloc(2 * size + 4);
    size_t at = 0, length;
    uint32_t code;

    if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
        data += 3;
        size -= 3;
    }
    put_unit(out, &at, 0xFEFF, big);
    for (size_t i = 0; i < size; i += length) {
        length = tt_utf8_next(data + i, size - i, &code);
        if (length == 0) {
            printf("Bail out! a sample is not UTF-8\n");
            exit(1);
        }
        if (code > 0xFFFF) {
            put_unit(out, &at, 0xD7C0 + (code >> 10), big);
            code = 0xDC00 + (code & 0x3FF);
        }
        put_unit(out, &at, code, big);
    }
    *wide_size = at;
    return out;
}

/* Every sample gives the same rows in UTF-16 as in UTF-8, and damage makes none up. */
static void same_rows(void)
{
    static got_row want[16];

    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        size_t size, wide_size, wrong = 0;
        char *data = load_sample(samples[i], &size);

        (void)!read_bytes(data, size);
        size_t count = row_count, rejected = reject_count;
        const char *format = got_format;
        memcpy(want, rows, sizeof want);
        for (int big = 0; big <= 1; big++) {
            char *wide = widen(data, size, big, &wide_size);
            is_i64(read_bytes(wide, wide_size), TUTELA_OK, "%s, %s-endian", samples[i],
                   big ? "big" : "little");
            is_text(got_format, format, "its format");
            is_u64(row_count, count, "rows");
            is_u64(reject_count, rejected, "rejects");
            ok(memcmp(want, rows, count * sizeof *rows) == 0, "the same as in UTF-8");
            for (size_t length = 100; length < wide_size; length += 1 + length % 7) {
                tutela_status status = read_bytes(wide, length);
                wrong += status != TUTELA_OK && status != TUTELA_LIST_UNUSABLE;
                wrong += row_count > count || tells(got_error.text, data, size)
                         || (row_count > 1
                             && memcmp(want, rows, (row_count - 1) * sizeof *rows) != 0);
            }
            free(wide);
        }
        is_u64(wrong, 0, "%s cut short in UTF-16", samples[i]);
        free(data);
    }
}

/* Lone halves of surrogates and half a unit at the end cost their row, not another. */
static void lost(void)
{
    static const unsigned bad[][2] = {{0xD83D, 'x'}, {0xDE00, 'x'}, {0xD83D, 0xD83D}, {0xDE00, 0xD83D}};
    char text[4096], *wide;
    size_t size;

    for (size_t i = 0; i < 4; i++)
        for (int big = 0; big <= 1; big++) {
            snprintf(text, sizeof text, "%s  a\n%s  b??c\n%s  caf\xC3\xA9 \xF0\x9F\x98\x80\n",
                     sample_hex(1, 0), sample_hex(2, 0), sample_hex(3, 0));
            wide = widen(text, strlen(text), big, &size);
            size_t at = (size_t)(strchr(text, '?') - text) * 2 + 2;
            put_unit(wide, &at, bad[i][0], big);
            put_unit(wide, &at, bad[i][1], big);
            is_i64(read_bytes(wide, size), TUTELA_OK, "lone surrogate, case %zu", i);
            is_u64(row_count, 2, "costs its row");
            is_u64(reject_count, 1, "and no other");
            is_reject(0, 2, TUTELA_REJECT_ENCODING, "lone surrogate");
            free(wide);
        }
    snprintf(text, sizeof text, "%s  a\n%s", sample_hex(1, 0), sample_hex(2, 0));
    wide = widen(text, strlen(text), 0, &size);
    wide[size] = 'x';
    is_i64(read_bytes(wide, size + 1), TUTELA_OK, "half a unit at the end");
    is_reject(0, 2, TUTELA_REJECT_ENCODING, "half a unit");
    free(wide);

    snprintf(text, sizeof text,
             "{\"value\":[{\"MD5\":\"%s\",\"Comments\":\"?\"},{\"MD5\":\"%s\",\"MediaID\":\"?\"},"
             "{\"MD5\":\"%s\"}]}", sample_hex(1, 0), sample_hex(2, 0), sample_hex(3, 0));
    wide = widen(text, strlen(text), 0, &size);
    for (const char *mark = text; (mark = strchr(mark, '?')); mark++) {
        size_t at = (size_t)(mark - text) * 2 + 2;
        put_unit(wide, &at, 0xD800, 0);
    }
    is_i64(read_bytes(wide, size), TUTELA_OK, "lone surrogates in JSON do not break it");
    is_u64(row_count, 2, "where nothing is kept they are nobody's business");
    is_reject(0, 2, TUTELA_REJECT_ENCODING, "in an id");
    free(wide);
}

/* Characters of every length at every place around the edges of both buffers. */
static void edges(void)
{
    size_t wrong = 0, room = 300000, size;
    char *data = malloc(room + 100);

    for (size_t shift = 0; shift < 12; shift++) {
        size_t at = 0;
        memset(data, 'x', shift);
        for (at = shift; at < room;)
            at += (size_t)sprintf(data + at, "%s", at % 3 ? "\xF0\x9F\x98\x80" : at % 2 ? "\xE2\x82\xAC" : "a\xC3\xA9");
        data[at++] = '\n';
        char *wide = widen(data, at, (int)(shift & 1), &size);
        int fd = memfd_create("wide", MFD_CLOEXEC);
        tt_input *input = NULL;
        tt_line line = {.text = NULL};
        wrong += fd < 0 || write(fd, wide, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0
                 || tt_input_from(&input, fd, "wide", NULL) != TUTELA_OK
                 || tt_input_line(input, &line, NULL) != TUTELA_OK || !line.text
                 || line.size != at - 1 || memcmp(line.text, data, line.size) != 0;
        tt_input_free(input);
        free(wide);
    }
    is_u64(wrong, 0, "one line of 300,000 bytes comes as it went");
    free(data);
}

/* Rows at the longest size allowed and past it, in characters of three bytes. */
static void long_rows(void)
{
    size_t room = (size_t)4 << 20, size;
    char *data = malloc(room);

    for (size_t more = 0; more <= 2; more++) {
        size_t at = (size_t)sprintf(data, "%s  ", sample_hex(1, 0));
        while (at + 3 <= TT_INPUT_LINE_MAX)
            at += (size_t)sprintf(data + at, "\xE2\x82\xAC");
        while (at < TT_INPUT_LINE_MAX + more)
            data[at++] = 'x';
        at += (size_t)sprintf(data + at, "\r\n%s  b\r\n", sample_hex(2, 0));
        char *wide = widen(data, at, 0, &size);
        is_i64(read_bytes(wide, size), TUTELA_OK, "a row %zu over the limit", more);
        is_u64(row_count, more ? 1 : 2, "rows");
        is_u64(rows[row_count - 1].line, 2, "the next is read");
        if (more)
            is_reject(0, 1, TUTELA_REJECT_TOO_LONG, "over the limit");
        free(wide);
    }
    size_t at = (size_t)sprintf(data, "%s  a\n", sample_hex(1, 0));
    while (at < room - 10)
        at += (size_t)sprintf(data + at, "\xE2\x82\xAC");
    char *wide = widen(data, at, 1, &size);
    is_i64(read_bytes(wide, size), TUTELA_OK, "a row of 4 MiB without an end");
    is_u64(row_count, 1, "rows");
    is_reject(0, 2, TUTELA_REJECT_TOO_LONG, "4 MiB");
    free(wide);
    free(data);
}

static void left_alone(void)
{
    static const char *const xml[] = {"\xFF\xFE<\0a\0", "\xFE\xFF\0<\0a", "\xFF\xFE \0\n\0<\0"};
    static const size_t sizes[] = {6, 6, 8};
    const uint8_t *head;
    size_t size;

    for (size_t i = 0; i < 3; i++) {
        int fd = memfd_create("xml", MFD_CLOEXEC);
        tt_input *input = NULL;
        ok(fd >= 0 && write(fd, xml[i], sizes[i]) == (ssize_t)sizes[i]
               && lseek(fd, 0, SEEK_SET) == 0
               && tt_input_from(&input, fd, "xml", NULL) == TUTELA_OK
               && tt_input_peek(input, &head, &size, NULL) == TUTELA_OK,
           "XML %zu", i);
        ok(size == sizes[i] && memcmp(head, xml[i], size) == 0, "stays as it is");
        tt_input_free(input);
    }
    is_i64(read_bytes("\xFF\xFE", 2), TUTELA_LIST_UNUSABLE, "a mark and nothing else");
    is_i64(read_bytes("\xFF\xFEM", 3), TUTELA_LIST_UNUSABLE, "a mark and half a unit");
    is_i64(read_bytes("\xFF\xFE\0\0M\0\0\0", 8), TUTELA_LIST_UNUSABLE, "UTF-32");
    is_i64(read_bytes("\xFF\xFEM\0D\0\x35\0\n\0", 10), TUTELA_OK, "an algorithm alone");
    is_text(got_format, "plain list", "is a list without rows yet");
}

/* A byte at a time through the decoder gives what all at once gives. */
static void piecemeal(void)
{
    static const uint8_t units[] = {'a', 0, 0xE9, 0, 0xAC, 0x20, 0x3D, 0xD8, 0, 0xDE,
                                    0x3D, 0xD8, 'b', 0, 0, 0xDC, 0x3D, 0xD8, 'x'};
    static const char want[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80" "\0" "b" "\0" "\0";
    uint8_t raw[32], out[64];
    tt_utf16 wide = {.raw = raw, .room = sizeof raw};
    size_t made = 0, wrong = 0;

    for (size_t i = 0; i < sizeof units; i++) {
        tt_utf16_compact(&wide);
        raw[wide.end++] = units[i];
        made += tt_utf16_decode(&wide, out + made, 1);
    }
    wide.ended = 1;
    for (size_t got; (got = tt_utf16_decode(&wide, out + made, 1)) > 0; made += got)
        wrong += made > 40;
    is_u64(wrong, 0, "it ends");
    is_u64(made, sizeof want - 1, "bytes");
    is_mem(out, want, sizeof want - 1, "are what they should be");
}

int main(void)
{
    same_rows();
    lost();
    edges();
    long_rows();
    left_alone();
    piecemeal();
    return tap_done();
}
