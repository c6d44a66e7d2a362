/* header: page 0 of a compiled set, checked before any of it is used. */
#include "hashsets/header.h"
#include "base/cursor.h"
#include "base/io.h"
#include "digest/sha256.h"
#include "hashsets/pages.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

tutela_status tt_set_refuse(const char *path, const char *what, tutela_error *error)
{
    (void)tt_fail(error, TUTELA_SET_REFUSED, 0, "%s: %s", path, what);
    return tt_advise(error, TUTELA_SET_REFUSED, "build it again with 'tutela set build'");
}

int tt_is_zero(const uint8_t *bytes, size_t size)
{
    uint8_t any = 0;

    for (size_t i = 0; i < size; i++)
        any |= bytes[i];
    return any == 0;
}

static tutela_status not_a_set(const char *path, const struct stat *facts, tutela_error *error)
{
    const char *what = "not a Tutela hash set";
    const char *advice = "make one from your lists with 'tutela set build'";

    if (S_ISDIR(facts->st_mode)) {
        what = "a folder, not a hash set";
        advice = "name the hash set files inside it, each for itself";
    } else if (!S_ISREG(facts->st_mode)) {
        what = "not a regular file, and so not a hash set";
        advice = "save the set as a file first";
    } else if (facts->st_size == 0) {
        what = "empty, not a hash set";
        advice = "get it again, or make it from its lists with 'tutela set build'";
    }
    (void)tt_fail(error, TUTELA_SET_REFUSED, 0, "%s: %s", path, what);
    return tt_advise(error, TUTELA_SET_REFUSED, "%s", advice);
}

/* What must hold before the meaning of any other field is known. */
static tutela_status check_version(const char *path, const uint8_t *page, tutela_error *error)
{
    uint8_t copy[TT_SET_PAGE];

    memcpy(copy, page, sizeof copy);
    tt_store64(copy + TT_AT_PAGE_SUM, 0);
    if (tt_sum(copy, sizeof copy) != tt_load64(page + TT_AT_PAGE_SUM))
        return tt_set_refuse(path, "damaged (checksum of the header)", error);
    if (tt_load32(page + TT_AT_VERSION) > TT_SET_VERSION) {
        (void)tt_fail(error, TUTELA_SET_REFUSED, 0,
                      "%s: made by a newer Tutela (format %" PRIu32 ", this one reads up to %u)",
                      path, tt_load32(page + TT_AT_VERSION), TT_SET_VERSION);
        return tt_advise(error, TUTELA_SET_REFUSED, "update Tutela, or build the set with this one");
    }
    if (tt_load32(page + TT_AT_VERSION) < TT_SET_VERSION)
        return tt_set_refuse(path, "made by an older Tutela, in a format no longer read", error);
    return TUTELA_OK;
}

/* Only a delta has a base and layers below it. */
static int delta_is_sound(const uint8_t *page)
{
    uint32_t layer = tt_load32(page + TT_AT_LAYER);

    if (tt_load32(page + TT_AT_FLAGS) & TT_SET_DELTA)
        return layer > 0 && layer < TT_LAYERS_MAX;
    return layer == 0 && tt_is_zero(page + TT_AT_BASE, TT_IDENTITY_SIZE);
}

static tutela_status check_fields(const char *path, const uint8_t *page, uint64_t size,
                                  tutela_error *error)
{
    uint64_t own = tt_load64(page + TT_AT_FILE_SIZE);
    uint32_t flags = tt_load32(page + TT_AT_FLAGS);

    if (own > size)
        return tt_set_refuse(path, "truncated (shorter than its header says)", error);
    if ((flags & ~(TT_SET_SEALED | TT_SET_DELTA)) || tt_load32(page + TT_AT_PAGE) != TT_SET_PAGE
        || own % TT_SET_PAGE != 0 || own == 0
        || tt_load32(page + TT_AT_SUMS_KIND) != TT_SUMS_TWO
        || tt_load32(page + TT_AT_SECTIONS) > TT_SLOTS_MAX
        || !tt_is_zero(page + TT_AT_RESERVED_1, TT_AT_MASKS - TT_AT_RESERVED_1)
        || (!(flags & TT_SET_SEALED) && !tt_is_zero(page + TT_AT_KEY_ID, TT_KEY_ID_SIZE))
        || !delta_is_sound(page)
        || !tt_is_zero(page + TT_AT_RESERVED_2, TT_AT_PAGE_SUM - TT_AT_RESERVED_2))
        return tt_set_refuse(path, "malformed (header)", error);
    return TUTELA_OK;
}

static void take_fields(const uint8_t *page, tt_header *out)
{
    out->file_size = tt_load64(page + TT_AT_FILE_SIZE);
    out->sealed = tt_load32(page + TT_AT_FLAGS) & TT_SET_SEALED;
    out->sections = tt_load32(page + TT_AT_SECTIONS);
    out->entries = tt_load64(page + TT_AT_ENTRIES);
    out->created = (int64_t)tt_load64(page + TT_AT_CREATED);
    out->expires = (int64_t)tt_load64(page + TT_AT_EXPIRES);
    for (size_t mask = 0; mask < TT_SET_MASKS; mask++)
        out->masks[mask] = tt_load64(page + TT_AT_MASKS + mask * 8);
    memcpy(out->key_id, page + TT_AT_KEY_ID, sizeof out->key_id);
    out->layer = tt_load32(page + TT_AT_LAYER);
    memcpy(out->base, page + TT_AT_BASE, sizeof out->base);
    memcpy(out->roots, page + TT_AT_ROOTS, sizeof out->roots);
    memcpy(out->slots, page + TT_AT_SLOTS, sizeof out->slots);
    tt_sha256_bytes(page, TT_SET_PAGE, out->identity);
}

tutela_status tt_header_read(const char *path, int *fd, uint64_t *size, tt_header *out,
                             tutela_error *error)
{
    uint8_t page[TT_SET_PAGE];
    struct stat facts;
    size_t head;

    *fd = tt_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (*fd < 0)
        return tt_advise(error, tt_fail(error, TUTELA_IO, errno, "%s: cannot open", path),
                         "name a set made with 'tutela set build'");
    if (tt_fstat(*fd, &facts) != 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read", path);
    if (!S_ISREG(facts.st_mode) || facts.st_size < (off_t)TT_SET_MAGIC_SIZE)
        return not_a_set(path, &facts, error);
    head = facts.st_size < (off_t)TT_SET_PAGE ? (size_t)facts.st_size : TT_SET_PAGE;
    switch (tt_pread_all(*fd, page, head, 0)) {
    case 0:
        break;
    case 1:
        return tt_set_refuse(path, "truncated while it was opened", error);
    default:
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read", path);
    }
    if (memcmp(page, TT_SET_MAGIC, TT_SET_MAGIC_SIZE) != 0)
        return not_a_set(path, &facts, error);
    if (head < TT_SET_PAGE)
        return tt_set_refuse(path, "truncated (within the header)", error);
    TT_TRY(check_version(path, page, error));
    TT_TRY(check_fields(path, page, (uint64_t)facts.st_size, error));
    take_fields(page, out);
    *size = (uint64_t)facts.st_size;
    return TUTELA_OK;
}
