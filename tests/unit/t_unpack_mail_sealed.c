/*
 * t_unpack_mail_sealed: signed content comes out of CMS in each way it is written; what is encrypted is
 * said to be; cut or changed, nothing is taken for whole.
 */
#include "cms_kit.h"

static const char *reason_of(const char *chain)
{
    const kit_item *item = kit_find(&events, chain);

    return item ? item->trouble.reason : "none";
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
