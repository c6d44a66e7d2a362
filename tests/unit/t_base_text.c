/* base/text: hex, base64, UTF-8, display, numbers, sizes. */
#include "base/text.h"

#include "tap.h"

static void hex(void)
{
    char out[9];
    uint8_t bytes[4];

    tt_hex_encode("\x00\x7f\x80\xff", 4, out);
    is_text(out, "007f80ff", "bytes to lower-case hex");
    ok(tt_hex_decode("00aBcDfF", 8, bytes) == 0 && memcmp(bytes, "\x00\xab\xcd\xff", 4) == 0,
       "hex of either case to bytes");
    ok(tt_hex_decode("abc", 3, bytes) < 0, "an odd number of digits is refused");
    for (int c = 0; c < 256; c++) {
        char text[2] = {'0', (char)c};
        int digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');

        if ((tt_hex_decode(text, 2, bytes) == 0) != digit || tt_hex_is(text, 2) != digit) {
            ok(0, "byte %d as a hex digit", c);
            return;
        }
    }
    ok(1, "every byte is a hex digit or not, as it should be");
    ok(!tt_hex_is("", 0), "nothing is not hex");
}

static void base64(void)
{
    static const char *const pairs[][2] = {{"", ""},         {"f", "Zg=="},     {"fo", "Zm8="},
                                           {"foo", "Zm9v"},  {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    static const char *const none[] = {"Z", "Zg", "Zg=", "Z===", "=Zg=", "Zm9v\n", "Zm-v", "Zm9vZg=a"};

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        tt_buf buf;

        tt_buf_init(&buf, 100);
        tt_base64_add(&buf, pairs[i][0], strlen(pairs[i][0]));
        is_text(buf.data ? buf.data : "", pairs[i][1], "base64 of '%s' (RFC 4648)", pairs[i][0]);
        tt_buf_clear(&buf);
        ok(tt_base64_take(&buf, pairs[i][1], strlen(pairs[i][1])) == 0, "and back");
        is_text(buf.data ? buf.data : "", pairs[i][0], "it is the same");
        tt_buf_done(&buf);
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        tt_buf buf;

        tt_buf_init(&buf, 100);
        is_i64(tt_base64_take(&buf, none[i], strlen(none[i])), -1, "no base64: '%s'", none[i]);
        tt_buf_done(&buf);
    }
}

static void utf8(void)
{
    static const struct {
        const char *text;
        int good;
    } cases[] = {
        {"plain", 1},          {"\xc3\xa9", 1},         {"\xe2\x82\xac", 1},
        {"\xf0\x9f\x98\x80", 1}, {"\xf4\x8f\xbf\xbf", 1}, {"\xc0\xaf", 0},
        {"\xc1\xbf", 0},       {"\xe0\x80\xaf", 0},     {"\xe0\x9f\xbf", 0},
        {"\xf0\x80\x80\xaf", 0}, {"\xf0\x8f\xbf\xbf", 0}, {"\xed\xa0\x80", 0},
        {"\xed\xbf\xbf", 0},   {"\xf4\x90\x80\x80", 0}, {"\xf5\x80\x80\x80", 0},
        {"\x80", 0},           {"\xbf", 0},             {"\xc3", 0},
        {"\xe2\x82", 0},       {"\xf0\x9f\x98", 0},     {"\xff", 0},
        {"a\xfe", 0},          {"\xee\x80\x80", 1},     {"\xef\xbf\xbd", 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ok(tt_utf8_is(cases[i].text, strlen(cases[i].text)) == cases[i].good,
           "UTF-8 case %zu is %s", i, cases[i].good ? "well formed" : "refused");
}

static void shown(const char *data, size_t size, const char *want)
{
    tt_buf buf;

    tt_buf_init(&buf, 1000);
    tt_text_display(&buf, data, size);
    is_text(buf.data ? buf.data : "", want, "display form '%s'", want);
    tt_buf_done(&buf);
}

static void display(void)
{
    shown("plain name.jpg", 14, "plain name.jpg");
    shown("a\nb\tc\x1b[31m", 10, "a\\x0ab\\x09c\\x1b[31m");
    shown("back\\slash", 10, "back\\\\slash");
    shown("caf\xc3\xa9", 5, "caf\xc3\xa9");
    shown("bad\xff\xc3", 5, "bad\\xff\\xc3");
    shown("x\xe2\x80\xaegpj.exe", 11, "x\\u{202E}gpj.exe");
    shown("\xc2\x85", 2, "\\u{0085}");
    shown("\xef\xbb\xbf", 3, "\\u{FEFF}");
    shown("nul\0in", 6, "nul\\x00in");
    shown("\xf3\xa0\x80\x81", 4, "\\u{E0001}");
}

static void numbers(void)
{
    uint64_t value = 7;
    char text[16];

    ok(tt_number_parse("18446744073709551615", 20, &value) == 0 && value == UINT64_MAX, "2^64-1");
    value = 7;
    ok(tt_number_parse("18446744073709551616", 20, &value) < 0 && value == 7,
       "2^64 is refused and the output untouched");
    ok(tt_number_parse("", 0, &value) < 0 && tt_number_parse("-1", 2, &value) < 0
           && tt_number_parse("1 ", 2, &value) < 0 && tt_number_parse("0x1", 3, &value) < 0,
       "nothing but decimal digits");
    is_text(tt_size_text(0, text), "0 B", "no bytes");
    is_text(tt_size_text(999, text), "999 B", "bytes");
    is_text(tt_size_text(1000, text), "1.0 kB", "a kilobyte");
    is_text(tt_size_text(999949, text), "999.9 kB", "just below the unit");
    is_text(tt_size_text(999951, text), "1.0 MB", "rounding goes to the next unit");
    is_text(tt_size_text(UINT64_MAX, text), "18.4 EB", "the largest");
}

int main(void)
{
    hex();
    base64();
    utf8();
    display();
    numbers();
    return tap_done();
}
