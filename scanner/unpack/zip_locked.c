/*
 * zip_locked: see zip_locked.h.
 */
#include "unpack/zip_locked.h"

#include "base/cursor.h"
#include "base/mem.h"
#include "unpack/archive.h"

#include <string.h>

#define LOCAL_SIZE 30u
#define ENTRY_SIZE 46u
#define DESCRIPTOR_MAX 24u /* behind a member's bytes */
/* Of all members of a zip: some minutes. Members that none fits would else take a list's time each. */
#define TRIES_MAX (UINT64_C(1) << 20)
/* A password that has brought so many bytes is taken: what is still wrong is told at the member's end. */
#define TRIAL_MAX (UINT64_C(1) << 30)

/* ---- A zip of one member ------------------------------------------------------------------- */

static tutela_status lone_read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                                  size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tt_zip_locked *l = (tt_zip_locked *)stream;

    *got = 0;
    if (offset < l->body) {
        if (size > l->body - offset)
            size = (size_t)(l->body - offset);
        return tt_stream_read_at(l->whole, l->place + offset, buffer, size, got, trouble, error);
    }
    offset -= l->body;
    if (offset >= l->tail_size)
        return TUTELA_OK;
    *got = size < l->tail_size - offset ? size : (size_t)(l->tail_size - offset);
    memcpy(buffer, l->tail + offset, *got);
    return TUTELA_OK;
}

static tutela_status lone_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    tt_zip_locked *l = (tt_zip_locked *)stream;

    TT_TRY(lone_read_at(stream, l->at, buffer, size, got, trouble, error));
    l->at += *got;
    return TUTELA_OK;
}

/* Bytes at `offset`, all of them or *there is 0. */
static tutela_status take(tt_stream *stream, uint64_t offset, void *out, size_t size, int *there,
                          tutela_error *error)
{
    tt_trouble trouble;
    size_t got;

    TT_TRY(tt_stream_read_at(stream, offset, out, size, &got, &trouble, error));
    *there = got == size;
    return TUTELA_OK;
}

/* Set up l->lone for a member; *there is 0 when its headers are not to be had. */
static tutela_status cut_out(tt_zip_locked *l, tt_stream *stream, const tt_zip_place *where,
                             int *there, tutela_error *error)
{
    static const tt_stream_ops ops = {lone_read, lone_read_at};
    uint8_t local[LOCAL_SIZE], entry[ENTRY_SIZE];
    uint64_t head;
    size_t size;

    tt_zip_locked_done(l);
    TT_TRY(take(stream, where->place, local, sizeof local, there, error));
    if (*there)
        TT_TRY(take(stream, where->record, entry, sizeof entry, there, error));
    if (!*there)
        return TUTELA_OK;
    head = LOCAL_SIZE + DESCRIPTOR_MAX + (uint64_t)tt_load16(local + 26) + tt_load16(local + 28);
    size = (size_t)ENTRY_SIZE + tt_load16(entry + 28) + tt_load16(entry + 30);
    l->body = stream->size - where->place;
    if (where->bytes < l->body && l->body - where->bytes > head)
        l->body = head + where->bytes;
    l->tail_size = size + TT_ZIP_ENDS;
    l->tail = tt_alloc_raw(l->tail_size, 1);
    if (!l->tail)
        return tt_no_memory(error);
    TT_TRY(take(stream, where->record, l->tail, size, there, error));
    tt_store16(l->tail + 32, 0); /* no comment */
    tt_store16(l->tail + 34, 0); /* on the first disk */
    tt_store32(l->tail + 42, 0); /* at its first byte */
    tt_zip_write_ends(l->tail + size, l->body, size, 1);
    l->whole = stream;
    l->place = where->place;
    l->lone = (tt_stream){.ops = &ops, .size = l->body + l->tail_size, .secrets = &l->one};
    return TUTELA_OK;
}

/* ---- Passwords ----------------------------------------------------------------------------- */

/* The member with l->secret. *out is NULL when libarchive does not find it. */
static tutela_status open_lone(tt_zip_locked *l, tt_reader **out, tutela_error *error)
{
    tt_member member = {.size = TT_SIZE_UNKNOWN};
    tt_reader *reader = NULL;
    tutela_status status;
    tt_trouble trouble;
    int more = 0;

    l->at = 0;
    l->one = (tt_secrets){&l->secret, 1};
    status = tt_format_zip_listed.open(&reader, &l->lone, error);
    if (status == TUTELA_OK && reader)
        status = reader->format->next(reader, &member, &more, &trouble, error);
    if (status == TUTELA_OK && more && member.trouble.status == TUTELA_ITEM_CLEAR)
        *out = reader;
    else if (reader)
        reader->format->close(reader);
    return status;
}

/* Does the member come to its end in order? */
static tutela_status read_through(tt_reader *reader, int *fits, tutela_error *error)
{
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    uint8_t scratch[16384];
    uint64_t seen = 0;
    size_t got = 1;

    while (got > 0 && seen < TRIAL_MAX && trouble.status == TUTELA_ITEM_CLEAR) {
        TT_TRY(reader->format->read(reader, scratch, sizeof scratch, &got, &trouble, error));
        seen += got;
    }
    *fits = trouble.status == TUTELA_ITEM_CLEAR;
    return TUTELA_OK;
}

static tutela_status try_one(tt_zip_locked *l, const tt_secret *secret, int *fits,
                             tutela_error *error)
{
    tt_reader *reader = NULL;
    tutela_status status;

    *fits = 0;
    if (secret->size == 0 || secret->size > TT_SECRET_SIZE
        || memchr(secret->bytes, 0, secret->size))
        return TUTELA_OK;
    l->tries++;
    l->secret = *secret;
    TT_TRY(open_lone(l, &reader, error));
    if (!reader)
        return TUTELA_OK;
    status = read_through(reader, fits, error);
    reader->format->close(reader);
    return status;
}

tutela_status tt_zip_unlock(tt_zip_locked *locked, tt_reader **out, tt_stream *stream,
                            const tt_secrets *secrets, const tt_zip_directory *directory,
                            uint64_t index, tt_trouble *trouble, tutela_error *error)
{
    size_t count = secrets && secrets->count < TT_SECRETS_MAX ? secrets->count : TT_SECRETS_MAX;
    tt_secret last = locked->secret;
    tt_zip_place where;
    int fits = 0;

    *out = NULL;
    *trouble = (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
    if (!secrets || secrets->count == 0 || !tt_zip_directory_place(directory, index, &where))
        return TUTELA_OK;
    TT_TRY(cut_out(locked, stream, &where, &fits, error));
    if (!fits)
        return TUTELA_OK;
    TT_TRY(try_one(locked, &last, &fits, error));
    for (size_t i = 0; i < count && !fits; i++) {
        if (locked->tries >= TRIES_MAX) {
            *trouble = (tt_trouble){TUTELA_ITEM_LIMIT, "more passwords to try than the limit"};
            break;
        }
        TT_TRY(try_one(locked, &secrets->list[i], &fits, error));
    }
    if (!fits)
        locked->secret = last;
    else
        TT_TRY(open_lone(locked, out, error));
    if (*out)
        *trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    return TUTELA_OK;
}

void tt_zip_locked_done(tt_zip_locked *locked)
{
    tt_free(locked->tail);
    locked->tail = NULL;
    locked->tail_size = 0;
}
