/*
 * sevenzip_header: see sevenzip_header.h.
 */
#include "unpack/sevenzip_header.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

#define SIGN_SIZE 32u /* before the first stream */
enum { END, HEADER, STREAMS = 4, FILES, PACKS, FOLDERS, PARTS, SIZES, SUMS, LIST, UNPACKED, COUNTS,
       NAMES = 17, PACKED_HEADER = 23 };

static const uint8_t aes_id[] = {0x06, 0xf1, 0x07, 0x01};

/* ---- Numbers ------------------------------------------------------------------------------- */

/* As many bytes follow the first as that has leading ones. */
static uint64_t number(tt_cursor *c)
{
    uint8_t first = tt_cursor_u8(c), mask = 0x80;
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++, mask >>= 1) {
        if (!(first & mask))
            return value | (uint64_t)(first & (mask - 1)) << (8 * i);
        value |= (uint64_t)tt_cursor_u8(c) << (8 * i);
    }
    return value;
}

/* The same, of what is counted. */
static size_t count_of(tt_cursor *c, size_t most)
{
    uint64_t value = number(c);

    if (value > most)
        c->failed = 1;
    return c->failed ? 0 : (size_t)value;
}

static void put_number(tt_buf *out, uint64_t value)
{
    uint8_t bytes[9] = {0xff};

    tt_store64(bytes + 1, value);
    tt_buf_add(out, bytes, sizeof bytes);
}

static void put_byte(tt_buf *out, unsigned byte)
{
    tt_buf_add_char(out, (char)byte);
}

/* ---- Packed streams ------------------------------------------------------------------------ */

static void parse_packs(tt_cursor *c, tt_sevenzip_header *h)
{
    uint64_t place = number(c);

    h->pack_count = count_of(c, TT_SEVENZIP_FOLDERS_MAX);
    if (c->failed || h->pack_count == 0 || tt_cursor_u8(c) != SIZES
        || __builtin_add_overflow(place, SIGN_SIZE, &place)) {
        c->failed = 1;
        return;
    }
    h->packs = tt_alloc(h->pack_count, sizeof *h->packs);
    c->failed |= !h->packs;
    for (size_t i = 0; i < h->pack_count && !c->failed; i++) {
        h->packs[i].place = place;
        h->packs[i].size = h->packs[i].plain = number(c);
        c->failed |= __builtin_add_overflow(place, h->packs[i].size, &place);
    }
    c->failed |= tt_cursor_u8(c) != END; /* checksums of packed streams: nobody writes them */
}

/* ---- Folders ------------------------------------------------------------------------------- */

static void parse_coder(tt_cursor *c, tt_sevenzip_coder *out)
{
    uint8_t flags = tt_cursor_u8(c);

    *out = (tt_sevenzip_coder){.id_size = flags & 15, .ins = 1, .outs = 1};
    out->id = tt_cursor_take(c, out->id_size);
    if (flags & 0x10) {
        out->ins = (unsigned)count_of(c, TT_SEVENZIP_CODERS_MAX);
        out->outs = (unsigned)count_of(c, TT_SEVENZIP_CODERS_MAX);
    }
    if (flags & 0x20) {
        out->properties_size = count_of(c, tt_cursor_left(c));
        out->properties = tt_cursor_take(c, out->properties_size);
    }
    c->failed |= (flags & 0xc0) != 0;
}

static int is_bound(const tt_sevenzip_folder *f, unsigned in)
{
    for (unsigned i = 0; i < f->bind_count; i++)
        if (f->binds[i].in == in)
            return 1;
    return 0;
}

static void parse_binds(tt_cursor *c, tt_sevenzip_folder *f, unsigned ins)
{
    f->bind_count = f->outs - 1;
    for (unsigned i = 0; i < f->bind_count; i++) {
        f->binds[i].in = (unsigned)count_of(c, ins - 1);
        f->binds[i].out = (unsigned)count_of(c, f->outs - 1);
    }
    f->packed_count = ins - f->bind_count;
    if (f->packed_count == 1) {
        while (f->packed[0] < ins && is_bound(f, f->packed[0]))
            f->packed[0]++;
        c->failed |= f->packed[0] == ins;
        return;
    }
    for (unsigned i = 0; i < f->packed_count; i++)
        f->packed[i] = (unsigned)count_of(c, ins - 1);
}

static void parse_folder(tt_cursor *c, tt_sevenzip_folder *f)
{
    unsigned ins = 0;

    f->coder_count = (unsigned)count_of(c, TT_SEVENZIP_CODERS_MAX);
    for (unsigned i = 0; i < f->coder_count && !c->failed; i++) {
        parse_coder(c, &f->coders[i]);
        ins += f->coders[i].ins;
        f->outs += f->coders[i].outs;
    }
    if (c->failed || f->outs == 0 || f->outs > TT_SEVENZIP_CODERS_MAX || ins > TT_SEVENZIP_CODERS_MAX
        || ins < f->outs)
        c->failed = 1;
    else
        parse_binds(c, f, ins);
}

/* Which of `count` have a checksum: *all is 1 when each has. *sums: what they are, when all are stored. */
static void parse_sums(tt_cursor *c, size_t count, int *all, const uint8_t **sums)
{
    size_t summed = 0;
    uint8_t bits = 0;

    *all = tt_cursor_u8(c) != 0;
    c->failed |= count / 8 > tt_cursor_left(c);
    for (size_t i = 0; i < count && !c->failed; i++) {
        if (!*all && i % 8 == 0)
            bits = tt_cursor_u8(c);
        summed += *all || bits & 0x80 >> i % 8;
    }
    *all |= summed == count;
    *sums = tt_cursor_take(c, c->failed ? 0 : 4 * summed);
}

/* The folders' own: of all of them or of none, or they are left out. */
static void parse_folder_sums(tt_cursor *c, tt_sevenzip_header *h)
{
    const uint8_t *sums;
    int all;

    parse_sums(c, h->folder_count, &all, &sums);
    for (size_t i = 0; i < h->folder_count && all && !c->failed; i++) {
        h->folders[i].summed = 1;
        h->folders[i].sum = tt_load32(sums + 4 * i);
    }
    c->failed |= !all; /* 7-Zip writes them for packed headers alone */
}

static void parse_folders(tt_cursor *c, tt_sevenzip_header *h)
{
    unsigned kind;

    c->failed |= tt_cursor_u8(c) != LIST;
    h->folder_count = count_of(c, TT_SEVENZIP_FOLDERS_MAX);
    c->failed |= tt_cursor_u8(c) != 0 || h->folder_count == 0; /* they may lie elsewhere: nobody does that */
    if (c->failed)
        return;
    h->folders = tt_alloc(h->folder_count, sizeof *h->folders);
    c->failed |= !h->folders;
    for (size_t i = 0; i < h->folder_count && !c->failed; i++)
        parse_folder(c, &h->folders[i]);
    c->failed |= tt_cursor_u8(c) != UNPACKED;
    for (size_t i = 0; i < h->folder_count && !c->failed; i++)
        for (unsigned k = 0; k < h->folders[i].outs; k++)
            h->folders[i].sizes[k] = number(c);
    kind = tt_cursor_u8(c);
    if (kind == SUMS && !c->failed) {
        parse_folder_sums(c, h);
        kind = tt_cursor_u8(c);
    }
    c->failed |= kind != END;
}

/* ---- Encryption ---------------------------------------------------------------------------- */

static int is_aes(const tt_sevenzip_coder *coder)
{
    return coder->id_size == sizeof aes_id && memcmp(coder->id, aes_id, sizeof aes_id) == 0;
}

/* Its properties: rounds, salt and first block. */
static int parse_aes(const tt_sevenzip_coder *coder, tt_sevenzip_aes *out)
{
    tt_cursor c = tt_cursor_over(coder->properties, coder->properties_size);
    unsigned first = tt_cursor_u8(&c), second = first & 0xc0 ? tt_cursor_u8(&c) : 0;
    size_t iv = (first >> 6 & 1) + (second & 15);
    const uint8_t *bytes;

    *out = (tt_sevenzip_aes){.cycles = first & 63, .salt_size = (first >> 7) + (second >> 4)};
    bytes = tt_cursor_take(&c, out->salt_size + iv);
    if (!bytes || c.failed || coder->ins != 1 || coder->outs != 1)
        return 0;
    memcpy(out->salt, bytes, out->salt_size);
    memcpy(out->iv, bytes + out->salt_size, iv);
    return 1;
}

/* Take a coder of one input and one output out of a chain; what it gave goes by `in` from now on. */
static void cut_coder(tt_sevenzip_folder *f, unsigned which, unsigned in, unsigned out)
{
    memmove(f->coders + which, f->coders + which + 1, (f->coder_count - which - 1) * sizeof *f->coders);
    memmove(f->sizes + out, f->sizes + out + 1, (f->outs - out - 1) * sizeof *f->sizes);
    f->coder_count--;
    f->outs--;
    for (unsigned i = 0; i < f->bind_count; i++) {
        f->binds[i].in -= f->binds[i].in > in;
        f->binds[i].out -= f->binds[i].out > out;
    }
    for (unsigned i = 0; i < f->packed_count; i++)
        f->packed[i] -= f->packed[i] > in;
}

/* What a coder deciphers comes deciphered: without it the stream goes where its output went. */
static int bypass(tt_sevenzip_folder *f, unsigned which, unsigned in, unsigned out,
                  tt_sevenzip_pack *packs)
{
    static const uint8_t copy[1] = {0};
    tt_sevenzip_pack *pack;
    unsigned p = 0, b = 0;

    while (p < f->packed_count && f->packed[p] != in)
        p++;
    while (b < f->bind_count && f->binds[b].out != out)
        b++;
    if (p == f->packed_count)
        return 0;
    pack = &packs[p];
    if (pack->locked || !parse_aes(&f->coders[which], &pack->aes))
        return 0;
    pack->locked = 1;
    pack->plain = f->sizes[out];
    if (pack->size % 16 != 0 || pack->plain > pack->size || pack->size - pack->plain >= 16)
        return 0;
    if (b == f->bind_count) { /* its output is the folder's */
        f->coders[which] = (tt_sevenzip_coder){.id = copy, .id_size = 1, .ins = 1, .outs = 1};
        return 1;
    }
    f->packed[p] = f->binds[b].in;
    memmove(f->binds + b, f->binds + b + 1, (f->bind_count - b - 1) * sizeof *f->binds);
    f->bind_count--;
    cut_coder(f, which, in, out);
    return 1;
}

/* Every AES coder out of a folder. *locked: there was one. */
static int decipher_folder(tt_sevenzip_folder *f, tt_sevenzip_pack *packs, int *locked)
{
    unsigned in = 0, out = 0;

    *locked = 0;
    for (unsigned i = 0; i < f->coder_count;) {
        unsigned before = f->coder_count;
        if (is_aes(&f->coders[i])) {
            *locked = 1;
            if (!bypass(f, i, in, out, packs))
                return 0;
        }
        if (f->coder_count == before) {
            in += f->coders[i].ins;
            out += f->coders[i].outs;
            i++;
        }
    }
    return 1;
}

static int decipher(tt_sevenzip_header *h)
{
    size_t pack = 0;
    uint64_t file = 0;
    int locked;

    for (size_t i = 0; i < h->folder_count; i++) {
        tt_sevenzip_folder *f = &h->folders[i];
        uint64_t next = file + f->files;
        if (f->packed_count > h->pack_count - pack
            || !decipher_folder(f, h->packs + pack, &locked))
            return 0;
        pack += f->packed_count;
        if (locked && !h->locked) {
            h->locked = 1;
            h->first = file;
            h->end = next;
        }
        file = next;
    }
    return pack == h->pack_count;
}

/* ---- Files in folders ---------------------------------------------------------------------- */

static int has_own_sum(const tt_sevenzip_folder *f)
{
    return f->files == 1 && f->summed;
}

/* How many each folder holds, and whether each of them has a checksum. */
static void parse_parts(tt_cursor *c, tt_sevenzip_header *h)
{
    size_t start = c->at, sums = 0;
    unsigned kind = tt_cursor_u8(c);
    int all = 1;

    if (kind == COUNTS) {
        for (size_t i = 0; i < h->folder_count; i++)
            h->folders[i].files = (uint32_t)count_of(c, TT_SEVENZIP_HEADER_MAX);
        kind = tt_cursor_u8(c);
    }
    if (kind == SIZES) {
        for (size_t i = 0; i < h->folder_count; i++)
            for (uint32_t k = 1; k < h->folders[i].files && !c->failed; k++)
                (void)number(c);
        kind = tt_cursor_u8(c);
    }
    h->parts = c->data + start;
    h->parts_size = c->failed ? 0 : c->at - 1 - start;
    for (size_t i = 0; i < h->folder_count; i++)
        sums += has_own_sum(&h->folders[i]) ? 0 : h->folders[i].files;
    if (kind == SUMS) {
        parse_sums(c, sums, &all, &h->sums);
        sums = 0;
        kind = tt_cursor_u8(c);
    }
    h->summed = all && sums == 0;
    c->failed |= kind != END;
}

/* What folders hold; where nothing is said of that, each is one file. The rest is for others. */
static void parse_files(tt_cursor *c, tt_sevenzip_header *h)
{
    unsigned kind = tt_cursor_u8(c);

    if (kind == PARTS) {
        parse_parts(c, h);
    } else {
        c->failed |= kind != END;
        c->at -= kind == END; /* it is the first of the rest */
        h->summed = 1;
        for (size_t i = 0; i < h->folder_count; i++)
            h->summed &= has_own_sum(&h->folders[i]);
    }
    h->rest = c->data + c->at;
    h->rest_size = c->size - c->at;
}

/* ---- All of it ----------------------------------------------------------------------------- */

int tt_sevenzip_header_parse(tt_sevenzip_header *out, const uint8_t *bytes, size_t size)
{
    tt_cursor c = tt_cursor_over(bytes, size);
    unsigned kind = tt_cursor_u8(&c);
    int packed = kind == PACKED_HEADER;

    if ((kind != HEADER && !packed) || (!packed && tt_cursor_u8(&c) != STREAMS)
        || tt_cursor_u8(&c) != PACKS)
        return 0;
    parse_packs(&c, out);
    c.failed |= tt_cursor_u8(&c) != FOLDERS;
    if (!c.failed)
        parse_folders(&c, out);
    if (c.failed)
        return 0;
    for (size_t i = 0; i < out->folder_count; i++)
        out->folders[i].files = 1;
    if (packed) {
        out->summed = out->folder_count == 1 && out->folders[0].summed;
        return out->folder_count == 1 && decipher(out);
    }
    parse_files(&c, out);
    return !c.failed && decipher(out);
}

void tt_sevenzip_header_done(tt_sevenzip_header *header)
{
    tt_free(header->packs);
    tt_free(header->folders);
    *header = (tt_sevenzip_header){0};
}

static void write_folder(const tt_sevenzip_folder *f, tt_buf *out)
{
    put_number(out, f->coder_count);
    for (unsigned i = 0; i < f->coder_count; i++) {
        const tt_sevenzip_coder *coder = &f->coders[i];
        put_byte(out, (unsigned)coder->id_size | 0x10 | (coder->properties_size ? 0x20 : 0));
        tt_buf_add(out, coder->id, coder->id_size);
        put_number(out, coder->ins);
        put_number(out, coder->outs);
        if (coder->properties_size) {
            put_number(out, coder->properties_size);
            tt_buf_add(out, coder->properties, coder->properties_size);
        }
    }
    for (unsigned i = 0; i < f->bind_count; i++) {
        put_number(out, f->binds[i].in);
        put_number(out, f->binds[i].out);
    }
    for (unsigned i = 0; i < f->packed_count && f->packed_count > 1; i++)
        put_number(out, f->packed[i]);
}

/*
 * All checksums in one list: libarchive does not look at those of folders. Without any, each file is as it is.
 */
static void write_sums(const tt_sevenzip_header *h, tt_buf *out)
{
    const uint8_t *next = h->sums;
    uint8_t sum[4];
    uint64_t files = 0;

    for (size_t i = 0; i < h->folder_count; i++)
        files += h->folders[i].files;
    if (!h->summed || files == 0)
        return;
    put_byte(out, SUMS);
    put_byte(out, 1);
    for (size_t i = 0; i < h->folder_count; i++) {
        const tt_sevenzip_folder *f = &h->folders[i];
        size_t size = 4 * (size_t)f->files;
        if (has_own_sum(f)) {
            tt_store32(sum, f->sum);
            tt_buf_add(out, sum, sizeof sum);
        } else if (size > 0) {
            tt_buf_add(out, next, size);
            next += size;
        }
    }
}

void tt_sevenzip_header_write(const tt_sevenzip_header *h, tt_buf *out)
{
    /* One file, and its name. */
    static const uint8_t lone[] = {END, FILES, 1, NAMES, 5, 0, 'h', 0, 0, 0, END, END};

    put_byte(out, HEADER);
    put_byte(out, STREAMS);
    put_byte(out, PACKS);
    put_number(out, 0);
    put_number(out, h->pack_count);
    put_byte(out, SIZES);
    for (size_t i = 0; i < h->pack_count; i++)
        put_number(out, h->packs[i].plain);
    put_byte(out, END);
    put_byte(out, FOLDERS);
    put_byte(out, LIST);
    put_number(out, h->folder_count);
    put_byte(out, 0);
    for (size_t i = 0; i < h->folder_count; i++)
        write_folder(&h->folders[i], out);
    put_byte(out, UNPACKED);
    for (size_t i = 0; i < h->folder_count; i++)
        for (unsigned k = 0; k < h->folders[i].outs; k++)
            put_number(out, h->folders[i].sizes[k]);
    put_byte(out, END);
    put_byte(out, PARTS);
    tt_buf_add(out, h->parts, h->parts_size);
    write_sums(h, out);
    put_byte(out, END);
    if (h->rest)
        tt_buf_add(out, h->rest, h->rest_size);
    else
        tt_buf_add(out, lone, sizeof lone);
}
