/*
 * unpack_ole: OLE2 compound files and what Office puts into their streams, put together byte by byte.
 */
#ifndef TT_TESTS_UNPACK_OLE_H
#define TT_TESTS_UNPACK_OLE_H

#include "unpack_made.h"

/* ---- Compound files ------------------------------------------------------------------------ */

#define OLE_ENTRIES 64u
#define OLE_FREE 0xffffffffu
#define OLE_END 0xfffffffeu

/* A path, '/' between storages; characters of one byte each. */
typedef struct ole_part {
    const char *name;
    bytes content;
} ole_part;

typedef struct ole_entry {
    char path[200];
    unsigned type;
    uint32_t left, right, child, start;
    bytes content;
} ole_entry;

typedef struct ole_file {
    unsigned shift;
    uint32_t step;    /* the n-th sector taken is n * step, modulo how many there are */
    uint32_t sectors, taken;
    uint32_t *fat;
    bytes out;
    ole_entry entries[OLE_ENTRIES];
    uint32_t count;
    bytes mini, mini_fat;
} ole_file;

__attribute__((unused)) static uint32_t ole_find(const ole_file *f, const char *path)
{
    for (uint32_t i = 0; i < f->count; i++)
        if (strcmp(f->entries[i].path, path) == 0)
            return i;
    return OLE_FREE;
}

/* The entry of a path, with the storages above it; hung into its storage's tree at random. */
__attribute__((unused)) static uint32_t ole_entry_of(ole_file *f, const char *path, unsigned type)
{
    char above[200] = "";
    const char *slash = strrchr(path, '/');
    uint32_t parent = 0, id = ole_find(f, path), *at;

    if (id != OLE_FREE && type == 1)
        return id;
    if (slash) {
        snprintf(above, sizeof above, "%.*s", (int)(slash - path), path);
        parent = ole_entry_of(f, above, 1);
    }
    id = f->count++;
    f->entries[id] = (ole_entry){.type = type, .left = OLE_FREE, .right = OLE_FREE,
                                 .child = OLE_FREE, .start = type == 1 ? 0 : OLE_END};
    snprintf(f->entries[id].path, sizeof above, "%s", path);
    at = &f->entries[parent].child;
    while (*at != OLE_FREE)
        at = kit_random() % 2 ? &f->entries[*at].left : &f->entries[*at].right;
    *at = id;
    return id;
}

__attribute__((unused)) static uint32_t ole_take(ole_file *f)
{
    return (uint32_t)((uint64_t)f->taken++ * f->step % f->sectors);
}

/* Bytes into sectors of their own; the first one's number. `mark` 0: a chain; else what each is. */
__attribute__((unused)) static uint32_t ole_store(ole_file *f, bytes b, uint32_t mark, uint32_t *list)
{
    size_t size = (size_t)1 << f->shift;
    uint32_t first = OLE_END, last = OLE_END;

    for (size_t at = 0, i = 0; at < b.size; at += size, i++) {
        uint32_t sector = ole_take(f);
        size_t some = b.size - at < size ? b.size - at : size;
        memcpy(f->out.data + ((size_t)sector + 1) * size, b.data + at, some);
        if (list)
            list[i] = sector;
        f->fat[sector] = mark ? mark : OLE_END;
        if (!mark && last != OLE_END)
            f->fat[last] = sector;
        if (first == OLE_END)
            first = sector;
        last = sector;
    }
    return first;
}

__attribute__((unused)) static void ole_store_stream(ole_file *f, ole_entry *e)
{
    uint32_t first = (uint32_t)(f->mini.size / 64);
    size_t blocks = (e->content.size + 63) / 64;

    if (e->content.size == 0)
        return;
    if (e->content.size >= 4096) {
        e->start = ole_store(f, e->content, 0, NULL);
        return;
    }
    e->start = first;
    for (size_t i = 1; i <= blocks; i++)
        PUT32(&f->mini_fat, i < blocks ? first + i : OLE_END);
    kit_add(&f->mini, e->content.data, e->content.size);
    while (f->mini.size % 64)
        kit_add(&f->mini, "", 1);
}

__attribute__((unused)) static void ole_put_entry(bytes *out, const ole_entry *e, uint64_t size)
{
    const char *slash = strrchr(e->path, '/'), *name = slash ? slash + 1 : e->path;
    uint8_t raw[64] = {0};
    size_t length = strlen(name);

    for (size_t i = 0; i < length && i < 31; i++)
        raw[2 * i] = (uint8_t)name[i];
    kit_add(out, raw, 64);
    PUT16(out, 2 * length + 2);
    put_number(out, e->type, 1);
    put_number(out, 1, 1);
    PUT32(out, e->left);
    PUT32(out, e->right);
    PUT32(out, e->child);
    for (int i = 0; i < 9; i++)
        PUT32(out, 0);
    PUT32(out, e->start);
    put_number(out, size, 8);
}

/* Where the table lies: in the header, and behind its 109 places in sectors of its own. */
__attribute__((unused)) static void ole_put_tables(ole_file *f, bytes *head, uint32_t tables)
{
    uint32_t per = (1u << f->shift) / 4, lists = 0, *at;
    bytes fat, rest = nothing(), list;

    if (tables > 109)
        lists = (tables - 109 + per - 2) / (per - 1);
    at = calloc(tables + lists + 1, 4);
    for (uint32_t i = 0; i < tables; i++)
        at[i] = (uint32_t)((uint64_t)(f->taken + i) * f->step % f->sectors);
    for (uint32_t i = 0; i < lists; i++) {
        at[tables + i] = (uint32_t)((uint64_t)(f->taken + tables + i) * f->step % f->sectors);
        f->fat[at[tables + i]] = 0xfffffffcu;
    }
    for (uint32_t i = 0; i < tables; i++)
        f->fat[at[i]] = 0xfffffffdu;
    fat = (bytes){malloc((size_t)tables << f->shift), (size_t)tables << f->shift};
    memset(fat.data, 0xff, fat.size);
    for (uint32_t i = 0; i < f->sectors; i++)
        for (int k = 0; k < 4; k++)
            fat.data[(size_t)4 * i + (size_t)k] = (uint8_t)(f->fat[i] >> (8 * k));
    ole_store(f, fat, 0xfffffffdu, NULL);
    for (uint32_t i = 0; i < lists; i++) {
        for (uint32_t k = 0; k < per - 1; k++)
            PUT32(&rest, 109 + i * (per - 1) + k < tables ? at[109 + i * (per - 1) + k] : OLE_FREE);
        PUT32(&rest, i + 1 < lists ? at[tables + i + 1] : OLE_END);
    }
    ole_store(f, rest, 0xfffffffcu, NULL);
    PUT32(head, lists ? at[tables] : OLE_END);
    PUT32(head, lists);
    list = nothing();
    for (uint32_t i = 0; i < 109; i++)
        PUT32(&list, i < tables ? at[i] : OLE_FREE);
    kit_add(head, list.data, list.size);
    free(list.data);
    free(rest.data);
    free(fat.data);
    free(at);
}

/* The header's fields up to the first mini table's. */
__attribute__((unused)) static void ole_put_head(const ole_file *f, bytes *head, uint32_t tables,
                                                 uint32_t directory, uint32_t mini_fat)
{
    static const uint8_t none[16];

    kit_add(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    kit_add(head, none, 16);
    PUT16(head, 0x3e);
    PUT16(head, f->shift == 9 ? 3 : 4);
    PUT16(head, 0xfffe);
    PUT16(head, f->shift);
    PUT16(head, 6);
    kit_add(head, none, 6);
    PUT32(head, 0);
    PUT32(head, tables);
    PUT32(head, directory);
    PUT32(head, 0);
    PUT32(head, 4096);
    PUT32(head, mini_fat);
    PUT32(head, (f->mini_fat.size + (1u << f->shift) - 1) >> f->shift);
}

/* Sectors of 1 << shift bytes, a multiple of the same `step` apart (1: in order). */
__attribute__((unused)) static bytes ole_of(const ole_part *parts, size_t count, unsigned shift,
                                            uint32_t step)
{
    ole_file *f = calloc(1, sizeof *f);
    size_t size = (size_t)1 << shift, wanted = 0;
    uint32_t tables, mini_fat, directory;
    bytes head = nothing(), entries = nothing(), out;

    f->shift = shift;
    f->mini = nothing();
    f->mini_fat = nothing();
    f->count = 1;
    f->entries[0] = (ole_entry){.path = "Root Entry", .type = 5, .left = OLE_FREE,
                                .right = OLE_FREE, .child = OLE_FREE, .start = OLE_END};
    for (size_t i = 0; i < count; i++)
        f->entries[ole_entry_of(f, parts[i].name, 2)].content = parts[i].content;
    for (uint32_t i = 0; i < f->count; i++)
        wanted += f->entries[i].content.size / size + 1;
    wanted += f->count * 384u / size + 6; /* the entries, and the table of mini sectors */
    tables = (uint32_t)(wanted / (size / 4) + 1);
    wanted += tables + tables / (size / 4 - 1) + 2;
    tables = (uint32_t)(wanted / (size / 4) + 1);
    f->sectors = (uint32_t)wanted;
    f->step = step;
    while (step > 1 && f->sectors % step == 0)
        f->sectors++;
    f->fat = malloc(f->sectors * sizeof *f->fat);
    memset(f->fat, 0xff, f->sectors * sizeof *f->fat);
    f->out = (bytes){calloc(f->sectors + 1, size), (f->sectors + 1) * size};
    for (uint32_t i = 1; i < f->count; i++)
        ole_store_stream(f, &f->entries[i]);
    f->entries[0].start = ole_store(f, f->mini, 0, NULL);
    while (f->mini_fat.size % size)
        PUT32(&f->mini_fat, OLE_FREE);
    mini_fat = ole_store(f, f->mini_fat, 0, NULL);
    for (uint32_t i = 0; i < f->count; i++)
        ole_put_entry(&entries, &f->entries[i], i ? f->entries[i].content.size : f->mini.size);
    directory = ole_store(f, entries, 0, NULL);
    ole_put_head(f, &head, tables, directory, mini_fat);
    ole_put_tables(f, &head, tables);
    memcpy(f->out.data, head.data, head.size);
    out = f->out;
    free(head.data);
    free(entries.data);
    free(f->mini.data);
    free(f->mini_fat.data);
    free(f->fat);
    free(f);
    return out;
}

/* ---- What lies in streams ------------------------------------------------------------------ */

/* A package, as Windows writes it. */
__attribute__((unused)) static bytes package_of(const char *label, bytes file, int with_tail)
{
    bytes out = nothing(), body = nothing();
    const char *path = "C:\\Temp\\x.bin";

    PUT16(&body, 2);
    kit_add(&body, label, strlen(label) + 1);
    kit_add(&body, path, strlen(path) + 1);
    PUT16(&body, 0);
    PUT16(&body, 3);
    PUT32(&body, strlen(path) + 1);
    kit_add(&body, path, strlen(path) + 1);
    PUT32(&body, file.size);
    kit_add(&body, file.data, file.size);
    for (int i = 0; i < 3 && with_tail; i++) {
        PUT32(&body, 2);
        kit_add(&body, "a\0b\0", 4);
    }
    PUT32(&out, body.size);
    kit_add(&out, body.data, body.size);
    free(body.data);
    return out;
}

/* A picture's record. */
__attribute__((unused)) static void put_blip(bytes *out, unsigned type, unsigned instance,
                                             const void *data, size_t size)
{
    size_t digests = 1 + instance % 2;

    PUT16(out, instance << 4);
    PUT16(out, type);
    PUT32(out, digests * 16 + 1 + size);
    for (size_t i = 0; i < digests * 2; i++)
        put_number(out, kit_random(), 8);
    put_number(out, 0xff, 1);
    kit_add(out, data, size);
}

/* A metafile's, deflated, or not when `plain`. */
__attribute__((unused)) static void put_metafile(bytes *out, unsigned type, unsigned instance,
                                                 bytes file, int plain)
{
    uLongf size = compressBound((uLong)file.size);
    bytes packed = {malloc(size + 8), 0};
    size_t digests = 1 + instance % 2;

    compress(packed.data, &size, file.data, (uLong)file.size);
    packed.size = size;
    if (plain) {
        free(packed.data);
        packed = kit_copy(file.data, file.size);
    }
    PUT16(out, instance << 4);
    PUT16(out, type);
    PUT32(out, digests * 16 + 34 + packed.size);
    for (size_t i = 0; i < digests * 2; i++)
        put_number(out, kit_random(), 8);
    PUT32(out, file.size);
    for (int i = 0; i < 3; i++)
        put_number(out, 0, 8);
    PUT32(out, packed.size);
    put_number(out, plain ? 0xfe : 0, 1);
    put_number(out, 0xfe, 1);
    kit_add(out, packed.data, packed.size);
    free(packed.data);
}

/* An entry of the list of pictures around a picture's record. */
__attribute__((unused)) static void put_entry(bytes *out, bytes record)
{
    PUT16(out, 0x52);
    PUT16(out, 0xf007);
    PUT32(out, 36 + record.size);
    for (int i = 0; i < 9; i++)
        PUT32(out, 0x05050000u * (i == 0));
    kit_add(out, record.data, record.size);
}

/* A record that holds others. */
__attribute__((unused)) static void put_box(bytes *out, unsigned type, bytes content)
{
    PUT16(out, 15);
    PUT16(out, type);
    PUT32(out, content.size);
    kit_add(out, content.data, content.size);
}

/* Noise that begins like a picture of that kind: "\xff\xd8\xff" and so on. */
__attribute__((unused)) static bytes picture_of(const char *sign, size_t length, size_t size)
{
    bytes out = kit_noise(size);

    memcpy(out.data, sign, length);
    return out;
}

/* An Excel stream: a first record, drawings in records of at most `most` bytes, others, the end. */
__attribute__((unused)) static bytes excel_of(bytes drawings, size_t most, unsigned goes_on)
{
    static const uint8_t first[20] = {9, 8, 16, 0, 0, 6, 5, 0};
    bytes out = kit_copy(first, sizeof first), noise = kit_noise(200);

    PUT16(&out, 0x42);
    PUT16(&out, 2);
    PUT16(&out, 1200);
    for (size_t at = 0; at < drawings.size; at += most) {
        size_t some = drawings.size - at < most ? drawings.size - at : most;
        PUT16(&out, at == 0 ? 0xeb : goes_on);
        PUT16(&out, some);
        kit_add(&out, drawings.data + at, some);
    }
    for (int i = 0; i < 2; i++) { /* another record that goes on, and is no drawing */
        PUT16(&out, i ? 0x3c : 0xfc);
        PUT16(&out, noise.size);
        kit_add(&out, noise.data, noise.size);
    }
    PUT16(&out, 0x0a);
    PUT16(&out, 0);
    free(noise.data);
    return out;
}

#endif
