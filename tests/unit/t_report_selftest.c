/*
 * report selftest: each format has an answer, and it is what the format writes. When a format is
 * meant to change, this prints the digest to put into report/selftest.c.
 */
#include "t_report_sample.h"

#include "base/text.h"
#include "digest/sha256.h"
#include "report/selftest.h"

static void test_format(const tt_report_format *format)
{
    char hex[2 * TT_SHA256_SIZE + 1], first[sizeof hex] = "";
    uint8_t digest[TT_SHA256_SIZE];

    for (int turn = 0; turn < 2; turn++) {
        const char *path = tap_path("sample.%s", format->name);
        int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
        size_t size;
        char *text;

        is_i64(tt_report_sample(format, fd, NULL), TUTELA_OK, "%s is written", format->name);
        size = (size_t)lseek(fd, 0, SEEK_END);
        close(fd);
        text = sample_read(path);
        ok(format->name[0] == 'c' || strstr(text, tutela_version()), "%s: has the version",
           format->name);
        size = tt_report_sample_plain(text, size);
        text[size] = '\0';
        ok(!strstr(text, tutela_version()), "%s: has no version", format->name);
        tt_sha256_bytes(text, size, digest);
        tt_hex_encode(digest, sizeof digest, hex);
        if (turn == 0)
            memcpy(first, hex, sizeof hex);
        free(text);
    }
    is_text(hex, first, "%s: the same bytes twice", format->name);
    ok(tt_report_sample_answer(format->name), "%s: an answer is known", format->name);
    is_text(hex, tt_report_sample_answer(format->name), "%s: and right", format->name);
}

static void test_plain(void)
{
    char text[256], version[32];
    size_t size;

    snprintf(version, sizeof version, "%s", tutela_version());
    snprintf(text, sizeof text, "%s a %s%s b %s", version, version, version, version);
    size = tt_report_sample_plain(text, strlen(text));
    text[size] = '\0';
    is_text(text, "# a ## b #", "every version is replaced");
    is_u64(tt_report_sample_plain(text, 0), 0, "of nothing, nothing");
    size = tt_report_sample_plain(text, size);
    is_u64(size, 10, "and nothing else is");
    ok(!tt_report_sample_answer("pdf"), "no answer for what is no format");
}

int main(void)
{
    const tt_report_format *format;

    for (size_t i = 0; (format = tt_report_format_at(i)); i++)
        test_format(format);
    test_plain();
    return tap_done();
}
