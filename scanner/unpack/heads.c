/*
 * heads: the table of first bytes, out of formats.def.
 *
 * Every file that is scanned is asked about, and nearly all are no containers: so no row is asked whose
 * answer a look at a byte or two tells. A gate lets through whatever its row might fit, and more; which
 * rows are asked never changes the answer (t_unpack_heads asks all of them, and compares).
 */
#include "unpack/heads.h"

#include "unpack/signs.h"

typedef struct row {
    int (*fits)(const uint8_t *head, size_t size);
    size_t wants;
} row;

static const row rows[] = {
#define FORMAT(name, fits, wants) {fits, wants},
#include "unpack/formats.def"
#undef FORMAT
};

/* The rows' numbers. */
enum {
#define FORMAT(name, fits, wants) ROW_##name,
#include "unpack/formats.def"
#undef FORMAT
    ROWS
};

_Static_assert(ROWS <= 64, "a row is a bit");

#define ROW(name) (UINT64_C(1) << ROW_##name)
#define EVERY_ROW (UINT64_MAX >> (64 - ROWS))

/* Of fewer bytes every row is asked: that is cheap, and the gates need not mind the size. */
#define GATED_SIZE 64u

#define BLANK (ROW(html) | ROW(rtf) | ROW(pgp))
#define FOUR(at, what) [at] = (what), [(at) + 1] = (what), [(at) + 2] = (what), [(at) + 3] = (what)

/* The rows that have a sign right at the front, or a few of them. */
static const uint64_t by_first[256] = {
    [2] = ROW(lz4),
    [4] = ROW(lz4),
    ['\t'] = ROW(html) | ROW(excel),
    ['\n'] = BLANK,
    ['\f'] = ROW(html) | ROW(thumbnail),
    ['\r'] = BLANK,
    [16] = ROW(thumbnail),
    [24] = ROW(thumbnail),
    [0x1f] = ROW(gzip) | ROW(compress),
    [' '] = BLANK,
    ['!'] = ROW(ar) | ROW(pst),
    ['#'] = ROW(executable),
    ['('] = ROW(zstd),
    ['-'] = ROW(pgp),
    ['0'] = ROW(cpio) | ROW(cache) | ROW(cms),
    ['7'] = ROW(sevenzip) | ROW(unread),
    ['<'] = ROW(html),
    ['>'] = ROW(mail),
    ['A'] = ROW(android) | ROW(unread) | ROW(aff),
    ['B'] = ROW(bzip2),
    ['C'] = ROW(vmdk),
    ['E'] = ROW(unread) | ROW(ewf),
    ['F'] = ROW(mbox),
    ['I'] = ROW(chm) | ROW(inno),
    ['K'] = ROW(vmdk),
    ['L'] = ROW(lzip) | ROW(unread),
    ['M'] = ROW(cab) | ROW(unread) | ROW(executable),
    ['P'] = ROW(zip),
    ['Q'] = ROW(qcow),
    ['R'] = ROW(rar) | ROW(rar5),
    ['S'] = ROW(sqlite) | ROW(unread),
    ['W'] = ROW(warc) | ROW(unread),
    ['Z'] = ROW(executable),
    ['`'] = ROW(unread),
    ['e'] = ROW(unread),
    ['c'] = ROW(vhd),
    ['h'] = ROW(squashfs),
    ['q'] = ROW(cpio),
    ['v'] = ROW(vhd),
    ['x'] = ROW(xar) | ROW(tnef),
    ['z'] = ROW(unread),
    ['{'] = ROW(rtf),
    [0x7f] = ROW(executable),
    FOUR(0x84, ROW(pgp)), /* session keys, as packets of the old kind, and of the new */
    FOUR(0x8c, ROW(pgp)),
    [0xc1] = ROW(pgp),
    [0xc3] = ROW(pgp),
    [0xc7] = ROW(cpio),
    [0xd0] = ROW(ole2),
    [0xe4] = ROW(onenote),
    [0xec] = ROW(word),
    [0xed] = ROW(rpm),
    [0xef] = ROW(rtf) | ROW(html),
    [0xfd] = ROW(xz),
};

/* Those whose sign stands behind their first byte, or which have none; a byte of what they must have. */
static uint64_t by_next(const uint8_t *head)
{
    uint64_t ask = 0;

    /* Not every PNG and JPEG. */
    ask |= (head[0] == 0x89 && head[1] == 'L') || (head[0] == 0xff && head[1] == 6) ? ROW(unread) : 0;
    ask |= head[2] == '-' ? ROW(lha) : 0;
    ask |= head[3] == 0x18 ? ROW(zstd) | ROW(lz4) : 0;
    ask |= head[3] == 0xf0 || head[0] % 16 == 0 ? ROW(officeart) : 0;
    ask |= head[4] == 0xef ? ROW(nsis) : 0;
    ask |= head[4] == 2 || head[4] == 'B' ? ROW(ole10native) : 0;
    ask |= head[4] == 68 ? ROW(word) : 0;
    return ask;
}

/* A byte of each sign that a disk has, in the order of their places. */
static int may_be_disk(const uint8_t *head, size_t size)
{
    static const struct {
        uint32_t at;
        uint8_t byte;
    } signs[] = {{0, 'L'}, {0, 'X'}, {3, 'R'}, {32, 'N'}, {508, 0xda}, {510, 0x55}, {512, 'E'}, {512, 'L'},
                 {512, 'P'}, {512, 'W'}, {1024, 'B'}, {1024, 'H'}, {1024, 0x10}, {1024, 0xe2}, {1080, 0x53}, {4086, 'S'},
                 {4096, 'E'}, {4096, 0xfc}, {9564, 0x19}, {9564, 0x54}, {9567, 0x54}, {32768, 'J'},
                 {65536, 'R'}, {65588, 'R'}, {65600, '_'}, {66908, 0x19}, {66908, 0x54}, {66911, 0x54}};

    if (head[0] == 0 && head[1023] == 0) /* zeros, perhaps */
        return 1;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0] && signs[i].at < size; i++)
        if (head[signs[i].at] == signs[i].byte)
            return 1;
    return 0;
}

/* The same, further on. */
static uint64_t by_others(const uint8_t *head, size_t size)
{
    uint64_t ask = ROW(tar) | ROW(pdf);

    ask |= head[7] == '*' || head[20] == 0xdc ? ROW(unread) : 0;
    ask |= size > 67 && head[64] == 0x7f && head[65] == 0x10 ? ROW(unread) : 0;
    ask |= head[13] == 0 ? ROW(lzma) : 0;
    ask |= size > 32769 && head[32769] == 'C' ? ROW(iso9660) : 0;
    ask |= size >= 1024 && may_be_disk(head, size) ? ROW(disk) : 0;
    return ask;
}

/*
 * Text: its first line is a field of a mail, or some line begins a block. These rows come last, and are as
 * sure as can be only of a block at the very front.
 */
_Static_assert(ROW_mail == ROWS - 3 && ROW_uuencode == ROWS - 2 && ROW_yenc == ROWS - 1, "the last rows");

static uint64_t by_lines(const uint8_t *head, size_t size, int sure)
{
    unsigned blocks;

    if (sure > 0)
        return head[0] == 'b' ? ROW(uuencode) : head[0] == '=' ? ROW(yenc) : 0;
    blocks = tt_text_blocks(head, size);
    return (tt_mail_field(head, size) > 0 ? ROW(mail) : 0) | (blocks & TT_BLOCK_UU ? ROW(uuencode) : 0)
           | (blocks & TT_BLOCK_YENC ? ROW(yenc) : 0);
}

/* The best row so far, and how sure it is. */
typedef struct answer {
    int row, sure;
} answer;

static answer ask(uint64_t which, answer best, const uint8_t *head, size_t size)
{
    for (; which != 0 && best.sure < 2; which &= which - 1) {
        int i = __builtin_ctzll(which);
        int fits = rows[i].fits(head, size < rows[i].wants ? size : rows[i].wants);

        if (fits > best.sure)
            best = (answer){i, fits};
    }
    return best;
}

int tt_head_of(const uint8_t *head, size_t size)
{
    answer best = {-1, 0};

    if (size == 0)
        return -1;
    if (size < GATED_SIZE)
        return ask(EVERY_ROW, best, head, size).row;
    best = ask(by_first[head[0]] | by_next(head) | by_others(head, size), best, head, size);
    return best.sure < 2 ? ask(by_lines(head, size, best.sure), best, head, size).row : best.row;
}

int tt_head_divides(int which)
{
    return which == ROW_zip;
}

int tt_head_is_image(int which)
{
    return which == ROW_disk || which == ROW_ewf || which == ROW_qcow || which == ROW_vhd
           || which == ROW_vmdk || which == ROW_aff;
}

int tt_head_is_series(int which)
{
    return which == ROW_disk || which == ROW_ewf;
}
