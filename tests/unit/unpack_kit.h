/*
 * unpack_kit: what the tests of unpack share: containers made with libarchive, and a sink that keeps
 * all it is told.
 */
#ifndef TT_TESTS_UNPACK_KIT_H
#define TT_TESTS_UNPACK_KIT_H

#include "tap.h"

#include "unpack/tree.h"

#include <archive.h>
#include <archive_entry.h>

#include <malloc.h>

typedef struct bytes {
    uint8_t *data;
    size_t size;
} bytes;

/* Made once, from a fixed start, so that each run sees the same. */
static uint64_t kit_state = 0x243f6a8885a308d3u;

__attribute__((unused)) static uint64_t kit_random(void)
{
    kit_state ^= kit_state << 13;
    kit_state ^= kit_state >> 7;
    kit_state ^= kit_state << 17;
    return kit_state;
}

__attribute__((unused)) static bytes kit_noise(size_t size)
{
    bytes out = {malloc(size + 8), size};

    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = kit_random();
        memcpy(out.data + i, &word, 8);
    }
    return out;
}

__attribute__((unused)) static bytes kit_copy(const void *data, size_t size)
{
    bytes out = {malloc(size + 8), size};

    memcpy(out.data, data, size);
    return out;
}

/* `a` grows by these bytes; its room doubles, since a sanitizer's realloc copies each time. */
__attribute__((unused)) static void kit_add(bytes *a, const void *data, size_t size)
{
    if (malloc_usable_size(a->data) < a->size + size + 8)
        a->data = realloc(a->data, 2 * (a->size + size + 8));
    memcpy(a->data + a->size, data, size);
    a->size += size;
}

/* ---- Writing with libarchive --------------------------------------------------------------- */

typedef struct kit_member {
    const char *name;
    bytes content;
} kit_member;

__attribute__((unused)) static la_ssize_t kit_grow(struct archive *a, void *user, const void *data,
                                                   size_t size)
{
    (void)a;
    kit_add(user, data, size);
    return (la_ssize_t)size;
}

/* A writer into *out. NULL when libarchive cannot write the format here. */
__attribute__((unused)) static struct archive *kit_writer(const char *format, const char *filter,
                                                          const char *options, bytes *out)
{
    struct archive *a = archive_write_new();

    *out = (bytes){malloc(1), 0};
    archive_write_set_bytes_per_block(a, 0);
    archive_write_set_bytes_in_last_block(a, 1);
    if (archive_write_set_format_by_name(a, format) != ARCHIVE_OK
        || (filter && archive_write_add_filter_by_name(a, filter) != ARCHIVE_OK)
        || (options && archive_write_set_options(a, options) != ARCHIVE_OK)
        || archive_write_open(a, out, NULL, kit_grow, NULL) != ARCHIVE_OK) {
        printf("# %s %s: %s\n", format, filter ? filter : "", archive_error_string(a));
        archive_write_free(a);
        return NULL;
    }
    return a;
}

__attribute__((unused)) static int kit_put(struct archive *a, const char *name, const void *data,
                                           size_t size)
{
    struct archive_entry *e = archive_entry_new();
    int said;

    archive_entry_copy_pathname(e, name);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_size(e, (la_int64_t)size);
    archive_entry_set_mtime(e, 1600000000, 0);
    said = archive_write_header(a, e);
    archive_entry_free(e);
    if (said < ARCHIVE_WARN)
        return 0;
    return size == 0 || archive_write_data(a, data, size) == (la_ssize_t)size;
}

__attribute__((unused)) static int kit_close(struct archive *a)
{
    int said = archive_write_close(a);

    archive_write_free(a);
    return said == ARCHIVE_OK;
}

/* The members in one archive. Nothing when it cannot be written. */
__attribute__((unused)) static bytes kit_archive(const char *format, const char *options,
                                                 const kit_member *members, size_t count)
{
    bytes out;
    struct archive *a = kit_writer(format, NULL, options, &out);
    int good = a != NULL;

    for (size_t i = 0; good && i < count; i++)
        good = kit_put(a, members[i].name, members[i].content.data, members[i].content.size);
    if (a && !kit_close(a))
        good = 0;
    if (!good) {
        free(out.data);
        return (bytes){NULL, 0};
    }
    return out;
}

/* Bytes compressed as one stream. */
__attribute__((unused)) static bytes kit_compress(const char *filter, const void *data, size_t size)
{
    bytes out;
    struct archive *a = kit_writer("raw", filter, NULL, &out);
    int good = a && kit_put(a, "data", data, size);

    if (a && !kit_close(a))
        good = 0;
    if (!good) {
        free(out.data);
        return (bytes){NULL, 0};
    }
    return out;
}

/* ---- The sink ------------------------------------------------------------------------------ */

#define KIT_ITEMS 4096u

typedef struct kit_item {
    char chain[1200]; /* names below the top item, '|' between; "" for the top item */
    uint64_t number, parent;
    uint32_t depth;
    bytes content;
    int ended;
    const char *format; /* "" for none */
    tt_trouble trouble;
    uint64_t position;
    tutela_origin origin;
    tt_cover cover; /* all zero: it is the image of no disk */
} kit_item;

typedef struct kit_log {
    kit_item *items;
    size_t count;
    uint64_t told;  /* items begun, those beyond KIT_ITEMS too */
    int wrong;      /* an event that may not come */
    int light;      /* keep no bytes */
    uint64_t total; /* bytes told, of all items */
    uint64_t fail_at; /* the event that answers TUTELA_CANCELLED, or 0 */
    uint64_t events;
} kit_log;

__attribute__((unused)) static tutela_status kit_event(kit_log *log)
{
    return ++log->events == log->fail_at ? TUTELA_IO : TUTELA_OK;
}

static void kit_chain(char *out, size_t room, const kit_item *parent, const tt_node *node)
{
    size_t at = parent ? strlen(parent->chain) : 0, size = node->member->name_size;

    memcpy(out, parent ? parent->chain : "", at);
    if (node->depth > 1 && at + 1 < room)
        out[at++] = '|';
    if (size > room - at - 1)
        size = room - at - 1;
    memcpy(out + at, node->member->name, size);
    out[at + size] = 0;
}

__attribute__((unused)) static tutela_status kit_begin(void *user, tt_node *node, tutela_error *error)
{
    kit_log *log = user;
    kit_item *item, *parent = NULL;

    (void)error;
    log->told++;
    if (node->number != log->told || node->parent >= node->number || node->slot || node->bytes
        || (node->depth == 0) != (node->parent == 0) || !node->member != !node->depth)
        log->wrong = __LINE__;
    if (log->count == KIT_ITEMS)
        return kit_event(log);
    item = &log->items[log->count++];
    *item = (kit_item){.number = node->number, .parent = node->parent, .depth = node->depth};
    for (size_t i = 0; i < log->count; i++)
        if (log->items[i].number == node->parent)
            parent = &log->items[i];
    if (node->parent && (!parent || parent->ended || parent->depth + 1 != node->depth))
        log->wrong = __LINE__;
    if (node->member)
        kit_chain(item->chain, sizeof item->chain, parent, node);
    item->content.data = malloc(1);
    node->slot = item;
    return kit_event(log);
}

__attribute__((unused)) static tutela_status kit_bytes(void *user, tt_node *node, const void *data,
                                                       size_t size, tutela_error *error)
{
    kit_log *log = user;
    kit_item *item = node->slot;

    (void)error;
    log->total += size;
    if (size == 0 || node->whole || (item && item->ended))
        log->wrong = __LINE__;
    if (item && !log->light) {
        kit_add(&item->content, data, size);
        if (item->content.size != node->bytes)
            log->wrong = __LINE__;
    }
    return kit_event(log);
}

__attribute__((unused)) static tutela_status kit_end(void *user, tt_node *node,
                                                     const tt_trouble *trouble, uint64_t position,
                                                     tutela_error *error)
{
    kit_log *log = user;
    kit_item *item = node->slot;

    (void)error;
    if (!item)
        return kit_event(log);
    if (item->ended || !trouble->reason
        || (trouble->status == TUTELA_ITEM_CLEAR) != (trouble->reason[0] == 0)
        || (trouble->status == TUTELA_ITEM_CLEAR && position != 0))
        log->wrong = __LINE__;
    item->ended = 1;
    item->format = node->format ? node->format->name : "";
    item->origin = node->member ? node->member->origin : TUTELA_ORIGIN_FILE;
    if (node->cover)
        item->cover = *node->cover;
    item->trouble = *trouble;
    item->position = position;
    return kit_event(log);
}

static const tt_sink kit_sink = {.begin = kit_begin, .bytes = kit_bytes, .end = kit_end};

__attribute__((unused)) static kit_log kit_new(void)
{
    return (kit_log){.items = calloc(KIT_ITEMS, sizeof(kit_item))};
}

__attribute__((unused)) static void kit_clear(kit_log *log)
{
    for (size_t i = 0; i < log->count; i++)
        free(log->items[i].content.data);
    *log = (kit_log){.items = log->items};
}

__attribute__((unused)) static void kit_free(kit_log *log)
{
    kit_clear(log);
    free(log->items);
}

/* A stream that only goes forward, in pieces of an odd size, and may fail. */
typedef struct kit_pipe {
    tt_stream stream;
    const uint8_t *data;
    size_t size, at, piece;
    size_t fail_at; /* SIZE_MAX: it does not */
} kit_pipe;

__attribute__((unused)) static tutela_status kit_pipe_read(tt_stream *stream, void *buffer,
                                                           size_t size, size_t *got,
                                                           tt_trouble *trouble, tutela_error *error)
{
    kit_pipe *p = (kit_pipe *)stream;
    size_t some = p->size - p->at;

    (void)error;
    some = some < size ? some : size;
    some = some < p->piece ? some : p->piece;
    if (p->at + some >= p->fail_at) {
        some = p->fail_at - p->at;
        *trouble = (tt_trouble){TUTELA_ITEM_UNREADABLE, "a hole in the tape"};
    }
    memcpy(buffer, p->data + p->at, some);
    p->at += some;
    *got = some;
    return TUTELA_OK;
}

__attribute__((unused)) static kit_pipe kit_pipe_over(bytes b)
{
    static const tt_stream_ops ops = {kit_pipe_read, NULL};

    return (kit_pipe){.stream = {.ops = &ops}, .data = b.data, .size = b.size, .piece = 1013,
                      .fail_at = SIZE_MAX};
}

/* The tree of some bytes that can be sought in, into an empty log. */
__attribute__((unused)) static tutela_status kit_run(kit_log *log, bytes b, const tt_budget *budget)
{
    tt_memory_stream memory;

    kit_clear(log);
    tt_memory_stream_init(&memory, b.data, b.size);
    return tt_tree_run(&memory.stream, budget, &kit_sink, log, NULL);
}

/* The same for bytes that only go forward. */
__attribute__((unused)) static tutela_status kit_run_pipe(kit_log *log, bytes b,
                                                          const tt_budget *budget)
{
    kit_pipe p = kit_pipe_over(b);

    kit_clear(log);
    return tt_tree_run(&p.stream, budget, &kit_sink, log, NULL);
}

/* The item of that chain, the first if there are several; NULL. */
__attribute__((unused)) static kit_item *kit_find(const kit_log *log, const char *chain)
{
    for (size_t i = 0; i < log->count; i++)
        if (strcmp(log->items[i].chain, chain) == 0)
            return &log->items[i];
    return NULL;
}

/* Every item of the log, as comments, for a failed test. */
__attribute__((unused)) static void kit_show(const kit_log *log)
{
    for (size_t i = 0; i < log->count && i < 40; i++) {
        const kit_item *item = &log->items[i];
        printf("#  %2u %-30.30s %8zu %-8s %-11s %s at %llu\n", item->depth, item->chain,
               item->content.size, item->format ? item->format : "-",
               tutela_item_status_name((int32_t)item->trouble.status), item->trouble.reason,
               (unsigned long long)item->position);
    }
}

__attribute__((unused)) static int kit_is(const kit_item *item, const void *data, size_t size)
{
    return item && item->content.size == size && memcmp(item->content.data, data, size) == 0;
}

#endif
