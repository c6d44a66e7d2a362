/*
 * folder: life and paths of the nodes. Descriptors are in pool.c, opening is in open.c.
 */
#include "source/folder.h"

#include "base/mem.h"

#include <string.h>

const char tt_replaced[] = "replaced while being read";

tt_folder *tt_folder_new(tt_pool *pool, tt_folder *parent, const char *name, size_t name_size,
                         int follow)
{
    tt_folder *folder = tt_alloc(1, sizeof *folder + name_size + 1);

    if (!folder)
        return NULL;
    atomic_init(&folder->references, 1);
    atomic_init(&folder->hold, 0);
    atomic_init(&folder->used, 0);
    folder->fd = -1;
    folder->follow = follow;
    folder->name_size = name_size;
    memcpy(folder->name, name, name_size);
    folder->pool = pool;
    tt_pool_keep(pool);
    if (parent) {
        folder->parent = tt_folder_keep(parent);
        folder->depth = parent->depth + 1;
    }
    return folder;
}

tt_folder *tt_folder_keep(tt_folder *folder)
{
    atomic_fetch_add_explicit(&folder->references, 1, memory_order_relaxed);
    return folder;
}

void tt_folder_release(tt_folder *folder)
{
    while (folder && atomic_fetch_sub_explicit(&folder->references, 1, memory_order_acq_rel) == 1) {
        tt_folder *parent = folder->parent;
        tt_pool *pool = folder->pool;

        tt_pool_forget(folder);
        tt_free(folder);
        tt_pool_release(pool);
        folder = parent;
    }
}

/* Bytes of the folder's path, and of the slash after it when names follow. */
static size_t path_size(const tt_folder *folder)
{
    size_t size = 0;

    for (; folder; folder = folder->parent)
        size += folder->name_size + 1;
    return size;
}

/* 1 when a name may follow the folder's path without a slash between: "dir/", "/". */
static int ends_in_slash(const tt_folder *folder)
{
    return !folder->parent && folder->name_size > 0 && folder->name[folder->name_size - 1] == '/';
}

void tt_folder_path_of(const tt_folder *folder, const char *name, size_t name_size, tt_buf *buf)
{
    size_t size = path_size(folder) + name_size;
    const tt_folder *at;
    char *end;

    for (at = folder; at; at = at->parent)
        size -= (size_t)ends_in_slash(at);
    end = tt_buf_extend(buf, size);
    if (!end)
        return;
    /* From the last name to the first: the parents are only known from below. */
    end += size - name_size;
    memcpy(end, name, name_size);
    for (at = folder; at; at = at->parent) {
        if (!ends_in_slash(at))
            *--end = '/';
        end -= at->name_size;
        memcpy(end, at->name, at->name_size);
    }
}
