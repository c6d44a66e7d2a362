/*
 * The fast answer: a signature's, else text, else unknown; and what text is, byte by byte, at every
 * place in the head, and beside libmagic's opinion.
 */
#include "t_identify_reference.h"

#include "identify/libmagic.h"

static uint8_t head[TT_IDENTIFY_HEAD + 64];

static void test_answer(const char *name, const void *bytes, size_t size, const char *mime,
                        tutela_type type, int known)
{
    tt_type out = {"untouched", TUTELA_TYPE_VIDEO};
    int told = -1;

    is_i64(tt_identify_fast(identify, bytes, size, &out, &told, NULL), TUTELA_OK, "%s", name);
    is_i64(told, known, "%s: known or not", name);
    is_text(out.mime, mime, "%s", name);
    is_i64(out.type, type, "%s: its class", name);
}

#define ANSWER(name, bytes, mime, type, known)                                                     \
    test_answer(name, bytes, sizeof bytes - 1, mime, TUTELA_TYPE_##type, known)

static void test_answers(void)
{
    test_answer("no bytes", NULL, 0, "inode/x-empty", TUTELA_TYPE_OTHER, 1);
    ANSWER("a picture", "\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg", IMAGE, 1);
    ANSWER("a weak row is an answer", "P3\n# x\n2 2 255\n", "image/x-portable-pixmap", IMAGE, 1);
    ANSWER("text", "The quick brown fox.\n", "text/plain", TEXT, 1);
    ANSWER("mail", "From: a@b.example\nTo: c@d.example\n\nx\n", "message/rfc822", DOCUMENT, 1);
    ANSWER("UTF-8", "\xc3\xa4\xc3\xb6\xc3\xbc and \xe2\x82\xac\n", "text/plain", TEXT, 1);
    ANSWER("Latin 1", "K\xe4se\n", "text/plain", TEXT, 1);
    ANSWER("UTF-16, low byte first", "\xff\xfeH\0i\0\n\0", "text/plain", TEXT, 1);
    ANSWER("UTF-16, high byte first", "\xfe\xff\0H\0i\0\n", "text/plain", TEXT, 1);
    ANSWER("a mark alone", "\xff\xfe", "application/octet-stream", OTHER, 0);
    ANSWER("UTF-16 cut inside a character", "\xff\xfeH\0i", "application/octet-stream", OTHER, 0);
    ANSWER("UTF-16 with a control character", "\xff\xfeH\0\1\0", "application/octet-stream", OTHER,
           0);
    ANSWER("UTF-16 with no character", "\xff\xfeH\0\xfe\xff", "application/octet-stream", OTHER, 0);
    ANSWER("a NUL", "text\0", "application/octet-stream", OTHER, 0);
    ANSWER("bytes", "\x93\x17\x03\x9e\x81", "application/octet-stream", OTHER, 0);
}

/* Which bytes are text, asked one by one, must be libmagic's opinion. */
static void test_bytes(void)
{
    tt_magic *magic = NULL;
    size_t wrong = 0;
    char mime[TT_MIME_MAX + 1];

    if (tt_magic_new(&magic, NULL, NULL) != TUTELA_OK)
        exit(1);
    for (int value = 0; value < 256; value++) {
        uint8_t bytes[] = "some wordX and more of them\n";
        bytes[9] = (uint8_t)value;
        tt_magic_mime(magic, bytes, sizeof bytes - 1, mime);
        wrong += tt_text_is(bytes, sizeof bytes - 1) != (strcmp(mime, "text/plain") == 0);
    }
    is_u64(wrong, 0, "what libmagic takes for text");
    tt_magic_free(magic);
}

/* One control character, at each place of what is looked at, in blocks and in the rest. */
static void test_places(void)
{
    static const size_t sizes[] = {1, 15, 16, 255, 256, 257, 511, 512, 700, 4095, 4096, 4097, 36864};
    size_t wrong = 0;

    memset(head, 'a', sizeof head);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        wrong += !tt_text_is(head, sizes[i]);
        for (size_t at = 0; at < sizes[i] && at < 5000; at++) {
            head[at] = 1;
            wrong += tt_text_is(head, sizes[i]) != (at >= 4096);
            head[at] = 'a';
        }
        head[sizes[i]] = 0;
        wrong += !tt_text_is(head, sizes[i]);
        head[sizes[i]] = 'a';
    }
    is_u64(wrong, 0, "a control character is found wherever it is, and not behind the end");
    ok(!tt_text_is(head, 0), "no bytes are no text");
}

/* The same bytes at every end: what follows a short head must not count, nor be read. */
static void test_exact(void)
{
    size_t rows, wrong = 0;
    const tt_signature *table = tt_signature_table(&rows);
    tt_atom atoms[TT_PATTERN_ATOMS];

    for (size_t i = 0; i < rows; i++) {
        size_t count = tt_pattern_parse(table[i].pattern, atoms);
        size_t size = atoms[count - 1].offset + 1u;
        memset(head, ' ', sizeof head);
        for (size_t k = 0; k < count; k++)
            head[atoms[k].offset] = atoms[k].low;
        for (size_t cut = size > 12 ? size - 12 : 0; cut <= size; cut++) {
            uint8_t *exact = malloc(cut + 1);
            const tt_signature *want = reference(head, cut);
            memcpy(exact + 1, head, cut); /* also at an odd address */
            wrong += best(exact + 1, cut) != want;
            free(exact);
        }
    }
    is_u64(wrong, 0, "every row, cut short: the reference's row");
}

int main(void)
{
    identify_begin();
    test_answers();
    test_bytes();
    test_places();
    test_exact();
    return identify_end();
}
