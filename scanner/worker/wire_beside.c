/*
 * wire_beside: records that are of no member: the coverage of disks, and digests that are mentioned.
 *
 * A coverage is told of what is open, when it is known to be a disk and again before it ends, of one size.
 * Mentions stand in a row behind the end of the member that has them, or, of free space, once in each image of a
 * disk while that is open; by rising places, each with no more digits than what has them has bytes.
 */
#include "worker/wire.h"

#include <string.h>

/* ---- Coverage -------------------------------------------------------------------------------- */

size_t tt_wire_cover_write(tt_wire_cover *cover, const tt_told *told)
{
    memset(cover, 0, sizeof *cover);
    cover->kind = TT_WIRE_COVERS;
    cover->number = told->number;
    memcpy(cover->bytes, told->cover->bytes, sizeof cover->bytes);
    return 1;
}

/* The sum of a coverage. 1, or 0 when it is more than there can be. */
static int sum_cover(const uint64_t *bytes, uint64_t *sum)
{
    *sum = 0;
    for (size_t i = 0; i < TUTELA_COVER_COUNT; i++) {
        if (bytes[i] > UINT64_MAX - *sum)
            return 0;
        *sum += bytes[i];
    }
    return 1;
}

const char *tt_wire_cover_check(tt_wire_reader *reader, tt_wire_open *inner, const tt_wire_cover *cover)
{
    tt_cover *to = inner ? &inner->cover : &reader->file.cover;
    int *said = inner ? &inner->disk : &reader->file.disk;
    uint64_t sum, before;

    if (cover->number != (inner ? inner->number : 0))
        return "the coverage of what is not open";
    if (*said == 2)
        return "a coverage told once too often";
    if (!sum_cover(cover->bytes, &sum))
        return "a coverage of more than there can be";
    if (*said && (!sum_cover(to->bytes, &before) || sum != before))
        return "an image of another size than when it began";
    memcpy(to->bytes, cover->bytes, sizeof to->bytes);
    ++*said;
    return NULL;
}

/* ---- Mentions -------------------------------------------------------------------------------- */

size_t tt_wire_mention_write(tt_wire_mention *record, const tt_told *told)
{
    memset(record, 0, sizeof *record);
    record->kind = TT_WIRE_MENTIONS;
    record->algorithm = (uint16_t)told->mention->algorithm;
    record->space = told->space != 0;
    record->number = told->number;
    record->offset = told->mention->offset;
    record->count = told->mention->count;
    memcpy(record->digest, told->mention->digest, sizeof record->digest);
    return 1;
}

/* Whose they are: a disk that is open, of which none were told before this row. */
static const char *check_space(tt_wire_reader *reader, tt_wire_open *inner,
                               const tt_wire_mention *record, uint64_t *bytes)
{
    int *told = inner ? &inner->space : &reader->space;
    const tt_cover *cover = inner ? &inner->cover : &reader->file.cover;

    if (record->number != (inner ? inner->number : 0))
        return "free space of what is not open";
    if (!(inner ? inner->disk : reader->file.disk) || !sum_cover(cover->bytes, bytes))
        return "free space of what is no disk";
    if (reader->mentioned == 0 && *told)
        return "mentions of free space told twice";
    *told = 1;
    return NULL;
}

const char *tt_wire_mention_check(tt_wire_reader *reader, tt_wire_open *inner,
                                  const tt_wire_mention *record, tt_mention *mention, tt_told *out)
{
    size_t size = tt_mention_size(record->algorithm);
    uint64_t bytes = reader->ended_bytes;
    const char *why = NULL;

    if (record->space != reader->row_space)
        reader->mentioned = reader->mention_next = 0;
    if (record->space > 1 || !(record->space ? reader->carve : reader->mentions))
        return "mentions that were not ordered";
    if (record->space)
        why = check_space(reader, inner, record, &bytes);
    else if (reader->ended == 0 || record->number != reader->ended)
        why = "mentions of what has not just ended";
    if (why)
        return why;
    if (size == 0)
        return "a mention of no such digest";
    if (reader->mentioned == TT_MENTIONS_MAX || record->offset < reader->mention_next)
        return "too many mentions, or in no order";
    if (record->offset > bytes || record->count == 0
        || record->count > (bytes - record->offset) / (2 * size))
        return "a mention beyond its end";
    reader->row_space = record->space;
    reader->mentioned++;
    reader->mention_next = record->offset + 1;
    *mention = (tt_mention){.offset = record->offset, .count = record->count,
                            .algorithm = record->algorithm};
    memcpy(mention->digest, record->digest, size);
    *out = (tt_told){.number = record->number, .bytes = bytes, .mention = mention,
                     .space = record->space, .trouble = {TUTELA_ITEM_CLEAR, ""}};
    return NULL;
}
