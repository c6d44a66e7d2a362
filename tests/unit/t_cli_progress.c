/*
 * The progress line: what it says, what it leaves out where it is narrow, and the time left.
 *
 * The command line is no part of the library, so its few files stand here whole.
 */
#include "cli/progress_line.c"
#include "cli/say.c"
#include "cli/text.c"

#include "tap.h"

static char said[CLI_PROGRESS_COLUMNS + 1];

static const char *say(const tutela_progress *at, double elapsed, size_t wide)
{
    size_t used = cli_progress_line(said, wide, at, elapsed, 1);

    ok(used == strlen(said) && used <= wide, "columns used within %zu: %s", wide, said);
    return said;
}

/* Only the figure: what follows the matches. */
static const char *left(uint64_t done, uint64_t all, double elapsed)
{
    tutela_progress at = {.items = 1, .expected_items = 1, .bytes = done, .expected_bytes = all,
                          .survey_done = 1};
    const char *found;

    cli_progress_line(said, CLI_PROGRESS_COLUMNS, &at, elapsed, 1);
    found = strstr(said, "0 matches");
    return found ? found + strlen("0 matches") : "no matches in the line";
}

static void test_left(void)
{
    tutela_progress at = {.items = 25, .expected_items = 100, .bytes = 500, .expected_bytes = 1000,
                          .survey_done = 1};

    is_text(left(250, 1000, 10), ", 30 s left", "a quarter in 10 s: three more such quarters");
    is_text(left(500, 1000, 10), ", 10 s left", "half");
    is_text(left(999, 1000, 10), ", 1 s left", "never nothing while something is left");
    is_text(left(100, 1000, 60), ", 9 min left", "minutes");
    is_text(left(1, 1000, 60), ", 17 h left", "hours");
    is_text(left(1, 1000000, 60), ", 694 days left", "days");
    is_text(left(1, UINT64_MAX, 1), ", 213503982334601 days left", "no overflow");
    is_text(left(250, 1000, 0.9), "", "nothing in the first second");
    is_text(left(0, 1000, 10), "", "nothing before anything is read");
    is_text(left(1000, 1000, 10), "", "nothing at the end");
    is_text(left(1001, 1000, 10), "", "nothing where files have grown");
    is_text(say(&at, 10, 200), "25 files, 500 B, 50 B/s, 0 matches, 30 s left",
            "the files are further behind");
    at.items = 75;
    is_text(say(&at, 10, 200), "75 files, 500 B, 50 B/s, 0 matches, 10 s left",
            "the bytes are further behind");
    at.survey_done = 0;
    is_text(say(&at, 10, 200), "75 files, 500 B, 50 B/s, 0 matches",
            "nothing until all is counted ahead");
}

static void test_width(void)
{
    tutela_progress at = {.items = 123456, .expected_items = 246912, .bytes = 5600000000,
                          .expected_bytes = 11200000000, .matches = 3, .incomplete = 1,
                          .survey_done = 1};
    char all[CLI_PROGRESS_COLUMNS + 1];

    is_text(say(&at, 100, 200),
            "123,456 files, 5.6 GB, 56.0 MB/s, 3 matches, 1 incomplete, 2 min left", "all");
    is_text(say(&at, 100, 60), "123,456 files, 5.6 GB, 3 matches, 1 incomplete, 2 min left",
            "the rate goes first");
    is_text(say(&at, 100, 52), "123,456 files, 3 matches, 1 incomplete, 2 min left",
            "then the bytes");
    is_text(say(&at, 100, 39), "123,456 files, 3 matches, 2 min left", "then the incomplete");
    is_text(say(&at, 100, 30), "123,456 files, 3 matches", "then the time left");
    is_text(say(&at, 100, 12), "3 matches", "the matches stay");
    is_text(say(&at, 100, 8), "", "nothing rather than half a number");
    is_text(say(&at, 100, 0), "", "no column at all");
    cli_progress_line(all, SIZE_MAX, &at, 100, 1);
    is_u64(strlen(all), 69, "no terminal is too wide");
    at = (tutela_progress){.items = UINT64_MAX, .bytes = UINT64_MAX, .matches = UINT64_MAX,
                           .incomplete = UINT64_MAX, .expected_items = UINT64_MAX,
                           .expected_bytes = UINT64_MAX, .survey_done = 1};
    ok(strstr(say(&at, 1, 200), "18,446,744,073,709,551,615 incomplete"),
       "the largest numbers fit");
}

static void test_words(void)
{
    tutela_progress at = {.items = 1, .bytes = 1, .matches = 1};
    tutela_progress stream = {.bytes = 2000, .expected_bytes = 4000, .survey_done = 1};

    is_text(say(&at, 1, 200), "1 file, 1 B, 1 B/s, 1 match", "one of each");
    cli_progress_line(said, 200, &at, 1, 0);
    is_text(said, "1 file, 1 B, 1 B/s", "no matches are counted where there can be none");
    cli_progress_line(said, 200, &stream, 2, 0);
    is_text(said, "2.0 kB, 1.0 kB/s, 2 s left", "a stream");
}

int main(void)
{
    test_left();
    test_width();
    test_words();
    return tap_done();
}
