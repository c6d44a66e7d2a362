/*
 * t_identify_reference: the table of signatures read a second, simpler way.
 *
 * The tests compare the library with this: it walks every pattern's text over the head, with no
 * keys, no view and no Hyperscan. Also the heads that several tests build.
 */
#ifndef TT_TESTS_IDENTIFY_REFERENCE_H
#define TT_TESTS_IDENTIFY_REFERENCE_H

#include "tap.h"

#include "identify/identify.h"
#include "identify/signature.h"

static tt_signatures *signatures;
static tt_identify *identify;
static tt_seeker *seeker;

__attribute__((unused)) static void identify_begin(void)
{
    tutela_error error = {0};

    if (tt_signatures_new(&signatures, &error) != TUTELA_OK
        || tt_seeker_new(&seeker, signatures, &error) != TUTELA_OK
        || tt_identify_new(&identify, signatures, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
}

__attribute__((unused)) static int identify_end(void)
{
    tt_identify_free(identify);
    tt_seeker_free(seeker);
    tt_signatures_free(signatures);
    return tap_done();
}

/* The row that wins, NULL for none. */
__attribute__((unused)) static const tt_signature *best(const uint8_t *head, size_t size)
{
    const tt_signature *row = NULL;
    tutela_error error = {0};

    if (size > TT_IDENTIFY_HEAD)
        size = TT_IDENTIFY_HEAD;
    if (tt_seeker_best(seeker, head, size, &row, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
    return row;
}

/* What the signatures say, "" for nothing. */
__attribute__((unused)) static const char *fast(const void *head, size_t size)
{
    const tt_signature *row = best(head, size);

    return row ? row->mime : "";
}

__attribute__((unused)) static uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 32);
}

/* One byte's place in a pattern: its offset and which values fit. */
typedef struct place {
    size_t offset;
    uint8_t fits[256];
} place;

/* All places of a pattern that restrict their byte; how many. */
__attribute__((unused)) static size_t reference_places(const char *text, place *out)
{
    size_t count = 0, at = 0;

    while (*text) {
        char *end;
        if (*text == ' ') {
            text++;
        } else if (*text == '@') {
            at = strtoul(text + 1, &end, 10);
            text = end;
        } else if (*text == '?') {
            text += 2;
            at++;
        } else if (*text == '\'') {
            for (text++; *text != '\''; text++, at++) {
                memset(&out[count], 0, sizeof out[0]);
                out[count].offset = at;
                out[count++].fits[(uint8_t)*text] = 1;
            }
            text++;
        } else {
            memset(&out[count], 0, sizeof out[0]);
            out[count].offset = at++;
            for (int more = 1; more; text = end + more) {
                unsigned long low = strtoul(text, &end, 16);
                unsigned long high = *end == '-' ? strtoul(end + 1, &end, 16) : low;
                for (unsigned long value = low; value <= high; value++)
                    out[count].fits[value] = 1;
                more = *end == '|';
            }
            count++;
        }
    }
    return count;
}

/* A row read once. */
typedef struct reference_row {
    place *places;
    size_t count;
    size_t weight; /* places that only one value fits */
} reference_row;

static reference_row *read_rows(const tt_signature *table, size_t rows)
{
    static place places[TT_PATTERN_ATOMS];
    reference_row *all = calloc(rows, sizeof *all);

    for (size_t i = 0; i < rows; i++) {
        all[i].count = reference_places(table[i].pattern, places);
        all[i].places = malloc(all[i].count * sizeof places[0]);
        memcpy(all[i].places, places, all[i].count * sizeof places[0]);
        for (size_t k = 0; k < all[i].count; k++) {
            int values = 0;
            for (int value = 0; value < 256; value++)
                values += places[k].fits[value];
            all[i].weight += values == 1;
        }
    }
    return all;
}

static int reference_fits(const reference_row *row, const uint8_t *head, size_t size)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->places[i].offset >= size || !row->places[i].fits[head[row->places[i].offset]])
            return 0;
    return 1;
}

/* The row that should win, NULL for none. */
__attribute__((unused)) static const tt_signature *reference(const uint8_t *head, size_t size)
{
    static reference_row *all; /* for the life of the program, as its table is */
    size_t rows, best_weight = 0;
    const tt_signature *table = tt_signature_table(&rows), *best = NULL;

    if (!all)
        all = read_rows(table, rows);
    for (size_t i = 0; i < rows; i++) {
        if (!reference_fits(&all[i], head, size) || (table[i].check && !table[i].check(head, size)))
            continue;
        if (!best || table[i].priority > best->priority
            || (table[i].priority == best->priority && all[i].weight > best_weight)) {
            best = &table[i];
            best_weight = all[i].weight;
        }
    }
    return best;
}

/* 1 when the library and the reference agree on a head. */
__attribute__((unused)) static int agrees(const uint8_t *head, size_t size)
{
    const tt_signature *row = reference(head, size);

    return strcmp(fast(head, size), row ? row->mime : "") == 0;
}

/* ---- Heads for rows with a check ----------------------------------------------------------- */

static void put(uint8_t *head, size_t at, const void *bytes, size_t size)
{
    memcpy(head + at, bytes, size);
}

/* `frames` frames of MPEG 1 layer III, 128 kbit/s, 44.1 kHz, without padding: 417 bytes each. */
__attribute__((unused)) static size_t make_mp3(uint8_t *head, size_t frames)
{
    for (size_t i = 0; i < frames; i++)
        put(head, i * 417, "\xff\xfb\x90\x64", 4);
    return frames * 417;
}

/* ADTS frames of 300 bytes: MPEG 4 LC, 44.1 kHz, stereo. */
__attribute__((unused)) static size_t make_adts(uint8_t *head, size_t frames)
{
    for (size_t i = 0; i < frames; i++)
        put(head, i * 300, "\xff\xf1\x50\x80\x25\x9f\xfc", 7);
    return frames * 300;
}

__attribute__((unused)) static size_t make_packets(uint8_t *head, size_t first, size_t stride,
                                                   size_t packets)
{
    for (size_t i = 0; i < packets; i++)
        put(head, first + i * stride, "\x47\x40\x00\x10\x00", 5);
    return packets * stride;
}

/* One local header of a zip with a stored, empty entry; the next offset. */
__attribute__((unused)) static size_t put_entry(uint8_t *head, size_t at, const char *name)
{
    size_t size = strlen(name);

    memset(head + at, 0, 30);
    put(head, at, "PK\3\4\x14", 5);
    head[at + 26] = (uint8_t)size;
    put(head, at + 30, name, size);
    return at + 30 + size;
}

#endif
