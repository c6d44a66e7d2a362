/*
 * layers: opens a set with all below it, and answers for the whole.
 *
 * What a delta says of the layers below it was written by whoever wrote the delta, and is held
 * against them here: its base is the very file it was made on, what it hides is there to hide.
 */
#include "hashsets/layers.h"
#include "base/cursor.h"
#include "base/io.h"
#include "base/mem.h"
#include "hashsets/hidden.h"
#include "hashsets/place.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

const tt_set *tt_set_below(const tt_set *layer)
{
    return layer->below;
}

uint32_t tt_set_layers(const tt_set *set)
{
    return set->layer + 1;
}

const char *tt_set_path(const tt_set *layer)
{
    return layer->path;
}

const tt_seal *tt_set_seal(const tt_set *set)
{
    return set->seal;
}

/* Whether `path` is the file of one of the layers: *is 1 or 0; 0 when nothing is there. */
static tutela_status find_layer(const tt_set *set, const char *path, int *is, tutela_error *error)
{
    struct stat there;
    struct stat one;
    int found = 0;

    if (tt_fstatat(AT_FDCWD, path, &there, 0) != 0) {
        if (errno != ENOENT)
            return tt_fail(error, TUTELA_IO, errno, "%s: cannot tell what is there", path);
        set = NULL;
    }
    for (; set && !found; set = set->below) {
        if (tt_fstatat(AT_FDCWD, set->path, &one, 0) != 0)
            return tt_fail(error, TUTELA_IO, errno, "%s: cannot find", set->path);
        found = one.st_dev == there.st_dev && one.st_ino == there.st_ino;
    }
    *is = found;
    return TUTELA_OK;
}

tutela_status tt_layers_spare(const tt_set *layer, const char *output, const char *what,
                              const char *advice, tutela_error *error)
{
    int is_layer = 0;

    TT_TRY(find_layer(layer, output, &is_layer, error));
    if (!is_layer)
        return TUTELA_OK;
    (void)tt_fail(error, TUTELA_ARGUMENT, 0, "%s: is %s", output, what);
    return tt_advise(error, TUTELA_ARGUMENT, "%s", advice);
}

static tutela_status check_pair(const tt_set *part, const tt_set *whole, tutela_error *error)
{
    const tt_set *layer = whole;

    while (layer && memcmp(layer->identity, part->identity, TT_IDENTITY_SIZE) != 0)
        layer = layer->below;
    if (!layer)
        return TUTELA_OK;
    if (layer == whole) {
        (void)tt_fail(error, TUTELA_ARGUMENT, 0, "%s: given twice", part->path);
        return tt_advise(error, TUTELA_ARGUMENT, "give each set once; was another one meant?");
    }
    (void)tt_fail(error, TUTELA_ARGUMENT, 0, "%s: is a part of another set that is given",
                  part->path);
    return tt_advise(error, TUTELA_ARGUMENT, "leave it out: %s holds all of it that was not removed",
                     whole->path);
}

tutela_status tt_layers_distinct(tt_set *const *sets, size_t count, tutela_error *error)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            TT_TRY(check_pair(sets[i], sets[j], error));
            TT_TRY(check_pair(sets[j], sets[i], error));
        }
    return TUTELA_OK;
}

/* The layers by their number. */
static tt_layer_table table_of(const tt_set *set)
{
    tt_layer_table out = {0};

    for (; set; set = set->below)
        out.at[set->layer] = set;
    return out;
}

/* ---- The whole --------------------------------------------------------------------------- */

int tt_set_list_order(const void *a, const void *b)
{
    const tt_set_list *first = a;
    const tt_set_list *second = b;
    int order = strcmp(first->name, second->name);

    if (order == 0)
        order = strcmp(first->version, second->version);
    return order ? order : (int)first->polarity - (int)second->polarity;
}

/* One list of that name, version and polarity, and none that has no entry left. */
static void unite_lists(tt_view *view)
{
    size_t kept = 0;

    qsort(view->list, view->list_count, sizeof *view->list, tt_set_list_order);
    for (size_t i = 0; i < view->list_count; i++)
        if (view->list[i].entries == 0)
            continue;
        else if (kept && tt_set_list_order(&view->list[kept - 1], &view->list[i]) == 0)
            view->list[kept - 1].entries += view->list[i].entries;
        else
            view->list[kept++] = view->list[i];
    view->list_count = kept;
}

/* Take what `set` hides away from the view, whose lists begin at `begins` for each layer. */
static tutela_status take_hidden(const tt_set *set, const size_t *begins, tt_view *view,
                                 tutela_error *error)
{
    for (uint64_t i = 0; i < set->hidden_counts.count; i++) {
        tt_hidden_count one = {0};
        tt_set_list *list;
        TT_TRY(tt_hidden_count_at(set, i, &one, error));
        list = &view->list[begins[one.layer] + one.list];
        if (list->entries < one.entries || view->masks[one.mask] < one.entries)
            return tt_hidden_bad(set, error);
        list->entries -= one.entries;
        view->masks[one.mask] -= one.entries;
        view->entries -= one.entries;
    }
    return TUTELA_OK;
}

static tutela_status make_view(tt_set *set, const tt_layer_table *all, tutela_error *error)
{
    tt_view view = {0};
    size_t begins[TT_LAYERS_MAX] = {0};
    tutela_status status = TUTELA_OK;

    for (uint32_t i = 0; i <= set->layer; i++) {
        begins[i] = view.list_count;
        view.list_count += all->at[i]->list_count;
        view.entries += all->at[i]->entries;
        view.bytes += all->at[i]->file_bytes;
        for (size_t mask = 0; mask < TT_SET_MASKS; mask++)
            view.masks[mask] += all->at[i]->masks[mask];
    }
    view.list = tt_alloc(view.list_count, sizeof *view.list);
    if (!view.list)
        return tt_no_memory(error);
    for (uint32_t i = 0; i <= set->layer; i++)
        if (all->at[i]->list_count)
            memcpy(&view.list[begins[i]], all->at[i]->list,
                   all->at[i]->list_count * sizeof *view.list);
    for (uint32_t i = 1; i <= set->layer && status == TUTELA_OK; i++)
        status = take_hidden(all->at[i], begins, &view, error);
    if (status == TUTELA_OK) {
        unite_lists(&view);
        set->view = view;
    } else {
        tt_free(view.list);
    }
    return status;
}

/* ---- Opening ----------------------------------------------------------------------------- */

/* The string of BASE. */
static tutela_status base_name(const tt_set *set, const char **out, tutela_error *error)
{
    const char *name = (const char *)set->base.data;

    for (uint64_t at = 0; at < set->base.bytes; at += TT_SET_PAGE)
        TT_TRY(tt_pages_touch(&set->pages, set->base.offset + at, error));
    if (memchr(name, '\0', (size_t)set->base.bytes) != name + set->base.bytes - 1)
        return tt_set_refuse(set->path, "malformed (name of its base)", error);
    *out = name;
    return TUTELA_OK;
}

static int is_file(const char *path)
{
    struct stat facts;

    return tt_fstatat(AT_FDCWD, path, &facts, 0) == 0 && S_ISREG(facts.st_mode);
}

/*
 * Where the base lies: seen from the delta's name, or, when that is a link, from the file it leads
 * to. What is no regular file is not even opened: to open a device can be to move it.
 */
static tutela_status find_base(const tt_set *set, char **out, tutela_error *error)
{
    TT_AUTO_FREE char *near = NULL;
    char whole[PATH_MAX];
    const char *name = NULL;

    TT_TRY(base_name(set, &name, error));
    near = tt_place_join(set->path, name);
    if (!near)
        return tt_no_memory(error);
    if (!is_file(near) && realpath(set->path, whole)) {
        TT_AUTO_FREE char *far = tt_place_join(whole, name);
        if (!far)
            return tt_no_memory(error);
        if (is_file(far)) {
            *out = far;
            far = NULL;
            return TUTELA_OK;
        }
    }
    if (!is_file(near)) {
        (void)tt_fail(error, TUTELA_SET_REFUSED, 0, "%s: its base is missing: %s", set->path, near);
        return tt_advise(error, TUTELA_SET_REFUSED,
                         "put it back where it was: a set made by 'tutela set update' needs its base");
    }
    *out = near;
    near = NULL;
    return TUTELA_OK;
}

static tutela_status open_base(tt_set *set, tt_opening how, tutela_error *error)
{
    TT_AUTO_FREE char *path = NULL;
    tutela_status status;

    TT_TRY(find_base(set, &path, error));
    how.above = set;
    status = tt_set_open_layer(&set->below, path, &how, error);
    if (status != TUTELA_IO)
        return status;
    if (error)
        error->status = (int32_t)TUTELA_SET_REFUSED;
    return tt_advise(error, TUTELA_SET_REFUSED, "a set made by 'tutela set update' needs its base");
}

static tutela_status check_layers(tt_set *set, tutela_error *error)
{
    tt_layer_table all = table_of(set);
    uint64_t numbers = 0;

    for (tt_set *one = set; one; one = one->below) {
        numbers += one->entries;
        if (one->layer == 0)
            continue;
        if (one->hidden.bytes <= TT_SET_EAGER_BYTES)
            TT_TRY(tt_hidden_check(one, &all, error));
        TT_TRY(tt_hidden_check_counts(one, &all, error));
    }
    for (tt_set *one = set; one; one = one->below) {
        numbers -= one->entries;
        one->first_number = numbers;
    }
    return make_view(set, &all, error);
}

static tutela_status open_all(tt_set **out, const char *path, const tt_opening *how,
                              tutela_error *error)
{
    tt_set *set = NULL;
    tutela_status status = tt_set_open_layer(&set, path, how, error);

    /* Each layer states one less below it than the one above: this ends. */
    for (tt_set *one = set; status == TUTELA_OK && one->layer > 0; one = one->below)
        status = open_base(one, *how, error);
    if (status == TUTELA_OK && set->layer > 0)
        status = check_layers(set, error);
    if (status == TUTELA_OK)
        *out = set;
    else
        tt_set_close(set);
    return status;
}

tutela_status tt_set_open_eager(tt_set **out, const char *path, uint64_t eager,
                                tutela_error *error)
{
    return open_all(out, path, &(tt_opening){.eager = eager}, error);
}

tutela_status tt_set_open(tt_set **out, const char *path, tutela_error *error)
{
    return open_all(out, path, &(tt_opening){.eager = TT_SET_EAGER_BYTES}, error);
}

tutela_status tt_set_open_sealed(tt_set **out, const char *path, const char *key_file,
                                 tutela_error *error)
{
    return open_all(out, path, &(tt_opening){.key_file = key_file, .eager = TT_SET_EAGER_BYTES},
                    error);
}

tutela_status tt_set_open_keyless(tt_set **out, const char *path, tutela_error *error)
{
    return open_all(out, path, &(tt_opening){.keyless = 1}, error);
}

tutela_status tt_set_open_whole(tt_set **out, const char *path, tutela_error *error)
{
    return tt_set_open_layer(out, path, &(tt_opening){.eager = UINT64_MAX, .keyless = 1}, error);
}

/* ---- Checking ---------------------------------------------------------------------------- */

tutela_status tt_layers_check(const tt_set *set, tutela_error *error)
{
    tt_layer_table all = table_of(set);

    for (const tt_set *one = set; one; one = one->below)
        TT_TRY(tt_set_check(one, error));
    for (const tt_set *one = set; one->layer > 0; one = one->below) {
        TT_TRY(tt_hidden_check(one, &all, error));
        TT_TRY(tt_hidden_check_kinds(one, &all, error));
    }
    return TUTELA_OK;
}
