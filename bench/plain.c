/*
 * plain: the yardsticks of a scan: every file of a tree, on some threads, in the plainest way.
 *
 *     plain FOLDER THREADS [md5] [sha1] [sha256]
 *
 * Opens, reads into one buffer a thread, digests with OpenSSL, closes. With no digest named it only
 * reads: no scan of the same files can be faster on the same threads. Prints files and bytes.
 */
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MOST = 64, DIGESTS_MOST = 4, BUFFER = 256 << 10 };

static char **paths;
static size_t path_count, path_room;
static atomic_size_t next_path;
static atomic_uint_fast64_t bytes;
static const EVP_MD *methods[DIGESTS_MOST];
static int method_count;

static int note(const char *path, const struct stat *stat, int kind, struct FTW *where)
{
    (void)stat;
    (void)where;
    if (kind != FTW_F)
        return 0;
    if (path_count == path_room) {
        path_room = path_room ? 2 * path_room : 1024;
        paths = realloc(paths, path_room * sizeof *paths);
    }
    if (!paths || !(paths[path_count++] = strdup(path)))
        exit(2);
    return 0;
}

static void take_file(const char *path, uint8_t *buffer, EVP_MD_CTX **contexts)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got;
    off_t at = 0;

    for (int i = 0; i < method_count; i++)
        if (EVP_DigestInit_ex2(contexts[i], methods[i], NULL) != 1)
            exit(2);
    while ((got = pread(fd, buffer, BUFFER, at)) > 0) {
        for (int i = 0; i < method_count; i++)
            if (EVP_DigestUpdate(contexts[i], buffer, (size_t)got) != 1)
                exit(2);
        at += got;
    }
    if (fd < 0 || got < 0)
        exit(2);
    close(fd);
    for (int i = 0; i < method_count; i++)
        if (EVP_DigestFinal_ex(contexts[i], digest, NULL) != 1)
            exit(2);
    atomic_fetch_add(&bytes, (uint64_t)at);
}

static void *work(void *unused)
{
    EVP_MD_CTX *contexts[DIGESTS_MOST];
    uint8_t *buffer = malloc(BUFFER);
    size_t i;

    (void)unused;
    if (!buffer)
        exit(2);
    for (int m = 0; m < method_count; m++)
        contexts[m] = EVP_MD_CTX_new();
    while ((i = atomic_fetch_add(&next_path, 1)) < path_count)
        take_file(paths[i], buffer, contexts);
    for (int m = 0; m < method_count; m++)
        EVP_MD_CTX_free(contexts[m]);
    free(buffer);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS_MOST];
    int count = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0;

    if (count < 1 || count > THREADS_MOST || argc > 3 + DIGESTS_MOST) {
        fprintf(stderr, "usage: plain FOLDER THREADS [md5] [sha1] [sha256]\n");
        return 2;
    }
    for (int i = 3; i < argc; i++)
        if (!(methods[method_count++] = EVP_MD_fetch(NULL, argv[i], NULL)))
            return 2;
    if (nftw(argv[1], note, 64, FTW_PHYS) != 0)
        return 2;
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, work, NULL) != 0)
            return 2;
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    printf("%zu files, %" PRIu64 " bytes\n", path_count, (uint64_t)bytes);
    return 0;
}
