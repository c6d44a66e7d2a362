/*
 * t_unpack_store: databases, backups, caches and archives of the web through the real tutela-worker:
 * what reads them there opens no file, and makes no call that the sandbox does not know.
 */
#include "broker_kit.h"

#include <sqlite3.h>
#include <zlib.h>

static char worker_path[1024];

/* Is there a member of that name with that content? */
static int told(const char *name, bytes content)
{
    for (size_t i = 0; i < heard.count; i++)
        if (strcmp(heard.items[i].name, name) == 0 && same_digests(&heard.items[i], content))
            return 1;
    printf("# %s is not among %zu\n", name, heard.count);
    return 0;
}

static bytes base_of(const char *setup, bytes one)
{
    sqlite3 *base = NULL;
    sqlite3_stmt *put = NULL;
    sqlite3_int64 size = 0;
    unsigned char *image;
    bytes out;

    sqlite3_open(":memory:", &base);
    sqlite3_exec(base, setup, NULL, NULL, NULL);
    sqlite3_prepare_v2(base, "INSERT INTO t VALUES(1, ?)", -1, &put, NULL);
    sqlite3_bind_blob(put, 1, one.data, (int)one.size, SQLITE_STATIC);
    sqlite3_step(put);
    sqlite3_finalize(put);
    image = sqlite3_serialize(base, "main", &size, 0);
    out = kit_copy(image ? image : (unsigned char *)"", image ? (size_t)size : 0);
    sqlite3_free(image);
    sqlite3_close(base);
    return out;
}

static void test_base(tt_broker *b)
{
    static const char *const setups[] = {
        "CREATE TABLE t(k, x); CREATE VIRTUAL TABLE f USING fts5(x); CREATE INDEX i ON t(x);",
        "CREATE TABLE t(k INTEGER PRIMARY KEY, x) WITHOUT ROWID",
        "PRAGMA encoding='UTF-16le'; CREATE TABLE t(k, x, z AS (hex(x)));",
    };
    bytes one = kit_noise(900000);
    tt_opened out;

    for (size_t i = 0; i < sizeof setups / sizeof setups[0]; i++) {
        bytes base = base_of(setups[i], one);
        ok(run(b, base.data, base.size, &out) == TUTELA_OK && out.container && out.tries == 1
           && out.trouble.status == TUTELA_ITEM_CLEAR && told("t/1/x", one), "database %zu", i);
        ok(run(b, base.data, base.size / 2, &out) == TUTELA_OK && out.tries == 1
           && out.trouble.status == TUTELA_ITEM_MALFORMED, "the half of it");
        bytes inner = base_of(setups[0], base);
        ok(run(b, inner.data, inner.size, &out) == TUTELA_OK && out.tries == 1
           && out.trouble.status == TUTELA_ITEM_CLEAR && told("t/1/x", one) && told("t/1/x", base),
           "in another");
        free(inner.data);
        free(base.data);
    }
    free(one.data);
}

static void test_backup(tt_broker *b)
{
    static const char head[] = "ANDROID BACKUP\n5\n1\nnone\n";
    kit_member member = {"apps/one/f", kit_noise(5000)};
    bytes tar = kit_archive("ustar", NULL, &member, 1), backup = kit_copy(head, sizeof head - 1);
    uLongf size = compressBound(tar.size);
    uint8_t *packed = malloc(size);
    tt_opened out;

    compress2(packed, &size, tar.data, tar.size, 9);
    kit_add(&backup, packed, size);
    ok(run(b, backup.data, backup.size, &out) == TUTELA_OK && out.container && out.tries == 1
       && out.trouble.status == TUTELA_ITEM_CLEAR && told("apps/one/f", member.content), "a backup");
    free(packed);
    free(tar.data);
    free(backup.data);
    free(member.content.data);
}

static void test_web(tt_broker *b)
{
    static const char warc[] = "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: ab:c\r\n"
                               "Content-Length: 6\r\n\r\nabcdef\r\n\r\n";
    bytes body = {(uint8_t *)(uintptr_t) "abcdef", 6};
    uint8_t entry[24 + 4 + 6 + 24] = {0x30, 0x5c, 0x72, 0xa7, 0x1b, 0x6d, 0xfb, 0xfc, 5, 0, 0, 0, 4};
    static const uint8_t end[] = {0xd8, 0x41, 0x0d, 0x97, 0x45, 0x6f, 0xfa, 0xf4, 1};
    uint32_t crc = (uint32_t)crc32(0, body.data, 6);
    tt_opened out;

    ok(run(b, warc, sizeof warc - 1, &out) == TUTELA_OK && out.container
       && out.trouble.status == TUTELA_ITEM_CLEAR && told("ab:c", body), "an archive of the web");
    memcpy(entry + 24, "ab:cabcdef", 10);
    memcpy(entry + 34, end, sizeof end);
    for (size_t i = 0; i < 4; i++)
        entry[34 + 12 + i] = (uint8_t)(crc >> (8 * i));
    entry[34 + 16] = 6;
    ok(run(b, entry, sizeof entry, &out) == TUTELA_OK && out.container
       && out.trouble.status == TUTELA_ITEM_CLEAR && told("ab:c", body), "an entry of a cache");
}

int main(void)
{
    static char path[1024];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    tt_broker *b;

    alarm(60);
    path[size > 0 ? size : 0] = 0;
    /* It lies in the folder above that of the tests. */
    snprintf(worker_path, sizeof worker_path, "%.*s/../tutela-worker",
             (int)(strrchr(path, '/') - path), path);
    b = broker_of(worker_path, NULL);
    test_base(b);
    test_backup(b);
    test_web(b);
    tt_broker_free(b);
    return tap_done();
}
