/*
 * set_info: the command `set info`.
 */
#include "set_info.h"
#include "cli.h"

#include <stdlib.h>
#include <string.h>

typedef struct gathering {
    tutela_category_info *categories;
    size_t count;
    size_t room;
    int no_memory;
} gathering;

static int gather_one(void *user, const tutela_category_info *category)
{
    gathering *to = user;

    if (to->count == to->room) {
        size_t room = to->room ? to->room * 2 : 64;
        tutela_category_info *more = realloc(to->categories, room * sizeof *more);

        to->no_memory = !more;
        if (!more)
            return -1;
        to->categories = more;
        to->room = room;
    }
    to->categories[to->count++] = *category;
    return 0;
}

/* Numbers in names count as numbers: "2" stands before "10". */
static int natural_order(const void *left, const void *right)
{
    const tutela_category_info *a = left, *b = right;
    int order = (a->list > b->list) - (a->list < b->list);

    if (order == 0)
        order = strverscmp(a->category.scheme, b->category.scheme);
    return order ? order : strverscmp(a->category.value, b->category.value);
}

static tutela_status gather(set_info *about, tutela_error *error)
{
    gathering to = {0};
    tutela_status status = tutela_set_get_info(about->set, &about->info);

    if (status == TUTELA_OK)
        status = tutela_set_categories(about->set, gather_one, &to, error);
    if (to.no_memory) {
        *error = (tutela_error){.status = TUTELA_MEMORY};
        status = TUTELA_MEMORY;
    }
    about->categories = to.categories;
    about->category_count = to.count;
    if (to.count > 1)
        qsort(to.categories, to.count, sizeof *to.categories, natural_order);
    return status;
}

static tutela_status show(const cli_args *args, const char *path, tutela_error *error)
{
    set_info about = {.path = path, .info = {.size = sizeof about.info}};
    tutela_set *set = NULL;
    tutela_status status = cli_set_open(args, path, &set, error);

    about.set = set;
    if (status == TUTELA_OK)
        status = gather(&about, error);
    if (status == TUTELA_OK && cli_has(args, OPT_INFO_JSON))
        set_info_json(&about);
    else if (status == TUTELA_OK)
        set_info_text(&about);
    free(about.categories);
    tutela_set_close(set);
    return status;
}

int cli_run_set_info(const cli_args *args)
{
    for (size_t i = 0; i < args->operand_count; i++) {
        tutela_error error = {0};
        tutela_status status = show(args, args->operands[i], &error);

        if (status != TUTELA_OK)
            return cli_fail_error(cli_exit_of(status), &error,
                                  "a hash set is made with 'tutela set build'");
    }
    return cli_stdout_done();
}
