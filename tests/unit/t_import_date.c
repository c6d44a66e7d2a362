/* t_import_date: hashsets/import/date.c. */
#include "tap.h"

#include "hashsets/import/date.h"

#include <time.h>

#define AT(seconds, nanoseconds) (INT64_C(seconds) * 1000000000 + (nanoseconds))

static void forms(void)
{
    static const struct {
        const char *text;
        int64_t want;
    } cases[] = {
        {"2024-01-02", AT(1704153600, 0)},
        {"2024-01-02T03:04:05Z", AT(1704164645, 0)},
        {" 2024-01-02 03:04:05\t", AT(1704164645, 0)},
        {"2024-01-02T03:04", AT(1704164640, 0)},
        {"2024-01-02T03:04:05.1234Z", AT(1704164645, 123400000)},
        {"2024-01-02T03:04:05.1234567Z", AT(1704164645, 123456700)},
        {"2024-01-02T03:04:05.123456789123", AT(1704164645, 123456789)},
        {"2024-01-02T05:04:05+02:00", AT(1704164645, 0)},
        {"2024-01-01T21:34:05-0530", AT(1704164645, 0)},
        {"2024-01-02T05:04:05+02", AT(1704164645, 0)},
        {"/Date(1704164645123)/", AT(1704164645, 123000000)},
        {"/Date(1704164645123+0200)/", AT(1704164645, 123000000)},
        {"/Date(0)/", 0},
        {"/Date(-62135596800000)/", 0},
        {"0001-01-01T00:00:00", 0},
        {"1969-12-31T23:59:59Z", 0},
        {"1970-01-01T00:30:00+01:00", 0},
        {"2000-02-29", AT(951782400, 0)},
        {"2261-12-31T23:59:60Z", AT(9214646400, 0)},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t got = 7;
        is_i64(tt_import_date(cases[i].text, strlen(cases[i].text), &got), 0, "%s is a date",
               cases[i].text);
        is_i64(got, cases[i].want, "%s", cases[i].text);
    }
}

static void none(void)
{
    static const char *const texts[] = {"", "x", "2024", "2024-1-2", "2024-13-01", "2024-00-01",
        "2023-02-29", "1900-02-29", "2024-01-00", "2024-01-32", "2262-01-01", "2024-01-02T",
        "2024-01-02T03", "2024-01-02T24:00", "2024-01-02T03:60", "2024-01-02T03:04:61",
        "2024-01-02T03:04:05.", "2024-01-02T03:04:05.Z", "2024-01-02T03:04:05ZZ",
        "2024-01-02T03:04:05+", "2024-01-02T03:04:05+15:00", "2024-01-02 or so", "02.01.2024",
        "/Date()/", "/Date(x)/", "/Date(1", "/Date(1)", "/Date(1)/x", "/Date(9223372036855)/",
        "/Date(99999999999999999999)/", "/Date(1+02000)/"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t got = 7;
        is_i64(tt_import_date(texts[i], strlen(texts[i]), &got), -1, "'%s' is none", texts[i]);
        is_i64(got, 7, "and is not given");
    }
    int64_t got = 7;
    is_i64(tt_import_date("2024-01-02\0", 11, &got), -1, "a NUL behind it");
}

/* Every day of the range, against the C library. */
static void every_day(void)
{
    size_t wrong = 0;

    for (int64_t day = 1; day < 106650; day += 1) {
        time_t seconds = (time_t)(day * 86400);
        struct tm parts;
        char text[64];
        int64_t got = 7;

        gmtime_r(&seconds, &parts);
        strftime(text, sizeof text, "%Y-%m-%d", &parts);
        wrong += tt_import_date(text, strlen(text), &got) != 0
                 || got != (int64_t)seconds * 1000000000;
    }
    is_u64(wrong, 0, "every day to the end of 2261");
}

int main(void)
{
    forms();
    none();
    every_day();
    return tap_done();
}
