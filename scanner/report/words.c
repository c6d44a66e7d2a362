/* words: numbers, paths on one line, plain explanations. */
#include "report/words.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char tt_report_indicator[] = "A match is an indicator, not a verdict. Nothing was viewed.";

const char *tt_report_number(uint64_t number, char out[32])
{
    char digits[24];
    size_t count = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, number);
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

const char *tt_report_plural(uint64_t number, const char *one, const char *many)
{
    return number == 1 ? one : many;
}

int tt_report_is_match(const tutela_finding *finding)
{
    return finding->match_count > 0 && finding->status != TUTELA_ITEM_MENTION
           && (finding->polarity_mask & TUTELA_BIT(TUTELA_KNOWN_BAD)) != 0;
}

uint64_t tt_report_incomplete(const tutela_summary *summary)
{
    uint64_t count = 0;

    for (int i = 0; i < TUTELA_ITEM_COUNT; i++)
        if (!tutela_item_status_complete(i))
            count += summary->by_status[i];
    return count;
}

const char *tt_report_seconds(int64_t duration, char out[32])
{
    int64_t thousandths = duration > 0 ? duration / (TT_SECOND / 1000) : 0;

    (void)snprintf(out, 32, "%" PRId64 ".%03d", thousandths / 1000, (int)(thousandths % 1000));
    return out;
}

const char *tt_report_duration(int64_t duration, char out[48])
{
    int64_t seconds = duration / TT_SECOND;
    char text[32];

    if (seconds < 60)
        (void)snprintf(out, 48, "%s s", tt_report_seconds(duration, text));
    else if (seconds < 3600)
        (void)snprintf(out, 48, "%d min %02d s", (int)(seconds / 60), (int)(seconds % 60));
    else
        (void)snprintf(out, 48, "%" PRId64 " h %02d min %02d s", seconds / 3600,
                       (int)(seconds / 60 % 60), (int)(seconds % 60));
    return out;
}

static const tt_buf *kept(tt_report *report)
{
    report->no_memory |= tt_buf_failed(&report->scratch);
    return &report->scratch;
}

const tt_buf *tt_report_display(tt_report *report, const char *data, size_t size)
{
    tt_buf_clear(&report->scratch);
    tt_text_display(&report->scratch, data, size);
    return kept(report);
}

const tt_buf *tt_report_path(tt_report *report, const tutela_finding *finding)
{
    tt_buf_clear(&report->scratch);
    for (size_t i = 0; i < finding->chain_count; i++) {
        if (i > 0)
            tt_buf_add_text(&report->scratch, TT_REPORT_INSIDE);
        tt_text_display(&report->scratch, finding->chain[i].data, finding->chain[i].size);
    }
    return kept(report);
}

const char *tt_report_entry_words(const tutela_match *match, char out[TT_REPORT_ENTRY_WORDS])
{
    uint32_t flags = match->flags & ~(uint32_t)TUTELA_ENTRY_SELF_GENERATED;
    size_t size = 0;
    char time[32];

    out[0] = '\0';
    if (match->updated)
        size = (size_t)snprintf(out, TT_REPORT_ENTRY_WORDS, "dated %s",
                                tt_clock_text(match->updated, time));
    for (uint32_t flag = 1; flag && size < TT_REPORT_ENTRY_WORDS; flag <<= 1)
        if ((flags & flag) && tutela_entry_flag_words(flag))
            size += (size_t)snprintf(out + size, TT_REPORT_ENTRY_WORDS - size, "%s%s",
                                     size ? "; " : "", tutela_entry_flag_words(flag));
    return out;
}

const char *tt_report_entry_care(const tutela_match *match)
{
    return tutela_entry_flag_words(match->flags & (uint32_t)TUTELA_ENTRY_SELF_GENERATED);
}

const char *tt_report_origin(const tutela_finding *finding)
{
    return finding->origin == TUTELA_ORIGIN_FILE ? NULL : tutela_origin_name(finding->origin);
}

const char *tt_report_coverage(const uint64_t *coverage, char out[TT_REPORT_COVERAGE])
{
    double sum = 0;
    size_t at = 0;
    char size[16];

    for (int i = 0; i < TUTELA_COVER_COUNT; i++)
        sum += (double)coverage[i];
    out[0] = '\0';
    for (int i = 0; i < TUTELA_COVER_COUNT; i++) {
        double part = 100 * (double)coverage[i] / sum;
        if (coverage[i] == 0)
            continue;
        /* Nothing is rounded to all, or to nothing. */
        if (part > 99.9 && (double)coverage[i] < sum)
            part = 99.9;
        at += (size_t)snprintf(out + at, TT_REPORT_COVERAGE - at, "%s%.1f %% %s (%s)", at ? ", " : "",
                               part < 0.1 ? 0.1 : part, tutela_cover_name(i), tt_size_text(coverage[i], size));
    }
    return out;
}

const char *tt_report_status_words(int32_t status)
{
    static const char *const words[TUTELA_ITEM_COUNT + 1] = {
        [TUTELA_ITEM_CLEAR] = "read in full, on none of the lists",
        [TUTELA_ITEM_MATCH] = "read in full, on a known-bad list",
        [TUTELA_ITEM_KNOWN] = "read in full, only on known-good lists",
        [TUTELA_ITEM_PARTIAL] = "some bytes could not be read",
        [TUTELA_ITEM_UNREADABLE] = "not opened, or no byte of it read",
        [TUTELA_ITEM_CHANGED] = "changed while it was read, twice",
        [TUTELA_ITEM_LIMIT] = "longer than a limit of this run",
        [TUTELA_ITEM_ENCRYPTED] = "not opened: it needs a key",
        [TUTELA_ITEM_UNSUPPORTED] = "not opened: its form is not understood",
        [TUTELA_ITEM_MALFORMED] = "its structure is damaged",
        [TUTELA_ITEM_CRASHED] = "the process that took it apart ended",
        [TUTELA_ITEM_TIMEOUT] = "no answer within the time allowed",
        [TUTELA_ITEM_SKIPPED] = "left out by a rule, or has no bytes of its own",
        [TUTELA_ITEM_MENTION] = "listed digests that stand in files as text; no matches",
    };

    return status >= 0 && status <= TUTELA_ITEM_MENTION && words[status] ? words[status] : "";
}

const char *tt_report_status_meaning(int32_t status)
{
    static const char *const meanings[TUTELA_ITEM_COUNT + 1] = {
        [TUTELA_ITEM_CLEAR] = "Read from the first byte to the last; its digests are on none of "
                              "the lists that were consulted.",
        [TUTELA_ITEM_MATCH] = "Read from the first byte to the last; at least one digest is on a "
                              "known-bad list.",
        [TUTELA_ITEM_KNOWN] = "Read from the first byte to the last; its digests are only on "
                              "known-good lists.",
        [TUTELA_ITEM_PARTIAL] = "Some bytes could not be read. The digest of the whole file is "
                                "not known.",
        [TUTELA_ITEM_UNREADABLE] = "Could not be opened, or none of its bytes could be read.",
        [TUTELA_ITEM_CHANGED] = "Changed while it was read, and changed again when it was read a "
                                "second time.",
        [TUTELA_ITEM_LIMIT] = "A limit set for the run was reached before the end of the item.",
        [TUTELA_ITEM_ENCRYPTED] = "Holds other items that cannot be opened without a key.",
        [TUTELA_ITEM_UNSUPPORTED] = "Holds other items in a form that this program does not open.",
        [TUTELA_ITEM_MALFORMED] = "Holds other items, but its structure is damaged.",
        [TUTELA_ITEM_CRASHED] = "The process that took the item apart ended unexpectedly.",
        [TUTELA_ITEM_TIMEOUT] = "No answer came within the time allowed for one item.",
        [TUTELA_ITEM_SKIPPED] = "Left out by a rule of the operator, or a special file that has "
                                "no bytes of its own.",
        [TUTELA_ITEM_MENTION] = "No item: a digest on a known-bad list stands in the item as text. The file "
                                "that it is of need never have been there.",
    };

    return status >= 0 && status <= TUTELA_ITEM_MENTION && meanings[status] ? meanings[status] : "";
}

const char *tt_report_grade_meaning(int32_t grade)
{
    static const char *const meanings[TUTELA_GRADE_COUNT] = {
        [TUTELA_GRADE_S] = "The SHA-256 or SHA-512 digest equals the one on the list. No two "
                           "different files with the same such digest are known.",
        [TUTELA_GRADE_A] = "Two digests of different algorithms, both taken from the list, agree.",
        [TUTELA_GRADE_B] = "SHA-1 alone, or MD5 together with the size. Files made on purpose to "
                           "share such a digest exist; let the list's owner confirm.",
        [TUTELA_GRADE_C] = "MD5 alone, and the list states no size to check it by. Do not refer "
                           "it without a review by the competent body.",
        [TUTELA_GRADE_P] = "A perceptual digest lies within the distance set for the run. The "
                           "files resemble each other; only the competent body can say more.",
        [TUTELA_GRADE_X] = "Of one list entry some digests agree with the file and others do "
                           "not: a mistake in the list, or a file made to collide.",
    };

    return grade >= 0 && grade < TUTELA_GRADE_COUNT && meanings[grade] ? meanings[grade] : "";
}
