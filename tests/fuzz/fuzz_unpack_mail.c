/*
 * fuzz_unpack_mail: mails, mailboxes, blocks of uuencode and yEnc in texts, CMS and OpenPGP, some deep.
 *
 * All bytes of the input must be told once and in order, sought or piped in small pieces; every item
 * must end; and both ways must see the same items.
 */
#include "fuzz_unpack.h"

#include "unit/mail_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_budget budget = {
        .depth = 4, .entries = 200, .expanded = 1 << 20, .spool_memory = 4 << 20};
    kit_log log[2] = {kit_new(), kit_new()};
    bytes b = {(uint8_t *)data, size};

    for (int piped = 0; piped < 2; piped++) {
        kit_log *l = &log[piped];
        must((piped ? kit_run_pipe : kit_run)(l, b, &budget) == TUTELA_OK);
        must(!l->wrong && kit_is(&l->items[0], data, size));
        for (size_t i = 0; i < l->count; i++)
            must(l->items[i].ended);
    }
    must(log[0].count == log[1].count);
    for (size_t i = 0; i < log[0].count; i++)
        must(kit_is(&log[1].items[i], log[0].items[i].content.data, log[0].items[i].content.size)
             && log[0].items[i].trouble.status == log[1].items[i].trouble.status);
    kit_free(&log[0]);
    kit_free(&log[1]);
    return 0;
}

static bytes made_seed(size_t index, const kit_member *members)
{
    static const char in_pieces[]
        = "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80"
          "\x06\x01\x2a\xa0\x80\x24\x80\x04\x02pq\x04\x01r\0\0\0\0\0\0\x31\0\0\0\0\0\0\0";
    static const char in_one[]
        = "\x30\x1f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x12\x30\x10\x02\x01\x01\x31\x00\x30\x09"
          "\x06\x01\x2a\xa0\x04\x04\x02pq";
    bytes mail = mail_of(members, 3, "=_boundary"), out = nothing();

    switch (index) {
    case 0:
        kit_add(&out, mail.data, mail.size);
        break;
    case 1:
        free(out.data);
        out = with_crlf(mail);
        break;
    case 2:
        put_mbox(&out, mail);
        put_mbox(&out, mail);
        break;
    case 3:
        put_uu(&out, "u", members[0].content, '`');
        put_yenc(&out, "y", members[1].content);
        break;
    case 4:
        PUT_TEXT(&out, MAIL_HEAD "Content-Type: multipart/mixed; boundary=outside\n\n--outside\n"
                                 "Content-Type: message/rfc822; name*0*=utf-8''a%20; name*1=\"b\"\n\n");
        kit_add(&out, mail.data, mail.size);
        PUT_TEXT(&out, "\n--outside\nContent-Disposition: inline; filename=\"=?utf-8?Q?a=20b?=\"\n\nx\n--outside--\n");
        break;
    case 5:
        PUT_TEXT(&out, "begin-base64 644 b\n");
        put_base64(&out, members[0].content, "\n");
        PUT_TEXT(&out, "====\n");
        break;
    case 6: /* signed content, in pieces, with end marks and without */
        kit_add(&out, in_pieces, sizeof in_pieces - 1);
        break;
    case 7:
        kit_add(&out, in_one, sizeof in_one - 1);
        break;
    case 8:
        PUT_TEXT(&out, "-----BEGIN PGP MESSAGE-----\n\nhQEMA0\n-----END PGP MESSAGE-----\n");
        break;
    default:
        break;
    }
    free(mail.data);
    return out;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    kit_member members[] = {{"one", kit_noise(60)},
                            {"two", kit_copy("all work and no play", 20)},
                            {"three", kit_noise(13)}};
    bytes b = made_seed(index, members);

    for (size_t i = 0; i < 3; i++)
        free(members[i].content.data);
    return fuzz_give(b, out, room);
}
