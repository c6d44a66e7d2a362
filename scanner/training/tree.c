/*
 * tree: writes the training tree and remembers every file's size and digests.
 *
 * The calls that base/io has no word for (mkdirat, linkat, symlinkat, mkfifoat, times and modes)
 * are made here and in no other file of this module.
 */
#include "training/tree.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_MODE 0755

void tt_tree_init(tt_tree *tree, int root, const char *title)
{
    *tree = (tt_tree){.root = root, .title = title};
}

void tt_tree_done(tt_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        tt_free(tree->file[i].path);
    for (size_t i = 0; i < tree->folder_count; i++)
        tt_free(tree->folder[i]);
    tt_free(tree->file);
    tt_free(tree->folder);
    *tree = (tt_tree){.root = -1};
}

static tutela_status fail(const tt_tree *tree, const char *path, const char *what,
                          tutela_error *error)
{
    int os_error = errno;
    TT_AUTO_BUF tt_buf shown;

    tt_buf_init(&shown, PATH_MAX * 4);
    tt_text_display(&shown, path, strlen(path));
    return tt_fail(error, TUTELA_RECORD, os_error, "%s/%s: cannot %s", tree->title,
                   tt_buf_failed(&shown) ? "..." : shown.data, what);
}

static tutela_status remember(tt_tree *tree, const char *path, const tt_tree_file *like,
                              tutela_error *error)
{
    char *name = tt_copy_text(path);

    if (!name || tt_grow((void **)&tree->file, &tree->room, tree->count, sizeof *tree->file) != 0) {
        tt_free(name);
        return tt_no_memory(error);
    }
    tree->file[tree->count] = *like;
    tree->file[tree->count].path = name;
    tree->count++;
    return TUTELA_OK;
}

static int set_time(int fd, int64_t when)
{
    struct timespec times[2] = {{.tv_sec = (time_t)when}, {.tv_sec = (time_t)when}};

    return futimens(fd, times);
}

/* Of a name itself, not of what it points to. */
static int set_name_time(int folder, const char *path, int64_t when)
{
    struct timespec times[2] = {{.tv_sec = (time_t)when}, {.tv_sec = (time_t)when}};

    return utimensat(folder, path, times, AT_SYMLINK_NOFOLLOW);
}

static tutela_status make_folder(tt_tree *tree, const char *path, tutela_error *error)
{
    char *name;

    if (mkdirat(tree->root, path, FOLDER_MODE) != 0)
        return errno == EEXIST ? TUTELA_OK : fail(tree, path, "make the folder", error);
    name = tt_copy_text(path);
    if (!name
        || tt_grow((void **)&tree->folder, &tree->folder_room, tree->folder_count, sizeof name)
               != 0) {
        tt_free(name);
        return tt_no_memory(error);
    }
    tree->folder[tree->folder_count++] = name;
    return TUTELA_OK;
}

tutela_status tt_tree_folder(tt_tree *tree, const char *path, tutela_error *error)
{
    TT_AUTO_FREE char *part = tt_copy_text(path);

    if (!part)
        return tt_no_memory(error);
    for (char *slash = strchr(part, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        TT_TRY(make_folder(tree, part, error));
        *slash = '/';
    }
    return make_folder(tree, path, error);
}

/* Open a new file through a descriptor of its folder. -1 with errno. */
static int create(const tt_tree *tree, const char *path)
{
    const char *slash = strrchr(path, '/');
    TT_AUTO_CLOSE int folder = -1;
    TT_AUTO_FREE char *parent = NULL;
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;

    if (!slash)
        return tt_openat(tree->root, path, flags, 0600);
    parent = tt_copy(path, (size_t)(slash - path));
    if (!parent) {
        errno = ENOMEM;
        return -1;
    }
    folder = tt_openat(tree->root, parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    return folder < 0 ? -1 : tt_openat(folder, slash + 1, flags, 0600);
}

/* Mode, time and close of a file just written: the last chance to learn that it is not on disk. */
static int finish(int *fd, const tt_tree_mark *mark)
{
    int failed = fchmod(*fd, mark->mode) != 0 || set_time(*fd, mark->when) != 0;
    int closed = tt_close(*fd);

    *fd = -1;
    return failed || closed != 0 ? -1 : 0;
}

tutela_status tt_tree_write(tt_tree *tree, const char *path, const tt_buf *content,
                            const tt_tree_mark *mark, tutela_error *error)
{
    tt_tree_file file = {.size = content->size};
    TT_AUTO_CLOSE int fd = -1;

    if (tt_buf_failed(content))
        return tt_no_memory(error);
    TT_TRY(tt_digest_bytes(TT_DIGEST_ALL, content->data, content->size, &file.digests, error));
    fd = create(tree, path);
    if (fd < 0)
        return fail(tree, path, "make the file", error);
    if (tt_write_all(fd, content->data, content->size) != 0 || finish(&fd, mark) != 0)
        return fail(tree, path, "write the file", error);
    return remember(tree, path, &file, error);
}

tutela_status tt_tree_sparse(tt_tree *tree, const char *path, const tt_buf *content, size_t size,
                             const tt_tree_mark *mark, tutela_error *error)
{
    tt_tree_file file = {.size = size};
    TT_AUTO_FREE uint8_t *whole = tt_alloc(1, size);
    TT_AUTO_CLOSE int fd = -1;
    size_t tail = size - content->size;

    if (!whole || tt_buf_failed(content))
        return tt_no_memory(error);
    memcpy(whole, content->data, content->size);
    memcpy(whole + tail, content->data, content->size);
    TT_TRY(tt_digest_bytes(TT_DIGEST_ALL, whole, size, &file.digests, error));
    fd = create(tree, path);
    if (fd < 0)
        return fail(tree, path, "make the file", error);
    if (tt_write_all(fd, content->data, content->size) != 0
        || lseek(fd, (off_t)tail, SEEK_SET) != (off_t)tail
        || tt_write_all(fd, content->data, content->size) != 0 || finish(&fd, mark) != 0)
        return fail(tree, path, "write the file", error);
    return remember(tree, path, &file, error);
}

tutela_status tt_tree_link(tt_tree *tree, const char *path, const char *existing,
                           tutela_error *error)
{
    const tt_tree_file *file = tt_tree_find(tree, existing);
    tt_tree_file same;

    if (!file)
        return tt_fail(error, TUTELA_STATE, 0, "%s: no file to link to", tree->title);
    same = *file;
    if (linkat(tree->root, existing, tree->root, path, 0) != 0)
        return fail(tree, path, "make the hard link", error);
    return remember(tree, path, &same, error);
}

tutela_status tt_tree_symlink(tt_tree *tree, const char *path, const char *target, int64_t when,
                              tutela_error *error)
{
    if (symlinkat(target, tree->root, path) != 0 || set_name_time(tree->root, path, when) != 0)
        return fail(tree, path, "make the symbolic link", error);
    return TUTELA_OK;
}

tutela_status tt_tree_fifo(tt_tree *tree, const char *path, int64_t when, tutela_error *error)
{
    if (mkfifoat(tree->root, path, 0600) != 0 || set_name_time(tree->root, path, when) != 0)
        return fail(tree, path, "make the named pipe", error);
    return TUTELA_OK;
}

static tutela_status settle(const tt_tree *tree, const char *path, int64_t when,
                            tutela_error *error)
{
    TT_AUTO_CLOSE int fd = tt_openat(tree->root, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

    if (fd < 0 || fchmod(fd, FOLDER_MODE) != 0 || set_time(fd, when) != 0)
        return fail(tree, path, "set the folder's time", error);
    return TUTELA_OK;
}

tutela_status tt_tree_settle(const tt_tree *tree, int64_t when, tutela_error *error)
{
    for (size_t i = 0; i < tree->folder_count; i++)
        TT_TRY(settle(tree, tree->folder[i], when, error));
    return settle(tree, ".", when, error);
}

const tt_tree_file *tt_tree_find(const tt_tree *tree, const char *path)
{
    for (size_t i = 0; i < tree->count; i++)
        if (strcmp(tree->file[i].path, path) == 0)
            return &tree->file[i];
    return NULL;
}
