/*
 * signature: writes and verifies the block after a signed set.
 *
 * What is signed is a label, so that no signature made for another purpose fits, and the manifest.
 */
#include "hashsets/signature.h"
#include "base/cursor.h"
#include "base/io.h"
#include "base/mem.h"
#include "digest/sha256.h"
#include "hashsets/set_internal.h"

#include <errno.h>
#include <string.h>

/* With its NUL, which no manifest holds: where the label ends is beyond doubt. */
static const char label[] = "tutela set signature 1";

/* What people tell keys apart by. */
static void make_key_id(const uint8_t *key, uint8_t out[TT_KEY_ID_SIZE])
{
    uint8_t digest[TT_SHA256_SIZE];

    tt_sha256_bytes(key, TT_ED25519_KEY_SIZE, digest);
    memcpy(out, digest, TT_KEY_ID_SIZE);
}

static tutela_status refuse(const tt_set *set, const char *what, tutela_error *error)
{
    (void)tt_fail(error, TUTELA_SET_REFUSED, 0, "%s: %s", set->path, what);
    return tt_advise(error, TUTELA_SET_REFUSED, "get the set again from whoever signed it");
}

/* The label and the manifest that the set must have. */
static tutela_status add_message(tt_buf *out, const tt_set *set, const tt_manifest_facts *facts,
                                 tutela_error *error)
{
    tt_buf_init(out, sizeof label + 2 * TT_MANIFEST_MAX + TT_STRING_MAX * 8);
    tt_buf_add(out, label, sizeof label);
    return tt_manifest_add(out, set, facts, error);
}

/* ---- Verifying --------------------------------------------------------------------------- */

/* Read `size` bytes that follow the set. */
static tutela_status take(const tt_set *set, int fd, uint8_t *out, size_t size,
                          tutela_error *error)
{
    switch (tt_pread_all(fd, out, size, set->size)) {
    case 0:
        return TUTELA_OK;
    case 1:
        return refuse(set, "truncated while it was opened", error);
    default:
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read", set->path);
    }
}

/* The block's bytes, all of them. */
static tutela_status load(const tt_set *set, int fd, uint8_t **out, size_t *size,
                          tutela_error *error)
{
    uint64_t left = set->file_bytes - set->size;
    uint8_t head[TT_SIGNED_AT_TEXT] = {0};
    size_t part = left < sizeof head ? (size_t)left : sizeof head;
    TT_AUTO_FREE uint8_t *block = NULL;

    TT_TRY(take(set, fd, head, part, error));
    if (part < TT_SET_MAGIC_SIZE || memcmp(head, TT_SIGNED_MAGIC, TT_SET_MAGIC_SIZE) != 0)
        return tt_set_refuse(set->path, "damaged (bytes after its end)", error);
    if (part < sizeof head || left < tt_load64(head + TT_SIGNED_AT_SIZE))
        return refuse(set, "truncated (within its signature)", error);
    if (left > tt_load64(head + TT_SIGNED_AT_SIZE))
        return refuse(set, "damaged (bytes after its signature)", error);
    if (left > TT_SIGNED_MAX)
        return refuse(set, "malformed (its signature)", error);
    block = tt_alloc_raw((size_t)left, 1);
    if (!block)
        return tt_no_memory(error);
    TT_TRY(take(set, fd, block, (size_t)left, error));
    *out = block;
    *size = (size_t)left;
    block = NULL;
    return TUTELA_OK;
}

/* The manifest in the block, borrowed; NULL unless all fields and the padding are as they must be. */
static const uint8_t *take_apart(const uint8_t *block, size_t size, size_t *manifest)
{
    tt_cursor at = tt_cursor_over(block, size);
    const uint8_t *text;
    uint32_t version;

    tt_cursor_skip(&at, TT_SIGNED_AT_VERSION);
    version = tt_cursor_u32(&at);
    *manifest = tt_cursor_u32(&at);
    tt_cursor_seek(&at, TT_SIGNED_AT_TEXT);
    text = tt_cursor_take(&at, *manifest);
    if (at.failed || version != TT_SIGNED_VERSION || size % TT_SET_PAGE != 0
        || tt_cursor_left(&at) >= TT_SET_PAGE
        || !tt_is_zero(block + size - tt_cursor_left(&at), tt_cursor_left(&at)))
        return NULL;
    return text;
}

tutela_status tt_signature_read(const tt_set *set, int fd, tt_set_signature *out,
                                tutela_error *error)
{
    tt_manifest_facts facts = {.identity = set->identity, .expires = set->expires};
    TT_AUTO_FREE uint8_t *block = NULL;
    TT_AUTO_BUF tt_buf wanted = {0};
    const uint8_t *text;
    size_t size = 0;
    size_t manifest = 0;
    tutela_status status;
    int good = 0;

    TT_TRY(load(set, fd, &block, &size, error));
    text = take_apart(block, size, &manifest);
    if (!text)
        return refuse(set, "malformed (its signature)", error);
    facts.signed_at = (int64_t)tt_load64(block + TT_SIGNED_AT_TIME);
    status = add_message(&wanted, set, &facts, error);
    if (status == TUTELA_MEMORY)
        return status;
    if (status != TUTELA_OK || wanted.size - sizeof label != manifest
        || memcmp(wanted.data + sizeof label, text, manifest) != 0)
        return refuse(set, "its signature is for another set", error);
    TT_TRY(tt_ed25519_verify(block + TT_SIGNED_AT_KEY, wanted.data, wanted.size,
                             block + TT_SIGNED_AT_SIGNATURE, &good, error));
    if (!good || facts.signed_at < 0)
        return refuse(set, "bad signature", error);
    out->signed_at = facts.signed_at;
    memcpy(out->key, block + TT_SIGNED_AT_KEY, sizeof out->key);
    make_key_id(out->key, out->key_id);
    return TUTELA_OK;
}

/* ---- Signing ----------------------------------------------------------------------------- */

tutela_status tt_signature_add(tt_buf *out, const tt_set *set, const tt_manifest_facts *facts,
                               const uint8_t *seed, tutela_error *error)
{
    TT_AUTO_BUF tt_buf message = {0};
    uint8_t head[TT_SIGNED_AT_TEXT] = {0};
    size_t manifest, size, end;

    TT_TRY(add_message(&message, set, facts, error));
    manifest = message.size - sizeof label;
    end = TT_SIGNED_AT_TEXT + manifest;
    size = (end + TT_SET_PAGE - 1) / TT_SET_PAGE * TT_SET_PAGE;
    memcpy(head, TT_SIGNED_MAGIC, TT_SET_MAGIC_SIZE);
    tt_store32(head + TT_SIGNED_AT_VERSION, TT_SIGNED_VERSION);
    tt_store32(head + TT_SIGNED_AT_MANIFEST, (uint32_t)manifest);
    tt_store64(head + TT_SIGNED_AT_SIZE, size);
    tt_store64(head + TT_SIGNED_AT_TIME, (uint64_t)facts->signed_at);
    TT_TRY(tt_ed25519_public(seed, head + TT_SIGNED_AT_KEY, error));
    TT_TRY(tt_ed25519_sign(seed, message.data, message.size, head + TT_SIGNED_AT_SIGNATURE,
                           error));
    tt_buf_add(out, head, sizeof head);
    tt_buf_add(out, message.data + sizeof label, manifest);
    for (; end < size; end++)
        tt_buf_add_char(out, '\0');
    return tt_buf_failed(out) ? tt_no_memory(error) : TUTELA_OK;
}
