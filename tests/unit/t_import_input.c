/* t_import_input: hashsets/import/input.c. */
#include "t_import_rows.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* An input over bytes in memory. */
static tt_input *over(const void *data, size_t size)
{
    tt_input *input = NULL;
    int fd = memfd_create("input", 0);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0
        || tt_input_from(&input, fd, "input", NULL) != TUTELA_OK) {
        printf("Bail out! no input\n");
        exit(1);
    }
    return input;
}

static void line_ends(void)
{
    static const char data[] = "\xEF\xBB\xBF"
                               "one\ntwo\r\n\r\n\nfi\rve\r\r\na\0b\nlast\r";
    static const struct {
        const char *text;
        size_t size;
    } want[] = {{"one", 3},      {"two", 3},  {"", 0},    {"", 0},
                {"fi\rve\r", 6}, {"a\0b", 3}, {"last", 4}};
    tt_input *input = over(data, sizeof data - 1);
    tt_line line;

    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        is_i64(tt_input_line(input, &line, NULL), TUTELA_OK, "line %zu", i + 1);
        is_u64(line.number, i + 1, "its number");
        ok(line.text && line.size == want[i].size
               && memcmp(line.text, want[i].text, line.size) == 0,
           "its bytes");
    }
    for (int i = 0; i < 2; i++) {
        is_i64(tt_input_line(input, &line, NULL), TUTELA_OK, "behind the last");
        ok(line.text == NULL, "there is none");
    }
    tt_input_free(input);
    tt_input_free(NULL);
}

/* Lines of the longest size allowed and of one byte more, with each kind of end. */
static void limits(void)
{
    static const char *const ends[] = {"\n", "\r\n", ""};
    char *data = malloc(TT_INPUT_LINE_MAX + 64);
    tt_line line;

    for (size_t more = 0; more <= 1; more++)
        for (size_t i = 0; i < 3; i++) {
            size_t size = TT_INPUT_LINE_MAX + more;
            memset(data, 'x', size);
            size += (size_t)sprintf(data + size, "%s%s", ends[i], *ends[i] ? "next\n" : "");
            tt_input *input = over(data, size);
            is_i64(tt_input_line(input, &line, NULL), TUTELA_OK, "%zu over the limit, end %zu",
                   more, i);
            is_u64(line.size, more ? 0 : TT_INPUT_LINE_MAX, "size");
            is_i64(line.too_long, (int)more, "too long or not");
            ok(line.text != NULL, "not taken for the end");
            is_i64(tt_input_line(input, &line, NULL), TUTELA_OK, "and then");
            if (*ends[i])
                ok(line.size == 4 && line.number == 2 && memcmp(line.text, "next", 4) == 0,
                   "the next line");
            else
                ok(line.text == NULL, "the end");
            tt_input_free(input);
        }
    free(data);
}

/* Lines of every length, so that each falls across the edge of the buffer somewhere. */
static void many_lines(void)
{
    size_t room = 3u << 20, size = 0, wrong = 0, count = 0, at = 0;
    char *data = malloc(room);
    tt_line line;

    for (size_t length = 0; size + length + 1 < room; length = (length * 7 + 13) % 90001) {
        memset(data + size, (int)('a' + length % 26), length);
        data[size + length] = '\n';
        size += length + 1;
        count++;
    }
    tt_input *input = over(data, size);
    for (size_t i = 0; i < count; i++) {
        if (tt_input_line(input, &line, NULL) != TUTELA_OK || !line.text
            || memcmp(data + at, line.text, line.size) != 0 || data[at + line.size] != '\n') {
            wrong++;
            break;
        }
        at += line.size + 1;
    }
    is_u64(wrong, 0, "%zu lines of all lengths come as they are", count);
    is_u64(at, size, "and whole");
    tt_input_free(input);
    free(data);
}

static void peek_and_chunk(void)
{
    size_t size = 200000, at = 3, got, wrong = 0;
    uint8_t *data = malloc(size);
    const uint8_t *head;
    uint64_t offset;

    for (size_t i = 0; i < size; i++)
        data[i] = (uint8_t)(i * 31 + i / 251);
    memcpy(data, "\xEF\xBB\xBF", 3);
    tt_input *input = over(data, size);
    for (int i = 0; i < 2; i++) {
        is_i64(tt_input_peek(input, &head, &got, NULL), TUTELA_OK, "peek");
        is_u64(got, TT_IMPORT_HEAD, "sees a head");
        is_mem(head, data + 3, got, "without the byte order mark");
    }
    do {
        wrong += tt_input_chunk(input, &head, &got, &offset, NULL) != TUTELA_OK || offset != at;
        wrong += at + got > size || memcmp(head, data + at, got) != 0;
        at += got;
    } while (got > 0 && !wrong);
    is_u64(wrong, 0, "chunks give every byte, and where it lies");
    is_u64(at, size, "to the end");
    tt_input_free(input);
    input = over("", 0);
    is_i64(tt_input_peek(input, &head, &got, NULL), TUTELA_OK, "peek into nothing");
    is_u64(got, 0, "sees nothing");
    tt_input_free(input);
    input = over("\xEF\xBB", 2);
    is_i64(tt_input_peek(input, &head, &got, NULL), TUTELA_OK, "half a byte order mark");
    is_u64(got, 2, "is no byte order mark");
    tt_input_free(input);
    free(data);
}

/* A list that comes through a pipe a few bytes at a time. */
static void slow_pipe(void)
{
    const char *path = tap_path("fifo");
    size_t size;
    char *data = load_sample("hashdeep.txt", &size);

    if (mkfifo(path, 0600) != 0) {
        ok(0, "a FIFO");
        return;
    }
    pid_t child = fork();
    if (child == 0) {
        FILE *file = fopen(path, "wb");
        if (!file)
            _exit(1);
        setvbuf(file, NULL, _IONBF, 0);
        for (size_t at = 0; at < size; at += 7)
            fwrite(data + at, 1, size - at < 7 ? size - at : 7, file);
        fclose(file);
        free(data);
        _exit(0);
    }
    row_count = reject_count = 0;
    is_i64(tt_import_file(path, NULL, &keep_all, &got_format, &got_error), TUTELA_OK, "a FIFO is read");
    waitpid(child, NULL, 0);
    is_text(got_format, "hashdeep", "and known by its first bytes");
    is_u64(row_count, 3, "every row");
    free(data);
}

static void failures(void)
{
    tutela_error error;
    tt_input *untouched = (tt_input *)&error, *input = untouched;
    char name[1200], path[1400];

    is_i64(tt_input_open(&input, tap_path("nowhere"), &error), TUTELA_IO, "no such file");
    is_i64(error.os_error, ENOENT, "errno");
    ok(strstr(error.text, "nowhere: cannot open: No such file"), "in words");
    is_i64(tt_input_open(&input, tap_folder(), &error), TUTELA_IO, "a folder");
    is_i64(error.os_error, EISDIR, "errno");
    ok(error.advice[0], "with advice");
    ok(input == untouched, "outputs untouched");
    is_i64(tt_import_file("", NULL, &keep_all, NULL, &error), TUTELA_IO, "no name at all");
    is_i64(tt_import_file(tap_folder(), NULL, &keep_all, NULL, NULL), TUTELA_IO, "no error wanted");
    is_i64(tt_input_from(&input, open("/proc/self/mem", O_RDONLY), "memory", &error), TUTELA_IO,
           "a read that fails");
    ok(strstr(error.text, "memory: cannot read: ") == error.text, "what and why");
    is_i64(tt_import_file("/dev/null", NULL, &keep_all, NULL, &error), TUTELA_LIST_UNUSABLE,
           "nothing to read");

    /* Names in messages can be shown, and never push the reason out. */
    is_i64(tt_import_file("a\x1b[31m\xFF\n\xE2\x80\xAE", NULL, &keep_all, NULL, &error), TUTELA_IO,
           "an ugly name");
    is_text(error.text, "a\\x1b[31m\\xff\\x0a\\u{202E}: cannot open: No such file or directory",
            "is escaped");
    memset(name, 0, sizeof name);
    for (int i = 0; i < 300; i++)
        memcpy(name + 3 * i, "\xE2\x82\xAC", 3);
    snprintf(path, sizeof path, "/nowhere/%s", name);
    is_i64(tt_import_file(path, NULL, &keep_all, NULL, &error), TUTELA_IO, "a long name");
    ok(strncmp(error.text, "...\xE2\x82\xAC", 6) == 0, "is shortened at a character");
    ok(strstr(error.text, ": cannot open: "), "and the reason stays");
    ok(tt_utf8_is(error.text, strlen(error.text)), "in valid UTF-8");
}

static void head_lines(void)
{
    static uint8_t head[TT_IMPORT_HEAD];
    const char *line;
    size_t at = 0, size, count = 0;

    while (tt_head_line((const uint8_t *)"a\r\n\nbc", 6, &at, &line, &size))
        count++;
    is_u64(count, 3, "three lines in a short head");
    ok(size == 2 && memcmp(line, "bc", 2) == 0, "the last without a line end");
    memset(head, 'x', sizeof head);
    at = count = 0;
    while (tt_head_line(head, sizeof head, &at, &line, &size))
        count++;
    is_u64(count, 1, "one line that fills the head");
    is_u64(size, sizeof head, "is given as far as it is there");
    head[10] = '\n';
    at = count = 0;
    while (tt_head_line(head, sizeof head, &at, &line, &size))
        count++;
    is_u64(count, 1, "a line the head cuts is left out behind another");
    is_u64(size, 10, "which is given");
    at = 0;
    ok(!tt_head_line(head, 0, &at, &line, &size), "no line in no head");
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    line_ends();
    limits();
    many_lines();
    peek_and_chunk();
    slow_pipe();
    failures();
    head_lines();
    return tap_done();
}
