/*
 * open: takes a compiled set apart, trusting nothing.
 *
 * The time it takes hardly depends on the number of entries: of the checksums only those of the
 * checksums are read, sixteen bytes for a million; small sets are checked whole. What is left
 * unchecked here (values inside arrays) is checked at use, in set.c. Page 0 is header.c's.
 */
#include "base/cursor.h"
#include "base/io.h"
#include "base/mem.h"
#include "digest/sha256.h"
#include "hashsets/header.h"
#include "hashsets/set_internal.h"
#include "hashsets/signature.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BIT(number) (1u << (number))

/* What a section may be. */
typedef struct rule {
    uint16_t id;
    uint8_t encodings; /* mask */
    uint8_t of_algorithm;
    uint32_t width; /* bytes of an element; 0: 1, 2, 4 or 8 */
    size_t place;   /* in tt_set, or in tt_index */
} rule;

#define ARRAY BIT(TT_ENCODING_ARRAY)
#define NUMBERS (ARRAY | BIT(TT_ENCODING_CONSTANT) | BIT(TT_ENCODING_IDENTITY))
static const rule rules[] = {
    {TT_SECTION_LISTS, ARRAY, 0, TT_LIST_SIZE, offsetof(tt_set, lists)},
    {TT_SECTION_STRINGS, ARRAY, 0, 1, offsetof(tt_set, strings)},
    {TT_SECTION_RECORDS, ARRAY, 0, TT_RECORD_SIZE, offsetof(tt_set, records)},
    {TT_SECTION_IDS, ARRAY, 0, 1, offsetof(tt_set, ids)},
    {TT_SECTION_ENTRY_RECORD, NUMBERS, 0, 0, offsetof(tt_set, entry_record)},
    {TT_SECTION_ENTRY_SIZE, NUMBERS, 0, 0, offsetof(tt_set, entry_size)},
    {TT_SECTION_ENTRY_ID, NUMBERS, 0, 0, offsetof(tt_set, entry_id)},
    {TT_SECTION_ENTRY_MASK, NUMBERS, 0, 0, offsetof(tt_set, entry_mask)},
    {TT_SECTION_ENTRY_DATE, NUMBERS, 0, 0, offsetof(tt_set, entry_date)},
    {TT_SECTION_KEYS, ARRAY, 1, TT_KEY_SIZE, offsetof(tt_index, keys)},
    {TT_SECTION_NUMBERS, NUMBERS, 1, 0, offsetof(tt_index, numbers)},
    {TT_SECTION_BUCKETS, ARRAY, 1, 0, offsetof(tt_index, buckets)},
    {TT_SECTION_FILTER, ARRAY, 1, TT_FILTER_BLOCK, offsetof(tt_index, filter)},
    {TT_SECTION_BASE, ARRAY, 0, 1, offsetof(tt_set, base)},
    {TT_SECTION_HIDDEN, ARRAY, 0, TT_HIDDEN_SIZE, offsetof(tt_set, hidden)},
    {TT_SECTION_HIDDEN_COUNTS, ARRAY, 0, TT_HIDDEN_COUNT_SIZE, offsetof(tt_set, hidden_counts)},
    {TT_SECTION_SUMS, ARRAY, 0, TT_SUM_SIZE, offsetof(tt_set, sums)},
    {TT_SECTION_ROOTS, ARRAY, 0, TT_SUM_SIZE, offsetof(tt_set, roots)},
};

/* That the file `path` with this page 0 is the very one the delta `above` was made on. */
static tutela_status check_base(const tt_set *above, const char *path, const tt_header *header,
                                tutela_error *error)
{
    if (memcmp(header->identity, above->base_id, TT_IDENTITY_SIZE) != 0) {
        (void)tt_fail(error, TUTELA_SET_REFUSED, 0, "%s: its base is another set now: %s",
                      above->path, path);
        return tt_advise(error, TUTELA_SET_REFUSED,
                         "put back the very file it was made from, or build the set again");
    }
    if (header->layer != above->layer - 1)
        return tt_set_refuse(above->path, "malformed (number of layers)", error);
    return TUTELA_OK;
}

/* A layer below another is sealed with the same key, which it borrows, or as that one with none. */
static tutela_status borrow_seal(tt_set *set, const tt_header *header, const tt_set *above,
                                 tutela_error *error)
{
    if (header->sealed != (uint32_t)above->sealed
        || memcmp(header->key_id, above->key_id, TT_KEY_ID_SIZE) != 0)
        return tt_set_refuse(above->path, "malformed (its base has another key)", error);
    set->seal = above->seal;
    return TUTELA_OK;
}

/* The key of a sealed set; nothing for any other. */
static tutela_status read_seal(tt_set *set, const tt_header *header, const tt_opening *how,
                               tutela_error *error)
{
    if (how->above)
        return borrow_seal(set, header, how->above, error);
    if (!header->sealed)
        return TUTELA_OK;
    if (!how->key_file) {
        (void)tt_fail(error, TUTELA_SET_REFUSED, 0, "%s: sealed, and no key given", set->path);
        return tt_advise(error, TUTELA_SET_REFUSED,
                         "name the key file it was built with: --key FILE");
    }
    TT_TRY(tt_seal_load(&set->seal, how->key_file, error));
    if (memcmp(tt_seal_id(set->seal), header->key_id, TT_KEY_ID_SIZE) == 0)
        return TUTELA_OK;
    (void)tt_fail(error, TUTELA_SET_REFUSED, 0, "%s: sealed with another key", set->path);
    return tt_advise(error, TUTELA_SET_REFUSED,
                     "name the key file it was built with (--key FILE), or build it again");
}

/* ---- The section table ------------------------------------------------------------------- */

/* The rule of a slot, and where its section goes; NULL when there is no such section. */
static const rule *rule_of(tt_set *set, uint32_t id, uint32_t algorithm, tt_section **out)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        uint8_t *base = (uint8_t *)set;
        if (rules[i].id != id)
            continue;
        if (rules[i].of_algorithm ? algorithm >= TUTELA_ALGORITHM_COUNT
                                  : algorithm != TT_NO_ALGORITHM)
            return NULL;
        if (rules[i].of_algorithm)
            base = (uint8_t *)&set->index[algorithm];
        *out = (tt_section *)(void *)(base + rules[i].place);
        return &rules[i];
    }
    return NULL;
}

static int width_fits(const rule *allowed, uint64_t width)
{
    if (allowed->width)
        return width == allowed->width;
    return width == 1 || width == 2 || width == 4 || width == 8;
}

/* 1 when a slot's numbers agree with each other, with its rule and with its place in the file. */
static int slot_is_sound(const rule *allowed, const tt_section *section, const tt_set *set,
                         uint64_t position)
{
    if (section->encoding > TT_ENCODING_IDENTITY || !(allowed->encodings >> section->encoding & 1))
        return 0;
    if (section->offset != position || section->bytes > set->size - position)
        return 0;
    if (section->encoding != TT_ENCODING_ARRAY)
        return section->bytes == 0 && section->width == 0
               && (section->encoding == TT_ENCODING_CONSTANT || section->constant == 0);
    return width_fits(allowed, section->width) && section->bytes % section->width == 0
           && section->bytes / section->width == section->count && section->constant == 0;
}

static tutela_status bad_slot(const tt_set *set, size_t number, tutela_error *error)
{
    char what[64];

    (void)snprintf(what, sizeof what, "malformed (section %zu of its table)", number + 1);
    return tt_set_refuse(set->path, what, error);
}

static uint64_t pages_of(const tt_section *section)
{
    return (section->bytes + TT_SET_PAGE - 1) / TT_SET_PAGE;
}

/* After SUMS comes ROOTS, and after that nothing. */
static int is_late(const tt_set *set, const tt_section *section)
{
    return set->roots.encoding != 0 || (set->sums.encoding != 0 && section != &set->roots);
}

static int sums_are_sound(const tt_set *set, uint64_t end)
{
    return set->sums.encoding != 0 && set->roots.encoding != 0 && end == set->size
           && set->sums.count == set->sums.offset / TT_SET_PAGE - 1
           && set->roots.count == pages_of(&set->sums);
}

/* Sections follow each other without a gap and fill the set; SUMS and ROOTS are the last. */
static tutela_status read_table(tt_set *set, const tt_header *header, tutela_error *error)
{
    size_t count = header->sections;
    uint64_t position = TT_SET_PAGE;

    for (size_t i = 0; i < count; i++) {
        const uint8_t *slot = header->slots + i * TT_SLOT_SIZE;
        tt_section *section = NULL;
        const rule *found = rule_of(set, tt_load16(slot + TT_SLOT_ID), slot[TT_SLOT_ALGORITHM],
                                    &section);
        if (!found || section->encoding != 0 || is_late(set, section))
            return bad_slot(set, i, error);
        section->encoding = slot[TT_SLOT_ENCODING];
        section->width = tt_load32(slot + TT_SLOT_WIDTH);
        section->offset = tt_load64(slot + TT_SLOT_OFFSET);
        section->bytes = tt_load64(slot + TT_SLOT_BYTES);
        section->count = tt_load64(slot + TT_SLOT_COUNT);
        section->constant = tt_load64(slot + TT_SLOT_CONSTANT);
        section->data = set->map + position;
        if (!slot_is_sound(found, section, set, position)
            || !tt_is_zero(slot + TT_SLOT_RESERVED, TT_SLOT_SIZE - TT_SLOT_RESERVED))
            return bad_slot(set, i, error);
        position += pages_of(section) * TT_SET_PAGE;
    }
    if (!tt_is_zero(header->slots + count * TT_SLOT_SIZE, (TT_SLOTS_MAX - count) * TT_SLOT_SIZE)
        || !sums_are_sound(set, position))
        return tt_set_refuse(set->path, "malformed (its sections do not fill it)", error);
    return TUTELA_OK;
}

/* ---- Facts that must agree --------------------------------------------------------------- */

/* One algorithm: all four sections or none, as many keys as the masks say. */
static int index_is_sound(tt_set *set, int algorithm)
{
    tt_index *index = &set->index[algorithm];
    uint64_t keys = 0;

    for (size_t mask = 0; mask < TT_SET_MASKS; mask++)
        if (mask >> algorithm & 1)
            keys += set->masks[mask];
    if (index->keys.count != keys || index->numbers.count != keys)
        return 0;
    if (keys == 0)
        return !index->keys.encoding && !index->numbers.encoding && !index->buckets.encoding
               && !index->filter.encoding;
    while (index->bits < 32 && (UINT64_C(1) << index->bits) + 1 < index->buckets.count)
        index->bits++;
    return (UINT64_C(1) << index->bits) + 1 == index->buckets.count && index->filter.count >= 1
           && index->filter.count <= UINT32_MAX;
}

/* Each entry has a mask, and a mask names a digest. */
static int masks_are_sound(const tt_set *set)
{
    uint64_t masked = 0;

    for (size_t mask = 0; mask < TT_SET_MASKS; mask++) {
        if (set->masks[mask] > TT_ENTRIES_MAX) /* so that the sum cannot wrap */
            return 0;
        masked += set->masks[mask];
    }
    return masked == set->entries && set->masks[0] == 0;
}

static int entries_are_sound(const tt_set *set)
{
    return (set->entries > 0 || set->layer > 0) && set->entries <= TT_ENTRIES_MAX
           && set->entry_record.count == set->entries && set->entry_size.count == set->entries
           && set->entry_id.count == set->entries && set->entry_mask.count == set->entries
           && set->entry_date.count == set->entries;
}

static int names_are_sound(const tt_set *set)
{
    uint64_t least = set->entries > 0; /* a delta that only removes has neither */

    return set->lists.count >= least && set->lists.count <= TT_LISTS_MAX && set->lists.encoding != 0
           && set->records.count >= least && set->records.encoding != 0 && set->strings.count > 0
           && set->ids.encoding != 0;
}

/* What a delta has of its own, and no other set. */
static int layer_is_sound(const tt_set *set)
{
    int delta = set->layer > 0;

    return (set->base.count > 1) == delta && (set->base.encoding != 0) == delta
           && set->base.count <= TT_BASE_NAME_MAX && (set->hidden.encoding != 0) == delta
           && (set->hidden_counts.encoding != 0) == delta;
}

static tutela_status check_facts(tt_set *set, tutela_error *error)
{
    int sound = masks_are_sound(set) && entries_are_sound(set) && names_are_sound(set)
                && layer_is_sound(set);

    for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
        sound = sound && index_is_sound(set, algorithm);
    return sound ? TUTELA_OK : tt_set_refuse(set->path, "malformed (counts)", error);
}

/* ---- Checksums --------------------------------------------------------------------------- */

/* ROOTS is checked against the header; all else against ROOTS, at once or when it is touched. */
static tutela_status check_sums(tt_set *set, const tt_header *header, uint64_t eager,
                                tutela_error *error)
{
    tt_pages *pages = &set->pages;
    uint64_t whole = pages_of(&set->roots) * TT_SET_PAGE;
    uint8_t digest[TT_SHA256_SIZE];

    *pages = (tt_pages){.map = set->map,
                        .sums = set->sums.data,
                        .roots = set->roots.data,
                        .sums_page = set->sums.offset / TT_SET_PAGE,
                        .roots_page = set->roots.offset / TT_SET_PAGE,
                        .pinned = set->is_signed || (set->above && set->above->pages.pinned),
                        .path = set->path};
    tt_sha256_bytes(set->roots.data, (size_t)whole, digest);
    if (memcmp(digest, header->roots, sizeof digest) != 0)
        return tt_set_refuse(set->path, "damaged (checksum of the checksums)", error);
    if (set->size <= eager)
        return tt_pages_verify_all(pages, 0, error);
    pages->seen = tt_alloc((size_t)(set->size / TT_SET_PAGE / 64 + 1), sizeof *pages->seen);
    return pages->seen ? TUTELA_OK : tt_no_memory(error);
}

/* The bytes between a section's end and its last page's end are zero. */
static tutela_status check_tail(const tt_set *set, const tt_section *section, tutela_error *error)
{
    size_t over = (size_t)(section->bytes % TT_SET_PAGE);

    if (over == 0)
        return TUTELA_OK;
    TT_TRY(tt_pages_touch(&set->pages, section->offset + section->bytes - 1, error));
    if (!tt_is_zero(section->data + section->bytes, TT_SET_PAGE - over))
        return tt_set_refuse(set->path, "malformed (padding)", error);
    return TUTELA_OK;
}

static tutela_status check_tails(tt_set *set, tutela_error *error)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        uint32_t copies = rules[i].of_algorithm ? TUTELA_ALGORITHM_COUNT : 1;
        for (uint32_t algorithm = 0; algorithm < copies; algorithm++) {
            tt_section *section = NULL;
            (void)rule_of(set, rules[i].id,
                          rules[i].of_algorithm ? algorithm : TT_NO_ALGORITHM, &section);
            if (section->encoding)
                TT_TRY(check_tail(set, section, error));
        }
    }
    /* A string ends before its section does, wherever it begins. */
    TT_TRY(tt_pages_touch(&set->pages, set->strings.offset + set->strings.bytes - 1, error));
    if (set->strings.data[set->strings.bytes - 1] != 0)
        return tt_set_refuse(set->path, "malformed (strings)", error);
    if (set->ids.bytes) {
        TT_TRY(tt_pages_touch(&set->pages, set->ids.offset + set->ids.bytes - 1, error));
        if (set->ids.data[set->ids.bytes - 1] != 0)
            return tt_set_refuse(set->path, "malformed (entry ids)", error);
    }
    return TUTELA_OK;
}

/* ---- Lists ------------------------------------------------------------------------------- */

static tutela_status read_list(tt_set *set, size_t number, tutela_error *error)
{
    uint64_t place = number * TT_LIST_SIZE;
    const uint8_t *bytes = set->lists.data + place;
    tt_set_list *list = &set->list[number];
    uint32_t polarity;

    TT_TRY(tt_pages_touch(&set->pages, set->lists.offset + place, error));
    polarity = tt_load32(bytes + 8);
    list->entries = tt_load64(bytes + 16);
    if ((polarity != TUTELA_KNOWN_BAD && polarity != TUTELA_KNOWN_GOOD)
        || !tt_is_zero(bytes + 12, 4) || !tt_is_zero(bytes + 24, 8) || list->entries > set->entries)
        return tt_set_refuse(set->path, "malformed (lists)", error);
    list->polarity = (tutela_polarity)polarity;
    TT_TRY(tt_set_string(set, &set->strings, tt_load32(bytes), &list->name, error));
    return tt_set_string(set, &set->strings, tt_load32(bytes + 4), &list->version, error);
}

static tutela_status read_lists(tt_set *set, tutela_error *error)
{
    uint64_t entries = 0;

    set->list_count = (size_t)set->lists.count;
    set->list = tt_alloc(set->list_count, sizeof *set->list);
    if (!set->list)
        return tt_no_memory(error);
    for (size_t i = 0; i < set->list_count; i++) {
        TT_TRY(read_list(set, i, error));
        entries += set->list[i].entries;
        set->polarities |= TUTELA_BIT(set->list[i].polarity);
    }
    if (entries != set->entries)
        return tt_set_refuse(set->path, "malformed (lists)", error);
    return TUTELA_OK;
}

/* ---- Opening ----------------------------------------------------------------------------- */

static void take_header(tt_set *set, const tt_header *header)
{
    set->size = header->file_size;
    set->entries = header->entries;
    set->created = header->created;
    set->expires = header->expires;
    set->layer = header->layer;
    set->sealed = header->sealed != 0;
    memcpy(set->masks, header->masks, sizeof set->masks);
    memcpy(set->identity, header->identity, sizeof set->identity);
    memcpy(set->base_id, header->base, sizeof set->base_id);
    memcpy(set->key_id, header->key_id, sizeof set->key_id);
}

static tutela_status open_into(tt_set *set, const tt_opening *how, tutela_error *error)
{
    TT_AUTO_CLOSE int fd = -1;
    tt_header header;

    TT_TRY(tt_header_read(set->path, &fd, &set->file_bytes, &header, error));
    if (how->above)
        TT_TRY(check_base(how->above, set->path, &header, error));
    if (!how->keyless)
        TT_TRY(read_seal(set, &header, how, error));
    if (header.file_size > SIZE_MAX)
        return tt_no_memory(error);
    set->map = tt_map(fd, (size_t)header.file_size);
    if (!set->map)
        return tt_fail(error, errno == ENOMEM ? TUTELA_MEMORY : TUTELA_IO, errno, "%s: cannot map",
                       set->path);
    take_header(set, &header);
    set->is_signed = set->file_bytes != set->size;
    TT_TRY(read_table(set, &header, error));
    TT_TRY(check_sums(set, &header, how->eager, error));
    TT_TRY(check_facts(set, error));
    TT_TRY(check_tails(set, error));
    TT_TRY(read_lists(set, error));
    set->view = (tt_view){.entries = set->entries,
                          .bytes = set->file_bytes,
                          .list = set->list,
                          .list_count = set->list_count};
    memcpy(set->view.masks, set->masks, sizeof set->masks);
    return set->is_signed ? tt_signature_read(set, fd, &set->signature, error) : TUTELA_OK;
}

tutela_status tt_set_open_layer(tt_set **out, const char *path, const tt_opening *how,
                                tutela_error *error)
{
    tt_set *set = tt_alloc(1, sizeof *set);
    tutela_status status;

    if (!set)
        return tt_no_memory(error);
    atomic_init(&set->holders, 1);
    set->above = how->above;
    set->path = tt_copy_text(path);
    status = set->path ? open_into(set, how, error) : tt_no_memory(error);
    if (status == TUTELA_OK)
        *out = set;
    else
        tt_set_close(set);
    return status;
}
