/*
 * text: numbers, sizes and times as people read them, JSON strings, and the closest word.
 */
#include "cli.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

const char *cli_count_text(uint64_t number, char out[32])
{
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, number);
    size_t used = 0;

    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
    return out;
}

const char *cli_size_text(uint64_t bytes, char out[32])
{
    static const char units[] = "kMGTPE";
    double value = (double)bytes;
    size_t unit = 0;

    if (bytes < 1000) {
        snprintf(out, 32, "%" PRIu64 " B", bytes);
        return out;
    }
    /* 999.95 would print as 1000.0: go one unit up instead. */
    for (value /= 1000; value >= 999.95 && units[unit + 1]; unit++)
        value /= 1000;
    snprintf(out, 32, "%.1f %cB", value, units[unit]);
    return out;
}

const char *cli_time_text(int64_t nanoseconds, char out[32])
{
    time_t seconds = (time_t)(nanoseconds / 1000000000);
    struct tm parts;

    if (nanoseconds == INT64_MIN || !gmtime_r(&seconds, &parts)
        || strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        snprintf(out, 32, "unknown");
    return out;
}

const char *cli_mask_text(uint32_t mask, const char *between, char out[32])
{
    size_t used = 0;

    out[0] = '\0';
    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (mask & TUTELA_BIT(i))
            used += (size_t)snprintf(out + used, 32 - used, "%s%s", used ? between : "",
                                     tutela_algorithm_name(i));
    return out;
}

const char *cli_id_text(const uint8_t id[TUTELA_KEY_ID_SIZE], char out[2 * TUTELA_KEY_ID_SIZE + 1])
{
    for (size_t i = 0; i < TUTELA_KEY_ID_SIZE; i++)
        snprintf(out + 2 * i, 3, "%02x", id[i]);
    return out;
}

/* A character that must not stand as it is, or a byte that is no character. */
static void escape(FILE *out, int whole, uint32_t code, char byte)
{
    if (!whole)
        fprintf(out, "\\\\x%02x", (unsigned char)byte);
    else if (code == '"' || code == '\\')
        fprintf(out, "\\%c", (int)code);
    else if (code > 0xffff)
        fprintf(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((code - 0x10000) >> 10)),
                (unsigned)(0xdc00 + ((code - 0x10000) & 0x3ff)));
    else
        fprintf(out, "\\u%04x", (unsigned)code);
}

void cli_json_text(FILE *out, const char *text)
{
    const char *plain = text; /* from here on all can be written as it is */
    const char *at = text;

    putc_unlocked('"', out);
    for (size_t size; *at; at += size) {
        uint32_t code = 0;

        size = cli_character(at, &code);
        if (size > 0 && code != '"' && code != '\\' && !cli_hidden(code))
            continue;
        fwrite_unlocked(plain, 1, (size_t)(at - plain), out);
        escape(out, size > 0, code, *at);
        size += size == 0;
        plain = at + size;
    }
    fwrite_unlocked(plain, 1, (size_t)(at - plain), out);
    putc_unlocked('"', out);
}

/* Longest word compared: no option, command or type comes near. */
#define WORD_MAX 32

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/*
 * Edits (insert, delete, replace, swap two neighbours) that make one word the other; WORD_MAX when
 * one is too long.
 */
static size_t edits(const char *a, const char *b)
{
    size_t a_size = strlen(a), b_size = strlen(b);
    size_t rows[WORD_MAX + 1][WORD_MAX + 1];

    if (a_size > WORD_MAX || b_size > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= b_size; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        rows[i][0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            rows[i][j] = least(rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
                               least(rows[i - 1][j], rows[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                rows[i][j] = least(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    }
    return rows[a_size][b_size];
}

const char *cli_closest(const char *text, const char *(*word)(size_t index, const void *context),
                        const void *context)
{
    const char *closest = NULL, *next;
    size_t best = strlen(text) < 5 ? 2 : 3; /* one edit in a short word, two in a longer one */

    for (size_t i = 0; (next = word(i, context)); i++) {
        size_t distance = *next ? edits(text, next) : WORD_MAX;

        if (distance < best) {
            best = distance;
            closest = next;
        }
    }
    return closest;
}
