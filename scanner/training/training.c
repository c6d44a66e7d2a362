/*
 * training: makes the synthetic tree, its lists, the answer sheet and a word of explanation.
 *
 *   plan ──▶ makers ──▶ tree (folder/tree) ──▶ lists (folder/lists) ──▶ expected.tsv, README.txt
 */
#include "training/training.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "training/lists.h"
#include "training/make.h"
#include "training/names.h"
#include "training/plan.h"
#include "training/readme.h"
#include "training/tree.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY         INT64_C(86400)
#define FIRST_HOUR  7  /* files are made between seven in the morning */
#define LAST_HOUR   22 /* and ten at night, as people do */
#define PATH_ROOM   512

static const tt_tree_mark own_mark = {.when = TT_PLAN_START + TT_PLAN_DAYS * DAY, .mode = 0644};

/* When a file of that name was made, within `days` days from `day` on. */
static int64_t time_of(uint64_t seed, const char *path, uint32_t day, uint32_t days)
{
    tt_random random = tt_random_named(~seed, path);
    int64_t when = TT_PLAN_START + (day + tt_random_below(&random, days)) * DAY;

    return when + tt_random_between(&random, FIRST_HOUR * 3600, LAST_HOUR * 3600);
}

/* Most files are as a camera or a browser leaves them; some only their owner may read. */
static uint32_t mode_of(const char *path)
{
    tt_random random = tt_random_named(0, path);
    uint32_t draw = tt_random_below(&random, 10);

    return draw == 0 ? 0600 : draw == 1 ? 0444 : 0644;
}

static tutela_status make_parent(tt_tree *tree, const char *path, tutela_error *error)
{
    const char *slash = strrchr(path, '/');
    TT_AUTO_FREE char *parent = slash ? tt_copy(path, (size_t)(slash - path)) : NULL;

    if (!slash)
        return TUTELA_OK;
    return parent ? tt_tree_folder(tree, parent, error) : tt_no_memory(error);
}

/* A file whose content follows from the name `like`. */
static tutela_status write_made(tt_tree *tree, const char *path, const char *like, tt_make *make,
                                uint64_t seed, int64_t when, tutela_error *error)
{
    tt_random random = tt_random_named(seed, like);
    tt_tree_mark mark = {.when = when, .mode = mode_of(path)};
    TT_AUTO_BUF tt_buf content;

    tt_buf_init(&content, TT_MAKE_MAX);
    make(&content, &random);
    return tt_tree_write(tree, path, &content, &mark, error);
}

static tutela_status write_batch(tt_tree *tree, const tt_plan_batch *batch, uint64_t seed,
                                 tutela_error *error)
{
    TT_TRY(tt_tree_folder(tree, batch->folder, error));
    for (unsigned i = 0; i < batch->count; i++) {
        TT_AUTO_BUF tt_buf path;

        tt_buf_init(&path, PATH_ROOM);
        tt_buf_printf(&path, "%s/%s%0*u%s", batch->folder, batch->prefix, batch->digits,
                      batch->first + i, batch->suffix);
        if (tt_buf_failed(&path))
            return tt_no_memory(error);
        TT_TRY(write_made(tree, path.data, path.data, batch->make, seed,
                          time_of(seed, path.data, batch->day, batch->days), error));
    }
    return TUTELA_OK;
}

static tutela_status write_singles(tt_tree *tree, const tt_plan_single *single, uint64_t seed,
                                   tutela_error *error)
{
    for (; single->path; single++) {
        const char *like = single->like ? single->like : single->path;

        TT_TRY(make_parent(tree, single->path, error));
        TT_TRY(write_made(tree, single->path, like, single->make, seed,
                          time_of(seed, single->path, 0, TT_PLAN_DAYS), error));
    }
    return TUTELA_OK;
}

static tutela_status write_sparse(tt_tree *tree, uint64_t seed, tutela_error *error)
{
    tt_random random = tt_random_named(seed, TT_PLAN_SPARSE);
    tt_tree_mark mark = {.when = time_of(seed, TT_PLAN_SPARSE, 0, TT_PLAN_DAYS), .mode = 0644};
    TT_AUTO_BUF tt_buf content;

    tt_buf_init(&content, TT_MAKE_MAX);
    tt_make_bytes(&content, &random);
    return tt_tree_sparse(tree, TT_PLAN_SPARSE, &content, TT_PLAN_SPARSE_SIZE, &mark, error);
}

static tutela_status write_special(tt_tree *tree, const tt_plan_special *special, uint64_t seed,
                                   tutela_error *error)
{
    int64_t when = time_of(seed, special->path, 0, TT_PLAN_DAYS);

    TT_TRY(make_parent(tree, special->path, error));
    switch (special->kind) {
    case TT_PLAN_HARD_LINK:
        return tt_tree_link(tree, special->path, special->target, error);
    case TT_PLAN_SYMLINK:
        return tt_tree_symlink(tree, special->path, special->target, when, error);
    case TT_PLAN_FIFO:
        return tt_tree_fifo(tree, special->path, when, error);
    case TT_PLAN_FOLDER:
        return tt_tree_folder(tree, special->path, error);
    default:
        return tt_fail(error, TUTELA_STATE, 0, "training plan: unknown kind of special file");
    }
}

static tutela_status write_tree(tt_tree *tree, uint64_t seed, tutela_error *error)
{
    for (const tt_plan_batch *batch = tt_plan_batches; batch->folder; batch++)
        TT_TRY(write_batch(tree, batch, seed, error));
    TT_TRY(write_singles(tree, tt_plan_singles, seed, error));
    TT_TRY(write_singles(tree, tt_names, seed, error));
    TT_TRY(write_sparse(tree, seed, error));
    for (const tt_plan_special *special = tt_plan_specials; special->path; special++)
        TT_TRY(write_special(tree, special, seed, error));
    return TUTELA_OK;
}

static tutela_status write_answers(tt_tree *top, const tt_tree *tree, tutela_error *error)
{
    TT_AUTO_BUF tt_buf text;

    tt_buf_init(&text, TT_MAKE_MAX);
    TT_TRY(tt_lists_answers(&text, tree, error));
    return tt_tree_write(top, "expected.tsv", &text, &own_mark, error);
}

static tutela_status write_readme(tt_tree *top, const tt_tree *tree, uint64_t seed,
                                  tutela_error *error)
{
    TT_AUTO_BUF tt_buf text;
    uint64_t bytes = 0;
    char size[16];

    for (size_t i = 0; i < tree->count; i++)
        bytes += tree->file[i].size;
    tt_buf_init(&text, TT_MAKE_MAX);
    tt_readme_add(&text, tree->count, tt_size_text(bytes, size), seed);
    return tt_tree_write(top, "README.txt", &text, &own_mark, error);
}

static tutela_status open_folder(int *out, int at, const char *path, tutela_error *error)
{
    int fd = tt_openat(at, path, O_RDONLY | O_DIRECTORY, 0);

    if (fd < 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot open the folder", path);
    *out = fd;
    return TUTELA_OK;
}

/* Everything below the open folder, which is empty. */
static tutela_status fill(int folder, uint64_t seed, tutela_error *error)
{
    TT_AUTO_TREE tt_tree top;
    TT_AUTO_TREE tt_tree tree;
    TT_AUTO_TREE tt_tree lists;
    TT_AUTO_CLOSE int tree_folder = -1;
    TT_AUTO_CLOSE int lists_folder = -1;

    tt_tree_init(&top, folder, ".");
    tt_tree_init(&tree, -1, "tree");
    tt_tree_init(&lists, -1, "lists");
    TT_TRY(tt_tree_folder(&top, "tree", error));
    TT_TRY(tt_tree_folder(&top, "lists", error));
    TT_TRY(open_folder(&tree_folder, folder, "tree", error));
    TT_TRY(open_folder(&lists_folder, folder, "lists", error));
    tree.root = tree_folder;
    lists.root = lists_folder;
    TT_TRY(write_tree(&tree, seed, error));
    TT_TRY(tt_lists_write(&lists, &tree, seed, error));
    TT_TRY(write_answers(&top, &tree, error));
    TT_TRY(write_readme(&top, &tree, seed, error));
    TT_TRY(tt_tree_settle(&tree, own_mark.when, error));
    return tt_tree_settle(&top, own_mark.when, error);
}

/* 1 when the open folder holds nothing, 0 when it does, -1 with errno. */
static int is_empty(int folder)
{
    int fd = tt_openat(folder, ".", O_RDONLY | O_DIRECTORY, 0);
    DIR *stream = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    int empty = 1;

    if (!stream) {
        int os_error = errno;

        if (fd >= 0)
            (void)tt_close(fd);
        errno = os_error;
        return -1;
    }
    errno = 0;
    while (empty && (entry = readdir(stream)) != NULL)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (empty && errno != 0)
        empty = -1;
    (void)closedir(stream);
    return empty;
}

tutela_status tt_training_create(const char *folder, uint64_t seed, tutela_error *error)
{
    TT_AUTO_CLOSE int fd = -1;
    int empty;

    if (mkdirat(AT_FDCWD, folder, 0755) != 0 && errno != EEXIST)
        return tt_advise(error,
                         tt_fail(error, TUTELA_RECORD, errno, "%s: cannot make the folder", folder),
                         "choose a new folder inside one that exists and that you may write to");
    fd = tt_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
    empty = fd < 0 ? -1 : is_empty(fd);
    if (empty < 0)
        return tt_advise(error,
                         tt_fail(error, TUTELA_ARGUMENT, errno, "%s: no usable folder", folder),
                         "name a folder that does not exist yet");
    if (!empty)
        return tt_advise(error,
                         tt_fail(error, TUTELA_ARGUMENT, 0, "%s: the folder is not empty", folder),
                         "name a folder that does not exist yet, or an empty one");
    return fill(fd, seed, error);
}
