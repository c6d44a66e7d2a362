/*
 * t_disk_media_aff: what AFF files may say: pages that are missing, marked, damaged, there twice, encrypted, or
 * of other files; and where the image ends. The files are made here, by the paper of what AFFLIB writes.
 */
#include "media_kit.h"

#include "digest/digest.h"

#include <zlib.h>

#define PAGE 4096u
#define PAGES 5u
#define DISK (PAGES * PAGE - 1000)
#define SECTOR 512u

static uint8_t disk[PAGES * PAGE], flag[SECTOR];

/* ---- Making one ---------------------------------------------------------------------------- */

static void put32(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void add(bytes *b, const void *data, size_t size)
{
    b->data = realloc(b->data, b->size + size + 1);
    if (size > 0)
        memcpy(b->data + b->size, data, size);
    b->size += size;
}

static void segment(bytes *b, const char *name, uint32_t number, const void *data, size_t size)
{
    uint8_t head[16] = "AFF", tail[8] = "ATT";

    put32(head + 4, (uint32_t)strlen(name));
    put32(head + 8, (uint32_t)size);
    put32(head + 12, number);
    put32(tail + 4, (uint32_t)(sizeof head + strlen(name) + size + sizeof tail));
    add(b, head, sizeof head);
    add(b, name, strlen(name));
    add(b, data, size);
    add(b, tail, sizeof tail);
}

static void page(bytes *b, unsigned n)
{
    uint8_t packed[PAGE * 2];
    uLongf size = sizeof packed;
    uint32_t left = n + 1 < PAGES ? PAGE : DISK - n * PAGE;
    char name[32];

    snprintf(name, sizeof name, "page%u", n);
    if (n % 2 == 0) {
        segment(b, name, 0, disk + n * PAGE, left);
    } else if (n == 3) {
        put32(packed, left);
        segment(b, name, 0x33, packed, 4);
    } else {
        compress2(packed, &size, disk + n * PAGE, left, 6);
        segment(b, name, 1, packed, size);
    }
}

/* What is to be different. */
typedef struct plan {
    const char *kind;   /* instead of "AFF" */
    unsigned without;   /* pages, by bits */
    int unsized;        /* no size of the disk */
    int undigested;     /* no digest of it */
    uint64_t size;      /* what is stated, or 0 */
    void (*before)(bytes *b); /* what comes before the pages */
    void (*after)(bytes *b);  /* and behind them */
} plan;

static bytes make(const plan *p)
{
    bytes b = {NULL, 0};
    tt_digests of;
    uint8_t quad[8] = {0};
    uint64_t size = p->size ? p->size : DISK;

    add(&b, "AFF10\r\n", 8);
    segment(&b, "badflag", 0, flag, sizeof flag);
    segment(&b, "aff_file_type", 0, p->kind ? p->kind : "AFF", 3);
    segment(&b, "pagesize", PAGE, NULL, 0);
    segment(&b, "sectorsize", SECTOR, NULL, 0);
    if (p->before)
        p->before(&b);
    for (unsigned n = 0; n < PAGES; n++)
        if (!(p->without >> n & 1))
            page(&b, n);
    put32(quad, (uint32_t)size);
    put32(quad + 4, (uint32_t)(size >> 32));
    if (!p->unsized)
        segment(&b, "imagesize", 2, quad, sizeof quad);
    if (tt_digest_bytes(TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1), disk, DISK, &of, NULL) != TUTELA_OK)
        abort();
    if (!p->undigested) {
        segment(&b, "md5", 0, of.value[TUTELA_MD5], 16);
        segment(&b, "sha1", 0, of.value[TUTELA_SHA1], 20);
    }
    if (p->after)
        p->after(&b);
    return b;
}

/* ---- Looking at it ------------------------------------------------------------------------- */

/* What each page brings, a letter for each: "." all of it, a digit its whole sectors, and then why no more. */
static const char *pages_of(opened *o, char out[64])
{
    static uint8_t buffer[PAGE];
    size_t at = 0;

    for (uint64_t from = 0; from < tt_media_stream(o->media)->size && at < 60; from += PAGE) {
        tt_trouble trouble;
        size_t got = kit_read(o, from, buffer, PAGE, &trouble);
        if (memcmp(buffer, disk + from, got) != 0)
            out[at++] = '!';
        if (trouble.status == TUTELA_ITEM_CLEAR) {
            out[at++] = '.';
            continue;
        }
        out[at++] = (char)('0' + got / SECTOR);
        out[at++] = trouble.status == TUTELA_ITEM_UNREADABLE    ? 'u'
                    : trouble.status == TUTELA_ITEM_ENCRYPTED   ? 'e'
                    : trouble.status == TUTELA_ITEM_UNSUPPORTED ? 'x'
                                                                : 'm';
    }
    out[at] = 0;
    return out;
}

static void expect(const char *what, bytes image, const char *pages, tutela_item_status status,
                   const char *reason)
{
    char text[64];
    tt_trouble trouble;
    opened o;

    kit_open(&o, &tt_media_aff, image);
    trouble = o.trouble;
    if (o.media) {
        is_text(pages_of(&o, text), pages, "%s: its pages", what);
        ok(tt_media_verify(o.media, &trouble, NULL) == TUTELA_OK, "%s: compared", what);
    } else {
        ok(pages == NULL, "%s: not opened", what);
    }
    is_i64(trouble.status, status, "%s: status", what);
    is_text(trouble.reason, reason, "%s: why", what);
    tt_media_close(o.media);
    free(image.data);
}

#define CLEAR TUTELA_ITEM_CLEAR, ""
#define NEVER TUTELA_ITEM_UNREADABLE, "sectors that were not read when it was made"
#define CUT TUTELA_ITEM_MALFORMED, "damaged or cut off"
#define HEADER TUTELA_ITEM_MALFORMED, "a header that is not in order"
#define SEALED TUTELA_ITEM_ENCRYPTED, "encrypted"
#define ANOTHER TUTELA_ITEM_UNSUPPORTED, "an image that needs another one"

static void old_names(bytes *b)
{
    segment(b, "segsize", PAGE, NULL, 0);
    segment(b, "seg2", 0, disk + 2 * PAGE, PAGE);
    segment(b, "", 0, "page9", 5); /* deleted */
    segment(b, "page2_md5", 0, "0123456789abcdef", 16);
    segment(b, "page2/sha256", 0, "x", 1);
}

static void sealed_page(bytes *b) { segment(b, "page2/aes256", 0, disk, PAGE); }
static void sealed_size(bytes *b) { segment(b, "imagesize/aes256", 0, disk, 16); }
static void once_more(bytes *b) { segment(b, "page2", 0, flag, SECTOR); }
static void beyond(bytes *b) { segment(b, "page5", 0, disk, 100); }
static void large_pages(bytes *b) { segment(b, "pagesize", 65u << 20, NULL, 0); }
static void no_pages(bytes *b) { segment(b, "pagesize", 0, NULL, 0); }
static void unknown_method(bytes *b) { segment(b, "page2", 0x11, disk, 100); }
static void not_zlib(bytes *b) { segment(b, "page2", 1, disk, 100); }
static void not_lzma(bytes *b) { segment(b, "page2", 0x21, disk, 100); }
static void bad_zeros(bytes *b) { segment(b, "page2", 0x31, "\0\0\x10\1", 4); }
static void page_too_long(bytes *b) { segment(b, "page2", 0, disk, PAGE + 1); }
static void page_too_short(bytes *b) { segment(b, "page2", 0, disk + 2 * PAGE, 3 * SECTOR); }

static void unpacks_too_long(bytes *b)
{
    uint8_t packed[PAGE * 3];
    uLongf size = sizeof packed;

    compress2(packed, &size, disk, PAGE + 1, 6);
    segment(b, "page2", 1, packed, size);
}

/* Two sectors were not read, in a page as it is and in one that is packed. */
static void marked(bytes *b)
{
    uint8_t copy[PAGE], packed[PAGE * 2];
    uLongf size = sizeof packed;

    memcpy(copy, disk, PAGE);
    memcpy(copy + 3 * SECTOR, flag, SECTOR);
    segment(b, "page0", 0, copy, PAGE);
    memcpy(copy, disk + PAGE, PAGE);
    memcpy(copy + 7 * SECTOR, flag, SECTOR);
    compress2(packed, &size, copy, PAGE, 6);
    segment(b, "page1", 1, packed, size);
}

static void around_marks(void)
{
    plan p = {.without = 3, .before = marked};
    bytes image = make(&p);
    uint8_t buffer[2 * PAGE];
    tt_trouble trouble;
    opened o;

    kit_open(&o, &tt_media_aff, image);
    if (ok(o.media != NULL, "opened")) {
        is_u64(kit_read(&o, 3 * SECTOR - 1, buffer, 2, &trouble), 1, "the byte before a marked sector");
        is_u64(kit_read(&o, 4 * SECTOR - 1, buffer, 2, &trouble), 0, "its last byte");
        is_u64(kit_read(&o, 4 * SECTOR, buffer, sizeof buffer, &trouble), 11 * SECTOR,
               "from behind it to the next");
        ok(memcmp(buffer, disk + 4 * SECTOR, 11 * SECTOR) == 0, "as it was");
        is_u64(kit_read(&o, PAGE + 7 * SECTOR + 9, buffer, 1, &trouble), 0, "one that is packed");
        is_i64(trouble.status, TUTELA_ITEM_UNREADABLE, "and why");
    }
    tt_media_close(o.media);
    free(image.data);
}

static void pages(void)
{
    expect("all in order", make(&(plan){0}), ".....", CLEAR);
    expect("no size", make(&(plan){.unsized = 1}), ".....", CLEAR);
    expect("names of before", make(&(plan){.without = 4, .before = old_names}), ".....", CLEAR);
    expect("without pages", make(&(plan){.without = 5}), "0u.0u..", NEVER);
    expect("the same, without digests", make(&(plan){.without = 5, .undigested = 1}), "0u.0u..", NEVER);
    expect("marked sectors", make(&(plan){.without = 3, .before = marked}), "3u7u...", NEVER);
    expect("longer than its pages", make(&(plan){.size = DISK + 600, .undigested = 1}), "....6u", CLEAR);
    expect("a page behind its end", make(&(plan){.after = beyond}), ".....", TUTELA_ITEM_MALFORMED,
           "bytes after its end");
    expect("a page twice", make(&(plan){.after = once_more}), ".....", TUTELA_ITEM_MALFORMED,
           "two members in one place");
    expect("a method nobody knows", make(&(plan){.without = 4, .before = unknown_method}), "..0x..",
           TUTELA_ITEM_UNSUPPORTED, "a method that is not known");
    expect("not zlib's", make(&(plan){.without = 4, .before = not_zlib}), "..0m..",
           TUTELA_ITEM_MALFORMED, "damaged");
    expect("not LZMA's", make(&(plan){.without = 4, .before = not_lzma}), "..0m..",
           TUTELA_ITEM_MALFORMED, "damaged");
    expect("zeros for more than a page", make(&(plan){.without = 4, .before = bad_zeros}), "..0m..",
           TUTELA_ITEM_MALFORMED, "damaged");
    expect("too long a page", make(&(plan){.without = 4, .before = page_too_long}), "..0m..",
           TUTELA_ITEM_MALFORMED, "damaged");
    expect("a page that unpacks to too much", make(&(plan){.without = 4, .before = unpacks_too_long}),
           "..0m..", TUTELA_ITEM_MALFORMED, "damaged");
    expect("too short a page", make(&(plan){.without = 4, .before = page_too_short}), "..3u..", NEVER);
    around_marks();
}

static void whole_files(void)
{
    bytes b;

    expect("one page is encrypted", make(&(plan){.without = 4, .before = sealed_page}), "..0e..", SEALED);
    expect("and its size", make(&(plan){.without = 4, .unsized = 1, .before = sealed_size}), NULL, SEALED);
    expect("a part of a folder", make(&(plan){.kind = "AFD"}), NULL, ANOTHER);
    expect("what describes a raw one", make(&(plan){.kind = "AFM", .without = 31}), NULL, ANOTHER);
    expect("nothing at all", make(&(plan){.without = 31, .unsized = 1}), NULL, HEADER);
    expect("pages too large", make(&(plan){.before = large_pages}), NULL, HEADER);
    expect("pages of nothing", make(&(plan){.before = no_pages}), NULL, HEADER);
    expect("a disk of 2^60 bytes", make(&(plan){.size = UINT64_C(1) << 60}), NULL, HEADER);

    b = make(&(plan){0});
    *((uint8_t *)memmem(b.data, b.size, "md5", 3) + 5) ^= 1;
    expect("another digest", b, ".....", TUTELA_ITEM_MALFORMED, "its stored digest does not fit");
    b = make(&(plan){0});
    *((uint8_t *)memmem(b.data, b.size, "page2", 5) + 5 + 4) ^= 1;
    disk[2 * PAGE + 4] ^= 1;
    expect("another byte in a page", b, ".....", TUTELA_ITEM_MALFORMED, "its stored digest does not fit");
    disk[2 * PAGE + 4] ^= 1;
}

/* The head of a page's segment is spoilt; in the page is what looks like an image of its own. */
static void passed_over(void)
{
    bytes inner = {NULL, 0}, b;

    segment(&inner, "page0", 0, "not of this disk", 16);
    segment(&inner, "imagesize", 2, "\0\0\0\1\0\0\0\0", 8);
    memcpy(disk + 2 * PAGE + 700, inner.data, inner.size);
    b = make(&(plan){0});
    *((uint8_t *)memmem(b.data, b.size, "page2", 5) - 16) ^= 1;
    expect("a damaged head", b, "..0m..", CUT);
    b = make(&(plan){0});
    *((uint8_t *)memmem(b.data, b.size, "page2", 5) + 5 + PAGE) ^= 1;
    expect("a damaged tail", b, "..0m..", CUT);
    b = make(&(plan){0});
    b.size = (size_t)((uint8_t *)memmem(b.data, b.size, "page2", 5) - b.data) + 300;
    expect("cut off", b, "..", CUT);
    b = make(&(plan){0});
    b.size -= 3;
    expect("cut off behind its pages", b, ".....", CUT);
    b = make(&(plan){0});
    add(&b, "and more", 8);
    expect("something behind its end", b, ".....", CUT);
    free(inner.data);
}

int main(void)
{
    for (size_t i = 0; i < sizeof disk; i++)
        disk[i] = (uint8_t)kit_random(256);
    memset(disk + 3 * PAGE, 0, PAGE);
    for (size_t i = 0; i < sizeof flag; i++)
        flag[i] = (uint8_t)kit_random(256);
    memcpy(flag, "BAD SECTOR", 11);
    pages();
    whole_files();
    passed_over();
    return tap_done();
}
