/*
 * selftest_kit: runs the whole self-test and keeps which questions were answered wrong.
 *
 * A test that breaks something holds a source of the library as its own text, with a macro before it
 * that spoils one thing while `spoilt` is set: the linker then takes that for the library's. So the
 * product needs no door for it.
 */
#ifndef TT_TESTS_SELFTEST_KIT_H
#define TT_TESTS_SELFTEST_KIT_H

#include "tap.h"

#include "tutela.h"

typedef struct asked {
    tutela_status status;
    tutela_error error;
    size_t right, wrong;
    char groups[512];   /* those with a wrong answer, each with a comma after it */
    char wrongs[8192];  /* "group|name|detail\n" of the first of them */
    size_t odd;         /* checks that say something they should not */
} asked;

__attribute__((unused)) static int asked_take(void *user, const tutela_selftest_check *check)
{
    asked *all = user;
    size_t used = strlen(all->wrongs);
    char group[64];

    all->right += check->passed == 1;
    all->wrong += check->passed == 0;
    all->odd += check->size != sizeof *check || !*check->group || !*check->name
                || (check->passed != 0) != !*check->detail;
    if (check->passed)
        return 0;
    snprintf(group, sizeof group, "%s,", check->group);
    if (!strstr(all->groups, group))
        strncat(all->groups, group, sizeof all->groups - strlen(all->groups) - 1);
    snprintf(all->wrongs + used, sizeof all->wrongs - used, "%s|%s|%s\n", check->group, check->name,
             check->detail);
    return 0;
}

/* The answers to all questions. */
__attribute__((unused)) static asked ask(void)
{
    asked all;

    memset(&all, 0, sizeof all);
    all.status = tutela_selftest(asked_take, &all, &all.error);
    return all;
}

/* All is well. */
__attribute__((unused)) static void sound(const char *what)
{
    asked all = ask();

    ok(all.status == TUTELA_OK && all.wrong == 0 && all.right > 500, "%s: all %zu answers are right",
       what, all.right);
    if (all.wrong > 0)
        printf("# %s", all.wrongs);
    is_u64(all.odd, 0, "%s: no check contradicts itself", what);
}

/* Just these groups have wrong answers, and among those is one that begins so. */
__attribute__((unused)) static void unsound(const char *what, const char *groups, const char *begins)
{
    asked all = ask();

    is_i64(all.status, TUTELA_UNSOUND, "%s: the self-test fails", what);
    is_text(all.groups, groups, "%s: where it should", what);
    ok(strstr(all.wrongs, begins), "%s: %s", what, begins);
    if (!strstr(all.wrongs, begins))
        printf("# %.2000s\n", all.wrongs);
    ok(strstr(all.error.text, "are wrong") && strstr(all.error.advice, "rely on no result"),
       "%s: %s; %s", what, all.error.text, all.error.advice);
    is_u64(all.odd, 0, "%s: no check contradicts itself", what);
}

#endif
