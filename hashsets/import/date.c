/* date: when a list says an entry was last changed (see date.h). */
#include "hashsets/import/date.h"

#include "hashsets/import/draft.h"

#include "base/clock.h"

#include <string.h>

#define LAST_YEAR 2261u /* the last that is whole in signed nanoseconds since 1970 */
#define DAY INT64_C(86400)

typedef struct cursor {
    const char *text;
    size_t size;
} cursor;

/* Step over one of these characters; the character, or 0 when another one stands there. */
static char one_of(cursor *at, const char *characters)
{
    if (at->size == 0 || *at->text == '\0' || !strchr(characters, *at->text))
        return 0;
    at->size--;
    return *at->text++;
}

/* Exactly `digits` digits, at most `most`. 0, or -1. */
static int digits_of(cursor *at, size_t digits, unsigned most, unsigned *out)
{
    unsigned value = 0;

    if (at->size < digits)
        return -1;
    for (size_t i = 0; i < digits; i++) {
        if (at->text[i] < '0' || at->text[i] > '9')
            return -1;
        value = value * 10 + (unsigned)(at->text[i] - '0');
    }
    at->text += digits;
    at->size -= digits;
    *out = value;
    return value > most ? -1 : 0;
}

static unsigned month_days(unsigned year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (unsigned)(month == 2 && leap);
}

/* "2024-01-02": days since 1970, negative before. 0, or -1. */
static int day_of(cursor *at, int64_t *out)
{
    unsigned year, month, day;

    if (digits_of(at, 4, LAST_YEAR, &year) != 0 || !one_of(at, "-")
        || digits_of(at, 2, 12, &month) != 0 || month == 0 || !one_of(at, "-")
        || digits_of(at, 2, month_days(year, month), &day) != 0 || day == 0)
        return -1;
    if (year < 1970) {
        *out = -1;
        return 0;
    }
    int64_t days = day - 1;
    for (unsigned before = 1970; before < year; before++)
        days += 337 + month_days(before, 2);
    for (unsigned before = 1; before < month; before++)
        days += month_days(year, before);
    *out = days;
    return 0;
}

/* ":05" and ".1234567", both of which may be missing. 0, or -1. */
static int seconds_of(cursor *at, unsigned *seconds, int64_t *nanoseconds)
{
    int64_t unit = TT_SECOND;
    unsigned digit;

    *seconds = 0;
    *nanoseconds = 0;
    if (!one_of(at, ":"))
        return 0;
    if (digits_of(at, 2, 60, seconds) != 0)
        return -1;
    if (!one_of(at, ".,"))
        return 0;
    if (at->size == 0 || digits_of(at, 1, 9, &digit) != 0)
        return -1;
    do {
        unit /= 10;
        *nanoseconds += digit * unit;
    } while (at->size > 0 && digits_of(at, 1, 9, &digit) == 0);
    return 0;
}

/* "Z", "+02:00", "-0230" or nothing: seconds east of UTC. 0, or -1. */
static int zone_of(cursor *at, int64_t *out)
{
    unsigned hours, minutes = 0;

    *out = 0;
    if (at->size == 0 || one_of(at, "Zz"))
        return 0;
    char sign = one_of(at, "+-");
    if (!sign || digits_of(at, 2, 14, &hours) != 0)
        return -1;
    (void)one_of(at, ":");
    if (at->size > 0 && digits_of(at, 2, 59, &minutes) != 0)
        return -1;
    *out = ((int64_t)hours * 60 + minutes) * (sign == '-' ? -60 : 60);
    return 0;
}

static int iso_date(cursor *at, int64_t *out)
{
    unsigned hours = 0, minutes = 0, seconds = 0;
    int64_t day, nanoseconds = 0, zone = 0;

    if (day_of(at, &day) != 0)
        return -1;
    if (at->size > 0
        && (!one_of(at, "Tt ") || digits_of(at, 2, 23, &hours) != 0 || !one_of(at, ":")
            || digits_of(at, 2, 59, &minutes) != 0 || seconds_of(at, &seconds, &nanoseconds) != 0
            || zone_of(at, &zone) != 0))
        return -1;
    if (at->size > 0)
        return -1;
    int64_t whole = day * DAY + (int64_t)hours * 3600 + (int64_t)minutes * 60 + seconds - zone;
    *out = day < 0 || whole < 0 ? 0 : whole * TT_SECOND + nanoseconds;
    return 0;
}

/* "1704164645123)/" behind "/Date(". */
static int milliseconds(cursor *at, int64_t *out)
{
    const int64_t most = INT64_MAX / 1000000;
    int before = one_of(at, "-") != 0;
    int64_t value = 0, zone;
    unsigned digit;

    if (at->size == 0 || digits_of(at, 1, 9, &digit) != 0)
        return -1;
    do {
        if (value <= (most - digit) / 10)
            value = value * 10 + digit;
        else if (!before)
            return -1;
    } while (at->size > 0 && digits_of(at, 1, 9, &digit) == 0);
    if (at->size < 2 || memcmp(at->text + at->size - 2, ")/", 2) != 0)
        return -1;
    at->size -= 2;
    if (zone_of(at, &zone) != 0 || at->size > 0)
        return -1;
    *out = before ? 0 : value * 1000000;
    return 0;
}

int tt_import_date(const char *text, size_t size, int64_t *out)
{
    cursor at = {text, size};

    tt_trim(&at.text, &at.size);
    if (at.size < 6 || memcmp(at.text, "/Date(", 6) != 0)
        return iso_date(&at, out);
    at.text += 6;
    at.size -= 6;
    return milliseconds(&at, out);
}
