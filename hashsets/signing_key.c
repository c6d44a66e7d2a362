/* signing_key: makes and reads the files of a signing key. */
#include "hashsets/signing_key.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "hashsets/key_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SECRET "tutela-ed25519-secret "
#define PUBLIC "tutela-ed25519 "
#define HEX_SIZE (2u * TT_ED25519_KEY_SIZE)
#define BASE64_SIZE 44u /* characters of 32 bytes, the last of them '=' */
#define LINE_MAX_SIZE 128u /* more than either file has */

/* ---- Reading ----------------------------------------------------------------------------- */

static tutela_status no_key(const char *path, const char *what, tutela_error *error)
{
    (void)tt_fail(error, TUTELA_ARGUMENT, 0, "%s: not %s", path, what);
    return tt_advise(error, TUTELA_ARGUMENT,
                     "name a file made by 'tutela set keygen --signing'");
}

/* The whole of a small file, NUL-ended, into `line` of LINE_MAX_SIZE + 1 bytes; its mode. */
static tutela_status read_line(const char *path, const char *what, char *line, mode_t *mode,
                               tutela_error *error)
{
    TT_AUTO_CLOSE int fd = tt_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    struct stat facts;

    if (fd < 0)
        return tt_advise(error, tt_fail(error, TUTELA_IO, errno, "%s: cannot open the key", path),
                         "make a key with 'tutela set keygen --signing FILE'");
    if (tt_fstat(fd, &facts) != 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read the key", path);
    if (!S_ISREG(facts.st_mode) || facts.st_size <= 0 || facts.st_size > (off_t)LINE_MAX_SIZE)
        return no_key(path, what, error);
    switch (tt_pread_all(fd, line, (size_t)facts.st_size, 0)) {
    case 0:
        line[facts.st_size] = '\0';
        *mode = facts.st_mode;
        return TUTELA_OK;
    case 1:
        return no_key(path, what, error);
    default:
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read the key", path);
    }
}

/* What stands between `words` and the end of the line, `size` characters; NULL when it does not. */
static const char *after(const char *line, const char *words, size_t size)
{
    size_t begin = strlen(words);

    if (strncmp(line, words, begin) != 0 || strlen(line) < begin + size)
        return NULL;
    line += begin;
    return strcmp(line + size, "\n") == 0 || line[size] == '\0' ? line : NULL;
}

static tutela_status take_seed(const char *path, const char *line, mode_t mode, uint8_t *seed,
                               tutela_error *error)
{
    const char *hex = after(line, SECRET, HEX_SIZE);

    if (!hex || !tt_hex_is(hex, HEX_SIZE))
        return no_key(path, "a secret signing key", error);
    if (mode & (S_IRWXG | S_IRWXO)) {
        (void)tt_fail(error, TUTELA_ARGUMENT, 0, "%s: a key that others than its owner may use",
                      path);
        return tt_advise(error, TUTELA_ARGUMENT,
                         "chmod 600 the file, and think about who may have read it");
    }
    return tt_hex_decode(hex, HEX_SIZE, seed) == 0 ? TUTELA_OK
                                                   : no_key(path, "a secret signing key", error);
}

tutela_status tt_signing_key_load(const char *path, uint8_t *seed, tutela_error *error)
{
    char line[LINE_MAX_SIZE + 1] = {0};
    mode_t mode = 0;
    tutela_status status = read_line(path, "a secret signing key", line, &mode, error);

    if (status == TUTELA_OK)
        status = take_seed(path, line, mode, seed, error);
    explicit_bzero(line, sizeof line);
    return status;
}

/* 32 bytes of base64 in its one form. 0, or -1. */
static int decode(const char *text, uint8_t out[TT_ED25519_KEY_SIZE])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    unsigned held = 0;
    size_t made = 0;

    for (size_t i = 0; i < BASE64_SIZE - 1; i++) {
        const char *digit = strchr(digits, text[i]);
        if (!digit || !*digit)
            return -1;
        bits = bits << 6 | (uint32_t)(digit - digits);
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        out[made++] = (uint8_t)(bits >> held);
        bits &= (1u << held) - 1;
    }
    return bits == 0 && text[BASE64_SIZE - 1] == '=' ? 0 : -1;
}

tutela_status tt_public_key_load(const char *path, uint8_t *key, tutela_error *error)
{
    char line[LINE_MAX_SIZE + 1] = {0};
    uint8_t decoded[TT_ED25519_KEY_SIZE];
    const char *base64;
    mode_t mode = 0;

    TT_TRY(read_line(path, "a public signing key", line, &mode, error));
    base64 = after(line, PUBLIC, BASE64_SIZE);
    if (!base64 || decode(base64, decoded) != 0)
        return no_key(path, "a public signing key", error);
    memcpy(key, decoded, sizeof decoded);
    return TUTELA_OK;
}

/* ---- Making ------------------------------------------------------------------------------ */

static tutela_status make_public(const char *path, const uint8_t *seed, tutela_error *error)
{
    uint8_t key[TT_ED25519_KEY_SIZE];
    TT_AUTO_BUF tt_buf line = {0};

    TT_TRY(tt_ed25519_public(seed, key, error));
    tt_buf_init(&line, LINE_MAX_SIZE);
    tt_buf_add_text(&line, PUBLIC);
    tt_base64_add(&line, key, sizeof key);
    tt_buf_add_char(&line, '\n');
    if (tt_buf_failed(&line))
        return tt_no_memory(error);
    return tt_key_file_make(path, line.data, line.size, 0644, error);
}

static tutela_status make_secret(const char *path, const uint8_t *seed, tutela_error *error)
{
    char line[sizeof SECRET + HEX_SIZE + 1] = SECRET;
    tutela_status status;

    tt_hex_encode(seed, TT_ED25519_KEY_SIZE, line + sizeof SECRET - 1);
    line[sizeof SECRET - 1 + HEX_SIZE] = '\n';
    status = tt_key_file_make(path, line, sizeof SECRET + HEX_SIZE, S_IRUSR | S_IWUSR, error);
    explicit_bzero(line, sizeof line);
    return status;
}

tutela_status tt_signing_key_create(const char *path, tutela_error *error)
{
    static const char end[] = ".pub";
    size_t room = strlen(path) + sizeof end;
    TT_AUTO_FREE char *public = tt_alloc(room, 1);
    uint8_t seed[TT_ED25519_KEY_SIZE];
    tutela_status status;

    if (!public)
        return tt_no_memory(error);
    (void)snprintf(public, room, "%s%s", path, end);
    if (tt_random_bytes(seed, sizeof seed) != 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: no random bytes for a key", path);
    /* The secret first: a public key without it would be trusted and could sign nothing. */
    status = make_secret(path, seed, error);
    if (status == TUTELA_OK) {
        status = make_public(public, seed, error);
        if (status != TUTELA_OK)
            tt_unlink(path);
    }
    explicit_bzero(seed, sizeof seed);
    return status;
}
