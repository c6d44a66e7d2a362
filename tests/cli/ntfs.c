/*
 * ntfs: puts files into the image of an NTFS file system, and deletes them, by libntfs-3g. No mount.
 *
 *     ntfs IMAGE <WORDS      a line each, words apart by tabs:
 *         mkdir PATH  put PATH FILE  stream PATH NAME FILE  link PATH NEW  compress PATH  rm PATH
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <ntfs-3g/attrib.h>
#include <ntfs-3g/dir.h>
#include <ntfs-3g/inode.h>
#include <ntfs-3g/unistr.h>
#include <ntfs-3g/volume.h>

static void check(int fine, const char *what)
{
    if (fine)
        return;
    fprintf(stderr, "ntfs: %s: %s\n", what, strerror(errno));
    exit(1);
}

static ntfs_inode *find(ntfs_volume *volume, const char *path)
{
    ntfs_inode *inode = ntfs_pathname_to_inode(volume, NULL, path);

    check(inode != NULL, path);
    return inode;
}

/* The folder of a path, and the last name in it. */
static ntfs_inode *folder_of(ntfs_volume *volume, const char *path, ntfschar **name, int *size)
{
    const char *slash = strrchr(path, '/');
    char *folder = strndup(path, (size_t)(slash - path) + (slash == path));
    ntfs_inode *inode = find(volume, folder);

    *name = NULL;
    *size = ntfs_mbstoucs(slash + 1, name);
    check(*size > 0, path);
    free(folder);
    return inode;
}

static void make(ntfs_volume *volume, const char *path, mode_t kind)
{
    ntfschar *name;
    int size;
    ntfs_inode *folder = folder_of(volume, path, &name, &size);
    ntfs_inode *inode = ntfs_create(folder, const_cpu_to_le32(0), name, (u8)size, kind);

    check(inode != NULL, path);
    check(!ntfs_inode_close(inode) && !ntfs_inode_close(folder), path);
    free(name);
}

static void fill(ntfs_volume *volume, const char *path, const char *stream, const char *file)
{
    static char bytes[65536];
    ntfs_inode *inode = find(volume, path);
    FILE *in = fopen(file, "rb");
    ntfschar *name = AT_UNNAMED;
    ntfs_attr *attribute;
    size_t got;
    s64 at = 0;
    int size = 0;

    check(in != NULL, file);
    if (stream) {
        name = NULL;
        size = ntfs_mbstoucs(stream, &name);
        check(size > 0 && !ntfs_attr_add(inode, AT_DATA, name, (u8)size, NULL, 0), stream);
    }
    attribute = ntfs_attr_open(inode, AT_DATA, name, (u32)size);
    check(attribute != NULL, path);
    while ((got = fread(bytes, 1, sizeof(bytes), in)) > 0) {
        check(ntfs_attr_pwrite(attribute, at, (s64)got, bytes) == (s64)got, path);
        at += (s64)got;
    }
    if (NAttrCompressed(attribute))
        check(!ntfs_attr_pclose(attribute), path);
    ntfs_attr_close(attribute);
    check(!ntfs_inode_close(inode), path);
    fclose(in);
}

static void add_link(ntfs_volume *volume, const char *path, const char *new)
{
    ntfschar *name;
    int size;
    ntfs_inode *inode = find(volume, path);
    ntfs_inode *folder = folder_of(volume, new, &name, &size);

    check(!ntfs_link(inode, folder, name, (u8)size), new);
    check(!ntfs_inode_close(inode) && !ntfs_inode_close(folder), new);
    free(name);
}

static void compress_in(ntfs_volume *volume, const char *path)
{
    ntfs_inode *inode = find(volume, path);

    inode->flags |= FILE_ATTR_COMPRESSED;
    NInoFileNameSetDirty(inode);
    ntfs_inode_mark_dirty(inode);
    check(!ntfs_inode_close(inode), path);
}

/* ntfs_delete closes both. */
static void delete(ntfs_volume *volume, const char *path)
{
    ntfschar *name;
    int size;
    ntfs_inode *inode = find(volume, path);
    ntfs_inode *folder = folder_of(volume, path, &name, &size);

    check(!ntfs_delete(volume, path, inode, folder, name, (u8)size), path);
    free(name);
}

static void act(ntfs_volume *volume, char *const *words)
{
    if (!strcmp(words[0], "mkdir"))
        make(volume, words[1], S_IFDIR);
    else if (!strcmp(words[0], "put")) {
        make(volume, words[1], S_IFREG);
        fill(volume, words[1], NULL, words[2]);
    } else if (!strcmp(words[0], "stream"))
        fill(volume, words[1], words[2], words[3]);
    else if (!strcmp(words[0], "link"))
        add_link(volume, words[1], words[2]);
    else if (!strcmp(words[0], "compress"))
        compress_in(volume, words[1]);
    else {
        errno = EINVAL;
        check(!strcmp(words[0], "rm"), words[0]);
        delete (volume, words[1]);
    }
}

int main(int count, char **arguments)
{
    ntfs_volume *volume = ntfs_mount(count > 1 ? arguments[1] : "", 0);
    char line[8192];

    check(volume != NULL, count > 1 ? arguments[1] : "which image");
    ntfs_set_char_encoding("C.UTF-8");
    NVolSetCompression(volume);
    while (fgets(line, sizeof(line), stdin)) {
        char *words[4] = {"", "", "", ""}, *rest = line;

        line[strcspn(line, "\n")] = '\0';
        for (int i = 0; i < 4 && rest; i++)
            words[i] = strsep(&rest, "\t");
        act(volume, words);
    }
    check(!ntfs_umount(volume, FALSE), "umount");
    return 0;
}
