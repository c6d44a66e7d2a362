/* The names of split images: which begin a series, and what its later files are called. */
#include "tap.h"

#include "source/series.h"

#include <string.h>

static int is_named(const char *first, size_t number, const char *want)
{
    char *name = malloc(strlen(first) + TT_SERIES_GROWS + 1); /* no byte more: ASan looks */
    size_t size = tt_series_name(first, strlen(first), number, name);
    int same = want ? size == strlen(want) && strcmp(name, want) == 0 : size == 0;

    if (!same)
        printf("# %s, %zu: %s\n", first, number, size ? name : "(none)");
    free(name);
    return same;
}

static void test_names(void)
{
    static const struct {
        const char *first;
        size_t number;
        const char *name; /* NULL: there is none */
    } rows[] = {
        {"disk.001", 0, "disk.001"}, {"disk.001", 1, "disk.002"}, {"disk.001", 9, "disk.010"},
        {"disk.001", 998, "disk.999"}, {"disk.001", 999, "disk.1000"}, {"disk.001", 4095, "disk.4096"},
        {"disk.001", 4096, NULL}, {"disk.000", 0, "disk.000"}, {"disk.000", 1, "disk.001"},
        {"disk.000", 1000, "disk.1000"}, {"disk.dd.001", 1, "disk.dd.002"}, {"d.0001", 1, "d.0002"},
        {"d.00000", 4095, "d.04095"}, {"a.b/c.001", 1, "a.b/c.002"}, {"/x/disk.001", 2, "/x/disk.003"},
        {"\xff\x01.001", 1, "\xff\x01.002"},
        {"disk.aa", 1, "disk.ab"}, {"disk.aa", 25, "disk.az"}, {"disk.aa", 26, "disk.ba"},
        {"disk.aa", 675, "disk.zz"}, {"disk.aa", 676, NULL}, {"disk.AA", 1, "disk.AB"},
        {"disk.aaa", 26, "disk.aba"}, {"disk.aaa", 4095, "disk.gbn"}, {"disk.aaaa", 1, "disk.aaab"},
        {"disk.E01", 1, "disk.E02"}, {"disk.E01", 9, "disk.E10"}, {"disk.E01", 98, "disk.E99"},
        {"disk.E01", 99, "disk.EAA"}, {"disk.E01", 100, "disk.EAB"}, {"disk.E01", 125, "disk.EBA"},
        {"disk.E01", 774, "disk.EZZ"}, {"disk.E01", 775, "disk.FAA"}, {"disk.E01", 1451, "disk.GAA"},
        {"disk.e01", 98, "disk.e99"}, {"disk.e01", 99, "disk.eaa"}, {"disk.e01", 775, "disk.faa"},
        {"disk.s01", 1, "disk.s02"}, {"disk.S01", 99, "disk.SAA"}, {"disk.s01", 775, "disk.taa"},
        {"disk.E01", 4095, "disk.JXS"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ok(is_named(rows[i].first, rows[i].number, rows[i].name), "%s, %zu: %s", rows[i].first,
           rows[i].number, rows[i].name ? rows[i].name : "none");
}

static void test_none(void)
{
    static const char *const names[] = {
        "", ".", "001", ".001", "a/.001", "disk", "disk.", "disk.00", "disk.01", "disk.1", "disk.002",
        "disk.010", "disk.100", "disk.000000", "disk.00a", "xaa", "disk.a", "disk.ab", "disk.aA", "disk.aaaaa",
        "disk.bb", "disk.E02", "disk.E00", "disk.E001", "disk.F01", "disk.e10", "disk.001/x", "disk.img", ".aa",
        "/.E01",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ok(!tt_series_begins(names[i], strlen(names[i])) && is_named(names[i], 0, NULL)
               && is_named(names[i], 1, NULL),
           "'%s' begins none", names[i]);
    ok(tt_series_begins("a.001xx", 5), "a name is as long as it is said to be");
}

/* No two files of a series have one name. */
static void test_different(void)
{
    static const char *const firsts[] = {"d.000", "d.001", "d.aa", "d.aaa", "d.E01", "d.s01"};

    for (size_t f = 0; f < sizeof firsts / sizeof firsts[0]; f++) {
        static char seen[TT_SERIES_MAX][16];
        size_t count = 0, twice = 0;

        while (tt_series_name(firsts[f], strlen(firsts[f]), count, seen[count]) > 0
               && ++count < TT_SERIES_MAX)
            ;
        for (size_t i = 0; i < count; i++)
            for (size_t j = i + 1; j < count && j < i + 800; j++)
                twice += strcmp(seen[i], seen[j]) == 0;
        ok(count >= 676 && twice == 0, "%s: %zu names, each once", firsts[f], count);
    }
}

int main(void)
{
    test_names();
    test_none();
    test_different();
    return tap_done();
}
