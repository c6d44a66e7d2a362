/*
 * pack: a finding as one run of bytes.
 *
 *     fixed | chain sizes | chain bytes, each NUL-ended | digests | matches | ranges | steps | coverage | mime
 *           | reason
 *
 * Written and read by the same process, so native order and no checks but one: that what is read is
 * as long as what was written says.
 */
#include "finding/finding.h"

#include "base/mem.h"

#include <endian.h>
#include <string.h>

typedef struct fixed {
    uint64_t place; /* of a mention one more than its offset, the first byte first: the bytes decide the order */
    uint64_t mentions;
    uint64_t bytes;
    int64_t modified;
    uint64_t chain_count;
    uint64_t match_count;
    uint64_t unread_count;
    uint64_t position_count;
    uint64_t from_count;
    int32_t status;
    int32_t grade;
    int32_t type;
    uint32_t flags;
    uint32_t digest_mask;
    uint32_t polarity_mask;
    int32_t origin;
    int32_t disk; /* there is a coverage */
} fixed;

typedef struct packed_match {
    int32_t polarity;
    int32_t grade;
    uint32_t agreed;
    uint32_t disagreed;
    int64_t updated;
    uint32_t flags;
    uint32_t reserved; /* zero: the bytes decide the order of records */
} packed_match;

void tt_finding_init(tutela_finding *finding)
{
    *finding = (tutela_finding){
        .size = sizeof *finding, .modified = INT64_MIN, .mime = "", .reason = ""};
}

static void add_string(tt_buf *buf, const char *text)
{
    tt_buf_add(buf, text, strlen(text) + 1);
}

static void add_matches(tt_buf *buf, const tutela_finding *finding)
{
    for (size_t i = 0; i < finding->match_count; i++) {
        const tutela_match *match = &finding->matches[i];
        packed_match packed = {.polarity = match->polarity,
                               .grade = match->grade,
                               .agreed = match->agreed,
                               .disagreed = match->disagreed,
                               .updated = match->updated,
                               .flags = match->flags};

        tt_buf_add(buf, &packed, sizeof packed);
        add_string(buf, match->list);
        add_string(buf, match->version);
        add_string(buf, match->entry);
        add_string(buf, match->category.scheme);
        add_string(buf, match->category.value);
        add_string(buf, match->owner);
    }
}

tutela_status tt_finding_pack(const tutela_finding *finding, tt_buf *buf, tutela_error *error)
{
    fixed head = {.place = finding->mentions ? htobe64(finding->offset + 1) : 0,
                  .mentions = finding->mentions,
                  .bytes = finding->bytes,
                  .modified = finding->modified,
                  .chain_count = finding->chain_count,
                  .match_count = finding->match_count,
                  .unread_count = finding->unread_count,
                  .position_count = finding->position_count,
                  .from_count = finding->from_count,
                  .status = finding->status,
                  .grade = finding->grade,
                  .type = finding->type,
                  .flags = finding->flags,
                  .digest_mask = finding->digest_mask,
                  .polarity_mask = finding->polarity_mask,
                  .origin = finding->origin,
                  .disk = finding->coverage != NULL};

    tt_buf_clear(buf);
    tt_buf_add(buf, &head, sizeof head);
    for (size_t i = 0; i < finding->chain_count; i++)
        tt_buf_add(buf, &finding->chain[i].size, sizeof finding->chain[i].size);
    for (size_t i = 0; i < finding->chain_count; i++) {
        tt_buf_add(buf, finding->chain[i].data, finding->chain[i].size);
        tt_buf_add_char(buf, '\0');
    }
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (finding->digest_mask & TUTELA_BIT(i))
            tt_buf_add(buf, finding->digests[i], tutela_algorithm_size(i));
    add_matches(buf, finding);
    tt_buf_add(buf, finding->unread, finding->unread_count * sizeof *finding->unread);
    tt_buf_add(buf, finding->position, finding->position_count * sizeof *finding->position);
    tt_buf_add(buf, finding->from, finding->from_count * sizeof *finding->from);
    if (finding->coverage)
        tt_buf_add(buf, finding->coverage, TUTELA_COVER_COUNT * sizeof *finding->coverage);
    add_string(buf, finding->mime);
    add_string(buf, finding->reason);
    return tt_buf_failed(buf) ? tt_no_memory(error) : TUTELA_OK;
}

/* A reader over a packed record; `failed` once something is not there. */
typedef struct reader {
    const char *at;
    size_t left;
    int failed;
} reader;

static const char *take(reader *from, size_t size)
{
    const char *taken = from->at;

    if (from->failed || size > from->left) {
        from->failed = 1;
        return "";
    }
    from->at += size;
    from->left -= size;
    return taken;
}

static void take_into(reader *from, void *to, size_t size)
{
    const char *taken = take(from, size);

    if (!from->failed && size > 0)
        memcpy(to, taken, size);
}

static const char *take_string(reader *from)
{
    const char *end = from->failed ? NULL : memchr(from->at, '\0', from->left);

    return take(from, end ? (size_t)(end - from->at) + 1 : from->left + 1);
}

static tutela_status reserve(void **items, size_t *room, uint64_t count, size_t size,
                             tutela_error *error)
{
    if (count >= TT_FINDING_MAX || tt_grow(items, room, (size_t)count, size) != 0)
        return tt_no_memory(error);
    return TUTELA_OK;
}

static tutela_status reserve_all(tt_unpacked *out, uint64_t names, uint64_t matches,
                                 uint64_t ranges, tutela_error *error)
{
    TT_TRY(reserve((void **)&out->names, &out->names_room, names, sizeof *out->names, error));
    TT_TRY(reserve((void **)&out->matches, &out->matches_room, matches, sizeof *out->matches,
                   error));
    return reserve((void **)&out->ranges, &out->ranges_room, ranges, sizeof *out->ranges, error);
}

tutela_status tt_unpacked_reserve(tt_unpacked *out, const tutela_finding *finding,
                                  tutela_error *error)
{
    return reserve_all(out, finding->chain_count, finding->match_count, finding->unread_count,
                       error);
}

static void take_chain(reader *from, tt_unpacked *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        take_into(from, &out->names[i].size, sizeof out->names[i].size);
    for (size_t i = 0; i < count && !from->failed; i++)
        out->names[i].data = take(from, out->names[i].size + 1);
}

static void take_match(reader *from, tutela_match *match)
{
    packed_match packed = {0};

    take_into(from, &packed, sizeof packed);
    *match = (tutela_match){.polarity = packed.polarity,
                            .grade = packed.grade,
                            .agreed = packed.agreed,
                            .disagreed = packed.disagreed,
                            .updated = packed.updated,
                            .flags = packed.flags};
    match->list = take_string(from);
    match->version = take_string(from);
    match->entry = take_string(from);
    match->category.scheme = take_string(from);
    match->category.value = take_string(from);
    match->owner = take_string(from);
}

static void take_steps(reader *from, tutela_step steps[TUTELA_STEPS_MAX], uint64_t count)
{
    if (count <= TUTELA_STEPS_MAX)
        take_into(from, steps, (size_t)count * sizeof *steps);
    else
        from->failed = 1;
}

static void take_body(reader *from, const fixed *head, tt_unpacked *out)
{
    take_chain(from, out, head->chain_count);
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (head->digest_mask & TUTELA_BIT(i))
            take_into(from, out->digests[i], tutela_algorithm_size(i));
    for (size_t i = 0; i < head->match_count; i++)
        take_match(from, &out->matches[i]);
    for (size_t i = 0; i < head->unread_count; i++)
        take_into(from, &out->ranges[i], sizeof out->ranges[i]);
    take_steps(from, out->position, head->position_count);
    take_steps(from, out->from, head->from_count);
    if (head->disk)
        take_into(from, out->coverage, sizeof out->coverage);
}

tutela_status tt_finding_unpack(const void *record, size_t size, tt_unpacked *out,
                                tutela_error *error)
{
    reader from = {.at = record, .left = size};
    fixed head = {0};
    const char *mime, *reason;

    take_into(&from, &head, sizeof head);
    TT_TRY(reserve_all(out, head.chain_count, head.match_count, head.unread_count, error));
    take_body(&from, &head, out);
    mime = take_string(&from);
    reason = take_string(&from);
    if (from.failed || from.left != 0)
        return tt_fail(error, TUTELA_RECORD, 0, "findings: temporary file damaged");
    out->finding = (tutela_finding){.size = sizeof out->finding,
                                    .chain = out->names,
                                    .chain_count = head.chain_count,
                                    .bytes = head.bytes,
                                    .modified = head.modified,
                                    .status = head.status,
                                    .grade = head.grade,
                                    .type = head.type,
                                    .flags = head.flags,
                                    .digest_mask = head.digest_mask,
                                    .polarity_mask = head.polarity_mask,
                                    .mime = mime,
                                    .reason = reason,
                                    .digests = (const uint8_t(*)[TUTELA_DIGEST_MAX])out->digests,
                                    .matches = out->matches,
                                    .match_count = head.match_count,
                                    .unread = out->ranges,
                                    .unread_count = head.unread_count,
                                    .position = out->position,
                                    .position_count = head.position_count,
                                    .from = out->from,
                                    .from_count = head.from_count,
                                    .origin = head.origin,
                                    .coverage = head.disk ? out->coverage : NULL,
                                    .offset = head.mentions ? be64toh(head.place) - 1 : 0,
                                    .mentions = head.mentions};
    return TUTELA_OK;
}

void tt_unpacked_done(tt_unpacked *out)
{
    tt_free(out->names);
    tt_free(out->matches);
    tt_free(out->ranges);
    *out = (tt_unpacked){0};
}

static int compare_bytes(const void *a, size_t a_size, const void *b, size_t b_size)
{
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);

    return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

/* Where a record's chain lies. */
typedef struct chain {
    uint64_t count;
    const char *sizes;
    const char *bytes;
} chain;

static chain chain_of(const char *record)
{
    chain found;
    fixed head;

    memcpy(&head, record, sizeof head);
    found.count = head.chain_count;
    found.sizes = record + sizeof head;
    found.bytes = found.sizes + head.chain_count * sizeof(size_t);
    return found;
}

int tt_finding_compare(const void *a, size_t a_size, const void *b, size_t b_size)
{
    chain left = chain_of(a), right = chain_of(b);

    for (uint64_t i = 0; i < left.count && i < right.count; i++) {
        size_t left_size, right_size;
        int order;

        memcpy(&left_size, left.sizes + i * sizeof left_size, sizeof left_size);
        memcpy(&right_size, right.sizes + i * sizeof right_size, sizeof right_size);
        order = compare_bytes(left.bytes, left_size, right.bytes, right_size);
        if (order != 0)
            return order;
        left.bytes += left_size + 1;
        right.bytes += right_size + 1;
    }
    if (left.count != right.count)
        return left.count < right.count ? -1 : 1;
    return compare_bytes(a, a_size, b, b_size);
}
