/*
 * set: asks a compiled set; open.c took it apart.
 *
 * A look-up touches the filter block, two bucket starts and some keys, each behind the check of its
 * page. Values read from the file (bucket starts, numbers, offsets) are bounded before use.
 */
#include "base/cursor.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "digest/digest.h"
#include "hashsets/row.h"
#include "hashsets/set_internal.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

tt_set *tt_set_keep(tt_set *set)
{
    atomic_fetch_add_explicit(&set->holders, 1, memory_order_relaxed);
    return set;
}

void tt_set_close(tt_set *set)
{
    tt_seal *seal = NULL;

    if (!set || atomic_fetch_sub_explicit(&set->holders, 1, memory_order_acq_rel) != 1)
        return;
    while (set) {
        tt_set *below = set->below;
        tt_unmap(set->map, (size_t)set->size);
        tt_free((void *)set->pages.seen);
        if (set->view.list != set->list)
            tt_free(set->view.list);
        tt_free(set->list);
        if (!set->above)
            seal = set->seal; /* lent to those below */
        tt_free(set->path);
        tt_free(set);
        set = below;
    }
    tt_seal_free(seal);
}

size_t tt_set_list_count(const tt_set *set)
{
    return set->view.list_count;
}

const tt_set_list *tt_set_list_at(const tt_set *set, size_t index)
{
    return index < set->view.list_count ? &set->view.list[index] : NULL;
}

uint64_t tt_set_entry_count(const tt_set *set)
{
    return set->view.entries;
}

uint64_t tt_set_digest_count(const tt_set *set, int algorithm)
{
    uint64_t count = 0;

    for (uint32_t mask = 0; mask < TT_SET_MASKS; mask++)
        if (algorithm >= 0 && algorithm < TUTELA_ALGORITHM_COUNT && mask >> algorithm & 1)
            count += set->view.masks[mask];
    return count;
}

uint64_t tt_set_mask_count(const tt_set *set, uint32_t mask)
{
    return mask < TT_SET_MASKS ? set->view.masks[mask] : 0;
}

uint64_t tt_set_file_bytes(const tt_set *set)
{
    return set->view.bytes;
}

int64_t tt_set_created(const tt_set *set)
{
    return set->created;
}

/* A signed layer answers for what is below it: whoever signed it knew that, byte for byte. */
int64_t tt_set_expires(const tt_set *set)
{
    int64_t first = set->expires;

    for (; set->below && !set->is_signed; set = set->below)
        if (set->below->expires != TT_TIME_UNKNOWN
            && (first == TT_TIME_UNKNOWN || set->below->expires < first))
            first = set->below->expires;
    return first;
}

const uint8_t *tt_set_identity(const tt_set *set)
{
    return set->identity;
}

uint32_t tt_set_polarities(const tt_set *set)
{
    return set->polarities;
}

const uint8_t *tt_set_key_id(const tt_set *set)
{
    return set->sealed ? set->key_id : NULL;
}

const tt_set_signature *tt_set_signed(const tt_set *set)
{
    return set->is_signed ? &set->signature : NULL;
}

tutela_status tt_set_check(const tt_set *set, tutela_error *error)
{
    return tt_pages_verify_all(&set->pages, 1, error);
}

/* ---- Elements ---------------------------------------------------------------------------- */

/* Element `index` of a section whose elements are numbers. */
static tutela_status element(const tt_set *set, const tt_section *section, uint64_t index,
                             uint64_t *out, tutela_error *error)
{
    uint64_t place = index * section->width;

    if (index >= section->count)
        return tt_set_refuse(set->path, "malformed (a number out of range)", error);
    if (section->encoding != TT_ENCODING_ARRAY) {
        *out = section->encoding == TT_ENCODING_CONSTANT ? section->constant : index;
        return TUTELA_OK;
    }
    TT_TRY(tt_pages_touch(&set->pages, section->offset + place, error));
    switch (section->width) {
    case 1:
        *out = section->data[place];
        break;
    case 2:
        *out = tt_load16(section->data + place);
        break;
    case 4:
        *out = tt_load32(section->data + place);
        break;
    default:
        *out = tt_load64(section->data + place);
        break;
    }
    return TUTELA_OK;
}

tutela_status tt_set_string(const tt_set *set, const tt_section *section, uint64_t offset,
                            const char **out, tutela_error *error)
{
    uint64_t end = offset;

    /* open.c saw that the section's last byte is a NUL. */
    while (end < section->bytes && end - offset <= TT_STRING_MAX) {
        uint64_t page_end = (end / TT_SET_PAGE + 1) * TT_SET_PAGE;
        uint64_t stop = page_end < section->bytes ? page_end : section->bytes;
        const uint8_t *nul;
        TT_TRY(tt_pages_touch(&set->pages, section->offset + end, error));
        nul = memchr(section->data + end, 0, (size_t)(stop - end));
        if (nul) {
            const char *text = (const char *)section->data + offset;
            size_t size = (size_t)(nul - (section->data + offset));
            if (size > TT_STRING_MAX || !tt_utf8_is(text, size))
                break;
            *out = text;
            return TUTELA_OK;
        }
        end = stop;
    }
    return tt_set_refuse(set->path, "malformed (a string)", error);
}

/* ---- Look-up ----------------------------------------------------------------------------- */

static tt_key key_of(const uint8_t *bytes)
{
    return (tt_key){tt_load64_be(bytes), tt_load64_be(bytes + 8)};
}

static int key_order(tt_key a, tt_key b)
{
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    return (a.low > b.low) - (a.low < b.low);
}

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    return le64toh(word);
}

/* *maybe is 0 when the key is surely not there. */
static tutela_status ask_filter(const tt_set *set, const tt_section *filter, tt_key key,
                                int *maybe, tutela_error *error)
{
    uint64_t place = tt_filter_block_of(key, filter->count) * TT_FILTER_BLOCK;
    const uint8_t *block = filter->data + place;
    uint64_t all = 1;

    TT_TRY(tt_pages_touch(&set->pages, filter->offset + place, error));
    for (unsigned word = 0; word < TT_FILTER_BLOCK / 8; word++)
        all &= word_at(block + 8 * word) >> tt_filter_bit(key, word);
    *maybe = (int)(all & 1);
    return TUTELA_OK;
}

static tutela_status key_at(const tt_set *set, const tt_section *keys, uint64_t position,
                            tt_key *out, tutela_error *error)
{
    uint64_t place = position * TT_KEY_SIZE;

    TT_TRY(tt_pages_touch(&set->pages, keys->offset + place, error));
    *out = key_of(keys->data + place);
    return TUTELA_OK;
}

/* *out becomes the first position from low to high whose key is not below `key` (with `past`: is
 * above it), `high` when there is none. */
static tutela_status search(const tt_set *set, const tt_section *keys, tt_key key, int past,
                            uint64_t low, uint64_t high, uint64_t *out, tutela_error *error)
{
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        tt_key found;
        TT_TRY(key_at(set, keys, middle, &found, error));
        if (key_order(found, key) < past)
            low = middle + 1;
        else
            high = middle;
    }
    *out = low;
    return TUTELA_OK;
}

tutela_status tt_set_bucket(const tt_set *set, const tt_index *index, tt_key key, uint64_t *low,
                            uint64_t *high, tutela_error *error)
{
    uint64_t bucket = tt_bucket_of(key, index->bits);

    TT_TRY(element(set, &index->buckets, bucket, low, error));
    TT_TRY(element(set, &index->buckets, bucket + 1, high, error));
    if (*low > *high || *high > index->keys.count)
        return tt_set_refuse(set->path, "malformed (buckets)", error);
    return TUTELA_OK;
}

/* Equal keys lie in one bucket. */
tutela_status tt_set_run_of(const tt_set *set, const tt_index *index, tt_key key,
                            uint64_t *first, uint64_t *end, tutela_error *error)
{
    uint64_t low;
    uint64_t high;

    TT_TRY(tt_set_bucket(set, index, key, &low, &high, error));
    TT_TRY(search(set, &index->keys, key, 0, low, high, &low, error));
    TT_TRY(search(set, &index->keys, key, 1, low, high, &high, error));
    *first = low;
    *end = high;
    return TUTELA_OK;
}

void tt_set_prints(const tt_set *set, const tt_digests *digests, tt_prints *prints)
{
    tt_seal_job jobs[TUTELA_ALGORITHM_COUNT];
    size_t count = 0;

    if (!tt_seal_same(prints->seal, set->seal)) {
        prints->seal = set->seal;
        prints->mask = 0;
    }
    for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++) {
        if (!((digests->mask & ~prints->mask) >> algorithm & 1)
            || set->index[algorithm].keys.count == 0)
            continue;
        jobs[count++] = (tt_seal_job){.digest = digests->value[algorithm],
                                      .fingerprint = prints->value[algorithm],
                                      .algorithm = algorithm};
        prints->mask |= TUTELA_BIT(algorithm);
    }
    tt_seal_many(set->seal, jobs, count);
}

tutela_status tt_set_find(const tt_set *set, int algorithm, const uint8_t *value, uint64_t *first,
                          uint64_t *count, tutela_error *error)
{
    uint8_t print[TT_KEY_SIZE];
    tt_seal_job job = {.digest = value, .fingerprint = print, .algorithm = algorithm};

    if (algorithm < 0 || algorithm >= TUTELA_ALGORITHM_COUNT)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "look-up: no such algorithm");
    tt_seal_many(set->seal, &job, 1);
    return tt_set_find_print(set, algorithm, print, first, count, error);
}

tutela_status tt_set_find_print(const tt_set *set, int algorithm, const uint8_t *print,
                                uint64_t *first, uint64_t *count, tutela_error *error)
{
    const tt_index *index;
    uint64_t low = 0;
    uint64_t high = 0;
    int maybe = 0;
    tt_key key;

    if (algorithm < 0 || algorithm >= TUTELA_ALGORITHM_COUNT)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "look-up: no such algorithm");
    index = &set->index[algorithm];
    if (index->keys.count) {
        key = key_of(print);
        TT_TRY(ask_filter(set, &index->filter, key, &maybe, error));
        if (maybe)
            TT_TRY(tt_set_run_of(set, index, key, &low, &high, error));
    }
    *first = low;
    *count = high - low;
    return TUTELA_OK;
}

tutela_status tt_set_entry_of(const tt_set *set, int algorithm, uint64_t position,
                              uint64_t *number, tutela_error *error)
{
    uint64_t found = 0;

    if (algorithm < 0 || algorithm >= TUTELA_ALGORITHM_COUNT
        || position >= set->index[algorithm].keys.count)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "look-up: no such position");
    TT_TRY(element(set, &set->index[algorithm].numbers, position, &found, error));
    if (found >= set->entries)
        return tt_set_refuse(set->path, "malformed (an entry number)", error);
    *number = found;
    return TUTELA_OK;
}

/* ---- Entries ----------------------------------------------------------------------------- */

static tutela_status read_record(const tt_set *set, uint64_t number, tt_set_entry *entry,
                                 tutela_error *error)
{
    uint64_t place = number * TT_RECORD_SIZE;
    const uint8_t *bytes;

    if (number >= set->records.count)
        return tt_set_refuse(set->path, "malformed (a record number)", error);
    TT_TRY(tt_pages_touch(&set->pages, set->records.offset + place, error));
    bytes = set->records.data + place;
    entry->flags = tt_load32(bytes + 16);
    if (tt_load32(bytes) >= set->list_count || (entry->flags & ~(uint32_t)TT_ENTRY_FLAGS)
        || tt_load32(bytes + 20) != 0)
        return tt_set_refuse(set->path, "malformed (a record)", error);
    entry->list = &set->list[tt_load32(bytes)];
    TT_TRY(tt_set_string(set, &set->strings, tt_load32(bytes + 4), &entry->scheme, error));
    TT_TRY(tt_set_string(set, &set->strings, tt_load32(bytes + 8), &entry->value, error));
    return tt_set_string(set, &set->strings, tt_load32(bytes + 12), &entry->owner, error);
}

tutela_status tt_set_entry_at(const tt_set *set, uint64_t number, tt_set_entry *out,
                              tutela_error *error)
{
    tt_set_entry entry = {.id = ""};
    uint64_t record = 0;
    uint64_t size = 0;
    uint64_t id = 0;
    uint64_t mask = 0;
    uint64_t date = 0;

    if (number >= set->entries)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "look-up: no such entry");
    TT_TRY(element(set, &set->entry_record, number, &record, error));
    TT_TRY(element(set, &set->entry_size, number, &size, error));
    TT_TRY(element(set, &set->entry_id, number, &id, error));
    TT_TRY(element(set, &set->entry_mask, number, &mask, error));
    TT_TRY(element(set, &set->entry_date, number, &date, error));
    if (mask == 0 || mask > TT_DIGEST_ALL)
        return tt_set_refuse(set->path, "malformed (a digest mask)", error);
    if (date > TT_DATE_MAX)
        return tt_set_refuse(set->path, "malformed (a date)", error);
    TT_TRY(read_record(set, record, &entry, error));
    if (id != 0)
        TT_TRY(tt_set_string(set, &set->ids, id - 1, &entry.id, error));
    entry.mask = (uint32_t)mask;
    entry.updated = tt_updated_of(date);
    entry.size = size - 1; /* the file keeps 0 for unknown, which this makes TT_SIZE_UNKNOWN */
    *out = entry;
    if (entry.id[0] == '\0') {
        (void)snprintf(out->opaque, sizeof out->opaque, "#%" PRIu64,
                       set->first_number + number);
        out->id = out->opaque;
    }
    return TUTELA_OK;
}
