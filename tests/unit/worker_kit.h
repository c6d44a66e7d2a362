/* worker_kit: what the tests of worker share: a teller that keeps what it is told, and pages made by hand. */
#ifndef TT_TESTS_WORKER_KIT_H
#define TT_TESTS_WORKER_KIT_H

#include "tap.h"

#include "worker/wire.h"

typedef struct kept {
    uint64_t number, parent, bytes;
    int opens;
    char name[64];
    size_t name_size;
    tt_trouble trouble;
    tt_digests digests; /* mask 0: none */
    char mime[TT_MIME_MAX + 1];
    tutela_origin origin;
    int disk;
    tt_cover cover;
} kept;

/* What `make` gives each member as its type; NULL: none. */
__attribute__((unused)) static const char *kit_mime;

typedef struct listener {
    kept items[4096];
    size_t count;
    uint64_t total; /* told, also what is not kept */
    size_t stop_at; /* answers TUTELA_RECORD after so many; 0: never */
} listener;

__attribute__((unused)) static tutela_status keep(void *user, const tt_told *told,
                                                  tutela_error *error)
{
    listener *l = user;
    kept *k = &l->items[l->count];

    (void)error;
    if (l->stop_at && l->total + 1 > l->stop_at)
        return TUTELA_RECORD;
    l->total++;
    if (l->count == sizeof l->items / sizeof l->items[0])
        return TUTELA_OK;
    *k = (kept){.number = told->number, .parent = told->parent, .bytes = told->bytes,
                .opens = told->opens, .name_size = told->name_size, .trouble = told->trouble,
                .origin = told->origin, .disk = told->cover != NULL};
    if (told->cover)
        k->cover = *told->cover;
    memcpy(k->name, told->name, told->name_size < 63 ? told->name_size : 63);
    snprintf(k->mime, sizeof k->mime, "%s", told->mime);
    if (told->digests)
        k->digests = *told->digests;
    l->count++;
    return TUTELA_OK;
}

/* A record as an honest worker writes it; digests of the mask are made up. */
__attribute__((unused)) static size_t make(tt_wire_slot *out, tt_wire_kind kind, uint64_t number,
                                           uint64_t parent, const char *name, uint32_t mask)
{
    tt_digests digests = {.mask = mask};
    tt_told told = {.number = number, .parent = parent, .bytes = 100,
                    .name = (const uint8_t *)name, .name_size = name ? strlen(name) : 0,
                    .modified = 5, .trouble = {TUTELA_ITEM_CLEAR, ""}, .mime = kit_mime,
                    .digests = mask ? &digests : NULL};

    memset(digests.value, 0x5a, sizeof digests.value);
    return tt_wire_write(out, kind, &told);
}

/* What became of the bytes of image `number`, or of the file, 0: so many are lost, and so many were examined. */
__attribute__((unused)) static size_t make_cover(tt_wire_slot *out, uint64_t number, uint64_t lost, uint64_t examined)
{
    tt_cover cover = {.bytes = {[TUTELA_COVER_LOST] = lost, [TUTELA_COVER_EXAMINED] = examined}};
    tt_told told = {.number = number, .cover = &cover};

    return tt_wire_write(out, TT_WIRE_COVERS, &told);
}

#define KIT_MASK (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA256))

/*
 * What a worker tells of a file with a member, a container with one, and a member with a long name:
 * `slots` needs room for 32. How many it takes.
 */
__attribute__((unused)) static size_t make_honest(tt_wire_slot *slots)
{
    static char name[1001];
    tt_opened file = {.trouble = {TUTELA_ITEM_CLEAR, ""}, .container = 1};
    size_t n = 0;

    memset(name, 'n', 1000);
    if (kit_mime)
        snprintf(file.mime, sizeof file.mime, "%s", kit_mime);
    n += make(slots + n, TT_WIRE_WHOLE, 1, 0, "first", KIT_MASK);
    n += make(slots + n, TT_WIRE_OPENS, 2, 0, "box", 0);
    n += make(slots + n, TT_WIRE_WHOLE, 3, 2, "inside", KIT_MASK);
    n += make(slots + n, TT_WIRE_ENDS, 2, 0, NULL, KIT_MASK);
    n += make(slots + n, TT_WIRE_WHOLE, 4, 0, name, KIT_MASK);
    return n + tt_wire_write_file(slots + n, &file);
}

/* Likewise of the image of a disk, with a deleted image in it, and in that a file: eight slots. */
__attribute__((unused)) static size_t make_honest_disk(tt_wire_slot *slots)
{
    tt_opened file = {.trouble = {TUTELA_ITEM_CLEAR, ""}, .container = 1};
    size_t n = make_cover(slots, 0, 9000, 0), inner = 1;

    n += make(slots + n, TT_WIRE_OPENS, 1, 0, "image", 0);
    slots[inner].record.origin = TUTELA_ORIGIN_DELETED;
    n += make_cover(slots + n, 1, 700, 0);
    n += make(slots + n, TT_WIRE_WHOLE, 2, 1, "file", KIT_MASK);
    slots[inner + 2].record.origin = TUTELA_ORIGIN_ORPHAN_CONTIGUOUS;
    n += make_cover(slots + n, 1, 100, 600);
    n += make(slots + n, TT_WIRE_ENDS, 1, 0, NULL, KIT_MASK);
    n += make_cover(slots + n, 0, 0, 9000);
    return n + tt_wire_write_file(slots + n, &file);
}

__attribute__((unused)) static tt_wire_reader kit_reader(void)
{
    return (tt_wire_reader){.size = 10000, .mask = KIT_MASK, .depth = 3, .entries = 100,
                            .expanded = 100000};
}

#endif
