/*
 * t_unpack_mail_sealed: signed content comes out of CMS in each way it is written; what is encrypted is
 * said to be; cut or changed, nothing is taken for whole.
 */
#include "mail_kit.h"

static const char *reason_of(const char *chain)
{
    const kit_item *item = kit_find(&events, chain);

    return item ? item->trouble.reason : "none";
}

/* `tag`, the size, the bytes; `open`: with an end mark instead of a size. */
static bytes wrap(unsigned tag, bytes in, int open)
{
    bytes out = nothing();
    uint8_t head[6] = {(uint8_t)tag, 0x84, (uint8_t)(in.size >> 24), (uint8_t)(in.size >> 16),
                       (uint8_t)(in.size >> 8), (uint8_t)in.size};

    if (open)
        head[1] = 0x80;
    else if (in.size < 128)
        head[1] = (uint8_t)in.size;
    kit_add(&out, head, open || in.size < 128 ? 2 : 6);
    kit_add(&out, in.data, in.size);
    if (open)
        kit_add(&out, "\0\0", 2);
    free(in.data);
    return out;
}

static void join(bytes *a, bytes b)
{
    kit_add(a, b.data, b.size);
    free(b.data);
}

/* A SignedData with the content (NULL: apart from it), in pieces of `piece` bytes if that is not 0. */
static bytes cms_of(const bytes *content, size_t piece, int open)
{
    bytes object = text_of("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), inner = nothing(), pieces = nothing();
    bytes signed_data = kit_copy("\x02\x01\x01\x31\x0d\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01", 18);

    join(&inner, text_of("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"));
    for (size_t at = 0; content && piece && at < content->size; at += piece) {
        size_t size = content->size - at < piece ? content->size - at : piece;
        join(&pieces, wrap(0x04, kit_copy(content->data + at, size), 0));
    }
    if (content && piece)
        join(&inner, wrap(0xa0, wrap(0x24, pieces, open), open));
    else if (content)
        join(&inner, wrap(0xa0, wrap(0x04, kit_copy(content->data, content->size), 0), open));
    if (!content || !piece)
        free(pieces.data);
    join(&signed_data, wrap(0x30, inner, open));
    join(&signed_data, wrap(0xa0, kit_noise(50), 0)); /* certificates */
    join(&signed_data, wrap(0x31, kit_copy("", 0), 0));
    join(&object, wrap(0xa0, wrap(0x30, signed_data, open), open));
    return wrap(0x30, object, open);
}

static void test_signed(void)
{
    kit_member m[] = {{"x.bin", kit_noise(3001)}};
    bytes mail = mail_of(m, 1, "=_boundary-in-it"), sealed, outer;

    for (int i = 0; i < 4; i++) {
        sealed = cms_of(&mail, i & 1 ? 1000 : 0, i & 2);
        run(sealed);
        ok(kit_is(kit_find(&events, "1"), mail.data, mail.size) && strcmp(status_of(""), "clear") == 0,
           "signed content, %s, %s", i & 1 ? "in pieces" : "in one", i & 2 ? "BER" : "DER");
        ok(kit_is(kit_find(&events, "1|x.bin"), m[0].content.data, m[0].content.size), "and what it holds");
        outer = nothing();
        PUT_TEXT(&outer, MAIL_HEAD "Content-Type: application/pkcs7-mime; name=smime.p7m\n"
                                   "Content-Transfer-Encoding: base64\n\n");
        put_base64(&outer, sealed, "\n");
        run(outer);
        ok(kit_is(kit_find(&events, "smime.p7m|1|x.bin"), m[0].content.data, m[0].content.size), "in a mail");
        free(outer.data);
        free(sealed.data);
    }
    for (int i = 0; i < 2; i++) {
        sealed = cms_of(NULL, 0, i);
        run(sealed);
        ok(events.count == 1 && strcmp(status_of(""), "clear") == 0 && events.items[0].format[0],
           "a signature alone");
        free(sealed.data);
    }
    free(mail.data);
    free(m[0].content.data);
}

static void test_damage(void)
{
    bytes content = kit_noise(100);

    for (int way = 0; way < 4; way++) {
        bytes b = cms_of(&content, way & 1 ? 40 : 0, way & 2);
        size_t bad = 0;
        for (size_t size = 20; size < b.size; size++) {
            (void)!kit_run_pipe(&events, (bytes){b.data, size}, NULL);
            bad += strcmp(status_of(""), "clear") == 0;
        }
        is_u64(bad, 0, "cut off, and said to be");
        bad = 0;
        for (size_t at = 20; at < b.size; at++)
            for (int bit = 0; bit < 8; bit++) {
                b.data[at] ^= (uint8_t)(1 << bit);
                (void)!kit_run(&events, b, NULL);
                const kit_item *item = kit_find(&events, "1");
                size_t wrong = 0;
                for (size_t i = 0; item && i < item->content.size && i < 100; i++)
                    wrong += item->content.data[i] != content.data[i];
                int sized = item && item->content.size == 100;
                bad += (item ? !sized || wrong > 1 : 0) && strcmp(status_of(""), "clear") == 0
                       && strcmp(status_of("1"), "clear") == 0;
                b.data[at] ^= (uint8_t)(1 << bit);
            }
        /* Two bits of the structure, changed, make another that is as good: one piece of what was many. */
        ok(bad <= (way & 1 ? 2u : 0u), "changed, and only where the change is: %zu", bad);
        free(b.data);
    }
    free(content.data);
}

static void test_encrypted(void)
{
    static const char armor[] = MAIL_HEAD
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=bbbbbbbbbb\n\n"
        "--bbbbbbbbbb\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
        "--bbbbbbbbbb\nContent-Type: application/octet-stream; name=e.asc\n\n"
        "-----BEGIN PGP MESSAGE-----\nVersion: x\n\nhQEMA0\n-----END PGP MESSAGE-----\n--bbbbbbbbbb--\n";
    bytes b = text_of(armor), enveloped = kit_copy("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80\x30\x80", 17);
    bytes binary = kit_copy("\x8c\x0d\x04\x09\x03\x02", 6);

    run(b);
    is_text(reason_of("e.asc"), "encrypted", "PGP/MIME: its content is encrypted");
    ok(has("e.asc", "-----BEGIN PGP MESSAGE-----\nVersion: x\n\nhQEMA0\n-----END PGP MESSAGE-----"),
       "and its bytes come all the same");
    is_text(status_of(""), "clear", "the mail itself is not");
    run(enveloped);
    is_text(reason_of(""), "encrypted", "S/MIME");
    bytes tail = kit_noise(9);
    kit_add(&binary, tail.data, 9);
    kit_add(&binary, "\xd2\x3f\x01\x02\x03\x04\x05\x06", 8);
    run(binary);
    is_text(reason_of(""), "encrypted", "a PGP message");
    binary.data[0] = 0x8d;
    run(binary);
    is_text(status_of(""), "clear", "and something else");
    free(b.data);
    free(enveloped.data);
    free(binary.data);
    free(tail.data);
}

int main(void)
{
    events = kit_new();
    test_signed();
    test_damage();
    test_encrypted();
    kit_free(&events);
    return tap_done();
}
