/*
 * The self-test of a build whose table of file types or whose report has something wrong in it; and
 * what becomes of a taker that wants no more.
 */
#include "selftest_kit.h"

#include "identify/signature.h"
#include "report/words.h"

static enum { NOTHING, PATTERN, HIDES, ZEROS, UNKNOWN_CHECK, REPORT } spoilt;

/* ---- csv.c ------------------------------------------------------------------------------- */

#define tutela_grade_letter(grade) (spoilt == REPORT ? "S" : (tutela_grade_letter)(grade))
#include "../../scanner/report/csv.c"
#undef tutela_grade_letter

/* ---- table.c ----------------------------------------------------------------------------- */

const tt_signature *table_as_it_is(size_t *count);

#define tt_signature_table table_as_it_is
#include "../../scanner/identify/table.c"
#undef tt_signature_table

enum { ROOM = 512 };

static int check_new(const uint8_t *head, size_t size)
{
    return size > 9 && head[9] == 9;
}

const tt_signature *tt_signature_table(size_t *count)
{
    static tt_signature rows[ROOM];
    const tt_signature *row = table_as_it_is(count);

    if (*count >= ROOM)
        return row;
    memcpy(rows, row, *count * sizeof *row);
    for (size_t i = 0; spoilt == PATTERN && i < *count; i++)
        if (strcmp(rows[i].mime, "image/png") == 0)
            rows[i].pattern = "89 'PNQ' 0D 0A 1A 0A";
    if (spoilt == HIDES)
        rows[(*count)++] = (tt_signature){"'%PDF'", "text/x-wrong", NULL, TUTELA_TYPE_TEXT,
                                          TT_PRIORITY_EXACT};
    if (spoilt == ZEROS)
        rows[(*count)++] = (tt_signature){"@40 00 00 00", "text/x-wrong", NULL, TUTELA_TYPE_TEXT,
                                          TT_PRIORITY_WEAK};
    if (spoilt == UNKNOWN_CHECK)
        rows[(*count)++] = (tt_signature){"'new' 01 02", "text/x-new", check_new,
                                          TUTELA_TYPE_TEXT, TT_PRIORITY_SURE};
    return rows;
}

/* ---- A taker ----------------------------------------------------------------------------- */

static int stop(void *user, const tutela_selftest_check *check)
{
    size_t *left = user;

    (void)check;
    return (*left)-- == 0;
}

/* Who takes nothing and looks at the status alone must know. */
static void test_status(void)
{
    is_i64(tutela_selftest(NULL, NULL, NULL), TUTELA_OK, "without a taker: sound");
    spoilt = REPORT;
    is_i64(tutela_selftest(NULL, NULL, NULL), TUTELA_UNSOUND, "without a taker: not sound");
    spoilt = NOTHING;
}

static void test_stop(void)
{
    tutela_error error = {0};
    size_t left = 5;

    is_i64(tutela_selftest(stop, &left, &error), TUTELA_RECORD, "a taker can stop it");
    is_u64(left, SIZE_MAX, "at once");
    ok(error.text[0], "%s", error.text);
}

int main(void)
{
    sound("as it is");
    spoilt = PATTERN;
    unsound("a pattern", "file types,", "file types|a head of image/png|it is found to be ");
    spoilt = HIDES;
    unsound("a row before another", "file types,",
            "file types|a head of application/pdf|it is found to be text/x-wrong\n");
    spoilt = ZEROS;
    unsound("a row that takes anything", "file types,",
            "file types|64 zeros are nothing|found to be text/x-wrong\n");
    spoilt = UNKNOWN_CHECK;
    unsound("a row whose check has no sample", "file types,", ": text/x-new|no sample of it\n");
    spoilt = REPORT;
    unsound("CSV", "reports,", "reports|a fixed run as csv|it is written with other bytes\n");
    spoilt = NOTHING;
    test_status();
    test_stop();
    return tap_done();
}
