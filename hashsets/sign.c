/* sign: the set as it is, but for the time it expires, and its signature after it. */
#include "hashsets/sign.h"
#include "base/clock.h"
#include "base/cursor.h"
#include "base/io.h"
#include "base/mem.h"
#include "digest/sha256.h"
#include "hashsets/layers.h"
#include "hashsets/set_internal.h"
#include "hashsets/signature.h"
#include "hashsets/signing_key.h"

#include <errno.h>
#include <string.h>

#define PIECE ((size_t)1 << 20) /* written at once */

static void close_cleanup(tt_set **set)
{
    tt_set_close(*set);
}

static tutela_status check_time(const tt_set *set, int64_t expires, int64_t now,
                                tutela_error *error)
{
    if (expires == TT_TIME_UNKNOWN || expires > now)
        return TUTELA_OK;
    (void)tt_fail(error, TUTELA_ARGUMENT, 0, "%s: would be signed when it has already expired",
                  set->path);
    return tt_advise(error, TUTELA_ARGUMENT, "say until when it may be used: --expires DATE");
}

/* Page 0 of the copy and its identity. */
static void make_page_0(const tt_set *set, int64_t expires, uint8_t *page, uint8_t *identity)
{
    memcpy(page, set->map, TT_SET_PAGE);
    if (expires != set->expires) {
        tt_store64(page + TT_AT_EXPIRES, (uint64_t)expires);
        tt_store64(page + TT_AT_PAGE_SUM, 0);
        tt_store64(page + TT_AT_PAGE_SUM, tt_sum(page, TT_SET_PAGE));
    }
    tt_sha256_bytes(page, TT_SET_PAGE, identity);
}

static tutela_status put(const tt_replace *to, const void *data, size_t size, tutela_error *error)
{
    const uint8_t *at = data;

    for (size_t part; size; at += part, size -= part) {
        part = size < PIECE ? size : PIECE;
        if (tt_write_all(to->fd, at, part) != 0)
            return tt_advise(error,
                             tt_fail(error, TUTELA_RECORD, errno, "%s: cannot write", to->path),
                             "make room and sign again; what was there is still whole");
    }
    return TUTELA_OK;
}

static tutela_status write_copy(const tt_set *set, const tt_sign_job *job, const uint8_t *seed,
                                tt_replace *to, tutela_error *error)
{
    uint8_t page[TT_SET_PAGE];
    uint8_t identity[TT_IDENTITY_SIZE];
    tt_manifest_facts facts = {.identity = identity,
                               .expires = job->expires ? job->expires : set->expires,
                               .signed_at = job->now};
    TT_AUTO_BUF tt_buf block = {0};

    TT_TRY(check_time(set, facts.expires, job->now, error));
    make_page_0(set, facts.expires, page, identity);
    if (facts.expires == set->expires && memcmp(identity, set->identity, sizeof identity) != 0)
        return tt_set_refuse(set->path, "changed while it was signed", error);
    tt_buf_init(&block, TT_SIGNED_MAX);
    TT_TRY(tt_signature_add(&block, set, &facts, seed, error));
    TT_TRY(put(to, page, sizeof page, error));
    TT_TRY(put(to, set->map + TT_SET_PAGE, (size_t)(set->size - TT_SET_PAGE), error));
    return put(to, block.data, block.size, error);
}

/* In its own place a set stays as private as it was. */
static void keep_mode(const tt_sign_job *job, int fd)
{
    struct stat facts;

    if (strcmp(job->set, job->output) == 0 && tt_fstatat(AT_FDCWD, job->set, &facts, 0) == 0)
        (void)fchmod(fd, facts.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO));
}

/*
 * What the set was made from is not read for this and need not be there; what of it is there is not
 * to be written over.
 */
static tutela_status spare_layers(const tt_sign_job *job, tutela_error *error)
{
    __attribute__((cleanup(close_cleanup))) tt_set *set = NULL;

    if (tt_set_open_keyless(&set, job->set, NULL) != TUTELA_OK)
        return TUTELA_OK;
    return tt_layers_spare(tt_set_below(set), job->output, "what the set is made from",
                           "write to another file, or over the set itself", error);
}

tutela_status tt_set_sign(const tt_sign_job *job, tutela_error *error)
{
    __attribute__((cleanup(close_cleanup))) tt_set *set = NULL;
    uint8_t seed[TT_ED25519_KEY_SIZE] = {0};
    tt_replace to = {.fd = -1};
    tutela_status status;

    TT_TRY(tt_set_open_whole(&set, job->set, error));
    if (set->layer > 0)
        TT_TRY(spare_layers(job, error));
    TT_TRY(tt_set_check(set, error)); /* by SHA-256 too: that is what is signed */
    TT_TRY(tt_signing_key_load(job->key, seed, error));
    status = tt_replace_begin(&to, job->output, error);
    if (status == TUTELA_OK) {
        keep_mode(job, to.fd);
        status = write_copy(set, job, seed, &to, error);
    }
    explicit_bzero(seed, sizeof seed);
    if (status == TUTELA_OK)
        status = tt_replace_commit(&to, error);
    tt_replace_done(&to);
    return status;
}
