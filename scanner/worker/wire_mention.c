/*
 * wire_mention: records of digests that are mentioned, written by the worker and checked by the broker.
 *
 * Mentions stand in a row behind the end of the member that has them, or, of free space, once in each image of a
 * disk while that is open; by rising places, each with no more digits than what has them has bytes.
 */
#include "worker/wire.h"

#include <string.h>

void tt_wire_mention_write(tt_wire_mention *record, const tt_told *told)
{
    memset(record, 0, sizeof *record);
    record->kind = TT_WIRE_MENTIONS;
    record->algorithm = (uint16_t)told->mention->algorithm;
    record->space = told->space != 0;
    record->number = told->number;
    record->offset = told->mention->offset;
    record->count = told->mention->count;
    memcpy(record->digest, told->mention->digest, sizeof record->digest);
}

/* Whose they are: a disk that is open, of which none were told before this row. */
static const char *check_space(tt_wire_reader *reader, tt_wire_open *inner,
                               const tt_wire_mention *record, uint64_t *bytes)
{
    int *told = inner ? &inner->space : &reader->space;
    const tt_cover *cover = inner ? &inner->cover : &reader->file.cover;

    if (record->number != (inner ? inner->number : 0))
        return "free space of what is not open";
    if (!(inner ? inner->disk : reader->file.disk) || !tt_wire_cover_sum(cover->bytes, bytes))
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
    reader->mentioned++;
    reader->mention_next = record->offset + 1;
    *mention = (tt_mention){.offset = record->offset, .count = record->count,
                            .algorithm = record->algorithm};
    memcpy(mention->digest, record->digest, size);
    *out = (tt_told){.number = record->number, .bytes = bytes, .mention = mention,
                     .space = record->space, .trouble = {TUTELA_ITEM_CLEAR, ""}};
    return NULL;
}
